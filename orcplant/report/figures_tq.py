"""T-Q figure of a solved cycle: heaters above, recuperator and condensers below."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from orcplant.report import style
from orcplant.report.labels import Label, place
from orcplant.report.numbers import significant
from orcplant.report.texts import text
from orcplant.thermo.state import Array
from orcplant.thermo.temperature_duty import ExchangerDiagram
from orcplant.units import degC

_PANEL: Final = 2.75  # [in], height of a row
_LEFT, _RIGHT, _GAP = 0.62, 0.15, 0.62  # [in]
_TITLE, _BOTTOM, _KEY = 0.34, 0.48, 0.26  # [in], above and below axes, and above all
_MARGIN: Final = 32.0  # [pt], room beside the curves for the temperatures at their ends
_MEGAWATT: Final = 1e6
_LEVELS: Final = ("high", "low")
_COLORS: Final = {
    "geofluid": style.GEOFLUID,
    "working_fluid": style.WORKING_FLUID,
    "coolant": style.COOLANT,
}


def temperature_duty(exchangers: Sequence[ExchangerDiagram]) -> Figure:
    """T-Q figure of all exchangers; heaters of two levels in one panel, as the geofluid passes them."""
    heaters = [exchanger for exchanger in exchangers if exchanger.name == "heater"]
    others = [exchanger for exchanger in exchangers if exchanger.name != "heater"]
    names = [exchanger.name for exchanger in exchangers]
    scale, unit = _unit(exchangers)
    with style.drawing():
        figure = style.new_figure(2.0 * _PANEL + _KEY)
        axes = _axes(figure, row=0, column=0, columns=1)
        _draw(axes, heaters, scale, unit)
        _titles(axes, heaters, scale, unit)
        for column, exchanger in enumerate(others):
            axes = _axes(figure, row=1, column=column, columns=len(others))
            _draw(axes, [exchanger], scale, unit)
            _titles(axes, [exchanger], scale, unit, alone=names.count(exchanger.name) == 1)
            if column:
                axes.set_ylabel("")
        _key(figure, exchangers)
        return figure


def _unit(exchangers: Sequence[ExchangerDiagram]) -> tuple[float, str]:
    largest = max(float(exchanger.duty[-1]) for exchanger in exchangers)
    return (_MEGAWATT, "MW") if largest >= _MEGAWATT else (1e3, "kW")


def _axes(figure: Figure, *, row: int, column: int, columns: int) -> Axes:
    height = float(figure.get_figheight())
    width = (style.WIDTH - _LEFT - _RIGHT - (columns - 1) * _GAP) / columns
    left = _LEFT + column * (width + _GAP)
    foot = (1 - row) * _PANEL + _BOTTOM
    tall = _PANEL - _BOTTOM - _TITLE
    axes = figure.add_axes((left / style.WIDTH, foot / height, width / style.WIDTH, tall / height))
    style.dress(axes)
    return axes


def _draw(axes: Axes, exchangers: Sequence[ExchangerDiagram], scale: float, unit: str) -> None:
    """Draw exchangers in one panel, the coldest first from the left."""
    start, labels, pinches = 0.0, [], []
    for exchanger in reversed(exchangers):
        Q = (start + exchanger.duty) / scale
        for stream, T in ((exchanger.hot, exchanger.T_hot), (exchanger.cold, exchanger.T_cold)):
            if np.all(np.isfinite(T)):
                axes.plot(Q, degC(T), color=_COLORS[stream], linewidth=style.LINE + 0.2, zorder=3)
                labels += _end_labels(Q, degC(T), _COLORS[stream])
        _mark_boundaries(axes, exchanger, start, scale)
        if np.isfinite(exchanger.pinch):
            pinches.append(_mark_pinch(axes, exchanger, start, scale))
        start += float(exchanger.duty[-1])
    _dress(axes, start / scale, unit)
    if len(exchangers) > 1:
        axes.axvline(float(exchangers[-1].duty[-1]) / scale, color=style.QUIET, linewidth=0.7, zorder=2)
    place(axes, [*_without_twins(labels), *pinches], size=style.SMALL)


def _end_labels(Q: Array, T: Array, color: str) -> list[Label]:
    return [Label(float(Q[k]), float(T[k]), f"{T[k]:.1f}", color, hour) for k, hour in ((0, 9), (-1, 3))]


def _without_twins(labels: list[Label]) -> list[Label]:
    """One label where two exchangers meet at one temperature."""
    kept: dict[tuple[float, str, str], Label] = {}
    for label in labels:
        kept.setdefault((round(label.x, 9), label.text, label.color), label)
    return list(kept.values())


def _mark_boundaries(axes: Axes, exchanger: ExchangerDiagram, start: float, scale: float) -> None:
    T = exchanger.T_cold if exchanger.cold == "working_fluid" else exchanger.T_hot
    for duty in exchanger.boundaries:
        here = degC(float(np.interp(duty, exchanger.duty, T)))
        axes.plot(
            (start + duty) / scale,
            here,
            marker="o",
            markersize=3.6,
            markerfacecolor="white",
            markeredgecolor=style.WORKING_FLUID,
            markeredgewidth=1.0,
            zorder=5,
        )


def _mark_pinch(axes: Axes, exchanger: ExchangerDiagram, start: float, scale: float) -> Label:
    hot, cold = (
        degC(float(np.interp(exchanger.duty_at_pinch, exchanger.duty, T)))
        for T in (exchanger.T_hot, exchanger.T_cold)
    )
    Q = (start + exchanger.duty_at_pinch) / scale
    axes.plot([Q, Q], [cold, hot], color=style.INK, linewidth=1.3, solid_capstyle="butt", zorder=6)
    return Label(Q, 0.5 * (hot + cold), f"ΔT = {exchanger.pinch:.1f} K", style.INK)


def _dress(axes: Axes, Q_end: float, unit: str) -> None:
    low, high = axes.get_ylim()
    width = axes.get_window_extent().width
    margin = Q_end * _MARGIN / (width - 2.0 * _MARGIN)
    axes.set_xlim(-margin, Q_end + margin)
    # The margin is for labels: a duty below zero has no meaning.
    axes.set_xticks([tick for tick in axes.get_xticks() if 0.0 <= tick <= Q_end + margin])
    axes.set_ylim(low - 0.08 * (high - low), high + 0.1 * (high - low))
    axes.set_xlabel(text(f"axis_Q_{unit}", "en"))
    axes.set_ylabel(text("axis_T", "en"))


def _titles(
    axes: Axes, exchangers: Sequence[ExchangerDiagram], scale: float, unit: str, *, alone: bool = True
) -> None:
    """Name and duty over the exchangers; texts of their own, so that the names can be exchanged."""
    duties = [float(exchanger.duty[-1]) / scale for exchanger in exchangers]
    if len(exchangers) == 1:
        name = _name(exchangers[0], alone=alone)
        _title(axes, 0.0, name, line=0, side="left", weight="bold")
        _title(axes, duties[0], f"{significant(duties[0])} {unit}", line=0, side="right")
        return
    # The cold level may be a narrow part of the panel: each name hangs on its own side.
    for k, at, side in ((-1, 0.0, "left"), (0, sum(duties), "right")):
        _title(axes, at, _name(exchangers[k], alone=False), line=1, side=side, weight="bold")
        _title(axes, at, f"{significant(duties[k])} {unit}", line=0, side=side)


def _name(exchanger: ExchangerDiagram, *, alone: bool) -> str:
    return text(exchanger.name if alone else f"{_LEVELS[exchanger.level]}_{exchanger.name}", "en")


def _title(axes: Axes, Q: float, content: str, *, line: int, side: str, weight: str = "normal") -> None:
    axes.annotate(
        content,
        xy=(Q, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0.0, 4.0 + 10.0 * line),
        textcoords="offset points",
        ha=side,
        va="bottom",
        fontweight=weight,
        fontsize=style.NORMAL,
    )


def _key(figure: Figure, exchangers: Sequence[ExchangerDiagram]) -> None:
    drawn = {
        stream
        for exchanger in exchangers
        for stream, T in ((exchanger.hot, exchanger.T_hot), (exchanger.cold, exchanger.T_cold))
        if np.all(np.isfinite(T))
    }
    y = 1.0 - 0.5 * _KEY / float(figure.get_figheight())
    x = _LEFT / style.WIDTH
    for stream, color in _COLORS.items():
        if stream in drawn:
            x = _entry(figure, x, y, text(stream, "en"), color=color, linewidth=style.LINE + 0.2)
    circle = {"markerfacecolor": "white", "markeredgecolor": style.WORKING_FLUID, "markersize": 3.6}
    x = _entry(figure, x, y, text("phase_boundary", "en"), linestyle="none", marker="o", **circle)
    if any(np.isfinite(exchanger.pinch) for exchanger in exchangers):
        _entry(
            figure, x, y, text("pinch", "en"), color=style.INK, linestyle="none", marker="|", markersize=7.0
        )


def _entry(figure: Figure, x: float, y: float, name: str, **look: Any) -> float:
    """Write one entry of the key; returns where the next one begins."""
    inch = 1.0 / style.WIDTH
    figure.add_artist(Line2D([x, x + 0.12 * inch, x + 0.24 * inch], [y, y, y], markevery=[1], **look))
    figure.text(x + 0.31 * inch, y, name, fontsize=style.SMALL, va="center")
    return x + (0.55 + 0.062 * len(name)) * inch
