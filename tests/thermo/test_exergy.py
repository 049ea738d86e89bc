"""Exergy: nothing is created, nothing is lost, nothing is destroyed negatively."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from orcplant.errors import PropertyError
from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.exergy import P_DEAD, T_DEAD_DEFAULT, exergy_balance
from orcplant.thermo.media import T_FREEZE, liquid_water
from orcplant.thermo.spec import CycleSpec, FlowGiven, HeaterPinch, LevelSpec, NoCooling, RecuperatorPinch
from tests.thermo.strategies import specs
from tests.thermo.support import KELVIN, dual_spec, simple_level, simple_spec

property_based = settings(
    derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.filter_too_much]
)


@given(specs())
@property_based
def test_every_component_destroys_and_the_sum_closes(spec: CycleSpec) -> None:
    try:
        result = solve_cycle(spec)
    except PropertyError:
        assume(False)
    assume(bool(result.status.ok))
    balance = exergy_balance(result)
    for name, power in balance.destruction:
        assert power >= -1e-7 * balance.given, name
    total = sum(power for _, power in balance.destruction)
    assert balance.given == pytest.approx(result.power.net + total, rel=1e-7)


def test_it_is_named_which_component_destroys_how_much() -> None:
    spec = replace(simple_spec(), recuperator=RecuperatorPinch(5.0))
    names = [name for name, _ in exergy_balance(solve_cycle(spec)).destruction]
    assert len(names) == len(set(names))
    assert {"heater", "expander", "pump", "recuperator", "condenser", "generator"} <= set(names)


@pytest.mark.parametrize(
    "low", [None, simple_level("R245fa", T_evap=348.15)], ids=["one fluid", "two fluids"]
)
def test_two_levels_close_too(low: LevelSpec | None) -> None:
    result = solve_cycle(dual_spec(low=low))
    balance = exergy_balance(result)
    assert result.power.net + sum(power for _, power in balance.destruction) == pytest.approx(
        float(balance.given), rel=1e-9
    )


def test_what_the_brine_brings_is_its_flow_exergy() -> None:
    result = solve_cycle(simple_spec())
    balance, water = exergy_balance(result), liquid_water()
    T0, T, p = 293.15, 423.15, 10e5
    specific = water.enthalpy(T, p) - water.enthalpy(T0, P_DEAD)
    specific -= T0 * (water.entropy(T, p) - water.entropy(T0, P_DEAD))
    assert balance.T_dead == T0
    assert balance.brought == pytest.approx(50.0 * specific, rel=1e-9)
    assert balance.utilisation == pytest.approx(result.power.net / balance.brought)
    assert balance.efficiency == pytest.approx(result.power.net / balance.given)
    assert balance.given < balance.brought


@pytest.mark.parametrize("T_brine, T_air, published", [(150.0, 15.0, 101.69), (160.2, 10.0, 124.71)])
def test_what_the_brine_brings_is_the_availability_of_geophires(
    T_brine: float, T_air: float, published: float
) -> None:
    # GEOPHIRES-X, availability polynomial (cases C02 and C03), about 1 % below the exergy of water.
    brine = geo.two_phase(T=T_brine + KELVIN, quality=0.0, mass_flow=1.0)
    spec = replace(_at(simple_spec(), T_air + KELVIN), source=HeaterPinch(brine, 5.0, 5.0))
    assert exergy_balance(solve_cycle(spec)).brought == pytest.approx(published * 1e3, rel=0.015)


def _at(spec: CycleSpec, T_in: float) -> CycleSpec:
    assert not isinstance(spec.cooling, NoCooling)
    return replace(spec, cooling=replace(spec.cooling, T_in=T_in))


def test_the_dead_state_is_the_coolant_10_degrees_without_one_never_frozen() -> None:
    spec = simple_spec()
    assert exergy_balance(solve_cycle(replace(spec, cooling=NoCooling()))).T_dead == T_DEAD_DEFAULT == 283.15
    assert exergy_balance(solve_cycle(_at(spec, 245.15))).T_dead == T_FREEZE


def test_without_brine_there_is_no_exergy_to_account_for() -> None:
    with pytest.raises(ValueError, match="without geofluid"):
        exergy_balance(solve_cycle(replace(simple_spec(), source=FlowGiven(1.0))))


def test_an_array_equals_a_loop() -> None:
    T = np.array([413.15, 423.15, 433.15])
    together = exergy_balance(
        solve_cycle(
            replace(simple_spec(), source=HeaterPinch(geo.liquid(T=T, p=10e5, mass_flow=50.0), 5.0, 5.0))
        )
    )
    for k, value in enumerate(T):
        brine = geo.liquid(T=float(value), p=10e5, mass_flow=50.0)
        alone = exergy_balance(solve_cycle(replace(simple_spec(), source=HeaterPinch(brine, 5.0, 5.0))))
        assert np.asarray(together.given)[k] == pytest.approx(float(alone.given), rel=1e-9)
        for (name, many), (_, one) in zip(together.destruction, alone.destruction, strict=True):
            assert np.broadcast_to(many, 3)[k] == pytest.approx(float(one), rel=1e-7, abs=1e-3), name
