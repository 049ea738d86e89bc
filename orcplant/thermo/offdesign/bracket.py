"""A sign change of one unknown, closed in upon: slow and sure.

Source: T. R. Chandrupatla, *A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear
function without using derivatives*, Adv. Eng. Softw. 28 (1997) 145-149, as implemented in scipy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import elementwise

from orcplant.thermo.offdesign.newton import Index
from orcplant.thermo.state import Array

_TOLERANCES: Final[Any] = {"xatol": 1e-12, "xrtol": 1e-15, "fatol": 1e-11}


@dataclass(frozen=True, slots=True)
class Found:
    """Unknown of every scenario, and whether its bracket held a sign change."""

    x: Array
    enclosed: NDArray[np.bool_]


def enclosed_root(function: Callable[[Array, Index], Array], low: Array, high: Array, index: Index) -> Found:
    """Root of `function(x, which scenarios)` between low and high, for the scenarios of `index`."""

    def one(x: Array, /, *which: Any) -> Array:
        return function(x, which[0].astype(np.intp))

    found = elementwise.find_root(one, (low, high), args=(index,), tolerances=_TOLERANCES)
    return Found(np.asarray(found.x), np.asarray(found.success))
