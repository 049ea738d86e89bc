"""The best unit of a fluid and layout: evaporation, superheat and condensation under every limit.

It needs no start value and gives the same answer every time; `design_space` says what a candidate is,
`search` how the best is found.
"""

from typing import Final

import numpy as np

from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.design import (
    ActedLimit,
    Bound,
    DesignProblem,
    NoDesign,
    Objective,
    Optimum,
    Regime,
)
from orcplant.thermo.design_space import DesignSpace, design_space
from orcplant.thermo.result import CycleResult, Warn
from orcplant.thermo.search import maximise
from orcplant.thermo.state import Array, Numeric

PRECISE: Final = 1e-4  # share of the objective that a search leaves undecided
ROUGH: Final = 3e-3  # the same of a quick look, good enough to rank
_TOUCH: Final = 0.01  # share of a range, or K, within which a bound counts as touched


def unit_net(result: CycleResult) -> Numeric:
    """Net power of the unit [W], the usual objective."""
    return result.power.net


def optimise(
    problem: DesignProblem, objective: Objective = unit_net, *, tolerance: float = PRECISE
) -> Optimum | NoDesign:
    """Find the design with the largest objective.

    Parameters
    ----------
    objective : callable
        Of a solved array of candidates; larger is better, NaN is no design.
    tolerance : float
        The search ends where it gains less than this share of the objective. [-]

    Returns
    -------
    Optimum or NoDesign
        Infeasibility is reported, not raised: it is for the caller to decide what it means.

    Raises
    ------
    TypeError
        If the coolant's closure is not a `CoolantPinch`.
    """
    space = design_space(problem)
    if isinstance(space, NoDesign):
        return space

    def score(log_p: Array, superheat: Array, condensation: Array) -> Array:
        candidates = solve_cycle(space.spec(log_p, superheat, condensation), report_pinches=False)
        return _score(candidates, objective)

    x, value = maximise(score, space.box, tolerance=tolerance)
    if value == -np.inf:
        return NoDesign(problem, _obstacle(space))
    result = solve_cycle(space.spec(*x))
    return Optimum(problem, result, value, _active(space, result))


def _score(result: CycleResult, objective: Objective) -> Array:
    wet = (np.asarray(result.warnings) & int(Warn.WET_EXPANSION)) != 0
    value = np.asarray(objective(result), dtype=float)
    return np.where(np.asarray(result.status.ok) & ~wet & np.isfinite(value), value, -np.inf)


def _obstacle(space: DesignSpace) -> ActedLimit:
    """Name the bound that stands in the way of every candidate."""
    box = space.box
    log_p, superheat, condensation = (np.linspace(*ends, 9) for ends in zip(box.low, box.high, strict=True))
    result = solve_cycle(
        space.spec(log_p[:, None, None], superheat[:, None], condensation), report_pinches=False
    )
    if np.any(result.status.ok):
        return ActedLimit(Bound.WET_EXPANSION, np.nan, np.nan)
    shortfall = np.where(np.isfinite(result.status.value), result.status.limit - result.status.value, np.inf)
    k = int(np.argmin(np.abs(shortfall)))
    value, limit = (np.ravel(side)[k] for side in (result.status.value, result.status.limit))
    bound = Bound.GEOFLUID_INLET if np.isfinite(value) else Bound.PROPERTIES
    return ActedLimit(bound, float(value), float(limit))


def _active(space: DesignSpace, result: CycleResult) -> tuple[ActedLimit, ...]:
    """Limits the optimum leans on."""
    limits, level = space.problem.limits, result.levels[0]
    active = []
    T_out, T_turbine = float(result.T_geofluid_out), float(level.expander_in.T)
    if T_out < limits.T_geofluid_out_min + _TOUCH:
        active.append(ActedLimit(Bound.GEOFLUID_OUTLET, T_out, limits.T_geofluid_out_min))
    p_cond, p_evap = float(level.pump_in.p), float(level.pump_out.p)
    if p_cond < limits.p_cond_min * (1.0 + _TOUCH):
        active.append(ActedLimit(Bound.CONDENSING_PRESSURE, p_cond, limits.p_cond_min))
    near = _TOUCH * np.log(space.p[1] / space.p[0])
    active += [
        ActedLimit(Bound.EVAPORATING_PRESSURE, p_evap, end)
        for end in space.p
        if abs(np.log(p_evap / end)) < near
    ]
    if space.problem.regime is Regime.SUBCRITICAL:
        superheat, highest = T_turbine - float(level.dew.T), limits.superheat[1]
        if superheat > highest - _TOUCH * (highest - limits.superheat[0]) - 1e-6:
            active.append(ActedLimit(Bound.SUPERHEAT, superheat, highest))
    if T_turbine > limits.T_fluid_max - _TOUCH:
        active.append(ActedLimit(Bound.FLUID_TEMPERATURE, T_turbine, limits.T_fluid_max))
    return tuple(active)
