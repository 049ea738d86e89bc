"""Rate a unit: hardware, boundary and control in, operating points out."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.hardware import Hardware
from orcplant.thermo.media import liquid_water
from orcplant.thermo.offdesign.accounts import STOPS, Accounts, Limit, accounts, geofluid_temperature
from orcplant.thermo.offdesign.balance import Balance, Unit
from orcplant.thermo.offdesign.boundary import (
    Boundary,
    Control,
    Means,
    Scenarios,
    design_boundary,
    scenarios,
    shape_of,
)
from orcplant.thermo.offdesign.newton import TOLERANCE
from orcplant.thermo.offdesign.point import Flag, LevelPoint, OperatingPoint, Stop
from orcplant.thermo.offdesign.records import blanked, reshaped, spread
from orcplant.thermo.offdesign.throttle import Held, hold
from orcplant.thermo.offdesign.unknowns import frame
from orcplant.thermo.state import Array, Numeric
from orcplant.thermo.status import Status, broadcast, require
from orcplant.thermo.tables import FINE, tabulated_fluid

SMALL_PINCH: Final = 0.5  # [K]
_ROUNDING: Final = 1e-6
_SAME: Final = 1e-6  # [K]
_FREEZING: Final = 273.16  # [K]


def rate(hardware: Hardware, boundary: Boundary, control: Control = Control()) -> OperatingPoint:  # noqa: B008
    """Find the operating point of every scenario.

    Parameters
    ----------
    hardware : Hardware
        One unit.
    boundary, control : Boundary, Control
        What it meets and what is asked of it; all numbers broadcast against each other.

    Returns
    -------
    OperatingPoint
        Arrays of the broadcast shape, floats for scalars. Where ``status.reason`` is not 0 the unit does
        not run, and the reason says which bound it cannot hold; other scenarios are not touched by it.

    Notes
    -----
    Steady state. Evaporating and condensing pressure settle where the area each exchanger needs is the
    area it has, with the flow the turbine swallows; the feed pump holds the superheat, the drain the
    subcooling. Fans slow down rather than let the condensing pressure fall below its floor. Limits are held
    by `Control.means`, as far open as all of them allow. No start values and no memory: the same
    question has the same answer, whatever was asked before or beside it.
    """
    shape = shape_of(boundary, control)
    asked = scenarios(hardware, boundary, control)
    if not len(asked):
        raise ValueError("nothing to rate: an input has no elements")
    unit = Unit(hardware, tabulated_fluid(hardware.level.fluid, FINE))
    status = _askable(unit, asked)
    runs = np.flatnonzero(np.broadcast_to(np.asarray(status.ok), (len(asked),)))
    at = asked.take(runs) if len(runs) else scenarios(hardware, design_boundary(hardware), Control())
    point = _rated(unit, at, control.means)
    if not len(runs):  # one answered question, only for the fields of its answer
        point = spread(point, np.zeros(0, dtype=np.intp), 0)
    point = spread(point, runs, len(asked))
    whole = _merged(status, point.status, runs)
    return reshaped(replace(blanked(point, np.asarray(whole.ok)), status=whole), shape)


def _askable(unit: Unit, at: Scenarios) -> Status:
    """Refuse what cannot be asked: no flow, states outside the media."""
    n = len(at)
    status = Status(np.zeros(n, dtype=np.int8), np.full(n, np.nan), np.full(n, np.nan))
    status = require(status, at.flow > 0.0, Stop.NO_GEOFLUID, value=at.flow, limit=0.0)
    known = np.isfinite(at.h_geofluid + at.h_coolant + at.liquid.high + at.coolant.high + at.superheat)
    known &= (at.fan_speed > 0.0) & (at.superheat >= 0.0) & (at.liquid.high > at.liquid.low)
    known &= at.superheat <= unit.fluid.T_hot - frame(unit).T_evap_max
    status = require(status, known, Stop.OUTSIDE_PROPERTIES, value=np.nan, limit=np.nan)
    warm = at.T_geofluid > at.T_coolant
    return require(status, warm, Stop.GEOFLUID_TOO_COLD, value=at.T_geofluid, limit=at.T_coolant)


def _merged(asked: Status, rated: Status, runs: NDArray[np.intp]) -> Status:
    parts = []
    for name in ("reason", "value", "limit"):
        whole = np.array(np.broadcast_to(getattr(asked, name), np.shape(rated.reason)))
        whole[runs] = getattr(rated, name)[runs]
        parts.append(whole)
    return Status(*parts)


def _rated(unit: Unit, at: Scenarios, means: Means) -> OperatingPoint:
    held = hold(unit, at, means)
    found = accounts(unit, at, held.balance)
    return _point(unit, at, held, found, means, _judged(unit, at, held, found))


def _judged(unit: Unit, at: Scenarios, held: Held, found: Accounts) -> Status:
    """Say why a point that settled nowhere, or outside its limits, is none."""
    n, limits, tried, balance = len(at), unit.hardware.limits, held.tried, held.balance
    status = Status(np.zeros(n, dtype=np.int8), np.full(n, np.nan), np.full(n, np.nan))
    status = require(status, held.solved, Stop.NOT_SETTLED, value=held.residual, limit=TOLERANCE)
    # Below the least lift the brine is too cold, or too little of it to keep the pressure up.
    lift, T_evap = tried.beyond_evap >= 0.0, tried.guess.T_evap
    warm = lift | (at.T_geofluid > T_evap)
    status = require(status, warm, Stop.GEOFLUID_TOO_COLD, value=at.T_geofluid, limit=T_evap)
    for limit, stop in STOPS.items():
        lost = (held.worst < -_ROUNDING) & (held.binding == int(limit))
        if limit is Limit.T_RETURN:
            lost = lost & lift  # more heat than the brine has tells no temperature
        value, bound = _sides(unit, at, held, found, limit)
        status = require(status, ~lost, stop, value=value, limit=bound)
    status = require(
        status,
        balance.p_cond >= limits.p_cond_min * (1.0 - _ROUNDING),
        Stop.CONDENSATION_TOO_LOW,
        value=balance.p_cond,
        limit=limits.p_cond_min,
    )
    thawed = ~lift | (found.T_out >= _FREEZING)
    status = require(status, thawed, Stop.GEOFLUID_FREEZES, value=found.T_out, limit=_FREEZING)
    least = limits.load_min * unit.hardware.generator.rating
    enough = lift & (found.gross >= least)
    status = require(status, enough, Stop.BELOW_MINIMUM_LOAD, value=found.gross, limit=least)
    return broadcast(status, (n,))


def _sides(unit: Unit, at: Scenarios, held: Held, found: Accounts, limit: Limit) -> tuple[Array, Array]:
    """Value and bound of a limit [SI]."""
    limits, rating, n = unit.hardware.limits, unit.hardware.generator.rating, len(at)
    least = limits.load_min * rating
    T_min = np.maximum(at.T_out_min, limits.T_return_min)
    sides: dict[Limit, tuple[Array, Numeric]] = {
        Limit.T_RETURN: (found.T_out, T_min),
        Limit.P_COND_HIGH: (held.balance.p_cond, limits.p_cond_max),
        Limit.PUMP_SPEED: (held.balance.pumping.speed, unit.hardware.level.pump.speed_max),
    }
    value, bound = sides.get(limit, (found.gross, least))
    return value, np.zeros(n) + bound


def _point(
    unit: Unit, at: Scenarios, held: Held, found: Accounts, means: Means, status: Status
) -> OperatingPoint:
    balance, guess = held.balance, held.balance.guess
    drawn, bypass, T_return = _brine(unit, at, held, found, means)
    exhaust = np.asarray(unit.fluid.dew(balance.p_cond).h)
    pinch = np.minimum(balance.heater.pinch, balance.condenser.pinch)
    flags = (
        np.where(balance.expansion.outlet.h < exhaust, Flag.WET_EXPANSION, 0)
        | np.where(pinch < SMALL_PINCH, Flag.SMALL_PINCH, 0)
        | np.where(balance.expansion.in_range, 0, Flag.EFFICIENCY_RANGE)
    )
    return OperatingPoint(
        gross=found.gross,
        pump=found.pump,
        cooler=found.cooler,
        net=found.net,
        heat_in=found.duty,
        condenser=np.asarray(balance.mass_flow * (balance.h_exhaust - balance.pump_in.h)),
        geofluid_flow=drawn,
        bypass=bypass,
        T_geofluid_out=found.T_out,
        T_return=T_return,
        fan_speed=guess.fan_speed,
        valve=guess.valve,
        coolant_flow=balance.coolant_flow,
        T_coolant_out=at.coolant.temperature(balance.h_coolant_out[:, None])[:, 0],
        pinch_condenser=balance.condenser.pinch,
        levels=(_level(balance),),
        limits=_limits(unit, at, held, pinch),
        flags=np.asarray(flags, dtype=np.int64),
        status=status,
    )


def _brine(
    unit: Unit, at: Scenarios, held: Held, found: Accounts, means: Means
) -> tuple[Array, Array, Array]:
    """Geofluid drawn, of it led around the unit [kg/s], and temperature returned [K]."""
    through = at.flow * held.balance.guess.brine_share
    h_out, T_min = held.balance.h_geofluid_out, np.maximum(at.T_out_min, unit.hardware.limits.T_return_min)
    if means is Means.BYPASS:
        bypass = at.flow - through
    else:  # as much as the return needs
        cold = found.T_out < T_min
        h_min = np.asarray(liquid_water().enthalpy(np.minimum(T_min, at.T_bubble - 1e-3), at.p_geofluid))
        # Geofluid that comes no warmer than it must go back has nothing to mix in.
        needed = through * (h_min - h_out) / np.where(cold, np.maximum(at.h_geofluid - h_min, 1e-9), 1.0)
        bypass = np.where(cold, np.clip(needed, 0.0, at.flow - through), 0.0)
    drawn = through + bypass
    return drawn, bypass, geofluid_temperature(at, (through * h_out + bypass * at.h_geofluid) / drawn)


def _limits(unit: Unit, at: Scenarios, held: Held, pinch: Array) -> NDArray[np.int64]:
    guess, limits = held.balance.guess, unit.hardware.limits
    slowed = guess.fan_speed < at.fan_speed * (1.0 - _ROUNDING)
    least = guess.fan_speed <= unit.hardware.cooler.speed_min * (1.0 + _ROUNDING)
    at_floor = held.balance.p_cond <= limits.p_cond_min * (1.0 + _ROUNDING)
    return np.asarray(
        held.binding
        | np.where(slowed & at_floor, int(Limit.P_COND_LOW), 0)
        | np.where(guess.T_evap >= frame(unit).T_evap_max - _SAME, int(Limit.P_EVAP_HIGH), 0)
        | np.where(least, int(Limit.FAN_SPEED), 0)
        | np.where(pinch < SMALL_PINCH, int(Limit.PINCH), 0)
    )


def _level(balance: Balance) -> LevelPoint:
    return LevelPoint(
        T_evap=balance.guess.T_evap,
        p_evap=balance.p_evap,
        T_cond=balance.guess.T_cond,
        p_cond=balance.p_cond,
        mass_flow=balance.mass_flow,
        pump_in=balance.pump_in,
        pump_out=balance.pumping.outlet,
        expander_in=balance.expander_in,
        expander_out=balance.expansion.outlet,
        h_feed=balance.h_feed,
        h_exhaust=balance.h_exhaust,
        recuperated=np.asarray(balance.mass_flow * balance.recuperated),
        eta_expander=balance.expansion.efficiency,
        expander_speed=balance.expansion.speed,
        eta_pump=balance.pumping.efficiency,
        pump_speed=balance.pumping.speed,
        pinch_heater=balance.heater.pinch,
    )
