"""Figures are well-formed, the same every time, readable, and of both languages."""

import logging
import re
import xml.etree.ElementTree as ET
from functools import cache
from itertools import combinations

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from orcplant.report import style
from orcplant.report.cycle_report import cycle_drawings
from orcplant.report.figures import point_number, pressure_enthalpy, temperature_entropy
from orcplant.report.figures_tq import temperature_duty
from orcplant.report.labels import Label, merged, place
from orcplant.report.texts import text, to_chinese
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.diagrams import cycle_diagrams, state_points
from orcplant.thermo.properties import Fluid
from orcplant.thermo.temperature_duty import exchanger_diagrams
from tests.thermo.layouts import LAYOUTS, solved
from tests.thermo.support import simple_level, simple_spec

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("ts", "tq", "ph")
ORC_FLUIDS = (
    "SES36 R365mfc R245fa R1233zd(E) R1234ze(Z) R1234ze(E) R1336mzz(E) Isopentane Isobutane n-Butane"
    " n-Pentane Cyclopentane Neopentane Propane Propylene R134a R1234yf R152a R227ea R236ea R236fa RC318 "
    "Novec649 Ammonia Acetone Toluene MM"
).split()
CHINESE = re.compile("[\u4e00-\u9fff]")


def texts_of(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


@cache
def drawings(layout: str) -> dict[str, str]:
    return cycle_drawings(solved(layout))


@cache
def figures_of(layout: str) -> dict[str, Figure]:
    result = solved(layout)
    cycles = cycle_diagrams(result)
    drawn = (
        temperature_entropy(cycles),
        temperature_duty(exchanger_diagrams(result)),
        pressure_enthalpy(cycles),
    )
    return dict(zip(NAMES, drawn, strict=True))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_svg_is_well_formed_and_the_same_every_time(layout: str) -> None:
    first, second = drawings(layout), cycle_drawings(solved(layout))
    assert first == second and tuple(first) == NAMES
    for svg in first.values():
        root = ET.fromstring(svg)
        assert root.tag == f"{SVG}svg" and root.get("viewBox")
        assert not re.search(r"\d{4}-\d{2}-\d{2}", svg)  # no date
        assert not re.search(r"\b(nan|inf)\b", svg)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_axes_carry_names_and_units(layout: str) -> None:
    drawn = drawings(layout)
    assert {"Temperature T [°C]", "Specific entropy s [kJ/(kg·K)]"} <= set(texts_of(drawn["ts"]))
    assert {"Pressure p [bar, absolute]", "Specific enthalpy h [kJ/kg]"} <= set(texts_of(drawn["ph"]))
    unit = "kW" if layout == "bare" else "MW"
    assert {"Temperature T [°C]", f"Heat duty Q [{unit}]"} <= set(texts_of(drawn["tq"]))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_state_is_labelled_and_explained(layout: str) -> None:
    points = state_points(solved(layout))
    for name in ("ts", "ph"):
        written = texts_of(drawings(layout)[name])
        labels = {part for entry in written for part in re.split(r", | ", entry)}
        assert {point_number(point, points) for point in points} <= labels
        assert {text(point.name.removeprefix("low_"), "en") for point in points} <= set(written)


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "bare"])
def test_every_pinch_is_written(layout: str) -> None:
    written = texts_of(drawings(layout)["tq"])
    for exchanger in exchanger_diagrams(solved(layout)):
        assert f"ΔT = {exchanger.pinch:.1f} K" in written


def boxes(figure: Figure) -> list[tuple[str, np.ndarray]]:
    """Placed labels with what they say, in points."""
    figure.draw_without_rendering()
    found = []
    for axes in figure.axes:
        for child in axes.texts:
            if isinstance(child, Annotation) and child.get_text() and child.get_zorder() == 10:
                box = child.get_window_extent()
                found.append((child.get_text(), np.array([[box.x0, box.y0], [box.x1, box.y1]])))
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_labels_do_not_overlap_and_stay_inside(layout: str) -> None:
    for figure in figures_of(layout).values():
        with style.drawing():
            found = boxes(figure)
            page = np.array(figure.bbox.extents).reshape(2, 2)
        assert found
        for (one, a), (other, b) in combinations(found, 2):
            apart = np.any(a[0] > b[1] - 0.5) or np.any(b[0] > a[1] - 0.5)
            assert apart, f"{one!r} over {other!r}"
        for name, box in found:
            assert np.all(box[0] >= page[0]) and np.all(box[1] <= page[1]), name


