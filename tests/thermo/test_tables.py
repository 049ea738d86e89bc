"""Tables of a pure fluid against the reference equation they were made of."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import numpy as np
import pytest

from orcplant.config.fluids import working_fluids
from orcplant.errors import PropertyError
from orcplant.thermo.state import Array, State
from orcplant.thermo.tables import COARSE, FINE, SUPERCRITICAL, TOLERANCE, TabulatedFluid, tabulated_fluid

NAMES = ("IsoButane", "n-Butane", "Isopentane", "R245fa", "R1233zd(E)", "R134a")
SMOOTH = 0.8  # reduced pressure below which the fine tables are held to 2e-5 K


@pytest.fixture(scope="session", params=NAMES)
def fluid(request: pytest.FixtureRequest) -> TabulatedFluid:
    return tabulated_fluid(request.param, FINE)


@pytest.fixture(scope="session")
def isobutane() -> TabulatedFluid:
    return tabulated_fluid("IsoButane", FINE)


def pressures(fluid: TabulatedFluid, n: int, *, high: float = SMOOTH, seed: int = 1) -> Array:
    """Random pressures [Pa] from the coldest saturation to a share of the critical pressure."""
    low = float(fluid.p_dew(fluid.T_floor + 10.0 + 1e-3))
    return np.exp(np.random.default_rng(seed).uniform(np.log(low), np.log(high * fluid.limits.p_crit), n))


def single_phase(fluid: TabulatedFluid, p: Array, *, vapour: bool, seed: int = 2) -> State:
    """Reference states at random shares of the enthalpy between the dome and the end of the table."""
    exact, share = fluid.exact, np.random.default_rng(seed).uniform(size=p.shape)
    floor, hot = (np.full(p.shape, T) for T in (fluid.T_floor, fluid.T_hot))
    low = exact.dew(p).h if vapour else exact.state_pT(p, floor).h
    high = exact.state_pT(p, hot).h if vapour else exact.bubble(p).h
    return exact.state_ph(p, low + share * (high - low))


def worst(got: object, want: object) -> float:
    difference = np.abs(np.asarray(got) - np.asarray(want))
    assert np.all(np.isfinite(difference))
    return float(np.max(difference))


@pytest.mark.parametrize("vapour", [False, True], ids=["liquid", "vapour"])
def test_single_phase_states_are_those_of_the_reference(fluid: TabulatedFluid, vapour: bool) -> None:
    truth = single_phase(fluid, pressures(fluid, 120), vapour=vapour)
    by_h, by_s = fluid.state_ph(truth.p, truth.h), fluid.state_ps(truth.p, truth.s)
    by_T = fluid.state_pT(truth.p, truth.T)
    assert worst(by_h.T, truth.T) <= 2e-5
    assert worst(by_h.s, truth.s) <= 2e-4  # the reference's own flash is no better in a cold liquid
    assert worst(np.divide(by_h.rho, truth.rho), 1.0) <= 2e-6
    assert worst(by_s.h, truth.h) <= 2e-3
    assert worst(by_T.h, truth.h) <= 0.05  # 2e-5 K of a liquid
    assert worst(fluid.temperature(truth.p, truth.h), truth.T) <= 2e-5
    np.testing.assert_array_equal(fluid.enthalpy_ps(truth.p, truth.s), by_s.h)
    np.testing.assert_array_equal(fluid.enthalpy_pT(truth.p, truth.T), by_T.h)
    assert np.all(np.isnan(by_h.quality))


def test_saturated_states_are_those_of_the_reference(fluid: TabulatedFluid) -> None:
    p, exact = pressures(fluid, 60), fluid.exact
    for ours, theirs in ((fluid.bubble(p), exact.bubble(p)), (fluid.dew(p), exact.dew(p))):
        assert worst(ours.T, theirs.T) <= 2e-5
        assert worst(ours.h, theirs.h) <= 0.02
        assert worst(ours.s, theirs.s) <= 1e-4
        assert worst(np.divide(ours.rho, theirs.rho), 1.0) <= 1e-6
    T = exact.bubble(p).T
    for pressure in (fluid.p_bubble(T), fluid.p_dew(T)):
        assert worst(np.divide(pressure, p), 1.0) <= 1e-6


def test_the_error_it_names_is_no_smaller_than_what_is_seen(fluid: TabulatedFluid) -> None:
    # Other random points than the fluid's own, up to 0.97 of the critical pressure: same size of error.
    p = pressures(fluid, 150, high=0.969, seed=11)
    seen = 0.0
    for vapour in (False, True):
        truth = single_phase(fluid, p, vapour=vapour, seed=12)
        found = np.asarray(fluid.state_ph(p, truth.h).T)
        inside = np.isfinite(found)
        assert inside.sum() >= 148  # a rounding beside the dome may fall in it
        seen = max(seen, worst(found[inside], np.asarray(truth.T)[inside]))
    assert 0.0 < fluid.error.T <= 1e-4
    assert seen <= 5.0 * fluid.error.T


def test_coarse_tables_are_good_enough_to_rank(isobutane: TabulatedFluid) -> None:
    coarse = tabulated_fluid("IsoButane", COARSE)
    assert isobutane.error.T < coarse.error.T <= 5e-3
    assert tabulated_fluid("IsoButane", COARSE) is coarse
    assert coarse == isobutane  # the same fluid, whatever its tables
    assert len({coarse, isobutane}) == 1
    assert "IsoButane" in repr(coarse)
    assert not coarse.is_mixture


def test_scalars_equal_arrays(isobutane: TabulatedFluid) -> None:
    truth = single_phase(isobutane, pressures(isobutane, 10), vapour=True)
    p, h, s, T = (np.asarray(getattr(truth, key)) for key in ("p", "h", "s", "T"))
    wet = np.full(p.shape, 0.4)
    pairs = (
        (
            isobutane.state_ph(p, h),
            [isobutane.state_ph(float(a), float(b)) for a, b in zip(p, h, strict=True)],
        ),
        (
            isobutane.state_ps(p, s),
            [isobutane.state_ps(float(a), float(b)) for a, b in zip(p, s, strict=True)],
        ),
        (
            isobutane.state_pT(p, T),
            [isobutane.state_pT(float(a), float(b)) for a, b in zip(p, T, strict=True)],
        ),
        (isobutane.saturated(p, wet), [isobutane.saturated(float(a), 0.4) for a in p]),
        (isobutane.bubble(p), [isobutane.bubble(float(a)) for a in p]),
        (isobutane.dew(p), [isobutane.dew(float(a)) for a in p]),
    )
    for array, scalars in pairs:
        for field in fields(State):
            row = [float(getattr(state, field.name)) for state in scalars]
            np.testing.assert_array_equal(np.asarray(getattr(array, field.name)), row)
            assert all(np.ndim(getattr(state, field.name)) == 0 for state in scalars)


def test_shapes_broadcast(isobutane: TabulatedFluid) -> None:
    p = np.array([[4e5], [8e5]])
    h = np.linspace(250e3, 700e3, 5)
    states = isobutane.state_ph(p, h)
    assert np.shape(states.T) == np.shape(states.rho) == (2, 5)
    assert np.shape(isobutane.temperature(8e5, h)) == (5,)


def test_round_trips(fluid: TabulatedFluid) -> None:
    for vapour in (False, True):
        truth = single_phase(fluid, pressures(fluid, 60, seed=5), vapour=vapour)
        by_h = fluid.state_ph(truth.p, truth.h)
        assert worst(fluid.state_ps(by_h.p, by_h.s).h, by_h.h) <= 0.03
        assert worst(fluid.state_pT(by_h.p, by_h.T).h, by_h.h) <= 0.02
    p, quality = pressures(fluid, 60, seed=6), np.random.default_rng(6).uniform(0.01, 0.99, 60)
    wet = fluid.saturated(p, quality)
    for again in (fluid.state_ph(wet.p, wet.h), fluid.state_ps(wet.p, wet.s)):
        assert worst(again.quality, quality) <= 1e-7
        assert worst(again.T, wet.T) <= 1e-7


def test_the_lever_rule_inside_the_dome(fluid: TabulatedFluid) -> None:
    p, quality = pressures(fluid, 40, seed=7), np.random.default_rng(7).uniform(size=40)
    ours, theirs = fluid.saturated(p, quality), fluid.exact.saturated(p, quality)
    assert worst(ours.h, theirs.h) <= 0.02
    assert worst(ours.s, theirs.s) <= 1e-4
    assert worst(np.divide(ours.rho, theirs.rho), 1.0) <= 1e-6
    np.testing.assert_array_equal(ours.quality, quality)


@pytest.mark.parametrize("nodes", [COARSE, FINE])
def test_no_state_falls_between_a_region_and_the_dome(nodes: tuple[int, int]) -> None:
    for name in NAMES:
        fluid = tabulated_fluid(name, nodes)
        p = pressures(fluid, 200, high=0.969, seed=13)
        for edge in (fluid.bubble(p), fluid.dew(p)):
            assert worst(fluid.state_ph(p, edge.h).T, edge.T) <= 0.02
            assert worst(fluid.temperature(p, edge.h), edge.T) <= 0.02
            assert worst(fluid.enthalpy_ps(p, edge.s), edge.h) <= 20.0
            assert float(fluid.state_ph(float(p[0]), float(np.asarray(edge.h)[0])).T) > 0.0


def test_nothing_jumps_at_the_edges_of_the_dome(fluid: TabulatedFluid) -> None:
    p, step = pressures(fluid, 50, seed=8), 1e-3  # [J/kg]
    for edge in (fluid.bubble(p), fluid.dew(p)):
        below, on, above = (fluid.state_ph(p, edge.h + k * step) for k in (-1.0, 0.0, 1.0))
        # dh = T ds on both sides, and the temperature hardly moves over a millijoule.
        for state, sign in ((below, -1.0), (above, 1.0)):
            assert worst(state.T, edge.T) <= 1e-5
            assert worst(state.s, edge.s + sign * step / edge.T) <= 5e-6
            assert worst(np.divide(state.rho, edge.rho), 1.0) <= 2e-5
        assert worst(on.s, edge.s) <= 1e-6


@pytest.mark.parametrize("name", ["IsoButane", "R134a", "R1234ze(E)"])
def test_the_supercritical_table(name: str) -> None:
    fluid = tabulated_fluid(name, COARSE)
    rng, n = np.random.default_rng(9), 150
    p = fluid.limits.p_crit * rng.uniform(1.05, min(SUPERCRITICAL[1], 2.0), n)
    T = rng.uniform(fluid.T_floor, fluid.T_hot, n)
    truth = fluid.exact.state_pT(p, T)
    assert worst(fluid.state_ph(p, truth.h).T, truth.T) <= 1e-4
    assert worst(fluid.state_ps(p, truth.s).h, truth.h) <= 0.01
    assert worst(np.divide(fluid.state_ph(p, truth.h).rho, truth.rho), 1.0) <= 1e-5
    # Near the critical temperature the enthalpy climbs steeply with temperature.
    assert worst(fluid.state_pT(p, T).T, T) <= 0.05


@pytest.mark.parametrize("name", ["IsoButane", "R134a", "R1233zd(E)"])
def test_turbine_inlets_above_the_critical_point_keep_their_temperature(name: str) -> None:
    fluid, rng = tabulated_fluid(name, COARSE), np.random.default_rng(10)
    p = fluid.limits.p_crit * rng.uniform(1.05, 1.6, 300)
    T = np.minimum(fluid.limits.T_crit + rng.uniform(1.0, 40.0, 300), fluid.T_hot)
    assert worst(fluid.state_pT(p, T).T, T) <= TOLERANCE


@pytest.mark.slow
@pytest.mark.parametrize("name", [fluid.name for fluid in working_fluids().values()])
def test_every_fluid_of_the_table_has_tables(name: str) -> None:
    fluid = tabulated_fluid(name, COARSE)
    assert fluid.error.T <= 5e-3
    limits = fluid.limits
    p = min(1.2, 0.99 * limits.p_max / limits.p_crit) * limits.p_crit
    T = 0.5 * (fluid.T_floor + fluid.T_hot)
    assert fluid.state_pT(p, T).T == pytest.approx(T, abs=0.02)


@pytest.mark.parametrize("name", ["R1336mzz(E)", "R236EA", "HFE143m"])
def test_an_equation_that_ends_below_the_supercritical_table_is_no_harm(name: str) -> None:
    # Their equations end at 1.8 to 2.1 of the critical pressure, the table at 2.5 of it.
    fluid = tabulated_fluid(name, COARSE)
    p, T = 1.2 * fluid.limits.p_crit, fluid.limits.T_crit - 30.0
    assert fluid.state_pT(p, T).h == pytest.approx(float(fluid.exact.state_pT(p, T).h), abs=60.0)


class TestRefusals:
    @pytest.mark.parametrize("reduced", [0.971, 1.0, 1.029, 2.6])
    def test_a_pressure_without_a_table(self, isobutane: TabulatedFluid, reduced: float) -> None:
        p, h = reduced * isobutane.limits.p_crit, 500e3
        with pytest.raises(PropertyError, match="IsoButane.*lies outside its tables"):
            isobutane.state_ph(p, h)
        states = isobutane.state_ph(np.array([p, 5e5]), np.array([h, h]))
        assert np.isnan(np.asarray(states.T)[0])
        assert np.isfinite(np.asarray(states.T)[1])

    def test_the_saturation_line_ends_before_the_critical_point(self, isobutane: TabulatedFluid) -> None:
        inside = 0.9699 * isobutane.limits.p_crit
        assert np.isfinite(isobutane.bubble(inside).T)
        for reduced in (0.9701, 0.99, 1.0, 1.5):
            p = reduced * isobutane.limits.p_crit
            assert np.isnan(isobutane.bubble(p).T)
            assert np.isnan(isobutane.dew(p).T)
        T = np.array([isobutane.T_floor, isobutane.limits.T_crit - 0.1])
        assert np.all(np.isnan(isobutane.p_dew(T)))

    def test_a_temperature_above_the_critical_one_has_no_saturation(self, isobutane: TabulatedFluid) -> None:
        T = np.array([350.0, isobutane.limits.T_crit + 1.0])
        assert np.isnan(np.asarray(isobutane.p_dew(T))[1])
        assert np.isfinite(np.asarray(isobutane.p_dew(T))[0])

    @pytest.mark.parametrize(("p", "T"), [(5e5, 229.0), (5e5, 511.0), (1e3, 300.0)])
    def test_too_cold_too_hot_too_thin(self, isobutane: TabulatedFluid, p: float, T: float) -> None:
        with pytest.raises(PropertyError):
            isobutane.state_pT(p, T)
        states = isobutane.state_pT(np.array([p, 5e5]), np.array([T, 300.0]))
        assert np.isnan(np.asarray(states.h)[0])
        assert np.isfinite(np.asarray(states.h)[1])

    def test_what_is_not_a_number_stays_so(self, isobutane: TabulatedFluid) -> None:
        assert np.isnan(isobutane.state_ph(5e5, np.nan).T)
        assert np.isnan(
            np.asarray(isobutane.state_ph(np.array([5e5, np.nan]), np.array([np.nan, 5e5])).T)
        ).all()

    def test_mixtures_and_unknown_names(self) -> None:
        with pytest.raises(PropertyError, match="tables are for pure fluids"):
            TabulatedFluid("Isobutane[0.6]&Isopentane[0.4]")
        with pytest.raises(PropertyError, match="unknown fluid"):
            TabulatedFluid("Isobutan")

    def test_a_table_too_coarse_to_be_honest(self) -> None:
        with pytest.raises(PropertyError, match="tables miss the reference by .* K, limit 0.01 K"):
            TabulatedFluid("IsoButane", (7, 7))


def test_threads_get_the_same_numbers() -> None:
    fluid = TabulatedFluid("R1234ze(E)", COARSE)
    p = fluid.limits.p_crit * np.concatenate([np.linspace(0.1, 0.9, 50), np.linspace(1.1, 1.4, 50)])
    h = np.full(p.shape, 420e3)

    def ask(_: int) -> tuple[Array, Array]:
        # The supercritical region is built by whoever asks first.
        return np.asarray(fluid.state_ph(p, h).T), np.asarray(fluid.exact.state_ph(p[:20], h[:20]).T)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(8)))
    for tabulated, exact in answers:
        np.testing.assert_array_equal(tabulated, answers[0][0])
        np.testing.assert_array_equal(exact, answers[0][1])
