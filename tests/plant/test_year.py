"""A year of a plant: sums, balances, directions, outages."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import ArrayLike

from orcplant.plant.climate import HOURS, Measured, Weather, monthly_means
from orcplant.plant.fans import fan_speeds
from orcplant.plant.outages import UnitGroup, available_units, expected_availability
from orcplant.plant.sizing import size
from orcplant.plant.spec import Availability, PlantSpec
from orcplant.plant.year import (
    YearResult,
    limit_hours,
    simulate_year,
    steps,
    stop_hours,
    times,
)
from orcplant.thermo.offdesign import Boundary, Control, Flag, Limit, Stop, design_boundary, rate
from tests.plant.plants import KELVIN, pilot, sized_pilot, tiny
from tests.plant.steel import large_unit, pilot_units

FEW = Availability(unit=0.95, plant=0.9)


@cache
def large_plant() -> tuple[PlantSpec, tuple[UnitGroup, ...], tuple[int, ...]]:
    plant = tiny()
    best = size(plant).best
    (block,) = best.blocks
    return plant, (UnitGroup("", large_unit(), block.count, block.spare),), best.wells


@cache
def large_year() -> YearResult:
    return simulate_year(*large_plant())


def in_weather(T_degC: ArrayLike, plant: PlantSpec) -> PlantSpec:
    """The plant under temperatures repeated over the year."""
    T = np.resize(np.atleast_1d(T_degC), HOURS) + KELVIN
    return replace(plant, climate=Measured(tuple(T), (plant.site.p_ambient,) * HOURS, "test"))


def test_sums_and_balances() -> None:
    year = large_year()
    plant, (group,), _ = large_plant()
    own = year.auxiliaries
    assert year.net == pytest.approx(year.gross - own.total)
    assert np.all(own.station_service == plant.station_service * year.installed)
    assert year.installed == pytest.approx(group.count * 3e6)
    assert year.capacity_factor == pytest.approx(np.mean(year.net) / year.installed)
    assert 0.3 < year.capacity_factor < 1.0
    assert year.residuals.energy < 1e-6
    assert year.residuals.mass < 1e-6
    assert year.produced == pytest.approx(np.sum(year.mass_flow) * 3600.0)


def test_every_hour_is_the_unit_s_own_operating_point() -> None:
    year = large_year()
    plant, (group,), wells = large_plant()
    (one,) = year.groups
    brine = replace(year.geofluid, mass_flow=group.hardware.design.mass_flow)
    assert float(year.geofluid.mass_flow) > group.count * group.hardware.design.mass_flow * 0.999
    for hour in (0, 1234, 5000, 8759):
        there = Boundary(brine, year.weather.T[hour], year.weather.p[hour])
        unit = rate(group.hardware, there, Control(fan_speed=float(one.point.fan_speed[hour])))
        running = int(year.running[hour])
        assert year.gross[hour] == pytest.approx(running * unit.gross, rel=1e-8)
        assert year.mass_flow[hour] == pytest.approx(running * unit.geofluid_flow, rel=1e-8)
        assert year.T_reinjection[hour] == pytest.approx(unit.T_return, abs=1e-6)
        assert year.auxiliaries.cooling[hour] == pytest.approx(running * unit.cooler, rel=1e-8)
    assert sum(wells) > 0
    assert plant.site.p_ambient == year.weather.p[0]


def test_frame_has_the_columns_of_the_contract() -> None:
    frame = large_year().to_frame()
    assert list(frame.columns) == [
        "time",
        "T_ambient_C",
        "net_power_kW",
        "gross_power_kW",
        "auxiliary_kW",
        "mass_flow_kg_s",
        "T_reinjection_C",
        "units_running",
        "heat_kW",
    ]
    assert len(frame) == HOURS
    assert frame["units_running"].dtype.kind == "i"
    assert frame["net_power_kW"].sum() * 3.6e6 == pytest.approx(large_year().net_energy, rel=1e-12)
    assert str(frame["time"].iloc[0]) == "2001-01-01 00:00:00"
    assert str(frame["time"].iloc[-1]) == "2001-12-31 23:00:00"
    assert len(np.unique(times())) == HOURS


def test_warm_hours_give_less_power_and_warmer_brine() -> None:
    plant, groups, wells = large_plant()
    T = np.linspace(-25.0, 38.0, 24)
    year = simulate_year(in_weather(T, plant), groups, wells)
    day = int(np.flatnonzero(year.running.reshape(-1, 24).min(axis=1) == groups[0].count)[0])
    net = year.net.reshape(-1, 24)[day]
    assert np.all(np.diff(net) < 1e-4 * year.installed)
    assert np.all(np.diff(year.T_reinjection.reshape(-1, 24)[day]) > -0.02)
    # Air-cooled binary plants lose up to half their power on hot days (NREL/TP-5500-58024).
    at = {round(t): value for t, value in zip(T, net, strict=True)}
    assert 0.2 < 1.0 - at[35] / np.interp(10.0, T, net) < 0.75


def test_limits_of_the_plant_hold_in_every_hour() -> None:
    year, plant = large_year(), large_plant()[0]
    (one,) = year.groups
    assert np.all(one.point.gross <= one.group.hardware.generator.rating * (1.0 + 1e-6))
    assert np.all(year.T_reinjection >= plant.limits.T_reinjection_min - 1e-3)
    assert np.all(one.point.level.p_cond >= plant.limits.p_cond_min * (1.0 - 1e-6))
    hours = limit_hours(year)
    assert Limit.RATING in hours
    assert all(0.0 < value <= HOURS for value in hours.values())
    assert stop_hours(year) == {}


def test_fans_slow_down_where_that_gives_more() -> None:
    plant, (group,), _ = large_plant()
    hours = large_year().weather
    brine = design_boundary(group.hardware).geofluid
    speed = fan_speeds(group.hardware, brine, hours)
    some = np.argsort(hours.T)[::400]
    there = Boundary(brine, hours.T[some], hours.p[some])
    best = np.full(len(some), -np.inf)
    for tried in np.linspace(0.2, 1.0, 17):
        point = rate(group.hardware, there, Control(fan_speed=float(tried)))
        best = np.fmax(best, np.asarray(point.net))
    chosen = np.array(
        [
            rate(
                group.hardware, Boundary(brine, hours.T[k], hours.p[k]), Control(fan_speed=float(speed[k]))
            ).net
            for k in some
        ]
    )
    assert np.all(chosen > 0.998 * best)
    assert np.all(speed[hours.T < 263.15] < 0.7)
    assert plant.site.p_ambient > 0.0


def test_it_never_pays_to_leave_the_range_of_the_turbine_s_factors() -> None:
    """Fans, power and reinjection go over the weather without a step, also where the turbine is out of it."""
    plant, (group,), _ = large_plant()
    T = np.linspace(8.0, 36.0, 113)
    hours = Weather(T + KELVIN, np.full(len(T), plant.site.p_ambient))
    brine = design_boundary(group.hardware).geofluid
    speed = fan_speeds(group.hardware, brine, hours)
    point = rate(group.hardware, Boundary(brine, hours.T, hours.p), Control(fan_speed=speed))
    out = (point.flags & Flag.EFFICIENCY_RANGE) != 0
    assert 10 < np.sum(out) < 100
    assert np.max(np.abs(np.diff(speed))) < 0.03
    assert np.max(np.abs(np.diff(point.gross))) < 0.015 * group.hardware.generator.rating
    assert np.max(np.abs(np.diff(point.T_return))) < 0.3


def test_a_unit_that_cannot_run_stands_still_and_says_why() -> None:
    plant, groups, wells = large_plant()
    cold = replace(groups[0].hardware, limits=replace(groups[0].hardware.limits, load_min=0.99))
    year = simulate_year(in_weather([0.0, 36.0], plant), (replace(groups[0], hardware=cold),), wells)
    hot = year.weather.T > 300.0
    assert np.all(year.running[hot] == 0)
    assert np.all(year.gross[hot] == 0.0)
    assert np.all(year.mass_flow[hot] == 0.0)
    assert np.all(np.isnan(year.T_reinjection[hot]))
    # What stands still still needs its lights.
    assert np.all(year.net[hot] == -plant.station_service * year.installed)
    assert stop_hours(year) == {Stop.BELOW_MINIMUM_LOAD: HOURS / 2}
    assert year.residuals.energy < 1e-6


def test_no_hour_of_operation_is_a_year_too() -> None:
    plant, groups, wells = large_plant()
    never = replace(groups[0].hardware, limits=replace(groups[0].hardware.limits, load_min=0.9999999))
    year = simulate_year(in_weather(38.0, plant), (replace(groups[0], hardware=never),), wells)
    assert year.produced == 0.0
    assert year.capacity_factor == pytest.approx(-plant.station_service)
    assert year.residuals.mass == 0.0


def test_two_different_units_share_one_well() -> None:
    best = sized_pilot().best
    groups = [
        UnitGroup(block.name, hardware, block.count, block.spare)
        for block, hardware in zip(best.blocks, pilot_units(), strict=True)
    ]
    told: list[str] = []
    year = simulate_year(pilot(), groups, best.wells, progress=told.append)
    assert len(told) == steps(groups) == 2
    assert set(np.unique(year.running)) <= {0, 1, 2}
    assert np.mean(year.running) == pytest.approx(2 * 0.95, abs=0.01)
    assert year.installed == pytest.approx(580e3)
    flows = year.groups[0].total(year.groups[0].point.geofluid_flow)
    assert np.all(year.mass_flow >= flows)
    assert year.residuals.energy < 1e-6
    # Each unit has its own bad days.
    first, second = (one.available for one in year.groups)
    assert not np.array_equal(first, second)


def test_less_brine_than_designed_for_is_shared() -> None:
    plant, groups, wells = large_plant()
    one_well = tuple(min(n, 1) for n in wells)
    year = simulate_year(in_weather(10.0, plant), groups, one_well)
    assert np.all(year.mass_flow <= float(year.geofluid.mass_flow) * (1.0 + 1e-9))


@pytest.mark.parametrize(("count", "spare"), [(1, 0), (2, 0), (7, 1), (20, 2), (80, 4)])
def test_outages_are_binomial(count: int, spare: int) -> None:
    group = UnitGroup("", large_unit(), count, spare)
    up = available_units(group, FEW)
    assert up.shape == (HOURS,)
    assert np.all(up.reshape(-1, 24) == up[::24, None])  # whole days
    assert up.max() == count
    assert np.mean(up) / count == pytest.approx(expected_availability(group, FEW), abs=2e-3)
    months = monthly_means(up.astype(float))
    assert np.ptp(months) / count < 0.12  # spread over the year


def test_expected_availability_by_hand() -> None:
    group = UnitGroup("", large_unit(), 1, 1)
    assert expected_availability(group, FEW) == pytest.approx(1.0 - 0.05**2)
    assert expected_availability(replace(group, spare=0), FEW) == pytest.approx(0.95)
    sure = Availability(unit=1.0, plant=0.9)
    assert np.all(available_units(replace(group, count=3), sure) == 3)
