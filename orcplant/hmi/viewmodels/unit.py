"""One unit: mimic, controller, permissives, start sequence, temperature over entropy. Level 3. No Qt."""

import math
from dataclasses import dataclass
from typing import Final

from orcplant.hmi import texts
from orcplant.hmi.viewmodels import numbers
from orcplant.hmi.viewmodels.cells import START_STEPS, UNIT, UnitCell, unit_cell
from orcplant.hmi.viewmodels.command import Action, unit_actions
from orcplant.hmi.viewmodels.marks import Curve, Indicator
from orcplant.hmi.viewmodels.model import DeviceInfo, Diagram, Pairs, interpolated
from orcplant.hmi.viewmodels.reader import Reader, Shown

_PERMISSIVES_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Check:
    """A condition: whether it holds, None if it is not known."""

    text: str
    holds: bool | None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the start sequence."""

    number: int
    text: str
    condition: str
    is_done: bool
    is_now: bool


@dataclass(frozen=True, slots=True)
class TsPlot:
    """Temperature over entropy: what is fixed by design, and what was measured.

    `measured` is closed; `points` are (s, T, text) of what is measured directly.
    """

    fluid: str
    diagram: Diagram | None
    measured: Pairs
    brine: Pairs
    points: tuple[tuple[float, float, str], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Controller:
    """The faceplate of net power."""

    title: str
    authority: str
    indicator: Indicator
    rows: tuple[tuple[str, Shown, str], ...]


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One curve of the unit's history."""

    title: str
    curve: Curve
    range: tuple[float, float]
    band: tuple[float, float] | None
    last: str


@dataclass(frozen=True, slots=True)
class UnitPage:
    """Everything on the page of a unit; `values` of the mimic by tag without prefix."""

    name: str
    subtitle: str
    neighbours: tuple[str, str]
    cell: UnitCell
    state: str
    values: dict[str, Shown]
    flags: dict[str, bool | None]
    openings: dict[str, float | None]
    has_recuperator: bool
    controller: Controller
    checks: tuple[Check, ...]
    checks_text: str
    more_clear: str
    steps: tuple[Step, ...]
    sequence_note: str
    ts: TsPlot
    trends: tuple[TrendRow, ...]
    actions: tuple[Action, ...]
    is_on_the_way: bool


_MIMIC: Final = (
    "BRINE_T_IN",
    "BRINE_T_OUT",
    "BRINE_P_IN",
    "BRINE_P_OUT",
    "BRINE_FLOW",
    "BRINE_VALVE_POS",
    "BYPASS_VALVE_POS",
    "WF_P_EVAP",
    "WF_P_COND",
    "WF_T_EXP_IN",
    "WF_T_EXP_OUT",
    "WF_T_PUMP_IN",
    "WF_T_HEATER_IN",
    "WF_FLOW",
    "WF_LEVEL",
    "PUMP_SPEED",
    "FAN_SPEED",
    "T_AMBIENT",
    "COND_T_AIR_OUT",
    "SUPERHEAT",
    "SUBCOOLING",
    "SPEED",
    "FREQUENCY",
    "POWER_FACTOR",
    "POWER_GROSS",
    "POWER_PUMP",
    "POWER_FANS",
    "WINDING_T",
    "VIBRATION",
    "BEARING_T",
)
_FLAGS: Final = ("BREAKER", "PUMP_ON", "FANS_ON")


def unit_page(reader: Reader, name: str) -> UnitPage | None:
    """Page of a unit; None if there is no such unit."""
    device = reader.model.device(name)
    if device is None or device.type != UNIT:
        return None
    cell = unit_cell(reader, device)
    checks = _checks(reader, name)
    clear = sum(check.holds is True for check in checks)
    blocking = [check for check in checks if check.holds is not True]
    shown = (blocking + [check for check in checks if check.holds is True])[:_PERMISSIVES_SHOWN]
    hidden = len(checks) - len(shown)
    return UnitPage(
        name=name,
        subtitle=_subtitle(device),
        neighbours=neighbours(reader, name),
        cell=cell,
        state=cell.word,
        values={tag: reader.shown(f"{name}.{tag}") for tag in _MIMIC},
        flags={tag: reader.flag(f"{name}.{tag}") for tag in _FLAGS},
        openings={tag: reader.number(f"{name}.{tag}") for tag in ("BRINE_VALVE_POS", "BYPASS_VALVE_POS")},
        has_recuperator=_has_recuperator(reader, device),
        controller=_controller(reader, device),
        checks=tuple(shown),
        checks_text=reader.say(texts.CLEAR, clear=clear, count=len(checks)) if checks else "",
        more_clear=reader.say(texts.MORE_CLEAR, count=hidden) if hidden else "",
        steps=_steps(reader, name, cell.state),
        sequence_note=_sequence_note(reader, name),
        ts=ts_plot(reader, device),
        trends=_trends(reader, device),
        actions=unit_actions(reader, name),
        is_on_the_way=cell.steps is not None,
    )


