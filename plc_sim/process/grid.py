"""The connection point: grid voltage and frequency, breaker, dispatch; SI."""

from dataclasses import dataclass
from typing import Final

import numpy as np

NOMINAL_HZ: Final = 50.0


@dataclass(frozen=True, slots=True)
class Assumed:
    """Assumed figures of the connection.

    35 kV; frequency wandering by 0.02 Hz; what dispatch asks for by day and night over installed [-]; oil
    of the transformer at full load [K] and its lag [s]; static compensator over installed [-].
    """

    voltage: float = 35e3
    wander: float = 0.0004
    by_day: float = 1.0
    by_night: float = 0.7
    transformer_rise: float = 45.0
    transformer_s: float = 7200.0
    compensator: float = 0.2


class Grid:
    """State of the connection.

    Attributes
    ----------
    voltage, frequency : float
        Over nominal. [-]
    disturbance : tuple of float
        Added to voltage and frequency: what goes wrong comes in here. [-]
    breaker : bool
    active, reactive : float
        Exported. [W], [var]
    """

    def __init__(self, installed: float, seed: int, assumed: Assumed | None = None) -> None:
        self.assumed = assumed or Assumed()
        self.installed = installed
        self._random = np.random.default_rng(seed)
        self._wander = 0.0
        self.disturbance = (0.0, 0.0)
        self.voltage = self.frequency = 1.0
        self.breaker = True
        self.active = self.reactive = 0.0
        self.oil_rise = 5.0
        self.compensated = 0.0  # by the static compensator [var]
        self.wanted, self.wanted_reactive, self.wanted_voltage = installed, 0.0, self.assumed.voltage

    def step(self, dt: float, *, active: float, reactive: float, wanted_reactive: float, hour: float) -> None:
        """Let `dt` seconds pass.

        Parameters
        ----------
        active, reactive : float
            What the plant gives. [W], [var]
        wanted_reactive : float
            At the connection; the static compensator makes up the difference as far as it can. [var]
        hour : float
            Of the day, local time. [h]
        """
        given = self.assumed
        most = given.compensator * self.installed
        target = min(max(wanted_reactive - reactive, -most), most)
        self.compensated += (target - self.compensated) * -float(np.expm1(-dt / 1.0))
        reactive += self.compensated
        pull = float(np.exp(-dt / 60.0))
        scatter = given.wander * float(np.sqrt(1.0 - pull * pull))
        self._wander = self._wander * pull + scatter * float(self._random.standard_normal())
        self.frequency = 1.0 + self._wander + self.disturbance[1]
        self.active = active if self.breaker else 0.0
        self.reactive = reactive if self.breaker else 0.0
        self.voltage = 1.0 + 0.02 * self.reactive / self.installed + self.disturbance[0]
        share = abs(self.active) / self.installed
        target = given.transformer_rise * share**1.6
        self.oil_rise += (target - self.oil_rise) * -float(np.expm1(-dt / given.transformer_s))
        self.wanted = self.installed * (given.by_day if 7.0 <= hour < 23.0 else given.by_night)

    @property
    def is_there(self) -> bool:
        """Voltage and frequency in range, and the breaker closed."""
        return self.breaker and 0.9 < self.voltage < 1.1 and 0.99 < self.frequency < 1.01
