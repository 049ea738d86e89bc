"""Design points: orcplant and TESPy answer the same questions in the same run."""

import statistics
import time
from typing import Any, Final

import CoolProp

from benchmarks.measure import Gate, median_time, timed
from benchmarks.points import DESIGN_POINT, Answer, Point, grid, solve
from benchmarks.tespy_orc import NotConvergedError, TespyOrc, build
from orcplant.thermo.cycle import solve_cycle

LARGEST_DIFFERENCE: Final = 1e-4
DESIGN_POINT_TIME: Final = 1e-3  # [s]


def run() -> tuple[dict[str, Any], list[Gate]]:
    """Measure the design point, then the grid."""
    point, gates = _design_point()
    side_by_side, more = _grid()
    return {"design_point": point, "grid": side_by_side}, [*gates, *more]


def _design_point() -> tuple[dict[str, Any], list[Gate]]:
    spec = DESIGN_POINT.spec
    orcplant = median_time(lambda: solve_cycle(spec), repeats=15, loops=20)
    cold, made = [], []
    for _ in range(8):
        seconds, network = _timed_build(DESIGN_POINT)
        made.append(seconds)
        cold.append(timed(network.solve))
    # The first network also fills caches of both libraries.
    warm = median_time(network.solve, repeats=8)
    tespy = statistics.median(cold[1:])
    differences = solve(DESIGN_POINT).difference(network.answer, DESIGN_POINT.T_brine_C)
    largest = max(differences.values())
    point = {
        "orcplant_s": orcplant,
        "tespy_s": tespy,
        "tespy_warm_s": warm,
        "tespy_build_s": statistics.median(made[1:]),
        "ratio": tespy / orcplant,
        "ratio_warm": warm / orcplant,
        "largest_difference": largest,
        "differences": differences,
        "CoolProp": CoolProp.__version__,
    }
    gates = [
        Gate("design point", 1e3 * orcplant, 1e3 * DESIGN_POINT_TIME, "ms"),
        Gate("design point, largest difference", largest, LARGEST_DIFFERENCE, "-", True),
    ]
    return point, gates


def _timed_build(point: Point) -> tuple[float, TespyOrc]:
    start = time.perf_counter()
    network = build(point)
    return time.perf_counter() - start, network


def _grid() -> tuple[dict[str, Any], list[Gate]]:
    points = grid()
    worst: dict[str, tuple[float, str]] = {}
    failed: dict[str, list[str]] = {"orcplant": [], "tespy": []}
    times: dict[str, list[float]] = {"orcplant": [], "tespy": []}
    for point in points:
        ours, theirs = _ours(point, failed, times), _theirs(point, failed, times)
        if ours is None or theirs is None:
            continue
        for name, value in ours.difference(theirs, point.T_brine_C).items():
            if value >= worst.get(name, (0.0, ""))[0]:
                worst[name] = value, point.name
    largest = max(value for value, _ in worst.values())
    compared = len(points) - len({*failed["orcplant"], *failed["tespy"]})
    found = {
        "points": len(points),
        "compared": compared,
        "failed": failed,
        "largest_difference": largest,
        "worst": {name: {"difference": value, "point": where} for name, (value, where) in worst.items()},
        "orcplant_s": sum(times["orcplant"]),
        "tespy_s": sum(times["tespy"]),
        "ratio": statistics.median(times["tespy"]) / statistics.median(times["orcplant"]),
    }
    missed = float(len(failed["orcplant"]))
    gates = [
        Gate(f"grid, largest difference over {compared} points", largest, LARGEST_DIFFERENCE, "-", True),
        Gate("grid, points without an answer from orcplant", missed, 0.0, "points", True),
    ]
    return found, gates


def _ours(point: Point, failed: dict[str, list[str]], times: dict[str, list[float]]) -> Answer | None:
    try:
        answer = solve(point)
    except ValueError as exc:
        failed["orcplant"].append(str(exc))
        return None
    spec = point.spec
    times["orcplant"].append(median_time(lambda: solve_cycle(spec), repeats=5))
    return answer


def _theirs(point: Point, failed: dict[str, list[str]], times: dict[str, list[float]]) -> Answer | None:
    network = build(point)
    try:
        times["tespy"].append(timed(network.solve))
    except NotConvergedError as exc:
        failed["tespy"].append(f"{point.name}: {exc}")
        return None
    return network.answer
