"""The units of a sized plant as single machines: at their rating, solved, and whether they balance."""

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from orcplant.plant.candidate import Block, Candidate
from orcplant.thermo import geofluid as geo
from orcplant.thermo.cooling import coolant
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.exergy import exergy_balance
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import FlowGiven, NoCooling

_SAME: Final = 1e-9  # [-], designs that differ by less are one


@dataclass(frozen=True, slots=True)
class Machine:
    """One unit at its rating, and the blocks that are built of it or differ from it in size only."""

    blocks: tuple[Block, ...]
    result: CycleResult


@dataclass(frozen=True, slots=True)
class Residuals:
    """What is left over in the balances of a plant, as shares of what goes in [-]."""

    energy: float
    exergy: float
    power: float
    money: float


def at_rating(block: Block) -> CycleResult:
    """Solve one unit of a block with the brine it takes at its rating."""
    spec = block.unit.result.spec
    if isinstance(spec.source, FlowGiven):
        raise ValueError("a unit without geofluid belongs to no plant")
    geofluid = replace(spec.source.geofluid, mass_flow=block.rating / block.unit.gross)
    return solve_cycle(replace(spec, source=replace(spec.source, geofluid=geofluid)))


def machines(candidate: Candidate) -> tuple[Machine, ...]:
    """Units of different design; blocks of one design and several ratings share the largest one."""
    groups: list[list[Block]] = []
    for block in sorted(candidate.blocks, key=lambda block: -block.rating):
        for group in groups:
            if _same_design(block, group[0]):
                group.append(block)
                break
        else:
            groups.append([block])
    return tuple(Machine(tuple(group), at_rating(group[0])) for group in groups)


def residuals(candidate: Candidate) -> Residuals:
    """Balances of all units, each from the properties of its own streams, and of the plant's sums."""
    solved = [at_rating(block) for block in candidate.blocks]
    auxiliary, capital = candidate.auxiliary, candidate.capital
    consumers = sum(float(getattr(auxiliary, item.name)) for item in fields(auxiliary))
    items = sum(float(getattr(capital, item.name)) for item in fields(capital))
    return Residuals(
        energy=max(_energy(result) for result in solved),
        exergy=max(_exergy(result) for result in solved),
        power=abs(candidate.gross - consumers - candidate.plant_net) / candidate.gross,
        money=abs(items - capital.total) / capital.total,
    )


def _same_design(one: Block, other: Block) -> bool:
    a, b = one.unit, other.unit
    return (
        a.fluid == b.fluid
        and a.layout == b.layout
        and abs(a.gross - b.gross) < _SAME * b.gross
        and abs(a.net - b.net) < _SAME * b.gross
    )


def _energy(result: CycleResult) -> float:
    """Energy of brine and feed pump less that of cooling air and expander, over the brine's."""
    source, cooling = result.spec.source, result.spec.cooling
    if isinstance(source, FlowGiven) or isinstance(cooling, NoCooling):
        return np.nan
    geofluid, medium = source.geofluid, coolant(cooling)
    h_out = result.levels[-1].heater.h_out
    given = float(geofluid.mass_flow * (geo.inlet_enthalpy(geofluid) - h_out))
    taken = sum(
        float(
            c.coolant_flow * (medium.enthalpy(c.T_out, cooling.p) - medium.enthalpy(cooling.T_in, cooling.p))
        )
        for c in result.condensers
    )
    work = sum(
        float(level.mass_flow * (level.expander_in.h - level.expander_out.h))
        - float(level.mass_flow * (level.pump_out.h - level.pump_in.h))
        for level in result.levels
    )
    return abs(given - taken - work) / given


def _exergy(result: CycleResult) -> float:
    balance = exergy_balance(result)
    lost = sum(float(loss) for _, loss in balance.destruction)
    given = float(balance.given)
    return abs(given - lost - float(result.power.net)) / given
