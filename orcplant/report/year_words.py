"""Energy of a year as text."""

from typing import Final

from orcplant.report.numbers import fixed
from orcplant.units import KILO

_LARGE: Final = 1e4  # [MWh], from here GWh


def energy_unit(of_MWh: float) -> str:
    """Unit a plant's energy is told in: GWh for a large one, MWh for a pilot."""
    return "GWh" if abs(of_MWh) >= _LARGE else "MWh"


def energy_text(value_MWh: float, unit: str) -> str:
    """Energy in its unit: GWh with a decimal, MWh without."""
    return fixed(value_MWh / KILO, 1) if unit == "GWh" else fixed(value_MWh, 0)
