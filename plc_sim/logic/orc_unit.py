"""The controller of an ORC unit: states, permissives, trips, setpoint.

It sees the plant through its instruments only: tags, in their own units. Limits are the usual ones of such
machines and assumed, see `orc_machine.Settings`.
"""

from typing import Final

import numpy as np

from plc_sim.bank import Bank
from plc_sim.clock import Clock
from plc_sim.instruments.orc_unit import FREQUENCY_HZ, SPEED_RPM, VOLTAGE_V
from plc_sim.logic.head import Authority, Flags, Head, Result, Setpoint, Traits
from plc_sim.logic.orc_control import MachineControl
from plc_sim.logic.orc_machine import (
    COOLING_DOWN,
    PREHEATING,
    READY,
    ROLLING,
    RUNNING,
    STOPPED,
    SYNCHRONISING,
    TRIPPED,
    UNLOADING,
    Machine,
    Settings,
    State,
)
from plc_sim.logic.trips import Trips, bit_word
from plc_sim.process.lookup import between
from plc_sim.process.orc_records import Commands
from plc_sim.registers import Values

_DELAYS_S: Final = {
    "vibration": 2.0, "lube_p_low": 3.0, "lube_T_high": 5.0, "seal_p_low": 3.0, "winding_T_high": 5.0,
    "bearing_T_high": 5.0, "gas_leak": 2.0, "evap_p_high": 1.0, "cond_p_high": 5.0, "cond_vacuum": 120.0,
    "superheat_low": 30.0, "pump_cavitation": 10.0, "wf_in_brine": 10.0, "freezing": 60.0, "prot_27": 1.0,
    "prot_59": 1.0, "prot_81": 0.5, "prot_32": 5.0, "brine_lost": 20.0,
}  # fmt: skip
_LONGEST_S: Final = ((PREHEATING, 5400.0), (ROLLING, 600.0), (SYNCHRONISING, 300.0))
_ALONE: Final = int(Authority.LOCAL_FALLBACK)
_SECONDS_PER_MINUTE: Final = 60.0
_WARM_UP_S: Final = 1800.0  # a condenser that starts in frost begins below its floor


