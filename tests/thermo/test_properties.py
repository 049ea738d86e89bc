"""The door to CoolProp: what it refuses, and what it must not carry over from one call to the next."""

import threading

import numpy as np
import pytest

from orcplant.errors import PropertyError
from orcplant.thermo.properties import Fluid, near_names

MIXTURE = "Isobutane[0.6]&Isopentane[0.4]"


def test_a_failed_flash_leaves_the_next_ones_alone() -> None:
    fluid = Fluid("R134a")
    before = fluid.state_pT(36e5, 383.15)
    with pytest.raises(PropertyError):
        fluid.state_pT(36e5, 900.0)
    with pytest.raises(PropertyError):
        fluid.dew(60e5)
    assert fluid.state_pT(36e5, 383.15) == before
    assert float(fluid.state_pT(1e5, 300.0).h) == pytest.approx(426e3, rel=0.01)


def test_a_failing_element_leaves_its_neighbours_alone() -> None:
    fluid = Fluid("R134a")
    p = np.array([45e5, 42e5, 40.5e5, 200e9, 42e5, 45e5, 60e5])
    s = 1150.0
    together = np.asarray(fluid.state_ps(p, s).h)
    assert np.isnan(together[3])
    for k in (0, 1, 2, 4, 5, 6):
        assert together[k] == float(Fluid("R134a").state_ps(float(p[k]), s).h)


@pytest.mark.parametrize("T_C", [100.8, 100.9, 100.95, 101.0, 101.05])
def test_liquid_is_compressed_to_just_below_the_critical_pressure(T_C: float) -> None:
    fluid = Fluid("R134a")
    inlet = fluid.bubble(fluid.p_bubble(303.15))
    outlet = fluid.state_ps(fluid.p_dew(T_C + 273.15), inlet.s)
    # Liquid is nearly incompressible: the rise is that of volume times pressure within 3 %.
    assert float(outlet.h - inlet.h) == pytest.approx(float((outlet.p - inlet.p) / inlet.rho), rel=0.03)
    assert float(outlet.s) == pytest.approx(float(inlet.s), abs=1e-9)


def test_subcooled_mixtures_are_liquid() -> None:
    # Left to itself CoolProp takes this state for vapour of -145 kJ/kg.
    state = Fluid(MIXTURE).state_pT(10.952e5, 303.5)
    assert float(state.rho) > 500.0
    assert float(state.h) == pytest.approx(152.75e3, rel=1e-3)


def test_an_imposed_phase_does_not_outlive_its_flash() -> None:
    fluid = Fluid(MIXTURE)
    dew = fluid.dew(10e5)
    fluid.state_pT(10e5, 300.0)
    assert fluid.dew(10e5) == dew


def test_mixtures_follow_an_isobar_without_a_step() -> None:
    fluid = Fluid(MIXTURE)
    bubble, dew = fluid.bubble(12e5), fluid.dew(12e5)
    h = np.linspace(float(bubble.h) - 100e3, float(dew.h) + 100e3, 41)
    states = fluid.state_ph(12e5, h)
    assert np.all(np.diff(np.asarray(states.T)) > 0.0)
    assert np.all(np.diff(np.asarray(states.s)) > 0.0)
    inside = (h > bubble.h) & (h < dew.h)
    assert np.array_equal(np.isfinite(np.asarray(states.quality)), inside)


def test_mixtures_are_refused_above_their_critical_pressure() -> None:
    fluid = Fluid(MIXTURE)
    with pytest.raises(PropertyError, match="no reliable states above"):
        fluid.state_pT(1.2 * fluid.limits.p_crit, 320.0)


@pytest.mark.parametrize("name", ["R1233zd(E)[0.5]&Isopentane[0.5]", "Ammonia[0.5]&Water[0.5]"])
def test_a_pair_without_a_model_is_refused(name: str) -> None:
    with pytest.raises(PropertyError):
        Fluid(name)


@pytest.mark.parametrize("name", ["Propane[0.5]&Isopentane[0.5]", "R1234yf[0.5]&R134a[0.5]"])
def test_spurious_critical_points_are_passed_over(name: str) -> None:
    fluid = Fluid(name)
    parts = [Fluid(part).limits.T_crit for part in fluid.components]
    assert 0.9 * min(parts) < fluid.limits.T_crit < 1.05 * max(parts)
    assert fluid.limits.p_crit > 30e5


@pytest.mark.parametrize(
    ("name", "part"),
    [("isobutan", "IsoButane"), ("R245f", "R245fa")],
)
def test_an_unknown_fluid_has_near_names(name: str, part: str) -> None:
    assert part in near_names(name)
    with pytest.raises(PropertyError, match=part.replace("(", r"\(")):
        Fluid(name)


def test_beyond_the_equation_of_state_is_refused_in_words() -> None:
    with pytest.raises(PropertyError, match="outside the equation of state"):
        Fluid("R245fa").state_pT(1e5, 450.0)


def test_aliases_are_the_same_fluid() -> None:
    assert Fluid("R600a") == Fluid("Isobutane")
    assert hash(Fluid("R600a")) == hash(Fluid("IsoButane"))
    assert Fluid("R600a") != Fluid("R600")


def test_threads_do_not_share_states() -> None:
    fluid, wrong = Fluid("R245fa"), list[float]()
    truth = {T: float(fluid.dew(fluid.p_dew(T)).h) for T in (320.0, 360.0, 400.0)}

    def work(T: float) -> None:
        wrong.extend(T for _ in range(300) if float(fluid.dew(fluid.p_dew(T)).h) != truth[T])

    workers = [threading.Thread(target=work, args=(T,)) for T in truth]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert wrong == []
