"""Hardware of the shipped plants' units, made once a session."""

from functools import cache

from orcplant.plant.equipment import NotRateable, hardware_of
from orcplant.plant.sizing import size
from orcplant.thermo.hardware import Hardware
from tests.plant.plants import pilot, sized_pilot, tianzhen, tiny


def steel(outcome: Hardware | NotRateable) -> Hardware:
    """The hardware, where there must be some."""
    assert isinstance(outcome, Hardware), outcome
    return outcome


@cache
def large_unit() -> Hardware:
    """A 3 MW unit of the 20 MW plant, without a recuperator."""
    plant = tiny()
    return steel(hardware_of(plant, size(plant).best.blocks[0]))


@cache
def recuperated_unit() -> Hardware:
    """A 3 MW unit of the 20 MW plant with a recuperator."""
    layout = next(layout for layout in tianzhen().layouts if layout.name == "recuperated")
    plant = tiny(layouts=(layout,))
    return steel(hardware_of(plant, size(plant).best.blocks[0]))


@cache
def pilot_units() -> tuple[Hardware, ...]:
    """Both units of the pilot: 300 kW and 280 kW on steam and water."""
    return tuple(steel(hardware_of(pilot(), block)) for block in sized_pilot().best.blocks)
