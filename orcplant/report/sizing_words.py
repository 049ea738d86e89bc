"""Limits, obstacles, fluids, layouts, ratings and money of a sizing, in words of the trade."""

from dataclasses import dataclass
from enum import Enum
from math import isfinite
from typing import Final

from orcplant.plant.candidate import Block, Candidate, Shortage
from orcplant.plant.spec import GivenUnit, Layout, WellType, WorkingFluid
from orcplant.report.numbers import fixed, significant
from orcplant.report.texts import LANGUAGES, Language, text
from orcplant.thermo.design import ActedLimit, Bound, Optimum
from orcplant.units import KILO, bar, degC

_MEGA: Final = 1e6
_LARGE: Final = 1e8  # [CNY], from here a decimal less
_SCALE: Final[dict[Language, float]] = {"en": 1e6, "zh": 1e4}  # millions and 万 of CNY


class Sense(Enum):
    """On which side of a bound a design must stay."""

    AT_LEAST = "≥"
    AT_MOST = "≤"
    NONE = ""


class _Quantity(Enum):
    """What a bound is measured in."""

    TEMPERATURE = "°C"
    PRESSURE = "bar"
    DIFFERENCE = "K"
    POWER = "kW"
    NUMBER = ""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class _Words:
    """A bound: its sense, name, name in a figure, what it means; English and Chinese."""

    quantity: _Quantity
    sense: Sense
    name: tuple[str, str]
    short: tuple[str, str]
    meaning: tuple[str, str]


_BOUNDS: Final = {
    Bound.GEOFLUID_OUTLET: _Words(
        _Quantity.TEMPERATURE,
        Sense.AT_LEAST,
        ("Reinjection temperature", "回灌温度"),
        ("reinjection", "回灌温度"),
        (
            "The unit would cool the brine further; scaling or the ground forbids it.",
            "机组本可继续降温利用，但受结垢或回灌要求限制。",
        ),
    ),
    Bound.CONDENSING_PRESSURE: _Words(
        _Quantity.PRESSURE,
        Sense.AT_LEAST,
        ("Condensing pressure", "冷凝压力"),
        ("condensing pressure", "冷凝压力"),
        (
            "Below it air leaks into the condenser and a purge unit is needed.",
            "低于此值冷凝器将漏入空气，需设抽气装置。",
        ),
    ),
    Bound.EVAPORATING_PRESSURE: _Words(
        _Quantity.PRESSURE,
        Sense.AT_LEAST,
        ("Evaporating pressure", "蒸发压力"),
        ("evaporating pressure", "蒸发压力"),
        (
            "A share of the critical pressure; nearer to it the unit is hard to control.",
            "取临界压力的一定比例，过近则机组难以稳定控制。",
        ),
    ),
    Bound.SUPERHEAT: _Words(
        _Quantity.DIFFERENCE,
        Sense.AT_MOST,
        ("Superheat", "过热度"),
        ("superheat", "过热度"),
        ("More superheat would need a larger heater.", "继续提高过热度需更大的加热器。"),
    ),
    Bound.FLUID_TEMPERATURE: _Words(
        _Quantity.TEMPERATURE,
        Sense.AT_MOST,
        ("Expander inlet temperature", "膨胀机进口温度"),
        ("fluid temperature", "工质温度"),
        (
            "Above it the fluid is not known to be stable.",
            "高于此值工质热稳定性无保证。",
        ),
    ),
    Bound.GEOFLUID_INLET: _Words(
        _Quantity.TEMPERATURE,
        Sense.AT_LEAST,
        ("Brine inlet temperature", "地热流体进口温度"),
        ("brine too cold", "热源温度不足"),
        ("Hotter brine is needed for this cycle.", "该循环需要更高的热源温度。"),
    ),
    Bound.WET_EXPANSION: _Words(
        _Quantity.NONE,
        Sense.NONE,
        ("Every expansion ends wet", "膨胀均进入湿区"),
        ("wet expansion", "湿膨胀"),
        ("Drops would wear the expander.", "液滴会侵蚀膨胀机。"),
    ),
    Bound.PROPERTIES: _Words(
        _Quantity.NONE,
        Sense.NONE,
        ("Outside the known properties of the fluid", "超出工质物性范围"),
        ("no properties", "超出物性范围"),
        ("The equation of state does not reach so far.", "状态方程不适用。"),
    ),
    Bound.WARMING: _Words(
        _Quantity.NUMBER,
        Sense.AT_MOST,
        ("GWP", "GWP"),
        ("GWP", "GWP"),
        ("Global warming potential over 100 years.", "百年全球变暖潜能值。"),
    ),
    Bound.OZONE: _Words(
        _Quantity.NUMBER,
        Sense.AT_MOST,
        ("ODP", "ODP"),
        ("ODP", "ODP"),
        ("Ozone depletion potential.", "臭氧消耗潜能值。"),
    ),
    Bound.BUBBLE_POINT: _Words(
        _Quantity.PRESSURE,
        Sense.AT_LEAST,
        ("Pressure above the bubble point", "泡点压力裕度"),
        ("bubble point", "泡点裕度"),
        ("Nearer to it the brine would boil or give off gas.", "裕度不足时地热流体会沸腾或析气。"),
    ),
    Bound.INSTALLED_POWER: _Words(
        _Quantity.POWER,
        Sense.AT_LEAST,
        ("Power of the given units", "已定机组总容量"),
        ("installed power", "装机容量"),
        ("The given units together make less than the target.", "已定机组的总容量低于目标。"),
    ),
    Bound.NET_POWER: _Words(
        _Quantity.POWER,
        Sense.AT_LEAST,
        ("Net power of a unit", "单台净功率"),
        ("net power", "净功率"),
        ("The plant would take more than a unit makes.", "厂用电超过机组出力。"),
    ),
}


