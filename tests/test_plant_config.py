"""Plant files: what a good one means in SI, what it assumes, and the one line each kind of bad one gives."""

import os
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from orcplant.cli import app
from orcplant.config.assumptions import Assumption, assumptions
from orcplant.config.check import check_file, find
from orcplant.config.plant_spec import load_plant
from orcplant.config.schema import json_schema
from orcplant.errors import ConfigError
from orcplant.plant.spec import DesignObjective, TargetBasis
from orcplant.resources import configs_dir
from orcplant.thermo.design import Regime
from orcplant.thermo.spec import NoRecuperator, RecuperatorPinch
from tests.plant_files import FILE, NAMES, bad_plants, edited, quick, shipped, shipped_text, write_plant

KELVIN = 273.15


def invoke(*args: str | Path) -> Result:
    return CliRunner(env={"ORCPLANT_DEBUG": None}).invoke(app, [str(arg) for arg in args])


def one_line(result: Result) -> str:
    assert result.stdout == ""
    assert result.stderr.endswith("\n")
    assert result.stderr.count("\n") == 1
    return result.stderr


def shipped_plant(name: str) -> Any:
    return load_plant(configs_dir() / NAMES[name])


class TestShipped:
    def test_the_20_mw_plant_in_si(self) -> None:
        spec = shipped_plant("20mw").spec
        assert (spec.target, spec.basis) == (20e6, TargetBasis.INSTALLED)
        assert spec.site.p_ambient == pytest.approx(0.897e5)
        assert spec.site.T_ambient == pytest.approx(10.0 + KELVIN)
        best, dr1 = spec.wells
        assert (best.name, dr1.name) == ("2020 well", "DR1")
        assert best.T == pytest.approx(160.2 + KELVIN)
        assert best.p == pytest.approx(11.2e5)
        assert np.isnan(best.quality)
        assert dr1.mass_flow == pytest.approx(23.15, abs=0.01)
        assert spec.limits.p_cond_min == pytest.approx(0.897e5)  # the local atmosphere
        assert spec.limits.T_reinjection_min == pytest.approx(60.0 + KELVIN)
        assert min(spec.ratings) == 250e3
        assert max(spec.ratings) == 5e6
        assert len(spec.fluids) >= 20
        assert spec.units == ()

    def test_layouts(self) -> None:
        spec = shipped_plant("20mw").spec
        simple, recuperated = spec.layouts
        assert (simple.regime, simple.recuperator) == (Regime.SUBCRITICAL, NoRecuperator())
        assert recuperated.recuperator == RecuperatorPinch(8.0)
        assert simple.p_reduced == (0.05, 0.8)

    def test_a_transcritical_layout(self, tmp_path: Path) -> None:
        document = edited(quick(), {"design.layouts": ["transcritical"]})
        (layout,) = load_plant(write_plant(tmp_path, document)).spec.layouts
        assert layout.regime is Regime.TRANSCRITICAL
        assert layout.p_reduced == (1.05, 1.6)

    def test_the_pilot(self) -> None:
        spec = shipped_plant("pilot").spec
        assert [unit.rating for unit in spec.units] == [300e3, 280e3]
        assert spec.target == sum(unit.rating for unit in spec.units)
        (well,) = spec.wells
        assert well.quality == 0.02
        assert well.p == pytest.approx(6.18e5, rel=2e-3)

    @pytest.mark.parametrize("name", NAMES)
    def test_file_folder_and_name_are_the_same_plant(self, name: str) -> None:
        folder = configs_dir() / NAMES[name]
        plant = load_plant(folder)
        assert plant.sha256 == sha256((folder / FILE).read_bytes()).hexdigest()
        assert load_plant(folder / FILE).sha256 == plant.sha256
        assert find(NAMES[name]) == folder
        checked = check_file(folder / FILE)
        assert (checked.kind, checked.is_known) == ("plant", True)

    def test_the_climate_is_that_of_the_reference(self) -> None:
        normals = [-10.4, -5.8, 1.5, 9.7, 16.5, 20.6, 22.3, 20.5, 15.1, 7.8, -1.1, -8.2]
        for name in NAMES:
            assert shipped_plant(name).keys.site.T_monthly_C == normals
        assert np.mean(normals) == pytest.approx(7.4, abs=0.1)


