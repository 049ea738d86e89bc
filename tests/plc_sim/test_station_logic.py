"""Trips and refusals of wells, heating station and substation, on their banks alone."""

from collections.abc import Sequence

import numpy as np
import pytest

from orcplant.tags import load_table
from plc_sim.bank import Bank
from plc_sim.clock import Clock
from plc_sim.logic.head import Authority, Result, Traits
from plc_sim.logic.stations import HeatingLogic, HeatState, SubstationLogic
from plc_sim.logic.wellfield import WellLogic, WellState


def plain(count: int) -> Traits:
    return Traits.of([frozenset()] * count, [False] * count)


def wells(rated: Sequence[float] = (58.0, 58.0, 0.0)) -> tuple[WellLogic, Bank]:
    bank = Bank(load_table("wellfield"), len(rated))
    flow = np.array(rated)
    back = np.full(len(rated), 40.0)
    logic = WellLogic(bank, plain(len(rated)), Clock(), rated=flow, rated_injection=back, wanted=flow)
    bank["PROD_P"][:], bank["INJ_P"][:], bank["HEADER_P"][:] = 11.2, 15.0, 10.2
    bank["BUBBLE_MARGIN"][:], bank["PROD_FLOW"][:] = 4.0, flow
    bank["PROD_VALVE_POS"][:], bank["INJ_VALVE_POS"][:] = 100.0, 100.0
    return logic, bank


def scans(logic: WellLogic | HeatingLogic | SubstationLogic, seconds: float) -> None:
    for _ in range(round(seconds)):
        logic.scan(1.0)


@pytest.mark.parametrize(
    ("tag", "value", "trip", "stopped"),
    [
        ("PROD_P", 31.0, "wellhead_p_high", ("PROD_STATE",)),
        ("INJ_P", 26.0, "injection_p_high", ("INJ_STATE",)),
        ("HEADER_P", 26.0, "header_p_high", ("PROD_STATE", "INJ_STATE")),
        ("ESTOP", 1.0, "estop", ("PROD_STATE", "INJ_STATE")),
        ("BUBBLE_MARGIN", -0.1, "bubble_point", ("PROD_STATE",)),
    ],
)
def test_a_pad_trips_alone_and_resets(tag: str, value: float, trip: str, stopped: tuple[str, ...]) -> None:
    logic, bank = wells()
    before = bank[tag][1]
    bank[tag][1] = value
    scans(logic, 65)
    assert bank.table["FIRST_OUT"].dtype.name_of(int(bank["FIRST_OUT"][1])) == trip
    for state in ("PROD_STATE", "INJ_STATE"):
        expected = WellState.TRIPPED if state in stopped else WellState.OPEN
        assert bank[state].tolist()[:2] == [WellState.OPEN, expected]
    assert (logic.production[1] == 0.0) == ("PROD_STATE" in stopped)
    assert (logic.injection[1] == 0.0) == ("INJ_STATE" in stopped)
    logic.head.authority[:] = Authority.REMOTE
    assert logic._execute(1, "reset_trip") is Result.REFUSED_PERMISSIVE  # noqa: SLF001
    bank[tag][1] = before
    scans(logic, 1)
    assert logic._execute(1, "reset_trip") is Result.ACCEPTED  # noqa: SLF001
    assert logic._execute(1, "reset_trip") is Result.REFUSED_STATE  # noqa: SLF001


def test_a_short_spike_is_no_trip() -> None:
    logic, bank = wells()
    bank["INJ_P"][0] = 30.0
    scans(logic, 4)
    bank["INJ_P"][0] = 15.0
    scans(logic, 10)
    assert bank["TRIPS"].tolist() == [0.0, 0.0, 0.0]


def test_a_pad_without_a_production_well_says_so() -> None:
    logic, bank = wells()
    scans(logic, 1)
    assert bank["PROD_STATE"].tolist() == [WellState.OPEN, WellState.OPEN, WellState.NOT_FITTED]
    assert logic._execute(2, "open_production") is Result.REFUSED_STATE  # noqa: SLF001


