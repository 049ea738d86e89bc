"""A designed unit away from its design point, thousands of scenarios at once."""

from orcplant.thermo.offdesign.accounts import Limit
from orcplant.thermo.offdesign.best import maximum_power
from orcplant.thermo.offdesign.boundary import Boundary, Control, Means, design_boundary
from orcplant.thermo.offdesign.operate import rate
from orcplant.thermo.offdesign.point import Flag, LevelPoint, OperatingPoint, Stop

__all__ = [
    "Boundary",
    "Control",
    "Flag",
    "LevelPoint",
    "Limit",
    "Means",
    "OperatingPoint",
    "Stop",
    "design_boundary",
    "maximum_power",
    "rate",
]
