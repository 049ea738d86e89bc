"""The candidates of a design problem: three unknowns, their ranges, and the cycle each point stands for.

A limit bounds the box (pressures), acts inside a candidate (a smaller flow keeps the geofluid warm
enough), or moves the ends of an unknown: superheat is counted from the least that expands dry to the
most that is allowed, so that every point of the box is a design and none repeats its neighbour.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant.thermo.cycle import EXPANSION_SHARES
from orcplant.thermo.design import ActedLimit, Bound, DesignProblem, NoDesign, Regime
from orcplant.thermo.exchanger import column
from orcplant.thermo.search import Box
from orcplant.thermo.spec import (
    CoolantPinch,
    CycleSpec,
    HeaterPinch,
    LevelSpec,
    Pressure,
    Subcooling,
    Superheat,
    Temperature,
)
from orcplant.thermo.state import FluidModel, Numeric, State, no_state

_DRY_PASSES: Final = 2
_DRY_MARGIN: Final = 0.02  # [J/(kg K)], some millikelvin off the dew line
_TABLE_ROOM: Final = 0.02  # [K]
_MARGIN: Final = 0.5  # [K], least room between bounds for a design to be worth looking for
_CONDENSING_RANGE: Final = 35.0  # [K] above the coldest condensation allowed
_HIGHEST_CONDENSATION: Final = 0.9  # reduced pressure; above it condensing is hardly that
_TRANSCRITICAL_START: Final = 1.03  # reduced pressure below which no property table is honest


@dataclass(frozen=True, slots=True)
class DesignSpace:
    """Where to look for a design: ranges of evaporating pressure ``p`` [Pa], condensation ``T_cond`` [K]."""

    problem: DesignProblem
    p: tuple[float, float]
    T_cond: tuple[float, float]

    @property
    def box(self) -> Box:
        """Ranges of the unknowns of `spec`."""
        span = self.problem.limits.superheat
        fixed = self.problem.regime is Regime.SUBCRITICAL and span[1] <= span[0]
        low, high = np.log(self.p)
        return Box(low=np.array([low, 0.0, 0.0]), high=np.array([high, 0.0 if fixed else 1.0, 1.0]))

    def spec(self, log_p: Numeric, superheat: Numeric, condensation: Numeric) -> CycleSpec:
        """Cycle of each point.

        Parameters
        ----------
        log_p : float or ndarray
            Logarithm of the evaporating pressure in Pa.
        superheat : float or ndarray
            0 to 1 from the coldest turbine inlet allowed to the hottest. [-]
        condensation : float or ndarray
            0 to 1 from the coldest condensation to the warmest, squared: the best is near the cold end. [-]
        """
        problem, p = self.problem, np.exp(log_p)
        T_cond = self.T_cond[0] + (self.T_cond[1] - self.T_cond[0]) * np.square(condensation)
        p_cond = problem.fluid.p_bubble(T_cond)
        level = LevelSpec(
            fluid=problem.fluid,
            evaporation=Pressure(p),
            turbine_inlet=_turbine_inlet(problem, p, superheat, p_cond),
            eta_expander=problem.eta_expander,
        )
        return CycleSpec(
            levels=(level,),
            condensation=Pressure(p_cond),
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


def design_space(problem: DesignProblem) -> DesignSpace | NoDesign:
    """Where to look, or the bound that leaves nowhere.

    Raises
    ------
    TypeError
        If the coolant's closure is not a `CoolantPinch`.
    """
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
    p = _pressures(problem, T_hot, T_cond_low)
    return (
        DesignSpace(problem, p, (T_cond_low, T_cond_high)) if isinstance(p, tuple) else NoDesign(problem, p)
    )


def _pressures(problem: DesignProblem, T_hot: float, T_cond: float) -> tuple[float, float] | ActedLimit:
    """Lowest and highest evaporating pressure [Pa], or what leaves none."""
    fluid, limits, p_crit = problem.fluid, problem.limits, problem.fluid.limits.p_crit
    if problem.regime is Regime.TRANSCRITICAL:
        T_low = fluid.limits.T_crit + 2.0 * _MARGIN
        if T_hot < T_low:
            needed = T_low + problem.pinch_heater
            return ActedLimit(Bound.GEOFLUID_INLET, float(problem.geofluid.T), needed)
        p_low = max(limits.p_reduced[0], _TRANSCRITICAL_START) * p_crit
        p_high = min(limits.p_reduced[1] * p_crit, fluid.limits.p_max)
    else:
        p_low = max(limits.p_reduced[0] * p_crit, float(fluid.p_dew(T_cond + _MARGIN)))
        p_high = limits.p_reduced[1] * p_crit
        T_evap_max = T_hot - limits.superheat[0] - _MARGIN
        if T_evap_max < _saturation_temperature(fluid, p_high):
            p_high = float(fluid.p_dew(T_evap_max)) if T_evap_max > T_cond else 0.0
    if p_high <= p_low:
        return ActedLimit(Bound.EVAPORATING_PRESSURE, p_high, p_low)
    return p_low, p_high


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


def _turbine_inlet(
    problem: DesignProblem, p: Numeric, share: Numeric, p_cond: Numeric
) -> Superheat | Temperature:
    """Inlet at a share from the coldest that expands dry to the hottest allowed; NaN where there is none."""
    hottest, transcritical = _hottest(problem), problem.regime is Regime.TRANSCRITICAL
    dew = no_state(p) if transcritical else problem.fluid.dew(p)
    T_dry = _dry_inlet(problem, p, dew, p_cond)
    if transcritical:
        low = np.fmax(T_dry, problem.fluid.limits.T_crit + 2.0 * _MARGIN)
        return Temperature(np.where(low <= hottest, low + share * (hottest - low), np.nan))
    low = np.maximum(T_dry - dew.T, problem.limits.superheat[0])
    high = np.maximum(np.minimum(hottest - dew.T, problem.limits.superheat[1]), low)
    return Superheat(np.where(low <= hottest - dew.T, low + share * (high - low), np.nan))


def _dry_inlet(problem: DesignProblem, p: Numeric, dew: State, p_cond: Numeric) -> Numeric:
    """Coldest turbine inlet [K] with which the expansion stays out of the dome.

    The inlet's entropy must lie above the dew line all along the expansion; what the expansion adds
    itself hardly depends on the inlet, so two passes settle it.
    """
    fluid, share = problem.fluid, EXPANSION_SHARES
    s_dew = np.asarray(fluid.dew(column(p) * (column(p_cond) / column(p)) ** share).s)
    s_dew = np.where(np.isnan(s_dew), -np.inf, s_dew)  # above the critical pressure there is no dome
    highest = s_dew.max(axis=-1)
    if np.all(highest < dew.s):  # what starts dry stays dry
        return dew.T
    s = np.fmax(highest, dew.s)
    for _ in range(_DRY_PASSES):
        h = fluid.enthalpy_ps(p, s)
        h_out = h - problem.eta_expander * (h - fluid.enthalpy_ps(p_cond, s))
        gain = fluid.state_ph(p_cond, h_out).s - s
        s = np.fmax((s_dew - share * column(gain)).max(axis=-1), dew.s)
    return np.fmax(fluid.temperature(p, fluid.enthalpy_ps(p, s + _DRY_MARGIN)), dew.T)


def _saturation_temperature(fluid: FluidModel, p: float) -> float:
    """Bubble temperature [K] at p [Pa]; -inf where it lies below the fluid's properties."""
    T = float(fluid.bubble(p).T)
    return T if np.isfinite(T) else -np.inf
