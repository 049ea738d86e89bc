"""Everything a sizing report tells: the answer, and what it hangs on."""

from collections.abc import Callable
from dataclasses import dataclass

from orcplant.plant.annual import year_of
from orcplant.plant.candidate import Candidate, Rejected
from orcplant.plant.equipment import NotRateable
from orcplant.plant.sensitivity import Change, changes, number_of_changes, wells_if_all_like
from orcplant.plant.sizing import KEPT, Sizing, size
from orcplant.plant.spec import PlantSpec
from orcplant.plant.year import YearResult


@dataclass(frozen=True, slots=True)
class Study:
    """A sized plant and what stands around it.

    ``year`` is a year of its operation, or why there is none. ``changes`` are the sensitivities; ``like``
    names each well type with the plant that only such wells would feed. Both are empty in a short study.
    """

    sizing: Sizing
    year: YearResult | NotRateable
    changes: tuple[Change, ...]
    like: tuple[tuple[str, Candidate | Rejected], ...]


def study(
    plant: PlantSpec, *, in_full: bool = True, progress: Callable[[str], None] = lambda what: None
) -> Study:
    """Size a plant, follow it through a year and, `in_full`, change its assumptions one at a time.

    Raises
    ------
    InfeasibleDesignError
        If no combination holds the target.
    """
    sizing = size(plant, progress=progress)
    year = year_of(plant, sizing.best, progress=lambda what: progress("a year"))
    if not in_full:
        return Study(sizing, year, (), ())
    found = []
    for change in changes(plant, sizing.best):
        progress(f"{change.factor} {change.value:g} {change.eng_unit}")
        found.append(change)
    like = tuple((well.name, wells_if_all_like(plant, sizing.best, well.name)) for well in plant.wells)
    return Study(sizing, year, tuple(found), like)


def steps(plant: PlantSpec, *, in_full: bool = True) -> int:
    """How often `study` tells its progress."""
    sizing = 1 if plant.units else 1 + KEPT * len(plant.ratings)
    blocks = max(1, len(plant.units))
    return sizing + blocks + (number_of_changes(plant) if in_full else 0)