def neighbours(reader: Reader, name: str) -> tuple[str, str]:
    """Units before and after, round the row."""
    names = [device.name for device in reader.model.of_type(UNIT)]
    if name not in names:
        return ("", "")
    place = names.index(name)
    return names[place - 1], names[(place + 1) % len(names)]


def _subtitle(device: DeviceInfo) -> str:
    parts = [device.fluid, f"{device.rating_kW:.0f} kW" if device.rating_kW else ""]
    return ", ".join(part for part in parts if part)


def _has_recuperator(reader: Reader, device: DeviceInfo) -> bool:
    diagram = reader.model.diagrams.get(device.diagram)
    return diagram is not None and "recuperator_hot_out" in diagram.points


def _controller(reader: Reader, device: DeviceInfo) -> Controller:
    name = device.name
    limits = reader.model.range_of(f"{name}.POWER_SP")
    top = (limits[1] if limits else device.rating_kW) or 1.0
    available = reader.number(f"{name}.POWER_AVAILABLE")
    pending = reader.store.pending(f"{name}.POWER_SP")
    asked = pending.request.value if pending is not None else None
    indicator = Indicator(
        lo=0.0,
        hi=1.05 * top,
        band=(0.0, available) if available is not None else None,
        ticks=(top,),
        value=reader.number(f"{name}.POWER_NET"),
        setpoint=reader.number(f"{name}.POWER_SP_ACCEPTED"),
        expected=reader.number(f"{name}.POWER_SP_RAMPED"),
        asked=float(asked) if isinstance(asked, int | float) else None,
    )
    rows = (
        (reader.say(texts.PV), reader.shown(f"{name}.POWER_NET"), reader.say(texts.MEASURED_NET)),
        (reader.say(texts.SP), reader.shown(f"{name}.POWER_SP_ACCEPTED"), reader.say(texts.ACCEPTED_SP)),
        (reader.say(texts.RAMP), reader.shown(f"{name}.POWER_SP_RAMPED"), reader.say(texts.WORKING_SP)),
        (reader.say(texts.OP), reader.shown(f"{name}.BRINE_VALVE_POS"), reader.say(texts.BRINE_VALVE)),
    )
    return Controller(
        reader.say(texts.CONTROLLER, unit=name), reader.state_text(f"{name}.AUTHORITY"), indicator, rows
    )


def _checks(reader: Reader, name: str) -> list[Check]:
    bits = reader.bits(f"{name}.PERMISSIVES")
    info = reader.info(f"{name}.PERMISSIVES")
    if info is None:
        return []
    names = [info.states[bit] for bit in sorted(info.states)]
    return [
        Check(
            reader.say(texts.state_text(bit)), None if bits is None else bits[bit], _proof(reader, name, bit)
        )
        for bit in names
    ]


_PROOF: Final = {
    "brine_available": "BRINE_P_IN",
    "lube_ok": "LUBE_P",
    "seal_ok": "SEAL_P",
    "gas_clear": "GAS_CONC",
    "grid_ok": "FREQUENCY",
    "level_ok": "WF_LEVEL",
    "cooling_ok": "T_AMBIENT",
}


def _proof(reader: Reader, name: str, bit: str) -> str:
    tag = _PROOF.get(bit)
    if tag is None:
        return ""
    return reader.shown(f"{name}.{tag}").spoken


def _steps(reader: Reader, name: str, state: str) -> tuple[Step, ...]:
    place = START_STEPS.index(state) if state in START_STEPS else -1
    conditions = ("BRINE_T_OUT", "SPEED", "FREQUENCY", "POWER_NET")
    return tuple(
        Step(
            number=k + 1,
            text=reader.say(texts.state_text(step)),
            condition=reader.shown(f"{name}.{tag}").spoken,
            is_done=place > k or state == "running",
            is_now=place == k and state != "running",
        )
        for k, (step, tag) in enumerate(zip(START_STEPS, conditions, strict=True))
    )


def _sequence_note(reader: Reader, name: str) -> str:
    starts, hours = reader.shown(f"{name}.STARTS", places=0), reader.shown(f"{name}.RUN_HOURS")
    return f"{starts.text} {reader.say(texts.STARTS)}, {hours.text} {reader.say(texts.RUN_HOURS)}"


def _trends(reader: Reader, device: DeviceInfo) -> tuple[TrendRow, ...]:
    name = device.name
    rating = device.rating_kW or 1.0
    rows = (
        (texts.NET_POWER_KW, "POWER_NET", (0.0, rating), None),
        (texts.VAPOUR_T, "WF_T_EXP_IN", (0.0, 160.0), None),
        (texts.VIBRATION_UNIT, "VIBRATION", (0.0, 12.5), (0.0, 7.1)),
    )
    found = []
    for title, tag, reach, band in rows:
        scale = reader.indicator(f"{name}.{tag}")
        found.append(
            TrendRow(
                reader.say(title),
                reader.curve(f"{name}.{tag}"),
                (scale.lo, scale.hi) if scale else reach,
                scale.band if scale else band,
                reader.shown(f"{name}.{tag}").text,
            )
        )
    return tuple(found)


