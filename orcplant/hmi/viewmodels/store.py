"""What the window knows: one store, changed by immutable updates only. No Qt, no clock of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeAlias

from orcplant.hmi.theme import LOST_AFTER_S
from orcplant.hmi.viewmodels.marks import NO_CURVE, AlarmMark, Curve, Shape
from orcplant.hmi.viewmodels.model import AlarmInfo, PlantModel
from orcplant.live import (
    NOT_READ,
    AlarmState,
    CommandOutcome,
    CommandState,
    Quality,
    Reason,
    Role,
    Text,
    Value,
)

_TREND_SPAN_S = 4.0 * 3600.0
_TREND_STEP_S = 30.0
_OUTCOMES = 200


@dataclass(frozen=True, slots=True)
class AlarmItem:
    """An alarm of a device as the core sees it.

    Attributes
    ----------
    key : str
        Identifies the condition at the core.
    is_active : bool
        Whether what it is about still holds.
    time, returned_time, acknowledged_time : float
        UTC [s]; 0 for never.
    value, limit : float, optional
        When it came.
    """

    key: str
    info: AlarmInfo
    state: AlarmState
    is_active: bool
    time: float
    value: float | None = None
    returned_time: float = 0.0
    acknowledged_time: float = 0.0
    acknowledged_by: str = ""
    shelved_until: float = 0.0
    shelved_by: str = ""
    shelved_reason: str = ""

    @property
    def device(self) -> str:
        """Device it belongs to."""
        return self.info.device

    @property
    def tag(self) -> str:
        """Tag it is about, by its full name; empty for a lost device."""
        return self.info.tag

    @property
    def needs_acknowledge(self) -> bool:
        """Whether nobody has acknowledged it yet."""
        return self.state in (
            AlarmState.UNACKNOWLEDGED,
            AlarmState.RETURNED_UNACKNOWLEDGED,
        ) or (self.state is AlarmState.LATCHED and not self.acknowledged_time)

    @property
    def is_shown(self) -> bool:
        """Whether it belongs on the list of current alarms."""
        return self.state in (
            AlarmState.UNACKNOWLEDGED,
            AlarmState.ACKNOWLEDGED,
            AlarmState.RETURNED_UNACKNOWLEDGED,
            AlarmState.LATCHED,
        )

    @property
    def mark(self) -> AlarmMark:
        """Shape it is drawn with."""
        if self.state is AlarmState.SHELVED:
            return AlarmMark(self.info.priority, Shape.SHELVED)
        if self.state is AlarmState.RETURNED_UNACKNOWLEDGED:
            return AlarmMark(self.info.priority, Shape.RETURNED)
        shape = Shape.UNACKNOWLEDGED if self.needs_acknowledge else Shape.ACTIVE
        return AlarmMark(self.info.priority, shape)


class CoreState(StrEnum):
    """What is known of the way to the core."""

    CONNECTING = "connecting"
    UP = "up"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class CoreLink:
    """Way to the core; `heard` is when it last said anything [s of UTC]."""

    state: CoreState = CoreState.CONNECTING
    heard: float = 0.0
    attempt: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is logged in at this desk; no name: nobody."""

    name: str = ""
    role: Role = Role.VIEWER
    desk: str = ""
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class ControlState:
    """Who may command, as the core says; `asker` wants it."""

    holder: str = ""
    holder_desk: str = ""
    asker: str = ""
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An entry of the core's journal."""

    number: int
    time: float
    kind: str
    actor: str
    subject: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LinkHealth:
    """How the way to one device does, as the core counts it."""

    device: str
    state: str
    latency_ms: float | None
    overruns: int
    errors: int


@dataclass(frozen=True, slots=True)
class ModelRead:
    """The plant as described at connect."""

    model: PlantModel


@dataclass(frozen=True, slots=True)
class ValuesRead:
    """New values by full tag name, and when they were heard."""

    values: Mapping[str, Value]
    time: float


@dataclass(frozen=True, slots=True)
class AlarmsRead:
    """All alarms that are not normal; or, where `is_partial`, those that changed."""

    alarms: tuple[AlarmItem, ...]
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class LinkRead:
    """The way to the core changed."""

    link: CoreLink


@dataclass(frozen=True, slots=True)
class PersonRead:
    """Somebody logged in or out."""

    person: Person


@dataclass(frozen=True, slots=True)
class ControlRead:
    """Control changed hands."""

    control: ControlState


@dataclass(frozen=True, slots=True)
class OutcomeRead:
    """A command came to a state."""

    outcome: CommandOutcome


@dataclass(frozen=True, slots=True)
class TrendRead:
    """History of a tag."""

    tag: str
    curve: Curve


@dataclass(frozen=True, slots=True)
class JournalRead:
    """Latest entries of the journal, newest first."""

    entries: tuple[JournalEntry, ...]


@dataclass(frozen=True, slots=True)
class HealthRead:
    """How the links do."""

    links: tuple[LinkHealth, ...]


Update: TypeAlias = (
    ModelRead
    | ValuesRead
    | AlarmsRead
    | LinkRead
    | PersonRead
    | ControlRead
    | OutcomeRead
    | TrendRead
    | JournalRead
    | HealthRead
)


