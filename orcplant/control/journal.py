"""The journal: who did what and what came of it. Append-only, each entry sealed to the one before.

An entry's hash covers its content and the hash of its predecessor, so that a change, an insertion or a
removal anywhere breaks the chain from there on. Cutting entries off the end does not: keep the head
that is logged at start and stop elsewhere if that matters.
"""

import hashlib
import json
import math
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from orcplant.control.clock import Clock
from orcplant.control.store import Database, Store

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS journal (
    number INTEGER PRIMARY KEY,
    time REAL NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT NOT NULL,
    reference TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT

CREATE INDEX IF NOT EXISTS journal_reference ON journal (reference) WHERE reference <> ''

CREATE TRIGGER IF NOT EXISTS journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END

CREATE TRIGGER IF NOT EXISTS journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
_COLUMNS: Final = "number, time, kind, actor, subject, reference, detail, hash"
_FIRST: Final = "0" * 64


class Kind(StrEnum):
    """What an entry is about."""

    CORE_STARTED = "core_started"
    CORE_STOPPED = "core_stopped"
    LOGIN = "login"
    LOGIN_REFUSED = "login_refused"
    LOGOUT = "logout"
    LOCKOUT = "lockout"
    USER = "user"  # made, changed, removed
    CONTROL = "control"  # who may command
    AUTHORITY = "authority"  # PLANT or DISPATCH
    AUTOMATIC = "automatic"  # armed or disarmed
    LIMIT = "limit"
    BYPASS = "bypass"
    COMMAND = "command"  # an intent, before anything is sent
    OUTCOME = "outcome"  # what became of it; of a refused one, the only entry
    CLOCK = "clock"  # the wall clock was set
    DEVICE = "device"  # restart, other register map, foreign write
    ALARM = "alarm"  # acknowledged, shelved, taken out of service
    ACCESS_REFUSED = "access_refused"  # a certificate, a session or an act that was turned away


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `reference` ties intents and outcomes of a command together."""

    number: int
    time: float
    kind: Kind
    actor: str
    subject: str
    reference: str
    detail: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What the verification at start found; `broken_at` is the first entry that does not fit, or None."""

    entries: int
    head: str
    broken_at: int | None


class Journal:
    """Open with `Journal.open`; an entry is on disk when `append` returns."""

    def __init__(self, database: Database, clock: Clock, check: ChainCheck) -> None:
        self.check = check
        self._database = database
        self._clock = clock

    @classmethod
    async def open(cls, store: Store, path: Path, clock: Clock) -> "Journal":
        """Open a journal and verify its chain.

        Raises
        ------
        StoreError
            If the file cannot be opened. A broken chain is no error: see `check`.
        """
        database = await store.database(path, _SCHEMA)
        return cls(database, clock, await database.run(_verified))

    async def append(
        self, kind: Kind, actor: str, subject: str = "", *, reference: str = "", **detail: Any
    ) -> Entry:
        """Entry as written; on disk when this returns.

        Raises
        ------
        StoreError
            If it cannot be written. Whoever acts on the plant must not act then.
        """
        text = _canonical({key: _writable(value) for key, value in detail.items()})
        content = (self._clock.utc(), str(kind), *map(_unicode, (actor, subject, reference, text)))
        row = await self._database.run(lambda connection: _appended(connection, content))
        return _entry(row)

    async def recent(self, count: int = 100) -> list[Entry]:
        """Latest entries, the newest first."""
        query = f"SELECT {_COLUMNS} FROM journal ORDER BY number DESC LIMIT ?"
        return await self._database.run(lambda c: [_entry(row) for row in c.execute(query, (count,))])

    async def open_intents(self) -> list[Entry]:
        """Commands without an outcome: the core was lost between the two."""
        # Without the first term SQLite does not use the index, and a year's journal takes minutes.
        query = f"""
            SELECT {_COLUMNS} FROM journal AS intent
            WHERE kind = 'command' AND NOT EXISTS (
                SELECT 1 FROM journal AS end
                WHERE end.reference <> '' AND end.reference = intent.reference AND end.kind = 'outcome')
            ORDER BY number"""
        return await self._database.run(lambda c: [_entry(row) for row in c.execute(query)])

    async def commands_since(self, time: float) -> list[Entry]:
        """Intents of commands not older than a UTC time; a replayed request is known by them."""
        query = f"SELECT {_COLUMNS} FROM journal WHERE kind = 'command' AND time >= ? ORDER BY number"
        return await self._database.run(lambda c: [_entry(row) for row in c.execute(query, (time,))])


def _appended(connection: sqlite3.Connection, content: tuple[Any, ...]) -> tuple[Any, ...]:
    last = connection.execute("SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1").fetchone()
    number, previous = (last[0] + 1, last[1]) if last else (1, _FIRST)
    row = (number, *content, _sealed(previous, (number, *content)))
    connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    return row


def _verified(connection: sqlite3.Connection) -> ChainCheck:
    count, previous, broken_at = 0, _FIRST, None
    for row in connection.execute(f"SELECT {_COLUMNS} FROM journal ORDER BY number"):
        count += 1
        *content, seal = row
        if broken_at is None and (row[0] != count or seal != _sealed(previous, tuple(content))):
            broken_at = row[0]
        previous = seal
    return ChainCheck(count, previous, broken_at)


def _sealed(previous: str, content: tuple[Any, ...]) -> str:
    return hashlib.sha256(_canonical([previous, *content]).encode()).hexdigest()


def _canonical(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _unicode(text: str) -> str:
    """Half a surrogate pair, which no file can hold, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _writable(value: object) -> object:
    """JSON has no NaN and no infinity."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _entry(row: tuple[Any, ...]) -> Entry:
    number, time, kind, actor, subject, reference, detail, seal = row
    return Entry(number, time, Kind(kind), actor, subject, reference, json.loads(detail), seal)
