"""The whole plant: brine goes down as much as comes up, heat and power balance, stations obey."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from orcplant.config.site import load_site
from orcplant.errors import ConfigError
from orcplant.plant.climate import Weather
from orcplant.resources import configs_dir
from orcplant.tags import Kind
from orcplant.thermo.geofluid import at_enthalpy
from orcplant.thermo.offdesign import Boundary, Control, rate
from plc_sim import plants as plants_room
from plc_sim.logic.head import Result
from plc_sim.plants import simulator
from plc_sim.process.weather import Sky
from tests.plc_sim import plants
from tests.plc_sim.plants import Run


@pytest.fixture(autouse=True)
def quick_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plants_room, "closure", plants.remembered)


@pytest.fixture
def plant() -> Iterator[Run]:
    run = Run("tianzhen_20mw", running=True, step_s=2.0)
    for device in ("U01", "WS", "HS", "GS", "W01"):
        run.client(device).take_remote()
    run.seconds(60)
    yield run


def test_a_plant_at_work_delivers_its_power(plant: Run) -> None:
    plant.seconds(900)
    grid = plant.client("GS")
    units = plant.simulated.groups["orc_unit"].bank
    net = float(units["POWER_NET"].sum())
    field, rooms = plant.plant.rooms.field, plant.plant.rooms
    pumps = float(field.injection_power.sum() + field.production_power.sum()) / 1e3
    assert rooms.heating is not None
    service = (rooms.service + rooms.heating.pump_power) / 1e3
    assert grid.value("P") == pytest.approx(net - pumps - service, rel=1e-3)
    ratings = float(rooms.units.rating.sum()) / 1e3
    assert 0.6 * ratings < net < ratings
    assert np.all(units["BREAKER"] == 1.0)


def test_running_units_agree_with_rated_hardware(plant: Run) -> None:
    plant.seconds(1800)
    units = plant.plant.rooms.units
    around = plant.plant.around()
    hardware = units.closures[0].hardware
    flow = units.brine_flow[:1] * (1.0 + 0.0 * units.brine_flow[:1])
    brine = at_enthalpy(np.full(1, around.h), np.full(1, hardware.design.p), flow)
    boundary = Boundary(brine, np.full(1, around.T_ambient), hardware.design.p_coolant)
    lenient = replace(hardware, limits=replace(hardware.limits, T_return_min=280.0))
    rated = rate(lenient, boundary, Control())
    assert units.gross[0] == pytest.approx(rated.gross[0], rel=0.01)
    assert units.net[0] == pytest.approx(rated.net[0], rel=0.01)


def test_all_brine_goes_back(plant: Run) -> None:
    field = plant.plant.rooms.field
    start = field.produced_mass.sum(), field.injected_mass.sum(), field.pond, field.p_header
    plant.seconds(900)
    produced = field.produced_mass.sum() - start[0]
    injected = field.injected_mass.sum() - start[1]
    ponded = field.pond - start[2]
    held = (field.p_header - start[3]) * field.rated_total * field.assumed.compliance_s / 1e5
    assert produced == pytest.approx(injected + ponded + held, rel=1e-3)
    water = plant.client("WS")
    assert water.value("FLOW_REINJECTED") == pytest.approx(water.value("FLOW_PRODUCED"), rel=0.02)


def test_heat_of_station_and_units_is_accounted_for(plant: Run) -> None:
    plant.seconds(900)
    rooms = plant.plant.rooms
    assert np.all(np.abs(rooms.units.energy_residual()) < 1e-3 * rooms.units.ledger.brine)
    assert rooms.heating is not None
    assert abs(rooms.heating.residual()) < 1e-3 * rooms.heating.taken


def test_manifold_loses_no_heat(plant: Run) -> None:
    """What wells bring is what units, bypass and the manifold's own water hold."""
    rooms, plant_ = plant.plant.rooms, plant.plant
    field, units = rooms.field, rooms.units
    well = plant.client("W01")
    well.set("PROD_FLOW_SP", 30.0)
    stock = field.rated_total * field.assumed.compliance_s
    brought = taken = 0.0
    start, p_start = field.h_header, field.p_header
    for _ in range(900):
        h = field.h_header
        plant.beat()
        plant_.clock.tick(1.0)
        plant_.step(1.0)
        brought += float((field.production * field._h_delivered).sum())  # noqa: SLF001
        taken += h * float(units.brine_flow.sum() + units.bypass_flow.sum()) + field.h_header * field.bypassed
    held = stock * ((field.h_header - start) + (field.p_header - p_start) / 1e5 * field.h_header)
    assert brought - taken == pytest.approx(held, abs=1e-3 * brought)


def test_tail_water_gives_the_heat_that_consumers_take(plant: Run) -> None:
    plant.seconds(600)
    heating, field = plant.plant.rooms.heating, plant.plant.rooms.field
    assert heating is not None
    tail = plant.plant._tail  # noqa: SLF001
    taken = heating.exchanged + heating.greenhouse + heating.spa + heating.aquaculture
    assert tail.flow * (tail.h - field.returned.h) == pytest.approx(taken, rel=1e-6)


