"""Store and journal: nothing acknowledged is lost, nothing in it can be changed unseen."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from orcplant.control.clock import ManualClock
from orcplant.control.journal import Journal, Kind
from orcplant.control.store import Store, StoreError


@asynccontextmanager
async def opened(folder: Path, clock: ManualClock | None = None) -> AsyncIterator[Journal]:
    store = Store()
    try:
        yield await Journal.open(store, folder / "journal.sqlite", clock or ManualClock())
    finally:
        await store.close()


async def filled(folder: Path, count: int = 5) -> None:
    async with opened(folder) as journal:
        for number in range(count):
            await journal.append(
                Kind.COMMAND, "li", "U07.POWER_SP", reference=f"c{number}", value=600.0 + number
            )


async def test_entries_come_back_whole_and_the_chain_holds(tmp_path: Path) -> None:
    await filled(tmp_path)
    async with opened(tmp_path) as journal:
        assert (journal.check.entries, journal.check.broken_at) == (5, None)
        entry = await journal.append(Kind.LOGIN, "王工", "", note="夜班")
        assert entry.number == 6
        assert (await journal.recent(1))[0] == entry
        assert [found.detail for found in (await journal.recent(3))[1:]] == [
            {"value": 604.0},
            {"value": 603.0},
        ]
    async with opened(tmp_path) as journal:
        assert journal.check.head == entry.hash


def tampered(folder: Path, *statements: str) -> None:
    connection = sqlite3.connect(folder / "journal.sqlite")
    connection.execute("DROP TRIGGER journal_no_update")
    connection.execute("DROP TRIGGER journal_no_delete")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE journal SET detail = '{\"value\":1.0}' WHERE number = 3", 3),
        ("UPDATE journal SET actor = 'wang' WHERE number = 1", 1),
        ("UPDATE journal SET time = time + 1 WHERE number = 5", 5),
        ("UPDATE journal SET hash = '" + "0" * 64 + "' WHERE number = 2", 2),
        ("DELETE FROM journal WHERE number = 3", 4),
        ("DELETE FROM journal WHERE number = 1", 2),
        ("UPDATE journal SET number = number + 10 WHERE number >= 4", 14),
    ],
)
async def test_tampering_is_found_at_start_and_journalling_goes_on(
    tmp_path: Path, statement: str, broken_at: int
) -> None:
    await filled(tmp_path)
    tampered(tmp_path, statement)
    async with opened(tmp_path) as journal:
        assert journal.check.broken_at == broken_at
        await journal.append(Kind.LOGIN, "li")


@pytest.mark.parametrize("statement", ["UPDATE journal SET actor = 'x'", "DELETE FROM journal"])
async def test_the_database_itself_refuses_changes(tmp_path: Path, statement: str) -> None:
    await filled(tmp_path)
    connection = sqlite3.connect(tmp_path / "journal.sqlite")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


async def test_intents_without_outcome_are_found(tmp_path: Path) -> None:
    clock = ManualClock()
    async with opened(tmp_path, clock) as journal:
        await journal.append(Kind.COMMAND, "li", "U01.CMD", reference="a")
        await journal.append(Kind.OUTCOME, "li", "U01.CMD", reference="a")
        clock.advance(100.0)
        await journal.append(Kind.COMMAND, "li", "U02.CMD", reference="b", key="k2")
        await journal.append(Kind.LOGIN, "li")
        assert [entry.reference for entry in await journal.open_intents()] == ["b"]
        assert [e.detail["key"] for e in await journal.commands_since(clock.utc() - 60.0)] == ["k2"]


async def test_open_intents_are_looked_up_and_not_searched_for(tmp_path: Path) -> None:
    async with opened(tmp_path) as journal:
        statements: list[str] = []
        database = journal._database  # noqa: SLF001
        await database.run(lambda connection: connection.set_trace_callback(statements.append))
        await journal.open_intents()
        await database.run(lambda connection: connection.set_trace_callback(None))
        query = next(text for text in statements if "intent" in text)
        rows = await database.run(lambda c: c.execute(f"EXPLAIN QUERY PLAN {query}").fetchall())
        # A scan for every intent would make a start after a year of commands take minutes.
        assert [row[3] for row in rows if "end" in row[3].split()] == [
            "SEARCH end USING INDEX journal_reference (reference=?)"
        ]


async def test_a_wall_clock_that_goes_back_reorders_nothing(tmp_path: Path) -> None:
    clock = ManualClock()
    async with opened(tmp_path, clock) as journal:
        first = await journal.append(Kind.LOGIN, "li")
        clock.step_utc(-3600.0)
        second = await journal.append(Kind.LOGOUT, "li")
        assert second.time < first.time
        assert [entry.kind for entry in await journal.recent()] == [Kind.LOGOUT, Kind.LOGIN]
    async with opened(tmp_path) as journal:
        assert journal.check.broken_at is None


async def test_many_appends_at_once_keep_one_chain(tmp_path: Path) -> None:
    async with opened(tmp_path) as journal:
        entries = await asyncio.gather(*(journal.append(Kind.LOGIN, f"user{n}") for n in range(200)))
        assert sorted(entry.number for entry in entries) == list(range(1, 201))
    async with opened(tmp_path) as journal:
        assert (journal.check.entries, journal.check.broken_at) == (200, None)


async def test_a_job_that_fails_takes_no_other_with_it(tmp_path: Path) -> None:
    store = Store()
    database = await store.database(tmp_path / "t.sqlite", "CREATE TABLE IF NOT EXISTS t (n INTEGER) STRICT")

    def put(number: object, then: Exception | None = None) -> Coroutine[Any, Any, None]:
        def job(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT INTO t VALUES (?)", (number,))
            if then is not None:
                raise then

        return database.run(job)

    jobs = [put(1), put(2, KeyError("mine")), put("text"), put(3)]
    results = await asyncio.gather(*jobs, return_exceptions=True)
    assert results[0] is None and results[3] is None
    assert isinstance(results[1], KeyError)
    assert isinstance(results[2], StoreError) and "t.sqlite: cannot be written" in str(results[2])
    rows = await database.run(lambda connection: connection.execute("SELECT n FROM t").fetchall())
    assert rows == [(1,), (3,)]
    await store.close()


async def test_what_is_no_database_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").write_bytes(b"not a database, but long enough to look like one" * 30)
    store = Store()
    with pytest.raises(StoreError, match="journal.sqlite: cannot be written: file is not a database"):
        await Journal.open(store, tmp_path / "journal.sqlite", ManualClock())
    await store.close()


async def test_a_full_disk_refuses_and_recovers(tmp_path: Path) -> None:
    store = Store()
    database = await store.database(tmp_path / "t.sqlite", "CREATE TABLE IF NOT EXISTS t (b BLOB) STRICT")

    def limited(pages: int) -> Coroutine[Any, Any, object]:
        return database.run(
            lambda connection: connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()
        )

    def insert() -> Coroutine[Any, Any, object]:
        return database.run(lambda connection: connection.execute("INSERT INTO t VALUES (zeroblob(40000))"))

    await limited(12)
    await insert()
    with pytest.raises(StoreError, match="disk is full"):
        await insert()
    await limited(1000)
    await insert()
    count = await database.run(lambda connection: connection.execute("SELECT count(*) FROM t").fetchone())
    assert count == (2,)
    await store.close()


WRITER = """
import asyncio, sys
from pathlib import Path
from orcplant.control.clock import SystemClock
from orcplant.control.journal import Journal, Kind
from orcplant.control.store import Store

async def main():
    journal = await Journal.open(Store(), Path(sys.argv[1]) / "journal.sqlite", SystemClock())
    print("first", journal.check.entries, journal.check.broken_at, flush=True)
    while True:
        entries = await asyncio.gather(*(journal.append(Kind.LOGIN, f"user{n}") for n in range(7)))
        print(max(entry.number for entry in entries), flush=True)

asyncio.run(main())
"""


def killed(folder: Path, after_lines: int) -> int:
    """Number of the last entry acknowledged before the writer was killed in the middle of its work."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    first = writer.stdout.readline().split()
    assert first[0] == "first" and first[2] == "None"
    lines = [writer.stdout.readline() for _ in range(after_lines)]
    os.kill(writer.pid, signal.SIGKILL)
    rest = writer.stdout.read().splitlines()
    writer.stdout.close()
    writer.wait()
    return int((rest or lines)[-1])


@pytest.mark.parametrize("after_lines", [1, 4])
async def test_kill_9_loses_no_acknowledged_entry(tmp_path: Path, after_lines: int) -> None:
    acknowledged = killed(tmp_path, after_lines)
    async with opened(tmp_path) as journal:
        assert journal.check.broken_at is None
        assert journal.check.entries >= acknowledged