def bound_name(bound: Bound, language: Language) -> str:
    """Name of a bound."""
    return _BOUNDS[bound].name[LANGUAGES.index(language)]


def bound_short(bound: Bound, language: Language) -> str:
    """Name of a bound where there is little room."""
    return _BOUNDS[bound].short[LANGUAGES.index(language)]


def bound_meaning(bound: Bound, language: Language) -> str:
    """Why there is such a bound."""
    return _BOUNDS[bound].meaning[LANGUAGES.index(language)]


def bound_sense(acted: ActedLimit, optimum: Optimum) -> Sense:
    """Side on which an active bound lies; the evaporating pressure has one on either side."""
    if acted.bound is not Bound.EVAPORATING_PRESSURE:
        return _BOUNDS[acted.bound].sense
    low, high = (share * optimum.problem.fluid.limits.p_crit for share in optimum.problem.limits.p_reduced)
    return Sense.AT_MOST if acted.limit * acted.limit > low * high else Sense.AT_LEAST


def in_its_unit(bound: Bound, value: float) -> tuple[float, str]:
    """Value of a bound [SI] as a person reads it, and its unit."""
    quantity = _BOUNDS[bound].quantity
    converted = {
        _Quantity.TEMPERATURE: degC(value),
        _Quantity.PRESSURE: bar(value),
        _Quantity.POWER: value / KILO,
    }.get(quantity, value)
    return converted, "" if quantity is _Quantity.NONE else quantity.value


def written_in_its_unit(bound: Bound, value: float) -> str:
    """Value of a bound with its unit; a dash where it has none."""
    converted, unit = in_its_unit(bound, value)
    if _BOUNDS[bound].quantity is _Quantity.NUMBER:
        return f"{converted:g}" if isfinite(converted) else "?"
    written = significant(converted) if unit == "bar" else fixed(converted, 1)
    return f"{written} {unit}" if isfinite(converted) else written


def active_short(active: tuple[ActedLimit, ...], language: Language) -> str:
    """Limits a design leans on, in one short line; empty where there are none."""
    names = dict.fromkeys(bound_short(acted.bound, language) for acted in active)
    return ("、" if language == "zh" else ", ").join(names)


