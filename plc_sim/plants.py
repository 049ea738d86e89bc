"""From a site file and a design to a simulator: what stands behind which controllers."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from orcplant.config.design import Design, load_design
from orcplant.config.site import Device, Site
from orcplant.errors import ConfigError
from orcplant.plant.climate import weather
from orcplant.tags import load_table
from orcplant.thermo.hardware import Hardware
from orcplant.units import KILO, bar, degC
from plc_sim.bank import Bank
from plc_sim.clock import Clock
from plc_sim.instruments.noise import Noise
from plc_sim.logic.head import Traits
from plc_sim.logic.orc_machine import machine_of
from plc_sim.logic.orc_unit import OrcLogic
from plc_sim.logic.plain import PlainLogic, has_head
from plc_sim.logic.stations import HeatingLogic, SubstationLogic, WaterLogic
from plc_sim.logic.wellfield import WellLogic
from plc_sim.plant import Banks, Controllers, Plant, Rooms
from plc_sim.process.closure import closure
from plc_sim.process.field import Field
from plc_sim.process.grid import Grid
from plc_sim.process.heating import Heating
from plc_sim.process.orc import OrcUnits
from plc_sim.process.skid import Skid
from plc_sim.process.water import Water
from plc_sim.process.weather import Sky
from plc_sim.registers import Values
from plc_sim.simulator import Group, Simulator, Works, groups

UNIT: Final = "orc_unit"
PAD: Final = "wellfield"
HEATING: Final = "heating_station"
WATER: Final = "water_station"
SUBSTATION: Final = "substation"
PHYSICAL: Final = (UNIT, PAD, HEATING, WATER, SUBSTATION)

_DOSE_MG_KG: Final = 3.0  # assumed
_SPARE_BRINE: Final = 1.1  # produced at the start over what the units need at design, as far as wells give it
_DAY: Final = 86400.0


def simulator(site: Site) -> Simulator:
    """Simulator of a site's controllers with the plant behind them.

    Where the site's folder has a plant.toml, units, wells and stations are those of its design; else, and for
    types of device of a rig's own, controllers have nothing behind them.

    Raises
    ------
    ConfigError
        If the plant has no design, or the site another number of devices than the design.
    """
    clock, by_type = Clock(), groups(site)
    works: list[Works] = []
    watched = set()
    physical = (site.folder / "plant.toml").exists() and any(name in by_type for name in PHYSICAL)
    if physical:
        works.append(plant(site, load_design(str(site.folder)), by_type, clock))
        watched |= set(PHYSICAL)
    for name, group in by_type.items():
        if has_head(group.bank) and not (physical and name in PHYSICAL):
            works.append(PlainLogic(group.bank, traits(group), clock))
            watched.add(name)
    return Simulator(site, by_type, clock, works, frozenset(watched))


def traits(group: Group) -> Traits:
    """What the controllers of a group can do."""
    return Traits.of(
        [device.capabilities for device in group.devices],
        [device.trips_without_core for device in group.devices],
    )


@dataclass(frozen=True, slots=True)
class _Behind:
    """Memory and abilities of the controllers of a type; without devices they exist all the same, unseen."""

    bank: Bank
    traits: Traits
    devices: tuple[Device, ...]


def _behind(site: Site, by_type: dict[str, Group], name: str, expected: int) -> _Behind:
    group = by_type.get(name)
    if group is None:
        bank = Bank(load_table(name), expected)
        return _Behind(bank, Traits.of([frozenset()] * expected, [False] * expected), ())
    if group.bank.count != expected:
        raise ConfigError(
            f"{site.path}: {group.bank.count} devices of type {name}, the design has {expected}"
        )
    return _Behind(group.bank, traits(group), group.devices)


def plant(site: Site, design: Design, by_type: dict[str, Group], clock: Clock) -> Plant:
    """Plant of a design behind the controllers of a site."""
    hardware, kind = _units(design)
    field = _field(design, site)
    behind = {UNIT: _behind(site, by_type, UNIT, len(kind)), PAD: _behind(site, by_type, PAD, field.pads)}
    behind |= {name: _behind(site, by_type, name, 1) for name in (HEATING, WATER, SUBSTATION)}
    rooms = _rooms(site, design, field, hardware, kind, has_heating=HEATING in by_type)
    noise = Noise(site.simulation.noise, site.simulation.seed)
    banks = Banks(*(behind[name].bank for name in PHYSICAL))
    _name(banks, field, hardware, kind)
    built = Plant(rooms, _controllers(behind, rooms, clock), banks, noise, clock)
    if site.simulation.units_running:
        built.begin_running()
    return built


def _units(design: Design) -> tuple[list[Hardware], list[int]]:
    """Hardware by kind, and the kind of every unit: duty and spare of a block, block after block."""
    hardware = [block.hardware for block in design.units]
    kind = [k for k, block in enumerate(design.units) for _ in range(block.count + block.spare)]
    return hardware, kind


def _field(design: Design, site: Site) -> Field:
    spec = design.plant.spec
    count = sum(design.wells)
    injectors = max(round(count * spec.gathering.injection_per_production), 1)
    T_ground = float(np.mean(weather(spec.climate, spec.site.p_ambient).T))
    return Field(
        list(zip(spec.wells, design.wells, strict=True)), injectors, spec.gathering, T_ground=T_ground
    )


def _rooms(
    site: Site, design: Design, field: Field, hardware: list[Hardware], kind: list[int], *, has_heating: bool
) -> Rooms:
    spec, simulation = design.plant.spec, site.simulation
    sky = Sky(weather(spec.climate, spec.site.p_ambient), simulation.start)
    T_start = sky.temperature(0.0)
    units = OrcUnits([closure(one) for one in hardware], kind, p_brine=field.p_header_design, T_start=T_start)
    installed = float(units.rating.sum())
    return Rooms(
        sky=sky,
        field=field,
        units=units,
        skid=Skid(units.n, T_start=T_start),
        heating=Heating() if has_heating else None,
        water=Water(),
        grid=Grid(installed, simulation.seed),
        service=spec.station_service * installed,
        fouling_rate=simulation.fouling_m2K_W_per_day / _DAY,
    )


def _controllers(behind: dict[str, _Behind], rooms: Rooms, clock: Clock) -> Controllers:
    field, wells, water, substation = rooms.field, behind[PAD], behind[WATER], behind[SUBSTATION]
    needed = float(rooms.units.flow_design.sum())
    return Controllers(
        units=_unit_logic(behind[UNIT], rooms.units, clock),
        wells=WellLogic(
            wells.bank,
            wells.traits,
            clock,
            rated=field.rated,
            rated_injection=field.rated_injection,
            wanted=field.rated * min(_SPARE_BRINE * needed / field.rated_total, 1.0),
        ),
        heating=_heating_logic(behind[HEATING], rooms.heating, clock),
        water=WaterLogic(
            water.bank,
            water.traits,
            clock,
            p_header_bar=bar(field.p_header_design),
            dose_mg_kg=_DOSE_MG_KG,
        ),
        substation=SubstationLogic(
            substation.bank,
            substation.traits,
            clock,
            installed_kW=rooms.grid.installed / KILO,
            nominal_kV=rooms.grid.assumed.voltage / KILO,
        ),
    )


def _unit_logic(behind: _Behind, units: OrcUnits, clock: Clock) -> OrcLogic:
    def option(values: list[float], default: float) -> Values:
        return np.array(values if behind.devices else [default] * units.n, dtype=np.float64)

    T_return_min = [part.hardware.limits.T_return_min for part in units.closures]
    return OrcLogic(
        behind.bank,
        behind.traits,
        clock,
        machine_of(units),
        fallback_hold_s=option([device.fallback_hold_s for device in behind.devices], 300.0),
        fallback_power_kW=option([device.fallback_power_kW for device in behind.devices], 0.0),
        T_return_min_degC=degC(np.array(T_return_min))[units.kind],
    )


def _heating_logic(behind: _Behind, heating: Heating | None, clock: Clock) -> HeatingLogic | None:
    if heating is None:
        return None
    given = heating.assumed
    return HeatingLogic(
        behind.bank,
        behind.traits,
        clock,
        T_supply_degC=degC(given.T_supply),
        limit_kW=1.2 * given.peak_load / KILO,
    )


def _name(banks: Banks, field: Field, hardware: list[Hardware], kind: list[int]) -> None:
    for unit, k in enumerate(kind):
        rating = hardware[k].generator.rating / KILO
        banks.units.set_text("NAMEPLATE", unit, f"{rating:.0f}kW {hardware[k].level.fluid}")
    for pad, name in enumerate(field.names):
        banks.wells.set_text("WELL_NAME", pad, name)
    banks.substation.set_text("METER_ID", 0, "SIM-0001")
    banks.heating.set_text("STATION_NAME", 0, "TAIL-WATER")
