"""A year of forty units through the map of a unit: the points of `benchmarks.offdesign`, looked up."""

import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any, Final

import numpy as np

from benchmarks.measure import Gate, median_time, timed
from benchmarks.offdesign import Weather, peak_MB, water_cooled, year
from benchmarks.points import KELVIN
from orcplant.thermo.hardware import Hardware
from orcplant.thermo.offdesign import Stop, rate
from orcplant.thermo.unit_map import Axes, MapPoint, UnitMap, build_map, default_axes, rate_by_map

MAP_TIME: Final = 3.0  # [s], two processes
MAP_MEMORY: Final = 1500.0  # [MB]
OFF_GROSS: Final = 3e-3  # [-], of the rating, 99th percentile
OFF_T_OUT: Final = 1.0  # [K], likewise
_PROCESSES: Final = 2
_CHUNK: Final = 45_000  # points
_SAMPLE: Final = 5000  # points also solved directly


def run() -> tuple[dict[str, Any], list[Gate]]:
    """Measure building the map, the year through it, and how far from direct solves it is."""
    hardware = water_cooled()
    before = time.process_time()
    unit_map = build_map(hardware, _axes(hardware))
    build_s = time.process_time() - before
    found, gates = _year(unit_map)
    off, more = _differences(unit_map)
    return {"unit_map": {"build_cpu_s": build_s, **found, **off}}, gates + more


def _axes(hardware: Hardware) -> Axes:
    return replace(
        default_axes(hardware),
        T_coolant=KELVIN + np.linspace(1.5, 37.0, 6),
        T_geofluid=hardware.design.T + np.linspace(-15.0, 9.0, 8),
    )


def _year(unit_map: UnitMap) -> tuple[dict[str, Any], list[Gate]]:
    points = year()
    chunk = points[:: len(points) // _CHUNK]
    one = median_time(lambda: _look_up(unit_map, chunk), repeats=3) / len(chunk)
    answers: list[MapPoint] = []
    before = os.times()
    seconds = timed(lambda: answers.extend(_chunks(unit_map, points)))
    after = os.times()
    reasons = Counter(int(r) for answer in answers for r in np.ravel(answer.status.reason))
    megabytes, lost = peak_MB(), float(len(points) - reasons[Stop.RUNS])
    found = {
        "points": len(points),
        "year_s": seconds,
        "cpu_s": sum(after[:4]) - sum(before[:4]),
        "processes": _PROCESSES,
        "peak_MB": megabytes,
        "point_s": one,
        "reasons": {Stop(code).name: count for code, count in sorted(reasons.items())},
    }
    return found, [
        Gate(f"map of a unit, {len(points)} points, {_PROCESSES} processes", seconds, MAP_TIME, "s"),
        Gate("map of a unit, memory of all processes", megabytes, MAP_MEMORY, "MB"),
        Gate("map of a unit, points without an answer", lost, 0.0, "points", True),
    ]


def _chunks(unit_map: UnitMap, points: Weather) -> list[MapPoint]:
    chunks = [points[k : k + _CHUNK] for k in range(0, len(points), _CHUNK)]
    with ProcessPoolExecutor(_PROCESSES) as pool:
        return list(pool.map(_look_up, [unit_map] * len(chunks), chunks))


def _look_up(unit_map: UnitMap, points: Weather) -> MapPoint:
    return rate_by_map(unit_map, points.boundary)


def _differences(unit_map: UnitMap) -> tuple[dict[str, Any], list[Gate]]:
    """99th percentiles over a sample of the year, limits acting on both."""
    points = year()
    some = points[np.random.default_rng(5000).choice(len(points), _SAMPLE, replace=False)]
    by_map, direct = _look_up(unit_map, some), rate(unit_map.hardware, some.boundary)
    gross = np.abs(by_map.gross - direct.gross) / unit_map.hardware.generator.rating
    T_out = np.abs(by_map.T_geofluid_out - direct.T_geofluid_out)
    off = {"off_gross": float(np.percentile(gross, 99.0)), "off_T_out_K": float(np.percentile(T_out, 99.0))}
    return off, [
        Gate("map of a unit, gross power off, of rating", off["off_gross"], OFF_GROSS, "-", True),
        Gate("map of a unit, geofluid outlet off", off["off_T_out_K"], OFF_T_OUT, "K", True),
    ]


def lines(found: dict[str, Any]) -> list[str]:
    """Lines for the table."""
    return [
        f"map of a unit        {found['points']} points in {found['year_s']:.2f} s on {found['processes']}"
        f" processes ({found['cpu_s']:.2f} s CPU, {found['peak_MB']:.0f} MB), {1e6 * found['point_s']:.1f}"
        f" us/point on one; built in {found['build_cpu_s']:.1f} s CPU",
        f"  off by {100.0 * found['off_gross']:.3f} % of rated power, {found['off_T_out_K']:.3f} K of brine"
        " outlet (99th percentile against direct solves)",
    ]
