"""Whatever stands in a case file, there is an answer, or one line that says why not."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from orcplant.cli import app
from tests.case_files import (
    DELETED,
    DUAL_LEVEL,
    RECUPERATED,
    SIMPLE,
    WATER_COOLED,
    Document,
    edited,
    toml,
)

DOCUMENTS = (SIMPLE, WATER_COOLED, RECUPERATED, DUAL_LEVEL)
WORDS = st.sampled_from(["Isobutane", "Isopentane", "R245fa", "Water", "CO2", "air", "water", "simple", "x"])
NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(-300.0, 400.0),
    st.floats(0.0, 1.0),
    st.sampled_from([0, 1, -1, 5, 10**30, True, 0.01, 100.0, 134.66, 36.29, 273.15]),
)
VALUES = st.one_of(NUMBERS, NUMBERS, WORDS, st.text(max_size=8), st.lists(NUMBERS, max_size=2))
OTHER_KEYS = (
    "cycle.p_evap_bar cycle.p_cond_bar cycle.superheat_K cycle.T_turbine_in_C cycle.subcooling_K"
    " cycle.T_pump_in_C cycle.recuperator_effectiveness cycle.mass_flow_kg_s cycle.eta_generator"
    " cycle.low.T_evap_C cycle.low.fluid"
    " geofluid.steam_quality geofluid.T_out_C geofluid.preheater_pinch_K cooling.p_bar cooling.T_out_C"
    " cooling.mass_flow_kg_s cooling.pump_dp_bar new.key"
)
KEYS = st.sampled_from(
    sorted({f"{table}.{key}" for base in DOCUMENTS for table, keys in base.items() for key in keys})
    + OTHER_KEYS.split()
)


def scaled(document: Document) -> Iterator[tuple[str, float]]:
    """Every number of a document, by its dotted key."""
    for table, keys in document.items():
        yield from ((f"{table}.{key}", value) for key, value in keys.items() if isinstance(value, float))


@st.composite
def mutated(draw: st.DrawFn) -> Document:
    """A valid document with keys taken away, set to anything, or moved a little."""
    document = draw(st.sampled_from(DOCUMENTS))
    removed: dict[str, Any] = dict.fromkeys(draw(st.lists(KEYS, max_size=2)), DELETED)
    changed = draw(st.dictionaries(KEYS, VALUES, max_size=2))
    moved = draw(st.lists(st.sampled_from(list(scaled(document))), max_size=4))
    nudged = {key: value * draw(st.floats(0.5, 1.5)) for key, value in moved}
    return edited(document, removed | changed | nudged)


def cycle(path: Path) -> Result:
    return CliRunner(env={"ORCPLANT_DEBUG": None}).invoke(app, ["cycle", str(path), "--json"])


def assert_orderly(result: Result) -> None:
    assert result.exit_code in (0, 2, 3), result.stderr
    if result.exit_code == 0:
        assert result.stderr == ""
        assert all(math.isfinite(value) for value in numbers(json.loads(result.stdout)))
    else:
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1
        assert "case.toml: " in result.stderr
        assert len(result.stderr) < 600


def numbers(document: Any) -> Iterator[float]:
    if isinstance(document, dict | list):
        for item in document.values() if isinstance(document, dict) else document:
            yield from numbers(item)
    elif isinstance(document, float):
        yield document


QUIET: Final = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=QUIET)
@given(document=mutated())
def test_mutated_cases_are_answered_or_refused(tmp_path: Path, document: Document) -> None:
    path = tmp_path / "case.toml"
    path.write_text(toml(document), encoding="utf-8")
    assert_orderly(cycle(path))


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=QUIET)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode(errors="replace")))
def test_random_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "case.toml"
    path.write_bytes(content)
    assert_orderly(cycle(path))


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=QUIET)
@given(at=st.integers(0, 400), cut=st.integers(0, 40), insert=st.binary(max_size=6))
def test_damaged_files_are_answered_or_refused(tmp_path: Path, at: int, cut: int, insert: bytes) -> None:
    whole = toml(SIMPLE).encode()
    path = tmp_path / "case.toml"
    path.write_bytes(whole[:at] + insert + whole[at + cut :])
    assert_orderly(cycle(path))
