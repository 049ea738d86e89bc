"""Reads the record beside its writer: own connection, own thread, read-only."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from orcplant.control.historian import tables, trend
from orcplant.control.historian.chunk import HOUR_S
from orcplant.control.historian.reduction import GAP_S
from orcplant.control.historian.rollup import Rollup, joined, rolled_up
from orcplant.control.historian.samples import NO_RECORD, Floats, Samples
from orcplant.control.historian.samples import joined as joined_samples
from orcplant.control.historian.tables import Block, Layout
from orcplant.control.store import StoreError

T = TypeVar("T")

_RAW_BELOW_S: Final = 30.0  # buckets narrower than this are made from samples, others from rollups
_BACKUP_PAGES: Final = 500


class HistoryReader:
    """Reads one history file; `close` when done. Its coroutines wait in a thread, not in the loop.

    Raises
    ------
    StoreError
        From every reading method, if the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread = ThreadPoolExecutor(1, "orcplant-history")
        self._connection: sqlite3.Connection | None = None

    async def close(self) -> None:
        """Close the file."""
        await self._run(lambda connection: connection.close())
        self._thread.shutdown()

    async def raw(
        self, tag: str, start: float, end: float, *, limit: int, newest_first: bool = False
    ) -> Samples:
        """At most `limit` samples from start to end [s of UTC], both included, from either side."""
        return await self._run(lambda c: raw(c, tag, start, end, limit=limit, newest_first=newest_first))

    async def trend(self, tags: Sequence[str], start: float, end: float, count: int) -> Floats:
        """Buckets of equal width from start to end.

        Returns
        -------
        array of shape (tags, count, 5)
            Least, largest, mean, last, worst quality; NaN and quality 4 where nothing was recorded.
        """
        return await self._run(lambda c: trends(c, tags, start, end, count))

    async def minutes(self, tag: str, start: float, end: float) -> Rollup:
        """Rollup of a tag from start to end."""
        return await self._run(lambda c: minutes(c, tag, start, end, {}))

    async def tags(self) -> list[str]:
        """Names of all tags there are records of."""
        return await self._run(lambda c: [row[0] for row in c.execute("SELECT name FROM tags ORDER BY name")])

    async def span(self) -> tuple[float, float] | None:
        """First and last recorded moment [s of UTC]; None for an empty record."""
        return await self._run(_span)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Result of something that only reads."""
        return await self._run(work)

    async def backup(self, target: Path) -> None:
        """Copy the file while it is being written; the copy is of one moment. StoreError if it cannot be."""

        def work(connection: sqlite3.Connection) -> None:
            with closing(sqlite3.connect(target)) as copy:
                connection.backup(copy, pages=_BACKUP_PAGES)

        await self._run(work)

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def job() -> T:
            try:
                if self._connection is None:
                    self._connection = opened(self.path)
                return work(self._connection)
            except sqlite3.Error as exc:
                raise StoreError(f"{self.path}: cannot be read: {exc}") from exc

        return await asyncio.get_running_loop().run_in_executor(self._thread, job)


def opened(path: Path) -> sqlite3.Connection:
    """Read-only connection; sqlite3.Error if there is no such file."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    connection.execute("PRAGMA busy_timeout = 5000")
    return connection


def raw(
    connection: sqlite3.Connection,
    tag: str,
    start: float,
    end: float,
    *,
    limit: int,
    newest_first: bool = False,
) -> Samples:
    """At most `limit` samples, as `HistoryReader.raw`; the newest ones too are in order of time."""
    hours = tables.chunk_hours(connection, tag, int(start), int(end))
    hot = _hot_hours(connection, tag, start, end)
    parts: list[Samples] = []
    count = 0
    for hour in sorted({*hours, *hot}, reverse=newest_first):
        blocks = [_hot(connection, layout, hour, {}) for layout in hot.get(hour, ())]
        found = [tables.chunk_of(connection, tag, hour)] if hour in hours else []
        found += [
            block.samples(place) for block in blocks if (place := _place(block.layout, tag)) is not None
        ]
        part = joined_samples(found).cut(start, end)
        parts.append(part)
        count += len(part)
        if count >= limit:
            break
    whole = joined_samples(sorted(parts, key=lambda part: part.times[0] if len(part) else 0.0))
    chosen = np.arange(len(whole))
    return whole.take(chosen[-limit:] if newest_first else chosen[:limit])


