"""Where a unit settles: the two saturation temperatures at which needed and built areas agree.

Every search starts from a few hundred points of the same unit, settled once, with straight lines
between them. A start, and no more: whatever it says, a search ends where the areas agree.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RegularGridInterpolator

from orcplant.thermo.geofluid import at_enthalpy, inlet_enthalpy
from orcplant.thermo.hardware import CoolantKind
from orcplant.thermo.offdesign.balance import Balance, Unit
from orcplant.thermo.offdesign.boundary import Boundary, Control, Scenarios, design_boundary, scenarios
from orcplant.thermo.offdesign.bracket import enclosed_root
from orcplant.thermo.offdesign.newton import Index, Residual, Root, jacobian, solve
from orcplant.thermo.offdesign.unknowns import (
    Attempt,
    Openings,
    areas_off,
    attempt,
    estimate,
    frame,
    wide_range,
)
from orcplant.thermo.state import Array

_NODES: Final = (7, 7, 8)
_GEOFLUID: Final = (-55.0, 20.0)  # [K] around design
_FLOW: Final = (0.2, 1.3)  # of design
_BRACKETED: Final = 1e-6  # [-], of both residuals: a bracket is as narrow as rounding lets it be
_CP_BRINE: Final = 4300.0  # [J/(kg K)], of hot water: the box need not be exact
_COOLANT: Final = {CoolantKind.AIR: (243.0, 320.0), CoolantKind.WATER: (275.0, 310.0)}  # [K]


@dataclass(frozen=True, slots=True)
class Settled:
    """Unknowns of shape (n, 2) with their balance; ``solved`` where needed and built areas agree."""

    x: Array
    tried: Attempt
    balance: Balance
    solved: NDArray[np.bool_]


def settle(unit: Unit, at: Scenarios, openings: Openings) -> Settled:
    """Let the unit settle with given openings."""
    residual = _residual(unit, at, openings)
    x, J = scout(unit).start(at, openings.brine_share)
    root = solve(residual, x, wide_range(len(at)), J)
    x, solved = root.x, root.solved
    for search in (_cold, _bracketed):  # each slower and surer
        lost = np.flatnonzero(~solved)
        if len(lost):
            again = search(unit, at.take(lost), openings.take(lost))
            x[lost], solved[lost] = again.x, again.solved
    tried = attempt(unit, frame(unit), at, x, openings)
    return Settled(x, tried, unit.balance(at, tried.guess), solved)


def _residual(unit: Unit, at: Scenarios, openings: Openings) -> Residual:
    bounds = frame(unit)

    def residual(x: Array, index: Index) -> Array:
        some = at.take(index)
        tried = attempt(unit, bounds, some, x, openings.take(index))
        return areas_off(unit, unit.balance(some, tried.guess), tried)

    return residual


def _cold(unit: Unit, at: Scenarios, openings: Openings) -> Root:
    """Search from an estimate that knows the design point only."""
    residual, within = _residual(unit, at, openings), wide_range(len(at))
    x = estimate(unit, frame(unit), at)
    return solve(residual, x, within, jacobian(residual, x, within))


def _bracketed(unit: Unit, at: Scenarios, openings: Openings) -> Root:
    """Bracket one unknown inside the other: for points where a kink leads Newton's method in circles.

    The heater needs more area the hotter the fluid evaporates, the condenser less the hotter it condenses.
    """
    residual, within = _residual(unit, at, openings), wide_range(len(at))
    low, high = within.low, within.high

    def evaporator(c: Array, index: Index) -> Array:
        def heater(e: Array, some: Index) -> Array:
            return residual(np.stack([e, c_of[some]], axis=-1), some)[:, 0]

        c_of = np.zeros(len(at))
        c_of[index] = c
        return enclosed_root(heater, low[index, 0], high[index, 0], index).x

    def condenser(c: Array, index: Index) -> Array:
        return residual(np.stack([evaporator(c, index), c], axis=-1), index)[:, 1]

    index = np.arange(len(at))
    c = enclosed_root(condenser, low[:, 1], high[:, 1], index).x
    x = np.stack([evaporator(c, index), c], axis=-1)
    return Root(x, np.asarray(np.all(np.abs(residual(x, index)) < _BRACKETED, axis=-1)))


@dataclass(frozen=True, slots=True)
class Scout:
    """Unknowns and their Jacobian over enthalpy and logarithm of flow of the geofluid, and coolant inlet."""

    grid: RegularGridInterpolator
    low: Array
    high: Array

    def start(self, at: Scenarios, brine_share: Array) -> tuple[Array, Array]:
        """Unknowns of shape (n, 2) and Jacobian of shape (n, 2, 2) to start with; held at the grid's edge."""
        flow = np.log(np.maximum(at.flow * brine_share, 1e-6))
        where = np.clip(np.stack([at.h_geofluid, flow, at.T_coolant], axis=-1), self.low, self.high)
        found = np.asarray(self.grid(where))
        return found[:, :2], found[:, 2:].reshape(-1, 2, 2)


@lru_cache(maxsize=32)
def scout(unit: Unit) -> Scout:
    """Settle the points all searches of a unit start from (about 0.1 s, once)."""
    at, axes = _grid(unit)
    openings = Openings(np.ones(len(at)), np.ones(len(at)))
    root = _cold(unit, at, openings)
    J = jacobian(_residual(unit, at, openings), root.x, wide_range(len(at)))
    values = np.concatenate([root.x, J.reshape(-1, 4)], axis=-1).reshape(*_NODES, 6)
    grid = RegularGridInterpolator(axes, values)
    return Scout(grid, np.array([axis[0] for axis in axes]), np.array([axis[-1] for axis in axes]))


def _grid(unit: Unit) -> tuple[Scenarios, tuple[Array, Array, Array]]:
    """Scenarios in a box around the design point, and its axes."""
    point = unit.hardware.design
    h_design = float(inlet_enthalpy(design_boundary(unit.hardware).geofluid))
    cooler, warmer = (_CP_BRINE * dT for dT in _GEOFLUID)
    axes = (
        np.linspace(h_design + cooler, h_design + warmer, _NODES[0]),
        np.log(point.mass_flow * np.geomspace(*_FLOW, _NODES[1])),
        np.linspace(*_COOLANT[unit.hardware.cooler.kind], _NODES[2]),
    )
    h, flow, T_coolant = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
    brine = at_enthalpy(h, np.full(h.shape, point.p), np.exp(flow))
    return scenarios(unit.hardware, Boundary(brine, T_coolant, point.p_coolant), Control()), axes
