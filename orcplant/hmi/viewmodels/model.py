"""The plant as the core describes it in its node `Plant/Model`: devices, tags, alarms, diagrams. No Qt.

Read once at connect. What is missing or of the wrong type is one line naming the key, and no window opens
on half a plant.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from orcplant.errors import InputError
from orcplant.live import Text

FORMAT: Final = 1
_LIMITS: Final = ("LL", "L", "H", "HH")


class ModelError(InputError):
    """A plant model that cannot be shown."""


@dataclass(frozen=True, slots=True)
class TagInfo:
    """A tag of a type of device, without prefix; `states` by number where it is an enum or a bit field."""

    name: str
    text: Text
    unit: str
    kind: str
    lo: float
    hi: float
    is_writable: bool
    verify_by: str
    states: Mapping[int, str]

    @property
    def is_bool(self) -> bool:
        """Whether it is true or false."""
        return self.kind == "bool"


@dataclass(frozen=True, slots=True)
class AlarmInfo:
    """An alarm: what it is about, its limit, its priority, and what to do about it.

    ``tag`` is the full name, empty for a lost device and for the core itself.
    """

    key: str
    device: str
    tag: str
    kind: str
    limit: float | None
    priority: int
    text: Text
    cause: Text
    consequence: Text
    action: Text

    @property
    def is_trip(self) -> bool:
        """Whether it tells that a machine was tripped: never shelved."""
        return self.tag.partition(".")[2] == "TRIPS"


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A controller; `facts` holds what is known of the machine: rating_kW, fluid, diagram."""

    name: str
    type: str
    number: int
    capabilities: frozenset[str]
    limits: Mapping[str, tuple[float, float]]
    rating_kW: float | None  # noqa: N815 - the unit of a non-SI number is part of its name
    fluid: str
    diagram: str


Pairs: TypeAlias = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """Temperature over entropy of a fluid [degC, kJ/kgK, bar]: its dome, the design cycle, the brine.

    Attributes
    ----------
    dome : tuple of (T, p, s_liquid, s_vapour)
        Ascending in temperature.
    lines : tuple of Pairs
        Design cycle, a line of (s, T) a change of state.
    brine : Pairs
        The brine's temperature over the entropy of the working fluid that takes its heat.
    points : mapping of str to (T, p, s)
        Named states of the design.
    """

    dome: tuple[tuple[float, float, float, float], ...]
    lines: tuple[Pairs, ...]
    brine: Pairs
    points: Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class PlantModel:
    """What a core tells of its plant; ``utc_offset_s`` is None where it tells no zone."""

    name: Text
    utc_offset_s: float | None
    is_simulator: bool
    devices: tuple[DeviceInfo, ...]
    tags: Mapping[str, Mapping[str, TagInfo]]
    alarms: tuple[AlarmInfo, ...]
    diagrams: Mapping[str, Diagram]
    by_name: Mapping[str, DeviceInfo]
    by_tag: Mapping[str, tuple[AlarmInfo, ...]]
    by_kind: Mapping[tuple[str, str], tuple[AlarmInfo, ...]]

    def device(self, name: str) -> DeviceInfo | None:
        """Device of a name."""
        return self.by_name.get(name)

    def alarm(self, key: str) -> AlarmInfo | None:
        """Alarm of a key."""
        return next((alarm for alarm in self.alarms if alarm.key == key), None)

    def of_type(self, kind: str) -> tuple[DeviceInfo, ...]:
        """Devices of a type, in the order of the site."""
        return tuple(device for device in self.devices if device.type == kind)

    def tag(self, full: str) -> TagInfo | None:
        """Tag by its full name."""
        name, _, short = full.partition(".")
        device = self.device(name)
        return None if device is None else self.tags.get(device.type, {}).get(short)

    def range_of(self, full: str) -> tuple[float, float] | None:
        """Limits of what may be written to a tag: those of the site where it has some."""
        name, _, short = full.partition(".")
        device, tag = self.device(name), self.tag(full)
        if device is None or tag is None or tag.states:
            return None
        return device.limits.get(short, (tag.lo, tag.hi))

    def limits(self, kind: str, tag: str) -> tuple[AlarmInfo, ...]:
        """Alarms with a numeric limit on a tag of a type of device, as its first device has them."""
        return self.by_kind.get((kind, tag), ())


def read_model(text: str) -> PlantModel:
    """Plant model from the JSON of the core.

    Raises
    ------
    ModelError
        If it is no JSON, has another format, or lacks something.
    """
    try:
        content = json.loads(text)
        found = content["format"]
        if found != FORMAT:
            raise ModelError(f"Plant/Model: format {found!r}, this window reads {FORMAT}")
        return _model(content)
    except json.JSONDecodeError as exc:
        raise ModelError(f"Plant/Model: not JSON: {exc}") from exc
    except KeyError as exc:
        raise ModelError(f"Plant/Model: key {exc} is missing") from exc
    except (TypeError, ValueError, AttributeError) as exc:
        raise ModelError(f"Plant/Model: {exc}") from exc


