"""Who may command: one session at a time, the plant or the grid's dispatch, and what runs by itself.

None of it is kept across a restart. A core that comes up has no one in control, follows no dispatch and
has nothing armed: it sends no command until a person says so.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Final

from orcplant.control.clock import Clock
from orcplant.control.journal import Journal, Kind
from orcplant.control.store import StoreError
from orcplant.control.users import AccessError, Session, Users
from orcplant.live import Authority, Role

_log = logging.getLogger(__name__)

ANSWER_S: Final = 30.0  # how long the one in control has to answer who asks for it


class Control:
    """Control authority over the plant.

    Parameters
    ----------
    users : Users
    journal : Journal
    clock : Clock
    devices : iterable of str
        Names of those that can be armed for automatic operation.
    """

    def __init__(self, users: Users, journal: Journal, clock: Clock, devices: Iterable[str]) -> None:
        self._users = users
        self._journal = journal
        self._clock = clock
        self._devices = frozenset(devices)
        self._holder: Session | None = None
        self._asker: Session | None = None
        self._asked_at = 0.0
        self._armed: set[str] = set()
        self._notes: set[asyncio.Future[None]] = set()
        self.authority = Authority.PLANT

    @property
    def holder(self) -> Session | None:
        """Session in control; one that has ended is in control of nothing."""
        if self._holder is not None and not self._users.is_live(self._holder):
            self._holder = None
        return self._holder

    @property
    def asker(self) -> Session | None:
        """Session that asks for control."""
        if self._asker is not None and not self._users.is_live(self._asker):
            self._asker = None
        return self._asker

    @property
    def armed(self) -> frozenset[str]:
        """Devices in AUTO."""
        return frozenset(self._armed)

    def holds(self, session: Session) -> bool:
        """Whether a session is in control."""
        return self.holder is not None and self.holder.key == session.key

    async def take(self, session: Session) -> None:
        """Take control where nobody has it, or where one was asked and did not answer in time.

        Raises
        ------
        AccessError
            If another has it, or the role is too low.
        """
        self._operator(session)
        holder = self.holder
        if self.holds(session):  # who asks for it is not put off by that
            return
        if holder is not None:
            waited = self._clock.monotonic() - self._asked_at
            if self.asker != session or waited < ANSWER_S:
                raise AccessError(f"{holder.user} has control; ask for it")
        await self._give(session, "taken")

    async def ask(self, session: Session) -> None:
        """Ask the one in control for it.

        Raises
        ------
        AccessError
            If the role is too low, or another is asking already.
        """
        self._operator(session)
        if self.asker not in (None, session):
            raise AccessError(f"{self._asker.user if self._asker else ''} is asking for control already")
        if self._asker is None:
            self._asker, self._asked_at = session, self._clock.monotonic()
            await self._journal.append(Kind.CONTROL, session.user, act="asked")

    async def answer(self, session: Session, *, yes: bool) -> None:
        """Hand control over to the one who asks, or keep it.

        Raises
        ------
        AccessError
            If `session` is not in control, or nobody asks.
        """
        self._in_control(session)
        asker = self.asker
        if asker is None:
            raise AccessError("nobody asks for control")
        if yes:
            await self._give(asker, f"handed over by {session.user}")
        else:
            self._asker = None
            await self._journal.append(Kind.CONTROL, session.user, act="kept", asked_by=asker.user)

    async def release(self, session: Session) -> None:
        """Give control up.

        Raises
        ------
        AccessError
            If `session` does not have it.
        """
        self._in_control(session)
        self._holder = None
        await self._journal.append(Kind.CONTROL, session.user, act="released")

    async def force(self, session: Session) -> None:
        """Take control from another, as an engineer who gave the password again.

        Raises
        ------
        AccessError
            If role or password are missing.
        """
        self._operator(session)
        if session.role < Role.ENGINEER or not self._users.is_confirmed(session):
            raise AccessError("only an engineer who has just given the password again may force this")
        await self._give(session, "forced")

    async def set_authority(self, session: Session, authority: Authority) -> None:
        """Let the plant or the grid's dispatch set the power.

        Raises
        ------
        AccessError
            If `session` is not in control.
        """
        self._in_control(session)
        self.authority = authority
        await self._journal.append(Kind.AUTHORITY, session.user, authority)

    async def arm(self, session: Session, devices: Iterable[str]) -> None:
        """Put devices into AUTO.

        Raises
        ------
        AccessError
            If `session` is not in control, or a device is not known.
        """
        self._in_control(session)
        wanted = frozenset(devices)
        if unknown := sorted(wanted - self._devices):
            raise AccessError(f"device {unknown[0]!r} is not known")
        # Written down first: what is not in the journal does not run by itself.
        await self._journal.append(Kind.AUTOMATIC, session.user, " ".join(sorted(wanted)), act="armed")
        self._armed |= wanted
        if not self.holds(session):  # control went while that was written
            self.disarm("core", wanted, f"{session.user} lost control meanwhile")
            raise AccessError(f"user {session.user} is not in control any more")

    def disarm(self, actor: str, devices: Iterable[str], why: str) -> None:
        """Put devices into MANUAL; anyone and anything may, at once. The journal hears of it behind that."""
        gone = self._armed & set(devices)
        self._armed -= gone
        if gone:
            note = asyncio.ensure_future(self._note_disarmed(actor, " ".join(sorted(gone)), why))
            self._notes.add(note)
            note.add_done_callback(self._notes.discard)

    async def noted(self) -> None:
        """Wait until the journal has all of it."""
        await asyncio.gather(*self._notes)

    async def _note_disarmed(self, actor: str, devices: str, why: str) -> None:
        try:
            await self._journal.append(Kind.AUTOMATIC, actor, devices, act="disarmed", why=why)
        except StoreError as exc:
            _log.error("%s in MANUAL, not journalled: %s", devices, exc)

    async def _give(self, session: Session, how: str) -> None:
        before = self.holder
        self._holder, self._asker = session, None
        await self._journal.append(Kind.CONTROL, session.user, act=how, before=before.user if before else "")

    def _operator(self, session: Session) -> None:
        if not self._users.touch(session):
            raise AccessError("the session has ended")
        if session.role < Role.OPERATOR:
            raise AccessError(
                f"user {session.user} is a {session.role.name.lower()}, at least operator is needed"
            )

    def _in_control(self, session: Session) -> None:
        self._operator(session)
        if not self.holds(session):
            raise AccessError(f"user {session.user} is not in control")
