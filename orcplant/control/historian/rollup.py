"""A minute of a tag in five numbers: least, largest, mean, last, worst quality."""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant.control.historian.chunk import squeezed
from orcplant.control.historian.samples import HELD, NO_RECORD, QUALITY, Bytes, Floats
from orcplant.live import Quality

MINUTE_S: Final = 60
NO_MINUTE: Final = 4  # quality of a bucket in which nothing was recorded
_HEAD: Final = struct.Struct("<BBH")  # version, bytes a number, minutes
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Rollup:
    """Minutes of one tag in order; only those in which something was recorded.

    ``minutes`` are their beginnings, UTC [s]; ``least``, ``largest``, ``mean``, ``last`` are NaN where no
    value could be used; ``quality`` is the worst in the minute.
    """

    minutes: Floats
    least: Floats
    largest: Floats
    mean: Floats
    last: Floats
    quality: Bytes

    def __len__(self) -> int:
        return len(self.minutes)

    @classmethod
    def none(cls) -> "Rollup":
        """No minutes."""
        empty = np.empty(0)
        return cls(empty, empty, empty, empty, empty, np.empty(0, np.uint8))

    def cut(self, start: float, end: float) -> "Rollup":
        """Minutes that touch the stretch from start to end."""
        first = int(np.searchsorted(self.minutes, start - MINUTE_S, "right"))
        last = int(np.searchsorted(self.minutes, end, "left"))
        part = slice(first, last)
        return Rollup(
            self.minutes[part],
            self.least[part],
            self.largest[part],
            self.mean[part],
            self.last[part],
            self.quality[part],
        )


def rolled_up(seconds: Floats, values: Floats, codes: Bytes) -> list[Rollup]:
    """Rollups of all tags of a device from its rows.

    Parameters
    ----------
    seconds : array of shape (n,)
        UTC, ascending [s].
    values, codes : array of shape (n, m)
        A column a tag. Values of quality STALE or BAD count for the quality only.
    """
    if not len(seconds):
        return [Rollup.none() for _ in range(values.shape[1])]
    minute = np.floor(seconds / MINUTE_S) * MINUTE_S
    starts = np.flatnonzero(np.diff(minute, prepend=-1.0))
    bare = codes & ~np.uint8(HELD)
    usable = ((bare & QUALITY) <= Quality.UNCERTAIN) & (bare != NO_RECORD) & np.isfinite(values)
    counts = np.add.reduceat(usable, starts, axis=0, dtype=np.int64)
    is_empty = counts == 0
    least = np.minimum.reduceat(np.where(usable, values, np.inf), starts, axis=0)
    largest = np.maximum.reduceat(np.where(usable, values, -np.inf), starts, axis=0)
    total = np.add.reduceat(np.where(usable, values, 0.0), starts, axis=0)
    place = np.where(usable, np.arange(len(seconds))[:, None], 0)
    last = np.take_along_axis(values, np.maximum.reduceat(place, starts, axis=0), axis=0)
    quality = np.maximum.reduceat(bare & QUALITY, starts, axis=0)
    mean = total / np.maximum(counts, 1)
    for column in (least, largest, mean, last):
        column[is_empty] = np.nan
    return [
        Rollup(minute[starts], least[:, k], largest[:, k], mean[:, k], last[:, k], quality[:, k])
        for k in range(values.shape[1])
    ]


def encoded(rollup: Rollup, start: int, *, is_single: bool) -> bytes:
    """Blob of the minutes of an hour or a day; `is_single` keeps seven digits of each number."""
    kind = "<f4" if is_single else "<f8"
    offsets = ((rollup.minutes - start) / MINUTE_S).astype("<u2")
    numbers = np.concatenate([rollup.least, rollup.largest, rollup.mean, rollup.last]).astype(kind)
    width = numbers.dtype.itemsize
    shuffled = numbers.view(np.uint8).reshape(-1, width).T.tobytes() if len(numbers) else b""
    packed = offsets.tobytes() + rollup.quality.tobytes() + shuffled
    return _HEAD.pack(_VERSION, width, len(rollup)) + squeezed(packed)


def decoded(blob: bytes, start: int) -> Rollup:
    """Minutes of a blob that begins at `start` [s of UTC]; ValueError if it is none."""
    version, width, count = _HEAD.unpack_from(blob)
    if version != _VERSION:
        raise ValueError(f"rollup of version {version}")
    packed = zlib.decompress(blob[_HEAD.size :])
    offsets = np.frombuffer(packed, "<u2", count)
    quality = np.frombuffer(packed, np.uint8, count, 2 * count)
    shuffled = np.frombuffer(packed, np.uint8, 4 * count * width, 3 * count).reshape(width, -1).T
    numbers = np.ascontiguousarray(shuffled).view(f"<f{width}").reshape(4, count).astype(np.float64)
    least, largest, mean, last = numbers
    return Rollup(start + offsets * float(MINUTE_S), least, largest, mean, last, quality)


def joined(parts: list[Rollup]) -> Rollup:
    """Minutes of several stretches in order; of two for the same minute the first counts."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return Rollup.none()
    minutes = np.concatenate([part.minutes for part in parts])
    columns = [
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("least", "largest", "mean", "last", "quality")
    ]
    if not np.all(np.diff(minutes) > 0.0):
        minutes, first = np.unique(minutes, return_index=True)
        columns = [column[first] for column in columns]
    return Rollup(minutes, *columns)
