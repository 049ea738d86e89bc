"""The recuperator: as much as its pinch or effectiveness allows, against brute force."""

from dataclasses import dataclass, replace

import CoolProp
import numpy as np
import pytest
from CoolProp.CoolProp import AbstractState

from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.properties import Fluid
from orcplant.thermo.recuperator import Saturation, recuperator_profile
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import (
    CycleSpec,
    FlowGiven,
    LevelSpec,
    NoCooling,
    NoRecuperator,
    Pressure,
    Recuperator,
    RecuperatorEffectiveness,
    RecuperatorPinch,
    SaturationTemperature,
    Subcooling,
    Superheat,
)
from tests.thermo.support import recuperator_differences, simple_spec


@dataclass(frozen=True, slots=True)
class Case:
    """One working fluid's cycle without brine."""

    name: str
    fluid: str
    p_bar: float
    superheat: float
    T_cond: float = 303.15
    subcooling: float = 0.0

    def solve(self, recuperator: Recuperator) -> CycleResult:
        level = LevelSpec(Fluid(self.fluid), Pressure(self.p_bar * 1e5), Superheat(self.superheat), 0.80)
        spec = replace(
            simple_spec(level),
            condensation=SaturationTemperature(self.T_cond),
            pump_inlet=Subcooling(self.subcooling),
            recuperator=recuperator,
            source=FlowGiven(10.0),
            cooling=NoCooling(),
        )
        return solve_cycle(spec)


CASES = [
    Case("dry exhaust", "Isopentane", 7.2, 0.0),
    Case("dry exhaust, subcooled", "n-Butane", 15.0, 5.0, subcooling=3.0),
    Case("liquid of rising heat capacity", "R245fa", 32.0, 20.0),
    # So hot an exhaust that its condensation heats the liquid: the outlet is wet.
    Case("hot exhaust over cold liquid", "Cyclopentane", 3.0, 150.0, T_cond=280.0),
    Case("cold side boils", "Isopentane", 3.0, 120.0),
    Case("barely useful", "R134a", 20.0, 25.0),
]


@pytest.mark.parametrize("pinch", [0.5, 5.0, 12.0])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_pinch_holds_everywhere_and_is_used_up(case: Case, pinch: float) -> None:
    result = case.solve(RecuperatorPinch(pinch))
    recuperation = result.levels[0].recuperation
    if recuperation.duty == 0.0:
        assert result.levels[0].expander_out.T - result.levels[0].pump_out.T < pinch + 0.1
        return
    smallest = float(np.min(recuperator_differences(result)))
    assert smallest == pytest.approx(pinch, abs=2e-3)
    assert recuperation.pinch == pytest.approx(smallest, abs=2e-3)


def test_the_hot_side_may_condense() -> None:
    # Enough pressure ratio between dew points: exhaust condenses at 60 C over liquid pumped at 20 C.
    level = LevelSpec(Fluid("Isopentane"), Pressure(7.2e5), Superheat(0.0), 0.80)
    spec = replace(
        simple_spec(level),
        condensation=SaturationTemperature(333.15),
        pump_inlet=Subcooling(40.0),
        recuperator=RecuperatorPinch(5.0),
        source=FlowGiven(1.0),
        cooling=NoCooling(),
    )
    result = solve_cycle(spec)
    recuperation = result.levels[0].recuperation
    assert 0.0 < recuperation.hot_out.quality < 1.0
    assert np.min(recuperator_differences(result)) == pytest.approx(5.0, abs=2e-3)
    plain = solve_cycle(replace(spec, recuperator=NoRecuperator()))
    assert result.duty.condenser < plain.duty.condenser


def test_the_cold_side_may_boil() -> None:
    result = CASES[4].solve(RecuperatorPinch(5.0))
    assert 0.0 < result.levels[0].recuperation.cold_out.quality < 1.0


@pytest.mark.parametrize("value", [0.1, 0.6, 0.9])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_effectiveness_is_a_share_of_the_duty_without_a_cross(case: Case, value: float) -> None:
    largest = case.solve(RecuperatorPinch(0.0)).levels[0].recuperation.duty
    duty = case.solve(RecuperatorEffectiveness(value)).levels[0].recuperation.duty
    assert duty == pytest.approx(value * float(largest), rel=1e-9)


