"""Units of a kind, and how many of them can run."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from orcplant.plant.climate import DAY, HOURS
from orcplant.plant.spec import Availability
from orcplant.thermo.hardware import Hardware

_GOLDEN: Final = 0.5 * (5.0**0.5 - 1.0)


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """Equal units: one of them as built, the number on duty and spare, and their name."""

    name: str
    hardware: Hardware
    count: int
    spare: int


def available_units(group: UnitGroup, availability: Availability, number: int = 0) -> NDArray[np.int64]:
    """Units on duty that can run, every hour.

    Units fail independently and spares step in, so that the number out of order on a day is binomial. The
    days of each number are spread over the year by the multiples of the golden ratio, evenly and the same
    in every run; ``number`` tells groups apart.

    Sources: R. Billinton, R. N. Allan, *Reliability Evaluation of Engineering Systems*, 2nd ed., 1992,
    section 3.5; L. Kuipers, H. Niederreiter, *Uniform Distribution of Sequences*, 1974, chapter 2.
    """
    days = np.arange(HOURS // DAY)
    order = np.argsort(np.argsort((0.5 + days * _GOLDEN + number * np.sqrt(2.0)) % 1.0))
    position = (order + 0.5) / len(days)
    up = binom.ppf(position, group.count + group.spare, availability.unit).astype(np.int64)
    return np.repeat(np.minimum(up, group.count), DAY)


def expected_availability(group: UnitGroup, availability: Availability) -> float:
    """Share of the units on duty that can run, over a long time [-]."""
    up = np.arange(group.count + group.spare + 1)
    weight = binom.pmf(up, group.count + group.spare, availability.unit)
    return float(np.sum(weight * np.minimum(up, group.count)) / group.count)
