"""The path, the bands and the whole study."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from orcplant.errors import ChemistryError
from orcplant.report.water_reasons import warnings
from orcplant.units import degC, kelvin
from orcplant.water import phreeqc_engine, study
from orcplant.water import plant_limits as limits_module
from orcplant.water import uncertainty as bands
from orcplant.water.analysis import Amount, Gas
from orcplant.water.applicable import NotApplicable, Value
from orcplant.water.bubble_point import analysed, bubble_pressure, restored, states
from orcplant.water.databases import LLNL, SPREAD
from orcplant.water.flash import steam_fraction
from orcplant.water.inhibitor import DEPTH_MARGIN
from orcplant.water.phreeqc_engine import engine
from orcplant.water.plant_limits import plant_limits
from orcplant.water.scaling import PathPoint, path
from orcplant.water.silica import coldest_safe
from orcplant.water.study import Operation, Question
from tests.water.waters import made, shipped, surrogate

TODAY = date(2026, 11, 1)


def points(*T_degC: float, p: float = 12e5) -> tuple[PathPoint, ...]:
    return tuple(PathPoint(kelvin(t), p) for t in T_degC)


def whole(samples: int = 0) -> study.WaterStudy:
    water = shipped("tianzhen_surrogate")
    asked = Question(water.analysis, water.points, water.operation, (kelvin(155.0), kelvin(140.0)), samples)
    return study.study(asked, today=TODAY)


def test_single_phase_cooling_never_scales_calcite_but_gas_break_out_does() -> None:
    found = whole()
    judged = found.judged
    assert judged is not None and judged.given.reading == "restored"
    assert np.all(np.diff(judged.indices("calcite")) < 0.0)
    assert max(judged.indices("calcite")) < 0.0
    assert all(one.liquid.indices["calcite"] > 0.8 for one in found.flashes)


def test_the_margin_is_the_pressure_above_the_bubble_point() -> None:
    judged = whole().judged
    assert judged is not None
    for one in judged.points:
        assert one.margin == pytest.approx(one.point.p - one.p_bubble)
    assert judged.least_margin == min(one.margin for one in judged.points)
    assert judged.least_margin < 0.5e5  # at the unit's inlet, with the CO2 of calcite at 165 C


def test_without_pressures_there_is_no_margin() -> None:
    found = path(engine(), analysed(surrogate()), (PathPoint(kelvin(160.0)),), dissolved=0.0014)
    assert np.isnan(found.points[0].margin) and np.isnan(found.least_margin)
    assert found.points[0].is_liquid
    assert found.points[0].point.p_liquid > 6e5


def test_the_coldest_safe_temperature_of_the_surrogate() -> None:
    """731 / (4.52 - log10 170.3) is 46.2 C; steam that left raises it."""
    found = whole()
    assert degC(found.T_silica) == pytest.approx(46.2, abs=0.1)
    assert found.T_silica_flashed > found.T_silica
    relaxed = replace(found.question, operation=Operation(silica_ratio=1.2))
    assert study.study(relaxed, today=TODAY).T_silica < found.T_silica - 8.0


def test_what_falls_out_is_an_upper_bound_of_each_mineral_alone() -> None:
    found = path(engine(), analysed(surrogate()), points(160.0, 60.0), dissolved=0.0014)
    assert found.points[0].fallout["calcite"] == pytest.approx(4.26e-4, rel=0.02)
    assert all(one.state.indices[key] > 0.0 for one in found.points for key in one.fallout)
    assert "dolomite" not in found.points[0].fallout  # slow, shown and never counted


def test_minerals_held_at_equilibrium() -> None:
    water = replace(surrogate(), equilibrate=("calcite", "quartz"))
    found = study.study(Question(water, points(160.0, 60.0)), today=TODAY)
    for one in found.paths[0].points:
        assert one.state.indices["calcite"] <= 1e-6 and one.state.indices["quartz"] <= 1e-6
        assert one.state.precipitated["calcite"] > 0.0
        assert one.fallout == {}


def test_a_rule_answers_or_says_why_not() -> None:
    found = whole()
    at_wellhead, cold = found.corrosion[0], found.corrosion[3]
    assert isinstance(at_wellhead.norsok, NotApplicable) and at_wellhead.norsok.reason == "T_C"
    assert isinstance(cold.norsok, Value) and isinstance(cold.langelier, Value)


def test_dosing_where_gas_is_about_to_leave() -> None:
    found = whole()
    assert found.dosing is not None and found.dosing.depth == 0.0
    assert found.dosing.rate == pytest.approx(58.2 * 5e-6)
    safe = replace(found.question, points=tuple(replace(one, p=25e5) for one in found.question.points))
    assert study.study(safe, today=TODAY).dosing is None
    boiling = replace(found.question, points=tuple(replace(one, p=8e5) for one in found.question.points))
    answer = study.study(boiling, today=TODAY)
    below = answer.dosing
    # The water that rises comes from 165 C: its gas leaves deeper than that of the 160.2 C at the wellhead.
    assert below is not None and answer.judged is not None
    (deep,) = states(engine(), answer.judged.given, [kelvin(165.0)], [20e5])
    depth = (bubble_pressure(deep, answer.judged.given) - 8e5) / (903.0 * 9.80665 * 0.5)
    assert below.depth == pytest.approx(depth + DEPTH_MARGIN, rel=0.01)
    assert below.depth > (answer.judged.points[0].p_bubble - 8e5) / (907.0 * 9.80665 * 0.5) + DEPTH_MARGIN


def test_where_gas_has_come_out_what_is_left_is_shown() -> None:
    """A wellhead below the bubble point: at 160.2 C and 8 bar some 1.8 bar of gas are left of 3.8."""
    found = whole()
    boiling = tuple(replace(one, p=8e5) if k < 2 else one for k, one in enumerate(found.question.points))
    answer = study.study(replace(found.question, points=boiling, T_flash=()), today=TODAY)
    assert answer.judged is not None
    assert list(answer.boiled) == [0, 1]
    before, left = answer.judged.points[0], answer.boiled[0]
    assert left.p == pytest.approx(8e5, rel=1e-3)
    assert left.liquid.pressures["CO2"] == pytest.approx(8e5 - before.p_vapour, rel=0.01)
    assert left.liquid.indices["calcite"] > before.state.indices["calcite"] + 0.2
    assert answer.calcite_in_place()[:2] == [one.liquid.indices["calcite"] for one in answer.boiled.values()]
    assert answer.calcite_in_place()[2:] == answer.judged.indices("calcite")[2:]
    assert (answer.flashes, answer.T_silica_flashed > answer.T_silica) == ((), True)
    liquid = study.study(replace(found.question, T_flash=()), today=TODAY)
    assert not liquid.boiled
    assert liquid.judged is not None
    assert liquid.calcite_in_place() == liquid.judged.indices("calcite")


def test_water_that_gave_its_heat_away_has_not_flashed() -> None:
    """Behind an exchanger at 110 C and 3 bar gas comes out; expanding to 110 C would make a tenth steam."""
    cooled = (PathPoint(kelvin(160.0), 11e5), PathPoint(kelvin(110.0), 3e5))
    found = study.study(Question(surrogate(), cooled), today=TODAY)
    left = found.boiled[1]
    assert left.p == pytest.approx(3e5, rel=1e-3)
    assert left.steam_fraction < 1e-3
    assert left.liquid.indices["calcite"] < 0.0


def test_no_more_becomes_steam_than_an_expansion_gives() -> None:
    """A hair above the vapour pressure, pressure alone would boil away a third of the water."""
    hot = (PathPoint(kelvin(160.2), 6.25e5),)
    found = study.study(Question(surrogate(), hot), today=TODAY)
    expanded = steam_fraction(kelvin(165.0), 10.8e5, T_to=kelvin(159.2))
    assert found.boiled[0].steam_fraction == pytest.approx(expanded, rel=0.01)
    assert found.boiled[0].p > 6.25e5


def test_gas_under_more_pressure_than_water_is_known_at_is_said() -> None:
    water = replace(surrogate(), gas=Gas(CO2=5.0))
    found = study.study(Question(water, points(160.0, p=50e5)), today=TODAY)
    assert found.judged is not None and not found.boiled
    assert any(one.startswith("Gas break-out is not known: liquid water") for one in warnings(found, "en"))


def test_a_place_that_would_be_steam_has_no_index() -> None:
    """160 C at 1 bar is no water; at 7 bar it is water that has lost gas."""
    found = whole()
    hot = replace(found.question.points[0], p=1e5), replace(found.question.points[0], p=7e5)
    answer = study.study(replace(found.question, points=hot, T_flash=()), today=TODAY)
    assert answer.judged is not None
    assert [one.is_dry for one in answer.judged.points] == [True, False]
    assert np.isnan(answer.calcite_in_place()[0])
    assert answer.calcite_in_place()[1] == answer.boiled[1].liquid.indices["calcite"]
    said = warnings(answer, "en")
    assert any("1.00 bar is below its vapour pressure of 6.2" in one for one in said)
    assert sum("gas comes out" in one for one in said) == 1


def test_what_nobody_analysed_lets_no_material_pass() -> None:
    water = made(Na=0.01, HCO3=0.008, SO4=0.001, Ca=1e-4)
    found = study.study(Question(water, points(50.0)), today=TODAY)
    verdicts = {one.material: one.verdict for one in found.materials}
    assert (verdicts["304L"], verdicts["316L"], verdicts["alloy_59"]) == (
        "needs_test",
        "needs_test",
        "suitable",
    )
    assert isinstance(found.larson_skold, NotApplicable)
    assert found.larson_skold.reason == "chloride_mmol_kg"
    # A chloride that closes the balance is read from the speciation.
    short = made(Na=0.02, HCO3=0.008, SO4=0.001, Ca=1e-4)
    closed = study.study(Question(replace(short, adjusted="Cl"), points(50.0)), today=TODAY)
    assert isinstance(closed.larson_skold, Value)
    assert closed.larson_skold.number == pytest.approx((0.0102 + 0.002) / 0.008, rel=0.05)
    assert {one.material: one.verdict for one in closed.materials}["316L"] == "unsuitable"


def test_carbon_is_not_all_alkalinity() -> None:
    """At pH 6.46 a good half of the carbon of the Weber brine is: Larson-Skold is twice that of all of it."""
    water = shipped("weber_tensleep").analysis
    found = study.study(Question(water, points(60.0)), today=TODAY)
    amounts, share = water.components, 1.0 / (1.0 + 10.0 ** (6.35 - 6.46))
    expected = (amounts["Cl"] + 2.0 * amounts["S_sulfate"]) / (share * amounts["C"])
    assert isinstance(found.larson_skold, Value)
    assert found.larson_skold.number == pytest.approx(expected, rel=0.01)


def test_gas_that_left_counts_as_sulphide_in_place() -> None:
    water = replace(surrogate(), gas=Gas(CO2=0.03, H2S=1e-3))
    found = study.study(Question(water, points(150.0)), today=TODAY)
    copper = next(one for one in found.materials if one.material == "copper_alloys")
    assert copper.verdict == "unsuitable"
    assert copper.reasons[0].value == pytest.approx(34.0, rel=0.02)


def test_without_the_package_closed_formulas_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "available", lambda: False)
    found = whole(samples=10)
    assert found.missing == ("phreeqc",)
    assert (found.paths, found.flashes, found.corrosion, found.bands, found.dosing) == (
        (),
        (),
        (),
        None,
        None,
    )
    assert degC(found.T_silica) == pytest.approx(46.2, abs=0.1)
    assert isinstance(found.larson_skold, Value)
    assert found.silica[-1].ratio == pytest.approx(1.04, abs=0.01)
    assert found.materials


def test_what_cannot_be_restored_is_said_and_the_sample_still_answers() -> None:
    water = replace(surrogate(), amounts=tuple(one for one in surrogate().amounts if one.species != "Ca"))
    found = study.study(Question(water, points(100.0)), today=TODAY)
    assert [one.given.reading for one in found.paths] == ["analysed"]
    assert "no_calcium" in [one.code for one in found.findings]


def test_a_database_is_no_opinion_where_it_is_silent() -> None:
    given = restored(engine(), analysed(surrogate()), kelvin(165.0))
    found = bands.spread(surrogate(), points(160.0, 60.0), given=given)
    assert list(found) == [one.key for one in SPREAD]
    assert bands.half_spread(found, "barite") == pytest.approx(
        [
            0.5 * abs(a - b)
            for a, b in zip(found["llnl"]["barite"], found["thermoddem"]["barite"], strict=True)
        ]
    )
    assert list(bands.half_spread(found, "unknown")) == [0.0, 0.0]
    alone = {"llnl": found["llnl"], "core10": found["core10"]}
    assert list(bands.half_spread(alone, "barite")) == [0.0, 0.0]


def test_the_band_of_the_surrogate() -> None:
    """pH 0.10, ions 5 %, T 1 K: calcite has a sigma of 0.04 at 160 C and 0.08 at 70 C in a closed system."""
    found = bands.monte_carlo(surrogate(), points(160.0, 70.0), samples=120, seed=7)
    width = (found.of("calcite")[:, 2] - found.of("calcite")[:, 0]) / 3.29  # 5 to 95 % of a normal law
    assert width == pytest.approx([0.036, 0.075], rel=0.4)
    assert found.of("calcite")[:, 1] == pytest.approx([1.41, 0.48], abs=0.05)
    for mineral, sigma in (("anhydrite", 0.03), ("chalcedony", 0.02)):
        band = found.of(mineral)
        assert (band[0, 2] - band[0, 0]) / 3.29 == pytest.approx(sigma, rel=0.5)
    assert found.failed == 0
    assert np.isnan(found.of("celestite")).all()  # no strontium


def test_the_ends_of_the_data_are_no_failure() -> None:
    """A temperature drawn beyond 300 C is that of 300 C."""
    found = bands.monte_carlo(surrogate(), points(300.0, p=100e5), samples=20)
    assert found.failed == 0


def test_a_band_that_cannot_be_had_leaves_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ChemistryError("90 of 400 samples of the analysis have no speciation")

    monkeypatch.setattr(bands, "monte_carlo", fail)
    found = whole(samples=400)
    assert found.bands is None and found.judged is not None
    said = "There is no band: 90 of 400 samples of the analysis have no speciation."
    assert said in warnings(found, "en")
    assert any("90 of 400" in one and "无法给出" in one for one in warnings(found, "zh"))


def test_minerals_at_equilibrium_are_so_in_the_band() -> None:
    water = replace(surrogate(), equilibrate=("calcite",))
    found = bands.monte_carlo(water, points(160.0), samples=10)
    assert found.of("calcite")[0] == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)


def test_without_calcium_the_band_says_nothing() -> None:
    water = made(Na=0.01, Cl=0.005, HCO3=0.005, SiO2=1e-3)
    found = study.study(Question(water, points(100.0, 60.0), samples=5), today=TODAY)
    assert found.bands is not None
    assert np.isnan(found.bands.of("calcite")).all()
    assert np.isfinite(found.bands.of("quartz")).all()


def test_progress_hears_of_every_sample() -> None:
    heard: list[str] = []
    bands.monte_carlo(surrogate(), points(100.0), samples=7, progress=heard.append)
    assert len(heard) == 7


def test_the_same_seed_gives_the_same_band() -> None:
    one, two = (bands.monte_carlo(surrogate(), points(100.0), samples=10, seed=5) for _ in range(2))
    assert np.array_equal(one.quantiles, two.quantiles, equal_nan=True)


def test_restoring_hides_the_error_of_the_pH_not_that_of_the_reservoir() -> None:
    water = surrogate()
    free = bands.monte_carlo(water, points(160.0), reading="restored", samples=40).of("calcite")
    assert 0.02 < free[0, 2] - free[0, 0] < 0.8
    assert free[0, 1] == pytest.approx(-0.08, abs=0.1)


def test_a_value_below_its_limit_is_drawn_below_it() -> None:
    below = Amount("Ba", 1e-7, 0.05, False, 2e-7)
    water = replace(surrogate(), amounts=(*(a for a in surrogate().amounts if a.species != "Ba"), below))
    rng = np.random.default_rng(1)
    drawn = [bands.draw(water, rng).amounts[-1].molality for _ in range(200)]
    assert 0.0 <= min(drawn) < 0.2e-7 and 1.8e-7 < max(drawn) <= 2e-7


def test_a_band_widened_by_the_data_holds_the_narrow_one() -> None:
    narrow = np.array([[-0.1, 0.0, 0.1], [0.9, 1.0, 1.2]])
    wide = bands.combined(narrow, np.array([0.05, 0.0]))
    assert wide[0, 0] == pytest.approx(-np.hypot(0.1, 0.05)) and wide[1] == pytest.approx(narrow[1])


def test_too_many_failures_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ChemistryError("no answer")

    solver = phreeqc_engine.Engine(LLNL)
    monkeypatch.setattr(solver, "states", fail)
    with pytest.raises(ChemistryError, match="5 of 5 samples of the analysis have no speciation"):
        bands.monte_carlo(surrogate(), points(100.0), samples=5, chemistry=solver)


def test_a_water_of_salt_alone() -> None:
    found = study.study(Question(made(Na=0.1, Cl=0.1), points(100.0)), today=TODAY)
    assert found.judged is not None
    assert found.judged.points[0].state.indices.keys() == {"halite"}
    assert isinstance(found.larson_skold, NotApplicable)
    assert np.isnan(found.T_silica)


def test_limits_that_a_plant_takes_from_its_water() -> None:
    """Sizing takes the silica limit and the pressure of the gas, as a bracket."""
    found = plant_limits(surrogate(), kelvin(160.2))
    assert degC(found.T_reinjection) == pytest.approx(46.2, abs=0.1)
    assert found.invented
    low, high = found.p_gas
    assert 0.0 < low < 0.2e5 and high == pytest.approx(3.75e5, rel=0.05)
    steamed = plant_limits(surrogate(), kelvin(160.2), steam_fraction=0.04, silica_ratio=1.2)
    assert steamed.T_reinjection == pytest.approx(coldest_safe(surrogate().silica / 0.96 / 1.2), rel=1e-9)


def test_salt_without_gas_adds_no_pressure() -> None:
    assert plant_limits(made(Na=1.0, Cl=1.0), kelvin(100.0)).p_gas == (0.0, 0.0)


def test_limits_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_module, "available", lambda: False)
    found = plant_limits(surrogate(), kelvin(160.2))
    assert degC(found.T_reinjection) == pytest.approx(46.2, abs=0.1)
    assert np.isnan(found.p_gas).all()
