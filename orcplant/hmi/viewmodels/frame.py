"""What every page has around it: header, banner, rail, footer. No Qt."""

from dataclasses import dataclass
from typing import Final

from orcplant.hmi import texts
from orcplant.hmi.i18n import Language, say
from orcplant.hmi.viewmodels import numbers
from orcplant.hmi.viewmodels.alarms import Counter, counters, reading
from orcplant.hmi.viewmodels.cells import HEATING, PAD, UNIT, WATER
from orcplant.hmi.viewmodels.command import last_command
from orcplant.hmi.viewmodels.marks import AlarmMark
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.hmi.viewmodels.store import CoreState, PlantStore
from orcplant.live import Role, Text


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page: its name in code, texts, key, group in the rail, level, device types whose alarms it shows."""

    name: str
    text: Text
    title: Text
    key: str
    group: int
    level: str
    types: tuple[str, ...] = ()


PAGES: Final = (
    PageInfo("plant", texts.PLANT, texts.PLANT_TITLE, "F2", 0, "L1", (PAD, HEATING, WATER, "substation")),
    PageInfo("units", texts.UNITS, texts.UNITS, "F3", 0, "L2", (UNIT,)),
    PageInfo("alarms", texts.ALARMS, texts.ALARMS, "F9", 1, "L2"),
    PageInfo("journal", texts.JOURNAL, texts.JOURNAL, "F10", 1, "L4"),
    PageInfo("diagnostics", texts.DIAGNOSTICS, texts.DIAGNOSTICS, "F11", 2, "L4"),
    PageInfo("settings", texts.SETTINGS, texts.SETTINGS_TITLE, "F12", 2, "L4"),
)


@dataclass(frozen=True, slots=True)
class Header:
    """Right part of the header."""

    plant: str
    is_linked: bool
    core: str
    devices: str
    age: str
    authority: str
    person: str
    role: str
    date: str
    clock: str
    zone: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The inverted strip that takes the banner's place, or stands above the pages."""

    head: str
    text: str
    corner: str


@dataclass(frozen=True, slots=True)
class Banner:
    """Counters, and the alarm to look at first."""

    counters: tuple[Counter, ...]
    shelved: str
    mark: AlarmMark | None
    clock: str
    source: str
    text: str
    last: str
    may_acknowledge: bool
    first_key: str
    lost: Strip | None


