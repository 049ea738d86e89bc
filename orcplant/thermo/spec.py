"""What is asked of a cycle: frozen records in SI, each "or" of the question a type of its own.

Every number may be an array; arrays broadcast against each other, one element a scenario.
"""

from dataclasses import dataclass
from typing import TypeAlias

from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.state import FluidModel, Numeric


@dataclass(frozen=True, slots=True)
class SaturationTemperature:
    """Pressure given by its saturation temperature [K]: dew point to evaporate, bubble point to condense."""

    T: Numeric


@dataclass(frozen=True, slots=True)
class Pressure:
    """Pressure given as such [Pa, absolute]."""

    p: Numeric


@dataclass(frozen=True, slots=True)
class Temperature:
    """Temperature given as such [K]."""

    T: Numeric


@dataclass(frozen=True, slots=True)
class Superheat:
    """Temperature above the dew point [K]."""

    dT: Numeric = 0.0


@dataclass(frozen=True, slots=True)
class Subcooling:
    """Temperature below the bubble point [K]."""

    dT: Numeric = 0.0


@dataclass(frozen=True, slots=True)
class NoRecuperator:
    """Expander exhaust goes straight to the condenser."""


@dataclass(frozen=True, slots=True)
class RecuperatorPinch:
    """Recuperator with a given smallest temperature difference [K]."""

    dT: Numeric


@dataclass(frozen=True, slots=True)
class RecuperatorEffectiveness:
    """Recuperator with a given share of the largest duty without a temperature cross [-]."""

    value: Numeric


Recuperator: TypeAlias = NoRecuperator | RecuperatorPinch | RecuperatorEffectiveness


@dataclass(frozen=True, slots=True)
class LevelSpec:
    """One pressure level: its fluid, evaporation, turbine inlet and expander."""

    fluid: FluidModel
    evaporation: SaturationTemperature | Pressure
    turbine_inlet: Superheat | Temperature
    eta_expander: Numeric


@dataclass(frozen=True, slots=True)
class FlowGiven:
    """No geofluid: the working fluid's mass flow [kg/s] is given."""

    mass_flow: Numeric


@dataclass(frozen=True, slots=True)
class HeaterPinch:
    """The smallest difference to the geofluid [K] fixes the working fluid's flow.

    ``evaporator`` holds from the bubble point to the turbine inlet (transcritical: everywhere),
    ``preheater`` below the bubble point. The flow is smaller still where the geofluid would leave
    colder than ``T_out_min`` [K]; 0 means no such floor.
    """

    geofluid: Geofluid
    evaporator: Numeric
    preheater: Numeric
    T_out_min: Numeric = 0.0


@dataclass(frozen=True, slots=True)
class GeofluidOutlet:
    """The geofluid's outlet temperature [K] fixes the working fluid's flow."""

    geofluid: Geofluid
    T_out: Numeric


HeatSource: TypeAlias = FlowGiven | HeaterPinch | GeofluidOutlet


@dataclass(frozen=True, slots=True)
class CoolantPinch:
    """The smallest difference in the condenser [K] fixes the coolant's flow."""

    dT: Numeric


@dataclass(frozen=True, slots=True)
class CoolantOutlet:
    """The coolant's outlet temperature [K] fixes its flow."""

    T: Numeric


@dataclass(frozen=True, slots=True)
class CoolantFlow:
    """The coolant's mass flow [kg/s] is given."""

    mass_flow: Numeric


CoolantClosure: TypeAlias = CoolantPinch | CoolantOutlet | CoolantFlow


@dataclass(frozen=True, slots=True)
class NoCooling:
    """The condenser rejects heat to nothing in particular: no fan, no cooling pump."""


@dataclass(frozen=True, slots=True)
class AirCooling:
    """Air-cooled: dry bulb [K], pressure, fan pressure rise [Pa], efficiency of fan and motor [-]."""

    T_in: Numeric
    p: Numeric
    closure: CoolantClosure
    fan_dp: Numeric
    eta_fan: Numeric


@dataclass(frozen=True, slots=True)
class WaterCooling:
    """Water-cooled condenser: inlet [K], pressure and pump rise [Pa], pump with motor efficiency [-]."""

    T_in: Numeric
    p: Numeric
    closure: CoolantClosure
    pump_dp: Numeric
    eta_pump: Numeric


Cooling: TypeAlias = NoCooling | AirCooling | WaterCooling


@dataclass(frozen=True, slots=True)
class CycleSpec:
    """One ORC: one pressure level, or two on the same geofluid (the first level is the hotter one).

    Two levels of the same fluid share one condenser; of different fluids each has its own.
    Two levels need a `HeaterPinch` and take no recuperator.
    """

    levels: tuple[LevelSpec, ...]
    condensation: SaturationTemperature | Pressure
    pump_inlet: Subcooling | Temperature
    eta_pump: Numeric
    eta_generator: Numeric
    recuperator: Recuperator
    source: HeatSource
    cooling: Cooling
