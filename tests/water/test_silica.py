"""Silica against the tables of Fournier and of Gunnarsson and Arnorsson, and the coldest safe temperature."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.units import degC, kelvin
from orcplant.water.bubble_point import analysed
from orcplant.water.phreeqc_engine import engine
from orcplant.water.silica import (
    Form,
    coldest_safe,
    fournier,
    fournier_temperature,
    gunnarsson_arnorsson,
    monomer_share,
    saturation_ratio,
)
from tests.water.waters import surrogate

T_DEGC = np.array([25.0, 40.0, 60.0, 80.0, 100.0, 140.0, 160.0])
# mg/kg; Fournier, Geothermics 5 (1977), table 1; Gunnarsson and Arnorsson, Geochim. Cosmochim. Acta 64
# (2000), evaluated.
AMORPHOUS = ([117, 153, 212, 282, 364, 563, 680], [116, 154, 216, 290, 378, 585, 702])
QUARTZ = ([6.3, 10.2, 18, 30, 48, 105, 147], [10.8, 16.1, 27, 42, 63, 127, 172])
CHALCEDONY = [17, 25, 39, 59, 84, 156, 203]


def test_solubilities_of_fournier() -> None:
    T = kelvin(T_DEGC)
    assert fournier(T) * 1e6 == pytest.approx(AMORPHOUS[0], rel=0.005)
    assert fournier(T, "quartz") * 1e6 == pytest.approx(QUARTZ[0], rel=0.02)
    assert fournier(T, "chalcedony") * 1e6 == pytest.approx(CHALCEDONY, rel=0.025)


def test_solubilities_of_gunnarsson_and_arnorsson() -> None:
    T = kelvin(T_DEGC)
    assert gunnarsson_arnorsson(T) * 1e6 == pytest.approx(AMORPHOUS[1], rel=0.005)
    assert gunnarsson_arnorsson(T, "quartz") * 1e6 == pytest.approx(QUARTZ[1], rel=0.02)


def test_two_laws_of_amorphous_silica_agree_to_five_percent() -> None:
    T = kelvin(np.linspace(5.0, 245.0, 49))
    assert np.max(np.abs(fournier(T) / gunnarsson_arnorsson(T) - 1.0)) < 0.08
    assert np.max(np.abs(fournier(T[:32]) / gunnarsson_arnorsson(T[:32]) - 1.0)) < 0.05


@pytest.mark.parametrize(
    ("reservoir", "form", "silica", "at_1", "at_1_2"),
    [
        (150, "quartz", 125, 28.5, 18.9),
        (150, "chalcedony", 178, 49.0, 38.2),
        (160, "quartz", 147, 37.6, 27.5),
        (160, "chalcedony", 203, 57.2, 45.8),
        (170, "quartz", 172, 46.9, 36.2),
        (170, "chalcedony", 230, 65.5, 53.5),
    ],
)
def test_coldest_safe_temperatures(
    reservoir: float, form: Form, silica: float, at_1: float, at_1_2: float
) -> None:
    """The silica that a reservoir gives, and where amorphous silica is reached (Fournier's formulas)."""
    dissolved = float(fournier(kelvin(reservoir), form))
    assert dissolved * 1e6 == pytest.approx(silica, rel=0.005)
    assert degC(coldest_safe(dissolved)) == pytest.approx(at_1, abs=0.15)
    assert degC(coldest_safe(dissolved, target=1.2)) == pytest.approx(at_1_2, abs=0.15)


@pytest.mark.parametrize(
    ("reservoir", "form", "ratios"),
    [
        (150, "quartz", (0.59, 0.81, 1.07)),
        (150, "chalcedony", (0.84, 1.16, 1.52)),
        (160, "quartz", (0.70, 0.96, 1.26)),
        (160, "chalcedony", (0.96, 1.32, 1.73)),
        (170, "quartz", (0.81, 1.12, 1.47)),
        (170, "chalcedony", (1.08, 1.50, 1.96)),
    ],
)
def test_ratios_at_60_40_and_25_degC(
    reservoir: float, form: Form, ratios: tuple[float, float, float]
) -> None:
    silica = float(fournier(kelvin(reservoir), form))
    found = [saturation_ratio(silica, kelvin(T_degC)) for T_degC in (60.0, 40.0, 25.0)]
    assert found == pytest.approx(ratios, abs=0.006)


@given(silica=st.floats(50e-6, 900e-6), target=st.floats(0.5, 2.0), steam=st.floats(0.0, 0.3))
def test_the_limit_is_where_the_ratio_is_reached(silica: float, target: float, steam: float) -> None:
    T = coldest_safe(silica, target=target, steam_fraction=steam)
    if kelvin(0.0) < T < np.inf:
        assert saturation_ratio(silica / (1.0 - steam), T) == pytest.approx(target, rel=1e-9)
    assert T >= coldest_safe(silica, target=target) - 1e-9


@given(st.floats(274.0, 520.0), st.floats(0.5, 40.0))
def test_hotter_water_holds_more(T: float, warmer: float) -> None:
    assert fournier(min(T + warmer, 523.0)) >= fournier(T)


def test_the_limit_ends_where_the_formula_does() -> None:
    """A little silica is safe in any liquid; more than dissolves at 250 C is safe nowhere."""
    assert degC(coldest_safe(4e-6)) == pytest.approx(0.0)
    assert degC(coldest_safe(float(fournier(kelvin(249.0))))) == pytest.approx(249.0)
    assert coldest_safe(float(fournier(kelvin(249.0))), target=0.9) == np.inf
    assert coldest_safe(500e-6, steam_fraction=0.95) == np.inf


def test_a_formula_ends_where_it_ends() -> None:
    assert np.isnan(fournier(kelvin(251.0))) and np.isnan(fournier(kelvin(-1.0)))
    assert np.isnan(gunnarsson_arnorsson(kelvin(351.0)))
    assert np.isnan(coldest_safe(float("nan"))) and np.isnan(coldest_safe(0.0))


def test_a_vector_is_a_loop() -> None:
    T = kelvin(T_DEGC)
    for law in (fournier, gunnarsson_arnorsson):
        assert np.array_equal(np.asarray(law(T)), np.array([float(law(float(t))) for t in T]))


def test_charged_silica_does_not_fall_out() -> None:
    T = kelvin(25.0)
    assert monomer_share(7.0, T) > 0.995
    assert monomer_share(9.95, T) == pytest.approx(0.5, abs=0.02)  # log K is -9.95 at 25 C in llnl.dat
    assert saturation_ratio(200e-6, T, pH=10.0) < 0.6 * saturation_ratio(200e-6, T, pH=8.0)


def test_the_closed_formula_and_the_speciation_agree() -> None:
    """Index of amorphous silica (Gunnarsson) against the ratio (Fournier), below pH 9."""
    water = surrogate()
    for T_degC in (30.0, 60.0, 100.0):
        (state,) = engine().states(analysed(water).recipe, [kelvin(T_degC)], 12e5)
        by_formula = np.log10(saturation_ratio(water.silica, kelvin(T_degC)))
        assert state.indices["silica_am"] == pytest.approx(by_formula, abs=0.04)


@pytest.mark.parametrize("form", ["quartz", "chalcedony", "amorphous"])
def test_geothermometers_invert_their_solubilities(form: Form) -> None:
    assert degC(fournier_temperature(float(fournier(kelvin(140.0), form)), form)) == pytest.approx(140.0)
