"""Condensers: coolant flow and pinch, fan and pump power, and what is refused."""

from collections.abc import Callable
from dataclasses import replace

import CoolProp
import numpy as np
import pytest
from CoolProp.CoolProp import AbstractState

from orcplant.thermo.cooling import condenser_profile
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import (
    AirCooling,
    CoolantClosure,
    CoolantFlow,
    CoolantOutlet,
    CoolantPinch,
    CycleSpec,
    NoCooling,
    Subcooling,
    WaterCooling,
)
from orcplant.thermo.status import Reason
from tests.thermo.support import ATMOSPHERE, condenser_differences, simple_level, simple_spec


def air_cooled(closure: CoolantClosure, *, p: float = ATMOSPHERE, T_in: float = 293.15) -> CycleSpec:
    return replace(simple_spec(), cooling=AirCooling(T_in, p, closure, fan_dp=120.0, eta_fan=0.6))


def water_cooled(closure: CoolantClosure, *, p: float = 2e5, pump_dp: float = 0.5e5) -> CycleSpec:
    return replace(simple_spec(), cooling=WaterCooling(293.15, p, closure, pump_dp=pump_dp, eta_pump=0.75))


def solved(spec: CycleSpec) -> CycleResult:
    result = solve_cycle(spec)
    assert result.status.ok
    return result


def test_fan_power_is_volume_flow_times_pressure_rise_over_efficiency() -> None:
    result = solved(air_cooled(CoolantPinch(5.0)))
    state = AbstractState("HEOS", "Air")
    state.update(CoolProp.PT_INPUTS, ATMOSPHERE, 293.15)
    assert result.power.fan == pytest.approx(result.coolant_flow / state.rhomass() * 120.0 / 0.6, rel=1e-5)
    assert result.power.cooling_pump == 0.0


def test_thin_air_costs_fan_power_in_proportion() -> None:
    # 1,015 m above the sea: 0.897 bar. The same mass of air has more volume.
    high, low = (solved(air_cooled(CoolantPinch(5.0), p=p)) for p in (0.897e5, ATMOSPHERE))
    assert high.coolant_flow == pytest.approx(low.coolant_flow, rel=1e-3)
    assert high.power.fan / low.power.fan == pytest.approx(1.01325 / 0.897, rel=1e-3)


def test_cooling_pump_power_is_volume_flow_times_pressure_rise_over_efficiency() -> None:
    result = solved(water_cooled(CoolantOutlet(301.15)))
    state = AbstractState("HEOS", "Water")
    state.update(CoolProp.PT_INPUTS, 2e5, 293.15)
    expected = result.coolant_flow / state.rhomass() * 0.5e5 / 0.75
    assert result.power.cooling_pump == pytest.approx(expected, rel=1e-6)
    assert result.power.fan == 0.0


@pytest.mark.parametrize("pinch", [0.6, 3.0, 8.0])
@pytest.mark.parametrize("cool", [air_cooled, water_cooled], ids=["air", "water"])
@pytest.mark.parametrize("fluid", ["Isopentane", "R134a"])
@pytest.mark.parametrize("subcooling", [0.0, 3.0])
def test_the_pinch_holds_everywhere_and_is_used_up(
    pinch: float, cool: Callable[[CoolantClosure], CycleSpec], fluid: str, subcooling: float
) -> None:
    spec = replace(
        simple_spec(simple_level(fluid, T_evap=358.15)),
        cooling=cool(CoolantPinch(pinch)).cooling,
        pump_inlet=Subcooling(subcooling),
    )
    result = solved(spec)
    assert np.min(condenser_differences(result)) == pytest.approx(pinch, abs=1e-3)
    assert result.condensers[0].pinch == pytest.approx(pinch, abs=1e-3)


def test_a_wet_exhaust_has_its_pinch_at_the_warm_end() -> None:
    result = solved(simple_spec(simple_level("R134a", T_evap=353.15)))
    assert 0.0 < result.levels[0].expander_out.quality < 1.0
    differences = condenser_differences(result)
    assert int(np.argmin(differences)) == len(differences) - 1


@pytest.mark.parametrize("cool", [air_cooled, water_cooled], ids=["air", "water"])
def test_the_pinch_reported_is_that_of_a_given_flow(cool: Callable[[CoolantClosure], CycleSpec]) -> None:
    result = solved(cool(CoolantFlow(1500.0)))
    assert result.coolant_flow == 1500.0
    assert result.condensers[0].pinch == pytest.approx(float(np.min(condenser_differences(result))), abs=1e-3)


def test_the_profile_carries_the_whole_duty_and_the_same_pinch() -> None:
    spec = air_cooled(CoolantPinch(5.0))
    assert isinstance(spec.cooling, AirCooling)
    condenser = solved(spec).condensers[0]
    profile = condenser_profile(condenser, spec.cooling)
    assert profile.duty[-1] == pytest.approx(float(condenser.duty), rel=1e-12)
    assert np.min(profile.T_hot - profile.T_cold) == pytest.approx(5.0, abs=1e-6)
    assert profile.T_cold[-1] == pytest.approx(float(condenser.T_out), abs=1e-6)
    assert profile.UA > 0.0


def test_without_cooling_nothing_is_spent_and_nothing_is_known() -> None:
    result = solved(replace(simple_spec(), cooling=NoCooling()))
    condenser = result.condensers[0]
    assert (condenser.fan_power, condenser.pump_power) == (0.0, 0.0)
    for value in (condenser.pinch, condenser.T_out, condenser.coolant_flow):
        assert np.isnan(value)
    assert condenser.duty > 0.0


# --- what is refused ---------------------------------------------------------------------------


def test_a_coolant_too_warm_for_the_pinch_is_named() -> None:
    status = solve_cycle(air_cooled(CoolantPinch(5.0), T_in=304.0)).status
    assert status.reason == Reason.COOLANT_TOO_WARM
    assert status.value == 304.0
    assert status.limit == pytest.approx(308.15 - 5.0, abs=1e-6)


def test_a_coolant_outlet_that_crosses_is_refused_with_the_pinch_it_would_have() -> None:
    status = solve_cycle(air_cooled(CoolantOutlet(312.0))).status
    assert status.reason == Reason.CONDENSER_PINCH
    assert status.value < 0.0 == status.limit


def test_too_little_coolant_is_refused() -> None:
    assert solve_cycle(air_cooled(CoolantFlow(100.0))).status.reason in {
        Reason.CONDENSER_PINCH,
        Reason.OUTSIDE_PROPERTIES,
    }


def test_a_coolant_outlet_below_its_inlet_is_refused() -> None:
    result = solve_cycle(air_cooled(CoolantOutlet(290.0)))
    assert not result.status.ok
    assert not result.power.fan < 0.0


def test_cooling_water_that_would_boil_is_refused() -> None:
    spec = water_cooled(CoolantFlow(5.0))
    assert solve_cycle(spec).status.reason == Reason.COOLANT_BOILS


def test_of_an_array_only_the_warm_hours_fail() -> None:
    T_in = np.array([273.15, 293.15, 306.0])
    spec = simple_spec()
    assert isinstance(spec.cooling, AirCooling)
    result = solve_cycle(replace(spec, cooling=replace(spec.cooling, T_in=T_in)))
    assert list(np.broadcast_to(result.status.reason, 3)) == [Reason.OK, Reason.OK, Reason.COOLANT_TOO_WARM]
    assert np.isnan(np.asarray(result.power.net)[2])
