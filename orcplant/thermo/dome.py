"""The saturation dome of a fluid, and lines of its T-s and p-h diagrams.

An equation of state rarely answers all the way to its critical point, and a mixture often gives up
well before it. The dome is therefore sampled where the answers hold together, and closed above with
the shape every analytic equation of state has there: the width of the dome shrinks with the root of
the distance to the critical temperature.

Source: closing law, Rowlinson, Swinton, *Liquids and Liquid Mixtures*, 3rd ed., 1982, chapter 3
(classical exponent 1/2, rectilinear diameter).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant.errors import PropertyError
from orcplant.thermo.exchanger import Isobar, isobar
from orcplant.thermo.recuperator import Saturation
from orcplant.thermo.state import Array, FluidModel, State

_STATIONS: Final = 60
_STATIONS_MIXTURE: Final = 30  # a saturation flash of a mixture costs milliseconds
_CAP: Final = 24  # stations of the closing arc, for either side
_STEADY: Final = 0.35  # the width must follow its law this well from station to station [-]
_SPREAD: Final = 5  # stations a slope is taken over
_NEEDED: Final = 3  # stations a dome needs
_EDGE: Final = 0.5  # [K], distance kept from the lower end of an equation of state


@dataclass(frozen=True, slots=True)
class Line:
    """A line in property space: equally long ``T`` [K], ``p`` [Pa], ``h`` [J/kg], ``s`` [J/(kg K)]."""

    name: str
    T: Array
    p: Array
    h: Array
    s: Array


@dataclass(frozen=True, slots=True)
class Dome:
    """Bubble and dew line, ascending in pressure; both end on the critical point.

    Above ``p_closed`` [Pa] the lines are drawn by the closing law, not by the equation of state.
    """

    bubble: Line
    dew: Line
    p_closed: float


def saturation(fluid: FluidModel, p: float) -> Saturation:
    """Bubble and dew point at pressure p [Pa]; NaN at supercritical pressure."""
    if p >= fluid.limits.p_crit:
        nan = State(*(np.nan,) * 6)
        return Saturation(nan, nan)
    return Saturation(fluid.bubble(p), fluid.dew(p))


def dome(fluid: FluidModel, T_low: float) -> Dome:
    """Saturation dome from about T_low [K] up to the critical point.

    Parameters
    ----------
    fluid : FluidModel
        Pure fluid or mixture.
    T_low : float
        Temperature of the lowest bubble point; raised to the range of the equation of state. [K]

    Raises
    ------
    PropertyError
        If the fluid has no saturation states between T_low and its critical point.
    """
    p_crit, T_foot = fluid.limits.p_crit, max(T_low, fluid.limits.T_min + _EDGE)
    p_low = float(fluid.p_dew(T_foot))
    if not 0.0 < p_low < p_crit:
        raise PropertyError(f"{fluid.name}: no saturation dome above {T_low - 273.15:.2f} C")
    # u is the root of the distance to the critical point: even steps in u are even steps in width.
    u = np.linspace(1.0, 0.0, _STATIONS_MIXTURE if fluid.is_mixture else _STATIONS, endpoint=False)
    p = p_crit * np.exp(np.log(p_low / p_crit) * u**2)
    bubble, dew = fluid.bubble(p), fluid.dew(p)
    keep = _steady(u, np.asarray(dew.s) - np.asarray(bubble.s))
    if keep.size < _NEEDED:
        raise PropertyError(f"{fluid.name}: no saturation states from {T_low - 273.15:.2f} C upwards")
    sides = _closed(fluid, u[keep], _line("bubble", bubble, keep), _line("dew", dew, keep))
    foot = fluid.bubble(fluid.p_bubble(T_foot)) if fluid.is_mixture else None
    return Dome(_cut(sides[0], foot), sides[1], p_closed=float(p[keep[-1]]))


def path_line(name: str, path: Isobar, *, cold: State, hot: State, within: Saturation) -> Line:
    """Line of an isobar, its entropy integrated along the path: ds = dh / T.

    No flash is needed, so it serves mixtures and critical pressures alike.

    Parameters
    ----------
    cold, hot : State
        Ends of the path; the entropy is held to both.
    within : Saturation
        Phase boundaries at the pressure of the path; the entropy is held to those inside it.
    """
    h, T = np.ravel(path.h), np.ravel(path.T)
    s = float(cold.s) + np.concatenate([[0.0], np.cumsum(np.diff(h) * 0.5 * (1.0 / T[1:] + 1.0 / T[:-1]))])
    anchors = [cold, *(a for a in (within.bubble, within.dew) if cold.h < a.h < hot.h), hot]
    known_h, known_s = (np.array([float(getattr(a, key)) for a in anchors]) for key in ("h", "s"))
    s = s + np.interp(h, known_h, known_s - np.interp(known_h, h, s))
    return Line(name, T=T, p=np.full(h.shape, float(np.ravel(path.p)[0])), h=h, s=s)


def isobar_line(fluid: FluidModel, p: float, *, T_low: float, T_high: float) -> Line | None:
    """Isobar from its bubble point (supercritical: from T_low [K]) up to T_high [K], for a T-s diagram.

    None where it has no extent or the equation of state does not reach.
    """
    try:
        within = saturation(fluid, p)
        subcritical = p < fluid.limits.p_crit
        cold = within.bubble if subcritical else fluid.state_pT(p, T_low)
        if subcritical and T_high < within.dew.T + _EDGE:
            return None
        hot = fluid.state_pT(p, min(T_high, fluid.limits.T_max))
        path = isobar(fluid, p, cold=cold, hot=hot, bubble=within.bubble, dew=within.dew)
        return path_line("isobar", path, cold=cold, hot=hot, within=within)
    except PropertyError:
        return None


def _steady(u: Array, width: Array) -> Array:
    """Select the stations whose width of the dome follows from the one before.

    Near the critical point a flash may return one phase twice, or a wrong root.
    """
    keep: list[int] = []
    for k, here in enumerate(width):
        expected = width[keep[-1]] * u[k] / u[keep[-1]] if keep else here
        # At the foot of the dome the width falls more slowly than near the critical point.
        ceiling = max(expected * (1.0 + _STEADY), width[keep[-1]] if keep else here)
        if np.isfinite(here) and here > 0.0 and expected * (1.0 - _STEADY) <= here <= ceiling:
            keep.append(k)
    return np.array(keep, dtype=np.intp)


def _line(name: str, states: State, keep: Array) -> Line:
    T, p, h, s = (np.asarray(getattr(states, key))[keep] for key in ("T", "p", "h", "s"))
    return Line(name, T, p, h, s)


def _cut(bubble: Line, foot: State | None) -> Line:
    """Bubble line of a mixture from the temperature at which the dew line begins."""
    if foot is None:
        return bubble
    above = bubble.p > float(foot.p)
    T, p, h, s = (
        np.insert(getattr(bubble, key)[above], 0, float(getattr(foot, key))) for key in ("T", "p", "h", "s")
    )
    return Line(bubble.name, T, p, h, s)


def _closed(fluid: FluidModel, u: Array, bubble: Line, dew: Line) -> tuple[Line, Line]:
    """Both lines led on to a common critical point."""
    share = np.linspace(u[-1], 0.0, _CAP + 1)[1:]
    h_crit, s_crit = (_diameter(u, getattr(bubble, key), getattr(dew, key)) for key in ("h", "s"))
    sides = []
    for side in (bubble, dew):
        T = np.append(side.T, _led_on(u, side.T, fluid.limits.T_crit, share, first_power=2))
        h = np.append(side.h, _led_on(u, side.h, h_crit, share, first_power=1))
        s = np.append(side.s, _led_on(u, side.s, s_crit, share, first_power=1))
        p_cap = fluid.limits.p_crit * (side.p[-1] / fluid.limits.p_crit) ** ((share / u[-1]) ** 2)
        sides.append(Line(side.name, T, np.append(side.p, p_cap), h, s))
    return sides[0], sides[1]


def _led_on(u: Array, values: Array, critical: float, share: Array, *, first_power: int) -> Array:
    """Values for u falling to 0: critical + a u^n + b u^(n + 1), level and slope as in the last stations."""
    end, n = float(u[-1]), first_power
    slope = _end_slope(u, values)
    # a and b of the two conditions at the end.
    a = ((n + 1) * (values[-1] - critical) - slope * end) / end**n
    b = (slope * end - n * (values[-1] - critical)) / end ** (n + 1)
    return np.asarray(critical + a * share**n + b * share ** (n + 1))


def _end_slope(u: Array, values: Array) -> float:
    """Slope at the last station, over stations a little apart: a single step carries flash noise."""
    k = max(0, len(u) - _SPREAD)
    middle = (k + len(u) - 1) // 2
    first, second = ((values[j] - values[i]) / (u[j] - u[i]) for i, j in ((k, middle), (middle, len(u) - 1)))
    return float(second + (second - first) * (u[-1] - u[middle]) / (u[-1] - u[k]))


def _diameter(u: Array, left: Array, right: Array) -> float:
    """Mean of both sides led on to u = 0, straight in u squared (the law of the rectilinear diameter)."""
    middle = 0.5 * (left + right)
    k = max(0, len(u) - _SPREAD)
    slope = (middle[-1] - middle[k]) / (u[-1] ** 2 - u[k] ** 2)
    return float(middle[-1] - slope * u[-1] ** 2)
