"""The map of a unit says what direct solves say, and nothing outside its axes."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orcplant.errors import InputError
from orcplant.plant.map_file import load_map, save_map
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.hardware import Hardware
from orcplant.thermo.offdesign import Boundary, Control, Limit, Means, Stop, rate
from orcplant.thermo.offdesign.machinery import terminal_power
from orcplant.thermo.unit_map import UnitMap, build_map, default_axes, fingerprint, rate_by_map
from orcplant.thermo.unit_map.branches import Axes, Place
from orcplant.thermo.unit_map.build import settled_branches
from tests.thermo.support import KELVIN
from tests.thermo.units import unit

LIMITED = {"T_return_min": 60.0 + KELVIN, "load_min": 0.2, "p_cond_min": 0.897e5}


@cache
def mapped(layout: str) -> UnitMap:
    return build_map(unit(layout, **LIMITED))


def anywhere(hardware: Hardware, n: int, seed: int) -> Boundary:
    rng, point = np.random.default_rng(seed), hardware.design
    brine = Geofluid(
        rng.uniform(point.T - 30.0, point.T + 5.0, n),
        point.p,
        np.nan,
        point.mass_flow * rng.uniform(0.5, 1.15, n),
    )
    return Boundary(brine, rng.uniform(-28.0, 40.0, n) + KELVIN, point.p_coolant)


@pytest.mark.parametrize("layout", ["optimised", "recuperated"])
def test_error_of_a_map_is_below_what_a_dispatch_may_lose(layout: str) -> None:
    """0.3 % of rated power and 1 K of brine outlet at the 99th percentile of 5,000 random points."""
    error = mapped(layout).error
    assert 0.0 < error.gross[0] < 3e-3
    assert 0.0 < error.T_out[0] < 1.0
    assert error.T_cond[0] < 0.5
    assert all(high >= low for low, high in (error.gross, error.T_out, error.T_cond))


def test_stored_error_is_found_again_at_other_points() -> None:
    found = mapped("optimised")
    hardware, axes, rng = found.hardware, found.branches.axes, np.random.default_rng(77)
    n = 1500
    place = Place(*(rng.uniform(getattr(axes, k)[0], getattr(axes, k)[-1], n) for k in Axes.__slots__))
    truth, looked_up = settled_branches(hardware, place), found.branches.look_up(place)
    gross = [terminal_power(hardware.generator, b.shaft_power(hardware)) for b in (truth, looked_up)]
    off = np.abs(gross[0] - gross[1]) / hardware.generator.rating
    assert np.percentile(off, 95.0) < found.error.gross[0]


@pytest.mark.parametrize("means", [Means.BRINE_VALVE, Means.BYPASS])
def test_limits_act_after_the_look_up_as_they_do_in_direct_solves(means: Means) -> None:
    found = mapped("optimised")
    boundary = anywhere(found.hardware, 1500, seed=4)
    direct = rate(found.hardware, boundary, Control(means=means))
    by_map = rate_by_map(found, boundary, Control(means=means))
    both = np.asarray(direct.ok) & np.asarray(by_map.status.ok)
    assert np.mean(both) > 0.8
    # Points on the edge of least load may fall either way.
    assert np.mean(direct.status.reason != by_map.status.reason) < 0.01
    for limit in (Limit.RATING, Limit.T_RETURN, Limit.P_COND_LOW):
        assert np.mean((direct.limits & limit) == (by_map.limits & limit)) > 0.99
        assert np.any(by_map.limits[both] & limit)
    rating, flow = found.hardware.generator.rating, found.hardware.design.mass_flow
    scales = {"gross": rating, "net": rating, "geofluid_flow": flow}
    for name, scale in scales.items():
        off = np.abs(getattr(direct, name) - getattr(by_map, name))[both] / scale
        assert np.percentile(off, 99.0) < 3e-3, name
    for name in ("T_geofluid_out", "T_return", "T_cond"):
        expected = getattr(direct.level, name) if name == "T_cond" else getattr(direct, name)
        assert np.percentile(np.abs(expected - getattr(by_map, name))[both], 99.0) < 0.5, name


def test_limits_hold() -> None:
    found = mapped("optimised")
    point = rate_by_map(found, anywhere(found.hardware, 3000, seed=5))
    ok, limits = np.asarray(point.status.ok), found.hardware.limits
    assert np.max(point.gross[ok]) <= found.hardware.generator.rating * (1.0 + 1e-4)
    assert np.min(point.T_return[ok]) >= limits.T_return_min - 1e-2
    assert np.min(point.gross[ok]) >= limits.load_min * found.hardware.generator.rating
    assert np.all(np.isnan(point.gross[~ok]))


@given(T=st.floats(120.0, 165.0), flow=st.floats(0.3, 1.2), air=st.floats(-30.0, 44.0))
@settings(max_examples=40, deadline=None)
def test_energy_of_the_geofluid_balances(T: float, flow: float, air: float) -> None:
    found = mapped("optimised")
    design = found.hardware.design
    boundary = Boundary(
        Geofluid(T + KELVIN, design.p, np.nan, flow * design.mass_flow), air + KELVIN, design.p_coolant
    )
    point = rate_by_map(found, boundary)
    if not np.all(point.status.ok):
        return
    assert point.net == pytest.approx(point.gross - point.pump - point.cooler)
    assert 0.0 <= point.bypass <= point.geofluid_flow <= flow * design.mass_flow * (1.0 + 1e-12)
    assert point.gross < point.heat_in


def test_array_is_a_loop_of_scalars() -> None:
    found = mapped("optimised")
    boundary = anywhere(found.hardware, 25, seed=6)
    together = rate_by_map(found, boundary)
    for k in range(25):
        brine = boundary.geofluid
        one = Boundary(
            Geofluid(
                float(np.asarray(brine.T)[k]), brine.p, brine.quality, float(np.asarray(brine.mass_flow)[k])
            ),
            float(np.asarray(boundary.T_coolant)[k]),
            boundary.p_coolant,
        )
        alone = rate_by_map(found, one)
        assert np.ndim(alone.gross) == 0
        np.testing.assert_allclose(alone.net, together.net[k], rtol=1e-9)
        assert alone.limits == together.limits[k]


@pytest.mark.parametrize(
    ("change", "stop"),
    [
        ({"T_coolant": 60.0 + KELVIN}, Stop.OUTSIDE_MAP),
        ({"T_coolant": -50.0 + KELVIN}, Stop.OUTSIDE_MAP),
        ({"p_coolant": 1.01325e5}, Stop.OUTSIDE_MAP),
        ({"T_coolant": np.nan}, Stop.OUTSIDE_PROPERTIES),
    ],
)
def test_nothing_is_extrapolated(change: dict[str, Any], stop: Stop) -> None:
    found = mapped("optimised")
    boundary = replace(anywhere(found.hardware, 3, seed=7), **change)
    point = rate_by_map(found, boundary)
    assert set(np.asarray(point.status.reason).tolist()) == {stop}
    assert np.all(np.isnan(point.gross))


@pytest.mark.parametrize(("T", "flow"), [(200.0, 1.0), (90.0, 1.0), (150.0, 1.5)])
def test_brine_outside_the_axes_stops(T: float, flow: float) -> None:
    found = mapped("optimised")
    design = found.hardware.design
    brine = Geofluid(T + KELVIN, 20e5, np.nan, flow * design.mass_flow)
    point = rate_by_map(found, Boundary(brine, 283.15, design.p_coolant))
    assert point.status.reason == Stop.OUTSIDE_MAP


def test_no_flow_stops_without_touching_its_neighbour() -> None:
    found = mapped("optimised")
    design = found.hardware.design
    brine = Geofluid(design.T, design.p, np.nan, np.array([0.0, design.mass_flow]))
    point = rate_by_map(found, Boundary(brine, design.T_coolant, design.p_coolant))
    assert np.asarray(point.status.reason).tolist() == [Stop.NO_GEOFLUID, Stop.RUNS]
    assert point.net[1] == pytest.approx(design.net, rel=3e-3)


@pytest.mark.parametrize("control", [Control(means=Means.INLET_VALVE), Control(superheat=3.0)])
def test_what_the_map_does_not_know_is_refused(control: Control) -> None:
    found = mapped("optimised")
    with pytest.raises(InputError, match="brine valve or bypass"):
        rate_by_map(found, anywhere(found.hardware, 1, seed=1), control)


def test_a_two_phase_unit_has_steam_as_an_axis() -> None:
    hardware = unit("two-phase")
    axes = default_axes(hardware)
    assert len(axes.quality) > 1
    small = replace(
        axes,
        T_coolant=np.linspace(270.0, 300.0, 4),
        T_geofluid=hardware.design.T + np.linspace(-15.0, 0.0, 4),
        flow=np.geomspace(0.7, 1.0, 4),
        fan_speed=np.geomspace(0.5, 1.0, 4),
    )
    found = build_map(hardware, small)
    assert found.error.gross[0] < 5e-3
    design = hardware.design
    brine = Geofluid(design.T, design.p, np.array([0.02, 0.05]), design.mass_flow)
    boundary = Boundary(brine, design.T_coolant, design.p_coolant)
    np.testing.assert_allclose(rate_by_map(found, boundary).gross, rate(hardware, boundary).gross, rtol=5e-3)


def test_a_map_is_saved_and_belongs_to_its_hardware(tmp_path: Path) -> None:
    found, path = mapped("optimised"), tmp_path / "unit.npz"
    save_map(found, path)
    again = load_map(found.hardware, path)
    boundary = anywhere(found.hardware, 50, seed=8)
    np.testing.assert_array_equal(rate_by_map(again, boundary).net, rate_by_map(found, boundary).net)
    assert again.error == found.error
    assert [p.name for p in tmp_path.iterdir()] == ["unit.npz"]
    other = replace(found.hardware, subcooling=found.hardware.subcooling + 0.1)
    assert fingerprint(other) != fingerprint(found.hardware)
    with pytest.raises(InputError, match="map of other hardware"):
        load_map(other, path)
    path.write_bytes(b"PK nothing")
    with pytest.raises(InputError, match="not the map of a unit"):
        load_map(found.hardware, path)


def test_pressure_of_the_geofluid_matters_little_until_it_is_refused() -> None:
    found = mapped("optimised")
    boundary = anywhere(found.hardware, 200, seed=9)

    def under(dp: float) -> Boundary:
        return replace(boundary, geofluid=replace(boundary.geofluid, p=found.hardware.design.p + dp))

    for dp in (5e5, 14e5):
        direct, by_map = rate(found.hardware, under(dp)), rate_by_map(found, under(dp))
        both = np.asarray(direct.ok) & np.asarray(by_map.status.ok)
        off = np.abs(direct.gross - by_map.gross)[both] / found.hardware.generator.rating
        assert np.sum(both) > 100
        assert np.percentile(off, 99.0) < 3e-3
    assert set(np.ravel(rate_by_map(found, under(16e5)).status.reason)) == {Stop.OUTSIDE_MAP}
