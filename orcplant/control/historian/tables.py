"""The history file: its tables, and what is written to and read from them with one connection.

A device's layout is the list of its recorded tags; another tag table makes another layout, so that old
rows keep their meaning.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from orcplant.control.historian import rollup as rollups
from orcplant.control.historian.chunk import HOUR_S, decoded, encoded
from orcplant.control.historian.reduction import reduced
from orcplant.control.historian.rollup import Rollup
from orcplant.control.historian.samples import Bytes, Floats, Samples, joined

DAY_S: Final = 86400
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS layouts (
    id INTEGER PRIMARY KEY, device TEXT NOT NULL, fields TEXT NOT NULL, UNIQUE (device, fields)
) STRICT

CREATE TABLE IF NOT EXISTS tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT

CREATE TABLE IF NOT EXISTS hot (
    layout INTEGER NOT NULL, second INTEGER NOT NULL, row BLOB NOT NULL, PRIMARY KEY (layout, second)
) STRICT, WITHOUT ROWID

CREATE TABLE IF NOT EXISTS chunks (
    tag INTEGER NOT NULL, hour INTEGER NOT NULL, samples BLOB NOT NULL, PRIMARY KEY (tag, hour)
) STRICT, WITHOUT ROWID

CREATE TABLE IF NOT EXISTS rollups (
    tag INTEGER NOT NULL, start INTEGER NOT NULL, span INTEGER NOT NULL, minutes BLOB NOT NULL,
    PRIMARY KEY (tag, start, span)
) STRICT, WITHOUT ROWID

CREATE TABLE IF NOT EXISTS marks (
    number INTEGER PRIMARY KEY, time REAL NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL
) STRICT
"""

Row: TypeAlias = tuple[int, int, bytes]  # layout, second, content


@dataclass(frozen=True, slots=True)
class Field:
    """A recorded tag: its name with prefix, its `history`, and whether seven digits hold it."""

    name: str
    history: str
    is_single: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Recorded tags of a device, in the order of its rows."""

    id: int
    device: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a device as arrays: ``seconds`` (n,), ``values`` and ``codes`` (n, m)."""

    layout: Layout
    seconds: Floats
    values: Floats
    codes: Bytes

    def samples(self, place: int) -> Samples:
        """What the tag at a place keeps of these rows."""
        history = self.layout.fields[place].history
        return reduced(self.seconds, self.values[:, place], self.codes[:, place], history)


@dataclass(frozen=True, slots=True)
class ClosedHour:
    """An hour of a device ready to be written: a chunk and a rollup for each tag."""

    layout: Layout
    hour: int
    chunks: tuple[bytes, ...]
    rollups: tuple[bytes, ...]


def packed(values: NDArray[np.float64], codes: NDArray[np.uint8]) -> bytes:
    """Content of a hot row."""
    return values.tobytes() + codes.tobytes()


def declare(connection: sqlite3.Connection, device: str, fields: Sequence[Field]) -> Layout:
    """Layout of these fields, made if it is new."""
    text = json.dumps([[field.name, field.history, field.is_single] for field in fields])
    connection.execute("INSERT OR IGNORE INTO layouts (device, fields) VALUES (?, ?)", (device, text))
    (found,) = connection.execute(
        "SELECT id FROM layouts WHERE device = ? AND fields = ?", (device, text)
    ).fetchone()
    names = [(field.name,) for field in fields]
    connection.executemany("INSERT OR IGNORE INTO tags (name) VALUES (?)", names)
    return Layout(found, device, tuple(fields))


def layouts(connection: sqlite3.Connection) -> list[Layout]:
    """All layouts there ever were."""
    rows = connection.execute("SELECT id, device, fields FROM layouts ORDER BY id").fetchall()
    return [Layout(row[0], row[1], tuple(Field(*field) for field in json.loads(row[2]))) for row in rows]


