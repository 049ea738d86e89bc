"""Multilinear look-up in tables of several kinds of unit at once, on evenly spaced nodes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orcplant.thermo.state import Array


def between(x: Array, lowest: float | Array, highest: float | Array) -> Array:
    """Values held between two bounds: `numpy.clip` at a third of its price for short arrays."""
    return np.asarray(np.minimum(np.maximum(x, lowest), highest))


def known(x: Array) -> Array:
    """Values with 0 for what is not known."""
    return np.where(np.isfinite(x), x, 0.0)


def kept(new: Array, old: Array) -> Array:
    """New values, and the old ones where a new one is not known."""
    return np.where(np.isfinite(new), new, old)


@dataclass(frozen=True, slots=True)
class Axis:
    """Evenly spaced nodes, other ones for each unit.

    ``first`` node and nodes per unit of length ``density``, shape (units,); their number ``count``.
    """

    first: Array
    density: Array
    count: int

    @classmethod
    def of(cls, nodes: Sequence[Array], kind: NDArray[np.intp]) -> "Axis":
        """Axis from the nodes of every kind, for units of a kind each."""
        first = np.array([axis[0] for axis in nodes])
        density = np.array([(len(axis) - 1) / (axis[-1] - axis[0]) for axis in nodes])
        return cls(first[kind], density[kind], len(nodes[0]))

    def place(self, x: Array) -> tuple[NDArray[np.intp], Array]:
        """Node below and share of the way to the next; held at the ends."""
        position = between((x - self.first) * self.density, 0.0, self.count - 1.000001)
        below = position.astype(np.intp)
        return below, position - below


class Lookup:
    """Table over a few axes with channels, one for each kind of unit.

    Parameters
    ----------
    axes : sequence of Axis
    tables : sequence of array, shape (nodes of every axis, channels)
        By kind.
    kind : array of int, shape (units,)
    """

    def __init__(self, axes: Sequence[Axis], tables: Sequence[Array], kind: NDArray[np.intp]) -> None:
        self._axes = tuple(axes)
        stacked = np.stack(tables)
        self._rows = np.ascontiguousarray(stacked.reshape(-1, stacked.shape[-1]))
        strides = [1]
        for axis in reversed(self._axes[1:]):
            strides.append(strides[-1] * axis.count)
        self._strides = tuple(reversed(strides))
        self._start = kind * (self._strides[0] * self._axes[0].count)

    def __call__(self, *where: Array) -> Array:
        """Channels first, shape (channels, units), at coordinates of shape (units,)."""
        corners = [(self._start, np.ones(len(self._start)))]
        for axis, stride, x in zip(self._axes, self._strides, where, strict=True):
            below, share = axis.place(x)
            step = below * stride
            corners = [
                (start + step + shift, known * weight)
                for start, known in corners
                for shift, weight in ((0, 1.0 - share), (stride, share))
            ]
        total = sum(self._rows[row] * np.asarray(weight)[:, None] for row, weight in corners)
        return np.asarray(total).T
