"""Size a plant: rating x count x fluid x layout.

Every candidate holds the target by itself; the one with the least investment per net watt is the
answer. `size` alone decides that there is no answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from orcplant.errors import InfeasibleDesignError
from orcplant.plant.candidate import Candidate, Rejected, candidate, given_plant
from orcplant.plant.refusal import refusal
from orcplant.plant.screening import Screening, screen
from orcplant.plant.sense import require_sense
from orcplant.plant.spec import PlantSpec

KEPT: Final = 5  # fluids and layouts of the screening that are tried at every rating


@dataclass(frozen=True, slots=True)
class Sizing:
    """The answer: the best candidate, all others in order of cost, and what failed.

    ``screening`` is None where units were given and nothing was searched.
    """

    plant: PlantSpec
    screening: Screening | None
    best: Candidate
    candidates: tuple[Candidate, ...]
    rejected: tuple[Rejected, ...]


def size(plant: PlantSpec, *, progress: Callable[[str], None] = lambda what: None) -> Sizing:
    """Find the plant.

    Parameters
    ----------
    progress : callable
        Told what is being done.

    Raises
    ------
    InfeasibleDesignError
        If no combination holds the target: the bound, its value and the nearest feasible one.
    """
    require_sense(plant)
    screening: Screening | None = None
    if plant.units:
        progress("given units")
        only = given_plant(plant)
        outcomes: list[Candidate | Rejected] = [only]
    else:
        progress("fluids and layouts")
        screening = screen(plant)
        outcomes = [
            Rejected(failed.fluid, failed.layout, screening.rating, failed.obstacle)
            for failed in screening.failed
        ]
        for ranked in screening.ranked[:KEPT]:
            for rating in plant.ratings:
                progress(f"{ranked.design.fluid.name}, {rating / 1e3:.0f} kW")
                outcomes.append(candidate(plant, ranked.design.fluid, ranked.design.layout, rating))
    candidates = sorted(
        (o for o in outcomes if isinstance(o, Candidate)), key=lambda c: c.cost_of_target(plant)
    )
    rejected = tuple(o for o in outcomes if isinstance(o, Rejected))
    if not candidates:
        raise InfeasibleDesignError(refusal(plant, rejected))
    return Sizing(plant, screening, candidates[0], tuple(candidates), rejected)
