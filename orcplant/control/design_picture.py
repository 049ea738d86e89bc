"""The plant's design as a window draws it: each unit's cycle over its dome. Runs in the worker process."""

from pathlib import Path
from typing import Any


def design_content(folder: Path) -> dict[str, Any]:
    """Cycle, dome and rating of every kind of unit, in the units of the trade.

    ``design`` is None, with ``design_reason``, where there is no design or its cycle cannot be drawn.
    """
    from orcplant.errors import OrcplantError

    try:
        return {"design": _drawn(folder)}
    except OrcplantError as exc:
        return {"design": None, "design_reason": str(exc)}


def _drawn(folder: Path) -> list[dict[str, Any]]:
    # Imported here: the core's own process takes the function along, not the property library.
    from orcplant.config.design import load_design

    return [_unit(units) for units in load_design(str(folder)).units]


def _unit(units: Any) -> dict[str, Any]:
    from orcplant.config.operation import Question, scenario
    from orcplant.errors import InfeasibleDesignError
    from orcplant.thermo.cycle import solve_cycle
    from orcplant.thermo.diagrams import cycle_diagrams
    from orcplant.thermo.offdesign import rate
    from orcplant.thermo.point_cycle import cycle_of
    from orcplant.units import KILO, degC

    hardware = units.hardware
    design = hardware.design
    asked = Question(degC(design.T_coolant), degC(design.T), 1.0)
    boundary, control = scenario(hardware, asked)
    point = rate(hardware, boundary, control)
    if not point.ok:
        raise InfeasibleDesignError(f"{units.name or units.fluid}: the unit does not run at its design point")
    result = solve_cycle(cycle_of(hardware, boundary, point))
    return {
        "name": units.name,
        "count": units.count,
        "spare": units.spare,
        "rating_kW": units.rating / KILO,
        "net_kW": design.net / KILO,
        "fluid": units.fluid,
        "layout": units.layout,
        "geofluid_kg_s": design.mass_flow,
        "T_geofluid_C": degC(design.T),
        "T_ambient_C": degC(design.T_coolant),
        "cycles": [_diagram(diagram) for diagram in cycle_diagrams(result)],
    }


def _diagram(diagram: Any) -> dict[str, Any]:
    return {
        "fluid": diagram.fluid,
        "dome": {"bubble": _line(diagram.dome.bubble), "dew": _line(diagram.dome.dew)},
        "lines": {line.name: _line(line) for line in diagram.lines},
        "isobars": [_line(line) for line in diagram.isobars],
        "geofluid": [_line(line) for line in diagram.geofluid],
        "coolant": [_line(line) for line in diagram.coolant],
        "points": {point.name: _state(point.state) for point in diagram.points},
    }


def _line(line: Any) -> dict[str, list[float | None]]:
    from orcplant.units import KILO, degC

    return {
        "T_C": _numbers(degC(line.T)),
        "p_bar": _numbers(line.p / 1e5),
        "h_kJ_kg": _numbers(line.h / KILO),
        "s_kJ_kgK": _numbers(line.s / KILO),
    }


def _state(state: Any) -> dict[str, float | None]:
    from orcplant.units import KILO, degC

    numbers = {
        "T_C": degC(state.T),
        "p_bar": state.p / 1e5,
        "h_kJ_kg": state.h / KILO,
        "s_kJ_kgK": state.s / KILO,
    }
    return {name: _numbers(number)[0] for name, number in numbers.items()}


def _numbers(found: Any) -> list[float | None]:
    """Six digits are more than a picture shows; what does not exist is null."""
    import numpy as np

    return [
        float(f"{number:.6g}") if np.isfinite(number) else None for number in np.atleast_1d(found).tolist()
    ]
