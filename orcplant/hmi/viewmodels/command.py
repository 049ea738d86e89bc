"""From what a person types to a command, and from what becomes of it to what the dialog says. No Qt."""

import uuid
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from orcplant.hmi import texts
from orcplant.hmi.viewmodels import numbers
from orcplant.hmi.viewmodels.marks import Indicator
from orcplant.hmi.viewmodels.reader import Reader, Shown
from orcplant.live import (
    MAX_COMMAND_LIFE,
    CommandOutcome,
    CommandRequest,
    CommandState,
    Role,
    Scalar,
    Text,
    device_of,
)

REVIEW_S: Final = 60.0  # how long what was reviewed may be confirmed
CLOSES_AFTER_S: Final = 4.0


class Stage(StrEnum):
    """Stages of the dialog; the first, Select, is the click that opened it."""

    VALUE = "value"
    CONFIRM = "confirm"
    PENDING = "pending"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Action:
    """A button: what it sets, and why not now, if it cannot.

    Attributes
    ----------
    key : str
        Letter that presses it.
    tag : str
        Tag it sets.
    value : scalar, optional
        What it sets it to; None: a value is asked for.
    blocked : str
        Why it is disabled; empty: it is not.
    asks_inspection : bool
        Whether it asks what was inspected, as the reset of a trip does.
    """

    name: str
    text: str
    key: str
    tag: str
    value: Scalar | None
    blocked: str = ""
    asks_inspection: bool = False


def unit_actions(reader: Reader, unit: str) -> tuple[Action, ...]:
    """Buttons of a unit's faceplate."""
    state = reader.state(f"{unit}.STATE")
    authority = reader.state(f"{unit}.AUTHORITY")
    running = state in ("preheating", "rolling", "synchronising", "running", "unloading")
    tripped = state == "tripped"
    sets, runs = f"{unit}.POWER_SP", f"{unit}.CMD"
    start = (
        Action("stop", reader.say(texts.STOP), "X", runs, "stop")
        if running
        else Action("start", reader.say(texts.START), "X", runs, "start")
    )
    mode = "release_remote" if authority == "remote" else "take_remote"
    reset_note = "" if tripped else reader.say(texts.NO_TRIP)
    actions = (
        Action("power", reader.say(texts.SET_POWER), "P", sets, None),
        start,
        Action("mode", reader.say(texts.MODE), "D", runs, mode),
        Action(
            "reset", reader.say(texts.TRIP_RESET), "R", runs, "reset_trip", reset_note, asks_inspection=True
        ),
    )
    return tuple(replace(action, blocked=action.blocked or blocked(reader, action.tag)) for action in actions)


def blocked(reader: Reader, tag: str) -> str:
    """Why nothing can be sent to a tag now; empty if something can."""
    store = reader.store
    if store.is_lost(reader.now) or store.link.heard == 0.0:
        return reader.say(texts.CORE_GONE)
    if not store.person.name or store.person.role < Role.OPERATOR:
        return reader.say(texts.NO_ROLE)
    if not store.control.is_ours:
        return reader.say(texts.NO_CONTROL)
    if store.is_device_lost(device_of(tag)):
        return reader.say(texts.LOST_COMM)
    if store.pending(tag) is not None:
        return reader.say(texts.COMMAND_OPEN)
    return ""


def parse_value(reader: Reader, tag: str, typed: str) -> float | Text | str:
    """Number typed for a tag, or what is wrong with it: in both languages, or with its limit filled in."""
    value = numbers.parsed(typed)
    if value is None:
        return texts.NOT_A_NUMBER
    info, limits = reader.info(tag), reader.model.range_of(tag)
    if info is None or limits is None:
        return texts.NOT_A_NUMBER
    unit, places = numbers.unit_text(info.unit), numbers.decimals(info.unit)
    shown = numbers.number(value, max(places, _places(value)))
    if value > limits[1]:
        return reader.say(texts.ABOVE, value=shown, limit=numbers.number(limits[1], places), unit=unit)
    if value < limits[0]:
        return reader.say(texts.BELOW, value=shown, limit=numbers.number(limits[0], places), unit=unit)
    return value


