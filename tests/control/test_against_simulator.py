"""Faults of links and commands against simulated PLCs on real sockets, each with what a good core does."""

import asyncio
import math
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orcplant.control.link import Fault
from orcplant.control.modbus import Endpoint, ModbusLink
from orcplant.control.poller import Event
from orcplant.live import CommandState, LinkState, Quality, Reason
from orcplant.tags import Table
from plc_sim.logic.head import Authority
from tests.control.house import House, housed
from tests.control.sim_rig import SimRig, simulated
from tests.control.test_modbus import LIES
from tests.control.wire import Request, exception, honest, reset, saying, silent

FAST = 0.5  # [s], wall time: the link's limit where a test has to wait for it

Made = tuple[Quality, Reason]


def made(rig: SimRig, short: str, number: int = 0) -> Made:
    device = rig.devices[number]
    value = device.value(f"{device.name}.{short}")
    return value.quality, value.reason


def link_state(rig: SimRig, number: int = 0) -> LinkState:
    return rig.devices[number].state


def events(rig: SimRig) -> list[Event]:
    found: list[Event] = []
    rig.poller.on_event(lambda _device, event, _text: found.append(event))
    return found


async def take_remote(house: House[SimRig]) -> None:
    outcome = await house.command("U01.CMD", "take_remote")
    assert outcome.state is CommandState.VERIFIED


def codes(refusals: object) -> set[str]:
    return {refusal.code for refusal in refusals}  # type: ignore[attr-defined]


async def test_a_unit_is_taken_remote_and_follows_its_setpoint(tmp_path: Path) -> None:
    async with simulated(tmp_path) as rig, housed(tmp_path, rig) as house:
        assert codes((await house.command("U01.POWER_SP", 620.0)).refusals) == {"remote"}
        await take_remote(house)
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state is CommandState.VERIFIED and rig.bank["POWER_SP_ACCEPTED"][0] == 620.0
        assert (await house.command("U01.CMD", "stop")).state is CommandState.VERIFIED
        assert rig.bank["CMD_SEQ_ACK"][0] == 2.0


async def test_a_setpoint_the_plc_finds_too_high_is_rejected_or_clamped(tmp_path: Path) -> None:
    async with simulated(tmp_path) as rig, housed(tmp_path, rig) as house:
        await take_remote(house)
        rig.bank.narrow("POWER_SP", 0, 0.0, 3000.0)
        outcome = await house.command("U01.POWER_SP", 4000.0)
        assert outcome.state is CommandState.REJECTED and "exception 3" in outcome.text.en
        rig.bank.refuses_out_of_range = False
        outcome = await house.command("U01.POWER_SP", 4000.0)
        assert outcome.state is CommandState.CLAMPED and outcome.text.en == "the device holds 3000 kW"


async def test_a_plc_that_does_not_scan_leaves_a_command_unconfirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with simulated(tmp_path) as rig, housed(tmp_path, rig) as house:
        await take_remote(house)
        monkeypatch.setattr(rig.simulator, "works", [])
        rig.put("POWER_SP_ACCEPTED", 100.0)
        outcome = await house.command("U01.CMD", "stop")
        assert outcome.state is CommandState.UNCONFIRMED
        sent = [request for proxy in rig.proxies for request in proxy.writes if request.address == 0]
        assert len(sent) == 2  # take_remote, stop: nothing is repeated


async def test_silence_is_bad_within_two_polls_and_leaves_the_neighbours_alone(tmp_path: Path) -> None:
    async with simulated(tmp_path, count=3, timeout=FAST) as rig:
        rig.put("POWER_NET", 600.0)
        await rig.poll()
        rig.proxies[0].lie = silent
        started = time.monotonic()
        await rig.poll()
        assert made(rig, "POWER_NET") == (Quality.STALE, Reason.COMMUNICATION)
        await rig.poll()
        assert time.monotonic() - started < 5 * FAST
        assert made(rig, "POWER_NET") == (Quality.BAD, Reason.COMMUNICATION)
        value = rig.poller.value("U01.POWER_NET")
        assert value.scalar == 600.0 and value.age(rig.clock.utc()) == 2.0
        assert [link_state(rig, number) for number in (1, 2)] == [LinkState.UP] * 2
        assert made(rig, "POWER_NET", 1) == (Quality.GOOD, Reason.NONE)
        await rig.poll(8)
        assert not rig.devices[0].link.is_connected  # half open: dropped
        rig.proxies[0].lie = honest
        await rig.poll(6)
        assert made(rig, "POWER_NET") == (Quality.GOOD, Reason.NONE)


