from collections.abc import Callable
from dataclasses import replace

import pytest

from orcplant.hmi.viewmodels import command
from orcplant.hmi.viewmodels.command import Action, Draft, Stage, dialog_view
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.hmi.viewmodels.store import ControlRead, ControlState, OutcomeRead, Person, PersonRead
from orcplant.live import (
    CommandOutcome,
    CommandRequest,
    CommandState,
    Quality,
    Reason,
    Refusal,
    Role,
    Text,
    Value,
)

Look = Callable[..., Reader]


def power(reader: Reader) -> Action:
    return command.unit_actions(reader, "U01")[0]


def outcome(
    request: CommandRequest, state: CommandState, *refusals: Refusal, seen: float | None = None
) -> CommandOutcome:
    value = None if seen is None else Value(seen, Quality.GOOD, Reason.NONE, 0.0, 0.0)
    return CommandOutcome("c1", request, "operator", state, 0.0, Text("words", "话"), refusals, value)


def confirmed(reader: Reader, typed: str = "1900") -> tuple[Draft, CommandRequest]:
    draft = command.review(reader, command.draft(power(reader), reader.now), typed)
    assert draft.stage is Stage.CONFIRM
    sent, request = command.confirm(draft, reader.now + 1.0)
    assert request is not None
    return sent, request


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("3000.5", "3000.5 is above 3000 kW."),
        ("-1", "\u22121 is below 0 kW."),
        ("many", "Not a number."),
        ("nan", "Not a number."),
        ("", "Not a number."),
    ],
)
def test_wrong_value_is_refused_in_the_field_with_its_limit(look: Look, typed: str, error: str) -> None:
    reader = look("normal")
    draft = command.review(reader, command.draft(power(reader), reader.now), typed)
    assert draft.stage is Stage.VALUE
    assert draft.error == error


def test_value_goes_to_confirm_and_becomes_one_request(look: Look) -> None:
    reader = look("normal")
    sent, request = confirmed(reader)
    assert sent.stage is Stage.PENDING
    assert (request.tag, request.value, request.life) == ("U01.POWER_SP", 1900.0, 10.0)
    assert request.issued_time == reader.now + 1.0
    again, second = command.confirm(sent, reader.now + 1.1)
    assert second is None and again == sent  # a second press makes no second command


def test_review_expires_after_a_minute(look: Look) -> None:
    reader = look("normal")
    draft = command.review(reader, command.draft(power(reader), reader.now), "1900")
    assert not draft.is_expired(reader.now + 59.9)
    assert draft.is_expired(reader.now + 60.0)
    assert command.confirm(draft, reader.now + 60.0)[1] is None
    late = replace(reader, now=reader.now + 61.0)
    assert not dialog_view(late, draft).may_confirm


def test_start_and_stop_skip_the_value_and_reset_asks_what_was_inspected(look: Look) -> None:
    reader = look("alarms")
    actions = {action.name: action for action in command.unit_actions(reader, "U05")}
    assert command.draft(actions["start"], reader.now).stage is Stage.CONFIRM
    reset = command.draft(actions["reset"], reader.now)
    assert reset.stage is Stage.VALUE
    assert command.review(reader, reset, "  ").error == "Say what was inspected."
    reviewed = command.review(reader, reset, "bearing")
    assert reviewed.stage is Stage.CONFIRM and reviewed.value == "reset_trip"


def test_pending_leaves_the_shown_value_alone_and_locks_the_tag(look: Look) -> None:
    reader = look("normal")
    before = reader.shown("U01.POWER_SP")
    sent, request = confirmed(reader)
    reader.store.apply(OutcomeRead(outcome(request, CommandState.ACCEPTED)))
    assert reader.shown("U01.POWER_SP") == before
    assert command.blocked(reader, "U01.POWER_SP") == "a command is pending"
    assert command.blocked(reader, "U01.CMD") == ""
    view = dialog_view(reader, sent)
    assert view.state is CommandState.ACCEPTED and "POWER_SP_ACCEPTED" in view.says[0]


REFUSAL = Refusal("range", Text("too high", "过高"), Text("ask for less", "降低"))


@pytest.mark.parametrize("state", [state for state in CommandState if state.is_end])
def test_every_outcome_is_told_and_only_verified_closes(look: Look, state: CommandState) -> None:
    reader = look("normal")
    sent, request = confirmed(reader)
    refusals = (REFUSAL, REFUSAL) if state is CommandState.REFUSED else ()
    ended = command.follow(sent, outcome(request, state, *refusals, seen=1890.0), reader.now)
    assert ended.stage is Stage.OUTCOME
    assert ended.closes(reader.now + 4.0) is (state is CommandState.VERIFIED)
    assert not ended.closes(reader.now + 3.9)
    view = dialog_view(reader, ended)
    assert view.state is state and not view.may_confirm
    if state is CommandState.REFUSED:
        assert view.says == ("Nothing was sent to the PLC.",)
        assert [check.text for check in view.checks] == ["too high", "too high"]
        assert view.clears == ("ask for less",)
        assert [mark[0] for mark in view.marks][3] == "not sent" and view.marks[3][1] is False
    else:
        assert any("1890" in line for line in view.says)
    if state is CommandState.UNCONFIRMED:
        assert "not repeated" in view.says[0]


def test_outcome_of_another_command_changes_nothing(look: Look) -> None:
    reader = look("normal")
    sent, request = confirmed(reader)
    other = outcome(replace(request, key="other"), CommandState.VERIFIED)
    assert command.follow(sent, other, reader.now) == sent
    fresh = command.draft(power(reader), reader.now)
    assert (
        command.follow(fresh, outcome(replace(request, key=""), CommandState.VERIFIED), reader.now) == fresh
    )


def test_buttons_say_why_they_are_disabled(look: Look) -> None:
    reader = look("normal")
    assert command.unit_actions(reader, "U01")[3].blocked == "no trip"
    reader.store.apply(ControlRead(ControlState("op-02", "Desk 2")))
    assert power(reader).blocked == "this desk has no control"
    reader.store.apply(PersonRead(Person("guest", Role.VIEWER)))
    assert power(reader).blocked == "log in as an operator"
    assert power(replace(reader, now=reader.now + 10.0)).blocked == "no control core"


def test_lost_device_takes_no_command(look: Look) -> None:
    reader = look("device-lost")
    assert all(action.blocked for action in command.unit_actions(reader, "U03"))
    failed = [line.text for line in command.checks(reader, "U03.POWER_SP") if line.holds is not True]
    assert failed == ["Quality of U03.POWER_SP_ACCEPTED", "Device in remote"]


def test_footer_tells_the_last_command(look: Look) -> None:
    reader = look("normal")
    assert command.last_command(reader) == "No command yet"
    _, request = confirmed(reader)
    reader.store.apply(OutcomeRead(outcome(request, CommandState.VERIFIED)))
    assert command.last_command(reader).startswith("Last command   U01 Net power setpoint 1900 kW")
    assert command.last_command(reader).endswith("VERIFIED")
