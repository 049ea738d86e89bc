"""A unit at two assumed saturation temperatures: everything that follows, and how far it is off.

Given evaporating and condensing temperature all else is explicit: pressures, the flow the turbine
swallows, efficiencies, the states around the cycle, the temperatures along both exchangers, and the
area each would need for them. At the operating point needed and built area agree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant.thermo.hardware import Hardware, Zone
from orcplant.thermo.offdesign.boundary import Scenarios
from orcplant.thermo.offdesign.machinery import Expansion, Pumping, expand, pump
from orcplant.thermo.state import Array, State, choose
from orcplant.thermo.tables import TabulatedFluid
from orcplant.thermo.transfer import coefficient, conductance, effectiveness

LIQUID_CELLS: Final = 4
VAPOUR_CELLS: Final = 2
_SATURATED: Final = 1e-3  # [K], less superheat or subcooling is none: p and T would not tell the phase
_EQUAL_SHARES: Final = {n: np.linspace(0.0, 1.0, n + 1) for n in (1, LIQUID_CELLS, VAPOUR_CELLS)}


@dataclass(frozen=True, slots=True)
class Guess:
    """Where a balance is drawn up: arrays of shape (n,).

    ``T_evap``, ``T_cond`` [K]; ``fan_speed``, share of the brine through the unit ``brine_share``, and
    share of the pressure difference the inlet valve leaves to the turbine ``valve`` [-].
    """

    T_evap: Array
    T_cond: Array
    fan_speed: Array
    brine_share: Array
    valve: Array


@dataclass(frozen=True, slots=True)
class Side:
    """One exchanger: hot less cold stream [K] at every station, area needed by each zone [m2].

    From the cold end to the hot one. A difference is negative where the streams would cross.
    """

    difference: Array
    areas: tuple[Array, Array, Array]

    @property
    def area(self) -> Array:
        """Area needed by all zones [m2]."""
        first, second, third = self.areas
        return first + second + third

    @property
    def pinch(self) -> Array:
        """Smallest difference between the streams [K]."""
        return np.asarray(np.min(self.difference, axis=-1))


@dataclass(frozen=True, slots=True)
class Balance:
    """All that follows from a guess."""

    guess: Guess
    p_evap: Array
    p_cond: Array
    expander_in: State
    pump_in: State
    h_geofluid_out: Array
    h_feed: Array
    h_exhaust: Array
    recuperated: Array
    expansion: Expansion
    pumping: Pumping
    heater: Side
    condenser: Side
    coolant_flow: Array
    h_coolant_out: Array

    @property
    def mass_flow(self) -> Array:
        """Working fluid [kg/s]."""
        return self.expansion.mass_flow

    @property
    def duty(self) -> Array:
        """Heat taken from the geofluid [W]."""
        return np.asarray(self.mass_flow * (self.expander_in.h - self.h_feed))


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit ready to be rated: its hardware and the properties of its fluid."""

    hardware: Hardware
    fluid: TabulatedFluid

    def balance(self, at: Scenarios, guess: Guess) -> Balance:
        """Draw up the balance at a guess; NaN where a state does not exist."""
        level, fluid = self.hardware.level, self.fluid
        p_evap, p_cond = np.asarray(fluid.p_dew(guess.T_evap)), np.asarray(fluid.p_bubble(guess.T_cond))
        dew, bubble = fluid.dew(p_evap), fluid.bubble(p_evap)
        low_dew, low_bubble = fluid.dew(p_cond), fluid.bubble(p_cond)
        hot = _superheated(fluid, p_evap, dew, at.superheat)
        pump_in = _subcooled(fluid, p_cond, low_bubble, self.hardware.subcooling)
        expansion = expand(level.expander, fluid, _behind_valve(fluid, hot, p_cond, guess.valve), p_cond)
        pumping = pump(level.pump, fluid, pump_in, p_evap, expansion.mass_flow)
        recuperated = self._recuperated(expansion, pumping, p_evap, bubble, low_dew)
        h_feed, h_exhaust = pumping.outlet.h + recuperated, expansion.outlet.h - recuperated
        heater, h_geofluid_out = self._heater(
            at, guess, p_evap, (h_feed, bubble, dew, hot), expansion.mass_flow
        )
        condenser, coolant_flow, h_coolant_out = self._condenser(
            at, guess, p_cond, (pump_in, low_bubble, low_dew, h_exhaust), expansion.mass_flow
        )
        return Balance(
            guess=guess,
            p_evap=p_evap,
            p_cond=p_cond,
            expander_in=hot,
            pump_in=pump_in,
            h_geofluid_out=h_geofluid_out,
            h_feed=np.asarray(h_feed),
            h_exhaust=np.asarray(h_exhaust),
            recuperated=recuperated,
            expansion=expansion,
            pumping=pumping,
            heater=heater,
            condenser=condenser,
            coolant_flow=coolant_flow,
            h_coolant_out=h_coolant_out,
        )

    def _recuperated(
        self, expansion: Expansion, pumping: Pumping, p_evap: Array, bubble: State, low_dew: State
    ) -> Array:
        """Heat per kg from exhaust to feed [J/kg]; mean heat capacities between the ends, no phase change."""
        zone, fluid = self.hardware.level.recuperator, self.fluid
        if zone is None:
            return np.zeros(np.shape(p_evap))
        T_hot, T_cold = np.asarray(expansion.outlet.T), np.asarray(pumping.outlet.T)
        T_reach = np.clip(T_hot, T_cold + _SATURATED, np.maximum(bubble.T - _SATURATED, T_cold + 2e-3))
        hottest = fluid.state_pT(p_evap, T_reach)
        vapour, span = expansion.outlet.h - low_dew.h, T_hot - low_dew.T
        useful = (span > _SATURATED) & (T_hot > T_cold)
        cp_hot = vapour / np.where(useful, span, 1.0)
        cp_cold = (hottest.h - pumping.outlet.h) / (T_reach - T_cold)
        ratio = expansion.mass_flow / self.hardware.level.expander.mass_flow
        UA = coefficient(zone, ratio, ratio) * zone.area / expansion.mass_flow
        cp_hot = np.where(useful, cp_hot, 1e3)
        share = effectiveness(UA, cp_hot, cp_cold)
        duty = share * np.minimum(cp_hot, cp_cold) * (T_hot - T_cold)
        # The exhaust may reach its dew point here and no more.
        return np.where(useful, np.clip(duty, 0.0, np.maximum(vapour, 0.0)), 0.0)

    def _heater(
        self,
        at: Scenarios,
        guess: Guess,
        p_evap: Array,
        ends: tuple[Array, State, State, State],
        mass_flow: Array,
    ) -> tuple[Side, Array]:
        h_feed, bubble, dew, hot = ends
        hardware, flow = self.hardware.level.heater, at.flow * guess.brine_share
        ratio = mass_flow / flow
        # Where the geofluid stops condensing, its cooling curve has a kink: a boundary of cells too.
        kink = hot.h - (at.h_geofluid - at.h_bubble) / ratio
        split = bool(np.any(at.h_geofluid > at.h_bubble))
        h_low = np.minimum(h_feed, bubble.h)
        liquid = _stations(h_low, np.asarray(bubble.h), LIQUID_CELLS, kink if split else None)
        dome = _stations(np.asarray(bubble.h), np.asarray(dew.h), 1, kink if split else None)
        vapour = _stations(np.asarray(dew.h), np.asarray(hot.h), 1, kink if split else None)
        T_liquid = _inner(self.fluid, p_evap, liquid, np.asarray(bubble.T), last=True)
        T_dome = np.broadcast_to(guess.T_evap[:, None], dome.shape)
        T_vapour = _between(vapour, np.asarray(dew.T), np.asarray(hot.T))
        other_ratio, fluid_ratio = flow / hardware.geofluid_flow, mass_flow / self._mass_flow_design
        zones = (hardware.preheat, hardware.evaporate, hardware.superheat)

        def geofluid(h: Array) -> Array:
            given = ratio[:, None] * (np.asarray(hot.h)[:, None] - h)
            return _geofluid_temperature(at, at.h_geofluid[:, None] - given)

        streams = ((liquid, T_liquid), (dome, T_dome), (vapour, T_vapour))
        side = _side(zones, streams, geofluid, mass_flow, (other_ratio, fluid_ratio), heats=True)
        return side, np.asarray(at.h_geofluid - ratio * (hot.h - h_feed))

    def _condenser(
        self,
        at: Scenarios,
        guess: Guess,
        p_cond: Array,
        ends: tuple[State, State, State, Array],
        mass_flow: Array,
    ) -> tuple[Side, Array, Array]:
        liquid, bubble, dew, h_exhaust = ends
        hardware, cooler = self.hardware.condenser, self.hardware.cooler
        flow = hardware.coolant_flow * guess.fan_speed * at.rho_coolant / cooler.density
        h_top = np.maximum(h_exhaust, bubble.h)
        sub = _stations(np.asarray(liquid.h), np.asarray(bubble.h), 1, None)
        dome = _stations(np.asarray(bubble.h), np.minimum(dew.h, h_top), 1, None)
        vapour = _stations(np.minimum(dew.h, h_top), h_top, VAPOUR_CELLS, None)
        T_sub = _between(sub, np.asarray(liquid.T), np.asarray(bubble.T))
        T_dome = np.broadcast_to(guess.T_cond[:, None], dome.shape)
        T_vapour = _inner(self.fluid, p_cond, vapour, np.asarray(dew.T), last=False)
        ratio = mass_flow / flow
        other_ratio = guess.fan_speed * at.rho_coolant / cooler.density
        fluid_ratio = mass_flow / self._mass_flow_design
        zones = (hardware.subcool, hardware.condense, hardware.desuperheat)

        def cooling(h: Array) -> Array:
            taken = ratio[:, None] * (h - np.asarray(liquid.h)[:, None])
            return at.coolant.temperature(at.h_coolant[:, None] + taken)

        streams = ((sub, T_sub), (dome, T_dome), (vapour, T_vapour))
        side = _side(zones, streams, cooling, mass_flow, (other_ratio, fluid_ratio), heats=False)
        return side, flow, np.asarray(at.h_coolant + ratio * (h_exhaust - liquid.h))

    @property
    def _mass_flow_design(self) -> float:
        return self.hardware.level.expander.mass_flow


