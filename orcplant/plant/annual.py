"""The year of a plant that was just sized."""

from collections.abc import Callable

from orcplant.plant.candidate import Candidate
from orcplant.plant.equipment import NotRateable, hardware_of
from orcplant.plant.outages import UnitGroup
from orcplant.plant.spec import PlantSpec
from orcplant.plant.year import YearResult, simulate_year


def year_of(
    plant: PlantSpec, candidate: Candidate, *, progress: Callable[[str], None] = lambda what: None
) -> YearResult | NotRateable:
    """Follow a candidate through a year, its units as they are built; `progress` is told once a block."""
    groups = []
    for block in candidate.blocks:
        hardware = hardware_of(plant, block)
        if isinstance(hardware, NotRateable):
            return hardware
        groups.append(UnitGroup(block.name, hardware, block.count, block.spare))
    return simulate_year(plant, groups, candidate.wells, progress=progress)
