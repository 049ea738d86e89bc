"""Nothing is ever written unless every gate passed: judged by what a PLC's socket received."""

import asyncio
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from orcplant.control.clock import ManualClock
from orcplant.control.gates import SUPERVISOR
from orcplant.control.modbus import Endpoint, ModbusLink
from orcplant.control.poller import DevicePoller
from orcplant.live import CommandRequest, CommandState, Origin, Role
from tests.control.house import House, opened
from tests.control.plc import FakeLink, Plc, Rig, make_device
from tests.control.wire import Request, WireServer

HEARTBEAT = 2  # address of HEARTBEAT_CORE
START_STATES = ("stopped", "ready")


@dataclass(frozen=True)
class World:
    """Everything a gate looks at."""

    role: Role
    has_control: bool
    origin: Origin
    is_armed: bool
    is_read_only: bool
    has_expired: bool
    authority: str
    map_fits: bool
    state: str
    permissives: int
    is_gassed: bool
    tag: str
    value: float | str

    @property
    def may_write(self) -> bool:
        """Whether the command may go out: the rules once more, written apart from the gates."""
        if self.is_read_only or self.has_expired or not self.map_fits:
            return False
        if self.origin is Origin.OPERATOR:
            stops = self.value == "stop"
            if self.role < Role.OPERATOR or not self.has_control or (self.is_armed and not stops):
                return False
        elif self.origin is Origin.DISPATCH or not self.is_armed:
            return False
        if self.tag == "FALLBACK_POWER" and (self.origin is not Origin.OPERATOR or self.role < Role.ENGINEER):
            return False
        if self.tag != "CMD":
            return self.authority == "remote" and 0.0 <= float(self.value) <= 6000.0
        if self.value == "take_remote":
            return True
        if self.value == "start":
            ready = self.state in START_STATES and self.permissives == 2**11 - 1 and not self.is_gassed
            return self.authority == "remote" and ready
        return self.authority == "remote"


def mostly(usual: object, *others: object) -> st.SearchStrategy[object]:
    """The usual value four times out of five, so that whole walks happen too."""
    return st.sampled_from([usual] * (4 * len(others)) + list(others))


worlds = st.builds(
    World,
    role=mostly(Role.OPERATOR, Role.VIEWER, Role.ENGINEER, Role.ADMIN),
    has_control=mostly(True, False),
    origin=mostly(Origin.OPERATOR, Origin.AUTOMATIC, Origin.DISPATCH),
    is_armed=st.booleans(),
    is_read_only=mostly(False, True),
    has_expired=mostly(False, True),
    authority=mostly("remote", "local", "local_fallback"),
    map_fits=mostly(True, False),
    state=mostly("ready", "stopped", "running", "tripped"),
    permissives=mostly(2**11 - 1, 2**11 - 2, 0),
    is_gassed=mostly(False, True),
    tag=st.just("CMD"),
    value=st.sampled_from(["start", "stop", "take_remote"]),
) | st.builds(
    World,
    role=mostly(Role.OPERATOR, Role.VIEWER, Role.ENGINEER, Role.ADMIN),
    has_control=mostly(True, False),
    origin=mostly(Origin.OPERATOR, Origin.AUTOMATIC, Origin.DISPATCH),
    is_armed=mostly(False, True),
    is_read_only=mostly(False, True),
    has_expired=mostly(False, True),
    authority=mostly("remote", "local", "local_fallback"),
    map_fits=mostly(True, False),
    state=st.just("running"),
    permissives=st.just(0),
    is_gassed=st.just(False),
    tag=mostly("POWER_SP", "FALLBACK_POWER"),
    value=st.sampled_from([0.0, 620.0, 6000.0, 6000.5, -1.0]),
)


async def arrange(world: World, house: House[Rig]) -> None:
    plc = house.rig.plc
    if world.has_control and world.role >= Role.OPERATOR:
        await house.control.release(house.operator)
        await house.control.take(house.sessions[world.role])
        if world.is_armed:
            await house.control.arm(house.sessions[world.role], ["U01"])
    else:
        if world.is_armed:
            await house.control.arm(house.operator, ["U01"])
        await house.control.release(house.operator)
    plc.put("AUTHORITY", world.authority)
    plc.put("STATE", world.state)
    plc.put("PERMISSIVES", world.permissives)
    plc.put("GAS_ALARM", world.is_gassed)
    if not world.map_fits:
        plc.put("MAP_VERSION", 7.0)
        await house.rig.poller.link.close()
    await house.rig.poll()


async def commands_on_the_wire(world: World, folder: Path) -> tuple[CommandState, list[Request]]:
    device = make_device()
    plc = Plc(device)
    async with WireServer(plc) as server:
        link = ModbusLink(Endpoint("127.0.0.1", server.port, 1), timeout=5.0, connect_timeout=5.0)
        clock = ManualClock()
        poller = DevicePoller(device, link, clock, rng=random.Random(1), may_write=not world.is_read_only)
        rig = Rig(device, plc, FakeLink(plc), clock, poller)
        async with opened(folder, rig=rig, is_read_only=world.is_read_only) as house:
            await arrange(world, house)
            session = house.sessions[world.role] if world.origin is Origin.OPERATOR else SUPERVISOR
            request = house.request(
                f"U01.{world.tag}", world.value, ago=11.0 if world.has_expired else 0.0, origin=world.origin
            )
            outcome = await house.carried_out(request, session)
            await house.rig.poll(2)
        await link.close()
    return outcome.state, [request for request in server.writes if request.address != HEARTBEAT]


@settings(max_examples=40, deadline=None)
@given(worlds)
def test_nothing_is_written_unless_every_gate_passed(world: World) -> None:
    with tempfile.TemporaryDirectory() as folder:
        state, writes = asyncio.run(commands_on_the_wire(world, Path(folder)))
    if not world.may_write:
        assert state is CommandState.REFUSED and writes == []
        return
    assert state is CommandState.VERIFIED
    (request,) = writes  # once
    if world.tag == "CMD":
        assert (request.function, request.address, request.count) == (16, 0, 2)
        assert request.written == (1, {"start": 1, "stop": 2, "take_remote": 4}[str(world.value)])
    else:
        assert (request.function, request.count) == (16, 2)


values = (
    st.floats()
    | st.integers()
    | st.integers(10**300, 10**320)
    | st.booleans()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["start", "stop", "none"])
)
tags = (
    st.text(st.characters(), max_size=80)
    | st.sampled_from([tag.name for tag in make_device().table if tag.is_writable])
    | st.sampled_from(["U01", "U01.", ".POWER_SP", "U02.POWER_SP", "U01.POWER_NET", "U01.NAMEPLATE"])
)
requests = st.builds(
    CommandRequest,
    key=st.text(st.characters(), max_size=20),
    tag=tags,
    value=values,
    issued_time=st.floats(),
    life=st.floats(),
    origin=st.sampled_from(Origin),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(requests, min_size=10, max_size=20))
def test_no_request_makes_the_core_raise_or_write(wishes: list[CommandRequest]) -> None:
    """None of them is in time, so none may pass; whatever else is wrong, the answer is a refusal."""

    async def main(folder: Path) -> None:
        async with opened(folder) as house:
            for wish in wishes:
                outcome = await house.commands.submit(wish, house.operator)
                assert outcome.state is CommandState.REFUSED
            await house.rig.poll()
            assert house.rig.plc.wrote() == []
        async with opened(folder) as house:
            assert house.journal.check.broken_at is None

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(Path(folder)))