@pytest.mark.parametrize("name", LIES)
async def test_a_lie_on_the_wire_is_refused_counted_and_never_applied(tmp_path: Path, name: str) -> None:
    lie, kind = LIES[name]

    def spoiled(request: Request, good: bytes) -> bytes:
        return lie(request, good) if request.function == 3 else good

    async with simulated(tmp_path) as rig:
        rig.put("POWER_RAMP", 100.0)
        rig.proxies[0].lie = saying(spoiled)
        await rig.poll()
        rig.put("POWER_RAMP", 50.0)
        await rig.poll(3)
        assert made(rig, "POWER_RAMP")[0] is Quality.BAD
        assert rig.poller.value("U01.POWER_RAMP").scalar is None
        assert rig.poller.link.counters.faults[kind] > 0
        rig.proxies[0].lie = honest
        await rig.poll(6)
        assert rig.poller.value("U01.POWER_RAMP").scalar == 50.0
        assert made(rig, "POWER_RAMP") == (Quality.GOOD, Reason.NONE)


async def test_late_answers_are_dropped_and_counted(tmp_path: Path) -> None:
    async with simulated(tmp_path) as rig:
        await rig.poll()
        held: list[bytes] = []

        def late(_request: Request, good: bytes) -> bytes:
            held.append(good)
            return b"".join(held[-2:])  # the answer before, once more, in front of the right one

        rig.proxies[0].lie = saying(late)
        rig.put("POWER_NET", 321.0)
        await rig.poll(2)
        assert rig.poller.value("U01.POWER_NET").scalar == 321.0
        assert rig.poller.link.counters.faults[Fault.LATE] > 0


@pytest.mark.parametrize("code", [4, 8])
async def test_a_failing_device_is_told_from_a_lost_one(tmp_path: Path, code: int) -> None:
    async with simulated(tmp_path) as rig:
        await rig.poll()
        rig.proxies[0].lie = saying(lambda r, good: exception(r, code) if r.function == 4 else good)
        await rig.poll(2)
        assert made(rig, "POWER_NET") == (Quality.BAD, Reason.DEVICE_FAILURE)
        assert made(rig, "BREAKER") == (Quality.GOOD, Reason.NONE)


async def test_a_refused_address_costs_its_tag_only(tmp_path: Path) -> None:
    async with simulated(tmp_path) as rig:
        address = rig.device.table["U01.WF_LEVEL"].address

        def hole(request: Request, good: bytes) -> bytes:
            is_hit = request.function == 4 and request.address <= address < request.address + request.count
            return exception(request, 2) if is_hit else good

        rig.proxies[0].lie = saying(hole)
        await rig.poll()
        assert made(rig, "WF_LEVEL") == (Quality.BAD, Reason.ADDRESS_REFUSED)
        assert made(rig, "PUMP_SPEED") == (Quality.GOOD, Reason.NONE)
        asked = len(rig.proxies[0].requests)
        await rig.poll(3)
        hits = [r for r in rig.proxies[0].requests[asked:] if r.address <= address < r.address + r.count]
        assert [r for r in hits if r.function == 4] == []


async def test_a_restarted_plc_is_read_anew_and_must_be_asked_for_again(tmp_path: Path) -> None:
    async with simulated(tmp_path) as rig, housed(tmp_path, rig) as house:
        seen = events(rig)
        await take_remote(house)
        await house.control.arm(house.operator, ["U01"])
        rig.logic.head.restart(0)
        rig.bank.changed()
        await rig.poll()
        assert seen == [Event.RESTARTED] and house.control.armed == frozenset()
        assert "map" in codes((await house.command("U01.POWER_SP", 620.0)).refusals)
        await rig.poll(2)
        # Known again; but the unit is in LOCAL and stays there until a person asks for it.
        assert codes((await house.command("U01.POWER_SP", 620.0)).refusals) == {"remote"}
        await take_remote(house)
        assert (await house.command("U01.POWER_SP", 620.0)).state is CommandState.VERIFIED


