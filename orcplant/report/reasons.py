"""Why there is no answer, and what to watch in one: reason codes in the words of the trade.

A refusal names the bound, its value and the nearest value that would do. Where a duty decides, the
nearest value is found by solving the same case with that bound met exactly.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from orcplant.report.texts import Language
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.media import T_FREEZE
from orcplant.thermo.result import CycleResult, Warn
from orcplant.thermo.spec import (
    AirCooling,
    CoolantFlow,
    CoolantOutlet,
    CoolantPinch,
    CycleSpec,
    FlowGiven,
    GeofluidOutlet,
    HeaterPinch,
    NoCooling,
    WaterCooling,
)
from orcplant.thermo.status import Reason, Status
from orcplant.units import KILO, bar, degC


@dataclass(frozen=True, slots=True)
class _Text:
    """The same sentence in both languages; `{}` fields are filled by name."""

    en: str
    zh: str

    def filled(self, language: Language, **values: object) -> str:
        return (self.en if language == "en" else self.zh).format(**values)


_GENERAL: Final[dict[Reason, _Text]] = {
    # "C" without the degree sign, as in the keys of the files: every console can show it.
    Reason.OUTSIDE_PROPERTIES: _Text(
        "a state lies outside the equation of state of the working fluid",
        "某状态点超出工质状态方程的适用范围",
    ),
    Reason.PRESSURE_ORDER: _Text(
        "evaporation at {value:.3f} bar is not above condensation at {limit:.3f} bar",
        "蒸发压力 {value:.3f} bar 不高于冷凝压力 {limit:.3f} bar",
    ),
    Reason.GEOFLUID_TOO_COLD: _Text(
        "geofluid too cold: {value:.2f} C where more than {limit:.2f} C is needed (turbine inlet + pinch)",
        "地热流体温度过低：{value:.2f} C，须高于 {limit:.2f} C（膨胀机进口温度 + 夹点温差）",
    ),
    Reason.HEATER_PINCH: _Text(
        "temperature cross in the heater: smallest difference {value:.2f} K below {limit:.2f} K",
        "加热器内温度交叉：最小温差 {value:.2f} K，低于 {limit:.2f} K",
    ),
    Reason.COOLANT_TOO_WARM: _Text(
        "coolant too warm: {value:.2f} C where less than {limit:.2f} C is needed (pump inlet - pinch)",
        "冷却介质温度过高：{value:.2f} C，须低于 {limit:.2f} C（工质泵进口温度 - 夹点温差）",
    ),
    Reason.CONDENSER_PINCH: _Text(
        "temperature cross in the condenser: smallest difference {value:.2f} K below {limit:.2f} K",
        "冷凝器内温度交叉：最小温差 {value:.2f} K，低于 {limit:.2f} K",
    ),
    Reason.COOLANT_BOILS: _Text(
        "cooling water boils: outlet enthalpy {value:.2f} kJ/kg above {limit:.2f} kJ/kg at its bubble point",
        "冷却水沸腾：出口比焓 {value:.2f} kJ/kg，高于泡点比焓 {limit:.2f} kJ/kg",
    ),
    Reason.GEOFLUID_FREEZES: _Text(
        "geofluid freezes: outlet enthalpy {value:.2f} kJ/kg below {limit:.2f} kJ/kg at 0.01 C",
        "地热流体冻结：出口比焓 {value:.2f} kJ/kg，低于 0.01 C 时的 {limit:.2f} kJ/kg",
    ),
}
_ENTHALPIES: Final = (Reason.COOLANT_BOILS, Reason.GEOFLUID_FREEZES)
_DIFFERENCES: Final = (Reason.HEATER_PINCH, Reason.CONDENSER_PINCH)

_TOO_COLD = _Text(
    "geofluid too cold: {inlet} = {value:.2f} C is not above {point} {turbine:.2f} C + {pinch_name}"
    " {pinch:.2f} K = {limit:.2f} C; nearest feasible {point}: below {nearest:.2f} C",
    "地热流体温度过低：{inlet} = {value:.2f} C，不高于{point} {turbine:.2f} C + {pinch_name} {pinch:.2f} K"
    " = {limit:.2f} C；{point}须低于 {nearest:.2f} C",
)
_COLD_DEAD_STATE = _Text(
    "the dead state of exergy stays at 0.01 C while the coolant enters at {value:.2f} C: exergy efficiencies"
    " look better than they are, and warm coolant may count as a gain",
    "㶲的环境基准态取 0.01 C，而冷却介质进口为 {value:.2f} C：㶲效率偏高，冷却介质带走的㶲可能为负值",
)
_TURBINE_INLET = _Text("turbine inlet", "膨胀机进口温度")
_BUBBLE_POINT = _Text("bubble point", "泡点温度")
_LOW_INLET = _Text("T at the low level's inlet", "低压级进口温度")
_TOO_WARM = _Text(
    "coolant too warm: cooling.T_in_C = {value:.2f} C above pump inlet {coldest:.2f} C - pinch {pinch:.2f} K"
    " = {limit:.2f} C; it must be below that, or the pump inlet above {nearest:.2f} C",
    "冷却介质温度过高：cooling.T_in_C = {value:.2f} C，高于工质泵进口 {coldest:.2f} C - 夹点温差"
    " {pinch:.2f} K = {limit:.2f} C；须低于该值，或工质泵进口温度高于 {nearest:.2f} C",
)
_NEAREST_GEOFLUID_OUTLET = _Text(
    "; geofluid.T_out_C = {asked:.2f} C is too low, the lowest without a cross is {nearest:.2f} C",
    "；geofluid.T_out_C = {asked:.2f} C 过低，不交叉时最低为 {nearest:.2f} C",
)
_NEAREST_COOLANT_OUTLET = _Text(
    "; cooling.T_out_C = {asked:.2f} C is too high, the highest without a cross is {nearest:.2f} C",
    "；cooling.T_out_C = {asked:.2f} C 过高，不交叉时最高为 {nearest:.2f} C",
)
_NEAREST_COOLANT_FLOW = _Text(
    "; cooling.mass_flow_kg_s = {asked:.4g} is too little, at least {nearest:.4g} is needed",
    "；cooling.mass_flow_kg_s = {asked:.4g} 过小，至少需要 {nearest:.4g}",
)
_NEAREST_PUMP_INLET = _Text(
    "; a warmer pump inlet (T_cond_C) or a larger preheater_pinch_K keeps it liquid",
    "；提高工质泵进口温度（T_cond_C）或加大 preheater_pinch_K 可避免冻结",
)

_WARNINGS: Final[dict[Warn, _Text]] = {
    Warn.WET_EXPANSION: _Text(
        "wet expansion: the expansion line enters the two-phase region; superheat avoids it",
        "湿膨胀：膨胀过程进入两相区，可提高过热度避免",
    ),
    Warn.SMALL_PINCH: _Text(
        "a pinch is below 0.5 K: no heat exchanger of reasonable size does this",
        "夹点温差低于 0.5 K：换热器面积将不合理",
    ),
    Warn.IDLE_RECUPERATOR: _Text(
        "idle recuperator: the expander exhaust is not warm enough to give heat, its duty is 0",
        "回热器不起作用：膨胀机排气温度不足，回热量为 0",
    ),
}
_NO_POWER: Final = _Text(
    "no net power: pumps and fans take all that the generator gives",
    "净功率不为正：泵与风机耗尽发电机输出",
)


def refusal(status: Status, result: CycleResult | None = None) -> str:
    """Why a scalar point has no answer, in one line of English.

    Parameters
    ----------
    status : Status
        Of a point that is not solved.
    result : CycleResult, optional
        The result it belongs to: names the keys and the nearest feasible value.
    """
    return _refusal(status, result, "en")


def refusal_zh(status: Status, result: CycleResult | None = None) -> str:
    """Why a scalar point has no answer, in one line of Chinese."""
    return _refusal(status, result, "zh")


def warning_texts(result: CycleResult, language: Language) -> list[str]:
    """Tell what an engineer should know about a solved scalar point."""
    raised = Warn(int(result.warnings))
    texts = [text.filled(language) for flag, text in _WARNINGS.items() if flag in raised]
    if float(result.power.net) <= 0.0:
        texts.append(_NO_POWER.filled(language))
    cooling, has_geofluid = result.spec.cooling, not isinstance(result.spec.source, FlowGiven)
    if has_geofluid and not isinstance(cooling, NoCooling) and float(cooling.T_in) < T_FREEZE:
        texts.append(_COLD_DEAD_STATE.filled(language, value=degC(float(cooling.T_in))))
    return texts


def _refusal(status: Status, result: CycleResult | None, language: Language) -> str:
    reason = Reason(int(status.reason))
    if reason is Reason.OK:
        raise ValueError("a solved point has no reason to refuse it")
    if result is not None and reason in _IN_CONTEXT:
        return _IN_CONTEXT[reason](status, result, language)
    return _bound(status, reason, language)


def _bound(status: Status, reason: Reason, language: Language) -> str:
    """Both sides of the bound, in the units of the trade."""
    value, limit = float(status.value), float(status.limit)
    if reason in _ENTHALPIES:
        value, limit = value / KILO, limit / KILO
    elif reason is Reason.PRESSURE_ORDER:
        value, limit = bar(value), bar(limit)
    elif reason not in _DIFFERENCES:
        value, limit = degC(value), degC(limit)
    return _GENERAL[reason].filled(language, value=value, limit=limit)


def _geofluid_too_cold(status: Status, result: CycleResult, language: Language) -> str:
    source = result.spec.source
    assert not isinstance(source, FlowGiven)
    value, limit = float(status.value), float(status.limit)
    point, pinch_name, pinch = _TURBINE_INLET, "pinch", 0.0
    if isinstance(source, HeaterPinch):
        pinch_name, pinch = "geofluid.pinch_K", float(source.evaporator)
        hottest = max(float(level.expander_in.T) for level in result.levels)
        if limit > hottest + pinch + 1e-6:  # the preheater asks for more than the turbine inlet
            point, pinch_name, pinch = _BUBBLE_POINT, "geofluid.preheater_pinch_K", float(source.preheater)
    # Only a second level meets a geofluid that has already cooled down.
    is_first = np.isclose(value, source.geofluid.T, rtol=0.0, atol=1e-9)
    inlet = "geofluid.T_in_C" if is_first else _LOW_INLET.filled(language)
    return _TOO_COLD.filled(
        language,
        inlet=inlet,
        point=point.filled(language),
        pinch_name=pinch_name,
        value=degC(value),
        turbine=degC(limit - pinch),
        pinch=pinch,
        limit=degC(limit),
        nearest=degC(value - pinch),
    )


def _coolant_too_warm(status: Status, result: CycleResult, language: Language) -> str:
    cooling = result.spec.cooling
    assert not isinstance(cooling, NoCooling)
    pinch = float(np.max(cooling.closure.dT)) if isinstance(cooling.closure, CoolantPinch) else 0.0
    value, limit = float(status.value), float(status.limit)
    return _TOO_WARM.filled(
        language,
        value=degC(value),
        coldest=degC(limit + pinch),
        pinch=pinch,
        limit=degC(limit),
        nearest=degC(value + pinch),
    )


def _heater_crossed(status: Status, result: CycleResult, language: Language) -> str:
    bound = _bound(status, Reason.HEATER_PINCH, language)
    source = result.spec.source
    if not isinstance(source, GeofluidOutlet):
        return bound
    touching = replace(result.spec, source=HeaterPinch(source.geofluid, evaporator=0.0, preheater=0.0))
    nearest = solve_cycle(touching)
    if not nearest.status.ok:
        return bound
    asked, lowest = degC(float(source.T_out)), degC(float(nearest.T_geofluid_out))
    return bound + _NEAREST_GEOFLUID_OUTLET.filled(language, asked=asked, nearest=lowest)


def _condenser_crossed(status: Status, result: CycleResult, language: Language) -> str:
    bound = _bound(status, Reason.CONDENSER_PINCH, language)
    cooling = result.spec.cooling
    assert not isinstance(cooling, NoCooling)
    nearest = solve_cycle(_without_slack(result.spec, cooling))
    if not nearest.status.ok:
        return bound
    if isinstance(cooling.closure, CoolantOutlet):
        asked, highest = degC(float(cooling.closure.T)), degC(_coolest_outlet(nearest))
        return bound + _NEAREST_COOLANT_OUTLET.filled(language, asked=asked, nearest=highest)
    assert isinstance(cooling.closure, CoolantFlow)
    given, least = float(cooling.closure.mass_flow), float(nearest.coolant_flow)
    return bound + _NEAREST_COOLANT_FLOW.filled(language, asked=given, nearest=least)


def _without_slack(spec: CycleSpec, cooling: AirCooling | WaterCooling) -> CycleSpec:
    """Cool the same cycle with as little coolant as the second law allows."""
    return replace(spec, cooling=replace(cooling, closure=CoolantPinch(0.0)))


def _coolest_outlet(result: CycleResult) -> float:
    return min(float(condenser.T_out) for condenser in result.condensers)


def _coolant_boils(status: Status, result: CycleResult, language: Language) -> str:
    bound = _bound(status, Reason.COOLANT_BOILS, language)
    cooling = result.spec.cooling
    if not (isinstance(cooling, WaterCooling) and isinstance(cooling.closure, CoolantFlow)):
        return bound
    nearest = solve_cycle(_without_slack(result.spec, cooling))
    if not nearest.status.ok:
        return bound
    given, least = float(cooling.closure.mass_flow), float(nearest.coolant_flow)
    return bound + _NEAREST_COOLANT_FLOW.filled(language, asked=given, nearest=least)


def _geofluid_freezes(status: Status, result: CycleResult, language: Language) -> str:
    del result  # the same advice for all
    return _bound(status, Reason.GEOFLUID_FREEZES, language) + _NEAREST_PUMP_INLET.filled(language)


_IN_CONTEXT: Final[dict[Reason, Callable[[Status, CycleResult, Language], str]]] = {
    Reason.GEOFLUID_TOO_COLD: _geofluid_too_cold,
    Reason.HEATER_PINCH: _heater_crossed,
    Reason.COOLANT_TOO_WARM: _coolant_too_warm,
    Reason.CONDENSER_PINCH: _condenser_crossed,
    Reason.COOLANT_BOILS: _coolant_boils,
    Reason.GEOFLUID_FREEZES: _geofluid_freezes,
}
