"""Whether what an alarm is about holds, seen from the values of its tag: yes, no, or not known."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

from orcplant.control.alarms.definition import Definition
from orcplant.live import Quality, Reason, Scalar, Value
from orcplant.tags import AlarmKind, Kind

ROC_WINDOW_S: Final = 60.0
ROC_LEAST_S: Final = 10.0  # a slope over less is noise

# Of a lost device; its own alarm tells that.
_SILENT: Final = (Reason.COMMUNICATION, Reason.TOO_OLD, Reason.NOT_READ)


class Condition:
    """The comparator of one alarm, with its deadband.

    A value that is STALE or BAD says nothing about a limit: neither that it holds nor that it is over.
    """

    __slots__ = ("_definition", "_holds", "_is_state", "_samples")

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._holds: bool | None = None
        self._samples: deque[tuple[float, float]] = deque()
        self._is_state = _state_test(definition) if definition.kind == AlarmKind.STATE else None

    def holds(self, values: Mapping[str, Value], now: float) -> bool | None:
        """Look at the latest values of the device; `now` is monotonic [s]."""
        definition = self._definition
        if definition.tag is None:
            return None
        value = values.get(definition.tag.name)
        if value is None:
            return None
        if definition.kind == AlarmKind.BAD:
            if value.reason in _SILENT:
                return None
            return value.quality is Quality.BAD
        if not _is_usable(value) or value.scalar is None:
            self._samples.clear()
            return None
        if self._is_state is not None:
            return self._is_state(value.scalar)
        excess = self._excess(float(value.scalar), values, now)
        if excess is None:
            return None
        # Above its limit it comes, back by the deadband it goes, in between it stays.
        self._holds = excess > (-definition.deadband if self._holds else 0.0)
        return self._holds

    def forget(self) -> None:
        """Begin anew after a time without values."""
        self._samples.clear()

    def _excess(self, number: float, values: Mapping[str, Value], now: float) -> float | None:
        """How far beyond the limit [eng_unit]; negative inside."""
        definition = self._definition
        match definition.kind:
            case AlarmKind.H | AlarmKind.HH:
                return number - definition.limit
            case AlarmKind.L | AlarmKind.LL:
                return definition.limit - number
            case AlarmKind.DEV:
                other = values.get(definition.reference)
                if other is None or not _is_usable(other) or other.scalar is None:
                    return None
                return abs(number - float(other.scalar)) - definition.limit
            case _:
                return self._slope_excess(number, now)

    def _slope_excess(self, number: float, now: float) -> float | None:
        samples = self._samples
        samples.append((now, number))
        while now - samples[0][0] > ROC_WINDOW_S:
            samples.popleft()
        span = now - samples[0][0]
        if span < ROC_LEAST_S:
            return None
        return abs(number - samples[0][1]) * 60.0 / span - self._definition.limit


def _is_usable(value: Value) -> bool:
    return value.quality in (Quality.GOOD, Quality.UNCERTAIN)


def _state_test(definition: Definition) -> Callable[[Scalar], bool]:
    assert definition.tag is not None  # noqa: S101
    dtype = definition.tag.dtype
    if dtype.kind is Kind.BOOL:
        wanted = definition.state == "1"
        return lambda scalar: bool(scalar) is wanted
    code = dict(dtype.names)[definition.state]
    if dtype.kind is Kind.BITS:
        return lambda scalar: bool(int(scalar) >> code & 1)
    return lambda scalar: int(scalar) == code
