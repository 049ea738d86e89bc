"""Plants that no search can mend, found before any is tried."""

from typing import Final

from orcplant.errors import InfeasibleDesignError
from orcplant.plant.spec import PlantSpec
from orcplant.units import bar

P_LEAST: Final = 0.05e5  # [Pa], what must be left of the geofluid's pressure behind the units


def require_sense(plant: PlantSpec) -> None:
    """Refuse what no search can mend.

    Raises
    ------
    InfeasibleDesignError
        The bound, its value, and what would do.
    """
    if not any(well.available > 0 for well in plant.wells):
        raise InfeasibleDesignError("wells: none available (available = 0), at least 1 needed")
    if plant.target <= 0.0:
        raise InfeasibleDesignError("target.power_kW = 0: a plant needs more than 0 kW")
    hottest = max(well.T for well in plant.wells if well.available > 0)
    if plant.limits.T_reinjection_min >= hottest:
        raise InfeasibleDesignError(
            f"limits.T_reinjection_min_C = {plant.limits.T_reinjection_min - 273.15:.1f} C is not below the"
            f" hottest well, {hottest - 273.15:.1f} C: nothing is left to take"
        )
    if not plant.fluids:
        raise InfeasibleDesignError("design.fluids: no fluid and layout is allowed: nothing to design")
    gathering = plant.gathering
    needed = gathering.pressure_drop + gathering.unit_drop + P_LEAST
    for well in plant.wells:
        if well.available > 0 and well.p <= needed:
            raise InfeasibleDesignError(
                f"well {well.name!r}: wellhead pressure {bar(well.p):.2f} bar is not above"
                f" {bar(needed):.2f} bar, which pipes and units take"
                " (gathering.pressure_drop_bar + unit_drop_bar + 0.05 bar)"
            )
