"""One combination sized: spares, whole wells and units, powers that close, and why some cannot be."""

from dataclasses import replace
from itertools import product
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orcplant.plant.candidate import (
    Candidate,
    Rejected,
    Shortage,
    T_reinjection,
    candidate,
    given_plant,
    spare_units,
)
from orcplant.plant.spec import Availability, PlantSpec, TargetBasis
from orcplant.plant.unit_design import expander_efficiency
from orcplant.plant.wells import geofluid_at_units, mixed
from orcplant.thermo import geofluid as geo
from orcplant.thermo.design import ActedLimit, Bound
from orcplant.thermo.media import liquid_water
from tests.plant.plants import auxiliary_total, candidate_of, pilot, quick, tianzhen, with_wells


def tried(plant: PlantSpec, *, fluid: int = 0, layout: int = 0, rating: float = 3e6) -> Candidate | Rejected:
    return candidate(plant, plant.fluids[fluid], plant.layouts[layout], rating)


def both_wells(basis: TargetBasis, hot: int) -> PlantSpec:
    """Some hot wells and any number of DR1, near enough in pressure to share a manifold."""
    plant = with_wells(quick(basis=basis), hot, 90)
    gathering = replace(plant.gathering, pressure_drop=0.0, bubble_margin=-1e9)
    return replace(plant, gathering=gathering)


class TestSpares:
    @staticmethod
    def confidence(count: int, built: int, available: float) -> float:
        """Probability that at least `count` of `built` units run."""
        return sum(
            comb(built, k) * available**k * (1.0 - available) ** (built - k) for k in range(count, built + 1)
        )

    @settings(deadline=None, max_examples=150, derandomize=True)
    @given(count=st.integers(1, 80), unit=st.floats(0.6, 1.0), plant=st.floats(0.0, 0.9999))
    def test_the_fewest_that_hold_the_confidence(self, count: int, unit: float, plant: float) -> None:
        spec = replace(tianzhen(), availability=Availability(unit=unit, plant=plant))
        spare = spare_units(count, spec)
        assert self.confidence(count, count + spare, unit) >= plant * (1.0 - 1e-12)
        if spare:
            assert self.confidence(count, count + spare - 1, unit) < plant * (1.0 + 1e-12)

    @settings(deadline=None, max_examples=60, derandomize=True)
    @given(count=st.integers(1, 60), unit=st.floats(0.6, 0.999), plant=st.floats(0.0, 0.99))
    def test_more_units_better_units_more_confidence(self, count: int, unit: float, plant: float) -> None:
        def spares(count: int, unit: float, plant: float) -> int:
            return spare_units(count, replace(tianzhen(), availability=Availability(unit=unit, plant=plant)))

        start = spares(count, unit, plant)
        assert spares(count + 1, unit, plant) >= start
        assert spares(count, min(unit + 0.05, 1.0), plant) <= start
        assert spares(count, unit, plant + 0.005) >= start

    def test_units_that_never_fail_need_none(self) -> None:
        spec = replace(tianzhen(), availability=Availability(unit=1.0, plant=0.9999))
        assert [spare_units(n, spec) for n in (1, 10, 100)] == [0, 0, 0]

    def test_very_many_poor_units_get_as_many_as_they_need(self) -> None:
        spec = replace(tianzhen(), availability=Availability(unit=0.5, plant=0.9))
        spare = spare_units(200, spec)
        assert self.confidence(200, 200 + spare, 0.5) >= 0.9


COMBINATIONS = [*product(TargetBasis, (0,), (0, 1), (1e6, 3e6)), *product(TargetBasis, (1, 2), (0,), (3e6,))]


@pytest.mark.parametrize(("basis", "fluid", "layout", "rating"), COMBINATIONS)
def test_whole_units_and_wells_hold_the_target_and_not_one_less_would(
    basis: TargetBasis, fluid: int, layout: int, rating: float
) -> None:
    plant = quick(basis=basis)
    found = candidate_of(tried(plant, fluid=fluid, layout=layout, rating=rating))
    assert_sound(plant, found)
    (block,) = found.blocks
    share = found.installed if basis is TargetBasis.INSTALLED else found.plant_net
    assert share >= plant.target * (1.0 - 1e-9)
    assert share * (block.count - 1) / block.count < plant.target
    assert block.spare == spare_units(block.count, plant)