def test_every_measurement_is_in_its_range(plant: Run) -> None:
    plant.seconds(600)
    for group in plant.simulated.groups.values():
        for tag in group.bank.table:
            if tag.dtype.kind is Kind.STRING or not tag.dtype.is_number:
                continue
            values = group.bank[tag.name]
            assert np.all(np.isfinite(values)), tag.name
            assert np.all((values >= tag.range_lo - 1e-6) & (values <= tag.range_hi + 1e-6)), (
                tag.name,
                values,
            )


def test_wells_hold_their_flow(plant: Run) -> None:
    well = plant.client("W01")
    well.set("PROD_FLOW_SP", 40.0)
    plant.seconds(600)
    assert well.value("PROD_FLOW") == pytest.approx(40.0, abs=0.5)
    assert well.value("PROD_P") > 11.5, "less drawdown"
    assert well.command("close_production") is Result.ACCEPTED
    assert well.command("close_production") is Result.REFUSED_STATE
    plant.until(well, "PROD_STATE", "closed", within=300)
    assert well.value("PROD_FLOW") == pytest.approx(0.0, abs=0.3)
    assert well.command("open_production") is Result.ACCEPTED
    plant.until(well, "PROD_STATE", "open", within=300)


@pytest.mark.slow
def test_shut_in_well_cools_and_warms_again(plant: Run) -> None:
    well = plant.client("W01")
    well.command("close_production")
    plant.seconds(7200)
    cooled = well.value("PROD_T")
    assert cooled < 150.0
    well.command("open_production")
    plant.seconds(7200)
    assert well.value("PROD_T") == pytest.approx(160.2, abs=1.0)


def test_injection_that_is_closed_leads_to_the_pond(plant: Run) -> None:
    for device in plant.simulated.groups["wellfield"].devices:
        well = plant.client(device.name)
        well.take_remote()
        assert well.command("close_injection") is Result.ACCEPTED
    before = plant.client("WS").value("POND_LEVEL")
    plant.seconds(600)
    water = plant.client("WS")
    assert water.value("FLOW_DISCHARGED") > 100.0
    assert water.value("POND_LEVEL") > before


def test_manifold_pressure_is_held_by_the_bypass(plant: Run) -> None:
    for device in plant.simulated.groups["orc_unit"].devices:
        unit = plant.client(device.name)
        unit.take_remote()
        unit.set("POWER_SP", plant.plant.rooms.units.rating[0] / 3e3)
    plant.seconds(1200)
    water = plant.client("WS")
    assert water.value("HEADER_P") == pytest.approx(water.value("HEADER_P_SP_ACCEPTED"), abs=0.1)
    assert water.value("BYPASS_VALVE_POS") > 20.0
    water.set("HEADER_P_SP", 11.0)
    plant.seconds(900)
    assert water.value("HEADER_P") == pytest.approx(11.0, abs=0.15)


def test_heating_station_starts_stops_and_limits(plant: Run) -> None:
    station = plant.client("HS")
    station.set("HEAT_LIMIT_SP", 6000.0)
    plant.seconds(1200)
    assert station.value("HEAT_POWER") < 6300.0
    assert station.command("stop") is Result.ACCEPTED
    assert station.command("stop") is Result.REFUSED_STATE
    plant.until(station, "STATE", "stopped", within=600)
    plant.seconds(120)
    assert station.value("HEAT_POWER") == pytest.approx(0.0, abs=10.0)
    assert station.value("PUMP_ON") == 0.0
    assert station.command("start") is Result.ACCEPTED
    plant.until(station, "STATE", "running", within=300)


@pytest.mark.slow
def test_supply_temperature_comes_near_its_setpoint(plant: Run) -> None:
    station = plant.client("HS")
    station.set("T_SUPPLY_SP", 50.0)
    plant.seconds(4 * 3600)
    assert station.value("T_SUPPLY") == pytest.approx(50.0, abs=3.0)


@pytest.mark.slow
def test_tank_is_charged_and_gives_back(plant: Run) -> None:
    station = plant.client("HS")
    station.set("TANK_FLOW_SP", 30.0)
    before = station.value("TANK_T_BOTTOM")
    plant.seconds(3 * 3600)
    warm = station.value("TANK_T_BOTTOM")
    assert warm > before + 1.0
    station.set("TANK_FLOW_SP", -30.0)
    plant.seconds(3 * 3600)
    assert station.value("TANK_T_BOTTOM") < warm


