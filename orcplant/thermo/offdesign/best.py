"""The most power a unit can give: fan speed, and with it the condensing pressure, left free."""

from dataclasses import replace
from typing import Final

import numpy as np

from orcplant.thermo.hardware import Hardware
from orcplant.thermo.offdesign.boundary import Boundary, Control, shape_of
from orcplant.thermo.offdesign.operate import rate
from orcplant.thermo.offdesign.point import OperatingPoint
from orcplant.thermo.state import Array

_SPEEDS: Final = 7
_ROUNDS: Final = 3  # each closes in on a third of the range left
_NARROWER: Final = 1.0 / 3.0


def maximum_power(
    hardware: Hardware,
    boundary: Boundary,
    control: Control = Control(),  # noqa: B008
) -> OperatingPoint:
    """Operating point of most net power over all fan speeds up to `control.fan_speed`.

    Net power over fan speed has one top: faster fans lower the condensing pressure less and less, and
    cost with the cube. So the best of a few speeds is closed in upon. Where the rating holds, slower
    fans win as long as the same power comes out.

    Parameters
    ----------
    hardware, boundary, control
        As for `rate`.

    Returns
    -------
    OperatingPoint
        Of the shape of the question; ``fan_speed`` is within 2 % of the range of the best one, net power
        within a thousandth of the rating.
    """
    shape = shape_of(boundary, control)
    low = np.full(shape, hardware.cooler.speed_min)
    high = np.maximum(np.broadcast_to(np.asarray(control.fan_speed, dtype=float), shape), low)
    first, last = low, high
    best = high
    for _ in range(_ROUNDS):
        best = _fastest_worth(hardware, boundary, control, first, last)
        reach = 0.5 * _NARROWER * (last - first)
        first, last = np.maximum(best - reach, low), np.minimum(best + reach, high)
    return rate(hardware, boundary, replace(control, fan_speed=best))


def _fastest_worth(
    hardware: Hardware, boundary: Boundary, control: Control, first: Array, last: Array
) -> Array:
    """Best of a few speeds between first and last; the fastest where the unit runs at none."""
    share = np.linspace(0.0, 1.0, _SPEEDS).reshape(-1, *([1] * np.ndim(first)))
    speeds = last - share * (last - first)
    net = np.asarray(rate(hardware, boundary, replace(control, fan_speed=speeds)).net)
    best = np.argmax(np.where(np.isnan(net), -np.inf, net), axis=0)
    return np.asarray(np.take_along_axis(speeds, best[None], axis=0)[0])
