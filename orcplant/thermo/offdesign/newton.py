"""A few equations in as many unknowns, for thousands of scenarios at once.

Newton's method with a difference Jacobian renewed now and then and Broyden's update in between;
steps are limited and kept inside bounds. Every scenario goes its own way and leaves when it is done, so
its answer does not depend on its neighbours.

Source: C. G. Broyden, *A class of methods for solving nonlinear simultaneous equations*, Math. Comp. 19
(1965) 577-593; J. E. Dennis, R. B. Schnabel, *Numerical Methods for Unconstrained Optimization and
Nonlinear Equations*, 1983, chapter 8.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.state import Array

Index: TypeAlias = NDArray[np.intp]
# (unknowns (m, k), which scenarios (m,)) -> residuals (m, k)
Residual: TypeAlias = Callable[[Array, Index], Array]

TOLERANCE: Final = 1e-10  # [-], of every residual: arrays and scalars then agree to 1e-9
_ITERATIONS: Final = 40
_RENEW: Final = 7  # iterations between difference Jacobians
_DIFFERENCE: Final = 1e-4  # of the largest step


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of the unknowns, each of shape (n, k), and the largest step (k,) taken at once."""

    low: Array
    high: Array
    step: Array


@dataclass(frozen=True, slots=True)
class Root:
    """Unknowns of shape (n, k), and where they solve the equations."""

    x: Array
    solved: NDArray[np.bool_]


def solve(residual: Residual, start: Array, within: Range, J: Array, *, tolerance: float = TOLERANCE) -> Root:
    """Solve every scenario from its start (n, k) and a Jacobian (n, k, k) there, inside its range."""
    x = np.clip(start, within.low, within.high)
    index = np.arange(len(x))
    F = residual(x, index)
    solved = np.asarray(np.all(np.abs(F) < tolerance, axis=-1))
    for iteration in range(1, _ITERATIONS + 1):
        F, J, index = _keep(F, J, index, solved)
        if not len(index):
            break
        dx = _step(J, F, x[index], within, index)
        new = residual(x[index] + dx, index)
        dx, new = _retreated(residual, x[index], F, dx, new, index)
        x[index] += dx
        J = _updated(J, dx, new - F)
        F = new
        solved[index] = np.all(np.abs(F) < tolerance, axis=-1)
        if iteration % _RENEW == 0:
            F, J, index = _keep(F, J, index, solved)
            J = _differences(residual, x[index], F, index, within)
    return Root(x, solved)


def _keep(F: Array, J: Array, index: Index, solved: NDArray[np.bool_]) -> tuple[Array, Array, Index]:
    left = ~solved[index]
    return F[left], J[left], index[left]


def jacobian(residual: Residual, x: Array, within: Range) -> Array:
    """Jacobian of every scenario by one-sided differences, shape (n, k, k)."""
    index = np.arange(len(x))
    return _differences(residual, x, residual(x, index), index, within)


def _differences(residual: Residual, x: Array, F: Array, index: Index, within: Range) -> Array:
    # Away from the upper bound, or towards it where there is room.
    J = np.empty((*x.shape, x.shape[-1]))
    for k in range(x.shape[-1]):
        delta = _DIFFERENCE * within.step[k]
        room = within.high[index, k] - x[:, k] > delta
        shift = np.where(room, delta, -delta)
        moved = x.copy()
        moved[:, k] += shift
        J[:, :, k] = (residual(moved, index) - F) / shift[:, None]
    return J


def _step(J: Array, F: Array, x: Array, within: Range, index: Index) -> Array:
    dx = _quotient(J, -F)
    dx = np.where(np.isfinite(dx), dx, 0.0)
    # One factor for all unknowns keeps the direction.
    longest = np.max(np.abs(dx) / within.step, axis=-1, keepdims=True)
    dx = dx / np.maximum(longest, 1.0)
    return np.asarray(np.clip(x + dx, within.low[index], within.high[index]) - x)


def _retreated(
    residual: Residual, x: Array, F: Array, dx: Array, new: Array, index: Index
) -> tuple[Array, Array]:
    """Take a quarter of a step that made things much worse or led nowhere."""
    with np.errstate(invalid="ignore"):
        worse = ~(np.max(np.abs(new), axis=-1) < 3.0 * np.max(np.abs(F), axis=-1) + 1e-6)
    if np.any(worse):
        dx, new = dx.copy(), new.copy()
        dx[worse] *= 0.25
        new[worse] = residual(x[worse] + dx[worse], index[worse])
    return dx, new


def _updated(J: Array, dx: Array, dF: Array) -> Array:
    """Broyden's update: the smallest change of J that explains the last step."""
    length = np.sum(dx * dx, axis=-1, keepdims=True)
    missed = dF - np.einsum("nij,nj->ni", J, dx)
    useful = (length > 0.0) & np.all(np.isfinite(missed), axis=-1, keepdims=True)
    share = np.where(useful, missed / np.where(useful, length, 1.0), 0.0)
    return np.asarray(J + share[:, :, None] * dx[:, None, :])


def _quotient(J: Array, b: Array) -> Array:
    """Solve J y = b for every scenario; NaN where J is singular."""
    k = J.shape[-1]
    if k == 2:
        det = J[:, 0, 0] * J[:, 1, 1] - J[:, 0, 1] * J[:, 1, 0]
        first = J[:, 1, 1] * b[:, 0] - J[:, 0, 1] * b[:, 1]
        second = J[:, 0, 0] * b[:, 1] - J[:, 1, 0] * b[:, 0]
        return np.stack([first, second], axis=-1) / np.where(det == 0.0, np.nan, det)[:, None]
    columns = [J[:, :, j] for j in range(3)]
    det = np.sum(columns[0] * np.cross(columns[1], columns[2]), axis=-1)
    parts = [
        np.sum(b * np.cross(columns[1], columns[2]), axis=-1),
        np.sum(columns[0] * np.cross(b, columns[2]), axis=-1),
        np.sum(columns[0] * np.cross(columns[1], b), axis=-1),
    ]
    return np.stack(parts, axis=-1) / np.where(det == 0.0, np.nan, det)[:, None]