def write_rows(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Append rows; a second that is there already stays as it is."""
    connection.executemany("INSERT OR IGNORE INTO hot VALUES (?, ?, ?)", rows)


def write_mark(connection: sqlite3.Connection, time: float, what: str, detail: str) -> None:
    """Note something that happened to the record itself."""
    connection.execute("INSERT INTO marks (time, what, detail) VALUES (?, ?, ?)", (time, what, detail))


def hot_block(connection: sqlite3.Connection, layout: Layout, start: int, end: int) -> Block:
    """Rows of a layout from start to before end."""
    rows = connection.execute(
        "SELECT second, row FROM hot WHERE layout = ? AND second >= ? AND second < ? ORDER BY second",
        (layout.id, start, end),
    ).fetchall()
    count, width = len(rows), len(layout.fields)
    raw = np.frombuffer(b"".join(row[1] for row in rows), np.uint8).reshape(count, 9 * width)
    values = np.ascontiguousarray(raw[:, : 8 * width]).view(np.float64).reshape(count, width)
    seconds = np.array([row[0] for row in rows], np.float64)
    return Block(layout, seconds, values, raw[:, 8 * width :])


def hours_to_close(connection: sqlite3.Connection, before: int) -> list[tuple[int, int]]:
    """(layout, hour) of hot rows older than a moment, the oldest first."""
    hour = before - before % HOUR_S
    found: list[tuple[int, int]] = []
    for (layout,) in connection.execute("SELECT id FROM layouts").fetchall():
        at = -1
        while True:  # a skip from hour to hour along the primary key
            row = connection.execute(
                "SELECT second FROM hot WHERE layout = ? AND second >= ? AND second < ?"
                " ORDER BY second LIMIT 1",
                (layout, at, hour),
            ).fetchone()
            if row is None:
                break
            start = row[0] - row[0] % HOUR_S
            found.append((layout, start))
            at = start + HOUR_S
    return sorted(found, key=lambda pair: pair[1])


def closed_hour(connection: sqlite3.Connection, layout: Layout, hour: int) -> ClosedHour:
    """Compress an hour of a device, together with what was closed of it before."""
    block = hot_block(connection, layout, hour, hour + HOUR_S)
    minutes = rollups.rolled_up(block.seconds, block.values, block.codes)
    chunks, rolled = [], []
    for place, field in enumerate(layout.fields):
        old = chunk_of(connection, field.name, hour)
        chunks.append(encoded(joined([old, block.samples(place)]), hour))
        before = minutes_of(connection, field.name, hour, hour + HOUR_S)
        whole = rollups.joined([before, minutes[place]])
        rolled.append(rollups.encoded(whole, hour, is_single=field.is_single))
    return ClosedHour(layout, hour, tuple(chunks), tuple(rolled))


def write_hour(connection: sqlite3.Connection, closed: ClosedHour) -> None:
    """Put a closed hour in the place of its hot rows."""
    names = [field.name for field in closed.layout.fields]
    ids = dict(connection.execute("SELECT name, id FROM tags"))
    connection.executemany(
        "INSERT OR REPLACE INTO chunks VALUES (?, ?, ?)",
        [(ids[name], closed.hour, blob) for name, blob in zip(names, closed.chunks, strict=True)],
    )
    connection.executemany(
        "INSERT OR REPLACE INTO rollups VALUES (?, ?, ?, ?)",
        [(ids[name], closed.hour, HOUR_S, blob) for name, blob in zip(names, closed.rollups, strict=True)],
    )
    connection.execute(
        "DELETE FROM hot WHERE layout = ? AND second >= ? AND second < ?",
        (closed.layout.id, closed.hour, closed.hour + HOUR_S),
    )


def merge_day(connection: sqlite3.Connection, tag: int, day: int, *, is_single: bool) -> None:
    """Put the rollups of the hours of a day together."""
    found = _rollups(connection, tag, day, day + DAY_S)
    whole = rollups.joined(found)
    connection.execute(
        "DELETE FROM rollups WHERE tag = ? AND start >= ? AND start < ?", (tag, day, day + DAY_S)
    )
    blob = rollups.encoded(whole, day, is_single=is_single)
    connection.execute("INSERT INTO rollups VALUES (?, ?, ?, ?)", (tag, day, DAY_S, blob))


def days_to_merge(connection: sqlite3.Connection, before: int) -> list[tuple[int, str, int]]:
    """(tag, name, day) of whole days older than a moment that are still in hours."""
    day = before - before % DAY_S
    return connection.execute(
        "SELECT DISTINCT tag, name, start - start % ? FROM rollups JOIN tags ON tags.id = rollups.tag"
        " WHERE span = ? AND start < ? ORDER BY 3",
        (DAY_S, HOUR_S, day),
    ).fetchall()


def delete_old(connection: sqlite3.Connection, *, raw_before: int, rollup_before: int, limit: int) -> int:
    """Delete what is too old, at most `limit` rows of each table; how many went."""
    count = 0
    for table, column, before in (("chunks", "hour", raw_before), ("rollups", "start", rollup_before)):
        cursor = connection.execute(
            f"DELETE FROM {table} WHERE (tag, {column}) IN"
            f" (SELECT tag, {column} FROM {table} WHERE {column} < ? LIMIT ?)",
            (before, limit),
        )
        count += cursor.rowcount
    return count


def chunk_of(connection: sqlite3.Connection, name: str, hour: int) -> Samples:
    """Samples of a closed hour; none if it was not closed."""
    row = connection.execute(
        "SELECT samples FROM chunks JOIN tags ON tags.id = chunks.tag WHERE name = ? AND hour = ?",
        (name, hour),
    ).fetchone()
    return Samples.none() if row is None else decoded(row[0], hour)


def chunk_hours(connection: sqlite3.Connection, name: str, start: int, end: int) -> list[int]:
    """Closed hours of a tag that touch the stretch from start to end."""
    rows = connection.execute(
        "SELECT hour FROM chunks JOIN tags ON tags.id = chunks.tag WHERE name = ? AND hour > ? AND hour <= ?"
        " ORDER BY hour",
        (name, start - HOUR_S, end),
    )
    return [row[0] for row in rows]


def minutes_of(connection: sqlite3.Connection, name: str, start: int, end: int) -> Rollup:
    """Rollup of a tag from start to end, closed hours only."""
    row = connection.execute("SELECT id FROM tags WHERE name = ?", (name,)).fetchone()
    if row is None:
        return Rollup.none()
    return rollups.joined(_rollups(connection, row[0], start, end)).cut(start, end)


def _rollups(connection: sqlite3.Connection, tag: int, start: int, end: int) -> list[Rollup]:
    rows = connection.execute(
        "SELECT start, minutes FROM rollups WHERE tag = ? AND start > ? AND start < ? AND start + span > ?"
        " ORDER BY start, span",
        (tag, start - DAY_S, end, start),
    )
    return [rollups.decoded(blob, begin) for begin, blob in rows]
