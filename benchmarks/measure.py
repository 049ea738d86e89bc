"""How times are taken: medians of repeated runs, and gates on them."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gate:
    """A bound on one measured number; only a `binding` one decides the exit code."""

    name: str
    value: float
    limit: float
    unit: str
    binding: bool = False

    @property
    def passed(self) -> bool:
        """Whether the number is at or below its bound."""
        return self.value <= self.limit

    @property
    def text(self) -> str:
        """One line for the table."""
        verdict = "pass" if self.passed else ("FAIL" if self.binding else "over")
        return f"{verdict:5s} {self.name}: {self.value:.3g} {self.unit} (bound {self.limit:g} {self.unit})"


def median_time(run: Callable[[], object], *, repeats: int, loops: int = 1) -> float:
    """Median over `repeats` of the mean time of `loops` runs [s]; one run before counts nothing."""
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        for _ in range(loops):
            run()
        times.append((time.perf_counter() - start) / loops)
    return statistics.median(times)


def timed(run: Callable[[], object]) -> float:
    """Time of one run [s]."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
