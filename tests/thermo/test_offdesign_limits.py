"""What is asked of a unit and what it may not do: every limit holds, by every means, without jumps."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from orcplant.thermo.hardware import Hardware
from orcplant.thermo.offdesign import Control, Flag, Limit, Means, OperatingPoint, Stop, rate
from orcplant.thermo.state import Array
from orcplant.thermo.status import Mask
from tests.thermo.support import KELVIN
from tests.thermo.units import meeting, unit

BY_ALL_MEANS: Final = pytest.mark.parametrize("means", list(Means))
_COLD: Final = np.linspace(-28.0, 35.0, 64)


def _with_generator(hardware: Hardware, **changes: float) -> Hardware:
    return replace(hardware, generator=replace(hardware.generator, **changes))


def _held(point: OperatingPoint, limit: Limit) -> NDArray[np.intp]:
    return np.flatnonzero((np.asarray(point.limits) & limit) != 0)


def _reasons(point: OperatingPoint) -> list[int]:
    return [int(reason) for reason in np.ravel(point.status.reason)]


def _ran(point: OperatingPoint) -> NDArray[np.bool_]:
    ok: Mask = point.ok
    return np.asarray(ok)


@BY_ALL_MEANS
@pytest.mark.parametrize("layout", ["simple", "optimised", "recuperated", "two-phase"])
def test_rating_is_never_passed_and_held_where_there_is_more(means: Means, layout: str) -> None:
    hardware = unit(layout)
    at = meeting(hardware, T_coolant_degC=_COLD)
    free = rate(_with_generator(hardware, rating=1e9), at, Control(means=means))
    point = rate(hardware, at, Control(means=means))
    rating = hardware.generator.rating
    more = np.asarray(free.gross) > rating * (1.0 + 1e-6)
    assert 10 < np.sum(more) < len(_COLD)
    assert np.nanmax(point.gross) <= rating * (1.0 + 1e-8)
    np.testing.assert_array_equal((point.limits & Limit.RATING) != 0, more)
    np.testing.assert_allclose(point.gross[more], rating, rtol=1e-8)
    np.testing.assert_array_equal(point.gross[~more], free.gross[~more])


@BY_ALL_MEANS
@pytest.mark.parametrize(
    ("which", "limit"), [("gross", Limit.GROSS_SETPOINT), ("net", Limit.NET_SETPOINT)], ids=["gross", "net"]
)
def test_a_set_point_is_met_where_the_unit_can(means: Means, which: str, limit: Limit) -> None:
    hardware = unit("superheated")
    wanted = np.linspace(0.3, 1.3, 20) * hardware.generator.rating
    at = meeting(hardware, T_coolant_degC=15.0)
    point = rate(hardware, at, Control(means=means, **{f"{which}_max": wanted}))
    able = float(getattr(rate(hardware, at, Control(means=means)), which))
    met = wanted < able
    found = getattr(point, which)
    np.testing.assert_allclose(found[met], wanted[met], rtol=1e-8)
    assert np.all((point.limits[met] & limit) != 0)
    np.testing.assert_allclose(found[~met], able, rtol=1e-8)
    assert np.all((point.limits[~met] & limit) == 0)


@BY_ALL_MEANS
def test_every_means_saves_what_it_says(means: Means) -> None:
    """At 60 % of the rating: less brine drawn, as much drawn and returned warmer, or a throttled inlet."""
    hardware = unit("simple", p_evap_max=25e5)
    point = rate(hardware, meeting(hardware), Control(means=means, gross_max=0.6 * hardware.generator.rating))
    full = rate(hardware, meeting(hardware))
    assert bool(point.ok)
    if means is Means.BRINE_VALVE:
        assert point.geofluid_flow < 0.8 * full.geofluid_flow
        assert point.bypass == 0.0
        assert point.T_return == pytest.approx(float(point.T_geofluid_out), abs=1e-9)
        assert point.valve == 1.0
    elif means is Means.BYPASS:
        assert point.geofluid_flow == pytest.approx(float(full.geofluid_flow), rel=1e-12)
        assert point.bypass > 0.2 * point.geofluid_flow
        assert point.T_return > point.T_geofluid_out + 10.0
    else:
        assert point.geofluid_flow == pytest.approx(float(full.geofluid_flow), rel=1e-12)
        assert point.bypass == 0.0
        assert point.valve < 0.9
        assert point.level.expander_in.p == pytest.approx(float(point.level.p_evap), rel=1e-12)
        assert point.heat_in < full.heat_in


@BY_ALL_MEANS
@pytest.mark.parametrize("asked", ["of the hardware", "held"])
def test_brine_is_not_returned_colder_than_its_limit(means: Means, asked: str) -> None:
    T_min = np.linspace(60.0, 110.0, 26) + KELVIN
    hardware = unit("superheated", T_return_min=float(T_min[9])) if asked != "held" else unit("superheated")
    floor = T_min if asked == "held" else np.full(26, T_min[9])
    at = meeting(hardware, T_brine_degC=150.0, T_coolant_degC=np.linspace(-10.0, 30.0, 26))
    point = rate(hardware, at, Control(means=means, T_out_min=T_min if asked == "held" else 0.0))
    acts = _held(point, Limit.T_RETURN)
    runs = _ran(point)
    assert len(acts) > 5
    assert np.all(point.T_return[runs] >= floor[runs] - 1e-5)
    if means is Means.INLET_VALVE:  # what cannot be throttled enough is said to be too cold
        assert set(_reasons(point)) <= {Stop.RUNS, Stop.RETURN_TOO_COLD, Stop.PUMP_SPEED}
    else:
        assert np.all(runs)
        np.testing.assert_allclose(point.T_return[acts], floor[acts], atol=1e-4)


@BY_ALL_MEANS
def test_a_duty_is_held(means: Means) -> None:
    hardware = unit("recuperated")
    at = meeting(hardware, T_coolant_degC=20.0)
    full = rate(hardware, at)
    wanted = np.linspace(0.4, 1.2, 17) * float(full.heat_in)
    point = rate(hardware, at, Control(means=means, duty_max=wanted))
    assert np.all(point.ok)
    np.testing.assert_allclose(point.heat_in, np.minimum(wanted, full.heat_in), rtol=1e-8)
    assert np.all((point.limits[wanted < full.heat_in] & Limit.DUTY) != 0)


@pytest.mark.parametrize("layout", ["simple", "water-cooled R245fa"])
def test_fans_slow_down_rather_than_let_condensing_pressure_fall_below_its_floor(layout: str) -> None:
    hardware = _with_generator(unit(layout, p_cond_min=unit(layout).level.expander.p_out), rating=1e9)
    T = np.linspace(2.0, 35.0, 67)
    point = rate(hardware, meeting(hardware, T_coolant_degC=T))
    assert np.all(point.ok)
    floor = hardware.limits.p_cond_min
    assert np.min(point.level.p_cond) >= floor * (1.0 - 1e-9)
    slow = _held(point, Limit.P_COND_LOW)
    assert 10 < len(slow) < len(T)
    np.testing.assert_allclose(point.level.p_cond[slow], floor, rtol=1e-9)
    assert np.all(point.fan_speed[slow] < 1.0)
    assert np.all(np.diff(point.fan_speed[slow]) > 0.0)
    np.testing.assert_allclose(np.delete(point.fan_speed, slow), 1.0)


def test_fans_at_their_least_speed_cannot_hold_the_floor() -> None:
    hardware = unit("simple", p_cond_min=1.6e5)
    hardware = replace(hardware, cooler=replace(hardware.cooler, speed_min=0.5))
    point = rate(hardware, meeting(hardware, T_coolant_degC=np.array([-25.0, 20.0])))
    assert _reasons(point) == [Stop.CONDENSATION_TOO_LOW, Stop.RUNS]
    value, limit = np.asarray(point.status.value), np.asarray(point.status.limit)
    assert value[0] < limit[0] == pytest.approx(1.6e5)
    assert np.isnan(point.net[0]) or point.limits[0] & Limit.FAN_SPEED


@BY_ALL_MEANS
def test_condensing_pressure_stays_below_its_ceiling(means: Means) -> None:
    hardware = unit("simple", p_cond_max=1.5e5)
    T = np.linspace(15.0, 34.0, 39)
    point = rate(hardware, meeting(hardware, T_coolant_degC=T), Control(means=means))
    assert np.nanmax(point.level.p_cond) <= 1.5e5 * (1.0 + 1e-8)
    assert len(_held(point, Limit.P_COND_HIGH)) > 5
    acts = _held(point, Limit.P_COND_HIGH)
    acts = acts[_ran(point)[acts]]
    np.testing.assert_allclose(point.level.p_cond[acts], 1.5e5, rtol=1e-7)
    assert set(_reasons(point)) <= {
        Stop.RUNS,
        Stop.CONDENSATION_TOO_HIGH,
        Stop.BELOW_MINIMUM_LOAD,
    }


@BY_ALL_MEANS
def test_no_load_cools_a_condenser_that_air_keeps_above_its_ceiling(means: Means) -> None:
    """Isopentane at 45 C has 1.77 bar, more than the ceiling: nothing the unit does brings it lower."""
    hardware = unit("simple", p_cond_max=1.5e5)
    point = rate(hardware, meeting(hardware, T_coolant_degC=np.array([20.0, 45.0])), Control(means=means))
    assert _reasons(point) == [Stop.RUNS, Stop.CONDENSATION_TOO_HIGH]
    assert np.asarray(point.status.value)[1] > np.asarray(point.status.limit)[1] == 1.5e5


@BY_ALL_MEANS
def test_evaporating_pressure_is_held_at_its_ceiling(means: Means) -> None:
    hardware = unit("simple")
    hardware = _with_generator(unit("simple", p_evap_max=1.05 * hardware.level.expander.p_in), rating=1e9)
    T = np.linspace(140.0, 175.0, 36)
    point = rate(hardware, meeting(hardware, T_brine_degC=T), Control(means=means))
    assert np.all(point.ok)
    assert np.max(point.level.p_evap) <= hardware.limits.p_evap_max * (1.0 + 1e-9)
    acts = _held(point, Limit.P_EVAP_HIGH)
    assert 10 < len(acts) < 36
    assert np.all(np.diff(acts) == 1)
    used = point.geofluid_flow - point.bypass
    assert np.all(np.diff(used[acts]) < 0.0)


@BY_ALL_MEANS
def test_the_feed_pump_is_not_driven_faster_than_it_may(means: Means) -> None:
    hardware = unit("optimised")
    pump = replace(hardware.level.pump, speed_max=0.9)
    hardware = replace(hardware, levels=(replace(hardware.level, pump=pump),))
    point = rate(hardware, meeting(hardware, flow=np.linspace(0.4, 1.2, 33)), Control(means=means))
    assert np.nanmax(point.level.pump_speed) <= 0.9 * (1.0 + 1e-8)
    assert len(_held(point, Limit.PUMP_SPEED)) > 5
    assert set(_reasons(point)) <= {Stop.RUNS, Stop.PUMP_SPEED}


def test_below_minimum_load_the_unit_stops() -> None:
    hardware = unit("simple", load_min=0.3)
    point = rate(hardware, meeting(hardware, flow=np.linspace(0.05, 1.0, 96)))
    stopped = np.equal(point.status.reason, Stop.BELOW_MINIMUM_LOAD)
    assert 3 < np.sum(stopped) < 90
    assert set(_reasons(point)) == {Stop.RUNS, Stop.BELOW_MINIMUM_LOAD}
    least = 0.3 * hardware.generator.rating
    assert np.all(point.gross[~stopped] >= least)
    assert np.all(np.asarray(point.status.value)[stopped] < least)
    np.testing.assert_allclose(np.asarray(point.status.limit)[stopped], least, rtol=1e-12)
    # One threshold: stopped below it, running above.
    assert np.sum(np.diff(stopped.astype(int)) != 0) == 1


def test_a_load_below_the_minimum_cannot_be_asked_for() -> None:
    hardware = unit("simple", load_min=0.3)
    wanted = np.array([0.2, 0.4]) * hardware.generator.rating
    point = rate(hardware, meeting(hardware), Control(gross_max=wanted))
    assert _reasons(point) == [Stop.BELOW_MINIMUM_LOAD, Stop.RUNS]


def test_fan_speed_is_as_set() -> None:
    hardware = unit("simple")
    speed = np.array([0.5, 0.7, 0.85, 1.0])
    point = rate(hardware, meeting(hardware), Control(fan_speed=speed))
    np.testing.assert_allclose(point.fan_speed, speed, rtol=1e-12)
    np.testing.assert_allclose(point.cooler, hardware.cooler.power * speed**3, rtol=1e-12)
    np.testing.assert_allclose(point.coolant_flow, hardware.condenser.coolant_flow * speed, rtol=1e-12)
    assert np.all(np.diff(point.level.p_cond) < 0.0)


def test_superheat_is_as_asked() -> None:
    hardware = unit("simple")
    asked = np.array([0.0, 0.5, 5.0, 15.0])
    point = rate(hardware, meeting(hardware), Control(superheat=asked))
    np.testing.assert_allclose(point.level.expander_in.T - point.level.T_evap, asked, atol=1e-6)


def test_a_turbine_of_variable_speed_keeps_more_of_its_efficiency() -> None:
    """Far from design, where the head's factor bites; at design nothing changes."""
    fixed = unit("simple")
    expander = replace(fixed.level.expander, speed_range=(0.6, 1.2))
    free = replace(fixed, levels=(replace(fixed.level, expander=expander),))
    at = meeting(fixed, flow=np.array([0.35, 1.0]), T_coolant_degC=np.array([30.0, 20.0]))
    tied, varied = rate(fixed, at), rate(free, at)
    assert varied.level.eta_expander[0] > tied.level.eta_expander[0] + 0.005
    assert varied.gross[0] > tied.gross[0]
    assert varied.level.expander_speed[0] < 0.95
    assert varied.gross[1] == pytest.approx(tied.gross[1], rel=1e-6)


