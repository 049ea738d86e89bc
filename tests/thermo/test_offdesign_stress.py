"""Far from design, thousands of times: a solution, or a reason that physics gives."""

from collections import Counter
from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from orcplant.thermo import geofluid as geo
from orcplant.thermo.offdesign import Boundary, Control, Means, OperatingPoint, Stop, rate
from tests.thermo.recheck import solved_again
from tests.thermo.support import KELVIN
from tests.thermo.units import designed, unit

# Five fluids and more: Isopentane, n-Butane, R1336mzz(E), R1233zd(E), R245fa, Isobutane.
UNITS: Final = ("simple", "superheated", "recuperated", "water-cooled R245fa", "optimised", "two-phase")


def far_off(layout: str, n: int, *, seed: int = 2026) -> Boundary:
    """Brine 115-165 C and 12-60 kg/s, sink 2-35 C; two-phase brine up to 15 % of steam."""
    rng, design = np.random.default_rng(seed), unit(layout).design
    T, flow = rng.uniform(115.0, 165.0, n) + KELVIN, rng.uniform(12.0, 60.0, n)
    T_sink = rng.uniform(2.0, 35.0, n) + KELVIN
    if np.isnan(design.quality):
        return Boundary(geo.liquid(T=T, p=12e5, mass_flow=flow), T_sink, design.p_coolant)
    brine = geo.two_phase(T=T, quality=rng.uniform(0.0, 0.15, n), mass_flow=flow)
    return Boundary(brine, T_sink, design.p_coolant)


def reasons(point: OperatingPoint) -> Counter[Stop]:
    return Counter(Stop(int(reason)) for reason in np.ravel(point.status.reason))


@pytest.mark.parametrize("layout", ["water-cooled", "water-cooled R245fa"])
@pytest.mark.parametrize("means", list(Means))
def test_two_hundred_points_all_have_an_answer(layout: str, means: Means) -> None:
    """The grid on which TESPy 0.11.3 solves 142, 182 or 200 of 200, depending on its wiring."""
    at = far_off(layout, 200)
    point = rate(unit(layout), at, Control(means=means))
    assert reasons(point) == {Stop.RUNS: 200}
    assert np.min(point.net) > 0.0
    assert np.min(point.level.pinch_heater) > 0.0
    assert np.min(point.pinch_condenser) > 0.0
    assert np.max(point.gross) <= unit(layout).generator.rating * (1.0 + 1e-8)


@pytest.mark.parametrize("layout", ["water-cooled", "water-cooled R245fa"])
def test_all_two_hundred_hold_on_the_reference_equation(layout: str) -> None:
    at = far_off(layout, 200)
    point = rate(unit(layout), at)
    again = solved_again(designed(layout), at, point)
    assert np.all(again.status.ok)
    np.testing.assert_allclose(point.level.mass_flow, again.levels[0].mass_flow, rtol=2e-5)
    np.testing.assert_allclose(point.net, again.power.net, rtol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("layout", UNITS)
def test_twenty_thousand_points_all_have_an_answer(layout: str) -> None:
    """Wide limits, so that every point has one; 20,000 for each of six units.

    Where brine is at its coolest and scarcest and air at its warmest the shaft no longer covers the losses of
    the generator.
    """
    point = rate(unit(layout), far_off(layout, 20_000, seed=7))
    found = reasons(point)
    allowed = {Stop.RUNS, Stop.BELOW_MINIMUM_LOAD}
    if layout == "two-phase":
        allowed.add(Stop.GEOFLUID_FREEZES)
    assert set(found) <= allowed
    assert found[Stop.BELOW_MINIMUM_LOAD] < 20
    stopped = np.equal(point.status.reason, Stop.BELOW_MINIMUM_LOAD)
    assert np.all(np.abs(np.asarray(point.status.value)[stopped]) < 0.02 * unit(layout).generator.rating)
    runs = np.asarray(point.ok)
    assert np.sum(runs) > 19_000
    assert np.nanmin(point.gross[runs]) > 0.0
    assert np.nanmax(point.gross) <= unit(layout).generator.rating * (1.0 + 1e-8)
    assert np.nanmin(point.level.pinch_heater) > 0.0
    assert np.nanmin(point.pinch_condenser) > 0.0
    shaft = point.level.mass_flow * (point.level.expander_in.h - point.level.expander_out.h)
    closure = (point.heat_in + point.pump - point.condenser - shaft) / point.heat_in
    assert np.nanmax(np.abs(closure)) < 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("layout", UNITS)
@pytest.mark.parametrize("means", list(Means))
def test_with_every_limit_close_each_point_has_a_reason(layout: str, means: Means) -> None:
    """Pressures, return, load and pump bounded just around design: 4,000 points, none without a reason."""
    design = unit(layout)
    expander = design.level.expander
    hardware = unit(
        layout,
        p_cond_min=0.85 * expander.p_out,
        p_cond_max=1.2 * expander.p_out,
        p_evap_max=1.05 * expander.p_in,
        T_return_min=70.0 + KELVIN,
        load_min=0.15,
    )
    pump = replace(hardware.level.pump, speed_max=1.05)
    hardware = replace(hardware, levels=(replace(hardware.level, pump=pump),))
    point = rate(hardware, far_off(layout, 4_000, seed=5), Control(means=means))
    found = reasons(point)
    assert Stop.NOT_SETTLED not in found, found
    assert Stop.OUTSIDE_PROPERTIES not in found
    assert found[Stop.RUNS] > 400
    limits = hardware.limits
    assert np.nanmin(point.level.p_cond) >= limits.p_cond_min * (1.0 - 1e-6)
    assert np.nanmax(point.level.p_cond) <= limits.p_cond_max * (1.0 + 1e-6)
    assert np.nanmax(point.level.p_evap) <= limits.p_evap_max * (1.0 + 1e-6)
    assert np.nanmin(point.T_return) >= limits.T_return_min - 1e-3
    assert np.nanmin(point.gross) >= 0.15 * hardware.generator.rating
    assert np.nanmax(point.level.pump_speed) <= 1.05 + 1e-6
