"""Indices of the trade: Langelier, Ryznar, Puckorius, Larson-Skold. Each answers inside its range only.

They belong to cold, dilute, open water. In a geothermal line the saturation index of a speciation says the
same with fewer assumptions: at 160 C Langelier is half a unit too high.

Sources
-------
Langelier, *The analytical control of anti-corrosion water treatment*, J. AWWA 28 (1936) 1500-1521, in the
form of Carrier (1965): pHs = (9.3 + A + B) - (C + D), A = (log10 TDS - 1) / 10, B = -13.12 log10 T + 34.55,
C = log10(Ca as CaCO3) - 0.4, D = log10(alkalinity as CaCO3), mg/L and K. Ryznar, *A new index for
determining amount of calcium carbonate scale formed by a water*, J. AWWA 36 (1944) 472-483: 2 pHs - pH.
Puckorius and Brooke, *A new practical index for calcium carbonate scale prediction in cooling tower
systems*, Corrosion 47 (1991) 280-284: 2 pHs - (1.465 log10 alkalinity + 4.54). Larson and Skold,
*Laboratory studies relating mineral quality of water to corrosion of steel and cast iron*, Corrosion 14
(1958) 285-288: (Cl + SO4) / (HCO3 + CO3) in equivalents; found with Great Lakes water.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant.units import degC
from orcplant.water.applicable import Answer, NotApplicable, Value, outside

T_RANGE_degC: Final = (3.0, 95.0)  # the formula's B runs away above boiling
SOLIDS_RANGE: Final = (10.0, 6000.0)  # [mg/L]
_MG_PER_EQUIVALENT: Final = 50043.5  # of CaCO3, half its molar mass


@dataclass(frozen=True, slots=True)
class CoolingWater:
    """What the indices ask for: pH at T [K], dissolved solids, calcium and alkalinity as CaCO3 [mg/L]."""

    T: float
    pH: float
    solids: float
    calcium: float
    alkalinity: float


def as_carbonate(equivalents: float) -> float:
    """Equivalents per kilogram of water as mg/L of CaCO3."""
    return equivalents * _MG_PER_EQUIVALENT


def langelier(water: CoolingWater) -> Answer:
    """LSI = pH - pHs: above 0 calcium carbonate may fall out, below it dissolves."""
    return _refused(water) or Value(water.pH - saturation_pH(water))


def ryznar(water: CoolingWater) -> Answer:
    """RSI = 2 pHs - pH: below 6 scale, 6.2 to 6.6 in balance, above 7 corrosive."""
    return _refused(water) or Value(2.0 * saturation_pH(water) - water.pH)


def puckorius(water: CoolingWater) -> Answer:
    """PSI: as Ryznar, with the pH that the alkalinity would bring about."""
    equilibrium = 1.465 * np.log10(water.alkalinity) + 4.54 if water.alkalinity > 0.0 else np.nan
    return _refused(water) or Value(float(2.0 * saturation_pH(water) - equilibrium))


def saturation_pH(water: CoolingWater) -> float:
    """PHs of Langelier's index, not held to a range."""
    a = (np.log10(water.solids) - 1.0) / 10.0
    b = -13.12 * np.log10(water.T) + 34.55
    c = np.log10(water.calcium) - 0.4
    return float(9.3 + a + b - c - np.log10(water.alkalinity))


def larson_skold(*, chloride: float, sulphate: float, alkalinity: float) -> Answer:
    """Larson-Skold index of equivalents per kilogram [mol/kg]; not applicable while one of them is unknown.

    Below 0.8 chloride and sulphate leave a carbonate film alone, 0.8 to 1.2 they may not, above 1.2 high
    rates of local attack are to be expected. (One source prints it upside down: seawater must come out near
    260.)
    """
    refused = (
        outside("alkalinity_mmol_kg", 1e3 * alkalinity, (1e-3, np.inf))
        or outside("chloride_mmol_kg", 1e3 * chloride, (0.0, np.inf))
        or outside("sulphate_mmol_kg", 1e3 * sulphate, (0.0, np.inf))
    )
    return refused or Value((chloride + sulphate) / alkalinity)


def _refused(water: CoolingWater) -> NotApplicable | None:
    return (
        outside("T_C", degC(water.T), T_RANGE_degC)
        or outside("solids_mg_L", water.solids, SOLIDS_RANGE)
        or outside("calcium_mg_L", water.calcium, (0.1, np.inf))
        or outside("alkalinity_mg_L", water.alkalinity, (0.1, np.inf))
    )
