"""Live records: what the control core tells and is asked. Standard library only.

Everything here is immutable, so that it may cross tasks, threads and processes. Times named `..._time`
are seconds of UTC since 1970; ages and durations are seconds. A value is in the tag's own unit of
measure.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeAlias

Scalar: TypeAlias = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    en: str
    zh: str


class Quality(IntEnum):
    """How far a value may be trusted; the larger, the less."""

    GOOD = 0
    UNCERTAIN = 1  # usable with care: outside its range, or made from such a value
    STALE = 2  # was good once, too old now
    BAD = 3  # not to be used: no communication, no sensor, nonsense


class Reason(StrEnum):
    """Why a value is not GOOD."""

    NONE = ""
    NOT_READ = "not_read"
    COMMUNICATION = "communication"
    TOO_OLD = "too_old"
    SENTINEL = "sentinel"
    NOT_FINITE = "not_finite"
    NOT_DECODABLE = "not_decodable"
    OUT_OF_RANGE = "out_of_range"
    ADDRESS_REFUSED = "address_refused"
    DEVICE_FAILURE = "device_failure"
    PLC_STOPPED = "plc_stopped"
    MAP_MISMATCH = "map_mismatch"
    INPUT = "input"  # of a derived value: one of those it was made from


REASON_TEXTS: Final[Mapping[Reason, Text]] = MappingProxyType(
    {
        Reason.NONE: Text("good", "正常"),
        Reason.NOT_READ: Text("not read yet", "尚未读取"),
        Reason.COMMUNICATION: Text("no communication with the device", "与设备通信中断"),
        Reason.TOO_OLD: Text("too old", "数据过期"),
        Reason.SENTINEL: Text("the device says there is no value", "设备报告无有效值"),
        Reason.NOT_FINITE: Text("not a finite number", "不是有限数值"),
        Reason.NOT_DECODABLE: Text("the registers hold no value of this type", "寄存器内容无法解码"),
        Reason.OUT_OF_RANGE: Text("outside its range", "超出量程"),
        Reason.ADDRESS_REFUSED: Text("the device refuses this address", "设备拒绝该地址"),
        Reason.DEVICE_FAILURE: Text("the device reports a failure", "设备报告故障"),
        Reason.PLC_STOPPED: Text("the PLC's heartbeat stands still", "PLC 心跳停止"),
        Reason.MAP_MISMATCH: Text("the device has another register map", "设备寄存器表不匹配"),
        Reason.INPUT: Text("made from a value that is not good", "由不良数据计算得出"),
    }
)


@dataclass(frozen=True, slots=True)
class Value:
    """Value of a tag with quality and age.

    ``source_time`` is when the value was last known to hold, ``receive_time`` when the answer that
    brought it arrived. A value that is STALE or BAD for lack of communication keeps both, and the last
    scalar, so that its age can be shown; one that never was, or is nonsense, has None for a scalar.
    """

    scalar: Scalar | None
    quality: Quality
    reason: Reason
    source_time: float
    receive_time: float

    @property
    def is_good(self) -> bool:
        """Whether the value may be used without a thought."""
        return self.quality is Quality.GOOD

    def age(self, now: float) -> float:
        """Age at a UTC time [s]; never negative, whatever the wall clock did."""
        return max(0.0, now - self.source_time)

    def worse(self, quality: Quality, reason: Reason) -> "Value":
        """Return this value at a quality no better than `quality`; the older reason stays if it is worse."""
        if quality <= self.quality:
            return self
        return replace(self, quality=quality, reason=reason)


NOT_READ: Final = Value(None, Quality.BAD, Reason.NOT_READ, 0.0, 0.0)


def derive(function: Callable[..., float], *inputs: Value) -> Value:
    """Value made from others: the worst quality, the oldest source time.

    A BAD input gives a BAD value without calling `function`; a result that is not finite, or that
    cannot be computed, is BAD too.
    """
    quality = max(value.quality for value in inputs)
    source_time = min(value.source_time for value in inputs)
    receive_time = max(value.receive_time for value in inputs)
    reason = Reason.NONE if quality is Quality.GOOD else Reason.INPUT
    if quality is Quality.BAD:
        return Value(None, quality, reason, source_time, receive_time)
    try:
        scalar = float(function(*(value.scalar for value in inputs)))
    except (ArithmeticError, ValueError):
        scalar = math.nan
    if not math.isfinite(scalar):
        return Value(None, Quality.BAD, Reason.NOT_FINITE, source_time, receive_time)
    return Value(scalar, quality, reason, source_time, receive_time)


class LinkState(StrEnum):
    """What is known of the way to a device."""

    STARTING = "starting"
    UP = "up"
    SUSPECT = "suspect"  # the last poll failed, the one before did not
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All values of one device at one time; `values` by full tag name, never changed afterwards."""

    device: str
    time: float
    link: LinkState
    values: Mapping[str, Value]


