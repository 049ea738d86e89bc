"""What a turbine of given size swallows, and what its efficiency loses away from its design point."""

from typing import Final

import numpy as np

from orcplant.thermo.state import Array, Numeric

FACTOR_RANGE: Final = (0.6, 1.3)  # of head and volume ratio, within which the factors hold

_HEAD: Final = (1.398, -5.425, 6.274, -1.866, 0.619)
_VOLUME: Final = (-0.21, 1.117, -2.533, 2.588, 0.038)
_LEAST_FACTOR: Final = 0.1  # [-], of a turbine so far out that the straight line would end below zero


def swallowing(p_in: Numeric, rho_in: Numeric, p_out: Numeric, *, critical_ratio: Numeric = 0.0) -> Array:
    """Mass flow per throat that a turbine swallows; only its ratio to that of design means anything.

    Parameters
    ----------
    p_in, p_out : float or ndarray
        Pressures [Pa].
    rho_in : float or ndarray
        Density at the inlet [kg/m3].
    critical_ratio : float
        Pressure ratio at and below which the throat is choked [-]: 0 for many stages in a row
        (the ellipse), about 0.55 for a single nozzle ring (the choked cone).

    Notes
    -----
    Exact limits: p_out = p_in gives 0, and below the critical ratio the outlet pressure does not
    matter. Source: A. Stodola, *Dampf- und Gasturbinen*, 6th ed., 1924, section 67 (cone law); with a
    critical ratio as in W. Traupel, *Thermische Turbomaschinen*, vol. 2, 3rd ed., 1982, chapter 20.
    """
    ratio = np.asarray(p_out, dtype=float) / p_in
    beyond = np.clip((ratio - critical_ratio) / (1.0 - np.asarray(critical_ratio)), 0.0, 1.0)
    return np.sqrt(np.asarray(p_in) * rho_in * (1.0 - beyond**2))


def head_factor(X: Numeric) -> Array:
    """Efficiency over that of design, by the isentropic head: X = sqrt(dh_is / dh_is,design) [-].

    Straight on beyond `FACTOR_RANGE`, with the slope at its end: a factor held there would make it pay to
    leave the range. It is for the caller to say that a point lies beyond.
    Source: H. Ghasemi, M. Paci, A. Tizzanini, A. Mitsos, *Modeling and optimization of a binary
    geothermal power plant*, Energy 50 (2013) 412-428, after Keeley; exactly 1 at X = 1.
    """
    return _straight_beyond(_HEAD, X)


def volume_factor(Y: Numeric) -> Array:
    """Efficiency over that of design, by the outlet's volume flow: Y = V / V_design [-].

    Beyond `FACTOR_RANGE`, and source: as `head_factor`; exactly 1 at Y = 1.
    """
    return _straight_beyond(_VOLUME, Y)


def _straight_beyond(coefficients: tuple[float, ...], ratio: Numeric) -> Array:
    inside = np.clip(ratio, *FACTOR_RANGE)
    ahead = np.polyval(np.polyder(coefficients), inside) * (ratio - inside)
    return np.asarray(np.maximum(np.polyval(coefficients, inside) + ahead, _LEAST_FACTOR))
