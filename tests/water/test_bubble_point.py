"""Lost gas given back, the bubble point, and flashing."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from orcplant.errors import ChemistryError
from orcplant.thermo.media import water_saturation
from orcplant.units import bar, kelvin
from orcplant.water.analysis import Gas
from orcplant.water.bubble_point import (
    InSitu,
    analysed,
    bubble_pressure,
    in_situ,
    restored,
    states,
    with_measured_gas,
)
from orcplant.water.databases import LLNL, THERMODDEM, Database
from orcplant.water.flash import boiled, flash, steam_fraction
from orcplant.water.henry import GasName, henry_constant, partial_pressure
from orcplant.water.phreeqc_engine import engine
from orcplant.water.scaling import scale_per_day
from orcplant.water.solution import Change, Recipe
from tests.water.waters import made, surrogate


def test_restoring_the_surrogate_as_computed_by_hand() -> None:
    """1.17 g of CO2 per kg, pH 6.1, 3.0 bar of CO2, bubble point 9.3 bar at 160 C (llnl.dat)."""
    given = restored(engine(), analysed(surrogate()), kelvin(160.0))
    (state,) = states(engine(), given, [kelvin(160.0)], [12e5])
    assert given.change.CO2 * 44.01 == pytest.approx(1.17, abs=0.02)
    assert state.pH == pytest.approx(6.1, abs=0.05)
    assert bar(state.pressures["CO2"]) == pytest.approx(3.05, abs=0.05)
    assert bar(bubble_pressure(state, given)) == pytest.approx(9.3, abs=0.1)
    assert state.indices["calcite"] == pytest.approx(0.0, abs=1e-3)


def test_a_hotter_reservoir_had_more_gas() -> None:
    """From 170 C the bubble point at 160 C is 10.8 bar."""
    given = restored(engine(), analysed(surrogate()), kelvin(170.0))
    (state,) = states(engine(), given, [kelvin(160.0)], [12e5])
    assert bar(bubble_pressure(state, given)) == pytest.approx(10.8, abs=0.1)


def test_the_search_takes_the_root_that_adds_gas() -> None:
    """PHREEQC's own search for calcite and CO2 at once strips the CO2 (pH 9); ours never takes any away."""
    for T_degC in (120.0, 165.0, 220.0):
        given = restored(engine(), analysed(surrogate()), kelvin(T_degC))
        assert given.change.CO2 > 0.0
        (state,) = states(engine(), given, [kelvin(T_degC)], [30e5])
        assert state.pH < 7.0


def test_where_the_search_begins_does_not_matter() -> None:
    found = [
        restored(engine(), analysed(surrogate()), kelvin(165.0), guess=guess).change.CO2
        for guess in (1e-9, 1e-4, 0.0331, 0.5, 5.0)
    ]
    assert found == pytest.approx([found[0]] * 5, rel=1e-3)


@pytest.mark.parametrize(
    ("T_degC", "CO2"), [(60.0, 4.84e-4), (120.0, 5.14e-3), (220.0, 0.3197), (260.0, 1.752)]
)
def test_little_gas_and_much_are_found(T_degC: float, CO2: float) -> None:
    given = restored(engine(), analysed(surrogate()), kelvin(T_degC))
    assert given.change.CO2 == pytest.approx(CO2, rel=1e-3)
    (state,) = states(engine(), given, [kelvin(T_degC)], [60e5])
    assert state.indices["calcite"] == pytest.approx(0.0, abs=2e-3)


def test_more_gas_than_water_carries_is_refused() -> None:
    with pytest.raises(ChemistryError, match="still oversaturated at 300.0 C with 5 mol/kg of CO2"):
        restored(engine(), analysed(surrogate()), kelvin(300.0))


def test_an_undersaturated_water_is_left_as_it_is() -> None:
    water = made(pH=6.0, reservoir_degC=60.0, Na=0.01, Cl=0.008, HCO3=0.002, Ca=1e-5)
    given = restored(engine(), analysed(water), kelvin(60.0))
    assert (given.change.CO2, given.reading) == (0.0, "restored")


def test_no_calcium_no_restoring() -> None:
    water = made(Na=0.01, Cl=0.005, HCO3=0.005)
    with pytest.raises(ChemistryError, match="the analysis has no saturation index of calcite"):
        restored(engine(), analysed(water), kelvin(100.0))


