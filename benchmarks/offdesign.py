"""Operating points off design: a year of forty units at once, and TESPy on a sample of the same points."""

import os
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from benchmarks.measure import Gate, median_time, timed
from benchmarks.points import DESIGN_POINT, KELVIN, M_BRINE, P_WATER
from benchmarks.tespy_offdesign import TespyOffDesign, Wiring, design
from benchmarks.tespy_orc import NotConvergedError
from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.equip import Equipment, ZoneAssumption, equip
from orcplant.thermo.hardware import Hardware
from orcplant.thermo.offdesign import Boundary, OperatingPoint, Stop, design_boundary, rate
from orcplant.thermo.state import Array

HOURS: Final = 8760
UNITS: Final = 40
YEAR_TIME: Final = 20.0  # [s], two processes
YEAR_MEMORY: Final = 1500.0  # [MB]
OF_TESPY: Final = 0.01  # [-], time per point over that of TESPy
STRESS_POINTS: Final = 200
_PROCESSES: Final = 2
_CHUNK: Final = 20_000  # points
_SAMPLE: Final = 60  # points also given to TESPy
_P_BRINE: Final = 12e5  # [Pa], liquid up to 188 C

# Assumed, typical of shell-and-tube exchangers; what is measured does not hang on them.
_EQUIPMENT: Final = Equipment(
    preheat=ZoneAssumption(900.0, 0.4, 0.8, 0.8),
    evaporate=ZoneAssumption(1000.0, 0.4, 0.8, 0.7),
    superheat=ZoneAssumption(150.0, 0.1, 0.8, 0.8),
    desuperheat=ZoneAssumption(300.0, 0.5, 0.8, 0.8),
    condense=ZoneAssumption(900.0, 0.5, 0.8, 0.0),
    subcool=ZoneAssumption(300.0, 0.5, 0.8, 0.8),
    recuperate=ZoneAssumption(150.0, 0.5, 0.8, 0.8),
    critical_ratio=0.0,
    speed_range=(1.0, 1.0),
    pump_shutoff=1.25,
    pump_speed_max=1.4,
    generator_fixed_share=0.5,
    fan_speed_min=0.1,
    p_evap_margin=1.5,
    p_cond_max=10e5,
    p_cond_min=0.5e5,
    load_min=0.0,
    T_return_min=0.0,
)


@dataclass(frozen=True, slots=True)
class Weather:
    """Points: brine [C] and [kg/s], cooling water [C], arrays of one shape."""

    T_brine_C: Array
    m_brine: Array
    T_water_C: Array

    def __getitem__(self, which: Any) -> "Weather":
        """Some of the points."""
        return Weather(self.T_brine_C[which], self.m_brine[which], self.T_water_C[which])

    def __len__(self) -> int:
        """Count the points."""
        return len(self.T_brine_C)

    @property
    def boundary(self) -> Boundary:
        """The points as asked of orcplant."""
        brine = geo.liquid(T=self.T_brine_C + KELVIN, p=_P_BRINE, mass_flow=self.m_brine)
        return Boundary(brine, self.T_water_C + KELVIN, P_WATER)


def run() -> tuple[dict[str, Any], list[Gate]]:
    """Measure the year, the sample beside TESPy, and the stress grid of both."""
    hardware = water_cooled()
    back = abs(float(rate(hardware, design_boundary(hardware)).net) / hardware.design.net - 1.0)
    found, gates = _year(hardware)
    sample, more = _sample(hardware, found["point_s"])
    stress, last = _stress(hardware)
    gates += [Gate("off design, design point again", back, 1e-6, "-", True), *more, *last]
    return {"offdesign": {**found, "design_difference": back, "tespy": sample, "stress": stress}}, gates


def water_cooled() -> Hardware:
    """Unit of the design point that TESPy gets too."""
    return equip(solve_cycle(DESIGN_POINT.spec), _EQUIPMENT)


def year() -> Weather:
    """Distinct points: seasons and days of cooling water, forty units with brine of their own."""
    rng = np.random.default_rng(8760)
    hour, unit = np.arange(HOURS)[:, None], np.arange(UNITS)[None, :]
    season = np.cos(2.0 * np.pi * (hour / HOURS - 0.55))
    day = np.cos(2.0 * np.pi * (hour / 24.0 - 0.6))
    shape = (HOURS, UNITS)
    T_water = 15.0 + 9.0 * season + 2.0 * day + rng.normal(0.0, 0.7, shape)
    T_brine = 155.0 - 0.3 * unit - 3.0 * hour / HOURS + rng.normal(0.0, 0.5, shape)
    flow = M_BRINE * (0.75 + 0.008 * unit) * (1.0 + rng.normal(0.0, 0.02, shape))
    return Weather(T_brine.ravel(), flow.ravel(), np.maximum(T_water, 1.5).ravel())


