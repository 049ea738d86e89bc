"""CASE.toml: one cycle, as a person writes it. Keys, types, ranges, and rules that need no properties.

All pressures are absolute. An "or" group takes exactly one of its keys.
"""

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from orcplant.config import fields
from orcplant.config.section import Section, broken

AIR_P_DEFAULT_BAR = 1.01325
WATER_P_DEFAULT_BAR = 2.0

_RECUPERATOR = ("recuperator_pinch_K", "recuperator_effectiveness")


def _exactly_one(*groups: tuple[str, ...]) -> dict[str, Any]:
    """Or-groups in the words of JSON Schema."""
    return {"allOf": [{"oneOf": [{"required": [key]} for key in group]} for group in groups]}


def _any_of(keys: tuple[str, ...]) -> dict[str, Any]:
    return {"anyOf": [{"required": [key]} for key in keys]}


class _Evaporation(Section):
    """What both pressure levels ask for."""

    T_evap_C: fields.Temperature | None = Field(None, description="dew point at expander inlet pressure")
    p_evap_bar: fields.Bar | None = Field(None, description="or the pressure at the expander inlet")
    superheat_K: fields.Difference = Field(0.0, description="above the dew point")
    T_turbine_in_C: fields.Temperature | None = Field(None, description="or the expander inlet itself")
    eta_expander: fields.Efficiency = Field(description="isentropic efficiency of the expander")

    @model_validator(mode="after")
    def _evaporation_groups(self) -> Self:
        self.exactly_one("T_evap_C", "p_evap_bar")
        self.at_most_one("superheat_K", "T_turbine_in_C")
        return self


class LowLevel(_Evaporation):
    """[cycle.low]: the second, lower pressure of a dual-level cycle."""

    model_config = ConfigDict(json_schema_extra=_exactly_one(("T_evap_C", "p_evap_bar")))

    fluid: fields.Name | None = Field(None, description="default: the fluid of [cycle], one condenser")


class CycleKeys(_Evaporation):
    """[cycle]: working fluid, layout, states and machines."""

    model_config = ConfigDict(
        json_schema_extra=_exactly_one(("T_evap_C", "p_evap_bar"), ("T_cond_C", "p_cond_bar"))
    )

    fluid: fields.Name = Field(
        description='CoolProp name, or a mixture by mole fractions: "Isobutane[0.6]&Isopentane[0.4]"'
    )
    layout: Literal["simple", "recuperated", "dual_level"]
    T_cond_C: fields.Temperature | None = Field(None, description="bubble point at expander outlet pressure")
    p_cond_bar: fields.Bar | None = Field(None, description="or the pressure at the expander outlet")
    subcooling_K: fields.Difference = Field(0.0, description="below the bubble point")
    T_pump_in_C: fields.Temperature | None = Field(None, description="or the pump inlet itself")
    eta_pump: fields.Efficiency = Field(description="isentropic efficiency of the feed pump, motor included")
    eta_generator: fields.Efficiency = Field(1.0, description="expander shaft to terminals, gearbox included")
    recuperator_pinch_K: fields.Difference | None = Field(
        None, description="recuperated only: smallest difference anywhere inside"
    )
    recuperator_effectiveness: fields.Fraction | None = Field(
        None, description="or its duty over the largest duty without a temperature cross"
    )
    mass_flow_kg_s: fields.MassFlow | None = Field(None, description="without [geofluid] only")
    low: LowLevel | None = Field(None, description="dual_level only")

    @model_validator(mode="after")
    def _cycle_groups(self) -> Self:
        self.exactly_one("T_cond_C", "p_cond_bar")
        self.at_most_one("subcooling_K", "T_pump_in_C")
        return self

    @model_validator(mode="after")
    def _layout_rules(self) -> Self:
        if self.layout == "recuperated":
            self.exactly_one(*_RECUPERATOR)
        else:
            self.refuses(_RECUPERATOR, f'layout is "{self.layout}", only "recuperated" has a recuperator')
        if self.layout == "dual_level":
            self.needs("low", 'layout "dual_level" has a second pressure level')
        else:
            self.refuses(("low",), f'layout is "{self.layout}", only "dual_level" has a second level')
        if self.has_two_condensers:
            self.refuses(("p_cond_bar",), "two fluids condense at two pressures; give T_cond_C")
        return self

    @property
    def has_two_condensers(self) -> bool:
        """Whether the two levels run on different fluids."""
        return self.low is not None and self.low.fluid not in (None, self.fluid)


