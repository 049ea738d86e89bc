"""What is published of plants off their design point, against units with the same brine and weather."""

from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.equip import ZoneAssumption, equip
from orcplant.thermo.hardware import Hardware
from orcplant.thermo.offdesign import Control, Flag, rate
from orcplant.thermo.offdesign.best import maximum_power
from orcplant.thermo.properties import Fluid
from orcplant.thermo.state import Array
from tests.thermo.designs import best, problem
from tests.thermo.units import EQUIPMENT, meeting

FLUIDS: Final = ("IsoButane", "Isopentane", "n-Butane", "R245fa", "R1233zd(E)")
T_BRINE: Final = 160.2  # [C]


def unrated(
    fluid: str, *, T_brine_degC: float = T_BRINE, T_air_degC: float = 10.0, U_superheat: float = 150.0
) -> Hardware:
    """Optimised air-cooled unit whose generator and evaporator never hold it back."""
    found = best(problem(fluid, T_brine_degC=T_brine_degC, T_air_degC=T_air_degC)).result.spec
    spec = replace(found, levels=tuple(replace(one, fluid=Fluid(one.fluid.name)) for one in found.levels))
    zone = ZoneAssumption(U_superheat, 0.4, 0.8, 0.8)
    hardware = equip(solve_cycle(spec), replace(EQUIPMENT, superheat=zone, p_evap_margin=3.0))
    return replace(hardware, generator=replace(hardware.generator, rating=1e9))


@pytest.mark.parametrize("fluid", FLUIDS)
def test_hot_days_cost_at_least_what_designs_for_them_lose(fluid: str) -> None:
    """Designs optimised anew for warmer air lose 1.8 to 2.0 % of power per kelvin at 160 C.

    Source: subcritical correlation of GEOPHIRES-X (after Augustine), net power at 5, 15 and 25 C ambient.
    Fixed hardware must lose more on the hot side of its design, and more with every kelvin. Seen: 2.15 to
    2.8 %/K between 10 and 25 C. Further up the turbine leaves the range its factors were made for.
    """
    hardware = unrated(fluid)
    T_air = np.array([10.0, 15.0, 20.0, 25.0])
    point = rate(hardware, meeting(hardware, T_coolant_degC=T_air))
    loss = -np.diff(np.asarray(point.net)) / np.diff(T_air) / hardware.design.net
    assert np.all(point.flags[:3] & Flag.EFFICIENCY_RANGE == 0)
    assert np.all(loss > 0.020)
    assert np.all(loss < 0.030)
    assert np.all(np.diff(loss) > 0.0)


@pytest.mark.parametrize("fluid", FLUIDS)
def test_the_hottest_days_cost_half_the_power(fluid: str) -> None:
    """Air-cooled binary plants lose up to 50 % on hot days; "50 percent or more" at Mammoth Pacific.

    Source: NREL/TP-5500-58024, abstract. Here, designed for 10 C, 20 K above it; 25 K above it the turbine is
    far outside the range of its factors, and loses more.
    """
    hardware = unrated(fluid)
    at = meeting(hardware, T_coolant_degC=np.array([25.0, 30.0, 35.0]))
    lost = 1.0 - np.asarray(rate(hardware, at).net) / hardware.design.net
    assert lost[0] < 0.42
    assert 0.45 < lost[1] < 0.53
    assert 0.5 < lost[2] < 0.65


@pytest.mark.parametrize("fluid", FLUIDS)
@pytest.mark.parametrize(("T_degC", "GETEM"), [(155.0, 0.930), (150.0, 0.843), (145.0, 0.766)])
def test_falling_brine_temperature_as_in_getem(fluid: str, T_degC: float, GETEM: float) -> None:
    """Net power over design as the brine of a 160.2 C design cools, dead state 10 C.

    Source: GETEM (US DOE), binary plant off its design temperature: share of the design's second-law
    efficiency = 130.8952 - 426.5406 r + 462.9957 r**2 - 166.3503 r**3 for r = T / T_design above 0.98 (in
    kelvin), else 1.0177 r**2.6237. A fit to other people's plants. Seen: from 1.1 points below to 0.5 above
    it for four fluids, 1.2 to 1.7 points below for isobutane.
    """
    hardware = unrated(fluid)
    point = rate(hardware, meeting(hardware, T_brine_degC=np.array([T_degC]), T_coolant_degC=10.0))
    tolerance = 0.018 if fluid == "IsoButane" else 0.012
    assert float(point.net[0]) / hardware.design.net == pytest.approx(GETEM, abs=tolerance)
    assert point.flags[0] == Flag.NONE


def _best_superheat(hardware: Hardware, T_air_degC: Array) -> tuple[Array, Array]:
    """Superheat [K] of most net power with fan speed free, and what it gains over none [-]."""
    superheat = np.array([0.0, 1.0, 2.0, 4.0, 7.0, 10.0, 14.0])
    at = meeting(hardware, T_coolant_degC=T_air_degC[:, None])
    net = np.asarray(maximum_power(hardware, at, Control(superheat=superheat)).net)
    return superheat[np.argmax(net, axis=1)], np.max(net, axis=1) / net[:, 0] - 1.0


AIR: Final = np.array([-20.0, -10.0, 0.0, 5.0, 10.0, 20.0, 25.0, 30.0, 35.0])


def test_superheat_pays_on_warm_days_only() -> None:
    """Ghasemi et al., Energy 50 (2013) 412-428 (abstract): best superheat above 0 only for warm air.

    Theirs is a flooded vaporiser, one coefficient from liquid to vapour, so the unit here gets the boiling
    zone's coefficient for its superheat. They find 1.7 C as the border; here it is 25 to 30 C for a
    design at 10 C: it moves with the turbine's design head, which is not published.
    """
    hardware = unrated("IsoButane", U_superheat=1000.0)
    superheat, gain = _best_superheat(hardware, AIR)
    np.testing.assert_array_equal(superheat[AIR <= 20.0], 0.0)
    assert np.all(superheat[AIR >= 30.0] > 0.0)
    assert np.all(np.diff(superheat) >= 0.0)
    assert 0.005 < gain[-1] < 0.04


def test_the_border_moves_with_the_air_a_unit_is_designed_for() -> None:
    """135 C brine, designed for air of 0 C: superheat pays from 20 C on rather than from 30 C."""
    warm, _ = _best_superheat(unrated("IsoButane", T_brine_degC=135.0, U_superheat=1000.0), AIR)
    cold, _ = _best_superheat(
        unrated("IsoButane", T_brine_degC=135.0, T_air_degC=0.0, U_superheat=1000.0), AIR
    )
    assert np.min(AIR[cold > 0.0]) < np.min(AIR[warm > 0.0])


def test_superheat_pays_because_it_gives_the_turbine_its_head_back() -> None:
    """Where it may turn as fast as its head asks, the turbine wants no superheat in any weather."""
    hardware = unrated("IsoButane", U_superheat=1000.0)
    expander = replace(hardware.level.expander, speed_range=(0.3, 2.0))
    free = replace(hardware, levels=(replace(hardware.level, expander=expander),))
    superheat, _ = _best_superheat(free, AIR)
    np.testing.assert_array_equal(superheat, 0.0)


def test_superheat_through_dry_vapour_never_pays() -> None:
    """A superheater with the coefficient of a vapour takes the area that evaporation needs."""
    _, gain = _best_superheat(unrated("IsoButane"), AIR)
    assert np.max(gain) < 5e-4
