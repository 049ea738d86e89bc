"""Which materials stand the water, by chloride, temperature, H2S and oxygen.

A screening: it rules out what is known to fail and says why. What it lets pass still needs the supplier's
word.

Sources
-------
Chloride of stainless steels: supplier tables for plate exchangers and evaporative coolers, 304L to 250
mg/L, 316L to 300 mg/L of chloride in cool, clean water. Stress corrosion of austenitic steel above 60 C
with chlorides: NORSOK M-001, *Materials selection*, ed. 5, 2014. Sour service: ISO 15156 from 0.3 kPa of
H2S. Copper alloys suffer above 0.05 mg/L of H2S (supplier
tables). Geothermal experience: Mundhenk and others, *Corrosion and scaling as interrelated phenomena in an
operating geothermal power plant*, Corros. Sci. 70 (2013) 17-28 (Soultz: mild steel below 0.2 mm/a under
siderite, local attack; 316L and 430F pit); Bassler and others (BAM), World Geothermal Congress 2015 (316L,
2205 and 2507 limited by pitting in saline water, carbon steel usable in non-saline water of moderate pH,
alloy 59 excellent). Oxygen below 20 ug/kg: practice of closed heating and boiler water; all of this assumes
it. 100 C for duplex steel and 85 C for crevices in titanium are the usual figures for sea water; they have
not been checked against a standard's text and only ask for a test.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from orcplant.units import degC
from orcplant.water.corrosion import SOUR_FROM, is_sour

Verdict: TypeAlias = Literal["suitable", "with_allowance", "needs_test", "unsuitable"]

OXYGEN_LIMIT: Final = 20e-9  # [kg/kg]
STRESS_CRACKING_degC: Final = 60.0
DUPLEX_CRACKING_degC: Final = 100.0
TITANIUM_CREVICE_degC: Final = 85.0
COPPER_H2S: Final = 0.05e-6  # [kg/kg]
SALINE_FROM: Final = 1000e-6  # chloride [kg/kg], from which supplier tables ask for titanium
NEUTRAL_FROM: Final = 6.0  # [pH], moderate: below it carbon steel has no film to live on
_RANK: Final[tuple[Verdict, ...]] = ("suitable", "with_allowance", "needs_test", "unsuitable")


@dataclass(frozen=True, slots=True)
class Exposure:
    """The worst that a surface sees: T [K], chloride, H2S and oxygen [kg/kg], p_H2S [Pa], pH in place.

    What nobody measured is NaN: chloride and H2S then let nothing pass that they could harm, oxygen is
    taken to be shut out.
    """

    T: float
    chloride: float
    pH: float
    H2S: float = 0.0
    p_H2S: float = 0.0
    oxygen: float = np.nan


@dataclass(frozen=True, slots=True)
class Reason:
    """What speaks against a material: a quantity, where it stands, and its limit."""

    code: str
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A material and what can be said of it here."""

    material: str
    verdict: Verdict
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Limits:
    """Bounds of one material: chloride and H2S [kg/kg], temperature with chloride [degC], lowest pH."""

    base: Verdict
    chloride: float = np.inf
    T_chloride: float = np.inf
    hot: Verdict = "unsuitable"
    T_saline: float = np.inf
    H2S: float = np.inf
    pH: float = 0.0
    suffers_oxygen: bool = False
    beyond: Verdict = "unsuitable"


_MATERIALS: Final[dict[str, _Limits]] = {
    "carbon_steel": _Limits(
        "with_allowance", chloride=SALINE_FROM, pH=NEUTRAL_FROM, suffers_oxygen=True, beyond="needs_test"
    ),
    "304L": _Limits("suitable", chloride=250e-6, T_chloride=STRESS_CRACKING_degC, suffers_oxygen=True),
    "316L": _Limits("suitable", chloride=300e-6, T_chloride=STRESS_CRACKING_degC, suffers_oxygen=True),
    "duplex_2205": _Limits(
        "suitable",
        chloride=SALINE_FROM,
        T_chloride=DUPLEX_CRACKING_degC,
        hot="needs_test",
        suffers_oxygen=True,
        beyond="needs_test",
    ),
    "titanium_grade_1": _Limits("suitable", T_saline=TITANIUM_CREVICE_degC),
    "alloy_59": _Limits("suitable"),
    "copper_alloys": _Limits("suitable", H2S=COPPER_H2S, suffers_oxygen=True),
}
MATERIALS: Final = tuple(_MATERIALS)
_CHLORIDE_COUNTS: Final = 10e-6  # [kg/kg], less is no chloride water for stress cracking


def choices(water: Exposure) -> tuple[Choice, ...]:
    """Every material with its verdict, the reasons for it first."""
    return tuple(_choice(name, limits, water) for name, limits in _MATERIALS.items())


def _choice(name: str, limits: _Limits, water: Exposure) -> Choice:
    against: list[tuple[Verdict, Reason]] = []
    if np.isnan(water.chloride) and np.isfinite(min(limits.chloride, limits.T_chloride)):
        against.append(("needs_test", Reason("chloride_not_analysed", np.nan, limits.chloride * 1e6)))
    if water.chloride > limits.chloride:
        against.append((limits.beyond, Reason("chloride_mg_kg", water.chloride * 1e6, limits.chloride * 1e6)))
    if degC(water.T) > limits.T_chloride and water.chloride > _CHLORIDE_COUNTS:
        against.append((limits.hot, Reason("stress_cracking_T_C", degC(water.T), limits.T_chloride)))
    if degC(water.T) > limits.T_saline and water.chloride > SALINE_FROM:
        against.append(("needs_test", Reason("crevice_T_C", degC(water.T), limits.T_saline)))
    if np.isnan(water.H2S) and np.isfinite(limits.H2S):
        against.append(("needs_test", Reason("H2S_not_analysed", np.nan, limits.H2S * 1e6)))
    if water.H2S > limits.H2S:
        against.append(("unsuitable", Reason("H2S_mg_kg", water.H2S * 1e6, limits.H2S * 1e6)))
    if water.pH < limits.pH:
        against.append(("needs_test", Reason("pH", water.pH, limits.pH)))
    if limits.suffers_oxygen and water.oxygen > OXYGEN_LIMIT:
        against.append(("needs_test", Reason("oxygen_ug_kg", water.oxygen * 1e9, OXYGEN_LIMIT * 1e9)))
    if is_sour(water.p_H2S) and name in ("carbon_steel", "304L", "316L", "duplex_2205"):
        against.append(("needs_test", Reason("sour_p_H2S_kPa", water.p_H2S / 1e3, SOUR_FROM / 1e3)))
    verdict = max([limits.base, *(worse for worse, _ in against)], key=_RANK.index)
    return Choice(name, verdict, tuple(reason for _, reason in against))