class TestMeaning:
    def plant(self, folder: Path, edits: str) -> Any:
        return load_plant(write_plant(folder, edited(quick(), edits))).spec

    def test_gauge_adds_the_local_atmosphere(self, tmp_path: Path) -> None:
        well = self.plant(tmp_path, 'well_type.0.pressure_basis = "gauge"').wells[0]
        assert well.p == pytest.approx(11.2e5 + 0.897e5)

    def test_cold_flow(self, tmp_path: Path) -> None:
        well = self.plant(tmp_path, 'well_type.0.flow_basis = "cold"').wells[0]
        assert well.mass_flow == pytest.approx(64.05, abs=0.01)

    def test_steam(self, tmp_path: Path) -> None:
        edits = 'well_type.0.phase = "two_phase"; well_type.0.steam_quality = 0.1; well_type.0.p_bar = 6.21'
        well = self.plant(tmp_path, edits).wells[0]
        assert well.quality == 0.1
        assert well.p == pytest.approx(6.21e5, rel=2e-3)  # saturation, the only pressure there is

    def test_the_condensing_limit(self, tmp_path: Path) -> None:
        assert self.plant(tmp_path, "limits.p_cond_min_bar = 0.2").limits.p_cond_min == pytest.approx(0.2e5)

    def test_names_of_fluids_in_any_spelling(self, tmp_path: Path) -> None:
        for name in ("Isobutane", "ISOBUTANE", "IsoButane", "R600a"):
            spec = self.plant(tmp_path, f'design.fluids = ["{name}"]')
            assert [fluid.name for fluid in spec.fluids] == ["IsoButane"]

    def test_what_units_are_designed_for(self, tmp_path: Path) -> None:
        assert self.plant(tmp_path, "-design.objective").objective is DesignObjective.UNIT_NET
        costs = self.plant(tmp_path, 'design.objective = "specific_cost"')
        assert costs.objective is DesignObjective.SPECIFIC_COST

    def test_whole_numbers_are_numbers(self, tmp_path: Path) -> None:
        assert self.plant(tmp_path, "target.power_kW = 5000; well_type.0.T_C = 160").target == 5e6


@pytest.mark.parametrize(("base", "edits", "code", "text"), bad_plants())
def test_a_bad_plant_is_one_line(tmp_path: Path, base: str, edits: str, code: int, text: str) -> None:
    document = quick(base) if code == 3 and base == "20mw" else shipped(base)
    folder = write_plant(tmp_path / "plant", edited(document, edits))
    said = one_line(result := invoke("size", folder, "--json"))
    assert result.exit_code == code, said
    assert text in said
    assert said.startswith(f"{folder / FILE}: ")
    assert len(said) < 600
    assert sorted(path.name for path in folder.iterdir()) == [FILE]
    checked = invoke("check", folder)
    assert checked.exit_code == (2 if code == 2 else 0)
    if code == 2:
        assert checked.stderr == said
        assert one_line(invoke("screen", folder)) == said


@pytest.mark.parametrize(
    "edits",
    [
        "well_type.0.available = 0",
        "well_type = []",
        "design.fluids = []",
        "limits.T_reinjection_min_C = 165.0",
    ],
)
def test_a_screening_with_nothing_to_rank_is_exit_3(tmp_path: Path, edits: str) -> None:
    result = invoke("screen", write_plant(tmp_path, edited(quick(), edits)), "--json")
    assert result.exit_code == 3
    one_line(result)


class TestAssumptions:
    def read(self, folder: Path, text: str) -> list[tuple[str, str, str]]:
        path = folder / FILE
        path.write_text(text, encoding="utf-8")
        return [(found.key, found.value, found.why) for found in assumptions(path)]

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("a = 1.0 # assumed: why", ("a", "1.0", "why")),
            ("a = 1.0 # assumed", ("a", "1.0", "")),
            ("a=1.0# assumed: why", ("a", "1.0", "why")),
            ("  a = 1.0   #assumed why not", ("a", "1.0", "why not")),
            ('a = "text" # assumed: why', ("a", '"text"', "why")),
            ('a = "a # b" # assumed: why', ("a", '"a # b"', "why")),
            ("a = 'a # b' # assumed: why", ("a", "'a # b'", "why")),
            ('a = "say \\"hi\\" # no" # assumed: why', ("a", '"say \\"hi\\" # no"', "why")),
            ("a = [1, 2] # assumed: why: and how # more", ("a", "[1, 2]", "why: and how # more")),
            (
                'a = [[250, 0.7], [1000, 0.8]] # assumed: "quoted"',
                ("a", "[[250, 0.7], [1000, 0.8]]", '"quoted"'),
            ),
            ("a = true # assumed: why", ("a", "true", "why")),
        ],
    )
    def test_a_line(self, tmp_path: Path, line: str, expected: tuple[str, str, str]) -> None:
        assert self.read(tmp_path, line) == [expected]

    @pytest.mark.parametrize(
        "line",
        [
            "a = 1.0",
            "a = 1.0 # the plan: 1.0",
            "a = 1.0 # not assumed",
            "a = 1.0 # unassumed",
            "a = 1.0 # assumedly so",
            "# a = 1.0 # assumed: why",
            "# assumed: all of it",
            'a = "b # assumed: not a comment"',
            "a = 'b # assumed: not a comment'",
        ],
    )
    def test_no_assumption(self, tmp_path: Path, line: str) -> None:
        assert self.read(tmp_path, line) == []

    def test_tables_and_arrays_of_tables(self, tmp_path: Path) -> None:
        text = """
            top = 1 # assumed: a
            [one]
            key = 2 # assumed: b
            [one.two]
            key = 3 # assumed: c
            [[well]]   # a comment
            T = 4 # assumed: d
            [[well]]
            T = 5 # assumed: e
            [other] # [[well]]
            T = 6 # assumed: f
            [[unit]]
            T = 7 # assumed: g
        """
        keys = [key for key, _, _ in self.read(tmp_path, text)]
        assert keys == ["top", "one.key", "one.two.key", "well[0].T", "well[1].T", "other.T", "unit[0].T"]

    def test_a_value_over_several_lines_is_marked_on_its_last(self, tmp_path: Path) -> None:
        text = 'a = [\n  "x", # assumed: nothing\n  "y"\n] # assumed: why\nb = 1 # assumed: because\n'
        keys = [key for key, _, _ in self.read(tmp_path, text)]
        assert "b" in keys
        assert keys in (["a", "b"], ["b"])

    @pytest.mark.parametrize("name", NAMES)
    def test_shipped_assumptions_are_all_found(self, name: str) -> None:
        text, found = shipped_text(name), shipped_plant(name).assumptions
        marked = [line for line in text.splitlines() if re.search(r"^[^#]*=.*#\s*assumed\b", line)]
        assert len(found) == len(marked) > 30
        assert len({assumed.key for assumed in found}) == len(found)
        for assumed in found:
            assert self.value_of(shipped(name), assumed) is not None

    @staticmethod
    def value_of(document: Any, assumed: Assumption) -> Any:
        """Value at the assumption's key: every key must be one of the file's."""
        for part in assumed.key.split("."):
            name, _, index = part.partition("[")
            document = document[name]
            if index:
                document = document[int(index.removesuffix("]"))]
        return document


