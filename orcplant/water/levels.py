"""Green, yellow, amber, red: what the numbers mean to an operator, and why there.

Between the limits of yellow and red lies amber. A value that is not known has no colour.

The limits of margin, calcite and silica are orcplant's own choice from the experience named with each; those
of GB/T 50050-2017 are as commonly cited and not checked against its text.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from orcplant.units import BAR

Level: TypeAlias = Literal["green", "yellow", "amber", "red", "unknown"]
Quantity: TypeAlias = Literal[
    "bubble_margin",
    "calcite_index",
    "silica_ratio",
    "fouling_resistance",
    "carbon_steel_rate",
    "larson_skold",
]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Ends of green, yellow and amber, rising or (``falling``) the other way, and their basis."""

    green: float
    yellow: float
    amber: float
    basis: str
    falling: bool = False


LEVELS: Final[dict[Quantity, Bounds]] = {
    "bubble_margin": Bounds(
        2.0 * BAR,
        0.5 * BAR,
        0.5 * BAR,
        "boiling in the well explains the calcite of Kirchstockach: Wanner and others, Geothermics 70 (2017)",
        falling=True,
    ),
    "calcite_index": Bounds(
        0.3, 0.8, 0.8, "uncertainty of analysis and data; alarms only when the band stays above 0"
    ),
    "silica_ratio": Bounds(
        1.0, 1.2, 1.5, "slight oversaturation in silica is slow: experience of binary plants"
    ),
    "fouling_resistance": Bounds(0.86e-4, 1.76e-4, 3.44e-4, "GB/T 50050, a yardstick from cooling water"),
    "carbon_steel_rate": Bounds(0.075, 0.2, 0.3, "mm/a; GB/T 50050; rates of geothermal plants"),
    "larson_skold": Bounds(0.8, 1.2, 1.2, "Larson and Skold 1958"),
}


def level(quantity: Quantity, value: float, *, lowest: float = np.inf) -> Level:
    """Colour of a value in SI.

    Parameters
    ----------
    lowest : float
        Lower end of its band; a calcite index whose band reaches 0 is never worse than yellow.
    """
    if not np.isfinite(value):
        return "unknown"
    bounds = LEVELS[quantity]
    sign = -1.0 if bounds.falling else 1.0
    names: tuple[Level, ...] = ("green", "yellow", "amber")
    ends = (bounds.green, bounds.yellow, bounds.amber)
    found: Level = next(
        (name for name, end in zip(names, ends, strict=True) if sign * value <= sign * end), "red"
    )
    if quantity == "calcite_index" and lowest <= 0.0 and found in ("amber", "red"):
        return "yellow"
    return found
