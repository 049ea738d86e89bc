"""Counter-flow heat exchange: the working fluid's isobar, the pinch anywhere on it, the profile.

The stream that heats or cools the working fluid is monotonic in temperature, so "at least `pinch`
everywhere" is an explicit bound on the flow at every point of the working fluid's isobar. The bound
bites at a phase boundary, at an end, or where the isobar is curved: stations stand on every phase
boundary, curved parts carry a grid, and the smallest value on a grid is refined by the vertex of a
parabola. Nothing iterates.

Source: pinch as in Linnhoff, Hindmarsh, *The pinch design method for heat exchanger networks*,
Chem. Eng. Sci. 38 (1983) 745-763; log-mean difference cell by cell, *VDI Heat Atlas*, 2nd ed.,
2010, section C1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.state import Array, FluidModel, Numeric, State
from orcplant.thermo.status import Mask

# Reduced pressure from which an isobar bends enough to hide a pinch between few stations.
_NEAR_CRITICAL: Final = 0.7
_FEW: Final = 6
_SOME: Final = 14
_MANY: Final = 24
_STRAIGHT: Final = 0.01  # [K], a zone this narrow is a straight line
_PARABOLAS: Final = 5
_DEEPER: Final = 4.0  # times the depth of the first parabola: no minimum between stations lies lower
_GLIDE: Final = 12  # stations inside the dome of a mixture
# Crowded towards the ends: a smallest value just beside an end would slip between even stations.
_SHARES: Final = {n: 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, n)) for n in (_FEW, _SOME, _MANY)}

# (h, T, below the bubble point) of stations -> value of each
Objective: TypeAlias = Callable[[Array, Array, Mask], Array]


@dataclass(frozen=True, slots=True)
class Isobar:
    """A working fluid's path at constant pressure: stations from its cold to its hot end.

    ``h`` [J/kg] and ``T`` [K] ascend along the last axis, which holds three zones one after the
    other: liquid below the bubble point, the dome, vapour above the dew point. A zone that does not
    exist keeps its place with stations of equal enthalpy; a supercritical isobar is all vapour.
    ``ends`` are the indices at which the dome and the vapour begin.
    """

    fluid: FluidModel
    p: Numeric
    h: Array
    T: Array
    ends: tuple[int, int]

    @property
    def liquid(self) -> NDArray[np.bool_]:
        """Which stations lie in the liquid zone (the bubble point ends it)."""
        return np.arange(self.h.shape[-1]) < self.ends[0]


@dataclass(frozen=True, slots=True)
class Profile:
    """Temperatures along a counter-flow exchanger.

    ``duty`` [W], ``T_hot`` and ``T_cold`` [K]; the last axis ascends in duty from the cold end.
    """

    duty: Array
    T_hot: Array
    T_cold: Array

    @property
    def UA(self) -> Numeric:
        """Conductance times area [W/K]: duty over log-mean difference, summed over cells.

        NaN where the streams touch or cross.
        """
        difference = self.T_hot - self.T_cold
        left, right = difference[..., :-1], difference[..., 1:]
        crossed = np.min(difference, axis=-1) <= 0.0
        total = np.sum(np.diff(self.duty, axis=-1) / log_mean(left, right), axis=-1)
        return np.where(crossed, np.nan, total)[()]


def log_mean(left: Array, right: Array) -> Array:
    """Logarithmic mean of two positive differences, exact also where they agree [K].

    NaN where a difference is not positive.
    """
    valid = (left > 0.0) & (right > 0.0)
    a, b = np.where(valid, left, 1.0), np.where(valid, right, 1.0)
    close = np.abs(a / b - 1.0) < 1e-5
    # The series keeps 1e-11 where the quotient would lose its digits.
    mean = np.where(close, 0.5 * (a + b), (a - b) / np.log(np.where(close, 2.0, a / b)))
    return np.where(valid, mean, np.nan)


def column(value: Numeric) -> Array:
    """Value with a trailing axis, to meet an array of stations."""
    return np.asarray(value, dtype=float)[..., None]


def quotient(numerator: Array, denominator: Array) -> Array:
    """Numerator over denominator; +inf, no bound at all, where the denominator is not positive."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    positive = denominator > 0.0
    return np.where(positive, numerator / np.where(positive, denominator, 1.0), np.inf)


