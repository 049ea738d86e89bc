"""Whatever stands in a plant file, there is an answer, or one line that says why not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from orcplant.cli import app
from tests.case_files import DELETED, Document
from tests.plant_files import edited, quick, shipped, write_plant
from tests.test_cli_fuzz import numbers

PLANTS: Final = (quick(), shipped("pilot"))
NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(-300.0, 400.0),
    st.floats(0.0, 1.0),
    st.sampled_from([0, 1, -1, 5, 10**30, True, 0.01, 100.0, 160.2, 1e-9]),
)
WORDS = st.sampled_from(
    ["Isobutane", "R245fa", "Water", "CO2", "gauge", "two_phase", "net", "transcritical", "x"]
)
VALUES = st.one_of(NUMBERS, NUMBERS, WORDS, st.text(max_size=8), st.lists(NUMBERS, max_size=3))


def keys_of(document: Document) -> Iterator[tuple[str, Any]]:
    """Every key of a plant by its dotted name, those of arrays of tables too."""
    for name, value in document.items():
        tables = value if isinstance(value, list) and value and isinstance(value[0], dict) else [value]
        for k, table in enumerate(tables):
            place = f"{name}.{k}" if table is not value else name
            if isinstance(table, dict):
                yield from ((f"{place}.{key}", item) for key, item in table.items())
            else:
                yield name, table


@st.composite
def mutated(draw: st.DrawFn) -> Document:
    """A plant with keys taken away, set to anything, or moved: a little, or by orders of magnitude."""
    document = draw(st.sampled_from(PLANTS))
    every = dict(keys_of(document))
    keys = st.sampled_from(sorted(every))
    edits: dict[str, Any] = {}
    if draw(st.integers(0, 3)) == 0:  # most of what is wrong is found at once: leave room for the rest
        edits = dict.fromkeys(draw(st.lists(keys, max_size=1)), DELETED)
        edits |= draw(st.dictionaries(keys, VALUES, max_size=1))
    measured = sorted(key for key, value in every.items() if isinstance(value, int | float))
    for key in draw(st.lists(st.sampled_from(measured), max_size=4, unique=True)):
        factor = draw(st.one_of(st.floats(0.5, 1.2), st.floats(0.5, 1.2), st.floats(0.01, 20.0)))
        value = every[key] * factor
        edits[key] = round(value) if isinstance(every[key], int) else value
    return edited(document, edits)


def assert_orderly(result: Result, folder: Path) -> None:
    assert result.exit_code in (0, 2, 3), result.stderr
    if result.exit_code == 0:
        assert result.stderr == ""
        assert all(abs(value) < float("inf") for value in numbers(json.loads(result.stdout)))
    else:
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1
        assert f"{folder / 'plant.toml'}: " in result.stderr
        assert "nan" not in result.stderr.split("plant.toml", 1)[1].replace("= nan", "")
        assert len(result.stderr) < 600


QUIET: Final = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)


@pytest.mark.slow
@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=QUIET)
@given(document=mutated())
def test_mutated_plants_are_sized_or_refused(tmp_path: Path, document: Document) -> None:
    folder = write_plant(tmp_path, document)
    runner = CliRunner(env={"ORCPLANT_DEBUG": None})
    assert_orderly(runner.invoke(app, ["size", str(folder), "--json"]), folder)
    assert_orderly(runner.invoke(app, ["screen", str(folder), "--json"]), folder)
