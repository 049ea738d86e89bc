"""Rate a unit by its map: look up what is smooth, then let the limits act."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from orcplant.errors import InputError
from orcplant.thermo.hardware import Hardware
from orcplant.thermo.media import liquid_water
from orcplant.thermo.offdesign.accounts import STOPS, Limit
from orcplant.thermo.offdesign.balance import Unit
from orcplant.thermo.offdesign.boundary import Boundary, Control, Means, shape_of
from orcplant.thermo.offdesign.machinery import terminal_power
from orcplant.thermo.offdesign.newton import Index, Range, solve
from orcplant.thermo.offdesign.point import Stop
from orcplant.thermo.offdesign.records import amended, blanked, reshaped, spread, taken
from orcplant.thermo.offdesign.unknowns import Frame, frame
from orcplant.thermo.state import Array
from orcplant.thermo.status import Status, require
from orcplant.thermo.tables import FINE, tabulated_fluid
from orcplant.thermo.unit_map.branches import Branches, Place
from orcplant.thermo.unit_map.build import UnitMap
from orcplant.thermo.unit_map.query import Query, askable, make_query

_FAN_SCALE: Final = 15.0  # [K] of the condenser's coordinate for a factor e of fan speed
_STEPS: Final = np.array([10.0, 0.3])
_LOWEST: Final = np.array([-80.0, np.log(0.02)])
_HIGHEST: Final = np.array([200.0, 5.0])
_ROUNDING: Final = 1e-6
_TOLERANCE: Final = 1e-6  # [-]
_ENOUGH: Final = 1e-5  # [-], of room: a hundredth of what the map itself is off
_RETURN_SCALE: Final = 2e5  # [J/kg]


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A unit at work as its map tells; NaN where `status` says it does not run.

    Fields as in `offdesign.OperatingPoint`, ``mass_flow`` of working fluid [kg/s] and saturation
    temperatures ``T_evap``, ``T_cond`` [K] of its only level.
    """

    gross: Array
    pump: Array
    cooler: Array
    net: Array
    heat_in: Array
    geofluid_flow: Array
    bypass: Array
    T_geofluid_out: Array
    T_return: Array
    fan_speed: Array
    mass_flow: Array
    T_evap: Array
    T_cond: Array
    limits: NDArray[np.int64]
    status: Status


@dataclass(frozen=True, slots=True)
class _Answer:
    """Branches at one opening and fan speed, and the powers that follow."""

    branches: Branches
    share: Array
    fan_speed: Array
    gross: Array
    cooler: Array
    h_out: Array
    room: Array
    binding: NDArray[np.int64]
    covered: NDArray[np.bool_]

    def take(self, which: Index) -> "_Answer":
        return taken(self, which)

    @property
    def net(self) -> Array:
        return self.gross - self.branches.pump - self.cooler


def rate_by_map(unit_map: UnitMap, boundary: Boundary, control: Control = Control()) -> MapPoint:  # noqa: B008
    """Find the operating point of every scenario in the map of a unit.

    Parameters
    ----------
    boundary, control : Boundary, Control
        As for `offdesign.rate`; the map knows brine valve and bypass, and the superheat of design.

    Returns
    -------
    MapPoint
        Arrays of the broadcast shape. A scenario outside the map stops with ``Stop.OUTSIDE_MAP``: nothing is
        extrapolated.

    Raises
    ------
    InputError
        For the inlet valve or another superheat: rate those directly.
    """
    if control.means is Means.INLET_VALVE or not np.all(np.isnan(control.superheat)):
        raise InputError("the map of a unit has brine valve or bypass and its design superheat only")
    shape = shape_of(boundary, control)
    query = make_query(unit_map, boundary, control, shape)
    status = askable(unit_map, query, boundary, shape)
    runs = np.flatnonzero(np.asarray(status.ok))
    some = query.take(runs if len(runs) else np.zeros(1, dtype=np.intp))
    point = _point(unit_map, some, _held(unit_map, some), control.means)
    if not len(runs):  # one answered question, only for the fields of its answer
        point = spread(point, runs, 0)
    point = spread(point, runs, len(query.flow))
    parts = [np.where(status.ok, getattr(point.status, k), getattr(status, k)) for k in _STATUS]
    whole = Status(*parts)
    return reshaped(replace(blanked(point, np.asarray(whole.ok)), status=whole), shape)


_STATUS: Final = ("reason", "value", "limit")


def _frame(unit_map: UnitMap) -> Frame:
    hardware = unit_map.hardware
    return frame(Unit(hardware, tabulated_fluid(hardware.level.fluid, FINE)))


