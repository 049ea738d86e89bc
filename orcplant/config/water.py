"""WATER.toml: one analysed water, as laboratory and sampler describe it. Keys, types, ranges, simple rules.

A species is a number, `"<0.05"` for a value below its detection limit, or a table with its own unit and
uncertainty.
"""

import datetime
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from orcplant.config import fields
from orcplant.config.section import Section, broken

Unit: TypeAlias = Literal["mg/L", "mg/kg", "mmol/kgw", "mol/kgw"]
OwnUnit: TypeAlias = Literal["ug/L", "mg/L", "g/L", "ug/kg", "mg/kg", "g/kg", "mmol/kgw", "mol/kgw"]
SamplePlace: TypeAlias = Literal["downhole", "wellhead", "separator_liquid", "weir", "pipeline", "unknown"]
Sigma: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]
Concentration: TypeAlias = Annotated[float, Field(ge=0.0, le=1e6)]
DetectionLimit: TypeAlias = Annotated[float, Field(ge=1e-12, le=1e6)]
GasPercent: TypeAlias = Annotated[float, Field(ge=0.0, le=100.0)]
PH: TypeAlias = Annotated[float, Field(ge=0.0, le=14.0)]
_BELOW: Final = "<"


class AmountKeys(Section):
    """One species: a value, or the detection limit it lies below."""

    value: Concentration | None = None
    below: DetectionLimit | None = Field(None, description="not detected; the detection limit")
    units: OwnUnit | None = Field(None, description="default: the units of [species]")
    sigma: Sigma | None = Field(None, description="relative standard uncertainty; default: that of [species]")
    detection_limit: DetectionLimit | None = Field(None, description="of the method, in the same units")

    @model_validator(mode="after")
    def _value_or_limit(self) -> Self:
        self.exactly_one("value", "below")
        if self.value is not None and self.detection_limit is not None and self.value < self.detection_limit:
            raise broken("value", f"= {self.value} is below detection_limit = {self.detection_limit}")
        return self


def _as_table(given: Any) -> Any:
    """A number or `"<limit"` as the table it stands for."""
    if isinstance(given, bool) or given is None:
        raise PydanticCustomError("amount", "is not a number")
    if isinstance(given, int | float):
        if given < 0.0:
            raise PydanticCustomError("amount", "is negative")
        if not given <= 1e6:
            raise PydanticCustomError("amount", "is above 1e+06 or not finite")
        return {"value": float(given)}
    if isinstance(given, str):
        return {"below": _limit(given)}
    if isinstance(given, dict) and (unknown := [key for key in given if key not in AmountKeys.model_fields]):
        known = ", ".join(AmountKeys.model_fields)
        raise PydanticCustomError(
            "amount", "has the unknown key {key}; known are {known}", {"key": unknown[0], "known": known}
        )
    return given


def _limit(text: str) -> float:
    try:
        found = float(text.strip().removeprefix(_BELOW)) if text.strip().startswith(_BELOW) else 0.0
    except ValueError:
        found = 0.0
    if not 1e-12 <= found <= 1e6:
        raise PydanticCustomError("amount", 'is neither a number nor "<" and a detection limit above 0')
    return found


Amount: TypeAlias = Annotated[
    AmountKeys,
    BeforeValidator(_as_table),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0.0, "maximum": 1e6},
                {"type": "string", "pattern": r"^\s*<\s*[0-9.eE+-]+\s*$"},
                {"type": "object"},
            ]
        }
    ),
]


# Names of one component: an analysis gives one of them.
_SAME: Final = (("S_sulfate", "SO4"), ("S_sulfide", "H2S"), ("B", "H3BO3", "HBO2"), ("Si", "SiO2", "H2SiO3"))


class SpeciesKeys(Section):
    """[species]: what is dissolved. Milligrams count what the name says: S_sulfate sulphur, SO4 sulphate."""

    units: Unit
    charge_balance: Literal["Na", "K", "Ca", "Mg", "Cl", "S_sulfate", "SO4", "F", "C", "pH"] | None = Field(
        None, description="adjusted until charges balance; without it the error is reported"
    )
    sigma: Sigma = Field(0.05, description="relative standard uncertainty of a species without its own")
    Na: Amount | None = None
    K: Amount | None = None
    Ca: Amount | None = None
    Mg: Amount | None = None
    Li: Amount | None = None
    Sr: Amount | None = None
    Ba: Amount | None = None
    Fe: Amount | None = None
    Mn: Amount | None = None
    Al: Amount | None = None
    NH4: Amount | None = None
    Cl: Amount | None = None
    S_sulfate: Amount | None = Field(None, description="mg as S; or SO4")
    SO4: Amount | None = None
    S_sulfide: Amount | None = Field(None, description="mg as S; or H2S")
    H2S: Amount | None = None
    C: Amount | None = Field(None, description="all dissolved carbonate, mg as C; or HCO3 and CO3")
    HCO3: Amount | None = Field(None, description="titrated alkalinity as HCO3")
    CO3: Amount | None = Field(None, description="titrated beside HCO3")
    F: Amount | None = None
    Br: Amount | None = None
    B: Amount | None = Field(None, description="mg as B; or H3BO3, HBO2")
    H3BO3: Amount | None = None
    HBO2: Amount | None = Field(None, description="metaboric acid, as Chinese laboratories report it")
    As: Amount | None = None
    Si: Amount | None = Field(None, description="mg as Si; or SiO2, H2SiO3")
    SiO2: Amount | None = None
    H2SiO3: Amount | None = Field(None, description="metasilicic acid, as Chinese laboratories report it")

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        for names in _SAME:
            if len(given := self.given(*names)) > 1:
                raise broken(given[1], f"and {given[0]} name the same component: give one of them")
        if self.given("C") and (alkalinity := self.given("HCO3", "CO3")):
            raise broken("C", f"and {alkalinity[0]} both fix the carbonate: give one of them")
        if self.charge_balance in ("pH", "C") and (alkalinity := self.given("HCO3", "CO3")):
            moved = "pH" if self.charge_balance == "pH" else "carbonate"
            raise broken(
                "charge_balance",
                f'= "{self.charge_balance}" cannot move a {moved} that {alkalinity[0]} fixes: give C instead',
            )
        return self


