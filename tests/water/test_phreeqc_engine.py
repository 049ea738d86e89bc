"""The engine against published and recomputed speciations, and against its own traps."""

import dataclasses
import types

import numpy as np
import pytest

from orcplant.errors import ChemistryError
from orcplant.units import kelvin
from orcplant.water import phreeqc_engine
from orcplant.water.bubble_point import analysed, recipe_of
from orcplant.water.databases import CORE10, DATABASES, LLNL, PHREEQC_COLD, THERMODDEM, Database
from orcplant.water.minerals import MINERALS, STANDARD
from orcplant.water.phreeqc_engine import Engine, engine
from orcplant.water.phreeqc_input import doubts
from orcplant.water.solution import Change, Recipe
from tests.water.waters import shipped, surrogate, surrogate_recipe

# Surrogate, closed system, 12 bar, llnl.dat: PHREEQC 3.8.6 run by hand in its own input language.
SURROGATE = {
    160: (7.66, 1.41, -0.12, 0.07, -0.64, -1.54, -0.16, -0.50, 2.91, 3.76),
    140: (7.61, 1.20, 0.00, 0.19, -0.90, -1.67, -0.24, -0.56, 2.61, 3.24),
    120: (7.58, 0.99, 0.13, 0.33, -1.17, -1.79, -0.29, -0.60, 2.29, 2.60),
    100: (7.57, 0.79, 0.28, 0.49, -1.42, -1.90, -0.27, -0.62, 1.94, 1.84),
    80: (7.59, 0.58, 0.45, 0.68, -1.67, -1.98, -0.20, -0.60, 1.56, 0.98),
    60: (7.63, 0.39, 0.67, 0.91, -1.90, -2.04, -0.06, -0.54, 1.18, 0.09),
}
COLUMNS = "calcite chalcedony quartz anhydrite gypsum barite fluorite dolomite sepiolite".split()


@pytest.mark.parametrize("T_degC", SURROGATE)
def test_the_surrogate_has_the_indices_of_a_run_by_hand(T_degC: int) -> None:
    (state,) = engine().states(surrogate_recipe(), [kelvin(float(T_degC))], 12e5)
    found = [state.pH, *(state.indices[key] for key in COLUMNS)]
    assert found == pytest.approx(SURROGATE[T_degC], abs=0.015)


# Source: Parkhurst and Appelo, USGS Techniques and Methods 6-A43, 2013, output of example 1.
# Gypsum and anhydrite moved by 0.16 when the database did: they are held to 0.2, the others to 0.1.
EXAMPLE_1 = {
    "calcite": (0.75, 0.1),
    "aragonite": (0.61, 0.1),
    "dolomite": (2.39, 0.1),
    "quartz": (-0.09, 0.1),
    "chalcedony": (-0.52, 0.1),
    "gypsum": (-0.64, 0.2),
    "anhydrite": (-0.93, 0.2),
    "halite": (-2.48, 0.1),
    "talc": (6.03, 0.1),
    "chrysotile": (3.36, 0.1),
    "sepiolite": (1.15, 0.1),
}


@pytest.mark.parametrize("mineral", EXAMPLE_1)
def test_seawater_as_in_the_first_example_of_phreeqc(mineral: str) -> None:
    state = engine(PHREEQC_COLD).sampled(recipe_of(shipped("seawater").analysis))
    published, within = EXAMPLE_1[mineral]
    assert state.indices[mineral] == pytest.approx(published, abs=within)


def test_the_carbon_dioxide_of_seawater() -> None:
    # Same source: log10 of the fugacity in atm is -3.39.
    state = engine(PHREEQC_COLD).sampled(recipe_of(shipped("seawater").analysis))
    assert np.log10(state.pressures["CO2"] / 101325.0) == pytest.approx(-3.39, abs=0.03)


# Source: MOOSE geochemistry module (Idaho National Laboratory), Weber-Tensleep water at 25 C. Activity
# models differ at an ionic strength of 1.6, so this is a loose check.
WEBER = {
    "barite": 2.61,
    "quartz": 1.38,
    "calcite": 0.02,
    "dolomite": 0.39,
    "celestite": -0.63,
    "anhydrite": -1.12,
}


@pytest.mark.parametrize("mineral", WEBER)
def test_the_weber_brine_is_near_what_was_published(mineral: str) -> None:
    state = engine(PHREEQC_COLD).sampled(recipe_of(shipped("weber_tensleep").analysis))
    assert state.indices[mineral] == pytest.approx(WEBER[mineral], abs=0.5)
    assert state.ionic_strength == pytest.approx(1.63, abs=0.05)


