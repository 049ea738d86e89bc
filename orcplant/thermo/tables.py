"""Fast properties of a pure working fluid: splines of the reference equation, built on demand.

Three regions, each on coordinates that follow its edges, so that no spline crosses the dome and
nothing is extrapolated: liquid below the bubble point, vapour above the dew point, supercritical
fluid. The tables are compared with the reference at random points when they are built, and
`TabulatedFluid.error` says how far off they are. A state outside them is refused (NaN in an array),
also between 0.97 and 1.03 of the critical pressure, where no smooth table is honest.

Tables in (p, h): Miyagawa, Hill, *Rapid and accurate calculation of water and steam properties
using the tabular Taylor series expansion method*, J. Eng. Gas Turbines Power 123 (2001) 707-712;
here with quintic splines (Dierckx, *Curve and Surface Fitting with Splines*, 1993).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import EllipsisType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from orcplant.errors import PropertyError
from orcplant.thermo.properties import Fluid
from orcplant.thermo.regions import EDGE, GIVEN, LINE, Given, Region, SaturationLine
from orcplant.thermo.splines import Curves
from orcplant.thermo.state import Array, Numeric, State

SUPERCRITICAL: Final = (1.03, 2.5)  # reduced pressures of the supercritical table
T_FLOOR: Final = 230.0  # [K], coldest liquid, if the equation of state goes that far
T_HOT: Final = 510.0  # [K], hottest vapour, likewise
TOLERANCE: Final = 0.01  # [K], tables further off than this are not used
FINE: Final = (40, 36)  # nodes along pressure and across a region
COARSE: Final = (22, 18)  # for screening: four times cheaper to build
_COLDEST_SATURATION = 10.0  # [K] above the coldest liquid
_P_MARGIN = 0.99  # of the highest pressure: flashes at the very end fail
_CHECK_POINTS = 200
_SEAM = 1e-4  # [-], of quality: region and saturation line know the dome's edge to a spline's error each
_BESIDE = 0.02  # [K], closer to saturation a p-T flash knows nothing


@dataclass(frozen=True, slots=True)
class TableError:
    """Largest deviation from the reference at random points.

    ``T`` [K] and ``s`` [J/(kg K)] at given enthalpy, ``h`` [J/kg] at given entropy.
    """

    T: float
    s: float
    h: float


class TabulatedFluid:
    """Pure fluid with the interface of `Fluid`: arrays of states at a fraction of the price.

    Parameters
    ----------
    name : str
        CoolProp name of a pure fluid.
    nodes : tuple of int
        Nodes along pressure and across each region, at least 6 each.

    Raises
    ------
    PropertyError
        For mixtures, whose flashes take 0.3 to 1.4 ms each, and for a fluid whose tables
        miss the reference by more than 0.01 K.

    Notes
    -----
    Saturation from 240 K (or 10 K above the end of the equation of state) to 0.97 of the critical
    pressure, supercritical from 1.03 to 2.5 of it; liquid from 230 K, vapour to 510 K (or 40 K above
    the critical temperature) or the end of the equation of state. Building takes about 0.2 s, the
    supercritical region as much again when first used; `tabulated_fluid` builds each fluid once.
    """

    is_mixture: Final = False
    flashes_temperature_faster: Final = False

    def __init__(self, name: str, nodes: tuple[int, int] = FINE) -> None:
        self.exact = Fluid(name)
        if self.exact.is_mixture:
            raise PropertyError(f"{name}: tables are for pure fluids; mixtures run on the reference only")
        self.name, self.limits = name, self.exact.limits
        self.T_floor = max(T_FLOOR, self.limits.T_min + 0.01)
        self.T_hot = min(max(T_HOT, self.limits.T_crit + 40.0), self.limits.T_max) - 1e-3
        self._line = SaturationLine(self.exact, self.T_floor + _COLDEST_SATURATION)
        z, share = np.linspace(*self._line.z_range, nodes[0]), np.linspace(0.0, 1.0, nodes[1])
        p = self._line.p(z)
        floor, hot = self.exact.state_pT(p, self.T_floor), self.exact.state_pT(p, self.T_hot)
        bubble, dew = self.exact.bubble(p), self.exact.dew(p)
        # Shares crowd towards the dome, where the curvature is.
        crowded = 1.0 - share[::-1] ** 2
        self._liquid = Region(self.exact, z, p, crowded, floor, bubble)
        self._vapour = Region(self.exact, z, p, share**2, dew, hot)
        self._edges = {
            given: Curves(z, *(getattr(edge, given) for edge in (floor, bubble, dew, hot))) for given in GIVEN
        }
        self._supercritical_p = tuple(share * self.limits.p_crit for share in self.supercritical_range)
        self.error = self._measure()

    def __repr__(self) -> str:
        return f"TabulatedFluid({self.name!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TabulatedFluid) and other.exact == self.exact

    def __hash__(self) -> int:
        return hash(("tabulated", self.exact))

    def saturated(self, p: Numeric, quality: Numeric) -> State:
        """State inside the dome at pressure p [Pa] and vapour quality [-]."""
        p, quality = _together(p, quality)
        return _mixed(*self._line.ends(p), p, quality)

    def bubble(self, p: Numeric) -> State:
        """Saturated liquid at pressure p [Pa]."""
        return self._line.bubble(p)

    def dew(self, p: Numeric) -> State:
        """Saturated vapour at pressure p [Pa]."""
        return self._line.dew(p)

    def p_bubble(self, T: Numeric) -> Numeric:
        """Saturation pressure [Pa] at T [K]."""
        return self._line.pressure(T)

    def p_dew(self, T: Numeric) -> Numeric:
        """Saturation pressure [Pa] at T [K]."""
        return self._line.pressure(T)

    def state_pT(self, p: Numeric, T: Numeric) -> State:
        """Single-phase state at pressure p [Pa] and temperature T [K]."""
        p, T = _together(p, T)
        return self._state(p, self._held(self._enthalpy(p, T, "T"), p, T, "K"))

    def state_ps(self, p: Numeric, s: Numeric) -> State:
        """State at pressure p [Pa] and entropy s [J/(kg K)]."""
        p, s = _together(p, s)
        return self._state(p, self._held(self._enthalpy(p, s, "s"), p, s, "J/(kg K)"))

    def state_ph(self, p: Numeric, h: Numeric) -> State:
        """State at pressure p [Pa] and enthalpy h [J/kg]."""
        p, h = _together(p, h)
        state = self._state(p, h)
        self._held(np.asarray(state.T), p, h, "J/kg")
        return state

    def enthalpy_ps(self, p: Numeric, s: Numeric) -> Numeric:
        """Enthalpy [J/kg] at pressure p [Pa] and entropy s [J/(kg K)]."""
        p, s = _together(p, s)
        return self._held(self._enthalpy(p, s, "s"), p, s, "J/(kg K)")[()]

    def enthalpy_pT(self, p: Numeric, T: Numeric) -> Numeric:
        """Enthalpy [J/kg] of a single phase at pressure p [Pa] and temperature T [K]."""
        p, T = _together(p, T)
        return self._held(self._enthalpy(p, T, "T"), p, T, "K")[()]

    def temperature(self, p: Numeric, h: Numeric) -> Numeric:
        """Temperature [K] at pressure p [Pa] and enthalpy h [J/kg]."""
        p, h = _together(p, h)
        T = np.full(p.shape, np.nan)
        for region, x, u, where in self._regions(p, h, "h"):
            T[where] = region.temperature(x, u)
        if (wet := np.isnan(T)).any():
            T[wet] = self._wet(p[wet], h[wet], "h").T
        return T[()]

    @cached_property
    def supercritical_range(self) -> tuple[float, float]:
        """Reduced pressures of the supercritical table; empty where the equation of state ends before it."""
        return SUPERCRITICAL[0], min(SUPERCRITICAL[1], _P_MARGIN * self.limits.p_max / self.limits.p_crit)

    @cached_property
    def _supercritical(self) -> Region:
        low, high = self.supercritical_range
        x = np.linspace(np.log(low), np.log(high), 40)
        p = self.limits.p_crit * np.exp(x)
        share = np.linspace(0.0, 1.0, 120)
        floor, hot = self.exact.state_pT(p, self.T_floor), self.exact.state_pT(p, self.T_hot)
        return Region(self.exact, x, p, share, floor, hot)

    def _regions(
        self, p: Array, value: Array, given: Given
    ) -> Iterator[tuple[Region, Array, Array, NDArray[np.bool_] | EllipsisType]]:
        """Every region that holds any of the states: its coordinates there, and where."""
        z = self._line.z(p)
        floor, bubble, dew, hot = self._edges[given](z)
        sides = ((self._liquid, floor, bubble, value < bubble), (self._vapour, dew, hot, value > dew))
        for region, low, high, here in sides:  # the usual case first: all states of one kind
            if here.size and here.all():
                share = (value - low) / (high - low)
                if share.min() >= -EDGE and share.max() <= 1.0 + EDGE:
                    yield region, z, _clipped(share), ...
                    return
        left = np.ones(p.shape, dtype=bool)
        for region, low, high, _ in sides:
            share = (value - low) / (high - low)
            inside = (share >= -EDGE) & (share <= 1.0 + EDGE) & left
            if inside.any():
                yield region, z[inside], _clipped(share[inside]), inside
                left &= ~inside
        beyond = left & (p >= self._supercritical_p[0]) & (p <= self._supercritical_p[1])
        if beyond.any():
            yield from self._beyond(p, value, given, beyond)

    def _beyond(
        self, p: Array, value: Array, given: Given, where: NDArray[np.bool_]
    ) -> Iterator[tuple[Region, Array, Array, NDArray[np.bool_]]]:
        """What `_regions` yields above the critical pressure."""
        x = np.log(p / self.limits.p_crit)
        low, high = self._supercritical.edges[given](np.where(where, x, np.nan))
        share = (value - low) / (high - low)
        inside = (share >= -EDGE) & (share <= 1.0 + EDGE)
        if inside.any():
            yield self._supercritical, x[inside], _clipped(share[inside]), inside

    def _state(self, p: Array, h: Array) -> State:
        fields = np.full((4, *p.shape), np.nan)
        for region, x, u, where in self._regions(p, h, "h"):
            fields[:3, where] = region.state(x, u)
        if (wet := np.isnan(fields[0])).any():
            mixed = self._wet(p[wet], h[wet], "h")
            fields[:, wet] = mixed.T, mixed.s, mixed.rho, mixed.quality
        T, s, rho, quality = fields
        return State(T=T, p=p[()], h=h[()], s=s, rho=rho, quality=quality)

    def _enthalpy(self, p: Array, value: Array, given: Literal["s", "T"]) -> Array:
        h = np.full(p.shape, np.nan)
        for region, x, u, where in self._regions(p, value, given):
            steep = given == "T" and region not in (self._liquid, self._vapour)
            h[where] = region.enthalpy_at(x, u, value[where]) if steep else region.enthalpy(x, u, given)
        if given == "s" and (wet := np.isnan(h)).any():
            h[wet] = self._wet(p[wet], value[wet], "s").h
        return h

    def _wet(self, p: Array, value: Array, given: Literal["h", "s"]) -> State:
        """States inside the dome; NaN outside."""
        liquid, vapour = self._line.ends(p)
        low, high = (end[LINE.index(given)] for end in (liquid, vapour))
        quality = (value - low) / (high - low)
        inside = (quality >= -_SEAM) & (quality <= 1.0 + _SEAM)
        return _mixed(liquid, vapour, p, np.where(inside, np.clip(quality, 0.0, 1.0), np.nan))

    def _held(self, answer: Array, p: Array, given: Array, eng_unit: str) -> Array:
        """Give the answer back; refuse a scalar without one."""
        if answer.ndim == 0 and np.isnan(answer) and np.isfinite(given):
            raise PropertyError(
                f"{self.name}: {p / 1e5:.3f} bar, {given:.6g} {eng_unit} lies outside its tables"
            )
        return answer

    def _measure(self) -> TableError:
        rng = np.random.default_rng(0)
        z = rng.uniform(*self._line.z_range, _CHECK_POINTS)
        p, u = self._line.p(z), rng.uniform(0.0, 1.0, _CHECK_POINTS)
        T_boiling = np.asarray(self.exact.bubble(p).T)
        vapour = rng.uniform(size=_CHECK_POINTS) < 0.5
        low = np.where(vapour, T_boiling + _BESIDE, self.T_floor)
        high = np.where(vapour, self.T_hot, T_boiling - _BESIDE)
        truth = self.exact.state_pT(p, low + u * (high - low))
        by_h, by_s = self.state_ph(p, truth.h), self.state_ps(p, truth.s)
        worst = (
            float(np.nanmax(np.abs(got - want)))
            for got, want in ((by_h.T, truth.T), (by_h.s, truth.s), (by_s.h, truth.h))
        )
        error = TableError(*worst)
        if not error.T <= TOLERANCE:
            raise PropertyError(
                f"{self.name}: tables miss the reference by {error.T:.3g} K, limit {TOLERANCE} K"
            )
        return error


@lru_cache(maxsize=64)
def tabulated_fluid(name: str, nodes: tuple[int, int] = FINE) -> TabulatedFluid:
    """Tables of a pure fluid, built once in a process."""
    return TabulatedFluid(name, nodes)


def _together(first: Numeric, second: Numeric) -> tuple[Array, Array]:
    """Both as arrays of one shape."""
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if first.shape == second.shape:  # broadcasting costs as much as a spline of fifty points
        return first, second
    first, second = np.broadcast_arrays(first, second)
    return first, second


def _clipped(share: Array) -> Array:
    return np.minimum(np.maximum(share, 0.0), 1.0)  # `clip` takes three times as long


def _mixed(liquid: Array, vapour: Array, p: Array, quality: Array) -> State:
    """Two-phase mixture by the lever rule, from T, h, s and rho of its ends."""
    T, h, s = liquid[:3] + quality * (vapour[:3] - liquid[:3])
    v = 1.0 / liquid[3] + quality * (1.0 / vapour[3] - 1.0 / liquid[3])
    return State(T=T, p=p, h=h, s=s, rho=1.0 / v, quality=quality + 0.0 * T)
