"""plant.toml: a plant as its client describes it. Keys, types, ranges, and rules without properties.

A comment that begins with `assumed` marks an assumption; `assumptions.py` collects them.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from orcplant.config import fields
from orcplant.config.section import Section, broken

_MONTHS = 12


class Target(Section):
    """[target]: how much power is asked for, and what it counts."""

    # Zero is well-formed and has no answer: sizing says so.
    power_kW: Annotated[float, Field(ge=0.0, le=1e7)]
    basis: Literal["installed", "net"] = Field(
        description="installed: nameplates of the duty units; net: at the fence, at the design ambient"
    )


class SiteKeys(Section):
    """[site]: where the plant stands."""

    elevation_m: fields.Elevation
    p_ambient_bar: Annotated[float, Field(ge=0.3, le=1.2)] = Field(description="air pressure")
    T_design_ambient_C: Annotated[float, Field(ge=-60.0, le=60.0)]
    T_monthly_C: list[Annotated[float, Field(ge=-90.0, le=60.0)]] = Field(
        description="daily-mean normals, January to December"
    )

    @model_validator(mode="after")
    def _twelve_months(self) -> Self:
        if len(self.T_monthly_C) != _MONTHS:
            raise broken("T_monthly_C", f"has {len(self.T_monthly_C)} values, needs {_MONTHS}")
        return self


class ClimateKeys(Section):
    """[climate]: how the hours of a year follow from the site's normals, or the file that holds them."""

    file: fields.Name | None = Field(None, description="EPW or CSV, beside plant.toml; replaces the rest")
    diurnal_range_K: Annotated[float, Field(ge=0.0, le=40.0)] | None = Field(
        None, description="between the warmest and the coldest hour of a mean day"
    )
    spells_january_K: Annotated[float, Field(ge=0.0, le=15.0)] | None = Field(
        None, description="standard deviation of daily means about the season"
    )
    spells_july_K: Annotated[float, Field(ge=0.0, le=15.0)] | None = None
    spells_memory: Annotated[float, Field(ge=0.0, le=0.99)] | None = Field(
        None, description="correlation of daily means from one day to the next"
    )
    seed: fields.Count | None = Field(None, description="of the spells")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        made = ("diurnal_range_K", "spells_january_K", "spells_july_K", "spells_memory", "seed")
        if self.file is not None:
            self.refuses(made, f"the hours come from {self.file}")
            return self
        for key in made:
            self.needs(key, "without a file the hours are made from the normals")
        return self


class WellTypeKeys(Section):
    """[[well_type]]: production wells of one kind."""

    name: fields.Name
    name_zh: fields.Name | None = Field(None, description="in Chinese reports; default: name")
    T_C: fields.WaterTemperature = Field(description="at the wellhead")
    p_bar: fields.WaterBar = Field(description="at the wellhead")
    pressure_basis: Literal["absolute", "gauge"]
    phase: Literal["liquid", "two_phase"]
    steam_quality: fields.Fraction | None = Field(None, description="two_phase only: mass share of steam")
    flow_m3_h: fields.VolumeFlow = Field(description="of one well, as liquid water")
    flow_basis: Literal["hot", "cold"] = Field(description="hot: volume at the wellhead; cold: at 20 C")
    available: fields.Count
    pump_rise_bar: fields.PumpPressure = Field(description="of the production pump; 0: artesian")

    @model_validator(mode="after")
    def _phases(self) -> Self:
        if self.phase == "two_phase":
            self.needs("steam_quality", 'phase = "two_phase" asks for the mass share of steam')
        else:
            self.refuses(["steam_quality"], 'phase = "liquid" carries no steam')
        return self