def heating() -> tuple[HeatingLogic, Bank]:
    bank = Bank(load_table("heating_station"), 1)
    logic = HeatingLogic(bank, plain(1), Clock(), T_supply_degC=55.0, limit_kW=16000.0)
    bank["NETWORK_P"][:], bank["T_SUPPLY"][:], bank["PUMP_ON"][:] = 3.0, 55.0, 1.0
    bank["BRINE_FLOW"][:], bank["HEAT_POWER"][:] = 100.0, 8000.0
    return logic, bank


@pytest.mark.parametrize(
    ("tag", "value", "trip"),
    [
        ("NETWORK_P", 0.5, "network_p_low"),
        ("NETWORK_P", 11.0, "network_p_high"),
        ("T_SUPPLY", 91.0, "supply_T_high"),
        ("PUMP_ON", 0.0, "pump_fault"),
        ("ESTOP", 1.0, "estop"),
    ],
)
def test_heating_station_trips_shut_and_resets(tag: str, value: float, trip: str) -> None:
    logic, bank = heating()
    before = bank[tag][0]
    bank[tag][0] = value
    scans(logic, 100)
    assert logic.state[0] == HeatState.TRIPPED
    assert bank.table["FIRST_OUT"].dtype.name_of(int(bank["FIRST_OUT"][0])) == trip
    assert (logic.valve[0], logic.pump[0]) == (0.0, 0.0)
    assert logic._execute(0, "start") is Result.REFUSED_STATE  # noqa: SLF001
    bank[tag][0] = before
    scans(logic, 2)
    assert logic._execute(0, "reset_trip") is Result.ACCEPTED  # noqa: SLF001
    scans(logic, 2)
    assert logic.state[0] == HeatState.STOPPED


def test_heating_limit_wins_over_temperature() -> None:
    logic, bank = heating()
    bank["T_SUPPLY"][:] = 40.0
    scans(logic, 60)
    opened = logic.valve[0]
    bank["HEAT_POWER"][:] = 20000.0
    scans(logic, 60)
    assert logic.valve[0] < opened


def substation() -> tuple[SubstationLogic, Bank]:
    bank = Bank(load_table("substation"), 1)
    logic = SubstationLogic(bank, plain(1), Clock(), installed_kW=24000.0, nominal_kV=35.0)
    bank["V"][:], bank["F"][:], bank["P"][:] = 35.0, 50.0, 20000.0
    return logic, bank


@pytest.mark.parametrize(
    ("tag", "value", "trip"),
    [
        ("V", 27.0, "prot_27"),
        ("V", 43.0, "prot_59"),
        ("P", 40000.0, "prot_50"),
        ("ESTOP", 1.0, "estop"),
    ],
)
def test_substation_protection_opens_the_breaker(tag: str, value: float, trip: str) -> None:
    logic, bank = substation()
    scans(logic, 5)
    assert logic.breaker[0]
    before = bank[tag][0]
    bank[tag][0] = value
    scans(logic, 4)
    assert not logic.breaker[0]
    assert bank.table["FIRST_OUT"].dtype.name_of(int(bank["FIRST_OUT"][0])) == trip
    assert logic._execute(0, "close_breaker") is Result.REFUSED_PERMISSIVE  # noqa: SLF001
    bank[tag][0] = before
    scans(logic, 2)
    assert logic._execute(0, "reset_trip") is Result.ACCEPTED  # noqa: SLF001
    assert logic._execute(0, "close_breaker") is Result.ACCEPTED  # noqa: SLF001


def test_frequency_that_runs_away_is_an_island() -> None:
    logic, bank = substation()
    scans(logic, 2)
    bank["F"][:] = 51.2
    scans(logic, 1)
    assert bank.table["FIRST_OUT"].dtype.name_of(int(bank["FIRST_OUT"][0])) == "island"
    assert not logic.breaker[0]