def isobar(fluid: FluidModel, p: Numeric, *, cold: State, hot: State, bubble: State, dew: State) -> Isobar:
    """Stations from the cold to the hot state at one pressure [Pa].

    Parameters
    ----------
    cold, hot : State
        Ends; the enthalpy of `hot` is at least that of `cold`.
    bubble, dew : State
        Saturated states at p; NaN where p is supercritical.
    """
    n = _stations(float(np.fmax.reduce(np.ravel(p), initial=0.0)) / fluid.limits.p_crit)
    h_bubble, T_bubble = _between(bubble, cold, hot)
    h_dew, T_dew = _between(dew, cold, hot)
    liquid = _curve(fluid, p, column(cold.h), h_bubble, column(cold.T), T_bubble, n)
    vapour = _curve(fluid, p, h_dew, column(hot.h), T_dew, column(hot.T), n)
    if fluid.is_mixture and not np.all(np.isnan(bubble.h)):
        dome = _glide(fluid, p, cold, hot)
    else:
        dome = (
            np.concatenate(np.broadcast_arrays(h_bubble, h_dew), axis=-1),
            np.concatenate(np.broadcast_arrays(T_bubble, T_dew), axis=-1),
        )
    zones = (liquid, dome, vapour)
    shape = np.broadcast_shapes(*(h.shape[:-1] for h, _ in zones))
    h, T = (
        np.concatenate([np.broadcast_to(zone[k], (*shape, zone[k].shape[-1])) for zone in zones], axis=-1)
        for k in (0, 1)
    )
    return Isobar(fluid, p, h, T, (n, n + dome[0].shape[-1]))


def _stations(reduced_pressure: float) -> int:
    """Stations of a zone that may be curved."""
    if reduced_pressure > 1.0:
        return _MANY
    return _SOME if reduced_pressure > _NEAR_CRITICAL else _FEW


def minima(path: Isobar, objective: Objective) -> tuple[Numeric, Numeric]:
    """Smallest value of `objective(h, T, liquid)` below and beyond the bubble point.

    Curved zones are searched between their stations too. +inf where a zone does not exist; stations
    the objective cannot judge (NaN) are passed over.
    """
    liquid, dome, vapour = (zone.lowest_between(np.inf) for zone in _zones(path, objective))
    return liquid, np.minimum(dome, vapour)


def minimum(path: Isobar, objective: Objective) -> Numeric:
    """Smallest value of `objective(h, T, liquid)` on the whole isobar, as in `minima`.

    Zones that cannot hold it are not searched between their stations.
    """
    zones = _zones(path, objective)
    lowest = np.minimum(np.minimum(zones[0].lowest, zones[1].lowest), zones[2].lowest)
    for zone in zones:
        lowest = np.minimum(lowest, zone.lowest_between(lowest))
    return lowest


def profile(path: Isobar, mass_flow: Numeric, other_T: Callable[[Array], Array], *, heats: bool) -> Profile:
    """Profile of an exchanger between the working fluid and a stream of temperature `other_T(duty)`.

    ``other_T`` takes the duty [W] counted from the cold end; `heats` says whether that stream is the
    hot one.
    """
    h, T = np.broadcast_arrays(path.h, path.T)
    duty = column(mass_flow) * (h - h[..., :1])
    other = other_T(duty)
    hot, cold = (other, T) if heats else (T, other)
    return Profile(*(np.array(a) for a in np.broadcast_arrays(duty, hot, cold)))


