"""The map of a unit: its smooth branches looked up, its limits worked out after."""

from orcplant.thermo.unit_map.branches import Axes
from orcplant.thermo.unit_map.build import MapError, UnitMap, build_map, default_axes, fingerprint
from orcplant.thermo.unit_map.operate import MapPoint, rate_by_map

__all__ = [
    "Axes",
    "MapError",
    "MapPoint",
    "UnitMap",
    "build_map",
    "default_axes",
    "fingerprint",
    "rate_by_map",
]