async def test_a_server_that_goes_and_comes_back_is_found_within_six_polls(tmp_path: Path) -> None:
    async with simulated(tmp_path) as rig:
        await rig.poll()
        await rig.proxies[0].stop()
        await rig.poll(20)
        assert link_state(rig) is LinkState.DOWN
        await rig.proxies[0].start()
        await rig.poll(6)
        assert link_state(rig) is LinkState.UP and made(rig, "POWER_NET") == (Quality.GOOD, Reason.NONE)


async def test_a_reset_in_the_middle_of_an_answer_costs_one_poll(tmp_path: Path) -> None:
    async with simulated(tmp_path) as rig:
        await rig.poll()

        async def resets(_request: Request, good: bytes, writer: asyncio.StreamWriter) -> None:
            writer.write(good[:11])
            await writer.drain()
            reset(writer)

        rig.proxies[0].lie = resets
        started = time.monotonic()
        await rig.poll()
        assert made(rig, "POWER_NET")[0] is Quality.STALE and time.monotonic() - started < 1.0
        rig.proxies[0].lie = honest
        await rig.poll()
        assert made(rig, "POWER_NET") == (Quality.GOOD, Reason.NONE)


@pytest.mark.parametrize(("short", "value"), [("MAP_VERSION", 7.0), ("KNOWN_CONST", 1.0842e-19)])
async def test_another_map_or_word_order_is_read_only(tmp_path: Path, short: str, value: float) -> None:
    async with simulated(tmp_path) as rig, housed(tmp_path, rig) as house:
        await take_remote(house)
        rig.put(short, value)
        rig.put("BOOT_ID", 2.0)  # new firmware
        await rig.poll(3)
        assert made(rig, "POWER_NET") == (Quality.BAD, Reason.MAP_MISMATCH)
        before = len(rig.proxies[0].writes)
        assert "map" in codes((await house.command("U01.POWER_SP", 620.0)).refusals)
        await rig.poll(2)
        assert len(rig.proxies[0].writes) == before


async def test_nan_and_sentinels_from_the_plc_are_bad(tmp_path: Path) -> None:
    async with simulated(tmp_path) as rig:
        rig.put("POWER_NET", math.nan)
        rig.put("BRINE_T_IN", math.nan)
        await rig.poll()
        assert made(rig, "POWER_NET") == (Quality.BAD, Reason.NOT_FINITE)
        assert made(rig, "BRINE_T_IN") == (Quality.BAD, Reason.SENTINEL)
        assert made(rig, "POWER_GROSS") == (Quality.GOOD, Reason.NONE)


async def test_a_second_master_is_noticed_and_its_number_costs_us_the_command(tmp_path: Path) -> None:
    async with simulated(tmp_path) as rig, housed(tmp_path, rig) as house:
        await take_remote(house)
        await house.command("U01.POWER_SP", 620.0)
        await rig.poll(2)
        assert house.foreign.found == []
        port = rig.simulator.ports["U01"].number
        other = ModbusLink(Endpoint("127.0.0.1", port, 1), timeout=5.0, connect_timeout=5.0)
        await other.connect()
        await other.write(Table.HOLDING, 4, bytes.fromhex("42C80000"))  # 100 kW
        await rig.poll(2)
        assert house.foreign.found == ["U01.POWER_SP"]
        number = int(rig.bank["CMD_SEQ_ACK"][0]) + 1
        await other.write(Table.HOLDING, 0, number.to_bytes(2, "big") + b"\0\2")
        await rig.poll(2)
        assert {"U01.CMD_SEQ", "U01.CMD"} & set(house.foreign.found)
        await other.close()


