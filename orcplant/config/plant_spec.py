"""plant.toml -> PlantSpec: from the keys of a plant to SI, refusing what properties alone can show."""

import difflib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from orcplant.config.assumptions import Assumption, assumptions_in
from orcplant.config.climate import read_weather
from orcplant.config.fluids import working_fluids
from orcplant.config.place import Place
from orcplant.config.plant import (
    DesignKeys,
    EquipmentKeys,
    GivenUnitKeys,
    PlantKeys,
    WellTypeKeys,
    ZoneKeys,
)
from orcplant.config.section import required, validated
from orcplant.config.toml import parsed_toml, read_text
from orcplant.errors import ConfigError, PropertyError
from orcplant.plant import wells
from orcplant.plant.climate import Climate, Normals
from orcplant.plant.spec import (
    Availability,
    Costs,
    DesignObjective,
    EquipmentAssumptions,
    Gathering,
    GivenUnit,
    Layout,
    Limits,
    PlantSpec,
    Site,
    TargetBasis,
    UnitAssumptions,
    WellType,
    WorkingFluid,
)
from orcplant.thermo.design import Regime
from orcplant.thermo.equip import ZoneAssumption
from orcplant.thermo.media import WATER_P_MAX, water_saturation
from orcplant.thermo.properties import Fluid
from orcplant.thermo.spec import NoRecuperator, RecuperatorPinch
from orcplant.units import KILO, bar, kelvin, pascal

_SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Plant:
    """A plant file that was read: its text, keys, what they mean in SI, what is assumed, and its hash."""

    path: Path
    text: str
    keys: PlantKeys
    spec: PlantSpec
    assumptions: tuple[Assumption, ...]
    sha256: str


def load_plant(folder: Path) -> Plant:
    """Read `plant.toml` of a plant's folder.

    Raises
    ------
    ConfigError
        On the first thing that is wrong, in one line: file, key, value, limit.
    """
    path = folder / "plant.toml" if folder.is_dir() else folder
    text = read_text(path)
    return plant_of(text, path, sha256=sha256(path.read_bytes()).hexdigest())


def plant_of(text: str, path: Path, *, sha256: str) -> Plant:
    """Read the text of a plant file.

    Parameters
    ----------
    path : Path
        Where it stands, or the file it stands in: for errors, and for files it names.
    sha256 : str
        Hash of the plant file.

    Raises
    ------
    ConfigError
        On the first thing that is wrong.
    """
    keys = validated(PlantKeys, parsed_toml(path, text), path)
    return Plant(
        path=path,
        text=text,
        keys=keys,
        spec=_spec(keys, path),
        assumptions=assumptions_in(text),
        sha256=sha256,
    )


def _spec(keys: PlantKeys, path: Path) -> PlantSpec:
    design, site = keys.design, keys.site
    given = tuple(_given_unit(unit, Place(path, f"unit[{k}]", unit)) for k, unit in enumerate(keys.unit))
    p_cond_min = keys.limits.p_cond_min_bar
    return PlantSpec(
        name=keys.name,
        name_zh=keys.name_zh,
        target=keys.target.power_kW * KILO,
        basis=TargetBasis(keys.target.basis),
        objective=DesignObjective(design.objective),
        site=Site(
            elevation=site.elevation_m,
            p_ambient=pascal(site.p_ambient_bar),
            T_ambient=kelvin(site.T_design_ambient_C),
        ),
        climate=_climate(keys, path),
        wells=tuple(
            _well(well, Place(path, f"well_type[{k}]", well), site.p_ambient_bar)
            for k, well in enumerate(keys.well_type)
        ),
        gathering=_gathering(keys),
        fluids=_fluids(keys, path),
        layouts=tuple(_layout(name, design) for name in _layouts(keys)),
        ratings=tuple(sorted(rating * KILO for rating in design.ratings_kW)),
        units=given,
        assumptions=_unit_assumptions(design),
        equipment=_equipment(keys.equipment),
        limits=Limits(
            T_reinjection_min=kelvin(keys.limits.T_reinjection_min_C),
            p_cond_min=pascal(site.p_ambient_bar if p_cond_min is None else p_cond_min),
            GWP_max=design.max_GWP,
            ODP_max=design.max_ODP,
        ),
        availability=Availability(unit=keys.availability.unit, plant=keys.availability.plant),
        costs=_costs(keys),
        station_service=keys.cost.station_service,
    )


