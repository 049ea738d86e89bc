"""What is given and asked of a plant: frozen records in SI."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from orcplant.plant.climate import Climate
from orcplant.thermo.design import Regime
from orcplant.thermo.equip import ZoneAssumption
from orcplant.thermo.spec import Recuperator

FlowBasis: TypeAlias = Literal["cold", "hot"]  # volume at 20 C, or at the wellhead


class TargetBasis(StrEnum):
    """What the target power counts."""

    INSTALLED = "installed"  # nameplates of the duty units, as the plan counts
    NET = "net"  # plant net power at the design ambient


class DesignObjective(StrEnum):
    """What every unit is designed for."""

    UNIT_NET = "unit_net"  # the most net power of a unit from its brine
    SPECIFIC_COST = "specific_cost"  # the least investment for a net watt, wells included


@dataclass(frozen=True, slots=True)
class WellType:
    """Production wells of one kind.

    ``T`` [K], ``p`` [Pa, absolute] at the wellhead, vapour ``quality`` [-] (NaN: liquid),
    ``mass_flow`` [kg/s] of one well, ``available`` number, ``pump_rise`` [Pa] of a production pump
    (0: artesian). ``flow_basis`` says how the volume behind the mass flow was read.
    """

    name: str
    name_zh: str
    T: float
    p: float
    quality: float
    mass_flow: float
    available: int
    pump_rise: float
    flow_basis: FlowBasis


@dataclass(frozen=True, slots=True)
class Gathering:
    """Pipes between wells and units, and the way back into the ground.

    ``pressure_drop`` [Pa] wellhead to unit; ``unit_drop`` [Pa] through the unit's exchangers;
    ``injection_pressure`` [Pa] at the injection wellhead; ``eta_pump`` [-] of well and injection
    pumps with their motors; ``injection_per_production`` wells; ``bubble_margin`` [Pa] above
    the bubble point wherever no boiling is intended; ``p_gas`` [Pa] partial pressure of dissolved
    gas at the bubble point.
    """

    pressure_drop: float
    unit_drop: float
    injection_pressure: float
    eta_pump: float
    injection_per_production: float
    bubble_margin: float
    p_gas: float


@dataclass(frozen=True, slots=True)
class Site:
    """Where the plant stands: elevation [m], air pressure [Pa], design ambient temperature [K]."""

    elevation: float
    p_ambient: float
    T_ambient: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A way to build a unit: where it heats, and whether it recuperates."""

    name: str
    regime: Regime
    recuperator: Recuperator
    p_reduced: tuple[float, float]


@dataclass(frozen=True, slots=True)
class WorkingFluid:
    """A fluid allowed on the site; ``T_max`` [K] is its stability limit (inf: not known)."""

    name: str
    label_en: str
    label_zh: str
    T_max: float
    GWP: float
    ODP: float
    safety_class: str
    phase_out: str


@dataclass(frozen=True, slots=True)
class UnitAssumptions:
    """Efficiencies, pinches and fan of every unit.

    ``eta_expander`` [-] at each of ``ratings`` [W], straight in between over the logarithm of rating.
    """

    ratings: tuple[float, ...]
    eta_expander: tuple[float, ...]
    eta_pump: float
    eta_generator: float
    pinch_heater: float
    pinch_preheater: float
    pinch_condenser: float
    subcooling: float
    superheat_max: float
    fan_dp: float
    eta_fan: float


@dataclass(frozen=True, slots=True)
class EquipmentAssumptions:
    """What a design point does not say about the hardware of a unit, whatever its fluid.

    As `thermo.equip.Equipment`, with the saturation temperature ``T_cond_max`` [K] a condenser is built for
    in place of its pressures.
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
    T_cond_max: float
    load_min: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of every design.

    ``T_reinjection_min`` [K], ``p_cond_min`` [Pa]; warming (100 years) and ozone depletion of the
    working fluid at most ``GWP_max`` and ``ODP_max`` [-].
    """

    T_reinjection_min: float
    p_cond_min: float
    GWP_max: float
    ODP_max: float


@dataclass(frozen=True, slots=True)
class Availability:
    """Share of time a unit is available [-], and of confidence that all duty units run [-]."""

    unit: float
    plant: float


@dataclass(frozen=True, slots=True)
class Costs:
    """Money, in CNY of one price level.

    A unit of ``reference_rating`` [W] costs ``unit_reference`` [CNY], by the share ``recuperator`` more
    with a recuperator; another one scales with rating to the power ``scale_exponent``; every
    doubling of the number of equal units multiplies the price by ``learning``. ``production_well``
    and ``injection_well`` [CNY each]; ``gathering`` [CNY per kg/s]; ``station`` [CNY per W
    installed]; ``indirect`` share of the rest [-].
    ``plan_specific`` [CNY/W] is the investment named by the plan, for comparison.
    """

    reference_rating: float
    unit_reference: float
    recuperator: float
    scale_exponent: float
    learning: float
    production_well: float
    injection_well: float
    gathering: float
    station: float
    indirect: float
    plan_specific: float


@dataclass(frozen=True, slots=True)
class GivenUnit:
    """A unit that is there already: no search."""

    name: str
    name_zh: str
    rating: float
    fluid: str
    layout: str


@dataclass(frozen=True, slots=True)
class PlantSpec:
    """A plant to be sized.

    ``target`` [W] on ``basis``; ``ratings`` [W] allowed for a unit (generator nameplate); given
    ``units`` skip the search; ``station_service`` [W per W installed] runs controls and lights.
    ``assumed_keys`` names every config key that is an assumption.
    """

    name: str
    name_zh: str
    target: float
    basis: TargetBasis
    objective: DesignObjective
    site: Site
    climate: Climate
    wells: tuple[WellType, ...]
    gathering: Gathering
    fluids: tuple[WorkingFluid, ...]
    layouts: tuple[Layout, ...]
    ratings: tuple[float, ...]
    units: tuple[GivenUnit, ...]
    assumptions: UnitAssumptions
    equipment: EquipmentAssumptions
    limits: Limits
    availability: Availability
    costs: Costs
    station_service: float