def _model(content: Mapping[str, Any]) -> PlantModel:
    kinds = _kinds(content.get("design") or ())
    devices = tuple(_devices(content, kinds))
    alarms = tuple(_alarm(alarm) for alarm in content["alarms"])
    by_tag: dict[str, tuple[AlarmInfo, ...]] = {}
    for alarm in alarms:
        if alarm.kind in _LIMITS and alarm.limit is not None:
            by_tag[alarm.tag] = (*by_tag.get(alarm.tag, ()), alarm)
    firsts = {device.type: device for device in reversed(devices)}.values()
    offset = content.get("utc_offset_h")
    name = content.get("text") or {"en": str(content["plant"]), "zh": str(content["plant"])}
    return PlantModel(
        name=_text(name),
        utc_offset_s=None if offset is None else 3600.0 * float(offset),
        is_simulator=bool(content.get("is_simulator", False)),
        devices=devices,
        tags=MappingProxyType(
            {
                kind: MappingProxyType({tag["name"]: _tag(tag) for tag in table["tags"]})
                for kind, table in content["types"].items()
            }
        ),
        alarms=alarms,
        diagrams=MappingProxyType({kind.name: kind.diagram for kind in kinds if kind.diagram is not None}),
        by_name=MappingProxyType({device.name: device for device in devices}),
        by_tag=MappingProxyType(by_tag),
        by_kind=MappingProxyType(
            {
                (first.type, tag.partition(".")[2]): by_tag[tag]
                for first in firsts
                for tag in by_tag
                if tag.startswith(f"{first.name}.")
            }
        ),
    )


def _text(content: Mapping[str, str]) -> Text:
    return Text(str(content["en"]), str(content["zh"]))


@dataclass(frozen=True, slots=True)
class _Kind:
    """Units of one design."""

    name: str
    count: int
    rating_kW: float  # noqa: N815
    fluid: str
    diagram: Diagram | None


def _kinds(design: Sequence[Mapping[str, Any]]) -> list[_Kind]:
    return [
        _Kind(
            name=str(kind["name"]) or str(kind["fluid"]),
            count=int(kind["count"]) + int(kind["spare"]),
            rating_kW=float(kind["rating_kW"]),
            fluid=str(kind["fluid"]),
            diagram=_diagram(kind["cycles"][0]) if kind["cycles"] else None,
        )
        for kind in design
    ]


def _devices(content: Mapping[str, Any], kinds: Sequence[_Kind]) -> Iterator[DeviceInfo]:
    """Devices; units take the designs in their order, each as often as it stands."""
    waiting = [kind for kind in kinds for _ in range(kind.count)]
    limits: Mapping[str, Any] = content.get("limits", {})
    for device in content["devices"]:
        name, kind = str(device["name"]), str(device["type"])
        design = waiting.pop(0) if kind == "orc_unit" and waiting else None
        yield DeviceInfo(
            name=name,
            type=kind,
            number=int(device["number"]),
            capabilities=frozenset(device.get("capabilities", ())),
            limits=MappingProxyType(
                {
                    tag.partition(".")[2]: (float(lo), float(hi))
                    for tag, (lo, hi) in limits.items()
                    if tag.startswith(f"{name}.")
                }
            ),
            rating_kW=design.rating_kW if design is not None else None,
            fluid=design.fluid if design is not None else "",
            diagram=design.name if design is not None else "",
        )


def _tag(content: Mapping[str, Any]) -> TagInfo:
    lo, hi = content.get("range", (None, None))
    return TagInfo(
        name=str(content["name"]),
        text=_text(content["text"]),
        unit=str(content["unit"]),
        kind=str(content["kind"]),
        lo=float("-inf") if lo is None else float(lo),
        hi=float("inf") if hi is None else float(hi),
        is_writable=str(content["access"]) != "r",
        verify_by=str(content.get("verify_by", "")),
        states=MappingProxyType({int(code): str(name) for name, code in content.get("names", {}).items()}),
    )


def _alarm(content: Mapping[str, Any]) -> AlarmInfo:
    limit = content.get("limit")
    return AlarmInfo(
        key=str(content["key"]),
        device=str(content["device"]),
        tag=str(content.get("tag") or ""),
        kind=str(content["kind"]),
        limit=None if limit is None else float(limit),
        priority=int(content["priority"]),
        text=_text(content["text"]),
        cause=_text(content["cause"]),
        consequence=_text(content["consequence"]),
        action=_text(content["action"]),
    )


def _diagram(content: Mapping[str, Any]) -> Diagram:
    bubble, dew = content["dome"]["bubble"], content["dome"]["dew"]
    geofluid = content.get("geofluid") or ()
    return Diagram(
        dome=tuple(_dome(bubble, dew)),
        lines=tuple(_pairs(line) for line in content["lines"].values()),
        brine=_pairs(geofluid[0]) if geofluid else (),
        points=MappingProxyType(
            {
                name: (float(point["T_C"]), float(point["p_bar"]), float(point["s_kJ_kgK"]))
                for name, point in content["points"].items()
            }
        ),
    )


def _pairs(line: Mapping[str, Sequence[float | None]]) -> Pairs:
    rows = zip(line["s_kJ_kgK"], line["T_C"], strict=True)
    return tuple((float(s), float(T)) for s, T in rows if s is not None and T is not None)


def _dome(
    bubble: Mapping[str, Sequence[float]], dew: Mapping[str, Sequence[float]]
) -> Iterator[tuple[float, float, float, float]]:
    """Rows of liquid and vapour at one pressure, at the points of the bubble line."""
    for t, p, s in zip(bubble["T_C"], bubble["p_bar"], bubble["s_kJ_kgK"], strict=True):
        yield t, p, s, interpolated(dew["p_bar"], dew["s_kJ_kgK"], p)


def interpolated(xs: Sequence[float], ys: Sequence[float], x: float) -> float:
    """Value at x on a line through points ascending in x; beyond them, that of the end."""
    if x <= xs[0]:
        return ys[0]
    for k in range(1, len(xs)):
        if x <= xs[k]:
            share = (x - xs[k - 1]) / max(1e-12, xs[k] - xs[k - 1])
            return ys[k - 1] + share * (ys[k] - ys[k - 1])
    return ys[-1]
