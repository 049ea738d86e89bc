"""Controllers of heating station, water station and substation."""

from enum import IntEnum
from typing import Final

import numpy as np

from plc_sim.bank import Bank
from plc_sim.clock import Clock
from plc_sim.logic.head import Flags, Head, Result, Setpoint, Traits
from plc_sim.logic.trips import Trips
from plc_sim.process.lookup import between, known
from plc_sim.registers import Values

_NOMINAL_HZ: Final = 50.0
_BYPASS_GAIN: Final = (
    0.6  # [1/bar], assumed, with the reset time for a manifold that holds 20 s of flow a bar
)
_BYPASS_RESET_S: Final = 200.0
_ROCOF: Final = 1.0  # [Hz/s], assumed: faster, the plant is taken to be an island


class HeatState(IntEnum):
    """States of a heating station; codes as in the tag table."""

    STOPPED = 0
    STARTING = 1
    RUNNING = 2
    STOPPING = 3
    TRIPPED = 4


class HeatingLogic:
    """Scan of a heating station.

    Attributes
    ----------
    valve : array, shape (stations,)
        Opening of the tail-water valve wanted. [-]
    pump : array
        Network pump: 0 off to 1. [-]
    tank_flow : array
        Charging flow of the tank wanted. [kg/s]
    """

    _delays: Final = {"network_p_low": 5.0, "network_p_high": 5.0, "supply_T_high": 30.0, "brine_lost": 600.0}

    def __init__(
        self, bank: Bank, traits: Traits, clock: Clock, *, T_supply_degC: float, limit_kW: float
    ) -> None:
        self.head = Head(bank, traits, clock)
        self._bank, n = bank, bank.count
        self.state = np.full(n, int(HeatState.RUNNING))
        self._since = np.zeros(n)
        self.trips = Trips(bank.table["TRIPS"].dtype, n, self._delays)
        self.valve, self.pump, self.tank_flow = np.full(n, 0.3), np.ones(n), np.zeros(n)
        bank["T_SUPPLY_SP"][:] = T_supply_degC
        bank["HEAT_LIMIT_SP"][:] = limit_kW
        self._temperature = Setpoint(self.head, "T_SUPPLY_SP", np.full(n, T_supply_degC))
        self._limit = Setpoint(self.head, "HEAT_LIMIT_SP", np.full(n, limit_kW))

    def scan(self, dt: float) -> None:
        """Scan once."""
        bank = self._bank
        self.head.scan(dt, self._execute)
        tripped = self.trips.scan(dt, self._conditions())
        self._move(dt, tripped)
        running = self.state == HeatState.RUNNING
        self.pump = (
            (self.state == HeatState.STARTING) | running | (self.state == HeatState.STOPPING)
        ).astype(float)
        wanted = self._temperature.follow(20.0, 90.0)
        limit = self._limit.follow(*bank.ranges("HEAT_LIMIT_SP"))
        error = known(wanted - bank["T_SUPPLY"])
        room = known((limit - bank["HEAT_POWER"]) / np.maximum(limit, 1.0))
        moved = self.valve + np.minimum(error / 20.0, 2.0 * room) * dt / 120.0
        self.valve = np.where(running, between(moved, 0.0, 1.0), 0.0)
        self.tank_flow = np.where(running, bank["TANK_FLOW_SP"], 0.0)
        bank["STATE"][:] = self.state
        bank["FIRST_OUT"][:] = self.trips.first_out
        bank["TRIPS"][:] = self.trips.word()

    def _execute(self, device: int, command: str) -> Result:
        state = self.state[device]
        if command == "reset_trip":
            if state != HeatState.TRIPPED:
                return Result.REFUSED_STATE
            return Result.ACCEPTED if self.trips.reset(device) else Result.REFUSED_PERMISSIVE
        wanted = {"start": HeatState.STARTING, "stop": HeatState.STOPPING}.get(command)
        if wanted is None:
            return Result.UNKNOWN_COMMAND
        needed = HeatState.STOPPED if command == "start" else HeatState.RUNNING
        if state != needed:
            return Result.REFUSED_STATE
        self.state[device], self._since[device] = wanted, 0.0
        return Result.ACCEPTED

    def _conditions(self) -> list[Flags]:
        bank, running = self._bank, self.state == HeatState.RUNNING
        return [
            bank["NETWORK_P"] < 1.0,
            bank["NETWORK_P"] > 10.0,
            bank["T_SUPPLY"] > 90.0,
            running & (bank["PUMP_ON"] == 0.0) & (self._since > 60.0),
            running & (bank["BRINE_FLOW"] < 0.01) & (bank["BRINE_VALVE_POS"] > 50.0),
            bank["ESTOP"] != 0.0,
        ]

    def _move(self, dt: float, tripped: Flags) -> None:
        state = self.state
        after = state.copy()
        after[(state == HeatState.STOPPING) & (self._since > 120.0)] = HeatState.STOPPED
        after[(state == HeatState.STARTING) & (self._since > 60.0)] = HeatState.RUNNING
        after[(state == HeatState.TRIPPED) & ~tripped] = HeatState.STOPPED
        after[tripped] = HeatState.TRIPPED
        self._since = np.where(after != state, 0.0, self._since + dt)
        self.state = after


