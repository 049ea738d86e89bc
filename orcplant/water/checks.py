"""Can this analysis be true? Charge, mass, conductivity, silica, memory of temperature, age.

Sources
-------
Charge balance and solids: *Standard Methods for the Examination of Water and Wastewater*, 23rd ed., 2017,
1030 E: 100 (cations - anions) / (cations + anions) in equivalents; measured over calculated dissolved
solids 1.0 to 1.2. Dissolved solids over conductivity: Hem, *Study and interpretation of the chemical
characteristics of natural water*, USGS Water-Supply Paper 2254, 3rd ed., 1985, p. 67: 0.54 to 0.96 mg/L per
uS/cm. Silica in salt water: Marshall and Warakomski, *Amorphous silica solubilities II. Effect of aqueous
salt solutions at 25 C*, Geochim. Cosmochim. Acta 44 (1980) 915-924. H2S 7.0 at 25 C: Stumm and Morgan,
*Aquatic chemistry*, 3rd ed., 1996.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

import numpy as np

from orcplant.units import degC
from orcplant.water.analysis import WaterAnalysis, carbonate_charge
from orcplant.water.concentration import solution_density
from orcplant.water.geothermometers import geothermometers
from orcplant.water.silica import T_RANGE, fournier
from orcplant.water.species import ALKALINITY, SPECIES

CHARGE_WARNING, CHARGE_LIMIT = 5.0, 10.0  # [%]
SOLIDS_LIMIT: Final = 0.40  # [kg/kg of water], halite saturates at 0.36 at 25 C
SOLIDS_LEAST: Final = 2e-5  # [kg/kg of water], 20 mg/kg: rain, not a well
SOLIDS_RATIO: Final = (0.9, 1.25)  # measured over calculated
CONDUCTIVITY_RATIO: Final = (0.5, 1.0)  # mg/L per uS/cm, Hem's range, rounded
SALINE: Final = 0.02  # [kg/kg of water], own choice: from here salt takes some per cent off the solubility
SILICA_TEMPERATURE_BAND: Final = 30.0  # [K] between reservoir and the silica geothermometers
_H2S: Final = 7.0  # pK
# By component, of those that may close the balance.
_CHARGES: Final = {"Na": 1, "K": 1, "Ca": 2, "Mg": 2, "Cl": -1, "S_sulfate": -2, "F": -1, "C": -1}
# Mass of carbonate left of hydrogen carbonate after drying: half of CO3 over HCO3.
_HCO3_SOLID: Final = 0.4917

Code: TypeAlias = Literal[
    "no_cations",
    "no_anions",
    "charge",
    "charge_adjusted",
    "charge_adjusted_far",
    "charge_filled",
    "charge_impossible",
    "solids_high",
    "solids_low",
    "solids_ratio",
    "conductivity_ratio",
    "silica_high",
    "silica_supersaturated",
    "silica_temperature",
    "silica_saline",
    "age",
    "future",
    "no_date",
    "no_carbonate",
    "no_silica",
    "no_calcium",
    "no_gas",
    "no_reservoir",
    "steam_without_gas",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know of an analysis; ``is_refusal`` when it cannot be used so."""

    code: Code
    value: float = np.nan
    limit: float = np.nan
    is_refusal: bool = False
    subject: str = ""


def charge_error(water: WaterAnalysis) -> float:
    """Charge balance [%] at the pH of the sample: 100 (cations - anions) / (cations + anions)."""
    cations, anions = _charges(water)
    total = cations + anions
    return 100.0 * (cations - anions) / total if total > 0.0 else np.nan


def findings(water: WaterAnalysis, today: date) -> tuple[Finding, ...]:
    """All that a reader must know before believing the analysis; refusals first."""
    found = [*_solids(water), *_charge(water), *_silica(water), *_missing(water), *_age(water, today)]
    return tuple(sorted(found, key=lambda one: not one.is_refusal))


def _charges(water: WaterAnalysis) -> tuple[float, float]:
    """Equivalents of cations and of anions per kilogram of water [mol/kg]."""
    pH, amounts = water.sample.pH, water.components
    charges = [one.molality * SPECIES[one.species].charge for one in water.amounts]
    of_sulphide = 1.0 / (1.0 + 10.0 ** (_H2S - pH))
    charges.append(-amounts.get("C", 0.0) * carbonate_charge(pH))
    charges.append(-amounts.get("S_sulfide", 0.0) * of_sulphide)
    cations = sum(charge for charge in charges if charge > 0.0) + 10.0**-pH
    anions = -sum(charge for charge in charges if charge < 0.0) + 10.0 ** (pH - 14.0)
    return cations, anions