def test_a_brine_that_large_steps_jump_over_still_has_an_answer() -> None:
    """The aluminium of this brine does not converge with PHREEQC's usual step in llnl.dat."""
    recipe = recipe_of(shipped("weber_tensleep").analysis)
    solver = Engine(LLNL)
    state = solver.sampled(recipe)
    assert state.indices["barite"] == pytest.approx(WEBER["barite"], abs=0.5)
    # The next solution is none the worse for it.
    (after,) = solver.states(surrogate_recipe(), [kelvin(160.0)], 12e5)
    assert after.indices["calcite"] == pytest.approx(1.41, abs=0.015)


# Calcite at 1 atm of CO2 and anhydrite in pure water [mmol/kg], recomputed; at 25 C the textbook value is 9
# (Plummer and Busenberg, Geochim. Cosmochim. Acta 46 (1982) 1011-1040).
CALCITE = {
    LLNL: {25: 9.02, 60: 4.81, 100: 2.45, 150: 1.03},
    THERMODDEM: {25: 9.30, 60: 4.74, 100: 2.32, 150: 0.98},
    PHREEQC_COLD: {25: 8.86, 60: 4.56, 100: 2.04},
}
ANHYDRITE = {LLNL: {100: 5.06, 150: 1.57}, THERMODDEM: {100: 4.24, 150: 1.27}, PHREEQC_COLD: {100: 5.78}}


def _cases(table: dict[Database, dict[int, float]]) -> list[tuple[Database, int, float]]:
    return [(database, T, value) for database, values in table.items() for T, value in values.items()]


def _dissolved(database: Database, mineral: str, T_degC: float, *, p_CO2: float) -> float:
    """Calcium [mol/kg] that makes the index zero, CO2 held at p_CO2 [Pa] (0: none)."""
    solver = engine(database)

    def index(calcium: float) -> tuple[float, float]:
        if mineral == "anhydrite":
            recipe = Recipe({"Ca": calcium, "S_sulfate": calcium}, pH=7.0, T=298.15, adjusted="pH")
            (state,) = solver.states(recipe, [kelvin(T_degC)], 5e5)
            return state.indices["anhydrite"], 0.0
        recipe = Recipe({"Ca": calcium, "alkalinity": 2.0 * calcium}, pH=7.0, T=298.15)
        low, high = -0.5 * calcium, 1.0
        for _ in range(40):
            middle = 0.5 * (low + high)
            (state,) = solver.states(recipe, [kelvin(T_degC)], 5e5, change=Change(CO2=middle))
            low, high = (middle, high) if state.pressures["CO2"] < p_CO2 else (low, middle)
        return state.indices["calcite"], state.pressures["CO2"]

    low, high = 1e-5, 0.05
    for _ in range(25):
        middle = np.sqrt(low * high)
        low, high = (middle, high) if index(middle)[0] < 0.0 else (low, middle)
    return float(np.sqrt(low * high))


@pytest.mark.parametrize(("database", "T_degC", "solubility"), _cases(CALCITE))
def test_calcite_dissolves_as_much_as_it_should(database: Database, T_degC: int, solubility: float) -> None:
    found = 1e3 * _dissolved(database, "calcite", float(T_degC), p_CO2=101325.0)
    assert found == pytest.approx(solubility, rel=0.02)


@pytest.mark.parametrize(("database", "T_degC", "solubility"), _cases(ANHYDRITE))
def test_anhydrite_dissolves_as_much_as_it_should(database: Database, T_degC: int, solubility: float) -> None:
    found = 1e3 * _dissolved(database, "anhydrite", float(T_degC), p_CO2=0.0)
    assert found == pytest.approx(solubility, rel=0.03)


@pytest.mark.parametrize(
    ("T_degC", "index"), [(160, -0.63), (140, -0.54), (120, -0.45), (100, -0.34), (80, -0.23), (60, -0.10)]
)
def test_amorphous_silica_of_the_surrogate(T_degC: int, index: float) -> None:
    """By hand with SiO2(a) of phreeqc.dat; Gunnarsson and Arnorsson are within 0.03 of it."""
    (state,) = engine().states(surrogate_recipe(), [kelvin(float(T_degC))], 12e5)
    assert state.indices["silica_am"] == pytest.approx(index, abs=0.035)


