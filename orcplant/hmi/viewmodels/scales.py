"""Ranges on which indicators show a tag, and its normal band: a matter of display, not of protection. No Qt.

Limits come from the core's alarms. A range is wide enough that the limits lie inside and the band takes
about half of it; where alarms alone do not fix one, the table below does.
"""

from typing import Final

from orcplant.hmi.viewmodels.marks import Indicator, Violation
from orcplant.hmi.viewmodels.model import PlantModel

# Type and tag: range shown, in the tag's unit.
_SHOWN: Final = {
    ("orc_unit", "BRINE_T_OUT"): (50.0, 90.0),
    ("orc_unit", "SUPERHEAT"): (-2.0, 8.0),
    ("orc_unit", "BEARING_T"): (20.0, 110.0),
    ("orc_unit", "VIBRATION"): (0.0, 12.5),
    ("orc_unit", "WINDING_T"): (20.0, 160.0),
    ("water_station", "RETURN_T"): (45.0, 85.0),
    ("water_station", "BUBBLE_MARGIN"): (0.0, 6.0),
    ("water_station", "PH"): (6.0, 9.5),
    ("water_station", "O2"): (0.0, 40.0),
    ("water_station", "CORROSION_RATE"): (0.0, 0.15),
    ("water_station", "FILTER_DP"): (0.0, 1.6),
    ("water_station", "DOSE_TANK_LEVEL"): (0.0, 100.0),
    ("wellfield", "BUBBLE_MARGIN"): (0.0, 6.0),
    ("wellfield", "INJ_P"): (0.0, 27.0),
    ("wellfield", "PROD_FLOW"): (0.0, 100.0),
    ("substation", "F"): (49.0, 51.0),
}
# Normal bands where no alarm draws both ends: the other end is that of the range unless it stands here.
_BANDS: Final = {
    ("orc_unit", "SUPERHEAT"): (0.0, 5.0),
    ("orc_unit", "BEARING_T"): (35.0, 85.0),
    ("water_station", "PH"): (6.8, 8.5),
}


def limits_of(model: PlantModel, kind: str, tag: str) -> tuple[float | None, float | None]:
    """Innermost low and high limit of a tag."""
    low = [a.limit for a in model.limits(kind, tag) if a.kind in ("L", "LL") and a.limit is not None]
    high = [a.limit for a in model.limits(kind, tag) if a.kind in ("H", "HH") and a.limit is not None]
    return (max(low) if low else None), (min(high) if high else None)


def indicator(
    model: PlantModel, kind: str, tag: str, value: float | None, *, is_old: bool = False
) -> Indicator | None:
    """Indicator of a tag; None where neither alarms nor the table give it a scale."""
    limits = model.limits(kind, tag)
    low, high = limits_of(model, kind, tag)
    shown = _SHOWN.get((kind, tag)) or _from_limits(low, high)
    if shown is None:
        return None
    lo, hi = shown
    band = _BANDS.get((kind, tag))
    if band is None and (low is not None or high is not None):
        band = (lo if low is None else low, hi if high is None else high)
    ticks = tuple(alarm.limit for alarm in limits if alarm.limit is not None)
    return Indicator(lo, hi, band, ticks, value, violation=_violation(model, kind, tag, value), is_old=is_old)


def _from_limits(low: float | None, high: float | None) -> tuple[float, float] | None:
    if low is not None and high is not None:
        reach = high - low
        return low - 0.5 * reach, high + 0.5 * reach
    if high is not None:
        return 0.0, 1.75 * high
    if low is not None:
        return 0.0, 2.5 * low
    return None


def _violation(model: PlantModel, kind: str, tag: str, value: float | None) -> Violation | None:
    """Innermost limit passed, with the priority of the worst one passed."""
    if value is None:
        return None
    passed = [
        alarm
        for alarm in model.limits(kind, tag)
        if alarm.limit is not None
        and (value > alarm.limit if alarm.kind in ("H", "HH") else value < alarm.limit)
    ]
    if not passed:
        return None
    limit = min(passed, key=lambda alarm: abs(value - (alarm.limit or 0.0)))
    outer = max(passed, key=lambda alarm: abs(value - (alarm.limit or 0.0)))
    return Violation(outer.limit or 0.0, min(alarm.priority for alarm in (limit, *passed)))
