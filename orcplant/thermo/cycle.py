"""Solve an ORC: saturated, superheated, recuperated, transcritical or on two pressure levels.

The design is explicit: states follow from pressures and efficiencies, the working fluid's flow from
the heat balance at the tightest point of the heater, the coolant's flow likewise. There is nothing
to iterate and nothing to start from, and arrays of scenarios cost one pass.

Source of the method: DiPippo, *Geothermal Power Plants*, 4th ed., 2016, chapter 8 (binary plants).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, assert_never

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cooling import Condenser, condense, share_coolant
from orcplant.thermo.exchanger import column, isobar
from orcplant.thermo.heater import Heater, heat
from orcplant.thermo.machines import expander, pump
from orcplant.thermo.recuperator import Recuperation, Saturation, recuperate
from orcplant.thermo.result import CycleResult, Duties, Level, Powers, Warn
from orcplant.thermo.spec import (
    CycleSpec,
    FlowGiven,
    LevelSpec,
    NoRecuperator,
    Pressure,
    SaturationTemperature,
    Subcooling,
    Superheat,
    Temperature,
)
from orcplant.thermo.state import FluidModel, Numeric, State, choose, no_state
from orcplant.thermo.status import SOLVED, Reason, Status, broadcast, require

SMALL_PINCH = 0.5  # [K], below it an exchanger is an assumption rather than a design
_SATURATED = 1e-4  # [K], superheat and subcooling below this are none: a p-T flash refuses them
EXPANSION_SHARES: Final = np.linspace(0.0, 1.0, 8)[1:]
_DEW_TOLERANCE = 1e-6  # [J/(kg K)], a saturated inlet lies on the dew line, not in it


def evaporation_pressure(level: LevelSpec) -> Numeric:
    """Pressure at the expander inlet [Pa]."""
    match level.evaporation:
        case SaturationTemperature(T):
            return level.fluid.p_dew(T)
        case Pressure(p):
            return p
        case _:
            assert_never(level.evaporation)


def condensation_pressure(spec: CycleSpec, fluid: FluidModel) -> Numeric:
    """Pressure at the expander outlet [Pa]."""
    match spec.condensation:
        case SaturationTemperature(T):
            return fluid.p_bubble(T)
        case Pressure(p):
            return p
        case _:
            assert_never(spec.condensation)


def solve_cycle(spec: CycleSpec, *, report_pinches: bool = True) -> CycleResult:
    """Solve every scenario of a spec.

    Parameters
    ----------
    spec : CycleSpec
        Numbers may be arrays, one element a scenario; they broadcast.
    report_pinches : bool
        Whether to look for the pinches that heater, condenser and recuperator have fixed already.
        A search over thousands of candidates does without them (NaN) in half the time.

    Returns
    -------
    CycleResult
        Where `status.reason` is not 0, the point has no answer and says which bound failed.

    Raises
    ------
    PropertyError
        Only when every number is a scalar: a state lies outside its equation of state.
    """
    sides = [_sides(spec, level, report_pinches) for level in spec.levels]
    status = _require_states(sides)
    levels, status = _heat_levels(spec, sides, status, report_pinches)
    condensers, status = _condense(spec, sides, levels, status, report_pinches)
    power, duty = _powers(spec, levels, condensers)
    return CycleResult(
        spec=spec,
        levels=levels,
        condensers=condensers,
        power=power,
        duty=duty,
        eta_thermal=power.cycle / duty.heat_in,
        status=broadcast(status, np.shape(power.net)),
        warnings=_warnings(spec, levels, condensers),
    )


@dataclass(frozen=True, slots=True)
class _Sides:
    """States of one level that do not depend on flows."""

    low: Saturation
    high: Saturation
    pump_in: State
    pump_out: State
    expander_in: State
    expander_out: State
    recuperation: Recuperation


def _sides(spec: CycleSpec, level: LevelSpec, report_pinches: bool) -> _Sides:
    fluid = level.fluid
    p_low, p_high = condensation_pressure(spec, fluid), evaporation_pressure(level)
    low, high = _saturation(fluid, p_low), _saturation(fluid, p_high)
    pump_in = _pump_inlet(spec, fluid, p_low, low.bubble)
    pump_out = pump(fluid, pump_in, p_out=p_high, efficiency=spec.eta_pump)
    expander_in = _expander_inlet(level, p_high, high.dew)
    expander_out = expander(fluid, expander_in, p_out=p_low, efficiency=level.eta_expander)
    recuperation = recuperate(
        fluid,
        spec.recuperator,
        hot_in=expander_out,
        cold_in=pump_out,
        low=low,
        high=high,
        report_pinch=report_pinches,
    )
    return _Sides(low, high, pump_in, pump_out, expander_in, expander_out, recuperation)


def _saturation(fluid: FluidModel, p: Numeric) -> Saturation:
    supercritical = np.asarray(p) >= fluid.limits.p_crit
    if np.all(supercritical):
        return Saturation(no_state(p), no_state(p))
    if not np.any(supercritical):
        return Saturation(bubble=fluid.bubble(p), dew=fluid.dew(p))
    p_below = np.where(supercritical, 0.5 * fluid.limits.p_crit, p)[()]
    return Saturation(
        bubble=choose(supercritical, no_state(p), fluid.bubble(p_below)),
        dew=choose(supercritical, no_state(p), fluid.dew(p_below)),
    )


def _pump_inlet(spec: CycleSpec, fluid: FluidModel, p: Numeric, bubble: State) -> State:
    match spec.pump_inlet:
        case Subcooling(dT):
            T = bubble.T - dT
        case Temperature(T):
            pass
        case _:
            assert_never(spec.pump_inlet)
    return _beyond_saturation(fluid, p, T, bubble, np.asarray(T) > bubble.T - _SATURATED)


def _expander_inlet(level: LevelSpec, p: Numeric, dew: State) -> State:
    match level.turbine_inlet:
        case Superheat(dT):
            T = dew.T + dT
        case Temperature(T):
            pass
        case _:
            assert_never(level.turbine_inlet)
    return _beyond_saturation(level.fluid, p, T, dew, np.asarray(T) < dew.T + _SATURATED)


def _beyond_saturation(
    fluid: FluidModel, p: Numeric, T: Numeric, saturated: State, is_saturated: np.ndarray
) -> State:
    if np.all(is_saturated):
        return saturated
    p, T = np.broadcast_arrays(p, T)
    # A far-off temperature keeps the flash happy where its answer is replaced.
    T_flash = np.where(is_saturated, fluid.limits.T_crit, T)[()]
    return choose(is_saturated, saturated, fluid.state_pT(p[()], T_flash))


def _require_states(sides: list[_Sides]) -> Status:
    status = SOLVED
    for side in sides:
        finite = np.isfinite(side.pump_out.h + side.expander_in.h + side.expander_out.h)
        finite = finite & np.isfinite(side.recuperation.duty)
        status = require(status, finite, Reason.OUTSIDE_PROPERTIES, value=np.nan, limit=np.nan)
        p_high, p_low = side.pump_out.p, side.pump_in.p
        status = require(status, np.greater(p_high, p_low), Reason.PRESSURE_ORDER, value=p_high, limit=p_low)
    return status


def _heat_levels(
    spec: CycleSpec, sides: list[_Sides], status: Status, report_pinches: bool
) -> tuple[tuple[Level, ...], Status]:
    """Lead the geofluid through the levels, hottest first."""
    source, levels = spec.source, []
    h_geofluid = np.nan if isinstance(source, FlowGiven) else geo.inlet_enthalpy(source.geofluid)
    for level, side in zip(spec.levels, sides, strict=True):
        path = isobar(
            level.fluid,
            side.pump_out.p,
            cold=side.recuperation.cold_out,
            hot=side.expander_in,
            bubble=side.high.bubble,
            dew=side.high.dew,
        )
        heater, status = heat(path, source, h_geofluid, status, report_pinches=report_pinches)
        levels.append(_level(side, heater))
        h_geofluid = heater.h_out
    return tuple(levels), status


def _level(side: _Sides, heater: Heater) -> Level:
    return Level(
        pump_in=side.pump_in,
        pump_out=side.pump_out,
        recuperation=side.recuperation,
        bubble=side.high.bubble,
        dew=side.high.dew,
        expander_in=side.expander_in,
        expander_out=side.expander_out,
        heater=heater,
    )


def _condense(
    spec: CycleSpec,
    sides: list[_Sides],
    levels: tuple[Level, ...],
    status: Status,
    report_pinches: bool,
) -> tuple[tuple[Condenser, ...], Status]:
    streams = _condensing_streams(spec, levels)
    duties = [mass_flow * (vapour.h - liquid.h) for _, vapour, liquid, mass_flow in streams]
    total = sum(duties, start=0.0)
    condensers = []
    for side, (fluid, vapour, liquid, mass_flow), duty in zip(sides, streams, duties, strict=False):
        low = side.low  # levels that share a condenser share its pressure
        path = isobar(fluid, liquid.p, cold=liquid, hot=vapour, bubble=low.bubble, dew=low.dew)
        share = duty / total if len(streams) > 1 else 1.0
        cooling = share_coolant(spec.cooling, share)
        condenser, status = condense(
            path, vapour, liquid, mass_flow, cooling, status, report_pinch=report_pinches
        )
        condensers.append(condenser)
    return tuple(condensers), status


def _condensing_streams(
    spec: CycleSpec, levels: tuple[Level, ...]
) -> list[tuple[FluidModel, State, State, Numeric]]:
    """Fluid, vapour in, liquid out and flow of every condenser."""
    fluids = [level.fluid for level in spec.levels]
    if len(levels) == 2 and fluids[0] == fluids[1]:
        first, second = levels
        mass_flow = first.mass_flow + second.mass_flow
        h = (
            first.mass_flow * first.recuperation.hot_out.h + second.mass_flow * second.recuperation.hot_out.h
        ) / mass_flow
        mixed = _mixed(fluids[0], first.pump_in.p, h)
        return [(fluids[0], mixed, first.pump_in, mass_flow)]
    return [
        (fluid, level.recuperation.hot_out, level.pump_in, level.mass_flow)
        for fluid, level in zip(fluids, levels, strict=True)
    ]


def _mixed(fluid: FluidModel, p: Numeric, h: Numeric) -> State:
    # Without flow (an infeasible point) there is no mixture.
    return no_state(h) if np.all(np.isnan(h)) else fluid.state_ph(p, h)


def _powers(
    spec: CycleSpec, levels: tuple[Level, ...], condensers: tuple[Condenser, ...]
) -> tuple[Powers, Duties]:
    expansion = _total(level.mass_flow * (level.expander_in.h - level.expander_out.h) for level in levels)
    pumping = _total(level.mass_flow * (level.pump_out.h - level.pump_in.h) for level in levels)
    fan = _total(condenser.fan_power for condenser in condensers)
    cooling_pump = _total(condenser.pump_power for condenser in condensers)
    generator = expansion * spec.eta_generator
    power = Powers(
        expander=expansion,
        pump=pumping,
        cycle=expansion - pumping,
        generator=generator,
        fan=fan,
        cooling_pump=cooling_pump,
        net=generator - pumping - fan - cooling_pump,
    )
    duty = Duties(
        heat_in=_total(level.heater.duty for level in levels),
        condenser=_total(condenser.duty for condenser in condensers),
        recuperator=_total(level.mass_flow * level.recuperation.duty for level in levels),
    )
    return power, duty


def _total(values: Iterable[Numeric]) -> Numeric:
    return sum(values, start=0.0)


def _warnings(
    spec: CycleSpec, levels: tuple[Level, ...], condensers: tuple[Condenser, ...]
) -> NDArray[np.int64]:
    wet, small, idle = (np.asarray(False) for _ in range(3))
    for level_spec, level in zip(spec.levels, levels, strict=True):
        wet = wet | expands_wet(level_spec.fluid, level.expander_in, level.expander_out)
        pinches = (level.heater.pinch_preheater, level.heater.pinch_evaporator, level.recuperation.pinch)
        for pinch in pinches:
            small = small | np.less(pinch, SMALL_PINCH - 1e-6)
        if not isinstance(spec.recuperator, NoRecuperator):
            idle = idle | np.equal(level.recuperation.duty, 0.0)
    for condenser in condensers:
        small = small | np.less(condenser.pinch, SMALL_PINCH - 1e-6)
    flags = ((wet, Warn.WET_EXPANSION), (small, Warn.SMALL_PINCH), (idle, Warn.IDLE_RECUPERATOR))
    return np.asarray(sum(np.asarray(mask) * int(flag) for mask, flag in flags))


def expands_wet(fluid: FluidModel, inlet: State, outlet: State) -> NDArray[np.bool_]:
    """Whether the expansion enters the dome, on a line of entropy rising evenly in log pressure.

    A retrograde fluid can leave the dome again before the outlet, so the line is looked at, not
    its end.
    """
    share = EXPANSION_SHARES
    log_p = np.log(column(inlet.p)) + share * np.log(column(outlet.p) / column(inlet.p))
    s = column(inlet.s) + share * (column(outlet.s) - column(inlet.s))
    p = np.exp(log_p)
    below = p < 0.999 * fluid.limits.p_crit
    s_dew = np.where(below, fluid.dew(np.where(below, p, 0.5 * fluid.limits.p_crit)).s, -np.inf)
    return np.asarray(np.any(s < s_dew - _DEW_TOLERANCE, axis=-1))
