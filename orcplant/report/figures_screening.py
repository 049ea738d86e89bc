"""Working fluids and layouts ranked by what they make of a kilogram of brine, and why others failed."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from orcplant.plant.screening import Failed, Ranked, Screening
from orcplant.plant.spec import Layout, WorkingFluid
from orcplant.report import style
from orcplant.report.numbers import fixed
from orcplant.report.sizing_words import active_short, fluid_short, obstacle_words
from orcplant.report.texts import Language, text
from orcplant.thermo.result import Warn
from orcplant.units import KILO

_BAR: Final = 0.135  # [in], height of a bar
_GAP: Final = 0.1  # [in], between fluids
_LEFT, _RIGHT, _TOP, _BOTTOM = 1.15, 0.2, 0.34, 0.48  # [in]
_ROOM: Final = 1.62  # reach of the axis over the longest bar: the reasons stand behind it
_COLORS: Final = {
    "simple": style.SOFT,
    "recuperated": style.WORKING_FLUID,
    "transcritical": style.COOLANT,
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A bar, or the reason why there is none."""

    layout: Layout
    net: float  # [kJ/kg], 0 where there is no design
    beside: str


def screening_ranks(screening: Screening) -> Figure:
    """Bars of unit net power, a group a fluid, a bar a layout; the best fluid on top."""
    groups = _groups(screening)
    layouts = {row.layout.name for rows in groups.values() for row in rows}
    bars = sum(len(rows) for rows in groups.values())
    tall = bars * _BAR + (len(groups) + 1) * _GAP
    height = tall + _TOP + _BOTTOM
    with style.drawing():
        figure = style.new_figure(height)
        width = (style.WIDTH - _LEFT - _RIGHT) / style.WIDTH
        axes = figure.add_axes((_LEFT / style.WIDTH, _BOTTOM / height, width, tall / height))
        style.dress(axes)
        axes.grid(visible=False, axis="y")
        ticks, y = [], _GAP
        for rows in groups.values():
            ticks.append(y + 0.5 * len(rows) * _BAR)
            for row in rows:
                _draw(axes, y + 0.5 * _BAR, row, _COLORS[row.layout.name])
                y += _BAR
            y += _GAP
        _dress(axes, y, ticks, [fluid_short(fluid, "en") for fluid in groups], screening)
        _key(figure, layouts)
        return figure


def screening_names(screening: Screening) -> dict[str, str]:
    """Words of the figure that depend on the screening, and their Chinese wording."""
    names = {
        fluid_short(fluid, "en"): fluid_short(fluid, "zh")
        for fluid in [*(r.design.fluid for r in screening.ranked), *(f.fluid for f in screening.failed)]
    }
    for ranked in screening.ranked:
        names[beside(ranked, "en")] = beside(ranked, "zh")
    for failed in screening.failed:
        names[obstacle_words(failed.obstacle, "en")] = obstacle_words(failed.obstacle, "zh")
    return names


def _groups(screening: Screening) -> dict[WorkingFluid, list[_Row]]:
    """Rows of each fluid, the fluid with the best design first; one reason for all layouts stands once."""
    groups: dict[WorkingFluid, list[_Row]] = {}
    for ranked in screening.ranked:
        row = _Row(ranked.design.layout, ranked.design.net / KILO, beside(ranked, "en"))
        groups.setdefault(ranked.design.fluid, []).append(row)
    for failed in screening.failed:
        _add_failed(groups.setdefault(failed.fluid, []), failed)
    order = list(_COLORS)
    return {
        fluid: sorted(rows, key=lambda row: order.index(row.layout.name)) for fluid, rows in groups.items()
    }


def _add_failed(rows: list[_Row], failed: Failed) -> None:
    why = obstacle_words(failed.obstacle, "en")
    if why not in (row.beside for row in rows):
        rows.append(_Row(failed.layout, 0.0, why))


def beside(ranked: Ranked, language: Language) -> str:
    """What stands beside a bar: the limits the design leans on, and a recuperator that does nothing."""
    words = [active_short(ranked.design.optimum.active, language)]
    if int(ranked.design.result.warnings) & Warn.IDLE_RECUPERATOR:
        words.append(text("idle_recuperator", language))
    return ("、" if language == "zh" else ", ").join(word for word in words if word)


def _draw(axes: Axes, y: float, row: _Row, color: str) -> None:
    axes.barh(y, row.net, height=0.86 * _BAR, color=color, zorder=3)
    x = row.net
    if row.net > 0.0:
        _write(axes, x, y, fixed(row.net, 1), 3.0, style.INK)
        _write(axes, x, y, row.beside, 26.0, style.QUIET)
    else:
        _write(axes, x, y, row.beside, 4.0, style.GEOFLUID)


def _write(axes: Axes, x: float, y: float, content: str, offset: float, color: str) -> None:
    axes.annotate(
        content,
        xy=(x, y),
        xytext=(offset, -0.4),
        textcoords="offset points",
        ha="left",
        va="center",
        fontsize=6.5,
        color=color,
        zorder=5,
    )


def _dress(
    axes: Axes, end: float, ticks: Sequence[float], names: Sequence[str], screening: Screening
) -> None:
    longest = max((ranked.design.net / KILO for ranked in screening.ranked), default=1.0)
    axes.set_ylim(end, 0.0)
    axes.set_xlim(0.0, _ROOM * longest)
    ticks_shown = [tick for tick in axes.get_xticks() if 0.0 <= tick <= 1.1 * longest]
    axes.set_xticks(ticks_shown)
    axes.spines["bottom"].set_bounds(0.0, ticks_shown[-1])
    axes.set_yticks(ticks, names)
    axes.tick_params(axis="y", length=0.0)
    axes.set_xlabel(text("axis_net_of_brine", "en"), loc="left")


def _key(figure: Figure, layouts: Set[str]) -> None:
    inch, height = 1.0 / style.WIDTH, float(figure.get_figheight())
    x, y = _LEFT * inch, 1.0 - 0.16 / height
    for name, color in _COLORS.items():
        if name not in layouts:
            continue
        box = (x, y - 0.05 / height), 0.16 * inch, 0.1 / height
        figure.add_artist(Rectangle(*box, color=color, transform=figure.transFigure))
        figure.text(x + 0.24 * inch, y, text(f"cycle_{name}", "en"), fontsize=style.SMALL, va="center")
        x += 1.5 * inch
