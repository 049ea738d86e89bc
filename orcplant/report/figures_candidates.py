"""All candidates of a sizing in one plane: investment over plant net power."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from orcplant.plant.candidate import Candidate
from orcplant.plant.sizing import Sizing
from orcplant.report import style
from orcplant.report.figures_ratings import cost_axis
from orcplant.report.numbers import fixed
from orcplant.report.sizing_words import fluid_short, rating_text
from orcplant.report.texts import text
from orcplant.units import KILO

_HEIGHT: Final = 3.5  # [in]
_LEFT, _RIGHT, _TOP, _BOTTOM = 0.72, 1.6, 0.12, 0.48  # [in]
_ROW: Final = 0.185  # [in]
_MEGA: Final = 1e6
_MARKERS: Final = ("o", "s", "^", "D")
_SMALLEST, _LARGEST = 3.5, 10.0  # [pt], marks of the smallest and largest rating


def candidate_plane(sizing: Sizing) -> Figure:
    """Every candidate by fluid (colour), layout (shape, hollow or filled) and rating (size)."""
    fluids = list(dict.fromkeys(c.blocks[0].unit.fluid for c in sizing.candidates))
    tried = {c.blocks[0].unit.layout.name for c in sizing.candidates}
    layouts = [layout for layout in sizing.plant.layouts if layout.name in tried]
    with style.drawing():
        figure = style.new_figure(_HEIGHT)
        width = (style.WIDTH - _LEFT - _RIGHT) / style.WIDTH
        tall = (_HEIGHT - _TOP - _BOTTOM) / _HEIGHT
        axes = figure.add_axes((_LEFT / style.WIDTH, _BOTTOM / _HEIGHT, width, tall))
        style.dress(axes)
        for candidate in sizing.candidates:
            unit = candidate.blocks[0].unit
            color = style.SERIES[fluids.index(unit.fluid) % len(style.SERIES)]
            _mark(axes, sizing, candidate, color, layouts.index(unit.layout))
        _dress(axes, sizing)
        _name_the_chosen(axes, sizing)
        entries = [(fluid_short(fluid, "en"), _look(style.SERIES[k % len(style.SERIES)], 0, 6.0))
                   for k, fluid in enumerate(fluids)]  # fmt: skip
        entries += [
            (text(f"cycle_{layout.name}", "en"), _look(style.QUIET, k, 6.0))
            for k, layout in enumerate(layouts)
        ]
        entries += [(rating_text(r), _look(style.FAINT, 0, _size(sizing, r))) for r in sizing.plant.ratings]
        _key(figure, axes, entries)
        return figure


def _look(color: str, layout: int, size: float) -> dict[str, object]:
    """Mark of a fluid and layout; the first layout is filled."""
    return {
        "marker": _MARKERS[layout % len(_MARKERS)],
        "markersize": size,
        "markerfacecolor": color if layout == 0 else "white",
        "markeredgecolor": color,
        "markeredgewidth": 1.2,
        "linestyle": "none",
    }


def _size(sizing: Sizing, rating: float) -> float:
    low, high = np.log(sizing.plant.ratings[0]), np.log(sizing.plant.ratings[-1])
    share = (np.log(rating) - low) / (high - low) if high > low else 0.5
    return float(_SMALLEST + share * (_LARGEST - _SMALLEST))


def _at(sizing: Sizing, candidate: Candidate) -> tuple[float, float]:
    scale = _MEGA if sizing.best.installed >= _MEGA else KILO
    return candidate.plant_net / scale, candidate.cost_of_target(sizing.plant) * KILO


def _mark(axes: Axes, sizing: Sizing, candidate: Candidate, color: str, layout: int) -> None:
    size = _size(sizing, candidate.blocks[0].rating)
    x, y = _at(sizing, candidate)
    axes.plot([x], [y], zorder=4, **_look(color, layout, size))  # type: ignore[arg-type]
    if candidate is sizing.best:
        axes.plot(
            [x], [y], marker="o", markersize=size + 7.0, markerfacecolor="none",
            markeredgecolor=style.INK, markeredgewidth=1.2, zorder=5,
        )  # fmt: skip


def _dress(axes: Axes, sizing: Sizing) -> None:
    unit = "MW" if sizing.best.installed >= _MEGA else "kW"
    axes.margins(0.09)
    axes.autoscale_view()
    axes.set_xlabel(text(f"axis_plant_net_{unit}", "en"))
    axes.set_ylabel(text(cost_axis(sizing.plant), "en"))
    axes.yaxis.set_major_formatter(lambda value, _: fixed(value, 0))


def _name_the_chosen(axes: Axes, sizing: Sizing) -> None:
    axes.annotate(
        text("chosen", "en"),
        xy=_at(sizing, sizing.best),
        xytext=(0.0, 0.5 * _size(sizing, sizing.best.blocks[0].rating) + 6.0),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=style.NORMAL,
        fontweight="bold",
        zorder=6,
    )


def _key(figure: Figure, axes: Axes, entries: list[tuple[str, dict[str, object]]]) -> None:
    inch, height = 1.0 / style.WIDTH, float(figure.get_figheight())
    x, y = axes.get_position().x1 + 0.2 * inch, axes.get_position().y1 - 0.08 / height
    kinds = [look["markeredgecolor"] for _, look in entries]
    for k, (name, look) in enumerate(entries):
        if k and (kinds[k] == style.QUIET) != (kinds[k - 1] == style.QUIET):
            y -= 0.4 * _ROW / height
        figure.add_artist(Line2D([x], [y], **look))  # type: ignore[arg-type]
        figure.text(x + 0.14 * inch, y, name, fontsize=style.SMALL, va="center")
        y -= _ROW / height
