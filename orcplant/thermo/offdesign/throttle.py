"""Openings that hold a unit's limits: as far open as all of them allow."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.offdesign.accounts import Limit, evaporation_room, room
from orcplant.thermo.offdesign.balance import Balance, Unit
from orcplant.thermo.offdesign.boundary import Means, Scenarios
from orcplant.thermo.offdesign.bracket import enclosed_root
from orcplant.thermo.offdesign.newton import Index, Range, jacobian, solve
from orcplant.thermo.offdesign.records import amended
from orcplant.thermo.offdesign.settle import Settled, settle
from orcplant.thermo.offdesign.unknowns import (
    Attempt,
    Frame,
    Openings,
    areas_off,
    attempt,
    frame,
    free_frame,
    wide_range,
)
from orcplant.thermo.state import Array

LEAST_OPENING: Final = 0.02  # [-]
_ROUNDING: Final = 1e-7  # [-], of room: what tables and reference equation differ by at a rating
_STEP: Final = 0.3  # of the logarithm of the opening, at once


@dataclass(frozen=True, slots=True)
class Held:
    """A settled unit within its limits.

    ``worst`` is the smallest room left [-], negative where no opening holds the limit ``binding``;
    ``residual`` is how far needed and built areas are apart [-].
    """

    tried: Attempt
    balance: Balance
    solved: NDArray[np.bool_]
    worst: Array
    binding: NDArray[np.int64]
    residual: Array


def hold(unit: Unit, at: Scenarios, means: Means) -> Held:
    """Settle wide open, and where a limit is broken as far open as it allows."""
    ones = np.ones(len(at))
    free = settle(unit, at, Openings(ones, ones))
    wide = _held(unit, at, free.tried, free.balance, free.solved, means)
    # Wide open nothing binds, however little room is left.
    wide = replace(wide, binding=np.zeros(len(at), dtype=np.int64))
    over = np.flatnonzero(~(wide.worst >= -_ROUNDING))
    if not len(over):
        return wide
    some = at.take(over)
    x, solved = _throttled(unit, some, free.x[over], free.tried.guess.brine_share[over], means)
    tried = attempt(unit, _bounds(unit, means), some, x[:, :2], _openings(x[:, 2], means))
    throttled = _held(unit, some, tried, unit.balance(some, tried.guess), solved, means, throttled=True)
    return amended(wide, over, throttled)


def _bounds(unit: Unit, means: Means) -> Frame:
    """Frame of a throttled search: less brine holds the evaporating pressure too, and must not twice."""
    return frame(unit) if means is Means.INLET_VALVE else free_frame(unit)


def _held(
    unit: Unit,
    at: Scenarios,
    tried: Attempt,
    balance: Balance,
    solved: NDArray[np.bool_],
    means: Means,
    *,
    throttled: bool = False,
) -> Held:
    left = _room(unit, at, tried, balance, means, throttled=throttled)
    stack = np.stack(list(left.values()))
    lowest = np.argmin(np.where(np.isnan(stack), -np.inf, stack), axis=0)
    binding = np.array([int(limit) for limit in left])[lowest]
    apart = np.max(np.abs(areas_off(unit, balance, tried)), axis=-1)
    return Held(tried, balance, solved, np.min(stack, axis=0), binding, apart)


def _room(
    unit: Unit, at: Scenarios, tried: Attempt, balance: Balance, means: Means, *, throttled: bool
) -> dict[Limit, Array]:
    T_return_min = np.maximum(at.T_out_min, unit.hardware.limits.T_return_min)
    left = room(unit, at, balance, tried, T_return_min)
    if throttled and means is not Means.INLET_VALVE:
        left[Limit.P_EVAP_HIGH] = evaporation_room(unit, balance, tried)
    return left


def _openings(x: Array, means: Means) -> Openings:
    opening, one = np.exp(x), np.ones(len(x))
    return Openings(one, opening) if means is Means.INLET_VALVE else Openings(opening, one)


def _throttled(
    unit: Unit, at: Scenarios, x: Array, brine_share: Array, means: Means
) -> tuple[Array, NDArray[np.bool_]]:
    """Unknowns with the logarithm of the opening as third, and where no room is left and areas agree.

    Starts from the unknowns of wide open inlets, and the share of brine let through there.
    """
    bounds = _bounds(unit, means)

    def residual(x: Array, index: Index) -> Array:
        some = at.take(index)
        tried = attempt(unit, bounds, some, x[:, :2], _openings(x[:, 2], means))
        balance = unit.balance(some, tried.guess)
        left = _room(unit, some, tried, balance, means, throttled=True)
        worst = np.min(np.stack(list(left.values())), axis=0)
        return np.concatenate([areas_off(unit, balance, tried), worst[:, None]], axis=-1)

    two, n = wide_range(len(at)), len(at)
    within = Range(
        np.column_stack([two.low, np.full(n, np.log(LEAST_OPENING))]),
        np.column_stack([two.high, np.zeros(n)]),
        np.append(two.step, _STEP),
    )
    start = np.column_stack([x, np.zeros(n)])
    if means is not Means.INLET_VALVE:
        start[:, 0], start[:, 2] = np.minimum(x[:, 0], frame(unit).T_evap_max), np.log(brine_share)
    root = solve(residual, start, within, jacobian(residual, start, within))
    lost = np.flatnonzero(~root.solved)
    solved = root.solved
    if len(lost):
        root.x[lost], solved[lost] = _bracketed(unit, at.take(lost), means)
    return root.x, solved


def _bracketed(unit: Unit, at: Scenarios, means: Means) -> tuple[Array, NDArray[np.bool_]]:
    """Bracket the opening, settling the unit anew at every one: slow and sure.

    Where even the least opening breaks a limit, that opening is the answer.
    """

    def settled(x: Array, index: Index) -> tuple[Settled, Array]:
        some, openings = at.take(index), _openings(x, means)
        found = settle(unit, some, openings)
        return found, _held(unit, some, found.tried, found.balance, found.solved, means).worst

    low, index = np.full(len(at), np.log(LEAST_OPENING)), np.arange(len(at))
    found = enclosed_root(lambda x, some: settled(x, some)[1], low, np.zeros(len(at)), index)
    x = np.where(found.enclosed, found.x, low)
    final, _ = settled(x, index)
    e, share = final.x[:, 0], final.tried.guess.brine_share
    if means is not Means.INLET_VALVE:  # brine held back for the pressure counts as opening
        e, x = np.minimum(e, frame(unit).T_evap_max), np.log(share)
    return np.column_stack([e, final.x[:, 1], x]), final.solved
