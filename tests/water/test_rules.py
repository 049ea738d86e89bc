"""Indices of the trade, corrosion and materials: test vectors, and silence outside the range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.units import kelvin
from orcplant.water.applicable import Answer, NotApplicable, Value
from orcplant.water.bubble_point import recipe_of
from orcplant.water.corrosion import de_waard_milliams, de_waard_milliams_scaled, is_sour, scale_factor
from orcplant.water.indices import CoolingWater, as_carbonate, langelier, larson_skold, puckorius, ryznar
from orcplant.water.levels import level
from orcplant.water.materials import MATERIALS, Exposure, choices
from orcplant.water.norsok import norsok_m506, ph_factor
from orcplant.water.species import ALKALINITY
from tests.water.waters import shipped, surrogate

# Source: corrosion-doctors.org, Langelier calculation: pH 7.5, TDS 320, Ca 150, alkalinity 34 mg/L as
# CaCO3: -0.7 at 25 C and +0.3 at 82 C. Ryznar and Puckorius follow from the same pHs.
DOCTORS = {25: (-0.73, 8.96, 9.68), 82: (0.27, 6.97, 7.68)}


def number(answer: Answer) -> float:
    assert isinstance(answer, Value)
    return answer.number


def refusal(answer: Answer) -> NotApplicable:
    assert isinstance(answer, NotApplicable)
    return answer


@pytest.mark.parametrize("T_degC", DOCTORS)
def test_langelier_ryznar_puckorius(T_degC: int) -> None:
    water = CoolingWater(T=kelvin(float(T_degC)), pH=7.5, solids=320.0, calcium=150.0, alkalinity=34.0)
    found = [number(index(water)) for index in (langelier, ryznar, puckorius)]
    assert found == pytest.approx(DOCTORS[T_degC], abs=0.01)
    assert number(langelier(water)) == pytest.approx(round(DOCTORS[T_degC][0], 1), abs=0.04)


# Pool problems of a test kit's table (published -0.9, 0.2, 1.1): alkalinity, pH, hardness, Fahrenheit. The
# table rounds.
@pytest.mark.parametrize(
    ("alkalinity", "pH", "hardness", "F", "published", "by_formula"),
    [(50, 7.0, 200, 76, -0.9, -0.97), (75, 7.6, 300, 84, 0.2, 0.07), (150, 8.0, 400, 94, 1.1, 1.00)],
)
def test_langelier_of_pools(
    alkalinity: float, pH: float, hardness: float, F: float, published: float, by_formula: float
) -> None:
    T = kelvin((F - 32.0) / 1.8)
    water = CoolingWater(T=T, pH=pH, solids=500.0, calcium=hardness, alkalinity=alkalinity)
    assert number(langelier(water)) == pytest.approx(by_formula, abs=0.03)
    assert number(langelier(water)) == pytest.approx(published, abs=0.16)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"T": kelvin(160.0)}, "T_C"),
        ({"T": kelvin(1.0)}, "T_C"),
        ({"solids": 9000.0}, "solids_mg_L"),
        ({"calcium": 0.0}, "calcium_mg_L"),
        ({"alkalinity": 0.0}, "alkalinity_mg_L"),
    ],
)
def test_an_index_outside_its_range_has_no_number(change: dict[str, float], reason: str) -> None:
    keys = {"T": kelvin(25.0), "pH": 7.5, "solids": 320.0, "calcium": 150.0, "alkalinity": 34.0} | change
    for index in (langelier, ryznar, puckorius):
        assert refusal(index(CoolingWater(**keys))).reason == reason


def test_larson_skold_stands_the_right_way_up() -> None:
    """Chloride and sulphate over carbonate: seawater is far above 1, whatever one source prints."""
    sea = shipped("seawater").analysis.components
    found = larson_skold(chloride=sea["Cl"], sulphate=2.0 * sea["S_sulfate"], alkalinity=sea[ALKALINITY])
    assert number(found) == pytest.approx(259.0, rel=0.01)
    own = surrogate().components
    found = larson_skold(chloride=own["Cl"], sulphate=2.0 * own["S_sulfate"], alkalinity=own[ALKALINITY])
    assert number(found) == pytest.approx(1.44, abs=0.01)
    assert refusal(larson_skold(chloride=1.0, sulphate=0.0, alkalinity=0.0)).reason == "alkalinity_mmol_kg"


@pytest.mark.parametrize("unknown", ["chloride", "sulphate", "alkalinity"])
def test_larson_skold_needs_all_three(unknown: str) -> None:
    known = {"chloride": 1e-3, "sulphate": 1e-3, "alkalinity": 2e-3}
    assert number(larson_skold(**known)) == pytest.approx(1.0)
    assert refusal(larson_skold(**(known | {unknown: float("nan")}))).reason == f"{unknown}_mmol_kg"


def test_equivalents_as_carbonate() -> None:
    assert as_carbonate(2e-3) == pytest.approx(100.09, rel=1e-3)


# De Waard, Lotz, Milliams, Corrosion 47 (1991): 60 C and 1 bar 4.6 mm/a; 120 C and 0.2 bar 9.6 x 0.67
# (nomogram: 7).
def test_de_waard_milliams() -> None:
    assert number(de_waard_milliams(T=kelvin(60.0), p_CO2=1e5, pH=4.0)) == pytest.approx(4.65, abs=0.05)
    bare = number(de_waard_milliams(T=kelvin(120.0), p_CO2=0.2e5, pH=4.5))
    assert bare == pytest.approx(9.6, abs=0.05)
    assert scale_factor(kelvin(120.0), 0.2e5) == pytest.approx(0.67, abs=0.01)
    scaled = number(de_waard_milliams_scaled(T=kelvin(120.0), p_CO2=0.2e5, pH=4.5))
    assert scaled == pytest.approx(6.4, abs=0.05)
    assert scaled == pytest.approx(7.0, rel=0.1)


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"T": kelvin(160.0)}, "T_C"),
        ({"p_CO2": 100.0}, "p_CO2_bar"),
        ({"p_CO2": 20e5}, "p_CO2_bar"),
        ({"pH": 7.6}, "pH"),
    ],
)
def test_corrosion_outside_its_range_has_no_number(keys: dict[str, float], reason: str) -> None:
    inside = {"T": kelvin(60.0), "p_CO2": 1e5, "pH": 5.0}
    for rule in (de_waard_milliams, de_waard_milliams_scaled):
        assert refusal(rule(**(inside | keys))).reason == reason
    assert refusal(norsok_m506(**(inside | keys), shear=19.0, p=10e5)).reason in (reason, "T_C")


def test_norsok_at_its_own_reference() -> None:
    """At 60 C, pH 4.6, 19 Pa and a fugacity of 1 bar the rate is the standard's Kt of 10.695."""
    T, p = kelvin(60.0), 1e5
    p_CO2 = 1e5 / 10.0 ** (0.0031 - 1.4 / T)
    assert number(norsok_m506(T=T, p_CO2=p_CO2, pH=4.6, shear=19.0, p=p)) == pytest.approx(10.695, rel=0.01)


