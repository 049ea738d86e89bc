"""What holds a unit where it is, and why it stands still: in words of the trade, with values and limits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from orcplant.report.numbers import significant
from orcplant.report.texts import LANGUAGES, Language
from orcplant.thermo.hardware import Hardware
from orcplant.thermo.offdesign import Boundary, Control, Flag, Limit, OperatingPoint, Stop, rate
from orcplant.units import KILO, bar, degC

NAMES: Final[dict[Limit, tuple[str, str]]] = {
    Limit.RATING: ("Rating of the generator", "发电机额定功率"),
    Limit.GROSS_SETPOINT: ("Set-point of gross power", "发电功率设定值"),
    Limit.NET_SETPOINT: ("Set-point of net power", "净功率设定值"),
    Limit.T_RETURN: ("Reinjection temperature", "回灌温度下限"),
    Limit.DUTY: ("Set-point of heat", "取热量设定值"),
    Limit.P_COND_HIGH: ("Highest condensing pressure", "冷凝压力上限"),
    Limit.P_EVAP_HIGH: ("Highest evaporating pressure", "蒸发压力上限"),
    Limit.PUMP_SPEED: ("Speed of the feed pump", "工质泵转速上限"),
    Limit.P_COND_LOW: ("Lowest condensing pressure", "冷凝压力下限"),
    Limit.FAN_SPEED: ("Least speed of the fans", "风机最低转速"),
    Limit.PINCH: ("Pinch below 0.5 K", "夹点温差低于 0.5 K"),
}
MEANINGS: Final[dict[Limit, tuple[str, str]]] = {
    Limit.RATING: ("fans slow down, less brine is drawn", "风机降速、减少地热流体取用量"),
    Limit.GROSS_SETPOINT: ("less brine is drawn", "减少地热流体取用量"),
    Limit.NET_SETPOINT: ("less brine is drawn", "减少地热流体取用量"),
    Limit.T_RETURN: ("less brine is used, the return stays warm", "减少换热，保持回灌温度"),
    Limit.DUTY: ("less heat is taken", "减少取热量"),
    Limit.P_COND_HIGH: ("less brine is drawn", "减少地热流体取用量"),
    Limit.P_EVAP_HIGH: ("brine is held back", "节流地热流体"),
    Limit.PUMP_SPEED: ("less brine is drawn", "减少地热流体取用量"),
    Limit.P_COND_LOW: ("fans slow down, no air leaks in", "风机降速，防止空气漏入"),
    Limit.FAN_SPEED: ("the last fans run", "仅留最少风机运行"),
    Limit.PINCH: ("the exchanger has area to spare", "换热面积富余"),
}

_STOPS: Final[dict[Stop, tuple[str, str]]] = {
    Stop.OUTSIDE_PROPERTIES: (
        "geofluid or cooling air lies outside the range of its properties",
        "地热流体或冷却空气超出物性适用范围",
    ),
    Stop.NO_GEOFLUID: ("no geofluid flows", "无地热流体"),
    Stop.GEOFLUID_TOO_COLD: (
        "geofluid too cold: {value:.1f} C at the inlet, more than {limit:.1f} C is needed",
        "地热流体温度过低：进口 {value:.1f} C，须高于 {limit:.1f} C",
    ),
    Stop.BELOW_MINIMUM_LOAD: (
        "below the least load: {value:.0f} kW at the generator, at least {limit:.0f} kW is needed",
        "低于最小负荷：发电功率 {value:.0f} kW，至少需要 {limit:.0f} kW",
    ),
    Stop.CONDENSATION_TOO_HIGH: (
        "condensing pressure {value:.2f} bar above {limit:.2f} bar, which the condenser is built for",
        "冷凝压力 {value:.2f} bar 高于冷凝器设计上限 {limit:.2f} bar",
    ),
    Stop.CONDENSATION_TOO_LOW: (
        "condensing pressure {value:.3f} bar below {limit:.3f} bar with the fans at their least speed",
        "风机已至最低转速，冷凝压力 {value:.3f} bar 仍低于 {limit:.3f} bar",
    ),
    Stop.RETURN_TOO_COLD: (
        "geofluid returned at {value:.1f} C, below {limit:.1f} C",
        "地热流体回水温度 {value:.1f} C，低于下限 {limit:.1f} C",
    ),
    Stop.GEOFLUID_FREEZES: (
        "geofluid leaves at {value:.1f} C and would freeze below {limit:.2f} C",
        "地热流体出口温度 {value:.1f} C，低于 {limit:.2f} C 将冻结",
    ),
    Stop.PUMP_SPEED: (
        "the feed pump would need {value:.3f} of its design speed, at most {limit:.3f}",
        "工质泵转速须为设计值的 {value:.3f} 倍，上限 {limit:.3f} 倍",
    ),
    Stop.OUTSIDE_MAP: (
        "the point lies outside the map of the unit",
        "工况超出机组性能图范围",
    ),
    Stop.NOT_SETTLED: (
        "no operating point was found: largest residual {value:.1e}, tolerance {limit:.0e}",
        "未找到运行工况点：最大残差 {value:.1e}，容许值 {limit:.0e}",
    ),
}
_SHORT: Final[dict[Stop, tuple[str, str]]] = {
    Stop.OUTSIDE_PROPERTIES: ("outside properties", "超出物性范围"),
    Stop.NO_GEOFLUID: ("no geofluid", "无地热流体"),
    Stop.GEOFLUID_TOO_COLD: ("geofluid too cold", "地热流体温度过低"),
    Stop.BELOW_MINIMUM_LOAD: ("below the least load", "低于最小负荷"),
    Stop.CONDENSATION_TOO_HIGH: ("condensing pressure too high", "冷凝压力过高"),
    Stop.CONDENSATION_TOO_LOW: ("condensing pressure too low", "冷凝压力过低"),
    Stop.RETURN_TOO_COLD: ("geofluid returned too cold", "回水温度过低"),
    Stop.GEOFLUID_FREEZES: ("geofluid would freeze", "地热流体将冻结"),
    Stop.PUMP_SPEED: ("feed pump too slow", "工质泵转速不足"),
    Stop.OUTSIDE_MAP: ("outside the unit's map", "超出性能图范围"),
    Stop.NOT_SETTLED: ("no operating point found", "未找到运行工况点"),
}
_TEMPERATURES: Final = (Stop.GEOFLUID_TOO_COLD, Stop.RETURN_TOO_COLD, Stop.GEOFLUID_FREEZES)
_PRESSURES: Final = (Stop.CONDENSATION_TOO_HIGH, Stop.CONDENSATION_TOO_LOW)

_FLAGS: Final[dict[Flag, tuple[str, str]]] = {
    Flag.EFFICIENCY_RANGE: (
        "the turbine is outside the range of its efficiency factors (head and volume flow 0.6 to 1.3 of"
        " design): the factors go on straight, so power is uncertain",
        "透平超出效率修正系数的适用范围（焓降与容积流量为设计值的 0.6 至 1.3）："
        "系数按端点斜率线性外推，功率不确定",
    ),
}
_NEAREST: Final[dict[str, tuple[str, str]]] = {
    "flow_fraction": (
        "; it runs with a flow fraction of {value:.2f}",
        "；流量比为 {value:.2f} 时可运行",
    ),
    "T_geofluid_C": ("; it runs with geofluid of {value:.1f} C", "；地热流体为 {value:.1f} C 时可运行"),
    "T_ambient_C": ("; it runs at {value:.1f} C ambient", "；环境温度为 {value:.1f} C 时可运行"),
}
_STEPS: Final = 81


@dataclass(frozen=True, slots=True)
class ActiveLimit:
    """A limit that holds a unit where it is: value and limit in ``eng_unit``."""

    limit: Limit
    value: float
    bound: float
    eng_unit: str

    @property
    def name(self) -> str:
        """Name in JSON."""
        return str(self.limit.name).lower()

    def words(self, language: Language) -> str:
        """Name, value and bound for a person."""
        k, unit = LANGUAGES.index(language), self.eng_unit
        colon, held = (": ", ", limit ") if language == "en" else ("：", "，限值 ")
        value, bound = (f"{significant(side)} {unit}".strip() for side in (self.value, self.bound))
        return f"{NAMES[self.limit][k]}{colon}{value}{held}{bound}"


def active_limits(hardware: Hardware, control: Control, point: OperatingPoint) -> Iterator[ActiveLimit]:
    """Limits that hold one point (scalars) where it is."""
    limits, level = hardware.limits, point.level
    T_return_min = max(float(np.max(control.T_out_min)), limits.T_return_min)
    sides: dict[Limit, tuple[Any, Any, Callable[[float], float], str]] = {
        Limit.RATING: (point.gross, hardware.generator.rating, _kilo, "kW"),
        Limit.GROSS_SETPOINT: (point.gross, control.gross_max, _kilo, "kW"),
        Limit.NET_SETPOINT: (point.net, control.net_max, _kilo, "kW"),
        Limit.T_RETURN: (point.T_return, T_return_min, degC, "C"),
        Limit.DUTY: (point.heat_in, control.duty_max, _kilo, "kW"),
        Limit.P_COND_HIGH: (level.p_cond, limits.p_cond_max, bar, "bar"),
        Limit.P_EVAP_HIGH: (level.p_evap, limits.p_evap_max, bar, "bar"),
        Limit.PUMP_SPEED: (level.pump_speed, hardware.level.pump.speed_max, float, ""),
        Limit.P_COND_LOW: (level.p_cond, limits.p_cond_min, bar, "bar"),
        Limit.FAN_SPEED: (point.fan_speed, hardware.cooler.speed_min, float, ""),
        Limit.PINCH: (min(level.pinch_heater, point.pinch_condenser), 0.5, float, "K"),
    }
    active = Limit(int(point.limits))
    for limit, (value, bound, convert, eng_unit) in sides.items():
        if limit in active:
            yield ActiveLimit(limit, convert(float(value)), convert(float(bound)), eng_unit)


def flag_texts(point: OperatingPoint, language: Language) -> list[str]:
    """What an engineer should know about one point, beyond what its cycle says."""
    raised = Flag(int(point.flags))
    return [texts[LANGUAGES.index(language)] for flag, texts in _FLAGS.items() if flag in raised]


def stop_short(stop: Stop, language: Language) -> str:
    """Why a unit stands still, in a few words."""
    return _SHORT[stop][LANGUAGES.index(language)]


def stop_text(
    hardware: Hardware, boundary: Boundary, control: Control, point: OperatingPoint, language: Language
) -> str:
    """Why a unit does not run at one point: the bound, its value, and where it would run.

    The nearest point is looked for along flow, then geofluid temperature, then ambient temperature.
    """
    stop = Stop(int(point.status.reason))
    value, limit = (_in_its_unit(stop, float(side)) for side in (point.status.value, point.status.limit))
    said = _STOPS[stop][LANGUAGES.index(language)].format(value=value, limit=limit)
    return said + _nearest(hardware, boundary, control, language)


def _nearest(hardware: Hardware, boundary: Boundary, control: Control, language: Language) -> str:
    brine, design = boundary.geofluid, hardware.design
    ways = np.linspace(0.0, 1.0, _STEPS)
    flow = float(brine.mass_flow) + ways * (1.2 * design.mass_flow - float(brine.mass_flow))
    of_design = flow / design.mass_flow
    T = float(brine.T) + ways * (design.T - float(brine.T))
    T_coolant = float(boundary.T_coolant) + ways * (design.T_coolant - float(boundary.T_coolant))
    # At a pressure of its own a mixture of steam and water is at saturation: only a liquid warms alone.
    liquid = bool(np.isnan(brine.quality))
    tried = {
        "flow_fraction": (
            replace(boundary, geofluid=replace(brine, mass_flow=flow)),
            of_design,
        ),
        "T_geofluid_C": (replace(boundary, geofluid=replace(brine, T=T)), degC(T)) if liquid else None,
        "T_ambient_C": (replace(boundary, T_coolant=T_coolant), degC(T_coolant)),
    }
    for name, way in tried.items():
        if way is None:
            continue
        there, values = way
        runs = np.flatnonzero(np.asarray(rate(hardware, there, control).ok))
        if len(runs):
            return _NEAREST[name][LANGUAGES.index(language)].format(value=values[runs[0]])
    return ""


def _in_its_unit(stop: Stop, value: float) -> float:
    if stop in _TEMPERATURES:
        return degC(value)
    if stop in _PRESSURES:
        return bar(value)
    return value / KILO if stop is Stop.BELOW_MINIMUM_LOAD else value


def _kilo(power: float) -> float:
    return power / KILO
