"""`orcplant water`: what it prints, the contract with scripts, what it refuses and what it leaves behind."""

import json
import math
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from orcplant.cli import app
from orcplant.config.schema import json_schema
from orcplant.config.water_spec import load_water
from orcplant.resources import configs_dir
from orcplant.water import phreeqc_engine, study
from tests.case_files import parsed_edits, toml
from tests.plant_files import edited

SHIPPED = configs_dir() / "waters" / "tianzhen_surrogate.toml"
CODES = "T_C p_bar pH ionic_strength_mol_kgw SI totals_mol_kgw precipitated_mol_kgw database".split()


def invoke(*args: str | Path) -> Result:
    return CliRunner(env={"ORCPLANT_DEBUG": None, "COLUMNS": "120"}).invoke(app, [str(arg) for arg in args])


def assert_refused(result: Result, code: int, text: str) -> None:
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.count("\n") == 1
    assert text in result.stderr


def write_water(folder: Path, edits: str = "", text: str | None = None) -> Path:
    path = folder / "water.toml"
    document = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    changed = edited(document, parsed_edits(edits)) if edits else document
    path.write_text(toml(changed) if text is None else text, encoding="utf-8")
    return path


def bad_waters() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / "bad_waters.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    return [(edits, text) for edits, text in rows]


@pytest.fixture(scope="module")
def document() -> Any:
    result = invoke("water", SHIPPED, "--T-C", "160,140,120,100,80,60", "--p-bar", "12", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def leaves(document: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(document, dict):
        for key, value in document.items():
            yield from leaves(value, f"{name}.{key}")
    elif isinstance(document, list):
        for value in document:
            yield from leaves(value, f"{name}[]")
    else:
        yield name, document


def test_the_contract_of_the_points(document: Any) -> None:
    assert [point["T_C"] for point in document["points"]] == pytest.approx([160, 140, 120, 100, 80, 60])
    for point in document["points"]:
        assert set(CODES) <= point.keys()
        assert (point["database"], point["p_bar"]) == ("llnl", pytest.approx(12.0))
        assert point["totals_mol_kgw"]["Na"] == pytest.approx(0.01659, rel=1e-3)
        assert {"calcite", "silica_am", "quartz", "anhydrite"} <= point["SI"].keys()
        assert all(key == key.lower() for key in point["SI"])
    # The same numbers as PHREEQC by hand.
    assert document["points"][0]["SI"]["calcite"] == pytest.approx(1.41, abs=0.015)
    assert document["points"][5]["SI"]["quartz"] == pytest.approx(0.91, abs=0.015)


def test_the_contract_of_the_limits(document: Any) -> None:
    assert document["limits"]["T_silica_C"] == pytest.approx(
        731.0 / (4.52 - math.log10(170.35)) - 273.15, abs=0.01
    )
    assert document["bubble_point_bar"] == pytest.approx(9.96, abs=0.05)
    assert [one["reading"] for one in document["readings"]] == ["analysed", "restored"]
    assert document["warnings"][0] == "Invented water: nothing here was measured."
    assert document["water"]["invented"] is True


def test_every_number_says_its_unit_or_has_none(document: Any) -> None:
    for _, value in leaves(document):
        assert not isinstance(value, float) or math.isfinite(value)


def test_precipitates_are_told(tmp_path: Path) -> None:
    path = write_water(tmp_path, 'equilibrate = {phases = ["calcite", "quartz"]}')
    found = json.loads(invoke("water", path, "--T-C", "160", "--json").stdout)["points"][0]
    assert found["precipitated_mol_kgw"]["calcite"] > 0.0
    assert found["precipitated_mol_kgw"]["quartz"] > 0.0
    assert found["SI"]["calcite"] == pytest.approx(0.0, abs=1e-6)


def test_the_table_shows_what_a_person_looks_for() -> None:
    result = invoke("water", "tianzhen_surrogate", "--flash-T-C", "155")
    assert (result.exit_code, result.stderr) == (0, "")
    for text in (
        "INVENTED WATER",
        "wellhead",
        "restored",
        "after flashing",
        "+1.41",
        "46.2 C",
        "9.99 bar",
        "kg/h",
    ):
        assert text in result.stdout
    assert "INVENTED" not in invoke("water", "seawater", "--T-C", "25").stdout


@pytest.mark.parametrize(("edits", "text"), bad_waters())
def test_bad_input_is_exit_2(tmp_path: Path, edits: str, text: str) -> None:
    path = write_water(tmp_path, edits)
    out = tmp_path / "out"
    for arguments in (("water", path, "--json", "--out", out), ("check", path)):
        assert_refused(invoke(*arguments), 2, text)
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--T-C", "160,warm"], "--T-C: 'warm' is not a number"),
        (["--T-C", "160,,60"], "--T-C: '' is not a number"),
        (["--T-C", "400"], "--T-C: 400 is outside 0.01 to 300"),
        (["--T-C", "nan"], "--T-C: nan is outside"),
        (["--T-C", "160,60", "--p-bar", "1,2,3"], "--p-bar has 3 numbers, needs 1 or 2"),
        (["--T-C", "160", "--p-bar", "-1"], "--p-bar: -1 is outside"),
        (["--T-C", "160", "--flash-T-C", "x"], "--flash-T-C: 'x' is not a number"),
        (["--T-C", "160,60", "--flash-T-C", "155,165"], "--flash-T-C: 165 is not below 160"),
        (["--samples", "-1"], "--samples"),
        (["--samples", "many"], "--samples"),
    ],
)
def test_options_that_cannot_be_used(options: list[str], text: str) -> None:
    assert_refused(invoke("water", SHIPPED, *options), 2, text)


