"""Samples of one tag, and how a quality becomes one byte and back."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from orcplant.live import Quality, Reason

Floats: TypeAlias = NDArray[np.float64]
Bytes: TypeAlias = NDArray[np.uint8]

HELD: Final = 0x80  # not polled in this second: the value of before
NO_RECORD: Final = 0x7F  # from here on nothing was recorded
QUALITY: Final = 0x03
_REASONS: Final = tuple(Reason)
_CODES: Final = {reason: place << 2 for place, reason in enumerate(_REASONS)}


def code_of(quality: Quality, reason: Reason) -> int:
    """Byte for a quality and its reason."""
    return int(quality) | _CODES[reason]


def quality_of(code: int) -> tuple[Quality, Reason]:
    """Quality and reason of a byte; NO_RECORD is BAD, never read."""
    if code == NO_RECORD:
        return Quality.BAD, Reason.NOT_READ
    return Quality(code & QUALITY), _REASONS[(code & ~HELD) >> 2]


@dataclass(frozen=True, slots=True)
class Samples:
    """Points of one tag in order of time; each holds until the next one.

    Attributes
    ----------
    times : array
        UTC [s].
    values : array
        In the tag's unit; NaN where there is none.
    codes : array of bytes
        Quality and reason; NO_RECORD begins a gap.
    """

    times: Floats
    values: Floats
    codes: Bytes

    def __len__(self) -> int:
        return len(self.times)

    @classmethod
    def none(cls) -> "Samples":
        """No points."""
        return cls(np.empty(0), np.empty(0), np.empty(0, np.uint8))

    def cut(self, start: float, end: float) -> "Samples":
        """Points from start to end, both included."""
        first = int(np.searchsorted(self.times, start, "left"))
        last = int(np.searchsorted(self.times, end, "right"))
        return Samples(self.times[first:last], self.values[first:last], self.codes[first:last])

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "Samples":
        """Points chosen by mask or by place."""
        return Samples(self.times[chosen], self.values[chosen], self.codes[chosen])


def joined(parts: list[Samples]) -> Samples:
    """Points of several stretches, in order of time; of two at the same time the first counts."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return Samples.none()
    times = np.concatenate([part.times for part in parts])
    values = np.concatenate([part.values for part in parts])
    codes = np.concatenate([part.codes for part in parts])
    if np.all(np.diff(times) > 0.0):
        return Samples(times, values, codes)
    _, first = np.unique(times, return_index=True)
    return Samples(times[first], values[first], codes[first])
