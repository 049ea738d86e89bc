"""Splines evaluated together, or by division, against the plain ones."""

import numpy as np
import pytest

from orcplant.thermo.splines import Curve, Curves, EvenCurve, Surface, Surfaces
from orcplant.thermo.state import Array

X = np.linspace(-1.0, 2.0, 31)
Y = np.linspace(0.0, 1.0, 14) ** 2


def wave(x: Array) -> Array:
    return np.asarray(np.sin(3.0 * x) + 0.2 * x**3)


@pytest.fixture
def inside() -> Array:
    """Random places, the ends and every node of the grid."""
    return np.concatenate([np.random.default_rng(1).uniform(X[0], X[-1], 500), X])


def test_even_steps_give_the_spline_itself(inside: Array) -> None:
    even, plain = EvenCurve(X, wave(X)), Curve(X, wave(X))
    np.testing.assert_allclose(even(inside), plain(inside), rtol=0.0, atol=1e-14)
    np.testing.assert_allclose(even.slope(inside), plain(inside, 1), rtol=0.0, atol=1e-12)
    np.testing.assert_allclose(even(inside), wave(inside), rtol=0.0, atol=1e-5)


def test_even_steps_go_on_beyond_the_ends_and_leave_nan(inside: Array) -> None:
    even = EvenCurve(X, wave(X))
    beyond = np.array([X[0] - 0.01, np.nan, X[-1] + 0.01])
    found = even(beyond)
    np.testing.assert_allclose(found[[0, 2]], wave(beyond[[0, 2]]), atol=1e-4)
    assert np.isnan(found[1])
    assert even(inside.reshape(3, -1)).shape == (3, len(inside) // 3)


def test_curves_together_are_those_alone(inside: Array) -> None:
    together = Curves(X, wave(X), X**2)(inside.reshape(9, -1))
    assert together.shape == (2, 9, len(inside) // 9)
    alone = [Curve(X, y)(inside).reshape(9, -1) for y in (wave(X), X**2)]
    np.testing.assert_allclose(together, alone, rtol=0.0, atol=1e-14)


def test_surfaces_together_are_those_alone(inside: Array) -> None:
    z = [np.outer(wave(X), np.exp(Y)), np.outer(X, np.cos(Y))]
    y = np.random.default_rng(2).uniform(0.0, 1.0, inside.shape)
    together = Surfaces(X, Y, *z)(inside, y)
    alone = [Surface(X, Y, values)(inside, y) for values in z]
    np.testing.assert_allclose(together, alone, rtol=0.0, atol=1e-13)
