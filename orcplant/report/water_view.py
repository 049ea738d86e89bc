"""What the pages of the water report show, as text in one language; no HTML here."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from orcplant import __version__
from orcplant.report.numbers import NO_VALUE, fixed, significant
from orcplant.report.texts import Language
from orcplant.report.water_json import left_out
from orcplant.report.water_reasons import against_text, answer_text, warnings
from orcplant.report.water_texts import METHOD, text
from orcplant.thermo.properties import COOLPROP_VERSION
from orcplant.units import KILO, bar, degC
from orcplant.water.analysis import Amount
from orcplant.water.applicable import number
from orcplant.water.levels import Level, Quantity, level
from orcplant.water.minerals import MINERALS
from orcplant.water.phreeqc_engine import package_version
from orcplant.water.scaling import Path, scale_per_day
from orcplant.water.species import SPECIES
from orcplant.water.study import WaterStudy

_COLOURS: Mapping[Level, str] = {
    "green": "#00795C",
    "yellow": "#E6B800",
    "amber": "#E69F00",
    "red": "#B3261E",
    "unknown": "#9AA5AE",
}
_PER_MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Row:
    """Line of a table."""

    name: str
    cells: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Name and source of a water in one language."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class LevelTile:
    """A number with the colour that it means to an operator."""

    label: str
    value: str
    unit: str
    note: str
    verdict: str
    colour: str


@dataclass(frozen=True, slots=True)
class WaterView:
    """Everything a page shows."""

    language: Language
    case_name: str
    is_invented: bool
    has_speciation: bool
    facts: tuple[Row, ...]
    tiles: tuple[LevelTile, ...]
    notes: tuple[str, ...]
    path: tuple[Row, ...]
    index_heads: tuple[tuple[str, str], ...]
    database_heads: tuple[tuple[str, str], ...]
    indices: tuple[Row, ...]
    flashes: tuple[Row, ...]
    scale: tuple[Row, ...]
    silica: tuple[Row, ...]
    silica_facts: tuple[Row, ...]
    corrosion: tuple[Row, ...]
    materials: tuple[Row, ...]
    inhibitor: tuple[Row, ...]
    inhibitor_note: str
    bands: tuple[Row, ...]
    databases: tuple[Row, ...]
    analysis: tuple[Row, ...]
    inputs: tuple[Row, ...]
    method: tuple[str, ...]
    versions: str


def water_view(
    study: WaterStudy,
    words: Words,
    places: Mapping[str, str],
    inputs: Mapping[str, object],
    language: Language,
) -> WaterView:
    """View of a study; `places` translates the names of the path, `inputs` is the file as written."""
    name, source = words.name, words.source
    judged = study.judged
    return WaterView(
        language=language,
        case_name=name,
        is_invented=study.question.water.invented,
        has_speciation=judged is not None,
        facts=_facts(study, source, language),
        tiles=_tiles(study, language),
        notes=tuple(warnings(study, language, places)),
        path=tuple(row for path in study.paths for row in _path_rows(path, places, language)),
        index_heads=_heads(study, text("col_mineral", language)),
        database_heads=_heads(study, text("col_database", language)),
        indices=_indices(study, language) if judged else (),
        flashes=_flashes(study),
        scale=_scale(study, judged, places, language) if judged else (),
        silica=_silica(study, places),
        silica_facts=_silica_facts(study, language),
        corrosion=_corrosion(study, places, language),
        materials=tuple(
            Row(
                text(one.material, language),
                (
                    text(one.verdict, language),
                    "; ".join(against_text(reason, language) for reason in one.reasons) or NO_VALUE,
                ),
            )
            for one in study.materials
        ),
        inhibitor=_inhibitor(study, language),
        inhibitor_note=_inhibitor_note(study, language),
        bands=_bands(study, places),
        databases=_databases(study, language),
        analysis=tuple(_amount(one, study, language) for one in study.question.water.amounts),
        inputs=tuple(_inputs(inputs)),
        method=METHOD[language],
        versions=_versions(),
    )


def _facts(study: WaterStudy, source: str, language: Language) -> tuple[Row, ...]:
    water = study.question.water
    sample = water.sample
    measured = f"{text('sample_pH', language)} {fixed(sample.pH, 2)}, {fixed(degC(sample.T), 1)} °C"
    rows = [Row(text("source", language), (source,)), Row(text("sampled", language), (measured,))]
    rows.append(Row(text("solids", language), (f"{significant(water.dissolved * _PER_MILLION, 4)} mg/kg",)))
    rows.append(Row(text("charge_balance", language), (f"{fixed(study.charge_error, 1)} %",)))
    if study.judged is not None:
        rows.append(Row(text("judged_by", language), (text(study.judged.given.reading, language),)))
    return tuple(rows)


def _tiles(study: WaterStudy, language: Language) -> tuple[LevelTile, ...]:
    judged = study.judged
    margin = judged.least_margin if judged else np.nan
    calcite = _largest(judged.indices("calcite")) if judged else np.nan
    lowest = _largest(list(study.bands.of("calcite")[:, 0])) if study.bands else np.inf
    coldest = min(study.silica, key=lambda one: one.point.T)
    steel = _largest([number(one.norsok) for one in study.corrosion])
    larson = number(study.larson_skold)
    T_silica = degC(study.T_silica)
    return (
        _tile("margin", bar(margin), "bar", 2, "bubble_margin", margin, language),
        _tile("calcite", calcite, "", 2, "calcite_index", calcite, language, lowest=lowest),
        _tile("silica", coldest.ratio, "", 2, "silica_ratio", coldest.ratio, language),
        _plain("T_silica", T_silica, "°C", f" {study.question.operation.silica_ratio:g}", language),
        _tile("larson", larson, "", 2, "larson_skold", larson, language),
        _tile("steel", steel, "mm/a", 2, "carbon_steel_rate", steel, language),
    )


def _tile(
    key: str,
    shown: float,
    unit: str,
    decimals: int,
    quantity: Quantity,
    value: float,
    language: Language,
    *,
    lowest: float = np.inf,
) -> LevelTile:
    found = level(quantity, value, lowest=lowest)
    return LevelTile(
        label=text(f"tile_{key}", language),
        value=fixed(shown, decimals),
        unit=unit,
        note=text(f"tile_{key}_note", language),
        verdict=text(f"level_{found}", language),
        colour=_COLOURS[found],
    )


def _plain(key: str, shown: float, unit: str, more: str, language: Language) -> LevelTile:
    """A number that is a limit itself."""
    note = text(f"tile_{key}_note", language) + more
    return LevelTile(text(f"tile_{key}", language), fixed(shown, 1), unit, note, "", _COLOURS["unknown"])


def _path_rows(path: Path, places: Mapping[str, str], language: Language) -> list[Row]:
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
        rows.append(Row(_place(one.point.place, places), cells, strong=one.margin < 0.0))
    return rows


def _heads(study: WaterStudy, first: str) -> tuple[tuple[str, str], ...]:
    """Heading of a table with a column for each place."""
    return ((first, ""), *((f"{degC(one.T):.0f} °C", "") for one in study.question.points))


def _indices(study: WaterStudy, language: Language) -> tuple[Row, ...]:
    judged = study.paths[-1]
    rows = []
    for key, mineral in MINERALS.items():
        values = judged.indices(key)
        if np.isfinite(values).any():
            name = f"{text(key, language)} ({mineral.formula})"
            over = mineral.pace == "fast" and max(values) > 0.0
            rows.append(Row(name, tuple(fixed(value, 2) for value in values), strong=over))
    return tuple(rows)


def _flashes(study: WaterStudy) -> tuple[Row, ...]:
    water, flow = study.question.water, study.question.operation.mass_flow
    rows = []
    for one in study.flashes:
        mass = one.calcite * MINERALS["calcite"].molar_mass / (1.0 + water.dissolved) * _PER_MILLION
        daily = scale_per_day(one.calcite, "calcite", mass_flow=flow, dissolved=water.dissolved)
        cells = (
            fixed(bar(one.p), 2),
            fixed(100.0 * one.steam_fraction, 2),
            fixed(one.CO2_lost * KILO, 2),
            fixed(one.liquid.pH, 2),
            fixed(one.liquid.indices.get("calcite", np.nan), 2),
            fixed(mass, 1),
            fixed(daily, 0),
        )
        rows.append(Row(f"{degC(one.T):.1f} °C", cells))
    return tuple(rows)


def _scale(study: WaterStudy, judged: Path, places: Mapping[str, str], language: Language) -> tuple[Row, ...]:
    water, flow = study.question.water, study.question.operation.mass_flow
    rows = []
    for one in judged.points:
        for key, moles in one.fallout.items():
            mass = moles * MINERALS[key].molar_mass / (1.0 + water.dissolved) * _PER_MILLION
            daily = scale_per_day(moles, key, mass_flow=flow, dissolved=water.dissolved)
            place = _place(one.point.place, places) or f"{degC(one.point.T):.0f} °C"
            rows.append(Row(place, (text(key, language), significant(mass, 2), significant(daily, 2))))
    return tuple(rows)


def _silica(study: WaterStudy, places: Mapping[str, str]) -> tuple[Row, ...]:
    return tuple(
        Row(
            _place(one.point.place, places),
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


def _silica_facts(study: WaterStudy, language: Language) -> tuple[Row, ...]:
    thermometers, target = study.thermometers, f" {study.question.operation.silica_ratio:g}"
    values = [
        (text("row_T_silica", language) + target, study.T_silica),
        (text("row_quartz", language), thermometers.quartz),
        (text("row_chalcedony", language), thermometers.chalcedony),
        (text("row_NaK", language), thermometers.sodium_potassium),
        (text("row_KMg", language), thermometers.potassium_magnesium),
    ]
    if study.flashes:
        values.insert(1, (text("row_T_silica_flashed", language), study.T_silica_flashed))
    shown = {name: f"{fixed(degC(T), 1)} °C" if np.isfinite(T) else NO_VALUE for name, T in values}
    return tuple(Row(name, (value,)) for name, value in shown.items())


def _corrosion(study: WaterStudy, places: Mapping[str, str], language: Language) -> tuple[Row, ...]:
    return tuple(
        Row(
            _place(one.point.place, places) or f"{degC(one.point.T):.0f} °C",
            tuple(
                answer_text(answer, language)
                for answer in (one.bare, one.scaled, one.norsok, one.langelier, one.ryznar, one.puckorius)
            ),
        )
        for one in study.corrosion
    )


def _inhibitor(study: WaterStudy, language: Language) -> tuple[Row, ...]:
    dosing = study.dosing
    if dosing is None:
        return ()
    depth = text("at_wellhead", language) if dosing.depth == 0.0 else f"{fixed(dosing.depth, 0)} m"
    return (
        Row(text("row_depth", language), (depth,)),
        Row(text("row_rate", language), (f"{fixed(dosing.rate * 3600.0, 2)} kg/h",)),
        Row(text("row_yearly", language), (f"{fixed(dosing.yearly / KILO, 1)} t",)),
    )


def _inhibitor_note(study: WaterStudy, language: Language) -> str:
    if study.judged is None or study.dosing is not None:
        return ""
    known = np.isfinite(study.question.operation.mass_flow)
    return text("no_dosing" if known else "dosing_unknown", language)


def _bands(study: WaterStudy, places: Mapping[str, str]) -> tuple[Row, ...]:
    if study.bands is None:
        return ()
    rows = []
    for point, (low, middle, high) in zip(study.question.points, study.bands.of("calcite"), strict=True):
        name = _place(point.place, places) or f"{degC(point.T):.0f} °C"
        rows.append(Row(name, (fixed(degC(point.T), 1), fixed(low, 1), fixed(middle, 1), fixed(high, 1))))
    return tuple(rows)


def _database(key: str, study: WaterStudy, language: Language) -> str:
    """Name of a database, with what it does not know of this water."""
    missing = left_out(key, study)
    return f"{key} ({text('left_out', language)} {', '.join(missing)})" if missing else key


def _databases(study: WaterStudy, language: Language) -> tuple[Row, ...]:
    if study.bands is None:
        return ()
    nothing = [np.nan] * len(study.question.points)
    return tuple(
        Row(_database(key, study, language), tuple(fixed(v, 2) for v in table.get("calcite", nothing)))
        for key, table in study.bands.databases.items()
    )


def _amount(one: Amount, study: WaterStudy, language: Language) -> Row:
    content = one.molality * SPECIES[one.species].molar_mass / (1.0 + study.question.water.dissolved)
    shown = significant(content * _PER_MILLION, 4)
    if not one.detected:
        shown = f"{text('below_limit', language)} {significant(2.0 * content * _PER_MILLION, 3)}"
    cells = (shown, significant(one.molality * KILO, 4), f"{fixed(100.0 * one.sigma, 0)} %")
    return Row(one.species, cells)


def _inputs(table: Mapping[str, object], above: str = "") -> list[Row]:
    rows: list[Row] = []
    for key, value in table.items():
        name = f"{above}{key}"
        if isinstance(value, Mapping):
            rows += _inputs(value, f"{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for k, one in enumerate(value):
                rows += _inputs(one, f"{name}[{k}].")
        else:
            rows.append(Row(name, (str(value).lower() if isinstance(value, bool) else str(value),)))
    return rows


def _place(name: str, places: Mapping[str, str]) -> str:
    return places.get(name, name)


def _largest(values: list[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return max(known, default=np.nan)


def _versions() -> str:
    phreeqc = package_version()
    more = f", phreeqc {phreeqc}" if phreeqc else ""
    return f"orcplant {__version__}, CoolProp {COOLPROP_VERSION}{more}"
