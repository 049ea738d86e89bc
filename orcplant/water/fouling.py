"""How deposits grow, when they reach their limit, and what they cost.

Sources
-------
Kern and Seaton, *A theoretical analysis of thermal surface fouling*, Brit. Chem. Eng. 4 (1959) 258-262:
Rf = Rf* (1 - exp(-t / tau)). Crystallisation: an induction time, then linear growth: Berce,
Zupancic, Moze, Golobic, *A review of crystallization fouling in heat exchangers*, Processes 9 (2021) 1356.
Calcite at Bavarian wellheads, 1.5 to 4.1 umol/(m2 s): Kohl, Elsner, Baumann, *Hydrochemical and operational
parameters driving carbonate scale kinetics at geothermal facilities in the Bavarian Molasse Basin*,
Geothermal Energy 8 (2020) 26. Conductivities of dense calcite, 2.3, and of silica, 0.8 W/(m K), are usual
values. Limits: GB/T 50050-2017 as commonly cited, not checked against its text; a code for cooling water,
so a yardstick only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import curve_fit

from orcplant.thermo.state import Array

LIMIT: Final = 3.44e-4  # [m2 K/W], GB/T 50050-2017, open systems
DAY: Final = 86400.0  # [s]
CALCITE_CONDUCTIVITY: Final = 2.3  # [W/(m K)]
SILICA_CONDUCTIVITY: Final = 0.8  # [W/(m K)]
CALCITE_MOLAR_VOLUME: Final = 36.93e-6  # [m3/mol], Robie and Hemingway, USGS Bulletin 2131, 1995
_YEAR: Final = 365.25 * DAY
_LEAST_POINTS: Final = 4
_BAND: Final = (0.05, 0.95)
_DRAWS: Final = 2000


@dataclass(frozen=True, slots=True)
class KernSeaton:
    """Growth towards an asymptote: `asymptote` [m2 K/W], time constant `tau` [s]."""

    asymptote: float
    tau: float

    def resistance(self, t: float | Array) -> float | Array:
        """Fouling resistance [m2 K/W] at time t [s]."""
        return self.asymptote * (1.0 - np.exp(-np.asarray(t) / self.tau))

    def time_to(self, limit: float) -> float:
        """Time [s] until a resistance [m2 K/W]; infinite when it is never reached."""
        if limit >= self.asymptote:
            return np.inf
        return float(-self.tau * np.log1p(-limit / self.asymptote))


@dataclass(frozen=True, slots=True)
class Linear:
    """Nothing during `induction` [s], then growth at `rate` [m2 K/(W s)].

    An induction below 0 stands for a deposit that was there at time 0.
    """

    rate: float
    induction: float = 0.0

    def resistance(self, t: float | Array) -> float | Array:
        """Fouling resistance [m2 K/W] at time t [s]."""
        return self.rate * np.maximum(np.asarray(t) - self.induction, 0.0)

    def time_to(self, limit: float) -> float:
        """Time [s] until a resistance [m2 K/W]; infinite without growth."""
        return self.induction + limit / self.rate if self.rate > 0.0 else np.inf


@dataclass(frozen=True, slots=True)
class Forecast:
    """Time [s] from the last measurement until the limit, and the 90 % band of the fit."""

    growth: KernSeaton | Linear
    remaining: float
    earliest: float
    latest: float
    scatter: float  # [m2 K/W], standard deviation of the points about the fit


def thickness_rate(flux: float, molar_volume: float = CALCITE_MOLAR_VOLUME) -> float:
    """Growth [m/s] of a dense scale from a flux [mol/(m2 s)]."""
    return flux * molar_volume


def per_year(rate: float) -> float:
    """Growth in a year [m] from a rate [m/s]."""
    return rate * _YEAR


def resistance_of(thickness: float, conductivity: float = CALCITE_CONDUCTIVITY) -> float:
    """Fouling resistance [m2 K/W] of a layer [m] with a conductivity [W/(m K)]."""
    return thickness / conductivity


def from_scale_flux(flux: float, *, induction: float = 0.0) -> Linear:
    """Linear growth from a calcite flux [mol/(m2 s)]."""
    return Linear(thickness_rate(flux) / CALCITE_CONDUCTIVITY, induction)


def fit_linear(t: Array, resistance: Array, *, limit: float = LIMIT) -> Forecast:
    """Induction and linear growth through measured resistances, and when the limit is met.

    Of a straight line through all points and of nothing at first with a line after it, the one that leaves
    less scatter. An induction time below 0 is that of a deposit which was there at time 0.

    Parameters
    ----------
    t : ndarray of shape (n,)
        Time [s], ascending.
    resistance : ndarray of shape (n,)
        Fouling resistance [m2 K/W].

    Raises
    ------
    ValueError
        With fewer than four points, or times that do not rise.
    """
    _require(t, resistance)
    starts = t[1 : 1 - _LEAST_POINTS] if len(t) > _LEAST_POINTS else t[:0]
    # Where the line begins before the first point all points lie on it, with a slope of their own.
    lines = [_line(t, resistance), *(_bent(t, resistance, start) for start in starts)]
    best = min(lines, key=lambda one: one.squares)
    scatter = float(np.sqrt(best.squares / (len(t) - 2)))
    if best.slope <= 0.0:
        growth = Linear(0.0)
    else:
        growth = Linear(best.slope, float(t[-1]) - best.last / best.slope)
    drawn = _drawn([best.slope, best.last], scatter**2 * best.spread)
    times = [_until(limit - last, slope) for slope, last in drawn]
    return Forecast(growth, _until(limit - best.last, best.slope), *_band(times), scatter)


def fit_kern_seaton(t: Array, resistance: Array, *, limit: float = LIMIT) -> Forecast:
    """Kern and Seaton's curve through measured resistances, and when it meets the limit.

    Raises
    ------
    ValueError
        With fewer than four points, times that do not rise, or points that fit no such curve.
    """
    _require(t, resistance)
    span, top = float(t[-1] - t[0]), max(float(np.max(resistance)), 1e-9)
    try:
        # In logarithms both stay positive, and the band with them. Of the order of 1, or the search
        # takes its small gradients for the end.
        found, covariance = curve_fit(
            lambda x, asymptote, tau: np.exp(asymptote) * (1.0 - np.exp(-x / np.exp(tau))),
            t / span,
            resistance / top,
            p0=np.log([1.5, 1.0]),
            bounds=(np.log([1e-3, 1e-2]), np.log([100.0, 100.0])),
        )
    except RuntimeError as exc:
        raise ValueError("no curve of Kern and Seaton fits these resistances") from exc

    def grown(logarithms: Array) -> KernSeaton:
        asymptote, tau = np.exp(logarithms)
        return KernSeaton(float(asymptote) * top, float(tau) * span)

    growth, now = grown(found), float(t[-1])
    scatter = float(np.std(resistance - growth.resistance(t), ddof=2))
    times = [max(grown(one).time_to(limit) - now, 0.0) for one in _drawn(found, covariance)]
    return Forecast(growth, max(growth.time_to(limit) - now, 0.0), *_band(times), scatter)


def cleaning_interval(growth: Linear, *, power_per_resistance: float, price: float, cost: float) -> float:
    """Time [s] between cleanings at which lost power and cleaning cost least; infinite without growth.

    Parameters
    ----------
    power_per_resistance : float
        Power lost per fouling resistance [W / (m2 K/W)].
    price : float
        Of energy [money per J].
    cost : float
        Of one cleaning, standstill included [money].

    Notes
    -----
    Loss per time at interval t: price x power x rate (t - induction)^2 / (2 t) + cost / t; its minimum is at
    t^2 = induction^2 + 2 cost / (price x power x rate).
    """
    loss = price * power_per_resistance * growth.rate
    induction = max(growth.induction, 0.0)  # a cleaned surface begins without a deposit
    return float(np.sqrt(induction**2 + 2.0 * cost / loss)) if loss > 0.0 else np.inf


def loss_rate(
    growth: Linear, interval: float, *, power_per_resistance: float, price: float, cost: float
) -> float:
    """Mean cost [money per s] of lost power and cleaning when cleaned every `interval` [s]."""
    grown = max(interval - max(growth.induction, 0.0), 0.0)
    lost = price * power_per_resistance * growth.rate * grown**2 / 2.0
    return (lost + cost) / interval


@dataclass(frozen=True, slots=True)
class _Straight:
    """A line by its slope and its value at the last point, their covariance per variance, its squares."""

    slope: float
    last: float
    spread: Array
    squares: float


def _line(t: Array, resistance: Array) -> _Straight:
    """Straight line of least squares."""
    x = t - t[-1]
    system = np.stack([x, np.ones_like(x)], axis=1)
    (slope, last), *_ = np.linalg.lstsq(system, resistance, rcond=None)
    left = resistance - system @ (slope, last)
    return _Straight(float(slope), float(last), np.linalg.inv(system.T @ system), float(left @ left))


def _bent(t: Array, resistance: Array, start: float) -> _Straight:
    """Nothing until `start`, then the straight line of least squares from the point where it leaves 0.

    Where that point lies before `start`, the line begins at `start` instead.
    """
    after = t >= start
    free = _line(t[after], resistance[after])
    leaves = t[-1] - free.last / free.slope if free.slope > 0.0 else -np.inf
    before = float(t[~after][-1])
    if before <= leaves <= start:
        slope, last = free.slope, free.last
    else:
        x = np.maximum(t[after] - start, 0.0)
        slope = float(x @ resistance[after] / (x @ x))
        last = slope * float(t[-1] - start)
    left = resistance - np.where(after, np.maximum(last + slope * (t - t[-1]), 0.0), 0.0)
    return _Straight(slope, last, free.spread, float(left @ left))


def _drawn(found: ArrayLike, covariance: Array) -> Array:
    """Parameters that fit as well, drawn at random, shape (draws, 2)."""
    if not np.all(np.isfinite(covariance)):
        raise ValueError("these resistances do not say how they grow")
    scale = np.sqrt(np.diag(covariance))
    # By correlation: the parameters differ by powers of ten, their variances by twice as many.
    unit = np.where(scale > 0.0, scale, 1.0)
    values, vectors = np.linalg.eigh(covariance / np.outer(unit, unit))
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    normal = np.random.default_rng(1).standard_normal((_DRAWS, len(scale)))
    return np.asarray(np.asarray(found) + normal @ root.T * scale)


def _band(times: Sequence[float]) -> tuple[float, float]:
    """Ends of the 90 % band, either of which may be infinite."""
    low, high = np.quantile(times, _BAND, method="inverted_cdf")
    return float(low), float(high)


def _until(distance: float, slope: float) -> float:
    if distance <= 0.0:
        return 0.0
    return float(distance / slope) if slope > 0.0 else np.inf


def _require(t: Array, resistance: Array) -> None:
    if len(t) < _LEAST_POINTS or len(t) != len(resistance):
        raise ValueError(f"a forecast needs at least {_LEAST_POINTS} points of time and resistance")
    if np.any(np.diff(t) <= 0.0):
        raise ValueError("the times of a forecast must rise")