def test_a_water_without_a_path_needs_temperatures() -> None:
    assert_refused(
        invoke("water", "seawater"), 2, "no temperatures: give --T-C 160,140,... or [[path]] in the file"
    )


def test_names_of_waters(tmp_path: Path) -> None:
    assert_refused(invoke("water", "tianzhen_surogate"), 2, "did you mean tianzhen_surrogate?")
    assert_refused(invoke("water", tmp_path / "no.toml"), 2, "cannot be read: No such file or directory")
    assert_refused(invoke("water", "x" * 5000), 2, "not a file name")
    assert_refused(invoke("water", tmp_path), 2, "cannot be read")


def test_a_folder_hides_no_shipped_water(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "seawater").mkdir()
    monkeypatch.chdir(tmp_path)
    assert invoke("water", "seawater", "--T-C", "25", "--json").exit_code == 0


def test_sulphate_typed_as_sulphur_is_told(tmp_path: Path) -> None:
    """190 mg/L of SO4 written as S_sulfate is three times as much; an adjusted sodium must not hide it."""
    path = write_water(tmp_path, '-species.SO4; species.S_sulfate = 190.0; species.charge_balance = "Na"')
    result = invoke("water", path, "--samples", "0", "--out", tmp_path / "out")
    assert "beyond 10 %: a value or a unit may be wrong (S_sulfate counts mg of sulphur" in " ".join(
        result.stdout.split()
    )
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "S_sulfate (= 570.4 mg/kg SO4)" in page


def test_what_is_below_its_limit_is_shown_below_it(tmp_path: Path) -> None:
    path = write_water(tmp_path, 'species.Ba = "<0.02"')
    result = invoke("water", path, "--samples", "3", "--out", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "<td>below 0.0200</td>" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8").replace(
        ' class="number"', ""
    )


