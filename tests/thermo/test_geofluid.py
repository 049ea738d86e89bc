"""Brine and steam: one curve of temperature over enthalpy, across the bubble point."""

import CoolProp
import numpy as np
import pytest
from CoolProp.CoolProp import AbstractState

from orcplant.thermo import geofluid as geo
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.media import T_FREEZE, water_saturation

GEOFLUIDS = [
    geo.liquid(T=423.15, p=10e5, mass_flow=50.0),
    geo.two_phase(T=433.35, quality=0.0, mass_flow=50.0),
    geo.two_phase(T=433.35, quality=0.1, mass_flow=50.0),
    geo.two_phase(T=433.35, quality=1.0, mass_flow=50.0),
]
NAMES = ["liquid", "bubble point", "quality 0.1", "steam"]


@pytest.mark.parametrize("quality", [0.0, 0.1, 0.6, 1.0])
def test_a_two_phase_inlet_has_the_enthalpy_and_entropy_of_its_quality(quality: float) -> None:
    water = AbstractState("HEOS", "Water")
    water.update(CoolProp.QT_INPUTS, quality, 433.35)
    geofluid = geo.two_phase(T=433.35, quality=quality, mass_flow=1.0)
    h, s = geo.enthalpy_and_entropy(geofluid)
    assert geofluid.p == pytest.approx(water.p(), rel=1e-8)
    assert h == pytest.approx(water.hmass(), abs=0.05)
    assert s == pytest.approx(water.smass(), abs=2e-4)


def test_tianzhen_wellhead_pressure_is_above_saturation() -> None:
    # 160.2 C boils at 0.621 MPa.
    assert geo.two_phase(T=433.35, quality=0.0, mass_flow=1.0).p == pytest.approx(0.6213e6, rel=1e-3)


@pytest.mark.parametrize("geofluid", GEOFLUIDS, ids=NAMES)
def test_temperature_and_enthalpy_needed_are_inverse_below_the_bubble_point(geofluid: Geofluid) -> None:
    T = np.linspace(280.0, float(geofluid.T) - 1e-6, 200)
    assert np.max(np.abs(geo.temperature_at(geofluid, geo.enthalpy_needed(geofluid, T)) - T)) < 1e-6


@pytest.mark.parametrize("geofluid", GEOFLUIDS, ids=NAMES)
def test_temperature_rises_with_enthalpy_and_ends_at_the_inlet(geofluid: Geofluid) -> None:
    h_in = float(geo.inlet_enthalpy(geofluid))
    T = geo.temperature_at(geofluid, np.linspace(50e3, h_in, 5000))
    assert np.all(np.diff(T) >= -1e-9)
    assert T[-1] == pytest.approx(float(geofluid.T), abs=1e-6)


def test_the_curve_has_a_kink_but_no_step_at_the_bubble_point() -> None:
    geofluid = GEOFLUIDS[2]
    h_bubble = float(water_saturation().enthalpy(433.35, 0.0))
    below, at, above = geo.temperature_at(geofluid, h_bubble + np.array([-1.0, 0.0, 1.0]))
    assert [at, above] == pytest.approx([433.35, 433.35], abs=1e-6)
    assert at - below == pytest.approx(1.0 / 4340.0, rel=0.01)  # 1 J/kg over the heat capacity


@pytest.mark.parametrize("geofluid", GEOFLUIDS, ids=NAMES)
def test_entropy_integrates_heat_over_temperature(geofluid: Geofluid) -> None:
    h = np.linspace(200e3, float(geo.inlet_enthalpy(geofluid)), 20001)
    T, s = geo.temperature_at(geofluid, h), np.asarray(geo.entropy_at(geofluid, h))
    integral = np.sum(np.diff(h) * 0.5 * (1.0 / T[1:] + 1.0 / T[:-1]))
    assert integral == pytest.approx(float(s[-1] - s[0]), rel=1e-6)
    assert float(s[-1]) == pytest.approx(float(geo.enthalpy_and_entropy(geofluid)[1]), abs=2e-3)


def test_above_the_inlet_no_enthalpy_is_enough() -> None:
    assert np.isnan(geo.enthalpy_needed(GEOFLUIDS[0], 423.2))
    assert np.isfinite(geo.enthalpy_needed(GEOFLUIDS[0], 423.15))


def test_frozen_brine_has_no_temperature() -> None:
    cold = geo.temperature_at(GEOFLUIDS[0], np.array([-1e5, 1e5]))
    assert np.isnan(cold[0])
    assert cold[1] > T_FREEZE


def test_saturated_liquid_is_the_limit_of_pressurised_brine() -> None:
    saturated = geo.two_phase(T=423.15, quality=0.0, mass_flow=1.0)
    pressed = geo.liquid(T=423.15, p=float(saturated.p) + 1.0, mass_flow=1.0)
    assert geo.inlet_enthalpy(pressed) == pytest.approx(float(geo.inlet_enthalpy(saturated)), abs=0.05)


def test_liquid_and_two_phase_scenarios_share_an_array() -> None:
    T, p = 423.15, float(water_saturation().pressure(423.15))
    mixed = Geofluid(
        T=np.array([T, T]), p=np.array([10e5, p]), quality=np.array([np.nan, 0.1]), mass_flow=50.0
    )
    h, s = geo.enthalpy_and_entropy(mixed)
    apart = [
        geo.enthalpy_and_entropy(geofluid)
        for geofluid in (
            geo.liquid(T=T, p=10e5, mass_flow=50.0),
            geo.two_phase(T=T, quality=0.1, mass_flow=50.0),
        )
    ]
    assert np.asarray(h) == pytest.approx([float(pair[0]) for pair in apart], rel=1e-12)
    assert np.asarray(s) == pytest.approx([float(pair[1]) for pair in apart], rel=1e-12)