def _places(value: float) -> int:
    text = f"{value:.6f}".rstrip("0")
    return len(text.partition(".")[2])


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check with its value; `holds` is None where it is not known."""

    text: str
    value: str
    holds: bool | None


def checks(reader: Reader, tag: str) -> tuple[CheckLine, ...]:
    """What the window can see of what the core will check, before it is asked."""
    store, device = reader.store, device_of(tag)
    person = store.person
    role = reader.say(texts.ROLES[person.role]) if person.name else reader.say(texts.NOT_LOGGED_IN)
    info, limits = reader.info(tag), reader.model.range_of(tag)
    seen = reader.info(tag).verify_by if info is not None and info.verify_by else tag.partition(".")[2]  # type: ignore[union-attr]
    watched = reader.value(f"{device}.{seen}")
    authority = reader.state(f"{device}.AUTHORITY")
    places = numbers.decimals(info.unit) if info else 0
    spread = (
        ""
        if info is None or limits is None or info.states
        else (f"{_range(reader, limits, places)} {numbers.unit_text(info.unit)}")
    )
    busy = store.pending(tag)
    return (
        CheckLine(reader.say(texts.CHECK_CORE), _age(reader), not store.is_lost(reader.now)),
        CheckLine(reader.say(texts.CHECK_ROLE), role, bool(person.name) and person.role >= Role.OPERATOR),
        CheckLine(reader.say(texts.CHECK_CONTROL), _holder(reader), store.control.is_ours),
        CheckLine(reader.say(texts.CHECK_RANGE), spread, info is not None and info.is_writable),
        CheckLine(
            reader.say(texts.CHECK_QUALITY, tag=f"{device}.{seen}"), watched.quality.name, watched.is_good
        ),
        CheckLine(
            reader.say(texts.CHECK_REMOTE), reader.state_text(f"{device}.AUTHORITY"), authority == "remote"
        ),
        CheckLine(
            reader.say(texts.CHECK_BUSY),
            reader.say(texts.NONE if busy is None else texts.COMMAND_OPEN),
            busy is None,
        ),
    )


def _range(reader: Reader, limits: tuple[float, float], places: int) -> str:
    lo, hi = (numbers.number(limit, places) for limit in limits)
    return reader.say(texts.RANGE, lo=lo, hi=hi)


def _age(reader: Reader) -> str:
    return f"{max(0.0, reader.now - reader.store.link.heard):.1f} s"


def _holder(reader: Reader) -> str:
    control = reader.store.control
    if not control.holder:
        return reader.say(texts.NOBODY)
    return f"{control.holder} ({reader.say(texts.THIS_DESK)})" if control.is_ours else control.holder


@dataclass(frozen=True, slots=True)
class Draft:
    """A command on its way through the dialog; changed only by making a new one.

    Attributes
    ----------
    reviewed_time : float
        When Confirm came up; it expires.
    key : str
        Of the request, once it was sent: a second press cannot make a second command.
    """

    action: Action
    stage: Stage
    typed: str = ""
    value: Scalar | None = None
    error: str = ""
    inspected: str = ""
    reviewed_time: float = 0.0
    key: str = ""
    command_id: str = ""
    outcome: CommandOutcome | None = None
    ended_time: float = 0.0

    def is_expired(self, now: float) -> bool:
        """Whether what was reviewed may no longer be confirmed."""
        return self.stage is Stage.CONFIRM and now - self.reviewed_time >= REVIEW_S

    def closes(self, now: float) -> bool:
        """Whether the dialog closes by itself: only what was verified does."""
        done = self.outcome is not None and self.outcome.state is CommandState.VERIFIED
        return done and now - self.ended_time >= CLOSES_AFTER_S


def draft(action: Action, now: float) -> Draft:
    """A command begun by its button: a value is asked for; a start or stop is reviewed at once."""
    if action.value is None or action.asks_inspection:
        return Draft(action, Stage.VALUE, value=action.value)
    return Draft(action, Stage.CONFIRM, value=action.value, reviewed_time=now)


def review(reader: Reader, begun: Draft, typed: str) -> Draft:
    """Take what was typed: on to Confirm, or what is wrong with it."""
    if begun.action.asks_inspection:
        if not typed.strip():
            return replace(begun, typed=typed, error=reader.say(texts.INSPECTED_NEEDED))
        return replace(
            begun,
            stage=Stage.CONFIRM,
            typed=typed,
            inspected=typed.strip(),
            error="",
            reviewed_time=reader.now,
        )
    value = parse_value(reader, begun.action.tag, typed)
    if isinstance(value, Text):
        return replace(begun, typed=typed, error=reader.say(value))
    if isinstance(value, str):
        return replace(begun, typed=typed, error=value)
    return replace(begun, stage=Stage.CONFIRM, typed=typed, value=value, error="", reviewed_time=reader.now)


def back(begun: Draft) -> Draft:
    """Return to Value, to type another one."""
    return replace(begun, stage=Stage.VALUE, error="")


def confirm(begun: Draft, now: float) -> tuple[Draft, CommandRequest | None]:
    """Send what was reviewed; nothing if it was sent already or has expired."""
    if begun.stage is not Stage.CONFIRM or begun.is_expired(now) or begun.value is None:
        return begun, None
    key = uuid.uuid4().hex
    request = CommandRequest(key, begun.action.tag, begun.value, now, MAX_COMMAND_LIFE)
    return replace(begun, stage=Stage.PENDING, key=key), request


def follow(begun: Draft, outcome: CommandOutcome, now: float) -> Draft:
    """Take in what the core says of a command; another command's outcome changes nothing."""
    if not begun.key or outcome.request.key != begun.key:
        return begun
    if not outcome.state.is_end:
        return replace(begun, command_id=outcome.command_id)
    return replace(begun, stage=Stage.OUTCOME, command_id=outcome.command_id, outcome=outcome, ended_time=now)


