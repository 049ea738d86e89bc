"""WATER.toml -> WaterAnalysis in SI; an analysis that cannot be true is refused here, in one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from orcplant.config.section import validated
from orcplant.config.toml import one_line, read_toml
from orcplant.config.water import AmountKeys, GasKeys, OperationKeys, WaterKeys
from orcplant.errors import ConfigError
from orcplant.units import kelvin, pascal
from orcplant.water.analysis import BELOW_LIMIT_SHARE, Amount, Gas, Sample, WaterAnalysis
from orcplant.water.checks import Finding, findings
from orcplant.water.concentration import Basis, molalities, solution_density
from orcplant.water.scaling import PathPoint
from orcplant.water.species import SPECIES
from orcplant.water.study import Operation

_UNITS: Final[dict[str, tuple[Basis, float]]] = {
    "ug/L": ("volume", 1e-6),
    "mg/L": ("volume", 1e-3),
    "g/L": ("volume", 1.0),
    "ug/kg": ("solution", 1e-9),
    "mg/kg": ("solution", 1e-6),
    "g/kg": ("solution", 1e-3),
    "mmol/kgw": ("moles", 1e-3),
    "mol/kgw": ("moles", 1.0),
}
_MICRO_S_PER_CM: Final = 1e-4  # [S/m]
_MOLAR_VOLUME: Final = 0.022414  # [m3/mol] of ideal gas at 0 C and 1.01325 bar
_GAS_MASS: Final = {"CO2": 0.04401, "H2S": 0.03408, "N2": 0.02801, "CH4": 0.01604}  # [kg/mol]
_HUNDRED: Final = 100.0


@dataclass(frozen=True, slots=True)
class Water:
    """A water file that was read: as written, with defaults, and in SI. `places` are Chinese names."""

    path: Path
    inputs: Mapping[str, object]
    keys: WaterKeys
    analysis: WaterAnalysis
    points: tuple[PathPoint, ...]
    places: Mapping[str, str]
    operation: Operation

    @property
    def source_zh(self) -> str:
        """Source in Chinese, or the only one there is."""
        return self.keys.source_zh or self.keys.source

    @property
    def name_zh(self) -> str:
        """Name in Chinese, or the only one there is."""
        return self.keys.name_zh or self.keys.name


def load_water(path: Path) -> Water:
    """Read a water file.

    Raises
    ------
    ConfigError
        On the first thing that is wrong, in one line: file, key, value, limit.
    """
    inputs = read_toml(path)
    keys = validated(WaterKeys, inputs, path)
    analysis = _analysis(keys, path)
    _refuse(analysis, path)
    operation = keys.operation or OperationKeys.model_validate({})
    return Water(
        path=path,
        inputs=inputs,
        keys=keys,
        analysis=analysis,
        points=tuple(PathPoint(kelvin(one.T_C), _pascal(one.p_bar), one.place) for one in keys.path),
        places={one.place: one.place_zh or one.place for one in keys.path},
        operation=Operation(
            mass_flow=_or_nan(operation.mass_flow_kg_s),
            shear=_or_nan(operation.wall_shear_Pa),
            oxygen=_or_nan(operation.oxygen_ug_kg) * 1e-9,
            silica_ratio=operation.silica_ratio_max,
            dose=operation.inhibitor_mg_kg * 1e-6,
            hours=operation.hours_per_year,
        ),
    )


def _analysis(keys: WaterKeys, path: Path) -> WaterAnalysis:
    adjusted = keys.species.charge_balance or ""
    amounts = _amounts(keys, path)
    return WaterAnalysis(
        name=keys.name,
        source=keys.source,
        invented=keys.invented,
        sample=_sample(keys),
        amounts=amounts,
        adjusted=SPECIES[adjusted].component if adjusted in SPECIES else adjusted,
        T_reservoir=kelvin(keys.reservoir.T_C) if keys.reservoir is not None else np.nan,
        gas=_gas(keys.gas, keys, sum(one.molality * SPECIES[one.species].molar_mass for one in amounts)),
        equilibrate=tuple(keys.equilibrate.phases) if keys.equilibrate is not None else (),
    )


def _sample(keys: WaterKeys) -> Sample:
    sample = keys.sample
    return Sample(
        T=kelvin(sample.T_C),
        p=pascal(sample.p_bar),
        pH=sample.pH,
        pH_sigma=sample.pH_sigma,
        place=sample.point,
        T_sampling=kelvin(sample.T_sampling_C) if sample.T_sampling_C is not None else np.nan,
        p_sampling=_pascal(sample.p_sampling_bar),
        steam_fraction=sample.steam_fraction,
        taken=sample.date,
        age_limit=sample.age_limit_d,
        laboratory=sample.laboratory,
        conductivity=_or_nan(sample.EC_uS_cm) * _MICRO_S_PER_CM,
        dissolved=_or_nan(sample.TDS_mg_L) * 1e-3,
        density=_or_nan(sample.density_kg_m3),
    )


def _amounts(keys: WaterKeys, path: Path) -> tuple[Amount, ...]:
    """Species in the order of the file's keys, converted together: the salt takes the place of water."""
    given = {name: one for name in SPECIES if (one := getattr(keys.species, name)) is not None}
    basis = _UNITS[keys.species.units][0]
    written: dict[str, float] = {}
    for name, one in given.items():
        own, scale = _UNITS[one.units or keys.species.units]
        if own != basis:
            text = f'units = "{one.units}" cannot stand beside "{keys.species.units}"'
            raise ConfigError(f"{path}: species.{name}.{text}: volume, mass and moles do not mix")
        written[name] = _written(one) * scale
    try:
        found = molalities(written, basis, keys.sample.density_kg_m3)
    except ValueError as exc:
        total = sum(written.values())
        unit = "kg/L" if basis == "volume" else "kg/kg"
        shown = total * (1e-3 if basis == "volume" else 1.0)
        raise ConfigError(
            f"{path}: [species] adds up to {shown:.4g} {unit}: {exc}; are the units right?"
        ) from exc
    return tuple(_amount(name, found[name], one, keys) for name, one in given.items())