@pytest.mark.parametrize("T_degC", [5, 15, 20, 40, 60, 80, 90, 120, 150])
def test_the_pieces_of_norsok_meet(T_degC: int) -> None:
    for pH in (3.8, 4.3, 4.57, 4.6, 5.0, 5.62):
        assert ph_factor(T_degC, pH - 1e-9) == pytest.approx(ph_factor(T_degC, pH + 1e-9), abs=0.004)


@given(st.floats(3.5, 6.45), st.floats(0.01, 0.05), st.sampled_from([20.0, 40.0, 60.0, 80.0]))
def test_less_acid_corrodes_less(pH: float, more: float, T_degC: float) -> None:
    rates = [
        number(norsok_m506(T=kelvin(T_degC), p_CO2=1e5, pH=one, shear=19.0, p=5e5)) for one in (pH, pH + more)
    ]
    assert rates[1] <= rates[0] * 1.01


def test_norsok_between_its_temperatures_is_linear() -> None:
    def rate(T_degC: float) -> float:
        return number(norsok_m506(T=kelvin(T_degC), p_CO2=1e5, pH=5.0, shear=19.0, p=5e5))

    assert min(rate(60.0), rate(80.0)) <= rate(70.0) <= max(rate(60.0), rate(80.0))
    assert rate(80.0) > 0.0


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"shear": float("nan")}, "shear_Pa"),
        ({"shear": 500.0}, "shear_Pa"),
        ({"p_H2S": 0.1e5}, "p_H2S_bar"),
        ({"p_CO2": 0.5e5, "p_H2S": 0.04e5}, "p_CO2_over_p_H2S"),
        ({"T": kelvin(151.0)}, "T_C"),
    ],
)
def test_norsok_outside_its_range(keys: dict[str, float], reason: str) -> None:
    inside = {"T": kelvin(60.0), "p_CO2": 1e5, "pH": 5.0, "shear": 19.0, "p": 10e5}
    assert refusal(norsok_m506(**(inside | keys))).reason == reason


