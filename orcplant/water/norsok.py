"""CO2 corrosion of carbon steel by NORSOK M-506.

Source: NORSOK Standard M-506, *CO2 corrosion rate calculation model*, rev. 2 (2005) and 3rd ed. (2017):
rate = Kt fCO2^0.62 (S / 19)^(0.146 + 0.0324 log10 fCO2) f(pH), exponent 0.36 at 5 and 15 C, no shear term
at 5 C; rates between the tabulated temperatures are interpolated linearly. fCO2 = pCO2 10^(p (0.0031 - 1.4
/ T)), bar and K. Range: 5 to 150 C, pH 3.5 to 6.5, pCO2 0.1 to 10 bar, shear 1 to 150 Pa; 2017: not where
pH2S exceeds 0.05 bar or pCO2 / pH2S is below 20.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from orcplant.units import bar, degC
from orcplant.water.applicable import Answer, NotApplicable, Value, outside

T_RANGE_degC: Final = (5.0, 150.0)
PH_RANGE: Final = (3.5, 6.5)
CO2_RANGE_bar: Final = (0.1, 10.0)
SHEAR_RANGE: Final = (1.0, 150.0)  # [Pa]
H2S_MOST_bar: Final = 0.05
CO2_OVER_H2S: Final = 20.0
_SHEAR_REFERENCE: Final = 19.0  # [Pa]
_KT: Final = {
    5: 0.42,
    15: 1.59,
    20: 4.762,
    40: 8.927,
    60: 10.695,
    80: 9.949,
    90: 6.250,
    120: 7.770,
    150: 5.203,
}


def _acid(pH: float) -> float:
    return 2.0676 - 0.2309 * pH


# By temperature: (up to this pH, f) in ascending order; the last piece has no end.
_Piece = tuple[float, Callable[[float], float]]
_PH_FACTOR: Final[dict[int, tuple[_Piece, ...]]] = {
    5: ((4.6, _acid), (np.inf, lambda pH: 4.342 - 1.051 * pH + 0.0708 * pH**2)),
    15: ((4.6, _acid), (np.inf, lambda pH: 4.986 - 1.191 * pH + 0.0708 * pH**2)),
    20: ((4.6, _acid), (np.inf, lambda pH: 5.1885 - 1.2353 * pH + 0.0708 * pH**2)),
    40: ((4.6, _acid), (np.inf, lambda pH: 5.1885 - 1.2353 * pH + 0.0708 * pH**2)),
    60: (
        (4.6, lambda pH: 1.836 - 0.1818 * pH),
        (np.inf, lambda pH: 15.444 - 6.1291 * pH + 0.8204 * pH**2 - 0.0371 * pH**3),
    ),
    80: ((4.6, lambda pH: 2.6727 - 0.3636 * pH), (np.inf, lambda pH: 331.68 * float(np.exp(-1.2618 * pH)))),
    90: (
        (4.57, lambda pH: 3.1355 - 0.4673 * pH),
        (5.62, lambda pH: 21254.0 * float(np.exp(-2.1811 * pH))),
        (np.inf, lambda pH: 0.4014 - 0.0538 * pH),
    ),
    120: (
        (4.3, lambda pH: 1.5375 - 0.125 * pH),
        (5.0, lambda pH: 5.9757 - 1.157 * pH),
        (np.inf, lambda pH: 0.546125 - 0.071225 * pH),
    ),
    150: (
        (3.8, lambda pH: 1.0),
        (5.0, lambda pH: 17.634 - 7.0945 * pH + 0.715 * pH**2),
        (np.inf, lambda pH: 0.037),
    ),
}


def norsok_m506(*, T: float, p_CO2: float, pH: float, shear: float, p: float, p_H2S: float = 0.0) -> Answer:
    """Rate of carbon steel [mm/a].

    Parameters
    ----------
    T : float
        Temperature [K].
    p_CO2, p_H2S, p : float
        Pressures of CO2, of H2S and of all [Pa].
    pH : float
        In place, not of the bottle.
    shear : float
        Mean shear stress at the wall [Pa].
    """
    refused = _refused(T=T, p_CO2=p_CO2, pH=pH, shear=shear, p_H2S=p_H2S)
    if refused is not None:
        return refused
    T_degC = degC(T)
    fugacity = bar(p_CO2) * 10.0 ** (min(bar(p), 250.0) * (0.0031 - 1.4 / T))
    knots = list(_KT)
    rates = [_rate(knot, fugacity, pH, shear) for knot in knots]
    return Value(float(np.interp(T_degC, knots, rates)))


def ph_factor(T_degC: int, pH: float) -> float:
    """The standard's f(pH) at one of its temperatures."""
    return next(f(pH) for end, f in _PH_FACTOR[T_degC] if pH < end)


def _rate(T_degC: int, fugacity: float, pH: float, shear: float) -> float:
    exponent = 0.36 if T_degC <= 15 else 0.62
    drag = (shear / _SHEAR_REFERENCE) ** (0.146 + 0.0324 * np.log10(fugacity)) if T_degC > 5 else 1.0
    return float(_KT[T_degC] * fugacity**exponent * drag * ph_factor(T_degC, pH))


def _refused(*, T: float, p_CO2: float, pH: float, shear: float, p_H2S: float) -> NotApplicable | None:
    ratio = p_CO2 / p_H2S if p_H2S > 0.0 else np.inf
    return (
        outside("T_C", degC(T), T_RANGE_degC)
        or outside("p_CO2_bar", bar(p_CO2), CO2_RANGE_bar)
        or outside("pH", pH, PH_RANGE)
        or outside("shear_Pa", shear, SHEAR_RANGE)
        or outside("p_H2S_bar", bar(p_H2S), (0.0, H2S_MOST_bar))
        or outside("p_CO2_over_p_H2S", ratio, (CO2_OVER_H2S, np.inf))
    )
