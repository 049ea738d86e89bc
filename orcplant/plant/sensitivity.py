"""What the size of a plant hangs on: one assumption changed at a time, everything designed anew."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from orcplant.plant.candidate import Candidate, Rejected, candidate, given_plant
from orcplant.plant.spec import PlantSpec, UnitAssumptions
from orcplant.plant.wells import BASES, mass_flow
from orcplant.units import kelvin

AMBIENTS_degC: Final = (-15.0, -5.0, 0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0)
PINCH_STEPS_K: Final = (-3.0, -2.0, -1.0, 1.0, 2.0, 4.0)
EXPANDER_STEPS: Final = (-0.05, -0.02, 0.02, 0.05)
WELL_FLOWS: Final = (0.8, 0.9, 1.1, 1.2)
WELL_TEMPERATURES_K: Final = (-10.0, -5.0, 5.0)
REINJECTION_degC: Final = (50.0, 60.0, 70.0, 80.0, 90.0)


@dataclass(frozen=True, slots=True)
class Change:
    """One assumption changed: ``factor``, what it becomes (``value`` in ``eng_unit``), and the plant."""

    factor: str
    value: float
    eng_unit: str
    outcome: Candidate | Rejected


def changes(plant: PlantSpec, base: Candidate) -> Iterator[Change]:
    """Size the plant again with the base's fluid, layout and rating under each changed assumption."""
    for factor, value, eng_unit, changed in _variants(plant):
        yield Change(factor, value, eng_unit, _again(changed, base))


def number_of_changes(plant: PlantSpec) -> int:
    """How many changes there are, for a progress bar."""
    return sum(1 for _ in _variants(plant))


def wells_if_all_like(plant: PlantSpec, base: Candidate, name: str) -> Candidate | Rejected:
    """Size the plant as if all wells were of one type, as many as it takes."""
    wells = tuple(replace(well, available=10**6) for well in plant.wells if well.name == name)
    return _again(replace(plant, wells=wells), base)


def _again(plant: PlantSpec, base: Candidate) -> Candidate | Rejected:
    if plant.units:
        return given_plant(plant)
    block = base.blocks[0]
    return candidate(plant, block.unit.fluid, block.unit.layout, block.rating)


def _variants(plant: PlantSpec) -> Iterator[tuple[str, float, str, PlantSpec]]:
    assumptions, limits = plant.assumptions, plant.limits
    for T in AMBIENTS_degC:
        yield "ambient", T, "C", replace(plant, site=replace(plant.site, T_ambient=kelvin(T)))
    for step in PINCH_STEPS_K:
        yield "pinch", step, "K", replace(plant, assumptions=_with_pinches(assumptions, step))
    for step in EXPANDER_STEPS:
        efficiencies = tuple(float(np.clip(eta + step, 0.05, 0.98)) for eta in assumptions.eta_expander)
        changed = replace(assumptions, eta_expander=efficiencies)
        yield "expander_efficiency", step * 100.0, "points", replace(plant, assumptions=changed)
    for factor in WELL_FLOWS:
        yield "well_flow", (factor - 1.0) * 100.0, "%", _with_flow(plant, [factor] * len(plant.wells))
    if any(well.flow_basis == "hot" for well in plant.wells):
        yield "flow_basis", 1.0, "cold", _with_flow(plant, _cold_over_hot(plant))
    for step in WELL_TEMPERATURES_K:
        wells = tuple(replace(well, T=well.T + step) for well in plant.wells)
        yield "well_temperature", step, "K", replace(plant, wells=wells)
    for T in REINJECTION_degC:
        changed_limits = replace(limits, T_reinjection_min=kelvin(T))
        yield "reinjection_limit", T, "C", replace(plant, limits=changed_limits)


def _with_pinches(assumptions: UnitAssumptions, step: float) -> UnitAssumptions:
    """All pinches wider by `step` [K], none below 0.5 K."""
    heater, preheater, condenser = (
        max(pinch + step, 0.5)
        for pinch in (assumptions.pinch_heater, assumptions.pinch_preheater, assumptions.pinch_condenser)
    )
    return replace(assumptions, pinch_heater=heater, pinch_preheater=preheater, pinch_condenser=condenser)


def _with_flow(plant: PlantSpec, factors: list[float]) -> PlantSpec:
    wells = zip(plant.wells, factors, strict=True)
    return replace(plant, wells=tuple(replace(well, mass_flow=well.mass_flow * f) for well, f in wells))


def _cold_over_hot(plant: PlantSpec) -> list[float]:
    """Mass flow of every well if its volume had been measured cold, over what is assumed now."""
    factors = []
    for well in plant.wells:
        cold, hot = (mass_flow(1.0, basis=basis, T=well.T, p=well.p) for basis in BASES)
        factors.append(cold / hot if well.flow_basis == "hot" else 1.0)
    return factors
