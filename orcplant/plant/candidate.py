"""A plant of equal units, or around given ones: whole units, whole wells, spares, powers, investment.

A combination that cannot hold the target is a `Rejected` with the bound in its way; it is not for
this module to decide what that means.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, inf
from typing import TypeAlias

from scipy.stats import binom

from orcplant.plant.capital import Capital, Machine, capital
from orcplant.plant.spec import Layout, PlantSpec, TargetBasis, WorkingFluid
from orcplant.plant.unit_design import UnitDesign, design_unit
from orcplant.plant.wells import (
    bubble_point_margin,
    geofluid_at_units,
    injection_work,
    lift_work,
    mixed,
)
from orcplant.thermo.design import ActedLimit, Bound, NoDesign
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.spec import NoRecuperator

_MANIFOLD_PASSES = 6
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Auxiliary:
    """Power the plant uses itself [W]."""

    feed_pumps: float
    cooling: float
    well_pumps: float
    reinjection_pumps: float
    station_service: float


@dataclass(frozen=True, slots=True)
class Block:
    """Equal units: their design, rating [W], number on duty and spare; given units have a name."""

    name: str
    unit: UnitDesign
    rating: float
    count: int
    spare: int

    @property
    def machine(self) -> Machine:
        """What its price depends on."""
        return Machine(self.rating, not isinstance(self.unit.layout.recuperator, NoRecuperator))

    @property
    def mass_flow(self) -> float:
        """Geofluid flow of the duty units at full load [kg/s]."""
        return self.count * self.rating / self.unit.gross


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plant that holds its target.

    ``wells`` of each type and ``injection_wells``; ``geofluid`` as it reaches the units, its flow that
    of the duty units [kg/s]; ``surplus`` what the wells could give beyond it [kg/s]; powers [W];
    ``bubble_margin`` [Pa].
    """

    blocks: tuple[Block, ...]
    wells: tuple[int, ...]
    injection_wells: int
    geofluid: Geofluid
    surplus: float
    installed: float
    gross: float
    unit_net: float
    plant_net: float
    auxiliary: Auxiliary
    bubble_margin: float
    capital: Capital

    @property
    def specific_cost(self) -> float:
        """Investment per plant net power [CNY/W]."""
        return self.capital.total / self.plant_net if self.plant_net > 0.0 else inf

    def cost_of_target(self, plant: PlantSpec) -> float:
        """Investment per watt asked for [CNY/W], what candidates are compared by.

        Net power beyond a net target earns nothing here, or the coarsest rating would win by
        overshooting. An installed target leaves net power free, so it is what is paid for.
        """
        if plant.basis is TargetBasis.INSTALLED:
            return self.specific_cost
        return self.capital.total / plant.target


@dataclass(frozen=True, slots=True)
class Shortage:
    """The wells cannot feed the plant: flow needed and available [kg/s], and what they can carry [W]."""

    needed: float
    available: float
    reachable: float


@dataclass(frozen=True, slots=True)
class Rejected:
    """A combination that holds no target, and what is in its way."""

    fluid: WorkingFluid
    layout: Layout
    rating: float
    obstacle: ActedLimit | Shortage


# Geofluid at the units, power to lift it per flow [W/(kg/s)] -> units
_BlocksFor: TypeAlias = Callable[[Geofluid, float], "tuple[Block, ...] | Rejected"]


def candidate(plant: PlantSpec, fluid: WorkingFluid, layout: Layout, rating: float) -> Candidate | Rejected:
    """Size the plant with equal units of one fluid, layout and rating [W]."""

    def blocks(geofluid: Geofluid, lift: float) -> tuple[Block, ...] | Rejected:
        unit = design_unit(plant, fluid, layout, geofluid, rating=rating)
        if isinstance(unit, NoDesign):
            return Rejected(fluid, layout, rating, unit.obstacle)
        count = _duty_units(
            plant, unit, rating, lift + float(injection_work(plant.gathering, geofluid, unit.T_out))
        )
        if isinstance(count, NoDesign):
            return Rejected(fluid, layout, rating, count.obstacle)
        return (Block("", unit, rating, count, spare_units(count, plant)),)

    return _with_wells(plant, blocks)


