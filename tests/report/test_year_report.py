"""The pages and figures of a year: what they say, in both languages."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from matplotlib.figure import Figure

from orcplant.config.design import Design, DesignedUnits
from orcplant.config.plant_spec import load_plant
from orcplant.plant.climate import HOURS, Measured
from orcplant.plant.outages import UnitGroup
from orcplant.plant.year import YearResult, simulate_year
from orcplant.report.figures_year import duration_curve, over_ambient, through_the_year, two_weeks
from orcplant.report.year_json import months_csv, year_csv, year_document
from orcplant.report.year_report import write_year_report
from orcplant.report.year_text import year_text
from orcplant.report.year_view import year_view
from orcplant.resources import configs_dir
from tests.plant.plants import KELVIN, sized_pilot
from tests.plant.steel import pilot_units

FIGURES: Final = (through_the_year, duration_curve, over_ambient, two_weeks)


def design(*, load_min: float = 0.2, T_degC: float | None = None) -> Design:
    """The pilot; with weather that never changes where a temperature is given."""
    plant = load_plant(configs_dir() / "tianzhen_pilot")
    best = sized_pilot().best
    units = tuple(
        DesignedUnits(
            block.name,
            block.count,
            block.spare,
            block.rating,
            block.unit.fluid.name,
            block.unit.layout.name,
            replace(steel, limits=replace(steel.limits, load_min=load_min)),
        )
        for block, steel in zip(best.blocks, pilot_units(), strict=True)
    )
    if T_degC is not None:
        hours = Measured((T_degC + KELVIN,) * HOURS, (plant.spec.site.p_ambient,) * HOURS, "flat.csv")
        plant = replace(plant, spec=replace(plant.spec, climate=hours))
    return Design(Path("design.json"), plant, units, best.wells)


def followed(of: Design) -> YearResult:
    groups = [UnitGroup(u.name, u.hardware, u.count, u.spare) for u in of.units]
    return simulate_year(of.plant.spec, groups, of.wells)


@cache
def usual() -> tuple[Design, YearResult]:
    return design(), followed(design())


@cache
def standing() -> tuple[Design, YearResult]:
    """A year in which nothing runs."""
    never = design(load_min=0.9999999, T_degC=38.0)
    return never, followed(never)


def words_of(figure: Figure) -> set[str]:
    texts = {text.get_text() for axes in figure.axes for text in axes.texts}
    return texts | {axes.get_xlabel() for axes in figure.axes} | {axes.get_ylabel() for axes in figure.axes}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_what_the_numbers_say(language: str) -> None:
    of, year = usual()
    view = year_view(of, year, "zh" if language == "zh" else "en")
    assert view.energy_unit == "MWh"
    assert f"{year.net_energy / 3.6e9:.0f}" in view.answer[0]
    assert len(view.months) == 13
    assert view.months[-1].strong
    tiles = {tile.label: tile.value for tile in view.tiles}
    assert f"{100.0 * year.capacity_factor:.1f}" in tiles.values()
    assert len(view.unit_heads) == 3
    assert any("0.897" in cell for row in view.units for cell in row.cells)
    assert len(view.balances) == 3
    assert any(row.name.startswith("equipment.preheat") for row in view.assumptions)
    assert not any(row.name.startswith("cost.unit") for row in view.assumptions)


def test_power_rows_add_up() -> None:
    of, year = usual()
    view = year_view(of, year, "en")
    values = [float(row.cells[0].replace("−", "-").replace("\u202f", "")) for row in view.powers]
    assert sum(values[:-1]) == pytest.approx(values[-1], abs=3.0)  # rounded to MWh


def test_limits_name_outages_without_a_spare() -> None:
    of, year = usual()
    rows = {row.name: row.cells for row in year_view(of, year, "en").limits}
    assert rows["Out of order"][2] == "no spare steps in"
    assert float(rows["Rating of the generator"][0]) > 100.0


def test_figures_draw_what_the_year_holds() -> None:
    _, year = usual()
    run, duration, ambient, weeks = (figure(year) for figure in FIGURES)
    mean = np.asarray(run.axes[0].get_lines()[0].get_ydata())
    assert mean == pytest.approx(year.net.reshape(-1, 24).mean(axis=1) / 1e3)
    falling = np.asarray(duration.axes[0].get_lines()[1].get_ydata())
    assert np.all(np.diff(falling) <= 1e-9)
    assert (falling[0], falling[-1]) == pytest.approx((year.net.max() / 1e3, year.net.min() / 1e3))
    counts = [bar.get_height() for bar in ambient.axes[2].containers[0]]
    assert sum(counts) == HOURS
    assert "Plant net power [kW]" in words_of(run)
    assert len(weeks.axes) == 4  # two panels, each with an axis of temperature


def test_all_files_of_a_report(tmp_path: Path) -> None:
    of, year = usual()
    files = write_year_report(of, year, year_document(of, year), tmp_path / "out")
    assert {path.name for path in files} == {path.name for path in (tmp_path / "out").iterdir()}
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == len(FIGURES)
    assert "{{" not in page
    assert not re.search(r">\s*nan\b", page)


def test_a_year_that_stands_still_has_a_report_too(tmp_path: Path) -> None:
    of, year = standing()
    document = year_document(of, year)
    assert document["annual"]["gross_MWh"] == 0.0
    assert document["annual"]["own_use"] is None
    assert document["geofluid"]["T_reinjection_mean_C"] is None
    assert [stop["name"] for stop in document["stops"]] == ["below_minimum_load"]
    assert document["climate"] == pytest.approx(
        {"source": "flat.csv", "seed": None, "T_mean_C": 38.0, "T_min_C": 38.0, "T_max_C": 38.0}
    )
    assert year_csv(year).splitlines()[1].split(",")[6] == ""  # no brine, no temperature
    assert months_csv(document).count("\n") == 13
    write_year_report(of, year, document, tmp_path)
    assert "stands still" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert year_text(document) is not None


def test_the_source_of_the_weather_is_named() -> None:
    for (of, year), words in ((usual(), "made from the monthly normals"), (standing(), "hours of flat.csv")):
        facts = {row.name: row.cells[0] for row in year_view(of, year, "en").facts}
        assert words in facts["Weather"]


def test_turbines_out_of_range_are_told_with_the_weather() -> None:
    of, year = usual()
    (note,) = (note for note in year_view(of, year, "en").notes if "efficiency factors" in note)
    assert re.search(r"For \d+ hours, at an ambient (above|below) −?\d+\.\d °C", note)
