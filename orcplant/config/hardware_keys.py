"""Hardware of a unit as design.json holds it: keys with their units, and the ranges of their values."""

from typing import Annotated, Literal

from pydantic import Field

from orcplant.config import fields
from orcplant.config.section import Section

_Positive = Annotated[float, Field(gt=0.0, le=1e12)]
_Pressure = Annotated[float, Field(gt=0.0, le=1e9)]  # [Pa]
_Celsius = Annotated[float, Field(gt=-273.15, le=700.0)]


class ZoneKeys(Section):
    """One zone of an exchanger."""

    U_W_m2K: _Positive
    area_m2: Annotated[float, Field(ge=0.0, le=1e9)]
    other_share: fields.Fraction
    other_exponent: fields.Exponent
    fluid_exponent: fields.Exponent


class HeaterKeys(Section):
    """Geofluid to working fluid."""

    preheat: ZoneKeys
    evaporate: ZoneKeys
    superheat: ZoneKeys
    geofluid_flow_kg_s: _Positive


class CondenserKeys(Section):
    """Working fluid to coolant."""

    desuperheat: ZoneKeys
    condense: ZoneKeys
    subcool: ZoneKeys
    coolant_flow_kg_s: _Positive


class ExpanderKeys(Section):
    """Turbine."""

    mass_flow_kg_s: _Positive
    p_in_Pa: _Pressure
    rho_in_kg_m3: _Positive
    p_out_Pa: _Pressure
    dh_isentropic_J_kg: _Positive
    volume_flow_m3_s: _Positive
    efficiency: fields.Efficiency
    critical_ratio: Annotated[float, Field(ge=0.0, le=0.9)]
    speed_range: Annotated[list[Annotated[float, Field(gt=0.0, le=10.0)]], Field(min_length=2, max_length=2)]


class PumpKeys(Section):
    """Feed pump."""

    volume_flow_m3_s: _Positive
    rise_Pa: _Pressure
    efficiency: fields.Efficiency
    shutoff: Annotated[float, Field(ge=1.0, le=10.0)]
    speed_max: Annotated[float, Field(ge=1.0, le=10.0)]


class GeneratorKeys(Section):
    """Generator with gearbox."""

    rating_W: _Positive
    shaft_power_W: _Positive
    loss_W: Annotated[float, Field(ge=0.0, le=1e12)]
    fixed_share: fields.Fraction


class CoolerKeys(Section):
    """Fans or cooling pumps."""

    kind: Literal["air", "water"]
    power_W: Annotated[float, Field(ge=0.0, le=1e12)]
    density_kg_m3: _Positive
    speed_min: Annotated[float, Field(gt=0.0, le=1.0)]


class OperatingLimitKeys(Section):
    """Bounds in operation."""

    p_cond_min_Pa: _Pressure
    p_cond_max_Pa: _Pressure
    p_evap_max_Pa: _Pressure
    T_return_min_C: _Celsius
    load_min: fields.Fraction


class LevelKeys(Section):
    """One pressure level."""

    fluid: fields.Name
    superheat_K: fields.Difference
    expander: ExpanderKeys
    pump: PumpKeys
    heater: HeaterKeys
    recuperator: ZoneKeys | None


class DesignPointKeys(Section):
    """Where the unit was designed."""

    T_C: _Celsius
    p_Pa: _Pressure
    quality: fields.Fraction | None
    mass_flow_kg_s: _Positive
    T_coolant_C: _Celsius
    p_coolant_Pa: _Pressure
    T_evap_C: _Celsius
    T_cond_C: _Celsius
    net_W: Annotated[float, Field(ge=-1e12, le=1e12)]


class HardwareKeys(Section):
    """A unit."""

    levels: Annotated[list[LevelKeys], Field(min_length=1, max_length=1)]
    condenser: CondenserKeys
    cooler: CoolerKeys
    generator: GeneratorKeys
    subcooling_K: fields.Difference
    limits: OperatingLimitKeys
    design: DesignPointKeys
