"""From what a laboratory writes to moles per kilogram of water.

Sodium chloride stands for the salt where a density must be guessed: CRC Handbook of Chemistry and Physics,
97th ed., 2016, table 5-123, aqueous NaCl at 20 C: 0.9982 kg/L in water, 1.0707 kg/L at 10 % by mass.
"""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from orcplant.water.species import SPECIES

Basis: TypeAlias = Literal["volume", "solution", "water", "moles"]

_RHO_WATER: Final = 997.0  # [kg/m3], 25 C
_RHO_SLOPE: Final = 0.68  # [kg/m3 per kg/m3 of salt], of the table above


def estimated_density(dissolved: float) -> float:
    """Density [kg/m3] at 25 C of water with `dissolved` [kg/m3] of salt, counted as sodium chloride.

    Good to 0.5 % up to 250 kg/m3; beyond, an extrapolation.
    """
    return _RHO_WATER + _RHO_SLOPE * dissolved


def solution_density(dissolved: float) -> float:
    """Density [kg/m3] at 25 C of `dissolved` [kg per kg of water], by the same law."""
    share = dissolved / (1.0 + dissolved)
    return _RHO_WATER / (1.0 - _RHO_SLOPE * share)


def molalities(amounts: Mapping[str, float], basis: Basis, density: float | None = None) -> dict[str, float]:
    """Moles of each named species per kilogram of water [mol/kg].

    Parameters
    ----------
    amounts : mapping
        By species: [kg/m3] (``volume``), [kg/kg] of solution (``solution``), of water (``water``), or
        [mol/kg] of water (``moles``).
    density : float, optional
        Of the solution [kg/m3], for ``volume``; guessed when missing.

    Raises
    ------
    ValueError
        If the dissolved mass leaves no water.
    """
    if basis == "moles":
        return dict(amounts)
    scale = 1.0
    total = sum(amounts.values())
    if basis == "volume":
        scale = 1.0 / ((estimated_density(total) if density is None else density) - total)
    elif basis == "solution":
        scale = 1.0 / (1.0 - total) if total < 1.0 else -1.0
    if scale <= 0.0:
        raise ValueError("the dissolved mass leaves no water")
    return {name: amount * scale / SPECIES[name].molar_mass for name, amount in amounts.items()}