def _climate(keys: PlantKeys, path: Path) -> Climate:
    climate = keys.climate
    if climate.file is not None:
        return read_weather(path.parent / climate.file, pascal(keys.site.p_ambient_bar))
    return Normals(
        T_monthly=tuple(kelvin(T) for T in keys.site.T_monthly_C),
        diurnal_range=required(climate.diurnal_range_K),
        spells_january=required(climate.spells_january_K),
        spells_july=required(climate.spells_july_K),
        memory=required(climate.spells_memory),
        seed=int(required(climate.seed)),
    )


def _well(keys: WellTypeKeys, place: Place, p_ambient_bar: float) -> WellType:
    gauge = p_ambient_bar if keys.pressure_basis == "gauge" else 0.0
    T, p = kelvin(keys.T_C), pascal(keys.p_bar + gauge)
    p_saturation = float(water_saturation().pressure(T))
    if p > WATER_P_MAX:
        raise place.error("p_bar", f"is {bar(p):.1f} bar absolute, at most {bar(WATER_P_MAX):.0f} bar")
    if keys.phase == "liquid" and p <= p_saturation:
        raise place.error(
            "p_bar", f"is too low for a liquid: water boils below {bar(p_saturation):.3f} bar at {keys.T_C} C"
        )
    if keys.phase == "two_phase":
        p = p_saturation  # steam and water together leave no choice
    volume_flow = keys.flow_m3_h / _SECONDS_PER_HOUR
    return WellType(
        name=keys.name,
        name_zh=keys.name_zh or keys.name,
        T=T,
        p=p,
        quality=float("nan") if keys.steam_quality is None else keys.steam_quality,
        mass_flow=wells.mass_flow(volume_flow, basis=keys.flow_basis, T=T, p=p),
        available=keys.available,
        pump_rise=pascal(keys.pump_rise_bar),
        flow_basis=keys.flow_basis,
    )


def _gathering(keys: PlantKeys) -> Gathering:
    gathering = keys.gathering
    return Gathering(
        pressure_drop=pascal(gathering.pressure_drop_bar),
        unit_drop=pascal(gathering.unit_drop_bar),
        injection_pressure=pascal(gathering.injection_pressure_bar),
        eta_pump=gathering.eta_pump,
        injection_per_production=gathering.injection_per_production,
        bubble_margin=pascal(gathering.bubble_margin_bar),
        p_gas=pascal(gathering.p_gas_bar),
    )


def _fluid(name: str, path: Path) -> WorkingFluid:
    table = working_fluids()
    found = table.get(name.lower()) or table.get(_canonical(name).lower())
    if found is None:
        near = difflib.get_close_matches(name.lower(), table, n=3)
        hint = f"; near names: {', '.join(table[match].name for match in near)}" if near else ""
        raise ConfigError(f"{path}: design.fluids names {name!r}, which fluids.csv does not have{hint}")
    return found


def _fluids(keys: PlantKeys, path: Path) -> tuple[WorkingFluid, ...]:
    """Fluids to be searched, then those of given units."""
    found: dict[str, str] = {}
    for name in keys.design.fluids:
        fluid = _fluid(name, path).name
        if fluid in found:
            raise ConfigError(f"{path}: design.fluids names {fluid} twice: {found[fluid]!r} and {name!r}")
        found[fluid] = name
    given = [_fluid(unit.fluid, path).name for unit in keys.unit]
    return tuple(working_fluids()[name.lower()] for name in dict.fromkeys([*found, *given]))