def ts_plot(reader: Reader, device: DeviceInfo) -> TsPlot:
    """Measured cycle laid over the design's diagram.

    The window knows no equation of state. Liquid is taken as saturated at its temperature (its entropy hardly
    depends on pressure); vapour above its dew point gets cp ln(T/T_dew), its cp [kJ/kgK] carrying the
    design's own vapour from its dew point to its expander outlet. Both are exact at the design point's
    condenser.
    """
    diagram = reader.model.diagrams.get(device.diagram)
    if diagram is None:
        return TsPlot(device.fluid, None, (), (), (), reader.say(texts.NO_DIAGRAM))
    if reader.state(f"{device.name}.STATE") != "running":
        return TsPlot(device.fluid, diagram, (), (), (), reader.say(texts.NOT_RUNNING_TS))
    tags = (
        "WF_P_EVAP",
        "WF_P_COND",
        "WF_T_EXP_IN",
        "WF_T_EXP_OUT",
        "WF_T_PUMP_IN",
        "WF_T_HEATER_IN",
        "BRINE_T_IN",
        "BRINE_T_OUT",
    )
    found = [reader.number(f"{device.name}.{tag}") for tag in tags]
    known = [value for value in found if value is not None]
    if len(known) < len(found):
        return TsPlot(device.fluid, diagram, (), (), (), numbers.NONE)
    p_evap, p_cond, t_in, t_out, t_pump, t_heater, brine_in, brine_out = known
    curve = DomeCurve(diagram)
    boil, condense = curve.at_pressure(p_evap), curve.at_pressure(p_cond)
    if boil is None or condense is None:
        return TsPlot(device.fluid, diagram, (), (), (), numbers.NONE)
    hot = (curve.vapour(boil, t_in), t_in)
    exhaust = (curve.vapour(condense, t_out), t_out)
    start = (curve.liquid(t_pump), t_pump)
    heated = [(curve.liquid(t), t) for t in _between(max(t_pump, t_heater), boil[0], 8)]
    measured = (
        start,
        *heated,
        (boil[1], boil[0]),
        (boil[2], boil[0]),
        hot,
        exhaust,
        (condense[2], condense[0]),
        (condense[1], condense[0]),
        start,
    )
    points = (
        (*hot, f"{numbers.number(t_in, 1)}"),
        (*exhaust, f"{numbers.number(t_out, 1)}"),
        (*start, f"{numbers.number(t_pump, 1)}"),
    )
    brine = _scaled(diagram.brine, brine_out, brine_in)
    return TsPlot(device.fluid, diagram, measured, brine, points, "")


def _between(low: float, high: float, count: int) -> list[float]:
    if high <= low:
        return []
    return [low + (high - low) * k / count for k in range(count)]


def _scaled(line: Pairs, low: float, high: float) -> Pairs:
    """Brine of the design, its ends moved to the measured temperatures."""
    if len(line) < 2:
        return ()
    first, last = line[0][1], line[-1][1]
    return tuple((s, low + (high - low) * (t - first) / (last - first)) for s, t in line)


class DomeCurve:
    """Saturation line of a diagram, read between its points."""

    def __init__(self, diagram: Diagram) -> None:
        self._temperatures = [row[0] for row in diagram.dome]
        self._logs = [math.log(row[1]) for row in diagram.dome]
        self._liquid = [row[2] for row in diagram.dome]
        self._vapour = [row[3] for row in diagram.dome]
        self._cp = self._heat_capacity(diagram)

    def at_pressure(self, p_bar: float) -> tuple[float, float, float] | None:
        """Temperature [degC] and entropies of liquid and vapour at a pressure; None outside the dome."""
        if p_bar <= 0.0 or not self._logs[0] <= math.log(p_bar) <= self._logs[-1]:
            return None
        place = math.log(p_bar)
        rows = (self._temperatures, self._liquid, self._vapour)
        t, liquid, vapour = (interpolated(self._logs, row, place) for row in rows)
        return t, liquid, vapour

    def liquid(self, t: float) -> float:
        """Entropy of liquid at a temperature."""
        return interpolated(self._temperatures, self._liquid, t)

    def vapour(self, boiling: tuple[float, float, float], t: float) -> float:
        """Entropy of vapour at a temperature, on the isobar of a boiling point."""
        t_boil, _, dew = boiling
        if t <= t_boil:
            return dew
        return dew + self._cp * math.log((t + 273.15) / (t_boil + 273.15))

    def _heat_capacity(self, diagram: Diagram) -> float:
        t, p, s = diagram.points["expander_out"]
        boiling = self.at_pressure(p)
        if boiling is None or t <= boiling[0] + 1.0:
            return 1.0
        return (s - boiling[2]) / math.log((t + 273.15) / (boiling[0] + 273.15))
