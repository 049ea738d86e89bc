"""Units in motion settle where rated hardware stands, and lose no energy on the way."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from orcplant.thermo.offdesign import OperatingPoint, rate
from orcplant.thermo.state import Array
from plc_sim.process.closure import Closure, brine_enthalpy, closure
from plc_sim.process.orc import OrcUnits
from plc_sim.process.orc_records import (
    GOVERNOR_OPEN,
    GOVERNOR_SPEED,
    Assumed,
    Commands,
    Surroundings,
)
from tests.thermo.units import meeting, unit

# Flow over design, brine colder than design [K], ambient warmer than design [K]; all below the rating.
CASES = np.array(
    [
        (1.0, 0.0, 0.0),
        (0.6, 0.0, 0.0),
        (0.5, 0.0, -25.0),
        (1.0, -15.0, 10.0),
        (0.7, 5.0, -5.0),
        (0.4, 0.0, -10.0),
        (0.8, -30.0, 10.0),
        (0.3, 0.0, 5.0),
    ]
)
INSULATED = replace(Assumed(), cooling_s=1e12)  # a rated unit loses no heat to the air around


@cache
def tables(layout: str) -> Closure:
    return closure(unit(layout, p_cond_min=1e3))


def at_work(commands: Commands) -> Commands:
    commands.governor[:] = GOVERNOR_OPEN
    commands.opening[:] = 1.0
    commands.pump[:] = True
    commands.breaker[:] = True
    commands.fans[:] = 1.0
    return commands


def units_at(layout: str, cases: Array) -> tuple[OrcUnits, Surroundings, OperatingPoint]:
    """Units started from their design, one a case, in its surroundings; and the rated points."""
    part = tables(layout)
    point = part.hardware.design
    flow, colder, warmer = cases.T
    T = point.T + (colder if np.isnan(point.quality) else 0.0 * colder)
    boundary = meeting(
        unit(layout, p_cond_min=1e3),
        T_brine_degC=None if np.ptp(T) == 0.0 else T - 273.15,
        flow=flow,
        T_coolant_degC=point.T_coolant + warmer - 273.15,
    )
    rated = rate(unit(layout, p_cond_min=1e3), boundary)
    p = float(np.max(boundary.geofluid.p))
    h = np.array([brine_enthalpy(float(each), p, point.quality) for each in T])
    around = Surroundings(h, T, 1.0, point.T_coolant + warmer)
    units = OrcUnits([part], [0] * len(flow), p_brine=p, T_start=290.0, assumed=INSULATED)
    units.settle(around, flow * point.mass_flow)
    units.T_evap[:] = point.T_evap
    units.T_cond[:] = point.T_cond
    units.begin_ledger()
    return units, around, rated


@pytest.mark.parametrize(
    "layout",
    [
        "recuperated",
        "two-phase",
        pytest.param("simple", marks=pytest.mark.slow),
        pytest.param("optimised", marks=pytest.mark.slow),
    ],
)
def test_units_settle_where_rated_ones_stand(layout: str) -> None:
    units, around, rated = units_at(layout, CASES)
    assert np.all(rated.ok)
    commands = at_work(Commands.none(len(CASES)))
    commands.valve[:] = CASES[:, 0] / units.assumed.valve_margin
    for _ in range(800):
        units.step(1.5, around, commands)
    for name, found, wanted in [
        ("gross", units.gross, rated.gross),
        ("net", units.net, rated.net),
        ("heat", units.heat, rated.heat_in),
        ("fans", units.fan_power, rated.cooler),
        ("p_evap", units.p_evap, rated.level.p_evap),
        ("p_cond", units.p_cond, rated.level.p_cond),
        ("flow", units.fluid_flow, rated.level.mass_flow),
    ]:
        assert found == pytest.approx(wanted, rel=0.01), name
    assert units.T_brine_out == pytest.approx(rated.T_geofluid_out, abs=0.3)
    assert units.pump_power == pytest.approx(rated.pump, rel=0.01)


def test_energy_balances_over_start_load_and_trip() -> None:
    """Independent of the ledger's own sums: brine by its enthalpies, work by the powers."""
    units, around, _ = units_at("simple", CASES[:3])
    commands = at_work(Commands.none(3))
    noise = np.random.default_rng(3)
    start = units.T_evap, units.T_cond
    brine = out = np.zeros(3)
    for second in range(4000):
        if second % 200 == 0:
            commands.valve[:] = noise.uniform(0.1, 0.9, 3)
            commands.fans[:] = noise.uniform(0.1, 1.0, 3)
            commands.opening[:] = noise.uniform(0.3, 1.0, 3)
            commands.vapour_bypass[:] = noise.uniform(0.0, 0.5, 3)
            commands.breaker[:] = noise.uniform(size=3) > 0.3
        units.step(1.0, around, commands)
        brine = brine + units.brine_flow * (around.h - units.h_brine_out)
        out = out + units.shaft + units.rejected - units.pump_power
    assert np.all(np.abs(units.energy_residual()) < 1e-9 * units.ledger.brine)
    assert brine == pytest.approx(units.ledger.brine, rel=1e-9)
    stored = units.heat_evap * (units.T_evap - start[0]) + units.heat_cond * (units.T_cond - start[1])
    assert np.all(np.abs(brine - out - stored) < 1e-3 * brine), "but for the fluid's own hold-up"