@dataclass(frozen=True, slots=True)
class DialogView:
    """What the dialog shows."""

    title: str
    corner: str
    marks: tuple[tuple[str, bool, bool], ...]  # text, reached, current
    now: Shown | None
    new: str
    unit: str
    range_text: str
    error: str
    indicator: Indicator | None
    checks_title: str
    checks: tuple[CheckLine, ...]
    checks_count: str
    state: CommandState | None
    state_text: str
    says: tuple[str, ...]
    clears: tuple[str, ...]
    foot: str
    may_confirm: bool
    asks: str


def dialog_view(reader: Reader, begun: Draft) -> DialogView:
    """What the dialog shows at a stage."""
    action = begun.action
    info = reader.info(action.tag)
    number = action.value is None
    shown = reader.shown(action.tag) if number else None
    unit = numbers.unit_text(info.unit) if info and number else ""
    limits = reader.model.range_of(action.tag) if number else None
    title = _title(reader, action)
    lines = checks(reader, action.tag)
    state = _state(begun)
    places = numbers.decimals(info.unit) if info else 0
    view = DialogView(
        title=title,
        corner=_corner(reader, begun),
        marks=_marks(reader, begun),
        now=shown,
        new=_new(begun, places),
        unit=unit,
        range_text=""
        if limits is None
        else reader.say(
            texts.RANGE, lo=numbers.number(limits[0], places), hi=numbers.number(limits[1], places)
        ),
        error=begun.error,
        indicator=_indicator(reader, begun, limits),
        checks_title=reader.say(texts.CHECKS),
        checks=lines,
        checks_count=f"{sum(line.holds is True for line in lines)} / {len(lines)}",
        state=state,
        state_text=reader.say(texts.OUTCOMES[state]) if state else "",
        says=(),
        clears=(),
        foot=reader.say(texts.ENTER_HINT),
        may_confirm=_may_confirm(reader, begun),
        asks=reader.say(texts.INSPECTED) if action.asks_inspection else "",
    )
    return _told(reader, begun, view) if begun.stage in (Stage.PENDING, Stage.OUTCOME) else view


def _may_confirm(reader: Reader, begun: Draft) -> bool:
    ready = begun.stage is Stage.CONFIRM and not begun.is_expired(reader.now)
    return ready and not blocked(reader, begun.action.tag)


def _title(reader: Reader, action: Action) -> str:
    device = device_of(action.tag)
    info = reader.info(action.tag)
    if action.value is None:
        return f"{device} {reader.say(info.text) if info else ''}".strip()
    return f"{device} {reader.say(texts.state_text(str(action.value)))}"


def _corner(reader: Reader, begun: Draft) -> str:
    if begun.stage is Stage.CONFIRM:
        left = REVIEW_S - (reader.now - begun.reviewed_time)
        return (
            reader.say(texts.EXPIRES, seconds=max(0, round(left)))
            if left > 0.0
            else reader.say(texts.EXPIRED)
        )
    return reader.clock(begun.ended_time) if begun.stage is Stage.OUTCOME else ""


def _marks(reader: Reader, begun: Draft) -> tuple[tuple[str, bool, bool], ...]:
    refused = begun.outcome is not None and begun.outcome.state is CommandState.REFUSED
    stages = (
        (texts.SELECT, None),
        (texts.VALUE, Stage.VALUE),
        (texts.CONFIRM, Stage.CONFIRM),
        (texts.NOT_SENT if refused else texts.PENDING, Stage.PENDING),
        (texts.OUTCOME, Stage.OUTCOME),
    )
    order = [None, Stage.VALUE, Stage.CONFIRM, Stage.PENDING, Stage.OUTCOME]
    place = order.index(begun.stage)
    found = []
    for k, (text, stage) in enumerate(stages):
        reached = k <= place and not (refused and stage is Stage.PENDING)
        found.append((reader.say(text), reached, k == place))
    return tuple(found)


