"""Time stamps of the record: UTC that never goes back by a little."""

from typing import Final

from orcplant.control.clock import Clock

SLEW_MAX_S: Final = 600.0  # a clock set back by more is believed at once
STEP_S: Final = 2.0  # a step worth telling
_SLEW: Final = 0.9  # seconds of record a second, until the clock has caught up


class Stamps:
    """Follows the wall clock; where that is set back, goes on slowly until it has caught up.

    A step back must neither put new samples before old ones nor stop the record.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._monotonic = clock.monotonic()
        self._utc = clock.utc()
        self._stamp = self._utc
        self.step = 0.0  # of the wall clock, seen at the last call [s]

    def now(self) -> float:
        """Stamp for this moment [s of UTC]."""
        monotonic, utc = self._clock.monotonic(), self._clock.utc()
        passed = monotonic - self._monotonic
        self.step = utc - self._utc - passed
        self._monotonic, self._utc = monotonic, utc
        behind = self._stamp + _SLEW * passed - utc
        self._stamp = utc if behind <= 0.0 or behind > SLEW_MAX_S else utc + behind
        return self._stamp
