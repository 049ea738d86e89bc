"""Quintic splines through points: the one use of scipy's interpolation."""

import numpy as np
from scipy.interpolate import InterpolatedUnivariateSpline, RectBivariateSpline, make_interp_spline

from orcplant.thermo.state import Array, Numeric


class Curve:
    """y over x, through all points; x in any order. It goes on beyond the ends: ask inside."""

    def __init__(self, x: Array, y: Numeric) -> None:
        order = np.argsort(x)
        self._spline = InterpolatedUnivariateSpline(x[order], np.asarray(y)[order], k=5)

    def __call__(self, x: Numeric, derivative: int = 0) -> Array:
        """Value, or derivative, at x."""
        return np.asarray(self._spline(np.asarray(x, dtype=float), derivative))


class Curves:
    """Several y over one x, evaluated together: the call costs more than the numbers."""

    def __init__(self, x: Array, *y: Numeric) -> None:
        order = np.argsort(x)
        columns = np.stack([np.asarray(values)[order] for values in y], axis=-1)
        self._spline = make_interp_spline(x[order], columns, k=5)

    def __call__(self, x: Array) -> Array:
        """Values at x, the curves along the first axis."""
        return np.moveaxis(np.asarray(self._spline(x)), -1, 0)


class Surface:
    """z over a rectangular grid of ascending x and y, through all points; held at the edges."""

    def __init__(self, x: Array, y: Array, z: Array) -> None:
        self._spline = RectBivariateSpline(x, y, z, kx=5, ky=5)

    def __call__(self, x: Numeric, y: Numeric) -> Array:
        """Value at x, y."""
        return np.asarray(self._spline.ev(np.asarray(x), np.asarray(y)))

    def slope(self, x: Numeric, y: Numeric) -> Array:
        """Derivative by x."""
        return np.asarray(self._spline.ev(np.asarray(x), np.asarray(y), dx=1))

    def slope_across(self, x: Numeric, y: Numeric) -> Array:
        """Derivative by y."""
        return np.asarray(self._spline.ev(np.asarray(x), np.asarray(y), dy=1))
