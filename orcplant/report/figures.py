"""T-s and log p-h figures of a solved cycle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from orcplant.report import style
from orcplant.report.labels import Label, merged, place
from orcplant.report.texts import text
from orcplant.thermo.diagrams import CycleDiagram, StatePoint
from orcplant.thermo.dome import Line
from orcplant.thermo.state import Array
from orcplant.units import KILO, bar, degC

_PANEL: Final = 4.5  # [in], height of one diagram
_LEFT, _RIGHT, _TOP, _BOTTOM = 0.62, 2.0, 0.12, 0.48  # [in], margins; the key stands on the right
_ROW: Final = 0.185  # [in], line of the key
_LOW_PREFIX: Final = "low_"
_TRUSTED: Final = 0.9  # a dome closed below this reduced pressure shows where

Coordinates = Callable[[Line], tuple[Array, Array]]


def point_number(point: StatePoint, points: Sequence[StatePoint]) -> str:
    """Give the number of a state in figures and tables: 1, 2, ...; L1, L2, ... of a low level."""
    own = [other.name for other in points if other.level == point.level]
    return f"{'L' if point.level else ''}{own.index(point.name) + 1}"


def temperature_entropy(diagrams: Sequence[CycleDiagram]) -> Figure:
    """T-s figure, one panel a working fluid; geofluid and coolant over the entropy they face."""
    with style.drawing():
        figure, panels = _panels(len(diagrams))
        for axes, diagram in zip(panels, diagrams, strict=True):
            _draw_ts(axes, diagram)
        return figure


def pressure_enthalpy(diagrams: Sequence[CycleDiagram]) -> Figure:
    """Log p-h figure, one panel a working fluid."""
    with style.drawing():
        figure, panels = _panels(len(diagrams))
        for axes, diagram in zip(panels, diagrams, strict=True):
            _draw_ph(axes, diagram)
        return figure


def _panels(n: int) -> tuple[Figure, list[Axes]]:
    height = n * _PANEL
    figure = style.new_figure(height)
    width = (style.WIDTH - _LEFT - _RIGHT) / style.WIDTH
    panels = []
    for k in range(n):
        foot = (n - 1 - k) * _PANEL + _BOTTOM
        tall = (_PANEL - _BOTTOM - _TOP) / height
        axes = figure.add_axes((_LEFT / style.WIDTH, foot / height, width, tall))
        style.dress(axes)
        panels.append(axes)
    return figure, panels


def _draw_ts(axes: Axes, diagram: CycleDiagram) -> None:
    for isobar in diagram.isobars:
        axes.plot(*_ts(isobar), color=style.FAINT, linewidth=0.6, zorder=1)
    _draw_dome(axes, diagram, _ts)
    for name, color, lines in (
        ("geofluid", style.GEOFLUID, diagram.geofluid),
        ("coolant", style.COOLANT, diagram.coolant),
    ):
        for line in lines:
            if np.any(np.isfinite(line.T)):
                axes.plot(*_ts(line), color=color, linewidth=style.LINE, zorder=3, label=name)
                _arrow(axes, *_ts(line), color=color, backwards=name == "geofluid")
    _draw_cycle(axes, diagram, _ts)
    axes.set_xlabel(text("axis_s", "en"))
    axes.set_ylabel(text("axis_T", "en"))
    _ts_limits(axes, diagram)
    _label_states(axes, diagram, _ts)
    _label_isobars(axes, diagram)
    _key(axes, diagram, isobars=bool(diagram.isobars))


def _draw_ph(axes: Axes, diagram: CycleDiagram) -> None:
    axes.set_yscale("log")
    _draw_dome(axes, diagram, _ph)
    _draw_cycle(axes, diagram, _ph)
    axes.set_xlabel(text("axis_h", "en"))
    axes.set_ylabel(text("axis_p", "en"))
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())
    _ph_limits(axes, diagram)
    _label_states(axes, diagram, _ph)
    _key(axes, diagram, isobars=False)


def _ts(line: Line) -> tuple[Array, Array]:
    return line.s / KILO, degC(line.T)


def _ph(line: Line) -> tuple[Array, Array]:
    return line.h / KILO, bar(line.p)


def _draw_dome(axes: Axes, diagram: CycleDiagram, of: Coordinates) -> None:
    dome = diagram.dome
    closed = dome.p_closed < _TRUSTED * dome.bubble.p[-1]
    for side in (dome.bubble, dome.dew):
        x, y = of(side)
        known = side.p <= dome.p_closed if closed else np.full(x.shape, True)
        axes.plot(x[known], y[known], color=style.DOME, linewidth=1.0, zorder=2, label="saturation_line")
        if closed:  # beyond its equation of state the dome is only sketched
            known = side.p >= dome.p_closed
            axes.plot(x[known], y[known], color=style.DOME, linewidth=1.0, linestyle=(0, (1, 2)), zorder=2)


def _draw_cycle(axes: Axes, diagram: CycleDiagram, of: Coordinates) -> None:
    levels = {point.level for point in diagram.points}
    for line in diagram.lines:
        low = line.name.startswith(_LOW_PREFIX) and len(levels) > 1
        axes.plot(
            *of(line),
            color=style.WORKING_FLUID,
            linewidth=style.LINE + 0.2,
            linestyle=(0, (4, 1.5)) if low else "-",
            zorder=4,
            label="low_cycle_line" if low else "high_cycle_line" if len(levels) > 1 else "cycle_line",
        )
    for point in diagram.points:
        x, y = of(_at(point))
        axes.plot(
            x,
            y,
            "o",
            markersize=4.2,
            markerfacecolor="white",
            markeredgecolor=style.WORKING_FLUID,
            markeredgewidth=1.2,
            zorder=5,
        )


def _at(point: StatePoint) -> Line:
    state = point.state
    return Line(point.name, *(np.array([float(v)]) for v in (state.T, state.p, state.h, state.s)))


def _arrow(axes: Axes, x: Array, y: Array, *, color: str, backwards: bool) -> None:
    """Arrow head halfway along a line, in the direction of flow."""
    middle, share = 0.5 * (x[0] + x[-1]), 0.02 * (x[-1] - x[0])
    ends = (middle + share, middle - share) if backwards else (middle - share, middle + share)
    start, end = ((at, float(np.interp(at, x, y))) for at in ends)
    axes.annotate(
        "",
        xy=end,
        xytext=start,
        zorder=4,
        arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": 0.0, "mutation_scale": 13.0},
    )


def _ts_limits(axes: Axes, diagram: CycleDiagram) -> None:
    lines = [diagram.dome.bubble, diagram.dome.dew, *diagram.lines, *diagram.geofluid, *diagram.coolant]
    x, y = (np.concatenate([_ts(line)[k] for line in lines]) for k in (0, 1))
    tops = [_ts(line)[0][-1] for line in diagram.isobars]
    left, right = np.nanmin(x), max([np.nanmax(x), *tops])
    axes.set_xlim(left - 0.04 * (right - left), right + 0.06 * (right - left))
    tops = [_ts(line)[1][-1] for line in diagram.isobars]
    low, high = np.nanmin(y), max([np.nanmax(y), *(top + 0.1 * (top - np.nanmin(y)) for top in tops)])
    axes.set_ylim(low - 0.02 * (high - low), high + 0.04 * (high - low))


def _ph_limits(axes: Axes, diagram: CycleDiagram) -> None:
    lines = [diagram.dome.bubble, diagram.dome.dew, *diagram.lines]
    x, y = (np.concatenate([_ph(line)[k] for line in lines]) for k in (0, 1))
    span = x.max() - x.min()
    axes.set_xlim(x.min() - 0.05 * span, x.max() + 0.07 * span)
    axes.set_ylim(y.min() / 1.1, y.max() * 1.5)


def _label_states(axes: Axes, diagram: CycleDiagram, of: Coordinates) -> None:
    labels = []
    for point in diagram.points:
        x, y = of(_at(point))
        labels.append(Label(float(x[0]), float(y[0]), point_number(point, diagram.points), style.INK))
    place(axes, merged(axes, labels), size=style.NORMAL, weight="bold")


def _label_isobars(axes: Axes, diagram: CycleDiagram) -> None:
    """Write the pressure at the end of every isobar, along it: they stand too close for upright text."""
    for line in diagram.isobars:
        ends = np.column_stack(_ts(line))[-2:]
        run, rise = np.diff(axes.transData.transform(ends), axis=0)[0]
        axes.annotate(
            f"{bar(line.p[0]):.3g} bar",
            xy=(float(ends[-1, 0]), float(ends[-1, 1])),
            xytext=(2.0 * np.sign(run), 2.0),
            textcoords="offset points",
            fontsize=6.0,
            color=style.QUIET,
            rotation=float(np.degrees(np.arctan2(rise, run))),
            rotation_mode="anchor",
            va="center",
        )


@dataclass(frozen=True, slots=True)
class _Entry:
    color: str
    width: float
    dash: Any


_ENTRIES: Final = {
    "geofluid": _Entry(style.GEOFLUID, style.LINE, "-"),
    "cycle_line": _Entry(style.WORKING_FLUID, style.LINE + 0.2, "-"),
    "high_cycle_line": _Entry(style.WORKING_FLUID, style.LINE + 0.2, "-"),
    "low_cycle_line": _Entry(style.WORKING_FLUID, style.LINE + 0.2, (0, (4, 1.5))),
    "coolant": _Entry(style.COOLANT, style.LINE, "-"),
    "saturation_line": _Entry(style.DOME, 1.0, "-"),
    "isobar": _Entry(style.FAINT, 0.6, "-"),
}


def _key(axes: Axes, diagram: CycleDiagram, *, isobars: bool) -> None:
    """Fluid, lines and states beside the axes, each word a text of its own so that it can be exchanged."""
    drawn = {str(line.get_label()) for line in axes.get_lines()} | ({"isobar"} if isobars else set())
    box = axes.get_position()
    figure = axes.get_figure(root=True)
    assert figure is not None
    height = float(figure.get_figheight())
    x, y = box.x1 + 0.22 / style.WIDTH, box.y1 - 0.08 / height
    for k, part in enumerate(_parts(diagram.fluid)):
        y -= _ROW / height * (k > 0)
        figure.text(x, y, part, fontsize=style.NORMAL, fontweight="bold", va="center")
    for name in (name for name in _ENTRIES if name in drawn):
        y -= _ROW / height
        entry = _ENTRIES[name]
        figure.add_artist(_stroke(x, y, entry))
        figure.text(x + 0.33 / style.WIDTH, y, text(name, "en"), fontsize=style.SMALL, va="center")
    y -= 0.6 * _ROW / height
    for name, numbers in _numbered(diagram.points).items():
        y -= _ROW / height
        figure.text(x, y, numbers, fontsize=style.SMALL, fontweight="bold", va="center")
        figure.text(x + 0.33 / style.WIDTH, y, text(name, "en"), fontsize=style.SMALL, va="center")


def _parts(fluid: str) -> list[str]:
    """Name of a fluid; of a mixture, one component a line."""
    first, *others = fluid.split("&")
    return [first, *(f"+ {other}" for other in others)]


def _numbered(points: Sequence[StatePoint]) -> dict[str, str]:
    """Numbers of the states of one name: `1 L1` for both levels."""
    numbers: dict[str, str] = {}
    for point in points:
        name = point.name.removeprefix(_LOW_PREFIX)
        number = point_number(point, points)
        numbers[name] = f"{numbers[name]} {number}" if name in numbers else number
    return numbers


def _stroke(x: float, y: float, entry: _Entry) -> Line2D:
    return Line2D(
        [x, x + 0.24 / style.WIDTH], [y, y], color=entry.color, linewidth=entry.width, linestyle=entry.dash
    )
