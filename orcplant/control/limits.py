"""Limits of what may be written, and conditions that are bypassed for a while.

A limit comes from the tag table, narrowed by site.toml, replaced by an override of an engineer. An
override stays within the table: beyond it the register cannot hold the value, or the machine stand it.
"""

import math
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orcplant.control.clock import Clock
from orcplant.control.journal import Journal, Kind
from orcplant.control.permissives import may_bypass
from orcplant.control.store import Database, Store
from orcplant.control.users import AccessError, Session, Users
from orcplant.live import Role
from orcplant.tags import Tag

MAX_BYPASS_S: Final = 8.0 * 3600.0  # a shift's work; after that somebody has to say it again

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS overrides (
    tag TEXT PRIMARY KEY, lo REAL NOT NULL, hi REAL NOT NULL, user TEXT NOT NULL, until REAL NOT NULL
) STRICT

CREATE TABLE IF NOT EXISTS bypasses (
    condition TEXT PRIMARY KEY, user TEXT NOT NULL, until REAL NOT NULL
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Override:
    """A range set at run time; `until` is UTC [s], infinite for one that stays."""

    tag: str
    lo: float
    hi: float
    user: str
    until: float


@dataclass(frozen=True, slots=True)
class Bypass:
    """A condition that is not looked at until a UTC time [s]: ``U07.brine_available``."""

    condition: str
    user: str
    until: float


class Limits:
    """Open with `Limits.open`."""

    def __init__(
        self,
        database: Database,
        users: Users,
        journal: Journal,
        clock: Clock,
        tags: Mapping[str, Tag],
        site: Mapping[str, tuple[float, float]],
    ) -> None:
        self._database = database
        self._users = users
        self._journal = journal
        self._clock = clock
        self._tags = tags
        self._site = site
        self._overrides: dict[str, Override] = {}
        self._bypasses: dict[str, Bypass] = {}
        # Monotonic [s], by name: a wall clock that is set neither ends a narrower range nor keeps a bypass.
        self._ends: dict[str, float] = {}

    @classmethod
    async def open(
        cls,
        store: Store,
        path: Path,
        users: Users,
        journal: Journal,
        clock: Clock,
        *,
        tags: Iterable[Tag],
        site: Mapping[str, tuple[float, float]],
    ) -> "Limits":
        """Open the overrides and bypasses of a state folder.

        Parameters
        ----------
        tags : iterable of Tag
            With prefix. Overrides of tags that are no more are left alone.
        site : mapping of str to (float, float)
            Ranges that the site file narrows. [eng_unit]

        Raises
        ------
        StoreError
            If the file cannot be opened.
        """
        database = await store.database(path, _SCHEMA)
        limits = cls(database, users, journal, clock, {tag.name: tag for tag in tags}, site)
        rows = await database.run(lambda c: c.execute("SELECT * FROM overrides").fetchall())
        limits._overrides = {row[0]: Override(*row) for row in rows}
        rows = await database.run(lambda c: c.execute("SELECT * FROM bypasses").fetchall())
        limits._bypasses = {row[0]: Bypass(*row) for row in rows}
        for name, override in limits._overrides.items():
            limits._ends[name] = limits._end(override.until - clock.utc())
        for name, bypass in limits._bypasses.items():
            limits._ends[name] = limits._end(min(bypass.until - clock.utc(), MAX_BYPASS_S))
        return limits

    def range_of(self, tag: Tag) -> tuple[float, float]:
        """Lowest and highest value that may be written now [eng_unit]."""
        lo, hi = self._site.get(tag.name, (tag.range_lo, tag.range_hi))
        override = self._overrides.get(tag.name)
        if override is not None and self._holds(tag.name):
            # The table may have become narrower since.
            return max(override.lo, tag.range_lo), min(override.hi, tag.range_hi)
        return lo, hi

    def is_bypassed(self, condition: str) -> bool:
        """Whether a condition is not looked at now."""
        return condition in self._bypasses and self._holds(condition)

    def deviations(self) -> tuple[Override | Bypass, ...]:
        """Everything that is not as the files say, now."""
        found: list[tuple[str, Override | Bypass]] = [*self._overrides.items(), *self._bypasses.items()]
        return tuple(each for name, each in found if self._holds(name))

    async def set(self, session: Session, tag: str, lo: float, hi: float, *, for_s: float = math.inf) -> None:
        """Replace the range of a tag, for some time or until it is cleared.

        Raises
        ------
        AccessError
            If role or password are missing, or the range is not within that of the tag table.
        """
        self._engineer(session)
        known = self._tags.get(tag)
        if known is None or not (known.is_writable and known.dtype.is_number):
            raise AccessError(f"{tag}: no number that can be written")
        if not known.range_lo <= lo < hi <= known.range_hi or not for_s > 0.0:
            raise AccessError(
                f"{tag}: {lo:g} to {hi:g} is not within {known.range_lo:g} to {known.range_hi:g}"
            )
        override = Override(tag, lo, hi, session.user, self._clock.utc() + for_s)
        before = self.range_of(known)
        await self._journal.append(
            Kind.LIMIT, session.user, tag, lo=lo, hi=hi, before=list(before), until=_finite(override.until)
        )
        row = (override.tag, override.lo, override.hi, override.user, override.until)
        await self._write("INSERT OR REPLACE INTO overrides VALUES (?, ?, ?, ?, ?)", row)
        self._overrides[tag] = override
        self._ends[tag] = self._end(for_s)

    async def clear(self, session: Session, tag: str) -> None:
        """Go back to what the files say.

        Raises
        ------
        AccessError
            If role or password are missing.
        """
        self._engineer(session)
        await self._journal.append(Kind.LIMIT, session.user, tag, act="cleared")
        await self._write("DELETE FROM overrides WHERE tag = ?", (tag,))
        self._overrides.pop(tag, None)

    async def bypass(self, session: Session, condition: str, *, for_s: float) -> None:
        """Stop looking at a condition for some time; 0 ends a bypass.

        Raises
        ------
        AccessError
            If role or password are missing, there is no such condition or it protects people, or the time is
            longer than a shift.
        """
        self._engineer(session)
        # One that does nothing would be shown as a deviation, and believed.
        if not may_bypass(self._tags, condition):
            raise AccessError(f"{condition[:60]}: no condition that may be bypassed")
        if not 0.0 <= for_s <= MAX_BYPASS_S:
            raise AccessError(f"{condition[:60]}: bypass for {for_s:g} s is outside 0 to {MAX_BYPASS_S:g} s")
        bypass = Bypass(condition, session.user, self._clock.utc() + for_s)
        await self._journal.append(Kind.BYPASS, session.user, condition, until=bypass.until)
        row = (bypass.condition, bypass.user, bypass.until)
        await self._write("INSERT OR REPLACE INTO bypasses VALUES (?, ?, ?)", row)
        self._bypasses[condition] = bypass
        self._ends[condition] = self._end(for_s)

    def _end(self, for_s: float) -> float:
        return self._clock.monotonic() + for_s

    def _holds(self, name: str) -> bool:
        return self._clock.monotonic() < self._ends[name]

    def _engineer(self, session: Session) -> None:
        if session.role < Role.ENGINEER or not self._users.is_confirmed(session):
            raise AccessError("only an engineer who has just given the password again may change this")

    async def _write(self, statement: str, row: tuple[object, ...]) -> None:
        def job(connection: sqlite3.Connection) -> None:
            connection.execute(statement, row)

        await self._database.run(job)


def _finite(moment: float) -> float | None:
    return moment if math.isfinite(moment) else None