class WaterLogic:
    """Scan of a water station.

    Attributes
    ----------
    bypass : array, shape (stations,)
        Opening of the manifold's bypass wanted. [-]
    dose : array
        Inhibitor wanted. [mg/kg]
    cleans : array of bool
        Cleaning of the filters was asked for in this scan.
    """

    def __init__(
        self, bank: Bank, traits: Traits, clock: Clock, *, p_header_bar: float, dose_mg_kg: float
    ) -> None:
        self.head = Head(bank, traits, clock)
        self._bank, n = bank, bank.count
        self.dosing = np.ones(n, dtype=bool)
        self.fault = np.zeros(n, dtype=bool)
        self.cleans = np.zeros(n, dtype=bool)
        self.bypass, self._base = np.ones(n), np.ones(n)
        bank["DOSE_SP"][:] = dose_mg_kg
        bank["HEADER_P_SP"][:] = p_header_bar
        self._dose = Setpoint(self.head, "DOSE_SP", np.full(n, dose_mg_kg))
        self._pressure = Setpoint(self.head, "HEADER_P_SP", np.full(n, p_header_bar))
        self.dose: Values = np.full(n, dose_mg_kg)

    def scan(self, dt: float) -> None:
        """Scan once."""
        bank = self._bank
        self.cleans[:] = False
        self.head.scan(dt, self._execute)
        self.fault |= self.dosing & (bank["DOSE_TANK_LEVEL"] < 1.0)
        wanted = self._dose.follow(*bank.ranges("DOSE_SP"))
        self.dose = np.where(self.dosing & ~self.fault, wanted, 0.0)
        pressure = self._pressure.follow(*bank.ranges("HEADER_P_SP"))
        above = known(bank["HEADER_P"] - pressure)
        self._base = between(self._base + above * _BYPASS_GAIN * dt / _BYPASS_RESET_S, 0.0, 1.0)
        self.bypass = between(self._base + _BYPASS_GAIN * above, 0.0, 1.0)
        bank["STATE"][:] = np.where(self.fault, 2.0, np.where(self.dosing, 1.0, 0.0))

    def begin(self, bypass: float) -> None:
        """Take over a manifold whose bypass stands so far open."""
        self.bypass[:] = self._base[:] = bypass

    def _execute(self, device: int, command: str) -> Result:
        if command == "clean_filter":
            if self._bank["FILTER_STATE"][device] == 1.0:
                return Result.REFUSED_STATE
            self.cleans[device] = True
        elif command == "reset_trip":
            if not self.fault[device]:
                return Result.REFUSED_STATE
            self.fault[device] = False
        elif command in ("start_dosing", "stop_dosing"):
            wanted = command == "start_dosing"
            if self.dosing[device] == wanted:
                return Result.REFUSED_STATE
            self.dosing[device] = wanted
        else:
            return Result.UNKNOWN_COMMAND
        return Result.ACCEPTED


class SubstationLogic:
    """Scan of a substation.

    Attributes
    ----------
    breaker : array of bool, shape (stations,)
        Wanted closed.
    dispatch : array of bool
        Dispatch has the say over power.
    """

    _delays: Final = {"prot_27": 2.0, "prot_59": 2.0, "prot_81": 0.5, "prot_50": 0.2, "island": 0.2}

    def __init__(
        self, bank: Bank, traits: Traits, clock: Clock, *, installed_kW: float, nominal_kV: float
    ) -> None:
        self.head = Head(bank, traits, clock)
        self._bank, n = bank, bank.count
        self.breaker = np.ones(n, dtype=bool)
        self.dispatch = np.zeros(n, dtype=bool)
        self.trips = Trips(bank.table["TRIPS"].dtype, n, self._delays)
        self._installed, self._nominal = installed_kW, nominal_kV
        self._last_F = np.full(n, _NOMINAL_HZ)
        bank["P_LIMIT"][:] = installed_kW

    def scan(self, dt: float) -> None:
        """Scan once."""
        bank = self._bank
        self.head.scan(dt, self._execute)
        volts = bank["V"] / self._nominal
        tripped = self.trips.scan(
            dt,
            [
                volts < 0.8,
                volts > 1.2,
                (bank["F"] < 47.5) | (bank["F"] > 51.5),
                np.hypot(bank["P"], bank["Q"]) > 1.5 * self._installed,
                np.abs(bank["F"] - self._last_F) / dt > _ROCOF,
                bank["ESTOP"] != 0.0,
            ],
        )
        self._last_F = bank["F"].copy()
        self.breaker &= ~tripped
        bank["DISPATCH_AUTHORITY"][:] = self.dispatch
        bank["FIRST_OUT"][:] = self.trips.first_out
        bank["TRIPS"][:] = self.trips.word()

    def _execute(self, device: int, command: str) -> Result:
        if command == "reset_trip":
            if not self.trips.latched[:, device].any():
                return Result.REFUSED_STATE
            return Result.ACCEPTED if self.trips.reset(device) else Result.REFUSED_PERMISSIVE
        if command in ("open_breaker", "close_breaker"):
            wanted = command == "close_breaker"
            if self.breaker[device] == wanted:
                return Result.REFUSED_STATE
            if wanted and self.trips.latched[:, device].any():
                return Result.REFUSED_PERMISSIVE
            self.breaker[device] = wanted
            return Result.ACCEPTED
        if command in ("take_dispatch", "release_dispatch"):
            self.dispatch[device] = command == "take_dispatch"
            return Result.ACCEPTED
        return Result.UNKNOWN_COMMAND
