"""A unit off its design point: design reproduced, balances, the reference equations, directions."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

import numpy as np
import pytest

from orcplant.thermo import geofluid as geo
from orcplant.thermo.exergy import exergy_balance
from orcplant.thermo.offdesign import (
    Boundary,
    Control,
    Flag,
    Limit,
    OperatingPoint,
    Stop,
    design_boundary,
    maximum_power,
    rate,
)
from orcplant.thermo.state import Array
from orcplant.thermo.transfer import coefficient
from tests.thermo.recheck import Walk, condenser_walk, heater_walk, solved_again
from tests.thermo.support import KELVIN
from tests.thermo.units import LAYOUTS, designed, meeting, unit

ALL: Final = pytest.mark.parametrize("layout", LAYOUTS)


def spread_out(layout: str, n: int = 60, *, seed: int = 11) -> Boundary:
    """Random brine, flow and weather around a design."""
    rng = np.random.default_rng(seed)
    return meeting(
        unit(layout),
        T_brine_degC=rng.uniform(118.0, 168.0, n),
        flow=rng.uniform(0.3, 1.2, n),
        T_coolant_degC=rng.uniform(2.0, 35.0, n),
        quality=rng.uniform(0.0, 0.1, n),
    )


def numbers(record: Any) -> dict[str, Any]:
    """All arrays of a record by their path."""
    found: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        parts = value if isinstance(value, tuple) else (value,)
        for part in parts:
            if is_dataclass(part):
                found |= {f"{field.name}.{name}": inner for name, inner in numbers(part).items()}
            else:
                found[field.name] = part
    return found


@ALL
def test_design_point_is_reproduced(layout: str) -> None:
    result, hardware = designed(layout).result, unit(layout)
    point, level = rate(hardware, design_boundary(hardware)), result.levels[0]
    assert point.ok
    assert point.limits == Limit.NONE
    for found, wanted in (
        (point.net, result.power.net),
        (point.gross, result.power.generator),
        (point.pump, result.power.pump),
        (point.cooler, result.power.fan + result.power.cooling_pump),
        (point.heat_in, result.duty.heat_in),
        (point.condenser, result.duty.condenser),
        (point.coolant_flow, result.coolant_flow),
        (point.level.p_evap, level.expander_in.p),
        (point.level.p_cond, level.pump_in.p),
        (point.level.mass_flow, level.mass_flow),
        (point.level.eta_expander, result.spec.levels[0].eta_expander),
        (point.level.eta_pump, result.spec.eta_pump),
        (point.level.expander_out.h, level.expander_out.h),
        (point.level.h_feed, level.recuperation.cold_out.h),
        (point.geofluid_flow, hardware.design.mass_flow),
        (point.fan_speed, 1.0),
        (point.valve, 1.0),
    ):
        assert found == pytest.approx(float(wanted), rel=1e-6)
    assert point.level.pump_speed == pytest.approx(1.0, abs=1e-6)
    assert point.T_geofluid_out == pytest.approx(float(result.T_geofluid_out), abs=1e-5)
    assert point.bypass == 0.0


@ALL
def test_arrays_answer_like_scalars(layout: str) -> None:
    """To 1e-9, with limits acting at some points and others that do not run."""
    hardware = unit(
        layout, p_cond_min=1.3 * unit(layout).level.expander.p_out, T_return_min=335.0, load_min=0.2
    )
    at = spread_out(layout, 8)
    many = numbers(rate(hardware, at))
    assert len(set(many["limits"].tolist())) > 1
    for k in range(8):
        brine = replace(
            at.geofluid, **{name: np.broadcast_to(getattr(at.geofluid, name), 8)[k] for name in _BRINE}
        )
        one = numbers(rate(hardware, Boundary(brine, np.asarray(at.T_coolant)[k], at.p_coolant)))
        for name, value in one.items():
            # The bypass is what the unit leaves of the brine: held to the whole of it.
            whole = hardware.design.mass_flow if name == "bypass" else 1.0
            np.testing.assert_allclose(many[name][k], value, rtol=1e-9, atol=1e-9 * whole, err_msg=name)


_BRINE: Final = ("T", "p", "quality", "mass_flow")


def test_numbers_broadcast_and_scalars_give_floats() -> None:
    hardware = unit()
    at = meeting(
        hardware, T_brine_degC=np.array([[140.0], [150.0]]), T_coolant_degC=np.array([5.0, 15.0, 25.0])
    )
    table = rate(hardware, at, Control(fan_speed=np.array([1.0, 0.9, 1.0])))
    assert all(np.shape(value) == (2, 3) for value in numbers(table).values())
    corner = rate(
        hardware, meeting(hardware, T_brine_degC=140.0, T_coolant_degC=15.0), Control(fan_speed=0.9)
    )
    assert all(np.shape(value) == () for value in numbers(corner).values())
    assert float(corner.net) == pytest.approx(float(table.net[0, 1]), rel=1e-9)
    assert bool(corner.ok)


def test_nothing_to_rate_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no elements"):
        rate(unit(), meeting(unit(), T_coolant_degC=np.zeros(0)))


def test_the_same_question_has_the_same_answer_whatever_was_asked_before() -> None:
    hardware, at = unit(), spread_out("simple", 20)
    first = numbers(rate(hardware, at))
    rate(hardware, spread_out("simple", 50, seed=3), Control(gross_max=5e5))
    again = numbers(rate(hardware, at))
    for name, value in first.items():
        np.testing.assert_array_equal(value, again[name], err_msg=name)


@ALL
def test_energy_and_brine_balance_at_every_point(layout: str) -> None:
    hardware, at = unit(layout, T_return_min=338.15), spread_out(layout, 200)
    point = rate(hardware, at)
    assert np.sum(point.ok) > 150
    assert np.any(point.limits & Limit.T_RETURN)
    level, shaft = (
        point.level,
        point.level.mass_flow * (point.level.expander_in.h - point.level.expander_out.h),
    )
    largest = np.nanmax(np.abs(point.heat_in + point.pump - point.condenser - shaft) / point.heat_in)
    assert largest < 1e-9
    np.testing.assert_allclose(point.net, point.gross - point.pump - point.cooler, rtol=1e-12)
    through = point.geofluid_flow - point.bypass
    h_in = np.asarray(geo.inlet_enthalpy(at.geofluid))
    h_out = geo_enthalpy(at, point.T_geofluid_out)
    np.testing.assert_allclose(through * (h_in - h_out), point.heat_in, rtol=1e-6)
    np.testing.assert_allclose(
        level.recuperated, level.mass_flow * (level.h_feed - level.pump_out.h), rtol=1e-9, atol=1e-3
    )


def geo_enthalpy(at: Boundary, T: Array) -> Array:
    """Enthalpy of liquid brine at the boundary's pressure [J/kg]."""
    return np.asarray(geo.inlet_enthalpy(geo.liquid(T=T, p=np.asarray(at.geofluid.p), mass_flow=1.0)))


