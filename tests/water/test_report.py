"""The water as a section of another page, its sentences, and rules that say why they do not apply."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import get_args

import pytest
from markupsafe import Markup

from orcplant.report.cycle_report import environment
from orcplant.report.texts import LANGUAGES, Language
from orcplant.report.water_reasons import against_text, answer_text, finding_text, warnings
from orcplant.report.water_report import path_csv, water_drawings
from orcplant.report.water_texts import (
    MATERIAL_NAMES,
    MINERAL_NAMES,
    READING_NAMES,
    VERDICTS,
    figure_words,
    text,
)
from orcplant.report.water_view import Words, water_view
from orcplant.units import kelvin
from orcplant.water.analysis import Gas
from orcplant.water.applicable import NotApplicable, Value
from orcplant.water.checks import Code, Finding
from orcplant.water.materials import MATERIALS, Reason
from orcplant.water.minerals import MINERALS
from orcplant.water.scaling import PathPoint
from orcplant.water.study import Question, WaterStudy, study
from tests.water.waters import shipped

_PAGE = """{% import "water_macros.html.j2" as water with context %}{{ water.summary(view, "path_water") }}"""


def asked(samples: int = 0) -> WaterStudy:
    water = shipped("tianzhen_surrogate")
    question = Question(water.analysis, water.points, water.operation, (kelvin(155.0),), samples)
    return study(question, today=date(2026, 11, 1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_water_as_a_section_of_another_page(language: Language) -> None:
    found = asked()
    view = water_view(found, Words("a water", "a source"), {}, {}, language)
    section = environment().from_string(_PAGE)
    svg = Markup(water_drawings(found, salt="-water")["path"])
    page = section.render(view=view, t=lambda key: text(key, language), figures={"path_water": svg})
    assert text("invented_banner", language) in page
    assert page.count('class="tile"') == 6
    assert "<svg" in page and "<table" in page


def test_every_name_has_two_languages() -> None:
    assert set(MINERAL_NAMES) == set(MINERALS)
    assert set(MATERIAL_NAMES) == set(MATERIALS)
    for table in (MINERAL_NAMES, MATERIAL_NAMES, READING_NAMES, VERDICTS):
        for english, chinese in table.values():
            assert english.isascii() and not chinese.isascii()
    assert not any(chinese.isascii() for chinese in figure_words().values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_a_sentence(language: Language) -> None:
    refusals = {"no_cations", "no_anions", "charge_impossible", "solids_high", "silica_high"}
    for code in sorted(set(get_args(Code)) - refusals):
        said = finding_text(Finding(code, 0.5, 0.3, subject="Cl"), language)
        assert said.endswith((".", "。")) or said.endswith(("?", "？"))


def test_the_first_warning_is_the_mark() -> None:
    assert warnings(asked(), "en")[0].startswith("Invented water")
    assert warnings(asked(), "zh")[0].startswith("虚拟水样")


@pytest.mark.parametrize(
    ("answer", "english", "chinese"),
    [
        (Value(-1.234), "−1.23", "−1.23"),
        (NotApplicable("T_C", 160.0, 5.0, 150.0), "160 °C outside 5 to 150 °C", "160 °C 超出 5～150 °C"),
        (NotApplicable("shear_Pa", float("nan"), 1.0, 150.0), "wall shear not given", "未给出壁面剪切"),
        (NotApplicable("pH", 7.66, 3.5, 6.5), "pH 7.66 outside 3.5 to 6.5", "pH 7.66 超出 3.5～6.5"),
        (NotApplicable("calcium_mg_L", 0.0, 0.1, float("inf")), "no calcium", "缺钙"),
    ],
)
def test_a_rule_that_does_not_apply_says_why(
    answer: Value | NotApplicable, english: str, chinese: str
) -> None:
    assert (answer_text(answer, "en"), answer_text(answer, "zh")) == (english, chinese)


def test_what_speaks_against_a_material_in_words() -> None:
    assert against_text(Reason("chloride_mg_kg", 350.2, 300.0), "en") == "chloride 350 above 300 mg/kg"
    assert (
        against_text(Reason("H2S_not_analysed", float("nan"), 0.05), "zh") == "未分析 H2S（限值 0.05 mg/kg）"
    )


def test_a_boiling_place_is_judged_by_what_is_left_there() -> None:
    """Liquid calcite looks harmless where the gas has gone and it is not."""
    found = asked()
    points = tuple(replace(one, p=6.6e5) if k < 2 else one for k, one in enumerate(found.question.points))
    boiling = study(replace(found.question, points=points, T_flash=()), today=date(2026, 11, 1))
    with_band = study(replace(boiling.question, samples=20), today=date(2026, 11, 1))
    worst = max(boiling.calcite_in_place())
    assert worst > 0.8
    for answer in (boiling, with_band):
        tile = water_view(answer, Words("a", "b"), {}, {}, "en").tiles[1]
        assert (tile.value, tile.verdict) == (f"{worst:.2f}", "act now")
    assert ">gas out<" in water_drawings(boiling)["path"]
    assert ">gas out<" not in water_drawings(found)["path"]
    assert "flash" not in water_drawings(boiling)


def test_a_long_path_stays_on_its_page() -> None:
    """Thirteen columns of numbers and twelve names have room; the CSV has all of them."""
    found = asked()
    points = tuple(PathPoint(kelvin(160.0 - 3.0 * k), 12e5, f"place {k}") for k in range(41))
    long = study(replace(found.question, points=points, T_flash=()), today=date(2026, 11, 1))
    view = water_view(long, Words("a", "b"), {}, {}, "en")
    assert not view.has_all_places
    assert len(view.index_heads) == 12 and {len(row.cells) for row in view.indices} == {11}
    assert view.index_heads[1][0] == "160 °C" and view.index_heads[-1][0] == "40 °C"
    assert len(path_csv(long).splitlines()) == 1 + 2 * 41
    drawing = water_drawings(long)["path"]
    assert [k for k in range(41) if f">place {k}<" in drawing] == list(range(0, 41, 4))
    assert water_view(found, Words("a", "b"), {}, {}, "en").has_all_places


def test_names_at_the_ends_of_lines_stand_apart() -> None:
    """Calcite of what is left beside calcite as analysed, a tenth apart at the right end."""
    found = asked()
    points = tuple(replace(one, p=9e5) if k == 0 else one for k, one in enumerate(found.question.points))
    drawing = water_drawings(study(replace(found.question, points=points), today=date(2026, 11, 1)))["path"]
    heights = [
        float(re.search(rf'y="([0-9.]+)"[^>]*>{name}<', drawing).group(1))  # type: ignore[union-attr]
        for name in ("as analysed", "gas out", "CO2 restored")
    ]
    assert min(abs(a - b) for a, b in pairwise(heights)) > 8.0


def test_scale_and_dose_of_a_place_where_gas_has_come_out() -> None:
    """The calcite of what is left counts, and the dose goes in before the first place."""
    found = asked()
    points = (replace(found.question.points[0], p=14e5), replace(found.question.points[1], p=8e5))
    boiling = study(replace(found.question, points=points, T_flash=()), today=date(2026, 11, 1))
    view = water_view(boiling, Words("a", "b"), {}, {}, "en")
    fallen = boiling.boiled[1]
    assert view.flashes[0].name == "unit inlet"
    assert view.scale[0].name == "unit inlet"
    assert view.scale[0].cells[0] == "Calcite, gas out"
    assert float(view.scale[0].cells[1]) == pytest.approx(fallen.calcite * 100.086e3 / 1.00143, rel=0.05)
    assert view.inhibitor[0].cells == ("at wellhead or before it",)
    deep = tuple(replace(one, p=8e5) for one in points)
    below = study(replace(found.question, points=deep, T_flash=()), today=date(2026, 11, 1))
    assert water_view(below, Words("a", "b"), {}, {}, "en").inhibitor[0].cells[0].endswith("m below wellhead")


def test_the_bracket_of_the_lost_gas_stands_beside_the_band() -> None:
    """As analysed beside as restored; a measured gas leaves no bracket."""
    found = asked(samples=5)
    view = water_view(found, Words("a", "b"), {}, {}, "en")
    assert view.band_heads[-1][0] == "as analysed"
    assert view.bands[0].cells[-1] == "1.4"
    measured = replace(found.question, water=replace(found.question.water, gas=Gas(CO2=0.03)))
    view = water_view(study(measured, today=date(2026, 11, 1)), Words("a", "b"), {}, {}, "en")
    assert view.band_heads[-1][0] == "95 %"


def test_the_note_of_a_tile_tells_the_other_reading() -> None:
    view = water_view(asked(), Words("a", "b"), {}, {}, "en")
    margin, calcite = view.tiles[0], view.tiles[1]
    assert (margin.value, margin.verdict) == ("0.24", "act now")
    assert margin.note.endswith("as analysed 3.94")
    assert calcite.note.endswith("as analysed 1.41")
