"""Largest value of a function of three unknowns in a box, in a few rounds of many points each.

The function is asked for whole arrays: fifty points cost little more than one. It may have crests,
where a limit begins to act and the first unknown must follow the other two. So the first one is
searched by itself for every pair of the others; what is left, the height of the crest, is smooth in
the pair. A coarse grid finds the best pair, then each round tries nine pairs around the summit of
the surface through the nine before. No start value, no random numbers.

Source of the window that moves and shrinks: Conn, Gould, Toint, *Trust-Region Methods*, 2000,
chapter 6.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from orcplant.thermo.crest import POINTS, Crest, crest
from orcplant.thermo.state import Array

# Three unknowns, of shapes that broadcast -> values, -inf where a point is not allowed.
Score: TypeAlias = Callable[[Array, Array, Array], Array]

_GRID: Final = (9, 3, 4)
_SEEDS: Final = 9  # pairs of the grid that are looked at again
_ROUNDS: Final = 8
_FIRST_REACH: Final = np.array([0.5, 0.7, 0.7])  # of the grid's step
_SHRINK: Final = 0.35  # of a window whose summit lies inside it
_GROW: Final = 1.5  # of one whose summit lies on its edge
_BACK: Final = 0.5  # of one that led nowhere
_WANDERS: Final = 0.25  # of how far the crest wanders over a window, that it may be off in the next
_PLACES: Final = np.linspace(0.0, 1.0, 41)  # of a window, where the surface is looked at
_EDGE: Final = 0.02  # of a window


@dataclass(frozen=True, slots=True)
class Box:
    """Ranges of the three unknowns; the second and third may be single values."""

    low: Array
    high: Array


@dataclass(frozen=True, slots=True)
class _Best:
    """A point and its value."""

    x: Array
    value: float


@dataclass(frozen=True, slots=True)
class _Window:
    """A rectangle of pairs and the crest over it."""

    second: Array
    third: Array
    crest: Crest

    @property
    def highest(self) -> tuple[int, ...]:
        """Index of the highest pair."""
        return tuple(int(k) for k in np.unravel_index(np.argmax(self.crest.height), self.crest.height.shape))

    def holds(self, x: Array) -> bool:
        """Whether x lies over the window, and there is a crest at all."""
        return bool(
            self.crest.height[self.highest] > -np.inf
            and self.second[0] <= x[1] <= self.second[-1]
            and self.third[0] <= x[2] <= self.third[-1]
        )


def maximise(score: Score, box: Box, *, tolerance: float, rounds: int = _ROUNDS) -> tuple[Array, float]:
    """Best point of a box, and its value; -inf where nothing in the box is allowed.

    Parameters
    ----------
    tolerance : float
        The search ends where rounds gain less than this share, and the surface promises no more. [-]
    rounds : int
        Rounds at most.
    """
    best, point, reach = _first_look(score, box)
    window, idle = _at(point), 0
    for k in range(rounds if best.value > -np.inf else 0):
        before = best.value
        found, window = _tried(score, box, window, point.x[1:], reach)
        best = found if found.value > before else best
        if not window.holds(best.x):
            point, window, reach = best, _at(best), reach * _BACK
            continue
        point = _summit(window)
        growth = _growth(window, point.x, box)
        promised = max(point.value, best.value) - before
        idle = idle + 1 if promised < tolerance * abs(best.value) else 0
        if k > 0 and (idle > 1 or (idle and np.all(growth < 1.0))):
            break
        reach = reach * growth
        reach[0] = max(reach[0], _WANDERS * np.ptp(window.crest.top))
        reach = np.minimum(reach, 0.5 * (box.high - box.low))
    return best.x, best.value


def _first_look(score: Score, box: Box) -> tuple[_Best, _Best, Array]:
    """Best point of a grid over the box, where to begin, and how far around it to look.

    The best pairs of the grid are looked at again: between its steps another may be higher.
    """
    first, second, third = (
        np.linspace(low, high, n if high > low else 1)
        for low, high, n in zip(box.low, box.high, _GRID, strict=True)
    )
    rows = first[:, None, None] + np.zeros((len(second), len(third)))
    best, grid = _asked(score, box, rows, second[:, None], third)
    reach = (box.high - box.low) / (np.array(_GRID) - 1.0) * _FIRST_REACH
    order = np.argsort(-grid.height, axis=None, kind="stable")[:_SEEDS]
    i, j = np.unravel_index(order, grid.height.shape)
    again, seeds = _asked(score, box, _line(grid.top[i, j], reach[0], box), second[i], third[j])
    k = int(np.argmax(seeds.height))
    begin = _Best(np.array([seeds.top[k], second[i[k]], third[j[k]]]), float(seeds.height[k]))
    return (again if again.value > best.value else best), begin, reach


def _tried(score: Score, box: Box, window: _Window, pair: Array, reach: Array) -> tuple[_Best, _Window]:
    """Nine pairs around one, along the crest of the window before: the best point, and the window."""
    second, third = (_axis(pair[k], reach[k + 1], box.low[k + 1], box.high[k + 1]) for k in (0, 1))
    top = _weights(window.second, second) @ window.crest.top @ _weights(window.third, third).T
    best, found = _asked(score, box, _line(top, reach[0], box), second[:, None], third)
    if best.value > -np.inf:  # a pair without a crest must not lead the others astray
        highest = found.top.ravel()[np.argmax(found.height)]
        found = Crest(np.where(found.height > -np.inf, found.top, highest), found.height, found.strays)
    return best, _Window(second, third, found)


def _asked(score: Score, box: Box, first: Array, second: Array, third: Array) -> tuple[_Best, Crest]:
    """Best point of those asked for, and the crest of the first unknown over the pairs."""
    values = score(first, second, third)
    k = np.unravel_index(np.argmax(values), values.shape)
    x = np.array([np.broadcast_to(side, values.shape)[k] for side in (first, second, third)])
    return _Best(x, float(values[k])), crest(first, values, low=box.low[0], high=box.high[0])


def _summit(window: _Window) -> _Best:
    """Top of the surface through the crest's heights; the highest pair where one of them has none."""
    height = window.crest.height
    if not np.all(height > -np.inf):
        i, j = window.highest
        return _Best(
            np.array([window.crest.top[i, j], window.second[i], window.third[j]]), float(height[i, j])
        )
    second, third = (axis[0] + _PLACES * (axis[-1] - axis[0]) for axis in (window.second, window.third))
    surface = _weights(window.second, second) @ height @ _weights(window.third, third).T
    row, column = np.unravel_index(np.argmax(surface), surface.shape)
    return _Best(np.array([np.nan, second[row], third[column]]), float(surface[row, column]))


