"""Domes close, process lines join the states, T-Q lines carry the duty."""

import numpy as np
import pytest

from orcplant.errors import PropertyError
from orcplant.report.cycle_json import points
from orcplant.thermo import geofluid as geo
from orcplant.thermo.cycle import solve_cycle
from orcplant.thermo.diagrams import CycleDiagram, cycle_diagrams, state_points
from orcplant.thermo.dome import Line, dome, isobar_line
from orcplant.thermo.properties import Fluid
from orcplant.thermo.spec import HeaterPinch
from orcplant.thermo.state import Array, State
from orcplant.thermo.temperature_duty import exchanger_diagrams
from tests.thermo.layouts import LAYOUTS, solved
from tests.thermo.support import simple_level, simple_spec

FLUIDS = (
    "SES36 R365mfc R245fa R245ca R1233zd(E) R1234ze(Z) R1234ze(E) R1336mzz(E) Isopentane Isobutane n-Butane"
    " n-Pentane n-Hexane Cyclopentane Neopentane Propane Propylene R134a R1234yf R32 R152a R227ea R236ea"
    " R236fa RC318 Novec649 Ammonia Acetone Toluene MM MDM D4 CO2 Water R410A R407C"
).split()
MIXTURES = (
    "Isobutane[0.6]&Isopentane[0.4]",
    "n-Butane[0.5]&n-Pentane[0.5]",
    "Propane[0.5]&Isobutane[0.5]",
    "R245fa[0.5]&Isopentane[0.5]",  # the equation of state gives up at two thirds of the critical pressure
)
KEYS = ("T", "p", "h", "s")
COLD = {"CO2": 250.0, "R32": 250.0, "R410A": 250.0, "R407C": 250.0}


def turns(line: Line) -> Array:
    """Angle between neighbouring steps of a line in the T-s plane, both axes scaled to one [rad]."""
    x, y = (values / np.ptp(values) for values in (line.s, line.T))
    angle = np.unwrap(np.arctan2(np.diff(y), np.diff(x)))
    return np.abs(np.diff(angle))


@pytest.mark.parametrize("name", FLUIDS)
def test_dome_is_closed_and_smooth(name: str) -> None:
    fluid = Fluid(name)
    drawn = dome(fluid, COLD.get(name, 285.0))
    bubble, dew = drawn.bubble, drawn.dew
    for key in KEYS:
        assert np.all(np.isfinite(getattr(bubble, key))) and np.all(np.isfinite(getattr(dew, key)))
        assert getattr(bubble, key)[-1] == pytest.approx(getattr(dew, key)[-1], rel=1e-12)
    assert bubble.T[-1] == pytest.approx(fluid.limits.T_crit, rel=1e-12)
    assert bubble.p[-1] == pytest.approx(fluid.limits.p_crit, rel=1e-12)
    # Each side rises, and the width shrinks all the way up: no station of a wrong root.
    for side in (bubble, dew):
        assert np.all(np.diff(side.p) > 0.0) and np.all(np.diff(side.T) > -1e-3)
    width = dew.h - bubble.h
    assert np.all(width[:-1] > 0.0) and np.all(np.diff(width) < 1e-9 * width[0])
    assert np.all(np.diff(bubble.s) > 0.0)
    assert (
        max(turns(bubble).max(), turns(dew).max()) < 0.6
    )  # no corner; the nose of an overhanging dome is sharp


@pytest.mark.parametrize("name", ["R245fa", "Isopentane", "MM", "Toluene", "CO2", "Ammonia"])
def test_dome_ends_on_the_critical_point_of_the_equation_of_state(name: str) -> None:
    fluid = Fluid(name)
    drawn = dome(fluid, COLD.get(name, 285.0))
    critical = fluid.state_pT(np.array([fluid.limits.p_crit]), np.array([fluid.limits.T_crit]))
    height = np.ptp(drawn.dew.s)
    reach = drawn.dew.s[0] - drawn.bubble.s[0] + height
    assert drawn.bubble.s[-1] == pytest.approx(float(np.asarray(critical.s)[0]), abs=0.03 * reach)


@pytest.mark.parametrize("name", ["R245fa", "SES36", "R365mfc", "MM"])
def test_dome_lies_on_the_saturation_line(name: str) -> None:
    fluid = Fluid(name)
    drawn = dome(fluid, 290.0)
    p = 5e5
    for side, state in ((drawn.bubble, fluid.bubble(p)), (drawn.dew, fluid.dew(p))):
        assert np.interp(p, side.p, side.T) == pytest.approx(state.T, abs=0.05)
        assert np.interp(p, side.p, side.s) == pytest.approx(state.s, abs=1.0)


