"""What a solved cycle says: frozen records in SI, floats or arrays of one shape.

NaN stands for a value that does not exist (a bubble point above the critical pressure, a coolant
that was not asked for). Points that failed are named by `CycleResult.status`.
"""

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.cooling import Condenser
from orcplant.thermo.heater import Heater
from orcplant.thermo.recuperator import Recuperation
from orcplant.thermo.spec import CycleSpec
from orcplant.thermo.state import Numeric, State
from orcplant.thermo.status import Status


class Warn(IntFlag):
    """What an engineer should know about a solved point; several may hold at once."""

    NONE = 0
    WET_EXPANSION = 1  # the expansion line enters the dome
    SMALL_PINCH = 2  # a pinch below 0.5 K
    IDLE_RECUPERATOR = 4  # no useful temperature difference: duty 0


@dataclass(frozen=True, slots=True)
class Level:
    """One pressure level: its states in flow order, and its heater.

    ``bubble`` and ``dew`` are NaN at supercritical pressure; without a recuperator its outlets equal
    its inlets.
    """

    pump_in: State
    pump_out: State
    recuperation: Recuperation
    bubble: State
    dew: State
    expander_in: State
    expander_out: State
    heater: Heater

    @property
    def mass_flow(self) -> Numeric:
        """Mass flow of the working fluid [kg/s]."""
        return self.heater.mass_flow


@dataclass(frozen=True, slots=True)
class Powers:
    """Powers [W]; ``cycle`` = expander - pump, ``net`` = generator - pump - fan - cooling pump."""

    expander: Numeric
    pump: Numeric
    cycle: Numeric
    generator: Numeric
    fan: Numeric
    cooling_pump: Numeric
    net: Numeric


@dataclass(frozen=True, slots=True)
class Duties:
    """Heat flows [W]."""

    heat_in: Numeric
    condenser: Numeric
    recuperator: Numeric


@dataclass(frozen=True, slots=True)
class CycleResult:
    """A solved ORC.

    ``levels`` and ``condensers`` follow the spec; two levels of the same fluid share one condenser.
    ``eta_thermal`` is cycle power over heat taken in [-].
    """

    spec: CycleSpec
    levels: tuple[Level, ...]
    condensers: tuple[Condenser, ...]
    power: Powers
    duty: Duties
    eta_thermal: Numeric
    status: Status
    warnings: NDArray[np.int64] | np.int64

    @property
    def coolant_flow(self) -> Numeric:
        """Mass flow of the coolant through all condensers [kg/s]."""
        return sum((c.coolant_flow for c in self.condensers), start=0.0)

    @property
    def T_geofluid_out(self) -> Numeric:
        """Temperature of the geofluid leaving the last level [K]."""
        return self.levels[-1].heater.T_out
