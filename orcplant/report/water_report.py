"""The report of one water: two pages, up to three figures, one table of the path."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from markupsafe import Markup

from orcplant.report import style
from orcplant.report.cycle_report import environment
from orcplant.report.folder import published
from orcplant.report.texts import LANGUAGES, Language
from orcplant.report.water_figures import flash_chart, minerals_chart, path_chart, place_names
from orcplant.report.water_texts import figure_words, text
from orcplant.report.water_view import Words, water_view
from orcplant.units import bar, degC
from orcplant.water.minerals import MINERALS
from orcplant.water.study import WaterStudy

PAGES: Final[dict[Language, str]] = {"en": "report.html", "zh": "report.zh.html"}
COLUMNS: Final = (
    "water",
    "invented",
    "reading",
    "place",
    "T_C",
    "p_bar",
    "bubble_point_bar",
    "margin_bar",
    "pH",
    "ionic_strength_mol_kgw",
    "silica_ratio",
    *(f"SI_{key}" for key in MINERALS),
)
_DIGITS: Final = 8


def write_water_report(
    study: WaterStudy,
    words: tuple[Words, Words],
    places: Mapping[str, str],
    inputs: Mapping[str, object],
    out_dir: Path,
) -> list[Path]:
    """Write the report of a water.

    All files appear whole, or none does. The same study gives the same bytes.

    Parameters
    ----------
    words : (Words, Words)
        Name and source in English and in Chinese.
    places : mapping
        Chinese names of the places of the path.
    inputs : mapping
        The file as its author wrote it.
    out_dir : Path
        Made if it is missing.

    Returns
    -------
    list of Path
        ``report.html``, ``report.zh.html``, ``path.csv`` and the figures.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    drawings = water_drawings(study)
    files = {
        PAGES[language]: _page(study, own, places, inputs, drawings, language)
        for language, own in zip(LANGUAGES, words, strict=True)
    }
    files["path.csv"] = path_csv(study)
    files |= {f"{name}.svg": svg for name, svg in drawings.items()}
    with published(out_dir) as staging:
        for name, content in files.items():
            (staging / name).write_text(content, encoding="utf-8", newline="")
    return [out_dir / name for name in files]


def water_drawings(study: WaterStudy, salt: str = "") -> dict[str, str]:
    """SVG of the path chart (`path`), and with a speciation of `minerals` and `flash`, in English.

    `salt` tells the figures of several waters on one page apart.
    """
    places = place_names({}, study.question.points)
    figures = {"path": path_chart(study, places)}
    if study.paths:
        figures["minerals"] = minerals_chart(study, places)
    if study.flashes:
        figures["flash"] = flash_chart(study)
    return {name: style.to_svg(figure, name + salt) for name, figure in figures.items()}


def path_csv(study: WaterStudy) -> str:
    """Every reading of every place as CSV; a value that does not exist is an empty cell."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(study))
    return stream.getvalue()


def _rows(study: WaterStudy) -> Iterator[list[str]]:
    water = study.question.water
    whose = [water.name, str(water.invented).lower()]
    for path in study.paths:
        for one in path.points:
            state = one.state
            numbers = [degC(one.point.T), bar(one.point.p), bar(one.p_bubble), bar(one.margin), state.pH]
            numbers += [state.ionic_strength, one.silica_ratio]
            numbers += [state.indices.get(key, np.nan) for key in MINERALS]
            yield [*whose, path.given.reading, one.point.place, *(_cell(value) for value in numbers)]


def _cell(value: float) -> str:
    return f"{value:.{_DIGITS}g}" if np.isfinite(value) else ""


def _page(
    study: WaterStudy,
    own: Words,
    places: Mapping[str, str],
    inputs: Mapping[str, object],
    drawings: Mapping[str, str],
    language: Language,
) -> str:
    wording: Callable[[str], str] = partial(text, language=language)
    other = PAGES["en" if language == "zh" else "zh"]
    words = figure_words() | dict(places)
    figures = {
        # Markup: drawn here; matplotlib escapes the names it writes.
        key: Markup(style.for_page(svg, language, wording(f"figure_{key}"), words))
        for key, svg in drawings.items()
    }
    shown = places if language == "zh" else {}
    view = water_view(study, own, shown, inputs, language)
    template = environment().get_template("water.html.j2")
    return template.render(view=view, t=wording, figures=figures, other_page=other) + "\n"
