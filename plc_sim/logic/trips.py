"""Trips: conditions with delays, latched until reset, and which came first."""

from collections.abc import Mapping, Sequence

import numpy as np

from orcplant.tags import DType
from plc_sim.logic.head import Flags
from plc_sim.registers import Values


class Trips:
    """Trips of all devices of a type, by the names of a bit field.

    Attributes
    ----------
    latched, standing : array of bool, shape (trips, devices)
        Not reset yet; there now.
    first_out : array of int, shape (devices,)
        Code of the trip that came first, as in the tag FIRST_OUT: place from 1; 0 for none.
    """

    def __init__(self, dtype: DType, count: int, delays_s: Mapping[str, float]) -> None:
        self.names = tuple(name for name, _ in dtype.names)
        self._weights = np.array([2.0**position for _, position in dtype.names])
        self._delay = np.array([delays_s.get(name, 0.0) for name in self.names])[:, None]
        self._since = np.zeros((len(self.names), count))
        self.standing = np.zeros((len(self.names), count), dtype=bool)
        self.latched = self.standing.copy()
        self.first_out = np.zeros(count, dtype=np.intp)

    def scan(self, dt: float, conditions: Sequence[Flags]) -> Flags:
        """Take the conditions in the order of the names; give where a device is tripped.

        A condition stands once it has lasted longer than its delay of plant time.
        """
        now = np.stack(conditions)
        self._since = np.where(now, self._since + dt, 0.0)
        self.standing = self._since > self._delay
        fresh = self.standing & ~self.latched
        if fresh.any():
            untouched = ~self.latched.any(axis=0) & fresh.any(axis=0)
            self.first_out = np.where(untouched, np.argmax(fresh, axis=0) + 1, self.first_out)
            self.latched |= fresh
        return np.asarray(self.latched.any(axis=0))

    def reset(self, device: int) -> bool:
        """Forget what no longer stands; whether nothing is left."""
        self.latched[:, device] &= self.standing[:, device]
        if self.latched[:, device].any():
            return False
        self.first_out[device] = 0
        return True

    def word(self) -> Values:
        """Bit field of what is latched, shape (devices,)."""
        return np.asarray(self._weights @ self.latched)


def bit_word(dtype: DType, bits: Sequence[Flags]) -> Values:
    """Bit field from flags in the order of its names, shape (devices,)."""
    weights = np.array([2.0**position for _, position in dtype.names])
    return np.asarray(weights @ np.stack(bits))
