"""Growth of deposits, what measured temperatures say of them, and where inhibitor must enter."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from orcplant.thermo.properties import Fluid
from orcplant.thermo.state import Array
from orcplant.units import degC, kelvin
from orcplant.water.fouled import Evaporator, fouled
from orcplant.water.fouling import (
    DAY,
    LIMIT,
    SILICA_CONDUCTIVITY,
    Forecast,
    KernSeaton,
    Linear,
    cleaning_interval,
    fit_kern_seaton,
    fit_linear,
    from_scale_flux,
    loss_rate,
    per_year,
    resistance_of,
    thickness_rate,
)
from orcplant.water.inhibitor import DEPTH_MARGIN, break_out_depth, dosing, needed
from orcplant.water.monitoring import (
    Measured,
    balanced,
    conductance,
    fouling_resistance,
    log_mean_difference,
    share_left,
    steady,
)

Fit: TypeAlias = Callable[[Array, Array], Forecast]


# Kohl, Elsner, Baumann, Geothermal Energy 8 (2020) 26: 1.5 to 4.1 umol/(m2 s) of calcite at Molasse
# wellheads.
@pytest.mark.parametrize(("flux", "growth_mm", "days"), [(1.5e-6, 1.75, 165.0), (4.1e-6, 4.78, 60.0)])
def test_calcite_of_the_molasse(flux: float, growth_mm: float, days: float) -> None:
    assert per_year(thickness_rate(flux)) * 1e3 == pytest.approx(growth_mm, rel=0.01)
    assert from_scale_flux(flux).time_to(LIMIT) / DAY == pytest.approx(days, rel=0.02)


def test_thickness_at_the_limit() -> None:
    assert resistance_of(0.79e-3) == pytest.approx(LIMIT, rel=0.01)
    assert resistance_of(0.28e-3, SILICA_CONDUCTIVITY) == pytest.approx(LIMIT, rel=0.02)


# U over clean U of an evaporator with 1000 W/(m2 K), by 1 / (1 + Rf U).
@pytest.mark.parametrize(
    ("resistance", "share"),
    [(0.5e-4, 0.95), (0.86e-4, 0.92), (1.76e-4, 0.85), (3.44e-4, 0.74), (5.0e-4, 0.67)],
)
def test_what_a_deposit_leaves_of_the_coefficient(resistance: float, share: float) -> None:
    assert share_left(resistance, 1000.0) == pytest.approx(share, abs=0.006)


def _evaporator_of_R245fa() -> Evaporator:
    """A well of 160.2 C on saturated R245fa, condensed at 30 C, brine left at 64.6 C, pinch 5 K."""
    fluid = Fluid("R245fa")
    feed = float(fluid.saturated_at(kelvin(30.0), 0.0).h)

    def sensible(T: float) -> float:
        liquid, vapour = (float(fluid.saturated_at(T, x).h) for x in (0.0, 1.0))
        return (liquid - feed) / (vapour - liquid)

    def made(T: float) -> Evaporator:
        return Evaporator(kelvin(160.2), T, kelvin(30.0), 5.0, sensible(T), 900.0, 1000.0)

    T = brentq(lambda T: made(T).outlet(5.0) - kelvin(64.6), kelvin(80.0), kelvin(130.0))
    return made(float(T))


# Net power and brine outlet of that unit, from a calculation of its own (1359 m2, properties of CoolProp).
@pytest.mark.parametrize(
    ("resistance", "lost", "outlet"),
    [
        (0.5e-4, 0.008, 65.4),
        (0.86e-4, 0.014, 66.0),
        (1.76e-4, 0.030, 67.4),
        (3.44e-4, 0.058, 70.2),
        (5.0e-4, 0.084, 72.7),
    ],
)
def test_what_a_deposit_takes_from_an_evaporator(resistance: float, lost: float, outlet: float) -> None:
    found = fouled(_evaporator_of_R245fa(), resistance)
    assert 1.0 - found.share == pytest.approx(lost, abs=0.001)
    assert degC(found.T_out) == pytest.approx(outlet, abs=0.1)


def test_the_area_of_that_evaporator() -> None:
    """58.2 kg/s of brine at 4.30 kJ/(kg K); the calculation of its own has 1359 m2."""
    clean = _evaporator_of_R245fa()
    assert clean.area(clean.pinch) * 58.2 * 4300.0 == pytest.approx(1359.0, rel=0.01)


@given(st.floats(0.0, 1e-3), st.floats(1e-6, 1e-3))
def test_more_deposit_leaves_less_duty_and_warmer_brine(resistance: float, more: float) -> None:
    clean = Evaporator(kelvin(160.0), kelvin(100.0), kelvin(30.0), 5.0, 0.7, 900.0, 1000.0)
    before, after = fouled(clean, resistance), fouled(clean, resistance + more)
    assert after.share < before.share <= 1.0
    assert after.T_out > before.T_out
    assert clean.area(after.pinch, resistance + more) == pytest.approx(clean.area(clean.pinch), rel=1e-6)


@pytest.mark.parametrize("change", [{"pinch": 0.0}, {"pinch": 70.0}, {"sensible": 2.0}])
def test_an_evaporator_that_cannot_be(change: dict[str, float]) -> None:
    keys = {"pinch": 5.0, "sensible": 0.7} | change
    clean = Evaporator(
        kelvin(160.0), kelvin(100.0), kelvin(30.0), U_preheat=900.0, U_evaporate=1000.0, **keys
    )
    with pytest.raises(ValueError, match="an evaporator needs a pinch"):
        fouled(clean, 1e-4)


@given(st.floats(1e-5, 1e-3), st.floats(1e5, 1e8), st.floats(0.01, 0.99))
def test_kern_and_seaton_run_backwards(asymptote: float, tau: float, part: float) -> None:
    growth = KernSeaton(asymptote, tau)
    assert growth.resistance(growth.time_to(part * asymptote)) == pytest.approx(part * asymptote, rel=1e-9)
    assert growth.time_to(asymptote) == np.inf
    assert growth.resistance(tau) == pytest.approx(0.632 * asymptote, rel=1e-3)


@given(st.floats(1e-13, 1e-10), st.floats(0.0, 1e7), st.floats(1e-6, 1e-3))
def test_linear_growth_waits_and_grows(rate: float, induction: float, limit: float) -> None:
    growth = Linear(rate, induction)
    assert growth.resistance(induction) == 0.0
    assert growth.resistance(growth.time_to(limit)) == pytest.approx(limit, rel=1e-6)
    assert Linear(0.0).time_to(limit) == np.inf


def _days(growth: KernSeaton | Linear, *, noise: float, seed: int = 3) -> tuple[Array, Array]:
    t = np.arange(10.0, 100.0) * DAY
    rng = np.random.default_rng(seed)
    return t, np.asarray(growth.resistance(t)) + rng.normal(0.0, noise, t.shape)


@pytest.mark.parametrize("induction_d", [-40.0, 0.0, 25.0, 50.0])
def test_a_line_is_found_with_its_induction(induction_d: float) -> None:
    """Whether the deposit was there before the first point, or begins amid them."""
    truth = Linear(LIMIT / (200.0 * DAY), induction=induction_d * DAY)
    t, resistance = _days(truth, noise=2e-6)
    found = fit_linear(t, resistance)
    assert isinstance(found.growth, Linear)
    assert found.growth.rate == pytest.approx(truth.rate, rel=0.03)
    assert found.growth.induction / DAY == pytest.approx(induction_d, abs=2.0)
    assert found.remaining / DAY == pytest.approx(200.0 + induction_d - 99.0, rel=0.03)
    assert found.earliest < found.remaining < found.latest
    assert found.scatter == pytest.approx(2e-6, rel=0.3)


@pytest.mark.parametrize(("asymptote", "tau_d"), [(5e-4, 150.0), (8e-4, 300.0)])
def test_a_curve_is_found_with_its_asymptote(asymptote: float, tau_d: float) -> None:
    truth = KernSeaton(asymptote, tau_d * DAY)
    found = fit_kern_seaton(*_days(truth, noise=1e-7))
    assert isinstance(found.growth, KernSeaton)
    assert found.growth.asymptote == pytest.approx(asymptote, rel=0.02)
    assert found.growth.tau == pytest.approx(truth.tau, rel=0.02)
    ahead = truth.time_to(LIMIT) - 99.0 * DAY
    assert ahead > 60.0 * DAY
    assert found.remaining == pytest.approx(ahead, rel=0.01)
    assert found.earliest < found.remaining < found.latest


def test_a_curve_that_levels_off_below_the_limit_never_reaches_it() -> None:
    found = fit_kern_seaton(*_days(KernSeaton(2e-4, 30.0 * DAY), noise=1e-6))
    assert (found.remaining, found.earliest, found.latest) == (np.inf, np.inf, np.inf)


@pytest.mark.parametrize(
    ("truth", "fit"),
    [
        (Linear(LIMIT / (300.0 * DAY)), fit_linear),
        (Linear(LIMIT / (165.0 * DAY), 50.0 * DAY), fit_linear),
        (KernSeaton(5e-4, 150.0 * DAY), fit_kern_seaton),
    ],
)
def test_nine_bands_of_ten_hold_the_truth(truth: KernSeaton | Linear, fit: Fit) -> None:
    ahead, held = truth.time_to(LIMIT) - 99.0 * DAY, 0
    for seed in range(60):
        found = fit(*_days(truth, noise=5e-6, seed=seed))
        held += found.earliest <= ahead <= found.latest
    assert 0.80 <= held / 60 <= 0.99


def test_points_without_noise_leave_no_band() -> None:
    t = np.arange(10.0, 100.0) * DAY
    growth = Linear(LIMIT / (300.0 * DAY))
    found = fit_linear(t, np.asarray(growth.resistance(t)))
    assert (found.earliest, found.latest) == pytest.approx((found.remaining, found.remaining), rel=1e-6)


def test_a_clean_exchanger_never_reaches_its_limit() -> None:
    t = np.arange(5.0) * DAY
    found = fit_linear(t, np.array([1e-6, 0.9e-6, 1e-6, 0.8e-6, 0.7e-6]))
    assert found.remaining == np.inf
    assert found.growth == Linear(0.0, 0.0)


@pytest.mark.parametrize("fit", [fit_linear, fit_kern_seaton])
def test_too_little_to_forecast(fit: Fit) -> None:
    with pytest.raises(ValueError, match="at least 4 points"):
        fit(np.arange(3.0), np.zeros(3))
    with pytest.raises(ValueError, match="must rise"):
        fit(np.array([0.0, 1.0, 1.0, 2.0]), np.zeros(4))


def test_the_cheapest_interval_is_the_cheapest() -> None:
    growth = Linear(LIMIT / (165.0 * DAY), induction=5.0 * DAY)
    # 5.8 % of 2.46 MW lost at the limit; power at 0.4 per kWh; a cleaning for 30 000.
    money = {"power_per_resistance": 0.058 * 2.46e6 / LIMIT, "price": 0.4 / 3.6e6, "cost": 30e3}
    best = cleaning_interval(growth, **money)
    cost = loss_rate(growth, best, **money)
    for factor in (0.5, 0.9, 1.1, 2.0):
        assert loss_rate(growth, factor * best, **money) > cost
    assert cleaning_interval(Linear(0.0), **money) == np.inf


def _measured(UA: float, *, hot_flow: float = 50.0, error: float = 0.0) -> Measured:
    """A counter-flow exchanger of known UA [W/K], solved by effectiveness."""
    hot, cold = hot_flow * 4300.0, 60.0 * 4180.0
    least, ratio = min(hot, cold), min(hot, cold) / max(hot, cold)
    grown = np.exp(-UA / least * (1.0 - ratio))
    duty = (1.0 - grown) / (1.0 - ratio * grown) * least * 60.0
    one = np.ones(1)
    return Measured(
        T_hot_in=kelvin(90.0) * one,
        T_hot_out=(kelvin(90.0) - duty / hot) * one,
        T_cold_in=kelvin(30.0) * one,
        T_cold_out=(kelvin(30.0) + duty / cold * (1.0 + error)) * one,
        hot_flow=hot_flow * one,
        cold_flow=60.0 * one,
    )


@given(st.floats(5e4, 2e6))
def test_conductance_is_found_again(UA: float) -> None:
    assert conductance(_measured(UA))[0] == pytest.approx(UA, rel=1e-6)


def test_a_deposit_is_found_again_at_another_flow() -> None:
    area, clean, resistance = 500.0, 400e3, 1.76e-4
    for flow in (40.0, 50.0, 58.0):
        at_flow = clean * (flow / 50.0) ** 0.7
        fouled = 1.0 / (1.0 / at_flow + resistance / area)
        measured = _measured(fouled, hot_flow=flow)
        found = fouling_resistance(measured, area=area, clean_UA=clean, clean_flow=50.0)
        assert found[0] == pytest.approx(resistance, rel=1e-6)


def test_a_sensor_that_lies_is_gated() -> None:
    assert balanced(_measured(400e3, error=0.02))[0]
    liar = _measured(400e3, error=0.05)
    assert not balanced(liar)[0]
    assert np.isnan(fouling_resistance(liar, area=500.0, clean_UA=400e3, clean_flow=50.0)[0])


def test_crossed_temperatures_have_no_mean() -> None:
    one = np.ones(1)
    hot_in, hot_out, cold_in, cold_out = (kelvin(t) * one for t in (50.0, 30.0, 35.0, 45.0))
    crossed = Measured(hot_in, hot_out, cold_in, cold_out, one, one)
    assert np.isnan(log_mean_difference(crossed)[0])


def test_equal_differences_have_their_own_mean() -> None:
    one = np.ones(1)
    even = Measured(kelvin(60.0) * one, kelvin(40.0) * one, kelvin(30.0) * one, kelvin(50.0) * one, one, one)
    assert log_mean_difference(even)[0] == pytest.approx(10.0)


def test_only_steady_points_count() -> None:
    signal = np.concatenate([np.full(10, 100.0), np.linspace(100.0, 120.0, 10), np.full(10, 120.0)])
    found = steady(signal, window=5)
    assert found[9] and not found[3] and not found[14] and found[-1]
    assert not steady(signal, window=50).any()


def test_the_dose_enters_below_the_break_out() -> None:
    """4 bar above the wellhead's pressure is at least 45 m of water of 160 C (907 kg/m3)."""
    depth = break_out_depth(15e5, 11e5, T=kelvin(160.0))
    assert depth == pytest.approx(4e5 / (907.5 * 9.80665), rel=0.005)
    found = dosing(p_bubble=15e5, p_wellhead=11e5, T=kelvin(160.0), mass_flow=58.2)
    assert found.depth == pytest.approx(2.0 * depth + DEPTH_MARGIN, rel=1e-6)
    assert found.rate * 3600.0 == pytest.approx(58.2 * 5e-6 * 3600.0)
    assert found.yearly == pytest.approx(found.rate * 8760.0 * 3600.0)
    assert dosing(p_bubble=9e5, p_wellhead=11e5, T=kelvin(160.0), mass_flow=58.2).depth == 0.0


def test_when_inhibitor_is_needed() -> None:
    assert needed(0.5, 5e5)
    assert needed(-1.0, 0.2e5)
    assert needed(-1.0, -1.0)
    assert not needed(0.1, 5e5)
    assert not needed(float("nan"), float("nan"))