async def test_without_the_core_the_plc_falls_back_and_remote_returns_on_request(tmp_path: Path) -> None:
    async with simulated(tmp_path) as rig, housed(tmp_path, rig) as house:
        await take_remote(house)
        for _ in range(3):
            await rig.poll()
            assert rig.logic.head.authority[0] == Authority.REMOTE
        rig.tick(5.2)  # the core is away
        assert rig.logic.head.authority[0] == Authority.LOCAL_FALLBACK
        await rig.poll(3)
        assert rig.logic.head.authority[0] == Authority.LOCAL_FALLBACK  # not by itself
        assert codes((await house.command("U01.POWER_SP", 620.0)).refusals) == {"remote"}
        await take_remote(house)
        assert rig.logic.head.authority[0] == Authority.REMOTE


async def test_a_stopped_plc_program_makes_its_values_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with simulated(tmp_path) as rig:
        await rig.poll()
        monkeypatch.setattr(rig.simulator, "works", [])
        await rig.poll(7)
        assert made(rig, "POWER_NET") == (Quality.STALE, Reason.PLC_STOPPED)


ENDS: dict[str, tuple[Callable[[Request, bytes], bytes | None], CommandState]] = {
    "lost answer": (lambda r, good: None, CommandState.VERIFIED),
    "duplicate answer": (lambda r, good: good + good, CommandState.VERIFIED),
    "wrong echo": (lambda r, good: good[:-1] + b"\x07", CommandState.VERIFIED),
    "exception 4 though done": (lambda r, good: exception(r, 4), CommandState.VERIFIED),
    "acknowledge": (lambda r, good: exception(r, 5), CommandState.VERIFIED),
    "gateway failed though done": (lambda r, good: exception(r, 11), CommandState.VERIFIED),
    "unknown code though done": (lambda r, good: exception(r, 0x63), CommandState.VERIFIED),
    "negative acknowledge": (lambda r, good: exception(r, 7), CommandState.REJECTED),
}


@pytest.mark.parametrize("name", ENDS)
async def test_a_spoiled_answer_to_a_write_is_decided_by_the_plant(tmp_path: Path, name: str) -> None:
    answer, state = ENDS[name]
    async with simulated(tmp_path, timeout=FAST) as rig, housed(tmp_path, rig) as house:
        await take_remote(house)

        async def spoil(request: Request, good: bytes, writer: asyncio.StreamWriter) -> None:
            said = answer(request, good) if request.is_write and request.address == 4 else good
            if said is not None:
                writer.write(said)

        rig.proxies[0].lie = spoil
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state is state
        assert len([r for r in rig.proxies[0].writes if r.address == 4]) == 1


async def test_a_write_that_never_arrives_is_unconfirmed_and_not_repeated(tmp_path: Path) -> None:
    async with simulated(tmp_path, timeout=FAST) as rig, housed(tmp_path, rig) as house:
        await take_remote(house)
        await rig.proxies[0].stop()
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state in (CommandState.REFUSED, CommandState.UNCONFIRMED)
        await rig.proxies[0].start()
        await rig.poll(8)
        assert link_state(rig) is LinkState.UP
        assert [r for r in rig.proxies[0].writes if r.address == 4] == []
        assert rig.bank["POWER_SP"][0] == 0.0


async def test_a_command_during_an_interlock_is_refused_by_its_name(tmp_path: Path) -> None:
    async with simulated(tmp_path) as rig, housed(tmp_path, rig) as house:
        await take_remote(house)
        rig.put("PERMISSIVES", 2.0**11 - 1)
        await rig.poll()
        assert (await house.command("U01.CMD", "start")).state is CommandState.VERIFIED
        rig.put("PERMISSIVES", 2.0**11 - 1 - 2.0)
        rig.put("FIRE", 1.0)
        await rig.poll()
        outcome = await house.command("U01.CMD", "start")
        assert codes(outcome.refusals) == {"U01.brine_available", "U01.fire_clear"}
        assert [refusal.text.zh for refusal in outcome.refusals if "fire" in refusal.code] == ["火灾报警"]
