"""Units at the doors: what a person types and reads, to and from SI.

Inside `thermo`, `water` and `plant` everything is SI. These helpers are used where config files
become specs and where results become text, nowhere else.
"""

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

ZERO_CELSIUS: Final = 273.15  # 0 degC [K], definition
BAR: Final = 1e5  # [Pa], definition
KILO: Final = 1e3

Number = TypeVar("Number", float, NDArray[np.float64], float | NDArray[np.float64])


def kelvin(T_degC: Number) -> Number:
    """Temperature [K] from degrees Celsius."""
    return T_degC + ZERO_CELSIUS


def degC(T: Number) -> Number:
    """Temperature in degrees Celsius from kelvin."""
    return T - ZERO_CELSIUS


def pascal(p_bar: Number) -> Number:
    """Pressure [Pa] from bar."""
    return p_bar * BAR


def bar(p: Number) -> Number:
    """Pressure in bar from pascal."""
    return p / BAR