def test_the_databases_agree_where_they_should() -> None:
    """Calcite at 160 C: 1.41 llnl, 1.46 core10, 1.47 Thermoddem."""
    T = [kelvin(160.0)]
    found = {
        one.key: engine(one).states(surrogate_recipe(), T, 12e5)[0].indices["calcite"]
        for one in (LLNL, CORE10, THERMODDEM)
    }
    assert found == pytest.approx({"llnl": 1.41, "core10": 1.46, "thermoddem": 1.47}, abs=0.015)


@pytest.mark.parametrize("database", DATABASES.values(), ids=lambda one: one.key)
def test_every_database_knows_its_minerals(database: Database) -> None:
    content = phreeqc_engine._content(database)  # noqa: SLF001
    for key, name in database.phases.items():
        assert key in MINERALS
        assert (
            key == "silica_am"
            or f"\n{name}\n" in content
            or f"\n{name} " in content
            or f"\n{name}\t" in content
        )
    assert set(STANDARD) <= set(LLNL.phases)


def test_amorphous_silica_is_the_same_solid_in_every_database() -> None:
    T = [kelvin(60.0)]
    found = [
        engine(one).states(surrogate_recipe(), T, 12e5)[0].indices["silica_am"] for one in DATABASES.values()
    ]
    assert np.ptp(found) < 0.01


def test_each_step_starts_from_the_sample_not_from_the_step_before() -> None:
    T = [kelvin(t) for t in (160.0, 100.0, 60.0)]
    solver = engine()
    there = solver.states(surrogate_recipe(), T, 12e5, equilibrate=("calcite",))
    back = solver.states(surrogate_recipe(), T[::-1], 12e5, equilibrate=("calcite",))[::-1]
    one_by_one = [solver.states(surrogate_recipe(), [t], 12e5, equilibrate=("calcite",))[0] for t in T]
    for a, b, c in zip(there, back, one_by_one, strict=True):
        assert a.precipitated["calcite"] == pytest.approx(b.precipitated["calcite"], rel=1e-6)
        assert a.pH == pytest.approx(c.pH, abs=1e-6)


def test_what_falls_out_is_missing_in_the_water() -> None:
    solver, T = engine(), [kelvin(140.0)]
    (before,) = solver.states(surrogate_recipe(), T, 12e5)
    (after,) = solver.states(surrogate_recipe(), T, 12e5, equilibrate=("calcite",))
    lost = after.precipitated["calcite"]
    assert lost > 0.0
    assert after.indices["calcite"] == pytest.approx(0.0, abs=1e-6)
    for component in ("Ca", "C"):
        assert before.totals[component] - after.totals[component] == pytest.approx(lost, rel=1e-4)


def test_nothing_dissolves_that_is_not_there() -> None:
    """From none present: an undersaturated mineral adds nothing to the water."""
    (state,) = engine().states(surrogate_recipe(), [kelvin(60.0)], 12e5, equilibrate=("anhydrite",))
    assert state.precipitated["anhydrite"] == 0.0
    assert state.indices["anhydrite"] == pytest.approx(-1.90, abs=0.02)


def test_sulphide_and_ammonium_stay_what_they_are() -> None:
    """At equilibrium sulphate would oxidise ammonium, and sulphide reduce carbonate: not within a plant."""
    recipe = surrogate_recipe()
    with_both = dataclasses.replace(recipe, molalities={**recipe.molalities, "S_sulfide": 1e-4, "NH4": 1e-4})
    solver = engine()
    (hot,) = solver.states(with_both, [kelvin(200.0)], 20e5)
    assert hot.totals["S_sulfide"] == pytest.approx(1e-4, rel=1e-3)
    assert hot.totals["NH4"] == pytest.approx(1e-4, rel=1e-3)
    assert hot.pressures["H2S"] > 0.0


def test_the_constants_of_sulphide_are_those_of_the_database() -> None:
    """H2S made an element of its own has the pressure that llnl.dat gives its own H2S.

    At PHREEQC's usual pe of 4 llnl.dat turns all sulphide into polysulphide: another reason to keep it apart.
    """
    raw = phreeqc_engine._instance()  # noqa: SLF001
    raw.LoadDatabaseString(phreeqc_engine._content(LLNL))  # noqa: SLF001
    text = "SOLUTION\n units mol/kgw\n temp 25\n pH 6.5\n pe -5\n Na 0.01\n Cl 0.01 charge\n S(-2) 1e-4\n"
    raw.RunString(text + "SELECTED_OUTPUT\n -reset false\n -saturation_indices H2S(g)\nEND\n")
    of_database = float(raw.GetSelectedOutput()["si_H2S(g)"][-1])
    recipe = Recipe({"Na": 0.01, "Cl": 0.01, "S_sulfide": 1e-4}, pH=6.5, T=298.15, adjusted="Cl")
    found = engine().sampled(recipe).pressures["H2S"] / 101325.0
    assert np.log10(found) == pytest.approx(of_database, abs=0.01)


