"""The year made from normals: its means, extremes, days and seeds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orcplant.plant.climate import (
    DAY,
    HOURS,
    MONTH,
    Measured,
    Normals,
    course_of_day,
    monthly_means,
    smooth_through,
    weather,
)
from orcplant.thermo.state import Array
from tests.plant.plants import KELVIN, tianzhen

P_SITE = 0.897e5


def normals() -> Normals:
    climate = tianzhen().climate
    assert isinstance(climate, Normals)
    return climate


def year(climate: Normals) -> Array:
    return weather(climate, P_SITE).T


def test_monthly_means_are_the_normals() -> None:
    given_ = normals()
    for seed in range(5):
        T = year(replace(given_, seed=seed))
        assert T.shape == (HOURS,)
        assert monthly_means(T) == pytest.approx(np.array(given_.T_monthly), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(
    means=st.lists(st.floats(230.0, 310.0), min_size=12, max_size=12),
    diurnal=st.floats(0.0, 25.0),
    spells=st.floats(0.0, 8.0),
    memory=st.floats(0.0, 0.95),
    seed=st.integers(0, 1000),
)
def test_any_normals_are_met(
    means: list[float], diurnal: float, spells: float, memory: float, seed: int
) -> None:
    T = year(Normals(tuple(means), diurnal, spells, 0.5 * spells, memory, seed))
    assert np.max(np.abs(monthly_means(T) - means)) < 1e-6


def test_extremes_are_those_of_the_site() -> None:
    """Tianzhen knows -28 C (press) and -37.4 C on record; Datong beside it 39.2 C on record."""
    coldest = [year(replace(normals(), seed=seed)).min() - KELVIN for seed in range(20)]
    warmest = [year(replace(normals(), seed=seed)).max() - KELVIN for seed in range(20)]
    assert -31.0 < np.mean(coldest) < -22.0
    assert min(coldest) > -37.4
    assert 31.0 < np.mean(warmest) < 37.0
    assert max(warmest) < 39.2


def test_the_same_seed_gives_the_same_year() -> None:
    assert np.array_equal(year(normals()), year(normals()))
    assert not np.array_equal(year(normals()), year(replace(normals(), seed=7)))


def test_days_swing_as_told() -> None:
    calm = replace(normals(), spells_january=0.0, spells_july=0.0)
    days = year(calm).reshape(-1, DAY)
    # The season itself moves by up to 0.3 K within a day.
    assert np.mean(np.ptp(days, axis=1)) == pytest.approx(calm.diurnal_range, abs=0.1)
    assert np.all((np.argmax(days, axis=1) >= 12) & (np.argmax(days, axis=1) <= 15))
    assert np.all((np.argmin(days, axis=1) >= 3) & (np.argmin(days, axis=1) <= 5))


def test_spells_are_as_wide_and_as_long_as_told() -> None:
    climate = replace(normals(), spells_january=4.0, spells_july=4.0, memory=0.7)
    season = smooth_through(np.array(climate.T_monthly)).reshape(-1, DAY).mean(axis=1)
    found = [year(replace(climate, seed=seed)).reshape(-1, DAY).mean(axis=1) - season for seed in range(30)]
    # Monthly means are held, which takes a part of the longest spells away.
    assert 3.0 < np.std(found) < 4.0
    follow = np.mean([np.corrcoef(days[:-1], days[1:])[0, 1] for days in found])
    assert 0.55 < follow < 0.8


def test_nothing_jumps_at_midnight_or_at_the_end_of_a_month() -> None:
    T = year(normals())
    hourly = np.abs(np.diff(T, append=T[0]))
    ends = np.flatnonzero(np.diff(MONTH))
    assert hourly.max() < 5.0
    assert hourly[ends].max() < np.percentile(hourly, 99.0)


def test_a_flat_climate_is_flat() -> None:
    flat = Normals((280.0,) * 12, 0.0, 0.0, 0.0, 0.5, 1)
    assert year(flat) == pytest.approx(280.0, abs=1e-9)


def test_course_of_day_has_no_mean_and_unit_range() -> None:
    course = course_of_day()
    assert np.mean(course) == pytest.approx(0.0, abs=1e-12)
    assert np.ptp(course) == pytest.approx(1.0)


def test_measured_hours_stay_as_they_are() -> None:
    T = tuple(np.linspace(260.0, 300.0, HOURS))
    p = tuple(np.linspace(8.9e4, 9.1e4, HOURS))
    found = weather(Measured(T, p, "x.csv"), P_SITE)
    assert np.array_equal(found.T, T)
    assert np.array_equal(found.p, p)
    assert np.all(weather(normals(), P_SITE).p == P_SITE)