@pytest.mark.parametrize("dt", [0.1, 0.5, 1.0])
def test_the_step_does_not_matter_much(dt: float) -> None:
    units, around, _ = units_at("simple", CASES[:1])
    commands = at_work(Commands.none(1))
    commands.valve[:] = 0.9
    for _ in range(round(60.0 / dt)):
        units.step(dt, around, commands)
    assert units.T_evap[0] == pytest.approx(float(reference_after_a_minute()), abs=0.15)


@cache
def reference_after_a_minute() -> float:
    units, around, _ = units_at("simple", CASES[:1])
    commands = at_work(Commands.none(1))
    commands.valve[:] = 0.9
    for _ in range(3000):
        units.step(0.02, around, commands)
    return float(units.T_evap[0])


def test_fouling_costs_power_as_a_fouled_heater_does() -> None:
    units, around, rated = units_at("simple", np.tile(CASES[:1], (3, 1)))
    commands = at_work(Commands.none(3))
    commands.valve[:] = 1.0 / units.assumed.valve_margin
    units.fouling[:] = [0.0, 1e-4, 3.44e-4]
    for _ in range(1000):
        units.step(1.0, around, commands)
    assert np.all(np.diff(units.net) < 0.0)
    assert np.all(np.diff(units.T_brine_out) > 0.0)
    assert units.net[0] == pytest.approx(float(rated.net[0]), rel=0.01)


def test_fouling_grows_with_flow_and_time() -> None:
    units, around, _ = units_at("simple", CASES[:2])
    commands = at_work(Commands.none(2))
    commands.valve[:] = CASES[:2, 0] / units.assumed.valve_margin
    units.fouling_rate = 1e-9
    for _ in range(100):
        units.step(1.0, around, commands)
    assert units.fouling == pytest.approx(1e-7 * CASES[:2, 0], rel=0.01)


def test_brine_valve_is_slow() -> None:
    units, around, _ = units_at("simple", CASES[:1])
    commands = Commands.none(1)
    before = units.valve[0]
    units.step(6.0, around, commands)
    assert before - units.valve[0] == pytest.approx(0.1)


def test_rotor_runs_up_and_load_rejection_speeds_it_up_a_little() -> None:
    units, around, _ = units_at("simple", CASES[:1])
    commands = at_work(Commands.none(1))
    commands.valve[:] = 1.0 / units.assumed.valve_margin
    for _ in range(60):
        units.step(1.0, around, commands)
    commands.breaker[:] = False
    commands.governor[:] = 0
    units.step(0.1, around, commands)
    units.step(0.1, around, commands)
    assert 1.01 < units.speed[0] < 1.10
    for _ in range(600):
        units.step(1.0, around, commands)
    assert units.speed[0] < 0.02
    commands.governor[:] = GOVERNOR_SPEED
    commands.speed_rate[:] = 0.01
    commands.valve[:] = 0.3
    for _ in range(99):
        units.step(1.0, around, commands)
    assert units.speed[0] == pytest.approx(0.99, abs=0.03)
    assert units.gross[0] == 0.0


def test_cold_unit_without_brine_stays_cold_and_gives_nothing() -> None:
    units = OrcUnits([tables("simple")], [0], p_brine=10e5, T_start=280.0)
    around = Surroundings(brine_enthalpy(420.0, 10e5, float("nan")), 420.0, 1.0, 280.0)
    commands = at_work(Commands.none(1))
    for _ in range(100):
        units.step(1.0, around, commands)
    assert units.T_evap[0] == pytest.approx(280.0, abs=1e-6)
    assert units.shaft[0] == 0.0
    assert units.heat[0] == 0.0


def test_kinds_of_unit_side_by_side_do_not_mix() -> None:
    parts = [tables("simple"), tables("recuperated")]
    around = Surroundings(brine_enthalpy(423.15, 10e5, float("nan")), 423.15, 1.0, 293.15)
    together = OrcUnits(parts, [1, 0, 1], p_brine=10e5, T_start=290.0, assumed=INSULATED)
    alone = OrcUnits(parts[:1], [0], p_brine=10e5, T_start=290.0, assumed=INSULATED)
    for units in (together, alone):
        units.settle(around, units.flow_design)
        commands = at_work(Commands.none(units.n))
        commands.valve[:] = 1.0 / units.assumed.valve_margin
        for _ in range(50):
            units.step(1.0, around, commands)
    assert together.net[1] == pytest.approx(alone.net[0], rel=1e-12)
    assert together.net[0] == together.net[2] != together.net[1]