def trends(
    connection: sqlite3.Connection, tags: Sequence[str], start: float, end: float, count: int
) -> Floats:
    """Buckets of several tags, as `HistoryReader.trend`."""
    edges = np.linspace(start, end, count + 1)
    cache: dict[tuple[int, int], Block] = {}
    found = np.empty((len(tags), count, 5))
    for place, tag in enumerate(tags):
        if (end - start) / count < _RAW_BELOW_S:
            first = start - start % HOUR_S  # the sample that held at the start stands in its hour
            samples = _all_samples(connection, tag, first, end, cache)
            found[place] = trend.of_samples(samples, edges)
        else:
            found[place] = trend.of_minutes(minutes(connection, tag, start, end, cache), edges)
    return found


def minutes(
    connection: sqlite3.Connection,
    tag: str,
    start: float,
    end: float,
    cache: dict[tuple[int, int], Block],
) -> Rollup:
    """Rollup from start to end, closed hours and hot rows together."""
    parts = [tables.minutes_of(connection, tag, int(start), int(end) + 1)]
    for hour, found in _hot_hours(connection, tag, start, end).items():
        for layout in found:
            block = _hot(connection, layout, hour, cache)
            place = _place(layout, tag)
            if place is not None:
                parts += rolled_up(
                    block.seconds, block.values[:, place : place + 1], block.codes[:, place : place + 1]
                )
    return joined(parts).cut(start, end)


def _all_samples(
    connection: sqlite3.Connection,
    tag: str,
    start: float,
    end: float,
    cache: dict[tuple[int, int], Block],
) -> Samples:
    parts = [
        tables.chunk_of(connection, tag, hour)
        for hour in tables.chunk_hours(connection, tag, int(start), int(end))
    ]
    for hour, found in _hot_hours(connection, tag, start, end).items():
        for layout in found:
            block = _hot(connection, layout, hour, cache)
            place = _place(layout, tag)
            if place is not None and len(block.seconds):
                parts.append(block.samples(place))
    whole = joined_samples(parts)
    if not len(whole):
        return whole
    # Behind the last sample there is nothing: it does not hold until the end of the picture.
    edge = whole.times[-1] + GAP_S
    mark = Samples(np.array([edge]), np.array([np.nan]), np.array([NO_RECORD], np.uint8))
    return joined_samples([whole, mark])


def _hot_hours(connection: sqlite3.Connection, tag: str, start: float, end: float) -> dict[int, list[Layout]]:
    """Hours with hot rows of a tag's device between start and end."""
    found: dict[int, list[Layout]] = {}
    for layout in tables.layouts(connection):
        if layout.device != tag.partition(".")[0] or _place(layout, tag) is None:
            continue
        row = connection.execute(
            "SELECT min(second), max(second) FROM hot WHERE layout = ? AND second BETWEEN ? AND ?",
            (layout.id, int(start), int(end)),
        ).fetchone()
        if row[0] is not None:
            for hour in range(row[0] - row[0] % HOUR_S, row[1] + 1, HOUR_S):
                found.setdefault(hour, []).append(layout)
    return dict(sorted(found.items()))


def _hot(
    connection: sqlite3.Connection, layout: Layout, hour: int, cache: dict[tuple[int, int], Block]
) -> Block:
    key = (layout.id, hour)
    if key not in cache:
        cache[key] = tables.hot_block(connection, layout, hour, hour + HOUR_S)
    return cache[key]


def _place(layout: Layout, tag: str) -> int | None:
    for place, field in enumerate(layout.fields):
        if field.name == tag:
            return place
    return None


def _span(connection: sqlite3.Connection) -> tuple[float, float] | None:
    moments: list[float] = []
    query = "SELECT min(start), max(start + span) FROM rollups"
    for low, high in (
        connection.execute(query).fetchone(),
        connection.execute("SELECT min(second), max(second) FROM hot").fetchone(),
    ):
        if low is not None:
            moments += [float(low), min(float(high), time.time())]
    return (min(moments), max(moments)) if moments else None
