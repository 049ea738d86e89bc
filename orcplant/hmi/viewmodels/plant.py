"""The plant at a glance: level 1. No Qt."""

from dataclasses import dataclass
from typing import Final

from orcplant.hmi import texts
from orcplant.hmi.viewmodels import numbers, scales
from orcplant.hmi.viewmodels.alarms import reading
from orcplant.hmi.viewmodels.cells import (
    HEATING,
    PAD,
    SUBSTATION,
    UNIT,
    WATER,
    Row,
    UnitCell,
    WellCell,
    counts,
    expected_power,
    row,
    total,
    unit_cell,
    well_cell,
)
from orcplant.hmi.viewmodels.marks import AlarmMark, Curve, Indicator
from orcplant.hmi.viewmodels.model import DeviceInfo
from orcplant.hmi.viewmodels.reader import ABSENT, Reader, Shown, usable
from orcplant.live import Text, Value, derive

_MW: Final = 1e-3
_WORST: Final = 3
_WATCHED: Final = 5
_CONSUMERS: Final = ("HEAT_POWER", "GREENHOUSE_POWER", "SPA_POWER", "AQUACULTURE_POWER")
_WATER_ROWS: Final = (
    (texts.BUBBLE_SHORT, "BUBBLE_MARGIN"),
    (texts.PH, "PH"),
    (texts.OXYGEN, "O2"),
    (texts.CORROSION, "CORROSION_RATE"),
    (texts.FILTER, "FILTER_DP"),
    (texts.TANK, "DOSE_TANK_LEVEL"),
)
_COUNTERS: Final = (
    (texts.EXPORTED, SUBSTATION, "EXPORT_ENERGY", "MWh", 1e-3),
    (texts.IMPORTED, SUBSTATION, "IMPORT_ENERGY", "MWh", 1e-3),
    (texts.TOWN_HEAT, HEATING, "HEAT_ENERGY", "GJ", 1.0),
    (texts.MASS_PRODUCED, WATER, "PRODUCED_MASS", "t", 1.0),
    (texts.MASS_REINJECTED, WATER, "REINJECTED_MASS", "t", 1.0),
    (texts.AUXILIARY, SUBSTATION, "AUX_POWER", "kW", 1.0),
    (texts.FREQUENCY, SUBSTATION, "F", "Hz", 1.0),
)


@dataclass(frozen=True, slots=True)
class NetPower:
    """Power at the connection point, and what the units were asked for."""

    shown: Shown
    indicator: Indicator
    rows: tuple[tuple[str, Shown, Shown], ...]  # label, power, gap of the units to it
    curve: Curve
    band: tuple[float, float] | None
    range: tuple[float, float]
    span: str


@dataclass(frozen=True, slots=True)
class Kpi:
    """A value with its indicator, a note and its history."""

    title: str
    shown: Shown
    indicator: Indicator | None
    notes: tuple[str, ...]
    curve: Curve
    mark: AlarmMark | None
    range: tuple[float, float]
    band: tuple[float, float] | None
    tag: str


