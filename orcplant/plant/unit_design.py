"""One unit designed for a plant: the optimum of a fluid and layout, and what it makes of a kg of geofluid.

A unit is designed for a reference flow and scaled: with efficiencies fixed by rating, every flow and
power of a unit is proportional to its geofluid flow.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from orcplant.plant.objective import objective
from orcplant.plant.spec import Layout, PlantSpec, WorkingFluid
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.design import (
    ActedLimit,
    Bound,
    DesignLimits,
    DesignProblem,
    NoDesign,
    Optimum,
)
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.optimise import PRECISE, optimise
from orcplant.thermo.properties import Fluid
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import AirCooling, CoolantPinch, LevelSpec
from orcplant.thermo.tables import COARSE, tabulated_fluid

REFERENCE_FLOW: Final = 50.0  # [kg/s], any will do


@dataclass(frozen=True, slots=True)
class UnitDesign:
    """A designed unit per reference flow of geofluid; powers in W per kg/s.

    ``result`` is the optimum on the reference equation, ``merit`` what the plant's objective makes of it.
    """

    fluid: WorkingFluid
    layout: Layout
    optimum: Optimum
    result: CycleResult
    merit: float

    @property
    def gross(self) -> float:
        """Generator power per geofluid flow [W/(kg/s)]."""
        return float(self.result.power.generator) / REFERENCE_FLOW

    @property
    def net(self) -> float:
        """Gross less feed pump and fans, per geofluid flow [W/(kg/s)]."""
        return float(self.result.power.net) / REFERENCE_FLOW

    @property
    def feed_pump(self) -> float:
        """Feed pump power per geofluid flow [W/(kg/s)]."""
        return float(self.result.power.pump) / REFERENCE_FLOW

    @property
    def fan(self) -> float:
        """Fan power per geofluid flow [W/(kg/s)]."""
        return float(self.result.power.fan) / REFERENCE_FLOW

    @property
    def T_out(self) -> float:
        """Geofluid temperature at the unit's outlet [K]."""
        return float(self.result.T_geofluid_out)


def design_unit(
    plant: PlantSpec,
    fluid: WorkingFluid,
    layout: Layout,
    geofluid: Geofluid,
    *,
    rating: float,
    tolerance: float = PRECISE,
) -> UnitDesign | NoDesign:
    """Optimise a unit on tables, then solve the optimum on the reference equation of state."""
    problem = design_problem(plant, fluid, layout, geofluid, rating=rating)
    aim = objective(plant, layout, problem.geofluid, rating=rating)
    found = optimise(problem, aim, tolerance=tolerance)
    if isinstance(found, NoDesign):
        return found
    result = on_reference(found.result)
    if not (bool(result.status.ok) and float(result.power.generator) > 0.0):
        return NoDesign(problem, ActedLimit(Bound.PROPERTIES, np.nan, np.nan))
    return UnitDesign(fluid, layout, found, result, float(aim(result)))


def design_problem(
    plant: PlantSpec, fluid: WorkingFluid, layout: Layout, geofluid: Geofluid, *, rating: float
) -> DesignProblem:
    """State the design problem of a unit at the plant's design point."""
    assumptions, site = plant.assumptions, plant.site
    return DesignProblem(
        fluid=tabulated_fluid(fluid.name, COARSE),
        regime=layout.regime,
        recuperator=layout.recuperator,
        geofluid=replace(geofluid, mass_flow=REFERENCE_FLOW),
        cooling=AirCooling(
            T_in=site.T_ambient,
            p=site.p_ambient,
            closure=CoolantPinch(assumptions.pinch_condenser),
            fan_dp=assumptions.fan_dp,
            eta_fan=assumptions.eta_fan,
        ),
        pinch_heater=assumptions.pinch_heater,
        pinch_preheater=assumptions.pinch_preheater,
        subcooling=assumptions.subcooling,
        eta_expander=expander_efficiency(plant, rating),
        eta_pump=assumptions.eta_pump,
        eta_generator=assumptions.eta_generator,
        limits=DesignLimits(
            p_cond_min=plant.limits.p_cond_min,
            T_geofluid_out_min=plant.limits.T_reinjection_min,
            p_reduced=layout.p_reduced,
            superheat=(0.0, assumptions.superheat_max),
            T_fluid_max=fluid.T_max,
        ),
    )


def expander_efficiency(plant: PlantSpec, rating: float) -> float:
    """Isentropic efficiency of an expander of a rating [W], straight over the logarithm of rating."""
    assumptions = plant.assumptions
    return float(np.interp(np.log(rating), np.log(assumptions.ratings), assumptions.eta_expander))


def on_reference(result: CycleResult) -> CycleResult:
    """Solve the same cycle on the reference equation of state."""

    def exact(level: LevelSpec) -> LevelSpec:
        return replace(level, fluid=Fluid(level.fluid.name))

    return solve_cycle(replace(result.spec, levels=tuple(exact(level) for level in result.spec.levels)))
