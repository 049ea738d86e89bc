"""What a deposit takes from an evaporator: duty, and with it power.

Preheater and evaporator are one surface whose boundary moves: where the deposit slows evaporation, less is
evaporated and less has to be preheated. The evaporating temperature is held, brine and liquid have constant
heat capacities, the deposit is as thick everywhere. Then power falls as the duty does.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from orcplant.water.monitoring import share_left


@dataclass(frozen=True, slots=True)
class Evaporator:
    """A clean preheater and evaporator in counter-flow.

    ``T_in`` of the brine, ``T_evap`` and ``T_feed`` of the working fluid [K]; ``pinch`` where evaporation
    begins [K]; ``sensible``: heat of preheating over heat of evaporation [-]; overall coefficients of both
    [W/(m2 K)].
    """

    T_in: float
    T_evap: float
    T_feed: float
    pinch: float
    sensible: float
    U_preheat: float
    U_evaporate: float

    def outlet(self, pinch: float) -> float:
        """Brine temperature behind the preheater [K] at a pinch [K]."""
        return self.T_evap + pinch - self.sensible * (self.T_in - self.T_evap - pinch)

    def area(self, pinch: float, resistance: float = 0.0) -> float:
        """Area over heat capacity flow of the brine [m2 K/W] for a pinch [K]; NaN where sides cross."""
        warm, cold = pinch, self.outlet(pinch) - self.T_feed
        if not (warm > 0.0 and cold > 0.0):
            return np.nan
        evaporate = self.U_evaporate * share_left(resistance, self.U_evaporate)
        preheat = self.U_preheat * share_left(resistance, self.U_preheat)
        mean = warm if abs(warm / cold - 1.0) < 1e-6 else (warm - cold) / np.log(warm / cold)
        duty = self.sensible * (self.T_in - self.T_evap - pinch)
        return float(np.log((self.T_in - self.T_evap) / pinch) / evaporate + duty / mean / preheat)


@dataclass(frozen=True, slots=True)
class Fouled:
    """An evaporator with a deposit: share of the clean duty (and power) [-], brine outlet and pinch [K]."""

    share: float
    T_out: float
    pinch: float


def fouled(clean: Evaporator, resistance: float) -> Fouled:
    """Evaporator with a fouling resistance [m2 K/W] on all of its surface.

    Raises
    ------
    ValueError
        If the clean evaporator is impossible: no pinch, or a brine that leaves colder than the feed.
    """
    drop, area = clean.T_in - clean.T_evap, clean.area(clean.pinch)
    if not (0.0 < clean.pinch < drop and np.isfinite(area)):
        raise ValueError(
            "an evaporator needs a pinch between 0 and its brine, and a brine warmer than its feed"
        )
    if resistance <= 0.0:
        return Fouled(1.0, clean.outlet(clean.pinch), clean.pinch)
    most = drop * (1.0 - 1e-9)
    pinch = float(brentq(lambda one: clean.area(one, resistance) - area, clean.pinch, most, xtol=1e-9))
    return Fouled((drop - pinch) / (drop - clean.pinch), clean.outlet(pinch), pinch)
