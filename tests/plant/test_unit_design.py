"""A unit designed on tables and solved on the reference equation."""

from dataclasses import replace

import numpy as np
import pytest

from orcplant.plant.spec import PlantSpec
from orcplant.plant.unit_design import REFERENCE_FLOW, UnitDesign, design_unit
from orcplant.thermo import geofluid as geo
from orcplant.thermo.design import NoDesign
from orcplant.thermo.geofluid import Geofluid
from tests.plant.plants import KELVIN, pilot, tianzhen, tiny


def designed(plant: PlantSpec, geofluid: Geofluid, *, fluid: int = 0) -> UnitDesign:
    found = design_unit(plant, plant.fluids[fluid], plant.layouts[0], geofluid, rating=1e6)
    assert isinstance(found, UnitDesign), found
    return found


def liquid(T_degC: float = 160.2) -> Geofluid:
    return geo.liquid(T=T_degC + KELVIN, p=10.2e5, mass_flow=1.0)


def test_powers_per_brine_close() -> None:
    unit = designed(tiny(), liquid())
    assert unit.gross - unit.feed_pump - unit.fan == pytest.approx(unit.net, rel=1e-12)
    assert unit.gross == pytest.approx(float(unit.result.power.generator) / REFERENCE_FLOW)
    assert 0.0 < unit.feed_pump < unit.fan < unit.net < unit.gross


def test_the_flow_of_the_geofluid_does_not_matter() -> None:
    small, large = (designed(tiny(), replace(liquid(), mass_flow=flow)) for flow in (1.0, 1000.0))
    assert small.net == large.net
    assert small.T_out == large.T_out


def test_a_larger_unit_has_a_better_expander() -> None:
    plant = tiny()
    nets = []
    for rating in (250e3, 1e6, 5e6):
        found = design_unit(plant, plant.fluids[0], plant.layouts[0], liquid(), rating=rating)
        assert isinstance(found, UnitDesign)
        nets.append(found.net)
    assert nets == sorted(nets)
    assert nets[0] < nets[-1]


@pytest.mark.parametrize("fluid", range(3))
@pytest.mark.parametrize("quality", [0.0, 0.05, 0.2867, 0.5, 1.0])
def test_a_design_found_on_tables_is_one_on_the_reference(fluid: int, quality: float) -> None:
    # Steam drives the turbine inlet up to brine less pinch, where a table's microkelvin decides.
    for T_degC in (132.16, 145.0, 160.0):
        geofluid = geo.two_phase(T=T_degC + KELVIN, quality=quality, mass_flow=1.0)
        unit = designed(tiny(), geofluid, fluid=fluid)
        assert unit.result.status.ok
        for value in (unit.gross, unit.net, unit.T_out):
            assert np.isfinite(value)
        assert unit.net * REFERENCE_FLOW == pytest.approx(unit.optimum.value, rel=1e-3)


def test_the_pilot_on_wet_steam() -> None:
    plant = pilot()
    geofluid = geo.two_phase(T=405.3098318949794, quality=0.33069964971, mass_flow=58.2)
    unit = designed(plant, geofluid)
    assert unit.result.status.ok
    assert np.isfinite(unit.gross)


@pytest.mark.parametrize("pinch", [60.0, 90.0, 104.41, 120.0])
def test_a_unit_that_would_take_power_is_no_design(pinch: float) -> None:
    plant = tiny()
    hot = replace(plant, assumptions=replace(plant.assumptions, pinch_condenser=pinch))
    for fluid in hot.fluids:
        found = design_unit(hot, fluid, hot.layouts[0], liquid(), rating=1e6)
        if isinstance(found, UnitDesign):
            level = found.result.levels[0]
            assert found.gross > 0.0
            assert float(level.pump_in.p) < float(level.pump_out.p)


def test_why_there_is_none() -> None:
    plant = tianzhen()
    found = design_unit(plant, plant.fluids[0], plant.layouts[0], liquid(30.0), rating=1e6)
    assert isinstance(found, NoDesign)
