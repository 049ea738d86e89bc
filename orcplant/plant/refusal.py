"""Say in one line why a plant cannot be built: which bound, its value, the nearest feasible one."""

from collections import Counter

import numpy as np

from orcplant.plant.candidate import Rejected, Shortage
from orcplant.plant.spec import PlantSpec
from orcplant.thermo.design import ActedLimit, Bound
from orcplant.units import KILO, bar, degC


def refusal(plant: PlantSpec, rejected: tuple[Rejected, ...]) -> str:
    """One line for all combinations that failed: the one that came nearest speaks."""
    if not rejected:
        return "no fluid and layout is allowed: nothing to design"
    short = [r.obstacle for r in rejected if isinstance(r.obstacle, Shortage)]
    if short:
        return _shortage(plant, max(short, key=lambda s: s.reachable))
    bounds = Counter(r.obstacle.bound for r in rejected if isinstance(r.obstacle, ActedLimit))
    usual = bounds.most_common(1)[0][0]
    same = [r for r in rejected if isinstance(r.obstacle, ActedLimit) and r.obstacle.bound is usual]
    nearest = min(same, key=lambda r: _distance(r.obstacle))
    which = f"all {len(rejected)} combinations fail; nearest {nearest.fluid.name}, {nearest.layout.name}"
    return f"{which}: {obstacle_text(nearest.obstacle)}"


def obstacle_text(obstacle: ActedLimit | Shortage) -> str:
    """What is in the way, with its value and the limit."""
    if isinstance(obstacle, Shortage):
        return f"needs {obstacle.needed:.1f} kg/s of geofluid, the wells give {obstacle.available:.1f} kg/s"
    value, limit = obstacle.value, obstacle.limit
    match obstacle.bound:
        case Bound.GEOFLUID_INLET | Bound.GEOFLUID_OUTLET | Bound.FLUID_TEMPERATURE:
            return f"{_NAMES[obstacle.bound]} {degC(value):.1f} C, at least {degC(limit):.1f} C needed"
        case Bound.CONDENSING_PRESSURE | Bound.EVAPORATING_PRESSURE | Bound.BUBBLE_POINT:
            return f"{_NAMES[obstacle.bound]} {bar(value):.2f} bar, at least {bar(limit):.2f} bar needed"
        case Bound.WARMING | Bound.OZONE:
            known = f"{value:g}" if np.isfinite(value) else "unknown"
            return f"{_NAMES[obstacle.bound]} {known}, at most {limit:g} allowed"
        case Bound.INSTALLED_POWER:
            return f"given units make {value / KILO:g} kW together, the target is {limit / KILO:g} kW"
        case Bound.NET_POWER:
            return f"net power {value / KILO:.1f} kW of a unit, more than 0 kW needed"
        case _:
            return _NAMES[obstacle.bound]


def bound_name(bound: Bound) -> str:
    """A bound in the words of the trade."""
    return _NAMES[bound]


_NAMES = {
    Bound.GEOFLUID_INLET: "geofluid inlet",
    Bound.GEOFLUID_OUTLET: "reinjection temperature",
    Bound.FLUID_TEMPERATURE: "turbine inlet",
    Bound.CONDENSING_PRESSURE: "condensing pressure",
    Bound.EVAPORATING_PRESSURE: "evaporating pressure",
    Bound.BUBBLE_POINT: "margin above the bubble point of the geofluid",
    Bound.WARMING: "GWP of the fluid",
    Bound.OZONE: "ODP of the fluid",
    Bound.WET_EXPANSION: "every expansion ends wet",
    Bound.PROPERTIES: "outside the properties of the fluid",
    Bound.SUPERHEAT: "superheat",
    Bound.NET_POWER: "net power",
    Bound.INSTALLED_POWER: "installed power",
}


def _shortage(plant: PlantSpec, short: Shortage) -> str:
    wells = sum(well.available for well in plant.wells)
    return (
        f"target {plant.target / KILO:.0f} kW ({plant.basis}) needs {short.needed:.1f} kg/s of geofluid;"
        f" the {wells} wells available give {short.available:.1f} kg/s,"
        f" enough for {short.reachable / KILO:.0f} kW"
    )


def _distance(obstacle: ActedLimit | Shortage) -> float:
    if isinstance(obstacle, Shortage) or not np.isfinite(obstacle.value):
        return np.inf
    return abs(obstacle.limit - obstacle.value) / abs(obstacle.limit or 1.0)
