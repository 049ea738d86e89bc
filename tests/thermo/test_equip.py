"""Hardware of a design point: areas against brute force, scaling, refusals."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from orcplant.errors import InputError
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.equip import equip
from orcplant.thermo.hardware import CoolantKind, Zone
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import HeaterPinch, LevelSpec, NoCooling, SaturationTemperature, Superheat
from orcplant.thermo.state import Array
from tests.thermo.layouts import solved
from tests.thermo.support import condenser_differences, heater_differences, simple_level, simple_spec
from tests.thermo.units import EQUIPMENT, LAYOUTS, designed


@pytest.mark.parametrize(("fluid", "UA"), [("Isopentane", 490.1e3), ("R245fa", 490.1e3)])
def test_evaporator_of_the_reference_case(fluid: str, UA: float) -> None:
    """TESPy 0.11.3 with CoolProp 8.0.0, brine of 150 C to 105 C against 100 C: UA = 490.1 kW/K."""
    layout = "water-cooled" if fluid == "Isopentane" else "water-cooled R245fa"
    assert designed(layout).hardware.level.heater.evaporate.UA == pytest.approx(UA, rel=2e-4)


@pytest.mark.parametrize("layout", [one for one in LAYOUTS if one != "two-phase"])
def test_areas_against_five_thousand_stations(layout: str) -> None:
    """Cells with log-mean differences against duty over local difference, asked of CoolProp.

    Widest apart (1.04 % of UA) where isobutane is heated at 61 % of its critical pressure: its heat capacity
    grows fast towards the bubble point, in four cells.
    """
    result, hardware = designed(layout).result, designed(layout).hardware
    heater, condenser = hardware.level.heater, hardware.condenser
    level = result.levels[0]
    found = heater_differences(result)
    flow = float(level.mass_flow)
    total = flow * (level.expander_in.h - level.recuperation.cold_out.h)
    UA_all = heater.preheat.UA + heater.evaporate.UA + heater.superheat.UA
    assert UA_all == pytest.approx(_conductance(float(total), found.dT), rel=1.2e-2)
    total = flow * (level.recuperation.hot_out.h - level.pump_in.h)
    UA_all = condenser.desuperheat.UA + condenser.condense.UA + condenser.subcool.UA
    assert UA_all == pytest.approx(_conductance(float(total), condenser_differences(result)), rel=1.2e-2)


def _conductance(duty: float, differences: Array) -> float:
    """Sum of duty over local difference [W/K], stations even in duty."""
    middle = 0.5 * (1.0 / differences[:-1] + 1.0 / differences[1:])
    return float(np.mean(middle) * duty)


def test_zones_keep_their_assumed_coefficients() -> None:
    hardware = designed("superheated").hardware
    zone = hardware.level.heater.superheat
    assert isinstance(zone, Zone)
    assert (zone.U, zone.other_share, zone.other_exponent, zone.fluid_exponent) == (150.0, 0.1, 0.8, 0.8)
    assert zone.area > 0.0
    assert hardware.condenser.subcool.area > 0.0
    assert designed("simple").hardware.level.heater.superheat.area == 0.0
    assert designed("simple").hardware.condenser.subcool.area == 0.0
    assert designed("simple").hardware.level.recuperator is None


def test_the_unit_says_what_it_was_designed_for() -> None:
    result, hardware = designed("recuperated").result, designed("recuperated").hardware
    level, point = hardware.level, hardware.design
    assert level.fluid == "R1336mzz(E)"
    assert level.superheat == pytest.approx(3.0, abs=1e-6)
    assert hardware.subcooling == pytest.approx(2.0, abs=1e-6)
    assert point.T_evap == pytest.approx(378.15, abs=1e-6)
    assert point.T_cond == pytest.approx(308.15, abs=1e-6)
    assert point.net == pytest.approx(float(result.power.net), rel=1e-12)
    assert hardware.cooler.kind is CoolantKind.AIR
    assert hardware.cooler.power == pytest.approx(float(result.power.fan), rel=1e-12)
    assert designed("water-cooled").hardware.cooler.kind is CoolantKind.WATER
    assert level.expander.volume_flow == pytest.approx(
        float(result.levels[0].mass_flow / result.levels[0].expander_out.rho), rel=1e-12
    )


def test_a_rating_scales_flows_areas_and_machines_alike() -> None:
    result = designed("recuperated").result
    as_is, scaled = designed("recuperated").hardware, equip(result, EQUIPMENT, rating=3e6)
    ratio = 3e6 / as_is.generator.rating
    assert scaled.generator.rating == 3e6
    one, other = as_is.level, scaled.level
    assert one.recuperator is not None
    assert other.recuperator is not None
    for name, (small, large) in {
        "preheater": (one.heater.preheat.area, other.heater.preheat.area),
        "evaporator": (one.heater.evaporate.area, other.heater.evaporate.area),
        "condenser": (as_is.condenser.condense.area, scaled.condenser.condense.area),
        "recuperator": (one.recuperator.area, other.recuperator.area),
        "brine": (as_is.design.mass_flow, scaled.design.mass_flow),
        "coolant": (as_is.condenser.coolant_flow, scaled.condenser.coolant_flow),
        "turbine": (one.expander.mass_flow, other.expander.mass_flow),
        "pump": (one.pump.volume_flow, other.pump.volume_flow),
        "fans": (as_is.cooler.power, scaled.cooler.power),
        "net": (as_is.design.net, scaled.design.net),
    }.items():
        assert large / small == pytest.approx(ratio, rel=1e-9), name
    assert other.pump.rise == one.pump.rise
    assert other.expander.p_in == one.expander.p_in


def test_the_evaporator_is_built_for_its_margin_but_not_for_critical_pressure() -> None:
    """Isopentane: 1.5 times its 7.2 bar. R134a at 32 bar: 95 % of its critical 40.6 bar."""
    low = designed("simple")
    assert low.hardware.limits.p_evap_max == pytest.approx(1.5 * low.hardware.level.expander.p_in, rel=1e-12)
    hot = equip(solve_cycle(simple_spec(simple_level("R134a", 363.15))), EQUIPMENT)
    assert hot.limits.p_evap_max == pytest.approx(0.95 * 40.5928e5, rel=1e-4)


def _no_coolant() -> CycleResult:
    return solve_cycle(replace(simple_spec(), cooling=NoCooling()))


def _too_cold() -> CycleResult:
    spec = simple_spec()
    assert isinstance(spec.source, HeaterPinch)
    cold = replace(spec.source, geofluid=replace(spec.source.geofluid, T=370.0))
    return solve_cycle(replace(spec, source=cold))


def _several() -> CycleResult:
    level = LevelSpec(
        simple_level().fluid, SaturationTemperature(np.array([363.15, 373.15])), Superheat(), 0.8
    )
    return solve_cycle(simple_spec(level))


@pytest.mark.parametrize(
    ("design", "obstacle"),
    [
        (lambda: solved("dual_level"), "two pressure levels"),
        (lambda: solved("mixture"), "a mixture"),
        (lambda: solved("transcritical"), "a transcritical heater"),
        (lambda: solved("bare"), "no geofluid"),
        (_no_coolant, "no coolant"),
        (_too_cold, "no solution"),
        (_several, "several scenarios"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_what_cannot_be_rated_is_refused(design: Callable[[], CycleResult], obstacle: str) -> None:
    with pytest.raises(InputError) as caught:
        equip(design(), EQUIPMENT)
    text = str(caught.value)
    assert text == f"off-design needs one subcritical level of a pure fluid; this cycle has {obstacle}"
    assert "\n" not in text


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"p_cond_min": 9e5}, "condensing pressure"),
        ({"p_cond_max": 0.5e5}, "condensing pressure"),
        ({"T_return_min": 400.0}, "geofluid outlet"),
    ],
)
def test_a_design_outside_its_own_limits_is_refused(change: dict[str, Any], name: str) -> None:
    with pytest.raises(InputError, match=f"{name} .* at design is outside its limits"):
        equip(designed("simple").result, replace(EQUIPMENT, **change))
