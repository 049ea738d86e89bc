"""The report of one solved cycle: two pages, three figures, one table of states."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from orcplant.report import style
from orcplant.report.cycle_view import cycle_view
from orcplant.report.figures import point_number, pressure_enthalpy, temperature_entropy
from orcplant.report.figures_tq import temperature_duty
from orcplant.report.folder import published
from orcplant.report.texts import LANGUAGES, Language, text
from orcplant.thermo.diagrams import cycle_diagrams, state_points
from orcplant.thermo.result import CycleResult
from orcplant.thermo.temperature_duty import exchanger_diagrams
from orcplant.units import KILO, bar, degC

PAGES: Final[dict[Language, str]] = {"en": "report.html", "zh": "report.zh.html"}
_DIGITS: Final = 10  # significant, in tables for programs
STATE_COLUMNS: Final = (
    "number",
    "point",
    "fluid",
    "T_C",
    "p_bar",
    "h_kJ_kg",
    "s_kJ_kgK",
    "rho_kg_m3",
    "quality",
    "mass_flow_kg_s",
)


def write_cycle_report(
    result: CycleResult, case_name: str, inputs: Mapping[str, object], out_dir: Path
) -> list[Path]:
    """Write the report of a solved cycle.

    All files appear whole, or none does. The same result gives the same bytes.

    Parameters
    ----------
    result : CycleResult
        One solved point.
    case_name : str
        Title of the report.
    inputs : mapping
        The case as its author wrote it; nested sections become dotted keys.
    out_dir : Path
        Made if it is missing.

    Returns
    -------
    list of Path
        ``report.html``, ``report.zh.html``, ``states.csv``, ``ts.svg``, ``tq.svg``, ``ph.svg``.

    Raises
    ------
    ValueError
        If the result is not one solved point.
    InputError
        If the folder cannot be written.
    """
    if not bool(result.status.ok):
        raise ValueError("only a solved point has a report")
    drawings = cycle_drawings(result)
    files = {PAGES[lang]: _page(result, case_name, inputs, drawings, lang) for lang in LANGUAGES}
    files["states.csv"] = states_csv(result)
    files |= {f"{name}.svg": svg for name, svg in drawings.items()}
    with published(out_dir) as staging:
        for name, content in files.items():
            (staging / name).write_text(content, encoding="utf-8", newline="")
    return [out_dir / name for name in files]


def cycle_drawings(result: CycleResult, salt: str = "") -> dict[str, str]:
    """SVG of the T-s (`ts`), T-Q (`tq`) and log p-h (`ph`) figure, in English.

    `salt` tells the figures of several cycles on one page apart.
    """
    cycles = cycle_diagrams(result)
    figures = {
        "ts": temperature_entropy(cycles),
        "tq": temperature_duty(exchanger_diagrams(result)),
        "ph": pressure_enthalpy(cycles),
    }
    return {name: style.to_svg(figure, name + salt) for name, figure in figures.items()}


def states_csv(result: CycleResult) -> str:
    """States of the working fluid as CSV; a value that does not exist is an empty cell."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(STATE_COLUMNS)
    writer.writerows(state_rows(result))
    return stream.getvalue()


def state_rows(result: CycleResult) -> Iterator[list[str]]:
    """Cells of the table of states, a row a state."""
    points = state_points(result)
    for point in points:
        state, flow = point.state, result.levels[point.level].mass_flow
        values = (degC(state.T), bar(state.p), state.h / KILO, state.s / KILO, state.rho, state.quality, flow)
        cells = (_cell(float(value)) for value in values)
        yield [point_number(point, points), point.name, point.fluid, *cells]


def _cell(value: float) -> str:
    return "" if value != value else f"{value:.{_DIGITS}g}"  # NaN is not itself


def _page(
    result: CycleResult,
    case_name: str,
    inputs: Mapping[str, object],
    drawings: Mapping[str, str],
    language: Language,
) -> str:
    wording: Callable[[str], str] = partial(text, language=language)
    other = PAGES["en" if language == "zh" else "zh"]
    figures = {
        # Markup: drawn here; matplotlib escapes the names it writes.
        name: Markup(style.for_page(svg, language, wording(f"figure_{name}")))
        for name, svg in drawings.items()
    }
    template = environment().get_template("cycle.html.j2")
    view = cycle_view(result, case_name, inputs, language)
    return template.render(view=view, t=wording, figures=figures, other_page=other) + "\n"


def environment() -> Environment:
    """Templates of all pages; what they fill in is escaped."""
    return Environment(
        loader=PackageLoader("orcplant.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
