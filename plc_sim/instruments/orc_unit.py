"""What the instruments of an ORC unit show."""

from typing import Final

import numpy as np

from orcplant.thermo.state import Array
from orcplant.units import bar, degC
from plc_sim.bank import Bank
from plc_sim.instruments.noise import Noise
from plc_sim.process.lookup import between
from plc_sim.process.orc import OrcUnits
from plc_sim.process.orc_records import Surroundings
from plc_sim.process.skid import Signal, Skid

SPEED_RPM: Final = 3000.0  # assumed: two poles on 50 Hz, no gear
VOLTAGE_V: Final = 400.0  # assumed: low-voltage generator
FREQUENCY_HZ: Final = 50.0
_SECONDS_PER_HOUR: Final = 3600.0
_KILO: Final = 1e3
_STATIC_HEAD_BAR: Final = 0.3  # assumed: receiver 3 m above the pump


class OrcInstruments:
    """Writes the measurements of all units into their bank."""

    def __init__(self, bank: Bank, units: OrcUnits, skid: Skid, noise: Noise) -> None:
        self._bank = bank
        self._units = units
        self._skid = skid
        self._noise = noise
        self.reactive = np.zeros(units.n)  # [W]

    def read(self, dt: float, around: Surroundings, *, p_in: Array, p_out: Array, T_return: Array) -> None:
        """Show the plant as it is; `dt` seconds have passed since the last time."""
        self._brine(around, p_in, p_out, T_return)
        self._cycle(around)
        self._electric(dt, around)
        self._oil_and_gas()

    def _brine(self, around: Surroundings, p_in: Array, p_out: Array, T_return: Array) -> None:
        bank, units, noise = self._bank, self._units, self._noise
        bank["BRINE_T_IN"][:] = noise(degC(np.asarray(around.T)), 0.1)
        bank["BRINE_T_OUT"][:] = noise(degC(T_return), 0.1)
        bank["BRINE_P_IN"][:] = noise(bar(p_in), 0.01)
        bank["BRINE_P_OUT"][:] = noise(bar(p_out), 0.01)
        bank["BRINE_FLOW"][:] = noise(units.brine_flow, 0.05)
        bank["BRINE_VALVE_POS"][:] = 100.0 * units.valve
        bank["BYPASS_VALVE_POS"][:] = 100.0 * units.bypass
        bank["BRINE_VALVE_CLOSED"][:] = units.valve < 1e-3

    def _cycle(self, around: Surroundings) -> None:
        bank, units, noise = self._bank, self._units, self._noise
        bank["WF_P_EVAP"][:] = noise(bar(units.p_evap), 0.01)
        bank["WF_P_COND"][:] = noise(bar(units.p_cond), 0.002)
        bank["WF_T_EXP_IN"][:] = noise(degC(units.T_expander_in), 0.1)
        bank["WF_T_EXP_OUT"][:] = noise(degC(units.T_expander_out), 0.1)
        bank["WF_T_PUMP_IN"][:] = noise(degC(units.T_pump_in), 0.1)
        bank["WF_T_HEATER_IN"][:] = noise(degC(units.T_heater_in), 0.1)
        bank["WF_FLOW"][:] = noise(units.pump_flow, 0.05)
        bank["WF_LEVEL"][:] = between(100.0 * units.receiver_level, 0.0, 100.0)
        bank["PUMP_SPEED"][:] = 100.0 * units.pump_speed * (units.pump_flow > 1e-3)
        bank["PUMP_ON"][:] = units.pump_flow > 1e-3
        bank["FAN_SPEED"][:] = 100.0 * units.fans
        bank["FANS_ON"][:] = units.fans > 0.01
        bank["T_AMBIENT"][:] = noise(degC(np.asarray(around.T_ambient)), 0.1)
        bank["COND_T_AIR_OUT"][:] = noise(degC(units.T_air_out), 0.2)
        bank["SUPERHEAT"][:] = units.T_expander_in - units.T_evap
        bank["SUBCOOLING"][:] = units.T_cond - units.T_pump_in
        lifted = _STATIC_HEAD_BAR * between(units.receiver_level / 0.1, -1.0, 1.0)
        bank["NPSH_MARGIN"][:] = lifted + bar(units.suction_margin)

    def _electric(self, dt: float, around: Surroundings) -> None:
        bank, units, noise = self._bank, self._units, self._noise
        on = units.is_connected
        bank["POWER_GROSS"][:] = noise(units.gross / _KILO, 0.5)
        bank["POWER_NET"][:] = noise(units.net / _KILO, 0.5)
        bank["POWER_PUMP"][:] = units.pump_power / _KILO
        bank["POWER_FANS"][:] = units.fan_power / _KILO
        bank["SPEED"][:] = SPEED_RPM * units.speed
        bank["FREQUENCY"][:] = FREQUENCY_HZ * units.speed
        bank["VOLTAGE"][:] = VOLTAGE_V * np.minimum(units.speed, 1.0) * (units.speed > 0.8)
        wanted = np.where(on, bank["REACTIVE_SP"] * _KILO, 0.0)
        limit = np.sqrt(np.maximum((1.1 * units.rating) ** 2 - units.gross**2, 0.0))
        wanted = between(wanted, -limit, limit)
        self.reactive += (wanted - self.reactive) * -np.expm1(-dt / 2.0)
        self.reactive[~on] = 0.0
        bank["REACTIVE"][:] = self.reactive / _KILO
        apparent = np.hypot(units.gross, self.reactive)
        bank["POWER_FACTOR"][:] = np.where(apparent > 1.0, units.gross / np.maximum(apparent, 1.0), 1.0)
        bank["CURRENT"][:] = apparent / (np.sqrt(3.0) * VOLTAGE_V)
        bank["BREAKER"][:] = on
        bank["ENERGY_GROSS"][:] += np.maximum(units.gross, 0.0) * dt / _SECONDS_PER_HOUR / _KILO
        bank["ENERGY_NET"][:] += units.net * dt / _SECONDS_PER_HOUR / _KILO
        bank["RUN_HOURS"][:] += on * dt / _SECONDS_PER_HOUR

    def _oil_and_gas(self) -> None:
        bank, value, noise = self._bank, self._skid.value, self._noise
        bank["LUBE_P"][:] = noise(bar(value[Signal.LUBE_PRESSURE]), 0.01)
        bank["LUBE_T"][:] = degC(value[Signal.LUBE_TEMPERATURE])
        bank["SEAL_P"][:] = noise(bar(value[Signal.SEAL_PRESSURE]), 0.01)
        bank["WINDING_T"][:] = degC(value[Signal.WINDING_TEMPERATURE])
        bank["BEARING_T"][:] = degC(value[Signal.BEARING_TEMPERATURE])
        bank["VIBRATION"][:] = np.maximum(noise(value[Signal.VIBRATION] * _KILO, 0.05), 0.0)
        bank["GAS_CONC"][:] = value[Signal.GAS] * 1e6
        bank["GAS_ALARM"][:] = value[Signal.GAS] > 500e-6
        bank["BRINE_WF_CONC"][:] = value[Signal.FLUID_IN_BRINE] * 1e6
        bank["NCG_P"][:] = bar(value[Signal.NON_CONDENSABLES])
