"""The plant behind the controllers: who gives what to whom, in which order, every step."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant.units import KILO
from plc_sim.bank import Bank
from plc_sim.clock import Clock
from plc_sim.instruments.noise import Noise
from plc_sim.instruments.orc_unit import OrcInstruments
from plc_sim.instruments.stations import show_heating, show_substation, show_water, show_wells
from plc_sim.logic.orc_unit import OrcLogic
from plc_sim.logic.stations import HeatingLogic, SubstationLogic, WaterLogic
from plc_sim.logic.wellfield import WellLogic
from plc_sim.process.field import Brine, Field, WellCommands
from plc_sim.process.grid import Grid
from plc_sim.process.heating import Heating
from plc_sim.process.orc import OrcUnits
from plc_sim.process.orc_records import Surroundings
from plc_sim.process.skid import Skid
from plc_sim.process.water import Water
from plc_sim.process.weather import Sky

_STAGNANT_S: Final = 1800.0  # assumed: pipe without flow cooling towards the air
_SENSOR_S: Final = 10.0  # assumed: thermowell
_SLOW_SCAN_S: Final = 0.5  # controllers of wells and stations scan so often, plant time
_AVAILABLE_S: Final = 5.0
_MOST_FLOW: Final = 1.3  # of a unit's design, to which its available power counts


@dataclass(slots=True)
class Rooms:
    """What the plant consists of: process rooms, SI."""

    sky: Sky
    field: Field
    units: OrcUnits
    skid: Skid
    heating: Heating | None
    water: Water
    grid: Grid
    service: float  # station service [W]
    fouling_rate: float  # at design flow with the full dose of inhibitor [m2 K/W per s]


@dataclass(slots=True)
class Controllers:
    """Who controls it: logic by type of device."""

    units: OrcLogic
    wells: WellLogic
    heating: HeatingLogic | None
    water: WaterLogic
    substation: SubstationLogic


@dataclass(slots=True)
class Banks:
    """Memory of the controllers, by type of device."""

    units: Bank
    wells: Bank
    heating: Bank
    water: Bank
    substation: Bank


class Plant:
    """Units, wells, stations and grid, with their controllers."""

    def __init__(
        self, rooms: Rooms, controllers: Controllers, banks: Banks, noise: Noise, clock: Clock
    ) -> None:
        self.rooms, self.controllers, self.banks = rooms, controllers, banks
        self.clock, self._noise = clock, noise
        self.instruments = OrcInstruments(banks.units, rooms.units, rooms.skid, noise)
        self._T_out = np.full(rooms.units.n, rooms.sky.temperature(0.0))
        self._tail = Brine(rooms.field.rated_total, rooms.field.h_header)
        self._auxiliary = 0.0
        self._unshown = 0.0
        self._since_available = _AVAILABLE_S
        around = self.around()
        self._read_units(around, 0.0)
        self._show_stations(around, 0.0)

    def begin_running(self) -> None:
        """Put all units at work in steady state, sharing the brine of all wells."""
        units, field = self.rooms.units, self.rooms.field
        around = self.around()
        share = min(field.rated_total / float(units.flow_design.sum()), 1.0)
        units.settle(around, units.flow_design * share)
        self.rooms.skid.settle(speed=units.speed, load=np.ones(units.n), T_ambient=around.T_ambient)
        field.bypass = 0.0
        self.controllers.water.begin(field.bypass)
        self.controllers.units.begin_running(units.fans)
        units.step(0.0, around, self.controllers.units.commands)
        self._read_units(around, 0.0)
        self.controllers.units.begin_running(units.fans)
        self._show_stations(around, 0.0)

    def around(self) -> Surroundings:
        """What the units meet now."""
        field, rooms = self.rooms.field, self.rooms
        T_ambient = rooms.sky.temperature(self.clock.plant)
        return Surroundings(field.h_header, field.T_header, field.head, T_ambient, rooms.grid.frequency)

    def step(self, dt: float) -> None:
        """Let `dt` seconds of plant time pass: plant, instruments, controllers."""
        around, rooms = self.around(), self.rooms
        units = rooms.units
        units.fouling_rate = rooms.fouling_rate * rooms.water.fouling_factor
        units.step(dt, around, self.controllers.units.commands)
        rooms.skid.step(dt, speed=units.speed, load=units.gross / units.rating, T_ambient=around.T_ambient)
        self._move_brine(dt, around)
        self._deliver(dt)
        self._read_units(around, dt)
        self.controllers.units.scan(dt)
        self._unshown += dt
        if self._unshown >= _SLOW_SCAN_S:
            self._show_stations(around, self._unshown)
            self._scan_stations(self._unshown)
            self._unshown = 0.0

    def _move_brine(self, dt: float, around: Surroundings) -> None:
        """Wells, manifold, units, tail-water, water station, injection."""
        rooms, controllers = self.rooms, self.controllers
        units, field, water = rooms.units, rooms.field, rooms.water
        taken = float(units.brine_flow.sum() + units.bypass_flow.sum())
        wells = controllers.wells
        field.step(
            dt, taken, WellCommands(wells.production, wells.injection, float(controllers.water.bypass[0]))
        )
        through, heat = float(units.brine_flow.sum()), float((units.brine_flow * units.h_brine_out).sum())
        cooled = Brine(through, heat / through if through > 1e-6 else field.h_header)
        heat += field.h_header * (float(units.bypass_flow.sum()) + field.bypassed)
        total = taken + field.bypassed
        self._tail = Brine(total, heat / total if total > 1e-6 else field.returned.h)
        field.margin = field.return_margin(cooled, self._tail)
        left = self._heat(dt, self._tail, float(around.T_ambient))
        dose = float(controllers.water.dose[0]) * 1e-6
        water.step(
            dt,
            flow=left.flow,
            rated=field.rated_total,
            dose=dose,
            margin=field.margin,
            from_pond=max(-field.discharged, 0.0),
        )
        if controllers.water.cleans[0]:
            water.cleaning = water.assumed.cleaning_s
        field.filter_drop = water.filter_drop
        field.reinject(dt, left, wells.injection_limit)

    def _heat(self, dt: float, tail: Brine, T_outdoor: float) -> Brine:
        heating, logic = self.rooms.heating, self.controllers.heating
        if heating is None or logic is None:
            return tail
        heating.running = float(logic.pump[0])
        heating.tank_flow = float(logic.tank_flow[0])
        return heating.step(
            dt,
            tail,
            float(self.rooms.field.temperature(tail.h)),
            T_outdoor=T_outdoor,
            hour=self.rooms.sky.hour_of_day(self.clock.plant),
            valve=float(logic.valve[0]),
        )

    def _deliver(self, dt: float) -> None:
        """Power to the grid."""
        rooms, grid = self.rooms, self.rooms.grid
        grid.breaker = bool(self.controllers.substation.breaker[0])
        pumps = float(rooms.field.production_power.sum() + rooms.field.injection_power.sum())
        self._auxiliary = rooms.service + (0.0 if rooms.heating is None else rooms.heating.pump_power)
        grid.step(
            dt,
            active=float(rooms.units.net.sum()) - pumps - self._auxiliary,
            reactive=float(self.instruments.reactive.sum()),
            wanted_reactive=float(self.banks.substation["Q_SP"][0]) * KILO,
            hour=rooms.sky.hour_of_day(self.clock.plant),
        )
        self.controllers.units.grid_ok[:] = grid.is_there

    def _read_units(self, around: Surroundings, dt: float) -> None:
        units, field, n = self.rooms.units, self.rooms.field, self.rooms.units.n
        flow = units.brine_flow + units.bypass_flow
        flows = flow > 0.01 * units.flow_design
        h = (units.brine_flow * units.h_brine_out + units.bypass_flow * field.h_header) / np.maximum(
            flow, 1e-9
        )
        target = np.where(flows, field.temperature(h), around.T_ambient)
        lag = np.where(flows, _SENSOR_S, _STAGNANT_S)
        self._T_out = target if dt == 0.0 else self._T_out + (target - self._T_out) * -np.expm1(-dt / lag)
        self.instruments.read(
            dt,
            around,
            p_in=np.full(n, field.p_header),
            p_out=np.full(n, field.p_return),
            T_return=self._T_out,
        )
        self._since_available += dt
        if self._since_available >= _AVAILABLE_S:
            self._since_available = 0.0
            most = np.minimum(self.banks.units["BRINE_FLOW_MAX"], _MOST_FLOW * units.flow_design)
            available = units.available(around, np.maximum(most, 0.1 * units.flow_design))
            self.banks.units["POWER_AVAILABLE"][:] = np.maximum(available / KILO, 0.0)

    def _show_stations(self, around: Surroundings, dt: float) -> None:
        rooms, banks, noise, T_ambient = self.rooms, self.banks, self._noise, float(around.T_ambient)
        show_wells(banks.wells, rooms.field, noise)
        dose = float(self.controllers.water.dose[0])
        show_water(banks.water, rooms.field, rooms.water, noise, dt=dt, dose=dose)
        show_substation(
            banks.substation, rooms.grid, noise, auxiliary=self._auxiliary, T_ambient=T_ambient, dt=dt
        )
        if rooms.heating is not None:
            show_heating(
                banks.heating,
                rooms.heating,
                noise,
                brine_flow=self._tail.flow,
                T_brine=float(rooms.field.temperature(self._tail.h)),
                T_outdoor=T_ambient,
                dt=dt,
            )

    def _scan_stations(self, dt: float) -> None:
        controllers = self.controllers
        controllers.wells.scan(dt)
        controllers.water.scan(dt)
        controllers.substation.scan(dt)
        if controllers.heating is not None:
            controllers.heating.scan(dt)
