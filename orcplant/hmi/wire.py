"""What the core's JSON means to the window: records of the store from texts of its face. No Qt, no asyncua.

What cannot be read is left out and told, never guessed.
"""

import json
import math
from array import array
from collections.abc import Mapping, Sequence
from typing import Any, Final

from orcplant.errors import OrcplantError
from orcplant.hmi.viewmodels.marks import Curve
from orcplant.hmi.viewmodels.model import PlantModel
from orcplant.hmi.viewmodels.store import (
    AlarmItem,
    ControlState,
    JournalEntry,
    LinkHealth,
)
from orcplant.live import AlarmState, Quality, Reason, Role, Scalar, Value

COLUMNS: Final = 5  # of a bucket of history: least, largest, mean, last, worst quality
_MEAN: Final = 2
_QUALITY: Final = 4

TREND_TAGS: Final[Mapping[str, tuple[str, ...]]] = {
    "orc_unit": ("POWER_NET", "WF_T_EXP_IN", "VIBRATION", "BRINE_T_OUT"),
    "wellfield": ("BUBBLE_MARGIN", "INJ_P"),
    "heating_station": ("HEAT_POWER",),
    "water_station": ("RETURN_T", "FLOW_REINJECTED", "BUBBLE_MARGIN"),
    "substation": ("P",),
}


class WireError(OrcplantError):
    """Something the core told that cannot be read."""


def quality_of(name: str) -> tuple[Quality, Reason]:
    """Quality and reason of an OPC UA status, by its name."""
    if name.startswith("Good"):
        return Quality.GOOD, Reason.NONE
    return {
        "UncertainSubNormal": (Quality.UNCERTAIN, Reason.OUT_OF_RANGE),
        "UncertainLastUsableValue": (Quality.STALE, Reason.TOO_OLD),
        "BadWaitingForInitialData": (Quality.BAD, Reason.NOT_READ),
        "BadSensorFailure": (Quality.BAD, Reason.SENTINEL),
    }.get(name, (Quality.BAD, Reason.COMMUNICATION))


def value_of(scalar: object, status: str, source_time: float, receive_time: float) -> Value:
    """Value as the core shows it."""
    quality, reason = quality_of(status)
    known: Scalar | None = scalar if isinstance(scalar, bool | int | float | str) else None
    if isinstance(known, float) and not math.isfinite(known):
        return Value(None, Quality.BAD, Reason.NOT_FINITE, source_time, receive_time)
    if known is None and quality < Quality.BAD:
        quality, reason = Quality.BAD, Reason.NOT_READ
    return Value(known, quality, reason, source_time, receive_time)


def alarm_items(model: PlantModel, text: str) -> tuple[AlarmItem, ...]:
    """Alarms of a list; one the model does not know is left out."""
    found = []
    for row in _rows(text):
        info = model.alarm(str(row.get("key")))
        if info is None:
            continue
        state = AlarmState(row["state"])
        changed, is_active = float(row["changed_time"]), bool(row["is_active"])
        acknowledged = bool(row["is_acknowledged"])
        value = row["value"]
        is_shelved = state is AlarmState.SHELVED
        found.append(
            AlarmItem(
                key=info.key,
                info=info,
                state=state,
                is_active=is_active,
                time=float(row["raised_time"]) or changed,
                value=float(value) if isinstance(value, int | float) else None,
                returned_time=0.0 if is_active else changed,
                acknowledged_time=changed if acknowledged and not is_shelved else 0.0,
                acknowledged_by=str(row["user"]) if acknowledged and not is_shelved else "",
                shelved_until=float(row["shelved_until"] or 0.0),
                shelved_by=str(row["user"]) if is_shelved else "",
                shelved_reason=str(row["comment"]) if is_shelved else "",
            )
        )
    return tuple(found)


def control_state(text: str, *, is_ours: bool) -> ControlState:
    """Who has control."""
    content = _object(text)
    return ControlState(
        str(content.get("holder") or ""), "", str(content.get("asker") or ""), is_ours=is_ours
    )


def session_of(answer: object) -> tuple[str, Role, bool, bool]:
    """User, role, whether the password must be changed, whether this session has control."""
    if not isinstance(answer, dict):
        raise WireError("session: not an object")
    role = str(answer.get("role", "")).upper()
    if role not in Role.__members__:
        raise WireError(f"session: role {role!r} is not known")
    return (
        str(answer.get("user", "")),
        Role[role],
        bool(answer.get("must_change", False)),
        bool(answer.get("in_control", False)),
    )


def journal_entries(answer: object) -> tuple[JournalEntry, ...]:
    """Entries of the journal, newest first."""
    if not isinstance(answer, list):
        raise WireError("journal: not a list")
    return tuple(
        JournalEntry(
            int(row["number"]),
            float(row["time"]),
            str(row["kind"]),
            str(row["actor"]),
            str(row["subject"]),
            row["detail"] if isinstance(row["detail"], dict) else {},
        )
        for row in answer
    )


def link_health(answer: object) -> tuple[LinkHealth, ...]:
    """How the links do."""
    devices = answer.get("devices") if isinstance(answer, dict) else None
    if not isinstance(devices, list):
        raise WireError("diagnostics: no devices")
    found = []
    for row in devices:
        latency = row.get("latency_p99_s")
        errors = int(row["timeouts"]) + sum(row["exceptions"].values()) + sum(row["faults"].values())
        found.append(
            LinkHealth(
                str(row["name"]),
                str(row["link"]),
                None if latency is None else 1000.0 * float(latency),
                int(row["overruns"]),
                errors,
            )
        )
    return tuple(found)


def curves(content: bytes, tags: Sequence[str], start: float, end: float) -> dict[str, Curve]:
    """History of tags from the packed buckets of `ReadTrend`; what was not recorded, or bad, is a gap."""
    numbers = array("d", content)
    if not tags or len(numbers) % (COLUMNS * len(tags)):
        raise WireError(f"ReadTrend: {len(numbers)} numbers for {len(tags)} tags")
    count = len(numbers) // (COLUMNS * len(tags))
    width = (end - start) / max(1, count)
    times = tuple(start + (k + 0.5) * width for k in range(count))
    found = {}
    for place, tag in enumerate(tags):
        first = place * count * COLUMNS
        values: list[float | None] = []
        for k in range(count):
            mean = numbers[first + k * COLUMNS + _MEAN]
            quality = numbers[first + k * COLUMNS + _QUALITY]
            values.append(mean if math.isfinite(mean) and quality <= Quality.UNCERTAIN else None)
        found[tag] = Curve(times, tuple(values))
    return found


def trend_tags(model: PlantModel) -> list[str]:
    """Tags whose history the pages show."""
    return [
        f"{device.name}.{tag}"
        for device in model.devices
        for tag in TREND_TAGS.get(device.type, ())
        if tag in model.tags.get(device.type, {})
    ]


def _rows(text: str) -> list[dict[str, Any]]:
    content = json.loads(text)
    if not isinstance(content, list):
        raise WireError("alarms: not a list")
    return content


def _object(text: str) -> dict[str, Any]:
    content = json.loads(text)
    if not isinstance(content, dict):
        raise WireError("not an object")
    return content
