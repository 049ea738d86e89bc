"""Water on its way: filters, inhibitor, pond, and what the probes of the water station see; SI.

The water itself has not been published; the figures are those of an invented dilute Na-HCO3-Cl-SO4 water and
say nothing about Tianzhen's.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

BAR: Final = 1e5
_DAY: Final = 86400.0


@dataclass(frozen=True, slots=True)
class Assumed:
    """Invented water and assumed apparatus.

    ``pH`` cooled sample, ``pH_flashed`` after gas has broken out; conductivity [S/m], redox potential [V],
    oxygen, iron, silica [kg/kg], turbidity [NTU]; corrosion of carbon steel [m/s] without inhibitor and
    with. Filters: pressure lost clean and at which they block [Pa], days of design flow to ten times clean
    [s]; ``cleaning_s``. Inhibitor: dose that protects [kg/kg], content of the tank [kg]; fouling goes
    ``unprotected`` times as fast without.
    """

    pH: float = 7.8
    pH_flashed: float = 8.7
    conductivity: float = 0.21
    redox: float = -0.15
    oxygen: float = 3e-9
    iron: float = 0.05e-6
    silica: float = 170e-6
    turbidity: float = 0.4
    corrosion_bare: float = 0.25e-3 / (365.0 * _DAY)
    corrosion_inhibited: float = 0.04e-3 / (365.0 * _DAY)
    filter_clean: float = 0.15 * BAR
    filter_blocked: float = 2.0 * BAR
    filter_clogging_s: float = 60.0 * _DAY
    cleaning_s: float = 900.0
    dose: float = 3e-6
    dose_tank: float = 2000.0
    unprotected: float = 5.0


class Water:
    """State of filters, dosing and probes.

    Attributes
    ----------
    clogging : float
        Resistance of the filters over clean. [-]
    dosed : float
        Inhibitor in the brine. [kg/kg]
    tank : float
        Inhibitor left. [kg]
    cleaning : float
        Seconds of cleaning left. [s]
    pH, corrosion : float
        As the probes see them; corrosion [m/s].
    """

    def __init__(self, assumed: Assumed | None = None) -> None:
        self.assumed = given = assumed or Assumed()
        self.clogging, self.cleaning = 1.0, 0.0
        self.dosed, self.tank = given.dose, 0.8 * given.dose_tank
        self.pH, self.corrosion, self.oxygen = given.pH, given.corrosion_inhibited, given.oxygen
        self.filter_drop = given.filter_clean

    def step(
        self, dt: float, *, flow: float, rated: float, dose: float, margin: float, from_pond: float
    ) -> None:
        """Let `dt` seconds pass.

        Parameters
        ----------
        flow, rated : float
            Brine through the filters, and at design. [kg/s]
        dose : float
            Inhibitor added. [kg/kg]
        margin : float
            Least pressure above the bubble point. [Pa]
        from_pond : float
            Brine drawn from the pond, which has met air. [kg/s]
        """
        given = self.assumed
        self._filter(dt, flow / rated)
        used = min(dose * flow * dt, self.tank)
        self.tank -= used
        wanted = used / (flow * dt) if flow * dt > 0.0 else 0.0
        self.dosed += (wanted - self.dosed) * -float(np.expm1(-dt / 300.0))
        protection = min(self.dosed / given.dose, 1.0)
        bare, inhibited = given.corrosion_bare, given.corrosion_inhibited
        share = min(max(from_pond, 0.0) / max(flow, 1e-6), 1.0)
        oxygen = given.oxygen + share * 8e-6  # saturated with air
        corrosion = (bare + (inhibited - bare) * protection) * (1.0 + oxygen / 100e-9)
        pH = given.pH_flashed if margin < 0.0 else given.pH
        slow = -float(np.expm1(-dt / 600.0))
        self.oxygen += (oxygen - self.oxygen) * slow
        self.corrosion += (corrosion - self.corrosion) * slow
        self.pH += (pH - self.pH) * slow

    def _filter(self, dt: float, load: float) -> None:
        given = self.assumed
        if self.cleaning > 0.0:
            self.cleaning = max(self.cleaning - dt, 0.0)
            if self.cleaning == 0.0:
                self.clogging = 1.0
        self.clogging += 9.0 * load * dt / given.filter_clogging_s
        self.filter_drop = given.filter_clean * self.clogging * load**2

    @property
    def fouling_factor(self) -> float:
        """How much faster exchangers foul than with the full dose [-]."""
        protection = min(self.dosed / self.assumed.dose, 1.0)
        flashed = max(self.pH - self.assumed.pH, 0.0) / (self.assumed.pH_flashed - self.assumed.pH)
        return (1.0 + (self.assumed.unprotected - 1.0) * (1.0 - protection)) * (1.0 + 9.0 * flashed)