@dataclass(slots=True)
class PlantStore:
    """State of the window.

    Attributes
    ----------
    values : dict
        By full tag name; a tag never heard of has none.
    alarms : dict
        By key of the condition; normal ones are not kept.
    outcomes : list
        Latest state of each command, oldest first.
    last_returned : AlarmItem, optional
        Alarm that went last: what the banner tells when none is active.
    """

    model: PlantModel | None = None
    values: dict[str, Value] = field(default_factory=dict)
    alarms: dict[str, AlarmItem] = field(default_factory=dict)
    link: CoreLink = CoreLink()
    person: Person = Person()
    control: ControlState = ControlState()
    outcomes: list[CommandOutcome] = field(default_factory=list)
    trends: dict[str, Curve] = field(default_factory=dict)
    journal: tuple[JournalEntry, ...] = ()
    health: dict[str, LinkHealth] = field(default_factory=dict)
    last_returned: AlarmItem | None = None

    def apply(self, update: Update) -> None:
        """Take in an update."""
        match update:
            case ModelRead(model):
                self.model = model
            case ValuesRead(values, time):
                self._take_values(values, time)
            case AlarmsRead(alarms, is_partial):
                self._take_alarms(alarms, is_partial=is_partial)
            case LinkRead(link):
                self.link = link
            case PersonRead(person):
                self.person = person
            case ControlRead(control):
                self.control = control
            case OutcomeRead(outcome):
                self._take_outcome(outcome)
            case TrendRead(tag, curve):
                self.trends[tag] = curve
            case JournalRead(entries):
                self.journal = entries
            case HealthRead(links):
                self.health = {link.device: link for link in links}

    def value(self, tag: str) -> Value:
        """Value of a tag; one never heard of is BAD."""
        return self.values.get(tag, NOT_READ)

    def is_lost(self, now: float) -> bool:
        """Whether the core is lost: it said nothing for longer than is allowed."""
        if self.link.state is CoreState.UP:
            return now - self.link.heard > LOST_AFTER_S
        return self.link.state is CoreState.LOST or self.link.heard > 0.0

    def is_device_lost(self, device: str) -> bool:
        """Whether a device does not answer: its boot number or its state is gone."""
        for short in ("BOOT_ID", "STATE", "AUTHORITY"):
            value = self.values.get(f"{device}.{short}")
            if value is not None:
                gone = value.reason in (Reason.COMMUNICATION, Reason.NOT_READ)
                return gone and value.quality >= Quality.STALE
        return False

    def pending(self, tag: str) -> CommandOutcome | None:
        """Command to a tag that has no end yet."""
        for outcome in reversed(self.outcomes):
            if outcome.request.tag == tag:
                return None if outcome.state.is_end else outcome
        return None

    def shown_alarms(self) -> list[AlarmItem]:
        """Alarms for the list: unacknowledged first, by priority, newest first."""
        shown = [alarm for alarm in self.alarms.values() if alarm.is_shown]
        return sorted(shown, key=lambda a: (not a.is_active, a.info.priority, -a.time))

    def shelved(self) -> list[AlarmItem]:
        """Shelved alarms, the next to return first."""
        shelved = [a for a in self.alarms.values() if a.state is AlarmState.SHELVED]
        return sorted(shelved, key=lambda a: a.shelved_until)

    def worst(self, devices: Iterable[str], tag: str = "") -> AlarmItem | None:
        """Worst alarm of some devices, or of one tag of theirs."""
        names = set(devices)
        found = [
            alarm
            for alarm in self.shown_alarms()
            if alarm.device in names and (not tag or alarm.tag.partition(".")[2] == tag)
        ]
        return min(found, key=lambda a: (not a.is_active, a.info.priority, a.time), default=None)

    def first(self) -> AlarmItem | None:
        """Alarm to look at first: highest priority unacknowledged, newest; else the highest active."""
        shown = self.shown_alarms()
        waiting = [alarm for alarm in shown if alarm.needs_acknowledge]
        return min(waiting or shown, key=lambda a: (a.info.priority, -a.time), default=None)

    def _take_values(self, values: Mapping[str, Value], time: float) -> None:
        self.values.update(values)
        self.link = replace(self.link, heard=max(self.link.heard, time))
        for tag, value in values.items():
            curve = self.trends.get(tag)
            if curve is not None:
                self.trends[tag] = _longer(curve, value, time)

    def _take_alarms(self, alarms: tuple[AlarmItem, ...], *, is_partial: bool) -> None:
        before = self.alarms
        self.alarms = dict(before) if is_partial else {}
        for alarm in alarms:
            if alarm.state is AlarmState.NORMAL:
                self.alarms.pop(alarm.key, None)
            else:
                self.alarms[alarm.key] = alarm
        gone = [alarm for key, alarm in before.items() if key not in self.alarms]
        latest = max(gone, key=lambda a: a.returned_time or a.time, default=None)
        if latest is not None:
            self.last_returned = latest

    def _take_outcome(self, outcome: CommandOutcome) -> None:
        kept = [old for old in self.outcomes if old.request.key != outcome.request.key]
        self.outcomes = sorted([*kept, outcome], key=lambda each: each.time)[-_OUTCOMES:]


def _longer(curve: Curve, value: Value, time: float) -> Curve:
    """Curve with one more sample at most every few seconds; what is too old falls off."""
    usable = value.quality <= Quality.UNCERTAIN and isinstance(value.scalar, int | float)
    sample = float(value.scalar) if usable and isinstance(value.scalar, int | float) else None
    times, values = curve.times, curve.values
    if len(times) > 1 and time - times[-2] < _TREND_STEP_S:
        times, values = times[:-1], values[:-1]
    first = 0
    while first < len(times) and times[first] < time - _TREND_SPAN_S:
        first += 1
    return Curve((*times[first:], time), (*values[first:], sample))


NO_TREND = NO_CURVE
NOTHING_SENT = Text("nothing was sent", "未发送任何内容")
ENDS = tuple(state for state in CommandState if state.is_end)