@dataclass(frozen=True, slots=True)
class Stair:
    """A place of the heating cascade: temperature behind it, what it takes, its exchanger's own outlet."""

    text: str
    temperature: Shown
    taken: str
    own_outlet: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One of a row of alike things."""

    name: str
    shown: Shown
    indicator: Indicator | None
    mark: AlarmMark | None


@dataclass(frozen=True, slots=True)
class WorstAlarm:
    """An alarm in three lines."""

    key: str
    mark: AlarmMark
    source: str
    text: str
    reading: str
    clock: str
    consequence: str
    action: str
    is_bold: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """A value near a limit."""

    source: str
    label: str
    indicator: Indicator
    shown: Shown
    limit: str


@dataclass(frozen=True, slots=True)
class PlantPage:
    """Everything on the plant page."""

    net: NetPower
    kpis: tuple[Kpi, ...]
    wells: tuple[WellCell, ...]
    units: tuple[UnitCell, ...]
    counts: str
    alarms: tuple[WorstAlarm, ...]
    alarm_counts: str
    watch: tuple[Watch, ...]
    stairs: tuple[Stair, ...]
    outdoor: str
    silica: float | None
    injection: tuple[Column, ...]
    injection_sum: str
    injection_limit: str
    water: tuple[Row, ...]
    counters: tuple[tuple[str, Shown], ...]


def plant_page(reader: Reader) -> PlantPage:
    """Plant page as it stands."""
    units = [unit_cell(reader, device) for device in reader.model.of_type(UNIT)]
    pads = reader.model.of_type(PAD)
    shown = reader.store.shown_alarms()
    active = sum(alarm.is_active for alarm in shown)
    waiting = sum(alarm.needs_acknowledge for alarm in shown)
    high = scales.limits_of(reader.model, PAD, "INJ_P")[1]
    unit = numbers.unit_text(_unit(reader, pads, "INJ_P"))
    flow = total(reader, "INJ_FLOW", kind=PAD)
    return PlantPage(
        net=_net(reader),
        kpis=tuple(
            kpi for kpi in (_heat(reader), _return(reader), _reinjected(reader), _bubble(reader)) if kpi
        ),
        wells=tuple(well_cell(reader, pad) for pad in pads),
        units=tuple(units),
        counts=counts(reader, units),
        alarms=tuple(worst_alarm(reader, key.key) for key in shown[:_WORST]),
        alarm_counts=reader.say(texts.ACTIVE_NOT_ACK, active=active, waiting=waiting) if shown else "",
        watch=watch(reader),
        stairs=_stairs(reader),
        outdoor=_outdoor(reader),
        silica=_silica(reader),
        injection=tuple(_column(reader, pad) for pad in pads),
        injection_sum=f"{reader.say(texts.SUM)} {reader.of_value(flow, 'kg/s', 1).spoken}",
        injection_limit="" if high is None else f"{reader.say(texts.LIMIT)} {high:g} {unit}",
        water=_water(reader),
        counters=_counters(reader),
    )


def worst_alarm(reader: Reader, key: str) -> WorstAlarm:
    """An alarm in three lines."""
    alarm = reader.store.alarms[key]
    return WorstAlarm(
        key=key,
        mark=alarm.mark,
        source=alarm.device,
        text=reader.say(alarm.info.text),
        reading=reading(reader, alarm),
        clock=reader.clock(alarm.time),
        consequence=reader.say(alarm.info.consequence),
        action=f"{reader.say(texts.DO)} {reader.say(alarm.info.action)}",
        is_bold=alarm.needs_acknowledge,
    )


def _only(reader: Reader, kind: str) -> DeviceInfo | None:
    devices = reader.model.of_type(kind)
    return devices[0] if devices else None


def _unit(reader: Reader, devices: tuple[DeviceInfo, ...], tag: str) -> str:
    info = reader.info(f"{devices[0].name}.{tag}") if devices else None
    return "" if info is None else info.unit


def _net(reader: Reader) -> NetPower:
    station = _only(reader, SUBSTATION)
    tag = f"{station.name}.P" if station else ""
    units = total(reader, "POWER_NET")
    setpoints, available = total(reader, "POWER_SP_RAMPED"), _expected_total(reader)
    installed = sum(device.rating_kW or 0.0 for device in reader.model.of_type(UNIT)) or 1.0
    whole = _MW * installed

    def line(label: Text, value: Value) -> tuple[str, Shown, Shown]:
        gap = derive(lambda a, b: a - b, units, value)
        return (
            reader.say(label),
            reader.of_value(value, "MW", 2, factor=_MW),
            reader.of_value(gap, "MW", 2, factor=_MW, is_signed=True),
        )

    rows = (line(texts.SETPOINTS, setpoints), line(texts.AVAILABLE, available))
    power, wanted = reader.number(tag), usable(setpoints)
    target = None if wanted is None else _MW * wanted
    band = None if target is None else (0.97 * target, min(whole, 1.03 * target))
    return NetPower(
        shown=reader.shown(tag, unit="MW", factor=_MW),
        indicator=Indicator(0.0, whole, band, (), None if power is None else _MW * power, setpoint=target),
        rows=rows,
        curve=reader.curve(tag),
        band=None if band is None else (band[0] / _MW, band[1] / _MW),
        range=(0.0, installed),
        span=reader.say(texts.LAST_4_H),
    )


def _expected_total(reader: Reader) -> Value:
    values = [expected_power(reader, device.name) for device in reader.model.of_type(UNIT)]
    good = [value for value in values if usable(value) is not None]
    return derive(lambda *parts: float(sum(parts)), *good) if good else reader.value("")


def _kpi(
    reader: Reader,
    title: Text,
    tag: str,
    notes: tuple[str, ...],
    *,
    reach: tuple[float, float],
    places: int = 1,
) -> Kpi:
    device, _, short = tag.partition(".")
    scale = reader.indicator(tag)
    worst = reader.store.worst([device], short)
    shown = (scale.lo, scale.hi) if scale else reach
    return Kpi(
        title=reader.say(title),
        shown=reader.shown(tag, places=places),
        indicator=scale,
        notes=notes,
        curve=reader.curve(tag),
        mark=worst.mark if worst is not None else None,
        range=shown,
        band=scale.band if scale else None,
        tag=tag,
    )


def _heat(reader: Reader) -> Kpi | None:
    station = _only(reader, HEATING)
    if station is None:
        return None
    parts = [reader.value(f"{station.name}.{tag}") for tag in _CONSUMERS]
    sums = derive(lambda *each: float(sum(each)), *parts)
    town = f"{station.name}.HEAT_POWER"
    demand = reader.shown(f"{station.name}.HEAT_DEMAND", unit="MW", factor=_MW, places=1)
    supplied = reader.shown(town, unit="MW", factor=_MW, places=1)
    asked, power = reader.number(f"{station.name}.HEAT_DEMAND"), reader.number(town)
    whole = max(1.0, 2.0 * (asked or 0.0), 1.2 * (power or 0.0))
    band = None if asked is None else (0.95 * asked, 1.05 * asked)
    return Kpi(
        title=reader.say(texts.HEAT),
        shown=reader.of_value(sums, "MW", 1, factor=_MW),
        indicator=Indicator(0.0, whole, band, (), power, setpoint=asked),
        notes=(
            f"{reader.say(texts.TOWN)} {supplied.text}",
            f"{reader.say(texts.DEMAND)} {demand.text}",
        ),
        curve=reader.curve(town),
        mark=_mark(reader, station.name),
        range=(0.0, whole),
        band=None,
        tag=town,
    )


def _mark(reader: Reader, device: str) -> AlarmMark | None:
    worst = reader.store.worst([device])
    return worst.mark if worst is not None else None


def _silica(reader: Reader) -> float | None:
    return scales.limits_of(reader.model, WATER, "RETURN_T")[0]


def _return(reader: Reader) -> Kpi | None:
    station = _only(reader, WATER)
    if station is None:
        return None
    tag = f"{station.name}.RETURN_T"
    limit, value = _silica(reader), reader.number(tag)
    margin = None if limit is None or value is None else value - limit
    notes: tuple[str, ...] = ()
    if limit is not None:
        notes = (
            f"{reader.say(texts.SILICA_LIMIT)} {limit:.1f}",
            f"{reader.say(texts.MARGIN)} {numbers.number(margin, 1)}",
        )
    return _kpi(reader, texts.REINJECTION_T, tag, notes, reach=(40.0, 90.0))


def _reinjected(reader: Reader) -> Kpi | None:
    station = _only(reader, WATER)
    if station is None:
        return None
    tag = f"{station.name}.FLOW_REINJECTED"
    produced = reader.value(f"{station.name}.FLOW_PRODUCED")
    made, back = usable(produced), reader.number(tag)
    ratio = None if made is None or back is None or made < 1.0 else 100.0 * back / made
    notes = (
        f"{reader.say(texts.PRODUCED)} {reader.of_value(produced, 'kg/s', 1).text}",
        f"{reader.say(texts.RATIO)} {numbers.number(ratio, 1)} %",
    )
    kpi = _kpi(reader, texts.REINJECTED, tag, notes, reach=(0.0, 1.0))
    whole = max(1.0, 1.5 * (made or 1.0))
    # Everything produced goes back: the band is 2 % about the production.
    band = None if made is None else (0.98 * made, 1.02 * made)
    scale = Indicator(0.0, whole, band, (), back, setpoint=made)
    return Kpi(kpi.title, kpi.shown, scale, notes, kpi.curve, kpi.mark, (0.0, whole), band, tag)


def _bubble(reader: Reader) -> Kpi | None:
    places = [(f"{pad.name}.BUBBLE_MARGIN", pad.name) for pad in reader.model.of_type(PAD)]
    places += [(f"{station.name}.BUBBLE_MARGIN", station.name) for station in reader.model.of_type(WATER)]
    known = [(value, tag, name) for tag, name in places if (value := reader.number(tag)) is not None]
    if not known:
        return None
    _, tag, name = min(known)
    low = scales.limits_of(reader.model, PAD, "BUBBLE_MARGIN")[0]
    notes = (name,) if low is None else (name, f"{reader.say(texts.LIMIT)} {low:.1f}")
    return _kpi(reader, texts.BUBBLE, tag, notes, reach=(0.0, 6.0))


def _stairs(reader: Reader) -> tuple[Stair, ...]:
    heating, water = _only(reader, HEATING), _only(reader, WATER)
    if water is None:
        return ()
    steps = [
        Stair(
            reader.say(texts.WELLHEADS),
            reader.shown(f"{water.name}.HEADER_T"),
            _flow(reader, "FLOW_PRODUCED"),
        )
    ]
    if heating is not None:
        name = heating.name
        others = derive(
            lambda *each: float(sum(each)), *(reader.value(f"{name}.{tag}") for tag in _CONSUMERS[1:])
        )
        steps += [
            Stair(
                reader.say(texts.ORC),
                reader.shown(f"{name}.BRINE_T_IN"),
                _power(reader, total(reader, "POWER_NET")),
            ),
            Stair(
                reader.say(texts.DISTRICT),
                reader.of_value(_mixed(reader, name, water.name), "degC", 1),
                _power(reader, reader.value(f"{name}.HEAT_POWER")),
                reader.number(f"{name}.BRINE_T_OUT"),
            ),
            Stair(reader.say(texts.OTHER_HEAT), reader.shown(f"{name}.T_TAIL_OUT"), _power(reader, others)),
        ]
    steps.append(
        Stair(
            reader.say(texts.REINJECT),
            reader.shown(f"{water.name}.RETURN_T"),
            _flow(reader, "FLOW_REINJECTED"),
        )
    )
    return tuple(steps)


def _mixed(reader: Reader, station: str, water: str) -> Value:
    """Temperature behind the town's exchanger, where its stream meets what went past it [degC].

    Energy balance of two streams of the same liquid.
    """
    return derive(
        lambda t_in, t_out, taken, total: t_in - min(1.0, taken / total) * (t_in - t_out),
        reader.value(f"{station}.BRINE_T_IN"),
        reader.value(f"{station}.BRINE_T_OUT"),
        reader.value(f"{station}.BRINE_FLOW"),
        reader.value(f"{water}.FLOW_REINJECTED"),
    )


def _power(reader: Reader, value: Value) -> str:
    return reader.of_value(value, "MW", 1, factor=_MW).spoken


def _flow(reader: Reader, tag: str) -> str:
    station = _only(reader, WATER)
    return "" if station is None else reader.shown(f"{station.name}.{tag}", places=0).spoken


def _outdoor(reader: Reader) -> str:
    station = _only(reader, HEATING)
    if station is None:
        return ""
    return f"{reader.say(texts.OUTDOOR)} {reader.shown(f'{station.name}.T_OUTDOOR').spoken}"


def _column(reader: Reader, pad: DeviceInfo) -> Column:
    tag = f"{pad.name}.INJ_P"
    worst = reader.store.worst([pad.name], "INJ_P")
    return Column(pad.name, reader.shown(tag, places=1), reader.indicator(tag), worst.mark if worst else None)


def _water(reader: Reader) -> tuple[Row, ...]:
    station = _only(reader, WATER)
    if station is None:
        return ()
    return tuple(row(reader, reader.say(label), f"{station.name}.{tag}") for label, tag in _WATER_ROWS)


def _counters(reader: Reader) -> tuple[tuple[str, Shown], ...]:
    found = []
    for label, kind, tag, unit, factor in _COUNTERS:
        device = _only(reader, kind)
        shown = reader.shown(f"{device.name}.{tag}", unit=unit, factor=factor) if device else ABSENT
        found.append((reader.say(label), shown))
    return tuple(found)


def watch(reader: Reader) -> tuple[Watch, ...]:
    """Values nearest to a limit of theirs, as a share of the way from the middle of their band."""
    found: dict[tuple[str, str], tuple[float, Watch]] = {}
    for device in reader.model.devices:
        for full in sorted(tag for tag in reader.model.by_tag if tag.startswith(f"{device.name}.")):
            tag = full.partition(".")[2]
            if _is_idle(reader, device, tag):
                continue
            value, scale = reader.number(full), reader.indicator(full)
            low, high = scales.limits_of(reader.model, device.type, tag)
            if value is None or scale is None or (low is None and high is None):
                continue
            ways = [
                (abs(value - limit) / (scale.hi - scale.lo), limit)
                for limit in (low, high)
                if limit is not None
            ]
            way, limit = min(ways)
            # Of alike things, the nearest stands for all.
            key = (device.type, tag)
            if key not in found or way < found[key][0]:
                found[key] = (way, _watched(reader, full, scale, limit))
    nearest = sorted(found.values(), key=lambda pair: pair[0])
    return tuple(item for _, item in nearest[:_WATCHED])


def _is_idle(reader: Reader, device: DeviceInfo, tag: str) -> bool:
    """A machine at rest has no value near a limit that counts."""
    return device.type == UNIT and reader.state(f"{device.name}.STATE") != "running" and tag != "GAS_CONC"


def _watched(reader: Reader, tag: str, scale: Indicator, limit: float) -> Watch:
    info = reader.info(tag)
    shown = reader.shown(tag)
    places = numbers.decimals(info.unit) if info else 1
    label = reader.say(info.text) if info else ""
    return Watch(
        tag.partition(".")[0],
        label,
        scale,
        shown,
        f"{reader.say(texts.LIMIT)} {numbers.number(limit, places)}",
    )
