"""Why this rating: the money of every allowed rating, item by item, and the price of the machines."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from orcplant.plant.candidate import Candidate
from orcplant.plant.capital import unit_cost
from orcplant.plant.sizing import Sizing
from orcplant.plant.spec import PlantSpec, TargetBasis
from orcplant.plant.unit_design import expander_efficiency
from orcplant.report import style
from orcplant.report.numbers import fixed
from orcplant.report.sizing_words import counted, rating_text
from orcplant.report.texts import text
from orcplant.units import KILO

_LEFT, _RIGHT, _TOP = 1.35, 1.4, 0.2  # [in]
_MONEY, _GAP, _PRICES, _ROW, _FOOT = 2.6, 0.22, 1.15, 0.2, 0.14  # [in], heights from top to bottom
_WIDE: Final = 0.62  # of a bar, in categories
_PERCENT: Final = 100.0
_MEGA: Final = 1e6
ITEM_COLORS: Final = {
    "units": style.WORKING_FLUID,
    "spare": style.SOFT,
    "production_wells": style.GEOFLUID,
    "injection_wells": "#F0B48C",
    "gathering": "#E69F00",
    "station": style.COOLANT,
    "indirect": style.FAINT,
}
_PRICE_LINES: Final[dict[str, tuple[str, Any]]] = {
    "price_single": (style.QUIET, (0, (1, 1.5))),
    "price_series": (style.WORKING_FLUID, (0, (4, 1.5))),
    "price_with_spares": (style.WORKING_FLUID, "-"),
}
ROWS: Final = ("row_rating", "row_units", "axis_wells", "row_used", "row_efficiency", "axis_plant_net_MW")


def same_kind(sizing: Sizing) -> tuple[Candidate | None, ...]:
    """Candidates of the chosen fluid and layout, one an allowed rating; None where there is none."""
    chosen = sizing.best.blocks[0].unit
    found = {
        candidate.blocks[0].rating: candidate
        for candidate in sizing.candidates
        if candidate.blocks[0].unit.fluid == chosen.fluid and candidate.blocks[0].unit.layout == chosen.layout
    }
    return tuple(found.get(rating) for rating in sizing.plant.ratings)


def money_items(candidate: Candidate) -> dict[str, float]:
    """Investment by item [CNY], the units parted into duty and spare."""
    capital, block = candidate.capital, candidate.blocks[0]
    spare = capital.units * block.spare / (block.count + block.spare) if len(candidate.blocks) == 1 else 0.0
    return {
        "units": capital.units - spare,
        "spare": spare,
        "production_wells": capital.production_wells,
        "injection_wells": capital.injection_wells,
        "gathering": capital.gathering,
        "station": capital.station,
        "indirect": capital.indirect,
    }


def cost_axis(plant: PlantSpec) -> str:
    """Key of the text that names what candidates are compared by."""
    return "axis_cost_net" if plant.basis is TargetBasis.INSTALLED else "axis_cost_target"


def why_this_rating(sizing: Sizing) -> Figure:
    """Investment by item over rating, prices of the units below it, and what each rating takes."""
    family = same_kind(sizing)
    height = _TOP + _MONEY + _GAP + _PRICES + _ROW * len(ROWS) + _FOOT
    with style.drawing():
        figure = style.new_figure(height)
        money = _axes(figure, _TOP, _MONEY, len(family))
        prices = _axes(figure, _TOP + _MONEY + _GAP, _PRICES, len(family))
        _draw_money(money, sizing, family)
        _draw_prices(prices, sizing.plant, family)
        for axes in (money, prices):
            chosen = family.index(sizing.best)
            axes.axvspan(chosen - 0.5, chosen + 0.5, color=style.GRID, alpha=0.6, zorder=0, linewidth=0.0)
        _write_rows(prices, sizing, family)
        _keys(figure, money, prices, family)
        return figure


def _axes(figure: Figure, top: float, tall: float, n: int) -> Axes:
    height = float(figure.get_figheight())
    width = (style.WIDTH - _LEFT - _RIGHT) / style.WIDTH
    axes = figure.add_axes((_LEFT / style.WIDTH, 1.0 - (top + tall) / height, width, tall / height))
    style.dress(axes)
    axes.grid(visible=False, axis="x")
    axes.set_xlim(-0.5, n - 0.5)
    axes.set_xticks([])
    axes.yaxis.set_major_formatter(lambda value, _: fixed(value, 0))
    return axes


def _draw_money(axes: Axes, sizing: Sizing, family: Sequence[Candidate | None]) -> None:
    for k, candidate in enumerate(family):
        if candidate is None:
            _say_no_design(axes, k)
            continue
        items = money_items(candidate)
        total = candidate.cost_of_target(sizing.plant) * KILO
        foot, share = 0.0, total / sum(items.values())
        for name, amount in items.items():
            axes.bar(k, amount * share, bottom=foot, width=_WIDE, color=ITEM_COLORS[name], zorder=3)
            foot += amount * share
        chosen = candidate is sizing.best
        _over(axes, k, foot, fixed(total, 0), bold=chosen)
    axes.set_ylim(0.0, 1.13 * axes.dataLim.y1)
    axes.set_ylabel(text(cost_axis(sizing.plant), "en"))


def _over(axes: Axes, x: float, y: float, content: str, *, bold: bool) -> None:
    axes.annotate(
        content,
        xy=(x, y),
        xytext=(0.0, 3.0),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=style.NORMAL,
        fontweight="bold" if bold else "normal",
    )


def _say_no_design(axes: Axes, k: int) -> None:
    axes.text(
        k, 0.02, text("no_design", "en"), transform=axes.get_xaxis_transform(), rotation=90.0, ha="center"
    )


def _draw_prices(axes: Axes, plant: PlantSpec, family: Sequence[Candidate | None]) -> None:
    prices = np.array(
        [_prices(plant, rating, found) for rating, found in zip(plant.ratings, family, strict=True)]
    )
    for column, (name, (color, dash)) in enumerate(_PRICE_LINES.items()):
        axes.plot(
            np.arange(len(family)),
            prices[:, column],
            color=color,
            linestyle=dash,
            linewidth=style.LINE,
            marker="o",
            markersize=3.0,
            label=name,
            zorder=3,
        )
    axes.set_ylim(0.0, 1.12 * float(np.nanmax(prices)))
    axes.set_ylabel(text("axis_unit_price", "en"))


def _prices(plant: PlantSpec, rating: float, found: Candidate | None) -> tuple[float, float, float]:
    """Price of a unit alone, in its series, and with the spares laid upon it [CNY per kW on duty]."""
    per_kW = KILO / rating
    recuperated = found is not None and found.blocks[0].machine.recuperated
    single = unit_cost(plant.costs, rating=rating, number=1, recuperated=recuperated) * per_kW
    if found is None:
        return single, np.nan, np.nan
    count, spare = found.blocks[0].count, found.blocks[0].spare
    number = count + spare
    series = unit_cost(plant.costs, rating=rating, number=number, recuperated=recuperated) * per_kW
    return single, series, series * number / count


def _write_rows(axes: Axes, sizing: Sizing, family: Sequence[Candidate | None]) -> None:
    """Table below the axes: what each rating takes and gives."""
    for row, name in enumerate(ROWS):
        down = -(_ROW * (row + 0.75)) / _PRICES
        axes.annotate(
            text(name, "en"), xy=(0.0, down), xycoords="axes fraction", xytext=(-8.0, 0.0),
            textcoords="offset points", ha="right", va="center", fontsize=style.SMALL, color=style.QUIET,
        )  # fmt: skip
    for k, (rating, candidate) in enumerate(zip(sizing.plant.ratings, family, strict=True)):
        for row, content in enumerate(_cells(sizing.plant, rating, candidate)):
            down = -(_ROW * (row + 0.75)) / _PRICES
            axes.text(
                k, down, content, transform=axes.get_xaxis_transform(), ha="center", va="center",
                fontsize=style.SMALL if row else style.NORMAL,
                fontweight="bold" if row == 0 or candidate is sizing.best else "normal",
            )  # fmt: skip


def _cells(plant: PlantSpec, rating: float, candidate: Candidate | None) -> Iterator[str]:
    yield rating_text(rating)
    if candidate is None:
        return
    block, flow = candidate.blocks[0], float(candidate.geofluid.mass_flow)
    yield counted(block.count, block.spare, "en")
    yield str(sum(candidate.wells))
    yield fixed(flow / (flow + candidate.surplus) * _PERCENT, 0)
    yield fixed(expander_efficiency(plant, rating) * _PERCENT, 1)
    yield fixed(candidate.plant_net / _MEGA, 2)


def _keys(figure: Figure, money: Axes, prices: Axes, family: Sequence[Candidate | None]) -> None:
    """Key of items beside their panel, in the order of the stack, and of the price lines."""
    shown = {
        name for candidate in family if candidate for name, v in money_items(candidate).items() if v > 0.0
    }
    inch, height = 1.0 / style.WIDTH, float(figure.get_figheight())
    x, y = money.get_position().x1 + 0.12 * inch, money.get_position().y0 + 0.1 / height
    for name, color in ITEM_COLORS.items():
        if name in shown:
            box = Rectangle(
                (x, y - 0.05 / height), 0.16 * inch, 0.1 / height, color=color, transform=figure.transFigure
            )
            figure.add_artist(box)
            figure.text(x + 0.24 * inch, y, text(f"item_{name}", "en"), fontsize=style.SMALL, va="center")
            y += _ROW / height
    y = prices.get_position().y1 - 0.1 / height
    for name, (color, dash) in _PRICE_LINES.items():
        line = Line2D([x, x + 0.2 * inch], [y, y], color=color, linestyle=dash, linewidth=style.LINE)
        figure.add_artist(line)
        figure.text(x + 0.27 * inch, y, text(name, "en"), fontsize=style.SMALL, va="center")
        y -= _ROW / height