class OrcLogic:
    """Scan of all units' controllers.

    Attributes
    ----------
    control : MachineControl
        What it does to the machines.
    state : array of int, shape (units,)
    grid_ok : array of bool, shape (units,)
        From the synchronising relay: the grid is there, with voltage and frequency in range.
    """

    def __init__(
        self,
        bank: Bank,
        traits: Traits,
        clock: Clock,
        machine: Machine,
        *,
        fallback_hold_s: Values,
        fallback_power_kW: Values,
        T_return_min_degC: Values,
        settings: Settings | None = None,
    ) -> None:
        self.head = Head(bank, traits, clock)
        self.settings = settings or Settings()
        self._bank, self._machine, n = bank, machine, bank.count
        self.state = np.full(n, STOPPED)
        self._since = np.zeros(n)  # in this state [s]
        self.trips = Trips(bank.table["TRIPS"].dtype, n, _DELAYS_S)
        self.control = MachineControl(bank, machine, self.settings)
        self.grid_ok = np.ones(n, dtype=bool)
        self._start, self._stop = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        self._settled_s = np.zeros(n)
        self._permitted = np.zeros(n, dtype=bool)
        self._lowest = self.settings.min_load * machine.net
        self._highest = np.minimum(bank.ranges("POWER_SP")[1], machine.rating)
        bank["FALLBACK_HOLD_S"][:] = fallback_hold_s
        bank["FALLBACK_POWER"][:] = np.maximum(fallback_power_kW, self._lowest)
        bank["POWER_RAMP"][:] = 0.1 * machine.rating
        bank["BRINE_FLOW_MAX"][:] = 1.3 * machine.flow
        bank["BRINE_T_OUT_MIN"][:] = between(T_return_min_degC, *bank.ranges("BRINE_T_OUT_MIN"))
        bank["POWER_SP"][:] = self._lowest
        self._setpoint = Setpoint(self.head, "POWER_SP", self._lowest)

    @property
    def commands(self) -> Commands:
        """What the machines are asked for; handed to the process."""
        return self.control.commands

    def scan(self, dt: float) -> None:
        """Scan once: instruments and writes in, commands out."""
        self.head.scan(dt, self._execute)
        self._aim(dt)
        tripped = self.trips.scan(dt, self._trip_conditions())
        self._permit()
        self._move(dt, tripped)
        self.control.scan(dt, self.state, self._since)
        self._show()

    def begin_running(self, fans: Values) -> None:
        """Take over units that are at work already, for a simulation that begins so."""
        self.state[:] = RUNNING
        self._since[:] = 0.0
        self.control.begin_running(fans)
        within_reach = between(0.97 * self._bank["POWER_AVAILABLE"], self._lowest, self._highest)
        self._setpoint.accepted[:] = within_reach
        self._bank["POWER_SP"][:] = within_reach
        self._bank["POWER_SP_RAMPED"][:] = self._bank["POWER_NET"]
        self.control.scan(0.0, self.state, self._since)

    def _execute(self, device: int, command: str) -> Result:
        state = State(int(self.state[device]))
        if command == "start":
            if state not in (State.STOPPED, State.READY):
                return Result.REFUSED_STATE
            if not self._permitted[device] or state is not State.READY:
                return Result.REFUSED_PERMISSIVE
            self._start[device] = True
            return Result.ACCEPTED
        if command == "stop":
            if not State.PREHEATING <= state <= State.UNLOADING:
                return Result.REFUSED_STATE
            self._stop[device] = True
            return Result.ACCEPTED
        if command == "reset_trip":
            if state is not State.TRIPPED:
                return Result.REFUSED_STATE
            return Result.ACCEPTED if self.trips.reset(device) else Result.REFUSED_PERMISSIVE
        return Result.UNKNOWN_COMMAND

    def _aim(self, dt: float) -> None:
        """Accept the setpoint, fall back without the core, ramp."""
        bank, head = self._bank, self.head
        wanted = self._setpoint.follow(self._lowest, self._highest)
        alone = head.authority == _ALONE
        held = head.clock.plant - head.lost_since > bank["FALLBACK_HOLD_S"]  # NaN: never
        fallback = between(bank["FALLBACK_POWER"], self._lowest, self._highest)
        wanted = np.where(alone & held, fallback, wanted)
        wanted = np.where(self.state == UNLOADING, 0.5 * self._lowest, wanted)
        step = bank["POWER_RAMP"] * dt / _SECONDS_PER_MINUTE
        ramped = bank["POWER_SP_RAMPED"]
        loaded = (self.state == RUNNING) | (self.state == UNLOADING)
        ramped += between(wanted - ramped, -step, step)
        ramped[~loaded] = 0.0

    def _trip_conditions(self) -> list[Flags]:
        """Conditions in the order of the bit field TRIPS."""
        bank, machine, state = self._bank, self._machine, self.state
        running = state == RUNNING
        settled = running & (self._since > _WARM_UP_S)
        on = bank["BREAKER"] != 0.0
        turning = bank["SPEED"] > 0.05 * SPEED_RPM
        late = np.zeros(bank.count, dtype=bool)
        for slow, longest in _LONGEST_S:
            late |= (state == slow) & (self._since > longest)
        lost = (self.head.authority == _ALONE) & self.head.traits.trips_without_core
        volts, hertz = bank["VOLTAGE"] / VOLTAGE_V, bank["FREQUENCY"] / FREQUENCY_HZ
        return [
            bank["SPEED"] > 1.10 * SPEED_RPM,
            bank["VIBRATION"] > self.settings.vibration,
            turning & (bank["LUBE_P"] < 1.0),
            turning & (bank["LUBE_T"] > 75.0),
            bank["SEAL_P"] < 0.4,
            bank["WINDING_T"] > 145.0,
            bank["BEARING_T"] > 95.0,
            bank["GAS_CONC"] > 2000.0,
            bank["FIRE"] != 0.0,
            bank["WF_P_EVAP"] > machine.p_evap_max,
            bank["WF_P_COND"] > machine.p_cond_max,
            settled & (bank["WF_P_COND"] < 0.8 * machine.p_cond_min),
            running & (machine.superheat > 1.0) & (bank["SUPERHEAT"] < 0.5),
            (bank["PUMP_ON"] != 0.0) & (bank["NPSH_MARGIN"] < 0.0),
            bank["BRINE_WF_CONC"] > 50.0,
            running & (bank["BRINE_T_OUT"] < 3.0),
            on & (volts < 0.85),
            on & (volts > 1.15),
            on & ((hertz < 0.95) | (hertz > 1.03) | ~self.grid_ok),
            on & (bank["POWER_GROSS"] < -0.03 * machine.rating),
            bank["ESTOP"] != 0.0,
            running & (bank["BRINE_FLOW"] < 0.05 * machine.flow),
            lost,
            late,
        ]

    def _permit(self) -> None:
        """Permissives in the order of the bit field PERMISSIVES."""
        bank, machine = self._bank, self._machine
        met = [
            ~self.trips.latched.any(axis=0),
            (bank["BRINE_P_IN"] > 2.0) & (bank["BRINE_T_IN"] > 100.0),
            (bank["LUBE_P"] > 1.5) & (bank["LUBE_T"] < 65.0),
            bank["SEAL_P"] > 0.8,
            (bank["GAS_CONC"] < 500.0) & (bank["GAS_ALARM"] == 0.0),
            bank["FIRE"] == 0.0,
            self.grid_ok,
            (bank["WF_LEVEL"] > 15.0) & (bank["WF_LEVEL"] < 95.0),
            bank["WF_P_COND"] < 0.8 * machine.p_cond_max,
            bank["START_INHIBIT"] == 0.0,
            bank["ESTOP"] == 0.0,
        ]
        self._permitted = np.logical_and.reduce(met)
        bank["PERMISSIVES"][:] = bit_word(bank.table["PERMISSIVES"].dtype, met)

    def _move(self, dt: float, tripped: Flags) -> None:
        """Go from state to state; each unit takes at most one step a scan."""
        bank, machine, state = self._bank, self._machine, self.state
        speed = bank["SPEED"] / SPEED_RPM
        in_step = (state == SYNCHRONISING) & (np.abs(speed - 1.0) < 0.003) & self.grid_ok
        self._settled_s = np.where(in_step, self._settled_s + dt, 0.0)
        hot = bank["WF_P_EVAP"] > self.settings.roll_pressure * machine.p_evap
        starting = (state >= PREHEATING) & (state <= SYNCHRONISING)
        unloaded = (bank["POWER_NET"] < 0.7 * self._lowest) | (self._since > 1800.0)
        cooled = (speed < 0.05) & (bank["BRINE_VALVE_CLOSED"] != 0.0) & (self._since > 120.0)
        rules = [
            (tripped & (state != TRIPPED), TRIPPED),
            ((state == TRIPPED) & ~tripped, COOLING_DOWN),
            (starting & self._stop, COOLING_DOWN),
            ((state == RUNNING) & self._stop, UNLOADING),
            ((state == UNLOADING) & unloaded, COOLING_DOWN),
            ((state == COOLING_DOWN) & cooled, STOPPED),
            ((state == STOPPED) & self._permitted, READY),
            ((state == READY) & ~self._permitted, STOPPED),
            ((state == READY) & self._start, PREHEATING),
            ((state == PREHEATING) & hot, ROLLING),
            ((state == ROLLING) & (speed > 0.997), SYNCHRONISING),
            (self._settled_s > 8.0, RUNNING),
        ]
        after = state.copy()
        for when, then in reversed(rules):  # the first rule that applies counts
            if when.any():
                after[when] = then
        moved = after != state
        self._since = np.where(moved, 0.0, self._since + dt)
        if moved.any():
            bank["STARTS"][:] += moved & (after == RUNNING)
            self.state = after
        self._start[:] = False
        self._stop[:] = False

    def _show(self) -> None:
        bank = self._bank
        bank["STATE"][:] = self.state
        bank["FIRST_OUT"][:] = self.trips.first_out
        bank["TRIPS"][:] = self.trips.word()
