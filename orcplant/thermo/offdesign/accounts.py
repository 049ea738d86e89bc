"""Powers and temperatures of a settled unit, and how much room is left to each of its limits."""

from dataclasses import dataclass
from enum import IntFlag
from typing import Final

import numpy as np

from orcplant.thermo.hardware import CoolantKind
from orcplant.thermo.offdesign.balance import Balance, Unit
from orcplant.thermo.offdesign.boundary import Scenarios
from orcplant.thermo.offdesign.machinery import terminal_power
from orcplant.thermo.offdesign.point import Stop
from orcplant.thermo.offdesign.unknowns import Attempt
from orcplant.thermo.state import Array

_OUTSIDE: Final = 0.05  # [1/K], room lost outside the range of the tables


class Limit(IntFlag):
    """What holds a point where it is; several may at once."""

    NONE = 0
    RATING = 1
    GROSS_SETPOINT = 2
    NET_SETPOINT = 4
    T_RETURN = 8
    DUTY = 16
    P_COND_HIGH = 32
    P_EVAP_HIGH = 64  # brine held back to keep the evaporating pressure down
    PUMP_SPEED = 128
    P_COND_LOW = 256  # fans slowed down to hold the condensing pressure up
    FAN_SPEED = 512  # fans at their least speed
    PINCH = 1024  # streams closer than 0.5 K


# What a limit that cannot be held is called.
STOPS: Final = {
    Limit.RATING: Stop.BELOW_MINIMUM_LOAD,
    Limit.GROSS_SETPOINT: Stop.BELOW_MINIMUM_LOAD,
    Limit.NET_SETPOINT: Stop.BELOW_MINIMUM_LOAD,
    Limit.T_RETURN: Stop.RETURN_TOO_COLD,
    Limit.DUTY: Stop.BELOW_MINIMUM_LOAD,
    Limit.P_COND_HIGH: Stop.CONDENSATION_TOO_HIGH,
    Limit.PUMP_SPEED: Stop.PUMP_SPEED,
    Limit.P_EVAP_HIGH: Stop.BELOW_MINIMUM_LOAD,
}


@dataclass(frozen=True, slots=True)
class Accounts:
    """Powers [W], heat taken from the geofluid ``duty`` [W], geofluid leaving the unit ``T_out`` [K]."""

    gross: Array
    pump: Array
    cooler: Array
    duty: Array
    T_out: Array

    @property
    def net(self) -> Array:
        """Gross less feed pump and cooling [W]."""
        return self.gross - self.pump - self.cooler


def accounts(unit: Unit, at: Scenarios, balance: Balance) -> Accounts:
    """Account for a balance."""
    machine, speed = unit.hardware.cooler, balance.guess.fan_speed
    # Fans move the same volume at a speed whatever the density: their power goes with it (fan laws, e.g. Eck,
    # *Fans*, 1973, chapter 2). Cooling water is equally dense at any temperature.
    thin = at.rho_coolant / machine.density if machine.kind is CoolantKind.AIR else 1.0
    return Accounts(
        gross=terminal_power(unit.hardware.generator, balance.expansion.shaft_power),
        pump=balance.pumping.power,
        cooler=np.asarray(machine.power * speed**3 * thin),
        duty=balance.duty,
        T_out=geofluid_temperature(at, balance.h_geofluid_out),
    )


def geofluid_temperature(at: Scenarios, h: Array) -> Array:
    """Temperature of the geofluid at one enthalpy a scenario [K]."""
    return np.where(h >= at.h_bubble, at.T_bubble, at.liquid.temperature(h[:, None])[:, 0])


def room(
    unit: Unit, at: Scenarios, balance: Balance, tried: Attempt, T_return_min: Array
) -> dict[Limit, Array]:
    """Room left to every limit that an opening can hold, in comparable measures; negative where violated."""
    found, hardware = accounts(unit, at, balance), unit.hardware
    rating, limits = hardware.generator.rating, hardware.limits
    # What does not pass the unit can be mixed in behind it.
    share = balance.guess.brine_share
    T_out = geofluid_temperature(at, share * balance.h_geofluid_out + (1.0 - share) * at.h_geofluid)
    return {
        Limit.RATING: 1.0 - found.gross / rating,
        Limit.GROSS_SETPOINT: np.where(np.isinf(at.gross_max), 1.0, (at.gross_max - found.gross) / rating),
        Limit.NET_SETPOINT: np.where(np.isinf(at.net_max), 1.0, (at.net_max - found.net) / rating),
        Limit.T_RETURN: (T_out - T_return_min) / 50.0,
        Limit.DUTY: np.where(np.isinf(at.duty_max), 1.0, (at.duty_max - found.duty) / (10.0 * rating)),
        Limit.P_COND_HIGH: np.log(limits.p_cond_max / balance.p_cond)
        - _OUTSIDE * np.maximum(tried.beyond_cond, 0.0),
        Limit.PUMP_SPEED: hardware.level.pump.speed_max - balance.pumping.speed,
    }


def evaporation_room(unit: Unit, balance: Balance, tried: Attempt) -> Array:
    """Room left to the evaporator's pressure where no brine is held back for it, as in `room`."""
    p_max = unit.hardware.limits.p_evap_max
    return np.asarray(np.log(p_max / balance.p_evap) - _OUTSIDE * tried.held_back)