def assert_sound(plant: PlantSpec, found: Candidate) -> None:
    """What holds of every candidate, whatever was asked."""
    flow = sum(block.count * block.rating / block.unit.gross for block in found.blocks)
    available = sum(n * well.mass_flow for n, well in zip(found.wells, plant.wells, strict=True))
    assert float(found.geofluid.mass_flow) == pytest.approx(flow, rel=1e-9)
    assert found.surplus == pytest.approx(available - flow, abs=1e-6)
    assert found.surplus >= -1e-6
    last = max(k for k, n in enumerate(found.wells) if n)
    assert found.surplus < plant.wells[last].mass_flow, "a well less would do"
    for n, well in zip(found.wells, plant.wells, strict=True):
        assert 0 <= n <= well.available
    # Gross less all own consumption is what is left, in watts.
    assert found.gross == pytest.approx(found.installed, rel=1e-9)
    assert found.gross - auxiliary_total(found.auxiliary) == pytest.approx(found.plant_net, rel=1e-9)
    feed_and_fans = found.auxiliary.feed_pumps + found.auxiliary.cooling
    assert found.gross - feed_and_fans == pytest.approx(found.unit_net, rel=1e-9)
    assert found.auxiliary.station_service == pytest.approx(plant.station_service * found.installed)
    assert all(getattr(found.auxiliary, key) >= 0.0 for key in type(found.auxiliary).__slots__)
    assert plant.limits.T_reinjection_min - 0.01 <= T_reinjection(found.blocks) < float(found.geofluid.T)
    assert found.bubble_margin >= plant.gathering.bubble_margin
    for block in found.blocks:
        assert_balanced(plant, found, block.unit.result)
    # The geofluid the units were designed for is that of the wells chosen.
    parts = [
        (geofluid_at_units(w, plant.gathering), n) for w, n in zip(plant.wells, found.wells, strict=True) if n
    ]
    assert float(found.geofluid.T) == pytest.approx(float(mixed(parts).T), abs=1e-6)


def assert_balanced(plant: PlantSpec, found: Candidate, result: Any) -> None:
    duty, power = result.duty, result.power
    assert abs(duty.heat_in + power.pump - power.expander - duty.condenser) <= 1e-6 * duty.heat_in
    brine = result.spec.source.geofluid
    assert float(brine.T) == pytest.approx(float(found.geofluid.T), abs=1e-6)
    h_out = float(liquid_water().enthalpy(float(result.T_geofluid_out), float(brine.p)))
    given_up = float(brine.mass_flow) * (float(geo.inlet_enthalpy(brine)) - h_out)
    assert given_up == pytest.approx(float(duty.heat_in), rel=1e-6)
    assert float(result.T_geofluid_out) >= plant.limits.T_reinjection_min - 0.01
    assert float(result.levels[0].pump_in.p) >= plant.limits.p_cond_min * (1.0 - 1e-6)


@pytest.mark.parametrize(("basis", "hot"), list(product(TargetBasis, (0, 1, 3, 4, 6))))
def test_two_kinds_of_wells_in_one_manifold(basis: TargetBasis, hot: int) -> None:
    plant = both_wells(basis, hot)
    found = candidate_of(tried(plant, rating=3e6))
    assert_sound(plant, found)
    assert found.wells[0] == min(hot, found.wells[0])
    if found.wells[1]:
        assert found.wells[0] == hot  # the first kind is used up before the second is drilled


def test_the_best_wells_come_first_and_colder_ones_cost_more_flow() -> None:
    flows = [
        float(candidate_of(tried(both_wells(TargetBasis.NET, hot))).geofluid.mass_flow) for hot in (0, 3, 9)
    ]
    assert flows[0] > flows[1] > flows[2]


class TestPumping:
    def test_the_arithmetic_of_the_injection_pump(self) -> None:
        plant = quick()
        found = candidate_of(tried(plant))
        gathering, (block,) = plant.gathering, found.blocks
        rise = gathering.injection_pressure - (float(found.geofluid.p) - gathering.unit_drop)
        density = float(liquid_water().density(block.unit.T_out, gathering.injection_pressure))
        expected = float(found.geofluid.mass_flow) * rise / density / gathering.eta_pump
        assert found.auxiliary.reinjection_pumps == pytest.approx(expected, rel=2e-3)
        assert found.auxiliary.well_pumps == 0.0

    def test_a_well_that_is_not_used_pumps_nothing(self) -> None:
        plant = quick()
        wells = (plant.wells[0], replace(plant.wells[1], pump_rise=30e5))
        idle = candidate_of(tried(replace(plant, wells=wells)))
        assert idle.wells[1] == 0
        assert idle.auxiliary.well_pumps == 0.0

    def test_only_the_wells_that_are_lifted_are_paid_for(self) -> None:
        plant = both_wells(TargetBasis.INSTALLED, 3)
        wells = (plant.wells[0], replace(plant.wells[1], pump_rise=20e5))
        found = candidate_of(tried(replace(plant, wells=wells)))
        lifted = found.wells[1] * wells[1].mass_flow
        density = float(liquid_water().density(wells[1].T, wells[1].p))
        most = lifted * 20e5 / density / plant.gathering.eta_pump
        # Whole wells give more than the units take: what is lifted is at most all their flow.
        assert 0.8 * most <= found.auxiliary.well_pumps <= most * 1.001

    def test_a_production_pump_lifts_hot_water(self) -> None:
        plant = quick()
        wells = (replace(plant.wells[0], pump_rise=20e5), plant.wells[1])
        found = candidate_of(tried(replace(plant, wells=wells)))
        density = float(
            liquid_water().density(wells[0].T, wells[0].p)
        )  # 907 kg/m3, not the 983 of the return
        expected = float(found.geofluid.mass_flow) * 20e5 / density / plant.gathering.eta_pump
        assert found.auxiliary.well_pumps == pytest.approx(expected, rel=0.01)

    def test_brine_that_returns_hotter_than_the_boiling_point_at_ten_bar(self) -> None:
        plant = quick()
        wells = tuple(replace(well, T=523.15, p=60e5) for well in plant.wells)
        limits = replace(plant.limits, T_reinjection_min=473.15)
        found = candidate_of(tried(replace(plant, wells=wells, limits=limits)))
        assert T_reinjection(found.blocks) >= 473.14

    def test_no_pump_where_the_pressure_is_there(self) -> None:
        plant = quick()
        gathering = replace(plant.gathering, injection_pressure=2e5)
        assert candidate_of(tried(replace(plant, gathering=gathering))).auxiliary.reinjection_pumps == 0.0