class GeofluidKeys(Section):
    """[geofluid]: hot water, or saturated water and steam; properties of pure water."""

    model_config = ConfigDict(
        json_schema_extra=_exactly_one(("p_bar", "steam_quality"), ("pinch_K", "T_out_C"))
    )

    T_in_C: fields.WaterTemperature
    p_bar: fields.WaterBar | None = Field(None, description="liquid; above saturation at T_in_C")
    steam_quality: fields.Fraction | None = Field(
        None, description="or saturated at T_in_C with this vapour mass fraction"
    )
    mass_flow_kg_s: fields.MassFlow = Field(description="liquid and steam together")
    pinch_K: fields.Difference | None = Field(
        None, description="smallest difference anywhere in the heater; fixes the working fluid's flow"
    )
    T_out_C: fields.WaterTemperature | None = Field(None, description="or the outlet, which fixes the flow")
    preheater_pinch_K: fields.Difference | None = Field(
        None, description="default pinch_K; below the bubble point of the working fluid"
    )

    @model_validator(mode="after")
    def _geofluid_rules(self) -> Self:
        self.exactly_one("p_bar", "steam_quality")
        self.exactly_one("pinch_K", "T_out_C")
        if self.T_out_C is not None:
            self.refuses(("preheater_pinch_K",), "T_out_C fixes the flow, so no pinch can be asked for")
            if self.T_out_C >= self.T_in_C:
                raise broken("T_out_C", f"= {self.T_out_C} is not below T_in_C = {self.T_in_C}")
        return self


_AIR_KEYS = ("fan_dp_Pa", "eta_fan")
_WATER_KEYS = ("pump_dp_bar", "eta_cooling_pump")


class CoolingKeys(Section):
    """[cooling]: the air or water that takes the condenser's heat."""

    model_config = ConfigDict(
        json_schema_extra=_exactly_one(("pinch_K", "T_out_C", "mass_flow_kg_s"))
        | {
            "if": {"properties": {"type": {"const": "air"}}},
            "then": {"required": list(_AIR_KEYS), "not": _any_of(_WATER_KEYS)},
            "else": {"not": _any_of(_AIR_KEYS)},
        }
    )

    type: Literal["air", "water"]
    T_in_C: fields.Temperature = Field(description="dry bulb of air; the dead state of exergy too")
    p_bar: fields.Bar | None = Field(
        None, description=f"default {AIR_P_DEFAULT_BAR} for air, {WATER_P_DEFAULT_BAR} for water"
    )
    pinch_K: fields.Difference | None = Field(
        None, description="anywhere in the condenser; fixes the coolant's flow"
    )
    T_out_C: fields.Temperature | None = Field(None, description="or the coolant's outlet")
    mass_flow_kg_s: fields.MassFlow | None = Field(None, description="or the coolant's flow")
    fan_dp_Pa: fields.FanPressure | None = Field(None, description="air only")
    eta_fan: fields.Efficiency | None = Field(None, description="air only; fan and motor")
    pump_dp_bar: fields.PumpPressure = Field(0.0, description="water only")
    eta_cooling_pump: fields.Efficiency = Field(0.75, description="water only; pump and motor")

    @model_validator(mode="after")
    def _cooling_rules(self) -> Self:
        self.exactly_one("pinch_K", "T_out_C", "mass_flow_kg_s")
        if self.type == "air":
            self.refuses(_WATER_KEYS, 'type is "air", only "water" has a cooling pump')
            for key in _AIR_KEYS:
                self.needs(key, 'type "air" has a fan')
        else:
            self.refuses(_AIR_KEYS, 'type is "water", only "air" has a fan')
        if self.T_out_C is not None and self.T_out_C <= self.T_in_C:
            raise broken("T_out_C", f"= {self.T_out_C} is not above T_in_C = {self.T_in_C}")
        return self


class CaseKeys(Section):
    """CASE.toml: one ORC, with or without its heat source and its cooling."""

    cycle: CycleKeys
    geofluid: GeofluidKeys | None = Field(None, description="without it mass_flow_kg_s fixes the flow")
    cooling: CoolingKeys | None = Field(None, description="without it fan and cooling pump take nothing")

    @model_validator(mode="after")
    def _what_fixes_the_flow(self) -> Self:
        cycle, geofluid = self.cycle, self.geofluid
        if cycle.layout == "dual_level":
            _two_flows(geofluid)
        if geofluid is None and cycle.mass_flow_kg_s is None:
            raise broken("cycle.mass_flow_kg_s", "is missing: without [geofluid] nothing else fixes the flow")
        if geofluid is not None and cycle.mass_flow_kg_s is not None:
            raise broken(
                "cycle.mass_flow_kg_s",
                f"= {cycle.mass_flow_kg_s} is not allowed: [geofluid] fixes the working fluid's flow",
            )
        return self


def _two_flows(geofluid: GeofluidKeys | None) -> None:
    if geofluid is None:
        raise broken("geofluid", 'is missing: layout "dual_level" leads it through both levels')
    if geofluid.T_out_C is not None:
        raise broken(
            "geofluid.T_out_C",
            f"= {geofluid.T_out_C} cannot fix the flows of two levels; give pinch_K",
        )
