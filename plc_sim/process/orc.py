"""ORC units in motion: two stores of heat, two of fluid, a rotor, slow valves; SI, all units at once.

What is quick follows from evaporating and condensing temperature (`closure`); the stores integrate what goes
in and out, so heat, work and fluid balance whatever the step. Time constants are assumed, see `Assumed`.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.hardware import CoolantKind
from orcplant.thermo.state import Array
from plc_sim.process.closure import Closure, brine_temperatures
from plc_sim.process.lookup import Axis, Lookup, between
from plc_sim.process.orc_records import (
    GOVERNOR_SHUT,
    GOVERNOR_SPEED,
    Assumed,
    Commands,
    Ledger,
    Surroundings,
)

_CP: Final = {CoolantKind.AIR: 1006.0, CoolantKind.WATER: 4180.0}  # [J/(kg K)]


class OrcUnits:
    """State of all units.

    Attributes
    ----------
    T_evap, T_cond : array, shape (units,)
        Stores of heat: evaporating and condensing temperature, with the metal. [K]
    charge : array
        Working fluid in the heater. [kg]
    speed : array
        Rotor over design. [-]
    valve, bypass, vapour_bypass, fans : array
        Positions and speed as they are. [-]
    fouling : array
        Resistance on the brine side. [m2 K/W]
    """

    def __init__(
        self,
        closures: Sequence[Closure],
        kind: Sequence[int],
        *,
        p_brine: float,
        T_start: float,
        assumed: Assumed | None = None,
    ) -> None:
        self.assumed = assumed or Assumed()
        self.closures = tuple(closures)
        self.kind = np.array(kind, dtype=np.intp)
        self.n = n = len(self.kind)
        self._lay_tables()
        self._lay_constants()
        self.h_water, self.T_water = brine_temperatures(p_brine)
        self.T_evap, self.T_cond = np.full(n, T_start), np.full(n, T_start)
        self.charge = self.charge_design.copy()
        self.speed = np.zeros(n)
        self.valve, self.bypass, self.vapour_bypass = np.zeros(n), np.zeros(n), np.zeros(n)
        self.fans, self.pump_flow = np.zeros(n), np.zeros(n)
        self.fouling, self.fouling_rate = np.zeros(n), 0.0
        self._closed = np.zeros(n, dtype=bool)
        self.begin_ledger()
        self._look(Surroundings(self.h_water[0], T_start, 0.0, T_start), Commands.none(n))

    def _lay_tables(self) -> None:
        parts, kind = self.closures, self.kind
        h = Axis.of([part.h for part in parts], kind)
        flow = Axis.of([part.flow for part in parts], kind)
        T_ambient = Axis.of([part.T_ambient for part in parts], kind)
        T_evap = Axis.of([part.T_evap for part in parts], kind)
        T_cond = Axis.of([part.T_cond for part in parts], kind)
        self._quick = Lookup((T_evap, T_cond), [part.quick for part in parts], kind)
        self._conductances = Lookup((h, flow, T_ambient), [part.conductances for part in parts], kind)
        self._settled = Lookup((h, flow, T_ambient), [part.settled for part in parts], kind)
        even = np.arange(len(parts[0].fan_speed), dtype=np.float64)
        self._fan_nodes = parts[0].fan_speed, even
        fans = Axis.of([even] * len(parts), kind)
        self._fan_factor = Lookup((flow, fans), [part.fan_factor[..., None] for part in parts], kind)
        even = np.arange(len(parts[0].fouling), dtype=np.float64)
        self._fouling_nodes = parts[0].fouling, even
        fouling = Axis.of([even] * len(parts), kind)
        self._fouling_factor = Lookup(
            (flow, fouling), [part.fouling_factor[..., None] for part in parts], kind
        )
        self._fan_row = parts[0].fan_factor[len(parts[0].flow) // 2]
        self._flow_min = np.exp(np.array([part.flow[0] for part in parts]))[kind]

    def _lay_constants(self) -> None:
        def each(numbers: Sequence[float]) -> Array:
            return np.array(numbers)[self.kind]

        hardware, given = [part.hardware for part in self.closures], self.assumed
        self.flow_design = each([one.design.mass_flow for one in hardware])
        self.fluid_flow_design = each([one.level.expander.mass_flow for one in hardware])
        self.rating = each([one.generator.rating for one in hardware])
        self.net_design = each([one.design.net for one in hardware])
        self.p_evap_design = each([one.level.expander.p_in for one in hardware])
        self.p_cond_min = each([one.limits.p_cond_min for one in hardware])
        self.p_cond_max = each([one.limits.p_cond_max for one in hardware])
        self.p_evap_max = each([one.limits.p_evap_max for one in hardware])
        self.superheat_design = each([one.level.superheat for one in hardware])
        self.fan_speed_min = each([one.cooler.speed_min for one in hardware])
        self._shaft_design = each([one.generator.shaft_power for one in hardware])
        self._generator_loss = each([one.generator.loss for one in hardware])
        self._generator_fixed = each([one.generator.fixed_share for one in hardware])
        self._fan_power = each([one.cooler.power for one in hardware])
        self._air_capacity = each([one.condenser.coolant_flow * _CP[one.cooler.kind] for one in hardware])
        self._T_coolant = each([one.design.T_coolant for one in hardware])
        self._is_air = each([float(one.cooler.kind is CoolantKind.AIR) for one in hardware]) > 0.0
        self.T_floor = each([part.T_floor for part in self.closures])
        self.heat_evap = each([one.level.heater.area * given.heater_mass for one in hardware])
        self.heat_cond = each([one.condenser.area * given.condenser_mass for one in hardware])
        self.charge_design = self.fluid_flow_design * given.holdup_s
        self.receiver_design = self.fluid_flow_design * given.receiver_s
        designs = self._quick(
            each([one.design.T_evap for one in hardware]), each([one.design.T_cond for one in hardware])
        )
        self._h_evap_zero = each([part.h_bubble for part in self.closures])
        self._h_cond_zero = designs[5]

    def step(self, dt: float, around: Surroundings, commands: Commands) -> None:
        """Let `dt` seconds pass."""
        self._move_actuators(dt, commands)
        self._turn_rotor(dt, around, commands)
        self._look(around, commands)
        self._store(dt, around)

    def settle(self, around: Surroundings, flow: Array) -> None:
        """Put every unit at work in steady state with `flow` of brine [kg/s] and its fans free to run.

        For a simulation that begins with the plant running; the ledger begins here too.
        """
        n = np.ones(self.n)
        self.T_evap, self.T_cond = self._settled(around.h * n, np.log(flow), around.T_ambient * n)
        self.speed[:] = around.frequency
        self._closed[:] = True
        self.valve = flow / (self.flow_design * self.assumed.valve_margin * around.head)
        self.fans[:] = 1.0
        self.charge = self.charge_design.copy()
        self.pump_flow = self._quick(self.T_evap, self.T_cond)[2]
        self.begin_ledger()

    def begin_ledger(self) -> None:
        """Begin to account for energy."""
        self.ledger = Ledger(*(np.zeros(self.n) for _ in range(5)))
        self._at_start = self._stored()

    def available(self, around: Surroundings, flow: Array) -> Array:
        """Net power that clean units could give with `flow` of brine [kg/s], to within a few per cent [W]."""
        n = np.ones(self.n)
        T_evap, T_cond = self._settled(around.h * n, np.log(flow), around.T_ambient * n)
        T_held = np.maximum(T_cond, self.T_floor)
        cooling = (T_cond - around.T_ambient) / (
            T_held - around.T_ambient
        )  # share of full fans that is needed
        quick = self._quick(T_evap, T_held)
        gross = self._terminals(quick[2] * quick[3])
        load = np.minimum(self.rating / np.maximum(gross, 1.0), 1.0)
        fans = np.interp(cooling * load, self._fan_row, self._fan_nodes[0])
        return np.asarray(load * (gross - quick[2] * quick[6]) - self._fan_draw(fans, around.T_ambient))

    def _move_actuators(self, dt: float, commands: Commands) -> None:
        given = self.assumed
        self.valve = _travelled(self.valve, commands.valve, dt / given.valve_s)
        self.bypass = _travelled(self.bypass, commands.bypass, dt / given.valve_s)
        self.vapour_bypass = _travelled(
            self.vapour_bypass, commands.vapour_bypass, dt / given.vapour_bypass_s
        )
        self.fans = self.fans + (commands.fans - self.fans) * -np.expm1(-dt / given.fan_s)

    def _turn_rotor(self, dt: float, around: Surroundings, commands: Commands) -> None:
        given = self.assumed
        opened = self._closed & ~commands.breaker
        if opened.any():  # what the stop valve lets in while it closes speeds the rotor up
            energy = self.speed**2 + self.shaft * given.stop_valve_s / (2.0 * given.inertia_s * self.rating)
            self.speed = np.where(opened, np.sqrt(energy), self.speed)
        free = ~commands.breaker
        driven = free & (commands.governor == GOVERNOR_SPEED)
        coasted = self.speed * np.exp(-dt / given.coast_s)
        turned = self.speed + self.speed_rate * dt
        self.speed = np.where(free, np.where(driven, turned, coasted), around.frequency)
        self.speed = np.maximum(self.speed, 0.0)
        self._closed = commands.breaker.copy()

    def _look(self, around: Surroundings, commands: Commands) -> None:
        """Work out all that follows from the stores as they are."""
        quick = self._quick(self.T_evap, self.T_cond)
        # Without pressure, or without liquid left to boil, no vapour.
        lift = between(self.T_evap - self.T_cond, 0.0, 1.0)
        wet = between(self.charge / (0.2 * self.charge_design), 0.0, 1.0)
        (self.p_evap, self.p_cond, swallowed, work, self._h_vapour, self._h_liquid, self._h_rise,
         recuperated, self.T_expander_in, self.T_expander_out, self.T_pump_in, self.T_heater_in,
         self.pump_speed, self.suction_margin) = quick  # fmt: skip
        self._open_flow = swallowed * lift * wet
        self._wet = wet
        self._drive(commands, work)
        self.fluid_flow = (
            self.turbine_flow + self._open_flow * self.assumed.vapour_bypass * self.vapour_bypass
        )
        self._wanted_pump_flow = np.where(
            commands.pump,
            np.maximum(self.fluid_flow + (self.charge_design - self.charge) / self.assumed.level_s, 0.0),
            0.0,
        )
        self.recuperation = recuperated * self.turbine_flow
        self._carry(around)
        self.gross = np.where(self._closed, self._terminals(self.shaft), 0.0)
        self.pump_power = self.pump_flow * self._h_rise
        self.fan_power = self._fan_draw(self.fans, around.T_ambient)
        self.net = self.gross - self.pump_power - self.fan_power

    def _drive(self, commands: Commands, work: Array) -> None:
        """Flow and power of the turbine: shut, held on a rate of speed, or open."""
        given = self.assumed
        slip = 2.0 - self.speed  # torque of an impulse stage falls in a straight line to twice design speed
        momentum = 2.0 * given.inertia_s * commands.speed_rate + given.friction * self.speed
        needed = self.rating * np.maximum(momentum, 0.0) / np.maximum(slip * work, 1.0)
        driven = commands.governor == GOVERNOR_SPEED
        flow = np.where(driven, np.minimum(needed, self._open_flow), self._open_flow * commands.opening)
        self.turbine_flow = np.where(commands.governor == GOVERNOR_SHUT, 0.0, flow)
        torque = self.turbine_flow * work * slip / self.rating
        self.speed_rate = (torque - given.friction * self.speed) / (2.0 * given.inertia_s)
        self.shaft = torque * self.speed * self.rating

    def _carry(self, around: Surroundings) -> None:
        """Heat from the brine and to the air; where the brine goes."""
        n = np.ones(self.n)
        self.T_ambient = around.T_ambient * n
        self.brine_flow = self.flow_design * self.assumed.valve_margin * self.valve * around.head
        self.bypass_flow = self.flow_design * self.assumed.valve_margin * self.bypass * around.head
        flow = np.log(np.maximum(self.brine_flow, self._flow_min))
        hot, cold = np.exp(self._conductances(around.h * n, flow, around.T_ambient * n))
        share = np.minimum(self.brine_flow / self._flow_min, 1.0)
        hot = hot * self._fouling_factor(flow, np.interp(self.fouling, *self._fouling_nodes))[0] * share
        pumped = self.pump_flow > 0.01 * self.fluid_flow_design
        coldest = np.where(pumped, self.T_heater_in, self.T_evap)
        most = self.brine_flow * (around.h - np.interp(coldest, self.T_water, self.h_water))
        wanted = hot * (around.T - self.T_evap)
        wanted = wanted * np.maximum(self._wet, 0.05)
        self.heat = between(wanted, np.minimum(most, 0.0), np.maximum(most, 0.0))
        self.h_brine_out = around.h - self.heat / np.maximum(self.brine_flow, 1e-9)
        self.h_brine_out = np.where(self.brine_flow > 1e-6, self.h_brine_out, around.h)
        self.T_brine_out = np.interp(self.h_brine_out, self.h_water, self.T_water)
        fan_place = np.interp(self.fans, *self._fan_nodes)
        moved = self._fan_factor(flow, fan_place)[0] * np.minimum(self.fans / self._fan_nodes[0][0], 1.0)
        self.rejected = cold * np.maximum(moved, self.assumed.still_fans) * (self.T_cond - around.T_ambient)

    def _store(self, dt: float, around: Surroundings) -> None:
        lost = self.heat_evap / self.assumed.cooling_s * (self.T_evap - around.T_ambient)
        exhaust = self.fluid_flow * self._h_vapour - self.shaft
        into = (
            self.heat
            + self.pump_flow * (self._h_liquid + self._h_rise - self._h_evap_zero)
            + self.recuperation
            - self.fluid_flow * (self._h_vapour - self._h_evap_zero)
            - lost
        )
        condensed = (
            exhaust
            - self.fluid_flow * self._h_cond_zero
            - self.pump_flow * (self._h_liquid - self._h_cond_zero)
            - self.recuperation
            - self.rejected
        )
        book = self.ledger
        book.brine += self.heat * dt
        book.pump += self.pump_power * dt
        book.shaft += self.shaft * dt
        book.air += self.rejected * dt
        book.lost += lost * dt
        self.T_evap = self.T_evap + into / self.heat_evap * dt
        self.T_cond = self.T_cond + condensed / self.heat_cond * dt
        self.charge = self.charge + (self.pump_flow - self.fluid_flow) * dt
        self.fouling = self.fouling + self.fouling_rate * self.brine_flow / self.flow_design * dt
        self.pump_flow = self.pump_flow + (self._wanted_pump_flow - self.pump_flow) * -np.expm1(
            -dt / self.assumed.pump_s
        )

    def _stored(self) -> Array:
        return np.asarray(
            self.heat_evap * self.T_evap
            + self.heat_cond * self.T_cond
            + self.charge * (self._h_evap_zero - self._h_cond_zero)
        )

    def energy_residual(self) -> Array:
        """Energy that is not accounted for since the start [J], shape (units,)."""
        return self.ledger.residual(self._stored() - self._at_start)

    @property
    def is_connected(self) -> NDArray[np.bool_]:
        """Whether the generator's breaker is closed."""
        return self._closed

    @property
    def T_air_out(self) -> Array:
        """Air behind the condenser [K]: as warm as the heat it carries off makes the fans' flow."""
        flow = np.maximum(self._air_capacity * self.fans, 0.03 * self._air_capacity)
        return np.asarray(np.minimum(self.T_ambient + self.rejected / flow, self.T_cond))

    @property
    def receiver_level(self) -> Array:
        """Level of the condensate receiver over full [-]: what is not in the heater is there."""
        return 0.5 + (self.charge_design - self.charge) / (2.0 * self.receiver_design)

    def _terminals(self, shaft: Array) -> Array:
        load = shaft / self._shaft_design
        fixed = self._generator_fixed
        return np.asarray(shaft - self._generator_loss * (fixed + (1.0 - fixed) * load**2))

    def _fan_draw(self, fans: Array, T_ambient: float | Array) -> Array:
        thin = np.where(self._is_air, self._T_coolant / T_ambient, 1.0)  # air is an ideal gas here
        return np.asarray(self._fan_power * fans**3 * thin)


def _travelled(position: Array, wanted: Array, most: float) -> Array:
    return np.asarray(position + between(wanted - position, -most, most))