def rate_chunks(hardware: Hardware, points: Weather) -> Iterator[OperatingPoint]:
    """Rate points in chunks on two processes; unit and tables are built in each, once."""
    chunks = [points[k : k + _CHUNK] for k in range(0, len(points), _CHUNK)]
    with ProcessPoolExecutor(_PROCESSES) as pool:
        yield from pool.map(_rate, [hardware] * len(chunks), chunks)


def _rate(hardware: Hardware, points: Weather) -> OperatingPoint:
    return rate(hardware, points.boundary)


def _year(hardware: Hardware) -> tuple[dict[str, Any], list[Gate]]:
    points = year()
    chunk = points[:: len(points) // _CHUNK]
    one = median_time(lambda: _rate(hardware, chunk), repeats=3) / len(chunk)
    answers: list[OperatingPoint] = []
    before = os.times()
    seconds = timed(lambda: answers.extend(rate_chunks(hardware, points)))
    after = os.times()
    megabytes = peak_MB()
    reasons = Counter(int(r) for answer in answers for r in np.ravel(answer.status.reason))
    lost = float(reasons[Stop.NOT_SETTLED])
    found = {
        "points": len(points),
        "year_s": seconds,
        "cpu_s": sum(after[:4]) - sum(before[:4]),
        "processes": _PROCESSES,
        "peak_MB": megabytes,
        "point_s": one,
        "reasons": {Stop(code).name: count for code, count in sorted(reasons.items())},
    }
    gates = [
        Gate(f"off design, {len(points)} points, {_PROCESSES} processes", seconds, YEAR_TIME, "s"),
        Gate("off design, memory of all processes", megabytes, YEAR_MEMORY, "MB"),
        Gate("off design, points without an answer", lost, 0.0, "points", True),
    ]
    return found, gates


def peak_MB() -> float:
    """Upper bound of resident memory [MB]: this process, and each child as large as the largest."""
    try:
        import resource
    except ImportError:  # Windows does not tell
        return float("nan")
    unit = 1.0 if sys.platform == "darwin" else 1024.0  # bytes there, kilobytes elsewhere
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return float((own + _PROCESSES * child) * unit / 1e6)


def _sample(hardware: Hardware, point_s: float) -> tuple[dict[str, Any], list[Gate]]:
    points = year()
    sample = points[:: len(points) // _SAMPLE][:_SAMPLE]
    answer = _rate(hardware, sample)
    found: dict[str, Any] = {"points": len(sample)}
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        for wiring in Wiring:
            theirs = design(DESIGN_POINT, wiring, folder)
            seconds, power = _solved(theirs, sample)
            solved = np.isfinite(power)
            difference = np.abs(power / (answer.gross - answer.pump) - 1.0)[solved]
            found[wiring.name.lower()] = {
                "solved": int(solved.sum()),
                "point_s": statistics.median(seconds),
                "ratio": statistics.median(seconds) / point_s,
                "median_difference": float(np.median(difference)),
            }
            ratios.append(point_s / statistics.median(seconds))
    return found, [Gate("off design, time per point over TESPy's", max(ratios), OF_TESPY, "-")]


def _solved(network: TespyOffDesign, points: Weather) -> tuple[list[float], Array]:
    """Time of every solve [s], and its net power [W]: NaN where there is none."""
    power = np.full(len(points), np.nan)
    seconds = []
    for k in range(len(points)):

        def one(k: int = k) -> None:
            try:
                power[k] = network.solve(
                    float(points.T_brine_C[k]), float(points.m_brine[k]), float(points.T_water_C[k])
                ).net_power
            except NotConvergedError:
                return

        seconds.append(timed(one))
    return seconds, power


def stress() -> Weather:
    """Two hundred points far from a design of 150 C and 50 kg/s."""
    rng = np.random.default_rng(2026)
    low, high = (115.0, 12.0, 2.0), (165.0, 60.0, 35.0)
    return Weather(*(rng.uniform(a, b, STRESS_POINTS) for a, b in zip(low, high, strict=True)))


def _stress(hardware: Hardware) -> tuple[dict[str, Any], list[Gate]]:
    points = stress()
    answers: list[OperatingPoint] = []
    seconds = timed(lambda: answers.append(_rate(hardware, points)))
    reasons = Counter(int(reason) for reason in np.ravel(answers[0].status.reason))
    counts: dict[str, Any] = {
        "orcplant": {"solved": reasons[Stop.RUNS], "time_s": seconds},
        "reasons": {Stop(code).name: count for code, count in sorted(reasons.items())},
    }
    with tempfile.TemporaryDirectory() as folder:
        for wiring in Wiring:
            times, power = _solved(design(DESIGN_POINT, wiring, folder), points)
            counts[f"tespy_{wiring.name.lower()}"] = {
                "solved": int(np.isfinite(power).sum()),
                "time_s": sum(times),
            }
    lost = float(reasons[Stop.NOT_SETTLED])
    return {"points": len(points), **counts}, [
        Gate(f"off design, {len(points)} far-off points without an answer", lost, 0.0, "points", True)
    ]