class Role(IntEnum):
    """What a user may do; each includes those before it."""

    VIEWER = 0
    OPERATOR = 1
    ENGINEER = 2
    ADMIN = 3


class Origin(StrEnum):
    """Who is behind a command."""

    OPERATOR = "operator"
    AUTOMATIC = "automatic"  # the supervisor, in a mode an operator armed
    DISPATCH = "dispatch"  # the supervisor, following the grid's dispatch centre


class Authority(StrEnum):
    """Who sets the plant's power."""

    PLANT = "plant"
    DISPATCH = "dispatch"


class CommandState(StrEnum):
    """Stages of a command; the first is the only one that is not an end."""

    ACCEPTED = "accepted"
    VERIFIED = "verified"  # the plant was seen to do it
    CLAMPED = "clamped"  # the device settled at another value
    REFUSED = "refused"  # a check failed here; nothing was sent
    REJECTED = "rejected"  # the device said no
    UNCONFIRMED = "unconfirmed"  # sent, or perhaps sent; nothing proves the effect

    @property
    def is_end(self) -> bool:
        """Whether no other state can follow."""
        return self is not CommandState.ACCEPTED


MAX_COMMAND_LIFE: Final = 10.0  # [s]


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """A wish to set one tag.

    ``key`` is the sender's own: a second request with the same key gets the answer of the first and is
    not carried out again. ``issued_time`` and ``life`` bound how long the wish holds.
    """

    key: str
    tag: str
    value: Scalar
    issued_time: float
    life: float = MAX_COMMAND_LIFE
    origin: Origin = Origin.OPERATOR


@dataclass(frozen=True, slots=True)
class Refusal:
    """One check that failed: what stands in the way, and what clears it."""

    code: str
    text: Text
    clears: Text


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """What became of a command; ``refusals`` holds every failed check, not only the first."""

    command_id: str
    request: CommandRequest
    user: str
    state: CommandState
    time: float
    text: Text
    refusals: tuple[Refusal, ...] = ()
    seen: Value | None = None


_TYPES: Final[Mapping[str, tuple[type, ...]]] = MappingProxyType(
    {
        "key": (str,),
        "tag": (str,),
        "value": (bool, int, float, str),
        "issued_time": (int, float),
        "life": (int, float),
        "origin": (str,),
    }
)


def request_json(request: CommandRequest) -> str:
    """Request as the method `Command` takes it.

    Raises
    ------
    ValueError
        If a number is not finite: JSON has no such thing.
    """
    return _dumped(_request_content(request))