@pytest.mark.parametrize("name", MIXTURES)
def test_dome_of_a_mixture(name: str) -> None:
    fluid = Fluid(name)
    drawn = dome(fluid, 285.0)
    for side in (drawn.bubble, drawn.dew):
        assert np.all(np.diff(side.p) > 0.0)
        assert side.T[0] == pytest.approx(285.0, abs=0.01)  # both sides begin at one temperature
        assert side.T[-1] == pytest.approx(fluid.limits.T_crit, rel=1e-12)
        assert turns(side).max() < 0.6
    assert drawn.bubble.s[-1] == pytest.approx(drawn.dew.s[-1], rel=1e-12)
    assert 0.0 < drawn.p_closed < fluid.limits.p_crit


def test_a_fluid_that_is_supercritical_at_the_foot_has_no_dome() -> None:
    with pytest.raises(PropertyError):
        dome(Fluid("CO2"), 330.0)


def test_isobar_outside_its_equation_of_state_is_left_out() -> None:
    fluid = Fluid("R245fa")
    assert isobar_line(fluid, 20e5, T_low=290.0, T_high=300.0) is None  # all below its dew point
    line = isobar_line(fluid, 5e5, T_low=290.0, T_high=400.0)
    assert line is not None and line.T[-1] == pytest.approx(400.0)


def ends(diagram: CycleDiagram, name: str) -> tuple[dict[str, float], dict[str, float]]:
    line = next(line for line in diagram.lines if line.name == name)
    return tuple({key: float(getattr(line, key)[k]) for key in KEYS} for k in (0, -1))  # type: ignore[return-value]


def agrees(end: dict[str, float], state: State) -> bool:
    return all(end[key] == pytest.approx(float(getattr(state, key)), rel=1e-7) for key in KEYS)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_process_lines_join_the_states(layout: str) -> None:
    result = solved(layout)
    diagrams = cycle_diagrams(result)
    for number, level in enumerate(result.levels):
        diagram = diagrams[number if len(diagrams) > 1 else 0]
        prefix = "low_" if number else ""
        joined = {
            "pump": (level.pump_in, level.pump_out),
            "heater": (level.recuperation.cold_out, level.expander_in),
            "expander": (level.expander_in, level.expander_out),
        }
        if level.recuperation.duty > 0.0:
            joined["recuperator_cold"] = (level.pump_out, level.recuperation.cold_out)
            joined["recuperator_hot"] = (level.recuperation.hot_out, level.expander_out)
        for name, (first, last) in joined.items():
            start, end = ends(diagram, prefix + name)
            assert agrees(start, first) and agrees(end, last), name
    for number, condenser in enumerate(result.condensers):
        start, end = ends(diagrams[number], "low_condenser" if number else "condenser")
        assert agrees(start, condenser.liquid) and agrees(end, condenser.vapour)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_isobars_pass_the_phase_boundaries(layout: str) -> None:
    result = solved(layout)
    for diagram in cycle_diagrams(result):
        heater = next(line for line in diagram.lines if line.name.endswith("heater"))
        for point in diagram.points:
            if point.name in ("bubble", "dew") and not point.level:
                assert np.interp(point.state.h, heater.h, heater.s) == pytest.approx(point.state.s, abs=1e-6)
        # Heat taken in at rising temperature: entropy, enthalpy and temperature go up together.
        assert np.all(np.diff(heater.h) >= -1e-6) and np.all(np.diff(heater.s) >= -1e-9)
        assert np.all(np.diff(heater.T) >= -1e-3)


@pytest.mark.parametrize("layout", ["simple", "superheated", "transcritical"])
def test_integrated_entropy_is_that_of_the_equation_of_state(layout: str) -> None:
    result = solved(layout)
    fluid = result.spec.levels[0].fluid
    heater = next(line for line in cycle_diagrams(result)[0].lines if line.name == "heater")
    flashed = np.asarray(fluid.state_ph(heater.p, heater.h).s)
    assert np.nanmax(np.abs(heater.s - flashed)) < 0.5  # [J/(kg K)], a thousandth of the figure's width


@pytest.mark.parametrize("layout", LAYOUTS)
def test_expansion_makes_entropy_all_the_way(layout: str) -> None:
    for diagram in cycle_diagrams(solved(layout)):
        for line in diagram.lines:
            if line.name.endswith("expander"):
                assert np.all(np.diff(line.p) < 0.0)
                assert np.all(np.diff(line.s) > 0.0) and np.all(np.diff(line.h) < 0.0)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_points_are_those_of_the_json(layout: str) -> None:
    result = solved(layout)
    assert [(p.name, p.state.h) for p in state_points(result)] == [(n, s.h) for n, s in points(result)]
    shown = [point for diagram in cycle_diagrams(result) for point in diagram.points]
    assert [point.name for point in shown] == [point.name for point in state_points(result)]


