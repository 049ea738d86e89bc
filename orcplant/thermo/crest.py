"""Where a function sampled at five points has its top, and how high: smooth, or with one kink.

A limit that begins to act bends the function over to the other side within a step. Five points tell
a parabola that is broken once: height, slope, one curvature, where it breaks and by how much.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.state import Array

POINTS: Final = 5
_ROUNDING: Final = 1e-9  # [-]


@dataclass(frozen=True, slots=True)
class Crest:
    """Tops of many lines: where ``top``, how high ``height``; ``strays`` where a line still rises at its end.

    ``height`` is -inf for a line without a value.
    """

    top: Array
    height: Array
    strays: NDArray[np.bool_]


def crest(x: Array, values: Array, *, low: float, high: float) -> Crest:
    """Top of every line.

    Parameters
    ----------
    x, values : ndarray of shape (n, ...)
        At least five points a line, in even steps along the first axis; values -inf where there is none.
    low, high : float
        Ends of x that no line crosses: rising there is not straying.
    """
    lines, line = values.reshape(len(values), -1), np.arange(values[0].size)
    highest = np.argmax(lines, axis=0)
    start = np.clip(highest - POINTS // 2, 0, len(lines) - POINTS)
    rows, k = start + np.arange(POINTS)[:, None], highest - start
    y = lines[rows, line]
    around = np.broadcast_to(x, values.shape).reshape(lines.shape)[rows, line]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        place, height = _tops(y, k)
    at_end = ((k == 0) & (around[0] > low)) | ((k == POINTS - 1) & (around[-1] < high))
    top = around[0] + place * (around[1] - around[0])
    shape = values.shape[1:]
    return Crest(top.reshape(shape), height.reshape(shape), at_end.reshape(shape))


def _tops(y: Array, k: NDArray[np.intp]) -> tuple[Array, Array]:
    """Place, counted in steps, and height of the top of every line; k is the highest point."""
    line = np.arange(y.shape[1])
    highest = y[k, line]
    middle = np.clip(k, 1, POINTS - 2)
    left, centre, right = (y[middle + shift, line] for shift in (-1, 0, 1))
    bend = left - 2.0 * centre + right
    aside = np.clip(0.5 * (left - right) / bend, -1.0, 1.0)
    smooth = np.isfinite(bend) & (bend < 0.0)
    place = np.where(smooth, middle + aside, k)
    height = np.where(smooth, centre - 0.5 * (left - right) * aside + 0.5 * bend * aside**2, highest)
    strongest = np.zeros(len(line))
    # The curvature is read where the break does not reach: on the other side of it.
    for before, bend in ((1, y[2] - 2.0 * y[3] + y[4]), (2, y[0] - 2.0 * y[1] + y[2])):
        at, top, kink = _broken(y, before, np.minimum(bend, 0.0))
        use = np.isfinite(at) & (kink > strongest) & (kink > _ROUNDING * np.abs(highest)) & (top >= highest)
        place, height = np.where(use, at, place), np.where(use, top, height)
        strongest = np.where(use, kink, strongest)
    return place, np.maximum(height, highest)


def _broken(y: Array, before: int, bend: Array) -> tuple[Array, Array, Array]:
    """Place, height and kink of the top of a parabola that breaks between points `before` and `before` + 1.

    NaN where it does not break there.
    """
    steps = np.arange(POINTS)[:, None] - before
    straight = y - 0.5 * bend * steps**2
    rise_left, rise_right = (
        straight[before] - straight[before - 1],
        straight[before + 2] - straight[before + 1],
    )
    kink = rise_left - rise_right
    at = (straight[before + 1] - straight[before] - rise_right) / kink
    at = np.where((at >= -_ROUNDING) & (at <= 1.0 + _ROUNDING), at, np.nan)
    falls_left, rises_right = rise_left + bend * at < 0.0, rise_right + bend * at > 0.0
    # The top is the break itself, unless a side has its own.
    top = np.where(falls_left, -rise_left / bend, np.where(rises_right, -rise_right / bend, at))
    top = np.clip(top, -before, POINTS - 1 - before)
    left = straight[before] + rise_left * top
    right = straight[before + 1] + rise_right * (top - 1.0)
    return before + top, np.minimum(left, right) + 0.5 * bend * top**2, kink