@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_text_lies_on_the_page(layout: str) -> None:
    for svg in drawings(layout).values():
        root = ET.fromstring(svg)
        _, _, width, height = (float(value) for value in root.attrib["viewBox"].split())
        for element in root.iter(f"{SVG}text"):
            look, written = element.attrib["style"], element.text or ""
            size = float(re.findall(r"font-size: ([\d.]+)px", look)[0])
            anchor = re.findall(r"text-anchor: (\w+)", look)
            share = {"middle": 0.5, "end": 1.0}.get(anchor[0] if anchor else "start", 0.0)
            length = 0.56 * size * len(written)
            angle = np.radians(-float(re.findall(r"rotate\(([-\d.]+)", element.attrib["transform"])[0]))
            for reach in (-share * length, (1.0 - share) * length):
                x = float(element.attrib["x"]) + reach * np.cos(angle)
                y = float(element.attrib["y"]) - reach * np.sin(angle)
                assert 0.0 <= x <= width and 0.0 <= y <= height, written


@pytest.mark.parametrize("name", ORC_FLUIDS)
def test_figures_of_every_working_fluid(name: str) -> None:
    T_evap = min(373.15, Fluid(name).limits.T_crit - 15.0)
    result = solve_cycle(simple_spec(simple_level(name, T_evap)))
    assert result.status.ok
    for svg in cycle_drawings(result).values():
        assert name in texts_of(svg) or "Heater" in texts_of(svg)
        assert not re.search(r"\b(nan|inf)\b", svg)


def test_no_negative_duty_on_the_axis() -> None:
    for layout in LAYOUTS:
        for axes in figures_of(layout)["tq"].axes:
            assert min(axes.get_xticks()) >= 0.0


@pytest.mark.parametrize("layout", LAYOUTS)
def test_chinese_replaces_every_word(layout: str) -> None:
    for name, svg in drawings(layout).items():
        page = style.for_page(svg, "zh", "图")
        words = re.findall(r"<text\b[^>]*>([^<]*)</text>", page)
        fluids = {part for d in cycle_diagrams(solved(layout)) for part in d.fluid.split("&amp;")}
        for word in words:
            is_symbol = not re.search(r"[A-Za-z]{4,}", word)
            is_fluid = any(word.removeprefix("+ ").startswith(fluid.split("&")[0][:4]) for fluid in fluids)
            assert CHINESE.search(word) or is_symbol or is_fluid or word.startswith("+ "), (name, word)


def test_page_svg_has_no_addresses_and_ids_of_its_own() -> None:
    pages = {name: style.for_page(svg, "en", name) for name, svg in drawings("simple").items()}
    ids: list[str] = []
    for page in pages.values():
        assert page.startswith("<svg viewBox=") and "http" not in page and "<style" not in page
        own = re.findall(r'\bid="([^"]+)"', page)
        used = re.findall(r'(?:xlink:href="#|url\(#)([^")]+)', page)
        assert set(used) <= set(own)
        ids += own
    assert len(ids) == len(set(ids))


def test_a_name_with_markup_is_escaped() -> None:
    with style.drawing():
        figure = style.new_figure(1.0)
        figure.text(0.5, 0.5, "<script>&")
    assert "<script>" not in style.to_svg(figure, "x")


def test_drawing_leaves_matplotlib_as_it_was_and_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    before = dict(matplotlib.rcParams)
    with caplog.at_level(logging.DEBUG, logger="matplotlib.font_manager"):
        cycle_drawings(solved("simple"))
    assert dict(matplotlib.rcParams) == before
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def axes_with_a_line() -> Axes:
    axes = style.new_figure(3.0).add_axes((0.1, 0.1, 0.8, 0.8))
    axes.plot([0.0, 10.0], [0.0, 10.0])
    axes.set_xlim(0.0, 10.0)
    axes.set_ylim(0.0, 10.0)
    return axes


def test_labels_avoid_the_line_they_belong_to() -> None:
    with style.drawing():
        axes = axes_with_a_line()
        place(axes, [Label(5.0, 5.0, "here", "black")], size=8.0)
        figure = axes.get_figure(root=True)
        assert figure is not None
        figure.draw_without_rendering()
        box = axes.texts[0].get_window_extent()
        corners = axes.transData.inverted().transform([(box.x0, box.y1), (box.x1, box.y0)])
    assert (corners[0] < corners[0][::-1]).any()  # wholly on one side of x = y
    sides = {bool(x > y) for x, y in corners}
    assert len(sides) == 1


def test_labels_of_one_place_are_joined() -> None:
    with style.drawing():
        axes = axes_with_a_line()
        labels = [
            Label(5.0, 5.0, "1", "black"),
            Label(5.001, 5.0, "2", "black"),
            Label(8.0, 5.0, "3", "black"),
        ]
        assert [label.text for label in merged(axes, labels)] == ["1, 2", "3"]


def test_numbers_are_left_as_they_are() -> None:
    assert to_chinese("150.0") == "150.0" and to_chinese("Condenser") == "冷凝器"
