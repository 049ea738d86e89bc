"""What is asked of the design of a unit, and what is answered: frozen records in SI."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import AirCooling, Recuperator, WaterCooling
from orcplant.thermo.state import FluidModel, Numeric

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