def test_measured_gas_beats_guessed_gas() -> None:
    """With a gas analysis nothing is restored: the liquid, its steam and its gas are put together."""
    water = replace(surrogate(), gas=Gas(CO2=0.03, H2S=1e-4, N2=1e-3, CH4=1e-4))
    readings = in_situ(water, engine())
    assert [one.reading for one in readings] == ["analysed", "gas_analysis"]
    assert [one.reading for one in in_situ(surrogate(), engine())] == ["analysed", "restored"]
    unknown = replace(surrogate(), T_reservoir=float("nan"))
    assert [one.reading for one in in_situ(unknown, engine())] == ["analysed"]


def test_steam_dilutes_what_the_separator_concentrated() -> None:
    water = surrogate()
    separated = replace(water, sample=replace(water.sample, steam_fraction=0.1), gas=Gas(CO2=0.03))
    given = with_measured_gas(separated)
    (state,) = states(engine(), given, [kelvin(160.0)], [12e5])
    (before,) = states(engine(), analysed(water), [kelvin(160.0)], [12e5])
    # A tenth of the fluid was steam: a ninth of the liquid, salt and all.
    assert given.water == pytest.approx(1.0 + (1.0 + water.dissolved) / 9.0)
    assert state.totals["Cl"] == pytest.approx(before.totals["Cl"] / given.water, rel=1e-4)


def test_restoring_begins_with_the_steam_put_back() -> None:
    water = surrogate()
    separated = replace(water, sample=replace(water.sample, steam_fraction=0.1))
    judged = in_situ(separated, engine())[-1]
    assert judged.reading == "restored"
    assert judged.water == pytest.approx(1.0 + (1.0 + water.dissolved) / 9.0)


def test_no_gas_analysis_is_said() -> None:
    with pytest.raises(ValueError, match="no gas analysis"):
        with_measured_gas(surrogate())


def test_pure_water_boils_at_its_vapour_pressure() -> None:
    given = InSitu("analysed", Recipe({"Na": 1e-6, "Cl": 1e-6}, pH=7.0, T=298.15, adjusted="pH"))
    (state,) = states(engine(), given, [kelvin(160.0)], [12e5])
    assert bubble_pressure(state, given) == pytest.approx(
        float(water_saturation().pressure(kelvin(160.0))), rel=1e-4
    )


def test_inert_gases_raise_the_bubble_point() -> None:
    given = analysed(surrogate())
    (state,) = states(engine(), given, [kelvin(100.0)], [12e5])
    with_nitrogen = replace(given, N2=1e-3)
    risen = bubble_pressure(state, with_nitrogen) - bubble_pressure(state, given)
    assert risen == pytest.approx(partial_pressure("N2", 1e-3, kelvin(100.0)))
    assert risen > 1e5


# Fernandez-Prini, Alvarez, Harvey, J. Phys. Chem. Ref. Data 32 (2003), check values of ln(kH / GPa).
HENRY: list[tuple[GasName, float, float]] = [
    ("CO2", 300.0, -1.7508),
    ("CO2", 400.0, -0.5450),
    ("N2", 300.0, 2.1716),
    ("CH4", 300.0, 1.4034),
    ("CH4", 400.0, 1.7946),
]


@pytest.mark.parametrize(("gas", "T", "published"), HENRY)
def test_henry_constants(gas: GasName, T: float, published: float) -> None:
    assert np.log(henry_constant(gas, T) / 1e9) == pytest.approx(published, abs=2e-4)


def test_the_database_dissolves_carbon_dioxide_as_henry_does() -> None:
    """The same CO2 from llnl.dat and from IAPWS's formula, 60 to 160 C."""
    for T_degC in (60.0, 100.0, 160.0):
        recipe = Recipe({"C": 0.02}, pH=4.0, T=298.15, adjusted="pH")
        (state,) = engine().states(recipe, [kelvin(T_degC)], [20e5])
        assert state.pressures["CO2"] == pytest.approx(
            partial_pressure("CO2", 0.02, kelvin(T_degC)), rel=0.04
        )


def test_a_gas_outside_its_formula_has_no_pressure() -> None:
    assert np.isnan(henry_constant("H2S", 560.0))


# The surrogate in equilibrium with quartz and calcite at 165 C under a pressure of CO2 [atm], then 160.2 C
# and 11.2 bar: (bubble point bar, calcite of liquid water at 100 and 60 C; then flashed: calcite at 155 C, at
# 140 C, pH at 155 C, CaCO3 mg/kg at most), from a calculation of its own with the steam fraction from
# CoolProp. Indices agree to 0.1 and masses to a quarter (two databases differ by an eighth).
FLASHED = {
    0.2: (6.4, (-1.00, -1.55), 0.48, 0.53, 8.1, 2.0),
    1.0: (7.2, (-1.09, -1.66), 0.80, 1.01, 7.7, 10.7),
    3.0: (9.3, (-1.10, -1.67), 0.89, 1.21, 7.2, 29.5),
    8.0: (14.3, (-1.10, -1.67), 0.92, 1.31, 6.9, 65.0),
}


