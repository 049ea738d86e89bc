"""The report of a year: two pages, four figures, hours and months as tables."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from markupsafe import Markup

from orcplant.config.design import Design
from orcplant.plant.year import YearResult
from orcplant.report import style
from orcplant.report.cycle_json import Document
from orcplant.report.cycle_report import PAGES, environment
from orcplant.report.figures_year import duration_curve, over_ambient, through_the_year, two_weeks
from orcplant.report.folder import published
from orcplant.report.texts import LANGUAGES, Language, text
from orcplant.report.year_json import months_csv, year_csv
from orcplant.report.year_view import year_view

_SECTIONS: Final = (
    "run",
    "months",
    "duration",
    "ambient",
    "weeks",
    "limits",
    "power",
    "units",
    "climate",
    "balance",
    "assumptions",
    "method",
)
_TABLES: Final = ("year.csv", "months.csv")


def write_year_report(design: Design, year: YearResult, document: Document, out_dir: Path) -> list[Path]:
    """Write the report of a year.

    All files appear whole, or none does. The same year gives the same bytes.

    Parameters
    ----------
    document : dict
        What `year_document` says of it.
    out_dir : Path
        Made if it is missing.

    Returns
    -------
    list of Path
        ``report.html``, ``report.zh.html``, ``year.csv``, ``months.csv``, ``yearrun.svg``, ``duration.svg``,
        ``ambient.svg``, ``weeks.svg``.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    drawings = year_drawings(year)
    files = {PAGES[language]: _page(design, year, drawings, language) for language in LANGUAGES}
    files |= {"year.csv": year_csv(year), "months.csv": months_csv(document)}
    files |= {f"{name}.svg": svg for name, svg in drawings.items()}
    with published(out_dir) as staging:
        for name, content in files.items():
            (staging / name).write_text(content, encoding="utf-8", newline="")
    return [out_dir / name for name in files]


def year_drawings(year: YearResult) -> dict[str, str]:
    """SVG of every figure of a year, in English."""
    figures = {
        "yearrun": through_the_year(year),
        "duration": duration_curve(year),
        "ambient": over_ambient(year),
        "weeks": two_weeks(year),
    }
    return {name: style.to_svg(figure, name) for name, figure in figures.items()}


def _page(design: Design, year: YearResult, drawings: Mapping[str, str], language: Language) -> str:
    wording: Callable[[str], str] = partial(text, language=language)
    figures = {
        # Markup: drawn here; matplotlib escapes the names it writes.
        name: Markup(style.for_page(svg, language, wording(f"figure_{name}")))
        for name, svg in drawings.items()
    }
    template = environment().get_template("year.html.j2")
    page = template.render(
        view=year_view(design, year, language),
        t=wording,
        figures=figures,
        other_page=PAGES["en" if language == "zh" else "zh"],
        sections=_SECTIONS,
        tables=_TABLES,
    )
    return page + "\n"