@dataclass(frozen=True, slots=True)
class RailItem:
    """A page in the rail; its shape stands in place of the key."""

    page: PageInfo
    text: str
    mark: AlarmMark | None


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything around a page."""

    header: Header
    banner: Banner
    rail: tuple[RailItem, ...]
    footer: str
    simulator: str
    is_lost: bool


def frame(reader: Reader) -> Frame:
    """Frame as it stands."""
    lost = reader.store.is_lost(reader.now)
    return Frame(
        header=_header(reader, is_lost=lost),
        banner=_banner(reader, is_lost=lost),
        rail=tuple(_rail_item(reader, page, is_lost=lost) for page in PAGES),
        footer=last_command(reader),
        simulator=reader.say(texts.SIMULATOR) if reader.model.is_simulator else "",
        is_lost=lost,
    )


def _header(reader: Reader, *, is_lost: bool) -> Header:
    store, offset = reader.store, reader.offset
    devices = reader.model.devices
    linked = sum(not store.is_device_lost(device.name) for device in devices)
    person = store.person
    age = max(0.0, reader.now - store.link.heard)
    return Header(
        plant=reader.say(reader.model.name),
        is_linked=not is_lost and store.link.state is CoreState.UP,
        core=core_text(store, reader.language, is_lost=is_lost),
        devices=f"{'?' if is_lost else linked}/{len(devices)}",
        age=f"{age:.1f} s" if age < 60.0 else numbers.age(age, reader.language),
        authority=_authority(reader),
        person=person.name or reader.say(texts.NOT_LOGGED_IN),
        role=reader.say(texts.ROLES[person.role]) if person.name else "",
        date=f"{numbers.weekday(reader.now, offset, reader.language)} {numbers.date(reader.now, offset)}",
        clock=reader.clock(reader.now),
        zone=numbers.zone(offset),
    )


def core_text(store: PlantStore, language: Language, *, is_lost: bool) -> str:
    """Word for the link to the core."""
    if is_lost:
        return say(texts.LOST, language)
    return say(texts.ON_LINE if store.link.state is CoreState.UP else texts.CONNECTING, language)


def _authority(reader: Reader) -> str:
    control = reader.store.control
    if not control.holder:
        return reader.say(texts.NOBODY)
    where = reader.say(texts.THIS_DESK) if control.is_ours else control.holder_desk
    return f"{control.holder} ({where})" if where else control.holder


def _banner(reader: Reader, *, is_lost: bool) -> Banner:
    store = reader.store
    first = store.first()
    person = store.person
    shelved = len(store.shelved())
    may = first is not None and first.needs_acknowledge and bool(person.name) and person.role >= Role.OPERATOR
    text = reader.say(texts.NO_ALARM)
    if first is not None:
        told = reading(reader, first)
        text = f"{reader.say(first.info.text)}   {told}" if told else reader.say(first.info.text)
    return Banner(
        counters=counters(reader),
        shelved=f"{reader.say(texts.SHELVED)} {shelved}",
        mark=first.mark if first is not None else None,
        clock=reader.clock(first.time) if first is not None else "",
        source=first.device if first is not None else "",
        text=text,
        last=_last(reader) if first is None else "",
        may_acknowledge=may and not is_lost,
        first_key=first.key if first is not None else "",
        lost=_lost(reader) if is_lost else None,
    )


def _last(reader: Reader) -> str:
    alarm = reader.store.last_returned
    if alarm is None:
        return ""
    when = reader.clock(alarm.returned_time or alarm.time)
    said = reader.say(alarm.info.text)
    return f"{reader.say(texts.LAST)} {when} {alarm.device} {said}, {reader.say(texts.RETURNED)}"


def _lost(reader: Reader) -> Strip:
    link = reader.store.link
    age = numbers.age(reader.now - link.heard, reader.language)
    return Strip(
        reader.say(texts.CORE_LOST, since=reader.clock(link.heard), age=age),
        reader.say(texts.CORE_LOST_MORE),
        reader.say(texts.RECONNECTING, attempt=link.attempt) if link.attempt else "",
    )


def _rail_item(reader: Reader, page: PageInfo, *, is_lost: bool) -> RailItem:
    mark = None
    if not is_lost and page.types:
        names = [device.name for device in reader.model.devices if device.type in page.types]
        worst = reader.store.worst(names)
        mark = worst.mark if worst is not None else None
    return RailItem(page, reader.say(page.text), mark)


@dataclass(frozen=True, slots=True)
class Target:
    """Where go-to leads: a page, or a unit."""

    page: str
    unit: str
    text: str


def find(reader: Reader, typed: str) -> tuple[Target, ...]:
    """Places whose name begins with, or else contains, what was typed; a number is a unit."""
    wanted = typed.strip().casefold()
    if not wanted:
        return ()
    units = reader.model.of_type(UNIT)
    if wanted.isdigit():
        return tuple(Target("unit", unit.name, unit.name) for unit in units if unit.number == int(wanted))
    device, _, _ = wanted.partition(".")
    targets = [Target("unit", unit.name, unit.name) for unit in units]
    targets += [Target("diagnostics", "", other.name) for other in reader.model.devices if other.type != UNIT]
    targets += [Target(page.name, "", reader.say(page.text)) for page in PAGES]
    starts = [target for target in targets if target.text.casefold().startswith(device)]
    inside = [target for target in targets if device in target.text.casefold() and target not in starts]
    return tuple((starts + inside)[:8])