def given_plant(plant: PlantSpec) -> Candidate | Rejected:
    """Size the plant around units that are given: their flow, and the wells for it."""
    fluids = {fluid.name: fluid for fluid in plant.fluids}
    layouts = {layout.name: layout for layout in plant.layouts}
    installed = sum(given.rating for given in plant.units)
    if installed < plant.target * (1.0 - _ROUNDING):
        first = plant.units[0]
        obstacle = ActedLimit(Bound.INSTALLED_POWER, installed, plant.target)
        return Rejected(fluids[first.fluid], layouts[first.layout], first.rating, obstacle)

    def blocks(geofluid: Geofluid, lift: float) -> tuple[Block, ...] | Rejected:
        found = []
        for given in plant.units:
            fluid, layout = fluids[given.fluid], layouts[given.layout]
            unit = design_unit(plant, fluid, layout, geofluid, rating=given.rating)
            if isinstance(unit, NoDesign):
                return Rejected(fluid, layout, given.rating, unit.obstacle)
            found.append(Block(given.name, unit, given.rating, 1, 0))
        return tuple(found)

    return _with_wells(plant, blocks)


def spare_units(count: int, plant: PlantSpec) -> int:
    """Fewest spare units with which all duty units run for the wanted share of time.

    Units fail independently (binomial); source: Billinton, Allan, *Reliability Evaluation of
    Engineering Systems*, 2nd ed., 1992, section 3.5.
    """
    wanted = plant.availability
    spare = 0
    while binom.sf(count - 1, count + spare, wanted.unit) < wanted.plant:
        spare += 1
    return spare


def _duty_units(plant: PlantSpec, unit: UnitDesign, rating: float, pumping: float) -> int | NoDesign:
    """Units on duty; no design where a unit makes less than the plant around it takes.

    ``pumping`` is the power of well and injection pumps per geofluid flow [W/(kg/s)].
    """
    flow = rating / unit.gross
    net = flow * (unit.net - pumping) - plant.station_service * rating
    if not net > 0.0:
        return NoDesign(unit.optimum.problem, ActedLimit(Bound.NET_POWER, net, 0.0))
    share = rating if plant.basis is TargetBasis.INSTALLED else net
    return max(1, ceil(plant.target / share - _ROUNDING))


def _with_wells(plant: PlantSpec, blocks_for: _BlocksFor) -> Candidate | Rejected:
    """Choose wells and units for each other, and hold the pressure above the bubble point."""
    found = _matched(plant, blocks_for)
    if isinstance(found, Rejected) or found.bubble_margin >= plant.gathering.bubble_margin:
        return found
    first = found.blocks[0]
    obstacle = ActedLimit(Bound.BUBBLE_POINT, found.bubble_margin, plant.gathering.bubble_margin)
    return Rejected(first.unit.fluid, first.unit.layout, first.rating, obstacle)


def _matched(plant: PlantSpec, blocks_for: _BlocksFor) -> Candidate | Rejected:
    """Choose wells for the units and units for the wells, until both stay."""
    first = next(k for k, well in enumerate(plant.wells) if well.available > 0)
    counts = tuple(int(k == first) for k in range(len(plant.wells)))
    geofluid = _manifold(plant, counts)
    blocks: tuple[Block, ...] = ()
    for _ in range(_MANIFOLD_PASSES):
        geofluid = _manifold(plant, counts)
        outcome = blocks_for(geofluid, _lift(plant, counts))
        if isinstance(outcome, Rejected):
            return outcome
        blocks = outcome
        chosen = _wells_for(plant, blocks)
        if isinstance(chosen, Rejected):
            return chosen
        # Only the mixture of well types matters to a unit, not how many there are of a single one.
        if [n > 0 for n in chosen] == [n > 0 for n in counts] and sum(n > 0 for n in chosen) == 1:
            return _assembled(plant, blocks, chosen, _manifold(plant, chosen))
        if chosen == counts:
            return _assembled(plant, blocks, chosen, geofluid)
        counts = chosen
    # Two mixtures that call for each other: take the later one, whose wells cover the units.
    return _assembled(plant, blocks, counts, geofluid)


