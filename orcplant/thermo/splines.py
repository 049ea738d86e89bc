"""Quintic splines through points: the one use of scipy's interpolation."""

from math import factorial
from typing import Final

import numpy as np
from scipy.interpolate import (
    InterpolatedUnivariateSpline,
    NdBSpline,
    RectBivariateSpline,
    make_interp_spline,
)

from orcplant.thermo.state import Array, Numeric

_DEGREE: Final = 5


class Curve:
    """y over x, through all points; x in any order. It goes on beyond the ends: ask inside."""

    def __init__(self, x: Array, y: Numeric) -> None:
        order = np.argsort(x)
        self._spline = InterpolatedUnivariateSpline(x[order], np.asarray(y)[order], k=_DEGREE)

    def __call__(self, x: Numeric, derivative: int = 0) -> Array:
        """Value, or derivative, at x."""
        return np.asarray(self._spline(np.asarray(x, dtype=float), derivative))


class Curves:
    """Several y over one x, evaluated together: the call costs more than the numbers."""

    def __init__(self, x: Array, *y: Numeric) -> None:
        order = np.argsort(x)
        columns = np.stack([np.asarray(values)[order] for values in y], axis=-1)
        self._spline = make_interp_spline(x[order], columns, k=_DEGREE)

    def __call__(self, x: Array) -> Array:
        """Values at x, the curves along the first axis; NaN at NaN."""
        values: Array = self._spline(x)
        # A transpose: `moveaxis` takes as long as the spline.
        return values.transpose(-1, *range(values.ndim - 1))


class EvenCurve:
    """y over even steps of x, through all points: the spline's own polynomials, found by division.

    For thousands of points a tenth of the price of `Curve`, for a few the double. NaN at NaN; beyond
    the ends the last polynomial goes on: ask inside.
    """

    def __init__(self, x: Array, y: Array) -> None:
        spline, self._start, self._step = make_interp_spline(x, y, k=_DEGREE), float(x[0]), float(x[1] - x[0])
        orders = range(_DEGREE + 1)
        derivatives = [spline(x[:-1], nu=order) for order in orders]
        self._terms = np.stack(
            [d * self._step**n / factorial(n) for n, d in zip(orders, derivatives, strict=True)]
        )

    def __call__(self, x: Array) -> Array:
        """Value at x."""
        terms, share = self._locate(x)
        value: Array = terms[-1]
        for term in terms[-2::-1]:
            value = value * share + term
        return value

    def slope(self, x: Array) -> Array:
        """Derivative at x."""
        terms, share = self._locate(x)
        value: Array = _DEGREE * terms[-1]
        for order in range(_DEGREE - 1, 0, -1):
            value = value * share + order * terms[order]
        return value / self._step

    def _locate(self, x: Array) -> tuple[Array, Array]:
        share = (x - self._start) / self._step
        with np.errstate(invalid="ignore"):  # NaN has no cell; its share spoils the first one's value
            cell = np.minimum(np.maximum(share, 0.0), self._terms.shape[1] - 1).astype(np.intp)
        return self._terms.take(cell, axis=1, mode="clip"), share - cell


class Surface:
    """z over a rectangular grid of ascending x and y, through all points; held at the edges."""

    def __init__(self, x: Array, y: Array, z: Array) -> None:
        self._spline = RectBivariateSpline(x, y, z, kx=_DEGREE, ky=_DEGREE)

    def __call__(self, x: Numeric, y: Numeric) -> Array:
        """Value at x, y."""
        return np.asarray(self._spline.ev(np.asarray(x), np.asarray(y)))

    def slope(self, x: Numeric, y: Numeric) -> Array:
        """Derivative by x."""
        return np.asarray(self._spline.ev(np.asarray(x), np.asarray(y), dx=1))

    def slope_across(self, x: Numeric, y: Numeric) -> Array:
        """Derivative by y."""
        return np.asarray(self._spline.ev(np.asarray(x), np.asarray(y), dy=1))


class Surfaces:
    """Several z over one grid, evaluated together; they go on beyond the edges: ask inside."""

    def __init__(self, x: Array, y: Array, *z: Array) -> None:
        along_x = make_interp_spline(x, np.stack(z, axis=-1), k=_DEGREE)
        along_y = make_interp_spline(y, along_x.c, k=_DEGREE, axis=1)
        self._spline = NdBSpline((along_x.t, along_y.t), np.swapaxes(along_y.c, 0, 1), _DEGREE)

    def __call__(self, x: Array, y: Array) -> Array:
        """Values at x, y, the surfaces along the first axis."""
        values: Array = self._spline(np.stack((x, y), axis=-1))
        return values.transpose(-1, *range(values.ndim - 1))
