"""What must hold for any water: balances, directions, and answers that are numbers or refusals."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orcplant.errors import ChemistryError, SampleError
from orcplant.units import kelvin
from orcplant.water.analysis import WaterAnalysis
from orcplant.water.bubble_point import InSitu, analysed, bubble_pressure, states
from orcplant.water.phreeqc_engine import engine
from orcplant.water.solution import Recipe
from tests.water.waters import made


@st.composite
def waters(draw: st.DrawFn) -> WaterAnalysis:
    """Sodium waters with carbonate, sulphate, silica and some calcium, the chloride closing the balance."""

    def amount(low: float, high: float) -> float:
        return float(10.0 ** draw(st.floats(np.log10(low), np.log10(high))))

    water = made(
        pH=draw(st.floats(6.2, 8.6)),
        Na=amount(3e-3, 0.5),
        K=amount(1e-4, 1e-2),
        Ca=amount(1e-5, 5e-3),
        Mg=amount(1e-6, 1e-3),
        HCO3=amount(5e-4, 2e-2),
        SO4=amount(1e-5, 1e-2),
        SiO2=amount(2e-4, 6e-3),
    )
    return replace(water, adjusted="Cl")


def whole(water: WaterAnalysis) -> InSitu:
    """The sample, or nothing where chloride cannot close its balance."""
    given = analysed(water)
    try:
        engine().sampled(given.recipe)
    except SampleError:
        assume(False)
    return given


@settings(max_examples=40, deadline=None)
@given(waters(), st.floats(30.0, 250.0))
def test_heating_a_closed_water_moves_no_element(water: WaterAnalysis, T_degC: float) -> None:
    given = whole(water)
    sample = engine().sampled(given.recipe)
    (hot,) = states(engine(), given, [kelvin(T_degC)], [50e5])
    for component, total in sample.totals.items():
        assert hot.totals[component] == pytest.approx(total, rel=1e-4)
    assert hot.charge_error == pytest.approx(sample.charge_error, abs=0.05)


@settings(max_examples=25, deadline=None)
@given(waters(), st.floats(60.0, 200.0), st.floats(1e-4, 0.05))
def test_more_gas_means_more_acid_less_calcite_and_earlier_boiling(
    water: WaterAnalysis, T_degC: float, CO2: float
) -> None:
    given = whole(water)
    T, p = [kelvin(T_degC)], [30e5]
    (before,), (after,) = states(engine(), given, T, p), states(engine(), given.with_CO2(CO2), T, p)
    assert after.pH < before.pH
    assert after.indices["calcite"] < before.indices["calcite"]
    assert bubble_pressure(after, given) > bubble_pressure(before, given)


@settings(max_examples=25, deadline=None)
@given(waters(), st.floats(40.0, 220.0))
def test_what_is_held_at_equilibrium_is_never_oversaturated(water: WaterAnalysis, T_degC: float) -> None:
    given = whole(water)
    minerals = ("calcite", "silica_am", "anhydrite")
    (state,) = engine().states(given.recipe, [kelvin(T_degC)], 30e5, equilibrate=minerals)
    for key in minerals:
        assert state.indices[key] <= 1e-5
        assert state.precipitated[key] == 0.0 or state.indices[key] == pytest.approx(0.0, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("Na K Ca Mg Ba Cl S_sulfate alkalinity F Si Al Fe".split()),
        st.floats(1e-7, 1.0),
        max_size=8,
    ),
    st.floats(1.0, 12.0),
    st.sampled_from(["", "Na", "Cl"]),
)
def test_any_solution_has_finite_numbers_or_a_refusal(
    molalities: dict[str, float], pH: float, adjusted: str
) -> None:
    recipe = Recipe(molalities, pH=pH, T=298.15, adjusted=adjusted)
    try:
        (state,) = engine().states(recipe, [kelvin(150.0)], 10e5)
    except ChemistryError as exc:
        assert "PHREEQC" in str(exc)
        return
    numbers = [
        state.pH,
        state.ionic_strength,
        state.water_activity,
        *state.indices.values(),
        *state.totals.values(),
    ]
    assert np.isfinite(numbers).all()
    assert 0.0 < state.water_activity <= 1.0 + 1e-9
