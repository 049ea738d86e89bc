"""The path chart of a water, its minerals, and what flashing does to calcite."""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from orcplant.report import style
from orcplant.report.water_texts import MINERAL_NAMES, READING_NAMES, text
from orcplant.thermo.state import Array
from orcplant.units import bar, degC
from orcplant.water.levels import LEVELS
from orcplant.water.minerals import MINERALS
from orcplant.water.scaling import Path, PathPoint
from orcplant.water.study import WaterStudy

_LEFT, _RIGHT, _TOP, _BOTTOM, _BETWEEN = 0.62, 1.55, 0.12, 0.52, 0.16  # [in]
_PANEL: Final = 1.35  # [in]
_LINE: Final = 9.5 / 72.0  # [in], of a name below the axes
_NAMED: Final = 12  # places that have room for a name
_RED: Final = "#B3261E"
_LEFT_OUT: Final = ("aragonite", "halite", "gypsum")  # a twin shows the same, or it is never near


def path_chart(study: WaterStudy, places: Sequence[str]) -> Figure:
    """Calcite, silica and pressure along the path, one above the other.

    Parameters
    ----------
    places : sequence of str
        Name of each place; empty names leave its temperature alone.
    """
    panels: list[Callable[[Axes, WaterStudy], None]] = [_silica]
    if study.paths:
        panels = [_calcite, _silica, _pressure]
        if not any(np.isfinite(one.p) for one in study.question.points):
            panels.pop()
    with style.drawing():
        figure, axes = _stack(len(panels), places=len(places))
        for draw, one in zip(panels, axes, strict=True):
            draw(one, study)
            _mark(one, study)
        _name_places(axes, study.question.points, places)
        figure.align_ylabels(axes)
        return figure


def minerals_chart(study: WaterStudy, places: Sequence[str]) -> Figure:
    """Indices of the minerals that form within hours, along the path of the reading that is judged."""
    judged = study.judged
    assert judged is not None, "indices need a speciation"
    with style.drawing():
        figure, (axes,) = _stack(1, panel=2.9, places=len(places))
        ends = []
        shown = [key for key in MINERALS if _is_shown(key, judged)]
        for key, colour in zip(shown, cycle(style.SERIES), strict=False):
            index = judged.indices(key)
            axes.plot(index, color=colour, linewidth=style.LINE, marker="o", markersize=3.0)
            ends.append((index[-1], MINERAL_NAMES[key][0], colour))
        _threshold(axes, 0.0, text("saturated", "en"))
        _write_apart(axes, ends)
        axes.set_ylabel(text("axis_index", "en"))
        _mark(axes, study)
        _name_places([axes], study.question.points, places)
        return figure


def flash_chart(study: WaterStudy) -> Figure:
    """Calcite over temperature: liquid along the path, and after flashing."""
    judged = study.judged
    assert judged is not None, "flashing needs a speciation"
    with style.drawing():
        figure, (axes,) = _stack(1, panel=2.4)
        order = sorted(judged.points, key=lambda one: one.point.T)
        T = [degC(one.point.T) for one in order]
        index = [one.state.indices.get("calcite", np.nan) for one in order]
        axes.plot(T, index, color=style.WORKING_FLUID, linewidth=style.LINE, marker="o", markersize=3.0)
        flashed = sorted(study.flashes, key=lambda one: one.T)
        after = [one.liquid.indices.get("calcite", np.nan) for one in flashed]
        axes.plot(
            [degC(one.T) for one in flashed],
            after,
            color=style.GEOFLUID,
            linewidth=style.LINE,
            marker="s",
            markersize=4.0,
        )
        _threshold(axes, 0.0, text("saturated", "en"))
        _threshold(axes, LEVELS["calcite_index"].yellow, text("limit_line", "en"), colour=_RED)
        ends = [
            (index[-1], text("no_gas_out", "en"), style.WORKING_FLUID),
            (after[-1], text("after_flash", "en"), style.GEOFLUID),
        ]
        _write_apart(axes, ends)
        axes.set_xlabel(text("axis_T_path", "en"))
        axes.set_ylabel(text("axis_calcite", "en"))
        _mark(axes, study)
        return figure