def _held(unit_map: UnitMap, query: Query) -> _Answer:
    """Look up wide open; where a limit is broken, walk fans and brine until all hold."""
    bounds, n = _frame(unit_map), len(query.flow)
    wide = _answer(unit_map, bounds, query, np.zeros((n, 2)))
    wide = replace(wide, binding=np.zeros(n, dtype=np.int64))
    over = np.flatnonzero((wide.branches.T_cond < bounds.T_floor) | (wide.room < -_ROUNDING))
    if not len(over):
        return wide
    some = query.take(over)

    def residual(x: Array, index: Index) -> Array:
        asked = some.take(index)
        found = _answer(unit_map, bounds, asked, x)
        return np.stack(_misses(unit_map, bounds, asked, found, x), axis=-1)

    m = len(over)
    within = Range(np.tile(_LOWEST, (m, 1)), np.tile(_HIGHEST, (m, 1)), _STEPS)
    start, J = _estimate(bounds, some, wide.take(over))
    root = solve(residual, start, within, J, tolerance=_TOLERANCE)
    held = _answer(unit_map, bounds, some, root.x)
    binding = np.where(root.x[:, 1] < 0.0, held.binding, 0)
    return amended(wide, over, replace(held, binding=binding))


def _answer(unit_map: UnitMap, bounds: Frame, query: Query, x: Array) -> _Answer:
    """Look up where two coordinates point: fans (below 0: slower) and brine (below 0: less)."""
    hardware, share = unit_map.hardware, np.exp(np.minimum(x[:, 1], 0.0))
    fan_speed = query.fan_speed * np.exp(np.clip(x[:, 0], _slowest(hardware, query), 0.0) / _FAN_SCALE)
    place = Place(
        T_coolant=query.T_coolant,
        T_geofluid=query.T_geofluid,
        flow=query.flow * share / hardware.design.mass_flow,
        fan_speed=fan_speed,
        quality=query.quality,
    )
    found = unit_map.branches.look_up(place)
    gross = terminal_power(hardware.generator, found.shaft_power(hardware))
    cooler = hardware.cooler.power * fan_speed**3 * query.rho_ratio
    h_out = query.h_geofluid - found.drop
    room = _room(unit_map, bounds, query, found, share, gross, gross - found.pump - cooler)
    stack = np.stack(list(room.values()))
    return _Answer(
        branches=found,
        share=share,
        fan_speed=fan_speed,
        gross=gross,
        cooler=np.asarray(cooler),
        h_out=h_out,
        room=np.min(stack, axis=0),
        binding=np.array([int(limit) for limit in room])[np.argmin(stack, axis=0)],
        covered=unit_map.branches.covers(place),
    )


def _estimate(bounds: Frame, query: Query, wide: _Answer) -> tuple[Array, Array]:
    """Coordinates and their Jacobian to start with.

    Condensation's approach to the coolant goes with fan speed to about the power of -0.6, and what a limit
    counts about with the flow of brine.
    """
    approach, room = wide.branches.T_cond - query.T_coolant, wide.room
    wanted = np.maximum(bounds.T_floor - query.T_coolant, 0.5)
    slow = np.minimum(np.log(np.maximum(approach, 0.1) / wanted) / _APPROACH, 0.0) * _FAN_SCALE
    c = np.where(wide.branches.T_cond < bounds.T_floor, slow, wide.branches.T_cond - bounds.T_floor)
    start = np.stack([c, np.minimum(room, 0.0)], axis=-1)
    J = np.zeros((len(c), 2, 2))
    J[:, 0, 0] = np.where(c < 0.0, -_APPROACH * wanted / _FAN_SCALE, -1.0) / 10.0
    J[:, 0, 1] = np.where(room < 0.0, 0.5 * np.maximum(approach, 1.0) / 10.0, 0.0)
    J[:, 1, 1] = -1.0
    return start, J


_APPROACH: Final = 0.6


def _slowest(hardware: Hardware, query: Query) -> Array:
    return np.asarray(_FAN_SCALE * np.log(np.minimum(hardware.cooler.speed_min / query.fan_speed, 1.0)))


def _misses(unit_map: UnitMap, bounds: Frame, query: Query, found: _Answer, x: Array) -> tuple[Array, Array]:
    """How far condensation and the tightest limit are from where the coordinates say they are."""
    c, d = x[:, 0], x[:, 1]
    beyond = np.maximum(c, 0.0) + np.minimum(c - _slowest(unit_map.hardware, query), 0.0)
    return (found.branches.T_cond - bounds.T_floor - beyond) / 10.0, found.room - np.maximum(d, 0.0)


