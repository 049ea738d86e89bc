"""Tables of the sizing page: rows of written cells, in one language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from math import isfinite
from typing import Final

from orcplant.config.plant_spec import Plant
from orcplant.plant.candidate import Candidate, T_reinjection
from orcplant.plant.screening import Screening
from orcplant.plant.sensitivity import Change
from orcplant.plant.sizing import Sizing
from orcplant.plant.study import Study
from orcplant.plant.unit_design import expander_efficiency
from orcplant.report.cycle_view import Row
from orcplant.report.figures_ratings import money_items
from orcplant.report.figures_screening import beside
from orcplant.report.figures_sensitivity import net_of_brine
from orcplant.report.numbers import NO_VALUE, fixed, significant
from orcplant.report.plant_units import Machine, residuals
from orcplant.report.sizing_story import against_chosen, lost_by, signed_percent
from orcplant.report.sizing_words import (
    bound_meaning,
    bound_name,
    bound_sense,
    called,
    counted,
    fluid_label,
    fluids_of,
    layout_short,
    millions,
    obstacle_words,
    power_text,
    rating_text,
    ratings_of,
    written_in_its_unit,
)
from orcplant.report.texts import Language, text
from orcplant.units import KILO, bar, degC

_PERCENT: Final = 100.0
_ROUNDING: Final = 1e-9  # a balance that closes better is closed
_CONSUMERS: Final = ("feed_pumps", "cooling", "well_pumps", "reinjection_pumps", "station_service")


def power_rows(best: Candidate, language: Language) -> Iterator[Row]:
    """From gross to plant net: every consumer with its share of gross."""

    def row(name: str, watts: float, *, strong: bool = False) -> Row:
        share = fixed(watts / best.gross * _PERCENT, 1)
        return Row(text(name, language), (fixed(watts / KILO, 0), share), strong)

    yield Row(text("installed", language), (fixed(best.installed / KILO, 0), ""))
    yield row("gross", best.gross, strong=True)
    for name in _CONSUMERS:
        yield row(name, -float(getattr(best.auxiliary, name)))
        if name == "cooling":
            yield row("unit_net", best.unit_net, strong=True)
    yield row("plant_net", best.plant_net, strong=True)


def well_rows(plant: Plant, best: Candidate, language: Language) -> Iterator[Row]:
    """Types of wells as they were given, and how many are used."""
    for well, used in zip(plant.spec.wells, best.wells, strict=True):
        cells = (
            phase_text(well.quality, language),
            fixed(degC(well.T), 1),
            fixed(bar(well.p), 2),
            fixed(well.mass_flow, 1),
            str(well.available),
            str(used),
        )
        yield Row(called(well, language), cells, strong=used > 0)


def phase_text(quality: float, language: Language) -> str:
    """Liquid, or steam and water with the share of steam."""
    if not isfinite(quality):
        return text("liquid", language)
    return f"{text('two_phase', language)}, x = {significant(quality, 2)}"


def limit_rows(machine: Machine, language: Language) -> Iterator[Row]:
    """Limits that act on a unit, with value, bound and meaning."""
    optimum = machine.blocks[0].unit.optimum
    for acted in optimum.active:
        bound = written_in_its_unit(acted.bound, acted.limit)
        cells = (
            written_in_its_unit(acted.bound, acted.value),
            f"{bound_sense(acted, optimum).value} {bound}",
            bound_meaning(acted.bound, language),
        )
        yield Row(bound_name(acted.bound, language), cells)


def block_rows(plant: Plant, best: Candidate, language: Language) -> Iterator[Row]:
    """Every block: what one of its units takes and makes."""
    names = {unit.name: called(unit, language) for unit in plant.spec.units}
    for number, block in enumerate(best.blocks, start=1):
        flow = block.rating / block.unit.gross
        powers = (flow * block.unit.feed_pump, flow * block.unit.fan, flow * block.unit.net)
        cells = (
            counted(block.count, block.spare, language),
            fixed(block.rating / KILO, 0),
            *(fixed(watts / KILO, 1) for watts in powers),
            fixed(flow, 2),
            fixed(degC(block.unit.T_out), 1),
            fixed(expander_efficiency(plant.spec, block.rating) * _PERCENT, 1),
        )
        unnamed = f"{number}" if len(best.blocks) > 1 else rating_text(block.rating)
        yield Row(names.get(block.name, unnamed), cells)


def candidate_rows(sizing: Sizing, language: Language) -> Iterator[Row]:
    """All candidates, the cheapest first, with why they lost."""
    for candidate in sizing.candidates:
        cells = (
            layout_short(candidate.blocks[0].unit.layout, language),
            ratings_of(candidate.blocks),
            counted(candidate.blocks[0].count, candidate.blocks[0].spare, language),
            str(sum(candidate.wells)),
            fixed(float(candidate.geofluid.mass_flow), 1),
            power_text(candidate.plant_net, sizing.best.installed)[0],
            millions(candidate.capital.total, language),
            fixed(candidate.cost_of_target(sizing.plant) * KILO, 0),
            against_chosen(sizing, candidate, language),
        )
        yield Row(fluids_of(candidate, language), cells, strong=candidate is sizing.best)


def screening_rows(screening: Screening, language: Language) -> Iterator[Row]:
    """Ranked fluids and layouts, then those without a design; one reason of a fluid stands once."""
    for ranked in screening.ranked:
        design, level = ranked.design, ranked.design.result.levels[0]
        lost = lost_by(screening, ranked, language)
        why = ("；" if language == "zh" else "; ").join(
            part for part in (lost, beside(ranked, language)) if part
        )
        cells = (
            layout_short(design.layout, language),
            f"{design.fluid.GWP:g}" if isfinite(design.fluid.GWP) else NO_VALUE,
            design.fluid.safety_class or NO_VALUE,
            fixed(design.net / KILO, 2),
            fixed(bar(float(level.expander_in.p)), 2),
            fixed(bar(float(level.pump_in.p)), 2),
            fixed(degC(design.T_out), 1),
            why,
        )
        yield Row(fluid_label(design.fluid, language), cells)
    told = set()
    for failed in screening.failed:
        why, fluid = obstacle_words(failed.obstacle, language), failed.fluid
        if (fluid.name, why) in told:
            continue
        told.add((fluid.name, why))
        alike = [
            other.layout
            for other in screening.failed
            if other.fluid == fluid and other.obstacle == failed.obstacle
        ]
        layout = layout_short(failed.layout, language) if len(alike) == 1 else NO_VALUE
        GWP = f"{fluid.GWP:g}" if isfinite(fluid.GWP) else NO_VALUE
        values = (NO_VALUE,) * 4
        yield Row(fluid_label(fluid, language), (layout, GWP, fluid.safety_class or NO_VALUE, *values, why))


def sensitivity_rows(study: Study, language: Language) -> Iterator[Row]:
    """Every change, and the plant it leads to."""
    best = study.sizing.best
    yield Row(text("as_designed", language), ("", *_outcome(best, best)), strong=True)
    for change in study.changes:
        name, value = changed(change, language)
        if isinstance(change.outcome, Candidate):
            yield Row(name, (value, *_outcome(change.outcome, best)))
        else:
            why = obstacle_words(change.outcome.obstacle, language)
            yield Row(name, (value, *(NO_VALUE,) * 5, why))


def changed(change: Change, language: Language) -> tuple[str, str]:
    """Name of what was changed, and to what."""
    name, _, unit = text(f"factor_{change.factor}", language).partition(" [")
    if change.factor == "flow_basis":
        return text("factor_well_flow", language).partition(" [")[0], name
    unit = unit.removesuffix("]")
    value = f"{round(change.value, 6):g}".replace("-", "−")
    if unit.startswith("±"):
        sign = "+" if change.value > 0.0 else ""
        return name, f"{sign}{value} {unit.removeprefix('±').strip()}"
    return name, f"{value} {unit}"


def _outcome(outcome: Candidate, best: Candidate) -> tuple[str, ...]:
    net = net_of_brine(outcome)
    return (
        fixed(net, 2),
        "" if outcome is best else signed_percent(net / net_of_brine(best) - 1.0),
        str(sum(outcome.wells)),
        fixed(float(outcome.geofluid.mass_flow), 1),
        power_text(outcome.plant_net, best.installed)[0],
        fixed(outcome.specific_cost * KILO, 0),
    )


def money_rows(best: Candidate, language: Language) -> Iterator[Row]:
    """Items of the investment with their shares, and per kilowatt."""
    total = best.capital.total
    rows = {f"item_{name}": amount for name, amount in money_items(best).items()}
    for name, amount in [*rows.items(), ("total", total)]:
        if amount == 0.0:
            continue
        cells = (
            millions(amount, language, of=total),
            fixed(amount / total * _PERCENT, 1),
            fixed(amount / best.installed * KILO, 0),
            fixed(amount / best.plant_net * KILO, 0),
        )
        yield Row(text(name, language), cells, strong=name == "total")


def balance_rows(best: Candidate, language: Language) -> Iterator[Row]:
    """Residuals of all balances."""
    found = residuals(best)
    for item in fields(found):
        value = float(getattr(found, item.name))
        written = "< 1e-9" if value < _ROUNDING else f"{value:.0e}".replace("e-0", "e-")
        yield Row(text(f"residual_{item.name}", language), (written,))


def assumption_rows(plant: Plant) -> Iterator[Row]:
    """Keys that are assumed, their values, and why, as written."""
    for assumed in plant.assumptions:
        yield Row(assumed.key, (assumed.value.strip('"'), assumed.why or NO_VALUE))


def given_rows(plant: Plant) -> Iterator[Row]:
    """Keys that are no assumption, and their values."""
    assumed = {assumption.key for assumption in plant.assumptions}
    for key, value in _flat(plant.keys.model_dump(exclude_none=True)):
        if not any(key == name or key.startswith(f"{name}.") for name in assumed):
            yield Row(key, (value,))


def _flat(section: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in section.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, Sequence) and value and isinstance(value[0], Mapping):
            for k, entry in enumerate(value):
                yield from _flat(entry, f"{prefix}{key}[{k}].")
        elif isinstance(value, Sequence) and not isinstance(value, str):
            if value:
                yield f"{prefix}{key}", ", ".join(_plain(entry) for entry in value)
        else:
            yield f"{prefix}{key}", _plain(value)


def _plain(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def reinjection_text(best: Candidate) -> str:
    """Temperature of what goes back into the ground [°C]."""
    return fixed(degC(T_reinjection(best.blocks)), 1)
