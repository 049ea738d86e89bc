"""One solved cycle of every layout, for what shows results."""

from dataclasses import replace
from functools import cache
from typing import Final

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.properties import Fluid
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import (
    CoolantPinch,
    CycleSpec,
    FlowGiven,
    HeaterPinch,
    LevelSpec,
    NoCooling,
    Pressure,
    RecuperatorPinch,
    SaturationTemperature,
    Subcooling,
    Temperature,
    WaterCooling,
)
from tests.thermo.support import KELVIN, dual_spec, simple_level, simple_spec


def _two_phase() -> CycleSpec:
    geofluid = geo.two_phase(T=160.2 + KELVIN, quality=0.1, mass_flow=10.0)
    return replace(simple_spec(simple_level("R1233zd(E)", 383.15)), source=HeaterPinch(geofluid, 5.0, 5.0))


def _transcritical() -> CycleSpec:
    return simple_spec(LevelSpec(Fluid("R134a"), Pressure(50e5), Temperature(135.0 + KELVIN), 0.8))


def _mixture() -> CycleSpec:
    spec = simple_spec(simple_level("Isobutane[0.4]&Isopentane[0.6]", 368.15, 2.0))
    cooling = WaterCooling(15.0 + KELVIN, 2e5, CoolantPinch(5.0), pump_dp=0.5e5, eta_pump=0.75)
    return replace(spec, pump_inlet=Subcooling(2.0), cooling=cooling)


def _bare() -> CycleSpec:
    return replace(simple_spec(), source=FlowGiven(1.0), cooling=NoCooling(), eta_generator=1.0)


SPECS: Final = {
    "simple": lambda: simple_spec(),
    "superheated": lambda: replace(
        simple_spec(simple_level("R245fa", superheat=10.0)), pump_inlet=Subcooling(3.0)
    ),
    "recuperated": lambda: replace(
        simple_spec(simple_level("n-Pentane", 383.15, 5.0)), recuperator=RecuperatorPinch(5.0)
    ),
    "transcritical": _transcritical,
    "dual_level": lambda: dual_spec(),
    "dual_fluid": lambda: dual_spec(low=simple_level("R245fa", 348.15)),
    "two_phase_geofluid": _two_phase,
    "wet": lambda: replace(
        simple_spec(simple_level("Ammonia", 353.15)), condensation=SaturationTemperature(303.15)
    ),
    "mixture": _mixture,
    "bare": _bare,
}
LAYOUTS: Final = tuple(SPECS)


@cache
def solved(layout: str) -> CycleResult:
    """Solved cycle of a layout, once a session: a mixture takes half a second."""
    result = solve_cycle(SPECS[layout]())
    assert result.status.ok, result.status
    return result