def _equilibrated(p_CO2: float, database: Database = LLNL) -> InSitu:
    """The surrogate with the calcium, silica and CO2 of a reservoir at 165 C."""
    recipe, T = analysed(surrogate()).recipe, kelvin(165.0)

    def with_calcite(moles: float, CO2: float) -> InSitu:
        parts = dict(recipe.molalities)
        parts["Ca"] += moles
        parts["alkalinity"] += 2.0 * moles
        return InSitu("analysed", replace(recipe, molalities=parts), Change(CO2=CO2))

    def state(moles: float, CO2: float):  # type: ignore[no-untyped-def]
        return states(engine(database), with_calcite(moles, CO2), [T], [20e5])[0]

    def CO2_for(moles: float) -> float:
        return float(
            brentq(
                lambda x: state(moles, x).pressures["CO2"] - p_CO2 * 101325.0,
                -0.9 * (moles + 6e-3),
                0.3,
                xtol=1e-9,
            )
        )

    dissolved = brentq(lambda m: state(m, CO2_for(m)).indices["calcite"], -4.4e-4, 2e-3, xtol=1e-9)
    return with_calcite(dissolved, CO2_for(dissolved))


@pytest.mark.parametrize("p_CO2", FLASHED)
def test_gas_break_out(p_CO2: float) -> None:
    bubble, single_phase, at_155, at_140, pH, mass = FLASHED[p_CO2]
    given, T, p = _equilibrated(p_CO2), kelvin(160.2), 11.2e5
    (liquid,) = states(engine(), given, [T], [p])
    assert bar(bubble_pressure(liquid, given)) == pytest.approx(bubble, abs=0.1)
    assert liquid.indices["calcite"] == pytest.approx(-0.08, abs=0.03)
    cooled = states(engine(), given, [kelvin(100.0), kelvin(60.0)], [p, p])
    assert [one.indices["calcite"] for one in cooled] == pytest.approx(single_phase, abs=0.03)
    first, second = (flash(engine(), given, T, p, T_to=kelvin(to)) for to in (155.0, 140.0))
    assert first.steam_fraction == pytest.approx(0.011, abs=0.0005)
    assert second.steam_fraction == pytest.approx(0.041, abs=0.0005)
    assert first.liquid.indices["calcite"] == pytest.approx(at_155, abs=0.1)
    assert second.liquid.indices["calcite"] == pytest.approx(at_140, abs=0.1)
    assert first.liquid.pH == pytest.approx(pH, abs=0.1)
    assert first.calcite * 100.087e3 == pytest.approx(mass, rel=0.25)


def test_two_databases_see_the_same_break_out() -> None:
    """Thermoddem agrees with llnl within 0.02 of the index and 12 % of the mass."""
    T, p = kelvin(160.2), 11.2e5
    one, two = (
        flash(engine(base), _equilibrated(3.0, base), T, p, T_to=kelvin(155.0)) for base in (LLNL, THERMODDEM)
    )
    assert two.liquid.indices["calcite"] == pytest.approx(one.liquid.indices["calcite"], abs=0.03)
    assert two.calcite == pytest.approx(one.calcite, rel=0.13)


def test_a_day_of_scale() -> None:
    """29.5 mg/kg in the 58.2 kg/s of 231 m3/h are 148 kg a day."""
    daily = scale_per_day(29.5e-6 / 0.100086, "calcite", mass_flow=58.2, dissolved=0.0)
    assert daily == pytest.approx(148.0, rel=0.01)


def test_flashing_keeps_every_mole() -> None:
    given = restored(engine(), analysed(surrogate()), kelvin(165.0))
    T, p = kelvin(160.2), 11.2e5
    (before,) = states(engine(), given, [T], [p])
    found = flash(engine(), given, T, p, T_to=kelvin(150.0))
    left = 1.0 - found.steam_fraction
    assert found.liquid.totals["C"] * left + found.CO2_lost == pytest.approx(before.totals["C"], rel=1e-4)
    assert found.liquid.totals["Cl"] * left == pytest.approx(before.totals["Cl"], rel=1e-4)
    # And the steam carries what the pressure of CO2 over the liquid says.
    steam = found.steam_fraction / 0.018015
    p_steam = float(water_saturation().pressure(kelvin(150.0)))
    assert found.CO2_lost == pytest.approx(steam * found.liquid.pressures["CO2"] / p_steam, rel=2e-3)