class GatheringKeys(Section):
    """[gathering]: pipes between wells and units, and back into the ground."""

    pressure_drop_bar: fields.PumpPressure = Field(description="wellhead to unit")
    unit_drop_bar: fields.PumpPressure = Field(description="through the brine side of a unit")
    injection_pressure_bar: fields.PumpPressure = Field(description="at the injection wellhead")
    eta_pump: fields.Efficiency = Field(description="well and injection pumps with motors")
    injection_per_production: fields.Ratio = Field(description="injection wells for each production well")
    bubble_margin_bar: fields.PumpPressure = Field(
        description="above the bubble point where nothing may boil"
    )
    p_gas_bar: fields.PumpPressure = Field(description="partial pressure of dissolved gas")


class LimitKeys(Section):
    """[limits]: bounds of every design."""

    T_reinjection_min_C: fields.WaterTemperature
    p_cond_min_bar: fields.Bar | None = Field(None, description="default: p_ambient_bar")


class DesignKeys(Section):
    """[design]: what a unit may be, and what is assumed of its machines and exchangers."""

    objective: Literal["unit_net", "specific_cost"] = Field(
        "unit_net", description="of every unit: most net power, or least investment per net kW with its wells"
    )
    ratings_kW: list[fields.RatingKW] = Field(min_length=1, description="generator nameplates allowed")
    layouts: list[Literal["simple", "recuperated", "transcritical"]] = Field(min_length=1)
    fluids: list[fields.Name] = Field(description="names of fluids.csv")
    max_GWP: Annotated[float, Field(ge=0.0)]
    max_ODP: Annotated[float, Field(ge=0.0)]
    eta_expander: list[list[float]] = Field(min_length=1, description="[rating_kW, isentropic efficiency]")
    eta_pump: fields.Efficiency
    eta_generator: fields.Efficiency
    pinch_K: fields.Difference
    preheater_pinch_K: fields.Difference
    condenser_pinch_K: fields.Difference
    recuperator_pinch_K: fields.Difference
    subcooling_K: fields.Difference
    superheat_max_K: fields.Difference
    p_reduced: list[Annotated[float, Field(gt=0.0, lt=1.0)]]
    p_reduced_transcritical: list[Annotated[float, Field(gt=1.0, le=10.0)]]
    fan_dp_Pa: fields.FanPressure
    eta_fan: fields.Efficiency

    @model_validator(mode="after")
    def _lists(self) -> Self:
        for key in ("p_reduced", "p_reduced_transcritical"):
            bounds = getattr(self, key)
            if len(bounds) != 2 or not bounds[0] < bounds[1]:
                raise broken(key, f"= {bounds} must be two rising numbers")
        for pair in self.eta_expander:
            if len(pair) != 2 or not (pair[0] > 0.0 and 0.01 <= pair[1] <= 1.0):
                raise broken(
                    "eta_expander", f"holds {pair}: write [rating_kW, efficiency between 0.01 and 1]"
                )
        ratings = [pair[0] for pair in self.eta_expander]
        if any(low >= high for low, high in zip(ratings, ratings[1:], strict=False)):
            raise broken("eta_expander", "must be in order of rising rating")
        for key in ("ratings_kW", "layouts", "fluids"):
            values = getattr(self, key)
            if len(set(values)) != len(values):
                raise broken(key, "names a value twice")
        return self


class ZoneKeys(Section):
    """[equipment.preheat] and so on: one zone of an exchanger at design, and how it follows the flows."""

    U_W_m2K: Annotated[float, Field(ge=1.0, le=1e5)] = Field(description="overall coefficient")
    other_share: fields.Fraction = Field(description="of the resistance, on the side of brine, air or vapour")
    other_exponent: fields.Exponent = Field(description="of that side's coefficient over its flow")
    fluid_exponent: fields.Exponent = Field(description="of the working fluid's coefficient over its flow")


