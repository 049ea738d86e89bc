"""The report of a sized plant says what the sizing says, in both languages, in files that stand alone."""

import csv
import html
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

from orcplant.config.plant_spec import Plant, load_plant
from orcplant.plant.candidate import Candidate, Shortage, T_reinjection
from orcplant.plant.spec import GivenUnit, WellType
from orcplant.plant.study import Study, study
from orcplant.report import style
from orcplant.report.figures_ratings import money_items, why_this_rating
from orcplant.report.figures_screening import screening_names
from orcplant.report.numbers import fixed
from orcplant.report.plant_units import machines, residuals
from orcplant.report.sizing_report import sizing_drawings, write_sizing_report
from orcplant.report.sizing_story import against_chosen, signed_percent
from orcplant.report.sizing_view import sizing_view
from orcplant.report.sizing_words import (
    bound_meaning,
    bound_name,
    bound_sense,
    bound_short,
    obstacle_words,
    rating_text,
    written_in_its_unit,
)
from orcplant.report.texts import LANGUAGES, Language, text
from orcplant.resources import configs_dir
from orcplant.thermo.design import ActedLimit, Bound
from tests.report.test_cycle_report import Tags, plain

PLANTS = ("tianzhen_20mw", "tianzhen_pilot")
CHINESE = re.compile("[\u4e00-\u9fff]")
SVG = "{http://www.w3.org/2000/svg}"
ALWAYS = {"report.html", "report.zh.html", "states.csv", "ts.svg", "tq.svg", "ph.svg", "power.svg"}
CHANGES = {"sensitivity.csv", "sensitivity.svg"}
SEARCH = {"candidates.csv", "screening.csv", "candidates.svg", "screening.svg", "ratings.svg"}
GROUP = "\u202f"


@dataclass(frozen=True, slots=True)
class Reported:
    """A plant, its study, and the files of its report."""

    plant: Plant
    study: Study
    files: dict[str, str]

    @property
    def best(self) -> Candidate:
        return self.study.sizing.best


Report: TypeAlias = Callable[[str], Reported]


