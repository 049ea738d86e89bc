"""The optimiser against brute force, its own limits, and the direction of every change."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.design import Bound, DesignProblem, NoDesign, Optimum, Regime
from orcplant.thermo.optimise import optimise
from orcplant.thermo.properties import Fluid
from orcplant.thermo.result import Warn
from orcplant.thermo.spec import (
    AirCooling,
    CoolantFlow,
    CoolantPinch,
    NoRecuperator,
    RecuperatorEffectiveness,
    RecuperatorPinch,
    WaterCooling,
)
from orcplant.thermo.tables import COARSE, tabulated_fluid
from tests.thermo.designs import best, grid_best, problem, transcritical
from tests.thermo.support import KELVIN

SEARCH = 1e-3  # relative, what a search may leave on the table


def two_phase(quality: float) -> geo.Geofluid:
    return geo.two_phase(T=160.0 + KELVIN, quality=quality, mass_flow=50.0)


CASES: dict[str, DesignProblem] = {
    "free": problem(),
    "R1233zd(E)": problem("R1233zd(E)"),
    "n-Pentane": problem("n-Pentane"),
    "R1336mzz(E)": problem("R1336mzz(E)"),
    "R1234ze(E), bound by everything": problem(
        "R1234ze(E)", T_geofluid_out_min=60.0 + KELVIN, p_cond_min=5e5
    ),
    "Cyclopentane, atmosphere": problem("Cyclopentane", p_cond_min=0.897e5),
    "Isopentane, atmosphere": problem("Isopentane", p_cond_min=0.897e5),
    "warm brine out": problem(T_geofluid_out_min=90.0 + KELVIN),
    "recuperated": problem(
        "R1336mzz(E)", recuperator=RecuperatorPinch(8.0), T_geofluid_out_min=60.0 + KELVIN
    ),
    "recuperated, effectiveness": problem(
        "n-Pentane", recuperator=RecuperatorEffectiveness(0.8), T_geofluid_out_min=75.0 + KELVIN
    ),
    "two-phase brine": problem("n-Butane", geofluid=two_phase(0.1)),
    "steam": problem("n-Pentane", geofluid=two_phase(1.0)),
    "superheat wanted": problem("R152A", superheat=(3.0, 30.0)),
    "wet fluid": problem("Ammonia", superheat=(0.0, 60.0)),
    "cold brine": problem("R134a", T_brine_degC=95.0),
    "hot day": problem(T_air_degC=38.0),
    "weak fluid": problem("R1234ze(E)", T_fluid_max=100.0 + KELVIN),
    "water-cooled": problem(
        cooling=WaterCooling(10.0 + KELVIN, 2e5, CoolantPinch(5.0), pump_dp=0.5e5, eta_pump=0.75)
    ),
    "even pinches": problem(pinch_heater=5.0, pinch_preheater=5.0),
    # Found by `test_no_grid_beats_the_optimiser_anywhere`: ridges where the brine's outlet is held.
    "ridge 1": problem("n-Butane", T_brine_degC=135.0, T_air_degC=-16.0, T_geofluid_out_min=60.0 + KELVIN),
    "ridge 2": problem(
        "R1234ze(E)",
        T_brine_degC=116.0,
        T_air_degC=9.0,
        T_geofluid_out_min=80.0 + KELVIN,
        recuperator=RecuperatorPinch(8.0),
    ),
    "ridge 3": problem("R245fa", T_brine_degC=168.0, T_air_degC=-13.0, T_geofluid_out_min=80.0 + KELVIN),
    "ridge 4": problem("R245fa", T_brine_degC=104.0, T_air_degC=27.5, T_geofluid_out_min=80.0 + KELVIN),
    "transcritical": transcritical(),
    "transcritical ridge 1": transcritical(
        "n-Butane", T_brine_degC=178.0, recuperator=RecuperatorPinch(8.0), p_cond_min=3e5
    ),
    "transcritical ridge 2": transcritical(
        T_brine_degC=156.0, T_air_degC=-5.0, T_geofluid_out_min=80.0 + KELVIN, fluid="IsoButane"
    ),
    "transcritical ridge 3": transcritical(
        "n-Propane", T_brine_degC=132.0, T_air_degC=-5.5, recuperator=RecuperatorPinch(8.0)
    ),
    "transcritical, warm brine out": transcritical(T_geofluid_out_min=75.0 + KELVIN),
    "transcritical, recuperated": transcritical("R1234ze(E)", recuperator=RecuperatorPinch(8.0)),
}


@pytest.mark.parametrize("name", CASES)
def test_no_grid_beats_the_optimiser(name: str) -> None:
    which = CASES[name]
    assert grid_best(which) <= best(which).value * (1.0 + SEARCH)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_no_grid_beats_the_optimiser_anywhere(seed: int) -> None:
    rng = np.random.default_rng(seed)
    fluids = ("IsoButane", "n-Butane", "Isopentane", "R1233zd(E)", "R1234ze(E)", "R134a", "R245fa", "R152A")
    layouts: tuple[Any, ...] = (NoRecuperator(), RecuperatorPinch(8.0))
    make = transcritical if seed % 4 == 0 else problem
    which = make(
        fluids[rng.integers(len(fluids))],
        T_brine_degC=rng.uniform(95.0, 178.0),
        T_air_degC=rng.uniform(-20.0, 35.0),
        recuperator=layouts[rng.integers(2)],
        T_geofluid_out_min=KELVIN + (2.0, 60.0, 80.0)[rng.integers(3)],
        p_cond_min=(1e3, 0.9e5, 3e5)[rng.integers(3)],
    )
    found, brute = optimise(which), grid_best(which)
    value = found.value if isinstance(found, Optimum) else -np.inf
    assert brute <= value * (1.0 + SEARCH)


@pytest.mark.parametrize("name", CASES)
def test_every_limit_holds_at_the_optimum(name: str) -> None:
    which = CASES[name]
    found, limits, fluid = best(which), which.limits, which.fluid
    result, (level,) = found.result, found.result.levels
    assert result.status.ok
    assert not int(result.warnings) & int(Warn.WET_EXPANSION)
    assert found.value == pytest.approx(float(result.power.net), rel=1e-9)
    assert float(result.T_geofluid_out) >= limits.T_geofluid_out_min - 1e-6
    assert float(level.pump_in.p) >= limits.p_cond_min * (1.0 - 1e-6)
    assert float(level.expander_in.T) <= limits.T_fluid_max + 1e-6
    p_low, p_high = (share * fluid.limits.p_crit for share in limits.p_reduced)
    assert p_low * (1.0 - 1e-6) <= float(level.pump_out.p) <= p_high * (1.0 + 1e-6)
    if which.regime is Regime.SUBCRITICAL:
        superheat = float(level.expander_in.T - level.dew.T)
        # A wet fluid is superheated as far as a dry expansion asks for, whatever the range says.
        assert superheat >= limits.superheat[0] - 1e-6
    assert float(level.heater.pinch_evaporator) >= which.pinch_heater - 1e-4
    if np.isfinite(level.heater.pinch_preheater):
        assert float(level.heater.pinch_preheater) >= which.pinch_preheater - 1e-4
    assert float(result.condensers[0].pinch) >= 5.0 - 1e-6


def test_superheat_stays_in_its_range_where_the_fluid_allows_it() -> None:
    for span in ((0.0, 0.0), (3.0, 15.0), (10.0, 10.0)):
        level = best(problem(superheat=span)).result.levels[0]
        superheat = float(level.expander_in.T - level.dew.T)
        assert span[0] - 0.05 <= superheat <= span[1] + 0.05, span


@pytest.mark.parametrize("name", ["free", "recuperated", "transcritical", "two-phase brine"])
def test_the_reference_equation_agrees_with_the_tables(name: str) -> None:
    found = best(CASES[name])
    (level,) = found.result.spec.levels
    exact = solve_cycle(replace(found.result.spec, levels=(replace(level, fluid=Fluid(level.fluid.name)),)))
    assert exact.status.ok
    assert float(exact.power.net) == pytest.approx(found.value, rel=2e-4)


class TestDirection:
    """A limit that tightens, a colder source and a warmer sink never gain."""

    @staticmethod
    def values(problems: list[DesignProblem]) -> list[float]:
        found = [optimise(which) for which in problems]
        return [f.value if isinstance(f, Optimum) else -np.inf for f in found]

    def assert_never_gains(self, problems: list[DesignProblem]) -> None:
        values = self.values(problems)
        assert values[0] > 0.0
        assert values[-1] < values[0]
        for easier, harder in zip(values, values[1:], strict=False):
            assert harder <= easier * (1.0 + SEARCH) or harder == -np.inf

    @pytest.mark.parametrize("fluid", ["IsoButane", "R1336mzz(E)"])
    def test_a_wider_pinch(self, fluid: str) -> None:
        for key in ("pinch_heater", "pinch_preheater"):
            self.assert_never_gains([problem(fluid, **{key: dT}) for dT in (1.0, 3.0, 5.0, 8.0, 12.0, 20.0)])
        air = problem().cooling
        assert isinstance(air, AirCooling)
        wider = [replace(air, closure=CoolantPinch(dT)) for dT in (2.0, 4.0, 6.0, 10.0, 15.0)]
        # Not the smallest pinch alone: the search chooses the condensing temperature beside it.
        self.assert_never_gains([problem(fluid, cooling=cooling) for cooling in wider])

    @pytest.mark.parametrize("layout", [NoRecuperator(), RecuperatorPinch(8.0)])
    def test_a_warmer_brine_outlet(self, layout: Any) -> None:
        floors = [0.0, *(KELVIN + T for T in (40.0, 60.0, 65.0, 70.0, 80.0, 90.0, 110.0, 140.0, 151.0))]
        self.assert_never_gains([problem(recuperator=layout, T_geofluid_out_min=T) for T in floors])

    @pytest.mark.parametrize("fluid", ["Isopentane", "Cyclopentane", "IsoButane"])
    def test_a_higher_condensing_pressure(self, fluid: str) -> None:
        self.assert_never_gains([problem(fluid, p_cond_min=p) for p in (1e3, 0.9e5, 1.5e5, 3e5, 6e5, 10e5)])

    @pytest.mark.parametrize("fluid", ["IsoButane", "R1336mzz(E)"])
    def test_a_warmer_day_and_a_colder_brine(self, fluid: str) -> None:
        self.assert_never_gains([problem(fluid, T_air_degC=T) for T in (-25.0, -10.0, 0.0, 10.0, 25.0, 40.0)])
        self.assert_never_gains(
            [problem(fluid, T_brine_degC=T) for T in (178.0, 160.2, 150.0, 140.0, 110.0, 90.0)]
        )

    def test_worse_machines(self) -> None:
        for key in ("eta_expander", "eta_pump", "eta_generator"):
            self.assert_never_gains([problem("IsoButane", **{key: eta}) for eta in (0.95, 0.85, 0.75, 0.5)])

    def test_narrower_ranges(self) -> None:
        highs = (0.96, 0.9, 0.8, 0.6, 0.4, 0.2)
        self.assert_never_gains([problem("R1234ze(E)", p_reduced=(0.05, high)) for high in highs])
        self.assert_never_gains([transcritical(p_reduced=(1.05, high)) for high in (2.4, 1.8, 1.4, 1.1)])
        spans = ((0.0, 40.0), (0.0, 20.0), (0.0, 5.0), (0.0, 0.0))
        self.assert_never_gains([problem("R134a", superheat=span) for span in spans])

    def test_a_range_beyond_the_tables_costs_nothing(self) -> None:
        # No table is honest at 0.97 to 1.03 of the critical pressure.
        for fluid in ("IsoButane", "R134a", "R1336mzz(E)"):
            inside, beyond = self.values([problem(fluid, p_reduced=(0.05, high)) for high in (0.96, 0.99)])
            assert beyond >= inside * (1.0 - SEARCH), fluid
        inside, beyond = self.values([transcritical(p_reduced=(1.05, high)) for high in (2.4, 10.0)])
        assert beyond >= inside * (1.0 - SEARCH)

    def test_a_recuperator_gains_only_where_the_brine_must_stay_warm(self) -> None:
        for T_out, gains in ((0.0, False), (90.0 + KELVIN, True)):
            bare, with_one = self.values(
                [
                    problem("R1336mzz(E)", recuperator=layout, T_geofluid_out_min=T_out)
                    for layout in (NoRecuperator(), RecuperatorPinch(8.0))
                ]
            )
            assert (with_one > bare * 1.005) is gains


class TestScale:
    def test_power_follows_the_flow(self) -> None:
        single = problem()
        double = replace(single, geofluid=replace(single.geofluid, mass_flow=100.0))
        assert best(double).value == pytest.approx(2.0 * best(single).value, rel=1e-12)

    def test_any_objective(self) -> None:
        which = problem()
        efficient = optimise(which, lambda result: result.eta_thermal)
        assert isinstance(efficient, Optimum)
        assert efficient.value == pytest.approx(float(efficient.result.eta_thermal), rel=1e-9)
        assert efficient.value > float(best(which).result.eta_thermal)
        assert float(efficient.result.power.net) < best(which).value

    def test_an_objective_without_a_number_is_no_design(self) -> None:
        found = optimise(problem(), lambda result: np.nan * np.asarray(result.power.net))
        assert isinstance(found, NoDesign)


class TestDeterminism:
    def test_the_same_question_has_the_same_answer_whatever_came_before(self) -> None:
        which = problem("R1233zd(E)", T_geofluid_out_min=60.0 + KELVIN)
        first = optimise(which)
        for other in (problem(), problem(p_cond_min=3e5), transcritical(), problem(T_brine_degC=60.0)):
            optimise(other)
        tabulated_fluid.cache_clear()
        rebuilt = replace(which, fluid=tabulated_fluid("R1233zd(E)", COARSE))
        for again in (optimise(which), optimise(rebuilt)):
            assert isinstance(first, Optimum)
            assert isinstance(again, Optimum)
            assert again.value == first.value
            assert float(again.result.levels[0].pump_out.p) == float(first.result.levels[0].pump_out.p)
            assert float(again.result.T_geofluid_out) == float(first.result.T_geofluid_out)
            assert again.active == first.active


class TestActive:
    def bounds(self, which: DesignProblem) -> set[Bound]:
        return {acted.bound for acted in best(which).active}

    def test_nothing_acts_on_a_free_design(self) -> None:
        assert self.bounds(problem()) == set()

    @pytest.mark.parametrize(
        ("which", "bound"),
        [
            (problem(T_geofluid_out_min=90.0 + KELVIN), Bound.GEOFLUID_OUTLET),
            (problem("Cyclopentane", p_cond_min=0.897e5), Bound.CONDENSING_PRESSURE),
            (problem("R1234ze(E)"), Bound.EVAPORATING_PRESSURE),
            (problem(p_reduced=(0.7, 0.8)), Bound.EVAPORATING_PRESSURE),
            (problem("R134a", superheat=(0.0, 5.0)), Bound.SUPERHEAT),
            (problem("R134a", superheat=(0.0, 60.0), T_fluid_max=95.0 + KELVIN), Bound.FLUID_TEMPERATURE),
            (transcritical(T_fluid_max=125.0 + KELVIN), Bound.FLUID_TEMPERATURE),
        ],
        ids=lambda value: value.value if isinstance(value, Bound) else "",
    )
    def test_the_limit_a_design_leans_on_is_named(self, which: DesignProblem, bound: Bound) -> None:
        assert bound in self.bounds(which)
        for acted in best(which).active:
            assert np.isfinite(acted.value)
            assert acted.value == pytest.approx(acted.limit, rel=0.02)


class TestNoDesign:
    @pytest.mark.parametrize(
        ("which", "bound"),
        [
            (problem(T_brine_degC=20.0), Bound.GEOFLUID_INLET),
            (problem(T_brine_degC=35.0, T_air_degC=30.0), Bound.GEOFLUID_INLET),
            (problem(T_geofluid_out_min=160.3 + KELVIN), Bound.GEOFLUID_OUTLET),
            (problem(pinch_heater=200.0), Bound.GEOFLUID_INLET),
            (problem(T_fluid_max=290.0), Bound.FLUID_TEMPERATURE),
            (problem(p_cond_min=34e5), Bound.CONDENSING_PRESSURE),
            (problem(p_cond_min=36e5), Bound.CONDENSING_PRESSURE),  # above 0.97 of the critical pressure
            (problem(p_cond_min=60e5), Bound.CONDENSING_PRESSURE),
            (problem("R134a", T_brine_degC=60.0, p_reduced=(0.7, 0.8)), Bound.EVAPORATING_PRESSURE),
            (transcritical("n-Pentane"), Bound.GEOFLUID_INLET),
            (transcritical(p_reduced=(1.005, 1.02)), Bound.EVAPORATING_PRESSURE),
            (transcritical("CO2", T_air_degC=25.0), Bound.PROPERTIES),
        ],
    )
    def test_the_bound_in_the_way_is_named(self, which: DesignProblem, bound: Bound) -> None:
        found = optimise(which)
        assert isinstance(found, NoDesign)
        assert found.problem is which
        assert found.obstacle.bound is bound

    def test_value_and_limit_are_the_two_sides_of_the_bound(self) -> None:
        found = optimise(problem(T_brine_degC=20.0))
        assert isinstance(found, NoDesign)
        assert found.obstacle.value == pytest.approx(20.0 + KELVIN)
        # The warmest nearby well for which there is a design.
        feasible = optimise(problem(T_brine_degC=found.obstacle.limit - KELVIN + 1.5))
        assert isinstance(feasible, Optimum)

    def test_another_closure_of_the_condenser_is_a_mistake_of_the_caller(self) -> None:
        cooling = replace(problem().cooling, closure=CoolantFlow(100.0))
        with pytest.raises(TypeError, match="coolant pinch"):
            optimise(problem(cooling=cooling))


def test_a_supercritical_unit_heats_above_the_critical_point() -> None:
    found = best(transcritical())
    level = found.result.levels[0]
    limits = found.problem.fluid.limits
    assert float(level.pump_out.p) > 1.05 * limits.p_crit * (1.0 - 1e-9)
    assert float(level.expander_in.T) > limits.T_crit
    assert found.value > 1.05 * best(problem("R134a")).value