def _room(
    unit_map: UnitMap,
    bounds: Frame,
    query: Query,
    found: Branches,
    share: Array,
    gross: Array,
    net: Array,
) -> dict[Limit, Array]:
    """Room left to every limit that less brine can hold, in comparable measures."""
    hardware = unit_map.hardware
    rating, fluid = hardware.generator.rating, tabulated_fluid(hardware.level.fluid, FINE)
    mixed = query.h_geofluid - share * found.drop
    duty = share * query.flow * found.drop
    T_cond_max = float(fluid.bubble(min(hardware.limits.p_cond_max, 0.9 * fluid.limits.p_crit)).T)
    return {
        Limit.GROSS_SETPOINT: (query.gross_max - gross) / rating,
        Limit.NET_SETPOINT: np.where(np.isinf(query.net_max), 1.0, (query.net_max - net) / rating),
        Limit.T_RETURN: (mixed - query.h_out_min) / _RETURN_SCALE,
        Limit.DUTY: np.where(np.isinf(query.duty_max), 1.0, (query.duty_max - duty) / (10.0 * rating)),
        Limit.P_COND_HIGH: (T_cond_max - found.T_cond) / 50.0,
        Limit.P_EVAP_HIGH: (bounds.T_evap_max - found.T_evap) / 50.0,
        Limit.PUMP_SPEED: hardware.level.pump.speed_max - found.pump_speed,
    }


def _point(unit_map: UnitMap, query: Query, found: _Answer, means: Means) -> MapPoint:
    through = query.flow * found.share
    bypass = query.flow - through
    if means is Means.BRINE_VALVE:  # as much as the return needs
        cold = found.h_out < query.h_out_min
        above = np.where(cold, query.h_geofluid - query.h_out_min, 1.0)
        needed = through * (query.h_out_min - found.h_out) / above
        bypass = np.where(cold, np.clip(needed, 0.0, bypass), 0.0)
    drawn = through + bypass
    h_return = (through * found.h_out + bypass * query.h_geofluid) / drawn
    T_out = _temperature(query, found.h_out)
    return MapPoint(
        gross=found.gross,
        pump=found.branches.pump,
        cooler=found.cooler,
        net=found.net,
        heat_in=through * found.branches.drop,
        geofluid_flow=drawn,
        bypass=bypass,
        T_geofluid_out=T_out,
        T_return=np.where(bypass > 0.0, _temperature(query, h_return), T_out),
        fan_speed=found.fan_speed,
        mass_flow=found.branches.mass_flow,
        T_evap=found.branches.T_evap,
        T_cond=found.branches.T_cond,
        limits=_limits(unit_map, query, found),
        status=_judged(unit_map, query, found),
    )


def _temperature(query: Query, h: Array) -> Array:
    """Temperature of the geofluid [K] at enthalpy h [J/kg]; NaN below freezing."""
    T = liquid_water().temperature(np.minimum(h, query.h_bubble - 1.0), query.p_geofluid)
    return np.where(h >= query.h_bubble - 1.0, query.T_bubble, T)


def _limits(unit_map: UnitMap, query: Query, found: _Answer) -> NDArray[np.int64]:
    hardware = unit_map.hardware
    rated = query.gross_max >= hardware.generator.rating
    names = np.where((found.binding == int(Limit.GROSS_SETPOINT)) & rated, int(Limit.RATING), found.binding)
    slowed = found.fan_speed < query.fan_speed * (1.0 - _ROUNDING)
    least = found.fan_speed <= hardware.cooler.speed_min * (1.0 + _ROUNDING)
    return np.asarray(
        names | np.where(slowed, int(Limit.P_COND_LOW), 0) | np.where(least, int(Limit.FAN_SPEED), 0)
    )


def _judged(unit_map: UnitMap, query: Query, found: _Answer) -> Status:
    """Say why a point is none."""
    hardware, n = unit_map.hardware, len(query.flow)
    status = Status(np.zeros(n, dtype=np.int8), np.full(n, np.nan), np.full(n, np.nan))
    status = require(status, found.covered, Stop.OUTSIDE_MAP, value=query.T_geofluid, limit=np.nan)
    for limit, stop in STOPS.items():
        lost = (found.room < -_ENOUGH) & (found.binding == int(limit))
        status = require(status, ~lost, stop, value=found.room, limit=0.0)
    least = hardware.limits.load_min * hardware.generator.rating
    return require(status, found.gross >= least, Stop.BELOW_MINIMUM_LOAD, value=found.gross, limit=least)
