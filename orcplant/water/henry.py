"""Solubility of gases in hot water, by the formula of IAPWS.

Source: Fernandez-Prini, Alvarez and Harvey, *Henry's constants and vapor-liquid distribution constants
for gaseous solutes in H2O and D2O at high temperatures*, J. Phys. Chem. Ref. Data 32 (2003) 903-916, adopted
as IAPWS Guideline G7-04: ln(kH / p*) = A / Tr + B tau^0.355 / Tr + C Tr^-0.41 exp(tau), Tr = T / 647.096 K,
tau = 1 - Tr, kH the limit of fugacity over mole fraction.
"""

from typing import Final, Literal, TypeAlias

import numpy as np

from orcplant.thermo.media import water_saturation
from orcplant.water.species import M_WATER

GasName: TypeAlias = Literal["CO2", "H2S", "N2", "CH4"]

_T_CRITICAL: Final = 647.096  # [K]
_COEFFICIENTS: Final[dict[GasName, tuple[float, float, float, float, float]]] = {
    # A, B, C, lowest and highest T [K]
    "CO2": (-8.55445, 4.01195, 9.52345, 274.19, 642.66),
    "H2S": (-4.51499, 5.23538, 4.42126, 273.15, 533.09),
    "N2": (-9.67578, 4.72162, 11.70585, 278.12, 636.46),
    "CH4": (-10.44708, 4.66491, 12.12986, 275.46, 633.11),
}


def henry_constant(gas: GasName, T: float) -> float:
    """Henry's constant [Pa per mole fraction] at T [K]; NaN outside the range of the formula."""
    a, b, c, low, high = _COEFFICIENTS[gas]
    if not low <= T <= high:
        return np.nan
    reduced = T / _T_CRITICAL
    tau = 1.0 - reduced
    exponent = a / reduced + b * tau**0.355 / reduced + c * reduced**-0.41 * np.exp(tau)
    return float(water_saturation().pressure(T)) * float(np.exp(exponent))


def partial_pressure(gas: GasName, molality: float, T: float) -> float:
    """Pressure [Pa] of a gas over water that holds `molality` [mol/kg] of it, uncharged, at T [K]."""
    return 0.0 if molality == 0.0 else henry_constant(gas, T) * molality / (molality + 1.0 / M_WATER)
