"""Case files: what a good one means in SI, and the one line each kind of bad one gives."""

from pathlib import Path

import pytest

from orcplant.config.case_spec import load_case
from orcplant.config.check import check_file, files_of, find
from orcplant.config.schema import json_schema
from orcplant.errors import ConfigError
from orcplant.resources import configs_dir
from orcplant.thermo.properties import Fluid
from orcplant.thermo.spec import (
    AirCooling,
    CoolantFlow,
    CoolantOutlet,
    CoolantPinch,
    FlowGiven,
    GeofluidOutlet,
    HeaterPinch,
    NoCooling,
    Pressure,
    RecuperatorEffectiveness,
    RecuperatorPinch,
    SaturationTemperature,
    Subcooling,
    Superheat,
    Temperature,
    WaterCooling,
)
from tests.case_files import (
    BARE,
    BASES,
    DELETED,
    DUAL_LEVEL,
    RECUPERATED,
    SIMPLE,
    Edits,
    bad_cases,
    edited,
    parsed_edits,
    write_case,
)


def test_a_case_becomes_a_spec_in_si(tmp_path: Path) -> None:
    spec = load_case(write_case(tmp_path, SIMPLE)).spec
    (level,) = spec.levels
    assert level.fluid == Fluid("Isobutane")
    assert level.evaporation == SaturationTemperature(373.15)
    assert level.turbine_inlet == Superheat(0.0)
    assert spec.condensation == SaturationTemperature(303.15)
    assert spec.pump_inlet == Subcooling(0.0)
    assert (level.eta_expander, spec.eta_pump, spec.eta_generator) == (0.85, 0.75, 1.0)
    assert isinstance(spec.source, HeaterPinch)
    assert (spec.source.evaporator, spec.source.preheater) == (5.0, 5.0)
    assert (spec.source.geofluid.T, spec.source.geofluid.p) == (423.15, 10e5)
    assert spec.cooling == AirCooling(
        T_in=293.15, p=101325.0, closure=CoolantPinch(5.0), fan_dp=120.0, eta_fan=0.6
    )


def test_the_other_key_of_every_or_group(tmp_path: Path) -> None:
    edits: Edits = {
        "cycle.T_evap_C": DELETED,
        "cycle.p_evap_bar": 20,  # a whole number is a number
        "cycle.T_turbine_in_C": 110.0,
        "cycle.T_cond_C": DELETED,
        "cycle.p_cond_bar": 4.0,
        "cycle.T_pump_in_C": 25.0,
        "geofluid.p_bar": DELETED,
        "geofluid.steam_quality": 0.1,
        "geofluid.pinch_K": DELETED,
        "geofluid.T_out_C": 70.0,
        "cooling.pinch_K": DELETED,
        "cooling.T_out_C": 25.0,
    }
    spec = load_case(write_case(tmp_path, edited(SIMPLE, edits))).spec
    assert spec.levels[0].evaporation == Pressure(20e5)
    assert spec.levels[0].turbine_inlet == Temperature(383.15)
    assert spec.condensation == Pressure(4e5)
    assert spec.pump_inlet == Temperature(298.15)
    assert isinstance(spec.source, GeofluidOutlet)
    assert spec.source.T_out == 343.15
    assert spec.source.geofluid.quality == 0.1
    assert isinstance(spec.cooling, AirCooling)
    assert spec.cooling.closure == CoolantOutlet(298.15)


def test_recuperator_preheater_pinch_and_coolant_flow(tmp_path: Path) -> None:
    edits: Edits = {
        "cycle.recuperator_pinch_K": DELETED,
        "cycle.recuperator_effectiveness": 0.8,
        "geofluid.preheater_pinch_K": 8.0,
        "cooling": {"type": "water", "T_in_C": 15.0, "mass_flow_kg_s": 300.0, "pump_dp_bar": 1.0},
    }
    spec = load_case(write_case(tmp_path, edited(RECUPERATED, edits))).spec
    assert spec.recuperator == RecuperatorEffectiveness(0.8)
    assert isinstance(spec.source, HeaterPinch)
    assert (spec.source.evaporator, spec.source.preheater) == (5.0, 8.0)
    assert spec.cooling == WaterCooling(
        T_in=288.15, p=2e5, closure=CoolantFlow(300.0), pump_dp=1e5, eta_pump=0.75
    )
    assert load_case(write_case(tmp_path, RECUPERATED)).spec.recuperator == RecuperatorPinch(5.0)


def test_without_geofluid_and_cooling(tmp_path: Path) -> None:
    spec = load_case(write_case(tmp_path, BARE)).spec
    assert spec.source == FlowGiven(1.0)
    assert spec.cooling == NoCooling()


