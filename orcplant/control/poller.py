"""Polls devices, each on its own absolute schedule, and knows what their values are worth now.

A poll that comes too late is skipped and counted, never queued. A device that does not answer costs the
others nothing: every device has its own link, and its own growing wait before it is tried again.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from orcplant.config.site import Device
from orcplant.control.clock import Clock
from orcplant.control.codec import encode
from orcplant.control.identity import Identity, Trust
from orcplant.control.link import Backoff, BadAnswerError, DeviceExceptionError, Link, LinkError
from orcplant.control.reader import BlockReader
from orcplant.control.schedule import Schedule
from orcplant.live import LinkState, Quality, Reason, Snapshot, Value
from orcplant.tags import PollGroup

_log = logging.getLogger(__name__)

HEARTBEAT_S: Final = 1.0
ASK_AGAIN_S: Final = 600.0  # between tries of an address that was refused, or a map that did not fit
_MISSES_DOWN: Final = 2  # polls in a row without an answer after which a device is DOWN
_MISSES_CLOSE: Final = 3  # and after which its connection counts as half open
_BEATS: Final = 2**16
_EVERYTHING: Final = (PollGroup.FAST, PollGroup.SLOW, None)


class Event(StrEnum):
    """What happened to a device; told once, when it begins."""

    UP = "up"
    DOWN = "down"
    RESTARTED = "restarted"
    MISMATCH = "mismatch"
    REFUSED = "refused"  # addresses the device does not know
    STOPPED = "stopped"  # its heartbeat stands still
    RUNNING = "running"  # and moves again


Told: TypeAlias = Callable[["DevicePoller", Mapping[str, Value]], None]
Happened: TypeAlias = Callable[["DevicePoller", Event, str], None]


@dataclass(slots=True)
class PollCounters:
    """How polling of one device went since the start."""

    polls: int = 0
    missed: int = 0  # no answer, or not tried because the device is down
    heartbeats: int = 0
    heartbeats_refused: int = 0
    lateness: deque[float] = field(default_factory=lambda: deque(maxlen=300))  # [s], start behind schedule


class DevicePoller:
    """One device: its link, its values, its schedule.

    Parameters
    ----------
    device : Device
    link : Link
    clock : Clock
    fast_s, slow_s : float
        Poll periods [s].
    phase : float
        Share of a period by which its turns lie behind those of the first device; 0 to 1.
    rng : random.Random
        For waits.
    may_write : bool
        Whether the heartbeat is sent; False in a read-only core.
    """

    def __init__(
        self,
        device: Device,
        link: Link,
        clock: Clock,
        *,
        fast_s: float = 1.0,
        slow_s: float = 10.0,
        phase: float = 0.0,
        rng: random.Random | None = None,
        may_write: bool = True,
    ) -> None:
        rng = rng or random.Random()
        self.device = device
        self.name = device.name
        self.table = device.table
        self.link = link
        self.counters = PollCounters()
        self.state = LinkState.STARTING
        self.last_error = ""
        self.alive_at = clock.monotonic()  # for the watchdog
        self.tried = asyncio.Event()  # set once it is known whether the device answers
        self.identity = Identity(self.table, device.name, device.capabilities)
        self.reader = BlockReader(self.table, link, clock, rng)
        self._clock = clock
        self._periods = {PollGroup.FAST: fast_s, PollGroup.SLOW: slow_s}
        # None is the heartbeat.
        turns = {PollGroup.FAST: fast_s, PollGroup.SLOW: slow_s, None: HEARTBEAT_S}
        self._schedule: Schedule[PollGroup | None] = Schedule(turns, phase=phase)
        self._backoff = Backoff(rng)
        self._may_write = may_write and "heartbeat" in device.capabilities
        self._must_read_all = True
        self._begun_at = 0.0
        self._is_new_link = False
        self._misses = 0
        self._has_gateway = False
        self._refused_told: set[str] = set()
        self._beat = 0
        self._told: list[Told] = []
        self._happened: list[Happened] = []

    def on_values(self, told: Told) -> None:
        """Call `told` after each poll with the values that came or got worse."""
        self._told.append(told)

    def on_event(self, happened: Happened) -> None:
        """Call `happened` when something begins or ends."""
        self._happened.append(happened)

    @property
    def overruns(self) -> int:
        """Turns skipped because the one before took too long."""
        return self._schedule.overruns

    @property
    def longest_wait_s(self) -> float:
        """Longest time between two turns if all is well [s]."""
        return self._schedule.shortest

    @property
    def is_read_only(self) -> bool:
        """Whether nothing may be written because the device is not, or not yet, known to be the right one."""
        return self.identity.trust in (Trust.UNCHECKED, Trust.MISMATCH)

    @property
    def must_be_read(self) -> bool:
        """Whether its values are from before this connection: the device may have restarted unseen."""
        return self._must_read_all

    def value(self, name: str) -> Value:
        """Value of a tag as it is worth now; `name` with the device's prefix.

        Raises
        ------
        KeyError
            If the device has no such tag, or it cannot be read.
        """
        value = self.reader.values[name].worse(self.identity.quality, self.identity.reason)
        return value.worse(self._aged(name), Reason.TOO_OLD)

    def snapshot(self) -> Snapshot:
        """All values as they are worth now."""
        values = {name: self.value(name) for name in self.reader.values}
        return Snapshot(self.name, self._clock.utc(), self.state, MappingProxyType(values))

    async def poll_once(self) -> None:
        """Do everything once, now: connect if that is due, read all groups, send the heartbeat."""
        await self._take(_EVERYTHING)

    async def run(self) -> None:
        """Poll on schedule until cancelled."""
        self._schedule.start(self._clock.monotonic())
        while True:
            await self._clock.sleep_until(self._next())
            self.alive_at = now = self._clock.monotonic()
            late = self._schedule.take(now)
            if PollGroup.FAST in late:
                self.counters.lateness.append(late[PollGroup.FAST])
            # Nothing due: the device was down and the wait is over. Come back at once, with everything.
            await self._take(late or _EVERYTHING)

    async def read_now(self, names: Collection[str]) -> dict[str, Value]:
        """Read some tags out of turn; what they are worth then.

        Raises
        ------
        LinkError
            If the device did not answer.
        """
        touched = await self.reader.read_tags(names)
        self._tell(touched)
        return {name: self.value(name) for name in names}

    def _next(self) -> float:
        due = self._schedule.next_due
        if self.link.is_connected or not self.tried.is_set():  # the first connects are spread over a period
            return due
        return min(due, max(self._backoff.retry_at, self.alive_at))

    async def _take(self, turns: Collection[PollGroup | None]) -> None:
        groups = [group for group in turns if group is not None]
        has_heartbeat = None in turns
        touched: dict[str, Value] = {}
        try:
            if await self._is_connected():
                if self.identity.trust is Trust.UNCHECKED:
                    touched |= await self._introduce()
                if self._must_read_all:
                    groups = [PollGroup.FAST, PollGroup.SLOW]
                for group in groups:
                    touched |= await self.reader.read_group(group)
                if has_heartbeat:
                    await self._send_heartbeat()
                if groups:
                    self._must_read_all = False
                    self._answered(touched)
            elif groups:
                touched |= await self._miss()
        except LinkError as exc:
            self.last_error = str(exc)
            self._backoff.failed(self._clock.monotonic())
            # A gateway that answers for its device is not to blame: its link stays.
            self._has_gateway = isinstance(exc, DeviceExceptionError)
            touched |= await self._miss()
        self.tried.set()
        self._tell(touched)

    async def _is_connected(self) -> bool:
        if self._backoff.is_ready(self._clock.monotonic()):
            if not self.link.is_connected:
                await self.link.connect()
                self._is_new_link = True
                self._begin_anew()
            elif self._must_ask_again():
                self._begin_anew()
            return True
        return False

    def _must_ask_again(self) -> bool:
        """Whether what was refused or did not fit was so long enough: it may have been a PLC that started."""
        is_ill = bool(self.reader.refused) or self.identity.trust is Trust.MISMATCH
        return is_ill and self._clock.monotonic() - self._begun_at >= ASK_AGAIN_S

    def _begin_anew(self) -> None:
        """A new link, or a restart: whatever was known may have changed."""
        self.identity.forget()
        self.reader.plan_again()
        self._must_read_all = True
        self._begun_at = self._clock.monotonic()

    async def _introduce(self) -> dict[str, Value]:
        """Read what is read once per connection and start, and check the signature."""
        touched = await self.reader.read_group(PollGroup.ONCE)
        self.identity.check(self.reader.values)
        if self.identity.trust is Trust.MISMATCH:
            self._tell_event(Event.MISMATCH, self.identity.mismatch)
        return touched

    def _answered(self, touched: Mapping[str, Value]) -> None:
        """Note a poll that went through."""
        self.counters.polls += 1
        self._misses = 0
        self._backoff.succeeded()
        was, self.state = self.state, LinkState.UP
        if was in (LinkState.STARTING, LinkState.DOWN):
            self._tell_event(Event.UP, "")
        self._look_for_a_restart()
        self._look_at_the_heartbeat(touched)
        if unknown := set(self.reader.refused) - self._refused_told:
            self._refused_told |= unknown
            self._tell_event(Event.REFUSED, ", ".join(sorted(unknown)))

    def _look_for_a_restart(self) -> None:
        if self.identity.has_restarted(self.reader.values, is_new_link=self._is_new_link):
            self._begin_anew()
            self._tell_event(Event.RESTARTED, "")
        self._is_new_link = False

    def _look_at_the_heartbeat(self, touched: Mapping[str, Value]) -> None:
        was_stopped = self.identity.is_stopped
        self.identity.watch_heartbeat(touched, self._clock.monotonic())
        if self.identity.is_stopped is not was_stopped:
            self._tell_event(Event.RUNNING if was_stopped else Event.STOPPED, "")

    async def _miss(self) -> dict[str, Value]:
        """Note a poll that did not go through."""
        self.counters.missed += 1
        self._misses += 1
        if self._misses >= _MISSES_CLOSE and not self._has_gateway:
            await self.link.close()
        if self._misses >= _MISSES_DOWN and self.state is not LinkState.DOWN:
            self.state = LinkState.DOWN
            self._tell_event(Event.DOWN, self.last_error)
        elif self.state is LinkState.UP:
            self.state = LinkState.SUSPECT
        return self.reader.missed()

    async def _send_heartbeat(self) -> None:
        if not self._may_write or self.is_read_only:
            return
        tag = self.table[f"{self.name}.HEARTBEAT_CORE"]
        self._beat = (self._beat + 1) % _BEATS
        try:
            await self.link.write(tag.table, tag.address, encode(tag, self._beat))
        except (BadAnswerError, DeviceExceptionError) as exc:  # the device is there: reading goes on
            self.counters.heartbeats_refused += 1
            _log.debug("%s", exc)
        else:
            self.counters.heartbeats += 1

    def _aged(self, name: str) -> Quality:
        """Quality by age: whatever goes wrong with polling, an old value does not look good."""
        period = self._periods.get(self.table[name].poll_group)
        if period is None:  # read once
            return Quality.GOOD
        age = self._clock.monotonic() - self.reader.read_at(name)
        if age > 4.0 * period + 2.0:
            return Quality.BAD
        return Quality.STALE if age > 2.0 * period + 1.0 else Quality.GOOD

    def _tell(self, touched: Mapping[str, Value]) -> None:
        if touched:
            for told in self._told:
                told(self, touched)

    def _tell_event(self, event: Event, text: str) -> None:
        _log.log(
            logging.WARNING if event in (Event.DOWN, Event.MISMATCH, Event.STOPPED) else logging.INFO,
            "%s %s%s",
            self.name,
            event,
            f": {text}" if text else "",
        )
        for happened in self._happened:
            happened(self, event, text)


class Poller:
    """All devices of a site."""

    def __init__(self, devices: Iterable[DevicePoller]) -> None:
        self.devices = {device.name: device for device in devices}

    def device_of(self, tag: str) -> DevicePoller:
        """Device of a full tag name.

        Raises
        ------
        KeyError
            If there is none.
        """
        return self.devices[tag.partition(".")[0]]

    def value(self, tag: str) -> Value:
        """Value of a tag by its full name, as it is worth now; KeyError if there is none."""
        return self.device_of(tag).value(tag)

    async def poll_once(self) -> None:
        """Poll every device once, all at the same time."""
        await asyncio.gather(*(device.poll_once() for device in self.devices.values()))