def test_one_diagram_a_fluid() -> None:
    assert [d.fluid for d in cycle_diagrams(solved("dual_level"))] == ["Isopentane"]
    assert [d.fluid for d in cycle_diagrams(solved("dual_fluid"))] == ["Isopentane", "R245fa"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_duty_lines_carry_the_duty(layout: str) -> None:
    result = solved(layout)
    drawn = exchanger_diagrams(result)
    heaters = [d for d in drawn if d.name == "heater"]
    condensers = [d for d in drawn if d.name == "condenser"]
    recuperators = [d for d in drawn if d.name == "recuperator"]
    for d, level in zip(heaters, result.levels, strict=True):
        assert d.duty[-1] == pytest.approx(level.heater.duty, rel=1e-12)
        assert d.T_cold[0] == pytest.approx(level.recuperation.cold_out.T)
        assert d.T_cold[-1] == pytest.approx(level.expander_in.T)
    for d, condenser in zip(condensers, result.condensers, strict=True):
        assert d.duty[-1] == pytest.approx(condenser.duty, rel=1e-12)
        assert d.T_hot[-1] == pytest.approx(condenser.vapour.T)
    assert sum(float(d.duty[-1]) for d in recuperators) == pytest.approx(float(result.duty.recuperator))
    assert all(d.duty[0] == 0.0 and np.all(np.diff(d.duty) >= -1e-6) for d in drawn)


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "bare"])
def test_streams_meet_their_ends_and_the_pinch(layout: str) -> None:
    result = solved(layout)
    source = result.spec.source
    assert isinstance(source, HeaterPinch)
    drawn = exchanger_diagrams(result)
    heaters = [d for d in drawn if d.name == "heater"]
    assert heaters[0].T_hot[-1] == pytest.approx(source.geofluid.T, abs=1e-6)
    assert heaters[-1].T_hot[0] == pytest.approx(result.T_geofluid_out, abs=1e-6)
    if len(heaters) > 1:  # the geofluid goes on where it left
        assert heaters[1].T_hot[-1] == pytest.approx(heaters[0].T_hot[0], abs=1e-6)
    for d in drawn:
        smallest = float(np.min(d.T_hot - d.T_cold))
        assert d.pinch <= smallest + 1e-6  # a minimum between two stations is a little lower
        assert d.pinch == pytest.approx(smallest, abs=0.3)
        assert 0.0 <= d.duty_at_pinch <= d.duty[-1]


def test_two_phase_geofluid_bends_where_its_steam_is_gone() -> None:
    heater = exchanger_diagrams(solved("two_phase_geofluid"))[0]
    T_saturation = float(heater.T_hot[-1])
    flat = heater.duty[heater.T_hot > T_saturation - 1e-6]
    h_steam = geo.two_phase(T=T_saturation, quality=0.1, mass_flow=10.0)
    liquid = geo.two_phase(T=T_saturation, quality=0.0, mass_flow=10.0)
    condensing = 10.0 * float(geo.inlet_enthalpy(h_steam) - geo.inlet_enthalpy(liquid))
    assert heater.duty[-1] - flat[0] == pytest.approx(condensing, rel=1e-6)


def test_phase_boundaries_of_the_duty() -> None:
    result = solved("superheated")
    level, (heater, condenser) = result.levels[0], exchanger_diagrams(result)
    expected = [float(level.mass_flow * (s.h - level.pump_out.h)) for s in (level.bubble, level.dew)]
    assert heater.boundaries == pytest.approx(expected)
    assert len(condenser.boundaries) == 2  # desuperheating and subcooling on either side
    assert exchanger_diagrams(solved("transcritical"))[0].boundaries == ()


def test_without_streams_there_is_no_pinch() -> None:
    heater, condenser = exchanger_diagrams(solved("bare"))
    assert np.isnan(heater.pinch) and np.isnan(heater.duty_at_pinch) and np.all(np.isnan(heater.T_hot))
    assert np.isnan(condenser.pinch) and np.all(np.isnan(condenser.T_cold))
    diagram = cycle_diagrams(solved("bare"))[0]
    assert np.all(np.isnan(diagram.geofluid[0].T)) and np.all(np.isnan(diagram.coolant[0].T))


def test_a_vector_of_scenarios_is_refused() -> None:
    result = solve_cycle(simple_spec(simple_level(T_evap=np.array([363.15, 373.15]))))
    for draw in (cycle_diagrams, exchanger_diagrams, state_points):
        with pytest.raises(ValueError, match="one solved point"):
            draw(result)
