"""What the size hangs on: small multiples, one changed assumption each."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from orcplant.plant.candidate import Candidate
from orcplant.plant.sensitivity import Change
from orcplant.plant.spec import PlantSpec
from orcplant.plant.wells import BASES, mass_flow
from orcplant.report import style
from orcplant.report.numbers import fixed
from orcplant.report.texts import text
from orcplant.units import KILO, degC

FACTORS: Final = (
    "ambient",
    "pinch",
    "expander_efficiency",
    "well_flow",
    "well_temperature",
    "reinjection_limit",
)
_COLUMNS: Final = 3
_LEFT, _RIGHT, _TOP, _BOTTOM = 0.55, 0.1, 0.28, 0.3  # [in]
_CURVE, _BARS, _SPLIT, _BETWEEN, _ASIDE = 1.15, 0.5, 0.1, 0.32, 0.2  # [in]
_HEADROOM: Final = 1.3  # over the highest bar, for its number
_DECIMALS: Final = 6
_WELLS_AT_LEAST: Final = 2  # a plant of one well needs brine, not wells, to tell cases apart


def net_of_brine(candidate: Candidate) -> float:
    """Unit net power per brine flow [kJ/kg]."""
    return candidate.unit_net / float(candidate.geofluid.mass_flow) / KILO


def base_value(plant: PlantSpec, factor: str) -> float:
    """Where the plant as designed stands on a factor's axis; NaN where it is no point of it."""
    assumed = plant.assumptions
    pinches = {assumed.pinch_heater, assumed.pinch_preheater, assumed.pinch_condenser}
    return {
        "ambient": degC(plant.site.T_ambient),
        "pinch": pinches.pop() if len(pinches) == 1 else np.nan,
        "reinjection_limit": degC(plant.limits.T_reinjection_min),
    }.get(factor, 0.0)