def read_request(text: str) -> CommandRequest:
    """Request from its JSON; keys with a default may be missing, others than these may not be there.

    Raises
    ------
    ValueError
        On the first thing that is wrong, in one line.
    """
    found = _loaded(text)
    if unknown := sorted(found.keys() - _TYPES.keys()):
        raise ValueError(f"command: {unknown[0][:40]!r} is not a known key")
    for name, types in _TYPES.items():
        value = found.get(name)
        if name in ("life", "origin") and name not in found:
            continue
        if not isinstance(value, types) or (isinstance(value, bool) and name != "value"):
            raise ValueError(f"command: {name} is missing, or of another type")
        if isinstance(value, float) and not math.isfinite(value):  # 1e999 is a number in JSON
            raise ValueError(f"command: {name} is no finite number")
    try:
        origin = Origin(found.get("origin", Origin.OPERATOR))
        times = float(found["issued_time"]), float(found.get("life", MAX_COMMAND_LIFE))
    except (OverflowError, ValueError) as exc:
        raise ValueError(f"command: {exc}") from None
    return CommandRequest(found["key"], found["tag"], found["value"], *times, origin)


def outcome_json(outcome: CommandOutcome) -> str:
    """Outcome as events and `Commands/Recent` carry it; a value that was no finite number becomes text."""
    seen = outcome.seen
    return _dumped(
        {
            "command_id": outcome.command_id,
            "request": _request_content(outcome.request) | {"value": _finite(outcome.request.value)},
            "user": outcome.user,
            "state": outcome.state,
            "time": outcome.time,
            "text": _text_json(outcome.text),
            "refusals": [
                {"code": r.code, "text": _text_json(r.text), "clears": _text_json(r.clears)}
                for r in outcome.refusals
            ],
            "seen": None
            if seen is None
            else [seen.scalar, seen.quality, seen.reason, seen.source_time, seen.receive_time],
        }
    )


def read_outcome(text: str) -> CommandOutcome:
    """Outcome from its JSON, as `outcome_json` wrote it.

    Raises
    ------
    ValueError
        If it is not that.
    """
    try:
        found = _loaded(text)
        seen = found["seen"]
        return CommandOutcome(
            command_id=found["command_id"],
            request=read_request(json.dumps(found["request"])),
            user=found["user"],
            state=CommandState(found["state"]),
            time=float(found["time"]),
            text=Text(**found["text"]),
            refusals=tuple(
                Refusal(r["code"], Text(**r["text"]), Text(**r["clears"])) for r in found["refusals"]
            ),
            seen=None if seen is None else Value(seen[0], Quality(seen[1]), Reason(seen[2]), *seen[3:]),
        )
    except (KeyError, TypeError, IndexError) as exc:
        raise ValueError(f"outcome: not as it is written here: {exc!r}") from None


def _request_content(request: CommandRequest) -> dict[str, Any]:
    return {
        "key": request.key,
        "tag": request.tag,
        "value": request.value,
        "issued_time": request.issued_time,
        "life": request.life,
        "origin": request.origin,
    }


def _finite(value: Scalar) -> Scalar:
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _dumped(content: Mapping[str, Any]) -> str:
    return json.dumps(content, allow_nan=False)


def _loaded(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("not JSON: nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")
    return found


def _refuse_constant(name: str) -> float:
    raise ValueError(f"not JSON: {name}")


def _text_json(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}


class AlarmState(StrEnum):
    """States of IEC 62682 / ISA-18.2."""

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED_UNACKNOWLEDGED = "returned_unacknowledged"
    LATCHED = "latched"
    SHELVED = "shelved"
    SUPPRESSED = "suppressed"
    OUT_OF_SERVICE = "out_of_service"


# Names of the OPC UA face. A tag's node is `s=<tag>` in the namespace, under `Plant/<device>`.
NAMESPACE: Final = "urn:orcplant"
PLANT_NODE: Final = "Plant"
MODEL_NODE: Final = "Plant/Model"
COMMAND_METHOD: Final = "Command"
RECENT_NODE: Final = "Commands/Recent"
READ_TREND_METHOD: Final = "ReadTrend"


def device_of(tag: str) -> str:
    """Device part of a full tag name: ``U07`` of ``U07.POWER_SP``."""
    return tag.partition(".")[0]
