"""Splines of one region of a pure fluid: the parts `tables.TabulatedFluid` is made of.

Coordinates follow the edges of the region: z = sqrt(ln(p_crit / p)) straightens the saturation line
towards the critical point, and u runs from 0 on the low edge to 1 on the high one.
"""

from typing import Final, Literal, TypeAlias

import numpy as np

from orcplant.errors import PropertyError
from orcplant.thermo.properties import Fluid
from orcplant.thermo.splines import Curve, Curves, Surface, Surfaces
from orcplant.thermo.state import Array, Numeric, State

SUBCRITICAL: Final = 0.97  # highest reduced pressure of the saturated tables
EDGE: Final = 1e-9  # [-], rounding allowed at the edge of a region

_NEWTON_STEPS = 4
_SATURATION_NODES = 160
_NEAR = 3e-5  # of a region's width that a straight step may go
LINE: Final = ("T", "h", "s", "rho")  # order of `SaturationLine.ends`

Given: TypeAlias = Literal["h", "s", "T"]
GIVEN: Final[tuple[Given, ...]] = ("h", "s", "T")


class SaturationLine:
    """Saturated liquid and vapour from T_min [K] to 0.97 of the critical pressure."""

    def __init__(self, fluid: Fluid, T_min: float) -> None:
        self.p_crit, self._T_crit = fluid.limits.p_crit, fluid.limits.T_crit
        self.p_min, self.p_max = float(fluid.p_bubble(T_min)), SUBCRITICAL * self.p_crit
        self.z_range = float(self._z(self.p_max)), float(self._z(self.p_min))
        z = np.linspace(*self.z_range, _SATURATION_NODES)
        p = self.p(z)
        ends = fluid.bubble(p), fluid.dew(p)
        liquid, vapour = ([np.asarray(getattr(end, key)) for key in LINE] for end in ends)
        self._both, self._liquid, self._vapour = (
            Curves(z, *columns) for columns in (liquid + vapour, liquid, vapour)
        )
        self._z_of_root = Curve(self._root(np.asarray(ends[0].T)), z)
        self.T_max, self.T_min = (float(T) for T in np.asarray(ends[0].T)[[0, -1]])

    def z(self, p: Numeric) -> Array:
        """Pressure coordinate; NaN outside the table."""
        z = self._z(p)
        return np.where((z >= self.z_range[0] - EDGE) & (z <= self.z_range[1] + EDGE), z, np.nan)

    def p(self, z: Array) -> Array:
        """Pressure [Pa]."""
        return self.p_crit * np.exp(-(z**2))

    def bubble(self, p: Numeric) -> State:
        """Saturated liquid at p [Pa]; NaN outside the table."""
        return self._state(self._liquid, p, 0.0)

    def dew(self, p: Numeric) -> State:
        """Saturated vapour at p [Pa]; NaN outside the table."""
        return self._state(self._vapour, p, 1.0)

    def ends(self, p: Array) -> tuple[Array, Array]:
        """T, h, s and rho of liquid and vapour along the first axis; NaN outside the table."""
        both = self._both(self.z(p))
        return both[:4], both[4:]

    def pressure(self, T: Numeric) -> Array:
        """Saturation pressure [Pa] at T [K]; NaN outside the table."""
        T = np.asarray(T, dtype=float)
        inside = (T >= self.T_min - 1e-6) & (T <= self.T_max + 1e-6)
        return np.where(inside, self.p(self._z_of_root(self._root(np.where(inside, T, self.T_min)))), np.nan)

    def _state(self, end: Curves, p: Numeric, quality: float) -> State:
        z = self.z(p)
        T, h, s, rho = end(z)
        return State(T=T, p=self.p(z), h=h, s=s, rho=rho, quality=quality + 0.0 * T)

    def _z(self, p: Numeric) -> Array:
        # Above the critical pressure 0, where there is no table either.
        return np.sqrt(np.log(np.maximum(self.p_crit / np.asarray(p, dtype=float), 1.0)))

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
        self.edges = {given: Curves(x, getattr(low, given), getattr(high, given)) for given in GIVEN}
        by_T = self._by_temperature()
        self._h_by_T = Surface(x, u, by_T["h"])
        self._h_by_s = Surface(x, u, self._by("s", by_T)["h"])
        by_h = self._by("h", by_T)
        self._T_by_h = Surface(x, u, by_h["T"])
        self._state_by_h = Surfaces(x, u, *(by_h[key] for key in ("T", "s", "rho")))

    def state(self, x: Array, u: Array) -> Array:
        """T, s and rho, along the first axis, at a share u of enthalpy."""
        return self._state_by_h(x, u)

    def temperature(self, x: Array, u: Array) -> Array:
        """Temperature at a share u of enthalpy."""
        return self._T_by_h(x, u)

    def enthalpy(self, x: Array, u: Array, given: Literal["s", "T"]) -> Array:
        """Enthalpy at a share u of entropy or temperature."""
        return (self._h_by_s if given == "s" else self._h_by_T)(x, u)

    def enthalpy_at(self, x: Array, u: Array, T: Array) -> Array:
        """Enthalpy at temperature T, whose share is u, as `temperature` inverts it.

        Near the critical temperature enthalpy climbs too steeply for its own spline: that one only
        starts Newton's method on the other.
        """
        h = self._h_by_T(x, u)
        low, high = self.edges["h"](x)
        for _ in range(_NEWTON_STEPS):
            share = np.clip((h - low) / (high - low), 0.0, 1.0)
            slope = self._T_by_h.slope_across(x, share) / (high - low)
            h = np.clip(h + (T - self._T_by_h(x, share)) / slope, low, high)
        return h

    def _by_temperature(self) -> dict[str, Array]:
        """States at the shares of temperature, straight from the equation."""
        p, T = self._inner("T")
        return self._with_edges(self._fluid.state_pT(p, T))

    def _by(self, given: Literal["h", "s"], by_T: dict[str, Array]) -> dict[str, Array]:
        """States at the shares of enthalpy or entropy.

        The equation of state knows temperature: its flash by enthalpy costs six by temperature. So the
        splines over temperature name each node's temperature nearly, the equation is asked
        there, and the little that is left to go is straight.
        """
        p, wanted = self._inner(given)
        surface = {key: Surface(self._x, self._u, by_T[key]) for key in LINE}
        x = np.broadcast_to(self._x[:, None], wanted.shape)
        u = np.stack([np.interp(row, known, self._u) for row, known in zip(wanted, by_T[given], strict=True)])
        for _ in range(_NEWTON_STEPS):
            slope = surface[given].slope_across(x, u)
            u = np.clip(u + (wanted - surface[given](x, u)) / slope, 0.0, 1.0)
        slopes = {key: surface[key].slope_across(x, u) for key in LINE}
        near = self._fluid.state_pT(p, surface["T"](x, u))
        left = wanted - getattr(near, given)
        step = left / slopes[given]
        values = {key: np.array(getattr(near, key) + step * slopes[key]) for key in LINE}
        low, high = (np.asarray(getattr(edge, given))[:, None] for edge in (self._low, self._high))
        far = ~(np.abs(left) <= _NEAR * (high - low))
        if np.any(far):
            exact = {"h": self._fluid.state_ph, "s": self._fluid.state_ps}[given](p[far], wanted[far])
            for key in LINE:
                values[key][far] = getattr(exact, key)
        return self._with_edges(State(p=p, quality=u, **values))

    def _inner(self, given: Given) -> tuple[Array, Array]:
        """Pressure and the value given at every node between the edges."""
        low, high = (np.asarray(getattr(edge, given))[:, None] for edge in (self._low, self._high))
        value = low + self._u[1:-1] * (high - low)
        return np.broadcast_to(self._p[:, None], value.shape), value

    def _with_edges(self, inner: State) -> dict[str, Array]:
        whole = {
            key: np.column_stack([getattr(state, key) for state in (self._low, inner, self._high)])
            for key in LINE
        }
        if not all(np.all(np.isfinite(values)) for values in whole.values()):
            raise PropertyError(f"{self._fluid.name}: no tables: the equation of state fails on their grid")
        return whole