def _growth(window: _Window, x: Array, box: Box) -> Array:
    """How the next window differs from this one, side by side: smaller where the summit lies inside."""
    growth = [1.0 if window.crest.strays[window.highest] else _SHRINK]
    for k, axis in ((1, window.second), (2, window.third)):
        margin = _EDGE * (axis[-1] - axis[0])
        below = x[k] <= axis[0] + margin and axis[0] > box.low[k]
        above = x[k] >= axis[-1] - margin and axis[-1] < box.high[k]
        growth.append(_GROW if below or above else _SHRINK)
    return np.array(growth)


def _at(best: _Best) -> _Window:
    """Window of a single pair, from which the crest is taken to run level."""
    crest_there = Crest(best.x[None, :1], np.array([[best.value]]), np.array([[False]]))
    return _Window(best.x[1:2], best.x[2:3], crest_there)


def _line(top: Array, reach: float, box: Box) -> Array:
    """Points of the first unknown around a crest, in even steps, inside the box."""
    middle = np.clip(top, box.low[0] + reach, box.high[0] - reach)
    steps = np.linspace(-1.0, 1.0, POINTS).reshape(-1, *(1,) * top.ndim)
    return np.asarray(middle + reach * steps)


def _axis(middle: float, reach: float, low: float, high: float) -> Array:
    """Three values around one, inside their range."""
    if not high > low:
        return np.array([low])
    middle = min(max(middle, low + reach), high - reach)
    return np.array([middle - reach, middle, middle + reach])


def _weights(nodes: Array, at: Array) -> Array:
    """Lagrange's polynomials of few nodes: row k gives the value at `at[k]` from those at the nodes."""
    weights = np.ones((len(at), len(nodes)))
    for i, node in enumerate(nodes):
        for other in np.delete(nodes, i):
            weights[:, i] *= (at - other) / (node - other)
    return weights
