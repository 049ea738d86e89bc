"""The optimum of one unit: orcplant, scipy and TESPy on the same question in the same run.

Two questions. The shipped plant's best unit, air-cooled: pressure, superheat and condensation under
all its limits, orcplant against scipy's differential evolution over the same cycle model, one
candidate a call. And a question TESPy can answer too: the evaporation temperature of most net power at
a given condensation, orcplant against scipy's bounded search over orcplant's cycle and over TESPy's.
"""

import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from scipy.optimize import differential_evolution, minimize_scalar

from benchmarks.measure import Gate, median_time, timed
from benchmarks.points import ETA_EXPANDER, ETA_PUMP, KELVIN, M_BRINE, P_BRINE, P_WATER, PINCH, Point
from benchmarks.tespy_orc import NotConvergedError, build
from orcplant.config.plant_spec import load_plant
from orcplant.errors import PropertyError
from orcplant.plant.sizing import size
from orcplant.resources import configs_dir
from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.design import DesignLimits, DesignProblem, Optimum, Regime
from orcplant.thermo.optimise import optimise
from orcplant.thermo.result import Warn
from orcplant.thermo.spec import (
    CoolantPinch,
    CycleSpec,
    HeaterPinch,
    LevelSpec,
    NoRecuperator,
    Pressure,
    SaturationTemperature,
    Subcooling,
    Superheat,
    WaterCooling,
)
from orcplant.thermo.state import Array
from orcplant.thermo.tables import COARSE, tabulated_fluid

OPTIMUM_TIME: Final = 20e-3  # [s]
SHORTFALL: Final = 1e-3  # of the best that any of the programs finds
POINT: Final = Point("Isopentane", 100.0, 150.0, 35.0, 20.0, 8.0)
_CONDENSING_RANGE: Final = 15.0  # [K] that scipy searches
_TOLERANCE: Final = 0.02  # [K] of the bounded searches


def run() -> tuple[dict[str, Any], list[Gate]]:
    """Measure both questions."""
    found: dict[str, Any] = {}
    gates: list[Gate] = []
    for name, problem in _units().items():
        found[name] = measured = _with_scipy(problem)
        best = max(measured["orcplant_W"], measured["scipy_W"])
        gates += [
            Gate(f"optimum, {name}", 1e3 * measured["orcplant_s"], 1e3 * OPTIMUM_TIME, "ms"),
            Gate(
                f"optimum, {name}, short of the best",
                1.0 - measured["orcplant_W"] / best,
                SHORTFALL,
                "-",
                True,
            ),
        ]
    found[f"{POINT.fluid}, evaporation only"] = measured = _with_tespy()
    best = max(measured[f"{program}_W"] for program in ("orcplant", "scipy", "tespy"))
    short = 1.0 - measured["orcplant_W"] / best
    gates += [
        Gate("optimum of one unknown", 1e3 * measured["orcplant_s"], 1e3 * OPTIMUM_TIME, "ms"),
        Gate("optimum of one unknown, short of the best", short, SHORTFALL, "-", True),
    ]
    return {"optimum": found}, gates


def _units() -> dict[str, DesignProblem]:
    """Design problems of the shipped plant: its answer, and the best simple unit."""
    sizing = size(load_plant(configs_dir() / "tianzhen_20mw").spec)
    blocks = [candidate.blocks[0] for candidate in sizing.candidates]
    # Candidates come cheapest first: the last one written for a layout is its best.
    best = {block.unit.layout.name: block for block in reversed(blocks)}
    return {f"{b.unit.fluid.name} {layout}": b.unit.optimum.problem for layout, b in best.items()}


def _with_scipy(problem: DesignProblem) -> dict[str, Any]:
    """Optimum of a unit of the plant, by orcplant and by differential evolution."""
    ours = _optimum(problem)
    evaluations = 0

    def loss(x: Array) -> float:
        nonlocal evaluations
        evaluations += 1
        return -_net(problem, x)

    answers: list[Any] = []
    bounds = _bounds(problem)
    seconds = timed(
        lambda: answers.append(
            differential_evolution(loss, bounds, rng=1, popsize=10, tol=1e-6, polish=False)
        )
    )
    theirs = -float(answers[0].fun)
    return {
        "orcplant_s": median_time(lambda: optimise(problem), repeats=9, loops=3),
        "orcplant_W": ours,
        "scipy_s": seconds,
        "scipy_W": theirs,
        "scipy_evaluations": evaluations,
        "difference": ours / theirs - 1.0,
    }


def _optimum(problem: DesignProblem) -> float:
    found = optimise(problem)
    if not isinstance(found, Optimum):
        raise RuntimeError(f"{problem.fluid.name}: no design: {found.obstacle}")
    return found.value