def obstacle_words(obstacle: ActedLimit | Shortage, language: Language) -> str:
    """What is in the way of a design, with its value and the limit."""
    if isinstance(obstacle, Shortage):
        needed, available = fixed(obstacle.needed, 1), fixed(obstacle.available, 1)
        if language == "zh":
            return f"需地热流体 {needed} kg/s，现有井仅 {available} kg/s"
        return f"needs {needed} kg/s of brine, the wells give {available} kg/s"
    name, sense = bound_name(obstacle.bound, language), _BOUNDS[obstacle.bound].sense
    if not isfinite(obstacle.limit):
        return name
    value, limit = (written_in_its_unit(obstacle.bound, side) for side in (obstacle.value, obstacle.limit))
    if language == "zh":
        return f"{name} {value}，{'低于下限' if sense is Sense.AT_LEAST else '高于上限'} {limit}"
    return f"{name} {value}, {'at least' if sense is Sense.AT_LEAST else 'at most'} {limit} allowed"


def fluid_label(fluid: WorkingFluid, language: Language) -> str:
    """Name of a fluid in a table."""
    if language == "zh":
        return fluid.label_zh or fluid.name
    label = fluid.label_en or fluid.name
    return label[:1].upper() + label[1:] if label[1:2].isalpha() else label


def fluid_short(fluid: WorkingFluid, language: Language) -> str:
    """Name of a fluid in a figure: of a Chinese name with its code in brackets, the code."""
    label = fluid_label(fluid, language)
    return label.partition("（")[2].removesuffix("）") or label.partition(" (")[0]


def layout_label(layout: Layout, language: Language) -> str:
    """Name of a layout."""
    return text(f"cycle_{layout.name}", language)


def layout_short(layout: Layout, language: Language) -> str:
    """Name of a layout in a column of layouts."""
    return text(f"short_{layout.name}", language)


def rating_text(rating: float) -> str:
    """Rating [W] as on a nameplate."""
    return f"{rating / _MEGA:g} MW" if rating >= _MEGA else f"{rating / KILO:g} kW"


def power_text(power: float, of: float) -> tuple[str, str]:
    """Power [W] and its unit, which `of` decides: MW for a plant, kW for a pilot."""
    if of >= _MEGA:
        return fixed(power / _MEGA, 2), "MW"
    return fixed(power / KILO, 0), "kW"


def millions(amount: float, language: Language, *, of: float | None = None) -> str:
    """Amount [CNY] in millions, in Chinese in 万; `of`, the total, decides the decimals."""
    largest = abs(amount) if of is None else of
    decimals = 0 if language == "zh" else 1 if largest >= _LARGE else 2
    return fixed(amount / _SCALE[language], decimals)


def counted(count: int, spare: int, language: Language) -> str:
    """Units on duty and spare, as the trade says it."""
    if not spare:
        return str(count)
    return f"{count} + {spare}" if language == "en" else f"{count} 用 {spare} 备"


def called(named: WellType | GivenUnit, language: Language) -> str:
    """Name of a well or unit as its config gives it."""
    return named.name if language == "en" else named.name_zh


def distinct(names: list[str], language: Language) -> str:
    """Names joined, each once."""
    return (" + " if language == "en" else "、").join(dict.fromkeys(names))


def fluids_of(candidate: Candidate, language: Language) -> str:
    """Fluids of all blocks."""
    return distinct([fluid_label(block.unit.fluid, language) for block in candidate.blocks], language)


def layouts_of(candidate: Candidate, language: Language) -> str:
    """Layouts of all blocks."""
    return distinct([layout_label(block.unit.layout, language) for block in candidate.blocks], language)


def ratings_of(blocks: tuple[Block, ...]) -> str:
    """Ratings of all blocks."""
    return " + ".join(rating_text(block.rating) for block in blocks)
