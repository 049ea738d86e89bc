"""Liquid water, saturated water and air against published check values and the reference equation."""

import csv
from pathlib import Path

import CoolProp
import numpy as np
import pytest
from CoolProp.CoolProp import AbstractState

from orcplant.errors import PropertyError
from orcplant.thermo.media import (
    AIR_P_RANGE,
    AIR_T_RANGE,
    T_FREEZE,
    WATER_P_MAX,
    WATER_T_MAX,
    Medium,
    air,
    liquid_water,
    water_saturation,
)
from orcplant.thermo.state import Array

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "iapws95.csv"
with GOLDEN.open(encoding="utf-8", newline="") as _lines:
    IAPWS = [
        (r["region"], {k: float(v) for k, v in r.items() if k != "region" and v})
        for r in csv.DictReader(_lines)
    ]


def of(region: str) -> list[dict[str, float]]:
    return [values for name, values in IAPWS if name == region]


@pytest.mark.parametrize("point", of("liquid"), ids=lambda point: f"{point['T_K']:g} K")
def test_liquid_water_meets_the_iapws95_check_values(point: dict[str, float]) -> None:
    water, T, p = liquid_water(), point["T_K"], point["p_MPa"] * 1e6
    assert water.density(T, p) == pytest.approx(point["rho_kg_m3"], rel=1e-6)
    assert water.entropy(T, p) == pytest.approx(point["s_kJ_kgK"] * 1e3, abs=2e-4)


@pytest.mark.parametrize("quality, region", [(0.0, "saturated liquid"), (1.0, "saturated vapour")])
def test_the_saturation_line_meets_the_iapws95_check_values(quality: float, region: str) -> None:
    line = water_saturation()
    for point in of(region):
        T, p = point["T_K"], point["p_MPa"] * 1e6
        assert line.pressure(T) == pytest.approx(p, rel=1e-7)
        assert line.temperature(p) == pytest.approx(T, abs=1e-6)
        assert line.enthalpy(T, quality) == pytest.approx(point["h_kJ_kg"] * 1e3, abs=0.05)
        assert line.entropy(T, quality) == pytest.approx(point["s_kJ_kgK"] * 1e3, abs=2e-4)


def random_liquid(n: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(20260101)
    T = rng.uniform(T_FREEZE, WATER_T_MAX - 0.1, n)
    p_saturated = np.asarray(water_saturation().pressure(T))
    return T, p_saturated + rng.uniform(1e-4, 1.0, n) ** 3 * (WATER_P_MAX - p_saturated)


def reference(name: str, T: Array, p: Array) -> dict[str, Array]:
    state = AbstractState("HEOS", name)
    found = np.empty((3, T.size))
    for k in range(T.size):
        if name == "Water":
            state.specify_phase(CoolProp.iphase_liquid)
        state.update(CoolProp.PT_INPUTS, p[k], T[k])
        found[:, k] = state.hmass(), state.smass(), state.rhomass()
    return dict(zip(("h", "s", "rho"), found, strict=True))


def test_liquid_water_follows_the_reference_equation() -> None:
    T, p = random_liquid(2000)
    water, exact = liquid_water(), reference("Water", T, p)
    assert np.max(np.abs(water.enthalpy(T, p) - exact["h"])) < 0.01
    assert np.max(np.abs(water.entropy(T, p) - exact["s"])) < 2e-5
    assert np.max(np.abs(water.density(T, p) / exact["rho"] - 1.0)) < 1e-6


def test_liquid_water_is_close_to_the_industrial_formulation() -> None:
    # IF97 reproduces IAPWS-95 to its own tolerance: about 0.2 kJ/kg here.
    T, p = random_liquid(300)
    state = AbstractState("IF97", "Water")
    for k in range(T.size):
        state.update(CoolProp.PT_INPUTS, p[k], T[k])
        assert liquid_water().enthalpy(T[k], p[k]) == pytest.approx(state.hmass(), abs=400.0)


def test_air_follows_the_reference_equation() -> None:
    rng = np.random.default_rng(7)
    T, p = rng.uniform(*AIR_T_RANGE, 500), rng.uniform(*AIR_P_RANGE, 500)
    exact = reference("Air", T, p)
    assert np.max(np.abs(air().enthalpy(T, p) - exact["h"])) < 0.1
    assert np.max(np.abs(air().entropy(T, p) - exact["s"])) < 1e-3
    assert np.max(np.abs(air().density(T, p) / exact["rho"] - 1.0)) < 5e-5


def test_air_at_1015_m_is_thinner_as_the_gas_law_says() -> None:
    ratio = air().density(293.15, 0.897e5) / air().density(293.15, 1.01325e5)
    assert ratio == pytest.approx(0.897 / 1.01325, rel=1e-4)


@pytest.mark.parametrize("medium, T, p", [(liquid_water(), 420.0, 8e5), (air(), 300.0, 0.9e5)])
def test_temperature_inverts_enthalpy(medium: Medium, T: float, p: float) -> None:
    assert medium.temperature(medium.enthalpy(T, p), p) == pytest.approx(T, abs=1e-9)


def test_temperature_inverts_enthalpy_over_the_whole_range() -> None:
    T, p = random_liquid(2000)
    assert np.max(np.abs(liquid_water().temperature(liquid_water().enthalpy(T, p), p) - T)) < 1e-8


def test_arrays_and_scalars_give_the_same_numbers() -> None:
    T, p = random_liquid(50)
    h = np.asarray(liquid_water().enthalpy(T, p))
    assert [liquid_water().enthalpy(float(a), float(b)) for a, b in zip(T, p, strict=True)] == h.tolist()


@pytest.mark.parametrize(("medium", "p"), [(liquid_water(), 10.2e5), (air(), 0.897e5)])
def test_a_long_array_at_one_pressure_gives_the_same_numbers(medium: Medium, p: float) -> None:
    # It is cut to one dimension first.
    T = np.linspace(280.0, 430.0, 500)
    h = np.asarray(medium.enthalpy(T, p))
    np.testing.assert_allclose(h, medium.enthalpy(T, np.full(T.shape, p)), rtol=1e-12)
    np.testing.assert_allclose(medium.temperature(h, p), T, rtol=0.0, atol=1e-8)
    np.testing.assert_allclose(medium.temperature(h, np.full(h.shape, p)), T, rtol=0.0, atol=1e-8)
    outside = np.concatenate([T, [100.0, 900.0, np.nan]])
    assert np.all(np.isnan(np.asarray(medium.enthalpy(outside, p))[-3:]))


def test_the_inside_of_an_isobar_is_thermodynamically_consistent() -> None:
    # T ds = dh along an isobar; the three surfaces are fitted one by one.
    T, p = np.linspace(290.0, 440.0, 4001), 10e5
    h, s = np.asarray(liquid_water().enthalpy(T, p)), np.asarray(liquid_water().entropy(T, p))
    middle = 0.5 * (T[1:] + T[:-1])
    assert np.sum(np.diff(h) / middle) == pytest.approx(s[-1] - s[0], rel=1e-7)


def test_a_scalar_outside_the_fit_is_an_error_and_an_array_is_nan() -> None:
    with pytest.raises(
        PropertyError, match="liquid water: 310.00 C at 150.000 bar is outside the fitted range"
    ):
        liquid_water().enthalpy(583.15, 150e5)
    h = liquid_water().enthalpy(np.array([400.0, 400.0, 270.0]), np.array([5e5, 1e5, 5e5]))
    # Liquid, steam, ice.
    assert np.isfinite(h).tolist() == [True, False, False]
