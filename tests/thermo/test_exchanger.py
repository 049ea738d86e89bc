"""The pinch, wherever it sits: against brute force over 5000 stations."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.exchanger import Profile, log_mean
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.heater import heater_profile
from orcplant.thermo.properties import Fluid
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import (
    CycleSpec,
    HeaterPinch,
    LevelSpec,
    NoCooling,
    NoRecuperator,
    Pressure,
    Recuperator,
    RecuperatorPinch,
    SaturationTemperature,
    Superheat,
    Temperature,
)
from orcplant.thermo.status import Reason
from tests.thermo.support import KELVIN, heater_differences, simple_spec

PINCH_TOLERANCE = 1e-3  # [K]
SATURATED = Superheat(0.0)


@dataclass(frozen=True, slots=True)
class Case:
    """A heater: where its tightest point is expected is in the name."""

    name: str
    fluid: str
    reduced_pressure: float
    turbine_inlet: Superheat | Temperature
    brine: Geofluid
    evaporator: float = 5.0
    preheater: float = 5.0
    T_cond: float = 308.15
    recuperator: Recuperator = NoRecuperator()  # noqa: RUF009

    def spec(self) -> CycleSpec:
        fluid = Fluid(self.fluid)
        level = LevelSpec(
            fluid, Pressure(self.reduced_pressure * fluid.limits.p_crit), self.turbine_inlet, 0.80
        )
        return replace(
            simple_spec(level),
            condensation=SaturationTemperature(self.T_cond),
            recuperator=self.recuperator,
            source=HeaterPinch(self.brine, self.evaporator, self.preheater),
            cooling=NoCooling(),
        )


def brine(T_C: float, p_bar: float) -> Geofluid:
    return geo.liquid(T=T_C + KELVIN, p=p_bar * 1e5, mass_flow=50.0)


def steam(T_C: float, quality: float) -> Geofluid:
    return geo.two_phase(T=T_C + KELVIN, quality=quality, mass_flow=50.0)


CASES = [
    Case("bubble point", "Isopentane", 0.22, SATURATED, brine(150.0, 10.0)),
    Case("bubble point, superheated", "R245fa", 0.35, Superheat(15.0), brine(150.0, 10.0)),
    Case("turbine inlet nearly as hot as the brine", "n-Butane", 0.4, Superheat(30.0), brine(145.0, 10.0)),
    Case("cold end, two-phase brine", "IsoButane", 0.8, Superheat(5.0), steam(150.0, 0.1), 10.0, 5.0),
    Case("bubble point, two-phase brine", "Isopentane", 0.39, Superheat(3.0), steam(150.0, 0.1), 10.0, 5.0),
    Case("steam only", "Isopentane", 0.4, Superheat(5.0), steam(160.0, 1.0)),
    Case("kink of the brine inside the evaporator", "Isopentane", 0.3, SATURATED, steam(135.0, 0.02)),
    Case("inside the preheater", "Propane", 0.80, Superheat(8.0), steam(150.0, 0.0), 10.0, 9.0),
    Case("near-critical", "IsoButane", 0.95, Superheat(10.0), brine(165.0, 12.0)),
    Case("just subcritical", "n-Butane", 0.99, Superheat(10.0), brine(180.0, 15.0)),
    Case("just supercritical", "n-Butane", 1.01, Temperature(440.0), brine(185.0, 15.0)),
    Case("transcritical", "IsoButane", 1.23, Temperature(420.74), steam(175.0, 0.0)),
    Case("transcritical, far above", "R134a", 1.5, Temperature(420.0), brine(165.0, 15.0)),
    Case("preheater tighter", "R1233zd(E)", 0.3, SATURATED, brine(140.0, 10.0), 10.0, 1.0),
    Case("preheater wider", "R1233zd(E)", 0.3, SATURATED, brine(140.0, 10.0), 2.0, 12.0),
    # Found by a search over the whole range: minima beside the outermost station of a zone.
    Case("first stations", "IsoButane", 0.3265, SATURATED, steam(91.68, 0.1797), 2.946, 6.891, 305.3),
    Case("last stations", "R1233zd(E)", 0.9072, SATURATED, brine(187.427, 31.67), 7.1204, 10.0951, 308.0),
    Case("hot end", "Isopentane", 1.1094, Temperature(465.35), brine(198.2, 15.072), 4.0, 1.0, 283.0),
    Case(
        "hot end, recuperated",
        "Cyclopentane",
        1.1605,
        Temperature(516.763),
        steam(248.86, 0.0),
        evaporator=5.1938,
        T_cond=300.0,
        recuperator=RecuperatorPinch(5.0),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_pinch_holds_everywhere_and_is_used_up(case: Case) -> None:
    result = solve_cycle(case.spec())
    assert result.status.ok
    found = heater_differences(result)
    slack = found.dT - np.where(found.is_liquid, case.preheater, case.evaporator)
    # At the turbine inlet the difference is given, not chosen.
    tightest = float(np.min(slack[:-1]))
    assert tightest == pytest.approx(0.0, abs=PINCH_TOLERANCE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_pinches_reported_are_those_found(case: Case) -> None:
    result = solve_cycle(case.spec())
    heater, found = result.levels[0].heater, heater_differences(result)
    evaporator = float(np.min(found.dT[~found.is_liquid]))
    assert heater.pinch_evaporator == pytest.approx(evaporator, abs=PINCH_TOLERANCE)
    if case.reduced_pressure < 1.0:
        preheater = float(np.min(found.dT[found.is_liquid]))
        assert heater.pinch_preheater == pytest.approx(preheater, abs=PINCH_TOLERANCE)
    else:
        assert np.isnan(heater.pinch_preheater)


def flow_scaled(result: CycleResult, factor: float) -> CycleResult:
    heater = result.levels[0].heater
    larger = replace(heater, mass_flow=heater.mass_flow * factor)
    return replace(result, levels=(replace(result.levels[0], heater=larger),))


@pytest.mark.parametrize("case", CASES[:12], ids=lambda case: case.name)
def test_no_larger_flow_keeps_the_pinch(case: Case) -> None:
    found = heater_differences(flow_scaled(solve_cycle(case.spec()), 1.001))
    slack = found.dT - np.where(found.is_liquid, case.preheater, case.evaporator)
    assert np.min(slack[:-1]) < -1e-3


def test_a_preheater_pinch_the_brine_cannot_give_is_refused() -> None:
    # 15 K below the bubble point at 136.9 C asks for brine of 151.9 C.
    case = Case(
        "", "Cyclopentane", 0.1999, Superheat(0.0), steam(140.86, 0.0), evaporator=2.3188, preheater=14.9745
    )
    result = solve_cycle(case.spec())
    assert result.status.reason == Reason.GEOFLUID_TOO_COLD


def test_brine_colder_than_the_turbine_inlet_is_named() -> None:
    case = Case("", "Isopentane", 0.22, Superheat(0.0), brine(104.0, 10.0))
    status = solve_cycle(case.spec()).status
    assert status.reason == Reason.GEOFLUID_TOO_COLD
    assert status.value == pytest.approx(104.0 + KELVIN)
    assert status.limit == pytest.approx(float(Fluid("Isopentane").dew(0.22 * 33.7817e5).T) + 5.0, abs=0.05)


def test_the_station_on_the_bubble_point_is_worth_0_7_percent() -> None:
    # geothermal-orc's quick start claims 3799.9 kW on a grid that misses the bubble point.
    spec = simple_spec(LevelSpec(Fluid("IsoButane"), SaturationTemperature(393.15), Superheat(0.0), 0.80))
    spec = replace(
        spec,
        condensation=SaturationTemperature(303.15),
        source=HeaterPinch(geo.liquid(T=423.15, p=10e5, mass_flow=100.0), 5.0, 5.0),
    )
    power = float(solve_cycle(spec).power.cycle)
    assert power == pytest.approx(3773.6e3, rel=1e-4)
    assert 3799.9e3 / power - 1.0 == pytest.approx(0.007, abs=2e-4)


# --- log-mean difference and UA ----------------------------------------------------------------


def test_log_mean_has_its_textbook_value_and_limits() -> None:
    assert log_mean(np.array(45.0), np.array(5.0)) == pytest.approx(40.0 / np.log(9.0), rel=1e-14)
    for spread in (1e-3, 1e-5, 1e-7, 1e-12, 0.0):
        a, b = 10.0 * (1.0 + spread), 10.0
        # Series of the logarithmic mean: arithmetic mean less spread squared over 12.
        series = 0.5 * (a + b) - 10.0 * spread**2 / 12.0
        assert log_mean(np.array(a), np.array(b)) == pytest.approx(series, rel=1e-10)
    assert log_mean(np.array(3.0), np.array(7.0)) == log_mean(np.array(7.0), np.array(3.0))


@pytest.mark.parametrize("left, right", [(0.0, 5.0), (5.0, 0.0), (-1.0, 5.0), (-1.0, -1.0)])
def test_log_mean_of_a_crossing_does_not_exist(left: float, right: float) -> None:
    assert np.isnan(log_mean(np.array(left), np.array(right)))


def straight(T_hot: tuple[float, float], T_cold: tuple[float, float], duty: float, n: int) -> Profile:
    """Both streams of constant heat capacity, unevenly spaced stations."""
    share = np.linspace(0.0, 1.0, n) ** 1.7
    hot, cold = ((T[0] + share * (T[1] - T[0])) for T in (T_hot, T_cold))
    return Profile(duty=duty * share, T_hot=hot, T_cold=cold)


@pytest.mark.parametrize("n", [2, 3, 40])
def test_UA_of_constant_heat_capacities_does_not_depend_on_the_stations(n: int) -> None:
    assert straight((330.0, 400.0), (320.0, 350.0), 1e6, n).UA == pytest.approx(
        1e6 / (40.0 / np.log(50.0 / 10.0)), rel=1e-12
    )
    assert straight((330.0, 360.0), (320.0, 350.0), 1e6, n).UA == pytest.approx(1e5, rel=1e-12)


def test_UA_of_a_boiling_fluid_is_the_number_of_transfer_units() -> None:
    # Constant temperature on one side: UA = m cp ln(dT_in / dT_out).
    assert straight((380.0, 420.0), (370.0, 370.0), 4e6, 30).UA == pytest.approx(1e5 * np.log(5.0), rel=1e-12)


def test_UA_of_crossing_streams_does_not_exist() -> None:
    assert np.isnan(straight((310.0, 400.0), (320.0, 350.0), 1e6, 10).UA)


def test_UA_of_the_heater_is_a_sum_over_its_zones() -> None:
    # Isopentane at 100 C on brine of 150 C: the evaporator's share is duty over log-mean difference.
    spec = simple_spec()
    assert isinstance(spec.source, HeaterPinch)
    level = solve_cycle(spec).levels[0]
    whole = heater_profile(level.heater, spec.source.geofluid)
    is_dome = whole.duty >= level.mass_flow * (level.bubble.h - level.pump_out.h) - 1.0
    dome = Profile(*(a[is_dome] for a in (whole.duty, whole.T_hot, whole.T_cold)))
    assert dome.UA == pytest.approx(490.14e3, rel=5e-3)  # the brine's heat capacity is not quite constant
    assert whole.UA > dome.UA
    assert whole.duty[-1] == pytest.approx(float(level.heater.duty), rel=1e-12)