@ALL
def test_the_cycle_solved_again_on_the_reference_equation(layout: str) -> None:
    """Flows, powers and duties of every point, from its pressures, efficiencies and brine outlet."""
    at = spread_out(layout, 40)
    point = rate(unit(layout), at)
    assert np.all(point.ok)
    again = solved_again(designed(layout), at, point)
    for name, found, wanted in (
        ("flow", point.level.mass_flow, again.levels[0].mass_flow),
        ("gross", point.gross, again.power.generator),
        ("pump", point.pump, again.power.pump),
        ("cooling", point.cooler, again.power.fan + again.power.cooling_pump),
        ("heat in", point.heat_in, again.duty.heat_in),
        ("heat out", point.condenser, again.duty.condenser),
    ):
        np.testing.assert_allclose(found, wanted, rtol=2e-5, err_msg=name)
    np.testing.assert_allclose(point.net, again.power.net, rtol=5e-5)
    np.testing.assert_allclose(point.T_coolant_out, again.condensers[0].T_out, atol=1e-3)


@ALL
def test_no_exergy_comes_from_nowhere(layout: str) -> None:
    """Destruction of every component of every point is positive, and all of it is accounted for."""
    at = spread_out(layout, 40)
    again = solved_again(designed(layout), at, rate(unit(layout), at))
    balance = exergy_balance(again)
    for name, destruction in balance.destruction:
        assert np.min(np.asarray(destruction) / balance.given) > -1e-9, name
    total = sum(np.asarray(loss) for _, loss in balance.destruction) + again.power.net
    np.testing.assert_allclose(total, balance.given, rtol=1e-6)
    assert np.all(np.asarray(balance.efficiency) < 1.0)


