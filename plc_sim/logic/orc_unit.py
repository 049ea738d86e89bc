"""The controller of an ORC unit: states, permissives, trips, setpoint, and what it does to the machines.

It sees the plant through its instruments only: tags, in their own units. Limits are the usual ones of such
machines and assumed, see `Settings`.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from orcplant.units import KILO, bar
from plc_sim.bank import Bank
from plc_sim.clock import Clock
from plc_sim.instruments.orc_unit import FREQUENCY_HZ, SPEED_RPM, VOLTAGE_V
from plc_sim.logic.head import Authority, Flags, Head, Result, Setpoint, Traits
from plc_sim.logic.trips import Trips, bit_word
from plc_sim.process.lookup import between, known
from plc_sim.process.orc import GOVERNOR_OPEN, GOVERNOR_SHUT, GOVERNOR_SPEED, Commands, OrcUnits
from plc_sim.registers import Values


class State(IntEnum):
    """States of a unit; codes as in the tag table."""

    STOPPED = 0
    READY = 1
    PREHEATING = 2
    ROLLING = 3
    SYNCHRONISING = 4
    RUNNING = 5
    UNLOADING = 6
    COOLING_DOWN = 7
    TRIPPED = 8


# Plain numbers for the scan: looking a member up in an enum costs more than comparing an array.
_STOPPED, _READY, _PREHEATING, _ROLLING, _SYNCHRONISING, _RUNNING, _UNLOADING, _COOLING_DOWN, _TRIPPED = map(
    int, State
)


@dataclass(frozen=True, slots=True)
class Machine:
    """What a controller knows of its unit, each of shape (units,), in the tags' units.

    Rating and net power at design [kW]; brine flow at design, and through the open valve [kg/s];
    evaporating pressure at design and its highest, floor and ceiling of the condensing pressure [bar];
    design superheat [K].
    """

    rating: Values
    net: Values
    flow: Values
    flow_open: Values
    p_evap: Values
    p_evap_max: Values
    p_cond_min: Values
    p_cond_max: Values
    superheat: Values
    fan_speed_min: Values


def machine_of(units: OrcUnits) -> Machine:
    """What the controllers know of the units they stand at."""
    return Machine(
        rating=units.rating / KILO,
        net=units.net_design / KILO,
        flow=units.flow_design,
        flow_open=units.flow_design * units.assumed.valve_margin,
        p_evap=bar(units.p_evap_design),
        p_evap_max=bar(units.p_evap_max),
        p_cond_min=bar(units.p_cond_min),
        p_cond_max=bar(units.p_cond_max),
        superheat=units.superheat_design,
        fan_speed_min=units.fan_speed_min,
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Assumed settings of the controllers, plant time.

    ``vibration`` trips at the end of zone C of ISO 10816-1, class III [mm/s]. ``preheat_flow``,
    ``roll_flow`` of brine over design; ``roll_pressure`` over design evaporating pressure from which the
    turbine rolls; ``roll_rate`` of speed over design [1/s]. Gain and reset time of the power controller
    [-, s]; ``min_load`` of net power at design.
    """

    vibration: float = 11.2
    preheat_flow: float = 0.10
    roll_flow: float = 0.22
    roll_pressure: float = 0.45
    roll_rate: float = 1.0 / 90.0
    gain: float = 0.25
    reset_s: float = 60.0
    min_load: float = 0.2
    opening_rate: float = 1.0 / 60.0
    least_flow: float = 0.12


_DELAYS_S: Final = {
    "vibration": 2.0, "lube_p_low": 3.0, "lube_T_high": 5.0, "seal_p_low": 3.0, "winding_T_high": 5.0,
    "bearing_T_high": 5.0, "gas_leak": 2.0, "evap_p_high": 1.0, "cond_p_high": 5.0, "cond_vacuum": 120.0,
    "superheat_low": 30.0, "pump_cavitation": 10.0, "wf_in_brine": 10.0, "freezing": 60.0, "prot_27": 1.0,
    "prot_59": 1.0, "prot_81": 0.5, "prot_32": 5.0, "brine_lost": 20.0,
}  # fmt: skip
_LONGEST_S: Final = ((_PREHEATING, 5400.0), (_ROLLING, 600.0), (_SYNCHRONISING, 300.0))
_ALONE: Final = int(Authority.LOCAL_FALLBACK)
_SECONDS_PER_MINUTE: Final = 60.0
_WARM_UP_S: Final = 1800.0  # a condenser that starts in frost begins below its floor