def _state(begun: Draft) -> CommandState | None:
    if begun.outcome is not None:
        return begun.outcome.state
    return CommandState.ACCEPTED if begun.stage is Stage.PENDING else None


def _new(begun: Draft, places: int) -> str:
    if isinstance(begun.value, int | float) and not isinstance(begun.value, bool):
        return numbers.number(float(begun.value), max(places, _places(float(begun.value))))
    return begun.typed


def _indicator(reader: Reader, begun: Draft, limits: tuple[float, float] | None) -> Indicator | None:
    if limits is None:
        return None
    tag = begun.action.tag
    device, _, short = tag.partition(".")
    measured = reader.number(f"{device}.POWER_NET") if short == "POWER_SP" else None
    asked = float(begun.value) if isinstance(begun.value, int | float) else None
    reach = limits[1] - limits[0]
    return Indicator(
        limits[0] - 0.05 * reach,
        limits[1] + 0.05 * reach,
        limits,
        limits,
        measured,
        setpoint=reader.number(tag),
        asked=asked,
    )


def _told(reader: Reader, begun: Draft, view: DialogView) -> DialogView:
    """Dialog of a command that was sent, or refused."""
    info = reader.info(begun.action.tag)
    watched = info.verify_by if info is not None and info.verify_by else begun.action.tag.partition(".")[2]
    if begun.outcome is None:
        says: tuple[str, ...] = (reader.say(texts.SENT_ONCE, tag=f"{device_of(begun.action.tag)}.{watched}"),)
        return replace(view, says=says, foot="")
    outcome = begun.outcome
    first = {
        CommandState.REFUSED: texts.NOTHING_SENT,
        CommandState.UNCONFIRMED: texts.LOOK_FIRST,
    }.get(outcome.state)
    says = tuple(
        part
        for part in (reader.say(first) if first else "", reader.say(outcome.text), _seen(reader, outcome))
        if part
    )
    if outcome.state is CommandState.REFUSED:
        says = says[:1]
    failed = tuple(CheckLine(reader.say(refusal.text), "", False) for refusal in outcome.refusals)  # noqa: FBT003
    return replace(
        view,
        says=says,
        checks_title=reader.say(texts.CHECKS_OUTCOME),
        checks=failed,
        checks_count=reader.say(texts.FAILED, count=len(failed)) if failed else "",
        clears=tuple(dict.fromkeys(reader.say(refusal.clears) for refusal in outcome.refusals)),
        foot=reader.say(texts.CLOSES if outcome.state is CommandState.VERIFIED else texts.STAYS),
    )


def _seen(reader: Reader, outcome: CommandOutcome) -> str:
    if outcome.seen is None or outcome.seen.scalar is None:
        return ""
    scalar = outcome.seen.scalar
    info = reader.info(outcome.request.tag)
    if isinstance(scalar, str) or info is None:
        return reader.say(texts.SEEN, value=scalar)
    if info.states:
        name = info.states.get(int(scalar), f"{scalar:g}")
        return reader.say(texts.SEEN, value=reader.say(texts.state_text(name)))
    places = numbers.decimals(info.unit)
    return reader.say(
        texts.SEEN, value=f"{numbers.number(float(scalar), places)} {numbers.unit_text(info.unit)}"
    )


def last_command(reader: Reader) -> str:
    """Footer: the last command of this window's core and what became of it."""
    if reader.store.is_lost(reader.now):
        return reader.say(texts.LOCKED)
    if not reader.store.outcomes:
        return reader.say(texts.NO_COMMAND)
    outcome = reader.store.outcomes[-1]
    info = reader.info(outcome.request.tag)
    device = device_of(outcome.request.tag)
    value = outcome.request.value
    what = (
        reader.say(texts.state_text(value))
        if isinstance(value, str)
        else (
            f"{reader.say(info.text) if info else outcome.request.tag} "
            f"{numbers.number(float(value), numbers.decimals(info.unit) if info else 1)} "
            f"{numbers.unit_text(info.unit) if info else ''}"
        ).strip()
    )
    return (
        f"{reader.say(texts.LAST_COMMAND)}   {device} {what}   {reader.clock(outcome.time)}   "
        f"{reader.say(texts.OUTCOMES[outcome.state])}"
    )
