"""Time as the core sees it: monotonic for every duration, UTC for stamps only."""

import asyncio
import heapq
import time
from typing import Protocol


class Clock(Protocol):
    """What the core asks of a clock; tests and rigs put a `ManualClock` in its place."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""

    def utc(self) -> float:
        """Seconds of UTC since 1970; an operator or NTP may set it at any time."""

    async def sleep_until(self, moment: float) -> None:
        """Return when `monotonic` has reached `moment`."""


class SystemClock:
    """The computer's clocks."""

    def monotonic(self) -> float:
        """Seconds of the event loop's own clock."""
        return time.monotonic()

    def utc(self) -> float:
        """Seconds of UTC since 1970."""
        return time.time()

    async def sleep_until(self, moment: float) -> None:
        """Sleep on the event loop."""
        await asyncio.sleep(max(0.0, moment - time.monotonic()))


class ManualClock:
    """A clock that stands until it is told to go on; for rigs and tests.

    Parameters
    ----------
    monotonic, utc : float
        First readings [s].
    """

    def __init__(self, monotonic: float = 1000.0, *, utc: float = 1_700_000_000.0) -> None:
        self._monotonic = monotonic
        self._utc = utc
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def monotonic(self) -> float:
        """Seconds it was told."""
        return self._monotonic

    def utc(self) -> float:
        """Seconds it was told."""
        return self._utc

    async def sleep_until(self, moment: float) -> None:
        """Wait until `advance` has passed `moment`; yields once if it has already."""
        if moment <= self._monotonic:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (moment, self._count, woken))
        await woken

    def advance(self, seconds: float) -> None:
        """Let time pass on both clocks and wake who slept as long."""
        self._monotonic += seconds
        self._utc += seconds
        while self._sleepers and self._sleepers[0][0] <= self._monotonic:
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():  # its sleeper may have been cancelled
                woken.set_result(None)

    @property
    def sleepers(self) -> int:
        """How many wait for it to go on."""
        return sum(not woken.done() for _, _, woken in self._sleepers)

    def step_utc(self, seconds: float) -> None:
        """Set the wall clock forward or back, as an operator or NTP does."""
        self._utc += seconds