class TestSchema:
    def check(self, value: Any, schema: dict[str, Any], whole: dict[str, Any], where: str) -> None:
        """Hold a value to the part of JSON Schema that the models use."""
        if "$ref" in schema:
            schema = whole["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        kinds: dict[str, Callable[[Any], bool]] = {
            "object": lambda v: isinstance(v, dict),
            "array": lambda v: isinstance(v, list),
            "string": lambda v: isinstance(v, str),
            "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
            "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
            "boolean": lambda v: isinstance(v, bool),
        }
        if "type" in schema:
            assert kinds[schema["type"]](value), where
        assert value in schema.get("enum", [value]), where
        if kinds["number"](value):
            assert schema.get("minimum", value) <= value <= schema.get("maximum", value), where
            assert "exclusiveMinimum" not in schema or value > schema["exclusiveMinimum"], where
            assert "exclusiveMaximum" not in schema or value < schema["exclusiveMaximum"], where
        if isinstance(value, dict):
            assert schema["additionalProperties"] is False, where
            assert set(schema.get("required", ())) <= set(value) <= set(schema["properties"]), where
            for key, item in value.items():
                self.check(item, schema["properties"][key], whole, f"{where}.{key}")
        if isinstance(value, list):
            assert len(value) >= schema.get("minItems", 0), where
            for k, item in enumerate(value):
                self.check(item, schema["items"], whole, f"{where}[{k}]")

    @pytest.mark.parametrize("name", NAMES)
    def test_shipped_plants_keep_to_it(self, name: str) -> None:
        schema = json_schema("plant")
        assert "null" not in str(schema)
        self.check(shipped(name), schema, schema, name)

    @pytest.mark.parametrize(
        "edits",
        [
            "site.elevation = 1.0",
            "-target.basis",
            'target.basis = "gross"',
            'well_type.0.T_C = "hot"',
            "well_type.0.flow_m3_h = 0.0",
            "design.eta_pump = 75.0",
            "design.ratings_kW = []",
        ],
    )
    def test_and_bad_ones_do_not(self, edits: str) -> None:
        schema = json_schema("plant")
        with pytest.raises(AssertionError):
            self.check(edited(shipped("20mw"), edits), schema, schema, "20mw")

    def test_validated_by_the_library_of_that_name(self) -> None:
        jsonschema = pytest.importorskip("jsonschema")
        for name in NAMES:
            jsonschema.validate(shipped(name), json_schema("plant"))

    def test_an_unknown_schema(self) -> None:
        with pytest.raises(ConfigError, match="known are: case, plant"):
            json_schema("plants")


class TestNames:
    def test_a_plant_by_a_wrong_name(self) -> None:
        said = one_line(result := invoke("size", "tianzhen_20"))
        assert result.exit_code == 2
        assert "did you mean tianzhen_20mw?" in said

    def test_a_folder_without_a_plant(self, tmp_path: Path) -> None:
        said = one_line(result := invoke("size", tmp_path))
        assert result.exit_code == 2
        assert "plant.toml: cannot be read: No such file or directory" in said

    def test_a_case_is_not_a_plant(self) -> None:
        result = invoke("size", configs_dir() / "cases" / "tianzhen_unit.toml")
        assert result.exit_code == 2
        assert "cycle is not a known key" in one_line(result)

    @pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
    def test_a_plant_that_may_not_be_read(self, tmp_path: Path) -> None:
        (tmp_path / FILE).mkdir()
        result = invoke("size", tmp_path)
        assert result.exit_code == 2
        assert "cannot be read" in one_line(result)