def test_a_choked_nozzle_does_not_see_the_condenser() -> None:
    fixed = unit("simple")
    expander = replace(fixed.level.expander, critical_ratio=0.55)
    choked = replace(fixed, levels=(replace(fixed.level, expander=expander),))
    at = meeting(fixed, T_coolant_degC=np.array([0.0, 10.0, 20.0]))
    point, design = rate(choked, at), fixed.level.expander
    assert np.max(point.level.p_cond / point.level.p_evap) < 0.55
    cone = np.sqrt(point.level.p_evap * np.asarray(point.level.expander_in.rho) / design.p_in / design.rho_in)
    np.testing.assert_allclose(point.level.mass_flow, design.mass_flow * cone, rtol=1e-6)


def test_far_points_carry_flags() -> None:
    hardware = unit("optimised")
    far = rate(hardware, meeting(hardware, flow=np.array([0.25, 1.0])))
    assert far.flags[0] & Flag.EFFICIENCY_RANGE
    assert far.flags[1] == Flag.NONE


# No jumps across mode switches: a thousandth of a kelvin or of the flow moves the answer by little.


def _switching() -> Hardware:
    """A unit whose rating, floor, evaporating pressure, and return temperature all act within the box."""
    design = unit("simple")
    p_out, p_in = design.level.expander.p_out, design.level.expander.p_in
    return unit("simple", p_cond_min=0.8 * p_out, p_evap_max=1.15 * p_in, T_return_min=70.0 + KELVIN)