def _manifold(plant: PlantSpec, counts: tuple[int, ...]) -> Geofluid:
    parts = [
        (geofluid_at_units(well, plant.gathering), n)
        for well, n in zip(plant.wells, counts, strict=True)
        if n
    ]
    return mixed(parts)


def _wells_for(plant: PlantSpec, blocks: tuple[Block, ...]) -> tuple[int, ...] | Rejected:
    """Whole wells for the duty units, types in the order given."""
    needed = sum(block.mass_flow for block in blocks)
    left, counts = needed, []
    for well in plant.wells:
        n = min(well.available, max(0, ceil(left / well.mass_flow - _ROUNDING)))
        counts.append(n)
        left -= n * well.mass_flow
    if left > _ROUNDING * needed:
        available = needed - left
        first = blocks[0]
        reachable = plant.target * available / needed
        return Rejected(
            first.unit.fluid, first.unit.layout, first.rating, Shortage(needed, available, reachable)
        )
    return tuple(counts)


def _lift(plant: PlantSpec, wells: tuple[int, ...]) -> float:
    return lift_work(plant.gathering, list(zip(plant.wells, wells, strict=True)))


def _assembled(
    plant: PlantSpec, blocks: tuple[Block, ...], wells: tuple[int, ...], manifold: Geofluid
) -> Candidate:
    flow = sum(block.mass_flow for block in blocks)
    installed = sum(block.count * block.rating for block in blocks)
    auxiliary = _auxiliary(plant, blocks, manifold, _lift(plant, wells), installed)
    gross = sum(block.mass_flow * block.unit.gross for block in blocks)
    unit_net = sum(block.mass_flow * block.unit.net for block in blocks)
    pumps = auxiliary.well_pumps + auxiliary.reinjection_pumps
    injection_wells = ceil(sum(wells) * plant.gathering.injection_per_production - _ROUNDING)
    return Candidate(
        blocks=blocks,
        wells=wells,
        injection_wells=injection_wells,
        geofluid=replace(manifold, mass_flow=flow),
        surplus=float(manifold.mass_flow) - flow,
        installed=installed,
        gross=gross,
        unit_net=unit_net,
        plant_net=unit_net - pumps - auxiliary.station_service,
        auxiliary=auxiliary,
        bubble_margin=bubble_point_margin(manifold, plant.gathering, T_reinjection(blocks)),
        capital=capital(
            plant.costs,
            machines=tuple(block.machine for block in blocks for _ in range(block.count + block.spare)),
            production_wells=sum(wells),
            injection_wells=injection_wells,
            mass_flow=float(manifold.mass_flow),
            installed=installed,
        ),
    )


def _auxiliary(
    plant: PlantSpec, blocks: tuple[Block, ...], manifold: Geofluid, lift: float, installed: float
) -> Auxiliary:
    return Auxiliary(
        feed_pumps=sum(block.mass_flow * block.unit.feed_pump for block in blocks),
        cooling=sum(block.mass_flow * block.unit.fan for block in blocks),
        well_pumps=sum(block.mass_flow for block in blocks) * lift,
        reinjection_pumps=sum(
            block.mass_flow * float(injection_work(plant.gathering, manifold, block.unit.T_out))
            for block in blocks
        ),
        station_service=plant.station_service * installed,
    )


def T_reinjection(blocks: tuple[Block, ...]) -> float:
    """Temperature of the returns of all blocks together [K], mixed by flow."""
    flow = sum(block.mass_flow for block in blocks)
    return sum(block.mass_flow * block.unit.T_out for block in blocks) / flow
