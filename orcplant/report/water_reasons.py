"""Findings and refusals of the water as sentences, in English and in Chinese."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from orcplant.report.numbers import fixed, significant
from orcplant.report.texts import LANGUAGES, Language
from orcplant.units import bar, degC
from orcplant.water.applicable import Answer, NotApplicable, Value
from orcplant.water.checks import Finding
from orcplant.water.materials import Reason
from orcplant.water.scaling import PathPoint
from orcplant.water.study import MISSING, WaterStudy

_FINDINGS: Final[dict[str, tuple[str, str]]] = {
    "charge": (
        "Charge balance is {value:+.1f} %, beyond {limit:g} %.",
        "电荷平衡误差 {value:+.1f} %，超过 {limit:g} %。",
    ),
    "charge_adjusted": (
        "Charge balance was {value:+.1f} % before {subject} was adjusted.",
        "调整 {subject} 前电荷平衡误差为 {value:+.1f} %。",
    ),
    "charge_adjusted_far": (
        "Charge balance was {value:+.1f} % before {subject} was adjusted, beyond {limit:g} %: a value or a"
        " unit may be wrong (S_sulfate counts mg of sulphur, SO4 of sulphate).",
        "调整 {subject} 前电荷平衡误差为 {value:+.1f} %，超过 {limit:g} %：数值或单位可能有误"
        "（S_sulfate 以硫计，SO4 以硫酸根计）。",
    ),
    "charge_filled": (
        "{subject} was not analysed: it is what closes the charge balance ({value:+.1f} % without it).",
        "未分析 {subject}：由电荷平衡推算（缺该项时误差 {value:+.1f} %）。",
    ),
    "solids_low": (
        "Dissolved solids are {mg:.3g} mg/kg, less than rain brings: are the units right?",
        "溶解固体仅 {mg:.3g} mg/kg，低于雨水：请核对单位。",
    ),
    "solids_ratio": (
        "Measured over calculated dissolved solids is {value:.2f}, beyond {limit:g}.",
        "实测与计算溶解固体之比为 {value:.2f}，超出 {limit:g}。",
    ),
    "conductivity_ratio": (
        "Dissolved solids over conductivity is {value:.2f} mg/L per uS/cm, beyond {limit:g}.",
        "溶解固体与电导率之比为 {value:.2f}（mg/L）/（μS/cm），超出 {limit:g}。",
    ),
    "silica_supersaturated": (
        "Silica is {mg:.0f} mg/kg, above the {mg_limit:.0f} mg/kg that dissolve in the hottest water known:"
        " colloids, or a wrong unit.",
        "二氧化硅 {mg:.0f} mg/kg，高于已知最高温度下的溶解度 {mg_limit:.0f} mg/kg：含胶体或单位有误。",
    ),
    "silica_temperature": (
        "Silica remembers {value:.0f} C, the reservoir is given as {limit:.0f} C.",
        "二氧化硅温标为 {value:.0f} °C，而给定储层温度为 {limit:.0f} °C。",
    ),
    "silica_saline": (
        "Salt lowers the solubility of silica, and the formulas are of fresh water: at {grams:.0f} g/kg of"
        " salt the coldest safe temperature is higher than shown.",
        "盐分降低二氧化硅溶解度，而所用公式针对淡水：含盐 {grams:.0f} g/kg 时，最低安全温度高于所列值。",
    ),
    "age": (
        "The analysis is {value:.0f} days old, beyond its limit of {limit:.0f}.",
        "水质分析已有 {value:.0f} 天，超过期限 {limit:.0f} 天。",
    ),
    "future": ("The date of sampling lies {value:.0f} days ahead.", "采样日期在 {value:.0f} 天之后。"),
    "no_date": ("The date of sampling is not given.", "未给出采样日期。"),
    "no_carbonate": (
        "Neither alkalinity nor carbon was analysed: no carbonate index, no CO2.",
        "缺碱度与总碳：无法给出碳酸盐指数与 CO2。",
    ),
    "no_silica": ("Silica was not analysed: no silica limit.", "缺二氧化硅：无法给出回灌温度限值。"),
    "no_calcium": ("Calcium was not analysed: no calcite index.", "缺钙：无法给出方解石指数。"),
    "no_gas": (
        "There is no gas analysis: the bubble point is estimated, not known.",
        "无气体分析：泡点为估计值。",
    ),
    "no_reservoir": (
        "The reservoir temperature is not given: lost CO2 cannot be restored, bubble points are the least"
        " possible.",
        "未给出储层温度：无法补回损失的 CO2，所列泡点为下限。",
    ),
    "steam_without_gas": (
        "Steam was separated before sampling ({percent:.1f} %) and its gas is not known.",
        "采样前已分离蒸汽（{percent:.1f} %），其含气量未知。",
    ),
}
_BOILS: Final = (
    "{reading}: gas comes out at {place} ({value:.2f} bar below the bubble point); the indices of"
    " liquid water do not hold there.",
    "{reading}：{place}处低于泡点 {value:.2f} bar，将脱气；该处单相水的指数不再成立。",
)
_DRY: Final = (
    "At {place} no water would be left: {value:.2f} bar is below its vapour pressure of {limit:.2f} bar at"
    " {T:.1f} C. Temperature or pressure is wrong; indices there mean nothing.",
    "{place}处压力 {value:.2f} bar 低于 {T:.1f} °C 的饱和蒸气压 {limit:.2f} bar，不存在液态水："
    "温度或压力有误，该处指数无意义。",
)
_NO_PRESSURE: Final = (
    "No pressure is given: the bubble-point margin is not known, the water is taken to stay liquid.",
    "未给出压力：泡点裕度未知，按保持单相计算。",
)
_OVER: Final = (
    "Silica is {value:.2f} of its amorphous solubility at {place}, above the limit of {limit:g}.",
    "{place}处二氧化硅为无定形溶解度的 {value:.2f} 倍，超过限值 {limit:g}。",
)
_NEVER_SAFE: Final = (
    "Silica stays above {limit:g} of its amorphous solubility up to 250 C: no temperature is safe.",
    "直至 250 °C，二氧化硅仍高于无定形溶解度的 {limit:g} 倍：不存在安全的回灌温度。",
)
_NOT_HAD: Final = "部分结果无法给出（{why}）。"
_MARK: Final = (
    "Invented water: nothing here was measured.",
    "虚拟水样：所有成分均为假设。",
)
_NO_ENGINE: Final = (
    "phreeqc is not installed (pip install 'orcplant[chem]'): no speciation, closed formulas only.",
    "未安装 phreeqc（pip install 'orcplant[chem]'）：无形态计算，仅经验公式。",
)

_REASONS: Final[dict[str, tuple[str, str]]] = {
    "T_C": ("{value} °C outside {low} to {high} °C", "{value} °C 超出 {low}～{high} °C"),
    "p_CO2_bar": (
        "CO2 at {value} bar outside {low} to {high} bar",
        "CO2 分压 {value} bar 超出 {low}～{high} bar",
    ),
    "p_H2S_bar": ("H2S at {value} bar above {high} bar", "H2S 分压 {value} bar 高于 {high} bar"),
    "p_CO2_over_p_H2S": ("CO2 over H2S {value} below {low}", "CO2 与 H2S 分压比 {value} 低于 {low}"),
    "pH": ("pH {value} outside {low} to {high}", "pH {value} 超出 {low}～{high}"),
    "shear_Pa": (
        "wall shear {value} Pa outside {low} to {high} Pa",
        "壁面剪切 {value} Pa 超出 {low}～{high} Pa",
    ),
    "solids_mg_L": (
        "solids {value} mg/L outside {low} to {high}",
        "溶解固体 {value} mg/L 超出 {low}～{high}",
    ),
    "calcium_mg_L": ("no calcium", "缺钙"),
    "alkalinity_mg_L": ("no alkalinity", "缺碱度"),
    "alkalinity_mmol_kg": ("no alkalinity", "缺碱度"),
    "chloride_mmol_kg": ("no chloride", "缺氯离子"),
    "sulphate_mmol_kg": ("no sulphate", "缺硫酸根"),
}
_AGAINST: Final[dict[str, tuple[str, str]]] = {
    "chloride_mg_kg": ("chloride {value} above {limit} mg/kg", "氯离子 {value} 高于 {limit} mg/kg"),
    "chloride_not_analysed": ("chloride was not analysed", "未分析氯离子"),
    "stress_cracking_T_C": (
        "stress corrosion: {value} above {limit} °C",
        "应力腐蚀：{value} 高于 {limit} °C",
    ),
    "crevice_T_C": (
        "crevices: {value} above {limit} °C in salt water",
        "缝隙腐蚀：盐水中 {value} 高于 {limit} °C",
    ),
    "H2S_mg_kg": ("H2S {value} above {limit} mg/kg", "H2S {value} 高于 {limit} mg/kg"),
    "H2S_not_analysed": ("H2S was not analysed (limit {limit} mg/kg)", "未分析 H2S（限值 {limit} mg/kg）"),
    "pH": ("pH {value} below {limit}", "pH {value} 低于 {limit}"),
    "oxygen_ug_kg": ("oxygen {value} above {limit} ug/kg", "溶解氧 {value} 高于 {limit} μg/kg"),
    "sour_p_H2S_kPa": (
        "sour: H2S at {value} above {limit} kPa",
        "酸性环境：H2S 分压 {value} 高于 {limit} kPa",
    ),
}
_MISSING_VALUE: Final = ("not given", "未给出")


def finding_text(finding: Finding, language: Language) -> str:
    """Sentence of a finding."""
    values = {
        "value": finding.value,
        "limit": finding.limit,
        "mg": finding.value * 1e6,
        "mg_limit": finding.limit * 1e6,
        "percent": finding.value * 100.0,
        "grams": finding.value * 1e3,
        "subject": finding.subject,
    }
    return _FINDINGS[finding.code][LANGUAGES.index(language)].format(**values)


def warnings(
    study: WaterStudy, language: Language, places: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """All a reader must know, the mark of an invented water first; `places` translates names of the path."""
    return list(_warnings(study, language, places))


def answer_text(answer: Answer, language: Language, decimals: int = 2) -> str:
    """The number, or why there is none."""
    if isinstance(answer, Value):
        return fixed(answer.number, decimals)
    return why_not(answer, language)


def why_not(answer: NotApplicable, language: Language) -> str:
    """Reason of a rule that does not apply."""
    k = LANGUAGES.index(language)
    if np.isnan(answer.value) and answer.reason == "shear_Pa":
        return ("wall shear not given", "未给出壁面剪切")[k]
    values = {
        "value": significant(answer.value, 3) if np.isfinite(answer.value) else _MISSING_VALUE[k],
        "low": f"{answer.low:g}",
        "high": f"{answer.high:g}",
    }
    return _REASONS[answer.reason][k].format(**values)


def against_text(reason: Reason, language: Language) -> str:
    """What speaks against a material."""
    values = {"value": significant(reason.value, 3), "limit": f"{reason.limit:g}"}
    return _AGAINST[reason.code][LANGUAGES.index(language)].format(**values)


def _warnings(study: WaterStudy, language: Language, places: Mapping[str, str]) -> Iterator[str]:
    k = LANGUAGES.index(language)
    if study.question.water.invented:
        yield _MARK[k]
    for missing in study.missing:
        if missing == MISSING:
            yield _NO_ENGINE[k]
        else:
            yield f"{missing}." if language == "en" else _NOT_HAD.format(why=missing)
    for finding in study.findings:
        yield finding_text(finding, language)
    if study.paths and not any(np.isfinite(one.p) for one in study.question.points):
        yield _NO_PRESSURE[k]
    limit = study.question.operation.silica_ratio
    if np.isinf(study.T_silica):
        yield _NEVER_SAFE[k].format(limit=limit)
    for silica in study.silica:
        if silica.ratio > limit:
            yield _OVER[k].format(value=silica.ratio, limit=limit, place=_named(silica.point, places))
    yield from _boiling(study, k, places)


def _boiling(study: WaterStudy, k: int, places: Mapping[str, str]) -> Iterator[str]:
    """Places of the judged reading where gas has come out, or no water can be."""
    judged = study.judged
    for one in judged.points if judged is not None else ():
        place = _named(one.point, places)
        if one.is_dry:
            values = {"value": bar(one.point.p), "limit": bar(one.p_vapour), "T": degC(one.point.T)}
            yield _DRY[k].format(place=place, **values)
        elif one.margin < 0.0 and judged is not None:
            reading = _READINGS[judged.given.reading][k]
            yield _BOILS[k].format(reading=reading, place=place, value=-bar(one.margin))


def _named(point: PathPoint, places: Mapping[str, str]) -> str:
    return places.get(point.place, point.place) or f"{degC(point.T):.1f} °C"


_READINGS: Final = {
    "analysed": ("As analysed", "按化验值"),
    "gas_analysis": ("With the gas measured", "计入实测气体"),
    "restored": ("With CO2 restored", "补回 CO2 后"),
}
