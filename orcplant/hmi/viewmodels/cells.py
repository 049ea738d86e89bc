"""Cells of the matrices: one unit, one well, each seen at a glance. No Qt."""

from dataclasses import dataclass
from statistics import median
from typing import Final

from orcplant.hmi import texts
from orcplant.hmi.i18n import say
from orcplant.hmi.viewmodels import numbers
from orcplant.hmi.viewmodels.marks import NO_CURVE, AlarmMark, Curve, Indicator
from orcplant.hmi.viewmodels.model import DeviceInfo
from orcplant.hmi.viewmodels.reader import Reader, Shown, usable
from orcplant.live import Quality, Reason, Value, derive

UNIT: Final = "orc_unit"
PAD: Final = "wellfield"
HEATING: Final = "heating_station"
WATER: Final = "water_station"
SUBSTATION: Final = "substation"

START_STEPS: Final = ("preheating", "rolling", "synchronising", "running")
# In the order in which they are given up where there is no room.
_ROWS: Final = (
    (texts.VIB, "VIBRATION"),
    (texts.TOUT, "BRINE_T_OUT"),
    (texts.BRG, "BEARING_T"),
    (texts.SH, "SUPERHEAT"),
    (texts.LUBE, "LUBE_T"),
    (texts.SEAL, "SEAL_P"),
    (texts.WIND, "WINDING_T"),
)
_MOVING: Final = ("preheating", "rolling", "synchronising", "unloading", "cooling_down")
_GAP: Final = 10.0  # [%], range of the deviation bar
_GAP_BAND: Final = 2.0


@dataclass(frozen=True, slots=True)
class Row:
    """A label, its indicator, its number."""

    label: str
    indicator: Indicator | None
    shown: Shown
    mark: AlarmMark | None = None
    is_off: bool = False  # outside its band: bold


@dataclass(frozen=True, slots=True)
class UnitCell:
    """One unit of a matrix.

    Attributes
    ----------
    state : str
        Name in the register map; empty when not known.
    gap : float, optional
        Net power over expected, less 100 %. [%]
    lines : tuple of str
        What a cell that does not run says instead of its rows.
    steps : tuple of int, optional
        Steps of a start done, and how many there are.
    """

    name: str
    state: str
    word: str
    is_running: bool
    is_tripped: bool
    is_lost: bool
    power: Shown
    gap: float | None
    gap_text: str
    deviation: Indicator | None
    mark: AlarmMark | None
    lines: tuple[str, ...] = ()
    steps: tuple[int, int] | None = None
    rows: tuple[Row, ...] = ()
    curve: Curve = NO_CURVE
    rating: float = 0.0
    spoken: str = ""


def expected_power(reader: Reader, unit: str) -> Value:
    """Net power expected of a unit [kW]: working setpoint, or what the brine allows if less."""
    return derive(min, reader.value(f"{unit}.POWER_SP_RAMPED"), reader.value(f"{unit}.POWER_AVAILABLE"))


def gap(reader: Reader, unit: str) -> float | None:
    """Net power over expected, less 100 % [%]; None where nothing is expected."""
    expected, power = usable(expected_power(reader, unit)), reader.number(f"{unit}.POWER_NET")
    if expected is None or power is None or expected < 1.0:
        return None
    return 100.0 * (power / expected - 1.0)


def unit_cell(reader: Reader, device: DeviceInfo) -> UnitCell:
    """Cell of a unit."""
    name = device.name
    state = reader.state(f"{name}.STATE")
    is_lost = reader.store.is_device_lost(name)
    is_running = state == "running" and not is_lost
    worst = reader.store.worst([name])
    off = gap(reader, name) if is_running else None
    word = reader.state_text(f"{name}.STATE") if not is_lost else reader.say(texts.LOST_COMM)
    power = reader.shown(f"{name}.POWER_NET")
    tripped = state == "tripped" and not is_lost
    return UnitCell(
        name=name,
        state=state,
        word=word,
        is_running=is_running,
        is_tripped=tripped,
        is_lost=is_lost,
        power=power,
        gap=off,
        gap_text=f"{numbers.number(off, 1, is_signed=True)} %" if off is not None else "",
        deviation=Indicator(-_GAP, _GAP, (-_GAP_BAND, _GAP_BAND), (0.0,), off) if is_running else None,
        mark=worst.mark if worst is not None else None,
        lines=_lines(reader, name, state, is_lost=is_lost),
        steps=_steps(state) if not is_lost else None,
        rows=unit_rows(reader, name) if is_running else (),
        curve=reader.curve(f"{name}.POWER_NET"),
        rating=device.rating_kW or 0.0,
        spoken=f"{name} {word} {power.spoken}",
    )


def unit_rows(reader: Reader, name: str) -> tuple[Row, ...]:
    """Values of a running unit that show trouble early."""
    return tuple(row(reader, reader.say(label), f"{name}.{tag}") for label, tag in _ROWS)


