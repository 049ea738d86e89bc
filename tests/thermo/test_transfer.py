"""Coefficients, conductances and effectiveness: closed forms, exact limits, inverses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from orcplant.thermo.hardware import Zone
from orcplant.thermo.transfer import (
    TOUCH,
    coefficient,
    conductance,
    conductance_for,
    effectiveness,
    held_apart,
)

ZONE = Zone(U=800.0, area=50.0, other_share=0.4, other_exponent=0.8, fluid_exponent=0.7)
RATIOS = st.floats(0.05, 3.0)


def test_conductance_at_design_is_coefficient_times_area() -> None:
    assert ZONE.UA == 40_000.0
    assert coefficient(ZONE, 1.0, 1.0) == pytest.approx(800.0, rel=1e-14)


@pytest.mark.parametrize(("share", "exponent"), [(1.0, 0.8), (0.0, 0.7)])
def test_one_side_alone_follows_its_power_law(share: float, exponent: float) -> None:
    zone = Zone(800.0, 50.0, share, 0.8, 0.7)
    ratio = np.array([0.2, 0.5, 1.0, 1.5])
    other, fluid = (ratio, np.ones(4)) if share else (np.ones(4), ratio)
    np.testing.assert_allclose(coefficient(zone, other, fluid), 800.0 * ratio**exponent, rtol=1e-13)


@given(other=RATIOS, fluid=RATIOS)
def test_resistances_in_series_add(other: float, fluid: float) -> None:
    resistance = 0.4 / 800.0 / other**0.8 + 0.6 / 800.0 / fluid**0.7
    assert coefficient(ZONE, other, fluid) == pytest.approx(1.0 / resistance, rel=1e-12)


def test_parallel_streams_need_duty_over_difference() -> None:
    duty = np.array([[0.0, 2e5, 5e5, 9e5]])
    assert conductance(duty, np.full((1, 4), 7.5))[0] == pytest.approx(9e5 / 7.5, rel=1e-12)


@pytest.mark.parametrize("cells", [1, 4, 50])
def test_straight_streams_need_the_same_in_any_number_of_cells(cells: int) -> None:
    duty = np.linspace(0.0, 9e5, cells + 1)[None, :]
    difference = np.linspace(5.0, 40.0, cells + 1)[None, :]
    # Log-mean difference of 5 and 40 K.
    assert conductance(duty, difference)[0] == pytest.approx(9e5 * np.log(8.0) / 35.0, rel=1e-12)


def test_differences_are_held_apart_smoothly() -> None:
    difference = np.linspace(-40.0, 40.0, 160_001)
    apart = held_apart(difference)
    assert np.all(apart > 0.0)
    assert np.all(np.diff(apart) > 0.0)
    far = difference > TOUCH
    np.testing.assert_array_equal(apart[far], difference[far])
    step = 1e-6
    slopes = (
        held_apart(np.array([TOUCH + step, TOUCH])) - held_apart(np.array([TOUCH, TOUCH - step]))
    ) / step
    np.testing.assert_allclose(slopes, 1.0, atol=1e-3)


def test_crossing_streams_need_more_area_the_more_they_cross() -> None:
    duty = np.array([0.0, 1e6])
    closest = np.array([5.0, 1.0, TOUCH, 0.0, -1.0, -5.0, -20.0])
    needed = [float(conductance(duty, np.array([20.0, value]))) for value in closest]
    assert np.all(np.diff(needed) > 0.0)


@given(NTU=st.floats(1e-3, 30.0), C=st.floats(100.0, 1e5), ratio=st.floats(0.01, 1.0))
def test_effectiveness_and_conductance_invert_one_another(NTU: float, C: float, ratio: float) -> None:
    UA = NTU * C * ratio
    share = float(effectiveness(UA, C, ratio * C))
    assert 0.0 < share <= 1.0
    if share < 1.0 - 1e-9:
        assert conductance_for(share, C, ratio * C) == pytest.approx(UA, rel=1e-4)


@pytest.mark.parametrize(("C_hot", "C_cold"), [(1e4, 2e4), (2e4, 1e4), (1e4, 1e4), (1e4, 1.000_000_05e4)])
def test_effectiveness_of_streams_integrated_along_the_area(C_hot: float, C_cold: float) -> None:
    """Counter flow as two differential equations; capacities equal to 1e-7 are taken as equal."""
    UA = 1.7e4
    share = float(effectiveness(UA, C_hot, C_cold))
    duty = share * min(C_hot, C_cold) * 60.0
    start = [90.0, 30.0 + duty / C_cold]  # hot inlet, cold outlet
    end = solve_ivp(
        lambda _, T: [-(T[0] - T[1]) * UA / C_hot, -(T[0] - T[1]) * UA / C_cold],
        (0.0, 1.0),
        start,
        rtol=1e-10,
        atol=1e-10,
    ).y[:, -1]
    assert end[1] == pytest.approx(30.0, abs=1e-5)
    assert end[0] == pytest.approx(90.0 - duty / C_hot, abs=1e-5)


def test_effectiveness_limits() -> None:
    assert effectiveness(1e-9, 1e4, 2e4) == pytest.approx(0.0, abs=1e-12)
    assert effectiveness(1e9, 1e4, 2e4) == pytest.approx(1.0)
    # One side changes phase: 1 - exp(-NTU).
    assert effectiveness(1.5e4, 1e4, 1e12) == pytest.approx(1.0 - np.exp(-1.5), rel=1e-6)
    # Equal capacities: NTU / (1 + NTU).
    assert effectiveness(3e4, 1e4, 1e4) == pytest.approx(0.75, rel=1e-12)
