"""Tables of a unit's hardware: what its machines do at two temperatures, what its exchangers carry.

Everything that is quick in a unit (turbine, pump, recuperator, enthalpies) follows from evaporating and
condensing temperature; everything that is slow is stored in `orc`. The tables are read from the same
hardware and the same balance that rate a unit in steady state, so the simulated unit settles where the
rated one stands.
"""

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.geofluid import Geofluid, at_enthalpy, inlet_enthalpy
from orcplant.thermo.hardware import Hardware, Zone
from orcplant.thermo.media import boiling_temperature, liquid_water, water_saturation
from orcplant.thermo.offdesign.balance import Balance, Guess, Unit
from orcplant.thermo.offdesign.boundary import Boundary, Control, Scenarios, design_boundary, scenarios
from orcplant.thermo.offdesign.settle import settle
from orcplant.thermo.offdesign.unknowns import Openings, frame
from orcplant.thermo.state import Array
from orcplant.thermo.tables import FINE, tabulated_fluid

_T_EVAP_NODES: Final = 120
_T_COND_NODES: Final = 64
_LEAST_LIFT: Final = 1.0  # [K], below it the turbine's flow goes to zero in a straight line
_NODES: Final = (7, 12, 8)  # enthalpy, flow, ambient
_GEOFLUID: Final = (-55.0, 20.0)  # [K] around design
_FLOW: Final = (0.15, 1.35)  # of design
_AMBIENT: Final = (238.0, 318.0)  # [K]
_FANS: Final = (0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0)
_FOULING: Final = (0.0, 1e-4, 2.5e-4, 5e-4)  # [m2 K/W]
_CP_BRINE: Final = 4300.0  # [J/(kg K)], only lays out the grid
_NO_FLOOR: Final = 1.0  # [Pa], condensing pressure that is no floor


@dataclass(frozen=True, slots=True)
class Quick:
    """What follows from evaporating and condensing temperature, arrays of one shape.

    Pressures ``p_evap``, ``p_cond`` [Pa]; ``flow`` the open turbine swallows [kg/s]; per kg: its ``work``
    at design speed, enthalpies ``h_vapour`` behind the heater, ``h_liquid`` before the pump, pump work
    ``h_rise``, heat recuperated ``recuperated`` [J/kg]; temperatures at expander inlet and outlet, pump
    inlet, heater inlet [K]; pump speed over design [-]; pressure before the pump above the bubble point
    ``margin`` [Pa].
    """

    p_evap: Array
    p_cond: Array
    flow: Array
    work: Array
    h_vapour: Array
    h_liquid: Array
    h_rise: Array
    recuperated: Array
    T_expander_in: Array
    T_expander_out: Array
    T_pump_in: Array
    T_heater_in: Array
    pump_speed: Array
    margin: Array


_CHANNELS: Final = tuple(field.name for field in fields(Quick))


@dataclass(frozen=True, slots=True)
class Closure:
    """Tables of one unit.

    Attributes
    ----------
    T_evap, T_cond : array
        Nodes of `quick`. [K]
    quick : array, shape (T_evap, T_cond, channels)
    h, flow, T_ambient : array
        Nodes of `conductances`: brine enthalpy [J/kg], logarithm of brine flow, ambient [K].
    conductances : array, shape (h, flow, T_ambient, 2)
        Logarithms of heat over (brine inlet - evaporating) and over (condensing - ambient) temperature [W/K],
        clean and with full fans.
    fan_speed, fan_factor : array, shapes (fans,), (flow, fans)
        Second conductance with slower fans over that with full ones.
    fouling, fouling_factor : array, shapes (foulings,), (flow, foulings)
        First conductance fouled over clean; fouling resistance [m2 K/W].
    settled : array, shape (h, flow, T_ambient, 2)
        Evaporating and condensing temperature in steady state, clean, full fans. [K]
    h_bubble : float
        Enthalpy of the liquid held in the heater, at design. [J/kg]
    T_floor : float
        Condensing temperature at the lowest condensing pressure. [K]
    """

    hardware: Hardware
    T_evap: Array
    T_cond: Array
    quick: Array
    h: Array
    flow: Array
    T_ambient: Array
    conductances: Array
    fan_speed: Array
    fan_factor: Array
    fouling: Array
    fouling_factor: Array
    settled: Array
    h_bubble: float
    T_floor: float


