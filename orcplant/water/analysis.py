"""What a laboratory and a sampler say of one water.

Carbonate constants 6.35 and 10.33 at 25 C: Stumm and Morgan, *Aquatic chemistry*, 3rd ed., 1996.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import numpy as np

from orcplant.water.species import ALKALINITY, M_SILICA, SPECIES

Place: TypeAlias = Literal["downhole", "wellhead", "separator_liquid", "weir", "pipeline", "unknown"]
_CARBONATE = (6.35, 10.33)  # pK
BELOW_LIMIT_SHARE = 0.5  # of the detection limit: the mean of a value known to lie below it, evenly


def carbonate_charge(pH: float) -> float:
    """Negative charges that a mole of dissolved carbon carries at a pH, 0 to 2 [-]; constants of 25 C."""
    carbonic, carbonate = (float(10.0 ** (pH - pK)) for pK in _CARBONATE)
    return carbonic * (1.0 + 2.0 * carbonate) / (1.0 + carbonic + carbonic * carbonate)


@dataclass(frozen=True, slots=True)
class Amount:
    """One species: moles per kilogram of water, and how well it is known.

    ``molality`` [mol/kg] counts the species as named; below its detection limit it is half the limit
    and ``detected`` is False. ``sigma`` is the relative standard uncertainty [-]; ``limit`` the detection
    limit [mol/kg], NaN where none was given.
    """

    species: str
    molality: float
    sigma: float
    detected: bool
    limit: float

    @property
    def component(self) -> str:
        """What the species counts as."""
        return SPECIES[self.species].component

    @property
    def of_component(self) -> float:
        """Moles (of alkalinity: equivalents) of the component per kilogram of water [mol/kg]."""
        return self.molality * SPECIES[self.species].count


@dataclass(frozen=True, slots=True)
class Sample:
    """Where, when and how the water was taken.

    ``T`` and ``p`` are those of the pH measurement [K, Pa]; ``T_sampling``, ``p_sampling`` and
    ``steam_fraction`` those of the sampling point, NaN where unknown. ``conductivity`` at 25 C [S/m],
    ``dissolved`` solids and ``density`` [kg/m3] as measured, NaN where they were not. ``age_limit`` [days].
    """

    T: float
    p: float
    pH: float
    pH_sigma: float
    place: Place = "unknown"
    T_sampling: float = np.nan
    p_sampling: float = np.nan
    steam_fraction: float = 0.0
    taken: date | None = None
    age_limit: int = 730
    laboratory: str = ""
    conductivity: float = np.nan
    dissolved: float = np.nan
    density: float = np.nan


@dataclass(frozen=True, slots=True)
class Gas:
    """Non-condensable gas that belongs to the sampled liquid [mol per kg of sampled liquid water]."""

    CO2: float = 0.0
    H2S: float = 0.0
    N2: float = 0.0
    CH4: float = 0.0

    @property
    def total(self) -> float:
        """Moles of all gases per kilogram of water [mol/kg]."""
        return self.CO2 + self.H2S + self.N2 + self.CH4


@dataclass(frozen=True, slots=True)
class WaterAnalysis:
    """One analysed water.

    ``invented`` marks an invented water: whatever shows a result of it shows that too. ``adjusted`` is the
    component that closes the charge balance, "pH", or empty. ``T_reservoir`` [K] is NaN where unknown;
    ``gas`` is None without a gas analysis. ``equilibrate`` are minerals that may fall out at every
    temperature.
    """

    name: str
    source: str
    invented: bool
    sample: Sample
    amounts: tuple[Amount, ...]
    adjusted: str = ""
    T_reservoir: float = np.nan
    gas: Gas | None = None
    equilibrate: tuple[str, ...] = ()

    @property
    def components(self) -> dict[str, float]:
        """Moles of each component per kilogram of water [mol/kg]; alkalinity in equivalents."""
        found: dict[str, float] = {}
        for amount in self.amounts:
            found[amount.component] = found.get(amount.component, 0.0) + amount.of_component
        return found

    @property
    def dissolved(self) -> float:
        """Mass of all species per kilogram of water [kg/kg]."""
        return sum(amount.molality * SPECIES[amount.species].molar_mass for amount in self.amounts)

    @property
    def silica(self) -> float:
        """Silica as SiO2 per mass of solution [kg/kg]; NaN without a silica value."""
        molality = self.components.get("Si", np.nan)
        return molality * M_SILICA / (1.0 + self.dissolved)

    @property
    def alkalinity(self) -> float:
        """Alkalinity [mol/kg]: titrated, or what the carbon carries at the sample's pH; NaN if unknown."""
        amounts = self.components
        if ALKALINITY in amounts:
            return amounts[ALKALINITY]
        return amounts.get("C", np.nan) * carbonate_charge(self.sample.pH)

    @property
    def carbonate_known(self) -> bool:
        """Whether alkalinity or dissolved carbon was analysed."""
        return bool({ALKALINITY, "C"} & self.components.keys())
