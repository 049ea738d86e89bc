"""Where the power of a plant goes: from nameplates and generators down to the fence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from orcplant.plant.candidate import Candidate
from orcplant.plant.spec import PlantSpec, TargetBasis
from orcplant.report import style
from orcplant.report.numbers import fixed
from orcplant.report.sizing_words import power_text
from orcplant.report.texts import text
from orcplant.units import KILO

_ROW: Final = 0.27  # [in]
_LEFT, _RIGHT, _TOP, _BOTTOM = 1.35, 1.45, 0.3, 0.48  # [in]
_TALL: Final = 0.62  # share of a row a bar takes
_MEGA: Final = 1e6
_PERCENT: Final = 100.0
_CONSUMERS: Final = ("well_pumps", "reinjection_pumps", "station_service")


@dataclass(frozen=True, slots=True)
class _Step:
    """A bar from one power to another [W]; a total starts at zero."""

    name: str
    start: float
    end: float
    color: str

    @property
    def is_total(self) -> bool:
        return self.start == 0.0


def power_waterfall(plant: PlantSpec, best: Candidate) -> Figure:
    """Bars from the installed power over gross and unit net to plant net, with every consumer."""
    steps = list(_steps(best))
    height = len(steps) * _ROW + _TOP + _BOTTOM
    with style.drawing():
        figure = style.new_figure(height)
        axes = figure.add_axes(
            (
                _LEFT / style.WIDTH,
                _BOTTOM / height,
                (style.WIDTH - _LEFT - _RIGHT) / style.WIDTH,
                (height - _TOP - _BOTTOM) / height,
            )
        )
        style.dress(axes)
        scale, unit = (_MEGA, "MW") if best.installed >= _MEGA else (KILO, "kW")
        for row, step in enumerate(steps):
            _draw(axes, row, step, best, scale)
        _connect(axes, steps, scale)
        _mark_target(axes, plant, steps, scale)
        _dress(axes, steps, best, unit)
        return figure


def _steps(best: Candidate) -> Iterator[_Step]:
    auxiliary, power = best.auxiliary, best.gross
    yield _Step("installed", 0.0, best.installed, style.GRID)
    yield _Step("gross", 0.0, power, style.SOFT)
    for name in ("feed_pumps", "cooling"):
        used = float(getattr(auxiliary, name))
        yield _Step(name, power, power - used, style.FAINT)
        power -= used
    yield _Step("unit_net", 0.0, best.unit_net, style.SOFT)
    power = best.unit_net
    for name in _CONSUMERS:
        used = float(getattr(auxiliary, name))
        yield _Step(name, power, power - used, style.FAINT)
        power -= used
    yield _Step("plant_net", 0.0, best.plant_net, style.WORKING_FLUID)


def _draw(axes: Axes, row: int, step: _Step, best: Candidate, scale: float) -> None:
    low, high = sorted((step.start / scale, step.end / scale))
    edge = style.QUIET if step.name == "installed" else "none"
    axes.barh(
        row, high - low, left=low, height=_TALL, color=step.color, edgecolor=edge, linewidth=0.7, zorder=3
    )
    power = step.end - step.start
    written, _ = power_text(power, best.installed)
    weight = "bold" if step.is_total else "normal"
    _beside(axes, row, 0.62, written, weight)
    if step.name != "installed":
        _beside(axes, row, 1.3, fixed(power / best.gross * _PERCENT, 1), weight)


def _beside(axes: Axes, row: float, inch: float, content: str, weight: str) -> None:
    """Write in a column right of the axes."""
    axes.annotate(
        content,
        xy=(1.0, row),
        xycoords=("axes fraction", "data"),
        xytext=(inch * 72.0, 0.0),
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize=style.NORMAL,
        fontweight=weight,
    )


def _connect(axes: Axes, steps: list[_Step], scale: float) -> None:
    for row, step in enumerate(steps[1:-1], start=1):
        x = step.end / scale
        # A consumer that takes nothing is a stroke of the same line.
        top = row + (-0.5 if step.start == step.end else 0.5) * _TALL
        axes.plot([x, x], [top, row + 1 - 0.5 * _TALL], color=style.QUIET, linewidth=0.6, zorder=4)


def _mark_target(axes: Axes, plant: PlantSpec, steps: list[_Step], scale: float) -> None:
    row = 0 if plant.basis is TargetBasis.INSTALLED else len(steps) - 1
    x = plant.target / scale
    axes.plot([x, x], [row - 0.5, row + 0.5], color=style.GEOFLUID, linewidth=1.4, zorder=5)
    axes.annotate(
        text("target", "en"),
        xy=(x, row - 0.5),
        xytext=(-3.0, 1.0),
        textcoords="offset points",
        color=style.GEOFLUID,
        fontsize=style.SMALL,
        ha="right",
        va="bottom",
        annotation_clip=False,
    )


def _dress(axes: Axes, steps: list[_Step], best: Candidate, unit: str) -> None:
    axes.set_ylim(len(steps) - 0.45, -0.55)
    axes.set_yticks(range(len(steps)), [text(step.name, "en") for step in steps])
    for label, step in zip(axes.get_yticklabels(), steps, strict=True):
        label.set_fontweight("bold" if step.is_total else "normal")
    axes.tick_params(axis="y", length=0.0)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(text(f"axis_power_{unit}", "en"))
    _beside(axes, -0.85, 0.62, unit, "normal")
    _beside(axes, -0.85, 1.3, text("percent_of_gross", "en"), "normal")
