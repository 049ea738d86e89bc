"""Tables of a sizing for programs: units in the column names, an empty cell where there is no value."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Final

from orcplant.plant.candidate import Candidate, Rejected, T_reinjection
from orcplant.plant.screening import Failed, Screening
from orcplant.plant.sizing import Sizing
from orcplant.plant.study import Study
from orcplant.plant.unit_design import UnitDesign
from orcplant.report.cycle_report import STATE_COLUMNS, state_rows
from orcplant.report.figures_ratings import money_items
from orcplant.report.figures_sensitivity import net_of_brine
from orcplant.report.plant_units import at_rating
from orcplant.report.sizing_words import in_its_unit, obstacle_words
from orcplant.units import KILO, bar, degC

_DIGITS: Final = 10
_PERCENT: Final = 100.0
Cell = str | float | int


def candidates_csv(sizing: Sizing) -> str:
    """Every candidate, the cheapest first, then every combination that failed."""
    rows: list[Mapping[str, Cell]] = []
    for rank, candidate in enumerate(sizing.candidates, start=1):
        block = candidate.blocks[0]
        rows.append(
            {
                "rank": rank,
                "fluid": block.unit.fluid.name,
                "layout": block.unit.layout.name,
                "rating_kW": block.rating / KILO,
                "units": block.count,
                "spare": block.spare,
                **_plant(candidate),
                "unit_net_kJ_kg": block.unit.net / KILO,
                "T_reinjection_C": degC(T_reinjection(candidate.blocks)),
                **{f"{name}_CNY": amount for name, amount in money_items(candidate).items()},
                "cost_of_target_CNY_kW": candidate.cost_of_target(sizing.plant) * KILO,
                "limits_active": _active(block.unit),
                "obstacle": "",
            }
        )
    rows += [_failed(r) | {"rating_kW": r.rating / KILO} for r in sizing.rejected]
    return _written(list(rows[0]), rows)


def screening_csv(screening: Screening) -> str:
    """Every fluid and layout, ranked, then those that failed."""
    rows: list[Mapping[str, Cell]] = []
    for rank, ranked in enumerate(screening.ranked, start=1):
        design, level = ranked.design, ranked.design.result.levels[0]
        rows.append(
            {
                "rank": rank,
                "fluid": design.fluid.name,
                "layout": design.layout.name,
                "GWP": design.fluid.GWP,
                "ODP": design.fluid.ODP,
                "safety_class": design.fluid.safety_class,
                "unit_net_kJ_kg": design.net / KILO,
                "gross_kJ_kg": design.gross / KILO,
                "behind_percent": ranked.behind * _PERCENT,
                "p_evap_bar": bar(float(level.expander_in.p)),
                "p_cond_bar": bar(float(level.pump_in.p)),
                "T_expander_in_C": degC(float(level.expander_in.T)),
                "T_geofluid_out_C": degC(design.T_out),
                "limits_active": _active(design),
                "obstacle": "",
            }
        )
    columns = list(rows[0]) if rows else ["rank", "fluid", "layout", "GWP", "ODP", "safety_class", "obstacle"]
    for failed in screening.failed:
        fluid = failed.fluid
        known: dict[str, Cell] = {"GWP": fluid.GWP, "ODP": fluid.ODP, "safety_class": fluid.safety_class}
        rows.append(_failed(failed) | known)
    return _written(columns, rows)


def sensitivity_csv(study: Study) -> str:
    """Every change of an assumption, and the plant it leads to; the first row is the plant as designed."""
    best = study.sizing.best
    base: dict[str, Cell] = {"factor": "as_designed", "value": "", "eng_unit": ""}
    base |= _plant(best) | {"unit_net_kJ_kg": net_of_brine(best), "obstacle": ""}
    rows: list[Mapping[str, Cell]] = [base]
    for change in study.changes:
        # Steps are computed: 0.8 - 1 is not quite -20 %.
        value = round(change.value, 9)
        row: dict[str, Cell] = {"factor": change.factor, "value": value, "eng_unit": change.eng_unit}
        if isinstance(change.outcome, Candidate):
            row |= _plant(change.outcome) | {"unit_net_kJ_kg": net_of_brine(change.outcome)}
        else:
            row["obstacle"] = obstacle_words(change.outcome.obstacle, "en")
        rows.append(row)
    return _written(list(rows[0]), rows)


def states_csv(best: Candidate) -> str:
    """States of one unit of every block at its rating."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["block", "unit", "rating_kW", *STATE_COLUMNS])
    for number, block in enumerate(best.blocks, start=1):
        for row in state_rows(at_rating(block)):
            writer.writerow([number, block.name, _cell(block.rating / KILO), *row])
    return stream.getvalue()


def _plant(candidate: Candidate) -> dict[str, Cell]:
    return {
        "wells_production": sum(candidate.wells),
        "wells_reinjection": candidate.injection_wells,
        "mass_flow_kg_s": float(candidate.geofluid.mass_flow),
        "surplus_kg_s": candidate.surplus,
        "installed_kW": candidate.installed / KILO,
        "gross_power_kW": candidate.gross / KILO,
        "unit_net_power_kW": candidate.unit_net / KILO,
        "plant_net_power_kW": candidate.plant_net / KILO,
        "capex_CNY": candidate.capital.total,
        "specific_CNY_kW_installed": candidate.capital.total / candidate.installed * KILO,
        "specific_CNY_kW_net": candidate.specific_cost * KILO,
    }


def _active(design: UnitDesign) -> str:
    """Limits a design leans on, as `name=limit unit`."""
    parts = []
    for acted in design.optimum.active:
        limit, unit = in_its_unit(acted.bound, acted.limit)
        parts.append(f"{acted.bound.value}={limit:.6g} {unit}".strip())
    return "; ".join(parts)


def _failed(failed: Rejected | Failed) -> dict[str, Cell]:
    why = obstacle_words(failed.obstacle, "en")
    return {"fluid": failed.fluid.name, "layout": failed.layout.name, "obstacle": why}


def _written(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column, "")) for column in columns])
    return stream.getvalue()


def _cell(value: Cell) -> str:
    if isinstance(value, float):
        return f"{value:.{_DIGITS}g}" if isfinite(value) else ""
    return str(value)