class OrcLogic:
    """Scan of all units' controllers.

    Attributes
    ----------
    commands : Commands
        What the machines are asked for; handed to the process.
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
        self.state = np.full(n, _STOPPED)
        self._since = np.zeros(n)  # in this state [s]
        self.trips = Trips(bank.table["TRIPS"].dtype, n, _DELAYS_S)
        self.commands = Commands.none(n)
        self.grid_ok = np.ones(n, dtype=bool)
        self._start, self._stop = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        self._wanted_flow, self._fans = np.zeros(n), np.full(n, 0.3)
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

    def scan(self, dt: float) -> None:
        """Scan once: instruments and writes in, commands out."""
        self.head.scan(dt, self._execute)
        self._aim(dt)
        tripped = self.trips.scan(dt, self._trip_conditions())
        self._permit()
        self._move(dt, tripped)
        self._command(dt)
        self._show()

    def begin_running(self, fans: Values) -> None:
        """Take over units that are at work already, for a simulation that begins so."""
        self.state[:] = _RUNNING
        self._since[:] = 0.0
        self._wanted_flow[:] = self._bank["BRINE_FLOW"]
        self._fans = np.array(fans)
        self._setpoint.accepted[:] = self._highest
        self._bank["POWER_SP"][:] = self._highest
        self._bank["POWER_SP_RAMPED"][:] = self._bank["POWER_NET"]
        self.commands.opening[:] = 1.0
        self.commands.valve[:] = self._bank["BRINE_VALVE_POS"] / 100.0
        self._command(0.0)

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
        wanted = np.where(self.state == _UNLOADING, 0.5 * self._lowest, wanted)
        step = bank["POWER_RAMP"] * dt / _SECONDS_PER_MINUTE
        ramped = bank["POWER_SP_RAMPED"]
        loaded = (self.state == _RUNNING) | (self.state == _UNLOADING)
        ramped += between(wanted - ramped, -step, step)
        ramped[~loaded] = 0.0

    def _trip_conditions(self) -> list[Flags]:
        """Conditions in the order of the bit field TRIPS."""
        bank, machine, state = self._bank, self._machine, self.state
        running = state == _RUNNING
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
        in_step = (state == _SYNCHRONISING) & (np.abs(speed - 1.0) < 0.003) & self.grid_ok
        self._settled_s = np.where(in_step, self._settled_s + dt, 0.0)
        hot = bank["WF_P_EVAP"] > self.settings.roll_pressure * machine.p_evap
        starting = (state >= _PREHEATING) & (state <= _SYNCHRONISING)
        unloaded = (bank["POWER_NET"] < 0.7 * self._lowest) | (self._since > 1800.0)
        cooled = (speed < 0.05) & (bank["BRINE_VALVE_CLOSED"] != 0.0) & (self._since > 120.0)
        rules = [
            (tripped & (state != _TRIPPED), _TRIPPED),
            ((state == _TRIPPED) & ~tripped, _COOLING_DOWN),
            (starting & self._stop, _COOLING_DOWN),
            ((state == _RUNNING) & self._stop, _UNLOADING),
            ((state == _UNLOADING) & unloaded, _COOLING_DOWN),
            ((state == _COOLING_DOWN) & cooled, _STOPPED),
            ((state == _STOPPED) & self._permitted, _READY),
            ((state == _READY) & ~self._permitted, _STOPPED),
            ((state == _READY) & self._start, _PREHEATING),
            ((state == _PREHEATING) & hot, _ROLLING),
            ((state == _ROLLING) & (speed > 0.997), _SYNCHRONISING),
            (self._settled_s > 8.0, _RUNNING),
        ]
        after = state.copy()
        for when, then in reversed(rules):  # the first rule that applies counts
            if when.any():
                after[when] = then
        moved = after != state
        self._since = np.where(moved, 0.0, self._since + dt)
        if moved.any():
            bank["STARTS"][:] += moved & (after == _RUNNING)
            self.state = after
        self._start[:] = False
        self._stop[:] = False

    def _command(self, dt: float) -> None:
        commands, state = self.commands, self.state
        at_work = (state == _RUNNING) | (state == _UNLOADING)
        rolling = (state == _ROLLING) | (state == _SYNCHRONISING)
        commands.breaker = at_work
        commands.pump = (state >= _PREHEATING) & (state <= _UNLOADING)
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
        self.commands.speed_rate = np.where(rolling, rate, 0.0)

    def _relieve(self, at_work: Flags, rolling: Flags) -> None:
        """Vapour past the turbine: holds the pressure while rolling, relieves it when shut."""
        p = self._bank["WF_P_EVAP"] / self._machine.p_evap
        floor = np.where(rolling, 0.55, 0.9)
        relief = (self._bank["WF_P_EVAP"] / self._machine.p_evap_max - 0.95) / 0.05
        wanted = np.where(at_work, relief, (p - floor) / 0.2)
        self.commands.vapour_bypass = between(wanted, 0.0, 1.0)

    def _blow(self, dt: float) -> None:
        """Fans: as fast as the floor of the condensing pressure allows; off when nothing is to be cooled."""
        bank, machine = self._bank, self._machine
        above = bank["WF_P_COND"] / machine.p_cond_min - 1.0
        above = np.where(np.isfinite(above), above, 1.0)
        trimmed = self._fans * np.exp(between(3.0 * above, -1.0, 1.0) * dt / 30.0)
        self._fans = between(trimmed, 0.5 * machine.fan_speed_min, 1.0)
        turning = np.minimum(self._fans * np.exp(between(4.0 * above, -2.0, 2.0)), 1.0)
        turning = np.where(turning < machine.fan_speed_min, 0.0, turning)
        alive = (self.state >= _PREHEATING) & (self.state != _TRIPPED)
        warm = bank["WF_P_COND"] > 1.1 * machine.p_cond_min
        gas, fire = bank["GAS_CONC"] > 500.0, bank["FIRE"] != 0.0
        wanted = np.where((alive & (self.state != _COOLING_DOWN)) | warm, turning, 0.0)
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
        wanted = np.where(self.state == _PREHEATING, given.preheat_flow * machine.flow, wanted)
        self._wanted_flow = np.where(rolling, wanted, self._wanted_flow)
        position = bank["BRINE_VALVE_POS"] / 100.0
        trimmed = between(position + 0.5 * (wanted - flow) / machine.flow_open, 0.0, 1.0)
        self.commands.valve = np.where(wanted > 0.0, trimmed, 0.0)
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
        relief = (self.state == _TRIPPED) & (self._since < 900.0)
        self.commands.bypass = np.where(at_work, mixing, np.where(relief, 0.7, 0.0))

    def _show(self) -> None:
        bank = self._bank
        bank["STATE"][:] = self.state
        bank["FIRST_OUT"][:] = self.trips.first_out
        bank["TRIPS"][:] = self.trips.word()
