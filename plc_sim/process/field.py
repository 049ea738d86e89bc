"""The well field: production wells, manifold, reinjection; SI, all wells at once.

A pad has one production and one injection well; where a plant counts more of one kind, pads miss the other.
Figures that nobody has published are assumed, see `Assumed`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from orcplant.plant.spec import Gathering, WellType
from orcplant.thermo.media import boiling_temperature, water_saturation
from orcplant.thermo.state import Array
from plc_sim.process.closure import brine_enthalpy, brine_temperatures

G: Final = 9.80665  # [m/s2], standard gravity
CP_WATER: Final = 4250.0  # [J/(kg K)], near 150 C
RHO_BRINE: Final = 908.0  # [kg/m3], at 160 C
RHO_RETURN: Final = 980.0  # [kg/m3], at 65 C
BAR: Final = 1e5


@dataclass(frozen=True, slots=True)
class Assumed:
    """Figures that nobody has published for this field; each is assumed.

    ``drawdown`` wellhead pressure lost from shut-in to rated flow [Pa]; ``bore_mass`` water in a bore of
    1700 m and 0.2 m [kg]; ``bore_loss`` flow at which a well loses all its heat to the rock, as in an
    exponential [kg/s]; ``cooling_s`` of a shut-in bore [s]; ``valve_s`` travel of well valves [s].
    ``storage`` net mass that lowers the reservoir by a pascal [kg/Pa] and ``recharge_s`` [s]. ``static``
    injection wellhead pressure at no flow [Pa]; ``injection_margin`` largest flow over rated [-].
    ``compliance_s`` of the manifold, its stored mass over rated flow at one bar [s]. ``pond`` [kg], emptied
    by ``pond_return`` of rated flow [-].
    """

    drawdown: float = 8.0 * BAR
    bore_mass: float = 50e3
    bore_loss: float = 0.6
    cooling_s: float = 8.0 * 3600.0
    valve_s: float = 120.0
    storage: float = 20e3
    recharge_s: float = 10.0 * 365.0 * 86400.0
    static: float = 2.0 * BAR
    injection_margin: float = 1.3
    compliance_s: float = 20.0
    bypass_valve_s: float = 30.0
    pond: float = 5e6
    pond_return: float = 0.02


@dataclass(slots=True)
class WellCommands:
    """Openings wanted, shape (pads,), and of the manifold's bypass [-]."""

    production: Array
    injection: Array
    bypass: float = 0.0


@dataclass(slots=True)
class Brine:
    """A stream of brine: flow [kg/s] and enthalpy [J/kg]."""

    flow: float
    h: float


