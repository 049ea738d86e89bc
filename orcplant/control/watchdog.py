"""Watches the core's own tasks: one that ended or hangs is started anew, and counted."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Final

from orcplant.control.clock import Clock
from orcplant.control.poller import DevicePoller, Poller
from orcplant.control.tasks import cancelled

_log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 1.0
STEP_S: Final = 2.0  # by which the wall clock may drift between two looks before it counts as set
# A turn may take an answer's time limit for each block, and the waits for a busy device; no longer.
HANGS_AFTER_S: Final = 60.0


class Watchdog:
    """Runs the polling tasks of all devices, and whatever else must not die unseen."""

    def __init__(self, poller: Poller, clock: Clock) -> None:
        self._poller = poller
        self._clock = clock
        self._offset = clock.utc() - clock.monotonic()
        self._stepped: list[Callable[[float], None]] = []
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._others: set[asyncio.Task[None]] = set()
        self._own: asyncio.Task[None] | None = None
        self.restarts: dict[str, int] = dict.fromkeys(poller.devices, 0)
        self.lag: deque[float] = deque(maxlen=600)  # by which the loop itself was late [s]

    def start(self) -> None:
        """Start polling every device."""
        for device in self._poller.devices.values():
            self._start(device)
        self._own = asyncio.create_task(self._watch())

    def on_step(self, told: Callable[[float], None]) -> None:
        """Call `told` with the seconds by which somebody set the wall clock, positive for ahead."""
        self._stepped.append(told)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something small beside; a failure is logged."""
        task = asyncio.create_task(work)
        self._others.add(task)
        task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Cancel polling, and wait for it and for what was spawned."""
        await cancelled([*self._polls.values(), *([self._own] if self._own else [])])
        await asyncio.gather(*self._others, return_exceptions=True)

    def look(self) -> None:
        """Start anew what ended or hangs, and notice a wall clock that was set."""
        self._look_at_the_clock()
        for name, device in self._poller.devices.items():
            task = self._polls[name]
            silent = self._clock.monotonic() - device.alive_at
            if task.done():
                error = None if task.cancelled() else task.exception()
                _log.error("%s: polling ended: %r; started anew", name, error)
            elif silent > HANGS_AFTER_S + device.longest_wait_s:
                _log.error("%s: polling hangs for %.0f s; started anew", name, silent)
                self.spawn(cancelled([task]))
            else:
                continue
            self.restarts[name] += 1
            self._start(device)

    def _look_at_the_clock(self) -> None:
        offset = self._clock.utc() - self._clock.monotonic()
        step, self._offset = offset - self._offset, offset
        if abs(step) > STEP_S:
            _log.warning("the wall clock was set by %+.1f s", step)
            for told in self._stepped:
                told(step)

    def _start(self, device: DevicePoller) -> None:
        device.alive_at = self._clock.monotonic()
        self._polls[device.name] = asyncio.create_task(device.run(), name=f"poll {device.name}")

    async def _watch(self) -> None:
        while True:
            due = self._clock.monotonic() + LOOK_EVERY_S
            await self._clock.sleep_until(due)
            self.lag.append(self._clock.monotonic() - due)
            self.look()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._others.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("%r", task.exception())
