"""The best unit of a fluid and layout: evaporation, superheat and condensation under every limit.

The search is a grid that zooms in on its best point, with pressure searched anew for every pair of
the other unknowns; all candidates of a grid are solved in one call. It needs no start value and gives
the same answer every time. A limit either acts inside a candidate (a smaller flow keeps the geofluid
warm enough), bounds the grid, or excludes candidates.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np

from orcplant.thermo.cycle import EXPANSION_SHARES, solve_cycle
from orcplant.thermo.exchanger import column
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.machines import expander
from orcplant.thermo.result import CycleResult, Warn
from orcplant.thermo.spec import (
    AirCooling,
    CoolantPinch,
    CycleSpec,
    HeaterPinch,
    LevelSpec,
    Pressure,
    Recuperator,
    SaturationTemperature,
    Subcooling,
    Superheat,
    Temperature,
    WaterCooling,
)
from orcplant.thermo.state import Array, FluidModel, Numeric

_FIRST_GRID: Final = (9, 7, 6)  # pressure, superheat or turbine inlet, condensation
_SEEDS: Final = 8  # pairs of the first grid that are followed
_PRESSURES: Final = 5
_FIRST_CLIMBS: Final = 3
_CLIMBS: Final = 2
ZOOMS: Final = 7
ROUGH: Final = 1  # zooms of a quick look
_SHRINK: Final = 0.5  # of the reach around a best point that stays
_FOLLOW: Final = 0.9  # and around one that moves
_DRY_PASSES: Final = 2
_DRY_MARGIN: Final = 0.02  # [J/(kg K)], some millikelvin off the dew line
_TABLE_ROOM: Final = 0.02  # [K]
_MARGIN: Final = 0.5  # [K], least room between bounds for a design to be worth looking for
_CONDENSING_RANGE: Final = 35.0  # [K] above the coldest condensation allowed
_TOUCH: Final = 0.01  # share of a range, or K, within which a bound counts as touched
_HIGHEST_CONDENSATION: Final = 0.9  # reduced pressure; above it condensing is hardly that
_TRANSCRITICAL_START: Final = 1.03  # reduced pressure below which no property table is honest

Objective: TypeAlias = Callable[[CycleResult], Numeric]


class Regime(StrEnum):
    """Where the working fluid is heated: below its critical pressure or above it."""

    SUBCRITICAL = "subcritical"
    TRANSCRITICAL = "transcritical"


class Bound(StrEnum):
    """Limits that can act on a design; values and limits in SI."""

    GEOFLUID_OUTLET = "geofluid_outlet"  # [K]
    CONDENSING_PRESSURE = "condensing_pressure"  # [Pa]
    EVAPORATING_PRESSURE = "evaporating_pressure"  # [Pa]
    SUPERHEAT = "superheat"  # [K]
    FLUID_TEMPERATURE = "fluid_temperature"  # [K]
    GEOFLUID_INLET = "geofluid_inlet"  # [K]
    WET_EXPANSION = "wet_expansion"  # no number
    PROPERTIES = "properties"  # no number
    WARMING = "warming"  # GWP of the fluid [-]
    OZONE = "ozone"  # ODP of the fluid [-]
    BUBBLE_POINT = "bubble_point"  # [Pa] above the geofluid's bubble point
    INSTALLED_POWER = "installed_power"  # [W], nameplates of given units
    NET_POWER = "net_power"  # [W], what is left after the unit's and the plant's own consumption


@dataclass(frozen=True, slots=True)
class ActedLimit:
    """A limit that acts, with its two sides; NaN where it has no number."""

    bound: Bound
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class DesignLimits:
    """Bounds a design keeps.

    ``p_cond_min`` [Pa] (local atmosphere: no air leaks in), ``T_geofluid_out_min`` [K] (what scaling
    or reinjection allows), ``p_reduced`` lowest and highest evaporation over critical pressure [-],
    ``superheat`` lowest and highest [K], ``T_fluid_max`` [K] (thermal stability).
    """

    p_cond_min: float
    T_geofluid_out_min: float
    p_reduced: tuple[float, float]
    superheat: tuple[float, float]
    T_fluid_max: float


@dataclass(frozen=True, slots=True)
class DesignProblem:
    """One unit to be designed. The coolant's closure must be a `CoolantPinch`."""

    fluid: FluidModel
    regime: Regime
    recuperator: Recuperator
    geofluid: Geofluid
    cooling: AirCooling | WaterCooling
    pinch_heater: float
    pinch_preheater: float
    subcooling: float
    eta_expander: float
    eta_pump: float
    eta_generator: float
    limits: DesignLimits


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best design: its spec, solved; the objective's value; the limits that act on it."""

    problem: DesignProblem
    result: CycleResult
    value: float
    active: tuple[ActedLimit, ...]


