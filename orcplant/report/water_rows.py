"""Rows of the tables of the water report, as text in one language."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from orcplant.report.numbers import NO_VALUE, fixed, significant
from orcplant.report.texts import Language
from orcplant.report.water_json import left_out
from orcplant.report.water_reasons import answer_text
from orcplant.report.water_texts import text
from orcplant.units import KILO, bar, degC
from orcplant.water.analysis import Amount
from orcplant.water.flash import Flashed
from orcplant.water.minerals import MINERALS
from orcplant.water.scaling import Path, PathPoint, scale_per_day
from orcplant.water.species import SPECIES
from orcplant.water.study import WaterStudy

_PER_MILLION = 1e6
_COLUMNS = 13  # of numbers, beside one another on a page
_ON_SHEETS = {"S_sulfate": "SO4", "S_sulfide": "H2S", "C": "HCO3", "B": "HBO2", "Si": "SiO2"}


@dataclass(frozen=True, slots=True)
class Row:
    """Line of a table."""

    name: str
    cells: tuple[str, ...]
    strong: bool = False


def path_rows(path: Path, places: Mapping[str, str], language: Language) -> list[Row]:
    """One reading along the path."""
    reading = text(path.given.reading, language)
    rows = []
    for one in path.points:
        p = fixed(bar(one.point.p), 2) if np.isfinite(one.point.p) else NO_VALUE
        cells = (
            reading,
            fixed(degC(one.point.T), 1),
            p,
            fixed(bar(one.p_bubble), 2),
            fixed(bar(one.margin), 2),
            fixed(one.state.pH, 2),
            fixed(one.state.indices.get("calcite", np.nan), 2),
            fixed(one.silica_ratio, 2),
        )
        rows.append(Row(_where(one.point, places), cells, strong=one.margin < 0.0))
    return rows


def heads(study: WaterStudy, first: str) -> tuple[tuple[str, str], ...]:
    """Heading of a table with a column for each place that has room."""
    points = [study.question.points[k] for k in columns(study)]
    return ((first, ""), *((f"{degC(one.T):.0f} °C", "") for one in points))


def columns(study: WaterStudy) -> range:
    """Places that have a column of their own: all, or every second, third, ... of a long path."""
    n = len(study.question.points)
    return range(0, n, -(-n // _COLUMNS))


def index_rows(study: WaterStudy, language: Language) -> tuple[Row, ...]:
    """Saturation indices of the reading that is judged, a column a place."""
    judged = study.paths[-1]
    rows = []
    for key, mineral in MINERALS.items():
        values = judged.indices(key)
        if np.isfinite(values).any():
            name = f"{text(key, language)} ({mineral.formula})"
            over = mineral.pace == "fast" and float(np.nanmax(values)) > 0.0
            rows.append(Row(name, tuple(fixed(values[k], 2) for k in columns(study)), strong=over))
    return tuple(rows)


def flash_rows(study: WaterStudy, places: Mapping[str, str], language: Language) -> tuple[Row, ...]:
    """What is left of the water where gas has come out, and after each expansion."""
    points = study.question.points
    named = [(_where(points[k], places), one) for k, one in study.boiled.items()]
    named += [(text("expanded", language), one) for one in study.flashes]
    return tuple(Row(name, _flash_cells(one, study)) for name, one in named)


def _flash_cells(one: Flashed, study: WaterStudy) -> tuple[str, ...]:
    water, flow = study.question.water, study.question.operation.mass_flow
    mass = one.calcite * MINERALS["calcite"].molar_mass / (1.0 + water.dissolved) * _PER_MILLION
    daily = scale_per_day(one.calcite, "calcite", mass_flow=flow, dissolved=water.dissolved)
    return (
        fixed(degC(one.T), 1),
        fixed(bar(one.p), 2),
        fixed(100.0 * one.steam_fraction, 2),
        fixed(one.CO2_lost * KILO, 2),
        fixed(one.liquid.pH, 2),
        fixed(one.liquid.indices.get("calcite", np.nan), 2),
        fixed(mass, 1),
        fixed(daily, 0),
    )


def scale_rows(
    study: WaterStudy, judged: Path, places: Mapping[str, str], language: Language
) -> tuple[Row, ...]:
    """Upper bound of what each fast mineral could drop, by place; of what is left where gas is out."""
    water, flow = study.question.water, study.question.operation.mass_flow
    after = f"{text('calcite', language)}{text('comma', language)}{text('gas_out', language)}"
    rows = []
    for k, one in enumerate(judged.points):
        falling = [(text(key, language), key, moles) for key, moles in one.fallout.items()]
        if k in study.boiled and study.boiled[k].calcite > 0.0:
            falling.insert(0, (after, "calcite", study.boiled[k].calcite))
        for name, key, moles in falling:
            mass = moles * MINERALS[key].molar_mass / (1.0 + water.dissolved) * _PER_MILLION
            daily = scale_per_day(moles, key, mass_flow=flow, dissolved=water.dissolved)
            cells = name, significant(mass, 2), significant(daily, 2)
            rows.append(Row(_where(one.point, places), cells))
    return tuple(rows)


def silica_rows(study: WaterStudy, places: Mapping[str, str]) -> tuple[Row, ...]:
    """Solubilities of amorphous silica and the ratio, by place."""
    return tuple(
        Row(
            _where(one.point, places),
            (
                fixed(degC(one.point.T), 1),
                fixed(one.fournier * _PER_MILLION, 0),
                fixed(one.gunnarsson * _PER_MILLION, 0),
                fixed(one.ratio, 2),
            ),
            strong=one.ratio > study.question.operation.silica_ratio,
        )
        for one in study.silica
    )


def silica_facts(study: WaterStudy, language: Language) -> tuple[Row, ...]:
    """Limits and geothermometers."""
    thermometers, target = study.thermometers, f" {study.question.operation.silica_ratio:g}"
    values = [
        (text("row_T_silica", language) + target, study.T_silica),
        (text("row_quartz", language), thermometers.quartz),
        (text("row_chalcedony", language), thermometers.chalcedony),
        (text("row_NaK", language), thermometers.sodium_potassium),
        (text("row_KMg", language), thermometers.potassium_magnesium),
    ]
    if study.flashes or study.boiled:
        values.insert(1, (text("row_T_silica_flashed", language), study.T_silica_flashed))
    shown = {name: f"{fixed(degC(T), 1)} °C" if np.isfinite(T) else NO_VALUE for name, T in values}
    return tuple(Row(name, (value,)) for name, value in shown.items())


def corrosion_rows(study: WaterStudy, places: Mapping[str, str], language: Language) -> tuple[Row, ...]:
    """Rates and indices, or why there is none, by place."""
    return tuple(
        Row(
            _where(one.point, places),
            tuple(
                answer_text(answer, language)
                for answer in (one.bare, one.scaled, one.norsok, one.langelier, one.ryznar, one.puckorius)
            ),
        )
        for one in study.corrosion
    )


def inhibitor_rows(study: WaterStudy, places: Mapping[str, str], language: Language) -> tuple[Row, ...]:
    """Dosing point and consumption; empty where none is needed."""
    dosing = study.dosing
    if dosing is None:
        return ()
    first = _where(study.question.points[0], places)
    wording = text("dose_before" if dosing.depth == 0.0 else "dose_below", language)
    return (
        Row(text("row_depth", language), (wording.format(place=first, depth=fixed(dosing.depth, 0)),)),
        Row(text("row_rate", language), (f"{fixed(dosing.rate * 3600.0, 2)} kg/h",)),
        Row(text("row_yearly", language), (f"{fixed(dosing.yearly / KILO, 1)} t",)),
    )


def inhibitor_note(study: WaterStudy, language: Language) -> str:
    """Why there is no dosing."""
    if study.judged is None or study.dosing is not None:
        return ""
    known = np.isfinite(study.question.operation.mass_flow)
    return text("no_dosing" if known else "dosing_unknown", language)


def band_heads(study: WaterStudy, language: Language) -> tuple[tuple[str, str], ...]:
    """Heading of the band; the other readings are the other end of the lost gas."""
    others = [text(one.given.reading, language) for one in _bracket(study)]
    first = ((text("col_place", language), ""), ("T", "°C"))
    return (*first, ("5 %", ""), ("50 %", ""), ("95 %", ""), *((name, "") for name in others))


def _bracket(study: WaterStudy) -> tuple[Path, ...]:
    """The readings that the lost gas may as well leave; none where it was measured."""
    is_guessed = study.judged is not None and study.judged.given.reading == "restored"
    return study.paths[:-1] if is_guessed else ()


def band_rows(study: WaterStudy, places: Mapping[str, str]) -> tuple[Row, ...]:
    """Band of calcite and its other readings, by place."""
    if study.bands is None:
        return ()
    others = [path.indices("calcite") for path in _bracket(study)]
    rows = []
    for k, (point, band) in enumerate(zip(study.question.points, study.bands.of("calcite"), strict=True)):
        name = _where(point, places)
        values = [*band, *(indices[k] for indices in others)]
        rows.append(Row(name, (fixed(degC(point.T), 1), *(fixed(value, 1) for value in values))))
    return tuple(rows)


def database(key: str, study: WaterStudy, language: Language) -> str:
    """Name of a database, with what it does not know of this water."""
    missing = left_out(key, study)
    return f"{key} ({text('left_out', language)} {', '.join(missing)})" if missing else key


def database_rows(study: WaterStudy, language: Language) -> tuple[Row, ...]:
    """Calcite of every database, a column a place."""
    if study.bands is None:
        return ()
    nothing = [np.nan] * len(study.question.points)
    return tuple(
        Row(
            database(key, study, language),
            tuple(fixed(table.get("calcite", nothing)[k], 2) for k in columns(study)),
        )
        for key, table in study.bands.databases.items()
    )


def amount_row(one: Amount, study: WaterStudy, language: Language) -> Row:
    """One species as it was analysed; an element beside what a laboratory's sheet would call it."""
    solution = 1.0 + study.question.water.dissolved

    def content(molality: float, species: str, digits: int = 4) -> str:
        return significant(molality * SPECIES[species].molar_mass / solution * _PER_MILLION, digits)

    name = one.species
    if name in _ON_SHEETS:
        sheet = _ON_SHEETS[name]
        name = f"{name} (= {content(one.molality, sheet)} mg/kg {sheet})"
    if one.detected:
        cells = content(one.molality, one.species), significant(one.molality * KILO, 4)
        return Row(name, (*cells, f"{fixed(100.0 * one.sigma, 0)} %"))
    below = text("below_limit", language)
    limits = content(one.limit, one.species, 3), significant(one.limit * KILO, 3)
    return Row(name, (*(f"{below} {limit}" for limit in limits), NO_VALUE))


def input_rows(table: Mapping[str, object], above: str = "") -> list[Row]:
    """Keys of the file as written, dotted."""
    rows: list[Row] = []
    for key, value in table.items():
        name = f"{above}{key}"
        if isinstance(value, Mapping):
            rows += input_rows(value, f"{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for k, one in enumerate(value):
                rows += input_rows(one, f"{name}[{k}].")
        else:
            rows.append(Row(name, (str(value).lower() if isinstance(value, bool) else str(value),)))
    return rows


def _where(point: PathPoint, places: Mapping[str, str]) -> str:
    """Name of a place in the page's language, or its temperature."""
    return place_name(point.place, places) or f"{degC(point.T):.0f}\N{NO-BREAK SPACE}°C"


def place_name(name: str, places: Mapping[str, str]) -> str:
    """Name of a place in the page's language."""
    return places.get(name, name)
