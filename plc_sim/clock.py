"""Two times: plant time, which may run fast, and wall time, which clients live by.

Physics, ramps, minimum times and delays count plant time; watchdogs, timeouts and heartbeats count wall time,
because the client at the other end of the wire has no other.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

SPEED_MAX: Final = 20.0  # faster, a plant moves further in a second than a client at 1 Hz can follow


@dataclass(slots=True)
class Clock:
    """Seconds since the simulation began, of the plant and of the wall."""

    plant: float = 0.0
    wall: float = 0.0

    def tick(self, dt: float, wall: float | None = None) -> None:
        """Let `dt` seconds pass at the plant, and on the wall `wall`, or as many."""
        self.plant += dt
        self.wall += dt if wall is None else wall


class Pace:
    """Tells how much plant time is due on a clock that runs `speed` times as fast as the wall's."""

    def __init__(self, speed: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        if not 0.0 < speed <= SPEED_MAX:
            raise ValueError(f"speed = {speed:g} is not above 0 and at most {SPEED_MAX:g}")
        self.speed = speed
        self._monotonic = monotonic
        self._last = monotonic()

    def due(self, limit: float = 5.0) -> tuple[float, float]:
        """Plant and wall seconds since the last call.

        A machine that slept is not made up for beyond `limit` wall seconds: the plant pauses with it.
        """
        now = self._monotonic()
        wall = min(now - self._last, limit)
        self._last = now
        return wall * self.speed, wall
