"""The 20 MW plant and the pilot: what the answer must be, and when there is none."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from orcplant.errors import InfeasibleDesignError
from orcplant.plant.candidate import Rejected, T_reinjection
from orcplant.plant.sizing import size
from orcplant.plant.spec import PlantSpec, TargetBasis
from orcplant.plant.study import steps, study
from tests.plant.plants import (
    pilot,
    quick,
    sized,
    sized_pilot,
    tiny,
    with_wells,
)
from tests.plant.test_candidate import assert_sound

BASES = tuple(TargetBasis)


@pytest.mark.parametrize("basis", BASES)
class TestTwentyMegawatts:
    def test_wells(self, basis: TargetBasis) -> None:
        low, high = {"installed": (6, 8), "net": (7, 9)}[basis]
        assert low <= sum(sized(basis).best.wells) <= high

    def test_power_per_brine(self, basis: TargetBasis) -> None:
        best = sized(basis).best
        assert best.unit_net / float(best.geofluid.mass_flow) / 1e3 == pytest.approx(43.0, rel=0.15)

    def test_every_candidate_holds_the_target(self, basis: TargetBasis) -> None:
        found = sized(basis)
        assert len(found.candidates) >= 10
        for candidate in found.candidates:
            assert_sound(found.plant, candidate)
            held = candidate.installed if basis is TargetBasis.INSTALLED else candidate.plant_net
            assert held >= 20e6 * (1.0 - 1e-9)

    def test_the_best_is_the_cheapest_and_all_are_in_order(self, basis: TargetBasis) -> None:
        found = sized(basis)
        costs = [candidate.cost_of_target(found.plant) for candidate in found.candidates]
        assert costs == sorted(costs)
        assert found.best is found.candidates[0]

    def test_every_rating_was_tried(self, basis: TargetBasis) -> None:
        found = sized(basis)
        assert {block.rating for c in found.candidates for block in c.blocks} == set(found.plant.ratings)


def test_net_asks_for_more_than_installed() -> None:
    installed, net = (sized(basis).best for basis in (TargetBasis.INSTALLED, TargetBasis.NET))
    assert net.installed > installed.installed
    assert sum(net.wells) >= sum(installed.wells)
    assert net.plant_net >= 20e6 > installed.plant_net


def test_the_plan_s_price_is_in_sight() -> None:
    best = sized(TargetBasis.INSTALLED).best
    assert best.capital.total / best.installed == pytest.approx(20.0, rel=0.3)  # [CNY/W]


def test_the_pilot() -> None:
    found = sized_pilot()
    assert found.screening is None
    assert found.best.installed == 580e3
    assert [block.name.split(",")[0] for block in found.best.blocks] == ["unit 1", "unit 2"]
    assert sum(found.best.wells) == 1
    # A nameplate of 580 kW leaves less than that, and a small plant is not a tenth of it.
    assert 0.6 * 580e3 < found.best.plant_net < 580e3
    assert T_reinjection(found.best.blocks) >= pilot().limits.T_reinjection_min - 0.01


def test_the_same_answer_twice() -> None:
    first, second = (size(tiny()) for _ in range(2))
    assert [c.plant_net for c in first.candidates] == [c.plant_net for c in second.candidates]
    assert [c.capital.total for c in first.candidates] == [c.capital.total for c in second.candidates]


class TestDirection:
    @staticmethod
    def cheapest(plant: PlantSpec) -> float:
        return size(plant).best.cost_of_target(plant)

    @pytest.mark.slow
    def test_more_freedom_never_costs_more(self) -> None:
        plant = quick()
        start = self.cheapest(plant)
        assert self.cheapest(replace(plant, ratings=(1e6, 2e6, 3e6))) <= start
        assert self.cheapest(replace(plant, ratings=(3e6,))) >= start
        narrow = replace(plant, layouts=plant.layouts[:1])
        assert self.cheapest(narrow) >= start * (1.0 - 1e-3)

    def test_colder_wells_cost_more(self) -> None:
        plant = tiny()
        colder = replace(plant, wells=tuple(replace(well, T=well.T - 15.0) for well in plant.wells))
        assert self.cheapest(colder) > self.cheapest(plant)

    def test_a_series_pays_for_small_units_only_if_it_learns(self) -> None:
        plant = tiny(ratings=(0.5e6, 5e6))
        steep = replace(plant.costs, scale_exponent=1.0, learning=0.8)
        flat = replace(plant.costs, scale_exponent=0.6, learning=1.0)
        small, large = (size(replace(plant, costs=costs)).best.blocks[0].rating for costs in (steep, flat))
        assert (small, large) == (0.5e6, 5e6)


def refused(plant: PlantSpec) -> str:
    with pytest.raises(InfeasibleDesignError) as caught:
        size(plant)
    text = str(caught.value)
    assert text.isprintable()
    assert len(text) < 300
    return text


class TestNoAnswer:
    def test_no_well(self) -> None:
        assert "at least 1 needed" in refused(with_wells(tiny(), 0, 0))
        assert "at least 1 needed" in refused(replace(tiny(), wells=()))

    @pytest.mark.parametrize("target", [0.0, -1.0])
    def test_a_target_of_nothing(self, target: float) -> None:
        assert "more than 0 kW" in refused(replace(tiny(), target=target))

    def test_a_target_next_to_nothing_is_one_unit(self) -> None:
        for target in (1e-6, 1.0, 1e3):
            best = size(replace(tiny(), target=target)).best
            assert best.blocks[0].count == 1
            assert sum(best.wells) == 1

    def test_no_fluid(self) -> None:
        assert "no fluid and layout is allowed" in refused(replace(tiny(), fluids=()))

    def test_no_admissible_fluid(self) -> None:
        text = refused(replace(tiny(), limits=replace(tiny().limits, GWP_max=0.0)))
        assert "GWP of the fluid" in text
        assert "at most 0 allowed" in text

    def test_a_reinjection_limit_above_the_brine(self) -> None:
        text = refused(replace(tiny(), limits=replace(tiny().limits, T_reinjection_min=165.0 + 273.15)))
        assert "limits.T_reinjection_min_C = 165.0 C" in text
        assert "160.2 C" in text

    @pytest.mark.parametrize("T_degC", [155.0, 159.0, 160.1])
    def test_a_reinjection_limit_that_leaves_next_to_nothing(self, T_degC: float) -> None:
        plant = replace(tiny(), limits=replace(tiny().limits, T_reinjection_min=T_degC + 273.15))
        text = refused(plant)
        # Whatever is in the way, a value and a limit that is not already met.
        assert "needed" in text or "needs" in text

    def test_too_few_wells_name_what_they_carry(self) -> None:
        text = refused(with_wells(tiny(), 3, 0))
        assert "target 20000 kW (installed) needs" in text
        assert "the 3 wells available give 174.7 kg/s, enough for" in text
        reachable = float(text.rsplit("enough for ", 1)[1].split(" kW")[0]) * 1e3
        reached = size(with_wells(replace(tiny(), target=3e6 * int(reachable / 3e6)), 3, 0)).best
        assert sum(reached.wells) <= 3

    def test_every_combination_fails_for_its_own_reason(self) -> None:
        plant = tiny()
        hot = replace(plant, wells=tuple(replace(well, p=7.6e5) for well in plant.wells))
        text = refused(hot)
        assert "combinations fail; nearest" in text
        assert "margin above the bubble point" in text
        assert "at least 1.00 bar needed" in text

    @pytest.mark.parametrize("p", [34e5, 40e5, 80e5])
    def test_a_condensing_pressure_no_fluid_reaches(self, p: float) -> None:
        text = refused(replace(tiny(), limits=replace(tiny().limits, p_cond_min=p)))
        assert "condensing pressure" in text

    def test_pipes_that_take_more_pressure_than_the_well_has(self) -> None:
        plant = tiny(gathering=replace(tiny().gathering, pressure_drop=20e5))
        assert "pressure" in refused(plant)

    def test_a_pilot_whose_units_do_not_make_the_target(self) -> None:
        text = refused(replace(pilot(), target=1000e3))
        assert "580" in text
        assert "1000" in text

    def test_ambient_as_hot_as_the_brine(self) -> None:
        plant = tiny()
        wells = tuple(replace(well, T=330.0) for well in plant.wells)
        text = refused(
            replace(
                plant,
                wells=wells,
                site=replace(plant.site, T_ambient=325.0),
                limits=replace(plant.limits, T_reinjection_min=280.0),
            )
        )
        assert "needed" in text


class TestStudy:
    def test_a_short_study_and_a_full_one(self) -> None:
        told: list[str] = []
        plant = tiny()
        short = study(plant, in_full=False)
        assert (short.changes, short.like) == ((), ())
        full = study(plant, progress=told.append)
        assert full.sizing.best.plant_net == short.sizing.best.plant_net
        assert len(full.changes) > 20
        assert {name for name, _ in full.like} == {well.name for well in plant.wells}
        assert steps(plant, in_full=False) < len(told) + 5 <= steps(plant) + 5


def test_given_units_skip_the_search() -> None:
    told: list[str] = []
    tell: Callable[[str], None] = told.append
    assert not isinstance(size(pilot(), progress=tell).best, Rejected)
    assert len(told) == 1
