"""Journal, diagnostics, settings: the pages behind the plant. Level 4. No Qt."""

import json
from dataclasses import dataclass

from orcplant.hmi import texts
from orcplant.hmi.viewmodels import numbers
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.live import Quality, Role

_CAPABILITIES = ("signature", "heartbeat", "sequence", "accepted_setpoint")


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A line of the journal."""

    number: str
    date: str
    clock: str
    kind: str
    actor: str
    subject: str
    detail: str


def journal_rows(reader: Reader) -> tuple[JournalRow, ...]:
    """Lines of the journal, newest first."""
    offset = reader.offset
    return tuple(
        JournalRow(
            str(entry.number),
            numbers.date(entry.time, offset),
            reader.clock(entry.time),
            entry.kind.replace("_", " "),
            entry.actor,
            entry.subject,
            _detail(entry.detail),
        )
        for entry in reader.store.journal
    )


def _detail(detail: object) -> str:
    if not isinstance(detail, dict):
        return ""
    parts = [
        f"{key} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in detail.items()
        if key not in ("key",) and value not in ("", [], None)
    ]
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A line of the diagnostics: one controller."""

    device: str
    type: str
    link: str
    is_lost: bool
    latency: str
    overruns: str
    errors: str
    good: str
    bad: str
    oldest: str
    missing: str


@dataclass(frozen=True, slots=True)
class DiagnosticsPage:
    """Everything on the diagnostics page."""

    rows: tuple[LinkRow, ...]
    qualities: tuple[tuple[str, int], ...]
    window: tuple[tuple[str, str], ...]
    has_health: bool


def diagnostics_page(reader: Reader) -> DiagnosticsPage:
    """Diagnostics as they stand."""
    rows = tuple(_link_row(reader, device.name) for device in reader.model.devices)
    count = {quality: 0 for quality in Quality}
    for value in reader.store.values.values():
        count[value.quality] += 1
    window = (
        (reader.say(texts.TAGS), str(len(reader.store.values))),
        (reader.say(texts.DATA_AGE), f"{max(0.0, reader.now - reader.store.link.heard):.1f} s"),
        (reader.say(texts.CORE), reader.store.link.text or numbers.NONE),
    )
    return DiagnosticsPage(
        rows,
        tuple((quality.name, count[quality]) for quality in Quality),
        window,
        has_health=bool(reader.store.health),
    )


def _link_row(reader: Reader, name: str) -> LinkRow:
    device = reader.model.device(name)
    assert device is not None
    values = [value for tag, value in reader.store.values.items() if tag.startswith(f"{name}.")]
    good = sum(value.is_good for value in values)
    read = [value for value in values if value.source_time > 0.0]
    oldest = max((value.age(reader.now) for value in read), default=None)
    lost = reader.store.is_device_lost(name)
    health = reader.store.health.get(name)
    missing = [word for word in _CAPABILITIES if word not in device.capabilities]
    return LinkRow(
        device=name,
        type=device.type.replace("_", " "),
        link=reader.say(texts.DOWN if lost else texts.UP),
        is_lost=lost,
        latency=f"{health.latency_ms:.1f} ms" if health and health.latency_ms is not None else numbers.NONE,
        overruns=str(health.overruns) if health else numbers.NONE,
        errors=str(health.errors) if health else numbers.NONE,
        good=str(good),
        bad=str(len(values) - good),
        oldest=numbers.age(oldest, reader.language) if oldest is not None else numbers.NONE,
        missing=", ".join(word.replace("_", " ") for word in missing) or reader.say(texts.ALL_THERE),
    )


@dataclass(frozen=True, slots=True)
class ControlView:
    """Who has control, and what this desk may do about it; empty texts: not now."""

    holder: str
    asks: str
    take: str
    release: str
    ask: str
    hand_over: str
    keep: str


def control_view(reader: Reader) -> ControlView:
    """Control as this desk sees it."""
    store, control = reader.store, reader.store.control
    may = bool(store.person.name) and store.person.role >= Role.OPERATOR and not store.is_lost(reader.now)
    asked = control.is_ours and bool(control.asker) and may
    return ControlView(
        holder=reader.say(texts.HELD_BY, name=control.holder)
        if control.holder
        else reader.say(texts.HELD_BY_NOBODY),
        asks=reader.say(texts.ASKS, name=control.asker) if control.asker else "",
        take=reader.say(texts.TAKE_CONTROL) if may and not control.holder else "",
        release=reader.say(texts.RELEASE_CONTROL) if may and control.is_ours else "",
        ask=reader.say(texts.ASK_CONTROL) if may and control.holder and not control.is_ours else "",
        hand_over=reader.say(texts.HAND_OVER, name=control.asker) if asked else "",
        keep=reader.say(texts.KEEP) if asked else "",
    )
