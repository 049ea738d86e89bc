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

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import curve_fit

from orcplant.thermo.state import Array

LIMIT: Final = 3.44e-4  # [m2 K/W], GB/T 50050-2017, open systems
CLOSED_LIMIT: Final = 0.86e-4  # [m2 K/W], the same, closed
DAY: Final = 86400.0  # [s]
CALCITE_CONDUCTIVITY: Final = 2.3  # [W/(m K)]
SILICA_CONDUCTIVITY: Final = 0.8  # [W/(m K)]
CALCITE_MOLAR_VOLUME: Final = 36.93e-6  # [m3/mol], Robie and Hemingway, USGS Bulletin 2131, 1995
_YEAR: Final = 365.25 * DAY
_LEAST_POINTS: Final = 4
_COVERAGE: Final = 1.645  # standard deviations either side of a 90 % band


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
    """Nothing during `induction` [s], then growth at `rate` [m2 K/(W s)]."""

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
    """Straight line with an induction time through measured resistances, and when it meets the limit.

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
    (slope, intercept), covariance = np.polyfit(t, resistance, 1, cov=True)
    scatter = float(np.std(resistance - (slope * t + intercept), ddof=2))
    error = float(np.sqrt(covariance[0, 0]))
    growth = Linear(max(float(slope), 0.0), max(float(-intercept / slope), 0.0) if slope > 0.0 else 0.0)
    now = float(slope * t[-1] + intercept)
    times = [_until(limit - now, slope + factor * error) for factor in (0.0, _COVERAGE, -_COVERAGE)]
    return Forecast(growth, times[0], times[1], times[2], scatter)


def fit_kern_seaton(t: Array, resistance: Array, *, limit: float = LIMIT) -> Forecast:
    """Kern and Seaton's curve through measured resistances, and when it meets the limit.

    Raises
    ------
    ValueError
        With fewer than four points, times that do not rise, or points that bend the wrong way.
    """
    _require(t, resistance)
    span, top = float(t[-1] - t[0]) or 1.0, max(float(np.max(resistance)), 1e-9)
    try:
        found, covariance = curve_fit(
            lambda x, asymptote, tau: asymptote * (1.0 - np.exp(-x / tau)),
            t,
            resistance,
            p0=(1.5 * top, span),
            bounds=((0.0, 0.01 * span), (100.0 * top, 100.0 * span)),
        )
    except RuntimeError as exc:
        raise ValueError("no curve of Kern and Seaton fits these resistances") from exc
    growth = KernSeaton(*(float(value) for value in found))
    error = np.sqrt(np.diag(covariance))
    scatter = float(np.std(resistance - growth.resistance(t), ddof=2))
    now = float(t[-1])
    low = KernSeaton(float(found[0] + _COVERAGE * error[0]), growth.tau)
    high = KernSeaton(max(float(found[0] - _COVERAGE * error[0]), 1e-12), growth.tau)
    times = [max(one.time_to(limit) - now, 0.0) for one in (growth, low, high)]
    return Forecast(growth, times[0], times[1], times[2], scatter)


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
    return float(np.sqrt(growth.induction**2 + 2.0 * cost / loss)) if loss > 0.0 else np.inf


def loss_rate(
    growth: Linear, interval: float, *, power_per_resistance: float, price: float, cost: float
) -> float:
    """Mean cost [money per s] of lost power and cleaning when cleaned every `interval` [s]."""
    grown = max(interval - growth.induction, 0.0)
    lost = price * power_per_resistance * growth.rate * grown**2 / 2.0
    return (lost + cost) / interval


def _until(distance: float, slope: float) -> float:
    if distance <= 0.0:
        return 0.0
    return float(distance / slope) if slope > 0.0 else np.inf


def _require(t: Array, resistance: Array) -> None:
    if len(t) < _LEAST_POINTS or len(t) != len(resistance):
        raise ValueError(f"a forecast needs at least {_LEAST_POINTS} points of time and resistance")
    if np.any(np.diff(t) <= 0.0):
        raise ValueError("the times of a forecast must rise")
