"""Which of the samples of a second a tag keeps, as its `history` column asks."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from orcplant.control.historian.samples import HELD, NO_RECORD, Bytes, Floats, Samples

GAP_S: Final = 5.0  # a device that was not recorded for longer has a gap, not a straight line


def gaps(seconds: Floats) -> Floats:
    """Moments from which on nothing was recorded, between recorded seconds."""
    return seconds[:-1][np.diff(seconds) > GAP_S] + 1.0


def reduced(seconds: Floats, values: Floats, codes: Bytes, history: str) -> Samples:
    """Samples worth keeping, with the marks of gaps between them.

    Parameters
    ----------
    seconds, values, codes : array
        Every second recorded, held ones included.
    history : str
        ``all``, ``change`` or ``deadband:X``. The first and last of all, the ends of gaps, and every change
        of quality are kept in any case, so that what lies between two points held.
    """
    if not len(seconds):
        return Samples.none()
    bare = codes & ~np.uint8(HELD)
    keep = np.zeros(len(seconds), bool)
    keep[0] = keep[-1] = True
    broken = np.diff(seconds) > GAP_S
    keep[:-1] |= broken
    keep[1:] |= broken
    keep[1:] |= np.diff(bare) != 0
    word, _, width = history.partition(":")
    if word == "all":
        keep |= (codes & HELD) == 0
    elif word == "change":
        keep[1:] |= _differs(values)
    else:
        _keep_deadband(values, keep, float(width))
    samples = Samples(seconds[keep], values[keep], bare[keep])
    marks = gaps(seconds)
    if not len(marks):
        return samples
    return _in_order(samples, marks)


def _differs(values: Floats) -> NDArray[np.bool_]:
    before, after = values[:-1], values[1:]
    differs: NDArray[np.bool_] = (before != after) & ~(np.isnan(before) & np.isnan(after))
    return differs


def _keep_deadband(values: Floats, keep: NDArray[np.bool_], width: float) -> None:
    """Keep what lies further than `width` from the last one kept."""
    kept = np.nan
    numbers = values.tolist()
    for place, is_kept in enumerate(keep.tolist()):
        number = numbers[place]
        # Not `> width`: with NaN on one side, it is kept.
        if is_kept or not (abs(number - kept) <= width or (number != number and kept != kept)):
            keep[place] = True
            kept = number


def _in_order(samples: Samples, marks: Floats) -> Samples:
    times = np.concatenate([samples.times, marks])
    order = np.argsort(times, kind="stable")
    values = np.concatenate([samples.values, np.full(len(marks), np.nan)])
    codes = np.concatenate([samples.codes, np.full(len(marks), NO_RECORD, np.uint8)])
    return Samples(times[order], values[order], codes[order])
