"""Investment: sums, economy of scale, and the learning of a series."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.plant.capital import Capital, Machine, capital, unit_cost
from orcplant.plant.spec import Costs

COSTS = Costs(
    reference_rating=1e6,
    unit_reference=9e6,
    recuperator=0.05,
    scale_exponent=0.8,
    learning=0.9,
    production_well=12e6,
    injection_well=10e6,
    gathering=60e3,
    station=1.5,
    indirect=0.1,
    plan_specific=20.0,
)


def plant(**changes: Any) -> Capital:
    start: dict[str, Any] = {
        "machines": (Machine(1e6, False),) * 4,
        "production_wells": 2,
        "injection_wells": 3,
        "mass_flow": 100.0,
        "installed": 3e6,
    }
    return capital(COSTS, **(start | changes))


def test_the_items_by_hand() -> None:
    found = plant()
    # Wright: the n-th of a series costs n ** log2(0.9) of the first.
    series = 9e6 * (1.0 + 0.9 + 3.0 ** np.log2(0.9) + 0.81)
    assert found.units == pytest.approx(series)
    assert found.production_wells == 24e6
    assert found.injection_wells == 30e6
    assert found.gathering == pytest.approx(6e6)
    assert found.station == pytest.approx(4.5e6)
    assert found.indirect == pytest.approx(0.1 * (series + 24e6 + 30e6 + 6e6 + 4.5e6))
    assert found.total == pytest.approx(1.1 * (series + 64.5e6))


def test_the_total_is_the_sum_of_the_items() -> None:
    found = plant()
    assert found.total == pytest.approx(sum(getattr(found, item.name) for item in fields(found)), rel=1e-15)


def test_units_of_different_kinds_are_series_of_their_own() -> None:
    small, large, recuperated = Machine(1e6, False), Machine(2e6, False), Machine(1e6, True)
    mixed = plant(machines=(small, large, recuperated, small, large, recuperated)).units
    apart = sum(plant(machines=(kind, kind)).units for kind in (small, large, recuperated))
    assert mixed == pytest.approx(apart, rel=1e-12)


def test_a_recuperator_has_its_price() -> None:
    bare, with_one = (unit_cost(COSTS, rating=2e6, number=5, recuperated=r) for r in (False, True))
    assert with_one == pytest.approx(1.05 * bare)


def test_nothing_built_costs_nothing() -> None:
    nothing = plant(machines=(), production_wells=0, injection_wells=0, mass_flow=0.0, installed=0.0)
    assert nothing.total == 0.0
    assert unit_cost(COSTS, rating=1e6, number=0) == 0.0


@given(rating=st.floats(1e3, 1e8), number=st.integers(1, 300))
def test_scale_and_series(rating: float, number: int) -> None:
    found = unit_cost(COSTS, rating=rating, number=number)
    first = unit_cost(COSTS, rating=rating, number=1)
    assert first == pytest.approx(9e6 * (rating / 1e6) ** 0.8)
    # The mean of a falling series lies between its last and its first.
    last = first * number ** np.log2(0.9)
    assert last * (1.0 - 1e-12) <= found <= first * (1.0 + 1e-12)
    assert unit_cost(COSTS, rating=rating, number=number + 1) < found
    double = unit_cost(COSTS, rating=2.0 * rating, number=number)
    assert double == pytest.approx(2.0**0.8 * found)


def test_no_learning_and_no_economy_of_scale() -> None:
    plain = replace(COSTS, learning=1.0, scale_exponent=1.0)
    assert unit_cost(plain, rating=3e6, number=7) == pytest.approx(27e6)