def test_a_wrong_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = dataclasses.replace(LLNL, sha256="0" * 64)
    with pytest.raises(ChemistryError, match=r"llnl\.dat .* is not the file orcplant was validated with"):
        Engine(other)


def test_a_database_that_the_package_lacks_is_named() -> None:
    with pytest.raises(ChemistryError, match=r"brings no none\.dat"):
        Engine(dataclasses.replace(LLNL, file="none.dat"))


def test_without_the_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phreeqc_engine, "available", lambda: False)
    with pytest.raises(ChemistryError, match=r"pip install 'orcplant\[chem\]'"):
        Engine(LLNL)


@pytest.mark.parametrize("T_degC", [-1.0, 301.0])
def test_a_temperature_beyond_the_database_is_refused(T_degC: float) -> None:
    with pytest.raises(ChemistryError, match=r"outside 0 to 300 C, the range of llnl\.dat"):
        engine().states(surrogate_recipe(), [kelvin(T_degC)], 12e5)


def test_cold_data_are_not_used_for_hot_water() -> None:
    with pytest.raises(ChemistryError, match=r"outside 0 to 100 C, the range of phreeqc\.dat"):
        engine(PHREEQC_COLD).states(surrogate_recipe(), [kelvin(160.0)], 12e5)


def test_a_mineral_the_database_lacks_is_refused_by_name() -> None:
    with pytest.raises(ChemistryError, match=r"core10\.dat has no mineral barite"):
        engine(CORE10).states(surrogate_recipe(), [kelvin(60.0)], 12e5, equilibrate=("barite",))


def test_no_answer_is_an_error_not_a_number() -> None:
    """PHREEQC's tables hold numbers after a failure; none of them may come out."""
    impossible = Recipe({"Na": 1.0, "alkalinity": 5.0, "Cl": 1.0}, pH=1.0, T=298.15)
    solver = Engine(LLNL)
    with pytest.raises(ChemistryError, match=r"PHREEQC \(llnl\.dat"):
        solver.sampled(impossible)
    assert solver.sampled(surrogate_recipe()).pH == pytest.approx(7.8)


def test_a_warning_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """An element PHREEQC does not know counts as zero and leaves a warning only."""
    unknown = dataclasses.replace(
        LLNL, elements=types.MappingProxyType({**LLNL.elements, "Cl": "Unobtainium"})
    )
    with pytest.raises(ChemistryError, match="PHREEQC"):
        Engine(unknown).sampled(surrogate_recipe())


def test_a_second_try_of_phreeqc_is_no_doubt() -> None:
    """This solution converges with PHREEQC's own smaller steps, of which it warns."""
    molalities = {"S_sulfate": 0.2539, "Br": 2.47e-5, "Ca": 3e-6, "F": 0.03627, "S_sulfide": 1.156e-6}
    recipe = Recipe(molalities, pH=6.811, T=285.783, adjusted="Ca")
    for T in (276.2, 154.88, 69.2):
        (state,) = engine().states(recipe, [kelvin(T)], [70e5])
        assert state.charge_error == pytest.approx(0.0, abs=0.01)
    assert doubts("WARNING: Trying smaller step size\nWARNING: Did not find X") == "Did not find X"


def test_charge_is_balanced_by_the_species_that_was_named() -> None:
    recipe = dataclasses.replace(surrogate_recipe(), adjusted="Cl")
    state = engine().sampled(recipe)
    assert state.charge_error == pytest.approx(0.0, abs=1e-6)
    assert state.totals["Cl"] > surrogate_recipe().molalities["Cl"]
    # A species that is not in the analysis may close it too.
    alone = Recipe({"Na": 0.1}, pH=7.0, T=298.15, adjusted="Cl")
    assert engine().sampled(alone).totals["Cl"] == pytest.approx(0.1, rel=1e-6)


def test_the_charge_error_is_that_of_the_analysis() -> None:
    assert engine().sampled(analysed(surrogate()).recipe).charge_error == pytest.approx(2.97, abs=0.1)


def test_pressure_moves_no_solid_of_llnl() -> None:
    solver, T = engine(), [kelvin(160.0)]
    (low,), (high,) = (solver.states(surrogate_recipe(), T, p) for p in (10e5, 150e5))
    assert low.indices["calcite"] == pytest.approx(high.indices["calcite"], abs=1e-3)