def _stack(n: int, panel: float = _PANEL, *, places: int = 0) -> tuple[Figure, list[Axes]]:
    """Empty axes one above the other, with room for the names of places below them."""
    bottom = _BOTTOM + _LINE * (_name_lines(places) - 2)
    height = _TOP + n * panel + (n - 1) * _BETWEEN + bottom
    figure = style.new_figure(height)
    width = (style.WIDTH - _LEFT - _RIGHT) / style.WIDTH
    found = []
    for k in range(n):
        foot = bottom + (n - 1 - k) * (panel + _BETWEEN)
        axes = figure.add_axes((_LEFT / style.WIDTH, foot / height, width, panel / height))
        style.dress(axes)
        found.append(axes)
    return figure, found


def _calcite(axes: Axes, study: WaterStudy) -> None:
    x = np.arange(len(study.question.points))
    judged = study.paths[-1]
    if study.bands is not None and np.isfinite(study.bands.of("calcite")).any():
        band = study.bands.of("calcite")
        axes.fill_between(x, band[:, 0], band[:, 2], color=style.SOFT, alpha=0.45, linewidth=0.0, zorder=1)
        _name_band(axes, band[:, 0])
    ends = []
    for path in study.paths:
        is_judged, index = path is judged, path.indices("calcite")
        colour = style.WORKING_FLUID if is_judged else style.QUIET
        axes.plot(
            x,
            index,
            color=colour,
            linewidth=style.LINE if is_judged else 1.0,
            linestyle="-" if is_judged else (0, (4, 2)),
            marker="o",
            markersize=3.0,
            zorder=3,
        )
        ends.append((index[-1], READING_NAMES[path.given.reading][0], colour))
    _threshold(axes, 0.0, "")
    if study.boiled:
        left = [study.calcite_in_place()[k] for k in study.boiled]
        axes.plot([*study.boiled], left, "s", color=style.GEOFLUID, markersize=4.5, zorder=4)
        ends.append((left[-1], text("gas_out", "en"), style.GEOFLUID))
    _write_apart(axes, ends)
    axes.set_ylabel(text("axis_calcite", "en"))


def _silica(axes: Axes, study: WaterStudy) -> None:
    x = np.arange(len(study.question.points))
    judged = study.judged
    ratio = [one.silica_ratio for one in judged.points] if judged else [one.ratio for one in study.silica]
    axes.plot(x, ratio, color=style.COOLANT, linewidth=style.LINE, marker="o", markersize=3.0, zorder=3)
    _threshold(axes, study.question.operation.silica_ratio, text("limit_line", "en"), colour=_RED)
    axes.set_ylabel(text("axis_silica", "en"))
    axes.set_ylim(bottom=0.0)


def _pressure(axes: Axes, study: WaterStudy) -> None:
    x, points = np.arange(len(study.question.points)), study.question.points
    pressure = [bar(one.p) for one in points]
    axes.plot(x, pressure, color=style.INK, linewidth=style.LINE, marker="o", markersize=3.0, zorder=3)
    for path in study.paths:
        is_judged = path is study.paths[-1]
        axes.plot(
            x,
            [bar(one.p_bubble) for one in path.points],
            color=style.GEOFLUID,
            linewidth=style.LINE if is_judged else 1.0,
            linestyle="-" if is_judged else (0, (4, 2)),
            marker="o",
            markersize=3.0,
            zorder=3,
        )
    axes.set_ylabel(text("axis_pressure", "en"))
    axes.set_ylim(bottom=0.0)
    bubble = bar(study.paths[-1].points[-1].p_bubble)
    ends = [
        (pressure[-1], text("in_place", "en"), style.INK),
        (bubble, text("bubble_point", "en"), style.GEOFLUID),
    ]
    _write_apart(axes, ends)


