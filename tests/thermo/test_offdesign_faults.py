"""Questions without an operating point: each its reason, its two sides, and no harm to its neighbours."""

from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from orcplant.thermo import geofluid as geo
from orcplant.thermo.geofluid import Geofluid
from orcplant.thermo.offdesign import Boundary, Control, OperatingPoint, Stop, rate
from tests.thermo.support import KELVIN
from tests.thermo.units import meeting, unit

NAN: Final = float("nan")


def _asked(
    *, T: float = 150.0, p: float = 12e5, flow: float = 50.0, T_air: float = 20.0, p_air: float = 1.01325e5
) -> Boundary:
    return Boundary(geo.liquid(T=T + KELVIN, p=p, mass_flow=flow), T_air + KELVIN, p_air)


FAULTS: Final = {
    "no flow": (_asked(flow=0.0), Control(), Stop.NO_GEOFLUID),
    "flow backwards": (_asked(flow=-3.0), Control(), Stop.NO_GEOFLUID),
    "flow unknown": (_asked(flow=NAN), Control(), Stop.NO_GEOFLUID),
    "brine temperature unknown": (_asked(T=NAN), Control(), Stop.OUTSIDE_PROPERTIES),
    "brine boils": (_asked(T=195.0), Control(), Stop.OUTSIDE_PROPERTIES),
    "brine hotter than its fit": (_asked(T=330.0, p=190e5), Control(), Stop.OUTSIDE_PROPERTIES),
    "brine pressure unknown": (_asked(p=NAN), Control(), Stop.OUTSIDE_PROPERTIES),
    "air unknown": (_asked(T_air=NAN), Control(), Stop.OUTSIDE_PROPERTIES),
    "air of -80 C": (_asked(T_air=-80.0), Control(), Stop.OUTSIDE_PROPERTIES),
    "air without pressure": (_asked(p_air=0.1e5), Control(), Stop.OUTSIDE_PROPERTIES),
    "fans backwards": (_asked(), Control(fan_speed=-0.5), Stop.OUTSIDE_PROPERTIES),
    "fan speed unknown": (_asked(), Control(fan_speed=NAN), Stop.OUTSIDE_PROPERTIES),
    "negative superheat": (_asked(), Control(superheat=-2.0), Stop.OUTSIDE_PROPERTIES),
    "brine colder than air": (_asked(T=15.0), Control(), Stop.GEOFLUID_TOO_COLD),
    "brine as warm as air": (_asked(T=20.0), Control(), Stop.GEOFLUID_TOO_COLD),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named(name: str) -> None:
    at, control, reason = FAULTS[name]
    point = rate(unit(), at, control)
    assert point.status.reason == reason
    assert not point.ok
    assert np.isnan(point.net)
    assert np.isnan(point.level.p_evap)
    assert point.limits == 0
    assert point.flags == 0


def test_faults_leave_their_neighbours_alone() -> None:
    """All of them in one array, between points that run: these answer as if alone."""
    cases = [*FAULTS.values(), (_asked(), Control(), Stop.RUNS), (_asked(T_air=5.0), Control(), Stop.RUNS)]
    at = Boundary(
        Geofluid(
            *(
                np.array([getattr(one.geofluid, field) for one, _, _ in cases])
                for field in ("T", "p", "quality", "mass_flow")
            )
        ),
        np.array([one.T_coolant for one, _, _ in cases]),
        np.array([one.p_coolant for one, _, _ in cases]),
    )
    control = Control(
        fan_speed=np.array([one.fan_speed for _, one, _ in cases]),
        superheat=np.array([one.superheat for _, one, _ in cases]),
    )
    point = rate(unit(), at, control)
    np.testing.assert_array_equal(point.status.reason, [reason for _, _, reason in cases])
    alone = rate(unit(), _asked(T_air=5.0))
    assert point.net[-1] == pytest.approx(float(alone.net), rel=1e-9)
    assert point.level.p_evap[-1] == pytest.approx(float(alone.level.p_evap), rel=1e-9)
    assert np.all(np.isnan(point.net[:-2]))


def test_sides_of_a_violated_bound_are_told() -> None:
    cold = rate(unit(), _asked(T=15.0, T_air=20.0)).status
    assert cold.value == pytest.approx(15.0 + KELVIN)
    assert cold.limit == pytest.approx(20.0 + KELVIN)
    none = rate(unit(), _asked(flow=-3.0)).status
    assert none.value == -3.0
    assert none.limit == 0.0


@pytest.mark.parametrize("T_air", [-28.0, -50.0, 45.0])
def test_frost_and_heat_have_an_answer(T_air: float) -> None:
    """-28 C was met at Tianzhen; the site's record heat is far below 45 C."""
    point = rate(unit("optimised"), meeting(unit("optimised"), T_coolant_degC=T_air))
    assert point.status.reason == Stop.RUNS
    assert point.gross > 0.0


def test_water_that_would_boil_in_the_condenser_is_no_answer() -> None:
    """Cooling water at 0.05 bar boils at 33 C: colder than the outlet it would need."""
    hardware = unit("water-cooled")
    at = meeting(hardware)
    point = rate(hardware, replace(at, p_coolant=np.array([0.05e5, 2e5]), T_coolant=293.15))
    runs = [int(reason) == Stop.RUNS for reason in np.ravel(point.status.reason)]
    assert runs[1]
    if runs[0]:
        assert point.T_coolant_out[0] < 306.0


def test_brine_barely_warmer_than_air_makes_nothing() -> None:
    """From 115 C down to the air's temperature: the unit stops, and never for want of a solution."""
    T = np.concatenate([np.linspace(20.5, 115.0, 80), [20.0 + 1e-6]])
    point = rate(unit(), meeting(unit(), T_brine_degC=T, T_coolant_degC=20.0))
    reasons = {int(reason) for reason in np.ravel(point.status.reason)}
    assert reasons <= {Stop.RUNS, Stop.BELOW_MINIMUM_LOAD, Stop.GEOFLUID_TOO_COLD}
    assert Stop.RUNS in reasons
    assert len(reasons) > 1


def test_less_and_less_brine_ends_in_a_stop() -> None:
    """Down to a drop a second."""
    flow = np.geomspace(1e-4, 1.0, 60)
    point: OperatingPoint = rate(unit(), meeting(unit(), flow=flow))
    reasons = {int(reason) for reason in np.ravel(point.status.reason)}
    assert reasons == {Stop.RUNS, Stop.BELOW_MINIMUM_LOAD}
    # One threshold.
    assert np.sum(np.diff(np.asarray(point.ok).astype(int)) != 0) == 1


def test_far_too_much_brine_is_held_back() -> None:
    point = rate(unit(), meeting(unit(), flow=np.array([2.0, 10.0, 40.0])))
    assert np.all(point.status.reason == Stop.RUNS)
    assert np.all(point.gross <= unit().generator.rating * (1.0 + 1e-8))
