"""The ranking of fluids and layouts, and the reasons why others lost."""

from dataclasses import replace

import numpy as np
import pytest

from orcplant.plant.refusal import obstacle_text
from orcplant.plant.screening import Screening, middle_rating, not_admissible, screen
from orcplant.plant.spec import TargetBasis
from orcplant.thermo.design import Bound
from tests.plant.plants import quick, sized, tianzhen, with_wells


@pytest.fixture(scope="module")
def screening() -> Screening:
    found = sized(TargetBasis.INSTALLED).screening
    assert found is not None
    return found


def test_every_combination_is_ranked_or_has_a_reason(screening: Screening) -> None:
    plant = tianzhen()
    assert len(plant.fluids) >= 20
    ranked = {(r.design.fluid.name, r.design.layout.name) for r in screening.ranked}
    failed = {(f.fluid.name, f.layout.name) for f in screening.failed}
    everything = {(fluid.name, layout.name) for fluid in plant.fluids for layout in plant.layouts}
    assert ranked | failed == everything
    assert not ranked & failed
    assert len(screening.ranked) + len(screening.failed) == len(everything)


def test_best_first_and_how_far_behind(screening: Screening) -> None:
    nets = [entry.design.net for entry in screening.ranked]
    assert nets == sorted(nets, reverse=True)
    assert screening.ranked[0].behind == 0.0
    for entry, net in zip(screening.ranked, nets, strict=True):
        assert entry.behind == pytest.approx(1.0 - net / nets[0])


def test_power_per_brine_is_that_of_optimised_plants(screening: Screening) -> None:
    # Correlation of built plants at 160.2 C brine and 10 C air: 43.6 kJ/kg, within 15 %.
    assert screening.ranked[0].design.net / 1e3 == pytest.approx(43.58, rel=0.15)
    isobutane = next(r for r in screening.ranked if r.design.fluid.name == "IsoButane")
    assert isobutane.design.net / 1e3 == pytest.approx(43.58, rel=0.05)


def test_designs_lie_on_the_reference_equation(screening: Screening) -> None:
    for entry in screening.ranked:
        level = entry.design.result.spec.levels[0]
        assert type(level.fluid).__name__ == "Fluid"
        assert entry.design.result.status.ok
        tabulated = entry.design.optimum.value
        assert float(entry.design.result.power.net) == pytest.approx(tabulated, rel=1e-3)


def test_a_layout_with_a_recuperator_is_never_much_worse(screening: Screening) -> None:
    net = {(r.design.fluid.name, r.design.layout.name): r.design.net for r in screening.ranked}
    for (fluid, layout), value in net.items():
        if layout == "recuperated":
            assert value >= net[fluid, "simple"] * (1.0 - 2e-3), fluid


def test_the_environment_excludes_by_name_of_the_bound(screening: Screening) -> None:
    reasons = {entry.fluid.name: entry.obstacle for entry in screening.failed}
    assert reasons["R245fa"].bound is Bound.WARMING
    assert "GWP of the fluid 962, at most 150 allowed" in obstacle_text(reasons["R245fa"])


def test_an_unknown_value_is_no_permission() -> None:
    plant = tianzhen()
    (fluid, *_) = plant.fluids
    unknown = replace(fluid, GWP=np.nan)
    acted = not_admissible(plant, unknown)
    assert acted is not None
    assert acted.bound is Bound.WARMING
    assert "unknown" in obstacle_text(acted)
    assert not_admissible(plant, replace(fluid, ODP=1.0)) is not None
    assert not_admissible(plant, replace(fluid, GWP=plant.limits.GWP_max, ODP=plant.limits.ODP_max)) is None


def test_the_middle_rating() -> None:
    assert middle_rating(replace(tianzhen(), ratings=(5e6, 1e6, 2e6))) == 2e6
    assert middle_rating(replace(tianzhen(), ratings=(1e6,))) == 1e6


def test_a_kind_of_well_that_is_not_there_is_not_screened_for() -> None:
    found = screen(with_wells(quick(), 0, 30))
    assert float(found.geofluid.T) == pytest.approx(140.0 + 273.15, abs=0.1)


def test_two_names_of_one_fluid_are_one_fluid() -> None:
    plant = tianzhen()
    assert len({fluid.name for fluid in plant.fluids}) == len(plant.fluids)


def test_the_same_twice() -> None:
    first, second = (screen(quick()) for _ in range(2))
    assert [r.design.net for r in first.ranked] == [r.design.net for r in second.ranked]
