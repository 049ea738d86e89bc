"""Records every value of every device; survives a full disk in memory and a killed process on disk.

A row of a device is written about a second after it was read. While the disk takes nothing rows wait in
memory, up to a limit, the oldest lost first; control does not notice.
"""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from orcplant.config.site import Device
from orcplant.control.clock import Clock
from orcplant.control.historian import tables
from orcplant.control.historian.chunk import HOUR_S
from orcplant.control.historian.reader import HistoryReader
from orcplant.control.historian.samples import HELD, Bytes, Floats, code_of
from orcplant.control.historian.stamps import STEP_S, Stamps
from orcplant.control.historian.tables import Field, Layout, Row
from orcplant.control.store import Database, Store, StoreError
from orcplant.live import NOT_READ, Value
from orcplant.tags import Kind, Tag

_log = logging.getLogger(__name__)

FLUSH_S: Final = 1.0
CLOSE_AFTER_S: Final = 30.0  # behind the end of an hour: its last rows are written by then
RAW_DAYS: Final = 400.0
ROLLUP_DAYS: Final = 3660.0
RING_BYTES: Final = 32 * 2**20
_DELETE_ROWS: Final = 5000
_BETWEEN_S: Final = 0.2  # pause between two devices when an hour is closed: commands go first
_SINGLE: Final = (Kind.FLOAT32, Kind.INT16, Kind.UINT16, Kind.BOOL, Kind.ENUM)


@dataclass(slots=True)
class _Device:
    """Latest values of a device, and the second they belong to."""

    layout: Layout
    places: dict[str, int]
    values: Floats
    codes: Bytes
    second: int | None = None


@dataclass(slots=True)
class HistoryCounters:
    """How recording went since the start."""

    rows: int = 0
    lost: int = 0
    failures: int = 0
    hours: int = 0