@dataclass(frozen=True, slots=True)
class NoDesign:
    """Why no design exists: the bound in the way."""

    problem: DesignProblem
    obstacle: ActedLimit


@dataclass(frozen=True, slots=True)
class _Box:
    """Ranges of the three unknowns: log pressure, superheat or turbine inlet temperature, condensation."""

    low: Array
    high: Array


def unit_net(result: CycleResult) -> Numeric:
    """Net power of the unit [W], the usual objective."""
    return result.power.net


def optimise(
    problem: DesignProblem, objective: Objective = unit_net, *, zooms: int = ZOOMS
) -> Optimum | NoDesign:
    """Find the design with the largest objective.

    Parameters
    ----------
    objective : callable
        Of a solved array of candidates; larger is better.
    zooms : int
        How often the search zooms in. The default leaves about 0.1 % of the objective on the table
        where limits make ridges, nothing elsewhere; a ranking does with `ROUGH`.

    Returns
    -------
    Optimum or NoDesign
        Infeasibility is reported, not raised: it is for the caller to decide what it means.
    """
    box = _box(problem)
    if isinstance(box, NoDesign):
        return box
    x, best = _search(problem, box, objective, zooms)
    if best == -np.inf:
        return NoDesign(problem, _obstacle(problem, solve_cycle(_spec(problem, _grid(box, _FIRST_GRID)))))
    result = solve_cycle(_spec(problem, x))
    return Optimum(problem, result, best, _active(problem, result, box, x))


def _search(problem: DesignProblem, whole: _Box, objective: Objective, zooms: int) -> tuple[Array, float]:
    """Best point of a box and its value; -inf where no candidate is feasible.

    Where a limit acts inside the candidates, the objective has a ridge along which pressure must
    follow the other two unknowns. So pressure is searched for each pair of the others by itself,
    and only the pair is moved: a grid of pairs over the box, then small grids around the best one.
    """
    first = _grid(whole, _FIRST_GRID)
    score = _scores(problem, first, objective)
    if not np.any(score > -np.inf):
        return whole.low, -np.inf
    span = whole.high - whole.low
    reach, p_reach = span[1:] / (np.array(_FIRST_GRID[1:]) - 1.0), span[0] / (_FIRST_GRID[0] - 1.0)
    seeds = _best_of_pairs(first, score)[:, :_SEEDS]
    x, best = _climbed(problem, whole, seeds, p_reach, objective, climbs=_FIRST_CLIMBS)
    for _ in range(zooms):
        found, value = _climbed(
            problem, whole, _pairs_around(x, reach, whole), p_reach, objective, climbs=_CLIMBS
        )
        moved = bool(np.any(np.abs(found - x)[1:] > 0.1 * reach)) and value > best
        if value > best:
            x, best = found, value
        reach, p_reach = reach * (_FOLLOW if moved else _SHRINK), p_reach * (_FOLLOW if moved else _SHRINK)
    return x, best


def _scores(problem: DesignProblem, x: Array, objective: Objective) -> Array:
    return _score(solve_cycle(_spec(problem, x), report_pinches=False), objective)