def _between(boundary: State, cold: State, hot: State) -> tuple[Array, Array]:
    """Phase boundary held between the ends: outside it collapses onto the nearer one."""
    h, h_cold, h_hot = column(boundary.h), column(cold.h), column(hot.h)
    below, above = ~(h > h_cold), h > h_hot  # NaN (supercritical) counts as below
    h = np.where(below, h_cold, np.where(above, h_hot, h))
    T = np.where(below, column(cold.T), np.where(above, column(hot.T), column(boundary.T)))
    return h, T


def _curve(
    fluid: FluidModel, p: Numeric, h_cold: Array, h_hot: Array, T_cold: Array, T_hot: Array, n: int
) -> tuple[Array, Array]:
    """Give h and T of `n` stations with exact ends, in a zone without a phase boundary inside."""
    share = _SHARES[n]
    h = h_cold + share * (h_hot - h_cold)
    T = T_cold + share * (T_hot - T_cold)
    exists = np.broadcast_to((h_hot > h_cold) & (T_hot - T_cold > _STRAIGHT), h.shape)[..., 1:-1]
    if exists.any():
        p_inside, h_inside, T_inside = np.broadcast_arrays(column(p), h[..., 1:-1], T[..., 1:-1])
        # Of the reference equation, an enthalpy flash costs six temperature flashes.
        if fluid.is_mixture or (n == _FEW and fluid.flashes_temperature_faster):
            h = _put(h, exists, fluid.state_pT(p_inside[exists], T_inside[exists]).h)
        else:
            T = _put(T, exists, fluid.temperature(p_inside[exists], h_inside[exists]))
    return h, T


def _put(stations: Array, exists: NDArray[np.bool_], values: Numeric) -> Array:
    shape = (*exists.shape[:-1], stations.shape[-1])
    filled = np.array(np.broadcast_to(stations, shape))
    filled[..., 1:-1][exists] = values
    return filled


def _glide(fluid: FluidModel, p: Numeric, cold: State, hot: State) -> tuple[Array, Array]:
    """Stations inside the dome of a mixture, where temperature glides."""
    quality = np.linspace(0.0, 1.0, _GLIDE)
    states = fluid.saturated(column(p), quality)
    stations = [_between(_element(states, k), cold, hot) for k in range(_GLIDE)]
    return (
        np.concatenate([h for h, _ in stations], axis=-1),
        np.concatenate([T for _, T in stations], axis=-1),
    )


def _element(states: State, k: int) -> State:
    return State(
        *(np.asarray(getattr(states, name))[..., k] for name in ("T", "p", "h", "s", "rho", "quality"))
    )


@dataclass(frozen=True, slots=True)
class _Zone:
    """One zone of an isobar: where it exists, the objective at its stations, the smallest of these values."""

    path: Isobar
    objective: Objective
    part: slice
    h: Array
    values: Array
    exists: NDArray[np.bool_]
    lowest: Array

    def lowest_between(self, rival: Numeric) -> Numeric:
        """Smallest value, looked for between stations where it could lie below `rival`."""
        if self.values.shape[-1] < 3 or not self.exists.any():
            return self.lowest[()]
        x, y = _around_lowest(self.h, self.values)
        vertex, depth = _vertex(x, y)
        # At an end of the zone the parabola through its first stations says whether to look beside it.
        inside = self.exists & (vertex > x[0]) & (vertex < x[2]) & (y[1] - _DEEPER * depth < rival)
        if not inside.any():
            return self.lowest[()]
        return np.minimum(self.lowest, _between_stations(self, inside, x, y))[()]


def _zones(path: Isobar, objective: Objective) -> tuple[_Zone, _Zone, _Zone]:
    values = objective(path.h, path.T, path.liquid)
    values = np.where(np.isnan(values), np.inf, values)
    h = path.h if path.h.shape == values.shape else np.broadcast_to(path.h, values.shape)
    dome, vapour = path.ends
    liquid_zone, dome_zone, vapour_zone = (
        _zone(path, objective, part, h[..., part], values[..., part])
        for part in (slice(None, dome), slice(dome, vapour), slice(vapour, None))
    )
    return liquid_zone, dome_zone, vapour_zone


