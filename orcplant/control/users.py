"""Users, roles and sessions.

Five wrong passwords in a row lock a user for five minutes. A session ends when idle too long, and in any
case after a shift; limits and bypasses ask for the password again.
"""

import asyncio
import secrets
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from orcplant.control.clock import Clock
from orcplant.control.journal import Journal, Kind
from orcplant.control.passwords import MAX_PASSWORD, Hashing, fits, weakness
from orcplant.control.store import Database, Store
from orcplant.errors import OrcplantError
from orcplant.live import Role

MAX_FAILURES: Final = 5
LOCKOUT_S: Final = 300.0
IDLE_S: Final = 900.0  # a session nobody touched
SHIFT_S: Final = 12.0 * 3600.0  # the longest life of a session
CONFIRMED_S: Final = 60.0  # how long a password given again counts
FIRST_ADMIN: Final = "admin"

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS users (
    name TEXT PRIMARY KEY,
    role INTEGER NOT NULL,
    secret TEXT NOT NULL,
    must_change INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    locked_until REAL NOT NULL
) STRICT
"""


class AccessError(OrcplantError):
    """A login, or an act on users, that is refused."""


@dataclass(frozen=True, slots=True)
class User:
    """A user; ``locked_until`` is UTC, so that a restart does not lift a lock."""

    name: str
    role: Role
    secret: str
    must_change: bool
    failures: int
    locked_until: float


@dataclass(frozen=True, slots=True)
class Session:
    """A login; its role is the user's at that time. The `key` is secret."""

    key: str
    user: str
    role: Role
    must_change: bool


@dataclass(slots=True)
class _Life:
    session: Session
    opened: float  # monotonic, as the others
    touched: float
    confirmed: float


