"""What must hold of every cycle: balances, the second law, directions, continuity, arrays."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from orcplant.errors import PropertyError
from orcplant.thermo import geofluid as geo
from orcplant.thermo.cooling import coolant
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.media import water_saturation
from orcplant.thermo.properties import Fluid
from orcplant.thermo.result import CycleResult, Warn
from orcplant.thermo.spec import (
    AirCooling,
    CoolantFlow,
    CoolantOutlet,
    CycleSpec,
    FlowGiven,
    GeofluidOutlet,
    HeaterPinch,
    LevelSpec,
    NoCooling,
    NoRecuperator,
    Pressure,
    RecuperatorEffectiveness,
    RecuperatorPinch,
    SaturationTemperature,
    Subcooling,
    Superheat,
    Temperature,
    WaterCooling,
)
from orcplant.thermo.state import Array
from orcplant.thermo.status import Reason
from tests.thermo.strategies import floats, specs
from tests.thermo.support import (
    KELVIN,
    condenser_differences,
    dual_spec,
    heater_differences,
    recuperator_differences,
    simple_level,
    simple_spec,
)

ENERGY = 1e-9  # of the heat taken in
ROUNDING = 1e-9  # of a power: what a refined pinch may waver
property_based = settings(
    derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.filter_too_much]
)
with_brute_force = settings(property_based, max_examples=40)


def solved(spec: CycleSpec) -> CycleResult:
    """Solve, and leave out what is outside an equation of state or has no answer."""
    try:
        result = solve_cycle(spec)
    except PropertyError:
        assume(False)
    assume(bool(result.status.ok))
    return result


def brine_of(spec: CycleSpec) -> geo.Geofluid:
    assert isinstance(spec.source, HeaterPinch)
    return spec.source.geofluid


# --- balances ----------------------------------------------------------------------------------


@given(specs())
@property_based
def test_energy_closes(spec: CycleSpec) -> None:
    result = solved(spec)
    duty, power = result.duty, result.power
    residual = float(duty.heat_in + power.pump - power.expander - duty.condenser)
    assert abs(residual) <= ENERGY * duty.heat_in


@given(specs())
@property_based
def test_brine_and_coolant_carry_what_the_cycle_takes_and_gives(spec: CycleSpec) -> None:
    result, brine, cooling = solved(spec), brine_of(spec), spec.cooling
    assert not isinstance(cooling, NoCooling)
    given_up = brine.mass_flow * (geo.inlet_enthalpy(brine) - result.levels[-1].heater.h_out)
    assert given_up == pytest.approx(result.duty.heat_in, rel=ENERGY)
    medium = coolant(cooling)
    taken = sum(
        c.coolant_flow * (medium.enthalpy(c.T_out, cooling.p) - medium.enthalpy(cooling.T_in, cooling.p))
        for c in result.condensers
    )
    assert taken == pytest.approx(result.duty.condenser, rel=ENERGY)


@given(specs())
@property_based
def test_powers_add_up(spec: CycleSpec) -> None:
    power = solved(spec).power
    assert power.cycle == pytest.approx(power.expander - power.pump, rel=1e-12)
    assert power.generator == pytest.approx(power.expander * spec.eta_generator, rel=1e-12)
    assert power.net == pytest.approx(
        power.generator - power.pump - power.fan - power.cooling_pump, rel=1e-12, abs=1e-6
    )


# --- the second law ----------------------------------------------------------------------------


@given(specs())
@property_based
def test_efficiency_stays_below_carnot(spec: CycleSpec) -> None:
    result, cooling = solved(spec), spec.cooling
    assert not isinstance(cooling, NoCooling)
    assert result.eta_thermal < 1.0 - cooling.T_in / brine_of(spec).T


@given(specs())
@property_based
def test_machines_and_exchangers_make_entropy(spec: CycleSpec) -> None:
    for level in solved(spec).levels:
        assert level.expander_out.s >= level.expander_in.s - 1e-6
        assert level.pump_out.s >= level.pump_in.s - 1e-6
        recuperation = level.recuperation
        made = recuperation.cold_out.s - level.pump_out.s + recuperation.hot_out.s - level.expander_out.s
        assert made >= -1e-6


@given(specs(("subcritical", "near-critical", "transcritical")))
@with_brute_force
def test_no_exchanger_crosses_or_goes_below_its_pinch(spec: CycleSpec) -> None:
    result = solved(spec)
    source, cooling = spec.source, spec.cooling
    assert isinstance(source, HeaterPinch)
    assert not isinstance(cooling, NoCooling)
    found = heater_differences(result, 1000)
    slack = found.dT - np.where(found.is_liquid, source.preheater, source.evaporator)
    assert np.min(slack) >= -1e-3
    closure: Any = cooling.closure
    assert np.min(condenser_differences(result, 1000)) >= closure.dT - 1e-3
    if isinstance(spec.recuperator, RecuperatorPinch) and result.levels[0].recuperation.duty > 0.0:
        assert np.min(recuperator_differences(result, 1000)) >= spec.recuperator.dT - 1e-3


@given(specs(("dual",)))
@with_brute_force
def test_both_levels_keep_their_pinch_and_use_it_up(spec: CycleSpec) -> None:
    result, source = solved(spec), spec.source
    assert isinstance(source, HeaterPinch)
    for k in (0, 1):
        found = heater_differences(result, 1000, of_level=k)
        slack = found.dT - np.where(found.is_liquid, source.preheater, source.evaporator)
        assert np.min(slack[:-1]) == pytest.approx(0.0, abs=1e-3)


# --- directions that are theorems --------------------------------------------------------------
# At fixed states and pinch the working fluid's flow is the smallest of heat balances, each of which
# grows with the brine's enthalpy and shrinks with the pinch; every power is that flow times a constant.


@given(specs(("subcritical", "near-critical", "transcritical")), floats(0.1, 30.0))
@property_based
def test_warmer_liquid_brine_never_costs_power(spec: CycleSpec, rise: float) -> None:
    source = spec.source
    assert isinstance(source, HeaterPinch)
    T, p = float(source.geofluid.T), 100e5
    cold, warm = (
        replace(spec, source=replace(source, geofluid=geo.liquid(T=value, p=p, mass_flow=50.0)))
        for value in (T, T + rise)
    )
    before, after = solved(cold).power, solved(warm).power
    assert after.cycle >= before.cycle * (1.0 - ROUNDING)
    if before.net > 0.0:
        assert after.net >= before.net * (1.0 - ROUNDING)


@given(specs(("subcritical", "near-critical", "transcritical")), floats(0.0, 1.0), floats(0.0, 1.0))
@property_based
def test_more_steam_never_costs_power(spec: CycleSpec, one: float, other: float) -> None:
    source = spec.source
    assert isinstance(source, HeaterPinch)
    T, qualities = float(source.geofluid.T), sorted((one, other))
    dry, wet = (
        solved(replace(spec, source=replace(source, geofluid=geo.two_phase(T=T, quality=x, mass_flow=50.0))))
        for x in qualities
    )
    assert wet.power.cycle >= dry.power.cycle * (1.0 - ROUNDING)


@given(specs(), floats(0.01, 5.0))
@property_based
def test_a_wider_heater_pinch_never_gains_power(spec: CycleSpec, wider: float) -> None:
    source = spec.source
    assert isinstance(source, HeaterPinch)
    # The low level of two may gain what the high level loses.
    assume(len(spec.levels) == 1)
    wide = replace(source, evaporator=source.evaporator + wider, preheater=source.preheater + wider)
    before, after = solved(spec).power, solved(replace(spec, source=wide)).power
    assert after.cycle <= before.cycle * (1.0 + ROUNDING)


@given(specs(), floats(0.1, 5.0))
@property_based
def test_a_warmer_coolant_at_the_same_condensation_never_gains_power(spec: CycleSpec, rise: float) -> None:
    cooling = spec.cooling
    assert not isinstance(cooling, NoCooling)
    warmer = replace(spec, cooling=replace(cooling, T_in=cooling.T_in + rise))
    assert solved(warmer).power.net <= solved(spec).power.net


@given(specs(), floats(0.1, 5.0))
@property_based
def test_condensing_warmer_with_the_ambient_never_gains_power(spec: CycleSpec, rise: float) -> None:
    # Not a theorem near the critical pressure, where the vapour is hardly lighter than the liquid.
    cooling, condensation = spec.cooling, spec.condensation
    assert not isinstance(cooling, NoCooling)
    assert isinstance(condensation, SaturationTemperature)
    before = solved(spec)
    assume(before.power.net > 0.0)
    warmer = replace(
        spec,
        cooling=replace(cooling, T_in=cooling.T_in + rise),
        condensation=SaturationTemperature(condensation.T + rise),
    )
    assert solved(warmer).power.net <= before.power.net * (1.0 + ROUNDING)


@given(specs(), floats(0.001, 0.05))
@property_based
def test_a_better_expander_gives_more_power(spec: CycleSpec, gain: float) -> None:
    # A recuperator turns part of the gain into less preheating.
    plain = replace(spec, recuperator=NoRecuperator())
    better = tuple(replace(level, eta_expander=level.eta_expander + gain) for level in plain.levels)
    assert solved(replace(plain, levels=better)).power.cycle > solved(plain).power.cycle


@given(specs(), floats(0.02, 40.0))
@property_based
def test_everything_is_proportional_to_the_brine_flow(spec: CycleSpec, factor: float) -> None:
    source = spec.source
    assert isinstance(source, HeaterPinch)
    scaled = replace(source, geofluid=replace(source.geofluid, mass_flow=50.0 * factor))
    one, many = solved(spec), solved(replace(spec, source=scaled))
    assert many.power.net == pytest.approx(factor * one.power.net, rel=1e-9, abs=1e-3)
    assert many.T_geofluid_out == pytest.approx(one.T_geofluid_out, rel=1e-10)


# --- continuity --------------------------------------------------------------------------------


def test_power_is_continuous_across_the_bubble_point_of_the_brine() -> None:
    T = 433.35
    p = float(water_saturation().pressure(T))
    brines = [geo.liquid(T=T, p=p + dp, mass_flow=50.0) for dp in (1e3, 1.0)]
    brines += [geo.two_phase(T=T, quality=x, mass_flow=50.0) for x in (0.0, 1e-6)]
    power = [
        float(solve_cycle(replace(simple_spec(), source=HeaterPinch(brine, 5.0, 5.0))).power.cycle)
        for brine in brines
    ]
    assert power[1] == pytest.approx(power[2], rel=1e-6)
    assert power[3] == pytest.approx(power[2], rel=1e-4)
    assert power[0] == pytest.approx(power[1], rel=1e-4)


def test_steam_quality_from_0_to_1_is_one_smooth_run() -> None:
    quality = np.linspace(0.0, 1.0, 101)
    brine = geo.two_phase(T=433.35, quality=quality, mass_flow=50.0)
    result = solve_cycle(replace(simple_spec(), source=HeaterPinch(brine, 5.0, 5.0)))
    assert np.all(result.status.ok)
    steps = np.diff(np.asarray(result.power.cycle))
    assert np.all(steps >= 0.0)
    # Slope changes once, where the pinch leaves the bubble point for the cold end; it never jumps.
    assert np.max(steps) < 2.0 * steps[0]


def test_the_pinch_moves_from_the_bubble_point_to_the_cold_end_without_a_step() -> None:
    quality = np.linspace(0.0, 0.2, 201)
    brine = geo.two_phase(T=423.15, quality=quality, mass_flow=50.0)
    fluid = Fluid("IsoButane")
    level = LevelSpec(fluid, Pressure(29.0261e5), Superheat(3.0), 0.85)
    result = solve_cycle(replace(simple_spec(level), source=HeaterPinch(brine, 10.0, 5.0)))
    heater = result.levels[0].heater
    at_the_cold_end = np.asarray(heater.T_out) - result.levels[0].pump_out.T - 5.0 < 1e-3
    assert not at_the_cold_end[0]
    assert at_the_cold_end[-1]
    assert np.count_nonzero(np.diff(at_the_cold_end)) == 1
    assert np.max(np.abs(np.diff(np.asarray(heater.mass_flow), n=2))) < 0.02 * float(
        np.asarray(heater.mass_flow)[0]
    )


@pytest.mark.parametrize("quality", [0.0, 0.04, 0.06, 0.08, 0.1, 0.15])
def test_the_pinch_holds_on_both_sides_of_the_switch(quality: float) -> None:
    brine = geo.two_phase(T=423.15, quality=quality, mass_flow=50.0)
    level = LevelSpec(Fluid("IsoButane"), Pressure(29.0261e5), Superheat(3.0), 0.85)
    result = solve_cycle(replace(simple_spec(level), source=HeaterPinch(brine, 10.0, 5.0)))
    found = heater_differences(result)
    slack = found.dT - np.where(found.is_liquid, 5.0, 10.0)
    assert np.min(slack[:-1]) == pytest.approx(0.0, abs=1e-3)


def test_nothing_breaks_on_the_way_through_the_critical_pressure() -> None:
    fluid = Fluid("n-Butane")
    reduced = np.concatenate([np.linspace(0.9, 0.9995, 40), np.linspace(1.0005, 1.1, 40)])
    level = LevelSpec(fluid, Pressure(reduced * fluid.limits.p_crit), Temperature(440.0), 0.80)
    brine = geo.liquid(T=460.0, p=20e5, mass_flow=50.0)
    result = solve_cycle(replace(simple_spec(level), source=HeaterPinch(brine, 5.0, 5.0)))
    assert np.all(result.status.ok)
    power = np.asarray(result.power.cycle)
    assert np.max(np.abs(np.diff(power, n=2))) < 2e-3 * power[0]


def test_a_saturated_inlet_is_the_limit_of_a_superheated_one() -> None:
    power = [
        float(solve_cycle(simple_spec(simple_level(superheat=dT))).power.cycle) for dT in (0.0, 1e-5, 1e-3)
    ]
    assert power[1] == pytest.approx(power[0], rel=1e-6)
    assert power[2] == pytest.approx(power[0], rel=1e-4)


# --- arrays ------------------------------------------------------------------------------------


def random_scenarios(n: int) -> dict[str, Array]:
    rng = np.random.default_rng(42)
    return {
        "T_evap": rng.uniform(340.0, 400.0, n),
        "superheat": np.where(rng.random(n) < 0.3, 0.0, rng.uniform(0.0, 20.0, n)),
        "eta_expander": rng.uniform(0.7, 0.9, n),
        "T_cond": rng.uniform(295.0, 320.0, n),
        "subcooling": np.where(rng.random(n) < 0.5, 0.0, 3.0),
        "eta_pump": rng.uniform(0.6, 0.8, n),
        "T_brine": rng.uniform(390.0, 450.0, n),
        "m_brine": rng.uniform(10.0, 60.0, n),
        "pinch": rng.uniform(1.0, 10.0, n),
        "T_coolant": rng.uniform(275.0, 292.0, n),
        "T_low": rng.uniform(325.0, 338.0, n),
    }


def scenario_spec(layout: str, s: dict[str, Any]) -> CycleSpec:
    fluid = Fluid("n-Butane")
    level = LevelSpec(fluid, SaturationTemperature(s["T_evap"]), Superheat(s["superheat"]), s["eta_expander"])
    base = simple_spec(level)
    air = base.cooling
    assert isinstance(air, AirCooling)
    spec = replace(
        base,
        condensation=SaturationTemperature(s["T_cond"]),
        pump_inlet=Subcooling(s["subcooling"]),
        eta_pump=s["eta_pump"],
        source=HeaterPinch(
            geo.liquid(T=s["T_brine"], p=15e5, mass_flow=s["m_brine"]), s["pinch"], 1.5 * s["pinch"]
        ),
        cooling=replace(air, T_in=s["T_coolant"]),
    )
    match layout:
        case "two-phase brine":
            brine = geo.two_phase(T=s["T_brine"], quality=s["eta_pump"] - 0.6, mass_flow=s["m_brine"])
            return replace(spec, source=HeaterPinch(brine, s["pinch"], 1.5 * s["pinch"]))
        case "recuperated":
            return replace(spec, recuperator=RecuperatorPinch(s["pinch"]))
        case "effectiveness":
            return replace(spec, recuperator=RecuperatorEffectiveness(s["eta_pump"]))
        case "dual":
            return replace(
                spec, levels=(level, replace(level, evaporation=SaturationTemperature(s["T_low"])))
            )
        case "two fluids":
            low = LevelSpec(Fluid("Isopentane"), SaturationTemperature(s["T_low"]), Superheat(0.0), 0.8)
            return replace(spec, levels=(level, low))
        case "water, flow given":
            return replace(
                spec, cooling=WaterCooling(s["T_coolant"], 2e5, CoolantFlow(40.0 * s["m_brine"]), 1e5, 0.7)
            )
        case "brine only":
            return replace(
                simple_spec(),
                source=HeaterPinch(geo.liquid(T=s["T_brine"], p=15e5, mass_flow=s["m_brine"]), 5.0, 5.0),
            )
        case "coolant only":
            return replace(simple_spec(), cooling=replace(air, T_in=s["T_coolant"]))
        case "flow given":
            return replace(spec, source=FlowGiven(s["m_brine"]))
    return spec


LAYOUTS = (
    "simple", "two-phase brine", "recuperated", "effectiveness", "dual", "two fluids", "water, flow given",
    "brine only", "coolant only", "flow given",
)  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_array_of_scenarios_equals_a_loop(layout: str) -> None:
    n = 25
    scenarios = random_scenarios(n)
    together = solve_cycle(scenario_spec(layout, scenarios))
    compared = 0
    for k in range(n):
        alone = solve_cycle(
            scenario_spec(layout, {key: float(values[k]) for key, values in scenarios.items()})
        )
        assert np.broadcast_to(together.status.reason, n)[k] == alone.status.reason
        if not alone.status.ok:
            continue
        compared += 1
        for name, one, many in scalars(alone, together):
            assert np.broadcast_to(many, n)[k] == pytest.approx(
                float(one), rel=1e-9, abs=1e-9, nan_ok=True
            ), name
    assert compared >= 5


def scalars(alone: CycleResult, together: CycleResult) -> list[tuple[str, Any, Any]]:
    """Pairs of every number worth comparing."""
    pairs = [
        (field.name, getattr(alone.power, field.name), getattr(together.power, field.name))
        for field in fields(alone.power)
    ]
    pairs += [("T_out", alone.T_geofluid_out, together.T_geofluid_out)]
    pairs += [
        ("coolant", alone.coolant_flow, together.coolant_flow),
        ("warn", alone.warnings, together.warnings),
    ]
    for one, many in zip(alone.levels, together.levels, strict=True):
        pairs += [("flow", one.mass_flow, many.mass_flow), ("h", one.expander_out.h, many.expander_out.h)]
        pairs += [("duty", one.heater.duty, many.heater.duty)]
    for first, all_of in zip(alone.condensers, together.condensers, strict=True):
        pairs += [("T_coolant", first.T_out, all_of.T_out)]
    return pairs


def test_pinches_of_an_array_equal_those_of_a_loop() -> None:
    # Not to 1e-9: a minimum between stations is only as sharp as the parabola laid through it.
    scenarios = random_scenarios(25)
    together = solve_cycle(scenario_spec("simple", scenarios))
    for k in np.flatnonzero(together.status.ok):
        alone = solve_cycle(scenario_spec("simple", {key: float(v[k]) for key, v in scenarios.items()}))
        for name in ("pinch_preheater", "pinch_evaporator"):
            one, many = getattr(alone.levels[0].heater, name), getattr(together.levels[0].heater, name)[k]
            assert many == pytest.approx(float(one), abs=1e-6), name


def test_a_failed_scenario_leaves_the_others_alone() -> None:
    T_brine = np.array([423.15, 370.0, 433.15])
    brine = geo.liquid(T=T_brine, p=10e5, mass_flow=50.0)
    result = solve_cycle(replace(simple_spec(), source=HeaterPinch(brine, 5.0, 5.0)))
    assert np.asarray(result.status.reason).tolist() == [Reason.OK, Reason.GEOFLUID_TOO_COLD, Reason.OK]
    assert np.asarray(result.status.value)[1] == pytest.approx(370.0)
    assert np.asarray(result.status.limit)[1] == pytest.approx(378.15)
    assert np.isfinite(np.asarray(result.power.net)).tolist() == [True, False, True]


def test_critical_and_subcritical_pressures_share_an_array() -> None:
    fluid = Fluid("n-Butane")
    reduced = np.array([0.7, 1.2])
    level = LevelSpec(fluid, Pressure(reduced * fluid.limits.p_crit), Temperature(440.0), 0.80)
    brine = HeaterPinch(geo.liquid(T=460.0, p=20e5, mass_flow=50.0), 5.0, 5.0)
    together = solve_cycle(replace(simple_spec(level), source=brine))
    for k, value in enumerate(reduced):
        one = replace(level, evaporation=Pressure(float(value) * fluid.limits.p_crit))
        alone = solve_cycle(replace(simple_spec(one), source=brine))
        assert np.asarray(together.power.net)[k] == pytest.approx(alone.power.net, rel=1e-9)


# --- closures and layouts ----------------------------------------------------------------------


def test_an_outlet_temperature_given_is_met_and_reproduces_its_pinch() -> None:
    spec = simple_spec()
    by_pinch = solve_cycle(spec)
    outlet = GeofluidOutlet(brine_of(spec), by_pinch.T_geofluid_out)
    by_outlet = solve_cycle(replace(spec, source=outlet))
    assert by_outlet.power.net == pytest.approx(by_pinch.power.net, rel=1e-9)
    assert by_outlet.levels[0].heater.pinch_evaporator == pytest.approx(5.0, abs=1e-6)


def test_an_outlet_temperature_that_would_cross_is_refused() -> None:
    spec = simple_spec()
    result = solve_cycle(replace(spec, source=GeofluidOutlet(brine_of(spec), 60.0 + KELVIN)))
    assert result.status.reason == Reason.HEATER_PINCH
    assert result.status.value < 0.0 == result.status.limit


def test_two_levels_beat_one() -> None:
    one = max(
        float(solve_cycle(simple_spec(simple_level(T_evap=T + KELVIN))).power.cycle)
        for T in range(80, 120, 5)
    )
    assert solve_cycle(dual_spec()).power.cycle > one


def test_two_equal_levels_of_one_fluid_share_a_condenser_two_fluids_do_not() -> None:
    assert len(solve_cycle(dual_spec()).condensers) == 1
    two = solve_cycle(dual_spec(low=simple_level("R245fa", T_evap=348.15)))
    assert len(two.condensers) == 2
    outlets = {round(float(condenser.T_out), 6) for condenser in two.condensers}
    assert len(outlets) == 2  # each at its own pinch


def test_a_given_coolant_flow_leaves_all_condensers_at_one_temperature() -> None:
    spec = dual_spec(low=simple_level("R245fa", T_evap=348.15))
    cooling = WaterCooling(293.15, 2e5, CoolantFlow(500.0), 1e5, 0.75)
    result = solve_cycle(replace(spec, cooling=cooling))
    first, second = result.condensers
    assert first.T_out == pytest.approx(float(second.T_out), abs=1e-9)
    assert result.coolant_flow == pytest.approx(500.0, rel=1e-12)


def test_both_levels_keep_their_pinch() -> None:
    first, second = solve_cycle(dual_spec()).levels
    assert first.heater.pinch_evaporator == pytest.approx(5.0, abs=1e-6)
    assert min(second.heater.pinch_evaporator, second.heater.pinch_preheater) == pytest.approx(5.0, abs=1e-6)
    assert first.heater.T_out > second.heater.T_out


def test_a_recuperator_raises_the_efficiency_of_a_dry_fluid_and_the_brine_outlet() -> None:
    plain = solve_cycle(simple_spec())
    helped = solve_cycle(replace(simple_spec(), recuperator=RecuperatorPinch(5.0)))
    assert helped.eta_thermal > plain.eta_thermal
    assert helped.T_geofluid_out > plain.T_geofluid_out
    # The pinch at the bubble point is not moved by what happens below it.
    assert helped.power.cycle == pytest.approx(plain.power.cycle, rel=1e-9)


def test_without_brine_the_flow_is_what_was_given() -> None:
    spec = replace(simple_spec(), source=FlowGiven(3.0), cooling=NoCooling())
    result = solve_cycle(spec)
    assert result.levels[0].mass_flow == 3.0
    assert np.isnan(result.T_geofluid_out)
    assert result.power.net == pytest.approx(result.power.generator - result.power.pump)


def test_a_mixture_closes_its_balances_and_keeps_its_pinch() -> None:
    mixture = Fluid("Isobutane[0.6]&Isopentane[0.4]")
    spec = simple_spec(LevelSpec(mixture, SaturationTemperature(373.15), Superheat(2.0), 0.80))
    result = solve_cycle(spec)
    duty, power = result.duty, result.power
    assert result.status.ok
    residual = float(duty.heat_in + power.pump - power.expander - duty.condenser)
    assert abs(residual) <= 1e-6 * duty.heat_in
    heater = result.levels[0].heater
    assert min(heater.pinch_preheater, heater.pinch_evaporator) == pytest.approx(5.0, abs=1e-3)
    assert result.levels[0].dew.T > result.levels[0].bubble.T + 5.0


# --- warnings ----------------------------------------------------------------------------------


def test_a_wetting_fluid_warns_of_wet_expansion_and_a_dry_one_does_not() -> None:
    assert not solve_cycle(simple_spec()).warnings & Warn.WET_EXPANSION
    wet = simple_spec(simple_level("R134a", T_evap=353.15))
    assert solve_cycle(wet).warnings & Warn.WET_EXPANSION


def test_an_expansion_that_only_passes_through_the_dome_is_seen() -> None:
    # Isobutane saturated at 130 C enters the dome and leaves it again before the condenser.
    fluid = Fluid("IsoButane")
    level = LevelSpec(fluid, SaturationTemperature(403.15), Superheat(0.0), 0.80)
    brine = geo.liquid(T=453.15, p=15e5, mass_flow=50.0)
    result = solve_cycle(replace(simple_spec(level), source=HeaterPinch(brine, 5.0, 5.0)))
    assert np.isnan(result.levels[0].expander_out.quality)
    assert result.warnings & Warn.WET_EXPANSION


def test_a_small_pinch_and_an_idle_recuperator_are_named() -> None:
    spec = simple_spec()
    assert isinstance(spec.source, HeaterPinch)
    tight = replace(spec, source=replace(spec.source, evaporator=0.3, preheater=0.3))
    assert solve_cycle(tight).warnings & Warn.SMALL_PINCH
    idle = replace(spec, recuperator=RecuperatorPinch(60.0))
    result = solve_cycle(idle)
    assert result.warnings & Warn.IDLE_RECUPERATOR
    assert result.duty.recuperator == 0.0


@pytest.mark.slow
@given(st.data())
@settings(derandomize=True, deadline=None, max_examples=500)
def test_the_pinch_holds_over_the_whole_range(data: st.DataObject) -> None:
    spec = data.draw(specs(("subcritical", "near-critical", "transcritical")))
    result = solved(spec)
    assert isinstance(spec.source, HeaterPinch)
    found = heater_differences(result, 3000)
    slack = found.dT - np.where(found.is_liquid, spec.source.preheater, spec.source.evaporator)
    assert np.mean(np.isnan(slack)) < 0.01
    assert np.nanmin(slack[:-1]) == pytest.approx(0.0, abs=1e-3)


def test_the_coolant_closures_agree() -> None:
    spec = simple_spec()
    by_pinch = solve_cycle(spec)
    condenser, cooling = by_pinch.condensers[0], spec.cooling
    assert not isinstance(cooling, NoCooling)
    for closure in (CoolantOutlet(condenser.T_out), CoolantFlow(condenser.coolant_flow)):
        again = solve_cycle(replace(spec, cooling=replace(cooling, closure=closure)))
        assert again.power.net == pytest.approx(by_pinch.power.net, rel=1e-9)
        assert again.condensers[0].pinch == pytest.approx(5.0, abs=1e-6)


def test_pressures_in_the_wrong_order_are_named() -> None:
    spec = replace(simple_spec(), condensation=SaturationTemperature(400.0))
    status = solve_cycle(spec).status
    assert status.reason == Reason.PRESSURE_ORDER
    assert float(status.value) < float(status.limit)