class SampleKeys(Section):
    """[sample]: the pH measurement, and where and when the water was taken."""

    T_C: fields.WaterTemperature = Field(description="of the pH measurement")
    p_bar: fields.WaterBar = Field(1.0, description="of the pH measurement, absolute")
    pH: PH
    pH_sigma: Annotated[float, Field(ge=0.0, le=2.0)] = Field(0.1, description="standard uncertainty")
    point: SamplePlace = "unknown"
    T_sampling_C: fields.WaterTemperature | None = Field(None, description="of the water where it was taken")
    p_sampling_bar: fields.WaterBar | None = Field(None, description="there, absolute")
    steam_fraction: Annotated[float, Field(ge=0.0, le=0.95)] = Field(
        0.0, description="mass share of steam that left before the sample"
    )
    date: datetime.date | None = Field(None, description="of sampling")
    age_limit_d: Annotated[int, Field(ge=1, le=36500)] = Field(730, description="older analyses are flagged")
    laboratory: Annotated[str, Field(max_length=200)] = ""
    EC_uS_cm: Annotated[float, Field(gt=0.0, le=1e6)] | None = Field(None, description="at 25 C")
    TDS_mg_L: Annotated[float, Field(gt=0.0, le=5e5)] | None = Field(None, description="as weighed")
    density_kg_m3: Annotated[float, Field(ge=900.0, le=1400.0)] | None = None


class ReservoirKeys(Section):
    """[reservoir]: where the water was in equilibrium with its rock."""

    T_C: fields.WaterTemperature


class GasKeys(Section):
    """[gas]: gas that left the water before the sample was taken."""

    gas_in_steam_g_kg: Annotated[float, Field(gt=0.0, le=900.0)] | None = Field(
        None, description="gas in the separated steam; needs sample.steam_fraction"
    )
    gas_water_ratio_m3_m3: Annotated[float, Field(gt=0.0, le=1000.0)] | None = Field(
        None, description="or dry gas at 0 C and 1.01325 bar per volume of sampled water"
    )
    CO2_percent: GasPercent = Field(0.0, description="by volume of dry gas")
    H2S_percent: GasPercent = 0.0
    N2_percent: GasPercent = 0.0
    CH4_percent: GasPercent = 0.0

    @model_validator(mode="after")
    def _gas_rules(self) -> Self:
        self.exactly_one("gas_in_steam_g_kg", "gas_water_ratio_m3_m3")
        total = self.CO2_percent + self.H2S_percent + self.N2_percent + self.CH4_percent
        if not 50.0 <= total <= 100.5:
            raise broken("", f"the gases add up to {total:g} percent, outside 50 to 100.5")
        return self


class EquilibrateKeys(Section):
    """[equilibrate]: minerals held at equilibrium at every temperature, none being there at first."""

    phases: list[
        Literal[
            "calcite", "aragonite", "silica_am", "chalcedony", "quartz", "anhydrite", "gypsum", "barite",
            "celestite", "fluorite", "dolomite", "sepiolite", "talc", "chrysotile", "siderite", "halite",
        ]
    ] = Field(min_length=1)  # fmt: skip


class PlaceKeys(Section):
    """[[path]]: a place the water passes, in its order."""

    place: fields.Name
    place_zh: fields.Name | None = None
    T_C: fields.WaterTemperature
    p_bar: fields.WaterBar | None = Field(None, description="absolute")


class OperationKeys(Section):
    """[operation]: what the plant does with the water."""

    mass_flow_kg_s: fields.MassFlow | None = None
    wall_shear_Pa: Annotated[float, Field(gt=0.0, le=1e4)] | None = None
    oxygen_ug_kg: Annotated[float, Field(ge=0.0, le=1e5)] | None = None
    silica_ratio_max: Annotated[float, Field(ge=0.1, le=3.0)] = Field(
        1.0, description="largest dissolved over amorphous solubility at reinjection"
    )
    inhibitor_mg_kg: Annotated[float, Field(ge=0.1, le=1000.0)] = Field(5.0, description="per brine")
    hours_per_year: Annotated[float, Field(gt=0.0, le=8784.0)] = 8000.0


class WaterKeys(Section):
    """WATER.toml: one analysed water, and the way it takes."""

    name: fields.Name
    name_zh: fields.Name | None = None
    invented: bool = Field(description="true: every output carries the mark")
    source: Annotated[str, Field(min_length=1, max_length=1000)]
    source_zh: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    sample: SampleKeys
    species: SpeciesKeys
    reservoir: ReservoirKeys | None = None
    gas: GasKeys | None = None
    equilibrate: EquilibrateKeys | None = None
    operation: OperationKeys | None = None
    path: list[PlaceKeys] = []

    @model_validator(mode="after")
    def _steam(self) -> Self:
        gas = self.gas
        if gas is not None and gas.gas_in_steam_g_kg is not None and self.sample.steam_fraction == 0.0:
            raise broken(
                "gas.gas_in_steam_g_kg", "is not allowed: sample.steam_fraction is 0, so there is no steam"
            )
        return self
