"""What is said of an analysis that is doubtful, and of one that cannot be true."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.units import degC, kelvin
from orcplant.water.analysis import WaterAnalysis
from orcplant.water.bubble_point import recipe_of
from orcplant.water.checks import charge_error, findings
from orcplant.water.concentration import estimated_density, molalities, solution_density
from orcplant.water.geothermometers import geothermometers
from orcplant.water.phreeqc_engine import engine
from orcplant.water.silica import fournier
from orcplant.water.species import M_SILICA, SPECIES
from tests.water.waters import made, shipped, surrogate

TODAY = date(2026, 11, 1)


def codes(water: WaterAnalysis) -> dict[str, bool]:
    return {one.code: one.is_refusal for one in findings(water, TODAY)}


def balanced(**extra: float) -> WaterAnalysis:
    return made(**({"Na": 0.02, "Cl": 0.015, "HCO3": 0.005, "Ca": 1e-6, "SiO2": 1e-3} | extra))


def test_a_sound_analysis_only_lacks_what_it_lacks() -> None:
    assert codes(balanced()) == {"no_gas": False, "no_reservoir": False, "no_date": False}


@pytest.mark.parametrize(
    ("extra", "code", "is_refusal"),
    [
        ({"Na": 0.0225}, "charge", False),
        ({"Na": 0.0255}, "charge", True),
        ({"Na": 0.0, "Ca": 0.0}, "no_cations", True),
        ({"Cl": 0.0, "HCO3": 0.0}, "no_anions", True),
        ({"Na": 8.0, "Cl": 8.0}, "solids_high", True),
        ({"Na": 2e-6, "Cl": 1.5e-6, "HCO3": 5e-7, "SiO2": 1e-6}, "solids_low", False),
        ({"SiO2": 1.5}, "silica_high", True),
    ],
)
def test_what_is_found(extra: dict[str, float], code: str, is_refusal: bool) -> None:
    assert codes(balanced(**extra))[code] is is_refusal


def test_the_limits_of_the_charge_balance() -> None:
    def error(Na: float) -> float:
        return charge_error(balanced(Na=Na))

    assert error(0.02) == pytest.approx(0.0, abs=0.02)
    assert error(0.0222) == pytest.approx(100.0 * 0.0022 / 0.0422, rel=0.02)
    assert "charge" not in codes(balanced(Na=0.022))  # 4.8 %
    assert "charge" in codes(balanced(Na=0.0224))  # 5.7 %


def test_the_charge_error_is_that_of_phreeqc() -> None:
    for water in (surrogate(), shipped("seawater").analysis):
        assert charge_error(water) == pytest.approx(engine().sampled(recipe_of(water)).charge_error, abs=0.8)


def test_an_adjusted_charge_is_told_not_refused() -> None:
    water = replace(balanced(Na=0.0225), adjusted="Cl")
    assert codes(water)["charge_adjusted"] is False
    assert "charge" not in codes(water)
    # What would be refused without it is told apart: a wrong unit hides behind an adjusted species.
    assert codes(replace(balanced(Na=0.03), adjusted="Cl"))["charge_adjusted_far"] is False
    assert codes(replace(balanced(Cl=0.0), adjusted="Cl"))["charge_filled"] is False


def test_a_balance_that_cannot_be_closed_is_refused() -> None:
    water = replace(balanced(Na=0.02, Cl=0.04), adjusted="Ca")
    assert "charge_impossible" not in codes(water)  # calcium may be added
    water = replace(balanced(Na=0.001, Cl=0.001, HCO3=0.02), adjusted="Cl")
    assert codes(water)["charge_impossible"] is True


def test_pure_water_has_nothing_to_balance() -> None:
    assert not [one for one in findings(made(), TODAY) if one.is_refusal]


def test_an_old_analysis() -> None:
    water = balanced()
    old = replace(water, sample=replace(water.sample, taken=date(2024, 1, 1), age_limit=730))
    (found,) = (one for one in findings(old, TODAY) if one.code == "age")
    assert (found.value, found.limit, found.is_refusal) == ((TODAY - date(2024, 1, 1)).days, 730, False)
    young = replace(water, sample=replace(water.sample, taken=date(2026, 1, 1)))
    assert not {"age", "no_date", "future"} & codes(young).keys()
    ahead = replace(water, sample=replace(water.sample, taken=date(2027, 1, 1)))
    assert "future" in codes(ahead)


def test_silica_that_remembers_another_temperature() -> None:
    silica = float(fournier(kelvin(90.0), "quartz")) / M_SILICA
    assert "silica_temperature" not in codes(made(reservoir_degC=90.0, Na=0.01, Cl=0.01, SiO2=silica))
    assert "silica_temperature" in codes(made(reservoir_degC=180.0, Na=0.01, Cl=0.01, SiO2=silica))


def test_silica_above_what_the_hottest_water_dissolves() -> None:
    water = made(reservoir_degC=60.0, Na=0.01, Cl=0.01, SiO2=300e-6 / M_SILICA)
    assert codes(water)["silica_supersaturated"] is False
    assert "silica_supersaturated" not in codes(made(Na=0.01, Cl=0.01, SiO2=300e-6 / M_SILICA))


def test_silica_of_salt_water_is_doubted() -> None:
    assert "silica_saline" in codes(shipped("weber_tensleep").analysis)
    assert "silica_saline" not in codes(surrogate())


def test_conductivity_and_dried_solids_are_compared() -> None:
    water = surrogate()
    sound = replace(water, sample=replace(water.sample, conductivity=0.18, dissolved=1.25))
    assert not {"conductivity_ratio", "solids_ratio"} & codes(sound).keys()
    off = replace(water, sample=replace(water.sample, conductivity=1.8, dissolved=12.0))
    assert {"conductivity_ratio", "solids_ratio"} <= codes(off).keys()


def test_the_dried_solids_of_a_brine_count_per_litre_of_brine() -> None:
    """3 mol/kg of NaCl are 175.3 g per kg of water: 1.1061 kg/L (CRC Handbook, 20 C), 165 g/L."""
    brine = made(Na=3.0, Cl=3.0)
    assert solution_density(brine.dissolved) == pytest.approx(1106.1, rel=0.005)
    for measured, is_off in (
        (165.0, False),
        (165.0 / 0.87, False),
        (165.0 * 0.85, True),
        (165.0 * 1.3, True),
    ):
        sample = replace(brine.sample, dissolved=measured)
        assert ("solids_ratio" in codes(replace(brine, sample=sample))) is is_off


def test_carbon_carries_the_alkalinity_of_its_pH() -> None:
    """Half of it at the first constant, all of it between both, one and a half at the second."""
    for pH, share in ((6.35, 0.5), (8.34, 1.0), (10.33, 1.5)):
        assert made(pH=pH, Na=0.01, C=0.01).alkalinity == pytest.approx(0.01 * share, rel=0.011)
    assert made(pH=6.35, HCO3=0.01, CO3=0.001).alkalinity == pytest.approx(0.012)
    assert np.isnan(made(Na=0.01, Cl=0.01).alkalinity)


def test_what_is_missing_is_named() -> None:
    found = codes(made(Na=0.01, Cl=0.01))
    assert {"no_carbonate", "no_silica", "no_gas", "no_reservoir", "no_date"} <= found.keys()
    assert "no_calcium" in codes(made(Na=0.01, Cl=0.005, HCO3=0.005))
    nothing = codes(made(Na=0.01, Cl=0.005, HCO3=0.005, Ca=0.0, SiO2=0.0))
    assert {"no_calcium", "no_silica"} <= nothing.keys()
    steamed = made(Na=0.01, Cl=0.01)
    steamed = replace(steamed, sample=replace(steamed.sample, steam_fraction=0.1))
    assert "steam_without_gas" in codes(steamed)


def test_temperatures_that_the_surrogate_remembers() -> None:
    """Quartz 169, chalcedony 147 C of 170 mg/kg (Fournier); Na-K and K-Mg of Giggenbach by hand."""
    found = geothermometers(surrogate())
    assert degC(found.quartz) == pytest.approx(169.3, abs=0.3)
    assert degC(found.chalcedony) == pytest.approx(146.6, abs=0.3)
    assert found.sodium_potassium == pytest.approx(1390.0 / (1.75 - np.log10(28.0 / 380.0)), rel=1e-3)
    assert found.potassium_magnesium == pytest.approx(4410.0 / (14.0 - np.log10(28.0**2 / 1.5)), rel=1e-3)
    assert np.isnan(geothermometers(made(Na=0.01, Cl=0.01)).quartz)


def test_density_of_salt_water() -> None:
    """CRC Handbook, aqueous NaCl at 20 C: 1.0707 kg/L holds 107.1 g/L; 1.0340 holds 51.7 g/L."""
    assert estimated_density(107.1) == pytest.approx(1070.7, rel=0.002)
    assert estimated_density(51.7) == pytest.approx(1034.0, rel=0.003)


@given(st.dictionaries(st.sampled_from(sorted(SPECIES)), st.floats(1e-6, 1e-2), min_size=1, max_size=8))
def test_mass_and_volume_agree_where_the_density_is_known(content: dict[str, float]) -> None:
    """[kg/kg] of solution, and the same times the density [kg/m3]."""
    density = 1030.0
    by_mass = molalities(content, "solution")
    by_volume = molalities({name: value * density for name, value in content.items()}, "volume", density)
    assert by_volume == pytest.approx(by_mass, rel=1e-9)
    dissolved = sum(value * SPECIES[name].molar_mass for name, value in by_mass.items())
    back = {name: value * SPECIES[name].molar_mass / (1.0 + dissolved) for name, value in by_mass.items()}
    assert back == pytest.approx(content, rel=1e-9)


@pytest.mark.parametrize("basis", ["volume", "solution"])
def test_more_salt_than_water_is_refused(basis: str) -> None:
    amount = {"volume": {"Na": 4000.0}, "solution": {"Na": 1.2}}[basis]
    with pytest.raises(ValueError, match="leaves no water"):
        molalities(amount, "volume" if basis == "volume" else "solution")


def test_one_component_by_many_names() -> None:
    for names in ("SO4 S_sulfate", "H2S S_sulfide", "SiO2 Si H2SiO3", "H3BO3 HBO2 B"):
        assert len({SPECIES[name].component for name in names.split()}) == 1
    # 78.1 mg of metasilicic acid are 60.1 mg of SiO2, as Chinese reports count.
    assert SPECIES["H2SiO3"].molar_mass / M_SILICA == pytest.approx(1.2998, rel=1e-3)
    assert SPECIES["CO3"].count == 2.0