@ALL
def test_streams_never_cross_and_areas_are_those_built(layout: str) -> None:
    """400 stations a zone, asked of CoolProp: as much area as there is, within the error of few cells."""
    hardware, at = unit(layout), spread_out(layout, 3, seed=4)
    point = rate(hardware, at)
    for k in range(3):
        one = rate(hardware, _only(at, k))
        flows = (
            float(one.geofluid_flow / hardware.level.heater.geofluid_flow),
            float(one.level.mass_flow / hardware.level.expander.mass_flow),
        )
        walks = heater_walk(hardware, _only(at, k).geofluid, one)
        assert min(np.min(walk.difference) for walk in walks) > 0.0
        assert _area(walks, flows) == pytest.approx(hardware.level.heater.area, rel=1.5e-2)
        coolant = float(one.coolant_flow / hardware.condenser.coolant_flow)
        walks = condenser_walk(hardware, _only(at, k), one)
        assert min(np.min(walk.difference) for walk in walks) > 0.0
        assert _area(walks, (coolant, flows[1])) == pytest.approx(hardware.condenser.area, rel=6e-3)
        assert min(np.min(walk.difference) for walk in walks) == pytest.approx(
            float(point.pinch_condenser[k]), rel=2e-2
        )


def _only(at: Boundary, k: int) -> Boundary:
    brine, n = at.geofluid, np.size(at.T_coolant)
    parts = {name: float(np.broadcast_to(getattr(brine, name), n)[k]) for name in _BRINE}
    return Boundary(replace(brine, **parts), float(np.asarray(at.T_coolant)[k]), at.p_coolant)


def _area(walks: list[Walk], flows: tuple[float, float]) -> float:
    """Area [m2] of duty over local difference and the zone's coefficient."""
    return sum(
        walk.duty
        * float(np.mean(0.5 * (1.0 / walk.difference[:-1] + 1.0 / walk.difference[1:])))
        / float(coefficient(walk.zone, *flows))
        for walk in walks
    )


@pytest.fixture(params=LAYOUTS)
def unclipped(request: pytest.FixtureRequest) -> Any:
    """A unit whose generator never holds it back."""
    hardware = unit(request.param, p_evap_max=0.95 * _critical_pressure(request.param))
    return replace(hardware, generator=replace(hardware.generator, rating=1e9))


def _critical_pressure(layout: str) -> float:
    return float(designed(layout).result.spec.levels[0].fluid.limits.p_crit)


def test_power_falls_with_ambient(unclipped: Any) -> None:
    """Where its factors hold, and beyond on the warm side; in colder air a turbine chokes on its volume."""
    T = np.linspace(2.0, 40.0, 77)
    point = _running(rate(unclipped, meeting(unclipped, T_coolant_degC=T)))
    warm = ((point.flags & Flag.EFFICIENCY_RANGE) == 0) | (T + KELVIN > unclipped.design.T_coolant)
    for power in (point.gross, point.net):
        assert np.all(np.diff(power)[warm[:-1]] < 0.0)
        assert power[0] > 0.99 * np.max(power)
    assert np.all(np.diff(point.level.p_cond) > 0.0)


def test_power_falls_with_ambient_everywhere_where_fans_are_free(unclipped: Any) -> None:
    at = meeting(unclipped, T_coolant_degC=np.linspace(2.0, 40.0, 20))
    assert np.all(np.diff(_running(maximum_power(unclipped, at)).net) < 0.0)


def test_power_rises_with_brine_temperature(unclipped: Any) -> None:
    point = _running(rate(unclipped, meeting(unclipped, T_brine_degC=np.linspace(115.0, 170.0, 111))))
    assert np.all(np.diff(point.gross) > 0.0)
    assert np.all(np.diff(point.level.p_evap) > 0.0)


def test_power_rises_with_brine_flow(unclipped: Any) -> None:
    point = _running(rate(unclipped, meeting(unclipped, flow=np.linspace(0.25, 1.3, 106))))
    assert np.all(np.diff(point.gross) > 0.0)
    assert np.all(np.diff(point.T_geofluid_out) > 0.0)


def test_power_rises_with_steam() -> None:
    hardware = unit("two-phase", p_evap_max=30e5)
    hardware = replace(hardware, generator=replace(hardware.generator, rating=1e9))
    point = _running(rate(hardware, meeting(hardware, quality=np.linspace(0.0, 0.09, 46))))
    assert np.all(np.diff(point.gross) > 0.0)


def _running(point: OperatingPoint) -> OperatingPoint:
    assert np.all(point.status.reason == Stop.RUNS)
    return point
