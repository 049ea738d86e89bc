"""The historian at plant scale: 40 devices of 60 tags a second, a day of it, years of rollups.

A peer in the same run: one row a sample in SQLite, as most recorders write, for the disk it takes.
"""

import asyncio
import math
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.measure import Gate
from orcplant.config.site import Device
from orcplant.control.clock import ManualClock
from orcplant.control.historian import Historian, rollup, tables
from orcplant.control.historian.chunk import HOUR_S
from orcplant.control.store import Store
from orcplant.live import Quality, Reason, Value
from orcplant.tags import Kind, TagTable, load_table

DEVICES: Final = 40
TAGS: Final = 60
START: Final = 1_700_006_400.0
CONSTANT_SHARE: Final = 0.3


def run() -> tuple[dict[str, Any], list[Gate]]:
    """Measure; numbers and their bounds."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(_measured(Path(folder)))
    gates = [
        Gate("history: size of a day at 2,400 values/s", found["GB_a_day"], 0.25, "GB"),
        Gate("history: share of a core, recording", found["recording_share"], 0.05, "-"),
        Gate("history: 24 h trend of one tag", found["trend_1_ms"], 50.0, "ms"),
        Gate("history: 24 h trend of 20 tags", found["trend_20_ms"], 500.0, "ms"),
        Gate("history: a year's rollups of one tag", found["year_ms"], 200.0, "ms"),
        Gate("history: page of 2,000 raw values", found["page_ms"], 50.0, "ms"),
    ]
    return {"control_history": found}, gates


async def _measured(folder: Path) -> dict[str, Any]:
    clock, store = ManualClock(utc=START), Store()
    devices = [_device(number) for number in range(DEVICES)]
    path = folder / "history.sqlite"
    historian = await Historian.open(store, path, devices, clock)
    names = [tag.name for device in devices for tag in device.table]
    found: dict[str, Any] = {"tags": len(names)}
    cpu = time.process_time()
    await _hour(historian, clock, devices)
    found["recording_share"] = (time.process_time() - cpu) / HOUR_S
    cpu, wall = time.process_time(), time.perf_counter()
    clock.advance(60.0)
    await _going_on(clock, historian.close_hours())
    found["closing_an_hour_s"] = time.perf_counter() - wall
    found["closing_share"] = (time.process_time() - cpu) / HOUR_S
    with closing(sqlite3.connect(path)) as connection:
        found["GB_a_day"] = 24.0 * _content(connection) / 1e9
        found["row_per_sample_GB_a_day"] = (
            _row_per_sample(folder / "rows.sqlite") * len(names) * 86400.0 / 1e9
        )
        _copy_hours(connection, names[:20])
        _fill_year(connection, names[0])
        connection.commit()
    reader, end = historian.reader, START + 24.0 * HOUR_S
    found["trend_1_ms"] = await _timed(lambda: reader.trend(names[:1], START, end, 1600))
    found["trend_20_ms"] = await _timed(lambda: reader.trend(names[:20], START, end, 1600))
    year = START + 366.0 * 86400.0
    found["year_ms"] = await _timed(lambda: reader.trend(names[:1], year - 365.0 * 86400.0, year, 1600))
    found["page_ms"] = await _timed(lambda: reader.raw(names[1], START, end, limit=2000))
    await historian.close()
    await store.close()
    return found


async def _hour(historian: Historian, clock: ManualClock, devices: list[Device]) -> None:
    """An hour of values: random walks of one decimal, a share that stands still."""
    rng = np.random.default_rng(1)
    names = [[tag.name for tag in device.table] for device in devices]
    levels = rng.uniform(10.0, 500.0, (DEVICES, TAGS))
    moves = rng.random((DEVICES, TAGS)) >= CONSTANT_SHARE
    for second in range(HOUR_S):
        levels += moves * rng.normal(0.0, 0.2, levels.shape)
        numbers = np.round(levels, 1).tolist()
        now = clock.utc()
        for number, device in enumerate(devices):
            touched = {
                name: Value(value, Quality.GOOD, Reason.NONE, now, now)
                for name, value in zip(names[number], numbers[number], strict=True)
            }
            historian.observe(device.name, touched)
        clock.advance(1.0)
        if second % 5 == 0:
            await historian.flush()
    await historian.flush()


async def _timed(work: Any) -> float:
    """Median time of a few runs [ms]."""
    await work()
    times = []
    for _ in range(7):
        start = time.perf_counter()
        await work()
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times)


async def _going_on(clock: ManualClock, work: Any) -> None:
    task = asyncio.ensure_future(work)
    while not task.done():
        if clock.sleepers:
            clock.advance(0.2)
        await asyncio.sleep(0)
    task.result()


def _content(connection: sqlite3.Connection) -> int:
    """Bytes of an hour's chunks and rollups, with what a row of SQLite takes beside."""
    total = 0
    for table, column in (("chunks", "samples"), ("rollups", "minutes")):
        count, size = connection.execute(f"SELECT count(*), sum(length({column})) FROM {table}").fetchone()
        total += size + 24 * count
    return total


