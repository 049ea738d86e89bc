"""Who has control, hand-over, AUTO, limits and bypasses."""

import asyncio
from pathlib import Path

import pytest

from orcplant.control.authority import ANSWER_S
from orcplant.control.journal import Kind
from orcplant.control.limits import MAX_BYPASS_S
from orcplant.control.users import IDLE_S, AccessError
from orcplant.live import Authority, CommandState, Role
from tests.control.house import PASSWORD, House, opened
from tests.control.plc import Rig


async def test_one_session_has_control_and_hands_it_over_when_asked(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        control = house.control
        with pytest.raises(AccessError, match="operator has control; ask for it"):
            await control.take(house.engineer)
        await control.ask(house.engineer)
        assert control.asker == house.engineer
        with pytest.raises(AccessError, match="engineer is asking for control already"):
            await control.ask(house.sessions[Role.ADMIN])
        await control.answer(house.operator, yes=False)
        assert control.holds(house.operator) and control.asker is None
        await control.ask(house.engineer)
        await control.answer(house.operator, yes=True)
        assert control.holds(house.engineer)
        acts = [e.detail["act"] for e in await house.journal.recent(4) if e.kind is Kind.CONTROL]
        assert acts == ["handed over by operator", "asked", "kept", "asked"]


async def test_who_does_not_answer_loses_control_to_who_asked(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.control.ask(house.engineer)
        with pytest.raises(AccessError):
            await house.control.take(house.engineer)
        house.clock.advance(ANSWER_S)
        with pytest.raises(AccessError):
            await house.control.take(house.sessions[Role.ADMIN])  # did not ask
        await house.control.take(house.engineer)
        assert house.control.holds(house.engineer)


async def test_a_session_that_ended_has_no_control(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        house.clock.advance(IDLE_S + 1.0)
        assert house.control.holder is None
        fresh = await house.users.login("engineer", PASSWORD)
        await house.control.take(fresh)
        assert house.control.holds(fresh)


async def test_a_viewer_has_no_control_and_an_engineer_may_force_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        for act in (house.control.take, house.control.ask, house.control.force):
            with pytest.raises(AccessError, match="is a viewer, at least operator is needed"):
                await act(house.sessions[Role.VIEWER])
        with pytest.raises(AccessError, match="given the password again"):
            await house.control.force(house.engineer)
        await house.users.confirm(house.engineer, PASSWORD)
        await house.control.force(house.engineer)
        assert house.control.holds(house.engineer)


async def test_taking_what_one_has_silences_no_one_who_asks(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await house.control.ask(house.engineer)
        await house.control.take(house.operator)
        assert house.control.asker == house.engineer
        house.clock.advance(31.0)
        await house.control.take(house.engineer)
        assert house.control.holds(house.engineer)


async def test_only_who_has_control_arms_and_anything_disarms(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        with pytest.raises(AccessError, match="engineer is not in control"):
            await house.control.arm(house.engineer, ["U01"])
        with pytest.raises(AccessError, match="'U99' is not known"):
            await house.control.arm(house.operator, ["U01", "U99"])
        assert house.control.armed == frozenset()
        await house.control.arm(house.operator, ["U01"])
        with pytest.raises(AccessError):
            await house.control.set_authority(house.engineer, Authority.DISPATCH)
        house.control.disarm("core", ["U01", "U99"], "test")
        assert house.control.armed == frozenset()
        await house.control.noted()
        assert (await house.journal.recent(1))[0].detail == {"act": "disarmed", "why": "test"}


async def test_who_loses_control_while_arming_arms_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        arming = asyncio.create_task(house.control.arm(house.operator, ["U01"]))
        await asyncio.sleep(0)  # it waits for the journal
        await house.control.release(house.operator)
        with pytest.raises(AccessError, match="not in control any more"):
            await arming
        assert house.control.armed == frozenset()


async def narrowed(house: House[Rig]) -> None:
    await house.users.confirm(house.engineer, PASSWORD)
    await house.limits.set(house.engineer, "U01.POWER_SP", 0.0, 600.0, for_s=50.0)


async def test_an_override_is_seen_as_a_deviation_and_ends(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        tag = house.rig.device.table["U01.POWER_SP"]
        assert house.limits.range_of(tag) == (0.0, 6000.0) and house.limits.deviations() == ()
        await narrowed(house)
        assert house.limits.range_of(tag) == (0.0, 600.0)
        assert [d.user for d in house.limits.deviations()] == ["engineer"]
        house.clock.advance(51.0)
        assert house.limits.range_of(tag) == (0.0, 6000.0) and house.limits.deviations() == ()


async def test_a_wall_clock_that_is_set_ends_no_override_and_keeps_no_bypass(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        tag = house.rig.device.table["U01.POWER_SP"]
        await narrowed(house)
        await house.limits.bypass(house.engineer, "U01.lube_ok", for_s=50.0)
        house.clock.step_utc(86400.0)
        assert house.limits.range_of(tag) == (0.0, 600.0) and house.limits.is_bypassed("U01.lube_ok")
        house.clock.step_utc(-2.0 * 86400.0)
        house.clock.advance(51.0)
        assert house.limits.range_of(tag) == (0.0, 6000.0) and not house.limits.is_bypassed("U01.lube_ok")
        assert house.limits.deviations() == ()
    async with opened(tmp_path) as house:  # a clock far behind: no longer than a shift
        house.clock.step_utc(-86400.0)
    async with opened(tmp_path, rig=house.rig) as house:
        house.clock.advance(MAX_BYPASS_S + 1.0)
        assert not house.limits.is_bypassed("U01.lube_ok")


async def test_an_override_outlives_a_restart_and_can_be_cleared(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        await narrowed(house)
        await house.users.confirm(house.engineer, PASSWORD)
        await house.limits.bypass(house.engineer, "U01.lube_ok", for_s=100.0)
    async with opened(tmp_path) as house:
        tag = house.rig.device.table["U01.POWER_SP"]
        assert house.limits.range_of(tag) == (0.0, 600.0)
        assert house.limits.is_bypassed("U01.lube_ok")
        await house.users.confirm(house.engineer, PASSWORD)
        await house.limits.clear(house.engineer, "U01.POWER_SP")
        await house.limits.bypass(house.engineer, "U01.lube_ok", for_s=0.0)
        assert house.limits.deviations() == ()
        assert (await house.command("U01.POWER_SP", 700.0)).state is CommandState.VERIFIED


async def test_limits_ask_for_an_engineer_a_password_and_sense(tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        limits, engineer = house.limits, house.engineer
        for act in (
            limits.set(engineer, "U01.POWER_SP", 0.0, 600.0),
            limits.clear(engineer, "U01.POWER_SP"),
            limits.bypass(engineer, "U01.lube_ok", for_s=10.0),
        ):
            with pytest.raises(AccessError, match="given the password again"):
                await act
        await house.users.confirm(engineer, PASSWORD)
        await house.users.confirm(house.operator, PASSWORD)
        with pytest.raises(AccessError, match="only an engineer"):
            await limits.set(house.operator, "U01.POWER_SP", 0.0, 600.0)
        for tag, lo, hi, text in (
            ("U01.POWER_SP", 0.0, 6001.0, "not within 0 to 6000"),
            ("U01.POWER_SP", 10.0, 10.0, "not within"),
            ("U01.POWER_SP", float("nan"), 10.0, "not within"),
            ("U01.POWER_NET", 0.0, 1.0, "no number that can be written"),
            ("U09.POWER_SP", 0.0, 1.0, "no number that can be written"),
        ):
            with pytest.raises(AccessError, match=text):
                await limits.set(engineer, tag, lo, hi)
        with pytest.raises(AccessError, match="outside 0 to 28800 s"):
            await limits.bypass(engineer, "U01.lube_ok", for_s=MAX_BYPASS_S + 1.0)
        assert limits.deviations() == ()
