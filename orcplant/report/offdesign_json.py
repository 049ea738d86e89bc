"""One operating point of one unit as a JSON object: as a cycle, and what holds it where it is.

Beyond the table of the command line:

- ``unit`` names the unit by the number and name of its block; ``operation`` is what was asked;
- ``geofluid.mass_flow_kg_s`` passes the unit; ``drawn_kg_s`` comes from the wells and ``bypass_kg_s`` of it
  is led around the unit, so that ``T_return_C`` is what is reinjected;
- ``machines`` are speeds over design, the share of the pressure difference the inlet valve leaves to the
  turbine, and efficiencies; ``load`` is gross power over rating, ``reached`` whether a load that was asked
  for is given;
- every limit has its ``eng_unit``.
"""

from dataclasses import asdict
from typing import Final

import numpy as np

from orcplant.config.design import Design, DesignedUnits
from orcplant.config.operation import Question
from orcplant.report.cycle_json import Document, number, solved_document
from orcplant.report.limit_words import active_limits, flag_texts
from orcplant.thermo.offdesign import Boundary, Control, OperatingPoint
from orcplant.thermo.result import CycleResult
from orcplant.units import KILO, bar, degC

_ROUNDING: Final = 1e-6


def offdesign_document(
    design: Design,
    units: tuple[int, DesignedUnits],
    asked: Question,
    boundary: Boundary,
    control: Control,
    point: OperatingPoint,
    result: CycleResult,
) -> Document:
    """Everything `orcplant offdesign` says of a point at which the unit runs.

    Parameters
    ----------
    units : tuple of int and DesignedUnits
        Number of the block, and the block.
    result : CycleResult
        The point solved as a cycle on the reference equations.
    """
    number_, block = units
    hardware, level = block.hardware, point.level
    case: Document = {"name": design.plant.spec.name, "layout": block.layout, "fluid": block.fluid}
    document = solved_document(result, case)
    document["unit"] = {
        "number": number_,
        "name": block.name,
        "rating_kW": number(hardware.generator.rating / KILO),
    }
    document["operation"] = asdict(asked)
    document.setdefault("geofluid", _geofluid(asked, float(boundary.geofluid.p), point))
    document["geofluid"] |= {
        "drawn_kg_s": number(point.geofluid_flow),
        "bypass_kg_s": number(point.bypass),
        "T_return_C": number(degC(point.T_return)),
        "steam_quality": number(hardware.design.quality),
    }
    document["load"] = {
        "of_rating": number(point.gross / hardware.generator.rating),
        "reached": _reached(control, point),
    }
    document["machines"] = {
        "fan_speed": number(point.fan_speed),
        "pump_speed": number(level.pump_speed),
        "expander_speed": number(level.expander_speed),
        "valve": number(point.valve),
        "eta_expander": number(level.eta_expander),
        "eta_pump": number(level.eta_pump),
        "eta_generator": number(result.spec.eta_generator),
    }
    document["limits"] = [
        {
            "name": active.name,
            "value": number(active.value),
            "limit": number(active.bound),
            "eng_unit": active.eng_unit,
        }
        for active in active_limits(hardware, control, point)
    ]
    document["warnings"] += flag_texts(point, "en")
    return document


def _geofluid(asked: Question, p: float, point: OperatingPoint) -> Document:
    """Geofluid of a cycle that has none, because steam is left at its outlet."""
    return {
        "T_in_C": number(asked.T_geofluid_C),
        "T_out_C": number(degC(point.T_geofluid_out)),
        "p_bar": number(bar(p)),
        "mass_flow_kg_s": number(point.geofluid_flow - point.bypass),
    }


def _reached(control: Control, point: OperatingPoint) -> bool | None:
    """Whether a load that was asked for is given; None where none was."""
    for asked, given in ((control.gross_max, point.gross), (control.net_max, point.net)):
        if np.isfinite(asked):
            return bool(given >= asked * (1.0 - _ROUNDING))
    return None
