"""Temperatures that the composition remembers, to be set beside the well's.

Sources
-------
Silica: Fournier 1977 (see `silica`). Sodium-potassium and potassium-magnesium: Giggenbach, *Geothermal
solute equilibria. Derivation of Na-K-Mg-Ca geoindicators*, Geochim. Cosmochim. Acta 52 (1988) 2749-2765:
log (cK/cNa) = 1.75 - 1390 / T, log (cK2/cMg) = 14.0 - 4410 / T, c in mg/kg, T in K.
"""

from dataclasses import dataclass

import numpy as np

from orcplant.water.analysis import WaterAnalysis
from orcplant.water.silica import fournier_temperature
from orcplant.water.species import SPECIES

_PER_MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Geothermometers:
    """Temperatures [K]; NaN where a species is missing."""

    quartz: float
    chalcedony: float
    sodium_potassium: float
    potassium_magnesium: float


def geothermometers(water: WaterAnalysis) -> Geothermometers:
    """Temperatures [K] at which the water would be in equilibrium with the minerals of each pair."""
    content = {name: _content(water, name) for name in ("Na", "K", "Mg")}
    silica = water.silica
    with np.errstate(divide="ignore", invalid="ignore"):
        return Geothermometers(
            quartz=fournier_temperature(silica, "quartz"),
            chalcedony=fournier_temperature(silica, "chalcedony"),
            sodium_potassium=1390.0 / (1.75 - np.log10(content["K"] / content["Na"])),
            potassium_magnesium=4410.0 / (14.0 - np.log10(content["K"] ** 2 / content["Mg"])),
        )


def _content(water: WaterAnalysis, name: str) -> float:
    """Content of a metal in mg/kg of solution."""
    molality = water.components.get(name, np.nan)
    return molality * SPECIES[name].molar_mass / (1.0 + water.dissolved) * _PER_MILLION
