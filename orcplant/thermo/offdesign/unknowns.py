"""The two unknowns of a unit off design, and how far a guess of them is off.

Evaporating temperature and condenser control are unknown; everything else follows. Outside the range
of the property tables the residual goes on straight, so no search is ever lost.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from orcplant.thermo.offdesign.balance import Balance, Guess, Unit
from orcplant.thermo.offdesign.boundary import Scenarios
from orcplant.thermo.offdesign.newton import Index, Range
from orcplant.thermo.state import Array

_STEP_EVAP: Final = 15.0  # [K], at once
_STEP_COND: Final = 10.0
_LEAST_LIFT: Final = 1.0  # [K], evaporation above condensation
_FAN_SCALE: Final = 15.0  # [K] of the condenser's coordinate for a factor e of fan speed
_BRINE_SCALE: Final = 15.0  # [K] of the evaporator's coordinate for a factor e of geofluid flow
_SLOPE: Final = 0.05  # [1/K], of the residual outside the frame
# Below the least lift: a drop of brine is short of it by a factor e**15, and must not be 300 K away.
_SLOPE_LIFT: Final = 0.5  # [1/K]
_COLDEST: Final = 10.5  # [K] above the coldest liquid of the tables: their saturation begins there
_HOTTEST: Final = 0.965  # of the critical pressure: the tables end at 0.97
_INSIDE: Final = 1.0  # [K], kept from the hottest vapour of the tables
_WARMEST_CONDENSATION: Final = 0.6  # of the critical pressure


@dataclass(frozen=True, slots=True)
class Openings:
    """Most of the brine let through the unit, and share of the pressure the inlet valve leaves [-]."""

    brine_share: Array
    valve: Array

    def take(self, index: Index) -> "Openings":
        """Openings of some scenarios."""
        return Openings(self.brine_share[index], self.valve[index])


@dataclass(frozen=True, slots=True)
class Frame:
    """Temperatures [K] a unit is kept within.

    Evaporation up to ``T_evap_max``, condensation from ``T_floor`` on; balances can be drawn up for
    condensation from ``T_cond_min`` to ``T_cond_max``.
    """

    T_floor: float
    T_evap_max: float
    T_cond_min: float
    T_cond_max: float


def frame(unit: Unit) -> Frame:
    """Temperatures of a unit's pressure limits, and the ends of its fluid's tables."""
    fluid, limits = unit.fluid, unit.hardware.limits
    T_coldest, p_crit = fluid.T_floor + _COLDEST, fluid.limits.p_crit
    T_built_for = float(fluid.dew(min(limits.p_evap_max, _HOTTEST * p_crit)).T)
    p_floor = max(limits.p_cond_min, float(fluid.p_bubble(T_coldest)))
    return Frame(
        T_floor=float(fluid.bubble(p_floor).T),
        T_evap_max=min(T_built_for, _hottest(unit)),
        T_cond_min=T_coldest,
        T_cond_max=float(fluid.bubble(_WARMEST_CONDENSATION * p_crit).T),
    )


def free_frame(unit: Unit) -> Frame:
    """Frame with the end of the tables in the place of the evaporator's limit."""
    return replace(frame(unit), T_evap_max=_hottest(unit))


def _hottest(unit: Unit) -> float:
    """Highest evaporating temperature [K] of the tables: below critical, and with the superheat inside."""
    near_critical = float(unit.fluid.dew(_HOTTEST * unit.fluid.limits.p_crit).T)
    return min(near_critical, unit.fluid.T_hot - unit.hardware.level.superheat - _INSIDE)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A guess read from the unknowns, and how far [K] these lie outside what can be drawn up.

    ``beyond_evap`` is negative below the least lift; ``beyond_cond`` is negative below and positive above
    the range of condensation. ``held_back`` is the evaporator's coordinate above its highest
    temperature.
    """

    guess: Guess
    held_back: Array
    beyond_evap: Array
    beyond_cond: Array


def attempt(unit: Unit, bounds: Frame, at: Scenarios, x: Array, openings: Openings) -> Attempt:
    """Read the unknowns: the evaporator's and the condenser's coordinate, both [K].

    Each walks along what a control does. The evaporator's is the evaporating temperature up to its limit,
    and from there on how far brine is held back to keep it there. The condenser's is, above 0, the condensing
    temperature above its floor with fans as set; below 0 fans slow down to keep it at the floor, and
    beyond their least speed condensation leaves the floor.
    """
    e, c, full = x[:, 0], x[:, 1], at.fan_speed
    slowest = _FAN_SCALE * np.log(np.minimum(unit.hardware.cooler.speed_min / full, 1.0))
    T_cond = bounds.T_floor + np.maximum(c, 0.0) + np.minimum(c - slowest, 0.0)
    T_cond_held = np.clip(T_cond, bounds.T_cond_min, bounds.T_cond_max)
    T_evap = np.minimum(e, bounds.T_evap_max)
    T_evap_held = np.maximum(T_evap, T_cond_held + _LEAST_LIFT)
    held_back = np.exp(-np.maximum(e - bounds.T_evap_max, 0.0) / _BRINE_SCALE)
    guess = Guess(
        T_evap=T_evap_held,
        T_cond=T_cond_held,
        fan_speed=full * np.exp(np.clip(c, slowest, 0.0) / _FAN_SCALE),
        brine_share=openings.brine_share * held_back,
        valve=openings.valve,
    )
    return Attempt(guess, e - T_evap, T_evap - T_evap_held, T_cond - T_cond_held)


def areas_off(unit: Unit, balance: Balance, tried: Attempt) -> Array:
    """Logarithm of needed over built area, of heater and condenser, shape (n, 2).

    Outside the frame it goes on straight, so that a search finds its way back, or ends there and can say so.
    """
    heater, condenser = unit.hardware.level.heater, unit.hardware.condenser
    hot = np.log(balance.heater.area / heater.area) + _SLOPE_LIFT * tried.beyond_evap
    cold = np.log(balance.condenser.area / condenser.area) - _SLOPE * tried.beyond_cond
    return np.stack([hot, cold], axis=-1)


def estimate(unit: Unit, bounds: Frame, at: Scenarios) -> Array:
    """Estimate the unknowns from how far brine, flow and weather are from design."""
    point = unit.hardware.design
    load = (at.T_geofluid - at.T_coolant) / (point.T - point.T_coolant)
    flow = np.maximum(at.flow / point.mass_flow, 0.05)
    approach = np.maximum((point.T_cond - point.T_coolant) * load * flow**0.6, 1.0)
    T_cond = np.maximum(at.T_coolant + approach, bounds.T_floor + 0.5)
    T_evap = point.T_evap + 0.6 * (at.T_geofluid - point.T) + 20.0 * np.log(flow)
    return np.stack([np.maximum(T_evap, T_cond + 5.0), T_cond - bounds.T_floor], axis=-1)


def wide_range(n: int) -> Range:
    """Range of both unknowns: wider than any frame, which holds them softly."""
    low, high = np.array([150.0, -300.0]), np.array([700.0, 400.0])
    return Range(np.tile(low, (n, 1)), np.tile(high, (n, 1)), np.array([_STEP_EVAP, _STEP_COND]))
