"""Rate one unit and say it: an operating point, or the reason why there is none."""

from orcplant.config.design import Design, DesignedUnits
from orcplant.config.operation import Question, scenario
from orcplant.errors import InfeasibleDesignError, PropertyError
from orcplant.report.cycle_json import Document
from orcplant.report.limit_words import ActiveLimit, active_limits, stop_text
from orcplant.report.offdesign_json import offdesign_document
from orcplant.report.reasons import refusal
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.offdesign import maximum_power, rate
from orcplant.thermo.point_cycle import cycle_of


def rated(
    design: Design, units: tuple[int, DesignedUnits], asked: Question
) -> tuple[Document, list[ActiveLimit]]:
    """JSON of an operating point, and the limits that hold it.

    Parameters
    ----------
    units : tuple of int and DesignedUnits
        Number of the block, and the block.

    Raises
    ------
    InputError
        If what is asked is out of range.
    InfeasibleDesignError
        If the unit does not run there: the bound, its value, where it would run.
    """
    hardware = units[1].hardware
    boundary, control = scenario(hardware, asked)
    point = (maximum_power if asked.fans == "best" else rate)(hardware, boundary, control)
    if not point.ok:
        raise InfeasibleDesignError(stop_text(hardware, boundary, control, point, "en"))
    try:
        result = solve_cycle(cycle_of(hardware, boundary, point))
    except PropertyError as exc:
        raise InfeasibleDesignError(str(exc)) from exc
    if not result.status.ok:
        raise InfeasibleDesignError(refusal(result.status, result))
    document = offdesign_document(design, units, asked, boundary, control, point, result)
    return document, list(active_limits(hardware, control, point))