def row(reader: Reader, label: str, tag: str) -> Row:
    """Row of a tag on its own scale."""
    shown = reader.shown(tag)
    scale = reader.indicator(tag)
    device, _, short = tag.partition(".")
    worst = reader.store.worst([device], short)
    off = scale is not None and shown.number is not None and not _inside(scale, shown.number)
    return Row(label, scale, shown, worst.mark if worst is not None else None, is_off=off)


def _inside(scale: Indicator, value: float) -> bool:
    return scale.band is None or scale.band[0] <= value <= scale.band[1]


def _lines(reader: Reader, name: str, state: str, *, is_lost: bool) -> tuple[str, ...]:
    if is_lost:
        value = reader.value(f"{name}.STATE")
        return (reader.say(texts.LOST_FOR, age=numbers.age(value.age(reader.now), reader.language)),)
    if state == "tripped":
        worst = reader.store.worst([name], "TRIPS")
        cause = reader.state_text(f"{name}.FIRST_OUT")
        since = f"{reader.say(texts.FIRST_OUT)} {reader.clock(worst.time)}" if worst is not None else ""
        return tuple(line for line in (cause, since) if line)
    if state in START_STEPS[:-1]:
        step = START_STEPS.index(state) + 1
        return (reader.say(texts.STEP_OF, step=step, count=len(START_STEPS)),)
    return ()


def _steps(state: str) -> tuple[int, int] | None:
    if state not in START_STEPS[:-1]:
        return None
    return START_STEPS.index(state), len(START_STEPS)


def is_moving(state: str) -> bool:
    """Whether a unit is on its way to another state."""
    return state in _MOVING


@dataclass(frozen=True, slots=True)
class WellCell:
    """One pad: a production well over its injection well."""

    name: str
    temperature: Shown
    flow: Shown
    indicator: Indicator | None
    word: str
    is_open: bool
    is_lost: bool
    mark: AlarmMark | None
    spoken: str = ""


def well_cell(reader: Reader, device: DeviceInfo) -> WellCell:
    """Cell of a pad."""
    name = device.name
    state = reader.state(f"{name}.PROD_STATE")
    worst = reader.store.worst([name])
    flow = reader.shown(f"{name}.PROD_FLOW")
    temperature = reader.shown(f"{name}.PROD_T")
    return WellCell(
        name=name,
        temperature=temperature,
        flow=flow,
        indicator=_flow_indicator(reader, name),
        word=reader.state_text(f"{name}.PROD_STATE"),
        is_open=state == "open",
        is_lost=reader.store.is_device_lost(name),
        mark=worst.mark if worst is not None else None,
        spoken=f"{name} {temperature.spoken} {flow.spoken}",
    )


def _flow_indicator(reader: Reader, name: str) -> Indicator | None:
    """Flow around its setpoint: the alarm on the difference is the band."""
    setpoint = reader.number(f"{name}.PROD_FLOW_SP_ACCEPTED")
    value = reader.value(f"{name}.PROD_FLOW")
    if setpoint is None:
        return None
    return Indicator(
        0.0,
        1.5 * max(setpoint, 1.0),
        (max(0.0, setpoint - 5.0), setpoint + 5.0),
        (),
        usable(value),
        is_old=value.quality >= Quality.STALE,
    )


def counts(reader: Reader, cells: list[UnitCell]) -> str:
    """How many units are in which state, in words."""
    groups = (
        (texts.COUNT_RUN, sum(c.is_running for c in cells)),
        (texts.COUNT_START, sum(c.steps is not None for c in cells)),
        (texts.COUNT_TRIP, sum(c.is_tripped for c in cells)),
        (
            texts.COUNT_STANDBY,
            sum(not c.is_running and not c.is_tripped and c.steps is None and not c.is_lost for c in cells),
        ),
        (texts.COUNT_LOST, sum(c.is_lost for c in cells)),
    )
    shown = [(text, count) for k, (text, count) in enumerate(groups) if count or k in (0, 2)]
    return "   ".join(f"{count} {say(text, reader.language)}" for text, count in shown)


def total(reader: Reader, tag: str, *, kind: str = UNIT) -> Value:
    """Sum of a tag over the devices of a type; uncertain where one is missing."""
    values = [reader.value(f"{device.name}.{tag}") for device in reader.model.of_type(kind)]
    good = [value for value in values if usable(value) is not None]
    if not good:
        return values[0] if values else Value(None, Quality.BAD, Reason.INPUT, 0.0, 0.0)
    summed = derive(lambda *parts: float(sum(parts)), *good)
    if len(good) < len(values):
        return summed.worse(Quality.UNCERTAIN, Reason.INPUT)
    return summed


def middle(values: list[float]) -> float | None:
    """Median; None of nothing."""
    return median(values) if values else None
