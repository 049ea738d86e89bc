"""The table of working fluids: every value has a source, every name a fluid, no limit beyond its equation."""

import csv
import math
from pathlib import Path

import CoolProp.CoolProp
import pytest

from orcplant.resources import configs_dir
from orcplant.thermo.properties import Fluid

COLUMNS = (
    "name label_en label_zh refrigerant family ODP ODP_source GWP_100 GWP_source safety_class safety_source"
    " T_max_C T_max_source phase_out phase_out_source"
).split()
SOURCED = {
    "ODP": "ODP_source",
    "GWP_100": "GWP_source",
    "safety_class": "safety_source",
    "T_max_C": "T_max_source",
    "phase_out": "phase_out_source",
}
FAMILIES = {
    "alkane", "HFC", "HFO", "HCFO", "HCFC", "siloxane", "aromatic", "fluoroketone", "PFC", "other",
}  # fmt: skip
SAFETY_CLASSES = {"", *(toxicity + burning for toxicity in "AB" for burning in ("1", "2L", "2", "3"))}
PHASE_OUTS = {"", "none", "Montreal", "Kigali", "PFAS-review"}
NOT_FOUND = "not found"
END_OF_EQUATION = "CoolProp EOS T_max"
RECALLED = "(recalled)"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "fluids.md"


def read_table() -> list[dict[str, str]]:
    with (configs_dir() / "fluids.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


ROWS = read_table()
each_fluid = pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])


def end_of_equation_C(name: str) -> float:
    return Fluid(name).limits.T_max - 273.15


def test_table_has_its_columns_and_enough_fluids() -> None:
    assert list(ROWS[0]) == COLUMNS
    assert len(ROWS) >= 24
    assert all(None not in row and None not in row.values() for row in ROWS), "a line of another length"


@pytest.mark.parametrize("column", ["name", "label_en", "label_zh"])
def test_names_and_labels_are_unique(column: str) -> None:
    values = [row[column] for row in ROWS]
    assert all(values)
    assert len(set(values)) == len(values)


def test_refrigerant_numbers_are_unique() -> None:
    numbers = [row["refrigerant"] for row in ROWS if row["refrigerant"]]
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith("R-") for number in numbers)


@each_fluid
def test_no_cell_has_spaces_around_it(row: dict[str, str]) -> None:
    assert [cell for cell in row.values() if cell != cell.strip()] == []


@each_fluid
def test_name_is_the_one_coolprop_uses(row: dict[str, str]) -> None:
    Fluid(row["name"])
    assert CoolProp.CoolProp.get_fluid_param_string(row["name"], "name") == row["name"]


@each_fluid
def test_words_are_of_their_sets(row: dict[str, str]) -> None:
    assert row["family"] in FAMILIES
    assert row["safety_class"] in SAFETY_CLASSES
    assert row["phase_out"] in PHASE_OUTS


@each_fluid
@pytest.mark.parametrize(("value", "source"), SOURCED.items(), ids=SOURCED)
def test_value_and_source_come_together(row: dict[str, str], value: str, source: str) -> None:
    assert row[source], "a source, or the words 'not found', must stand here"
    assert row[source].startswith(NOT_FOUND) == (row[value] == "")


@each_fluid
def test_recalled_is_the_last_word_of_a_source(row: dict[str, str]) -> None:
    marked = [row[source] for source in SOURCED.values() if "recalled" in row[source]]
    assert all(text.endswith(RECALLED) for text in marked)


@each_fluid
@pytest.mark.parametrize("column", ["ODP", "GWP_100"])
def test_potential_is_finite_and_not_negative(row: dict[str, str], column: str) -> None:
    if row[column]:
        assert math.isfinite(float(row[column]))
        assert float(row[column]) >= 0.0


@each_fluid
def test_T_max_lies_inside_the_equation_of_state(row: dict[str, str]) -> None:
    if row["T_max_C"]:
        assert math.isfinite(float(row["T_max_C"]))
        assert 100.0 <= float(row["T_max_C"]) <= end_of_equation_C(row["name"]) + 0.005


@each_fluid
def test_T_max_named_the_end_of_the_equation_is_that_end(row: dict[str, str]) -> None:
    if row["T_max_source"].startswith(END_OF_EQUATION):
        assert float(row["T_max_C"]) == pytest.approx(end_of_equation_C(row["name"]), abs=0.005)


@each_fluid
def test_ozone_depletion_goes_with_chlorine(row: dict[str, str]) -> None:
    assert (float(row["ODP"]) > 0.0) == (row["family"] in {"HCFC", "HCFO"})


@each_fluid
def test_treaty_goes_with_the_family(row: dict[str, str]) -> None:
    assert (row["phase_out"] == "Montreal") == (row["family"] == "HCFC")
    assert row["phase_out"] == "Kigali" or row["family"] != "HFC"


def test_page_lists_the_values_that_are_recalled_and_no_others() -> None:
    in_table = {
        f"| {row['name']} | {value} | {row[value]} |"
        for row in ROWS
        for value, source in SOURCED.items()
        if row[source].endswith(RECALLED)
    }
    section = PAGE.read_text(encoding="utf-8").partition("## Recalled values")[2]
    on_page = {line for line in section.splitlines() if line.startswith("| ")}
    assert on_page - {"| fluid | column | value |"} == in_table
