"""What is drawn beside numbers: indicators, shapes of alarms, letters of quality, curves. No Qt."""

from dataclasses import dataclass
from enum import StrEnum

from orcplant.live import Quality, Reason, Value


@dataclass(frozen=True, slots=True)
class Violation:
    """Limit a value is beyond, and the priority of the alarm."""

    limit: float
    priority: int


@dataclass(frozen=True, slots=True)
class Indicator:
    """A value on its range, with its normal band and limits, all in the value's unit.

    Attributes
    ----------
    lo, hi : float
        Range; a value beyond sticks to the end. Never scaled by the value.
    band : tuple of float, optional
        Normal band.
    ticks : tuple of float
        Limits.
    value, setpoint, expected, asked : float, optional
        `asked`: wanted of the device, not verified yet.
    is_old : bool
        Whether the value is not live: hatched.
    """

    lo: float
    hi: float
    band: tuple[float, float] | None = None
    ticks: tuple[float, ...] = ()
    value: float | None = None
    setpoint: float | None = None
    expected: float | None = None
    asked: float | None = None
    violation: Violation | None = None
    is_old: bool = False

    def place(self, value: float) -> float:
        """Place of a value along the range, 0 to 1; beyond the range, its end."""
        return min(1.0, max(0.0, (value - self.lo) / (self.hi - self.lo)))

    def is_beyond(self, value: float) -> bool:
        """Whether a value lies outside the range."""
        return not self.lo <= value <= self.hi


class Shape(StrEnum):
    """How the shape of an alarm is drawn."""

    ACTIVE = "active"  # filled
    UNACKNOWLEDGED = "unacknowledged"  # filled, outer outline blinks
    RETURNED = "returned"  # hollow, outer outline blinks
    SHELVED = "shelved"  # hollow
    NONE = "none"  # an empty outline: a counter at zero


@dataclass(frozen=True, slots=True)
class AlarmMark:
    """Shape of an alarm: square, triangle, circle for priorities 1 to 3."""

    priority: int
    shape: Shape

    @property
    def blinks(self) -> bool:
        """Whether its outer outline blinks: nobody has acknowledged it."""
        return self.shape in (Shape.UNACKNOWLEDGED, Shape.RETURNED)


class Letter(StrEnum):
    """Letter behind a value that is not simply good: NAMUR NE 107, and `?` for stale."""

    FAILURE = "F"
    STALE = "?"
    CHECK = "C"
    SPECIFICATION = "S"
    MAINTENANCE = "M"
    GOOD = ""

    @property
    def is_inverted(self) -> bool:
        """Whether its box is inverted: the value is not to be used."""
        return self in (Letter.FAILURE, Letter.STALE)


def letter(value: Value) -> Letter:
    """Letter of a value: F > ? > S; GOOD has none."""
    if value.quality is Quality.BAD:
        return (
            Letter.STALE
            if value.reason is Reason.COMMUNICATION and value.scalar is not None
            else Letter.FAILURE
        )
    if value.quality is Quality.STALE:
        return Letter.STALE
    return Letter.SPECIFICATION if value.quality is Quality.UNCERTAIN else Letter.GOOD


@dataclass(frozen=True, slots=True)
class Curve:
    """Values over time [s of UTC]; None is a gap and is drawn as one."""

    times: tuple[float, ...]
    values: tuple[float | None, ...]

    @property
    def last(self) -> float | None:
        """Newest value, if it is one."""
        return self.values[-1] if self.values else None


NO_CURVE = Curve((), ())
