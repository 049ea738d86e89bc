"""CO2 corrosion by de Waard and Milliams, and sour service.

Sources
-------
De Waard, Lotz, Milliams, *Predictive model for CO2 corrosion engineering in wet natural gas pipelines*,
Corrosion 47 (1991) 976-985: log10 rate = 5.8 - 1710 / T + 0.67 log10 pCO2 (mm/a, K, bar), and with a scale
factor log10 F = 2400 / T - 0.6 log10 fCO2 - 6.7, at most 1. The nomogram covers 0 to 140 C and 0.1 to 10
bar. It is of water that only CO2 makes acid: in a buffered, near-neutral water it means nothing, so it is
held to the pH of NORSOK. Sour service: ISO 15156-2:2020 (NACE MR0175), 7.1: above 0.3 kPa of H2S.
"""

from typing import Final

import numpy as np

from orcplant.units import bar, degC
from orcplant.water.applicable import Answer, NotApplicable, Value, outside

T_RANGE_degC: Final = (0.0, 140.0)
CO2_RANGE_bar: Final = (0.1, 10.0)
PH_RANGE: Final = (3.5, 6.5)
SOUR_FROM: Final = 300.0  # [Pa]


def de_waard_milliams(*, T: float, p_CO2: float, pH: float) -> Answer:
    """Rate of bare carbon steel [mm/a] at T [K], p_CO2 [Pa] and the pH in place; an upper estimate."""
    refused = _refused(T=T, p_CO2=p_CO2, pH=pH)
    return refused or Value(float(10.0 ** (5.8 - 1710.0 / T + 0.67 * np.log10(bar(p_CO2)))))


def de_waard_milliams_scaled(*, T: float, p_CO2: float, pH: float) -> Answer:
    """The same under a film of iron carbonate [mm/a]."""
    bare = de_waard_milliams(T=T, p_CO2=p_CO2, pH=pH)
    if isinstance(bare, NotApplicable):
        return bare
    return Value(bare.number * scale_factor(T, p_CO2))


def scale_factor(T: float, p_CO2: float) -> float:
    """How much a film of iron carbonate slows corrosion [-], 0 to 1, at T [K] and p_CO2 [Pa]."""
    return float(min(1.0, 10.0 ** (2400.0 / T - 0.6 * np.log10(bar(p_CO2)) - 6.7)))


def is_sour(p_H2S: float) -> bool:
    """Whether materials for sour service are asked for at a pressure of H2S [Pa]."""
    return p_H2S > SOUR_FROM


def _refused(*, T: float, p_CO2: float, pH: float) -> NotApplicable | None:
    return (
        outside("T_C", degC(T), T_RANGE_degC)
        or outside("p_CO2_bar", bar(p_CO2), CO2_RANGE_bar)
        or outside("pH", pH, PH_RANGE)
    )