class Historian:
    """Open with `Historian.open`; feed with `observe`, run with `run`.

    Parameters are those of `open`.
    """

    def __init__(
        self,
        database: Database,
        reader: HistoryReader,
        clock: Clock,
        devices: dict[str, _Device],
        *,
        ring_bytes: int = RING_BYTES,
        raw_days: float = RAW_DAYS,
        rollup_days: float = ROLLUP_DAYS,
    ) -> None:
        self.reader = reader
        self.counters = HistoryCounters()
        self.stamps = Stamps(clock)
        self.is_failing = False
        self._database = database
        self._clock = clock
        self._devices = devices
        self._ring: deque[Row] = deque()
        self._waiting_bytes = 0
        self._ring_bytes = ring_bytes
        self._raw_s, self._rollup_s = raw_days * tables.DAY_S, rollup_days * tables.DAY_S
        self._trouble: list[Callable[[bool], None]] = []
        self._stepped: list[Callable[[float], None]] = []
        self._turn = asyncio.Lock()

    @classmethod
    async def open(
        cls,
        store: Store,
        path: Path,
        devices: Iterable[Device],
        clock: Clock,
        *,
        ring_bytes: int = RING_BYTES,
        raw_days: float = RAW_DAYS,
        rollup_days: float = ROLLUP_DAYS,
    ) -> "Historian":
        """Open the history of a state folder.

        Parameters
        ----------
        ring_bytes : int
            Most that waits in memory while the disk takes nothing. [B]
        raw_days, rollup_days : float
            How long samples and rollups are kept. [d]

        Raises
        ------
        StoreError
            If the file cannot be opened.
        """
        database = await store.database(path, tables.SCHEMA)
        recorded = {}
        for device in devices:
            fields = [_field(tag) for tag in device.table if _is_recorded(tag)]
            if fields:
                recorded[device.name] = await _declared(database, device.name, fields)
        await database.run(lambda c: tables.write_mark(c, clock.utc(), "started", ""))
        return cls(
            database,
            HistoryReader(path),
            clock,
            recorded,
            ring_bytes=ring_bytes,
            raw_days=raw_days,
            rollup_days=rollup_days,
        )

    def on_trouble(self, told: Callable[[bool], None]) -> None:
        """Call `told` with True when the disk takes nothing any more, with False when it does again."""
        self._trouble.append(told)

    def on_step(self, told: Callable[[float], None]) -> None:
        """Call `told` when the wall clock was set by more than two seconds, with how much [s]."""
        self._stepped.append(told)

    def observe(self, device: str, touched: Mapping[str, Value]) -> None:
        """Take values that came or got worse; they belong to the second of now."""
        record = self._devices.get(device)
        if record is None:
            return
        second = int(self._now())
        if record.second is not None and second != record.second:
            self._push(record)
        record.second = second
        places, values, codes = record.places, record.values, record.codes
        for name, value in touched.items():
            place = places.get(name)
            if place is None:
                continue
            scalar = value.scalar
            # A string would be one of a tag that changed its type; what is no number is no value.
            values[place] = np.nan if scalar is None or isinstance(scalar, str) else scalar
            codes[place] = code_of(value.quality, value.reason)

    def collect(self) -> None:
        """Take rows of seconds that are over."""
        second = int(self._now())
        for record in self._devices.values():
            if record.second is not None and record.second < second:
                self._push(record)

    async def flush(self, *, everything: bool = False) -> bool:
        """Write what waits; whether it could be written. `everything`: the second that is not over, too."""
        if everything:
            for record in self._devices.values():
                if record.second is not None:
                    self._push(record)
        else:
            self.collect()
        async with self._turn:
            rows = list(self._ring)
            if not rows:
                return True
            try:
                await self._database.run(lambda c: tables.write_rows(c, rows))
            except StoreError as exc:
                self.counters.failures += 1
                self._set_failing(True, str(exc))
                return False
            for row in rows:
                # Some may have been pushed out of the ring meanwhile.
                if self._ring and self._ring[0] is row:
                    self._ring.popleft()
                    self._waiting_bytes -= len(row[2])
            self.counters.rows += len(rows)
            self._set_failing(False, "")
            return True

    async def close_hours(self) -> int:
        """Compress hours that are over; how many hours of devices. StoreError if the disk refuses."""
        before = int(self._clock.utc() - CLOSE_AFTER_S)
        waiting = min((row[1] for row in self._ring), default=before)
        due = await self.reader.run(lambda c: tables.hours_to_close(c, min(before, waiting)))
        layouts = {layout.id: layout for layout in await self.reader.run(tables.layouts)}
        for count, (layout, hour) in enumerate(due):
            if count:
                await self._clock.sleep_until(self._clock.monotonic() + _BETWEEN_S)
            # Computed beside the writer's thread, which also has the journal to write.
            closed = await self.reader.run(
                lambda c, layout=layout, hour=hour: tables.closed_hour(c, layouts[layout], hour)  # type: ignore[misc]
            )
            await self._database.run(lambda c, closed=closed: tables.write_hour(c, closed))  # type: ignore[misc]
            self.counters.hours += 1
        return len(due)

    async def tidy(self) -> None:
        """Merge days, delete what is too old. StoreError if the disk refuses."""
        now = self._clock.utc()
        singles = {
            field.name: field.is_single for device in self._devices.values() for field in device.layout.fields
        }
        merge = await self.reader.run(lambda c: tables.days_to_merge(c, int(now - HOUR_S)))

        def merged(connection: sqlite3.Connection, part: list[tuple[int, str, int]]) -> None:
            for tag, name, day in part:
                tables.merge_day(connection, tag, day, is_single=singles.get(name, False))

        for k in range(0, len(merge), 20):
            await self._database.run(lambda c, k=k: merged(c, merge[k : k + 20]))  # type: ignore[misc]
            await self._clock.sleep_until(self._clock.monotonic() + _BETWEEN_S)
        raw_before, rollup_before = int(now - self._raw_s), int(now - self._rollup_s)
        while await self._database.run(
            lambda c: tables.delete_old(
                c, raw_before=raw_before, rollup_before=rollup_before, limit=_DELETE_ROWS
            )
        ):
            await self._clock.sleep_until(self._clock.monotonic() + _BETWEEN_S)

    async def mark(self, what: str, detail: str) -> None:
        """Note something that happened to the record. StoreError if it cannot be."""
        now = self._clock.utc()
        await self._database.run(lambda c: tables.write_mark(c, now, what, detail))

    async def run(self) -> None:
        """Record until cancelled."""
        await asyncio.gather(self._flushing(), self._closing())

    async def close(self) -> None:
        """Write what is left and stop reading; the store closes the file."""
        await self.flush(everything=True)
        await self.reader.close()

    async def _flushing(self) -> None:
        due = self._clock.monotonic()
        while True:
            due = max(due + FLUSH_S, self._clock.monotonic())
            await self._clock.sleep_until(due)
            await self.flush()

    async def _closing(self) -> None:
        while True:
            try:
                await self.close_hours()
                await self.tidy()
            except StoreError as exc:
                _log.warning("history not tidied: %s", exc)
            await self._clock.sleep_until(self._clock.monotonic() + 60.0)

    def _now(self) -> float:
        now = self.stamps.now()
        if abs(self.stamps.step) > STEP_S:
            _log.warning("the wall clock was set by %+.1f s", self.stamps.step)
            for told in self._stepped:
                told(self.stamps.step)
        return now

    def _push(self, record: _Device) -> None:
        assert record.second is not None  # noqa: S101
        row = (record.layout.id, record.second, tables.packed(record.values, record.codes))
        record.second = None
        record.codes |= HELD
        self._ring.append(row)
        self._waiting_bytes += len(row[2])
        while self._waiting_bytes > self._ring_bytes:
            self._waiting_bytes -= len(self._ring.popleft()[2])
            self.counters.lost += 1

    def _set_failing(self, is_failing: bool, text: str) -> None:
        if is_failing is self.is_failing:
            return
        self.is_failing = is_failing
        _log.log(
            logging.ERROR if is_failing else logging.INFO,
            "history %s",
            f"waits in memory: {text}" if is_failing else f"is written again; {self.counters.lost} rows lost",
        )
        for told in self._trouble:
            told(is_failing)


async def _declared(database: Database, device: str, fields: list[Field]) -> _Device:
    layout = await database.run(lambda c: tables.declare(c, device, fields))
    count = len(fields)
    code = code_of(NOT_READ.quality, NOT_READ.reason) | HELD
    return _Device(
        layout,
        {field.name: place for place, field in enumerate(fields)},
        np.full(count, np.nan),
        np.full(count, code, np.uint8),
    )


def _is_recorded(tag: Tag) -> bool:
    return tag.history != "none" and tag.is_readable and tag.dtype.kind is not Kind.STRING


def _field(tag: Tag) -> Field:
    return Field(tag.name, tag.history, tag.dtype.kind in _SINGLE)