def sensitivities(plant: PlantSpec, best: Candidate, changes: Sequence[Change]) -> Figure:
    """Unit net power per brine and wells needed (of a small plant: brine needed) over each factor."""
    shown = [factor for factor in FACTORS if any(change.factor == factor for change in changes)]
    rows = -(-len(shown) // _COLUMNS)
    panel = _CURVE + _SPLIT + _BARS
    height = _TOP + rows * panel + (rows - 1) * (_BETWEEN + _TOP) + _BOTTOM
    counts = {sum(c.outcome.wells) for c in changes if isinstance(c.outcome, Candidate)}
    by_wells = len(counts | {sum(best.wells)}) >= _WELLS_AT_LEAST
    with style.drawing():
        figure = style.new_figure(height)
        curves, bars = [], []
        for k, factor in enumerate(shown):
            curve, bar = _panel(figure, k)
            own = [change for change in changes if change.factor == factor]
            _draw(curve, bar, plant, best, factor, own, by_wells=by_wells)
            curves.append(curve)
            bars.append(bar)
        _share_scale(curves, floor=False)
        _share_scale(bars, floor=True)
        if any(change.factor == "flow_basis" for change in changes) and "well_flow" in shown:
            _mark_cold_volume(curves[shown.index("well_flow")], plant, best)
        _name_axes(curves, bars, by_wells=by_wells)
        return figure


def _panel(figure: Figure, k: int) -> tuple[Axes, Axes]:
    height = float(figure.get_figheight())
    row, column = divmod(k, _COLUMNS)
    wide = (style.WIDTH - _LEFT - _RIGHT - (_COLUMNS - 1) * _ASIDE) / _COLUMNS
    left = (_LEFT + column * (wide + _ASIDE)) / style.WIDTH
    top = _TOP + row * (_CURVE + _SPLIT + _BARS + _BETWEEN + _TOP)
    curve = figure.add_axes((left, 1.0 - (top + _CURVE) / height, wide / style.WIDTH, _CURVE / height))
    foot = top + _CURVE + _SPLIT + _BARS
    bar = figure.add_axes((left, 1.0 - foot / height, wide / style.WIDTH, _BARS / height))
    for axes in (curve, bar):
        style.dress(axes)
        axes.tick_params(labelsize=style.SMALL)
    curve.tick_params(axis="x", length=0.0, labelbottom=False)
    return curve, bar


def _draw(
    curve: Axes,
    bar: Axes,
    plant: PlantSpec,
    best: Candidate,
    factor: str,
    own: Sequence[Change],
    *,
    by_wells: bool,
) -> None:
    base = base_value(plant, factor)
    found = {round(c.value, _DECIMALS): c.outcome for c in own if isinstance(c.outcome, Candidate)}
    failed = [round(c.value, _DECIMALS) for c in own if not isinstance(c.outcome, Candidate)]
    if np.isfinite(base):
        found[base] = best
    x = sorted(found)
    curve.axhline(net_of_brine(best), color=style.QUIET, linewidth=0.7, linestyle=(0, (3, 2)), zorder=2)
    net = [net_of_brine(found[value]) for value in x]
    curve.plot(x, net, color=style.WORKING_FLUID, linewidth=style.LINE, marker="o", markersize=3.0, zorder=3)
    if np.isfinite(base):
        curve.plot([base], [net_of_brine(best)], "o", markersize=5.5, color=style.INK, zorder=5)
    bar.plot(
        failed, np.zeros(len(failed)), "x", color=style.GEOFLUID, markersize=4.0, zorder=4, clip_on=False
    )
    width = _scale_x((curve, bar), sorted({*x, *failed}))
    for value in x:
        _bar(bar, value, found[value], width, chosen=found[value] is best, by_wells=by_wells)
    curve.set_title(
        text(f"factor_{factor}", "en"), fontsize=style.NORMAL, fontweight="bold", loc="left", pad=5.0
    )


def _scale_x(pair: tuple[Axes, Axes], values: list[float]) -> float:
    """Ticks at the values tried; returns the width of a bar."""
    span = values[-1] - values[0] or 1.0
    step = float(np.min(np.diff(values))) if len(values) > 1 else span
    width = min(0.62 * step, 0.1 * span)
    for axes in pair:
        axes.set_xlim(values[0] - 0.07 * span, values[-1] + 0.07 * span)
        axes.set_xticks(values, [f"{value:g}".replace("-", "−") for value in values])
    return width


def _need(candidate: Candidate, *, by_wells: bool) -> float:
    return float(sum(candidate.wells)) if by_wells else float(candidate.geofluid.mass_flow)


def _bar(axes: Axes, x: float, candidate: Candidate, width: float, *, chosen: bool, by_wells: bool) -> None:
    need = _need(candidate, by_wells=by_wells)
    axes.bar(x, need, width=width, color=style.INK if chosen else style.FAINT, zorder=3)
    axes.annotate(
        fixed(need, 0 if by_wells else 1),
        xy=(x, need),
        xytext=(0.0, 1.5),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=6.5 if by_wells else 5.5,
        fontweight="bold" if chosen else "normal",
    )


def _mark_cold_volume(axes: Axes, plant: PlantSpec, best: Candidate) -> None:
    """Mark where the flow of a well stands if its volume was measured cold."""
    well = plant.wells[0]
    cold, hot = (mass_flow(1.0, basis=basis, T=well.T, p=well.p) for basis in BASES)
    x, y = (cold / hot - 1.0) * 100.0, net_of_brine(best)
    axes.plot([x], [y], "D", markersize=4.5, color=style.GEOFLUID, zorder=6)
    axes.annotate(
        text("factor_flow_basis", "en"),
        xy=(x, y),
        xytext=(0.0, 5.0),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=style.SMALL,
        color=style.GEOFLUID,
    )


def _share_scale(axes: Sequence[Axes], *, floor: bool) -> None:
    """One scale for a kind of panel, so that steepness and height compare."""
    low = min(one.dataLim.y0 for one in axes)
    high = max(one.dataLim.y1 for one in axes)
    margin = 0.06 * (high - low)
    for one in axes:
        one.set_ylim((0.0, _HEADROOM * high) if floor else (low - margin, high + margin))
        one.yaxis.set_major_locator(MaxNLocator(3 if floor else 5, integer=floor))


def _name_axes(curves: Sequence[Axes], bars: Sequence[Axes], *, by_wells: bool) -> None:
    for k, (curve, bar) in enumerate(zip(curves, bars, strict=True)):
        if k % _COLUMNS:
            for axes in (curve, bar):
                axes.tick_params(axis="y", labelleft=False)
            continue
        curve.set_ylabel(text("axis_net_short", "en"), fontsize=style.SMALL)
        bar.set_ylabel(text("axis_wells" if by_wells else "axis_brine_flow", "en"), fontsize=style.SMALL)
        figure = curve.get_figure(root=True)
        assert figure is not None
        figure.align_ylabels([curve, bar])
