"""What a plant costs to build: economy of scale of a unit against learning in a series.

A larger unit is cheaper per kilowatt (cost grows with rating to a power below one); a longer series
is cheaper per unit (every doubling of the number lowers the price by a fixed share). "Small power,
many units" lives from the second, large units from the first.

Source: scale, Couper, Penney, Fair, Walas, *Chemical Process Equipment*, 3rd ed., 2012, chapter 21
(the six-tenths rule); series, Wright, *Factors affecting the cost of airplanes*, J. Aeronautical
Sciences 3 (1936) 122-128. Exponent, learning rate and prices are assumptions of the plant's config.
"""

from dataclasses import dataclass, fields

import numpy as np

from orcplant.plant.spec import Costs


@dataclass(frozen=True, slots=True)
class Capital:
    """Investment by item [CNY]."""

    units: float
    production_wells: float
    injection_wells: float
    gathering: float
    station: float
    indirect: float

    @property
    def total(self) -> float:
        """Sum of all items [CNY]."""
        return sum(float(getattr(self, item.name)) for item in fields(self))


@dataclass(frozen=True, slots=True)
class Machine:
    """What makes units equal in price: rating [W], and whether they recuperate."""

    rating: float
    recuperated: bool


def unit_cost(costs: Costs, *, rating: float, number: int, recuperated: bool = False) -> float:
    """Price of one of `number` equal units, averaged over the series [CNY]."""
    if number < 1:
        return 0.0
    single: float = costs.unit_reference * (rating / costs.reference_rating) ** costs.scale_exponent
    slope = np.log2(costs.learning)
    if recuperated:
        single *= 1.0 + costs.recuperator
    # Wright's law prices the n-th unit; the series pays their mean.
    return single * float(np.mean(np.arange(1, number + 1, dtype=float) ** slope))


def capital(
    costs: Costs,
    *,
    machines: tuple[Machine, ...],
    production_wells: int,
    injection_wells: int,
    mass_flow: float,
    installed: float,
) -> Capital:
    """Investment of a plant.

    Parameters
    ----------
    machines : tuple of Machine
        Every unit built, spares included. Equal ones form a series.
    mass_flow : float
        Geofluid gathered [kg/s].
    installed : float
        Nameplates of the duty units [W].
    """
    series = {machine: machines.count(machine) for machine in machines}
    units = sum(
        n * unit_cost(costs, rating=machine.rating, number=n, recuperated=machine.recuperated)
        for machine, n in series.items()
    )
    direct = {
        "units": units,
        "production_wells": production_wells * costs.production_well,
        "injection_wells": injection_wells * costs.injection_well,
        "gathering": mass_flow * costs.gathering,
        "station": installed * costs.station,
    }
    return Capital(**direct, indirect=costs.indirect * sum(direct.values()))
