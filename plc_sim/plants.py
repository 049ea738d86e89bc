"""From a site file to a simulator: which rooms of the plant stand behind which controllers."""

from orcplant.config.site import Site
from plc_sim.clock import Clock
from plc_sim.logic.head import Traits
from plc_sim.logic.plain import PlainLogic, has_head
from plc_sim.simulator import Group, Simulator, Works, groups


def simulator(site: Site) -> Simulator:
    """Simulator of a site's controllers with the plant behind them."""
    clock = Clock()
    by_type = groups(site)
    works: list[Works] = [
        PlainLogic(group.bank, traits(group), clock) for group in by_type.values() if has_head(group.bank)
    ]
    return Simulator(site, by_type, clock, works)


def traits(group: Group) -> Traits:
    """What the controllers of a group can do."""
    return Traits.of(
        [device.capabilities for device in group.devices],
        [device.trips_without_core for device in group.devices],
    )