def _superheated(fluid: TabulatedFluid, p: Array, dew: State, superheat: Array) -> State:
    dry = superheat > _SATURATED
    if not np.any(dry):
        return dew
    return choose(dry, fluid.state_pT(p, dew.T + np.maximum(superheat, _SATURATED)), dew)


def _subcooled(fluid: TabulatedFluid, p: Array, bubble: State, subcooling: float) -> State:
    return bubble if subcooling <= _SATURATED else fluid.state_pT(p, bubble.T - subcooling)


def _behind_valve(fluid: TabulatedFluid, hot: State, p_out: Array, valve: Array) -> State:
    open_ = valve >= 1.0
    if np.all(open_):
        return hot
    p = p_out + np.minimum(valve, 1.0) * (hot.p - p_out)
    return choose(open_, hot, fluid.state_ph(p, hot.h))


def _stations(low: Array, high: Array, cells: int, kink: Array | None) -> Array:
    """Enthalpies of a zone, in `cells` equal cells; twice as many, on both sides of a kink, where given."""
    shares = _EQUAL_SHARES[cells]
    if kink is None:
        return np.asarray(low[:, None] + shares * (high - low)[:, None])
    middle = np.clip(kink, low, np.maximum(high, low))
    left = low[:, None] + shares * (middle - low)[:, None]
    right = middle[:, None] + shares[1:] * (high - middle)[:, None]
    return np.concatenate([left, right], axis=-1)


