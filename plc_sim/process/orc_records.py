"""What goes into simulated ORC units and what is kept of them: figures, commands, surroundings, energy."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.state import Array

GOVERNOR_SHUT: Final = 0
GOVERNOR_SPEED: Final = 1  # follows `speed_rate`
GOVERNOR_OPEN: Final = 2  # as far as `opening`


@dataclass(frozen=True, slots=True)
class Assumed:
    """Figures no maker has given; each is assumed, with what it is modelled on.

    ``heater_mass`` and ``condenser_mass`` [J/(m2 K)] per heat transfer area: 3 mm of steel, finned tubes.
    ``valve_s`` full travel of the brine valve [s], slow against water hammer: pressure wave and column of a
    kilometre of pipe; ``vapour_bypass_s`` [s]. ``fan_s``, ``pump_s``, ``level_s`` lags of fans, feed pump
    and its level control [s]. ``inertia_s`` kinetic energy over rating [s] and ``friction`` over rating [-]
    of small turbogenerators; ``stop_valve_s`` closing time [s]; ``coast_s`` [s]. ``cooling_s``: heater
    losing heat to the air through its insulation [s]. ``holdup_s``, ``receiver_s``: fluid in heater and
    receiver at design over design flow [s]. ``valve_margin``: flow through the open brine valve over design
    [-]; ``vapour_bypass`` flow over the turbine's [-]; ``still_fans``: heat carried off by wind alone over
    full fans [-].
    """

    heater_mass: float = 25.0 * 490.0
    condenser_mass: float = 30.0 * 600.0
    valve_s: float = 60.0
    vapour_bypass_s: float = 5.0
    fan_s: float = 10.0
    pump_s: float = 4.0
    level_s: float = 30.0
    inertia_s: float = 2.5
    friction: float = 0.01
    stop_valve_s: float = 0.4
    coast_s: float = 120.0
    cooling_s: float = 24.0 * 3600.0
    holdup_s: float = 40.0
    receiver_s: float = 60.0
    valve_margin: float = 1.4
    vapour_bypass: float = 0.6
    still_fans: float = 0.03


@dataclass(slots=True)
class Commands:
    """What the controllers ask of the machines, arrays of shape (units,).

    Brine ``valve``, brine ``bypass`` and ``vapour_bypass`` wanted openings [-]; ``governor`` one of the
    three modes with ``speed_rate`` [1/s] of the rotor over design speed or ``opening`` [-]; ``pump`` and
    ``breaker`` on; ``fans`` wanted speed over full [-].
    """

    valve: Array
    bypass: Array
    vapour_bypass: Array
    governor: NDArray[np.intp]
    speed_rate: Array
    opening: Array
    pump: NDArray[np.bool_]
    breaker: NDArray[np.bool_]
    fans: Array

    @classmethod
    def none(cls, n: int) -> "Commands":
        """All shut and off."""
        zeros = [np.zeros(n) for _ in range(6)]
        valve, bypass, vapour, rate, opening, fans = zeros
        off = [np.zeros(n, dtype=bool) for _ in range(2)]
        return cls(valve, bypass, vapour, np.zeros(n, dtype=np.intp), rate, opening, off[0], off[1], fans)


@dataclass(slots=True)
class Surroundings:
    """What the units stand in; every number may be an array over them.

    Brine ``h`` [J/kg] and ``T`` [K] offered; flow through an open valve over that of design ``head`` [-];
    ambient ``T_ambient`` [K], grid frequency over nominal ``frequency`` [-].
    """

    h: float | Array
    T: float | Array
    head: float | Array
    T_ambient: float | Array
    frequency: float = 1.0


@dataclass(slots=True)
class Ledger:
    """Energy gone in and out since the start [J], shape (units,)."""

    brine: Array
    pump: Array
    shaft: Array
    air: Array
    lost: Array

    def residual(self, stored: Array) -> Array:
        """What went in, less what went out, less what is stored more than at the start [J]."""
        return self.brine + self.pump - self.shaft - self.air - self.lost - stored
