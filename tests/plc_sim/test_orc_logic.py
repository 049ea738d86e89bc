"""The controller of an ORC unit: start, load, stop, trips, fallback, as a client sees them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from plc_sim import plants as plants_room
from plc_sim.logic.head import Result
from plc_sim.logic.orc_machine import State
from plc_sim.process.skid import Signal
from tests.plc_sim import plants
from tests.plc_sim.plants import Client, Run

NAME = "tianzhen_pilot"


@pytest.fixture(autouse=True)
def quick_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plants_room, "closure", plants.remembered)


@pytest.fixture
def cold() -> Run:
    return Run(NAME, running=False, step_s=2.0)


@pytest.fixture
def hot() -> Iterator[tuple[Run, Client]]:
    run = Run(NAME, running=True, step_s=2.0)
    unit = run.client("U01")
    unit.take_remote()
    run.seconds(120)
    yield run, unit


def test_start_goes_through_its_states_to_power(cold: Run) -> None:
    unit = cold.client("U01")
    cold.seconds(4)
    assert unit.name("STATE") == "ready"
    unit.take_remote()
    assert unit.command("start") is Result.ACCEPTED
    seen = [unit.name("STATE")]
    for _ in range(1200):
        cold.seconds(2)
        if unit.name("STATE") != seen[-1]:
            seen.append(unit.name("STATE"))
        if seen[-1] == "running":
            break
    assert seen == ["preheating", "rolling", "synchronising", "running"]
    unit.set("POWER_SP", 200.0)
    cold.seconds(1500)
    assert unit.value("POWER_NET") == pytest.approx(200.0, abs=2.0)
    assert unit.value("BREAKER") == 1.0
    assert unit.value("STARTS") == 1.0
    assert unit.value("FIRST_OUT") == 0.0
    assert cold.simulated.groups["orc_unit"].bank["STATE"][1] == State.READY, "the neighbour is not started"


def test_setpoint_is_ramped_and_clamped(hot: tuple[Run, Client]) -> None:
    run, unit = hot
    unit.set("POWER_RAMP", 30.0)
    before = unit.value("POWER_SP_RAMPED")
    unit.set("POWER_SP", 100.0)
    run.seconds(60)
    assert unit.value("POWER_SP_ACCEPTED") == 100.0
    assert unit.value("POWER_SP_RAMPED") == pytest.approx(before - 30.0, abs=2.5)
    unit.set("POWER_SP", 1.0)
    run.seconds(4)
    net_design = run.plant.rooms.units.net_design[0] / 1e3
    assert unit.value("POWER_SP_ACCEPTED") == pytest.approx(0.2 * net_design), "clamped to the least load"
    assert unit.value("POWER_SP") == 1.0, "the register keeps what was written"


def test_setpoint_above_the_sites_limit_is_refused_on_the_wire(hot: tuple[Run, Client]) -> None:
    _, unit = hot
    assert unit.write("POWER_SP", 0x4396, 0x8000) == bytes((0x90, 3))  # 301 kW; U01 may do 300


def test_power_follows_the_setpoint_at_the_pace_of_its_heat(hot: tuple[Run, Client]) -> None:
    run, unit = hot
    for setpoint in (120.0, 250.0):
        unit.set("POWER_SP", setpoint)
        run.seconds(1500)
        assert unit.value("POWER_NET") == pytest.approx(setpoint, rel=0.01)
        assert unit.value("BRINE_T_OUT") > 59.0, "the return never falls below its limit for long"


def test_stop_unloads_opens_the_breaker_and_closes_the_valve_slowly(hot: tuple[Run, Client]) -> None:
    run, unit = hot
    assert unit.command("stop") is Result.ACCEPTED
    assert unit.name("STATE") == "unloading"
    run.until(unit, "STATE", "cooling_down", within=900)
    position = unit.value("BRINE_VALVE_POS")
    run.seconds(6)
    assert position - unit.value("BRINE_VALVE_POS") <= 10.1, "6 s of 60 s travel"
    assert unit.value("BREAKER") == 0.0
    run.until(unit, "STATE", "ready", within=1800)
    assert unit.value("POWER_GROSS") == 0.0


@pytest.mark.parametrize(
    ("signal", "offset", "trip"),
    [
        (Signal.VIBRATION, 12e-3, "vibration"),
        (Signal.LUBE_PRESSURE, -2e5, "lube_p_low"),
        (Signal.LUBE_TEMPERATURE, 60.0, "lube_T_high"),
        (Signal.SEAL_PRESSURE, -1e5, "seal_p_low"),
        (Signal.WINDING_TEMPERATURE, 200.0, "winding_T_high"),
        (Signal.BEARING_TEMPERATURE, 150.0, "bearing_T_high"),
        (Signal.GAS, 3000e-6, "gas_leak"),
        (Signal.FLUID_IN_BRINE, 100e-6, "wf_in_brine"),
    ],
)
def test_a_bad_signal_trips_the_unit_and_only_it(
    hot: tuple[Run, Client], signal: Signal, offset: float, trip: str
) -> None:
    run, unit = hot
    run.plant.rooms.skid.offset[signal, 0] = offset
    run.until(unit, "STATE", "tripped", within=1200)
    assert unit.name("FIRST_OUT") == trip
    run.seconds(1)
    assert unit.value("BREAKER") == 0.0
    assert run.client("U02").name("STATE") == "running"


@pytest.mark.parametrize(("tag", "trip"), [("ESTOP", "estop"), ("FIRE", "fire")])
def test_contacts_trip_at_once(hot: tuple[Run, Client], tag: str, trip: str) -> None:
    run, unit = hot
    unit.bank[tag][0] = 1.0
    run.seconds(1)
    assert (unit.name("STATE"), unit.name("FIRST_OUT")) == ("tripped", trip)


def test_first_out_stays_the_first(hot: tuple[Run, Client]) -> None:
    run, unit = hot
    unit.bank["ESTOP"][0] = 1.0
    run.seconds(1)
    unit.bank["FIRE"][0] = 1.0
    run.seconds(1)
    bits = unit.bank.table["TRIPS"].dtype
    word = int(unit.value("TRIPS"))
    assert word & 1 << bits.code("fire")
    assert word & 1 << bits.code("estop")
    assert unit.name("FIRST_OUT") == "estop"


def test_trip_closes_the_valve_slowly_and_opens_the_bypass_to_reinjection(hot: tuple[Run, Client]) -> None:
    run, unit = hot
    flow = unit.value("BRINE_FLOW")
    assert unit.value("BYPASS_VALVE_POS") < 40.0
    unit.bank["ESTOP"][0] = 1.0
    run.seconds(6)
    assert unit.value("BRINE_FLOW") > 0.5 * flow, "no water hammer"
    run.seconds(90)
    assert unit.value("BRINE_VALVE_CLOSED") == 1.0
    assert unit.value("BYPASS_VALVE_POS") == pytest.approx(70.0, abs=1.0)
    peak = run.plant.rooms.units.p_evap[0]
    assert peak < run.plant.rooms.units.p_evap_max[0], "the vapour bypass relieves the heater"


def test_reset_needs_the_cause_gone(hot: tuple[Run, Client]) -> None:
    run, unit = hot
    unit.bank["ESTOP"][0] = 1.0
    run.seconds(1)
    assert unit.command("reset_trip") is Result.REFUSED_PERMISSIVE
    unit.bank["ESTOP"][0] = 0.0
    run.seconds(1)
    assert unit.command("start") is Result.REFUSED_STATE
    assert unit.command("reset_trip") is Result.ACCEPTED
    run.seconds(2)
    assert unit.value("TRIPS") == 0.0
    assert unit.value("FIRST_OUT") == 0.0
    run.until(unit, "STATE", "ready", within=1800)


def test_gas_blows_the_fans_and_fire_stops_them(hot: tuple[Run, Client]) -> None:
    run, unit = hot
    run.plant.rooms.skid.offset[Signal.GAS, 0] = 5000e-6
    run.seconds(60)
    assert unit.value("FAN_SPEED") > 95.0
    unit.bank["FIRE"][0] = 1.0
    run.seconds(120)
    assert unit.value("FAN_SPEED") < 1.0


@pytest.mark.parametrize(
    ("prepare", "permissive"),
    [
        (lambda run, unit: unit.bank["START_INHIBIT"].__setitem__(0, 1.0), "not_inhibited"),
        (lambda run, unit: unit.bank["ESTOP"].__setitem__(0, 1.0), "estop_released"),
        (
            lambda run, unit: run.plant.rooms.skid.offset.__setitem__((Signal.GAS, 0), 1000e-6),
            "gas_clear",
        ),
        (lambda run, unit: run.plant.controllers.substation.breaker.__setitem__(0, False), "grid_ok"),
    ],
)
def test_start_is_refused_without_a_permissive(cold: Run, prepare: object, permissive: str) -> None:
    unit = cold.client("U01")
    unit.take_remote()
    prepare(cold, unit)  # type: ignore[operator]
    cold.seconds(30)
    bit = unit.bank.table["PERMISSIVES"].dtype.code(permissive)
    assert not int(unit.value("PERMISSIVES")) & 1 << bit
    assert unit.name("STATE") in ("stopped", "tripped")
    assert unit.command("start") in (Result.REFUSED_PERMISSIVE, Result.REFUSED_STATE)


def test_lost_core_holds_the_setpoint_then_goes_to_fallback_power(hot: tuple[Run, Client]) -> None:
    run, unit = hot
    unit.set("POWER_SP", 250.0)
    unit.set("FALLBACK_HOLD_S", 120)
    unit.set("POWER_RAMP", 60.0)
    run.seconds(400)
    run.seconds(8, beating=False)
    assert unit.name("AUTHORITY") == "local_fallback"
    run.seconds(60, beating=False)
    assert unit.value("POWER_SP_RAMPED") == pytest.approx(250.0)
    run.seconds(300, beating=False)
    assert unit.value("POWER_SP_RAMPED") == pytest.approx(unit.value("FALLBACK_POWER"))
    assert unit.name("STATE") == "running", "it never trips for that alone"
    run.seconds(60)
    assert unit.name("AUTHORITY") == "local_fallback", "the heart alone gives nothing back"
    unit.take_remote()
    assert unit.name("AUTHORITY") == "remote"


def test_a_unit_may_be_told_to_trip_without_the_core(hot: tuple[Run, Client]) -> None:
    run, unit = hot
    run.plant.controllers.units.head.traits.trips_without_core[0] = True
    run.seconds(8, beating=False)
    assert (unit.name("STATE"), unit.name("FIRST_OUT")) == ("tripped", "heartbeat_lost")


def test_grid_lost_trips_every_unit(hot: tuple[Run, Client]) -> None:
    run, unit = hot
    run.plant.rooms.grid.disturbance = (0.0, -0.06)
    run.seconds(5)
    for device in ("U01", "U02"):
        assert run.client(device).name("STATE") == "tripped"
    assert unit.name("FIRST_OUT") == "prot_81"
    assert run.client("GS").value("BREAKER") == 0.0
    assert 0.0 < run.plant.rooms.units.speed[0] < 1.1, "load rejection does not overspeed"


def test_brine_lost_trips(hot: tuple[Run, Client]) -> None:
    run, unit = hot
    wells = run.client("W01")
    wells.take_remote()
    assert wells.command("close_production") is Result.ACCEPTED
    run.until(unit, "STATE", "tripped", within=1200)
    assert unit.name("FIRST_OUT") in ("brine_lost", "prot_32")


def blind(run: Run, unit: Client, *tags: str) -> None:
    """Let instruments of the first unit show nothing from now on."""
    read = run.plant.instruments.read

    def without(*args: Any, **more: Any) -> None:
        read(*args, **more)
        for tag in tags:
            unit.bank[tag][0] = np.nan

    run.plant.instruments.read = without  # type: ignore[method-assign]


def test_dead_sensor_holds_the_flow_and_trips_nothing(hot: tuple[Run, Client]) -> None:
    run, unit = hot
    run.seconds(600)
    flow = unit.value("BRINE_FLOW")
    blind(run, unit, "POWER_NET", "POWER_GROSS")
    run.seconds(120)
    assert unit.name("STATE") == "running"
    assert unit.value("BRINE_FLOW") == pytest.approx(flow, rel=0.02)


@pytest.mark.parametrize(
    "tag",
    [
        "BRINE_VALVE_POS",
        "BRINE_FLOW",
        "BRINE_T_OUT",
        "WF_P_EVAP",
        "WF_P_COND",
        "SPEED",
        "POWER_NET",
        "GAS_CONC",
    ],
)
def test_no_dead_sensor_reaches_the_plant(hot: tuple[Run, Client], tag: str) -> None:
    run, unit = hot
    blind(run, unit, tag)
    run.seconds(60)
    unit.command("stop")
    run.seconds(60)
    units = run.plant.rooms.units
    for state in (units.T_evap, units.T_cond, units.valve, units.speed, units.fans, units.vapour_bypass):
        assert np.all(np.isfinite(state))
