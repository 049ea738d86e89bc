"""Temperature over enthalpy of a single-phase stream, one polynomial per scenario.

A stream keeps its pressure through an exchanger, and a search asks for its temperature a hundred
times: twelve states fix a polynomial that answers in a fraction of the time.

Source: L. N. Trefethen, *Approximation Theory and Approximation Practice*, 2013, chapters 2 to 4 (Chebyshev
interpolation, barycentric points of the first kind).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.polynomial import chebyshev

from orcplant.thermo.state import Array


@dataclass(frozen=True, slots=True)
class Sensible:
    """Temperature [K] between enthalpies ``low`` and ``high`` [J/kg] of shape (n,); straight on beyond them.

    ``coefficients`` of Chebyshev polynomials, shape (k, n). With 12 of them water between freezing and
    180 C is within 1e-5 K, with 6 air over 150 K likewise.
    """

    low: Array
    high: Array
    coefficients: Array

    @classmethod
    def fit(cls, temperature: Callable[[Array], Array], low: Array, high: Array, terms: int) -> Self:
        """Fit `temperature`, which takes enthalpies of shape (terms, n)."""
        nodes = chebyshev.chebpts1(terms)
        T = temperature(low + 0.5 * (nodes[:, None] + 1.0) * (high - low))
        # T_j at the nodes of the first kind is orthogonal: the fit is one product.
        basis = chebyshev.chebvander(nodes, terms - 1) * (2.0 / terms)
        basis[:, 0] *= 0.5
        return cls(low, high, np.asarray(basis.T @ T))

    def take(self, which: Any) -> Self:
        """Curves of some scenarios."""
        return type(self)(self.low[which], self.high[which], self.coefficients[:, which])

    def temperature(self, h: Array) -> Array:
        """Temperature [K] at enthalpies of shape (n, m)."""
        half = 0.5 * (self.high - self.low)[:, None]
        x = (h - self.low[:, None]) / half - 1.0
        inside = np.clip(x, -1.0, 1.0)
        T = np.asarray(chebyshev.chebval(inside, self.coefficients[:, :, None], tensor=False))
        beyond = x - inside
        if np.any(beyond):
            T = T + np.where(beyond > 0.0, *self._slopes()) * beyond
        return np.asarray(T, dtype=float)

    def _slopes(self) -> tuple[Array, Array]:
        """Slope by x at the high and the low end, each of shape (n, 1)."""
        squares = np.arange(len(self.coefficients))[:, None] ** 2 * self.coefficients
        high, low = (
            np.sum(squares, axis=0),
            -np.sum(squares * (-1.0) ** np.arange(len(squares))[:, None], axis=0),
        )
        return high[:, None], low[:, None]
