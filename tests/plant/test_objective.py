"""What units are designed for: the cheapest net kilowatt is cheaper, and never more power."""

from dataclasses import replace
from typing import Any

import pytest

from orcplant.plant.candidate import Candidate, candidate
from orcplant.plant.capital import unit_cost
from orcplant.plant.screening import screen
from orcplant.plant.sizing import size
from orcplant.plant.spec import DesignObjective, PlantSpec
from orcplant.plant.unit_design import UnitDesign, design_unit
from orcplant.plant.wells import geofluid_at_units
from tests.plant.plants import candidate_of, pilot, quick, tianzhen, tiny


def cheap(plant: PlantSpec, **costs: Any) -> PlantSpec:
    return replace(plant, objective=DesignObjective.SPECIFIC_COST, costs=replace(plant.costs, **costs))


def designed(plant: PlantSpec, fluid: str, layout: int = 0, rating: float = 3e6) -> UnitDesign:
    fluids = {f.name: f for f in plant.fluids}
    geofluid = geofluid_at_units(plant.wells[0], plant.gathering)
    found = design_unit(plant, fluids[fluid], plant.layouts[layout], geofluid, rating=rating)
    assert isinstance(found, UnitDesign)
    return found


def cost_per_watt(plant: PlantSpec, unit: UnitDesign, rating: float = 3e6) -> float:
    """Investment [CNY] per net watt of plant, from the sheet of prices, for 1 kg/s of brine."""
    costs, well = plant.costs, plant.wells[0]
    number = round(plant.target / rating + 0.499)
    recuperated = unit.layout.name == "recuperated"
    machine = unit_cost(costs, rating=rating, number=number, recuperated=recuperated) / rating
    wells = (costs.production_well + costs.injection_well) / well.mass_flow
    money = (machine + costs.station) * unit.gross + wells + costs.gathering
    # Injection from 9.2 bar behind the unit to 15 bar, water of some 980 kg/m3.
    pumping = 5.8e5 / 980.0 / plant.gathering.eta_pump
    net = unit.net - plant.station_service * unit.gross - pumping
    return money * (1.0 + costs.indirect) / net


@pytest.mark.parametrize("fluid", ["IsoButane", "R1336mzz(E)", "Isopentane"])
@pytest.mark.parametrize("layout", [0, 1])
def test_the_cheapest_net_kilowatt_is_cheaper_and_never_more_power(fluid: str, layout: int) -> None:
    plant = tianzhen()
    power, money = designed(plant, fluid, layout), designed(cheap(plant), fluid, layout)
    assert cost_per_watt(plant, money) < cost_per_watt(plant, power) * 0.999
    assert money.net <= power.net * (1.0 + 1e-4)
    assert money.net > 0.9 * power.net


def test_merit_is_the_objective_on_the_reference_equation() -> None:
    plant = tianzhen()
    power, money = designed(plant, "IsoButane"), designed(cheap(plant), "IsoButane")
    assert power.merit == pytest.approx(float(power.result.power.net))
    assert 1.0 / money.merit == pytest.approx(cost_per_watt(plant, money), rel=2e-3)


def test_dear_wells_call_for_power_and_dear_units_for_less_of_their_own_consumption() -> None:
    plant = tianzhen()
    power = designed(plant, "IsoButane")
    wells = designed(cheap(plant, production_well=1e12), "IsoButane")
    units = designed(cheap(plant, unit_reference=1e12), "IsoButane")
    # With wells of gold nothing counts but power, station service and injection taken off.
    assert wells.net == pytest.approx(power.net, rel=3e-4)
    own = [1.0 - unit.net / unit.gross for unit in (power, units)]
    assert own[1] < 0.9 * own[0]


def test_the_screening_ranks_by_it() -> None:
    by_power, by_money = screen(quick()), screen(cheap(quick()))
    assert by_power.objective is DesignObjective.UNIT_NET
    assert by_money.objective is DesignObjective.SPECIFIC_COST
    merits = [entry.design.merit for entry in by_money.ranked]
    assert merits == sorted(merits, reverse=True)
    assert [entry.behind for entry in by_money.ranked] == pytest.approx([1.0 - m / merits[0] for m in merits])


def test_a_plant_of_units_designed_for_it_costs_less_per_kilowatt() -> None:
    # One fluid, layout and rating: whole wells and units leave the order as it is.
    plant = tiny()
    power, money = size(plant).best, size(cheap(plant)).best
    assert money.specific_cost < power.specific_cost
    assert money.unit_net / float(money.geofluid.mass_flow) <= power.unit_net / float(
        power.geofluid.mass_flow
    )


def test_given_units_follow_it_too() -> None:
    plant = pilot()
    power = candidate_of(size(plant).best)
    money = candidate_of(size(cheap(plant)).best)
    assert money.specific_cost <= power.specific_cost * (1.0 + 1e-6)
    assert isinstance(candidate(cheap(tiny()), tiny().fluids[0], tiny().layouts[0], 3e6), Candidate)