def test_sour_service_from_0_3_kPa() -> None:
    assert is_sour(301.0) and not is_sour(299.0)


def verdicts(**keys: float) -> dict[str, str]:
    water = Exposure(**({"T": kelvin(40.0), "chloride": 100e-6, "pH": 7.5, "H2S": 0.0} | keys))
    return {one.material: one.verdict for one in choices(water)}


def test_cool_fresh_water_harms_little() -> None:
    found = verdicts()
    assert set(found) == set(MATERIALS)
    assert found["carbon_steel"] == "with_allowance"
    assert {found[name] for name in ("304L", "316L", "titanium_grade_1", "copper_alloys")} == {"suitable"}


@pytest.mark.parametrize(
    ("keys", "material", "verdict", "reason"),
    [
        ({"chloride": 270e-6}, "304L", "unsuitable", "chloride_mg_kg"),
        ({"chloride": 350e-6}, "316L", "unsuitable", "chloride_mg_kg"),
        ({"T": kelvin(160.0)}, "316L", "unsuitable", "stress_cracking_T_C"),
        ({"T": kelvin(160.0)}, "duplex_2205", "needs_test", "stress_cracking_T_C"),
        ({"T": kelvin(160.0), "chloride": 5e-3}, "titanium_grade_1", "needs_test", "crevice_T_C"),
        ({"H2S": 1e-6}, "copper_alloys", "unsuitable", "H2S_mg_kg"),
        ({"H2S": float("nan")}, "copper_alloys", "needs_test", "H2S_not_analysed"),
        ({"chloride": float("nan")}, "316L", "needs_test", "chloride_not_analysed"),
        ({"chloride": float("nan")}, "carbon_steel", "needs_test", "chloride_not_analysed"),
        ({"oxygen": 100e-9}, "carbon_steel", "needs_test", "oxygen_ug_kg"),
        ({"pH": 5.0}, "carbon_steel", "needs_test", "pH"),
        ({"p_H2S": 500.0}, "carbon_steel", "needs_test", "sour_p_H2S_kPa"),
        ({"chloride": 19e-3}, "duplex_2205", "needs_test", "chloride_mg_kg"),
    ],
)
def test_what_speaks_against_a_material(
    keys: dict[str, float], material: str, verdict: str, reason: str
) -> None:
    water = Exposure(**({"T": kelvin(40.0), "chloride": 100e-6, "pH": 7.5, "H2S": 0.0} | keys))
    (choice,) = (one for one in choices(water) if one.material == material)
    assert choice.verdict == verdict
    assert reason in [one.code for one in choice.reasons]


@given(st.floats(0.0, 0.05), st.floats(0.0, 0.05))
def test_more_chloride_never_helps(low: float, more: float) -> None:
    rank = ["suitable", "with_allowance", "needs_test", "unsuitable"]
    before, after = verdicts(chloride=low), verdicts(chloride=low + more)
    assert all(rank.index(after[name]) >= rank.index(before[name]) for name in MATERIALS)


@pytest.mark.parametrize(
    ("quantity", "value", "colour"),
    [
        ("bubble_margin", 2.5e5, "green"),
        ("bubble_margin", 1.0e5, "yellow"),
        ("bubble_margin", 0.4e5, "red"),
        ("calcite_index", 0.2, "green"),
        ("calcite_index", 0.5, "yellow"),
        ("calcite_index", 1.0, "red"),
        ("silica_ratio", 1.1, "yellow"),
        ("silica_ratio", 1.3, "amber"),
        ("silica_ratio", 1.6, "red"),
        ("fouling_resistance", 3e-4, "amber"),
        ("carbon_steel_rate", 0.25, "amber"),
        ("larson_skold", 1.44, "red"),
        ("silica_ratio", float("nan"), "unknown"),
    ],
)
def test_colours(quantity: str, value: float, colour: str) -> None:
    assert level(quantity, value) == colour  # type: ignore[arg-type]


def test_calcite_whose_band_reaches_zero_does_not_alarm() -> None:
    assert level("calcite_index", 1.0, lowest=-0.1) == "yellow"
    assert level("calcite_index", 1.0, lowest=0.1) == "red"


def test_the_recipe_is_the_sample() -> None:
    recipe = recipe_of(surrogate())
    assert (recipe.pH, recipe.adjusted) == (7.8, "")
    assert recipe.T == pytest.approx(298.15)
    assert recipe.molalities["Na"] == pytest.approx(0.380 / 22.990, rel=0.005)
