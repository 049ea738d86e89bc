"""Ten thousand design points at once, on tables."""

from dataclasses import replace
from typing import Any, Final

import numpy as np

from benchmarks.measure import Gate, median_time, timed
from benchmarks.points import DESIGN_POINT, KELVIN, P_WATER
from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.properties import Fluid
from orcplant.thermo.spec import (
    CoolantOutlet,
    CycleSpec,
    HeaterPinch,
    LevelSpec,
    SaturationTemperature,
    Superheat,
    WaterCooling,
)
from orcplant.thermo.state import Array, FluidModel
from orcplant.thermo.tables import TabulatedFluid

POINTS: Final = 10_000
POINT_TIME: Final = 60e-6  # [s]
_CHECKED: Final = 200  # points also solved on the reference equation


def run() -> tuple[dict[str, Any], list[Gate]]:
    """Measure one array of scenarios, and hold a sample of it to the reference equation."""
    fluids: list[TabulatedFluid] = []
    building = timed(lambda: fluids.append(TabulatedFluid("Isopentane")))
    scenarios = _scenarios(POINTS)
    spec = _spec(fluids[0], scenarios)
    seconds = median_time(lambda: solve_cycle(spec), repeats=5) / POINTS
    sample = {key: values[:_CHECKED] for key, values in scenarios.items()}
    tabulated = solve_cycle(_spec(fluids[0], sample))
    exact_spec = _spec(Fluid("Isopentane"), sample)
    exact_seconds = median_time(lambda: solve_cycle(exact_spec), repeats=3) / _CHECKED
    exact = solve_cycle(exact_spec)
    solved = np.broadcast_to(np.asarray(exact.status.ok & tabulated.status.ok), _CHECKED)
    power, reference = (np.asarray(result.power.net)[solved] for result in (tabulated, exact))
    found = {
        "points": POINTS,
        "point_s": seconds,
        "point_exact_s": exact_seconds,
        "tables_build_s": building,
        "sample_points": int(solved.sum()),
        "sample_largest_difference": float(np.max(np.abs(power / reference - 1.0))),
    }
    gates = [
        Gate("vectorised with tables", 1e6 * seconds, 1e6 * POINT_TIME, "us/point"),
        Gate("tables against reference, net power", found["sample_largest_difference"], 1e-4, "-", True),
    ]
    return {"vectorised": found}, gates


def _scenarios(n: int) -> dict[str, Array]:
    rng = np.random.default_rng(10_000)
    return {
        "T_evap": KELVIN + rng.uniform(75.0, 115.0, n),
        "T_brine": KELVIN + rng.uniform(140.0, 165.0, n),
        "T_cond": KELVIN + rng.uniform(28.0, 45.0, n),
        "superheat": rng.uniform(0.0, 10.0, n),
    }


def _spec(fluid: FluidModel, scenario: dict[str, Array]) -> CycleSpec:
    level = LevelSpec(
        fluid, SaturationTemperature(scenario["T_evap"]), Superheat(scenario["superheat"]), 0.80
    )
    brine = geo.liquid(T=scenario["T_brine"], p=10e5, mass_flow=50.0)
    spec = replace(DESIGN_POINT.spec, levels=(level,), source=HeaterPinch(brine, 5.0, 5.0))
    T_water = scenario["T_cond"] - 15.0
    cooling = WaterCooling(T_water, P_WATER, CoolantOutlet(T_water + 8.0), pump_dp=0.0, eta_pump=0.75)
    return replace(spec, condensation=SaturationTemperature(scenario["T_cond"]), cooling=cooling)