class Field:
    """State of wells, manifold, return and pond.

    Attributes
    ----------
    has_production, has_injection : array of bool, shape (pads,)
    production, injection : array
        Flows. [kg/s]
    p_header, h_header : float
        Manifold. [Pa], [J/kg]
    p_wellhead, T_bore : array
        Production wellheads. [Pa], [K]
    drawn : float
        Reservoir pressure below its start. [Pa]
    pond, discharged : float
        Mass in the pond [kg]; flow into it, negative out of it [kg/s].
    """

    def __init__(
        self,
        wells: Sequence[tuple[WellType, int]],
        injectors: int,
        gathering: Gathering,
        *,
        T_ground: float,
        assumed: Assumed | None = None,
    ) -> None:
        self.assumed = assumed or Assumed()
        self.gathering = gathering
        fitted = [kind for kind, count in wells for _ in range(count)]
        self.pads = pads = max(len(fitted), injectors)
        self.has_production = np.arange(pads) < len(fitted)
        self.has_injection = np.arange(pads) < injectors
        self.names = [kind.name for kind in fitted] + [""] * (pads - len(fitted))
        filled = fitted + [fitted[0]] * (pads - len(fitted))
        self._T_ground = T_ground
        self.rated = np.array([kind.mass_flow for kind in filled]) * self.has_production
        self._p_rated = np.array([kind.p for kind in filled])
        self._T_rated = np.array([kind.T for kind in filled])
        self._h_rated = np.array([brine_enthalpy(kind.T, kind.p, kind.quality) for kind in filled])
        self.is_two_phase = np.array([np.isfinite(kind.quality) for kind in filled])
        self._pump_rise = np.array([kind.pump_rise for kind in filled])
        self.rated_injection = np.where(self.has_injection, self.rated.sum() / max(injectors, 1), 0.0)
        self.rated_total = float(self.rated.sum())
        self.p_header_design = float(np.min(self._p_rated[self.has_production])) - gathering.pressure_drop
        self.p_return = self.p_header_design - gathering.unit_drop
        self.h_water, self.T_water = brine_temperatures(self.p_header_design)
        self._start()

    def _start(self) -> None:
        """Wells open, manifold at its design pressure, everything through the bypass."""
        pads = self.pads
        self.valve = self.has_production.astype(float)
        self.injection_valve = self.has_injection.astype(float)
        self.bypass = 1.0
        self.production, self.injection = self.rated.copy(), self.rated_injection.copy()
        self.p_header, self.h_header = self.p_header_design, self._mixed(self.rated)
        self.T_bore = self._T_rated.copy()
        self.p_wellhead = self._p_rated.copy()
        self.p_injection = np.full(pads, self.gathering.injection_pressure)
        self.drawn, self.pond, self.discharged = 0.0, 0.5 * self.assumed.pond, 0.0
        self.returned = Brine(self.rated_total, self.h_header)
        self.bypassed = 0.0
        self.produced_mass, self.injected_mass = np.zeros(pads), np.zeros(pads)
        self.injection_power, self.production_power = np.zeros(pads), np.zeros(pads)
        self.filter_drop = 0.0
        self.margin = float("nan")  # least pressure above the bubble point, see `return_margin` [Pa]
        self._h_delivered = self._h_rated.copy()

    def _mixed(self, flow: Array) -> float:
        return float(np.sum(flow * self._h_rated) / max(float(np.sum(flow)), 1e-9))

    @property
    def head(self) -> float:
        """Flow through an open valve over that at design [-]."""
        drop = max(self.p_header - self.p_return, 0.0) / self.gathering.unit_drop
        return float(min(np.sqrt(drop), 1.6))

    @property
    def T_header(self) -> float:
        """Temperature of the manifold [K]."""
        return float(np.interp(self.h_header, self.h_water, self.T_water))

    @property
    def bubble_margin(self) -> Array:
        """Wellhead pressure above the bubble point [Pa]; NaN for a well that boils by design."""
        p_bubble = np.asarray(water_saturation().pressure(self.T_bore)) + self.gathering.p_gas
        return np.where(self.is_two_phase, np.nan, self.p_wellhead - p_bubble)

    def return_margin(self, cooled: Brine, tail: Brine) -> float:
        """Pressure above the bubble point where no boiling is intended [Pa].

        Of all that leaves, `tail`, where wells give liquid; where they boil by design, of the brine that
        units have `cooled`, and NaN while there is none.
        """
        stream = cooled if self.is_two_phase.any() else tail
        if stream.flow < 1e-6:
            return float("nan")
        T = float(np.interp(stream.h, self.h_water, self.T_water))
        return self.p_return - float(np.asarray(water_saturation().pressure(T))) - self.gathering.p_gas

    @property
    def T_returned(self) -> float:
        """Temperature of the brine that goes down [K]."""
        return float(np.interp(self.returned.h, self.h_water, self.T_water))

    @property
    def steam_fraction(self) -> Array:
        """Share of steam at the wellheads [-]."""
        if not self.is_two_phase.any():
            return np.zeros(self.pads)
        T_boiling = np.asarray(boiling_temperature(self.p_wellhead))
        saturation = water_saturation()
        liquid = np.asarray(saturation.enthalpy(T_boiling, np.zeros(self.pads)))
        steam = np.asarray(saturation.enthalpy(T_boiling, np.ones(self.pads)))
        return np.asarray(np.clip((self._h_delivered - liquid) / (steam - liquid), 0.0, 1.0))

    def step(self, dt: float, taken: float, commands: WellCommands) -> None:
        """Let `dt` seconds pass while the units take `taken` of brine [kg/s]."""
        given = self.assumed
        most = dt / given.valve_s
        self.valve += np.clip(commands.production - self.valve, -most, most)
        self.injection_valve += np.clip(commands.injection - self.injection_valve, -most, most)
        self.bypass += min(
            max(commands.bypass - self.bypass, -dt / given.bypass_valve_s), dt / given.bypass_valve_s
        )
        self._produce(dt)
        total = float(self.production.sum())
        self.bypassed = self.rated_total * 1.2 * self.bypass * self.head
        compliance = self.rated_total * given.compliance_s / BAR
        self.p_header += (total - taken - self.bypassed) / compliance * dt
        if total > 0.0:
            share = min(total * dt / (self.rated_total * given.compliance_s), 1.0)
            mixed = float(np.sum(self.production * self._h_delivered) / total)
            self.h_header += (mixed - self.h_header) * share
        self.drawn += (total - float(self.injection.sum())) / given.storage * dt
        self.drawn -= self.drawn / given.recharge_s * dt

    def _produce(self, dt: float) -> None:
        given, gathering = self.assumed, self.gathering
        rated = np.maximum(self.rated, 1e-9)
        spare = self._p_rated + given.drawdown - self.drawn - self.p_header
        loss = np.maximum(gathering.pressure_drop, 1.0)
        root = np.sqrt(given.drawdown**2 + 4.0 * loss * np.maximum(spare, 0.0))
        capacity = rated * (root - given.drawdown) / (2.0 * loss) * self.has_production
        self.production = self.valve * capacity
        share = self.production / rated
        self.p_wellhead = self._p_rated + given.drawdown * (1.0 - share) - self.drawn
        ratio = given.bore_loss / np.maximum(self.production, 1e-3)
        hot = (self._T_rated - self._T_ground) * np.exp(given.bore_loss / rated)
        arriving = self._T_ground + hot * np.exp(-np.minimum(ratio, 50.0))
        still = (self._T_ground - self.T_bore) / given.cooling_s * (self.production < 1e-3)
        moved = -np.expm1(-self.production / given.bore_mass * dt)
        self.T_bore += (arriving - self.T_bore) * moved + still * dt
        self._h_delivered = self._h_rated - CP_WATER * (self._T_rated - self.T_bore)
        self.production_power = self.production / RHO_BRINE * self._pump_rise / gathering.eta_pump
        self.produced_mass += self.production * dt

    def reinject(self, dt: float, returned: Brine, wanted: Array) -> None:
        """Take what comes back: as much as wells can take, and may, goes down; the rest to the pond.

        `wanted` [kg/s] is each well's limit. A pond more than half full is emptied where there is room.
        """
        given = self.assumed
        self.returned = returned
        room = np.minimum(wanted, given.injection_margin * self.rated_injection) * self.injection_valve
        total = float(room.sum())
        spare = min(given.pond_return * self.rated_total, max(self.pond - 0.5 * given.pond, 0.0) / dt)
        down = min(total, returned.flow + spare)
        self.injection = room * (down / total) if total > 0.0 else np.zeros(self.pads)
        self.discharged = returned.flow - float(self.injection.sum())
        self.pond = min(max(self.pond + self.discharged * dt, 0.0), given.pond)
        share = self.injection / np.maximum(self.rated_injection, 1e-9)
        self.p_injection = given.static + (self.gathering.injection_pressure - given.static) * share
        lift = np.maximum(self.p_injection - self.p_return + self.filter_drop, 0.0)
        self.injection_power = self.injection / RHO_RETURN * lift / self.gathering.eta_pump
        self.injected_mass += self.injection * dt

    def temperature(self, h: float | Array) -> NDArray[np.float64]:
        """Temperature of brine [K] at an enthalpy [J/kg]."""
        return np.asarray(np.interp(h, self.h_water, self.T_water))
