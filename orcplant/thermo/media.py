"""Liquid water and air as smooth surfaces: the two media that heat and cool the cycle.

Both are quintic splines of the reference equations of state, so scalars and arrays share one code
and agree. IF97 would be as fast, but its enthalpy drop of liquid water from 150 to 105 C is
7e-4 larger than that of IAPWS-95: too much where cycles are compared to 1e-4 (decision 0004).

Source: water IAPWS-95, Wagner and Pruss, J. Phys. Chem. Ref. Data 31 (2002) 387-535; dry air
Lemmon, Jacobsen, Penoncello, Friend, J. Phys. Chem. Ref. Data 29 (2000) 331-385.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.polynomial.chebyshev import chebvander

from orcplant.errors import PropertyError
from orcplant.thermo.properties import Fluid
from orcplant.thermo.splines import Curve, EvenCurve, Surface
from orcplant.thermo.state import Array, Numeric

T_FREEZE: Final = 273.16  # [K], triple point of water
WATER_T_MAX: Final = 573.15  # [K], fitted range of liquid water
WATER_P_MAX: Final = 200e5  # [Pa]
AIR_T_RANGE: Final = (200.0, 500.0)  # [K]
AIR_P_RANGE: Final = (0.3e5, 3e5)  # [Pa]

_NEWTON_STEPS = 4  # on a smooth, nearly linear curve, from a piecewise linear start
_MANY: Final = 64  # points, from which an isobar of its own pays
_EDGE = 1e-6  # [K] and [-], rounding allowed at the edge of a fit


class Medium:
    """h [J/kg], s [J/(kg K)] and rho [kg/m3] of a single-phase medium, fitted over T [K] and p [Pa].

    Scalars outside the fitted range raise `PropertyError`; in arrays they are NaN. NaN in, NaN out.

    Parameters
    ----------
    name : str
        What an error calls it.
    T, y : ndarray
        Ascending nodes of the fit: temperature [K] and pressure coordinate, 0 to 1 [-].
    coordinate : callable
        p -> y.
    warmest : callable
        p -> highest temperature at which the medium exists [K].
    h, s, rho : ndarray of shape (len(T), len(y))
    """

    def __init__(
        self,
        name: str,
        T: Array,
        y: Array,
        *,
        coordinate: Callable[[Numeric], Numeric],
        warmest: Callable[[Numeric], Numeric],
        h: Array,
        s: Array,
        rho: Array,
    ) -> None:
        self.name = name
        self.T_min, self.T_max = float(T[0]), float(T[-1])
        self._coordinate, self._warmest = coordinate, warmest
        self._h, self._s, self._rho = (Surface(T, y, values) for values in (h, s, rho))
        h_nodes = np.linspace(h.min(), h.max(), len(T))
        self._T_of_h = Surface(h_nodes, y, self._inverse(T, y, h, h_nodes))
        self._T_nodes, self._h_nodes = T, h_nodes
        self._isobar = lru_cache(maxsize=256)(self._cut)

    def enthalpy(self, T: Numeric, p: Numeric) -> Numeric:
        """Specific enthalpy [J/kg]."""
        if np.size(T) > _MANY and np.size(p) == 1:
            h_of_T, _ = self._isobar(np.asarray(p).item())
            return self._held(h_of_T(np.asarray(T)), T, p)
        return self._held(self._h(T, self._coordinate(p)), T, p)

    def entropy(self, T: Numeric, p: Numeric) -> Numeric:
        """Specific entropy [J/(kg K)]."""
        return self._held(self._s(T, self._coordinate(p)), T, p)

    def density(self, T: Numeric, p: Numeric) -> Numeric:
        """Density [kg/m3]."""
        return self._held(self._rho(T, self._coordinate(p)), T, p)

    def temperature(self, h: Numeric, p: Numeric) -> Numeric:
        """Temperature [K] at which the enthalpy is h [J/kg]."""
        # The inverse fit is good to 1e-3 K at worst; one Newton step makes it the inverse of `enthalpy`.
        if np.size(h) > _MANY and np.size(p) == 1:
            h_of_T, T_of_h = self._isobar(np.asarray(p).item())
            T = T_of_h(np.asarray(h))
            T = T + (h - h_of_T(T)) / h_of_T.slope(T)
            return self._held(T, T, p)
        y = self._coordinate(p)
        T = self._T_of_h(h, y)
        T = T + (h - self._h(T, y)) / self._h.slope(T, y)
        return self._held(T, T, p)

    def _cut(self, p: float) -> tuple[EvenCurve, EvenCurve]:
        """Enthalpy over temperature and back, at one pressure [Pa]: the same splines, a dimension less."""
        y = self._coordinate(p)
        return (
            EvenCurve(self._T_nodes, self._h(self._T_nodes, y)),
            EvenCurve(self._h_nodes, self._T_of_h(self._h_nodes, y)),
        )

    def _inverse(self, T: Array, y: Array, h: Array, h_nodes: Array) -> Array:
        """Temperature at even steps of enthalpy for every pressure node, carried on straight at the ends."""
        columns = []
        for k, y_node in enumerate(y):
            inside = np.clip(h_nodes, h[0, k], h[-1, k])
            inverse = np.interp(inside, h[:, k], T)
            for _ in range(_NEWTON_STEPS):
                inverse = inverse + (inside - self._h(inverse, y_node)) / self._h.slope(inverse, y_node)
            columns.append(inverse + (h_nodes - inside) / self._h.slope(inverse, y_node))
        return np.column_stack(columns)

    def _held(self, value: Array, T: Numeric, p: Numeric) -> Numeric:
        """Value where (T, p) lies inside the fit; NaN, or an error for a scalar, elsewhere."""
        y = self._coordinate(p)
        inside = (T >= self.T_min - _EDGE) & (T <= self._warmest(p) + _EDGE)
        inside = inside & (y >= -_EDGE) & (y <= 1.0 + _EDGE)
        if np.ndim(value) > 0:
            return np.where(inside, value, np.nan)
        if not inside and np.isfinite(T):  # NaN says that something else failed before
            raise PropertyError(
                f"{self.name}: {float(T) - 273.15:.2f} C at {float(p) / 1e5:.3f} bar is outside the fitted"
                f" range ({self.T_min - 273.15:.2f} to {float(self._warmest(p)) - 273.15:.2f} C)"
            )
        return float(value)


class WaterSaturation:
    """Saturation line of water from the triple point to 300 C, fitted to IAPWS-95."""

    def __init__(self) -> None:
        T = np.linspace(T_FREEZE, WATER_T_MAX, 150)
        ends = [Fluid("Water").saturated_at(T, quality) for quality in (0.0, 1.0)]
        log_p = np.log(ends[0].p)
        self._log_p, self._T_of_log_p = Curve(T, log_p), Curve(log_p, T)
        self._h = [Curve(T, np.asarray(end.h)) for end in ends]
        self._s = [Curve(T, np.asarray(end.s)) for end in ends]

    def pressure(self, T: Numeric) -> Numeric:
        """Saturation pressure [Pa] at T [K]; held at the ends of the range."""
        return np.exp(self._log_p(np.clip(T, T_FREEZE, WATER_T_MAX)))[()]

    def temperature(self, p: Numeric) -> Numeric:
        """Saturation temperature [K] at p [Pa]; held at the ends of the range."""
        T = np.clip(self._T_of_log_p(np.log(p)), T_FREEZE, WATER_T_MAX)
        # One Newton step, so that pressure(temperature(p)) returns p to rounding.
        return np.clip(T - (self._log_p(T) - np.log(p)) / self._log_p(T, 1), T_FREEZE, WATER_T_MAX)[()]

    def enthalpy(self, T: Numeric, quality: Numeric) -> Numeric:
        """Specific enthalpy [J/kg] of saturated water of given vapour quality [-] at T [K]."""
        liquid, vapour = self._h
        return np.asarray(liquid(T) + quality * (vapour(T) - liquid(T)))[()]

    def entropy(self, T: Numeric, quality: Numeric) -> Numeric:
        """Specific entropy [J/(kg K)] of saturated water of given vapour quality [-] at T [K]."""
        liquid, vapour = self._s
        return np.asarray(liquid(T) + quality * (vapour(T) - liquid(T)))[()]


@lru_cache(maxsize=1)
def water_saturation() -> WaterSaturation:
    """Build the saturation line of water, once."""
    return WaterSaturation()


@lru_cache(maxsize=1)
def liquid_water() -> Medium:
    """Liquid water from 0.01 to 300 C and saturation to 200 bar, built once (about 20 ms).

    Within 0.005 J/kg and 1e-5 J/(kg K) of IAPWS-95 (held by a test).
    """
    T, y = np.linspace(T_FREEZE, WATER_T_MAX, 100), np.linspace(0.0, 1.0, 10)
    h, s, rho = _liquid_surfaces(T, y * WATER_P_MAX)
    return Medium(
        "liquid water",
        T,
        y,
        coordinate=lambda p: p / WATER_P_MAX,
        warmest=boiling_temperature,
        h=h,
        s=s,
        rho=rho,
    )


def _liquid_surfaces(T: Array, p_grid: Array) -> list[Array]:
    """h, s and rho of liquid water on a rectangular grid that goes on below saturation pressure.

    Liquid is smooth in pressure: along each isotherm a polynomial through the stable liquid carries
    the grid on where there is none, so that pressure alone is the coordinate. Those values are
    never given out.
    """
    water, degree = Fluid("Water"), 7
    edge = water.saturated_at(T, 0.0)
    p_low = np.asarray(edge.p)[:, None]
    nodes = 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, 12))
    inside = water.state_pT(p_low + nodes[1:] * (WATER_P_MAX - p_low), T[:, None])
    basis = chebvander(2.0 * nodes - 1.0, degree)
    wanted = chebvander(2.0 * (p_grid - p_low) / (WATER_P_MAX - p_low) - 1.0, degree)
    surfaces = []
    for key in ("h", "s", "rho"):
        values = np.hstack([np.asarray(getattr(edge, key))[:, None], np.asarray(getattr(inside, key))])
        coefficients = np.linalg.lstsq(basis, values.T, rcond=None)[0]
        surfaces.append(np.einsum("tgk,kt->tg", wanted, coefficients))
    return surfaces


def boiling_temperature(p: Numeric) -> Numeric:
    """Saturation temperature of water [K] at p [Pa], held between 0.01 and 300 C."""
    if isinstance(p, float):
        return _boiling_temperature(p)
    if np.size(p) == 1:  # the usual single pressure, remembered
        return _boiling_temperature(np.asarray(p).item())
    return water_saturation().temperature(p)


@lru_cache(maxsize=1024)
def _boiling_temperature(p: float) -> float:
    return float(water_saturation().temperature(p))


@lru_cache(maxsize=1)
def air() -> Medium:
    """Dry air from 200 to 500 K and 0.3 to 3 bar, built once (about 5 ms)."""
    T, y = np.linspace(*AIR_T_RANGE, 60), np.linspace(0.0, 1.0, 8)
    low, high = np.log(AIR_P_RANGE)
    states = Fluid("Air").state_pT(np.exp(low + y * (high - low)), T[:, None])
    h, s, rho = (np.asarray(values) for values in (states.h, states.s, states.rho))
    return Medium(
        "air",
        T,
        y,
        coordinate=lambda p: (np.log(p) - low) / (high - low),
        warmest=lambda p: AIR_T_RANGE[1],
        h=h,
        s=s,
        rho=rho,
    )
