"""An operating point asked again of the reference equations, and brute force along its exchangers.

`solve_cycle` knows nothing of hardware: given the pressures, efficiencies and brine outlet of a
point it must find the same flows, powers and duties.
"""

from dataclasses import dataclass, replace

import numpy as np

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.hardware import CoolantKind, Hardware, Zone
from orcplant.thermo.media import air, liquid_water
from orcplant.thermo.offdesign import Boundary, OperatingPoint
from orcplant.thermo.properties import Fluid
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import (
    AirCooling,
    CoolantFlow,
    CycleSpec,
    FlowGiven,
    GeofluidOutlet,
    LevelSpec,
    NoCooling,
    NoRecuperator,
    Pressure,
    RecuperatorEffectiveness,
    Subcooling,
    Superheat,
    WaterCooling,
)
from orcplant.thermo.state import Array
from tests.thermo.support import temperatures
from tests.thermo.units import Designed


def solved_again(designed: Designed, boundary: Boundary, point: OperatingPoint) -> CycleResult:
    """Every point solved by `solve_cycle` on CoolProp, the working fluid's flow from the brine's cooling.

    The turbine's efficiency is taken from its inlet valve to its outlet; fan and pump laws are
    written anew from the design's pressure rise.
    """
    hardware, level = designed.hardware, point.level
    fluid = Fluid(hardware.level.fluid)
    h_ideal = fluid.enthalpy_ps(level.p_cond, np.asarray(level.expander_in.s))
    work = level.expander_in.h - level.expander_out.h
    superheat = np.maximum(np.asarray(level.expander_in.T - level.T_evap), 0.0)
    turbine = LevelSpec(
        fluid,
        Pressure(level.p_evap),
        Superheat(np.where(superheat < 1e-3, 0.0, superheat)),
        work / (level.expander_in.h - h_ideal),
    )
    through = replace(boundary.geofluid, mass_flow=point.geofluid_flow - point.bypass)
    spec = CycleSpec(
        levels=(turbine,),
        condensation=Pressure(level.p_cond),
        pump_inlet=Subcooling(hardware.subcooling),
        eta_pump=level.eta_pump,
        eta_generator=point.gross / (level.mass_flow * work),
        recuperator=NoRecuperator(),
        source=GeofluidOutlet(through, point.T_geofluid_out),
        cooling=_cooling(designed, boundary, point),
    )
    return solve_cycle(_recuperated(hardware, point, spec))


def _recuperated(hardware: Hardware, point: OperatingPoint, spec: CycleSpec) -> CycleSpec:
    if hardware.level.recuperator is None:
        return spec
    largest = replace(
        spec, recuperator=RecuperatorEffectiveness(1.0), source=FlowGiven(1.0), cooling=NoCooling()
    )
    duty = np.asarray(solve_cycle(largest).levels[0].recuperation.duty)
    share = point.level.recuperated / point.level.mass_flow / duty
    return replace(spec, recuperator=RecuperatorEffectiveness(share))


def _cooling(designed: Designed, boundary: Boundary, point: OperatingPoint) -> AirCooling | WaterCooling:
    """Fan and pump laws: pressure rise with the square of speed, and a fan's with density."""
    hardware, cooling = designed.hardware, designed.result.spec.cooling
    closure, T, p = CoolantFlow(point.coolant_flow), boundary.T_coolant, boundary.p_coolant
    if isinstance(cooling, WaterCooling):
        rise = cooling.pump_dp * point.fan_speed**2
        return WaterCooling(T, p, closure, rise, cooling.eta_pump)
    assert isinstance(cooling, AirCooling)
    thin = air().density(T, p) / hardware.cooler.density
    return AirCooling(T, p, closure, cooling.fan_dp * thin * point.fan_speed**2, cooling.eta_fan)


@dataclass(frozen=True, slots=True)
class Walk:
    """Temperature difference [K] of one zone at even steps of its duty [W], from its cold to its hot end."""

    zone: Zone
    duty: float
    difference: Array


def heater_walk(hardware: Hardware, geofluid: Geofluid, point: OperatingPoint, n: int = 400) -> list[Walk]:
    """Geofluid less working fluid through preheater, evaporator and superheater of one point."""
    level, heater = point.level, hardware.level.heater
    fluid = Fluid(hardware.level.fluid)
    p = float(level.p_evap)
    ends = [float(level.h_feed), float(fluid.bubble(p).h), float(fluid.dew(p).h), float(level.expander_in.h)]
    flow, brine = float(level.mass_flow), float(point.geofluid_flow - point.bypass)
    h_in, walks = float(geo.inlet_enthalpy(geofluid)), []
    for zone, low, high in zip(
        (heater.preheat, heater.evaporate, heater.superheat), ends[:-1], ends[1:], strict=True
    ):
        h = np.linspace(low, max(low, high - 1e-6), n)
        T_brine = geo.temperature_at(geofluid, h_in - flow / brine * (ends[-1] - h))
        walks.append(Walk(zone, flow * (high - low), T_brine - temperatures(fluid, p, h)))
    return walks


def condenser_walk(hardware: Hardware, boundary: Boundary, point: OperatingPoint, n: int = 400) -> list[Walk]:
    """Working fluid less coolant through subcooler, condenser and desuperheater of one point."""
    level, condenser = point.level, hardware.condenser
    fluid, p = Fluid(hardware.level.fluid), float(level.p_cond)
    medium = air() if hardware.cooler.kind is CoolantKind.AIR else liquid_water()
    bubble, dew, top = float(fluid.bubble(p).h), float(fluid.dew(p).h), float(level.h_exhaust)
    ends = [float(level.pump_in.h), bubble, min(dew, top), max(dew, top)]
    per_coolant = float(level.mass_flow / point.coolant_flow)
    T_in, p_in = float(boundary.T_coolant), float(boundary.p_coolant)
    walks = []
    for zone, low, high in zip(
        (condenser.subcool, condenser.condense, condenser.desuperheat), ends[:-1], ends[1:], strict=True
    ):
        h = np.linspace(low + 1e-6, max(low + 2e-6, high - 1e-6), n)
        h_coolant = float(medium.enthalpy(T_in, p_in)) + per_coolant * (h - ends[0])
        T_coolant = np.asarray(medium.temperature(h_coolant, np.full(n, p_in)))
        walks.append(Walk(zone, float(level.mass_flow) * (high - low), temperatures(fluid, p, h) - T_coolant))
    return walks
