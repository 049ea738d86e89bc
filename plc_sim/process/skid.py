"""What stands around the turbine: oil, seals, bearings, windings, gas detectors; each a first-order lag."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from orcplant.thermo.state import Array

BAR: Final = 1e5


class Signal(IntEnum):
    """Rows of `Skid.value`."""

    LUBE_PRESSURE = 0
    LUBE_TEMPERATURE = 1
    SEAL_PRESSURE = 2
    WINDING_TEMPERATURE = 3
    BEARING_TEMPERATURE = 4
    VIBRATION = 5
    GAS = 6
    FLUID_IN_BRINE = 7
    NON_CONDENSABLES = 8


@dataclass(frozen=True, slots=True)
class Assumed:
    """Assumed figures of a small oil-lubricated turbogenerator.

    Pressures of oil and seal while running and lags [Pa, s]; temperature rises at full load [K]; vibration
    at design speed [m/s]: zone A of ISO 10816-1, class III, ends at 1.8 mm/s.
    """

    lube_pressure: float = 2.5 * BAR
    seal_pressure: float = 1.2 * BAR
    lube_rise: float = 25.0
    winding_rise: float = 80.0
    bearing_rise: float = 35.0
    vibration: float = 1.5e-3
    room_over_ambient: float = 15.0
    lube_T_min: float = 308.15


_LAGS: Final = np.array([2.0, 300.0, 2.0, 900.0, 300.0, 1.0, 5.0, 60.0, 60.0])[:, None]  # [s], assumed


class Skid:
    """Signals of all units.

    Attributes
    ----------
    value : array, shape (signals, units)
        In SI; concentrations by volume or mass [-].
    offset : array, shape (signals, units)
        Added to where a signal tends: what goes wrong comes in here.
    """

    def __init__(self, n: int, *, T_start: float, assumed: Assumed | None = None) -> None:
        self._assumed = assumed or Assumed()
        self.offset = np.zeros((len(Signal), n))
        self.value = self._targets(np.zeros(n), np.zeros(n), T_start)

    def step(self, dt: float, *, speed: Array, load: Array, T_ambient: float | Array) -> None:
        """Let `dt` seconds pass at a rotor speed and load over design [-]."""
        target = self._targets(speed, load, T_ambient) + self.offset
        self.value += (target - self.value) * -np.expm1(-dt / _LAGS)

    def settle(self, *, speed: Array, load: Array, T_ambient: float | Array) -> None:
        """Put every signal where it tends."""
        self.value = self._targets(speed, load, T_ambient) + self.offset

    def _targets(self, speed: Array, load: Array, T_ambient: float | Array) -> Array:
        given = self._assumed
        zeros = np.zeros(speed.shape)
        # Oil is warmed at standstill; the auxiliary pump holds pressures before the shaft turns.
        room = np.maximum(T_ambient + given.room_over_ambient, given.lube_T_min) + zeros
        return np.stack(
            [
                zeros + given.lube_pressure,
                room + given.lube_rise * speed**2,
                zeros + given.seal_pressure,
                room + given.winding_rise * load**2,
                room + given.bearing_rise * speed**1.5,
                given.vibration * speed**2,
                zeros,
                zeros,
                zeros,
            ]
        )
