"""A water study as one JSON object: the contract with scripts. Every number's key carries its unit.

``points`` are the sample taken at its word; ``readings`` hold every reading of the analysis, the one to
judge by last. ``bubble_point_bar`` belongs to the first place of that one. A value without meaning is null;
a rule that does not apply gives null and, in ``not_applicable``, the quantity that is out of range.
"""

from typing import Any

import numpy as np

from orcplant import __version__
from orcplant.report.cycle_json import number
from orcplant.report.water_reasons import warnings
from orcplant.units import KILO, bar, degC
from orcplant.water.applicable import Answer, NotApplicable, Value
from orcplant.water.databases import DATABASES
from orcplant.water.flash import Flashed
from orcplant.water.minerals import MINERALS
from orcplant.water.phreeqc_engine import package_version
from orcplant.water.scaling import Path, PointState, scale_per_day
from orcplant.water.study import Bands, SilicaPoint, WaterStudy
from orcplant.water.surfaces import Corrosion

Document = dict[str, Any]


def water_document(study: WaterStudy) -> Document:
    """Everything `orcplant water` says of a water, ready for `json.dumps`."""
    water, question, judged = study.question.water, study.question, study.judged
    return {
        "water": {"name": water.name, "invented": water.invented, "source": water.source},
        "points": _points(study),
        "readings": [_reading(one, study) for one in study.paths],
        "bubble_point_bar": _bar(judged.points[0].p_bubble) if judged else None,
        "flash": [_flash(one, study) for one in study.flashes],
        "gas_out": [
            {"place": question.points[k].place or None, **_flash(one, study)}
            for k, one in study.boiled.items()
        ],
        "limits": {
            "T_silica_C": _degC(study.T_silica),
            "T_silica_flashed_C": _degC(study.T_silica_flashed),
            "silica_ratio_max": number(question.operation.silica_ratio),
            "bubble_margin_bar": _bar(judged.least_margin) if judged else None,
        },
        "charge_balance_percent": number(study.charge_error),
        "geothermometers": {
            "quartz_C": _degC(study.thermometers.quartz),
            "chalcedony_C": _degC(study.thermometers.chalcedony),
            "sodium_potassium_C": _degC(study.thermometers.sodium_potassium),
            "potassium_magnesium_C": _degC(study.thermometers.potassium_magnesium),
        },
        "larson_skold": _value(study.larson_skold),
        "corrosion": [_corrosion(one) for one in study.corrosion],
        "materials": [
            {
                "material": one.material,
                "verdict": one.verdict,
                "reasons": [reason.code for reason in one.reasons],
            }
            for one in study.materials
        ],
        "inhibitor": _inhibitor(study),
        "band": _band(study.bands, study) if study.bands else None,
        "warnings": warnings(study, "en"),
        "versions": {"orcplant": __version__, "phreeqc": package_version() or None},
    }


def _points(study: WaterStudy) -> list[Document]:
    if study.paths:
        return [_point(one, study) for one in study.paths[0].points]
    return [_silica_only(one) for one in study.silica]


def _silica_only(one: SilicaPoint) -> Document:
    """A place of a water without speciation: what closed formulas say."""
    return {
        "place": one.point.place or None,
        "T_C": _degC(one.point.T),
        "p_bar": _bar(one.point.p_liquid),
        "pH": None,
        "ionic_strength_mol_kgw": None,
        "SI": {},
        "totals_mol_kgw": {},
        "precipitated_mol_kgw": {},
        "database": None,
        "silica_ratio": number(one.ratio),
        "bubble_point_bar": None,
        "margin_bar": None,
    }


def _point(one: PointState, study: WaterStudy) -> Document:
    state, flow, water = one.state, study.question.operation.mass_flow, study.question.water
    return {
        "place": one.point.place or None,
        "T_C": _degC(one.point.T),
        "p_bar": _bar(one.point.p_liquid),
        "pH": number(state.pH),
        "ionic_strength_mol_kgw": number(state.ionic_strength),
        "SI": {key: number(index) for key, index in state.indices.items()},
        "totals_mol_kgw": {key: number(total) for key, total in state.totals.items()},
        "precipitated_mol_kgw": {key: number(moles) for key, moles in state.precipitated.items()},
        "database": state.database,
        "silica_ratio": number(one.silica_ratio),
        "bubble_point_bar": _bar(one.p_bubble),
        "margin_bar": _bar(one.margin),
        "is_liquid": one.is_liquid,
        "p_CO2_bar": _bar(state.pressures["CO2"]),
        "p_H2S_bar": _bar(state.pressures["H2S"]),
        "fallout_max_mg_kg": {
            key: number(moles * MINERALS[key].molar_mass / (1.0 + water.dissolved) * KILO * KILO)
            for key, moles in one.fallout.items()
        },
        "fallout_max_kg_d": {
            key: number(scale_per_day(moles, key, mass_flow=flow, dissolved=water.dissolved))
            for key, moles in one.fallout.items()
        },
    }


