"""What a page about a year shows: every number converted, rounded and named, nothing laid out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant import __version__
from orcplant.config.design import Design
from orcplant.plant.climate import Normals
from orcplant.plant.year import YearResult
from orcplant.report import year_tables as tables
from orcplant.report.cycle_view import Row, Tile
from orcplant.report.numbers import fixed
from orcplant.report.sizing_words import called, counted, power_text, rating_text
from orcplant.report.texts import Language, text
from orcplant.report.year_json import (
    coldest_return,
    energy,
    mean_return,
    out_of_range,
    out_of_range_hours,
)
from orcplant.report.year_texts import YEAR_METHOD
from orcplant.report.year_words import energy_text, energy_unit
from orcplant.thermo.properties import COOLPROP_VERSION
from orcplant.units import bar, degC

_HASH: Final = 12
_PERCENT: Final = 100.0
_NOTICED: Final = 10.0  # [h]


@dataclass(frozen=True, slots=True)
class YearView:
    """One page in one language; tables that have nothing to say are empty."""

    language: Language
    case_name: str
    facts: tuple[Row, ...]
    answer: tuple[str, ...]
    tiles: tuple[Tile, ...]
    notes: tuple[str, ...]
    months: tuple[Row, ...]
    energy_unit: str
    limits: tuple[Row, ...]
    powers: tuple[Row, ...]
    unit_heads: tuple[tuple[str, str], ...]
    units: tuple[Row, ...]
    climate: tuple[Row, ...]
    balances: tuple[Row, ...]
    assumptions: tuple[Row, ...]
    method: tuple[str, ...]
    versions: str


def year_view(design: Design, year: YearResult, language: Language) -> YearView:
    """Everything the page of a year shows."""
    spec = design.plant.spec
    unit = energy_unit(energy(year.gross))
    return YearView(
        language=language,
        case_name=spec.name_zh if language == "zh" else spec.name,
        facts=tuple(_facts(design, year, language)),
        answer=_answer(year, language),
        tiles=tuple(_tiles(design, year, language)),
        notes=tuple(_notes(design, year, language)),
        months=tuple(tables.month_rows(year, language, unit)),
        energy_unit=unit,
        limits=tuple(tables.limit_rows(year, language)),
        powers=tuple(tables.power_rows(year, language, unit)),
        unit_heads=((text("col_part", language), ""), *((name, "") for name in tables.unit_names(design))),
        units=tuple(tables.unit_rows(design, language)),
        climate=tuple(tables.climate_rows(design, year, language)),
        balances=tuple(tables.balance_rows(year, language)),
        assumptions=tuple(tables.assumption_rows(design)),
        method=YEAR_METHOD[language],
        versions=f"orcplant {__version__}, CoolProp {COOLPROP_VERSION}, plant.toml sha256"
        f" {design.plant.sha256[:_HASH]}",
    )


def _facts(design: Design, year: YearResult, language: Language) -> Iterator[Row]:
    joint = "，" if language == "zh" else ", "
    groups = joint.join(
        f"{counted(units.count, units.spare, language)} × {rating_text(units.rating)} {units.fluid}"
        for units in design.units
    )
    yield Row(text("fact_design", language), (f"{groups} ({design.path.name})",))
    wells = joint.join(
        f"{count} × {called(well, language)}"
        for well, count in zip(design.plant.spec.wells, design.wells, strict=True)
        if count
    )
    brine = year.geofluid
    state = f"{fixed(degC(float(brine.T)), 1)} °C, {fixed(bar(float(brine.p)), 2)} bar"
    if np.isfinite(brine.quality):
        state += f", x = {fixed(float(brine.quality), 3)}"
    yield Row(text("fact_wells", language), (f"{wells}{joint}{fixed(float(brine.mass_flow), 1)} kg/s",))
    yield Row(text("brine_at_units", language), (state,))
    yield Row(text("fact_weather", language), (tables.weather_text(design, language),))


def _answer(year: YearResult, language: Language) -> tuple[str, ...]:
    net, gross = energy(year.net), energy(year.gross)
    unit = energy_unit(gross)
    sold, made = (f"{energy_text(value, unit)} {unit}" for value in (net, gross))
    mean = " ".join(power_text(float(np.mean(year.net)), year.installed))
    low, high = (power_text(float(bound), year.installed) for bound in (year.net.min(), year.net.max()))
    factor = fixed(year.capacity_factor * _PERCENT, 1)
    installed = rating_text(year.installed)
    used = energy(year.auxiliaries.total) / gross if gross else 0.0
    share = fixed(used * _PERCENT, 1)
    back, coldest = fixed(degC(mean_return(year)), 1), fixed(degC(coldest_return(year)), 1)
    drawn = fixed(year.produced / 1e9, 2)
    if language == "zh":
        wan = fixed(net / 10.0, 0)
        return (
            f"全年上网电量 {sold}（{wan} 万 kWh），装机 {installed} 的年利用率为 {factor} %；"
            f"平均净功率 {mean}，逐时介于 {low[0]} 与 {high[0]} {high[1]} 之间。"
            f"发电 {made}，厂用电率 {share} %。",
            f"全年取用地热流体 {fixed(year.produced / 1e7, 1)} 万吨并全部回灌，"
            f"平均回灌温度 {back} °C，最低 {coldest} °C。",
        )
    return (
        f"In a year {sold} reach the fence, a capacity factor of {factor} % of the {installed} installed. Net"
        f" power is {mean} on average and between {low[0]} and {high[0]} {high[1]} from hour to hour. The"
        f" generators make {made}, of which the plant itself takes {share} %.",
        f"{drawn} million tonnes of brine are drawn and all reinjected, at {back} °C on average and never"
        f" below {coldest} °C.",
    )


def _tiles(design: Design, year: YearResult, language: Language) -> Iterator[Tile]:
    net, gross, own = (energy(power) for power in (year.net, year.gross, year.auxiliaries.total))
    unit = energy_unit(gross)
    yield Tile(text("tile_net_energy", language), energy_text(net, unit), unit, text("plant_net", language))
    yield Tile(
        text("tile_gross_energy", language), energy_text(gross, unit), unit, text("note_gross", language)
    )
    factor = fixed(year.capacity_factor * _PERCENT, 1)
    yield Tile(text("tile_capacity_factor", language), factor, "%", text("note_of_installed", language))
    mean, low, high = (
        power_text(float(value), year.installed)
        for value in (np.mean(year.net), year.net.min(), year.net.max())
    )
    yield Tile(text("tile_mean_net", language), *mean, f"{low[0]} – {high[0]} {high[1]}")
    share = fixed(own / gross * _PERCENT if gross else np.nan, 1)
    yield Tile(text("tile_own_use", language), share, "%", text("note_own_use", language))
    drawn = fixed(year.produced / 1e6, 0)
    yield Tile(
        text("tile_produced", language), drawn, text("unit_kt", language), text("note_reinjected", language)
    )
    lowest = fixed(degC(design.plant.spec.limits.T_reinjection_min), 1)
    limit = f"下限 {lowest} °C" if language == "zh" else f"mean; not below {lowest} °C"
    yield Tile(text("tile_return", language), fixed(degC(mean_return(year)), 1), "°C", limit)
    running, units = float(np.mean(year.running)), sum(one.group.count for one in year.groups)
    beside = (
        f"平均运行 {fixed(running, 2)} / {units} 台"
        if language == "zh"
        else f"{fixed(running, 2)} of {units} run"
    )
    up = sum(float(np.mean(one.available)) for one in year.groups) / units
    yield Tile(text("tile_availability", language), fixed(up * _PERCENT, 1), "%", beside)


def _notes(design: Design, year: YearResult, language: Language) -> Iterator[str]:
    zh = language == "zh"
    equipment = sum(a.key.startswith("equipment.") for a in design.plant.assumptions)
    used = tuple(f"well_type[{k}]" for k, count in enumerate(design.wells) if count)
    wells = sum(a.key.startswith(used) for a in design.plant.assumptions)
    if equipment:
        yield (
            f"机组硬件的 {equipment} 项数据为假定值（见“相关假定条件”），尚无厂家数据；变工况性能以此为准。"
            if zh
            else f"{equipment} numbers of the hardware are assumed (listed below), none comes from a maker:"
            " operation away from the design point rests on them."
        )
    yield from _out_of_range(design, year, language)
    yield (
        "井的流量、温度与压力全年按恒定计，未考虑热储衰减；井产量的富余部分未使用。"
        if zh
        else "Flow, temperature and pressure of the wells are constant all year, without decline of the"
        " reservoir; what the wells could give beyond the units' need is not used."
    )
    if wells:
        yield (
            f"井数据中有 {wells} 项为假定值；井的流量是本结果的前提，而非结论。"
            if zh
            else f"{wells} numbers of the wells are assumed: their flow is a premise of this result, not part"
            " of it."
        )
    if isinstance(design.plant.spec.climate, Normals):
        yield (
            "气象年由累年月均值生成，代表平均年份；寒潮与热浪的极端小时以实测逐时数据为准。"
            if zh
            else "The weather is an average year made from normals; the hours of a cold spell or a heat wave"
            " need a measured file."
        )


def _out_of_range(design: Design, year: YearResult, language: Language) -> Iterator[str]:
    """Say for how long, and in which weather, a turbine runs beyond its efficiency factors."""
    hours = out_of_range_hours(year)
    if hours < _NOTICED:
        return
    T, mild = degC(year.weather.T), degC(design.plant.spec.site.T_ambient)
    beyond = out_of_range(year)
    hot, cold = T[beyond & (T > mild)], T[beyond & (T <= mild)]
    zh, when = language == "zh", []
    if len(hot):
        bound = fixed(float(hot.min()), 1)
        when.append(f"高于 {bound} °C" if zh else f"above {bound} °C")
    if len(cold):
        bound = fixed(float(cold.max()), 1)
        when.append(f"低于 {bound} °C" if zh else f"below {bound} °C")
    weather = ("、" if zh else " and ").join(when)
    if zh:
        yield (
            f"每台机组全年有 {fixed(hours, 0)} 小时（环境温度{weather}）透平工况超出效率修正系数的适用范围"
            "（焓降、容积流量为设计值的 0.6 至 1.3），系数按端点斜率线性外推，该时段功率不确定。"
        )
        return
    yield (
        f"For {fixed(hours, 0)} hours, at an ambient {weather}, a unit's turbine is outside the range of its"
        " efficiency factors (head and volume flow 0.6 to 1.3 of design). There the factors go on straight"
        " with the slope at their end, so power is uncertain."
    )