def test_without_a_pinch_a_dry_exhaust_reaches_the_temperature_of_the_liquid() -> None:
    # Textbook limit: the gas has the smaller heat capacity.
    level = CASES[0].solve(RecuperatorPinch(0.0)).levels[0]
    cooled = AbstractState("HEOS", "Isopentane")
    cooled.update(CoolProp.PT_INPUTS, float(level.pump_in.p), float(level.pump_out.T))
    assert level.recuperation.duty == pytest.approx(level.expander_out.h - cooled.hmass(), rel=1e-6)


def test_both_sides_exchange_the_same_heat() -> None:
    level = CASES[1].solve(RecuperatorPinch(5.0)).levels[0]
    recuperation = level.recuperation
    for taken in (recuperation.cold_out.h - level.pump_out.h, level.expander_out.h - recuperation.hot_out.h):
        assert taken == pytest.approx(float(recuperation.duty), rel=1e-9)


def test_it_makes_entropy() -> None:
    for case in CASES:
        level = case.solve(RecuperatorPinch(5.0)).levels[0]
        recuperation = level.recuperation
        cold = recuperation.cold_out.s - level.pump_out.s
        hot = recuperation.hot_out.s - level.expander_out.s
        assert cold + hot >= -1e-9


def test_a_wider_pinch_exchanges_less() -> None:
    duties = [
        float(CASES[0].solve(RecuperatorPinch(pinch)).duty.recuperator) for pinch in (1.0, 5.0, 10.0, 20.0)
    ]
    assert duties == sorted(duties, reverse=True)
    assert duties[-1] > 0.0


def test_without_a_useful_difference_it_stands_idle() -> None:
    level = CASES[0].solve(RecuperatorPinch(80.0)).levels[0]
    recuperation = level.recuperation
    assert recuperation.duty == 0.0
    assert np.isnan(recuperation.pinch)
    assert recuperation.cold_out.h == pytest.approx(float(level.pump_out.h), rel=1e-12)
    assert recuperation.hot_out.h == pytest.approx(float(level.expander_out.h), rel=1e-12)


def test_a_wet_exhaust_stands_idle_or_crosses_nothing() -> None:
    result = Case("", "R134a", 26.0, 0.0).solve(RecuperatorPinch(2.0))
    level = result.levels[0]
    assert 0.0 < level.expander_out.quality < 1.0
    if level.recuperation.duty > 0.0:
        assert np.min(recuperator_differences(result)) >= 2.0 - 1e-3


def test_the_profile_has_the_duty_and_the_pinch_of_the_result() -> None:
    spec_result = CASES[0].solve(RecuperatorPinch(5.0))
    level, fluid = spec_result.levels[0], Fluid("Isopentane")
    low = Saturation(fluid.bubble(level.pump_in.p), fluid.dew(level.pump_in.p))
    profile = recuperator_profile(
        fluid,
        level.recuperation,
        hot_in=level.expander_out,
        cold_in=level.pump_out,
        low=low,
        mass_flow=level.mass_flow,
    )
    assert profile.duty[-1] == pytest.approx(float(spec_result.duty.recuperator), rel=1e-9)
    assert np.min(profile.T_hot - profile.T_cold) == pytest.approx(5.0, abs=1e-3)


def spec_of(recuperator: Recuperator) -> CycleSpec:
    return replace(simple_spec(), recuperator=recuperator)


def test_the_condenser_and_the_heater_are_relieved_by_the_same_heat() -> None:
    plain, helped = (solve_cycle(spec_of(r)) for r in (NoRecuperator(), RecuperatorPinch(5.0)))
    relieved = plain.duty.condenser - helped.duty.condenser
    assert relieved == pytest.approx(float(helped.duty.recuperator), rel=1e-8)
    assert plain.duty.heat_in - helped.duty.heat_in == pytest.approx(relieved, rel=1e-8)
