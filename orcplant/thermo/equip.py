"""From a design point to the hardware that makes it: areas, throat, pump, fans, generator.

The areas are those the off-design balance itself asks for at the design point, so that a unit rated
there gives back its design.
"""

from dataclasses import dataclass, replace

import numpy as np

from orcplant.errors import InputError
from orcplant.thermo.cooling import coolant
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.hardware import (
    CondenserHardware,
    CoolantKind,
    CoolerHardware,
    DesignPoint,
    ExpanderHardware,
    GeneratorHardware,
    Hardware,
    HeaterHardware,
    Level,
    OperatingLimits,
    PumpHardware,
    Zone,
)
from orcplant.thermo.offdesign.balance import Guess, Unit
from orcplant.thermo.offdesign.boundary import Control, design_boundary, scenarios
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import (
    AirCooling,
    GeofluidOutlet,
    HeaterPinch,
    NoRecuperator,
    WaterCooling,
)
from orcplant.thermo.tables import FINE, tabulated_fluid
from orcplant.thermo.transfer import conductance_for


@dataclass(frozen=True, slots=True)
class ZoneAssumption:
    """Overall coefficient ``U`` [W/(m2 K)] of a zone and how it follows the flows, as in `hardware.Zone`."""

    U: float
    other_share: float
    other_exponent: float
    fluid_exponent: float


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a design point does not say about the hardware: machine laws and bounds in operation.

    Zones as in `hardware`; ``critical_ratio`` and ``speed_range`` of the turbine, ``pump_shutoff`` and
    ``pump_speed_max``, ``generator_fixed_share`` of the loss, ``fan_speed_min`` as there. The evaporator is
    built for ``p_evap_margin`` times its design pressure, the condenser for ``p_cond_max`` [Pa].
    ``load_min`` [-] and ``T_return_min`` [K] as in `hardware.OperatingLimits`.
    """

    preheat: ZoneAssumption
    evaporate: ZoneAssumption
    superheat: ZoneAssumption
    desuperheat: ZoneAssumption
    condense: ZoneAssumption
    subcool: ZoneAssumption
    recuperate: ZoneAssumption
    critical_ratio: float
    speed_range: tuple[float, float]
    pump_shutoff: float
    pump_speed_max: float
    generator_fixed_share: float
    fan_speed_min: float
    p_evap_margin: float
    p_cond_max: float
    p_cond_min: float
    load_min: float
    T_return_min: float


def equip(design: CycleResult, equipment: Equipment, *, rating: float | None = None) -> Hardware:
    """Hardware of a solved design point.

    Parameters
    ----------
    design : CycleResult
        One solved scenario (scalars) of one subcritical level of a pure fluid, with geofluid and coolant.
    rating : float, optional
        Gross power at design [W]; all flows are scaled to it. Left out, the flows stay.

    Raises
    ------
    InputError
        For a cycle whose hardware cannot be rated: two levels, a mixture, a transcritical heater, no
        geofluid or coolant, no solution, several scenarios.
    """
    _require_rateable(design)
    _require_within(design, equipment)
    scale = 1.0 if rating is None else rating / float(design.power.generator)
    hardware = _without_areas(design, equipment, scale)
    return _with_areas(design, hardware)


def _require_rateable(design: CycleResult) -> None:
    obstacles = {
        "two pressure levels": len(design.levels) != 1,
        "a mixture": design.spec.levels[0].fluid.is_mixture,
        "a transcritical heater": bool(np.any(np.isnan(design.levels[0].bubble.h))),
        "no geofluid": not isinstance(design.spec.source, HeaterPinch | GeofluidOutlet),
        "no coolant": not isinstance(design.spec.cooling, AirCooling | WaterCooling),
        "no solution": not bool(np.all(design.status.ok)),
        "several scenarios": np.size(design.power.net) != 1,
    }
    for obstacle, applies in obstacles.items():
        if applies:
            raise InputError(
                f"off-design needs one subcritical level of a pure fluid; this cycle has {obstacle}"
            )


def _require_within(design: CycleResult, given: Equipment) -> None:
    """Refuse a design outside its own limits: rated there, the unit could not come back to it."""
    (level,) = design.levels
    p, T = float(level.pump_in.p), float(design.T_geofluid_out)
    ranges = (
        ("condensing pressure", p, given.p_cond_min, given.p_cond_max, 1e5, "bar"),
        ("geofluid outlet", T, given.T_return_min, np.inf, 1.0, "K"),
    )
    for name, value, low, high, size, eng_unit in ranges:
        if not low * (1.0 - _ROUNDING) <= value <= high * (1.0 + _ROUNDING):
            bounds = f"{low / size:.3f} to {high / size:.3f} {eng_unit}"
            raise InputError(f"{name} {value / size:.3f} {eng_unit} at design is outside its limits {bounds}")


def _geofluid(design: CycleResult) -> Geofluid:
    source = design.spec.source
    assert isinstance(source, HeaterPinch | GeofluidOutlet)  # noqa: S101 - held by _require_rateable
    return source.geofluid


def _without_areas(design: CycleResult, given: Equipment, scale: float) -> Hardware:
    (level,) = design.levels
    brine, flow = _geofluid(design), float(level.mass_flow) * scale
    shaft = float(design.power.expander) * scale
    gross = float(design.power.generator) * scale
    fluid, p_high = design.spec.levels[0].fluid, float(level.expander_in.p)
    one = {name: _zone(getattr(given, name), 1.0) for name in _ZONES}
    return Hardware(
        levels=(
            Level(
                fluid=fluid.name,
                superheat=float(level.expander_in.T - level.dew.T),
                expander=_expander(design, given, flow),
                pump=_pump(design, given, flow),
                heater=HeaterHardware(
                    one["preheat"], one["evaporate"], one["superheat"], float(brine.mass_flow) * scale
                ),
                recuperator=None if isinstance(design.spec.recuperator, NoRecuperator) else one["recuperate"],
            ),
        ),
        condenser=CondenserHardware(
            one["desuperheat"], one["condense"], one["subcool"], float(design.coolant_flow) * scale
        ),
        cooler=_cooler(design, given, scale),
        generator=GeneratorHardware(gross, shaft, shaft - gross, given.generator_fixed_share),
        subcooling=max(0.0, float(fluid.bubble(level.pump_in.p).T - level.pump_in.T)),
        limits=OperatingLimits(
            p_cond_min=given.p_cond_min,
            p_cond_max=given.p_cond_max,
            p_evap_max=min(given.p_evap_margin * p_high, _NEAR_CRITICAL * fluid.limits.p_crit),
            T_return_min=given.T_return_min,
            load_min=given.load_min,
        ),
        design=_design_point(design, scale),
    )


_ZONES = ("preheat", "evaporate", "superheat", "desuperheat", "condense", "subcool", "recuperate")
_ROUNDING = 1e-6
_NEAR_CRITICAL = 0.95  # of the critical pressure: tables end at 0.97


def _zone(assumed: ZoneAssumption, area: float) -> Zone:
    return Zone(assumed.U, area, assumed.other_share, assumed.other_exponent, assumed.fluid_exponent)


def _expander(design: CycleResult, given: Equipment, flow: float) -> ExpanderHardware:
    (level,), (spec,) = design.levels, design.spec.levels
    inlet, outlet = level.expander_in, level.expander_out
    return ExpanderHardware(
        mass_flow=flow,
        p_in=float(inlet.p),
        rho_in=float(inlet.rho),
        p_out=float(outlet.p),
        dh_isentropic=float((inlet.h - outlet.h) / spec.eta_expander),
        volume_flow=flow / float(outlet.rho),
        efficiency=float(spec.eta_expander),
        critical_ratio=given.critical_ratio,
        speed_range=given.speed_range,
    )


def _pump(design: CycleResult, given: Equipment, flow: float) -> PumpHardware:
    (level,) = design.levels
    return PumpHardware(
        volume_flow=flow / float(level.pump_in.rho),
        rise=float(level.pump_out.p - level.pump_in.p),
        efficiency=float(design.spec.eta_pump),
        shutoff=given.pump_shutoff,
        speed_max=given.pump_speed_max,
    )


def _cooler(design: CycleResult, given: Equipment, scale: float) -> CoolerHardware:
    cooling = design.spec.cooling
    assert isinstance(cooling, AirCooling | WaterCooling)  # noqa: S101 - held by _require_rateable
    is_air = isinstance(cooling, AirCooling)
    return CoolerHardware(
        kind=CoolantKind.AIR if is_air else CoolantKind.WATER,
        power=float(design.power.fan + design.power.cooling_pump) * scale,
        density=float(coolant(cooling).density(cooling.T_in, cooling.p)),
        speed_min=given.fan_speed_min,
    )


def _design_point(design: CycleResult, scale: float) -> DesignPoint:
    (level,), cooling, brine = design.levels, design.spec.cooling, _geofluid(design)
    assert isinstance(cooling, AirCooling | WaterCooling)  # noqa: S101 - held by _require_rateable
    return DesignPoint(
        T=float(brine.T),
        p=float(brine.p),
        quality=float(brine.quality),
        mass_flow=float(brine.mass_flow) * scale,
        T_coolant=float(cooling.T_in),
        p_coolant=float(cooling.p),
        T_evap=float(level.dew.T),
        T_cond=float(design.spec.levels[0].fluid.bubble(level.pump_in.p).T),
        net=float(design.power.net) * scale,
    )


def _with_areas(design: CycleResult, hardware: Hardware) -> Hardware:
    hardware = _with_recuperator(design, hardware)
    unit = Unit(hardware, tabulated_fluid(hardware.level.fluid, FINE))
    at = scenarios(hardware, design_boundary(hardware), Control())
    one, point = np.ones(1), hardware.design
    found = unit.balance(at, Guess(np.array([point.T_evap]), np.array([point.T_cond]), one, one, one))
    heater, condenser = hardware.level.heater, hardware.condenser
    preheat, evaporate, superheat = (float(area[0]) for area in found.heater.areas)
    subcool, condense, desuperheat = (float(area[0]) for area in found.condenser.areas)
    heater = replace(
        heater,
        preheat=replace(heater.preheat, area=preheat),
        evaporate=replace(heater.evaporate, area=evaporate),
        superheat=replace(heater.superheat, area=superheat),
    )
    condenser = replace(
        condenser,
        desuperheat=replace(condenser.desuperheat, area=desuperheat),
        condense=replace(condenser.condense, area=condense),
        subcool=replace(condenser.subcool, area=subcool),
    )
    return replace(hardware, levels=(replace(hardware.level, heater=heater),), condenser=condenser)


def _with_recuperator(design: CycleResult, hardware: Hardware) -> Hardware:
    zone, (level,) = hardware.level.recuperator, design.levels
    if zone is None:
        return hardware
    fluid = tabulated_fluid(hardware.level.fluid, FINE)
    hot, cold = level.expander_out, level.pump_out
    dew = fluid.dew(hot.p)
    C_hot = (hot.h - dew.h) / (hot.T - dew.T)
    T_reach = min(float(hot.T), float(level.bubble.T) - 1e-3)
    C_cold = (fluid.state_pT(cold.p, T_reach).h - cold.h) / (T_reach - cold.T)
    share = level.recuperation.duty / (min(C_hot, C_cold) * (hot.T - cold.T))
    area = float(conductance_for(share, C_hot, C_cold)) * hardware.level.expander.mass_flow / zone.U
    return replace(hardware, levels=(replace(hardware.level, recuperator=replace(zone, area=area)),))
