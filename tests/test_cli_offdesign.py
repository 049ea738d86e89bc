"""`orcplant offdesign`: what it prints, the contract with scripts, and what it refuses."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from orcplant.cli import app
from orcplant.config.design import load_design
from orcplant.config.operation import Question, scenario, unit_of
from orcplant.errors import InputError
from orcplant.report.limit_words import stop_text
from orcplant.thermo.offdesign import rate
from tests.plant_files import FILE, edited, quick, shipped, write_plant
from tests.test_cli import assert_refused
from tests.test_cli_size import leaves

AT = ("--T-ambient-C", "10", "--T-geofluid-C", "160.21", "--flow-fraction", "1")


def invoke(*args: str | Path) -> Result:
    return CliRunner(env={"ORCPLANT_DEBUG": None}).invoke(app, [str(arg) for arg in args])


def at(T_ambient: float, T_geofluid: float, flow: float, *more: str) -> list[str]:
    asked = ["--T-ambient-C", T_ambient, "--T-geofluid-C", T_geofluid, "--flow-fraction", flow]
    return [str(value) for value in (*asked, *more)]


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_plant(tmp_path_factory.mktemp("plants") / "quick", quick())
    assert invoke("size", folder, "--freeze").exit_code == 0
    return folder


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_plant(tmp_path_factory.mktemp("plants") / "pilot", shipped("pilot"))
    assert invoke("size", folder, "--freeze").exit_code == 0
    return folder


def answered(*args: str | Path) -> Any:
    result = invoke("offdesign", *args, "--json")
    assert (result.exit_code, result.stderr) == (0, ""), result.stderr
    return json.loads(result.stdout)


CYCLE = """
    power.expander_kW power.pump_kW power.cycle_kW power.generator_kW power.fan_kW power.cooling_pump_kW
    power.net_kW eta_thermal duty.heat_in_kW duty.condenser_kW duty.recuperator_kW
    working_fluid.mass_flow_kg_s states[].point states[].T_C states[].p_bar states[].h_kJ_kg states[].s_kJ_kgK
    geofluid.T_out_C geofluid.p_bar geofluid.mass_flow_kg_s cooling.T_out_C cooling.mass_flow_kg_s
    pinch.preheater_K pinch.evaporator_K pinch.condenser_K exergy.efficiency exergy.utilisation
    exergy.T_dead_C
