"""The alarm page, the banner's counters and what may be done with an alarm. No Qt."""

from dataclasses import dataclass
from typing import Final

from orcplant.hmi import texts
from orcplant.hmi.viewmodels import numbers
from orcplant.hmi.viewmodels.marks import AlarmMark, Curve, Indicator, Shape
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.hmi.viewmodels.store import AlarmItem
from orcplant.live import AlarmState, Role, Text

PRIORITIES: Final = (1, 2, 3)
_DAY: Final = 86400.0
_COMPARED: Final = {"H": ">", "HH": ">", "L": "<", "LL": "<"}
SHELVE_HOURS: Final = (0.1, 24.0)


@dataclass(frozen=True, slots=True)
class Counter:
    """How many alarms of a priority are active, and its shape."""

    mark: AlarmMark
    count: int


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """A line of the list."""

    key: str
    mark: AlarmMark
    state: str
    clock: str
    age: str
    source: str
    text: str
    value: str
    limit: str
    acknowledged: str
    is_bold: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class AlarmDetail:
    """What an operator is to know about one alarm."""

    key: str
    mark: AlarmMark
    source: str
    text: str
    facts: str
    cause: str
    consequence: str
    action: str
    curve_title: str
    curve: Curve
    scale: Indicator | None
    may_acknowledge: bool
    may_shelve: bool
    shelve_note: str
    is_shelved: bool
    shelved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metric:
    """A number about the alarm system itself."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class AlarmPage:
    """Everything on the alarm page."""

    tabs: tuple[tuple[str, str, int], ...]  # name, text, count
    rows: tuple[AlarmRow, ...]
    detail: AlarmDetail | None
    metrics: tuple[Metric, ...]
    priorities: tuple[Counter, ...]
    shelved: tuple[AlarmDetail, ...]


_TABS: Final[tuple[tuple[str, Text, frozenset[AlarmState]], ...]] = (
    (
        "current",
        texts.CURRENT,
        frozenset(
            {
                AlarmState.UNACKNOWLEDGED,
                AlarmState.ACKNOWLEDGED,
                AlarmState.RETURNED_UNACKNOWLEDGED,
                AlarmState.LATCHED,
            }
        ),
    ),
    ("shelved", texts.SHELVED_TAB, frozenset({AlarmState.SHELVED})),
    ("suppressed", texts.SUPPRESSED, frozenset({AlarmState.SUPPRESSED})),
    ("out_of_service", texts.OUT_OF_SERVICE, frozenset({AlarmState.OUT_OF_SERVICE})),
)


def alarm_page(reader: Reader, tab: str, selected: str) -> AlarmPage:
    """Alarm page with a tab and an alarm selected; without one, the first of the list."""
    alarms = listed(reader, tab)
    chosen = next((alarm for alarm in alarms if alarm.key == selected), alarms[0] if alarms else None)
    store = reader.store
    count = {name: sum(a.state in states for a in store.alarms.values()) for name, _, states in _TABS}
    return AlarmPage(
        tabs=tuple((name, reader.say(text), count[name]) for name, text, _ in _TABS),
        rows=tuple(_row(reader, alarm) for alarm in alarms),
        detail=detail(reader, chosen) if chosen is not None else None,
        metrics=_metrics(reader),
        priorities=counters(reader),
        shelved=tuple(detail(reader, alarm) for alarm in store.shelved()[:2]),
    )


def listed(reader: Reader, tab: str) -> list[AlarmItem]:
    """Alarms of a tab, in the order of the list."""
    if tab == "current":
        return reader.store.shown_alarms()
    states = next((states for name, _, states in _TABS if name == tab), frozenset())
    found = [alarm for alarm in reader.store.alarms.values() if alarm.state in states]
    return sorted(found, key=lambda alarm: (alarm.info.priority, -alarm.time))


def counters(reader: Reader) -> tuple[Counter, ...]:
    """Active alarms by priority; the ring blinks while one of them is unacknowledged."""
    found = []
    shown = reader.store.shown_alarms()
    for priority in PRIORITIES:
        alarms = [alarm for alarm in shown if alarm.info.priority == priority]
        waiting = any(alarm.needs_acknowledge for alarm in alarms)
        shape = Shape.NONE if not alarms else Shape.UNACKNOWLEDGED if waiting else Shape.ACTIVE
        found.append(Counter(AlarmMark(priority, shape), len(alarms)))
    return tuple(found)


def reading(reader: Reader, alarm: AlarmItem) -> str:
    """Value against limit: ``11.8 > 11.2 mm/s``; the state of one that has no number."""
    info = reader.info(alarm.tag)
    sign = _COMPARED.get(alarm.info.kind)
    if info is None or sign is None or alarm.info.limit is None:
        return ""
    places = numbers.decimals(info.unit)
    value = numbers.number(alarm.value, places)
    return f"{value} {sign} {numbers.number(alarm.info.limit, places)} {numbers.unit_text(info.unit)}".strip()


def _row(reader: Reader, alarm: AlarmItem) -> AlarmRow:
    info = reader.info(alarm.tag)
    places = numbers.decimals(info.unit) if info else 1
    sign = _COMPARED.get(alarm.info.kind, "")
    limit = ""
    if sign and alarm.info.limit is not None and info is not None:
        limit = f"{sign} {numbers.number(alarm.info.limit, places)} {numbers.unit_text(info.unit)}"
    state = texts.ALARM_STATES[alarm.state]
    acknowledged = reader.say(texts.NOT_ACK)
    if not alarm.needs_acknowledge:
        acknowledged = f"{alarm.acknowledged_by} {reader.clock(alarm.acknowledged_time)}".strip()
        acknowledged = acknowledged if alarm.acknowledged_time else ""
    text = reader.say(alarm.info.text)
    return AlarmRow(
        key=alarm.key,
        mark=alarm.mark,
        state=reader.say(state),
        clock=reader.clock(alarm.time),
        age=numbers.span(reader.now - alarm.time),
        source=alarm.device,
        text=text,
        value=numbers.number(alarm.value, places) if alarm.value is not None else "",
        limit=limit,
        acknowledged=acknowledged,
        is_bold=alarm.needs_acknowledge,
        spoken=f"{reader.say(texts.PRIORITY, priority=alarm.info.priority)}, {alarm.device}, {text}",
    )


def detail(reader: Reader, alarm: AlarmItem) -> AlarmDetail:
    """What is known of an alarm."""
    info = reader.info(alarm.tag)
    unit = numbers.unit_text(info.unit) if info else ""
    is_trip = alarm.info.is_trip
    may_act = reader.store.person.role >= Role.OPERATOR and bool(reader.store.person.name)
    note = reader.say(texts.SHELVE_NOT_TRIP) if is_trip else "" if may_act else reader.say(texts.NO_ROLE)
    title = f"{reader.say(info.text)}{', ' + unit if unit else ''}" if info else alarm.device
    has_curve = alarm.tag in reader.store.trends
    return AlarmDetail(
        key=alarm.key,
        mark=alarm.mark,
        source=alarm.device,
        text=reader.say(alarm.info.text),
        facts=f"{alarm.key}   {reader.say(texts.PRIORITY, priority=alarm.info.priority)}   "
        f"{reader.clock(alarm.time)}",
        cause=reader.say(alarm.info.cause),
        consequence=reader.say(alarm.info.consequence),
        action=reader.say(alarm.info.action),
        curve_title=title if has_curve else "",
        curve=reader.curve(alarm.tag),
        scale=reader.indicator(alarm.tag),
        may_acknowledge=alarm.needs_acknowledge and may_act,
        may_shelve=may_act and not is_trip and alarm.state is not AlarmState.SHELVED,
        shelve_note=note,
        is_shelved=alarm.state is AlarmState.SHELVED,
        shelved=_shelved(reader, alarm),
    )


def _shelved(reader: Reader, alarm: AlarmItem) -> tuple[str, ...]:
    if alarm.state is not AlarmState.SHELVED:
        return ()
    until = alarm.shelved_until
    left = numbers.age(until - reader.now, reader.language)
    return (
        reader.say(texts.BY, name=alarm.shelved_by),
        reader.say(texts.REASON, reason=alarm.shelved_reason),
        reader.say(texts.RETURNS, when=reader.clock(until, seconds=False), age=left),
    )


def _metrics(reader: Reader) -> tuple[Metric, ...]:
    shown = reader.store.shown_alarms()
    active = [alarm for alarm in shown if alarm.is_active]
    counted = (
        (texts.ACTIVE_COUNT, len(active)),
        (texts.WAITING_COUNT, sum(alarm.needs_acknowledge for alarm in shown)),
        (texts.STANDING, sum(reader.now - alarm.time > _DAY for alarm in active)),
    )
    return tuple(Metric(reader.say(label), str(count)) for label, count in counted)


@dataclass(frozen=True, slots=True)
class ShelveRequest:
    """A wish to shelve an alarm for a time [s], and why."""

    key: str
    duration: float
    reason: str


def shelve_request(key: str, hours: str, reason: str) -> ShelveRequest | Text:
    """Request from what was typed, or what is wrong with it."""
    value = numbers.parsed(hours)
    if value is None or not SHELVE_HOURS[0] <= value <= SHELVE_HOURS[1]:
        return texts.NOT_A_DURATION
    if not reason.strip():
        return texts.REASON_NEEDED
    return ShelveRequest(key, 3600.0 * value, reason.strip())
