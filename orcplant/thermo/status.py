"""Why a point has no answer: reason codes instead of exceptions, so that arrays never stop.

`Status.reason` is 0 where the point is solved. Elsewhere `value` and `limit` hold the two sides of
the violated bound, in SI; results at that point are NaN or must not be used.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.state import Numeric

Mask: TypeAlias = bool | NDArray[np.bool_]


class Reason(IntEnum):
    """Reason codes; value and limit of each in SI."""

    OK = 0
    OUTSIDE_PROPERTIES = 1  # a state lies outside the equation of state or table
    GEOFLUID_TOO_COLD = 2  # geofluid inlet temperature below turbine inlet + pinch
    HEATER_PINCH = 3  # smallest difference in the heater below the bound
    COOLANT_TOO_WARM = 4  # coolant inlet + pinch above the working fluid leaving the condenser
    CONDENSER_PINCH = 5  # smallest difference in the condenser below the bound
    COOLANT_BOILS = 6  # cooling water outlet above its saturation temperature
    GEOFLUID_FREEZES = 7  # geofluid outlet enthalpy below that of freezing water
    PRESSURE_ORDER = 8  # evaporating pressure not above the condensing pressure


@dataclass(frozen=True, slots=True)
class Status:
    """Reason code, value and limit of every point; the first bound that fails is kept."""

    reason: NDArray[np.int8] | np.int8
    value: Numeric
    limit: Numeric

    @property
    def ok(self) -> Mask:
        """Where the point is solved."""
        return np.equal(self.reason, Reason.OK)


SOLVED = Status(reason=np.int8(0), value=np.nan, limit=np.nan)


def require(status: Status, holds: Mask, reason: IntEnum, *, value: Numeric, limit: Numeric) -> Status:
    """Status with `reason` where the bound does not hold and nothing failed before.

    A bound that cannot be compared (NaN) does not hold.
    """
    if (isinstance(holds, bool | np.bool_) and holds) or np.all(holds):  # the usual case first
        return status
    fails = status.ok & ~np.asarray(holds, dtype=bool)
    return Status(
        reason=np.where(fails, np.int8(reason), status.reason).astype(np.int8)[()],
        value=np.where(fails, value, status.value)[()],
        limit=np.where(fails, limit, status.limit)[()],
    )


def broadcast(status: Status, shape: tuple[int, ...]) -> Status:
    """Status of every point of an array of results."""
    if np.shape(status.reason) == shape:
        return status
    reason, value, limit = (
        np.broadcast_to(side, shape) for side in (status.reason, status.value, status.limit)
    )
    return Status(reason=reason, value=value, limit=limit)
