"""Numbers, units and times as an operator reads them. No Qt.

Decimals are fixed by the unit of measure, the minus is a real one, thousands are grouped from 10 000 on
with a thin gap. What is not available is an en dash, never 0.
"""

import math
from datetime import UTC, datetime, timedelta
from typing import Final

from orcplant.hmi.i18n import Language

MINUS: Final = "\u2212"
THIN: Final = "\u2009"
NONE: Final = "\u2013"
_GROUP_FROM: Final = 10_000

_DECIMALS: Final = {
    "kW": 0,
    "MW": 2,
    "kvar": 0,
    "kWh": 0,
    "MWh": 1,
    "GJ": 0,
    "degC": 1,
    "K": 1,
    "bar": 2,
    "kg/s": 1,
    "%": 0,
    "mm/s": 1,
    "rpm": 0,
    "Hz": 2,
    "V": 0,
    "kV": 2,
    "A": 0,
    "ppm": 0,
    "s": 0,
    "h": 0,
    "kW/min": 0,
    "mm/a": 3,
    "mg/kg": 1,
    "mg/L": 2,
    "ug/kg": 1,
    "uS/cm": 0,
    "mV": 0,
    "NTU": 2,
    "L/h": 2,
    "t": 0,
    "kg": 0,
    "m3/h": 1,
    "dB": 0,
    "m": 1,
    "": 2,
}
_UNITS: Final = {"degC": "°C", "rpm": "/min", "m3/h": "m³/h", "ug/kg": "µg/kg", "uS/cm": "µS/cm"}


def decimals(unit: str) -> int:
    """Digits behind the point of a value in a unit of measure."""
    return _DECIMALS.get(unit, 1)


def unit_text(unit: str) -> str:
    """Unit of measure as shown."""
    return _UNITS.get(unit, unit)


def number(value: float | None, places: int, *, is_signed: bool = False) -> str:
    """Number as shown; an en dash for none."""
    if value is None or not math.isfinite(value):
        return NONE
    rounded = round(value, places) + 0.0
    text = f"{abs(rounded):.{places}f}"
    whole, point, rest = text.partition(".")
    if abs(rounded) >= _GROUP_FROM:
        head = len(whole) % 3 or 3
        whole = THIN.join([whole[:head], *(whole[k : k + 3] for k in range(head, len(whole), 3))])
    sign = MINUS if rounded < 0.0 else "+" if is_signed and rounded > 0.0 else ""
    return sign + whole + point + rest


def parsed(text: str) -> float | None:
    """Number a person typed, with any minus, comma or group gap; None if it is none."""
    plain = text.strip().replace(MINUS, "-").replace(THIN, "").replace(" ", "").replace("，", ".")
    plain = plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def local(time: float, offset_s: float) -> datetime:
    """Plant time of a UTC time [s]."""
    return datetime.fromtimestamp(time, UTC) + timedelta(seconds=offset_s)


def clock(time: float, offset_s: float, *, seconds: bool = True) -> str:
    """Time of day, 24 h."""
    return local(time, offset_s).strftime("%H:%M:%S" if seconds else "%H:%M")


def date(time: float, offset_s: float) -> str:
    """ISO date."""
    return local(time, offset_s).strftime("%Y-%m-%d")


def weekday(time: float, offset_s: float, language: Language) -> str:
    """Short name of the day of the week."""
    day = local(time, offset_s).weekday()
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return "周" + "一二三四五六日"[day] if language is Language.ZH else names[day]


def zone(offset_s: float) -> str:
    """Name of a zone: ``UTC+8``."""
    hours = offset_s / 3600.0
    return f"UTC{'+' if hours >= 0 else MINUS}{abs(hours):g}"


def age(seconds: float, language: Language) -> str:
    """Age in the largest unit that says enough: ``12 s``, ``3 min``, ``3 h``, ``72 d``."""
    seconds = max(0.0, seconds)
    for size, english, chinese in ((86400.0, "d", "天"), (3600.0, "h", "小时"), (60.0, "min", "分")):
        if seconds >= 2.0 * size or (size < 86400.0 and seconds >= 60.0 * (size / 60.0) and seconds >= size):
            return f"{seconds / size:.0f} {chinese if language is Language.ZH else english}"
    return f"{seconds:.0f} {'秒' if language is Language.ZH else 's'}"


def span(seconds: float) -> str:
    """Duration as minutes and seconds, or hours and minutes: ``2:15``, ``3:05:00``."""
    whole = int(max(0.0, seconds))
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"
