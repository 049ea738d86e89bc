"""What the controller of an ORC unit does to its machines: governor, fans, brine valve, bypasses."""

import numpy as np
from numpy.typing import NDArray

from plc_sim.bank import Bank
from plc_sim.instruments.orc_unit import SPEED_RPM
from plc_sim.logic.head import Flags
from plc_sim.logic.orc_machine import (
    COOLING_DOWN,
    PREHEATING,
    ROLLING,
    RUNNING,
    SYNCHRONISING,
    TRIPPED,
    UNLOADING,
    Machine,
    Settings,
)
from plc_sim.process.lookup import between, kept, known
from plc_sim.process.orc_records import GOVERNOR_OPEN, GOVERNOR_SHUT, GOVERNOR_SPEED, Commands
from plc_sim.registers import Values


class MachineControl:
    """Loops of all units' controllers; each sees instruments only, and a dead one leaves things as they are.

    Attributes
    ----------
    commands : Commands
        What the machines are asked for.
    """

    def __init__(self, bank: Bank, machine: Machine, settings: Settings) -> None:
        self._bank, self._machine, self.settings = bank, machine, settings
        self.commands = Commands.none(bank.count)
        self._state, self._since = np.zeros(bank.count, dtype=np.intp), np.zeros(bank.count)
        self._wanted_flow, self._fans = np.zeros(bank.count), np.full(bank.count, 0.3)

    def begin_running(self, fans: Values) -> None:
        """Take over units that are at work already."""
        self._wanted_flow[:] = self._bank["BRINE_FLOW"]
        self._fans = np.array(fans)
        self.commands.opening[:] = 1.0
        self.commands.valve[:] = self._bank["BRINE_VALVE_POS"] / 100.0

    def scan(self, dt: float, state: NDArray[np.intp], since: Values) -> None:
        """Work out what is asked of the machines of units in these states, since so long [s]."""
        self._state, self._since = state, since
        commands = self.commands
        at_work = (state == RUNNING) | (state == UNLOADING)
        rolling = (state == ROLLING) | (state == SYNCHRONISING)
        commands.breaker = at_work
        commands.pump = (state >= PREHEATING) & (state <= UNLOADING)
        commands.governor = np.where(at_work, GOVERNOR_OPEN, np.where(rolling, GOVERNOR_SPEED, GOVERNOR_SHUT))
        self._roll(rolling)
        self._open(dt, at_work)
        self._relieve(at_work, rolling)
        self._blow(dt)
        self._draw_brine(dt, at_work, rolling)

    def _open(self, dt: float, at_work: Flags) -> None:
        """Governor: opens all the way in time, and is quick to close on too much power.

        Never on pressure: shut in, it would only rise.
        """
        room = self._room(self._power_room())
        opens = self.settings.opening_rate * between((room + 0.03) / 0.03, 0.0, 1.0)
        closes = np.minimum(room + 0.03, 0.0)
        opening = between(self.commands.opening + (opens + closes) * dt, 0.03, 1.0)
        self.commands.opening = np.where(at_work, opening, 0.03)

    def _roll(self, rolling: Flags) -> None:
        lag = 1.0 - self._bank["SPEED"] / SPEED_RPM
        rate = between(lag / 3.0, -self.settings.roll_rate, self.settings.roll_rate)
        self.commands.speed_rate = kept(np.where(rolling, rate, 0.0), self.commands.speed_rate)

    def _relieve(self, at_work: Flags, rolling: Flags) -> None:
        """Vapour past the turbine: holds the pressure while rolling, relieves it when shut."""
        p = self._bank["WF_P_EVAP"] / self._machine.p_evap
        floor = np.where(rolling, 0.55, 0.9)
        relief = (self._bank["WF_P_EVAP"] / self._machine.p_evap_max - 0.95) / 0.05
        wanted = np.where(at_work, relief, (p - floor) / 0.2)
        self.commands.vapour_bypass = kept(between(wanted, 0.0, 1.0), self.commands.vapour_bypass)

    def _blow(self, dt: float) -> None:
        """Fans: as fast as the floor of the condensing pressure allows; off when nothing is to be cooled."""
        bank, machine = self._bank, self._machine
        above = bank["WF_P_COND"] / machine.p_cond_min - 1.0
        above = np.where(np.isfinite(above), above, 1.0)
        trimmed = self._fans * np.exp(between(3.0 * above, -1.0, 1.0) * dt / 30.0)
        self._fans = between(trimmed, 0.5 * machine.fan_speed_min, 1.0)
        turning = np.minimum(self._fans * np.exp(between(4.0 * above, -2.0, 2.0)), 1.0)
        turning = np.where(turning < machine.fan_speed_min, 0.0, turning)
        alive = (self._state >= PREHEATING) & (self._state != TRIPPED)
        warm = bank["WF_P_COND"] > 1.1 * machine.p_cond_min
        gas, fire = bank["GAS_CONC"] > 500.0, bank["FIRE"] != 0.0
        wanted = np.where((alive & (self._state != COOLING_DOWN)) | warm, turning, 0.0)
        wanted = np.where(bank["FAN_DEICE"] != 0.0, np.minimum(wanted, 0.3), wanted)
        # Gas is blown away, a fire is not fanned.
        self.commands.fans = np.where(fire, 0.0, np.where(gas, 1.0, wanted))

    def _draw_brine(self, dt: float, at_work: Flags, rolling: Flags) -> None:
        bank, machine, given = self._bank, self._machine, self.settings
        flow = known(bank["BRINE_FLOW"])
        error = self._room(np.minimum(self._power_room(), self._pressure_room()))
        most = np.minimum(
            np.minimum(bank["BRINE_FLOW_MAX"], machine.flow_open), 1.15 * flow + 0.1 * machine.flow
        )
        least = given.least_flow * machine.flow
        moved = self._wanted_flow + error * machine.flow * dt / given.reset_s
        self._wanted_flow = np.where(
            at_work, between(moved, least, np.maximum(most, least)), self._wanted_flow
        )
        wanted = between(self._wanted_flow + given.gain * error * machine.flow, least, machine.flow_open)
        wanted = np.where(at_work, np.minimum(wanted, bank["BRINE_FLOW_MAX"]), 0.0)
        wanted = np.where(rolling, given.roll_flow * machine.flow, wanted)
        wanted = np.where(self._state == PREHEATING, given.preheat_flow * machine.flow, wanted)
        self._wanted_flow = np.where(rolling, wanted, self._wanted_flow)
        position = bank["BRINE_VALVE_POS"] / 100.0
        trimmed = between(position + 0.5 * (wanted - flow) / machine.flow_open, 0.0, 1.0)
        self.commands.valve = kept(np.where(wanted > 0.0, trimmed, 0.0), self.commands.valve)
        self._mix(dt, at_work)

    def _power_room(self) -> Values:
        """How much more power may be made, over design: setpoint, rating."""
        bank, machine = self._bank, self._machine
        to_setpoint = (bank["POWER_SP_RAMPED"] - bank["POWER_NET"]) / machine.net
        to_rating = (machine.rating - bank["POWER_GROSS"]) / machine.net
        return np.minimum(to_setpoint, to_rating)

    def _pressure_room(self) -> Values:
        """The same, for the evaporating pressure's sake."""
        machine = self._machine
        return np.asarray(3.0 * (0.93 * machine.p_evap_max - self._bank["WF_P_EVAP"]) / machine.p_evap)

    @staticmethod
    def _room(room: Values) -> Values:
        return between(np.where(np.isfinite(room), room, 0.0), -1.0, 1.0)  # a dead sensor holds the valve

    def _mix(self, dt: float, at_work: Flags) -> None:
        """Bypass: lifts the return to its lowest temperature; keeps the brine moving after a trip."""
        bank = self._bank
        cold = known(bank["BRINE_T_OUT_MIN"] - bank["BRINE_T_OUT"])
        mixing = between(self.commands.bypass + cold / 20.0 * dt / 30.0, 0.0, 0.4)
        relief = (self._state == TRIPPED) & (self._since < 900.0)
        self.commands.bypass = np.where(at_work, mixing, np.where(relief, 0.7, 0.0))