def _is_shown(key: str, path: Path) -> bool:
    if MINERALS[key].pace != "fast" or key in _LEFT_OUT:
        return False
    return bool(np.isfinite(path.indices(key)).any())


def _threshold(axes: Axes, y: float, name: str, colour: str = style.QUIET) -> None:
    axes.axhline(y, color=colour, linewidth=0.8, linestyle=(0, (3, 2)), zorder=2)
    if name:
        axes.annotate(
            name,
            xy=(0.0, y),
            xycoords=("axes fraction", "data"),
            xytext=(3.0, 1.5),
            textcoords="offset points",
            fontsize=style.SMALL,
            color=colour,
            va="bottom",
        )


def _name_band(axes: Axes, low: Array) -> None:
    """Say what is shaded, below its first point."""
    known = np.flatnonzero(np.isfinite(low))
    axes.annotate(
        text("band_key", "en"),
        xy=(float(known[0]), float(low[known[0]])),
        xytext=(2.0, -2.0),
        textcoords="offset points",
        fontsize=style.SMALL,
        color=style.QUIET,
        va="top",
    )


def _write_right(axes: Axes, y: float, name: str, colour: str) -> None:
    if not np.isfinite(y):
        return
    axes.annotate(
        name,
        xy=(1.0, y),
        xycoords=("axes fraction", "data"),
        xytext=(5.0, 0.0),
        textcoords="offset points",
        fontsize=style.SMALL,
        color=colour,
        va="center",
        annotation_clip=False,
        parse_math=False,  # a dollar sign in a name is a dollar sign
    )


def _write_apart(axes: Axes, ends: Sequence[tuple[float, str, str]]) -> None:
    """Names and colours at the right ends of lines, pushed apart where they would lie on one another."""
    low, high = axes.get_ylim()
    tall = axes.get_position().height * axes.figure.get_figheight()  # type: ignore[union-attr]
    step = _LINE / tall * (high - low)
    last = -np.inf
    for y, name, colour in sorted(one for one in ends if np.isfinite(one[0])):
        last = max(y, last + step)
        _write_right(axes, last, name, colour)
    axes.set_ylim(low, max(high, last + 0.5 * step))


def _name_places(axes: Sequence[Axes], points: Sequence[PathPoint], places: Sequence[str]) -> None:
    n = len(points)
    for one in axes:
        one.set_xlim(-0.3, n - 0.7)
        one.set_xticks(np.arange(n), [""] * n)
    # Neighbours must not touch: names take turns on the lines, and a long path names some places only.
    step = -(-n // _NAMED)
    lines = _name_lines(n)
    for k in range(0, n, step):
        _below(axes[-1], float(k), f"{degC(points[k].T):.0f} °C", 1)
        if places[k]:
            _below(axes[-1], float(k), places[k], 2 + (k // step) % lines)


def _name_lines(n: int) -> int:
    """Lines that the names of `n` places take."""
    return 2 if n <= _NAMED // 2 else 3


def _below(axes: Axes, x: float, name: str, line: int) -> None:
    axes.annotate(
        name,
        xy=(x, 0.0),
        xycoords=("data", "axes fraction"),
        xytext=(0.0, -3.0 - 72.0 * _LINE * line),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=style.SMALL,
        color=style.INK if line == 1 else style.QUIET,
        annotation_clip=False,
        parse_math=False,  # a dollar sign in a name is a dollar sign
    )


def _mark(axes: Axes, study: WaterStudy) -> None:
    """Write across every panel that the water is invented."""
    if study.question.water.invented:
        axes.text(
            0.5,
            0.5,
            text("invented_mark", "en"),
            transform=axes.transAxes,
            ha="center",
            va="center",
            fontsize=17.0,
            fontweight="bold",
            color=style.GRID,
            zorder=0,
        )


def place_names(places: Mapping[str, str], points: Sequence[PathPoint]) -> list[str]:
    """Names of the places of a path, in its order."""
    return [places.get(point.place, point.place) for point in points]
