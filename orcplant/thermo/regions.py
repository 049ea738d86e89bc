"""Splines of one region of a pure fluid: the parts `tables.TabulatedFluid` is made of.

Coordinates follow the edges of the region: z = sqrt(ln(p_crit / p)) straightens the saturation line
towards the critical point, and u runs from 0 on the low edge to 1 on the high one.
"""

from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from orcplant.errors import PropertyError
from orcplant.thermo.properties import Fluid
from orcplant.thermo.splines import Curve, Curves, Surface
from orcplant.thermo.state import Array, Numeric, State

SUBCRITICAL: Final = 0.97  # highest reduced pressure of the saturated tables

_EDGE = 1e-9  # [-], rounding allowed at the edge of a region
_NEWTON_STEPS = 4
_SATURATION_NODES = 160
_KEYS: Final = ("T", "h", "s", "rho")

Given: TypeAlias = Literal["h", "s", "T"]


class SaturationLine:
    """Saturated liquid and vapour from T_min [K] to 0.97 of the critical pressure."""

    def __init__(self, fluid: Fluid, T_min: float) -> None:
        self.p_crit, self._T_crit = fluid.limits.p_crit, fluid.limits.T_crit
        self.p_min, self.p_max = float(fluid.p_bubble(T_min)), SUBCRITICAL * self.p_crit
        self.z_range = float(self.z(self.p_max)), float(self.z(self.p_min))
        z = np.linspace(*self.z_range, _SATURATION_NODES)
        p = self.p(z)
        ends = fluid.bubble(p), fluid.dew(p)
        self._ends = [Curves(z, *(getattr(end, key) for key in _KEYS)) for end in ends]
        self._z_of_root = Curve(self._root(np.asarray(ends[0].T)), z)
        self.T_max, self.T_min = (float(T) for T in np.asarray(ends[0].T)[[0, -1]])

    def z(self, p: Numeric) -> Array:
        """Pressure coordinate; NaN above the critical pressure."""
        ratio = self.p_crit / np.asarray(p, dtype=float)
        return np.sqrt(np.log(np.where(ratio >= 1.0, ratio, np.nan)))

    def p(self, z: Array) -> Array:
        """Pressure [Pa]."""
        return self.p_crit * np.exp(-(z**2))

    def state(self, z: Array, *, quality: int) -> State:
        """Saturated liquid (quality 0) or vapour (1); NaN outside the table."""
        inside = (z >= self.z_range[0] - _EDGE) & (z <= self.z_range[1] + _EDGE)
        T, h, s, rho = self._ends[quality](np.where(inside, z, np.nan))
        return State(T=T, p=self.p(z), h=h, s=s, rho=rho, quality=float(quality) + 0.0 * T)

    def pressure(self, T: Numeric) -> Array:
        """Saturation pressure [Pa] at T [K]; NaN outside the table."""
        T = np.asarray(T, dtype=float)
        inside = (T >= self.T_min - 1e-6) & (T <= self.T_max + 1e-6)
        return np.where(inside, self.p(self._z_of_root(self._root(np.where(inside, T, self.T_min)))), np.nan)

    def _root(self, T: Array) -> Array:
        return np.sqrt(1.0 - T / self._T_crit)


class Region:
    """Single-phase states between two edges of a pressure range.

    Parameters
    ----------
    x, p : ndarray
        Ascending pressure coordinate and its pressures [Pa].
    u : ndarray
        Ascending shares between the edges, 0 to 1.
    low, high : State
        The edges at every p.
    """

    def __init__(self, fluid: Fluid, x: Array, p: Array, u: Array, low: State, high: State) -> None:
        self._fluid, self._x, self._p, self._u, self._low, self._high = fluid, x, p, u, low, high
        self._edges = {
            given: Curves(x, getattr(low, given), getattr(high, given)) for given in ("h", "s", "T")
        }
        self._by_h = self._surfaces("h", ("T", "s", "rho"))
        self._h_by = {given: self._surfaces(given, ("h",))["h"] for given in ("s", "T")}

    def locate(self, x: Array, value: Array, given: Given) -> tuple[NDArray[np.bool_], Array]:
        """Whether each value lies in the region at its pressure, and its share between the edges."""
        covered = (x >= self._x[0] - _EDGE) & (x <= self._x[-1] + _EDGE)
        low, high = self._edges[given](np.where(covered, x, np.nan))
        share = (value - low) / (high - low)
        return (share >= -_EDGE) & (share <= 1.0 + _EDGE), np.clip(share, 0.0, 1.0)

    def state(self, x: Array, u: Array, p: Array, h: Array) -> State:
        """State at enthalpy h, whose share is u."""
        T, s, rho = (self._by_h[key](x, u) for key in ("T", "s", "rho"))
        return State(T=T, p=p, h=h, s=s, rho=rho, quality=np.full(h.shape, np.nan))

    def temperature(self, x: Array, u: Array) -> Array:
        """Temperature at a share u of enthalpy."""
        return self._by_h["T"](x, u)

    def enthalpy(self, x: Array, u: Array, given: Literal["s", "T"]) -> Array:
        """Enthalpy at a share u of entropy or temperature."""
        return self._h_by[given](x, u)

    def enthalpy_at(self, x: Array, u: Array, T: Array) -> Array:
        """Enthalpy at temperature T, whose share is u, as `temperature` inverts it.

        Near the critical temperature enthalpy climbs too steeply for its own spline: that one only
        starts Newton's method on the other.
        """
        h = self._h_by["T"](x, u)
        low, high = self._edges["h"](x)
        for _ in range(_NEWTON_STEPS):
            share = np.clip((h - low) / (high - low), 0.0, 1.0)
            slope = self._by_h["T"].slope_across(x, share) / (high - low)
            h = np.clip(h + (T - self._by_h["T"](x, share)) / slope, low, high)
        return h

    def _surfaces(self, given: Given, wanted: tuple[str, ...]) -> dict[str, Surface]:
        low, high = (np.asarray(getattr(end, given))[:, None] for end in (self._low, self._high))
        inner = low + self._u[1:-1] * (high - low)
        flash = {"h": self._fluid.state_ph, "s": self._fluid.state_ps, "T": self._fluid.state_pT}[given]
        states = flash(*np.broadcast_arrays(self._p[:, None], inner))
        return {key: self._surface(key, states) for key in wanted}

    def _surface(self, key: str, inner: State) -> Surface:
        low, high = (np.asarray(getattr(end, key))[:, None] for end in (self._low, self._high))
        values = np.hstack([low, np.asarray(getattr(inner, key)), high])
        if not np.all(np.isfinite(values)):
            raise PropertyError(f"{self._fluid.name}: no tables: the equation of state fails on their grid")
        return Surface(self._x, self._u, values)