def closure(hardware: Hardware) -> Closure:
    """Tables of a unit's hardware (about a second)."""
    unit = Unit(_without_floor(hardware), tabulated_fluid(hardware.level.fluid, FINE))
    bounds = frame(unit)
    T_evap = np.linspace(bounds.T_cond_min + _LEAST_LIFT, bounds.T_evap_max, _T_EVAP_NODES)
    T_cond = np.linspace(bounds.T_cond_min, min(bounds.T_cond_max, 360.0), _T_COND_NODES)
    h, flow, T_ambient = _axes(hardware)
    mesh = tuple(axis.ravel() for axis in np.meshgrid(h, flow, T_ambient, indexing="ij"))
    conductances, settled = _settled(unit, mesh, np.ones(mesh[0].shape))
    return Closure(
        hardware=hardware,
        T_evap=T_evap,
        T_cond=T_cond,
        quick=_quick(unit, T_evap, T_cond),
        h=h,
        flow=flow,
        T_ambient=T_ambient,
        conductances=np.log(conductances).reshape(*_NODES, 2),
        fan_speed=np.array(_FANS),
        fan_factor=_fan_factor(unit, flow),
        fouling=np.array(_FOULING),
        fouling_factor=_fouling_factor(unit, flow),
        settled=settled.reshape(*_NODES, 2),
        h_bubble=float(unit.fluid.bubble(hardware.level.expander.p_in).h),
        T_floor=frame(Unit(hardware, unit.fluid)).T_floor,
    )


def _without_floor(hardware: Hardware) -> Hardware:
    """Hardware whose fans never slow down: the floor of the condensing pressure is the controller's work."""
    return replace(hardware, limits=replace(hardware.limits, p_cond_min=_NO_FLOOR))


def _axes(hardware: Hardware) -> tuple[Array, Array, Array]:
    h_design = brine_enthalpy(hardware.design.T, hardware.design.p, hardware.design.quality)
    cooler, warmer = (_CP_BRINE * dT for dT in _GEOFLUID)
    return (
        np.linspace(h_design + cooler, h_design + warmer, _NODES[0]),
        np.log(hardware.design.mass_flow * np.geomspace(*_FLOW, _NODES[1])),
        np.linspace(*_AMBIENT, _NODES[2]),
    )


def brine_enthalpy(T: float, p: float, quality: float) -> float:
    """Enthalpy of a geofluid [J/kg]; quality NaN for liquid."""
    return float(np.asarray(inlet_enthalpy(Geofluid(T, p, quality, 1.0))))


def _quick(unit: Unit, T_evap: Array, T_cond: Array) -> Array:
    hot, cold = (axis.ravel() for axis in np.meshgrid(T_evap, T_cond, indexing="ij"))
    ones = np.ones(hot.shape)
    boundary = design_boundary(unit.hardware)
    at = scenarios(unit.hardware, boundary, Control(fan_speed=ones))
    found = unit.balance(at, Guess(np.maximum(hot, cold + _LEAST_LIFT), cold, ones, ones, ones))
    values = _values(unit, found)
    channels = np.stack([getattr(values, name) for name in _CHANNELS], axis=-1)
    return _without_gaps(channels).reshape(len(T_evap), len(T_cond), -1)


def _values(unit: Unit, found: Balance) -> Quick:
    feed = found.h_feed - found.pumping.outlet.h
    return Quick(
        p_evap=found.p_evap,
        p_cond=found.p_cond,
        flow=found.mass_flow,
        work=np.asarray(found.expansion.inlet.h - found.expansion.outlet.h),
        h_vapour=np.asarray(found.expander_in.h),
        h_liquid=np.asarray(found.pump_in.h),
        h_rise=np.asarray(found.pumping.outlet.h - found.pump_in.h),
        recuperated=np.asarray(feed),
        T_expander_in=np.asarray(found.expander_in.T),
        T_expander_out=np.asarray(found.expansion.outlet.T),
        T_pump_in=np.asarray(found.pump_in.T),
        T_heater_in=np.asarray(found.pumping.outlet.T + feed / _CP_LIQUID),
        pump_speed=found.pumping.speed,
        margin=np.asarray(found.p_cond - unit.fluid.p_bubble(np.asarray(found.pump_in.T))),
    )


_CP_LIQUID: Final = 1300.0  # [J/(kg K)], of refrigerants and hydrocarbons near 300 K; for display only


