"""Fouling from measured temperatures and flows: clean against now, at the same flow.

A measured point counts only when it is steady and both sides agree on the duty. What is left is noise: with a
pinch of 5 K and sensors of 0.3 K the resistance is known to 2e-5 m2 K/W, a tenth of the limit.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.state import Array

Mask: TypeAlias = NDArray[np.bool_]

BALANCE_LIMIT: Final = 0.03  # |hot - cold| over their mean
FLOW_EXPONENT: Final = 0.7  # of the overall coefficient over flow; 0.6 to 0.8 for plates and tubes
STEADY_RELATIVE: Final = 0.01  # spread of duty inside the window


@dataclass(frozen=True, slots=True)
class Measured:
    """A counter-flow exchanger as measured, arrays of one shape.

    Temperatures [K], flows [kg/s] and heat capacities [J/(kg K)] of both sides.
    """

    T_hot_in: Array
    T_hot_out: Array
    T_cold_in: Array
    T_cold_out: Array
    hot_flow: Array
    cold_flow: Array
    hot_heat_capacity: float = 4300.0
    cold_heat_capacity: float = 4180.0

    @property
    def hot_duty(self) -> Array:
        """Duty [W] that the hot side gives."""
        return self.hot_flow * self.hot_heat_capacity * (self.T_hot_in - self.T_hot_out)

    @property
    def cold_duty(self) -> Array:
        """Duty [W] that the cold side takes."""
        return self.cold_flow * self.cold_heat_capacity * (self.T_cold_out - self.T_cold_in)


def balanced(measured: Measured, *, limit: float = BALANCE_LIMIT) -> Mask:
    """Where both sides agree on the duty to `limit`, and it is positive."""
    hot, cold = measured.hot_duty, measured.cold_duty
    mean = 0.5 * (hot + cold)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (mean > 0.0) & (np.abs(hot - cold) <= limit * mean)


def steady(signal: Array, *, window: int, relative: float = STEADY_RELATIVE) -> Mask:
    """Where a signal has neither drifted nor jumped by more than `relative` of its mean for `window` samples.

    The first `window - 1` samples are not known to be steady.
    """
    found = np.zeros(len(signal), dtype=bool)
    if window > len(signal):
        return found
    views = np.lib.stride_tricks.sliding_window_view(signal, window)
    mean = np.abs(np.mean(views, axis=1))
    found[window - 1 :] = np.ptp(views, axis=1) <= relative * mean
    return found


def log_mean_difference(measured: Measured) -> Array:
    """Logarithmic mean temperature difference [K]; NaN where the sides cross."""
    warm = measured.T_hot_in - measured.T_cold_out
    cold = measured.T_hot_out - measured.T_cold_in
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = warm / cold
        mean = np.where(np.abs(ratio - 1.0) < 1e-6, 0.5 * (warm + cold), (warm - cold) / np.log(ratio))
    return np.where((warm > 0.0) & (cold > 0.0), mean, np.nan)


def conductance(measured: Measured) -> Array:
    """UA [W/K] from the mean duty of both sides."""
    return 0.5 * (measured.hot_duty + measured.cold_duty) / log_mean_difference(measured)


def fouling_resistance(
    measured: Measured, *, area: float, clean_UA: float, clean_flow: float, exponent: float = FLOW_EXPONENT
) -> Array:
    """Fouling resistance [m2 K/W], NaN where the sides disagree on the duty or cross.

    Parameters
    ----------
    area : float
        Of heat transfer [m2].
    clean_UA, clean_flow : float
        UA [W/K] when clean, and the hot flow [kg/s] it was measured at.
    exponent : float
        The clean UA follows the hot flow to this power [-].

    Notes
    -----
    Rf = A (1 / UA - 1 / UA_clean(flow)). Slightly negative values are noise and stay.
    """
    expected = clean_UA * (measured.hot_flow / clean_flow) ** exponent
    found = area * (1.0 / conductance(measured) - 1.0 / expected)
    return np.where(balanced(measured), found, np.nan)


def share_left(resistance: float, clean_coefficient: float) -> float:
    """Share of the clean overall coefficient [W/(m2 K)] that a resistance [m2 K/W] leaves [-]."""
    return 1.0 / (1.0 + resistance * clean_coefficient)