def _written(one: AmountKeys) -> float:
    """The value, or half the limit that it lies below, in the units of the file."""
    if one.value is not None:
        return one.value
    return BELOW_LIMIT_SHARE * (one.below or 0.0)


def _amount(name: str, molality: float, one: AmountKeys, keys: WaterKeys) -> Amount:
    limit = one.below if one.below is not None else one.detection_limit
    return Amount(
        species=name,
        molality=molality,
        sigma=keys.species.sigma if one.sigma is None else one.sigma,
        detected=one.value is not None,
        limit=np.nan if limit is None else molality * (limit / _written(one)),
    )


def _gas(gas: GasKeys | None, keys: WaterKeys, dissolved: float) -> Gas | None:
    if gas is None:
        return None
    share = {
        "CO2": gas.CO2_percent / _HUNDRED,
        "H2S": gas.H2S_percent / _HUNDRED,
        "N2": gas.N2_percent / _HUNDRED,
        "CH4": gas.CH4_percent / _HUNDRED,
    }
    if gas.gas_in_steam_g_kg is not None:
        x, named = keys.sample.steam_fraction, sum(share.values())
        mass = sum(share[name] * _GAS_MASS[name] for name in share) / named  # [kg/mol]
        moles = gas.gas_in_steam_g_kg * 1e-3 / mass * x / (1.0 - x) * (1.0 + dissolved)
    else:
        density = keys.sample.density_kg_m3 or solution_density(dissolved)
        water = density / (1.0 + dissolved)  # [kg/m3]
        moles = (gas.gas_water_ratio_m3_m3 or 0.0) / _MOLAR_VOLUME / water
    return Gas(**{name: part * moles for name, part in share.items()})


def _refuse(analysis: WaterAnalysis, path: Path) -> None:
    for one in findings(analysis, date.max):
        if one.is_refusal:
            raise ConfigError(one_line(f"{path}: {_REFUSALS[one.code].format(**_numbers(one))}"))


def _numbers(one: Finding) -> dict[str, object]:
    return {
        "value": one.value,
        "limit": one.limit,
        "mg": one.value * 1e6,
        "mg_limit": one.limit * 1e6,
        "subject": one.subject,
    }


_REFUSALS: Final = {
    "no_cations": "[species] has no cation (Na, K, Ca, ...): no water has anions alone",
    "no_anions": "[species] has no anion (Cl, SO4, HCO3, ...): no water has cations alone",
    "charge": "[species] charge balance is {value:+.1f} %, beyond {limit:g} %: a value or a unit is wrong"
    " (S_sulfate counts mg of S, SO4 of sulphate; charge_balance = ... adjusts one species)",
    "charge_impossible": "species.charge_balance: {subject} would have to be {value:.4g} mol/kgw, below 0,"
    " to balance the charges: a value or a unit is wrong (S_sulfate counts mg of S, SO4 of sulphate)",
    "solids_high": "[species] adds up to {value:.3g} kg of salt per kg of water, above {limit:g}:"
    " more than dissolves; are the units right?",
    "silica_high": "species: silica is {mg:.4g} mg/kg as SiO2, above {mg_limit:.0f} mg/kg, the solubility of"
    " amorphous silica at 250 C; is the unit right?",
}


def _pascal(p_bar: float | None) -> float:
    return np.nan if p_bar is None else pascal(p_bar)


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
