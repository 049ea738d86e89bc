"""The JSON of `orcplant cycle`: keys, units, order and absence as the contract has them."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from orcplant.config.case_spec import load_case
from orcplant.report.cycle_json import Document, cycle_document
from orcplant.resources import configs_dir
from orcplant.thermo.cycle import solve_cycle
from tests.case_files import BARE, DELETED, DUAL_LEVEL, RECUPERATED, SIMPLE, Edits, edited, write_case

POWERS = ["expander", "pump", "cycle", "generator", "fan", "cooling_pump", "net"]
SIMPLE_POINTS = ["pump_in", "pump_out", "bubble", "dew", "expander_in", "expander_out"]
UNITS = ("_kW", "_C", "_K", "_bar", "_kg_s", "_kJ_kg", "_kJ_kgK")
DIMENSIONLESS = ("eta_thermal", "efficiency", "utilisation", "quality")


def document(folder: Path, base: Document, edits: Edits | None = None) -> Document:
    case = load_case(write_case(folder, edited(base, edits or {})))
    written: Document = json.loads(json.dumps(cycle_document(solve_cycle(case.spec), case), allow_nan=False))
    return written


def shipped(name: str) -> Document:
    case = load_case(configs_dir() / "cases" / f"{name}.toml")
    return cycle_document(solve_cycle(case.spec), case)


def points(document: Document) -> list[str]:
    return [state["point"] for state in document["states"]]


def test_keys_of_the_contract(tmp_path: Path) -> None:
    found = document(tmp_path, SIMPLE)
    assert list(found["power"]) == [f"{name}_kW" for name in POWERS]
    assert list(found["duty"]) == ["heat_in_kW", "condenser_kW", "recuperator_kW"]
    assert list(found["working_fluid"]) == ["mass_flow_kg_s"]
    assert points(found) == SIMPLE_POINTS
    assert list(found["states"][0]) == ["point", "T_C", "p_bar", "h_kJ_kg", "s_kJ_kgK", "quality"]
    assert {"T_out_C", "p_bar", "mass_flow_kg_s"} <= set(found["geofluid"])
    assert {"T_out_C", "mass_flow_kg_s"} <= set(found["cooling"])
    assert list(found["pinch"]) == ["preheater_K", "evaporator_K", "condenser_K"]
    assert {"efficiency", "utilisation", "T_dead_C", "destruction_kW"} == set(found["exergy"])
    assert found["exergy"]["T_dead_C"] == 20.0
    assert found["warnings"] == []
    assert found["power_basis"] == "shaft"


@pytest.mark.parametrize("name", ["tianzhen_unit", "dual_fluid", "recuperated", "mixture"])
def test_every_number_carries_its_unit(name: str) -> None:
    def check(value: Any, key: str, table: str) -> None:
        if isinstance(value, dict):
            for inner, content in value.items():
                check(content, inner, key)
        elif isinstance(value, list):
            for content in value:
                check(content, key, table)
        elif isinstance(value, float):
            assert math.isfinite(value)
            assert key.endswith(UNITS) or key in DIMENSIONLESS or table.endswith(UNITS), key

    check(shipped(name), "", "")


def test_the_published_numbers_of_the_water_cooled_case() -> None:
    found = shipped("water_cooled")  # TESPy 0.11.3 with CoolProp 8.0.0, as the file says
    assert found["power"]["net_kW"] == pytest.approx(1715.41, rel=1e-4)
    assert found["working_fluid"]["mass_flow_kg_s"] == pytest.approx(34.8608, rel=1e-4)
    assert found["geofluid"]["T_out_C"] == pytest.approx(77.9774, abs=0.01)
    assert found["cooling"]["mass_flow_kg_s"] == pytest.approx(404.9089, rel=1e-4)
    dew = next(state for state in found["states"] if state["point"] == "dew")
    assert dew["p_bar"] == pytest.approx(7.22136, rel=1e-5)
    assert dew["h_kJ_kg"] == pytest.approx(455.647, rel=1e-4)
    assert dew["s_kJ_kgK"] == pytest.approx(1.27010, rel=1e-4)


def test_powers_add_up_as_the_contract_says() -> None:
    found = shipped("tianzhen_unit")
    power, duty = found["power"], found["duty"]
    assert power["cycle_kW"] == pytest.approx(power["expander_kW"] - power["pump_kW"], rel=1e-9)
    assert power["generator_kW"] == pytest.approx(0.95 * power["expander_kW"], rel=1e-9)
    used = power["pump_kW"] + power["fan_kW"] + power["cooling_pump_kW"]
    assert power["net_kW"] == pytest.approx(power["generator_kW"] - used, rel=1e-9)
    assert found["eta_thermal"] == pytest.approx(power["cycle_kW"] / duty["heat_in_kW"], rel=1e-9)
    assert duty["heat_in_kW"] - duty["condenser_kW"] == pytest.approx(power["cycle_kW"], rel=1e-8)
    assert found["power_basis"] == "terminals"


def test_without_geofluid_and_cooling_their_tables_are_absent(tmp_path: Path) -> None:
    found = document(tmp_path, BARE)
    assert not {"geofluid", "cooling", "exergy"} & set(found)
    assert found["pinch"] == {}
    assert (found["power"]["fan_kW"], found["power"]["cooling_pump_kW"]) == (0.0, 0.0)


def test_quality_is_null_outside_the_dome(tmp_path: Path) -> None:
    qualities = {state["point"]: state["quality"] for state in document(tmp_path, SIMPLE)["states"]}
    assert qualities["pump_out"] is None
    assert qualities["expander_out"] is None
    assert (qualities["bubble"], qualities["dew"]) == (0.0, 1.0)


def test_a_recuperator_adds_its_points_and_its_pinch(tmp_path: Path) -> None:
    found = document(tmp_path, RECUPERATED)
    assert points(found) == [
        "pump_in",
        "pump_out",
        "recuperator_cold_out",
        "bubble",
        "dew",
        "expander_in",
        "expander_out",
        "recuperator_hot_out",
    ]
    assert found["pinch"]["recuperator_K"] == pytest.approx(5.0, abs=0.01)


def test_an_idle_recuperator_has_no_pinch_and_a_warning(tmp_path: Path) -> None:
    edits: Edits = {"cycle.recuperator_effectiveness": 0.0, "cycle.recuperator_pinch_K": DELETED}
    found = document(tmp_path, RECUPERATED, edits)
    assert found["duty"]["recuperator_kW"] == 0.0
    assert "recuperator_K" not in found["pinch"]
    assert found["warnings"][0].startswith("idle recuperator")


def test_a_transcritical_cycle_has_no_phase_boundary() -> None:
    found = shipped("transcritical")
    assert points(found) == ["pump_in", "pump_out", "expander_in", "expander_out"]
    assert list(found["pinch"]) == ["evaporator_K", "condenser_K"]


def test_liquid_that_leaves_the_recuperator_boiling_has_no_bubble_point(tmp_path: Path) -> None:
    edits: Edits = {"cycle.fluid": "MM", "cycle.T_evap_C": 60.0, "cycle.superheat_K": 60.0}
    found = document(tmp_path, RECUPERATED, edits)
    cold_out = next(state for state in found["states"] if state["point"] == "recuperator_cold_out")
    assert cold_out["quality"] is not None
    assert "bubble" not in points(found)
    assert "dew" in points(found)
    assert "preheater_K" not in found["pinch"]


def test_two_levels_of_one_fluid(tmp_path: Path) -> None:
    found = document(tmp_path, DUAL_LEVEL)
    assert points(found) == SIMPLE_POINTS + [f"low_{point}" for point in SIMPLE_POINTS]
    assert list(found["pinch"]) == [
        "preheater_K",
        "evaporator_K",
        "low_preheater_K",
        "low_evaporator_K",
        "condenser_K",
    ]
    flows = found["working_fluid"]
    assert flows["mass_flow_kg_s"] == pytest.approx(
        flows["high_mass_flow_kg_s"] + flows["low_mass_flow_kg_s"], rel=1e-9
    )


def test_two_fluids_have_two_condensers_and_one_coolant_outlet(tmp_path: Path) -> None:
    found = document(tmp_path, DUAL_LEVEL, {"cycle.low.fluid": "Isopentane"})
    pinch, cooling = found["pinch"], found["cooling"]
    assert pinch["condenser_K"] == pytest.approx(5.0, abs=0.01)
    assert pinch["condenser_K"] <= pinch["low_condenser_K"]
    heat_capacity = found["duty"]["condenser_kW"] / cooling["mass_flow_kg_s"] / (cooling["T_out_C"] - 20.0)
    assert heat_capacity == pytest.approx(1.0065, abs=0.001)  # of air at 25 C [kJ/(kg K)]


@pytest.mark.parametrize(
    ("edits", "warning"),
    [
        ({"geofluid.pinch_K": 0.3}, "a pinch is below 0.5 K"),
        ({"cycle.fluid": "Water"}, "wet expansion"),
        ({"cooling.pinch_K": 9.99}, "no net power"),
    ],
)
def test_warnings_in_words(tmp_path: Path, edits: Edits, warning: str) -> None:
    warnings = document(tmp_path, SIMPLE, edits)["warnings"]
    assert any(text.startswith(warning) for text in warnings)