def _copy_hours(connection: sqlite3.Connection, names: list[str]) -> None:
    """Make a day of the hour, for reading."""
    ids = dict(connection.execute("SELECT name, id FROM tags").fetchall())
    for name in names:
        (blob,) = connection.execute("SELECT samples FROM chunks WHERE tag = ?", (ids[name],)).fetchone()
        (minutes,) = connection.execute("SELECT minutes FROM rollups WHERE tag = ?", (ids[name],)).fetchone()
        for hour in range(1, 24):
            at = int(START) + hour * HOUR_S
            connection.execute("INSERT INTO chunks VALUES (?, ?, ?)", (ids[name], at, blob))
            connection.execute("INSERT INTO rollups VALUES (?, ?, ?, ?)", (ids[name], at, HOUR_S, minutes))


def _fill_year(connection: sqlite3.Connection, name: str) -> None:
    """A year of merged days behind the recorded one."""
    (tag,) = connection.execute("SELECT id FROM tags WHERE name = ?", (name,)).fetchone()
    rng = np.random.default_rng(2)
    for day in range(1, 367):
        at = int(START) + day * tables.DAY_S
        seconds = at + np.arange(0.0, tables.DAY_S, 30.0)
        values = np.round(100.0 + np.cumsum(rng.normal(0.0, 0.2, len(seconds))), 1)
        (found,) = rollup.rolled_up(seconds, values[:, None], np.zeros((len(seconds), 1), np.uint8))
        blob = rollup.encoded(found, at, is_single=True)
        connection.execute("INSERT INTO rollups VALUES (?, ?, ?, ?)", (tag, at, tables.DAY_S, blob))


def _row_per_sample(path: Path) -> float:
    """Bytes a sample takes as a row of (tag, time) -> value, quality."""
    count = 200
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE s (tag INTEGER, t REAL, v REAL, q INTEGER, PRIMARY KEY (tag, t)) WITHOUT ROWID"
        )
        rows = [(tag, START + k, 100.0 + math.sin(k), 0) for tag in range(count) for k in range(300)]
        connection.executemany("INSERT INTO s VALUES (?, ?, ?, ?)", rows)
        connection.commit()
    return path.stat().st_size / len(rows)


def _device(number: int) -> Device:
    table = load_table("orc_unit")
    numbers = [tag for tag in table if tag.dtype.kind in (Kind.FLOAT32, Kind.INT16, Kind.UINT16)]
    tags = tuple(
        replace(numbers[k % len(numbers)], name=f"T{k:02d}", history="all", readback="", verify_by="")
        for k in range(TAGS)
    )
    name = f"U{number + 1:02d}"
    return Device(
        name=name,
        type="orc_unit",
        number=number + 1,
        table=TagTable("orc_unit", tags, 0).prefixed(name),
        host="127.0.0.1",
        port=1,
        device_id=1,
        capabilities=frozenset(),
        trips_without_core=False,
        fallback_hold_s=300.0,
        fallback_power_kW=0.0,
    )