def _best_of_pairs(x: Array, score: Array) -> Array:
    """Points of a grid with the best pressure of each pair of the other unknowns, best pair first."""
    by_pair = score.reshape(_FIRST_GRID[0], -1)
    row = np.argmax(by_pair, axis=0)
    order = np.argsort(-by_pair[row, np.arange(by_pair.shape[1])], kind="stable")
    return x.reshape(3, _FIRST_GRID[0], -1)[:, row[order], order]


def _pairs_around(x: Array, reach: Array, whole: _Box) -> Array:
    """Nine pairs of superheat and condensation around a point, each with its pressure."""
    low, high = np.maximum(x[1:] - reach, whole.low[1:]), np.minimum(x[1:] + reach, whole.high[1:])
    heat, T_cond = np.meshgrid(
        *(np.linspace(*ends, 3) for ends in zip(low, high, strict=True)), indexing="ij"
    )
    return np.stack([np.full(9, x[0]), heat.ravel(), T_cond.ravel()])


def _climbed(
    problem: DesignProblem, whole: _Box, seeds: Array, p_reach: float, objective: Objective, *, climbs: int
) -> tuple[Array, float]:
    """Best point after every seed has climbed along pressure."""
    x, best = np.array(seeds), np.full(seeds.shape[1], -np.inf)
    steps = np.linspace(-1.0, 1.0, _PRESSURES)
    for _ in range(climbs):
        log_p = np.clip(x[0][:, None] + p_reach * steps, whole.low[0], whole.high[0])
        points = np.stack([log_p, *(np.broadcast_to(side[:, None], log_p.shape) for side in x[1:])])
        score = _scores(problem, points.reshape(3, -1), objective).reshape(log_p.shape)
        k, rows = np.argmax(score, axis=1), np.arange(len(best))
        better = score[rows, k] > best
        x[0] = np.where(better, log_p[rows, k], x[0])
        best = np.where(better, score[rows, k], best)
        p_reach *= 2.0 / (_PRESSURES - 1)
    top = int(np.argmax(best))
    return x[:, top], float(best[top])


def _grid(box: _Box, shape: tuple[int, ...]) -> Array:
    axes = [np.linspace(low, high, n) for low, high, n in zip(box.low, box.high, shape, strict=True)]
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")])


def _box(problem: DesignProblem) -> _Box | NoDesign:
    """Ranges of the unknowns, or the bound that leaves none."""
    fluid, limits = problem.fluid, problem.limits
    if not isinstance(problem.cooling.closure, CoolantPinch):
        raise TypeError("a design problem needs a coolant pinch")
    T_geofluid = float(problem.geofluid.T)
    if limits.T_geofluid_out_min >= T_geofluid:
        return NoDesign(problem, ActedLimit(Bound.GEOFLUID_OUTLET, T_geofluid, limits.T_geofluid_out_min))
    if limits.p_cond_min >= _HIGHEST_CONDENSATION * fluid.limits.p_crit:
        return NoDesign(
            problem, ActedLimit(Bound.CONDENSING_PRESSURE, fluid.limits.p_crit, limits.p_cond_min)
        )
    coldest = float(problem.cooling.T_in) + float(problem.cooling.closure.dT) + problem.subcooling + _MARGIN
    T_cond_low = max(coldest, _saturation_temperature(fluid, limits.p_cond_min))
    T_hot = _hottest(problem)
    if T_hot - T_cond_low < 2.0 * _MARGIN:
        return NoDesign(problem, _no_room(problem, T_cond_low, coldest))
    T_cond_high = min(T_cond_low + _CONDENSING_RANGE, T_hot - _MARGIN, 0.97 * fluid.limits.T_crit)
    if T_cond_high <= T_cond_low:
        return NoDesign(problem, ActedLimit(Bound.PROPERTIES, np.nan, np.nan))
    if problem.regime is Regime.TRANSCRITICAL:
        return _transcritical_box(problem, T_hot, (T_cond_low, T_cond_high))
    p_low = max(limits.p_reduced[0] * fluid.limits.p_crit, float(fluid.p_dew(T_cond_low + _MARGIN)))
    p_high = limits.p_reduced[1] * fluid.limits.p_crit
    T_evap_max = T_hot - limits.superheat[0] - _MARGIN
    if T_evap_max < _saturation_temperature(fluid, p_high):
        p_high = float(fluid.p_dew(T_evap_max)) if T_evap_max > T_cond_low else 0.0
    if p_high <= p_low:
        return NoDesign(problem, ActedLimit(Bound.EVAPORATING_PRESSURE, p_high, p_low))
    return _Box(
        low=np.array([np.log(p_low), limits.superheat[0], T_cond_low]),
        high=np.array([np.log(p_high), limits.superheat[1], T_cond_high]),
    )


