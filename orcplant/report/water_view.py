"""What the pages of the water report show, as text in one language; no HTML here."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from orcplant import __version__
from orcplant.report.numbers import NO_VALUE, fixed, significant
from orcplant.report.texts import Language
from orcplant.report.water_reasons import against_text, warnings
from orcplant.report.water_rows import (
    Row,
    amount_row,
    band_heads,
    band_rows,
    columns,
    corrosion_rows,
    database_rows,
    flash_rows,
    heads,
    index_rows,
    inhibitor_note,
    inhibitor_rows,
    input_rows,
    path_rows,
    scale_rows,
    silica_facts,
    silica_rows,
)
from orcplant.report.water_texts import METHOD, text
from orcplant.thermo.properties import COOLPROP_VERSION
from orcplant.units import bar, degC
from orcplant.water.applicable import number
from orcplant.water.levels import Level, level
from orcplant.water.phreeqc_engine import package_version
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
    has_all_places: bool
    flashes: tuple[Row, ...]
    scale: tuple[Row, ...]
    silica: tuple[Row, ...]
    silica_facts: tuple[Row, ...]
    corrosion: tuple[Row, ...]
    materials: tuple[Row, ...]
    inhibitor: tuple[Row, ...]
    inhibitor_note: str
    band_heads: tuple[tuple[str, str], ...]
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
        path=tuple(row for path in study.paths for row in path_rows(path, places, language)),
        index_heads=heads(study, text("col_mineral", language)),
        database_heads=heads(study, text("col_database", language)),
        indices=index_rows(study, language) if judged else (),
        has_all_places=columns(study).step == 1,
        flashes=flash_rows(study, places, language),
        scale=scale_rows(study, judged, places, language) if judged else (),
        silica=silica_rows(study, places),
        silica_facts=silica_facts(study, language),
        corrosion=corrosion_rows(study, places, language),
        materials=tuple(
            Row(
                text(one.material, language),
                (
                    text(one.verdict, language),
                    text("semicolon", language).join(against_text(reason, language) for reason in one.reasons)
                    or NO_VALUE,
                ),
            )
            for one in study.materials
        ),
        inhibitor=inhibitor_rows(study, places, language),
        inhibitor_note=inhibitor_note(study, language),
        band_heads=band_heads(study, language),
        bands=band_rows(study, places),
        databases=database_rows(study, language),
        analysis=tuple(amount_row(one, study, language) for one in study.question.water.amounts),
        inputs=tuple(input_rows(inputs)),
        method=METHOD[language],
        versions=_versions(),
    )


def _facts(study: WaterStudy, source: str, language: Language) -> tuple[Row, ...]:
    water = study.question.water
    sample = water.sample
    measured = [
        *((sample.taken.isoformat(),) if sample.taken is not None else ()),
        *((sample.laboratory,) if sample.laboratory else ()),
        *((text(f"from_{sample.place}", language),) if sample.place != "unknown" else ()),
        f"{text('sample_pH', language)} {fixed(sample.pH, 2)} ({fixed(degC(sample.T), 1)} °C)",
    ]
    taken = text("comma", language).join(measured)
    rows = [Row(text("source", language), (source,)), Row(text("sampled", language), (taken,))]
    rows.append(Row(text("solids", language), (f"{significant(water.dissolved * _PER_MILLION, 4)} mg/kg",)))
    rows.append(Row(text("charge_balance", language), (f"{fixed(study.charge_error, 1)} %",)))
    if study.judged is not None:
        rows.append(Row(text("judged_by", language), (text(study.judged.given.reading, language),)))
    return tuple(rows)


def _tiles(study: WaterStudy, language: Language) -> tuple[LevelTile, ...]:
    judged = study.judged
    margin = judged.least_margin if judged else np.nan
    calcite = _largest(study.calcite_in_place())
    lowest = _lower_end(study)
    coldest = min(study.silica, key=lambda one: one.point.T)
    steel = _largest([number(one.norsok) for one in study.corrosion])
    larson = number(study.larson_skold)
    T_silica = degC(study.T_silica)
    margin_note, calcite_note = _other_reading(study, language)
    calcite_level = level("calcite_index", calcite, lowest=lowest)
    return (
        _tile("margin", bar(margin), "bar", level("bubble_margin", margin), language, more=margin_note),
        _tile("calcite", calcite, "", calcite_level, language, more=calcite_note),
        _tile("silica", coldest.ratio, "", level("silica_ratio", coldest.ratio), language),
        _plain("T_silica", T_silica, "°C", f" {study.question.operation.silica_ratio:g}", language),
        _tile("larson", larson, "", level("larson_skold", larson), language),
        _tile("steel", steel, "mm/a", level("carbon_steel_rate", steel), language),
    )


def _lower_end(study: WaterStudy) -> float:
    """Lower end of the band at the worst place, as far below its index as below that of liquid water."""
    if study.bands is None:
        return np.inf
    band = study.bands.of("calcite")
    return _largest(list(np.array(study.calcite_in_place()) - (band[:, 1] - band[:, 0])))


def _other_reading(study: WaterStudy, language: Language) -> tuple[str, str]:
    """What the tiles of margin and calcite would show if the sample were taken at its word."""
    if len(study.paths) < 2:
        return "", ""
    first = study.paths[0]
    name, calcite = text(first.given.reading, language), _largest(first.indices("calcite"))
    comma = text("semicolon", language)
    return f"{comma}{name} {fixed(bar(first.least_margin), 2)}", f"{comma}{name} {fixed(calcite, 2)}"


def _tile(
    key: str, shown: float, unit: str, found: Level, language: Language, *, more: str = ""
) -> LevelTile:
    """A number with the colour of its level."""
    return LevelTile(
        label=text(f"tile_{key}", language),
        value=fixed(shown, 2),
        unit=unit,
        note=text(f"tile_{key}_note", language) + more,
        verdict=text(f"level_{found}", language),
        colour=_COLOURS[found],
    )


def _plain(key: str, shown: float, unit: str, more: str, language: Language) -> LevelTile:
    """A number that is a limit itself."""
    note = text(f"tile_{key}_note", language) + more
    return LevelTile(text(f"tile_{key}", language), fixed(shown, 1), unit, note, "", _COLOURS["unknown"])


def _largest(values: list[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return max(known, default=np.nan)


def _versions() -> str:
    phreeqc = package_version()
    more = f", phreeqc {phreeqc}" if phreeqc else ""
    return f"orcplant {__version__}, CoolProp {COOLPROP_VERSION}{more}"