def _reading(path: Path, study: WaterStudy) -> Document:
    given = path.given
    return {
        "reading": given.reading,
        "CO2_added_mol_kgw": number(given.change.CO2),
        "H2S_added_mol_kgw": number(given.change.H2S),
        "steam_condensed_kg_kgw": number(given.water - 1.0),
        "bubble_point_bar": _bar(path.points[0].p_bubble),
        "margin_bar": _bar(path.least_margin),
        "points": [_point(one, study) for one in path.points],
    }


def _flash(one: Flashed, study: WaterStudy) -> Document:
    solids = 1.0 + study.question.water.dissolved
    return {
        "T_C": _degC(one.T),
        "p_bar": _bar(one.p),
        "steam_fraction": number(one.steam_fraction),
        "CO2_lost_mol_kgw": number(one.CO2_lost),
        "H2S_lost_mol_kgw": number(one.H2S_lost),
        "pH": number(one.liquid.pH),
        "SI": {key: number(index) for key, index in one.liquid.indices.items()},
        "calcite_max_mg_kg": number(one.calcite * MINERALS["calcite"].molar_mass / solids * KILO * KILO),
        "calcite_max_kg_d": number(
            scale_per_day(
                one.calcite,
                "calcite",
                mass_flow=study.question.operation.mass_flow,
                dissolved=study.question.water.dissolved,
            )
        ),
    }


def _corrosion(one: Corrosion) -> Document:
    answers = {
        "de_waard_milliams_mm_a": one.bare,
        "de_waard_milliams_scaled_mm_a": one.scaled,
        "norsok_m506_mm_a": one.norsok,
        "langelier": one.langelier,
        "ryznar": one.ryznar,
        "puckorius": one.puckorius,
    }
    return {
        "place": one.point.place or None,
        "T_C": _degC(one.point.T),
        **{key: _value(answer) for key, answer in answers.items()},
        "not_applicable": {
            key: {
                "quantity": answer.reason,
                "value": number(answer.value),
                "low": number(answer.low),
                "high": number(answer.high),
            }
            for key, answer in answers.items()
            if isinstance(answer, NotApplicable)
        },
    }


def _inhibitor(study: WaterStudy) -> Document | None:
    dosing = study.dosing
    if dosing is None:
        return None
    return {
        "place": study.question.points[0].place or None,
        "depth_m": number(dosing.depth),
        "rate_kg_h": number(dosing.rate * 3600.0),
        "consumption_t_a": number(dosing.yearly / KILO),
    }


def _band(bands: Bands, study: WaterStudy) -> Document:
    return {
        "samples": bands.band.samples,
        "failed": bands.band.failed,
        "quantiles": [0.05, 0.5, 0.95],
        "SI": {
            key: _rows(bands.band.of(key))
            for key in bands.band.minerals
            if np.isfinite(bands.band.of(key)).any()
        },
        "SI_with_databases": {
            key: _rows(bands.of(key)) for key in bands.band.minerals if np.isfinite(bands.band.of(key)).any()
        },
        "databases": {
            key: {
                "source": DATABASES[key].source,
                "left_out": list(left_out(key, study)),
                "SI": {m: [number(v) for v in row] for m, row in table.items()},
            }
            for key, table in bands.databases.items()
        },
    }


def left_out(database: str, study: WaterStudy) -> tuple[str, ...]:
    """Components of a water that a database does not know."""
    known = DATABASES[database].elements
    return tuple(key for key in study.question.water.components if key not in known)


def _rows(table: Any) -> list[list[float | None]]:
    return [[number(value) for value in row] for row in table]


def _value(answer: Answer) -> float | None:
    return number(answer.number) if isinstance(answer, Value) else None


def _bar(p: float) -> float | None:
    return number(bar(p))


def _degC(T: float) -> float | None:
    return number(degC(T))