def _no_room(problem: DesignProblem, T_cond_low: float, coldest: float) -> ActedLimit:
    """What leaves no room between the coldest condensation and the hottest turbine inlet."""
    if T_cond_low > coldest:
        p_reached = float(problem.fluid.p_bubble(max(_hottest(problem), coldest)))
        return ActedLimit(Bound.CONDENSING_PRESSURE, p_reached, problem.limits.p_cond_min)
    needed = T_cond_low + 2.0 * _MARGIN
    bearable = min(problem.limits.T_fluid_max, problem.fluid.limits.T_max)
    if bearable < needed:
        return ActedLimit(Bound.FLUID_TEMPERATURE, bearable, needed)
    return ActedLimit(Bound.GEOFLUID_INLET, float(problem.geofluid.T), needed + problem.pinch_heater)


def _hottest(problem: DesignProblem) -> float:
    """Hottest turbine inlet [K] that the geofluid reaches and the working fluid bears."""
    # A hair less: on the equation of state the table's answer must still find the geofluid warmer.
    reached = float(problem.geofluid.T) - problem.pinch_heater - _TABLE_ROOM
    return min(reached, problem.limits.T_fluid_max, problem.fluid.limits.T_max - 0.1)


def _transcritical_box(problem: DesignProblem, T_hot: float, T_cond: tuple[float, float]) -> _Box | NoDesign:
    limits = problem.fluid.limits
    T_low = limits.T_crit + 2.0 * _MARGIN
    if T_hot < T_low:
        return NoDesign(
            problem, ActedLimit(Bound.GEOFLUID_INLET, float(problem.geofluid.T), T_low + problem.pinch_heater)
        )
    p_low = max(problem.limits.p_reduced[0], _TRANSCRITICAL_START) * limits.p_crit
    p_high = min(problem.limits.p_reduced[1] * limits.p_crit, limits.p_max)
    if p_high <= p_low:
        return NoDesign(problem, ActedLimit(Bound.EVAPORATING_PRESSURE, p_high, p_low))
    return _Box(
        low=np.array([np.log(p_low), T_low, T_cond[0]]), high=np.array([np.log(p_high), T_hot, T_cond[1]])
    )


def _spec(problem: DesignProblem, x: Array) -> CycleSpec:
    p, heat, T_cond = np.exp(x[0]), x[1], x[2]
    if problem.regime is Regime.TRANSCRITICAL:
        turbine_inlet: Superheat | Temperature = Temperature(heat)
    else:
        # Both bounds act inside the candidate: dry expansion from below, the hottest inlet from above.
        room = _hottest(problem) - problem.fluid.dew(p).T
        wanted = np.minimum(heat, np.maximum(room, 0.0))
        turbine_inlet = Superheat(np.maximum(wanted, _dry_superheat(problem, p, T_cond)))
    return CycleSpec(
        levels=(
            LevelSpec(
                fluid=problem.fluid,
                evaporation=Pressure(p),
                turbine_inlet=turbine_inlet,
                eta_expander=problem.eta_expander,
            ),
        ),
        condensation=SaturationTemperature(T_cond),
        pump_inlet=Subcooling(problem.subcooling),
        eta_pump=problem.eta_pump,
        eta_generator=problem.eta_generator,
        recuperator=problem.recuperator,
        source=HeaterPinch(
            geofluid=problem.geofluid,
            evaporator=problem.pinch_heater,
            preheater=problem.pinch_preheater,
            T_out_min=problem.limits.T_geofluid_out_min,
        ),
        cooling=problem.cooling,
    )


