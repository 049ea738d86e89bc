"""An operating point off design as a design question: the same cycle, on the reference equations.

Off design a unit is rated on tables with few stations; `cycle.solve_cycle` knows nothing of hardware and
takes pressures, efficiencies and outlet temperatures as given. Asked for the cycle of an operating
point it must find the same flows, powers and duties: the two models check each other.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.hardware import CoolantKind, Hardware
from orcplant.thermo.media import boiling_temperature
from orcplant.thermo.offdesign import Boundary, OperatingPoint
from orcplant.thermo.offdesign.boundary import coolant
from orcplant.thermo.properties import Fluid
from orcplant.thermo.spec import (
    AirCooling,
    CoolantFlow,
    CycleSpec,
    FlowGiven,
    GeofluidOutlet,
    LevelSpec,
    NoCooling,
    NoRecuperator,
    Recuperator,
    RecuperatorEffectiveness,
    SaturationTemperature,
    Subcooling,
    Superheat,
    WaterCooling,
)

_SATURATED: Final = 1e-6  # [K]


def cycle_of(hardware: Hardware, boundary: Boundary, point: OperatingPoint) -> CycleSpec:
    """Spec of the cycle a unit runs at one operating point.

    Parameters
    ----------
    boundary, point : Boundary, OperatingPoint
        One scenario (scalars) and its answer; the unit runs there.

    Raises
    ------
    ValueError
        If the unit does not run, or the point is an array.
    PropertyError
        If a state lies outside the equation of state.

    Notes
    -----
    A throttled inlet valve and the turbine behind it become one expansion of lower efficiency. The power
    of fans or cooling pumps is met by a pressure rise without losses. Where the geofluid still holds steam
    as it leaves, no outlet temperature closes the heater: the cycle has the working fluid's flow instead.
    """
    if np.ndim(point.gross) or not bool(point.ok):
        raise ValueError("only one point at which the unit runs is a cycle")
    level, fluid = point.level, Fluid(hardware.level.fluid)
    ideal = fluid.state_ps(float(level.p_cond), float(level.expander_in.s))
    spec = CycleSpec(
        levels=(
            LevelSpec(
                fluid=fluid,
                evaporation=SaturationTemperature(float(level.T_evap)),
                turbine_inlet=Superheat(max(0.0, float(level.expander_in.T - level.T_evap))),
                eta_expander=float(
                    (level.expander_in.h - level.expander_out.h) / (level.expander_in.h - ideal.h)
                ),
            ),
        ),
        condensation=SaturationTemperature(float(level.T_cond)),
        pump_inlet=Subcooling(hardware.subcooling),
        eta_pump=float(level.eta_pump),
        eta_generator=float(point.gross / (level.mass_flow * (level.expander_in.h - level.expander_out.h))),
        recuperator=NoRecuperator(),
        source=_source(boundary, point),
        cooling=_cooling(hardware, boundary, point),
    )
    return replace(spec, recuperator=_recuperator(hardware, point, spec))


def _source(boundary: Boundary, point: OperatingPoint) -> GeofluidOutlet | FlowGiven:
    offered = boundary.geofluid
    through = Geofluid(
        float(offered.T), float(offered.p), float(offered.quality), float(point.geofluid_flow - point.bypass)
    )
    if float(point.T_geofluid_out) < float(boiling_temperature(offered.p)) - _SATURATED:
        return GeofluidOutlet(through, float(point.T_geofluid_out))
    # Steam is left at the outlet, and its temperature does not tell how much.
    return FlowGiven(float(point.level.mass_flow))


def _cooling(hardware: Hardware, boundary: Boundary, point: OperatingPoint) -> AirCooling | WaterCooling:
    T, p, flow = float(boundary.T_coolant), float(boundary.p_coolant), float(point.coolant_flow)
    rise = float(point.cooler) * float(coolant(hardware).density(T, p)) / flow
    closure = CoolantFlow(flow)
    if hardware.cooler.kind is CoolantKind.AIR:
        return AirCooling(T, p, closure, fan_dp=rise, eta_fan=1.0)
    return WaterCooling(T, p, closure, pump_dp=rise, eta_pump=1.0)


def _recuperator(hardware: Hardware, point: OperatingPoint, spec: CycleSpec) -> Recuperator:
    if hardware.level.recuperator is None:
        return NoRecuperator()
    whole = replace(
        spec, recuperator=RecuperatorEffectiveness(1.0), source=FlowGiven(1.0), cooling=NoCooling()
    )
    largest = float(solve_cycle(whole, report_pinches=False).levels[0].recuperation.duty)
    duty = float(point.level.recuperated / point.level.mass_flow)
    return RecuperatorEffectiveness(min(1.0, duty / largest) if largest > 0.0 else 0.0)
