"""Records that go to PHREEQC and come back: a sample, what is added to it, and its state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from orcplant.water.species import M_WATER

ATMOSPHERE: Final = 101325.0  # [Pa], unit of PHREEQC's pressures and fugacities


@dataclass(frozen=True, slots=True)
class Recipe:
    """A solution as it was measured: molalities by component, pH, T [K] and p [Pa] of that pH.

    ``adjusted`` is the component that closes the charge balance, "pH", or empty.
    """

    molalities: Mapping[str, float]
    pH: float
    T: float
    p: float = ATMOSPHERE
    adjusted: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is added to a kilogram of water [mol]; negative is taken away."""

    water: float = 0.0
    CO2: float = 0.0
    H2S: float = 0.0


NO_CHANGE: Final = Change()


@dataclass(frozen=True, slots=True)
class Speciation:
    """One state of the water.

    ``indices`` are log10(IAP / K) by mineral, for those whose elements are all there; ``totals`` moles of
    each component per kilogram of water that is left; ``precipitated`` moles of each mineral allowed to
    fall out, per kilogram of the water that was there; ``pressures`` of CO2 and H2S over it [Pa], as
    fugacities. ``charge_error`` is 100 (cations - anions) / (cations + anions).
    """

    T: float
    p: float
    pH: float
    ionic_strength: float
    water_activity: float
    charge_error: float
    database: str
    indices: Mapping[str, float] = field(hash=False)
    totals: Mapping[str, float] = field(hash=False)
    precipitated: Mapping[str, float] = field(hash=False)
    pressures: Mapping[str, float] = field(hash=False)


def moles_of_water(share: float) -> float:
    """Moles in `share` of a kilogram of water [mol]."""
    return share / M_WATER