""".split()


class TestJson:
    def test_every_key_of_a_cycle_and_the_limits(self, plant: Path) -> None:
        document = answered(plant, *at(-15.0, 160.0, 1.0))
        assert set(CYCLE) <= {name for name, _ in leaves(document)}
        assert document["limits"]
        for limit in document["limits"]:
            assert set(limit) == {"name", "value", "limit", "eng_unit"}
        assert isinstance(document["warnings"], list)

    def test_design_point_is_that_of_the_design(self, plant: Path) -> None:
        design = json.loads((plant / "design.json").read_text(encoding="utf-8"))
        block = design["units"]["blocks"][0]
        T_geofluid = design["design"]["T_geofluid_C"]
        document = answered(plant, *at(design["design"]["T_ambient_C"], T_geofluid, 1.0))
        assert document["power"]["net_kW"] == pytest.approx(block["unit_net_kW"], rel=1e-6)
        assert document["power"]["generator_kW"] == pytest.approx(block["rating_kW"], rel=1e-6)
        assert document["geofluid"]["T_out_C"] == pytest.approx(block["T_geofluid_out_C"], abs=1e-4)
        assert document["geofluid"]["mass_flow_kg_s"] == pytest.approx(block["geofluid_kg_s"], rel=1e-9)
        for ours, theirs in zip(document["states"], block["states"], strict=True):
            assert ours["point"] == theirs["point"]
            assert ours["T_C"] == pytest.approx(theirs["T_C"], abs=1e-3)
            assert ours["h_kJ_kg"] == pytest.approx(theirs["h_kJ_kg"], abs=1e-3)
        assert document["limits"] == []

    def test_a_sizing_json_is_as_good_as_the_plant(self, plant: Path, tmp_path: Path) -> None:
        copy = tmp_path / "sizing.json"
        copy.write_bytes((plant / "design.json").read_bytes())
        assert answered(copy, *AT) == answered(plant, *AT) == answered(plant / "design.json", *AT)

    def test_heat_and_weakness_take_power(self, plant: Path) -> None:
        nets = [answered(plant, *at(T, 160.0, 1.0))["power"]["net_kW"] for T in (10.0, 20.0, 35.0)]
        assert nets == sorted(nets, reverse=True)
        weak = answered(plant, *at(10.0, 150.0, 0.8))
        assert weak["power"]["net_kW"] < nets[0]
        assert weak["geofluid"]["drawn_kg_s"] == pytest.approx(
            0.8 * answered(plant, *AT)["geofluid"]["drawn_kg_s"]
        )

    @pytest.mark.parametrize("basis", ["net", "gross"])
    def test_a_load_is_held_and_named(self, plant: Path, basis: str) -> None:
        document = answered(plant, *at(10.0, 160.0, 1.0, "--load-kW", "1500", "--load-basis", basis))
        key = "net_kW" if basis == "net" else "generator_kW"
        assert document["power"][key] == pytest.approx(1500.0, rel=1e-5)
        assert document["load"]["reached"] is True
        assert {limit["name"] for limit in document["limits"]} == {f"{basis}_setpoint"}
        (limit,) = document["limits"]
        assert limit["value"] == pytest.approx(limit["limit"], rel=1e-5)
        assert limit["eng_unit"] == "kW"

    def test_a_load_out_of_reach_is_said_to_be(self, plant: Path) -> None:
        document = answered(plant, *at(35.0, 150.0, 0.8, "--load-kW", "2500"))
        assert document["load"]["reached"] is False
        assert document["power"]["net_kW"] < 2500.0
        assert document["limits"] == []

    @pytest.mark.parametrize("T_ambient", [-10.0, 20.0])
    def test_best_fans_give_more(self, plant: Path, T_ambient: float) -> None:
        full, best = (answered(plant, *at(T_ambient, 160.0, 1.0, "--fans", how)) for how in ("full", "best"))
        assert best["power"]["net_kW"] > 1.01 * full["power"]["net_kW"]
        assert best["power"]["fan_kW"] < full["power"]["fan_kW"]
        assert best["power"]["generator_kW"] <= 3000.0 * (1.0 + 1e-6)

    def test_outlet_held_for_heating(self, plant: Path) -> None:
        warm = answered(plant, *at(0.0, 160.0, 1.0, "--T-out-C", "80", "--means", "bypass"))
        free = answered(plant, *at(0.0, 160.0, 1.0))
        assert warm["geofluid"]["T_return_C"] == pytest.approx(80.0, abs=1e-3)
        assert warm["geofluid"]["bypass_kg_s"] > 0.0
        assert warm["power"]["net_kW"] < free["power"]["net_kW"]
        (limit,) = (entry for entry in warm["limits"] if entry["name"] == "t_return")
        assert (limit["limit"], limit["eng_unit"]) == (pytest.approx(80.0), "C")

    def test_every_limit_has_the_sides_of_its_kind(self, plant: Path) -> None:
        mild, cold = answered(plant, *at(0.0, 160.0, 1.0)), answered(plant, *at(-28.0, 160.0, 1.0))
        named = {limit["name"]: limit for limit in [*mild["limits"], *cold["limits"]]}
        assert named["rating"]["limit"] == 3000.0
        assert named["p_cond_low"]["limit"] == pytest.approx(0.897)
        assert named["p_cond_low"]["eng_unit"] == "bar"
        for limit in named.values():
            assert limit["value"] == pytest.approx(limit["limit"], rel=1e-3)

    def test_all_numbers_are_finite(self, plant: Path) -> None:
        for name, value in leaves(answered(plant, *at(-28.0, 130.0, 0.5))):
            assert not isinstance(value, float) or math.isfinite(value), name


class TestUnits:
    def test_first_unit_unless_another_is_named(self, pilot: Path) -> None:
        first = answered(pilot, *at(10.0, 158.0, 1.0))
        assert (first["unit"]["number"], first["unit"]["rating_kW"]) == (1, 300.0)
        for name in ("2", "unit 2, TICA PureCycle 280"):
            second = answered(pilot, *at(10.0, 158.0, 1.0, "--unit", name))
            assert (second["unit"]["number"], second["unit"]["rating_kW"]) == (2, 280.0)
        assert 0.0 < first["geofluid"]["steam_quality"] < 0.1

    def test_no_such_unit(self, pilot: Path) -> None:
        result = invoke("offdesign", pilot, *AT, "--unit", "unit 2, TICA")
        assert_refused(
            result, 2, "--unit 'unit 2, TICA' is none of 1 (unit 1, Shanxi Yitong), 2 (unit 2, TICA"
        )
        assert "did you mean" in result.stderr

    def test_nothing_is_no_name(self, plant: Path) -> None:
        assert_refused(invoke("offdesign", plant, *AT, "--unit", ""), 2, "--unit '' is none of 1")


class TestText:
    def test_a_person_reads_the_point(self, plant: Path) -> None:
        shown = invoke("offdesign", plant, *at(0.0, 160.0, 1.0)).stdout
        for words in (
            "3000 kW at 0 C ambient",
            "net",
            "load of rating",
            "Rating of the generator: 3000 kW",
        ):
            assert words in shown

    def test_a_load_out_of_reach(self, plant: Path) -> None:
        shown = invoke("offdesign", plant, *at(35.0, 150.0, 0.8, "--load-kW", "2500")).stdout
        assert "load: 2500 kW net asked for" in shown


class TestRefusals:
    @pytest.mark.parametrize(
        ("asked", "text"),
        [
            (at(99.0, 160.0, 1.0), "--T-ambient-C 99 C is not between -60 and 60 C"),
            (at(math.nan, 160.0, 1.0), "--T-ambient-C nan C is not between"),
            (at(10.0, 0.0, 1.0), "--T-geofluid-C 0 C is not between 1 and 300 C"),
            (at(10.0, 200.0, 1.0), "C, where water boils at the 10.20 bar of design"),
            (at(10.0, 160.0, 0.0), "--flow-fraction 0 is not between 0.01 and 2"),
            (at(10.0, 160.0, 1.0, "--load-kW", "-5"), "--load-kW -5 kW is not between"),
            (at(10.0, 160.0, 1.0, "--means", "prayer"), "--means 'prayer' is none of brine_valve, bypass"),
            (at(10.0, 160.0, 1.0, "--fans", "off"), "--fans 'off' is none of full, best"),
            (at(10.0, 160.0, 1.0, "--load-basis", "shaft"), "--load-basis 'shaft' is none of net, gross"),
            (at(10.0, 160.0, 1.0, "--T-out-C", "inf"), "--T-out-C inf C is not between 1 and 300 C"),
            (["--T-ambient-C", "warm", *AT[2:]], "should be a valid number"),
            (list(AT[2:]), "Missing option '--T-ambient-C'"),
        ],
    )
    def test_a_bad_question_is_one_line(self, plant: Path, asked: list[str], text: str) -> None:
        assert_refused(invoke("offdesign", plant, *asked), 2, text)

    @pytest.mark.parametrize(
        ("asked", "text"),
        [
            (at(35.0, 120.0, 0.3), "below the least load: "),
            (at(10.0, 160.0, 1.0, "--load-kW", "100"), "kW is needed"),
            (at(10.0, 160.0, 1.0, "--T-out-C", "155"), "below the least load"),
        ],
    )
    def test_no_operating_point_is_exit_3(self, plant: Path, asked: list[str], text: str) -> None:
        assert_refused(invoke("offdesign", plant, *asked), 3, text)

    def test_the_nearest_point_is_named(self, plant: Path) -> None:
        said = invoke("offdesign", plant, *at(10.0, 160.0, 0.05)).stderr
        nearest = float(said.split("it runs with a flow fraction of ")[1].split()[0])
        assert 0.1 < nearest < 0.6
        assert invoke("offdesign", plant, *at(10.0, 160.0, nearest + 0.01)).exit_code == 0

    def test_stops_have_words_in_both_languages(self, plant: Path) -> None:
        hardware = load_design(str(plant)).units[0].hardware
        boundary, control = scenario(hardware, Question(10.0, 160.0, 0.05))
        point = rate(hardware, boundary, control)
        assert stop_text(hardware, boundary, control, point, "zh").startswith("低于最小负荷：发电功率 ")


class TestDesigns:
    def test_no_design_yet(self, tmp_path: Path) -> None:
        folder = write_plant(tmp_path / "new", quick())
        text = f"design.json: is missing; type: orcplant size {folder} --freeze"
        assert_refused(invoke("offdesign", folder, *AT), 2, text)

    def test_a_plant_that_has_changed(self, plant: Path, tmp_path: Path) -> None:
        changed = write_plant(tmp_path / "changed", edited(quick(), {"site.T_design_ambient_C": 12.0}))
        (changed / "design.json").write_bytes((plant / "design.json").read_bytes())
        for name in (changed, changed / "design.json", changed / FILE):
            result = invoke("offdesign", name, *AT)
            assert_refused(result, 2, "the plant has changed since; type: orcplant size")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("{", "not JSON"),
            ("[]", "not a JSON object"),
            ('{"a": NaN}', "not JSON: NaN is no number"),
            ("{}", "plant_toml is missing"),
            ("[" * 100000, "not JSON"),
            ('{"plant_toml": 3}', "plant_toml = 3 is not text"),
            ('{"plant_toml": "x = 1", "plant_sha256": "0"}', "x is not a known key"),
        ],
    )
    def test_a_broken_file_is_one_line(self, tmp_path: Path, text: str, said: str) -> None:
        path = tmp_path / "sizing.json"
        path.write_text(text, encoding="utf-8")
        assert_refused(invoke("offdesign", path, *AT), 2, said)

    @pytest.mark.parametrize(
        ("place", "value", "said"),
        [
            ("units.blocks", [], "units.blocks is empty"),
            ("units.blocks.0.count", 0, "units.blocks[0]: count = 0 below 1"),
            ("units.blocks.0.count", 1.5, "units.blocks[0].count = 1.5 is not a whole number"),
            ("units.blocks.0.rating_kW", "big", 'units.blocks[0].rating_kW = "big" is not a number'),
            ("units.blocks.0.rating_kW", 5, "rating_kW = 5 is not that of the generator in units.blocks[0]"),
            ("units.blocks.0.hardware", None, "units.blocks[0].hardware is null: no reason is given"),
            ("units.blocks.0.hardware.cooler.power_W", "x", 'hardware: cooler.power_W = "x" is not a number'),
            ("wells.types", [], "wells.types has 0 entries, plant.toml 2"),
            ("wells.types.0.count", 99, "wells.types[0].count = 99 is above the 12 that plant.toml has"),
            ("wells.types.0.count", 0, "are not those of a plant with wells"),
        ],
    )
    def test_a_wrong_value_is_one_line(
        self, plant: Path, tmp_path: Path, place: str, value: Any, said: str
    ) -> None:
        document: Any = json.loads((plant / "design.json").read_text(encoding="utf-8"))
        inside: Any = document
        *path, key = place.split(".")
        for name in path:
            inside = inside[int(name)] if isinstance(inside, list) else inside[name]
        inside[key] = value
        file = tmp_path / "sizing.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        assert_refused(invoke("offdesign", file, *AT), 2, said)

    def test_shipped_plants_are_designed(self) -> None:
        for name, rating in (("tianzhen_20mw", 3000.0), ("tianzhen_pilot", 300.0)):
            assert answered(name, *at(5.0, 155.0, 1.0))["unit"]["rating_kW"] == rating


def test_units_by_number_and_name(plant: Path) -> None:
    design = load_design(str(plant))
    assert unit_of(design, None) == unit_of(design, "1") == (1, design.units[0])
    with pytest.raises(InputError, match="none of 1$"):
        unit_of(design, "0")
