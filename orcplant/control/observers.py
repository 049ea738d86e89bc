"""What looks on: alarms and history, fed by the poller, and the core's own troubles made alarms."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from orcplant.config.site import Site
from orcplant.control.alarms import Alarms, Definition, definitions
from orcplant.control.alarms.definition import CERTIFICATE, CLOCK, DISK_FULL, DISK_LOW, HISTORY, JOURNAL
from orcplant.control.alarms.records import Records
from orcplant.control.clock import Clock
from orcplant.control.historian import Historian
from orcplant.control.journal import Journal
from orcplant.control.poller import DevicePoller, Event, Poller
from orcplant.control.store import Store, StoreError
from orcplant.control.tasks import cancelled
from orcplant.control.users import Users

_log = logging.getLogger(__name__)

CERTIFICATE_WARN: Final = timedelta(days=30)
DISK_EVERY_S: Final = 60.0
LOW_SHARE: Final = 0.20  # of the disk that is free
FULL_SHARE: Final = 0.05
_AGAIN_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Observers:
    """Made by `opened`; `start` begins, `close` writes what is left."""

    definitions: tuple[Definition, ...]
    alarms: Alarms
    historian: Historian
    _folder: Path
    _clock: Clock
    _tasks: list[asyncio.Task[None]]

    def start(self) -> None:
        """Run alarms, history and the look at the disk, each started anew should it fail."""
        for name, work in (
            ("alarms", self.alarms.run),
            ("history", self.historian.run),
            ("disk", self._watch_disk),
        ):
            self._tasks.append(asyncio.create_task(self._kept(name, work), name=name))

    async def close(self) -> None:
        """Stop, and write what is left."""
        await cancelled(self._tasks)
        try:
            await self.alarms.flush()
        except StoreError as exc:
            _log.error("alarms not written: %s", exc)
        await self.historian.close()

    def look_at_disk(self) -> None:
        """Raise or clear the alarms of a disk that fills."""
        usage = shutil.disk_usage(self._folder)
        share = usage.free / usage.total
        self.alarms.signal(DISK_LOW, FULL_SHARE <= share < LOW_SHARE)
        self.alarms.signal(DISK_FULL, share < FULL_SHARE)

    def clock_set(self) -> None:
        """Tell that the wall clock was set: an alarm that has returned when it comes."""
        self.alarms.signal(CLOCK, True)
        self.alarms.signal(CLOCK, False)

    def certificate_ends(self, moment: datetime) -> None:
        """Take when the core's certificate ends."""
        self.alarms.signal(CERTIFICATE, moment - datetime.now(UTC) < CERTIFICATE_WARN)

    async def _watch_disk(self) -> None:
        while True:
            self.look_at_disk()
            await self._clock.sleep_until(self._clock.monotonic() + DISK_EVERY_S)

    async def _kept(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception:  # whatever it was: recording and alarming go on
                _log.exception("%s failed; started anew", name)
            await self._clock.sleep_until(self._clock.monotonic() + _AGAIN_S)


async def opened(
    store: Store,
    site: Site,
    folder: Path,
    *,
    poller: Poller,
    users: Users,
    journal: Journal,
    clock: Clock,
) -> Observers:
    """Alarms and history of a state folder, listening to a poller.

    Raises
    ------
    StoreError
        If a file of the state folder cannot be used.
    ConfigError
        If alarms.csv cannot be.
    """
    found = definitions(site)
    records = await Records.open(store, folder / "alarms.sqlite")
    alarms = await Alarms.open(found, records, users, journal, clock)
    historian = await Historian.open(store, folder / "history.sqlite", site.devices, clock)
    historian.on_trouble(lambda is_failing: alarms.signal(HISTORY, is_failing))
    alarms.signal(JOURNAL, journal.check.broken_at is not None)

    def happened(device: DevicePoller, event: Event, _: str) -> None:
        if event in (Event.UP, Event.DOWN):
            alarms.lost(device.name, event is Event.DOWN)

    for device in poller.devices.values():
        device.on_values(lambda device, touched: historian.observe(device.name, touched))
        device.on_values(lambda _, touched: alarms.observe(touched))
        device.on_event(happened)
    return Observers(found, alarms, historian, folder, clock, [])
