"""A year of weather: 8760 hours made from monthly normals, or as they were measured.

From normals the year is a sum of four parts, in local time, without a leap day:

- a smooth curve through the year whose mean over every month is the normal (spline through the running
  sum; E. J. M. Delhez, *A spline interpolation technique that preserves mass budgets*, Applied Mathematics
  Letters 16 (2003) 17-26);
- warm and cold spells: daily means that remember the day before (first order autoregression, as in C. W.
  Richardson, *Stochastic simulation of daily precipitation, temperature, and solar radiation*, Water
  Resources Research 17 (1981) 182-190), seeded;
- the course of a day (G. S. Campbell, J. M. Norman, *An Introduction to Environmental Biophysics*, 2nd ed.,
  1998, eq. 2.2);
- a last correction by the same smooth curve, so that spells leave no trace in the monthly means.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
from scipy.interpolate import CubicSpline

from orcplant.thermo.state import Array

HOURS: Final = 8760
DAY: Final = 24
DAYS_OF_MONTH: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EDGES: Final = np.concatenate([[0], np.cumsum(DAYS_OF_MONTH)]) * DAY  # [h]
MONTH: Final = np.repeat(np.arange(12), np.diff(_EDGES))  # of every hour, January is 0
_MID_JANUARY: Final = 15.5  # [d]
_TURN: Final = 2.0 * np.pi / DAY  # [1/h]


@dataclass(frozen=True, slots=True)
class Normals:
    """What is known of a climate by its normals.

    ``T_monthly`` [K] means of January to December; ``diurnal_range`` [K] mean difference between the
    warmest and the coldest hour of a day; standard deviation of daily means about the season in January
    and July [K], following a cosine in between; ``memory`` [-] their correlation from one day to the next;
    ``seed`` of the spells.
    """

    T_monthly: tuple[float, ...]
    diurnal_range: float
    spells_january: float
    spells_july: float
    memory: float
    seed: int


@dataclass(frozen=True, slots=True)
class Measured:
    """Hours read from a file: temperature [K] and air pressure [Pa]; where they come from."""

    T: tuple[float, ...]
    p: tuple[float, ...]
    source: str


Climate: TypeAlias = Normals | Measured


@dataclass(frozen=True, slots=True)
class Weather:
    """Every hour of a year: temperature ``T`` [K] and air pressure ``p`` [Pa], shape (8760,)."""

    T: Array
    p: Array


def weather(climate: Climate, p_ambient: float) -> Weather:
    """Hours of a climate; ``p_ambient`` [Pa] is the site's where the climate tells none."""
    if isinstance(climate, Measured):
        return Weather(np.array(climate.T), np.array(climate.p))
    return Weather(_year(climate), np.full(HOURS, p_ambient))


def monthly_means(values: Array) -> Array:
    """Means over the twelve months of hourly values, shape (12,)."""
    return np.bincount(MONTH, weights=values, minlength=12) / np.bincount(MONTH, minlength=12)


def smooth_through(means: Array) -> Array:
    """Hourly values, smooth and periodic, whose monthly means are `means` to rounding, shape (8760,)."""
    mean = np.sum(means * np.diff(_EDGES)) / HOURS
    running = np.concatenate([[0.0], np.cumsum((means - mean) * np.diff(_EDGES))])
    running[-1] = 0.0  # by definition of the mean; a periodic spline insists on it
    spline = CubicSpline(_EDGES, running, bc_type="periodic")
    return np.asarray(mean + np.diff(spline(np.arange(HOURS + 1))))


def course_of_day() -> Array:
    """Deviation from the daily mean over the daily range, hour by hour, shape (24,): warmest about 14 h."""
    t = np.arange(DAY) + 0.5  # middle of the hour
    shape = 0.44 - 0.46 * np.sin(_TURN * t + 0.9) + 0.11 * np.sin(2.0 * _TURN * t + 0.9)
    return np.asarray((shape - np.mean(shape)) / np.ptp(shape))


@lru_cache(maxsize=8)
def _year(normals: Normals) -> Array:
    means = np.array(normals.T_monthly)
    spells = _spells(normals)
    days = HOURS // DAY
    T = smooth_through(means) + normals.diurnal_range * np.tile(course_of_day(), days)
    # From noon to noon: a front takes a day to pass.
    noon = np.arange(days) * DAY + 0.5 * DAY
    T += np.interp(np.arange(HOURS) + 0.5, noon, spells, period=HOURS)
    T += smooth_through(means - monthly_means(T))
    T.setflags(write=False)
    return T


def _spells(normals: Normals) -> Array:
    """Deviation of daily means from the season [K], shape (365,)."""
    days = HOURS // DAY
    noise = np.random.default_rng(normals.seed).standard_normal(days)
    spell = np.empty(days)
    spell[0] = noise[0]
    fresh = np.sqrt(1.0 - normals.memory**2)
    for day in range(1, days):
        spell[day] = normals.memory * spell[day - 1] + fresh * noise[day]
    winter = 0.5 + 0.5 * np.cos(2.0 * np.pi * (np.arange(days) + 0.5 - _MID_JANUARY) / days)
    deviation = normals.spells_july + (normals.spells_january - normals.spells_july) * winter
    return np.asarray(spell * deviation)