def _canonical(name: str) -> str:
    try:
        fluid = Fluid(name)
    except PropertyError:
        return name
    return name if fluid.is_mixture else fluid.components[0]


def _layouts(keys: PlantKeys) -> list[str]:
    return list(dict.fromkeys([*keys.design.layouts, *(unit.layout for unit in keys.unit)]))


def _layout(name: str, design: DesignKeys) -> Layout:
    transcritical = name == "transcritical"
    bounds = design.p_reduced_transcritical if transcritical else design.p_reduced
    return Layout(
        name=name,
        regime=Regime.TRANSCRITICAL if transcritical else Regime.SUBCRITICAL,
        recuperator=RecuperatorPinch(design.recuperator_pinch_K)
        if name == "recuperated"
        else NoRecuperator(),
        p_reduced=(bounds[0], bounds[1]),
    )


def _unit_assumptions(design: DesignKeys) -> UnitAssumptions:
    return UnitAssumptions(
        ratings=tuple(rating * KILO for rating, _ in design.eta_expander),
        eta_expander=tuple(eta for _, eta in design.eta_expander),
        eta_pump=design.eta_pump,
        eta_generator=design.eta_generator,
        pinch_heater=design.pinch_K,
        pinch_preheater=design.preheater_pinch_K,
        pinch_condenser=design.condenser_pinch_K,
        subcooling=design.subcooling_K,
        superheat_max=design.superheat_max_K,
        fan_dp=design.fan_dp_Pa,
        eta_fan=design.eta_fan,
    )


def _equipment(keys: EquipmentKeys) -> EquipmentAssumptions:
    return EquipmentAssumptions(
        preheat=_zone(keys.preheat),
        evaporate=_zone(keys.evaporate),
        superheat=_zone(keys.superheat),
        desuperheat=_zone(keys.desuperheat),
        condense=_zone(keys.condense),
        subcool=_zone(keys.subcool),
        recuperate=_zone(keys.recuperate),
        critical_ratio=keys.critical_ratio,
        speed_range=(keys.expander_speed_min, keys.expander_speed_max),
        pump_shutoff=keys.pump_shutoff,
        pump_speed_max=keys.pump_speed_max,
        generator_fixed_share=keys.generator_fixed_share,
        fan_speed_min=keys.fan_speed_min,
        p_evap_margin=keys.p_evap_margin,
        T_cond_max=kelvin(keys.T_cond_max_C),
        load_min=keys.load_min,
    )


def _zone(keys: ZoneKeys) -> ZoneAssumption:
    return ZoneAssumption(keys.U_W_m2K, keys.other_share, keys.other_exponent, keys.fluid_exponent)


def _given_unit(keys: GivenUnitKeys, place: Place) -> GivenUnit:
    table = working_fluids()
    found = table.get(keys.fluid.lower()) or table.get(_canonical(keys.fluid).lower())
    if found is None:
        raise place.error("fluid", "is not a fluid of fluids.csv")
    return GivenUnit(
        name=keys.name,
        name_zh=keys.name_zh or keys.name,
        rating=keys.rating_kW * KILO,
        fluid=found.name,
        layout=keys.layout,
    )


def _costs(keys: PlantKeys) -> Costs:
    cost = keys.cost
    return Costs(
        reference_rating=cost.unit_reference_kW * KILO,
        unit_reference=cost.unit_CNY_kW * cost.unit_reference_kW,
        recuperator=cost.recuperator_share,
        scale_exponent=cost.scale_exponent,
        learning=cost.learning,
        production_well=cost.production_well_CNY,
        injection_well=cost.injection_well_CNY,
        gathering=cost.gathering_CNY_per_kg_s,
        station=cost.station_CNY_kW / KILO,
        indirect=cost.indirect,
        plan_specific=cost.plan_CNY_kW / KILO,
    )
