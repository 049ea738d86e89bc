"""A core without a wire: one device, its PLC, users, journal, gates and commands, on a clock that stands."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from orcplant.config.site import Device
from orcplant.control.authority import Control
from orcplant.control.clock import ManualClock
from orcplant.control.commands import Commands
from orcplant.control.foreign import ForeignWrites
from orcplant.control.gates import Gates
from orcplant.control.journal import Journal
from orcplant.control.limits import Limits
from orcplant.control.passwords import Hashing
from orcplant.control.poller import DevicePoller, Poller
from orcplant.control.store import Store
from orcplant.control.users import Session, Users
from orcplant.live import CommandOutcome, CommandRequest, Origin, Role, Scalar
from tests.control.plc import Rig, make_rig

CHEAP = Hashing(passes=1, memory_KiB=64, lanes=1)
PASSWORD = "correct horse 7"
_KEYS = itertools.count()
_MADE: list[bytes] = []  # the users of the first house: making them takes most of the time of a test


class AnyRig(Protocol):
    """A device to command and the time it lives in."""

    @property
    def device(self) -> Device: ...

    @property
    def poller(self) -> DevicePoller: ...

    @property
    def clock(self) -> ManualClock: ...

    def tick(self, seconds: float = 1.0) -> None: ...

    async def poll(self, times: int = 1, *, every: float = 1.0) -> None: ...


AnyRigT = TypeVar("AnyRigT", bound=AnyRig)


@dataclass
class House(Generic[AnyRigT]):
    rig: AnyRigT
    users: Users
    control: Control
    limits: Limits
    journal: Journal
    commands: Commands
    foreign: ForeignWrites
    sessions: dict[Role, Session] = field(default_factory=dict)

    @property
    def clock(self) -> ManualClock:
        return self.rig.clock

    @property
    def operator(self) -> Session:
        return self.sessions[Role.OPERATOR]

    @property
    def engineer(self) -> Session:
        return self.sessions[Role.ENGINEER]

    def request(
        self,
        tag: str,
        value: Scalar,
        *,
        life: float = 10.0,
        ago: float = 0.0,
        origin: Origin = Origin.OPERATOR,
        key: str | None = None,
    ) -> CommandRequest:
        key = f"k{next(_KEYS)}" if key is None else key
        return CommandRequest(key, tag, value, self.clock.utc() - ago, life, origin)

    async def command(self, tag: str, value: Scalar, session: Session | None = None) -> CommandOutcome:
        return await self.carried_out(self.request(tag, value), session or self.operator)

    async def carried_out(self, request: CommandRequest, session: Session) -> CommandOutcome:
        """Last outcome of a request; time goes on whenever the core waits for it."""
        first = await self.commands.submit(request, session)
        result = asyncio.create_task(self.commands.result(first.command_id))
        while not result.done():
            if self.clock.sleepers:
                self.rig.tick(0.5)
            await asyncio.sleep(0)
        return result.result()


@asynccontextmanager
async def opened(
    folder: Path, device: Device | None = None, *, is_read_only: bool = False, rig: Rig | None = None
) -> AsyncIterator[House[Rig]]:
    """A house around a PLC without a wire."""
    rig = rig or make_rig(device, may_write=not is_read_only)
    async with housed(folder, rig, is_read_only=is_read_only) as house:
        yield house


@asynccontextmanager
async def housed(folder: Path, rig: AnyRigT, *, is_read_only: bool = False) -> AsyncIterator[House[AnyRigT]]:
    """A house with someone of each role logged in, the operator in control, the device polled."""
    if _MADE and not (folder / "users.sqlite").exists():
        (folder / "users.sqlite").write_bytes(_MADE[0])
    clock, store, poller = rig.clock, Store(is_durable=False), Poller([rig.poller])
    journal = await Journal.open(store, folder / "journal.sqlite", clock)
    users = await Users.open(store, folder / "users.sqlite", journal, clock, CHEAP)
    control = Control(users, journal, clock, poller.devices)
    limits = await Limits.open(
        store, folder / "settings.sqlite", users, journal, clock, tags=rig.device.table, site={}
    )
    gates = Gates(poller, users, control, limits, journal, clock, is_read_only=is_read_only)
    commands = Commands(poller, gates, control, journal, clock)
    foreign = ForeignWrites(poller, journal)
    commands.on_outcome(foreign.commanded)
    house = House(rig, users, control, limits, journal, commands, foreign)
    await commands.restore()
    if users.is_empty:
        await make_users(users)
        database = users._database  # noqa: SLF001
        _MADE.append(await database.run(lambda connection: connection.serialize()))
    for role in Role:
        house.sessions[role] = await users.login(role.name.lower(), PASSWORD)
    await control.take(house.operator)
    await rig.poll()
    try:
        yield house
    finally:
        await commands.close()
        await control.noted()
        await foreign.noted()
        await store.close()


async def make_users(users: Users) -> None:
    first = await users.make_first_admin()
    admin = await users.login("admin", first)
    await users.set_password(admin, "admin", PASSWORD, old=first)
    for role in (Role.VIEWER, Role.OPERATOR, Role.ENGINEER):
        admin = await users.login("admin", PASSWORD)
        name = role.name.lower()
        await users.create(admin, name, f"first {PASSWORD}", role)
        own = await users.login(name, f"first {PASSWORD}")
        await users.set_password(own, name, PASSWORD, old=f"first {PASSWORD}")
