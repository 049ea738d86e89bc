"""The command line: what it prints, its exit codes, and that nothing a user does gives a traceback."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from orcplant import __version__
from orcplant.cli import app
from orcplant.resources import configs_dir
from tests.case_files import (
    BASES,
    DELETED,
    SIMPLE,
    bad_cases,
    edited,
    parsed_edits,
    write_case,
)

CASES = sorted((configs_dir() / "cases").glob("*.toml"))
PROGRAM = [sys.executable, "-c", "from orcplant.cli import app; app()"]


def invoke(*args: str | Path) -> Result:
    return CliRunner(env={"ORCPLANT_DEBUG": None}).invoke(app, [str(arg) for arg in args])


def assert_refused(result: Result, code: int, text: str) -> None:
    """One line on stderr, nothing on stdout."""
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.endswith("\n")
    assert result.stderr.count("\n") == 1
    assert text in result.stderr


def test_version_and_help() -> None:
    assert invoke("--version").stdout == f"orcplant {__version__}\n"
    shown = invoke("--help")
    assert shown.exit_code == 0
    for command in ("cycle", "check", "schema"):
        assert command in shown.stdout
        assert invoke(command, "--help").exit_code == 0


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_shipped_cases_run(path: Path) -> None:
    result = invoke("cycle", path, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert document["power"]["net_kW"] > 0.0
    assert document["warnings"] == []


def test_the_table_shows_what_a_person_looks_for() -> None:
    result = invoke("cycle", configs_dir() / "cases" / "water_cooled.toml")
    assert (result.exit_code, result.stderr) == (0, "")
    for text in ("pump in", "expander out", "1,715.4", "77.98", "34.861 kg/s", "shaft powers", "kJ/kg"):
        assert text in result.stdout
    terminals = invoke("cycle", configs_dir() / "cases" / "tianzhen_unit.toml").stdout
    assert "shaft powers" not in terminals


def test_warnings_are_shown(tmp_path: Path) -> None:
    path = write_case(tmp_path, edited(SIMPLE, {"geofluid.pinch_K": 0.2}))
    result = invoke("cycle", path)
    assert result.exit_code == 0
    assert "warning: a pinch is below 0.5 K" in result.stdout


@pytest.mark.parametrize(("base", "edits", "text"), bad_cases())
def test_bad_input_is_exit_2(tmp_path: Path, base: str, edits: str, text: str) -> None:
    path = write_case(tmp_path, edited(BASES[base], parsed_edits(edits)))
    for command in ("cycle", "check"):
        assert_refused(invoke(command, path), 2, text)


INFEASIBLE: list[tuple[str, str, str]] = [
    (
        "simple",
        "geofluid.T_in_C = 90.0",
        "geofluid too cold: geofluid.T_in_C = 90.00 C is not above turbine inlet 100.00 C"
        " + geofluid.pinch_K 5.00 K = 105.00 C",
    ),
    (
        "dual_level",
        "cycle.low.T_evap_C = 90.0",
        "geofluid too cold: T at the low level's inlet = 63.76 C is not above turbine inlet 90.00 C"
        " + geofluid.pinch_K 5.00 K",
    ),
    (
        "simple",
        "cooling.T_in_C = 27.0",
        "coolant too warm: cooling.T_in_C = 27.00 C above pump inlet 30.00 C - pinch 5.00 K = 25.00 C;"
        " it must be below that, or the pump inlet above 32.00 C",
    ),
    (
        "simple",
        "-geofluid.pinch_K; geofluid.T_out_C = 40.0",
        "temperature cross in the heater: smallest difference -7.38 K below 0.00 K;"
        " geofluid.T_out_C = 40.00 C is too low, the lowest without a cross is 54.16 C",
    ),
    (
        "simple",
        "-cooling.pinch_K; cooling.T_out_C = 44.0",
        "temperature cross in the condenser: smallest difference -12.01 K below 0.00 K;"
        " cooling.T_out_C = 44.00 C is too high, the highest without a cross is 30.91 C",
    ),
    (
        "simple",
        "-cooling.pinch_K; cooling.mass_flow_kg_s = 1000.0",
        "cooling.mass_flow_kg_s = 1000 is too little, at least 1458 is needed",
    ),
    (
        "water_cooled",
        "-cooling.pinch_K; cooling.mass_flow_kg_s = 1.0",
        "cooling water boils: outlet enthalpy",
    ),
]


@pytest.mark.parametrize(("base", "edits", "text"), INFEASIBLE)
def test_no_feasible_answer_is_exit_3(tmp_path: Path, base: str, edits: str, text: str) -> None:
    path = write_case(tmp_path, edited(BASES[base], parsed_edits(edits)))
    out = tmp_path / "out"
    assert_refused(invoke("cycle", path, "--json", "--out", out), 3, f"{path}: ")
    assert_refused(invoke("cycle", path), 3, text)
    assert invoke("check", path).exit_code == 0  # nothing is wrong with the file
    assert sorted(tmp_path.iterdir()) == [path]


def test_the_nearest_outlet_named_by_a_refusal_is_feasible(tmp_path: Path) -> None:
    edits = {"geofluid.pinch_K": DELETED, "geofluid.T_out_C": 54.17}
    assert invoke("cycle", write_case(tmp_path, edited(SIMPLE, edits))).exit_code == 0
    edits["geofluid.T_out_C"] = 54.15
    assert invoke("cycle", write_case(tmp_path, edited(SIMPLE, edits))).exit_code == 3


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ([], "Missing command"),
        (["cycle"], "Missing argument 'CASE.toml'"),
        (["circle"], "No such command 'circle'"),
        (["cycle", "a.toml", "b.toml"], "unexpected extra argument"),
        (["cycle", "a.toml", "--jsn"], "No such option: --jsn"),
        (["cycle", "a.toml", "--out"], "--out"),
        (["cycle", "no such file.toml"], "no such file.toml: cannot be read: No such file or directory"),
        (["cycle", "a\nb\0.toml"], "embedded null byte"),
        (["check"], "Missing argument"),
        (["check", "nowhere"], "nowhere: no such file, folder or shipped plant"),
        (["schema", "scenario"], "schema 'scenario' is not known; known are: case, plant"),
    ],
)
def test_wrong_usage_is_exit_2(args: list[str], text: str) -> None:
    assert_refused(invoke(*args), 2, text)


def test_schema_prints_one_json_object() -> None:
    assert "cycle" in json.loads(invoke("schema", "case").stdout)["properties"]


def test_check_speaks_of_every_file(tmp_path: Path) -> None:
    good = write_case(tmp_path, SIMPLE, "good.toml")
    assert invoke("check", good).stdout == f"{good}: case: ok\n"
    (tmp_path / "water.toml").write_bytes((configs_dir() / "waters" / "seawater.toml").read_bytes())
    listed = invoke("check", tmp_path).stdout.splitlines()
    assert listed[1].endswith("water.toml: water: ok")
    for name in ("bad.toml", "worse.toml"):
        (tmp_path / name).write_text("[cycle")
    result = invoke("check", tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        str(tmp_path / "bad.toml"),
        str(tmp_path / "worse.toml"),
    ]
    assert invoke("check", "cases").exit_code == 0


def test_out_holds_json_and_report(tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    result = invoke("cycle", write_case(tmp_path, SIMPLE), "--json", "--out", out)
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads((out / "cycle.json").read_text()) == json.loads(result.stdout)
    assert list(out.rglob("*.html"))
    assert not list(tmp_path.rglob(".orcplant-*"))


def test_unwritable_out_is_found_out_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_work(spec: object) -> None:
        raise AssertionError("solved before the folder was looked at")

    monkeypatch.setattr("orcplant.thermo.cycle.solve_cycle", no_work)
    path = write_case(tmp_path, SIMPLE)
    assert_refused(invoke("cycle", path, "--out", path), 2, f"--out {path}: cannot be written")
    assert_refused(invoke("cycle", path, "--out", path / "below"), 2, "cannot be written")
    if Path("/proc/self").exists():  # a folder that takes no files, even from root
        assert_refused(invoke("cycle", path, "--out", "/proc/none"), 2, "cannot be written")


def test_a_report_that_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_disk(result: object, name: str, inputs: object, folder: Path) -> list[Path]:
        (folder / "half.html").write_text("<html>")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("orcplant.report.cycle_report.write_cycle_report", broken_disk)
    path = write_case(tmp_path, SIMPLE)
    assert_refused(invoke("cycle", path, "--out", tmp_path / "out"), 2, "No space left on device")
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_bug_is_exit_1_and_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(spec: object) -> None:
        raise ZeroDivisionError("float\ndivision")

    monkeypatch.setattr("orcplant.thermo.cycle.solve_cycle", bug)
    path = write_case(tmp_path, SIMPLE)
    assert_refused(invoke("cycle", path), 1, "internal error: ZeroDivisionError: float division")
    debugged = CliRunner(env={"ORCPLANT_DEBUG": "1"}).invoke(app, ["cycle", str(path)])
    assert debugged.exit_code == 1
    assert "Traceback" in debugged.stderr


@pytest.mark.usefixtures("heeds_ctrl_c")
def test_ctrl_c_is_exit_1_and_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(spec: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("orcplant.thermo.cycle.solve_cycle", interrupted)
    assert_refused(invoke("cycle", write_case(tmp_path, SIMPLE)), 1, "interrupted")


def test_help_is_quick_and_light() -> None:
    def seconds() -> float:
        start = time.perf_counter()
        subprocess.run([*PROGRAM, "--help"], check=True, capture_output=True)
        return time.perf_counter() - start

    assert min(seconds() for _ in range(5)) < 0.5
    code = "import sys, orcplant.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert not {"numpy", "CoolProp", "pydantic", "rich", "scipy"} & set(loaded.split())


@pytest.mark.skipif(os.name == "nt", reason="pipes and /dev/full are POSIX")
def test_a_reader_that_leaves_and_a_full_disk() -> None:
    process = subprocess.Popen([*PROGRAM, "schema", "case"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == (b"", 0)
    process.stderr.close()
    with open("/dev/full", "w") as full:
        done = subprocess.run([*PROGRAM, "schema", "case"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr == "stdout cannot be written: No space left on device\n"
