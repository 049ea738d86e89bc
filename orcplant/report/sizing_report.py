"""The report of a sized plant: two pages, the figures behind them, and tables for further work."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from markupsafe import Markup
from matplotlib.figure import Figure

from orcplant.config.plant_spec import Plant
from orcplant.plant.study import Study
from orcplant.report import style
from orcplant.report.cycle_report import PAGES, cycle_drawings, environment
from orcplant.report.figures_candidates import candidate_plane
from orcplant.report.figures_power import power_waterfall
from orcplant.report.figures_ratings import why_this_rating
from orcplant.report.figures_screening import screening_names, screening_ranks
from orcplant.report.figures_sensitivity import sensitivities
from orcplant.report.folder import published
from orcplant.report.plant_units import Machine, machines
from orcplant.report.sizing_csv import candidates_csv, screening_csv, sensitivity_csv, states_csv
from orcplant.report.sizing_view import sizing_view
from orcplant.report.sizing_words import counted, fluid_short
from orcplant.report.texts import LANGUAGES, Language, text

_SECTIONS: Final = (
    "rating",
    "power",
    "wells",
    "money",
    "unit",
    "screening",
    "candidates",
    "sensitivity",
    "balance",
    "assumptions",
    "given",
    "method",
)

Drawings: TypeAlias = dict[str, str]


def write_sizing_report(plant: Plant, study: Study, out_dir: Path) -> list[Path]:
    """Write the report of a sized plant.

    All files appear whole, or none does. The same study gives the same bytes.

    Parameters
    ----------
    plant : Plant
        The file that was sized, with its assumptions.
    study : Study
        Its answer. What a study lacks is left out: no screening, candidates and ratings where units
        were given, no sensitivities in a short study.
    out_dir : Path
        Made if it is missing.

    Returns
    -------
    list of Path
        ``report.html``, ``report.zh.html``; ``states.csv``, ``candidates.csv``, ``screening.csv``,
        ``sensitivity.csv``; ``ts.svg``, ``tq.svg``, ``ph.svg`` of a unit (``ts_2.svg`` and so on where
        units differ in design), ``power.svg``, ``ratings.svg``, ``candidates.svg``,
        ``screening.svg``, ``sensitivity.svg``.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    units = machines(study.sizing.best)
    drawings = sizing_drawings(study, units)
    files = {PAGES[lang]: _page(plant, study, units, drawings, lang) for lang in LANGUAGES}
    files |= _tables(study)
    files |= {f"{name}.svg": svg for name, svg in drawings.items()}
    with published(out_dir) as staging:
        for name, content in files.items():
            (staging / name).write_text(content, encoding="utf-8", newline="")
    return [out_dir / name for name in files]


def sizing_drawings(study: Study, units: tuple[Machine, ...]) -> Drawings:
    """SVG of every figure a study has, in English."""
    sizing = study.sizing
    drawings: Drawings = {}
    for number, machine in enumerate(units):
        suffix = f"_{number + 1}" if number else ""
        drawings |= {f"{name}{suffix}": svg for name, svg in cycle_drawings(machine.result, suffix).items()}
    figures: dict[str, Figure] = {"power": power_waterfall(sizing.plant, sizing.best)}
    if sizing.screening is not None:
        figures["ratings"] = why_this_rating(sizing)
        figures["candidates"] = candidate_plane(sizing)
        figures["screening"] = screening_ranks(sizing.screening)
    if study.changes:
        figures["sensitivity"] = sensitivities(sizing.plant, sizing.best, study.changes)
    return drawings | {name: style.to_svg(figure, name) for name, figure in figures.items()}


def _tables(study: Study) -> dict[str, str]:
    tables = {"states.csv": states_csv(study.sizing.best)}
    if study.sizing.screening is not None:
        tables["candidates.csv"] = candidates_csv(study.sizing)
        tables["screening.csv"] = screening_csv(study.sizing.screening)
    if study.changes:
        tables["sensitivity.csv"] = sensitivity_csv(study)
    return tables


def _page(
    plant: Plant, study: Study, units: tuple[Machine, ...], drawings: Mapping[str, str], language: Language
) -> str:
    wording: Callable[[str], str] = partial(text, language=language)
    names = _names(study)
    figures = {
        # Markup: drawn here; matplotlib escapes the names it writes.
        name: Markup(style.for_page(svg, language, wording(f"figure_{name.partition('_')[0]}"), names))
        for name, svg in drawings.items()
    }
    view = sizing_view(plant, study, units, language)
    other = PAGES["en" if language == "zh" else "zh"]
    template = environment().get_template("sizing.html.j2")
    return (
        template.render(
            view=view,
            t=wording,
            figures=figures,
            other_page=other,
            sections=_sections(study),
            tables=list(_tables(study)),
        )
        + "\n"
    )


def _sections(study: Study) -> list[str]:
    """Sections of the page in order, those left out that the study has nothing for."""
    absent = set()
    if study.sizing.screening is None:
        absent |= {"rating", "screening", "candidates"}
    if not study.changes:
        absent |= {"sensitivity"}
    return [name for name in _SECTIONS if name not in absent]


def _names(study: Study) -> dict[str, str]:
    """Words of the figures that depend on the study, and their Chinese wording."""
    names: dict[str, str] = {}
    for candidate in study.sizing.candidates:
        for block in candidate.blocks:
            names[fluid_short(block.unit.fluid, "en")] = fluid_short(block.unit.fluid, "zh")
            if block.spare:
                counts = block.count, block.spare
                names[counted(*counts, "en")] = counted(*counts, "zh")
    if study.sizing.screening is not None:
        names |= screening_names(study.sizing.screening)
    return names
