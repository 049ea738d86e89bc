"""What a page about a sized plant shows: every number converted, rounded and named, nothing laid out."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Final

from orcplant import __version__
from orcplant.config.plant_spec import Plant
from orcplant.plant.candidate import Candidate
from orcplant.plant.equipment import NotRateable
from orcplant.plant.spec import TargetBasis
from orcplant.plant.study import Study
from orcplant.plant.year import YearResult
from orcplant.report import sizing_tables as tables
from orcplant.report.cycle_view import CycleView, Row, Tile, cycle_view
from orcplant.report.numbers import NO_VALUE, fixed, significant
from orcplant.report.plant_texts import SIZING_METHOD
from orcplant.report.plant_units import Machine
from orcplant.report.sizing_story import answer, like_row, notes, why_rating
from orcplant.report.sizing_words import (
    called,
    counted,
    distinct,
    fluid_label,
    fluid_short,
    layout_label,
    layouts_of,
    millions,
    power_text,
    rating_text,
    ratings_of,
)
from orcplant.report.texts import METHOD, Language, text
from orcplant.report.year_json import energy
from orcplant.report.year_words import energy_text, energy_unit
from orcplant.thermo.exergy import exergy_balance
from orcplant.thermo.properties import COOLPROP_VERSION
from orcplant.units import KILO, bar, degC

_HASH: Final = 12  # digits of the hash that are shown
_PERCENT: Final = 100.0


@dataclass(frozen=True, slots=True)
class MachineView:
    """One design of a unit: what it is, the limits on it, its cycle, and the endings of its figures."""

    title: str
    facts: tuple[Row, ...]
    limits: tuple[Row, ...]
    cycle: CycleView
    suffix: str


@dataclass(frozen=True, slots=True)
class SizingView:
    """One page in one language; tables that have nothing to say are empty."""

    language: Language
    case_name: str
    facts: tuple[Row, ...]
    answer: tuple[str, ...]
    tiles: tuple[Tile, ...]
    notes: tuple[str, ...]
    why_rating: str
    powers: tuple[Row, ...]
    wells: tuple[Row, ...]
    well_facts: tuple[Row, ...]
    blocks: tuple[Row, ...]
    machines: tuple[MachineView, ...]
    screening: tuple[Row, ...]
    candidates: tuple[Row, ...]
    cost_heading: str
    power_unit: str
    sensitivity: tuple[Row, ...]
    money: tuple[Row, ...]
    money_note: str
    balances: tuple[Row, ...]
    assumptions: tuple[Row, ...]
    given: tuple[Row, ...]
    method: tuple[str, ...]
    versions: str


def sizing_view(plant: Plant, study: Study, machines: tuple[Machine, ...], language: Language) -> SizingView:
    """Everything the page of a sized plant shows.

    Parameters
    ----------
    machines : tuple of Machine
        Units of different design, solved at their rating.
    """
    sizing, best, spec = study.sizing, study.sizing.best, plant.spec
    searched = sizing.screening is not None
    installed = spec.basis is TargetBasis.INSTALLED
    return SizingView(
        language=language,
        case_name=spec.name_zh if language == "zh" else spec.name,
        facts=tuple(_facts(plant, best, language)),
        answer=answer(plant, study, language),
        tiles=tuple(_tiles(plant, study, language)),
        notes=tuple(notes(plant, study, language)),
        why_rating=why_rating(sizing, language) if searched else "",
        powers=tuple(tables.power_rows(best, language)),
        wells=tuple(tables.well_rows(plant, best, language)),
        well_facts=tuple(_well_facts(study, language)),
        blocks=tuple(tables.block_rows(plant, best, language)),
        machines=tuple(_machine(plant, k, machine, language) for k, machine in enumerate(machines)),
        screening=()
        if sizing.screening is None
        else tuple(tables.screening_rows(sizing.screening, language)),
        candidates=tuple(tables.candidate_rows(sizing, language)) if searched else (),
        cost_heading=text("col_cost" if installed else "col_cost_target", language),
        power_unit=power_text(0.0, best.installed)[1],
        sensitivity=tuple(tables.sensitivity_rows(study, language)) if study.changes else (),
        money=tuple(tables.money_rows(best, language)),
        money_note=_money_note(plant, best, language),
        balances=tuple(tables.balance_rows(best, language)),
        assumptions=tuple(tables.assumption_rows(plant)),
        given=tuple(tables.given_rows(plant)),
        method=(*SIZING_METHOD[language], *METHOD[language]),
        versions=", ".join(_versions(plant)),
    )


def _versions(plant: Plant) -> tuple[str, ...]:
    return (
        f"orcplant {__version__}",
        f"CoolProp {COOLPROP_VERSION}",
        f"plant.toml sha256 {plant.sha256[:_HASH]}",
    )


def _facts(plant: Plant, best: Candidate, language: Language) -> Iterator[Row]:
    spec, joint = plant.spec, "，" if language == "zh" else ", "
    basis = text(f"basis_{spec.basis.value}", language)
    yield Row(text("asked", language), (joint.join((rating_text(spec.target), basis)),))
    height = f"{text('elevation', language)} {fixed(spec.site.elevation, 0)} m"
    ambient = f"{text('design_ambient', language)} {fixed(degC(spec.site.T_ambient), 1)} °C"
    place = joint.join((height, f"{fixed(bar(spec.site.p_ambient), 3)} bar", ambient))
    yield Row(text("site", language), (place,))
    for well, used in zip(spec.wells, best.wells, strict=True):
        if used:
            T, p, flow = fixed(degC(well.T), 1), fixed(bar(well.p), 1), fixed(well.mass_flow, 1)
            phase = tables.phase_text(well.quality, language)
            state = joint.join((f"{T} °C", f"{p} bar", f"{flow} kg/s", phase))
            colon = "：" if language == "zh" else ": "
            yield Row(text("resource", language), (f"{called(well, language)}{colon}{state}",))


def _tiles(plant: Plant, study: Study, language: Language) -> Iterator[Tile]:
    best = study.sizing.best

    def note(en: str, zh: str) -> str:
        return zh if language == "zh" else en

    def power(key: str, watts: float, beside: str) -> Tile:
        return Tile(text(key, language), *power_text(watts, best.installed), beside)

    target, ambient = rating_text(plant.spec.target), fixed(degC(plant.spec.site.T_ambient), 1)
    asked = plant.spec.basis is TargetBasis.INSTALLED
    wanted = note(f"asked for: {target}", f"目标 {target}")
    at = note(f"at {ambient} °C", f"环境温度 {ambient} °C")
    yield power("tile_installed", best.installed, wanted if asked else "")
    yield power("tile_gross", best.gross, text("note_gross", language))
    yield power("tile_net", best.plant_net, at if asked else f"{at}{note('; ', '；')}{wanted}")
    yield from _machine_tiles(best, language)
    wells = f"{sum(best.wells)} + {best.injection_wells}"
    yield Tile(text("tile_wells", language), wells, "", text("wells_unit", language))
    left = fixed(best.surplus, 1)
    flow = fixed(float(best.geofluid.mass_flow), 1)
    surplus = note(f"{left} kg/s left over", f"井产量余 {left} kg/s")
    yield Tile(text("tile_brine", language), flow, "kg/s", surplus)
    lowest = fixed(degC(plant.spec.limits.T_reinjection_min), 1)
    limit = note(f"not below {lowest} °C", f"下限 {lowest} °C")
    yield Tile(text("tile_reinjection", language), tables.reinjection_text(best), "°C", limit)
    yield from _money_tiles(plant, best, language)
    yield _year_tile(study.year, language)


def _year_tile(year: YearResult | NotRateable, language: Language) -> Tile:
    label = text("tile_net_energy", language)
    if isinstance(year, NotRateable):
        return Tile(label, NO_VALUE, "", text("note_not_followed", language))
    sold = energy(year.net)
    unit = energy_unit(energy(year.gross))
    factor = fixed(year.capacity_factor * _PERCENT, 1)
    note = f"年利用率 {factor} %" if language == "zh" else f"capacity factor {factor} %"
    return Tile(label, energy_text(sold, unit), unit, note)


def _machine_tiles(best: Candidate, language: Language) -> Iterator[Tile]:
    count, spare = (sum(getattr(block, key) for block in best.blocks) for key in ("count", "spare"))
    label, written = text("tile_units", language), counted(count, spare, language)
    if len(best.blocks) == 1:
        spares = text("units_note", language) if spare else ""
        yield Tile(label, written, f"× {ratings_of(best.blocks)}", spares)
    else:
        yield Tile(label, written, "", ratings_of(best.blocks))
    fluid = distinct([fluid_short(block.unit.fluid, language) for block in best.blocks], language)
    yield Tile(text("tile_fluid", language), fluid, "", layouts_of(best, language))


def _money_tiles(plant: Plant, best: Candidate, language: Language) -> Iterator[Tile]:
    total = best.capital.total
    level = f"{text('price_level', language)} {plant.keys.cost.price_level}"
    plan = fixed(plant.spec.costs.plan_specific * KILO, 0)
    beside = f"规划值 {plan}" if language == "zh" else f"the plan: {plan}"
    yield Tile(
        text("tile_capital", language), millions(total, language), text("million_cny", language), level
    )
    for key, watts, note in (
        ("tile_per_installed", best.installed, beside),
        ("tile_per_net", best.plant_net, ""),
    ):
        yield Tile(text(key, language), fixed(total / watts * KILO, 0), text("cny_kw", language), note)


def _well_facts(study: Study, language: Language) -> Iterator[Row]:
    best, gathering = study.sizing.best, study.sizing.plant.gathering
    needed, given = float(best.geofluid.mass_flow), float(best.geofluid.mass_flow) + best.surplus
    state = f"{fixed(degC(float(best.geofluid.T)), 1)} °C, {fixed(bar(float(best.geofluid.p)), 2)} bar"
    if isfinite(best.geofluid.quality):
        state += f", x = {significant(float(best.geofluid.quality), 2)}"
    yield Row(text("brine_at_units", language), (state,))
    yield Row(text("brine_needed", language), (f"{fixed(needed, 1)} kg/s",))
    yield Row(text("brine_given", language), (f"{fixed(given, 1)} kg/s",))
    share = fixed(best.surplus / given * _PERCENT, 1)
    yield Row(text("brine_left", language), (f"{fixed(best.surplus, 1)} kg/s ({share} %)",))
    yield Row(text("item_injection_wells", language), (str(best.injection_wells),))
    margin = f"{fixed(bar(best.bubble_margin), 2)} bar (≥ {fixed(bar(gathering.bubble_margin), 2)})"
    yield Row(text("bubble_margin", language), (margin,))
    wells = study.sizing.plant.wells
    used = {well.name for well, n in zip(wells, best.wells, strict=True) if n}
    names = {well.name: called(well, language) for well in wells}
    for name, outcome in study.like:
        if used == {name}:
            continue  # they are
        yield Row(*like_row(names[name], outcome, language))


def _machine(plant: Plant, number: int, machine: Machine, language: Language) -> MachineView:
    block, zh = machine.blocks[0], language == "zh"
    fluid, ratings = block.unit.fluid, distinct([rating_text(b.rating) for b in machine.blocks], language)
    label, exergy = fluid_label(fluid, language), exergy_balance(machine.result)
    GWP, ODP = (f"{value:g}" if value == value else NO_VALUE for value in (fluid.GWP, fluid.ODP))
    stable = fixed(degC(fluid.T_max), 1) if fluid.T_max < float("inf") else NO_VALUE
    safety = f"GWP {GWP}, ODP {ODP}, {text('col_class', language)} {fluid.safety_class or NO_VALUE}"
    facts: tuple[Row, ...] = (
        Row(text("fluid", language), (f"{label}{'；' if zh else '; '}{safety}",)),
        Row(text("fluid_up_to", language), (f"{stable} °C",)),
        Row(text("layout", language), (layout_label(block.unit.layout, language),)),
        Row(text("eta_thermal", language), (f"{fixed(float(machine.result.eta_thermal) * _PERCENT, 2)} %",)),
        Row(text("utilisation", language), (f"{fixed(float(exergy.utilisation) * _PERCENT, 1)} %",)),
    )
    if len(machine.blocks) > 1:
        facts += (Row(text("sized_for", language), (rating_text(block.rating),)),)
    return MachineView(
        title=f"{ratings}{'，' if zh else ', '}{fluid_short(fluid, language)}",
        facts=facts,
        limits=tuple(tables.limit_rows(machine, language)),
        cycle=cycle_view(machine.result, plant.spec.name, {}, language),
        suffix=f"_{number + 1}" if number else "",
    )


def _money_note(plant: Plant, best: Candidate, language: Language) -> str:
    """Say what the plan's figure is compared with: it does not tell whether wells are in it."""
    costs, capital = plant.spec.costs, best.capital
    wells = (capital.production_wells + capital.injection_wells) * (1.0 + costs.indirect)
    full, bare = (fixed(total / best.installed * KILO, 0) for total in (capital.total, capital.total - wells))
    plan = fixed(costs.plan_specific * KILO, 0)
    if language == "zh":
        return (
            f"单位装机投资：含井 {full} 元/kW，不含井 {bare} 元/kW；规划值 {plan} 元/kW，规划未说明是否含井。"
        )
    return (
        f"Per installed kW: {full} CNY with wells, {bare} CNY without. The plan names {plan} CNY and does not"
        " say whether wells are included."
    )