_SCALES: Final = {
    "gross": 1e6,
    "net": 1e6,
    "heat_in": 1e7,
    "geofluid_flow": 50.0,
    "fan_speed": 1.0,
    "T_return": 50.0,
    "T_geofluid_out": 50.0,
}
_SMOOTH: Final = tuple(_SCALES)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), means=st.sampled_from(list(Means)))
def test_no_jumps_anywhere(seed: int, means: Means) -> None:
    """300 points, each moved by 0.001 K of brine and air and 1e-5 of its flow."""
    hardware, rng = _switching(), np.random.default_rng(seed)
    T, flow = rng.uniform(135.0, 172.0, 300), rng.uniform(0.4, 1.2, 300)
    T_air = rng.uniform(-25.0, 35.0, 300)
    here = meeting(hardware, T_brine_degC=T, flow=flow, T_coolant_degC=T_air)
    moved = meeting(hardware, T_brine_degC=T + 1e-3, flow=flow * 1.00001, T_coolant_degC=T_air - 1e-3)
    first, second = (rate(hardware, at, Control(means=means)) for at in (here, moved))
    assert not set(_reasons(first)) & {Stop.NOT_SETTLED, Stop.OUTSIDE_PROPERTIES}
    both = _ran(first) & _ran(second)
    # A point in a hundred thousand lies on the edge of a stop.
    assert np.sum(_ran(first) != _ran(second)) <= 1
    for name, scale in _SCALES.items():
        move = np.abs(getattr(first, name) - getattr(second, name))[both] / scale
        assert np.max(move) < 3e-4, (name, int(np.argmax(move)))
    for name in ("p_evap", "p_cond"):
        ratio = getattr(first.level, name) / getattr(second.level, name)
        assert np.max(np.abs(ratio[both] - 1.0)) < 3e-4, name


