"""What survives a restart: the state of every alarm that is not at rest, and the history of all."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orcplant.control.alarms.status import AlarmEvent, What
from orcplant.control.store import Database, Store
from orcplant.live import AlarmState, Scalar

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS states (
    key TEXT PRIMARY KEY,
    is_active INTEGER NOT NULL,
    is_acknowledged INTEGER NOT NULL,
    is_latched INTEGER NOT NULL,
    is_unseen INTEGER NOT NULL,
    is_out_of_service INTEGER NOT NULL,
    is_first_out INTEGER NOT NULL,
    shelved_until REAL,
    raised_time REAL NOT NULL,
    changed_time REAL NOT NULL,
    value TEXT NOT NULL,
    user TEXT NOT NULL,
    comment TEXT NOT NULL
) STRICT

CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time REAL NOT NULL,
    key TEXT NOT NULL,
    what TEXT NOT NULL,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    value TEXT NOT NULL,
    user TEXT NOT NULL,
    comment TEXT NOT NULL
) STRICT

CREATE INDEX IF NOT EXISTS events_time ON events (time)
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """State of one alarm as it is kept; ``shelved_until`` is UTC [s]."""

    key: str
    is_active: bool
    is_acknowledged: bool
    is_latched: bool
    is_unseen: bool
    is_out_of_service: bool
    is_first_out: bool
    shelved_until: float | None
    raised_time: float
    changed_time: float
    value: Scalar | None
    user: str
    comment: str


class Records:
    """Open with `Records.open`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    async def open(cls, store: Store, path: Path) -> "Records":
        """Open the alarm records of a state folder.

        Raises
        ------
        StoreError
            If the file cannot be opened.
        """
        return cls(await store.database(path, _SCHEMA))

    async def kept(self) -> list[Kept]:
        """States as they were last written."""
        rows = await self._database.run(lambda c: c.execute("SELECT * FROM states").fetchall())
        return [_kept(row) for row in rows]

    async def write(self, states: Iterable[Kept], events: Sequence[AlarmEvent]) -> None:
        """Write states and events together; on disk when this returns.

        Raises
        ------
        StoreError
            If they cannot be written.
        """
        state_rows = [
            (
                *(kept.key, kept.is_active, kept.is_acknowledged, kept.is_latched, kept.is_unseen),
                *(kept.is_out_of_service, kept.is_first_out, kept.shelved_until, kept.raised_time),
                *(kept.changed_time, json.dumps(kept.value), kept.user, kept.comment),
            )
            for kept in states
        ]
        event_rows = [
            (
                *(event.time, event.key, event.what, event.state, event.priority),
                *(json.dumps(event.value), event.user, event.comment),
            )
            for event in events
        ]

        def job(connection: sqlite3.Connection) -> None:
            places = ", ".join("?" * 13)
            connection.executemany(f"INSERT OR REPLACE INTO states VALUES ({places})", state_rows)
            connection.executemany(
                "INSERT INTO events (time, key, what, state, priority, value, user, comment)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                event_rows,
            )

        await self._database.run(job)

    async def events(
        self, start: float, end: float, *, limit: int = 1000, what: What | None = None
    ) -> list[AlarmEvent]:
        """Events of a stretch of UTC time, both ends included, the newest first."""
        query = "SELECT * FROM events WHERE time BETWEEN ? AND ?"
        values: list[Any] = [start, end]
        if what is not None:
            query += " AND what = ?"
            values.append(what)
        query += " ORDER BY number DESC LIMIT ?"
        rows = await self._database.run(lambda c: c.execute(query, (*values, limit)).fetchall())
        return [_event(row) for row in rows]


def _event(row: tuple[Any, ...]) -> AlarmEvent:
    number, time, key, what, state, priority, value, user, comment = row
    return AlarmEvent(
        number, time, key, What(what), AlarmState(state), priority, json.loads(value), user, comment
    )


def _kept(row: tuple[Any, ...]) -> Kept:
    key, active, acknowledged, latched, unseen, out, first, until, raised, changed, value, user, comment = row
    return Kept(
        key=key,
        is_active=bool(active),
        is_acknowledged=bool(acknowledged),
        is_latched=bool(latched),
        is_unseen=bool(unseen),
        is_out_of_service=bool(out),
        is_first_out=bool(first),
        shelved_until=until,
        raised_time=raised,
        changed_time=changed,
        value=json.loads(value),
        user=user,
        comment=comment,
    )
