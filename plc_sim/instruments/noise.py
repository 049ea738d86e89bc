"""Scatter of measurements: seeded, so that a run can be repeated."""

import numpy as np

from plc_sim.registers import Values


class Noise:
    """Normal scatter, `share` of each instrument's usual one; 0 draws nothing."""

    def __init__(self, share: float, seed: int) -> None:
        self.share = share
        self._random = np.random.default_rng(seed)

    def __call__(self, value: Values, scatter: float) -> Values:
        """Value with a usual scatter (one sigma, in its own unit)."""
        if self.share == 0.0:
            return value
        return np.asarray(value + self._random.normal(0.0, self.share * scatter, np.shape(value)))