class Users:
    """Open with `Users.open`."""

    def __init__(
        self, database: Database, journal: Journal, clock: Clock, hashing: Hashing, users: dict[str, User]
    ) -> None:
        self._database = database
        self._journal = journal
        self._clock = clock
        self._hashing = hashing
        self._users = users
        self._lives: dict[str, _Life] = {}
        # One hash at a time: each takes 64 MiB.
        self._turn = asyncio.Lock()
        # Verified for unknown names, so that the time of an answer does not tell which names exist.
        self._decoy = hashing.decoy()

    @classmethod
    async def open(
        cls, store: Store, path: Path, journal: Journal, clock: Clock, hashing: Hashing | None = None
    ) -> "Users":
        """Open the users of a state folder.

        Raises
        ------
        StoreError
            If the file cannot be opened.
        """
        database = await store.database(path, _SCHEMA)
        rows = await database.run(lambda connection: connection.execute("SELECT * FROM users").fetchall())
        users = {row[0]: User(row[0], Role(row[1]), row[2], bool(row[3]), row[4], row[5]) for row in rows}
        return cls(database, journal, clock, hashing or Hashing(), users)

    @property
    def is_empty(self) -> bool:
        """Whether there is no user yet."""
        return not self._users

    def must_change(self, name: str) -> bool:
        """Whether a user has yet to change a password that another chose."""
        user = self._users.get(name)
        return user is not None and user.must_change

    def roles(self) -> dict[str, Role]:
        """Role of every user."""
        return {name: user.role for name, user in sorted(self._users.items())}

    async def make_first_admin(self) -> str:
        """Make the first administrator; the password, to be changed at the first login.

        Raises
        ------
        AccessError
            If there are users already.
        """
        if self._users:
            raise AccessError("users exist already; the first administrator is made only where there is none")
        password = secrets.token_urlsafe(12)
        await self._put(await self._user(FIRST_ADMIN, password, Role.ADMIN, must_change=True))
        await self._journal.append(Kind.USER, "core", FIRST_ADMIN, act="made", role="ADMIN")
        return password

    async def login(self, name: str, password: str) -> Session:
        """Open a session.

        Raises
        ------
        AccessError
            If name and password do not fit, or the user is locked out.
        """
        await self._refuse_locked(name)
        is_right = await self._is_right(name, password)
        # Again: attempts that came together are hashed one by one, and those before may have locked the user.
        await self._refuse_locked(name)
        user = self._users.get(name)
        if not is_right or user is None:
            await self._note_failure(name)
            raise AccessError("user name and password do not fit")
        if user.failures:
            user = replace(user, failures=0)
            await self._put(user)
        session = Session(secrets.token_urlsafe(24), name, user.role, user.must_change)
        moment = self._clock.monotonic()
        self._lives[session.key] = _Life(session, moment, moment, -CONFIRMED_S)
        await self._journal.append(Kind.LOGIN, name, role=user.role.name)
        return session

    async def logout(self, session: Session) -> None:
        """Close a session; one that is closed already stays so."""
        if self._lives.pop(session.key, None) is not None:
            await self._journal.append(Kind.LOGOUT, session.user)

    def is_live(self, session: Session) -> bool:
        """Whether a session still counts: not closed, not idle too long, not older than a shift."""
        life = self._lives.get(session.key)
        if life is None:
            return False
        now = self._clock.monotonic()
        if now - life.touched > IDLE_S or now - life.opened > SHIFT_S:
            del self._lives[session.key]
            return False
        return True

    def touch(self, session: Session) -> bool:
        """Note that its user did something; whether the session still counts."""
        if not self.is_live(session):
            return False
        self._lives[session.key].touched = self._clock.monotonic()
        return True

    async def confirm(self, session: Session, password: str) -> None:
        """Take the password again, for limits and bypasses.

        Raises
        ------
        AccessError
            If it does not fit. A wrong one counts as a wrong login.
        """
        if not self.touch(session):
            raise AccessError("the session has ended")
        await self._confirmed(session, password, "the password does not fit")
        self._lives[session.key].confirmed = self._clock.monotonic()

    def is_confirmed(self, session: Session) -> bool:
        """Whether the password was given again within the last minute."""
        return (
            self.is_live(session)
            and self._clock.monotonic() - self._lives[session.key].confirmed <= CONFIRMED_S
        )

    async def create(self, by: Session, name: str, password: str, role: Role) -> None:
        """Make a user; the password must be changed at the first login.

        Raises
        ------
        AccessError
            If `by` is no administrator, or the name or password is not fit.
        """
        self._administrator(by)
        if not name.strip() or len(name) > 60 or not name.isprintable() or name in self._users:
            raise AccessError(f"user {name!r}: the name is empty, too long, not printable, or taken")
        _refuse_weak(name, password)
        await self._put(await self._user(name, password, role, must_change=True))
        await self._journal.append(Kind.USER, by.user, name, act="made", role=role.name)

    async def remove(self, by: Session, name: str) -> None:
        """Remove a user and end his or her sessions.

        Raises
        ------
        AccessError
            If `by` is no administrator, or `name` is the last one or unknown.
        """
        self._administrator(by)
        self._refuse_last_admin(name)
        del self._users[name]
        await self._database.run(lambda c: c.execute("DELETE FROM users WHERE name = ?", (name,)))
        self._end_sessions(name)
        await self._journal.append(Kind.USER, by.user, name, act="removed")

    async def set_role(self, by: Session, name: str, role: Role) -> None:
        """Give a user another role; his or her sessions end.

        Raises
        ------
        AccessError
            As `remove`.
        """
        self._administrator(by)
        if role is not Role.ADMIN:
            self._refuse_last_admin(name)
        user = self._known(name)
        await self._put(replace(user, role=role))
        self._end_sessions(name)
        await self._journal.append(Kind.USER, by.user, name, act="role", role=role.name)

    async def set_password(self, by: Session, name: str, password: str, *, old: str = "") -> None:
        """Change one's own password, or, as an administrator, that of another.

        Another's must be changed at the next login, and his or her lock is lifted.

        Raises
        ------
        AccessError
            If the old password does not fit, the new one is weak, or the right is missing.
        """
        is_own = by.user == name
        if not is_own:
            self._administrator(by)
        elif not self.touch(by):
            raise AccessError("the session has ended")
        else:
            await self._confirmed(by, old, "the old password does not fit")
        user = self._known(name)
        _refuse_weak(name, password)
        await self._put(await self._user(name, password, user.role, must_change=not is_own))
        self._end_sessions(name)
        await self._journal.append(Kind.USER, by.user, name, act="password")

    async def _user(self, name: str, password: str, role: Role, *, must_change: bool) -> User:
        async with self._turn:
            secret = await asyncio.to_thread(self._hashing.hashed, password)
        return User(name, role, secret, must_change, 0, 0.0)

    async def _confirmed(self, session: Session, password: str, refusal: str) -> None:
        """Take the password of a session's own user again; a lock, or an end meanwhile, counts."""
        name = session.user
        is_right = not self._locked_s(name) and await self._is_right(name, password)
        if not is_right or self._locked_s(name):
            await self._note_failure(name)
            raise AccessError(refusal)
        if not self.is_live(session):
            raise AccessError("the session has ended")

    async def _is_right(self, name: str, password: str) -> bool:
        """Whether a password is that of a user, before hashing and after it."""
        if len(password) > MAX_PASSWORD:
            return False
        user = self._users.get(name)
        secret = self._decoy if user is None else user.secret
        async with self._turn:
            is_right = await asyncio.to_thread(fits, password, secret)
        now = self._users.get(name)  # removed, or another password, while this one was hashed
        return is_right and now is not None and now.secret == secret

    def _locked_s(self, name: str) -> float:
        """Time for which a user is still locked [s]; no longer than a lock lasts, whatever the clock did."""
        user = self._users.get(name)
        left = 0.0 if user is None else user.locked_until - self._clock.utc()
        return left if 0.0 < left <= LOCKOUT_S else 0.0

    async def _refuse_locked(self, name: str) -> None:
        left = self._locked_s(name)
        if left:
            await self._journal.append(Kind.LOGIN_REFUSED, name, reason="locked out")
            raise AccessError(f"user {name}: locked for another {left:.0f} s")

    async def _note_failure(self, name: str) -> None:
        await self._journal.append(Kind.LOGIN_REFUSED, name[:60], reason="wrong name or password")
        user = self._users.get(name)
        if user is None:
            return
        failed = replace(user, failures=user.failures + 1)
        if failed.failures >= MAX_FAILURES:
            failed = replace(failed, failures=0, locked_until=self._clock.utc() + LOCKOUT_S)
            await self._journal.append(Kind.LOCKOUT, name, seconds=LOCKOUT_S)
        await self._put(failed)

    async def _put(self, user: User) -> None:
        self._users[user.name] = user

        def job(connection: sqlite3.Connection) -> None:
            row = (user.name, int(user.role), user.secret, user.must_change, user.failures, user.locked_until)
            connection.execute("INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?, ?)", row)

        await self._database.run(job)

    def _administrator(self, by: Session) -> None:
        if not self.touch(by) or by.role is not Role.ADMIN:
            raise AccessError(f"user {by.user}: only an administrator with a live session may do this")

    def _known(self, name: str) -> User:
        if name not in self._users:
            raise AccessError(f"user {name!r} is not known")
        return self._users[name]

    def _refuse_last_admin(self, name: str) -> None:
        user = self._known(name)
        admins = [other for other in self._users.values() if other.role is Role.ADMIN]
        if user.role is Role.ADMIN and len(admins) == 1:
            raise AccessError(f"user {name} is the last administrator")

    def _end_sessions(self, name: str) -> None:
        for key in [key for key, life in self._lives.items() if life.session.user == name]:
            del self._lives[key]


def _refuse_weak(name: str, password: str) -> None:
    if text := weakness(name, password):
        raise AccessError(text)
