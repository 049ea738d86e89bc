"""Rank working fluids and layouts for a plant's brine, with the reason why each lost."""

from dataclasses import dataclass

import numpy as np

from orcplant.plant.sense import require_sense
from orcplant.plant.spec import DesignObjective, Layout, PlantSpec, WorkingFluid
from orcplant.plant.unit_design import UnitDesign, design_unit
from orcplant.plant.wells import geofluid_at_units
from orcplant.thermo.design import ActedLimit, Bound, NoDesign
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.optimise import ROUGH


@dataclass(frozen=True, slots=True)
class Ranked:
    """A fluid and layout with its design; ``behind`` the best by this share of the plant's objective [-]."""

    design: UnitDesign
    behind: float


@dataclass(frozen=True, slots=True)
class Failed:
    """A fluid and layout without a design, and the bound in its way."""

    fluid: WorkingFluid
    layout: Layout
    obstacle: ActedLimit


@dataclass(frozen=True, slots=True)
class Screening:
    """All combinations: ranked by the plant's ``objective``, best first, then those that failed."""

    objective: DesignObjective
    geofluid: Geofluid
    rating: float
    ranked: tuple[Ranked, ...]
    failed: tuple[Failed, ...]


def screen(plant: PlantSpec) -> Screening:
    """Design every allowed fluid in every allowed layout, at the middle of the allowed ratings.

    Raises
    ------
    InfeasibleDesignError
        If nothing can be screened: no wells, no fluids, no heat to take.
    """
    require_sense(plant)
    first = next(well for well in plant.wells if well.available > 0)
    geofluid = geofluid_at_units(first, plant.gathering)
    rating = middle_rating(plant)
    designs: list[UnitDesign] = []
    failed: list[Failed] = []
    for fluid in plant.fluids:
        if (refused := not_admissible(plant, fluid)) is not None:
            failed.extend(Failed(fluid, layout, refused) for layout in plant.layouts)
            continue
        for layout in plant.layouts:
            found = design_unit(plant, fluid, layout, geofluid, rating=rating, tolerance=ROUGH)
            if isinstance(found, NoDesign):
                failed.append(Failed(fluid, layout, found.obstacle))
            else:
                designs.append(found)
    designs.sort(key=lambda design: -design.merit)
    best = designs[0].merit if designs else np.nan
    ranked = tuple(Ranked(design, 1.0 - design.merit / best) for design in designs)
    return Screening(plant.objective, geofluid, rating, ranked, tuple(failed))


def not_admissible(plant: PlantSpec, fluid: WorkingFluid) -> ActedLimit | None:
    """Environmental bound a fluid breaks; an unknown value (NaN) keeps no bound."""
    limits = plant.limits
    if not fluid.ODP <= limits.ODP_max:
        return ActedLimit(Bound.OZONE, fluid.ODP, limits.ODP_max)
    if not fluid.GWP <= limits.GWP_max:
        return ActedLimit(Bound.WARMING, fluid.GWP, limits.GWP_max)
    return None


def middle_rating(plant: PlantSpec) -> float:
    """Allowed rating [W] in the middle of the list; screening needs one expander efficiency."""
    ratings = sorted(plant.ratings)
    return ratings[len(ratings) // 2]
