"""Silica: solubilities, saturation ratio, and the coldest safe temperature.

Sources
-------
Fournier, *Chemical geothermometers and mixing models for geothermal systems*, Geothermics 5 (1977) 41-50,
table 1: log10 S = A - B / T, S in mg/kg, T in K, 0 to 250 C, at the vapour pressure of the solution.

Gunnarsson and Arnorsson, *Amorphous silica solubility and the thermodynamic properties of H4SiO4 in the
range of 0 to 350 C at Psat*, Geochim. Cosmochim. Acta 64 (2000) 2295-2307: log10 K of SiO2 + 2 H2O =
H4SiO4, equal to log10 of molality in dilute water.

Ionisation of dissolved silica, SiO2 + H2O = HSiO3- + H+: the expression of llnl.dat (thermo.com.V8.R6.230),
0 to 300 C.

All of it is of fresh water. Salt lowers the solubility; `checks` tells of a water where that matters.
"""

from typing import Final, Literal, TypeAlias

import numpy as np

from orcplant.thermo.state import Numeric
from orcplant.units import kelvin
from orcplant.water.species import M_SILICA

Form: TypeAlias = Literal["amorphous", "chalcedony", "quartz"]

T_RANGE: Final = (kelvin(0.0), kelvin(250.0))  # [K], of Fournier's table
_FOURNIER: Final[dict[Form, tuple[float, float]]] = {
    "amorphous": (4.52, 731.0),
    "chalcedony": (4.69, 1032.0),
    "quartz": (5.19, 1309.0),
}
_PER_MILLION: Final = 1e-6  # mg/kg to kg/kg
_IONISED_FROM: Final = 9.0  # [pH], below it less than a tenth of the silica is charged


def fournier(T: Numeric, form: Form = "amorphous") -> Numeric:
    """Solubility [kg of SiO2 per kg of solution] at T [K]; NaN outside 0 to 250 C."""
    a, b = _FOURNIER[form]
    inside = (np.asarray(T) >= T_RANGE[0]) & (np.asarray(T) <= T_RANGE[1])
    found = np.where(inside, 10.0 ** (a - b / np.asarray(T)) * _PER_MILLION, np.nan)
    return float(found) if np.ndim(T) == 0 else found


def fournier_temperature(silica: float, form: Form = "amorphous") -> float:
    """Temperature [K] at which `silica` [kg/kg] is just dissolved; not held to a range."""
    a, b = _FOURNIER[form]
    return float(b / (a - np.log10(silica / _PER_MILLION)))


def gunnarsson_arnorsson(T: Numeric, form: Literal["amorphous", "quartz"] = "amorphous") -> Numeric:
    """Solubility [kg of SiO2 per kg of water] in pure water at T [K], 0 to 350 C; NaN outside."""
    T_all = np.asarray(T, dtype=float)
    if form == "amorphous":
        log_K = -8.476 - 485.24 / T_all - 2.268e-6 * T_all**2 + 3.068 * np.log10(T_all)
    else:
        log_K = -34.188 + 197.47 / T_all - 5.851e-6 * T_all**2 + 12.245 * np.log10(T_all)
    inside = (T_all >= kelvin(0.0)) & (T_all <= kelvin(350.0))
    found = np.where(inside, 10.0**log_K * M_SILICA, np.nan)
    return float(found) if np.ndim(T) == 0 else found


def monomer_share(pH: float, T: float) -> float:
    """Share of the silica that is uncharged [-] at T [K]; only this part can become a solid."""
    log_K = 64.211 - 2.4872e-2 * T - 1.2707e4 / T - 14.681 * np.log10(T) + 1.0853e6 / T**2
    return float(1.0 / (1.0 + 10.0 ** (pH + log_K)))


def saturation_ratio(silica: float, T: float, *, pH: float = 7.0) -> float:
    """SSI: dissolved silica over amorphous solubility (Fournier) at T [K]; above pH 9 its monomer only.

    Parameters
    ----------
    silica : float
        Total silica as SiO2 [kg/kg].
    pH : float
        At T.
    """
    share = monomer_share(pH, T) if pH > _IONISED_FROM else 1.0
    return silica * share / float(fournier(T))


def coldest_safe(silica: float, *, target: float = 1.0, steam_fraction: float = 0.0) -> float:
    """Lowest temperature [K] at which the saturation ratio is at most `target`; NaN without a silica value.

    Steam that left takes no silica with it: what stays is concentrated by 1 / (1 - steam_fraction).
    Fournier's formula inverted, and all silica counted as monomer, which is on the safe side above pH 9.
    His range bounds the answer: 0 C when any liquid temperature is safe, infinite when none up to 250 C is.
    """
    if not silica > 0.0:
        return np.nan
    dissolved = silica / (1.0 - steam_fraction) / target
    if dissolved > float(fournier(T_RANGE[1])):
        return np.inf
    return max(fournier_temperature(dissolved), T_RANGE[0])
