"""What a unit is designed for: the most net power, or the most for the money it takes."""

from math import ceil

from orcplant.plant.capital import unit_cost
from orcplant.plant.spec import DesignObjective, Layout, PlantSpec, WellType
from orcplant.plant.wells import injection_work, lift_work
from orcplant.thermo.design import Objective
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.optimise import unit_net
from orcplant.thermo.result import CycleResult
from orcplant.thermo.spec import NoRecuperator
from orcplant.thermo.state import Numeric


def objective(plant: PlantSpec, layout: Layout, geofluid: Geofluid, *, rating: float) -> Objective:
    """Objective of the plant's units of a rating [W]; larger is better.

    Parameters
    ----------
    geofluid : Geofluid
        What a candidate is given, with its flow.

    Returns
    -------
    callable
        Net power [W], or plant net power over investment [W/CNY]: `Candidate.specific_cost` turned
        round, with wells by the share that is used, units without spares.
    """
    if plant.objective is DesignObjective.UNIT_NET:
        return unit_net
    gathering, flow = plant.gathering, float(geofluid.mass_flow)
    per_gross, per_flow = _price_of_gross(plant, layout, rating), _price_of_flow(plant)
    lift = lift_work(gathering, [(_first_well(plant), 1)])

    def net_for_money(result: CycleResult) -> Numeric:
        gross = result.power.generator
        pumping = lift + injection_work(gathering, geofluid, result.T_geofluid_out)
        net = result.power.net - flow * pumping - plant.station_service * gross
        return net / (per_gross * gross + per_flow * flow)

    return net_for_money


def _price_of_gross(plant: PlantSpec, layout: Layout, rating: float) -> float:
    """Units and station per watt of nameplate [CNY/W]."""
    costs, recuperated = plant.costs, not isinstance(layout.recuperator, NoRecuperator)
    number = max(1, ceil(plant.target / rating))
    unit = unit_cost(costs, rating=rating, number=number, recuperated=recuperated)
    return (unit / rating + costs.station) * (1.0 + costs.indirect)


def _price_of_flow(plant: PlantSpec) -> float:
    """Wells and pipes per geofluid flow [CNY per kg/s]."""
    costs, well = plant.costs, _first_well(plant)
    wells = costs.production_well + plant.gathering.injection_per_production * costs.injection_well
    return (wells / well.mass_flow + costs.gathering) * (1.0 + costs.indirect)


def _first_well(plant: PlantSpec) -> WellType:
    """Kind of well used first."""
    return next(well for well in plant.wells if well.available > 0)
