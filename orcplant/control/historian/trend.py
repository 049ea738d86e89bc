"""Samples or minutes -> buckets of a picture."""

from typing import Final

import numpy as np

from orcplant.control.historian.rollup import MINUTE_S, NO_MINUTE, Rollup
from orcplant.control.historian.samples import NO_RECORD, QUALITY, Floats, Samples
from orcplant.live import Quality

COLUMNS: Final = 5


def of_samples(samples: Samples, edges: Floats) -> Floats:
    """Buckets between edges (n + 1,) from samples that hold until the next one; shape (n, 5).

    The mean is that over time. A sample of quality STALE or BAD holds too, as no value.
    """
    count = len(edges) - 1
    found = _empty(count)
    if not len(samples):
        return found
    # Cut the stretch at every sample and every edge: within a piece the value is constant.
    inside = samples.times[(samples.times > edges[0]) & (samples.times < edges[-1])]
    cuts = np.union1d(edges, inside)
    place = np.searchsorted(samples.times, cuts[:-1], "right") - 1
    bucket = np.clip(np.searchsorted(edges, cuts[:-1], "right") - 1, 0, count - 1)
    lengths = np.diff(cuts)
    codes = samples.codes[np.maximum(place, 0)]
    is_recorded = (place >= 0) & (codes != NO_RECORD)
    values = samples.values[np.maximum(place, 0)]
    quality = codes & QUALITY
    usable = is_recorded & (quality <= Quality.UNCERTAIN) & np.isfinite(values)
    starts = np.flatnonzero(np.diff(bucket, prepend=-1))
    where = bucket[starts]
    least = np.minimum.reduceat(np.where(usable, values, np.inf), starts)
    largest = np.maximum.reduceat(np.where(usable, values, -np.inf), starts)
    weight = np.add.reduceat(np.where(usable, lengths, 0.0), starts)
    total = np.add.reduceat(np.where(usable, lengths * values, 0.0), starts)
    last = np.maximum.reduceat(np.where(usable, np.arange(len(values)), -1), starts)
    worst = np.maximum.reduceat(np.where(is_recorded, quality.astype(np.int64), -1), starts)
    good = weight > 0.0
    found[where[good], 0] = least[good]
    found[where[good], 1] = largest[good]
    found[where[good], 2] = total[good] / weight[good]
    found[where[good], 3] = values[last[good]]
    seen = worst >= 0
    found[where[seen], 4] = worst[seen]
    return found


def of_minutes(rollup: Rollup, edges: Floats) -> Floats:
    """Buckets between edges from minutes; one narrower than a minute shows the minute it lies in."""
    count = len(edges) - 1
    found = _empty(count)
    if not len(rollup):
        return found
    first = np.searchsorted(rollup.minutes, edges[:-1] - MINUTE_S, "right")
    end = np.searchsorted(rollup.minutes, edges[1:], "left")
    # A minute belongs to the bucket it begins in, but for buckets in which none begins, and for the first.
    begins = np.searchsorted(rollup.minutes, edges[:-1], "left")
    first[1:] = np.where(begins < end, begins, first)[1:]
    filled = np.flatnonzero(first < end)
    if not len(filled):
        return found
    steps = np.column_stack([first[filled], end[filled]]).ravel()
    least, largest, mean, last_value = (
        _padded(column) for column in (rollup.least, rollup.largest, rollup.mean, rollup.last)
    )
    quality = np.append(rollup.quality, rollup.quality[-1:])
    usable = np.isfinite(mean)
    found[filled, 0] = np.minimum.reduceat(np.where(usable, least, np.inf), steps)[::2]
    found[filled, 1] = np.maximum.reduceat(np.where(usable, largest, -np.inf), steps)[::2]
    counts = np.add.reduceat(usable.astype(np.int64), steps)[::2]
    total = np.add.reduceat(np.where(usable, mean, 0.0), steps)[::2]
    found[filled, 2] = total / np.maximum(counts, 1)
    last = np.maximum.reduceat(np.where(usable, np.arange(len(usable)), 0), steps)[::2]
    found[filled, 3] = last_value[last]
    found[filled, 4] = np.maximum.reduceat(quality, steps)[::2]
    found[filled[counts == 0], :4] = np.nan
    return found


def _empty(count: int) -> Floats:
    found = np.full((count, COLUMNS), np.nan)
    found[:, 4] = NO_MINUTE
    return found


def _padded(column: Floats) -> Floats:
    """One more at the end, so that `reduceat` may be given the end as a place."""
    return np.append(column, column[-1:])