def _inner(fluid: TabulatedFluid, p: Array, h: Array, T_end: Array, *, last: bool) -> Array:
    """Temperatures of a single-phase zone; the saturated end is known exactly."""
    T = np.empty(h.shape)
    saturated, inner = (-1, slice(None, -1)) if last else (0, slice(1, None))
    T[:, saturated] = T_end
    T[:, inner] = fluid.temperature(np.broadcast_to(p[:, None], h[:, inner].shape), h[:, inner])
    return np.where(np.isnan(T), T_end[:, None], T)


def _between(h: Array, T_low: Array, T_high: Array) -> Array:
    """Temperatures of a zone so narrow that it is straight."""
    span = h[:, -1:] - h[:, :1]
    share = (h - h[:, :1]) / np.where(span > 0.0, span, 1.0)
    return np.asarray(T_low[:, None] + share * (T_high - T_low)[:, None])


def _side(
    zones: tuple[Zone, Zone, Zone],
    streams: tuple[tuple[Array, Array], ...],
    other: Callable[[Array], Array],
    mass_flow: Array,
    ratios: tuple[Array, Array],
    *,
    heats: bool,
) -> Side:
    """Set enthalpies and temperatures of the fluid's zones against the other stream."""
    sign = 1.0 if heats else -1.0
    differences = [sign * (other(h) - T) for h, T in streams]
    areas = []
    for zone, (h, _), difference in zip(zones, streams, differences, strict=True):
        UA = conductance(mass_flow[:, None] * (h - h[:, :1]), difference)
        areas.append(UA / coefficient(zone, *ratios))
    return Side(np.concatenate(differences, axis=-1), (areas[0], areas[1], areas[2]))


def _geofluid_temperature(at: Scenarios, h: Array) -> Array:
    return np.where(h >= at.h_bubble[:, None], at.T_bubble[:, None], at.liquid.temperature(h))
