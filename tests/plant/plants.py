"""The shipped plants, as they are and smaller, each sized once a session."""

from dataclasses import replace
from functools import cache
from typing import Any, Final

from orcplant.config.plant_spec import load_plant
from orcplant.plant.candidate import Auxiliary, Candidate, Rejected
from orcplant.plant.sizing import Sizing, size
from orcplant.plant.spec import PlantSpec, TargetBasis, WellType
from orcplant.resources import configs_dir

KELVIN: Final = 273.15
DR1: Final = 1  # position among the well types of the 20 MW plant

QUICK: Final = ("IsoButane", "R1336mzz(E)", "Isopentane")


@cache
def tianzhen() -> PlantSpec:
    """The 20 MW plant as shipped: target counts installed power."""
    return load_plant(configs_dir() / "tianzhen_20mw").spec


@cache
def pilot() -> PlantSpec:
    """The pilot as shipped."""
    return load_plant(configs_dir() / "tianzhen_pilot").spec


def quick(**changes: Any) -> PlantSpec:
    """The 20 MW plant with three fluids and two ratings; `changes` are fields of the spec."""
    plant = tianzhen()
    fluids = tuple(fluid for fluid in plant.fluids if fluid.name in QUICK)
    assert len(fluids) == len(QUICK)
    return replace(plant, **({"fluids": fluids, "ratings": (1e6, 3e6)} | changes))


def tiny(**changes: Any) -> PlantSpec:
    """The 20 MW plant with three fluids, one layout and one rating."""
    return quick(**({"layouts": tianzhen().layouts[:1], "ratings": (3e6,)} | changes))


def with_wells(plant: PlantSpec, *available: int, **changes: Any) -> PlantSpec:
    """So many wells of each type; `changes` are fields of every well."""
    wells = [replace(w, available=n, **changes) for w, n in zip(plant.wells, available, strict=True)]
    return replace(plant, wells=tuple(wells))


def hot_well(**changes: Any) -> WellType:
    """The 2020 well."""
    return replace(tianzhen().wells[0], **changes)


@cache
def sized(basis: TargetBasis) -> Sizing:
    """The 20 MW plant as shipped, on either basis."""
    return size(replace(tianzhen(), basis=basis))


@cache
def sized_pilot() -> Sizing:
    """The pilot as shipped."""
    return size(pilot())


def candidate_of(outcome: Candidate | Rejected) -> Candidate:
    """The candidate, where there must be one."""
    assert isinstance(outcome, Candidate), outcome
    return outcome


def auxiliary_total(auxiliary: Auxiliary) -> float:
    """Sum of all own consumption [W], item by item so that a new one is not forgotten here."""
    return (
        auxiliary.feed_pumps
        + auxiliary.cooling
        + auxiliary.well_pumps
        + auxiliary.reinjection_pumps
        + auxiliary.station_service
    )
