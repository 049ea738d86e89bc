"""What a rated unit says: arrays of the shape of the question, in SI."""

from dataclasses import dataclass
from enum import IntEnum, IntFlag

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.state import Array, State
from orcplant.thermo.status import Mask, Status


class Stop(IntEnum):
    """Why a unit does not run; value and limit of each in SI."""

    RUNS = 0
    OUTSIDE_PROPERTIES = 1  # geofluid or coolant outside its properties, or a control that is no number
    NO_GEOFLUID = 2  # geofluid flow not above zero
    GEOFLUID_TOO_COLD = 3  # geofluid at the inlet, against coolant or least evaporating temperature
    BELOW_MINIMUM_LOAD = 4  # gross power below the least the unit runs at
    CONDENSATION_TOO_HIGH = 5  # condensing pressure above what the condenser is built for
    CONDENSATION_TOO_LOW = 6  # condensing pressure below its floor with fans at their least speed
    RETURN_TOO_COLD = 7  # geofluid returned below its limit
    GEOFLUID_FREEZES = 8  # geofluid leaving the unit
    PUMP_SPEED = 9  # feed pump speed needed above the highest
    OUTSIDE_MAP = 10  # beyond the axes or the coolant pressure of a unit's map
    NOT_SETTLED = 11  # the search ended without an operating point: largest residual, tolerance


class Flag(IntFlag):
    """What an engineer should know about a point; several may hold at once."""

    NONE = 0
    WET_EXPANSION = 1  # the turbine's exhaust holds droplets
    SMALL_PINCH = 2  # streams closer than 0.5 K
    EFFICIENCY_RANGE = 4  # turbine beyond the range its efficiency factors were made for: straight on


@dataclass(frozen=True, slots=True)
class LevelPoint:
    """One pressure level at an operating point.

    Pressures [Pa] and saturation temperatures [K] of evaporation and condensation; ``mass_flow`` of
    working fluid [kg/s]; states in flow order; ``h_feed`` [J/kg] into the heater and ``h_exhaust`` out of
    the recuperator; ``recuperated`` heat [W]; turbine's ``eta_expander`` and ``expander_speed``, pump's
    ``eta_pump`` and ``pump_speed`` [-, speeds over design]; ``pinch_heater`` [K].
    """

    T_evap: Array
    p_evap: Array
    T_cond: Array
    p_cond: Array
    mass_flow: Array
    pump_in: State
    pump_out: State
    expander_in: State
    expander_out: State
    h_feed: Array
    h_exhaust: Array
    recuperated: Array
    eta_expander: Array
    expander_speed: Array
    eta_pump: Array
    pump_speed: Array
    pinch_heater: Array


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A unit at work; NaN where `status` says it is not.

    Powers ``gross`` (terminals), ``pump``, ``cooler`` (fans or cooling pumps), ``net`` [W]; ``heat_in`` and
    ``condenser`` duties [W]. ``geofluid_flow`` drawn from the wells, of it ``bypass`` around the unit [kg/s];
    ``T_geofluid_out`` of the unit and ``T_return`` after mixing with the bypass [K]. ``fan_speed`` over full,
    share of the pressure difference the inlet ``valve`` leaves [-]. ``coolant_flow`` [kg/s],
    ``T_coolant_out`` [K], ``pinch_condenser`` [K]. ``limits`` holds bits of `Limit`, ``flags`` of `Flag`;
    ``status.reason`` is a `Stop`.
    """

    gross: Array
    pump: Array
    cooler: Array
    net: Array
    heat_in: Array
    condenser: Array
    geofluid_flow: Array
    bypass: Array
    T_geofluid_out: Array
    T_return: Array
    fan_speed: Array
    valve: Array
    coolant_flow: Array
    T_coolant_out: Array
    pinch_condenser: Array
    levels: tuple[LevelPoint, ...]
    limits: NDArray[np.int64]
    flags: NDArray[np.int64]
    status: Status

    @property
    def level(self) -> LevelPoint:
        """The only level."""
        (level,) = self.levels
        return level

    @property
    def ok(self) -> Mask:
        """Where the unit runs."""
        return self.status.ok