def test_water_station_doses_cleans_and_runs_dry(plant: Run) -> None:
    water, room = plant.client("WS"), plant.plant.rooms.water
    assert water.command("stop_dosing") is Result.ACCEPTED
    plant.seconds(1800)
    assert room.fouling_factor > 3.0, "without inhibitor exchangers foul faster"
    assert water.value("CORROSION_RATE") > 0.075
    assert water.command("start_dosing") is Result.ACCEPTED
    room.clogging = 8.0
    plant.seconds(2)
    assert water.value("FILTER_DP") > 0.8
    assert water.command("clean_filter") is Result.ACCEPTED
    plant.seconds(2)
    assert water.name("FILTER_STATE") == "cleaning"
    plant.seconds(1000)
    assert water.value("FILTER_DP") < 0.2
    room.tank = 0.0
    plant.seconds(2)
    assert water.name("STATE") == "fault"
    assert water.command("reset_trip") is Result.ACCEPTED


def test_substation_opens_and_units_trip(plant: Run) -> None:
    grid = plant.client("GS")
    assert grid.command("open_breaker") is Result.ACCEPTED
    plant.seconds(10)
    assert grid.value("P") == 0.0
    assert plant.client("U01").name("STATE") == "tripped"
    assert grid.command("close_breaker") is Result.ACCEPTED
    plant.seconds(10)
    assert grid.value("GRID_OK") == 1.0


def test_substation_makes_up_reactive_power_and_follows_dispatch(plant: Run) -> None:
    grid = plant.client("GS")
    code = int.from_bytes((1500).to_bytes(4, "big"), "big")
    assert grid.write("Q_SP", code & 0xFFFF, code >> 16)[0] == 16
    plant.seconds(20)
    assert grid.value("Q") == pytest.approx(1500.0, abs=5.0)
    assert grid.value("DISPATCH_P_SP") == pytest.approx(plant.plant.rooms.grid.installed / 1e3)
    assert grid.command("take_dispatch") is Result.ACCEPTED
    plant.seconds(2)
    assert grid.name("DISPATCH_AUTHORITY") == "dispatch"


def test_noise_is_seeded_and_off_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = plants.site("tianzhen_pilot", running=True)
    noisy = replace(quiet, simulation=replace(quiet.simulation, noise=1.0))
    readings = []
    for chosen in (noisy, noisy, quiet):
        simulated = simulator(chosen)
        simulated.tick(5.0)
        readings.append(simulated.groups["orc_unit"].bank["BRINE_T_IN"].copy())
    assert readings[0].tolist() == readings[1].tolist()
    assert readings[0].tolist() != readings[2].tolist()
    assert readings[0] == pytest.approx(readings[2], abs=1.0)


def test_site_and_design_must_count_alike(tmp_path: Path) -> None:
    folder = configs_dir() / "tianzhen_20mw"
    for name in ("plant.toml", "design.json"):
        (tmp_path / name).write_text((folder / name).read_text(encoding="utf-8"), encoding="utf-8")
    text = (folder / "site.toml").read_text(encoding="utf-8")
    (tmp_path / "site.toml").write_text(re.sub(r"count = \d+", "count = 3", text, count=1), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"3 devices of type orc_unit, the design has \d+"):
        simulator(load_site(tmp_path))


def test_weather_is_that_of_the_climate() -> None:
    hours = np.arange(8760, dtype=np.float64)
    sky = Sky(Weather(hours, hours), datetime(2026, 3, 1, 6, 30))
    assert sky.temperature(0.0) == 59 * 24 + 6.5
    assert sky.temperature(1800.0) == 59 * 24 + 7.0
    assert sky.hour_of_day(3600.0 * 20.0) == pytest.approx(2.5)
    assert sky.temperature(365 * 86400.0) == sky.temperature(0.0)
    assert sky.time(60.0) == datetime(2026, 3, 1, 6, 31)
    leap = Sky(Weather(hours, hours), datetime(2028, 2, 29, 0, 0))
    assert leap.temperature(0.0) == 58 * 24


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tianzhen_20mw", "tianzhen_pilot"])
def test_a_day_at_one_second_has_no_drift_and_no_nan(name: str) -> None:
    run = Run(name, running=True)
    unit = run.client("U01")
    unit.take_remote()
    before = unit.value("FALLBACK_HOLD_S")
    run.simulated.tick(86400.0, wall=1.0)
    rooms = run.plant.rooms
    for group in run.simulated.groups.values():
        optional = {"BUBBLE_MARGIN"}  # a well that boils by design has none
        for tag in group.bank.table:
            if tag.name not in optional:
                assert np.all(np.isfinite(group.bank[tag.name])), tag.name
    assert unit.name("STATE") == "running"
    assert unit.value("FALLBACK_HOLD_S") == before
    assert np.all(np.abs(rooms.units.energy_residual()) < 1e-3 * rooms.units.ledger.brine)
    field = rooms.field
    produced, injected = field.produced_mass.sum(), field.injected_mass.sum()
    assert injected == pytest.approx(produced, rel=0.01)
    hours = unit.value("RUN_HOURS")
    assert hours == pytest.approx(24.0, abs=0.1)
    assert unit.value("ENERGY_NET") == pytest.approx(24.0 * unit.value("POWER_NET"), rel=0.3)
