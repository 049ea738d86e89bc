"""Two models of one operating point: hardware on tables, and the cycle on the reference equations."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.hardware import Hardware
from orcplant.thermo.offdesign import Boundary, Control, Means, OperatingPoint, design_boundary, rate
from orcplant.thermo.point_cycle import cycle_of
from orcplant.thermo.spec import FlowGiven
from tests.plant.steel import large_unit, pilot_units, recuperated_unit


def brine(hardware: Hardware, dT: float, flow: float) -> Geofluid:
    point = hardware.design
    if np.isnan(point.quality):
        return geo.liquid(T=point.T + dT, p=point.p, mass_flow=flow * point.mass_flow)
    return geo.two_phase(T=point.T + dT, quality=point.quality, mass_flow=flow * point.mass_flow)


def agree(hardware: Hardware, boundary: Boundary, point: OperatingPoint) -> None:
    result = solve_cycle(cycle_of(hardware, boundary, point))
    assert result.status.ok
    pairs = {
        "net": (result.power.net, point.net),
        "gross": (result.power.generator, point.gross),
        "pump": (result.power.pump, point.pump),
        "cooler": (result.power.fan, point.cooler),
        "heat in": (result.duty.heat_in, point.heat_in),
        "condenser": (result.duty.condenser, point.condenser),
        "recuperator": (result.duty.recuperator, point.level.recuperated),
        "flow": (result.levels[0].mass_flow, point.level.mass_flow),
    }
    for name, (cycle, rated) in pairs.items():
        # A thousandth of gross keeps small pumps from asking more than tables give.
        scale = max(abs(float(rated)), 1e-3 * float(point.gross))
        assert abs(float(cycle) - float(rated)) < 1e-5 * scale, name
    assert result.condensers[0].T_out == pytest.approx(point.T_coolant_out, abs=1e-3)
    assert result.condensers[0].pinch == pytest.approx(point.pinch_condenser, abs=1e-3)


UNITS: dict[str, Callable[[], Hardware]] = {
    "large": large_unit,
    "recuperated": recuperated_unit,
    "pilot": lambda: pilot_units()[1],
}


@pytest.mark.parametrize("unit", UNITS)
def test_both_models_say_the_same(unit: str) -> None:
    hardware = UNITS[unit]()
    rng, solved = np.random.default_rng(4), 0
    for k in range(24):
        flow, dT, T_air = rng.uniform(0.4, 1.1), rng.uniform(-20.0, 4.0), rng.uniform(-25.0, 35.0)
        boundary = Boundary(brine(hardware, dT, flow), T_air + 273.15, hardware.design.p_coolant)
        point = rate(hardware, boundary, Control(means=list(Means)[k % 3]))
        if point.ok:
            agree(hardware, boundary, point)
            solved += 1
    assert solved >= 15


def test_design_point_as_a_cycle() -> None:
    hardware = large_unit()
    boundary = design_boundary(hardware)
    result = solve_cycle(cycle_of(hardware, boundary, rate(hardware, boundary)))
    assert float(result.power.net) == pytest.approx(hardware.design.net, rel=1e-6)


def test_a_throttled_valve_is_part_of_the_expansion() -> None:
    unit = large_unit()
    hardware = replace(unit, limits=replace(unit.limits, T_return_min=0.0))
    boundary = design_boundary(hardware)
    point = rate(hardware, boundary, Control(means=Means.INLET_VALVE, net_max=0.8 * hardware.design.net))
    assert point.valve < 0.9
    spec = cycle_of(hardware, boundary, point)
    assert spec.levels[0].eta_expander < point.level.eta_expander
    agree(hardware, boundary, point)


def test_steam_left_at_the_outlet_leaves_the_flow_to_the_unit() -> None:
    unit = pilot_units()[0]
    heater = unit.level.heater
    few = {
        name: replace(getattr(heater, name), area=0.3 * getattr(heater, name).area)
        for name in ("preheat", "evaporate", "superheat")
    }
    hardware = replace(unit, levels=(replace(unit.level, heater=replace(heater, **few)),))
    design = hardware.design
    steamy = geo.two_phase(T=design.T, quality=0.6, mass_flow=design.mass_flow)
    boundary = Boundary(steamy, design.T_coolant, design.p_coolant)
    point = rate(hardware, boundary)
    assert point.T_geofluid_out == pytest.approx(design.T, abs=1e-6)
    assert isinstance(cycle_of(hardware, boundary, point).source, FlowGiven)
    agree(hardware, boundary, point)


def test_only_a_running_unit_is_a_cycle() -> None:
    hardware = large_unit()
    cold = Boundary(brine(hardware, -80.0, 0.3), 300.0, hardware.design.p_coolant)
    with pytest.raises(ValueError, match="runs"):
        cycle_of(hardware, cold, rate(hardware, cold))
    many = Boundary(design_boundary(hardware).geofluid, np.array([280.0, 290.0]), hardware.design.p_coolant)
    with pytest.raises(ValueError, match="one point"):
        cycle_of(hardware, many, rate(hardware, many))