def _zone(path: Isobar, objective: Objective, part: slice, h: Array, values: Array) -> _Zone:
    exists = np.asarray(h[..., -1] > h[..., 0])
    lowest = np.asarray(np.where(exists, values.min(axis=-1), np.inf))
    return _Zone(path, objective, part, h, values, exists, lowest)


def _around_lowest(h: Array, values: Array) -> tuple[list[Array], list[Array]]:
    """Three neighbouring stations around the smallest value."""
    shape, n = values.shape[:-1], values.shape[-1]
    middle = np.minimum(np.maximum(np.argmin(values, axis=-1), 1), n - 2).ravel()
    flat = np.arange(middle.size) * n + middle
    x, y = ([a.ravel()[flat + shift].reshape(shape) for shift in (-1, 0, 1)] for a in (h, values))
    return x, y


def _between_stations(zone: _Zone, inside: NDArray[np.bool_], x: list[Array], y: list[Array]) -> Array:
    """Smallest value between three stations, by successive parabolas; +inf where not `inside`."""
    path, part = zone.path, zone.part
    x, y = [a[inside] for a in x], [a[inside] for a in y]
    p = np.broadcast_to(path.p, inside.shape)[inside]
    # The objective closes over all scenarios: hand it every one, and use those in question.
    h_all = np.array(np.broadcast_to(path.h, (*inside.shape, path.h.shape[-1]))[..., part][..., 0])
    T_all = np.array(np.broadcast_to(path.T, (*inside.shape, path.T.shape[-1]))[..., part][..., 0])
    lowest = np.full(inside.shape, np.inf)
    for _ in range(_PARABOLAS):
        h_all[inside] = _probe(x, y)
        T_all[inside] = path.fluid.temperature(p, h_all[inside])
        value = zone.objective(h_all[..., None], T_all[..., None], part.start is None)[..., 0][inside]
        value = np.where(np.isnan(value), np.inf, value)
        x, y = _narrowed(x, y, h_all[inside], value)
        lowest[inside] = np.minimum(lowest[inside], value)
    return lowest


def _vertex(x: list[Array], y: list[Array]) -> tuple[Array, Array]:
    """Vertex of the parabola through three points, and its depth below the middle one; NaN without one."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        left, right = (y[1] - y[0]) / (x[1] - x[0]), (y[2] - y[1]) / (x[2] - x[1])
        bend = (right - left) / (x[2] - x[0])
        vertex = 0.5 * (x[0] + x[1]) - 0.5 * left / bend
        depth = bend * (x[1] - vertex) ** 2
        found = right > left  # an infinite value leaves NaN too
        return np.where(found, vertex, np.nan), np.where(found, depth, np.nan)


def _probe(x: list[Array], y: list[Array]) -> Array:
    """Where to look next between three points: the vertex, or a little beside the middle."""
    vertex, _ = _vertex(x, y)
    # A vertex on the middle point, or none, would teach nothing.
    useful = (vertex > x[0]) & (vertex < x[2]) & (vertex != x[1])
    return np.where(useful, vertex, x[1] + 0.1 * (x[2] - x[1]))


def _narrowed(x: list[Array], y: list[Array], at: Array, value: Array) -> tuple[list[Array], list[Array]]:
    """Three points around the smallest value, after one more has been looked at."""
    lower, right = value < y[1], at > x[1]
    middle_x, middle_y = np.where(lower, at, x[1]), np.where(lower, value, y[1])
    # The point that is not the middle any more closes the bracket on its side.
    other_x, other_y = np.where(lower, x[1], at), np.where(lower, y[1], value)
    closes_left = lower == right
    return (
        [np.where(closes_left, other_x, x[0]), middle_x, np.where(closes_left, x[2], other_x)],
        [np.where(closes_left, other_y, y[0]), middle_y, np.where(closes_left, y[2], other_y)],
    )