def _dry_superheat(problem: DesignProblem, p: Numeric, T_cond: Numeric) -> Numeric:
    """Least superheat [K] with which the expansion stays out of the dome.

    The inlet's entropy must lie above the dew line all along the expansion; what the expansion adds
    itself hardly depends on the inlet, so two passes settle it.
    """
    fluid, share = problem.fluid, EXPANSION_SHARES
    p_cond, dew = fluid.p_bubble(T_cond), fluid.dew(p)
    s_dew = np.asarray(fluid.dew(column(p) * (column(p_cond) / column(p)) ** share).s)
    s = np.maximum(np.max(s_dew, axis=-1), dew.s)
    for _ in range(_DRY_PASSES):
        inlet = fluid.state_ps(p, s)
        gain = expander(fluid, inlet, p_out=p_cond, efficiency=problem.eta_expander).s - inlet.s
        s = np.maximum(np.max(s_dew - share * column(gain), axis=-1), dew.s)
    superheat = fluid.state_ps(p, s + _DRY_MARGIN).T - dew.T
    return np.where(np.isnan(superheat), np.inf, np.maximum(superheat, 0.0))


def _score(result: CycleResult, objective: Objective) -> Array:
    wet = (np.asarray(result.warnings) & int(Warn.WET_EXPANSION)) != 0
    value = np.asarray(objective(result), dtype=float)
    return np.where(np.asarray(result.status.ok) & ~wet & np.isfinite(value), value, -np.inf)


def _obstacle(problem: DesignProblem, result: CycleResult) -> ActedLimit:
    """Name the bound that stands in the way of every candidate."""
    if np.any(result.status.ok):
        return ActedLimit(Bound.WET_EXPANSION, np.nan, np.nan)
    shortfall = np.where(np.isfinite(result.status.value), result.status.limit - result.status.value, np.inf)
    k = int(np.argmin(np.abs(shortfall)))
    value, limit = (np.atleast_1d(side)[k] for side in (result.status.value, result.status.limit))
    bound = Bound.GEOFLUID_INLET if np.isfinite(value) else Bound.PROPERTIES
    return ActedLimit(bound, float(value), float(limit))


def _active(problem: DesignProblem, result: CycleResult, whole: _Box, x: Array) -> tuple[ActedLimit, ...]:
    """Limits the optimum leans on."""
    limits, near = problem.limits, (whole.high - whole.low) * _TOUCH
    T_out = float(result.T_geofluid_out)
    active = []
    if T_out < limits.T_geofluid_out_min + _TOUCH:
        active.append(ActedLimit(Bound.GEOFLUID_OUTLET, T_out, limits.T_geofluid_out_min))
    p_cond = float(result.levels[0].pump_in.p)
    if x[2] < whole.low[2] + near[2] and p_cond < limits.p_cond_min * (1.0 + _TOUCH):
        active.append(ActedLimit(Bound.CONDENSING_PRESSURE, p_cond, limits.p_cond_min))
    for edge, touches in (
        (whole.high[0], x[0] > whole.high[0] - near[0]),
        (whole.low[0], x[0] < whole.low[0] + near[0]),
    ):
        if touches:
            active.append(ActedLimit(Bound.EVAPORATING_PRESSURE, float(np.exp(x[0])), float(np.exp(edge))))
    if problem.regime is Regime.SUBCRITICAL and x[1] > whole.high[1] - near[1]:
        active.append(ActedLimit(Bound.SUPERHEAT, float(x[1]), float(whole.high[1])))
    T_turbine = float(result.levels[0].expander_in.T)
    if T_turbine > limits.T_fluid_max - _TOUCH:
        active.append(ActedLimit(Bound.FLUID_TEMPERATURE, T_turbine, limits.T_fluid_max))
    return tuple(active)


def _saturation_temperature(fluid: FluidModel, p: float) -> float:
    """Bubble temperature [K] at p [Pa]; -inf where it lies below the fluid's properties."""
    T = float(fluid.bubble(p).T)
    return T if np.isfinite(T) else -np.inf
