"""The report says what the result says, in both languages, in files that stand alone."""

import csv
import html
import io
import re
import stat
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from orcplant import __version__
from orcplant.errors import InputError
from orcplant.report.cycle_report import states_csv, write_cycle_report
from orcplant.report.cycle_view import CycleView, cycle_view
from orcplant.report.numbers import NO_VALUE, decimals_for, fixed, significant
from orcplant.report.texts import Language
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.diagrams import state_points
from orcplant.thermo.exergy import exergy_balance
from orcplant.thermo.properties import COOLPROP_VERSION
from tests.thermo.layouts import LAYOUTS, solved
from tests.thermo.support import simple_level, simple_spec

FILES = ["report.html", "report.zh.html", "states.csv", "ts.svg", "tq.svg", "ph.svg"]
INPUTS: dict[str, object] = {
    "cycle": {"fluid": "Isopentane", "T_evap_C": 100.0, "p_evap_bar": None, "eta_pump": 0.75},
    "geofluid": {"T_in_C": 150.0, "pinch_K": 5.0},
}
VOID = {"meta", "br", "link", "img", "use", "path", "hr"}
GROUP = "\u202f"
Report: TypeAlias = Callable[[str], dict[str, str]]


class Tags(HTMLParser):
    """Checks that tags close in order, and gathers what a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.fetched += [v or "" for k, v in attrs if k in ("src", "href", "xlink:href", "srcset", "data")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [v or "" for k, v in attrs if k in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def written(layout: str, folder: Path, name: str = "Well PW1") -> dict[str, str]:
    paths = write_cycle_report(solved(layout), name, INPUTS, folder)
    assert [path.name for path in paths] == FILES
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Files of a layout's report, written once."""
    return cache(lambda layout: written(layout, tmp_path_factory.mktemp(layout)))


def plain(page: str) -> str:
    """Text of a page without tags, figures and style."""
    page = re.sub(r"<(svg|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)).replace(GROUP, ""))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_pages_stand_alone(layout: str, report: Report) -> None:
    files = report(layout)
    for name in ("report.html", "report.zh.html"):
        page = files[name]
        tags = Tags()
        tags.feed(page)
        assert tags.open == []
        assert all(place.startswith("#") or place in FILES for place in tags.fetched)
        assert "http" not in page and "@import" not in page and "<script" not in page
        assert not re.search(r"url\((?!#)", page)
        assert page.count("<svg") == 3
        assert "nan" not in plain(page).lower() and "None" not in plain(page)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_key_numbers_are_those_of_the_result(layout: str, report: Report) -> None:
    result = solved(layout)
    files = report(layout)
    expected = {
        significant(float(result.power.net) / 1e3): float(result.power.net) / 1e3,
        significant(float(result.power.generator) / 1e3): float(result.power.generator) / 1e3,
        fixed(100.0 * float(result.eta_thermal), 2): 100.0 * float(result.eta_thermal),
    }
    if layout != "bare":
        balance = exergy_balance(result)
        expected[fixed(100.0 * float(balance.utilisation), 1)] = 100.0 * float(balance.utilisation)
        expected[fixed(100.0 * float(balance.efficiency), 1)] = 100.0 * float(balance.efficiency)
        T_out = float(result.T_geofluid_out) - 273.15
        expected[fixed(T_out, 1)] = T_out
    for name in ("report.html", "report.zh.html"):
        tiles = re.findall(r'<div class="value">([^<]*?) <span', files[name])
        for shown, value in expected.items():
            assert shown in tiles
            assert float(shown.replace(GROUP, "")) == pytest.approx(value, rel=6e-3)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_state_is_in_the_table(layout: str, report: Report) -> None:
    page = plain(report(layout)["report.html"])
    for point in state_points(solved(layout)):
        state = point.state
        values = (
            fixed(float(state.T) - 273.15, 2),
            significant(float(state.p) / 1e5),
            fixed(float(state.h) / 1e3, 2),
            fixed(float(state.s) / 1e3, 4),
            fixed(float(state.quality), 4),
        )
        assert " ".join(values) in page


def view(layout: str, language: Language = "en") -> CycleView:
    return cycle_view(solved(layout), "case", INPUTS, language)


def test_powers_and_duties_are_those_the_plant_has() -> None:
    names = [row.name for row in view("simple").powers]
    assert "Fans" in names and "Cooling pump" not in names and "Generator" in names
    assert [row.name for row in view("simple").duties] == ["Heat taken in", "Condenser"]
    assert "Cooling pump" in [row.name for row in view("mixture").powers]
    assert "Recuperator" in [row.name for row in view("recuperated").duties]
    bare = view("bare")
    assert [row.name for row in bare.powers] == [
        "Expander shaft",
        "Cycle (expander less pump)",
        "Feed pump",
        "Net",
    ]
    assert bare.streams == () and bare.bars == () and bare.exergy == () and bare.pinches == ()


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "bare"])
def test_exergy_bars_add_up(layout: str) -> None:
    bars = view(layout).bars
    assert sum(float(bar.share) for bar in bars) == pytest.approx(100.0, abs=0.05 * len(bars))
    assert bars[0].useful and sum(bar.useful for bar in bars) == 1
    assert max(bar.width for bar in bars) == 100.0