def _bounds(problem: DesignProblem) -> list[tuple[float, float]]:
    """Pressure [Pa], superheat [K] and condensation [K], from the problem's own words."""
    cooling, limits = problem.cooling, problem.limits
    if not isinstance(cooling.closure, CoolantPinch):
        raise TypeError("a design problem has a coolant pinch")
    coldest = float(cooling.T_in) + float(cooling.closure.dT) + problem.subcooling
    T_low = max(coldest + 0.1, float(problem.fluid.bubble(limits.p_cond_min).T))
    p_low, p_high = (share * problem.fluid.limits.p_crit for share in limits.p_reduced)
    p_low = max(p_low, 1.3 * float(problem.fluid.p_dew(T_low + _CONDENSING_RANGE)))
    return [(p_low, p_high), limits.superheat, (T_low, T_low + _CONDENSING_RANGE)]


def _net(problem: DesignProblem, x: Array) -> float:
    """Net power [W] of one candidate; 0 where a limit is broken."""
    p, superheat, T_cond = (float(value) for value in x)
    limits = problem.limits
    spec = CycleSpec(
        levels=(LevelSpec(problem.fluid, Pressure(p), Superheat(superheat), problem.eta_expander),),
        condensation=SaturationTemperature(T_cond),
        pump_inlet=Subcooling(problem.subcooling),
        eta_pump=problem.eta_pump,
        eta_generator=problem.eta_generator,
        recuperator=problem.recuperator,
        source=HeaterPinch(
            problem.geofluid, problem.pinch_heater, problem.pinch_preheater, limits.T_geofluid_out_min
        ),
        cooling=problem.cooling,
    )
    try:
        result = solve_cycle(spec, report_pinches=False)
    except PropertyError:
        return 0.0
    wet = bool(int(result.warnings) & int(Warn.WET_EXPANSION))
    too_hot = float(result.levels[0].expander_in.T) > limits.T_fluid_max
    return 0.0 if wet or too_hot or not result.status.ok else float(result.power.net)


def _with_tespy() -> dict[str, Any]:
    """Evaporation temperature of most net power, three ways."""
    problem = _problem_for_tespy()
    value = _optimum(problem)
    times: dict[str, float] = {"orcplant": median_time(lambda: optimise(problem), repeats=9, loops=3)}
    answers: dict[str, tuple[float, int]] = {"orcplant": (value, 0)}
    network = build(POINT)
    network.solve()

    def tespy(T_evap_C: float) -> float:
        network.connections["turbine_in"].set_attr(T=T_evap_C)
        try:
            network.solve()
        except NotConvergedError:
            return 0.0
        return network.answer.net_power

    def cycle(T_evap_C: float) -> float:
        p = float(problem.fluid.p_dew(T_evap_C + KELVIN))
        return _net(problem, np.array([p, 0.0, POINT.T_cond_C + KELVIN]))

    for name, model in (("scipy", cycle), ("tespy", tespy)):
        start = time.perf_counter()
        answers[name] = _searched(model)
        times[name] = time.perf_counter() - start
    return {
        **{f"{name}_s": seconds for name, seconds in times.items()},
        **{f"{name}_W": power for name, (power, _) in answers.items()},
        "scipy_evaluations": answers["scipy"][1],
        "tespy_evaluations": answers["tespy"][1],
        "ratio": times["tespy"] / times["orcplant"],
    }


def _searched(model: Callable[[float], float]) -> tuple[float, int]:
    """Largest value over the evaporation temperature, and how often the model was asked."""
    highest = POINT.T_brine_C - PINCH - 1.0
    best = minimize_scalar(
        lambda T: -model(float(T)), bounds=(60.0, highest), method="bounded", options={"xatol": _TOLERANCE}
    )
    return -float(best.fun), int(best.nfev)


def _problem_for_tespy() -> DesignProblem:
    """Saturated cycle, the condensing temperature at its coldest: a coolant that costs nothing."""
    closure = CoolantPinch(POINT.T_cond_C - POINT.T_water_C - 0.5)
    return DesignProblem(
        fluid=tabulated_fluid(POINT.fluid, COARSE),
        regime=Regime.SUBCRITICAL,
        recuperator=NoRecuperator(),
        geofluid=geo.liquid(T=POINT.T_brine_C + KELVIN, p=P_BRINE, mass_flow=M_BRINE),
        cooling=WaterCooling(POINT.T_water_C + KELVIN, P_WATER, closure, pump_dp=0.0, eta_pump=0.75),
        pinch_heater=PINCH,
        pinch_preheater=PINCH,
        subcooling=0.0,
        eta_expander=ETA_EXPANDER,
        eta_pump=ETA_PUMP,
        eta_generator=1.0,
        limits=DesignLimits(
            p_cond_min=1e4,
            T_geofluid_out_min=0.0,
            p_reduced=(0.05, 0.8),
            superheat=(0.0, 0.0),
            T_fluid_max=1e3,
        ),
    )
