"""What a turbine swallows and how efficient it is: published factors, exact limits of the flow laws."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.thermo.properties import Fluid
from orcplant.thermo.state import Array
from orcplant.thermo.turbine import FACTOR_RANGE, head_factor, swallowing, volume_factor

PRESSURES = st.floats(0.5e5, 40e5)
RATIOS = st.floats(0.0, 1.0)


# Ghasemi et al., Energy 50 (2013) 412-428, after Keeley.
@pytest.mark.parametrize(("X", "factor"), [(0.8, 0.937), (0.9, 0.984), (1.1, 0.984), (1.2, 0.939)])
def test_head_factor_as_published(X: float, factor: float) -> None:
    assert head_factor(X) == pytest.approx(factor, abs=5e-4)


@pytest.mark.parametrize(("Y", "factor"), [(0.7, 0.941), (0.8, 0.973), (1.2, 0.991), (1.3, 0.976)])
def test_volume_factor_as_published(Y: float, factor: float) -> None:
    assert volume_factor(Y) == pytest.approx(factor, abs=5e-4)


def test_the_factors_are_one_at_design_and_have_their_top_near_it() -> None:
    assert head_factor(1.0) == pytest.approx(1.0, abs=1e-12)
    assert volume_factor(1.0) == pytest.approx(1.0, abs=1e-12)
    inside = np.linspace(*FACTOR_RANGE, 1401)
    assert np.max(head_factor(inside)) < 1.0 + 1e-4
    assert np.max(volume_factor(inside)) < 1.0 + 1.5e-3
    assert inside[np.argmax(head_factor(inside))] == pytest.approx(1.0, abs=0.01)
    assert inside[np.argmax(volume_factor(inside))] == pytest.approx(1.06, abs=0.06)


@pytest.mark.parametrize("factor", [head_factor, volume_factor])
def test_beyond_their_range_the_factors_go_on_straight(factor: Callable[[Array], Array]) -> None:
    """Without a kink at the end of the range, and never better than there: leaving it must not pay."""
    low, high = FACTOR_RANGE
    step = 1e-5
    for end, outward in ((low, -1.0), (high, 1.0)):
        before, at, after, far = (factor(np.array(end + outward * k * step)) for k in (-1.0, 0.0, 1.0, 2.0))
        assert after - at == pytest.approx(at - before, rel=1e-3)
        assert far - after == pytest.approx(after - at, rel=1e-6)
        assert after < at
    beyond = factor(np.array([0.0, 0.3, low, high, 2.0, 50.0]))
    assert np.all(beyond > 0.0)
    assert np.all(np.diff(beyond[:3]) > 0.0)
    assert np.all(np.diff(beyond[3:]) < 0.0)


@given(p_in=PRESSURES, rho=st.floats(2.0, 100.0), critical=st.sampled_from((0.0, 0.3, 0.55)))
def test_no_pressure_difference_no_flow(p_in: float, rho: float, critical: float) -> None:
    assert swallowing(p_in, rho, p_in, critical_ratio=critical) == 0.0


@given(p_in=PRESSURES, rho=st.floats(2.0, 100.0), ratio=RATIOS)
def test_ellipse_in_closed_form(p_in: float, rho: float, ratio: float) -> None:
    """Stodola: (m / m_choked)^2 + (p_out / p_in)^2 = 1."""
    choked = swallowing(p_in, rho, 0.0)
    assert choked == pytest.approx(np.sqrt(p_in * rho), rel=1e-14)
    share = swallowing(p_in, rho, ratio * p_in) / choked
    assert share**2 + ratio**2 == pytest.approx(1.0, abs=1e-12)


@given(p_in=PRESSURES, rho=st.floats(2.0, 100.0), share=RATIOS, critical=st.sampled_from((0.3, 0.55)))
def test_below_the_critical_ratio_the_outlet_does_not_matter(
    p_in: float, rho: float, share: float, critical: float
) -> None:
    choked = swallowing(p_in, rho, 0.0, critical_ratio=critical)
    assert swallowing(p_in, rho, share * critical * p_in, critical_ratio=critical) == choked
    above = critical + 0.01 + share * (0.99 - critical)
    assert swallowing(p_in, rho, above * p_in, critical_ratio=critical) < choked


@given(rho=st.floats(2.0, 100.0), ratio=st.floats(0.05, 0.95), critical=st.sampled_from((0.0, 0.55)))
def test_flow_rises_with_inlet_and_falls_with_outlet_pressure(
    rho: float, ratio: float, critical: float
) -> None:
    p_out = ratio * 10e5
    at = float(swallowing(10e5, rho, p_out, critical_ratio=critical))
    assert swallowing(10.1e5, rho, p_out, critical_ratio=critical) > at
    assert swallowing(10e5, rho, 1.02 * p_out, critical_ratio=critical) <= at
    assert swallowing(10e5, 1.01 * rho, p_out, critical_ratio=critical) == pytest.approx(at * np.sqrt(1.01))


def test_ellipse_and_choked_cone_meet_where_expansion_is_deep() -> None:
    """At a pressure ratio of 0.1 the ellipse is within 0.6 % of the choked form, at 0.4 8 % below."""
    for ratio, low, high in ((0.1, 0.994, 0.9951), (0.2, 0.979, 0.980), (0.4, 0.916, 0.917)):
        ellipse = swallowing(10e5, 25.0, ratio * 10e5) / swallowing(10e5, 25.0, 0.0, critical_ratio=0.55)
        assert low < ellipse < high


def test_choked_form_is_the_swallowing_law_of_an_ideal_gas() -> None:
    """A vapour far below its critical pressure: p / sqrt(T) within its compressibility, 2 %."""
    fluid = Fluid("Isopentane")
    p = np.array([1.0e5, 1.5e5, 2.0e5])
    T = np.array([360.0, 370.0, 380.0])
    rho = np.asarray(fluid.state_pT(p, T).rho)
    exact = swallowing(p, rho, 0.3 * p, critical_ratio=0.5)
    cone = p / np.sqrt(T)
    np.testing.assert_allclose(exact / exact[0], cone / cone[0], rtol=0.02)
    ideal = swallowing(p, p / (115.2 * T), 0.3 * p, critical_ratio=0.5)
    np.testing.assert_allclose(ideal / ideal[0], cone / cone[0], rtol=1e-12)


def test_arrays_answer_like_scalars() -> None:
    p_in, rho, p_out = np.array([4e5, 9e5]), np.array([12.0, 30.0]), np.array([1e5, 8e5])
    many = swallowing(p_in, rho, p_out, critical_ratio=0.4)
    one = [
        float(swallowing(float(a), float(b), float(c), critical_ratio=0.4))
        for a, b, c in zip(p_in, rho, p_out, strict=True)
    ]
    np.testing.assert_array_equal(many, one)
