"""The search on functions whose best point is known: smooth, broken by ridges, bound, full of holes."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.thermo.crest import crest
from orcplant.thermo.search import Box, Score, maximise
from orcplant.thermo.state import Array

UNIT = Box(np.zeros(3), np.ones(3))
Surface = Callable[[Array, Array, Array], Array]


def bowl(x: Array, y: Array, z: Array) -> Array:
    return 10.0 - (x - 0.61) ** 2 - 2.0 * (y - 0.37) ** 2 - (z - 0.22) ** 2 - (x - 0.61) * (z - 0.22)


def ridge(x: Array, y: Array, z: Array) -> Array:
    # Two limits meet on a slanted wall; the best point of the wall is at y = 0.4, z = 0.3.
    wall = x - (0.3 + 0.4 * y + 0.2 * z)
    return 10.0 - 4.0 * np.maximum(wall, 0.0) + 3.0 * np.minimum(wall, 0.0) - (y - 0.4) ** 2 - (z - 0.3) ** 2


def holes(x: Array, y: Array, z: Array) -> Array:
    value = bowl(x, y, z)
    return np.where((x + y > 0.9) | (z > 0.7), -np.inf, value)


CASES: dict[str, tuple[Surface, float, float]] = {
    # function, its largest value in the unit cube, how near the search must come
    "smooth": (bowl, 10.0, 1e-5),
    "ridge": (ridge, 10.0, 1e-4),
    "at a corner": (lambda x, y, z: 5.0 + x - y + 0.5 * z, 6.5, 1e-9),
    "holes": (holes, 10.0 - 0.003491, 2e-3),
    "level": (lambda x, y, z: 3.0 + 0.0 * (x + y + z), 3.0, 0.0),
}


@pytest.mark.parametrize("name", CASES)
def test_the_best_point_is_found(name: str) -> None:
    function, highest, near = CASES[name]
    x, value = maximise(function, UNIT, tolerance=1e-6)
    assert highest - near <= value <= highest + 1e-12
    assert np.all((x >= 0.0) & (x <= 1.0))
    assert float(function(*x)) == pytest.approx(value, rel=1e-12)


@given(st.tuples(*[st.floats(-0.3, 1.3)] * 3), st.floats(0.0, 5.0), st.floats(0.2, 5.0))
def test_a_tent_over_a_bowl_wherever_it_stands(
    top: tuple[float, float, float], steep: float, round_: float
) -> None:
    def tent(x: Array, y: Array, z: Array) -> Array:
        wall = np.abs(x - (top[0] + 0.3 * (y - top[1]) - 0.2 * (z - top[2])))
        return 20.0 - steep * wall - round_ * ((y - top[1]) ** 2 + (z - top[2]) ** 2 + (x - top[0]) ** 2)

    _, value = maximise(tent, UNIT, tolerance=1e-6)
    axes = np.meshgrid(*[np.linspace(0.0, 1.0, 41)] * 3, indexing="ij")
    assert value >= float(np.max(tent(*axes))) - 5e-3


def test_a_box_may_have_no_width() -> None:
    flat = Box(np.array([0.0, 0.5, 0.0]), np.array([1.0, 0.5, 1.0]))
    x, value = maximise(bowl, flat, tolerance=1e-8)
    assert x[1] == 0.5
    assert value == pytest.approx(10.0 - 2.0 * 0.13**2, abs=1e-7)


def test_nothing_allowed_is_minus_infinity() -> None:
    _, value = maximise(lambda x, y, z: -np.inf + 0.0 * (x + y + z), UNIT, tolerance=1e-4)
    assert value == -np.inf


def test_few_rounds_of_few_points() -> None:
    asked: list[int] = []

    def counted(function: Score) -> Score:
        def score(x: Array, y: Array, z: Array) -> Array:
            asked.append(np.broadcast(x, y, z).size)
            return function(x, y, z)

        return score

    maximise(counted(bowl), UNIT, tolerance=1e-4)
    assert len(asked) <= 7
    assert sum(asked) <= 380


class TestCrest:
    x = np.linspace(0.0, 4.0, 5)

    def top(self, values: Array, **ends: float) -> tuple[float, float, bool]:
        found = crest(self.x[:, None], values[:, None], **{"low": 0.0, "high": 4.0, **ends})
        return float(found.top[0]), float(found.height[0]), bool(found.strays[0])

    @pytest.mark.parametrize("at", [0.4, 1.1, 2.0, 2.7, 3.6])
    def test_of_a_parabola(self, at: float) -> None:
        top, height, strays = self.top(7.0 - 0.3 * (self.x - at) ** 2)
        assert top == pytest.approx(at)
        assert height == pytest.approx(7.0)
        assert not strays

    @pytest.mark.parametrize("at", [1.2, 1.5, 1.9, 2.0, 2.4, 2.8])
    @pytest.mark.parametrize("bend", [0.0, 0.1])
    def test_of_a_kink(self, at: float, bend: float) -> None:
        aside = self.x - at
        values = 7.0 + np.minimum(2.0 * aside, -0.7 * aside) - bend * aside**2
        top, height, _ = self.top(values)
        assert top == pytest.approx(at)
        assert height == pytest.approx(7.0)

    def test_of_a_line_that_rises_to_its_end(self) -> None:
        assert self.top(self.x) == (4.0, 4.0, False)
        assert self.top(self.x, high=9.0) == (4.0, 4.0, True)
        assert self.top(-self.x, low=-9.0) == (0.0, 0.0, True)

    def test_of_a_line_with_holes(self) -> None:
        values = np.array([-np.inf, 3.0, 4.0, -np.inf, -np.inf])
        assert self.top(values)[:2] == (2.0, 4.0)
        assert self.top(np.full(5, -np.inf))[1] == -np.inf

    def test_of_a_longer_line(self) -> None:
        x = np.linspace(0.0, 1.0, 9)
        found = crest(x[:, None], -((x - 0.83) ** 2)[:, None], low=0.0, high=1.0)
        assert float(found.top[0]) == pytest.approx(0.83)