def test_shaft_powers_are_said_to_be_that() -> None:
    assert any("expander shaft" in warning for warning in view("bare").warnings)
    assert any("膨胀机轴端" in warning for warning in view("bare", "zh").warnings)
    assert not any("expander shaft" in warning for warning in view("simple").warnings)


def test_wet_expansion_is_warned_of(report: Report) -> None:
    files = report("wet")
    assert "wet expansion" in plain(files["report.html"])
    assert "湿膨胀" in plain(files["report.zh.html"])
    assert "Warnings" not in plain(report("simple")["report.html"])


def test_chinese_page_speaks_chinese(report: Report) -> None:
    page = report("recuperated")["report.zh.html"]
    assert '<html lang="zh-CN">' in page
    for word in (
        "膨胀机",
        "蒸发器",
        "预热器",
        "冷凝器",
        "回热器",
        "工质泵",
        "夹点温差",
        "㶲效率",
        "净功率",
        "地热流体",
    ):
        assert word in page
    for word in ("Net power", "Expander inlet", "Condenser", "Geofluid", "Working fluid", "Warnings"):
        assert word not in page
    assert "\ufffd" not in page


def test_inputs_method_and_versions_are_named(report: Report) -> None:
    page = plain(report("simple")["report.html"])
    assert "cycle.T_evap_C 100" in page and "geofluid.pinch_K 5" in page
    assert "p_evap_bar" not in page  # no value, no line
    assert f"orcplant {__version__}, CoolProp {COOLPROP_VERSION}" in page
    assert "DiPippo" in page and "IAPWS-95" in page


def test_names_are_escaped(tmp_path: Path) -> None:
    page = written("simple", tmp_path, name="<script>alert('x')</script> & Co")["report.html"]
    assert "<script" not in page and "&lt;script&gt;" in page


def test_same_result_same_bytes(tmp_path: Path) -> None:
    assert written("dual_level", tmp_path / "a") == written("dual_level", tmp_path / "b")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_states_csv_holds_the_states(layout: str) -> None:
    rows = list(csv.DictReader(io.StringIO(states_csv(solved(layout)))))
    points = state_points(solved(layout))
    assert [row["point"] for row in rows] == [point.name for point in points]
    for row, point in zip(rows, points, strict=True):
        assert float(row["T_C"]) + 273.15 == pytest.approx(point.state.T, rel=1e-9)
        assert 1e5 * float(row["p_bar"]) == pytest.approx(point.state.p, rel=1e-9)
        assert 1e3 * float(row["s_kJ_kgK"]) == pytest.approx(point.state.s, rel=1e-8)
        assert (row["quality"] == "") == bool(np.isnan(point.state.quality))
        assert float(row["mass_flow_kg_s"]) > 0.0


def test_files_are_public_and_nothing_else_is_left(tmp_path: Path) -> None:
    written("simple", tmp_path / "new" / "out")
    assert sorted(p.name for p in (tmp_path / "new" / "out").iterdir()) == sorted(FILES)
    mode = stat.S_IMODE((tmp_path / "new" / "out" / "report.html").stat().st_mode)
    assert mode & stat.S_IRUSR


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InputError, match="cannot be written"):
        write_cycle_report(solved("simple"), "case", INPUTS, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_an_unsolved_point_has_no_report(tmp_path: Path) -> None:
    too_hot = solve_cycle(simple_spec(simple_level(T_evap=423.0)))
    assert not too_hot.status.ok
    with pytest.raises(ValueError, match="solved"):
        write_cycle_report(too_hot, "case", INPUTS, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (1722.64, 4, "1723"), (13.9, 4, "13.90"), (15663.2, 4, f"15{GROUP}663"), (0.05, 4, "0.05000"),
        (9.9996, 4, "10.00"), (-14.283, 4, "\u221214.28"), (0.0, 4, "0"), (float("nan"), 4, NO_VALUE),
    ],
)  # fmt: skip
def test_significant_digits(value: float, digits: int, expected: str) -> None:
    assert significant(value, digits) == expected


def test_fixed_decimals() -> None:
    assert fixed(-0.004, 2) == "0.00" and fixed(float("inf"), 1) == NO_VALUE
    assert fixed(1234.5, 1) == "1234.5" and fixed(1234567.0, 0) == f"1{GROUP}234{GROUP}567"
    assert [decimals_for(x) for x in (15663.0, 2050.5, 235.2, 0.0, float("nan"))] == [0, 1, 2, 0, 0]
