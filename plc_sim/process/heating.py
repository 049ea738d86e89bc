"""The heating station on the tail-water: town network, storage tank, greenhouse, spa, aquaculture; SI."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from plc_sim.process.field import Brine

CP: Final = 4187.0  # [J/(kg K)], water near 60 C
_LAYERS: Final = 3


@dataclass(frozen=True, slots=True)
class Assumed:
    """The town beside the plant.

    ``area`` [m2]: the plan's heating project at Tianzhen, 300 000 m2. Assumed: ``load`` at ``T_design``
    [W/m2, K] and indoor ``T_indoor`` [K] of old radiator houses; supply and return at design [K];
    ``approach`` of the plate exchanger at design [K]; water in the network [kg] and tank [kg]; heat of
    greenhouses, spa and fish farm [W] with the temperature each needs [K]; pump power over heat [-];
    morning and evening peak of demand [-].
    """

    area: float = 300e3
    load: float = 45.0
    T_design: float = 256.85
    T_indoor: float = 291.15
    T_supply: float = 328.15
    T_return: float = 313.15
    approach: float = 4.0
    network: float = 600e3
    tank: float = 500e3
    greenhouse: float = 1.5e6
    T_greenhouse: float = 313.15
    spa: float = 0.5e6
    T_spa: float = 311.15
    aquaculture: float = 0.6e6
    T_aquaculture: float = 301.15
    pump_share: float = 0.006
    peak: float = 0.08

    @property
    def peak_load(self) -> float:
        """Heat at design [W]."""
        return self.area * self.load

    @property
    def flow(self) -> float:
        """Network flow at design [kg/s]."""
        return self.peak_load / (CP * (self.T_supply - self.T_return))


class Heating:
    """State of station and town.

    Attributes
    ----------
    T_supply, T_return : float
        Water in the two halves of the network. [K]
    tank : array, shape (3,)
        Layers of the storage tank from the top. [K]
    heat, demand : float
        Given to the town, and asked for. [W]
    share : float
        Of the tail-water that passes the exchanger. [-]
    """

    def __init__(self, *, assumed: Assumed | None = None) -> None:
        self.assumed = given = assumed or Assumed()
        self.T_supply, self.T_return = given.T_supply - 5.0, given.T_return - 2.0
        self.tank = np.full(_LAYERS, given.T_return)
        self.share, self.running = 0.0, 1.0
        self.heat = self.demand = self.exchanged = self.flow = 0.0
        self.greenhouse = self.spa = self.aquaculture = 0.0
        self.tank_flow = 0.0
        self.T_brine_out = self.T_left = given.T_return
        self.given = 0.0  # to the town and from the brine since the start [J]
        self.taken = 0.0
        self._at_start = self.stored()

    def stored(self) -> float:
        """Heat in network and tank [J]."""
        half = 0.5 * self.assumed.network
        tank = self.assumed.tank / _LAYERS
        return CP * (half * (self.T_supply + self.T_return) + tank * float(self.tank.sum()))

    def residual(self) -> float:
        """Heat that is not accounted for since the start [J]."""
        return self.taken - self.given - (self.stored() - self._at_start)

    def step(
        self, dt: float, brine: Brine, T_brine: float, *, T_outdoor: float, hour: float, valve: float
    ) -> Brine:
        """Let `dt` seconds pass; give the tail-water as it leaves the cascade.

        Parameters
        ----------
        brine : Brine
            Tail-water offered, at `T_brine` [K].
        hour : float
            Of the day, local time. [h]
        valve : float
            Opening of the tail-water valve. [-]
        """
        given = self.assumed
        self._ask(T_outdoor, hour)
        self.flow = self.running * given.flow * min(max(self.demand / given.peak_load, 0.25), 1.1)
        self.share += min(max(valve - self.share, -dt / 60.0), dt / 60.0)
        self._exchange(brine, T_brine)
        self._circulate(dt)
        left = brine.h - self.exchanged / brine.flow if brine.flow > 1e-6 else brine.h
        T_left = T_brine - self.exchanged / (brine.flow * CP) if brine.flow > 1e-6 else T_brine
        return self._cascade(Brine(brine.flow, left), T_left, T_outdoor)

    def _ask(self, T_outdoor: float, hour: float) -> None:
        given = self.assumed
        cold = (given.T_indoor - T_outdoor) / (given.T_indoor - given.T_design)
        daily = 1.0 + given.peak * np.sin(2.0 * np.pi * (hour - 1.0) / 12.0)
        self.demand = given.peak_load * min(max(cold * daily, 0.0), 1.2)

    def _exchange(self, brine: Brine, T_brine: float) -> None:
        """Plate exchanger: its conductance follows the flows; sized for the approach at design."""
        given = self.assumed
        through = brine.flow * self.share
        self.exchanged = 0.0
        self.T_brine_out = T_brine
        if through < 1e-6 or self.flow < 1e-6:
            return
        hot, cold = through * CP, self.flow * CP
        NTU_design = (given.T_supply - given.T_return) / given.approach
        UA = given.flow * CP * NTU_design * (self.flow / given.flow) ** 0.7
        smaller, ratio = min(hot, cold), min(hot, cold) / max(hot, cold)
        gap = np.exp(-UA / smaller * (1.0 - ratio))
        NTU = UA / smaller
        effect = NTU / (1.0 + NTU) if ratio > 1.0 - 1e-6 else (1.0 - gap) / (1.0 - ratio * gap)
        self.exchanged = float(max(effect * smaller * (T_brine - self.T_return), 0.0))
        self.T_brine_out = T_brine - self.exchanged / hot

    def _circulate(self, dt: float) -> None:
        """Network in two halves, mixed each; the tank between them, in layers."""
        given = self.assumed
        half, layer = 0.5 * given.network, given.tank / _LAYERS
        warm = (self.T_supply - given.T_indoor) / (_needed(given, self.demand) - given.T_indoor)
        self.heat = self.demand * min(max(warm, 0.0), 1.1) * (self.flow > 1e-6)
        charging = min(max(self.tank_flow, -self.flow), self.flow)
        top, middle, bottom = self.tank
        down, up = max(charging, 0.0), max(-charging, 0.0)
        falling = down * np.array([self.T_supply - top, top - middle, middle - bottom])
        rising = up * np.array([middle - top, bottom - middle, self.T_return - bottom])
        supply = (
            self.exchanged / CP + self.flow * (self.T_return - self.T_supply) + up * (top - self.T_supply)
        )
        back = (self.flow - charging) * (self.T_supply - self.T_return) - self.heat / CP
        back += down * (bottom - self.T_return)
        self.tank = self.tank + (falling + rising) / layer * dt
        self.T_supply += supply / half * dt
        self.T_return += back / half * dt
        self.given += self.heat * dt
        self.taken += self.exchanged * dt

    def _cascade(self, brine: Brine, T: float, T_outdoor: float) -> Brine:
        """Greenhouse, spa and fish farm in a row, each on its own loop, with a little less than it has."""
        given = self.assumed
        cold = min(max((given.T_indoor - T_outdoor) / (given.T_indoor - given.T_design), 0.0), 1.2)
        taken = []
        for wanted, T_needed in (
            (given.greenhouse * cold, given.T_greenhouse),
            (given.spa, given.T_spa),
            (given.aquaculture * (0.4 + 0.6 * cold), given.T_aquaculture),
        ):
            most = max(brine.flow * CP * 0.8 * (T - T_needed - 2.0), 0.0)
            heat = min(wanted, most)
            taken.append(heat)
            if brine.flow > 1e-6:
                T -= heat / (brine.flow * CP)
                brine = Brine(brine.flow, brine.h - heat / brine.flow)
        self.greenhouse, self.spa, self.aquaculture = taken
        self.T_left = T
        return brine

    @property
    def pump_power(self) -> float:
        """Electric power of the station's pumps [W]."""
        given = self.assumed
        return given.pump_share * given.peak_load * (self.flow / given.flow) ** 3


def _needed(given: Assumed, demand: float) -> float:
    """Supply temperature [K] that gives the demand: the heating curve, straight."""
    return given.T_indoor + (given.T_supply - given.T_indoor) * max(demand / given.peak_load, 0.15)