def test_the_low_level_takes_the_fluid_of_the_high_one(tmp_path: Path) -> None:
    high, low = load_case(write_case(tmp_path, DUAL_LEVEL)).spec.levels
    assert low.fluid is high.fluid
    assert low.evaporation == SaturationTemperature(328.15)
    other = load_case(write_case(tmp_path, edited(DUAL_LEVEL, {"cycle.low.fluid": "R134a"}))).spec
    assert other.levels[1].fluid == Fluid("R134a")


def test_a_transcritical_case(tmp_path: Path) -> None:
    edits: Edits = {"cycle.T_evap_C": DELETED, "cycle.p_evap_bar": 45.0, "cycle.T_turbine_in_C": 145.0}
    (level,) = load_case(write_case(tmp_path, edited(SIMPLE, edits))).spec.levels
    assert (level.evaporation, level.turbine_inlet) == (Pressure(45e5), Temperature(418.15))


def test_saturation_typed_as_a_temperature_is_saturation(tmp_path: Path) -> None:
    edits: Edits = {"cycle.T_turbine_in_C": 100.0, "cycle.T_pump_in_C": 30.0}
    load_case(write_case(tmp_path, edited(SIMPLE, edits)))


@pytest.mark.parametrize(("base", "edits", "text"), bad_cases())
def test_bad_cases_name_file_key_value_and_limit(tmp_path: Path, base: str, edits: str, text: str) -> None:
    path = write_case(tmp_path, edited(BASES[base], parsed_edits(edits)))
    with pytest.raises(ConfigError) as caught:
        load_case(path)
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    assert text in said
    assert said.isprintable()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"[cycle\n", "not TOML: Expected ']' at the end of a table declaration (at line 1, column 7)"),
        (b"[cycle]\nfluid = \n", "(at line 2, column 9)"),
        (b"a = 1\na = 2\n", "not TOML: Cannot overwrite a value"),
        (b"# gr\xfc\xdfe\n", "line 1: not UTF-8 text"),
        (b"\x7fELF\x00\x01\x02", "not TOML"),
        (b"a = " + b"9" * 5000, "not TOML"),
        (b"a = " + b"[" * 100_000, "not TOML"),
        (b"", "[cycle] is missing"),
    ],
)
def test_files_that_are_not_toml(tmp_path: Path, content: bytes, text: str) -> None:
    path = tmp_path / "case.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_case(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert text in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_byte_order_mark_is_no_harm(tmp_path: Path) -> None:
    path = write_case(tmp_path, SIMPLE)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    load_case(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file or directory"):
        load_case(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_case(tmp_path)


def test_line_breaks_in_a_file_stay_out_of_the_error(tmp_path: Path) -> None:
    path = write_case(tmp_path, edited(SIMPLE, {"cycle.fluid": "a\nb\x1b[31m" + "x" * 150}))
    with pytest.raises(ConfigError) as caught:
        load_case(path)
    assert str(caught.value).isprintable()


def test_shipped_cases_are_right() -> None:
    cases = sorted((configs_dir() / "cases").glob("*.toml"))
    assert len(cases) >= 5
    for path in cases:
        assert load_case(path).name == path.stem


def test_a_check_tells_kinds_apart(tmp_path: Path) -> None:
    case = write_case(tmp_path, SIMPLE)
    water = tmp_path / "water.toml"
    water.write_text("[species]\nunits = 'mg/L'\n")
    assert check_file(case).is_known
    with pytest.raises(ConfigError, match="name is missing"):
        check_file(water)
    assert files_of(tmp_path) == [case, water]


def test_paths_and_names_of_plants(tmp_path: Path) -> None:
    assert find(str(tmp_path)) == tmp_path
    assert find("cases") == configs_dir() / "cases"
    with pytest.raises(ConfigError, match="casess: no such file.* did you mean cases"):
        find("casess")
    with pytest.raises(ConfigError, match="not a file name"):
        find("x" * 5000)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ConfigError, match="no TOML file in this folder"):
        files_of(empty)


def test_the_schema_has_the_keys_and_no_null() -> None:
    schema = json_schema("case")
    cycle = schema["$defs"]["CycleKeys"]
    assert {"fluid", "layout", "T_evap_C", "low"} <= set(cycle["properties"])
    assert set(cycle["required"]) == {"fluid", "layout", "eta_expander", "eta_pump"}
    assert cycle["additionalProperties"] is False
    assert "null" not in str(schema)
    with pytest.raises(ConfigError, match="schema 'plants' is not known; known are: case"):
        json_schema("plants")
