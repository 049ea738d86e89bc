"""Hardware of sized units: limits from the plant, and the design point again."""

from dataclasses import replace

import numpy as np
import pytest

from orcplant.plant.equipment import NotRateable, hardware_of
from orcplant.plant.sizing import size
from orcplant.plant.spec import Layout
from orcplant.thermo.design import Regime
from orcplant.thermo.offdesign import design_boundary, rate
from orcplant.thermo.properties import Fluid
from orcplant.thermo.spec import NoRecuperator
from tests.plant.plants import pilot, sized_pilot, tiny
from tests.plant.steel import large_unit, pilot_units


def test_units_give_back_their_design() -> None:
    for hardware in (large_unit(), *pilot_units()):
        point = rate(hardware, design_boundary(hardware))
        assert point.status.reason == 0
        assert point.net == pytest.approx(hardware.design.net, rel=1e-6)
        assert point.gross == pytest.approx(hardware.generator.rating, rel=1e-6)
        assert point.limits == 0


def test_limits_of_operation_are_those_of_the_plant() -> None:
    plant, hardware = tiny(), large_unit()
    fluid = Fluid(hardware.level.fluid)
    assert hardware.generator.rating == pytest.approx(3e6)
    assert hardware.limits.p_cond_min == plant.limits.p_cond_min
    assert hardware.limits.T_return_min == plant.limits.T_reinjection_min
    assert hardware.limits.p_cond_max == pytest.approx(fluid.p_bubble(plant.equipment.T_cond_max))
    assert hardware.limits.p_evap_max == pytest.approx(
        plant.equipment.p_evap_margin * hardware.level.expander.p_in
    )


def test_a_condenser_stays_below_the_tables() -> None:
    plant = pilot()
    hot = replace(plant, equipment=replace(plant.equipment, T_cond_max=600.0))
    hardware = hardware_of(hot, sized_pilot().best.blocks[0])
    assert not isinstance(hardware, NotRateable)
    assert hardware.limits.p_cond_max == pytest.approx(0.6 * Fluid(hardware.level.fluid).limits.p_crit)


def test_units_of_one_design_differ_in_size_only() -> None:
    large, small = pilot_units()
    ratio = small.generator.rating / large.generator.rating
    assert ratio == pytest.approx(280.0 / 300.0)
    assert small.level.heater.area / large.level.heater.area == pytest.approx(ratio, rel=1e-3)
    assert small.condenser.area / large.condenser.area == pytest.approx(ratio, rel=1e-3)


def test_a_transcritical_unit_says_why_it_is_not_followed() -> None:
    layout = Layout("transcritical", Regime.TRANSCRITICAL, NoRecuperator(), (1.05, 1.6))
    plant = tiny(layouts=(layout,))
    outcome = hardware_of(plant, size(plant).best.blocks[0])
    assert isinstance(outcome, NotRateable)
    assert "transcritical" in outcome.why


def test_areas_are_positive_and_of_a_sensible_size() -> None:
    hardware = large_unit()
    per_kW = hardware.condenser.area / (hardware.generator.rating / 1e3)
    assert 0.3 < per_kW < 10.0  # bare tube surface
    assert np.isfinite(hardware.level.heater.area)