def test_names_of_any_script_and_sign(tmp_path: Path) -> None:
    """Places in Chinese only, with signs that HTML or a formula would take for its own."""
    path = write_water(tmp_path, 'path.0.place = "井口 $a_b$ <i>&"; -path.0.place_zh')
    result = invoke("water", path, "--samples", "0", "--out", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (0, "")
    for name in ("report.html", "report.zh.html", "path.svg"):
        page = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert "井口 $a_b$ &lt;i&gt;&amp;" in page and "<i>" not in page


@pytest.mark.parametrize("missing", ["-species.Ca", "-species.HCO3; species.Cl = 600.0", "-species.SiO2"])
def test_a_report_without_calcite_or_silica(tmp_path: Path, missing: str) -> None:
    result = invoke("water", write_water(tmp_path, missing), "--samples", "3", "--out", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_report_where_gas_comes_out_unasked(tmp_path: Path) -> None:
    path = write_water(tmp_path, "path.0.p_bar = 9.0")
    result = invoke("water", path, "--samples", "0", "--out", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "where gas has come out" in result.stdout
    found = json.loads((tmp_path / "out" / "water.json").read_text(encoding="utf-8"))
    assert [(one["place"], round(one["p_bar"], 2)) for one in found["gas_out"]] == [("wellhead", 9.0)]
    assert "脱气后" in (tmp_path / "out" / "report.zh.html").read_text(encoding="utf-8")


def test_pressures_nobody_gave_are_told() -> None:
    said = json.loads(invoke("water", "seawater", "--T-C", "60", "--json").stdout)["warnings"]
    assert any(one.startswith("No pressure is given") for one in said)
    given = json.loads(invoke("water", "seawater", "--T-C", "60", "--p-bar", "5", "--json").stdout)[
        "warnings"
    ]
    assert not any(one.startswith("No pressure is given") for one in given)


def test_a_limit_of_silica_is_a_temperature_of_water() -> None:
    """Seawater's 4 mg/L would be safe at -85 C, were it liquid."""
    found = json.loads(invoke("water", "seawater", "--T-C", "25", "--json").stdout)
    assert found["limits"]["T_silica_C"] == 0.0


def test_an_old_analysis_is_told(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace("pH = 7.8 ", "date = 2001-02-03\npH = 7.8 ")
    result = invoke("water", write_water(tmp_path, text=text))
    days = (date.today() - date(2001, 2, 3)).days
    assert f"The analysis is {days} days old, beyond its limit of 730." in " ".join(result.stdout.split())


def test_a_sample_that_contradicts_itself_is_exit_2(tmp_path: Path) -> None:
    """Molar alkalinity at pH 1 has no answer; no number of it may come out."""
    path = write_water(
        tmp_path,
        text='name = "x"\ninvented = true\nsource = "x"\n[sample]\nT_C = 25.0\npH = 1.0\n'
        '[species]\nunits = "mol/kgw"\nNa = 3.0\nCl = 1.0\nHCO3 = 2.0\n',
    )
    out = tmp_path / "out"
    assert_refused(
        invoke("water", path, "--T-C", "60", "--out", out), 2, "no carbonate gives this alkalinity"
    )
    assert not out.exists()


def test_without_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for module in (phreeqc_engine, study):
        monkeypatch.setattr(module, "available", lambda: False)
    result = invoke("water", SHIPPED, "--json", "--out", tmp_path / "out")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["limits"]["T_silica_C"] == pytest.approx(46.2, abs=0.1)
    assert (found["bubble_point_bar"], found["readings"], found["points"][0]["pH"]) == (None, [], None)
    assert "phreeqc is not installed (pip install 'orcplant[chem]')" in " ".join(found["warnings"])
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Closed formulas answer below" in page and "INVENTED WATER" in page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("water") / "out"
    result = invoke("water", SHIPPED, "--flash-T-C", "155,140", "--samples", "12", "--out", out)
    assert result.exit_code == 0, result.stderr
    return out


def test_all_files_of_a_report(folder: Path) -> None:
    names = "flash.svg minerals.svg path.csv path.svg report.html report.zh.html water.json".split()
    assert [path.name for path in sorted(folder.iterdir())] == names
    found = json.loads((folder / "water.json").read_text(encoding="utf-8"))
    assert found["band"]["samples"] == 12
    assert found["band"]["databases"]["core10"]["left_out"] == ["Ba", "F"]
    assert [len(row) for row in found["band"]["SI"]["calcite"]] == [3] * 6
    rows = (folder / "path.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + 2 * 6
    assert rows[0].startswith("water,invented,reading,place,T_C,p_bar,bubble_point_bar")
    assert all(row.startswith("surrogate for the Tianzhen water,true,") for row in rows[1:])


def test_pages_in_two_languages(folder: Path) -> None:
    english, chinese = (
        (folder / name).read_text(encoding="utf-8") for name in ("report.html", "report.zh.html")
    )
    for text in ("INVENTED WATER", "Coldest safe reinjection", "wellhead", "NORSOK M-506", "Calcite"):
        assert text in english
    for text in ("虚拟水样", "最低安全回灌温度", "井口", "方解石", "泡点裕度", "阳高"):
        assert text in chinese
    # Words of figures and tables are translated too; names of laws and files stay.
    for text in ("Bubble-point", "INVENTED", "Calcite", "as analysed", "saturated", "°C outside"):
        assert f">{text}" not in chinese
    assert ">None<" not in english and ">nan<" not in english


def test_the_mark_is_in_every_figure(folder: Path) -> None:
    for name, panels in (("path.svg", 3), ("minerals.svg", 1), ("flash.svg", 1)):
        assert (folder / name).read_text(encoding="utf-8").count("INVENTED WATER") == panels


def test_a_measured_water_carries_no_mark(tmp_path: Path) -> None:
    result = invoke(
        "water", "forge_roosevelt", "--T-C", "180,60", "--samples", "0", "--out", tmp_path / "out"
    )
    assert result.exit_code == 0, result.stderr
    for path in (tmp_path / "out").iterdir():
        assert "INVENTED" not in path.read_text(encoding="utf-8")


def test_the_same_question_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    invoke("water", SHIPPED, "--flash-T-C", "155,140", "--samples", "12", "--out", again)
    for path in folder.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    "path", sorted((configs_dir() / "waters").glob("*.toml")), ids=lambda path: path.stem
)
def test_shipped_waters_are_sound_and_say_whose_they_are(path: Path) -> None:
    water = load_water(path)
    assert len(water.analysis.source) > 40
    assert water.keys.name_zh
    assert water.analysis.invented is (path.stem == "tianzhen_surrogate")
    assert invoke("check", path).stdout == f"{path}: water: ok\n"
    result = invoke("water", path, "--T-C", "90,30", "--json")
    assert (result.exit_code, result.stderr) == (0, "")


def test_every_invented_value_is_called_assumed() -> None:
    """In the surrogate no number stands without saying that it is assumed, or where it is from."""
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition("=")
        if value.strip() and value.strip()[0].isdigit():
            assert "assumed" in line or "provincial plan" in line or "2020 well" in line, line


def test_the_schema_knows_the_ways_to_write_an_amount() -> None:
    schema = json_schema("water")
    assert set(schema["required"]) == {"name", "invented", "source", "sample", "species"}
    amount = schema["$defs"]["SpeciesKeys"]["properties"]["Na"]
    assert [one["type"] for one in amount["anyOf"]] == ["number", "string", "object"]
    assert "--T-C" in invoke("water", "--help").stdout