class TestExpanderEfficiency:
    def test_the_table_and_in_between(self) -> None:
        plant = tianzhen()
        table = dict(zip(plant.assumptions.ratings, plant.assumptions.eta_expander, strict=True))
        for rating, eta in table.items():
            assert expander_efficiency(plant, rating) == pytest.approx(eta)
        (low, eta_low), (high, eta_high), *_ = sorted(table.items())
        middle = expander_efficiency(plant, float(np.sqrt(low * high)))
        assert middle == pytest.approx(0.5 * (eta_low + eta_high))

    def test_held_beyond_its_ends(self) -> None:
        plant = tianzhen()
        assert expander_efficiency(plant, 1e3) == plant.assumptions.eta_expander[0]
        assert expander_efficiency(plant, 1e9) == plant.assumptions.eta_expander[-1]


class TestRejected:
    def rejected(self, outcome: Candidate | Rejected) -> ActedLimit | Shortage:
        assert isinstance(outcome, Rejected), outcome
        return outcome.obstacle

    def test_too_few_wells(self) -> None:
        short = self.rejected(tried(with_wells(quick(), 2, 0)))
        assert isinstance(short, Shortage)
        assert short.available == pytest.approx(2 * 58.23, abs=0.1)
        assert short.needed > short.available
        # What can be reached can be reached: the nearest feasible target.
        plant = quick()
        whole = 3e6 * int(short.reachable / 3e6)
        assert whole > 0.0
        candidate_of(tried(with_wells(replace(plant, target=whole), 2, 0)))

    def test_a_brine_that_boils_at_the_unit(self) -> None:
        plant = quick()
        wells = tuple(replace(well, p=7.5e5) for well in plant.wells)
        acted = self.rejected(tried(replace(plant, wells=wells)))
        assert isinstance(acted, ActedLimit)
        assert acted.bound is Bound.BUBBLE_POINT
        assert acted.value < acted.limit == plant.gathering.bubble_margin

    def test_a_unit_that_makes_less_than_the_plant_takes(self) -> None:
        plant = quick()
        gathering = replace(plant.gathering, injection_pressure=100e5, eta_pump=0.02)
        acted = self.rejected(tried(replace(plant, gathering=gathering)))
        assert isinstance(acted, ActedLimit)
        assert acted.bound is Bound.NET_POWER
        assert acted.value <= 0.0

    def test_a_brine_too_cold_for_the_layout(self) -> None:
        plant = quick()
        wells = tuple(replace(well, T=295.0) for well in plant.wells)
        limits = replace(plant.limits, T_reinjection_min=285.0)
        acted = self.rejected(tried(replace(plant, wells=wells, limits=limits)))
        assert isinstance(acted, ActedLimit)
        assert acted.bound in (Bound.GEOFLUID_INLET, Bound.EVAPORATING_PRESSURE)


class TestPilot:
    def test_two_units_that_stand_there(self) -> None:
        found = candidate_of(given_plant(pilot()))
        assert [block.rating for block in found.blocks] == [300e3, 280e3]
        assert [block.count for block in found.blocks] == [1, 1]
        assert found.installed == 580e3
        assert found.wells == (1,)
        assert_sound(pilot(), found)
        assert float(found.geofluid.quality) > 0.02  # steam and water, as the press says

    def test_units_that_miss_the_target_are_not_an_answer(self) -> None:
        outcome = given_plant(replace(pilot(), target=1000e3))
        assert isinstance(outcome, Rejected)
