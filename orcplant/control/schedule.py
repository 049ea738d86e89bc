"""When things are done again and again: on an absolute schedule, what is missed is skipped and counted."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Turn(Generic[T]):
    """One thing, every `period` [s]; `due` is monotonic [s]."""

    what: T
    period: float
    due: float = 0.0


class Schedule(Generic[T]):
    """Turns that fall due on fixed moments, whatever the one before took.

    Parameters
    ----------
    periods : dict of T to float
        What is done, and how often [s].
    phase : float
        Share of its period by which each first turn is put off, 0 to 1.
    """

    def __init__(self, periods: dict[T, float], *, phase: float) -> None:
        self._turns = [Turn(what, period) for what, period in periods.items()]
        self._phase = phase
        self.overruns = 0
        self.shortest = min(periods.values())

    def start(self, now: float) -> None:
        """Set every first turn, from the monotonic time `now`."""
        for turn in self._turns:
            turn.due = now + self._phase * turn.period

    @property
    def next_due(self) -> float:
        """Monotonic time of the next turn [s]."""
        return min(turn.due for turn in self._turns)

    def take(self, now: float) -> dict[T, float]:
        """What is due now, with how late it is [s]; turns that passed meanwhile are skipped."""
        late = {turn.what: now - turn.due for turn in self._turns if turn.due <= now}
        for turn in self._turns:
            if turn.what in late:
                skipped = int(late[turn.what] // turn.period)
                turn.due += (1 + skipped) * turn.period
                self.overruns += skipped
        return late
