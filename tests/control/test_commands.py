"""The walk of a command: what is refused, what is written once, and which of five ends it comes to."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from orcplant.control.gates import SUPERVISOR, WRITES_A_MINUTE
from orcplant.control.journal import Kind
from orcplant.control.link import (
    BadAnswerError,
    DeviceExceptionError,
    Fault,
    LinkError,
    LinkLostError,
    NoAnswerError,
)
from orcplant.control.users import IDLE_S, AccessError
from orcplant.live import Authority, CommandOutcome, CommandRequest, CommandState, Origin, Role, Scalar
from orcplant.tags import Table, TagTable, load_table
from tests.control.house import PASSWORD, House, opened
from tests.control.plc import ALL, Rig, make_device, make_rig

VERIFIED, CLAMPED, REFUSED, REJECTED, UNCONFIRMED = (
    CommandState.VERIFIED, CommandState.CLAMPED, CommandState.REFUSED, CommandState.REJECTED,
    CommandState.UNCONFIRMED,
)  # fmt: skip


def codes(outcome: CommandOutcome) -> set[str]:
    return {refusal.code for refusal in outcome.refusals}


async def test_a_setpoint_is_verified_by_what_the_device_accepted(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        told: list[CommandState] = []
        house.commands.on_outcome(lambda outcome: told.append(outcome.state))
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state is VERIFIED and outcome.refusals == ()
        assert outcome.seen is not None and outcome.seen.scalar == 620.0
        assert house.rig.plc.wrote() == ["U01.POWER_SP"]
        assert told == [CommandState.ACCEPTED, VERIFIED]
        entries = [e for e in await house.journal.recent(3) if e.reference == outcome.command_id]
        assert [e.kind for e in entries] == [Kind.OUTCOME, Kind.COMMAND]
        assert entries[1].detail["value"] == 620.0 and entries[0].detail["state"] == "verified"
        assert list(house.commands.recent) == [outcome]


async def test_a_clamped_setpoint_says_where_the_device_stands(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        house.rig.plc.accept = lambda value: min(value, 500.0)
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state is CLAMPED and outcome.text.en == "the device holds 500 kW"
        # Clamped to where it stood already: seen only when time is up.
        outcome = await house.command("U01.POWER_SP", 700.0)
        assert outcome.state is CLAMPED and outcome.seen is not None and outcome.seen.scalar == 500.0


async def test_a_write_that_is_not_taken_is_unconfirmed(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        house.rig.plc.accept = lambda _: None
        started = house.clock.monotonic()
        tag = house.rig.device.table["U01.POWER_SP"]

        def forget(act: str, table: Table, address: int) -> LinkError | None:
            if (act, table, address) == ("write", tag.table, tag.address):
                house.rig.plc.put("POWER_SP", 0.0)  # the PLC lets its register fall back
            return None

        house.rig.link.after = forget
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state is UNCONFIRMED and outcome.text.en == "not confirmed within 5 s"
        assert outcome.seen is not None and outcome.seen.scalar == 0.0
        assert house.clock.monotonic() - started == pytest.approx(5.0)
        assert house.rig.plc.wrote() == ["U01.POWER_SP"]


async def test_a_device_that_accepts_late_is_verified_and_not_clamped(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        plc, at = house.rig.plc, house.clock.monotonic() + 3.0
        plc.accept = lambda _: None

        def later(*_: object) -> LinkError | None:
            if house.clock.monotonic() >= at:
                plc.put("POWER_SP_ACCEPTED", 620.0)
            return None

        house.rig.link.before = later
        assert (await house.command("U01.POWER_SP", 620.0)).state is VERIFIED


async def test_a_parameter_without_effect_to_watch_is_read_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        outcome = await house.command("U01.START_INHIBIT", True)
        assert outcome.state is VERIFIED and "read back" in outcome.text.en
        await house.control.release(house.operator)
        await house.control.take(house.engineer)
        outcome = await house.command("U01.BRINE_T_OUT_MIN", 61.26, house.engineer)
        assert outcome.state is VERIFIED  # 61.3 in a register of tenths
        assert outcome.seen is not None and outcome.seen.scalar == pytest.approx(61.3)


async def test_without_a_register_for_it_the_accepted_value_is_not_waited_for(tmp_path: Path) -> None:
    async with opened(tmp_path, make_device(capabilities=ALL - {"accepted_setpoint"})) as house:
        house.rig.plc.accept = lambda _: None
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state is VERIFIED and "read back" in outcome.text.en


async def test_a_start_goes_out_with_its_number_in_one_write(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        house.rig.plc.put("CMD_SEQ_ACK", 65535.0)
        outcome = await house.command("U01.CMD", "start")
        assert outcome.state is VERIFIED
        writes = [write for write in house.rig.plc.writes if write[2] != b"" and write[1] == 0]
        assert writes == [(Table.HOLDING, 0, b"\0\0\0\1")]  # number 0 after 65535, command 1
        outcome = await house.command("U01.CMD", 2)
        assert outcome.state is VERIFIED and house.rig.plc.get("CMD_SEQ_ACK") == 1.0


async def test_the_same_command_twice_is_verified_by_its_number(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        for _ in range(2):
            assert (await house.command("U01.CMD", "stop")).state is VERIFIED
        assert house.rig.plc.get("CMD_SEQ_ACK") == 2.0


async def test_without_numbers_the_same_command_twice_proves_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, make_device(capabilities=ALL - {"sequence"})) as house:
        assert (await house.command("U01.CMD", "stop")).state is VERIFIED
        outcome = await house.command("U01.CMD", "stop")
        assert outcome.state is UNCONFIRMED and "proves nothing" in outcome.text.en


@pytest.mark.parametrize(
    "result", ["refused_authority", "refused_permissive", "refused_state", "unknown_command"]
)
async def test_a_command_the_plc_refuses_is_rejected_by_name(tmp_path: Path, result: str) -> None:
    async with opened(tmp_path) as house:
        house.rig.plc.result = result
        outcome = await house.command("U01.CMD", "stop")
        assert outcome.state is REJECTED and outcome.text.en == f"the device answered: {result}"


async def test_a_number_taken_by_a_second_master_is_rejected(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:

        async def another_master() -> None:
            house.rig.plc.put("CMD_SEQ_ACK", 7.0)

        house.rig.link.turn = another_master
        outcome = await house.command("U01.CMD", "stop")
        assert outcome.state is REJECTED and outcome.text.en == "the device answered: refused_sequence"


@pytest.mark.parametrize("code", [1, 2, 3, 6, 7, 8, 10])
async def test_an_exception_that_says_no_is_rejected(tmp_path: Path, code: int) -> None:
    async with opened(tmp_path) as house:
        house.rig.link.before = lambda act, *_: DeviceExceptionError(code, "x") if act == "write" else None
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state is REJECTED and outcome.text.en == f"the device answered with exception {code}"


UNSURE = [DeviceExceptionError(code, "x") for code in (4, 5, 11, 0x63)] + [
    NoAnswerError("x"),
    LinkLostError("x"),
    BadAnswerError(Fault.ECHO, "x"),
]


@pytest.mark.parametrize("error", UNSURE)
@pytest.mark.parametrize("acted", [True, False])
async def test_after_an_unsure_answer_the_plant_is_looked_at(
    tmp_path: Path, error: LinkError, acted: bool
) -> None:
    async with opened(tmp_path) as house:
        sent: list[int] = []

        def fail(act: str, _table: Table, address: int) -> LinkError | None:
            if act == "write":
                sent.append(address)
                return error
            return None

        setattr(house.rig.link, "after" if acted else "before", fail)
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state is (VERIFIED if acted else UNCONFIRMED)
        assert len(sent) == 1  # never a second time


async def test_a_link_lost_for_good_leaves_a_command_unconfirmed(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:

        def lose(act: str, *_: object) -> LinkError | None:
            if act == "write":
                house.rig.link.lose()
                return LinkLostError("x")
            return None

        house.rig.link.after = lose
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state is UNCONFIRMED and outcome.seen is None
        before = len(house.rig.plc.writes)
        await house.rig.poll(5)  # the link is back: nothing was queued for it
        assert [write for write in house.rig.plc.writes[before:] if write[1] != 2] == []


async def test_a_restart_while_a_command_is_watched_leaves_it_unconfirmed_and_disarms(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.control.arm(house.operator, ["U01"])
        house.rig.plc.accept = lambda _: None
        request = house.request("U01.POWER_SP", 620.0, origin=Origin.AUTOMATIC)
        first = await house.commands.submit(request, SUPERVISOR)
        while not house.clock.sleepers:
            await asyncio.sleep(0)
        house.rig.plc.start()
        await house.rig.poll()
        outcome = await house.commands.result(first.command_id)
        assert outcome.state is UNCONFIRMED and outcome.text.en == "the device restarted meanwhile"
        assert house.control.armed == frozenset()
        again = await house.carried_out(
            house.request("U01.POWER_SP", 620.0, origin=Origin.AUTOMATIC), SUPERVISOR
        )
        assert codes(again) >= {"not_armed", "map"}  # no automatic restart


async def spoil_range(house: House[Rig]) -> CommandRequest:
    return house.request("U01.POWER_SP", 6001.0)


async def spoil_nan(house: House[Rig]) -> CommandRequest:
    return house.request("U01.POWER_SP", math.nan)


async def spoil_enum_nan(house: House[Rig]) -> CommandRequest:
    return house.request("U01.CMD", math.nan)


async def spoil_unknown(house: House[Rig]) -> CommandRequest:
    return house.request("U09.POWER_SP", 1.0)


async def spoil_reading(house: House[Rig]) -> CommandRequest:
    return house.request("U01.POWER_NET", 1.0)


async def spoil_own(house: House[Rig]) -> CommandRequest:
    return house.request("U01.CMD_SEQ", 1.0)


async def spoil_expired(house: House[Rig]) -> CommandRequest:
    return house.request("U01.POWER_SP", 620.0, ago=10.1)


async def spoil_life(house: House[Rig]) -> CommandRequest:
    return house.request("U01.POWER_SP", 620.0, life=11.0)


async def spoil_future(house: House[Rig]) -> CommandRequest:
    return house.request("U01.POWER_SP", 620.0, ago=-2.1)


async def spoil_nan_time(house: House[Rig]) -> CommandRequest:
    return house.request("U01.POWER_SP", 620.0, ago=math.nan)


async def spoil_key(house: House[Rig]) -> CommandRequest:
    return house.request("U01.POWER_SP", 620.0, key="")


async def spoil_origin(house: House[Rig]) -> CommandRequest:
    return house.request("U01.POWER_SP", 620.0, origin=Origin.AUTOMATIC)


async def spoil_session(house: House[Rig]) -> CommandRequest:
    house.clock.advance(IDLE_S + 1.0)
    await house.rig.poll()
    return house.request("U01.POWER_SP", 620.0)


async def spoil_control(house: House[Rig]) -> CommandRequest:
    await house.control.release(house.operator)
    return house.request("U01.POWER_SP", 620.0)


async def spoil_role(house: House[Rig]) -> CommandRequest:
    return house.request("U01.FALLBACK_POWER", 100.0)


async def spoil_auto(house: House[Rig]) -> CommandRequest:
    await house.control.arm(house.operator, ["U01"])
    return house.request("U01.POWER_SP", 620.0)


async def spoil_link(house: House[Rig]) -> CommandRequest:
    house.rig.link.lose()
    return house.request("U01.POWER_SP", 620.0)


async def spoil_silence(house: House[Rig]) -> CommandRequest:
    house.rig.link.before = lambda *_: NoAnswerError("x")
    await house.rig.poll()
    return house.request("U01.POWER_SP", 620.0)


async def spoil_age(house: House[Rig]) -> CommandRequest:
    house.clock.advance(4.0)
    return house.request("U01.POWER_SP", 620.0)


async def spoil_map(house: House[Rig]) -> CommandRequest:
    house.rig.plc.put("MAP_VERSION", 7.0)
    house.rig.link.lose()
    await house.rig.poll()
    return house.request("U01.POWER_SP", 620.0)


async def spoil_stopped(house: House[Rig]) -> CommandRequest:
    for _ in range(6):
        house.clock.advance(1.0)
        await house.rig.poller.poll_once()
    return house.request("U01.POWER_SP", 620.0)


async def spoil_local(house: House[Rig]) -> CommandRequest:
    house.rig.plc.put("AUTHORITY", "local")
    await house.rig.poll()
    return house.request("U01.POWER_SP", 620.0)


async def spoil_fallback(house: House[Rig]) -> CommandRequest:
    house.rig.plc.put("AUTHORITY", "local_fallback")
    await house.rig.poll()
    return house.request("U01.POWER_SP", 620.0)


async def spoil_brine(house: House[Rig]) -> CommandRequest:
    house.rig.plc.put("PERMISSIVES", (2**11 - 1) & ~2)
    await house.rig.poll()
    return house.request("U01.CMD", "start")


async def spoil_gas(house: House[Rig]) -> CommandRequest:
    house.rig.plc.put("GAS_ALARM", True)
    await house.rig.poll()
    return house.request("U01.CMD", "start")


async def spoil_running(house: House[Rig]) -> CommandRequest:
    house.rig.plc.put("STATE", "running")
    await house.rig.poll()
    return house.request("U01.CMD", "start")


async def spoil_state_quality(house: House[Rig]) -> CommandRequest:
    house.rig.plc.put("PERMISSIVES", 2**11 - 1)
    tag = house.rig.device.table["U01.STATE"]
    house.rig.plc.memory.write(tag.table, tag.address, b"\0\x63")
    await house.rig.poll()
    return house.request("U01.CMD", "start")


async def spoil_limit(house: House[Rig]) -> CommandRequest:
    await house.users.confirm(house.engineer, PASSWORD)
    await house.limits.set(house.engineer, "U01.POWER_SP", 0.0, 600.0)
    return house.request("U01.POWER_SP", 620.0)


SPOILERS: dict[str, Callable[[House[Rig]], Awaitable[CommandRequest]]] = {
    "range": spoil_range,
    "value": spoil_nan,
    "value ": spoil_enum_nan,
    "tag": spoil_unknown,
    "writable": spoil_reading,
    "writable ": spoil_own,
    "expired": spoil_expired,
    "life": spoil_life,
    "clock": spoil_future,
    "expired ": spoil_nan_time,
    "key": spoil_key,
    "origin": spoil_origin,
    "session": spoil_session,
    "control": spoil_control,
    "role": spoil_role,
    "auto": spoil_auto,
    "link": spoil_link,
    "link ": spoil_silence,
    "quality": spoil_age,
    "map": spoil_map,
    "quality ": spoil_stopped,
    "remote": spoil_local,
    "remote ": spoil_fallback,
    "U01.brine_available": spoil_brine,
    "U01.gas_clear": spoil_gas,
    "U01.state_stopped_or_ready": spoil_running,
    "U01.state_stopped_or_ready ": spoil_state_quality,
    "range ": spoil_limit,
}


@pytest.mark.parametrize("code", SPOILERS)
async def test_every_gate_refuses_by_name_and_sends_nothing(tmp_path: Path, code: str) -> None:
    async with opened(tmp_path) as house:
        request = await SPOILERS[code](house)
        outcome = await house.carried_out(request, house.operator)
        assert outcome.state is REFUSED and outcome.text.en == "nothing was sent"
        assert code.strip() in codes(outcome)
        for refusal in outcome.refusals:
            for text in (refusal.text, refusal.clears):
                assert text.en and any("\u4e00" <= character <= "\u9fff" for character in text.zh), refusal
        assert house.rig.plc.wrote() == []
        entry = (await house.journal.recent(1))[0]
        assert entry.kind is Kind.OUTCOME and code.strip() in entry.detail["refusals"]


async def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        house.rig.plc.put("AUTHORITY", "local")
        house.rig.plc.put("PERMISSIVES", 0)
        await house.rig.poll()
        outcome = await house.carried_out(
            house.request("U01.CMD", "start", ago=20.0), house.sessions[Role.VIEWER]
        )
        assert {"expired", "role", "control", "remote", "U01.brine_available", "U01.lube_ok"} <= codes(
            outcome
        )


async def test_a_read_only_core_refuses_everything(tmp_path: Path) -> None:
    async with opened(tmp_path, is_read_only=True) as house:
        assert "read_only" in codes(await house.command("U01.POWER_SP", 620.0))
        assert house.rig.plc.writes == []


async def test_nothing_runs_by_itself_until_an_operator_arms_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        wish = house.request("U01.POWER_SP", 620.0, origin=Origin.AUTOMATIC)
        assert codes(await house.carried_out(wish, SUPERVISOR)) == {"not_armed"}
        await house.control.arm(house.operator, ["U01"])
        wish = house.request("U01.POWER_SP", 620.0, origin=Origin.AUTOMATIC)
        assert (await house.carried_out(wish, SUPERVISOR)).state is VERIFIED
        wish = house.request("U01.POWER_SP", 630.0, origin=Origin.DISPATCH)
        assert codes(await house.carried_out(wish, SUPERVISOR)) == {"dispatch"}
        await house.control.set_authority(house.operator, Authority.DISPATCH)
        wish = house.request("U01.POWER_SP", 640.0, origin=Origin.DISPATCH)
        assert (await house.carried_out(wish, SUPERVISOR)).state is VERIFIED


async def test_a_stop_by_hand_takes_the_device_out_of_auto(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.control.arm(house.operator, ["U01"])
        assert (await house.command("U01.CMD", "stop")).state is VERIFIED
        assert house.control.armed == frozenset()
        await house.control.noted()
        assert "commanded by hand: U01.CMD" in {e.detail.get("why") for e in await house.journal.recent()}


async def test_a_map_without_a_result_register_is_verified_by_number_and_state(tmp_path: Path) -> None:
    whole = load_table("orc_unit")
    table = TagTable(whole.type, tuple(tag for tag in whole if tag.name != "CMD_RESULT"), whole.fingerprint)
    rig = make_rig(make_device(table=table))
    async with opened(tmp_path, rig=rig) as house:
        assert (await house.command("U01.CMD", "stop")).state is VERIFIED


async def test_commands_keep_a_session_alive(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        for number in range(4):
            await house.rig.poll(every=IDLE_S - 10.0)
            await house.rig.poll()
            assert (await house.command("U01.POWER_SP", 600.0 + number)).state is VERIFIED


async def test_take_remote_needs_no_remote(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        house.rig.plc.put("AUTHORITY", "local_fallback")
        await house.rig.poll()
        assert (await house.command("U01.CMD", "take_remote")).state is VERIFIED
        house.rig.plc.put("LOCAL_SWITCH", True)
        await house.rig.poll()
        assert codes(await house.command("U01.CMD", "take_remote")) == {"U01.switch_remote"}


async def test_a_bypass_lifts_what_may_be_lifted_for_a_time(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        house.rig.plc.put("PERMISSIVES", (2**11 - 1) & ~(2 | 16))  # no brine, gas
        await house.rig.poll()
        await house.users.confirm(house.engineer, PASSWORD)
        await house.limits.bypass(house.engineer, "U01.brine_available", for_s=30.0)
        for condition in ("U01.gas_clear", "U01.estop_released", "U01.nonsense", "U09.brine_available", ""):
            with pytest.raises(AccessError, match="no condition that may be bypassed"):
                await house.limits.bypass(house.engineer, condition, for_s=30.0)
        await house.limits.bypass(house.engineer, "U01.state_stopped_or_ready", for_s=0.0)
        house.limits.is_bypassed = lambda _: True  # type: ignore[assignment, method-assign]
        assert codes(await house.command("U01.CMD", "start")) == {"U01.gas_clear"}  # whatever is bypassed
        del house.limits.is_bypassed
        house.rig.plc.put("PERMISSIVES", (2**11 - 1) & ~2)
        await house.rig.poll()
        assert (await house.command("U01.CMD", "start")).state is VERIFIED
        await house.rig.poll(30)
        assert codes(await house.command("U01.CMD", "start")) == {"U01.brine_available"}


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda house: house.clock.step_utc(11.0), "expired"),
        (lambda house: house.rig.plc.put("AUTHORITY", "local"), "remote"),
        (lambda house: house.rig.plc.put("BOOT_ID", 9.0), "restarted"),
        (lambda house: setattr(house.rig.link, "before", lambda *_: NoAnswerError("x")), "link"),
    ],
)
async def test_a_gate_that_closes_while_the_write_waits_its_turn_still_stops_it(
    tmp_path: Path, spoil: Callable[[House[Rig]], object], code: str
) -> None:
    async with opened(tmp_path) as house:

        async def meanwhile() -> None:
            house.rig.link.turn = nothing
            spoil(house)
            await house.rig.poller.poll_once()

        async def nothing() -> None:
            pass

        house.rig.link.turn = meanwhile
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert house.rig.plc.wrote() == []
        if code != "link":  # there the write itself meets the silence
            assert outcome.state is REFUSED and code in codes(outcome)


async def test_nothing_goes_out_over_another_connection_than_it_was_accepted_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:

        async def reconnect() -> None:
            house.rig.link.turn = at_once
            house.rig.link.lose()
            await house.rig.poll()

        house.rig.link.turn = reconnect
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state is REFUSED and codes(outcome) == {"reconnected"}
        assert house.rig.plc.wrote() == []
        assert (await house.command("U01.POWER_SP", 620.0)).state is VERIFIED


async def test_a_wall_clock_set_back_does_not_keep_a_command_alive(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:

        async def wait() -> None:
            house.rig.link.turn = at_once
            await house.rig.poll(11)
            house.clock.step_utc(-10.0)  # by the wall clock one second old

        house.rig.link.turn = wait
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state is REFUSED and codes(outcome) == {"expired"}
        assert house.rig.plc.wrote() == []


async def at_once() -> None:
    pass


async def test_between_a_connection_and_the_end_of_its_first_poll_nothing_is_sent(tmp_path: Path) -> None:
    # Without a boot number a new connection is a restart, and that is told once all is read.
    async with opened(tmp_path, make_device(capabilities=ALL - {"signature"})) as house:
        rig = house.rig
        await house.control.arm(house.operator, ["U01"])
        rig.link.lose()
        seen: list[set[str]] = []
        reading = rig.link.read

        async def read(table: Table, address: int, count: int) -> bytes:
            payload = await reading(table, address, count)
            if not rig.poller.is_read_only:  # the map was looked at
                request = house.request("U01.FAN_DEICE", True, origin=Origin.AUTOMATIC)
                seen.append(codes(await house.commands.submit(request, SUPERVISOR)))
            return payload

        rig.link.read = read  # type: ignore[method-assign]
        await rig.poll()
        assert seen and all("unread" in found for found in seen)
        assert rig.plc.wrote() == [] and house.control.armed == frozenset()


async def test_remote_control_never_returns_by_itself(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.control.arm(house.operator, ["U01"])
        house.rig.plc.put("AUTHORITY", "local_fallback")
        await house.rig.poll()
        for origin in (Origin.AUTOMATIC, Origin.DISPATCH):
            request = house.request("U01.CMD", "take_remote", origin=origin)
            assert "by_operator" in codes(await house.carried_out(request, SUPERVISOR))
        assert house.rig.plc.wrote() == []


async def test_a_stale_number_is_not_counted_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        ack = house.rig.device.table["U01.CMD_SEQ_ACK"]

        def fail(act: str, table: Table, address: int) -> LinkError | None:
            is_ack = (act, table) == ("read", ack.table) and address <= ack.address
            return BadAnswerError(Fault.LENGTH, "x") if is_ack else None

        house.rig.link.before = fail
        outcome = await house.command("U01.CMD", "start")
        assert outcome.state is REFUSED and house.rig.plc.wrote() == []


async def test_what_the_device_did_not_answer_with_is_no_clamp(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.command("U01.POWER_SP", 500.0)
        plc, tag = house.rig.plc, house.rig.device.table["U01.POWER_SP_ACCEPTED"]
        plc.accept = lambda _: None

        def fail(act: str, table: Table, address: int) -> LinkError | None:
            if act == "write":
                house.rig.link.before = no_answer
            return None

        def no_answer(act: str, table: Table, address: int) -> LinkError | None:
            is_shown = (act, table) == ("read", tag.table) and address <= tag.address
            return DeviceExceptionError(4, "x") if is_shown else None

        house.rig.link.before = fail
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state is UNCONFIRMED and outcome.seen is None


async def test_a_handed_over_control_stops_a_command_on_its_way(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:

        async def hand_over() -> None:
            await house.control.ask(house.engineer)
            await house.control.answer(house.operator, yes=True)

        house.rig.link.turn = hand_over
        outcome = await house.command("U01.POWER_SP", 620.0)
        assert outcome.state is REFUSED and codes(outcome) == {"control"}
        assert house.rig.plc.wrote() == []


async def test_without_a_journal_nothing_is_sent(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        database = house.journal._database  # noqa: SLF001
        await database.run(lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchall())
        outcome = await house.command("U01.POWER_SP", 620.0)
        while outcome.state is not REFUSED:  # what is left of the last page
            outcome = await house.command("U01.POWER_SP", 620.0)
        assert codes(outcome) == {"journal"}
        wrote = house.rig.plc.wrote()
        assert codes(await house.command("U01.POWER_SP", 630.0)) == {"journal"}
        assert house.rig.plc.wrote() == wrote


async def test_a_second_command_to_a_tag_waits_for_the_first(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        first = house.request("U01.POWER_SP", 620.0)
        await house.commands.submit(first, house.operator)
        second = await house.commands.submit(house.request("U01.POWER_SP", 630.0), house.operator)
        assert codes(second) == {"busy"}
        assert (await house.carried_out(first, house.operator)).state is VERIFIED  # the same key: its outcome


async def test_a_replayed_key_is_not_carried_out_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        request = house.request("U01.CMD", "stop")
        first = await house.carried_out(request, house.operator)
        assert await house.carried_out(request, house.operator) == first
        other = await house.commands.submit(
            house.request("U01.CMD", "start", key=request.key), house.operator
        )
        assert codes(other) == {"replayed"}
        another = await house.commands.submit(request, house.engineer)
        assert codes(another) == {"replayed"}
        assert house.rig.plc.get("CMD_SEQ_ACK") == 1.0


async def test_a_wall_clock_set_back_revives_no_command(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        request = house.request("U01.CMD", "stop")
        first = await house.carried_out(request, house.operator)
        await house.rig.poll(120)
        house.clock.step_utc(-120.0)
        assert await house.carried_out(request, house.operator) == first
        assert house.rig.plc.get("CMD_SEQ_ACK") == 1.0


async def test_a_storm_of_commands_is_limited(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        house.rig.plc.put("POWER_SP_ACCEPTED", 1.0)
        for number in range(WRITES_A_MINUTE):
            assert (await house.command("U01.POWER_SP", 100.0 + number)).state is VERIFIED
        assert codes(await house.command("U01.POWER_SP", 500.0)) == {"rate"}
        await house.rig.poll(60)
        assert (await house.command("U01.POWER_SP", 500.0)).state is VERIFIED


async def test_a_restarted_core_closes_what_was_open_and_sends_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.journal.append(
            Kind.COMMAND, "li", "U01.CMD", reference="lost", key="k-lost", value="start", origin="operator"
        )
    rig = make_rig(clock=house.clock)
    async with opened(tmp_path, rig=rig) as house:
        entry = next(e for e in await house.journal.recent() if e.reference == "lost")
        assert (entry.kind, entry.detail["state"]) == (Kind.OUTCOME, "unconfirmed")
        assert await house.journal.open_intents() == []
        assert house.control.armed == frozenset() and house.control.authority is Authority.PLANT
        replayed = await house.commands.submit(
            house.request("U01.CMD", "start", key="k-lost"), house.operator
        )
        assert codes(replayed) == {"replayed"}
        await rig.poll(3)
        assert rig.plc.wrote() == []


async def test_a_broken_journal_makes_the_core_read_only(tmp_path: Path) -> None:
    import sqlite3

    async with opened(tmp_path) as house:
        await house.command("U01.POWER_SP", 620.0)
    connection = sqlite3.connect(tmp_path / "journal.sqlite")
    connection.execute("DROP TRIGGER journal_no_update")
    connection.execute("UPDATE journal SET actor = 'nobody' WHERE number = 2")
    connection.commit()
    connection.close()
    async with opened(tmp_path) as house:
        outcome = await house.command("U01.POWER_SP", 630.0)
        assert codes(outcome) == {"journal_broken"} and "entry 2" in outcome.refusals[0].text.en


async def test_closing_the_core_leaves_no_intent_open(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        house.rig.plc.accept = lambda _: None
        first = await house.commands.submit(house.request("U01.POWER_SP", 620.0), house.operator)
        while not house.clock.sleepers:
            await asyncio.sleep(0)
        await house.commands.close()
        assert (await house.commands.result(first.command_id)).state is UNCONFIRMED
        assert await house.journal.open_intents() == []


async def test_foreign_writes_are_noticed_and_own_ones_are_not(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.command("U01.POWER_SP", 620.0)
        await house.command("U01.CMD", "stop")
        await house.rig.poll(2)
        assert house.foreign.found == []
        house.rig.plc.put("POWER_SP", 100.0)
        await house.rig.poll(2)
        assert house.foreign.found == ["U01.POWER_SP"]
        await house.foreign.noted()
        entry = next(e for e in await house.journal.recent() if e.kind is Kind.DEVICE)
        assert (entry.subject, entry.detail["before"], entry.detail["after"]) == (
            "U01.POWER_SP",
            620.0,
            100.0,
        )
        house.rig.plc.put("AUTHORITY", "local")
        await house.rig.poll()
        house.rig.plc.put("POWER_SP", 50.0)  # the panel
        await house.rig.poll(2)
        house.rig.plc.put("AUTHORITY", "remote")
        await house.rig.poll(2)
        assert house.foreign.found == ["U01.POWER_SP"]


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("wellfield", "open_production"),
        ("heating_station", "start"),
        ("water_station", "start_dosing"),
        ("substation", "close_breaker"),
    ],
)
async def test_stations_have_conditions_of_their_own(tmp_path: Path, kind: str, command: str) -> None:
    rig = make_rig(make_device("X1", kind))
    states: dict[str, dict[str, Scalar]] = {
        "wellfield": {"PROD_STATE": "closed", "INJ_STATE": "closed"},
        "heating_station": {"STATE": "stopped"},
        "water_station": {"STATE": "stopped"},
        "substation": {"GRID_OK": True},
    }
    for short, value in states[kind].items():
        rig.plc.put(short, value)
    async with opened(tmp_path, rig=rig) as house:
        assert (await house.command("X1.CMD", command)).state is VERIFIED
        short, wrong = next(iter(states[kind].items()))
        rig.plc.put(short, not wrong if isinstance(wrong, bool) else 2)
        await rig.poll()
        assert (await house.command("X1.CMD", command)).state is REFUSED
