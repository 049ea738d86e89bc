"""Hardware of the units of a sized plant."""

from dataclasses import dataclass
from typing import Final

from orcplant.errors import InputError
from orcplant.plant.candidate import Block
from orcplant.plant.spec import PlantSpec
from orcplant.thermo.equip import Equipment, equip
from orcplant.thermo.hardware import Hardware
from orcplant.thermo.state import FluidModel

_WARMEST: Final = 0.6  # of the critical pressure: warmer condensation is beyond the tables


@dataclass(frozen=True, slots=True)
class NotRateable:
    """A unit that off-design operation cannot follow, and why."""

    why: str


def hardware_of(plant: PlantSpec, block: Block) -> Hardware | NotRateable:
    """One unit of a block as it is built, at its rating."""
    result = block.unit.result
    equipment = _equipment(plant, result.spec.levels[0].fluid)
    try:
        return equip(result, equipment, rating=block.rating)
    except InputError as exc:
        return NotRateable(str(exc))


def _equipment(plant: PlantSpec, fluid: FluidModel) -> Equipment:
    """Fill in what depends on the fluid and on the plant's limits."""
    assumed, p_highest = plant.equipment, _WARMEST * fluid.limits.p_crit
    T_cond_max = min(assumed.T_cond_max, float(fluid.bubble(p_highest).T))
    return Equipment(
        preheat=assumed.preheat,
        evaporate=assumed.evaporate,
        superheat=assumed.superheat,
        desuperheat=assumed.desuperheat,
        condense=assumed.condense,
        subcool=assumed.subcool,
        recuperate=assumed.recuperate,
        critical_ratio=assumed.critical_ratio,
        speed_range=assumed.speed_range,
        pump_shutoff=assumed.pump_shutoff,
        pump_speed_max=assumed.pump_speed_max,
        generator_fixed_share=assumed.generator_fixed_share,
        fan_speed_min=assumed.fan_speed_min,
        p_evap_margin=assumed.p_evap_margin,
        p_cond_max=float(fluid.p_bubble(T_cond_max)),
        p_cond_min=plant.limits.p_cond_min,
        load_min=assumed.load_min,
        T_return_min=plant.limits.T_reinjection_min,
    )
