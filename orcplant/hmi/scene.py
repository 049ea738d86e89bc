"""Scenes: what a core told of the simulated plant at one time, for screenshots and tests without a core.

A scene goes the way of everything else: as updates, through the store and the view models. What a
recording cannot have, a lost device or a lost core, is what those do to the values: they stay, and grow old.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from orcplant.errors import InputError
from orcplant.hmi.viewmodels.marks import Curve
from orcplant.hmi.viewmodels.model import PlantModel, read_model
from orcplant.hmi.viewmodels.store import (
    AlarmItem,
    AlarmsRead,
    ControlRead,
    ControlState,
    CoreLink,
    CoreState,
    LinkRead,
    ModelRead,
    Person,
    PersonRead,
    TrendRead,
    Update,
    ValuesRead,
)
from orcplant.live import AlarmState, Quality, Reason, Role, Scalar, Value

NAMES: Final = ("normal", "alarms", "device-lost", "core-lost", "winter")
_RECORDED: Final = {"device-lost": "normal", "core-lost": "alarms"}
LOST_DEVICE: Final = "U03"
_DEVICE_LOST_S: Final = 95.0
_CORE_LOST_S: Final = 9.0
_POLL_S: Final = 0.4  # age of the values when the scene was taken
DESK: Final = "Desk 1"


class SceneError(InputError):
    """A scene that does not exist."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene: the time it plays at [s of UTC], and what brings a window there."""

    name: str
    time: float
    updates: tuple[Update, ...]


@lru_cache(maxsize=len(NAMES))
def load_scene(name: str) -> Scene:
    """Scene by its name.

    Raises
    ------
    SceneError
        If there is none.
    """
    if name not in NAMES:
        raise SceneError(f"scene {name!r}: none of {', '.join(NAMES)}")
    path = files("orcplant.hmi") / "scenes" / f"{_RECORDED.get(name, name)}.json.gz"
    content = json.loads(gzip.decompress(path.read_bytes()))
    model = read_model(json.dumps(content["model"]))
    taken = float(content["time"])
    values = _values(model, content["values"], taken - _POLL_S)
    alarms = [_alarm(model, row) for row in content["alarms"]]
    now = taken
    if name == "device-lost":
        values = _lost_device(values)
        alarms.append(_link_alarm(model, taken))
    if name == "core-lost":
        now = taken + _CORE_LOST_S
    link = CoreLink(CoreState.UP, taken - _POLL_S, text="opc.tcp://127.0.0.1:4840/orcplant")
    if name == "core-lost":
        link = CoreLink(CoreState.LOST, taken, attempt=4, text=link.text)
    updates: list[Update] = [
        ModelRead(model),
        ValuesRead(values, taken - _POLL_S),
        AlarmsRead(tuple(alarms)),
        *_trends(content["trends"]),
        PersonRead(Person("operator", Role.OPERATOR, DESK)),
        ControlRead(ControlState("operator", DESK, is_ours=True)),
        LinkRead(link),
    ]
    return Scene(name, now, tuple(updates))


def _values(model: PlantModel, rows: Mapping[str, Any], time: float) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for tag, scalar in rows.items():
        info = model.tag(tag)
        if scalar is None or info is None:
            found[tag] = Value(None, Quality.BAD, Reason.SENTINEL, time, time)
            continue
        shown: Scalar = bool(scalar) if info.is_bool else scalar
        is_number = not isinstance(shown, str | bool) and not info.states
        outside = is_number and not info.lo <= float(shown) <= info.hi
        quality = Quality.UNCERTAIN if outside else Quality.GOOD
        found[tag] = Value(shown, quality, Reason.OUT_OF_RANGE if outside else Reason.NONE, time, time)
    return found


def _lost_device(values: Mapping[str, Value]) -> dict[str, Value]:
    """Values of one device as the core tells them once it does not answer any more."""

    def old(value: Value) -> Value:
        time = value.source_time - _DEVICE_LOST_S
        return Value(value.scalar, Quality.BAD, Reason.COMMUNICATION, time, time)

    return {tag: old(value) if tag.startswith(f"{LOST_DEVICE}.") else value for tag, value in values.items()}


def _alarm(model: PlantModel, row: Mapping[str, Any]) -> AlarmItem:
    info = model.alarm(row["key"])
    if info is None:
        raise SceneError(f"scene: alarm {row['key']} is none of the plant's")
    is_suppressed = bool(row["is_suppressed"])
    state = AlarmState.SUPPRESSED if is_suppressed else AlarmState.UNACKNOWLEDGED
    return AlarmItem(info.key, info, state, is_active=True, time=float(row["time"]), value=row["value"])


def _link_alarm(model: PlantModel, now: float) -> AlarmItem:
    """The one parent alarm of a device that does not answer."""
    info = model.alarm(f"{LOST_DEVICE}.LINK")
    if info is None:
        raise SceneError(f"scene: {LOST_DEVICE} has no alarm on its link")
    return AlarmItem(
        info.key, info, AlarmState.UNACKNOWLEDGED, is_active=True, time=now - _DEVICE_LOST_S + 3.0
    )


def _trends(content: Mapping[str, Any]) -> list[TrendRead]:
    times = tuple(float(time) for time in content["times"])
    return [TrendRead(tag, Curve(times, tuple(values))) for tag, values in content["values"].items()]
