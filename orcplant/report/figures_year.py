"""Figures of a year: through the year, duration curve, power over ambient, two weeks."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from orcplant.plant.climate import DAY, DAYS_OF_MONTH, HOURS
from orcplant.plant.year import YearResult
from orcplant.report import style
from orcplant.report.texts import text
from orcplant.thermo.state import Array
from orcplant.units import KILO, degC

_MEGA: Final = 1e6
_LEFT, _RIGHT, _TOP, _BOTTOM, _GAP = 0.62, 0.15, 0.2, 0.46, 0.16  # [in]
_DAYS: Final = HOURS // DAY
_WEEK: Final = 7 * DAY
_JANUARY, _JULY = 11 * DAY, 192 * DAY  # [h], beginnings of the two weeks
_WEEKS, _ASIDE = 2.6, 0.3  # [in], height of the two weeks, and between them
_BIN: Final = 2.0  # [K]
_NAMED_AT: Final = 0.7  # of the hours, where curves are named


def through_the_year(year: YearResult) -> Figure:
    """Plant net power of every day with its lowest and highest hour, over ambient temperature."""
    net, T = (_days(values) for values in (year.net / _scale(year), degC(year.weather.T)))
    day = np.arange(_DAYS) + 0.5
    with style.drawing():
        figure = style.new_figure(3.45)
        upper, lower = _panels(figure, (1.9, 0.95))
        for axes, values, color, soft in (
            (upper, net, style.WORKING_FLUID, style.SOFT),
            (lower, T, style.COOLANT, style.GRID),
        ):
            axes.fill_between(day, values.min(axis=1), values.max(axis=1), color=soft, linewidth=0.0)
            axes.plot(day, values.mean(axis=1), color=color, linewidth=1.0)
            axes.set_xlim(0.0, _DAYS)
        _mark(upper, year.installed / _scale(year), "installed")
        upper.set_ylim(min(0.0, float(net.min())), 1.08 * year.installed / _scale(year))
        upper.set_ylabel(text(f"axis_plant_net_{_unit(year)}", "en"))
        lower.set_ylabel(text("axis_year_ambient", "en"))
        _months(upper, named=False)
        _months(lower, named=True)
        return figure


def duration_curve(year: YearResult) -> Figure:
    """Plant net and gross power in falling order."""
    hours, scale = np.arange(HOURS + 1), _scale(year)
    with style.drawing():
        figure = style.new_figure(2.85)
        (axes,) = _panels(figure, (2.2,))
        for values, name, color in (
            (year.gross, "year_gross", style.FAINT),
            (year.net, "year_net", style.WORKING_FLUID),
        ):
            falling = np.sort(values)[::-1] / scale
            k = int(_NAMED_AT * HOURS)
            # A curve of a few hundred points is as good as one of 8760.
            kept = np.unique(np.concatenate([np.arange(0, HOURS, 20), np.arange(100), [HOURS - 1]]))
            axes.plot(hours[kept], falling[kept], color=color, linewidth=style.LINE)
            _name(axes, (hours[k], float(falling[k])), name, color)
        _mark(axes, year.installed / scale, "installed")
        mean = float(np.mean(year.net)) / scale
        axes.axhline(mean, color=style.QUIET, linewidth=0.7, linestyle=(0, (3, 2)))
        _beside(axes, mean, "year_mean", at_left=True)
        axes.set_xlim(0.0, HOURS)
        axes.set_ylim(min(0.0, float(year.net.min()) / scale), 1.08 * year.installed / scale)
        axes.set_xlabel(text("axis_year_hours_above", "en"))
        axes.set_ylabel(text(f"axis_year_power_{_unit(year)}", "en"))
        return figure


def over_ambient(year: YearResult) -> Figure:
    """The plant with all units on duty over ambient temperature, and how often each temperature is."""
    T = degC(year.weather.T)
    order = np.argsort(T)[:: max(1, HOURS // 400)]
    scale = _scale(year)
    with style.drawing():
        figure = style.new_figure(4.2)
        upper, middle, lower = _panels(figure, (1.8, 0.8, 0.65))
        gross, net = _potential(year)
        for values, name, color in (
            (gross, "year_gross", style.FAINT),
            (net, "year_net", style.WORKING_FLUID),
        ):
            upper.plot(T[order], values[order] / scale, color=color, linewidth=style.LINE)
            hot = order[-len(order) // 5]
            _name(upper, (float(T[hot]), float(values[hot]) / scale), name, color)
        _mark(upper, year.installed / scale, "installed")
        upper.set_ylim(min(0.0, float(np.min(net)) / scale), 1.1 * year.installed / scale)
        middle.plot(T[order], degC(year.T_reinjection[order]), color=style.GEOFLUID, linewidth=1.2)
        edges = _BIN * np.arange(np.floor(T.min() / _BIN), np.floor(T.max() / _BIN) + 2)
        counts, _ = np.histogram(T, edges)
        lower.bar(edges[:-1], counts, width=0.88 * _BIN, align="edge", color=style.COOLANT)
        for axes in (upper, middle, lower):
            axes.set_xlim(edges[0], edges[-1])
        upper.set_ylabel(text(f"axis_year_power_{_unit(year)}", "en"))
        middle.set_ylabel(text("axis_year_return", "en"))
        lower.set_ylabel(text("axis_year_hours_bin", "en"))
        lower.set_xlabel(text("axis_year_ambient", "en"))
        return figure


def two_weeks(year: YearResult) -> Figure:
    """Net power and ambient temperature over a week in January and one in July."""
    T = degC(year.weather.T)
    low, high = 10.0 * np.floor(T.min() / 10.0), 10.0 * (np.floor(T.max() / 10.0) + 1.0)
    with style.drawing():
        figure = style.new_figure(_WEEKS)
        wide = 0.5 * (style.WIDTH - 2 * _LEFT - _ASIDE)
        for k, (start, name) in enumerate(((_JANUARY, "year_week_january"), (_JULY, "year_week_july"))):
            left = (_LEFT + k * (wide + _ASIDE)) / style.WIDTH
            tall = (_WEEKS - _TOP - _BOTTOM) / _WEEKS
            axes = figure.add_axes((left, _BOTTOM / _WEEKS, wide / style.WIDTH, tall))
            twin = _week(axes, year, slice(start, start + _WEEK))
            twin.set_ylim(low, high)
            axes.set_title(text(name, "en"), fontsize=style.NORMAL, loc="left")
            if k == 0:
                axes.set_ylabel(text(f"axis_plant_net_{_unit(year)}", "en"))
                twin.tick_params(labelright=False, length=0.0)
                twin.spines["right"].set_visible(False)
            else:
                axes.tick_params(labelleft=False)
                twin.set_ylabel(text("axis_year_ambient", "en"), color=style.COOLANT)
        return figure


def _week(axes: Axes, year: YearResult, hours: slice) -> Axes:
    """Draw the net power of some days; the axes of their temperature."""
    days, scale = np.arange(_WEEK) / DAY, _scale(year)
    style.dress(axes)
    axes.plot(days, year.net[hours] / scale, color=style.WORKING_FLUID, linewidth=style.LINE)
    axes.set_ylim(min(0.0, float(year.net.min()) / scale), 1.08 * year.installed / scale)
    axes.set_xlim(0.0, 7.0)
    axes.set_xlabel(text("axis_year_day", "en"))
    twin = axes.twinx()
    T = degC(year.weather.T[hours])
    twin.plot(days, T, color=style.COOLANT, linewidth=0.9, linestyle=(0, (4, 2)))
    twin.spines["top"].set_visible(False)
    return twin


def _potential(year: YearResult) -> tuple[Array, Array]:
    """Gross and net power [W] of every hour with all units on duty."""
    gross, unit_net, flow = np.zeros(HOURS), np.zeros(HOURS), np.zeros(HOURS)
    for one in year.groups:
        count = one.group.count
        gross += count * np.nan_to_num(one.point.gross)
        unit_net += count * np.nan_to_num(one.point.net)
        flow += count * np.nan_to_num(one.point.geofluid_flow)
    pumps = year.auxiliaries.well_pumps + year.auxiliaries.reinjection_pumps
    per_flow = np.divide(pumps, year.mass_flow, out=np.zeros(HOURS), where=year.mass_flow > 0.0)
    return gross, unit_net - flow * per_flow - year.auxiliaries.station_service


def _panels(figure: Figure, heights: tuple[float, ...]) -> list[Axes]:
    """Axes one above the other, as tall as told [in]; only the lowest shows its numbers."""
    tall, found = float(figure.get_figheight()), []
    wide = (style.WIDTH - _LEFT - _RIGHT) / style.WIDTH
    top = _TOP
    for k, height in enumerate(heights):
        axes = figure.add_axes((_LEFT / style.WIDTH, 1.0 - (top + height) / tall, wide, height / tall))
        style.dress(axes)
        if k < len(heights) - 1:
            axes.tick_params(labelbottom=False)
        found.append(axes)
        top += height + _GAP
    figure.align_ylabels(found)
    return found


def _months(axes: Axes, *, named: bool) -> None:
    edges = np.concatenate([[0], np.cumsum(DAYS_OF_MONTH)])
    axes.set_xticks(edges)
    axes.tick_params(axis="x", labelbottom=False)
    if not named:
        return
    for number, (start, end) in enumerate(zip(edges[:-1], edges[1:], strict=True), start=1):
        axes.annotate(
            text(f"month_{number}", "en"),
            xy=(0.5 * (start + end), 0.0),
            xycoords=("data", "axes fraction"),
            xytext=(0.0, -6.0),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=style.NORMAL,
        )


def _mark(axes: Axes, value: float, name: str) -> None:
    """Draw a level and name it at its right end."""
    axes.axhline(value, color=style.INK, linewidth=0.7, linestyle=(0, (1, 2)))
    _beside(axes, value, name)


def _beside(axes: Axes, value: float, name: str, *, at_left: bool = False) -> None:
    """Name a level at its right end above it, or at its left end below."""
    axes.annotate(
        text(name, "en"),
        xy=(0.0 if at_left else 1.0, value),
        xycoords=("axes fraction", "data"),
        xytext=(3.0, -2.0) if at_left else (-2.0, 2.0),
        textcoords="offset points",
        ha="left" if at_left else "right",
        va="top" if at_left else "bottom",
        fontsize=style.SMALL,
        color=style.QUIET,
    )


def _name(axes: Axes, at: tuple[float, float], name: str, color: str) -> None:
    """Name a falling curve: the upper one above it, the lower one below."""
    above = name == "year_gross"
    axes.annotate(
        text(name, "en"),
        xy=at,
        xytext=(3.0, 4.0) if above else (-3.0, -4.0),
        textcoords="offset points",
        ha="left" if above else "right",
        va="bottom" if above else "top",
        fontsize=style.NORMAL,
        color=style.QUIET if color == style.FAINT else color,
        fontweight="bold",
    )


def _days(values: Array) -> Array:
    return np.reshape(values, (_DAYS, DAY))


def _scale(year: YearResult) -> float:
    return _MEGA if year.installed >= _MEGA else KILO


def _unit(year: YearResult) -> str:
    return "MW" if year.installed >= _MEGA else "kW"
