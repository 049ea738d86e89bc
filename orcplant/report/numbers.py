"""Numbers as text: sensible digits, a dash where there is no value."""

import math
from typing import Final

NO_VALUE: Final = "–"
_GROUP: Final = "\u202f"  # narrow no-break space between thousands
_MINUS: Final = "\u2212"


def fixed(value: float, decimals: int) -> str:
    """Value with a fixed number of decimals; thousands are set apart from five digits on."""
    if not math.isfinite(value):
        return NO_VALUE
    written = f"{abs(value):,.{decimals}f}"
    whole = written.partition(".")[0].replace(",", "")
    written = written.replace(",", _GROUP if len(whole) > 4 else "")
    # Rounding to zero leaves no sign behind.
    return (_MINUS if value < 0.0 and float(f"{value:.{decimals}f}") != 0.0 else "") + written


def significant(value: float, digits: int = 4) -> str:
    """Value with about `digits` significant digits, never in powers of ten."""
    if not math.isfinite(value):
        return NO_VALUE
    if value == 0.0:
        return "0"
    magnitude = math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))
    return fixed(value, max(0, digits - 1 - magnitude))


def decimals_for(largest: float, digits: int = 5) -> int:
    """Decimals that give the largest number of a column `digits` significant digits."""
    if not math.isfinite(largest) or largest == 0.0:
        return 0
    return max(0, digits - 1 - math.floor(math.log10(abs(largest))))
