"""Designed units to rate off their design point: every layout, seven fluids, air and water.

Overall coefficients and machine laws are assumed, typical of shell-and-tube heaters and air coolers
(VDI Heat Atlas, 2nd ed., 2010, section C2); no test depends on their being right.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.equip import Equipment, ZoneAssumption, equip
from orcplant.thermo.hardware import Hardware
from orcplant.thermo.offdesign import Boundary
from orcplant.thermo.properties import Fluid
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import (
    CoolantOutlet,
    CycleSpec,
    HeaterPinch,
    RecuperatorPinch,
    Subcooling,
    WaterCooling,
)
from orcplant.thermo.state import Numeric
from tests.thermo.designs import best, problem
from tests.thermo.support import KELVIN, simple_level, simple_spec

EQUIPMENT: Final = Equipment(
    preheat=ZoneAssumption(900.0, 0.4, 0.8, 0.8),
    evaporate=ZoneAssumption(1000.0, 0.4, 0.8, 0.7),
    superheat=ZoneAssumption(150.0, 0.1, 0.8, 0.8),
    desuperheat=ZoneAssumption(300.0, 0.5, 0.6, 0.8),
    condense=ZoneAssumption(500.0, 0.8, 0.6, 0.0),
    subcool=ZoneAssumption(300.0, 0.5, 0.6, 0.8),
    recuperate=ZoneAssumption(150.0, 0.5, 0.8, 0.8),
    critical_ratio=0.0,
    speed_range=(1.0, 1.0),
    pump_shutoff=1.25,
    pump_speed_max=1.4,
    generator_fixed_share=0.5,
    fan_speed_min=0.1,
    p_evap_margin=1.5,
    p_cond_max=12e5,
    p_cond_min=1e4,
    load_min=0.0,
    T_return_min=0.0,
)


def _water_cooled(fluid: str) -> CycleSpec:
    """Case of issue and benchmark: saturated at 100 C, condensing at 35 C on water from 20 to 28 C."""
    cooling = WaterCooling(20.0 + KELVIN, 2e5, CoolantOutlet(28.0 + KELVIN), pump_dp=0.5e5, eta_pump=0.75)
    return replace(simple_spec(simple_level(fluid)), cooling=cooling)


def _recuperated() -> CycleSpec:
    spec = simple_spec(simple_level("R1336mzz(E)", 378.15, 3.0))
    return replace(spec, recuperator=RecuperatorPinch(8.0), pump_inlet=Subcooling(2.0))


def _two_phase() -> CycleSpec:
    geofluid = geo.two_phase(T=160.2 + KELVIN, quality=0.05, mass_flow=50.0)
    spec = simple_spec(simple_level("R1233zd(E)", 383.15, 2.0))
    return replace(spec, source=HeaterPinch(geofluid, 5.0, 5.0), pump_inlet=Subcooling(2.0))


def _optimised() -> CycleSpec:
    spec = best(problem("IsoButane")).result.spec
    return replace(spec, levels=tuple(replace(one, fluid=Fluid(one.fluid.name)) for one in spec.levels))


SPECS: Final[dict[str, Callable[[], CycleSpec]]] = {
    "simple": lambda: simple_spec(),
    "superheated": lambda: replace(
        simple_spec(simple_level("n-Butane", superheat=8.0)), pump_inlet=Subcooling(2.0)
    ),
    "recuperated": _recuperated,
    "two-phase": _two_phase,
    "water-cooled": lambda: _water_cooled("Isopentane"),
    "water-cooled R245fa": lambda: _water_cooled("R245fa"),
    "optimised": _optimised,
}
LAYOUTS: Final = tuple(SPECS)
P_BRINE: Final = 12e5  # [Pa], liquid up to 188 C


@dataclass(frozen=True, slots=True)
class Designed:
    """A design point and the hardware that makes it."""

    result: CycleResult
    hardware: Hardware


@cache
def designed(layout: str) -> Designed:
    """Unit of a layout, designed once a session."""
    result = solve_cycle(SPECS[layout]())
    return Designed(result, equip(result, EQUIPMENT))


def unit(layout: str = "simple", **limits: Any) -> Hardware:
    """Hardware of a layout, its `OperatingLimits` changed."""
    hardware = designed(layout).hardware
    return replace(hardware, limits=replace(hardware.limits, **limits)) if limits else hardware


def meeting(
    hardware: Hardware,
    *,
    T_brine_degC: Numeric | None = None,
    flow: Numeric = 1.0,
    T_coolant_degC: Numeric | None = None,
    quality: Numeric | None = None,
) -> Boundary:
    """What a unit meets: design, with brine, flow over design and coolant changed."""
    point = hardware.design
    T = point.T if T_brine_degC is None else T_brine_degC + KELVIN
    p = point.p if T_brine_degC is None else max(point.p, P_BRINE)
    two_phase = point.quality == point.quality
    mass_flow = point.mass_flow * flow
    if two_phase:
        brine = geo.two_phase(T=T, quality=point.quality if quality is None else quality, mass_flow=mass_flow)
    else:
        brine = geo.liquid(T=T, p=p, mass_flow=mass_flow)
    T_coolant = point.T_coolant if T_coolant_degC is None else T_coolant_degC + KELVIN
    return Boundary(brine, T_coolant, point.p_coolant)