def test_the_balance_of_sulphide_closes_too() -> None:
    recipe = analysed(surrogate()).recipe
    molalities = {**recipe.molalities, "S_sulfide": 5e-4}
    sour = InSitu("analysed", replace(recipe, molalities=molalities), Change(CO2=0.03))
    found = flash(engine(), sour, kelvin(160.2), 11.2e5, T_to=kelvin(150.0))
    left = 1.0 - found.steam_fraction
    assert 0.0 < found.H2S_lost < 5e-4
    assert found.liquid.totals["S_sulfide"] * left + found.H2S_lost == pytest.approx(5e-4, rel=1e-3)
    p_steam = float(water_saturation().pressure(kelvin(150.0)))
    carried = found.steam_fraction / 0.018015 * found.liquid.pressures["H2S"] / p_steam
    assert found.H2S_lost == pytest.approx(carried, rel=0.01)


def test_more_steam_leaves_less_gas_and_more_scale() -> None:
    given = restored(engine(), analysed(surrogate()), kelvin(165.0))
    ends = [kelvin(t) for t in (160.0, 158.0, 155.0, 145.0)]
    found = [flash(engine(), given, kelvin(160.2), 11.2e5, T_to=T) for T in ends]
    assert np.all(np.diff([one.steam_fraction for one in found]) > 0.0)
    assert np.all(np.diff([one.CO2_lost for one in found]) > 0.0)
    assert np.all(np.diff([one.calcite for one in found]) > 0.0)
    assert np.all(np.diff([one.p for one in found]) < 0.0)


@pytest.mark.parametrize("p", [9.5e5, 8e5, 7e5])
def test_gas_that_pressure_asks_for_is_missing_in_the_water(p: float) -> None:
    """Carbon is kept, the pressure is met, and steam and CO2 part by their pressures."""
    given, T = restored(engine(), analysed(surrogate()), kelvin(165.0)), kelvin(160.2)
    (before,) = states(engine(), given, [T], [12e5])
    found = boiled(engine(), given, T, p)
    left = 1.0 - found.steam_fraction
    assert found.p == pytest.approx(p, rel=1e-3)
    assert found.liquid.totals["C"] * left + found.CO2_lost == pytest.approx(before.totals["C"], rel=1e-4)
    steam = found.steam_fraction / 0.018015
    p_steam = float(water_saturation().pressure(T))
    assert found.CO2_lost / steam == pytest.approx(found.liquid.pressures["CO2"] / p_steam, rel=2e-3)


def test_an_expansion_and_its_own_pressure_agree() -> None:
    given = restored(engine(), analysed(surrogate()), kelvin(165.0))
    expanded = flash(engine(), given, kelvin(160.2), 11.2e5, T_to=kelvin(157.0))
    found = boiled(engine(), given, kelvin(157.0), expanded.p)
    assert found.steam_fraction == pytest.approx(expanded.steam_fraction, rel=0.02)
    assert found.liquid.pH == pytest.approx(expanded.liquid.pH, abs=0.01)


def test_what_does_not_boil_keeps_its_gas() -> None:
    given = restored(engine(), analysed(surrogate()), kelvin(165.0))
    found = flash(engine(), given, kelvin(150.0), 11.2e5, T_to=kelvin(150.5))
    assert (found.steam_fraction, found.CO2_lost) == (0.0, 0.0)


def test_steam_of_an_adiabatic_expansion() -> None:
    """Steam tables: h' of 160.2 C at 11.2 bar 676.7, of 140 C 589.2, heat of evaporation 2144.2 kJ/kg."""
    assert steam_fraction(kelvin(160.2), 11.2e5, T_to=kelvin(140.0)) == pytest.approx(
        87.5 / 2144.2, rel=0.005
    )


def test_flashed_nitrogen_is_gone() -> None:
    given = replace(analysed(surrogate()), N2=1e-3)
    found = flash(engine(), given, kelvin(160.2), 11.2e5, T_to=kelvin(155.0))
    nothing = flash(engine(), analysed(surrogate()), kelvin(160.2), 11.2e5, T_to=kelvin(155.0))
    left_over = found.p - nothing.p
    assert 0.0 < left_over < 0.05 * partial_pressure("N2", 1e-3, kelvin(155.0))