def reported(plant: Plant, found: Study, folder: Path) -> Reported:
    paths = write_sizing_report(plant, found, folder)
    assert all(path.parent == folder for path in paths)
    return Reported(plant, found, {path.name: path.read_text(encoding="utf-8") for path in paths})


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Report of a shipped plant, sized once."""

    @cache
    def of(name: str) -> Reported:
        plant = load_plant(configs_dir() / name)
        return reported(plant, study(plant.spec), tmp_path_factory.mktemp(name))

    return of


def variant(name: str, folder: Path, *exchanges: tuple[str, str]) -> Plant:
    """A shipped plant with lines of its file exchanged."""
    source = (configs_dir() / name / "plant.toml").read_text(encoding="utf-8")
    for pattern, replacement in exchanges:
        source, n = re.subn(pattern, replacement, source, flags=re.DOTALL)
        assert n, pattern
    (folder / "plant.toml").write_text(source, encoding="utf-8")
    return load_plant(folder)


@pytest.mark.parametrize("name", PLANTS)
def test_files_are_those_the_study_has_something_for(name: str, report: Report) -> None:
    expected = ALWAYS | CHANGES | (SEARCH if name == "tianzhen_20mw" else set())
    assert set(report(name).files) == expected


@pytest.mark.parametrize("name", PLANTS)
def test_pages_stand_alone(name: str, report: Report) -> None:
    files = report(name).files
    for page_name in ("report.html", "report.zh.html"):
        page = files[page_name]
        tags = Tags()
        tags.feed(page)
        assert tags.open == []
        assert all(place.startswith("#") or place in files for place in tags.fetched)
        assert "http" not in page and "@import" not in page and "<script" not in page
        assert not re.search(r"url\((?!#)", page)
        assert not re.search(r"\b(nan|inf|None)\b", plain(page))
        assert page.count("<svg") == sum(file.endswith(".svg") for file in files)


@pytest.mark.parametrize("name", PLANTS)
def test_ids_of_a_page_are_its_own(name: str, report: Report) -> None:
    page = report(name).files["report.html"]
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', page)) <= set(ids)


@pytest.mark.parametrize("name", PLANTS)
@pytest.mark.parametrize("page_name", ["report.html", "report.zh.html"])
def test_tiles_are_numbers_of_the_sizing(name: str, page_name: str, report: Report) -> None:
    found = report(name)
    best = found.best
    scale, decimals = (1e6, 2) if name == "tianzhen_20mw" else (1e3, 0)
    decimals_of = {"tianzhen_20mw": 1, "tianzhen_pilot": 2}
    million = 1e6 if page_name == "report.html" else 1e4
    expected = [
        fixed(best.installed / scale, decimals),
        fixed(best.gross / scale, decimals),
        fixed(best.plant_net / scale, decimals),
        f"{sum(best.wells)} + {best.injection_wells}",
        fixed(float(best.geofluid.mass_flow), 1),
        fixed(T_reinjection(best.blocks) - 273.15, 1),
        fixed(best.capital.total / million, decimals_of[name] if million == 1e6 else 0),
        fixed(best.capital.total / best.installed * 1e3, 0),
        fixed(best.capital.total / best.plant_net * 1e3, 0),
    ]
    tiles = re.findall(r'<div class="value">([^<]*?)(?: <span|</div>)', found.files[page_name])
    for value in expected:
        assert value in tiles, value
    assert "20000" in plain(found.files[page_name])  # the plan's CNY per kW stands beside


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PLANTS)
def test_tables_add_up(name: str, language: Language, report: Report) -> None:
    found = report(name)
    view = sizing_view(found.plant, found.study, machines(found.best), language)

    def number(cell: str) -> float:
        return float(cell.replace(GROUP, "").replace("−", "-"))

    powers = [number(row.cells[0]) for row in view.powers]
    installed, gross, feed, fans, unit_net, *others, net = powers
    assert installed == pytest.approx(found.best.installed / 1e3, abs=0.5)
    assert gross + feed + fans == pytest.approx(unit_net, abs=2.0)
    assert unit_net + sum(others) == pytest.approx(net, abs=2.5)
    *items, total = [number(row.cells[0]) for row in view.money]
    assert sum(items) == pytest.approx(total, rel=2e-3)
    assert [row.name for row in view.assumptions] == [a.key for a in found.plant.assumptions]
    assert not {row.name for row in view.given} & {row.name for row in view.assumptions}
    assert "target.power_kW" in {row.name for row in view.given}


def test_first_screen_answers(report: Report) -> None:
    found = report("tianzhen_20mw")
    page, best = plain(found.files["report.html"]), found.best
    block = best.blocks[0]
    assert f"{block.count} units of {rating_text(block.rating)} on duty and {block.spare} spare" in page
    like = dict(found.study.like)["DR1"]
    assert isinstance(like, Candidate)
    assert f"If all wells were like DR1: {sum(like.wells)} production wells." in page
    assert f"{len(found.plant.assumptions)} inputs are assumptions" in page
    assert "The yearly energy comes from 8760 hours of operation" in page


def test_given_units_are_two_blocks_and_no_search(report: Report) -> None:
    found = report("tianzhen_pilot")
    page = plain(found.files["report.html"])
    assert len(machines(found.best)) == 1  # one design, two ratings
    for block in found.best.blocks:
        assert block.name in page and rating_text(block.rating) in page
    for heading in ("h_rating", "h_screening", "h_candidates"):
        assert text(heading, "en") not in page
    assert "2 given units" in page


def test_every_combination_is_listed_with_its_reason(report: Report) -> None:
    found = report("tianzhen_20mw")
    sizing = found.study.sizing
    assert sizing.screening is not None
    view = sizing_view(found.plant, found.study, machines(found.best), "en")
    assert len(view.candidates) == len(sizing.candidates)
    assert view.candidates[0].strong and view.candidates[0].cells[-1] == "chosen"
    assert all(row.cells[-1].startswith("+") for row in view.candidates[1:])
    reasons = {row.name: row.cells[-1] for row in view.screening}
    assert reasons["R245fa"] == "GWP 962, at most 150 allowed"
    assert len(view.screening) >= len(sizing.screening.ranked)
    worst = sizing.candidates[-1]
    assert against_chosen(sizing, worst, "zh").startswith("+")


def test_active_limits_are_listed_with_value_and_bound(report: Report) -> None:
    found = report("tianzhen_20mw")
    optimum = found.best.blocks[0].unit.optimum
    view = sizing_view(found.plant, found.study, machines(found.best), "en")
    assert [row.name for row in view.machines[0].limits] == [
        bound_name(a.bound, "en") for a in optimum.active
    ]
    page = plain(found.files["report.html"])
    for acted in optimum.active:
        bound = f"{bound_sense(acted, optimum).value} {written_in_its_unit(acted.bound, acted.limit)}"
        assert bound in page


@pytest.mark.parametrize("name", PLANTS)
def test_chinese_page_speaks_chinese(name: str, report: Report) -> None:
    page = report(name).files["report.zh.html"]
    assert '<html lang="zh-CN">' in page
    words = (
        "装机容量 发电功率 电站净功率 回灌温度 生产井 工质 总投资 万元 夹点 膨胀机 敏感性分析 假定条件 站用电"
    )
    for word in words.split():
        assert word in page, word
    for word in ("Plant net", "Working fluid", "Investment", "Reinjection", "Why this", "Wells and"):
        assert word not in page, word
    assert "\ufffd" not in page


@pytest.mark.parametrize("name", PLANTS)
def test_wells_and_units_have_chinese_names_on_the_chinese_page(name: str, report: Report) -> None:
    plant, files = report(name).plant, report(name).files
    used = [w for w, n in zip(plant.spec.wells, report(name).best.wells, strict=True) if n]
    zh_page, en_page = files["report.zh.html"], files["report.html"]
    everything: list[WellType | GivenUnit] = [*used, *plant.spec.units]
    for named in everything:
        assert CHINESE.search(named.name_zh)
        assert f">{named.name_zh}<" in zh_page
        assert f">{named.name}<" in en_page
        assert named.name_zh not in en_page.split(text("h_given", "en"))[0]


def test_a_share_that_rounds_to_nothing_has_no_sign() -> None:
    assert [signed_percent(share) for share in (1e-6, -1e-6, 0.0)] == ["0.0 %"] * 3
    assert signed_percent(0.0123) == "+1.2 %"
    assert signed_percent(-0.0123) == "\u22121.2 %"


@pytest.mark.parametrize("name", PLANTS)
def test_chinese_figures_have_no_english_words(name: str, report: Report) -> None:
    found = report(name)
    fluids = {part for c in found.study.sizing.candidates for b in c.blocks for part in [b.unit.fluid.name]}
    if found.study.sizing.screening is not None:
        fluids |= set(screening_names(found.study.sizing.screening).values())
    for word in re.findall(r"<text\b[^>]*>([^<]*)</text>", found.files["report.zh.html"]):
        written = html.unescape(word)
        assert CHINESE.search(written) or not re.search(r"[A-Za-z]{4,}", written) or written in fluids, (
            written
        )


@pytest.mark.parametrize("name", PLANTS)
def test_svg_is_well_formed_and_the_same_every_time(name: str, report: Report) -> None:
    found = report(name)
    again = sizing_drawings(found.study, machines(found.best))
    for figure, svg in again.items():
        assert svg == found.files[f"{figure}.svg"]
        root = ET.fromstring(svg)
        assert root.tag == f"{SVG}svg" and root.get("viewBox")
        assert not re.search(r"\b(nan|inf)\b", svg)


@pytest.mark.parametrize("name", PLANTS)
def test_all_text_of_figures_lies_on_the_page(name: str, report: Report) -> None:
    for file, svg in report(name).files.items():
        if not file.endswith(".svg"):
            continue
        root = ET.fromstring(svg)
        _, _, width, height = (float(value) for value in root.attrib["viewBox"].split())
        for element in root.iter(f"{SVG}text"):
            look, written = element.attrib["style"], element.text or ""
            size = float(re.findall(r"font-size: ([\d.]+)px", look)[0])
            anchor = re.findall(r"text-anchor: (\w+)", look)
            share = {"middle": 0.5, "end": 1.0}.get(anchor[0] if anchor else "start", 0.0)
            if "rotate(-0)" not in element.attrib["transform"]:
                continue
            x, length = float(element.attrib["x"]), 0.54 * size * len(written)
            assert -1.0 <= x - share * length and x + (1.0 - share) * length <= width + 1.0, (file, written)
            assert 0.0 <= float(element.attrib["y"]) <= height, (file, written)


def rows_of(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content)))


def test_tables_for_programs_hold_the_sizing(report: Report) -> None:
    found = report("tianzhen_20mw")
    sizing = found.study.sizing
    rows = rows_of(found.files["candidates.csv"])
    assert len(rows) == len(sizing.candidates) + len(sizing.rejected)
    for row, candidate in zip(rows, sizing.candidates, strict=False):
        assert float(row["plant_net_power_kW"]) == pytest.approx(candidate.plant_net / 1e3, rel=1e-8)
        assert float(row["capex_CNY"]) == pytest.approx(candidate.capital.total, rel=1e-8)
        items = sum(float(row[f"{name}_CNY"]) for name in money_items(candidate))
        assert items == pytest.approx(candidate.capital.total, rel=1e-8)
    assert all(row["obstacle"] and not row["rank"] for row in rows[len(sizing.candidates) :])
    assert sizing.screening is not None
    ranking = rows_of(found.files["screening.csv"])
    assert len(ranking) == len(sizing.screening.ranked) + len(sizing.screening.failed)
    assert float(ranking[0]["unit_net_kJ_kg"]) == pytest.approx(sizing.screening.ranked[0].design.net / 1e3)


@pytest.mark.parametrize("name", PLANTS)
def test_sensitivity_and_states_parse_and_carry_units(name: str, report: Report) -> None:
    found = report(name)
    rows = rows_of(found.files["sensitivity.csv"])
    assert len(rows) == 1 + len(found.study.changes)
    for row, change in zip(rows[1:], found.study.changes, strict=True):
        assert float(row["value"]) == pytest.approx(change.value, abs=1e-8)
        if isinstance(change.outcome, Candidate):
            assert int(row["wells_production"]) == sum(change.outcome.wells)
        else:
            assert row["obstacle"]
    states = rows_of(found.files["states.csv"])
    assert {row["block"] for row in states} == {str(k + 1) for k in range(len(found.best.blocks))}
    suffixes = ("_kW", "_C", "_bar", "_kJ_kg", "_kJ_kgK", "_kg_m3", "_kg_s", "_CNY", "_CNY_kW", "_percent")
    plain_numbers = {
        "rank",
        "units",
        "spare",
        "value",
        "wells_production",
        "wells_reinjection",
        "block",
        "number",
    }
    allowed = {"GWP", "ODP", "quality", "specific_CNY_kW_installed", "specific_CNY_kW_net"}
    for file, content in found.files.items():
        if not file.endswith(".csv"):
            continue
        for column in rows_of(content)[0]:
            values = [row[column] for row in rows_of(content) if row[column]]
            if values and all(re.fullmatch(r"-?[\d.]+(e[-+]?\d+)?", value) for value in values):
                known = column in plain_numbers or column in allowed or column.endswith(suffixes)
                assert known, (file, column)


@pytest.mark.parametrize("name", PLANTS)
def test_balances_close(name: str, report: Report) -> None:
    found = residuals(report(name).best)
    assert max(found.energy, found.exergy, found.power, found.money) < 1e-6


def test_same_study_same_bytes(report: Report, tmp_path: Path) -> None:
    first = report("tianzhen_pilot")
    assert reported(first.plant, first.study, tmp_path).files == first.files


SMALL = (
    (r"fluids = \[.*?\]", 'fluids = ["Isobutane", "R245fa"]'),
    (r"ratings_kW = \[.*?\]", "ratings_kW = [1000, 2000]"),
)


def test_net_target_is_said_to_be_net(tmp_path: Path) -> None:
    plant = variant("tianzhen_20mw", tmp_path, *SMALL, (r'basis = "installed"', 'basis = "net"'))
    found = reported(plant, study(plant.spec, in_full=False), tmp_path / "out")
    assert set(found.files) == ALWAYS | SEARCH
    page = plain(found.files["report.html"])
    assert "deliver 20 MW net" in page and text("axis_cost_target", "en") in found.files["ratings.svg"]
    assert "class A3 (flammable)" in page


def test_units_of_different_design_have_figures_of_their_own(tmp_path: Path) -> None:
    second = (r'(rating_kW = 280\b[^\n]*\nfluid = )"[^"]*"', r'\1"Isobutane"')
    plant = variant("tianzhen_pilot", tmp_path, second)
    found = reported(plant, study(plant.spec, in_full=False), tmp_path / "out")
    assert len(machines(found.best)) == 2
    assert {"ts_2.svg", "tq_2.svg", "ph_2.svg"} <= set(found.files)
    assert "R245fa + Isobutane" in plain(found.files["report.html"])
    ids = re.findall(r'\bid="([^"]+)"', found.files["report.html"])
    assert len(ids) == len(set(ids))


def test_a_rating_without_a_plant_is_shown_as_that(tmp_path: Path) -> None:
    plant = variant("tianzhen_20mw", tmp_path, *SMALL)
    sizing = study(plant.spec, in_full=False).sizing
    alone = replace(sizing, candidates=(sizing.best,))
    svg = style.to_svg(why_this_rating(alone), "ratings")
    assert text("no_design", "en") in svg and text("no_design", "en") not in style.to_svg(
        why_this_rating(sizing), "ratings"
    )


def test_names_are_escaped(tmp_path: Path) -> None:
    plant = variant(
        "tianzhen_pilot", tmp_path, (r'name = "Tianzhen[^"]*"', 'name = "<script>x</script> & Co"')
    )
    page = reported(plant, study(plant.spec, in_full=False), tmp_path / "out").files["report.html"]
    assert "<script" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize("bound", list(Bound))
def test_every_bound_has_words(bound: Bound) -> None:
    for language in LANGUAGES:
        words = (bound_name(bound, language), bound_short(bound, language), bound_meaning(bound, language))
        assert all(words)
        assert obstacle_words(ActedLimit(bound, 1.0, 2.0), language)
        assert "nan" not in obstacle_words(ActedLimit(bound, float("nan"), float("nan")), language)
    assert bound in (Bound.WARMING, Bound.OZONE) or CHINESE.search(bound_name(bound, "zh"))


@pytest.mark.parametrize(
    ("acted", "en", "zh"),
    [
        (
            ActedLimit(Bound.CONDENSING_PRESSURE, 0.5e5, 0.897e5),
            "Condensing pressure 0.5000 bar, at least 0.8970 bar allowed",
            "冷凝压力 0.5000 bar，低于下限 0.8970 bar",
        ),
        (
            ActedLimit(Bound.GEOFLUID_INLET, 413.15, 423.15),
            "Brine inlet temperature 140.0 °C, at least 150.0 °C allowed",
            "地热流体进口温度 140.0 °C，低于下限 150.0 °C",
        ),
        (ActedLimit(Bound.OZONE, float("nan"), 0.0), "ODP ?, at most 0 allowed", "ODP ?，高于上限 0"),
        (
            Shortage(needed=400.0, available=350.0, reachable=17e6),
            "needs 400.0 kg/s of brine, the wells give 350.0 kg/s",
            "需地热流体 400.0 kg/s，现有井仅 350.0 kg/s",
        ),
    ],
)  # fmt: skip
def test_obstacles_in_words(acted: ActedLimit | Shortage, en: str, zh: str) -> None:
    assert obstacle_words(acted, "en") == en and obstacle_words(acted, "zh") == zh