def _without_gaps(table: Array) -> Array:
    """Fill what lies outside the property tables with the nearest value along the first axis."""
    for channel in table.T:
        bad = ~np.isfinite(channel)
        if bad.any():
            good = np.flatnonzero(~bad)
            channel[bad] = np.interp(np.flatnonzero(bad), good, channel[good])
    return table


def _settled(unit: Unit, mesh: tuple[Array, ...], fan_speed: Array) -> tuple[Array, Array]:
    """Conductances [W/K] and temperatures [K] where a unit settles, each of shape (n, 2)."""
    at = _scenarios(unit, mesh, fan_speed)
    ones = np.ones(len(at))
    found = settle(unit, at, Openings(ones, ones))
    balance, guess = found.balance, found.tried.guess
    rejected = balance.mass_flow * (balance.h_exhaust - balance.pump_in.h)
    hot = balance.duty / (at.T_geofluid - guess.T_evap)
    cold = rejected / (guess.T_cond - at.T_coolant)
    bad = ~(found.solved & np.isfinite(hot + cold) & (hot > 0.0) & (cold > 0.0))
    conductances = np.stack([hot, cold], axis=-1)
    temperatures = np.stack([guess.T_evap, guess.T_cond], axis=-1)
    return _nearest(conductances, bad), _nearest(temperatures, bad)


def _nearest(values: Array, bad: NDArray[np.bool_]) -> Array:
    """Give points without a steady state the value of the nearest point of the list that has one."""
    if bad.all():
        raise ValueError("a unit that runs nowhere near its design point cannot be simulated")
    good = np.flatnonzero(~bad)
    nearest = good[np.argmin(np.abs(np.arange(len(values))[:, None] - good[None, :]), axis=1)]
    return np.asarray(values[nearest])


def _scenarios(unit: Unit, mesh: tuple[Array, ...], fan_speed: Array) -> Scenarios:
    h, flow, T_ambient = mesh
    point = unit.hardware.design
    brine = at_enthalpy(h, np.full(h.shape, point.p), np.exp(flow))
    return scenarios(unit.hardware, Boundary(brine, T_ambient, point.p_coolant), Control(fan_speed=fan_speed))


def _row(unit: Unit, flow: Array, count: int) -> tuple[Array, ...]:
    """Mesh over flow and `count` variants, at the design's enthalpy and ambient."""
    point = unit.hardware.design
    h = brine_enthalpy(point.T, point.p, point.quality)
    n = len(flow) * count
    return np.full(n, h), np.repeat(flow, count), np.full(n, point.T_coolant)


def _fan_factor(unit: Unit, flow: Array) -> Array:
    conductances, _ = _settled(unit, _row(unit, flow, len(_FANS)), np.tile(_FANS, len(flow)))
    cold = conductances[:, 1].reshape(len(flow), -1)
    return np.asarray(cold / cold[:, -1:])


def _fouling_factor(unit: Unit, flow: Array) -> Array:
    mesh = _row(unit, flow, 1)
    hot = [
        _settled(replace(unit, hardware=_fouled(unit.hardware, R)), mesh, np.ones(len(flow)))[0][:, 0]
        for R in _FOULING
    ]
    return np.asarray(np.stack(hot, axis=-1) / hot[0][:, None])


def _fouled(hardware: Hardware, R: float) -> Hardware:
    heater = hardware.level.heater
    heater = replace(
        heater,
        preheat=_fouled_zone(heater.preheat, R),
        evaporate=_fouled_zone(heater.evaporate, R),
        superheat=_fouled_zone(heater.superheat, R),
    )
    return replace(hardware, levels=(replace(hardware.level, heater=heater),))


def _fouled_zone(zone: Zone, R: float) -> Zone:
    U = 1.0 / (1.0 / zone.U + R)
    return replace(zone, U=U, other_share=(zone.other_share / zone.U + R) * U)


def brine_temperatures(p: float) -> tuple[Array, Array]:
    """Enthalpies [J/kg] and temperatures [K] of water at a pressure [Pa], up to boiling."""
    T_boiling = float(np.asarray(boiling_temperature(p)))
    T = np.linspace(274.0, T_boiling - 1e-3, 60)
    h = np.asarray(liquid_water().enthalpy(T, np.full(T.shape, p)))
    h_bubble = float(np.asarray(water_saturation().enthalpy(T_boiling, 0.0)))
    return np.append(h, h_bubble), np.append(T, T_boiling)