@BY_ALL_MEANS
def test_no_jump_on_the_switch_itself(means: Means) -> None:
    """Along a cooling night every limit comes and goes; each switch is closed in upon and stepped over."""
    hardware = _switching()

    def along(share: Array) -> OperatingPoint:
        at = meeting(
            hardware,
            T_brine_degC=150.0 + 20.0 * share,
            flow=0.85 + 0.2 * share,
            T_coolant_degC=25.0 - 45.0 * share,
        )
        return rate(hardware, at, Control(means=means))

    share = np.linspace(0.0, 1.0, 201)
    modes = np.where(_ran(along(share)), along(share).limits, -1)
    switches = np.flatnonzero(np.diff(modes))
    assert len(switches) >= 2
    for k in switches:
        low, high = share[k], share[k + 1]
        before: Any = modes[k]
        for _ in range(24):
            middle = 0.5 * (low + high)
            one = along(np.array([middle]))
            same = (one.limits[0] if _ran(one)[0] else -1) == before
            low, high = (middle, high) if same else (low, middle)
        both = along(np.array([low, high]))
        if np.all(_ran(both)):
            for name in _SMOOTH:
                first, second = getattr(both, name)
                assert second == pytest.approx(first, rel=1e-5, abs=1e-5), (name, modes[k], modes[k + 1])