def _charge(water: WaterAnalysis) -> list[Finding]:
    given = {np.sign(SPECIES[one.species].charge) for one in water.amounts if one.molality > 0.0}
    carbonate = bool({"C", "S_sulfide"} & water.components.keys())
    if not given - {0.0} and not carbonate:
        return []  # pure water, with silica perhaps
    if water.adjusted == "pH":
        return []
    error = charge_error(water)
    if water.adjusted:
        return _adjusted(water, error)
    if 1.0 not in given:
        return [Finding("no_cations", is_refusal=True)]
    if -1.0 not in given and not carbonate:
        return [Finding("no_anions", is_refusal=True)]
    if abs(error) > CHARGE_LIMIT:
        return [Finding("charge", error, CHARGE_LIMIT, is_refusal=True)]
    return [Finding("charge", error, CHARGE_WARNING)] if abs(error) > CHARGE_WARNING else []


def _adjusted(water: WaterAnalysis, error: float) -> list[Finding]:
    """What is to be said of a species that closes the balance because the file asks for it."""
    name = water.adjusted
    carried = water.components.get(name, 0.0)
    cations, anions = _charges(water)
    needed = carried - (cations - anions) / _CHARGES[name]
    if needed < 0.0:
        return [Finding("charge_impossible", needed, 0.0, is_refusal=True, subject=name)]
    if carried == 0.0:
        return [Finding("charge_filled", error, CHARGE_WARNING, subject=name)]
    if abs(error) > CHARGE_LIMIT:
        return [Finding("charge_adjusted_far", error, CHARGE_LIMIT, subject=name)]
    return (
        [Finding("charge_adjusted", error, CHARGE_WARNING, subject=name)]
        if abs(error) > CHARGE_WARNING
        else []
    )


def _solids(water: WaterAnalysis) -> list[Finding]:
    found: list[Finding] = []
    sample, solids = water.sample, water.dissolved
    if solids > SOLIDS_LIMIT:
        return [Finding("solids_high", solids, SOLIDS_LIMIT, is_refusal=True)]
    if 0.0 < solids < SOLIDS_LEAST:
        found.append(Finding("solids_low", solids, SOLIDS_LEAST))
    lost = water.components.get(ALKALINITY, 0.0) * SPECIES["HCO3"].molar_mass * (1.0 - _HCO3_SOLID)
    density = sample.density if np.isfinite(sample.density) else solution_density(solids)
    dried = (solids - lost) / (1.0 + solids) * density  # [kg/m3]
    found += _ratio("solids_ratio", sample.dissolved, dried, SOLIDS_RATIO)
    # 1 S/m is 1e4 uS/cm: mg/L per uS/cm is kg/m3 per 10 S/m.
    found += _ratio("conductivity_ratio", dried, 10.0 * sample.conductivity, CONDUCTIVITY_RATIO)
    return found


def _ratio(code: Code, above: float, below: float, limits: tuple[float, float]) -> list[Finding]:
    """Finding when a ratio that can be had is outside its limits."""
    ratio = above / below if below else np.nan
    if not np.isfinite(ratio) or limits[0] <= ratio <= limits[1]:
        return []
    return [Finding(code, ratio, limits[0] if ratio < limits[0] else limits[1])]


def _silica(water: WaterAnalysis) -> list[Finding]:
    silica = water.silica
    if not silica > 0.0:
        return []
    most = float(fournier(T_RANGE[1]))
    if silica > most:
        return [Finding("silica_high", silica, most, is_refusal=True)]
    known = [T for T in (water.T_reservoir, water.sample.T_sampling) if np.isfinite(T) and T <= T_RANGE[1]]
    found = []
    if water.dissolved > SALINE:
        found.append(Finding("silica_saline", water.dissolved, SALINE))
    if known and silica > float(fournier(max(known))):
        found.append(Finding("silica_supersaturated", silica, float(fournier(max(known)))))
    if np.isfinite(water.T_reservoir):
        memory = geothermometers(water)
        low, high = memory.chalcedony - SILICA_TEMPERATURE_BAND, memory.quartz + SILICA_TEMPERATURE_BAND
        if not low <= water.T_reservoir <= high:
            told = memory.chalcedony if water.T_reservoir < low else memory.quartz
            found.append(Finding("silica_temperature", degC(told), degC(water.T_reservoir)))
    return found


def _missing(water: WaterAnalysis) -> list[Finding]:
    found = []
    if not water.carbonate_known:
        found.append(Finding("no_carbonate"))
    elif not water.components.get("Ca", 0.0) > 0.0:
        found.append(Finding("no_calcium"))
    if not water.components.get("Si", 0.0) > 0.0:
        found.append(Finding("no_silica"))
    if water.gas is None:
        found.append(Finding("no_gas"))
        if not np.isfinite(water.T_reservoir):
            found.append(Finding("no_reservoir"))
        if water.sample.steam_fraction > 0.0:
            found.append(Finding("steam_without_gas", water.sample.steam_fraction))
    return found


def _age(water: WaterAnalysis, today: date) -> list[Finding]:
    sample = water.sample
    if sample.taken is None:
        return [Finding("no_date")]
    age = (today - sample.taken).days
    if age < 0:
        return [Finding("future", -age)]
    return [Finding("age", age, sample.age_limit)] if age > sample.age_limit else []
