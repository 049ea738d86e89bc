"""All alarms of a plant: fed with values, heard by the gateway, kept over restarts.

Nothing here waits for a disk but the acts of an operator: an act that was answered is on disk, in the
journal and in the alarm records.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from orcplant.control.alarms.definition import LINK, PLANT_LINK, Definition
from orcplant.control.alarms.entry import Entry
from orcplant.control.alarms.metrics import DAY_S, Metrics, Rates
from orcplant.control.alarms.records import Kept, Records
from orcplant.control.alarms.status import AlarmEvent, AlarmStatus, What
from orcplant.control.clock import Clock
from orcplant.control.journal import Journal, Kind
from orcplant.control.store import StoreError
from orcplant.control.users import AccessError, Session, Users
from orcplant.live import AlarmState, Role, Value

_log = logging.getLogger(__name__)

MAX_SHELVE_S: Final = 8.0 * 3600.0  # a shift; after that somebody has to look again
TICK_S: Final = 1.0
_LOST_SHARE: Final = 0.5
_LOST_LEAST: Final = 3
_WAITING: Final = 20_000  # events kept for a disk that is full
_RESTORED: Final = 100_000

Changed: TypeAlias = Callable[[AlarmStatus, What], None]


class Alarms:
    """Open with `Alarms.open`; feed with `observe`, `lost`, `signal` and `tick`."""

    def __init__(
        self,
        definitions: Iterable[Definition],
        records: Records,
        users: Users,
        journal: Journal,
        clock: Clock,
    ) -> None:
        self._entries = {definition.key: Entry(definition) for definition in definitions}
        self._records = records
        self._users = users
        self._journal = journal
        self._clock = clock
        self._rates = Rates()
        self._by_tag: dict[str, list[Entry]] = defaultdict(list)
        self._by_group: dict[str, list[Entry]] = defaultdict(list)
        self._children: dict[str, list[Entry]] = defaultdict(list)
        self._watched: set[str] = set()
        self._values: dict[str, Value] = {}
        self._holding: set[str] = set()  # parents whose condition holds
        self._lost: set[str] = set()
        self._told: list[Changed] = []
        self._dirty: set[str] = set()
        self._events: list[AlarmEvent] = []
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()
        self._devices = sum(definition.key.endswith(f".{LINK}") for definition in definitions) - (
            PLANT_LINK in self._entries
        )
        for entry in self._entries.values():
            self._index(entry)

    @classmethod
    async def open(
        cls, definitions: Iterable[Definition], records: Records, users: Users, journal: Journal, clock: Clock
    ) -> "Alarms":
        """Alarms as the last core left them.

        Raises
        ------
        StoreError
            If the records cannot be read.
        """
        alarms = cls(tuple(definitions), records, users, journal, clock)
        now = clock.utc()
        for kept in await records.kept():
            alarms._restore(kept, now)
        raised = await records.events(now - DAY_S, now, limit=_RESTORED, what=What.RAISED)
        for event in reversed(raised):
            alarms._rates.note(event.time, event.key, event.priority)
        return alarms

    def on_change(self, told: Changed) -> None:
        """Call `told` whenever an alarm changes; not for one at rest that is suppressed."""
        self._told.append(told)

    def observe(self, touched: Mapping[str, Value]) -> None:
        """Look at values of one device that came or got worse."""
        relevant = touched.keys() & self._watched
        if not relevant:
            return
        now = self._clock.monotonic()
        for name in relevant:
            self._values[name] = touched[name]
        came: dict[str, list[Entry]] = defaultdict(list)
        for name in relevant:
            for entry in self._by_tag.get(name, ()):
                was_active = entry.machine.is_active
                entry.machine.observe(entry.condition.holds(self._values, now), now)
                if entry.machine.is_active and not was_active and entry.definition.group:
                    came[entry.definition.group].append(entry)
        for group, entries in came.items():
            self._mark_first_out(group, entries)
        for name in relevant:
            for entry in self._by_tag.get(name, ()):
                self._settle(entry)

    def lost(self, device: str, is_lost: bool) -> None:
        """Take that a device is lost, or back."""
        (self._lost.add if is_lost else self._lost.discard)(device)
        self.signal(f"{device}.{LINK}", is_lost)
        if PLANT_LINK in self._entries:
            count = len(self._lost)
            self.signal(PLANT_LINK, count >= _LOST_LEAST and count >= _LOST_SHARE * self._devices)

    def signal(self, key: str, holds: bool) -> None:
        """Take a condition that comes from no tag; KeyError for an unknown one."""
        entry = self._entries[key]
        (self._holding.add if holds else self._holding.discard)(key)
        now = self._clock.monotonic()
        for child in self._children.get(key, ()):
            if holds and child.definition.tag is not None:
                child.condition.forget()
                child.machine.observe(None, now)
            child.machine.suppress(not self._holding.isdisjoint(child.definition.parents))
            self._settle(child)
        entry.machine.observe(holds, now)
        self._settle(entry)

    def tick(self) -> None:
        """Let delays and shelving end; to be called once a second."""
        now = self._clock.monotonic()
        for entry in self._entries.values():
            machine = entry.machine
            if machine.pending_since is not None or machine.shelved_until is not None:
                machine.tick(now)
                self._settle(entry)

    async def run(self) -> None:
        """Tick and write until cancelled."""
        await asyncio.gather(self._ticking(), self._writing())

    def status(self, key: str) -> AlarmStatus:
        """One alarm; KeyError if there is none."""
        return self._entries[key].status

    def statuses(self) -> list[AlarmStatus]:
        """All alarms."""
        return [entry.status for entry in self._entries.values()]

    def shown(self) -> list[AlarmStatus]:
        """The operator's list: highest priority first, then the newest."""
        found = [entry.status for entry in self._entries.values() if entry.status.is_shown]
        return sorted(found, key=lambda status: (status.definition.priority, -status.raised_time))

    def metrics(self) -> Metrics:
        """How the alarm system did in the last 24 h."""
        standing = [
            (entry.definition.key, entry.raised_time)
            for entry in self._entries.values()
            if entry.machine.is_active and not entry.machine.is_hidden
        ]
        return self._rates.metrics(self._clock.utc(), standing)

    async def events(self, start: float, end: float, *, limit: int = 1000) -> list[AlarmEvent]:
        """History of a stretch of UTC time, the newest first; StoreError if it cannot be read."""
        await self.flush()
        return await self._records.events(start, end, limit=limit)

    async def acknowledge(self, session: Session, key: str, comment: str = "") -> None:
        """Acknowledge an alarm; on disk when this returns.

        Raises
        ------
        AccessError
            If the role is too low, or there is nothing to acknowledge.
        StoreError
            If it cannot be written down.
        """
        entry = self._allowed(session, key, Role.OPERATOR)
        _refuse(entry.machine.is_acknowledged or entry.machine.is_hidden, f"{key}: nothing to acknowledge")
        await self._act(session, entry, What.ACKNOWLEDGED, entry.machine.acknowledge, comment)

    async def comment(self, session: Session, key: str, comment: str) -> None:
        """Write a comment to an alarm. Errors as of `acknowledge`."""
        entry = self._allowed(session, key, Role.OPERATOR)
        await self._act(session, entry, What.COMMENTED, lambda: True, comment)

    async def reset(self, session: Session, key: str, comment: str = "") -> None:
        """End the latch of an acknowledged alarm whose condition is gone. Errors as of `acknowledge`."""
        entry = self._allowed(session, key, Role.OPERATOR)
        machine = entry.machine
        can = (
            machine.is_latched and not machine.is_active and machine.is_acknowledged and not machine.is_hidden
        )
        _refuse(not can, f"{key}: not latched, still there, or not acknowledged")
        await self._act(session, entry, What.RESET, machine.reset, comment)

    async def shelve(self, session: Session, key: str, for_s: float, comment: str = "") -> None:
        """Hide an alarm for some time; priority 1 needs an engineer. Errors as of `acknowledge`."""
        priority = self._entry(key).definition.priority
        entry = self._allowed(session, key, Role.ENGINEER if priority == 1 else Role.OPERATOR)
        _refuse(not 0.0 < for_s <= MAX_SHELVE_S, f"{key}: {for_s:g} s is not within 0 to {MAX_SHELVE_S:g} s")

        def act() -> bool:
            entry.shelved_time = self._clock.utc() + for_s
            entry.machine.shelve(self._clock.monotonic() + for_s)
            return True

        await self._act(session, entry, What.SHELVED, act, comment, for_s=for_s)

    async def unshelve(self, session: Session, key: str, comment: str = "") -> None:
        """Show a shelved alarm again. Errors as of `acknowledge`."""
        entry = self._allowed(session, key, Role.OPERATOR)
        _refuse(entry.machine.shelved_until is None, f"{key}: not shelved")
        await self._act(session, entry, What.UNSHELVED, entry.machine.unshelve, comment)

    async def set_service(self, session: Session, key: str, *, is_in: bool, comment: str = "") -> None:
        """Take an alarm out of service, or put it back; an engineer who gave the password again may.

        Errors as of `acknowledge`.
        """
        entry = self._allowed(session, key, Role.ENGINEER)
        _refuse(not self._users.is_confirmed(session), f"{key}: give the password again")
        _refuse(entry.machine.is_out_of_service is not is_in, f"{key}: is so already")

        def take_out() -> bool:
            entry.machine.take_out_of_service()
            return True

        what, act = (
            (What.IN_SERVICE, entry.machine.put_in_service) if is_in else (What.OUT_OF_SERVICE, take_out)
        )
        await self._act(session, entry, what, act, comment)

    async def flush(self) -> None:
        """Write what changed; StoreError if it cannot be, and then it waits for the next time."""
        async with self._turn:
            if not self._dirty and not self._events:
                return
            dirty, events = self._dirty, self._events
            self._dirty, self._events = set(), []
            try:
                await self._records.write([self._entries[key].kept for key in dirty], events)
            except BaseException:
                self._dirty |= dirty
                self._events = [*events, *self._events][-_WAITING:]
                raise

    def _index(self, entry: Entry) -> None:
        definition = entry.definition
        for parent in definition.parents:
            self._children[parent].append(entry)
        if definition.tag is None:
            return
        self._by_tag[definition.tag.name].append(entry)
        self._watched |= {definition.tag.name, definition.reference} - {""}
        if definition.group:
            self._by_group[definition.group].append(entry)
            if definition.first_out is not None:
                self._watched.add(definition.first_out.name)

    def _restore(self, kept: Kept, now: float) -> None:
        entry = self._entries.get(kept.key)
        if entry is None:  # no longer in alarms.csv
            return
        machine = entry.machine
        machine.is_active, machine.is_acknowledged = kept.is_active, kept.is_acknowledged
        machine.is_latched, machine.is_unseen = kept.is_latched, kept.is_unseen
        machine.is_out_of_service = kept.is_out_of_service
        if kept.shelved_until is not None:
            left = min(max(kept.shelved_until - now, 0.0), MAX_SHELVE_S)  # the wall clock may have been set
            machine.shelved_until = self._clock.monotonic() + left
            entry.shelved_time = now + left
        if machine.is_unseen and not machine.is_hidden:  # it was suppressed: whether it holds will be seen
            machine.is_active = machine.is_unseen = False
        entry.is_first_out = kept.is_first_out
        entry.raised_time, entry.changed_time = kept.raised_time, kept.changed_time
        entry.value, entry.user, entry.comment = kept.value, kept.user, kept.comment
        entry.told = entry.standing

    def _mark_first_out(self, group: str, came: list[Entry]) -> None:
        if any(entry.machine.is_active and entry not in came for entry in self._by_group[group]):
            return
        tag = came[0].definition.first_out
        value = self._values.get(tag.name) if tag is not None else None
        named: list[Entry] = []
        if tag is not None and value is not None and value.is_good and isinstance(value.scalar, int):
            state = tag.dtype.name_of(value.scalar)
            named = [entry for entry in came if entry.definition.state == state]
        for entry in named or came:  # two in one poll, and the controller does not say: both
            entry.is_first_out = True

    def _settle(self, entry: Entry, what: What | None = None, user: str = "", comment: str = "") -> None:
        """Tell and note what changed, if anything."""
        before, after = entry.told, entry.standing
        if before == after and what is None:
            return
        entry.told = after
        (was, was_active, was_acknowledged, _), (state, is_active, is_acknowledged, _) = before, after
        is_raised = not is_acknowledged and is_active and (was_acknowledged or not was_active)
        now = self._clock.utc()
        if is_raised:
            entry.raised_time = now
            self._rates.note(now, entry.definition.key, entry.definition.priority)
        if is_active is not was_active:
            tag = entry.definition.tag
            value = self._values.get(tag.name) if tag is not None else None
            entry.value = value.scalar if value is not None else None
        if state is AlarmState.NORMAL:
            entry.is_first_out = False
        entry.changed_time = now
        what = what or _what(was, state, is_raised, was_active and not is_active)
        if {was, state} == {AlarmState.NORMAL, AlarmState.SUPPRESSED}:
            return  # at rest before or after: its parent tells all there is
        if user:
            entry.user, entry.comment = user, comment
        self._dirty.add(entry.definition.key)
        if was is state is AlarmState.SUPPRESSED:
            return
        event = AlarmEvent(
            0, now, entry.definition.key, what, state, entry.definition.priority, entry.value, user, comment
        )
        self._events.append(event)
        del self._events[:-_WAITING]
        self._wake.set()
        status = entry.status
        for told in self._told:
            told(status, what)

    def _entry(self, key: str) -> Entry:
        _refuse(key not in self._entries, f"{key[:80]} is no alarm of this plant")
        return self._entries[key]

    def _allowed(self, session: Session, key: str, role: Role) -> Entry:
        entry = self._entry(key)
        _refuse(not self._users.touch(session), "the session has ended")
        _refuse(session.role < role, f"{key}: needs at least the role {role.name.lower()}")
        return entry

    async def _act(
        self,
        session: Session,
        entry: Entry,
        what: What,
        act: Callable[[], bool],
        comment: str,
        **detail: Any,
    ) -> None:
        comment = comment[:500]
        await self._journal.append(
            Kind.ALARM, session.user, entry.definition.key, act=what, comment=comment, **detail
        )
        # The condition may have changed while the journal was written; the machine decides.
        if act():
            self._settle(entry, what, session.user, comment)
        await self.flush()

    async def _ticking(self) -> None:
        due = self._clock.monotonic()
        while True:
            due = max(due + TICK_S, self._clock.monotonic())
            await self._clock.sleep_until(due)
            self.tick()
            self._wake.set()  # what a full disk held up is tried again

    async def _writing(self) -> None:
        is_failing = False
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self.flush()
            except StoreError as exc:
                if not is_failing:
                    _log.error("alarms not written: %s", exc)
                is_failing = True
            else:
                is_failing = False


def _what(was: AlarmState, state: AlarmState, is_raised: bool, is_gone: bool) -> What:
    if is_raised:
        return What.RAISED
    if state is AlarmState.SUPPRESSED:
        return What.SUPPRESSED if was is not state else What.CHANGED
    if was is AlarmState.SUPPRESSED:
        return What.UNSUPPRESSED
    if was is AlarmState.SHELVED and state is not was:
        return What.UNSHELVED
    return What.RETURNED if is_gone and was is not state else What.CHANGED


def _refuse(is_wrong: bool, text: str) -> None:
    if is_wrong:
        raise AccessError(text)