class EquipmentKeys(Section):
    """[equipment]: what off-design operation has to know of the hardware beyond its design point."""

    preheat: ZoneKeys
    evaporate: ZoneKeys
    superheat: ZoneKeys
    desuperheat: ZoneKeys
    condense: ZoneKeys
    subcool: ZoneKeys
    recuperate: ZoneKeys
    critical_ratio: Annotated[float, Field(ge=0.0, le=0.9)] = Field(
        description="pressure ratio at which the throat chokes; 0: many stages"
    )
    expander_speed_min: Annotated[float, Field(ge=0.2, le=1.0)] = Field(description="over design speed")
    expander_speed_max: Annotated[float, Field(ge=1.0, le=2.0)] = Field(description="over design speed")
    pump_shutoff: Annotated[float, Field(ge=1.0, le=3.0)] = Field(
        description="rise at no flow over that of design"
    )
    pump_speed_max: Annotated[float, Field(ge=1.0, le=2.0)] = Field(description="over design speed")
    generator_fixed_share: fields.Fraction = Field(description="of its loss that does not follow load")
    fan_speed_min: Annotated[float, Field(ge=0.01, le=1.0)] = Field(description="over full speed")
    p_evap_margin: Annotated[float, Field(ge=1.0, le=3.0)] = Field(
        description="evaporator's pressure over that of design"
    )
    T_cond_max_C: Annotated[float, Field(ge=0.0, le=200.0)] = Field(
        description="condensing temperature the condenser is built for"
    )
    load_min: Annotated[float, Field(ge=0.0, lt=1.0)] = Field(description="least gross power over rating")


class GivenUnitKeys(Section):
    """[[unit]]: a unit that exists; any of these skips the search."""

    name: fields.Name
    name_zh: fields.Name | None = Field(None, description="in Chinese reports; default: name")
    rating_kW: fields.RatingKW
    fluid: fields.Name
    layout: Literal["simple", "recuperated", "transcritical"]


class AvailabilityKeys(Section):
    """[availability]: of one unit, and of all duty units together."""

    unit: Annotated[float, Field(ge=0.5, le=1.0)]
    plant: Annotated[float, Field(ge=0.0, le=0.9999)]


class CostKeys(Section):
    """[cost]: prices of one price level."""

    price_level: fields.Name
    plan_CNY_kW: fields.Money = Field(description="investment named by the plan, for comparison")
    unit_reference_kW: fields.RatingKW
    unit_CNY_kW: fields.Money
    recuperator_share: fields.Fraction = Field(description="added to the price of a unit by a recuperator")
    scale_exponent: Annotated[float, Field(gt=0.0, le=1.5)]
    learning: Annotated[float, Field(gt=0.5, le=1.0)]
    production_well_CNY: fields.Money
    injection_well_CNY: fields.Money
    gathering_CNY_per_kg_s: fields.Money
    station_CNY_kW: fields.Money
    indirect: fields.Fraction
    station_service: fields.Fraction = Field(description="share of installed power for controls and lights")


class PlantKeys(Section):
    """The whole of plant.toml."""

    name: fields.Name
    name_zh: fields.Name
    target: Target
    site: SiteKeys
    climate: ClimateKeys
    well_type: list[WellTypeKeys] = Field(default_factory=list)
    gathering: GatheringKeys
    limits: LimitKeys
    design: DesignKeys
    equipment: EquipmentKeys
    unit: list[GivenUnitKeys] = Field(default_factory=list)
    availability: AvailabilityKeys
    cost: CostKeys

    @model_validator(mode="after")
    def _prices(self) -> Self:
        cost = self.cost
        wells = cost.production_well_CNY + cost.injection_well_CNY
        prices = cost.unit_CNY_kW + cost.station_CNY_kW + cost.gathering_CNY_per_kg_s + wells
        if self.design.objective == "specific_cost" and prices == 0.0:
            raise broken("design.objective", '= "specific_cost" needs a price: units, wells and pipes cost 0')
        return self

    @model_validator(mode="after")
    def _given_units(self) -> Self:
        if self.unit and self.target.basis != "installed":
            raise broken("target.basis", 'must be "installed" where units are given: their nameplates are')
        for key, what in (("well_type", "type"), ("unit", "unit")):
            names = [entry.name for entry in getattr(self, key)]
            if len(set(names)) != len(names):
                raise broken(key, f"names a {what} twice")
        return self
