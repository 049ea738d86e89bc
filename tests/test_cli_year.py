"""`orcplant year`: what it prints and writes, the contract with scripts, and what it refuses."""

import csv
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from orcplant.cli import app
from tests.plant_files import edited, quick, write_plant
from tests.test_cli import assert_refused
from tests.test_cli_size import COUNTS, SHARES, UNITS, leaves

COLUMNS = (
    "time,T_ambient_C,net_power_kW,gross_power_kW,auxiliary_kW,mass_flow_kg_s,T_reinjection_C,"
    "units_running,heat_kW"
)


def invoke(*args: str | Path) -> Result:
    return CliRunner(env={"ORCPLANT_DEBUG": None}).invoke(app, [str(arg) for arg in args])


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_plant(tmp_path_factory.mktemp("plants") / "quick", quick())
    assert invoke("size", folder, "--freeze").exit_code == 0
    return folder


@pytest.fixture(scope="module")
def out(plant: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("year") / "out"


@pytest.fixture(scope="module")
def printed(plant: Path, out: Path) -> Result:
    return invoke("year", plant, "--out", out, "--json")


@pytest.fixture(scope="module")
def document(printed: Result) -> Any:
    return json.loads(printed.stdout)


@pytest.fixture(scope="module")
def hours(printed: Result, out: Path) -> list[dict[str, str]]:
    assert printed.exit_code == 0
    with (out / "year.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(hours: list[dict[str, str]], name: str) -> list[float]:
    return [float(row[name]) for row in hours]


class TestDocument:
    def test_stdout_is_one_object(self, printed: Result, out: Path) -> None:
        assert (printed.exit_code, printed.stderr) == (0, "")
        assert json.loads((out / "year.json").read_text(encoding="utf-8")) == json.loads(printed.stdout)

    def test_every_key_of_the_contract_that_exists_today(self, document: Any) -> None:
        names = {name for name, _ in leaves(document)}
        assert {
            "annual.net_MWh",
            "annual.gross_MWh",
            "annual.capacity_factor",
            "geofluid.produced_t",
            "geofluid.reinjected_t",
            "balance.energy_residual",
            "balance.mass_residual",
            "balance.money_residual",
        } <= names
        assert document["balance"]["money_residual"] is None
        assert document["balance"]["money_reason"]
        assert "heat" not in document
        assert "accounting" not in document

    def test_every_number_carries_its_unit(self, document: Any) -> None:
        own = {"own_use", "availability", "availability_expected", "mass_residual", "month", "seed"}
        own |= {"units_running", "money_residual"}
        for name, value in leaves(document):
            if isinstance(value, bool) or not isinstance(value, int | float):
                continue
            key = name.rsplit(".", 1)[-1]
            assert key.endswith((*UNITS, "_t", "_h")) or key in COUNTS | SHARES | own, name
            assert math.isfinite(value), name

    def test_sums_close(self, document: Any) -> None:
        annual = document["annual"]
        assert annual["net_MWh"] == pytest.approx(annual["gross_MWh"] - sum(document["auxiliary"].values()))
        assert sum(row["net_MWh"] for row in document["months"]) == pytest.approx(annual["net_MWh"])
        assert sum(row["produced_t"] for row in document["months"]) == pytest.approx(
            document["geofluid"]["produced_t"]
        )
        factor = annual["net_MWh"] * 1e3 / (document["installed_kW"] * 8760.0)
        assert annual["capacity_factor"] == pytest.approx(factor)
        assert 0.0 < factor < 1.0
        assert document["balance"]["energy_residual"] < 1e-6
        assert document["balance"]["mass_residual"] < 1e-6
        assert document["geofluid"]["T_reinjection_min_C"] >= 60.0 - 1e-3

    def test_months_have_the_normals(self, document: Any) -> None:
        normals = quick()["site"]["T_monthly_C"]
        for row, normal in zip(document["months"], normals, strict=True):
            assert row["T_ambient_C"] == pytest.approx(normal, abs=0.05)


class TestHours:
    def test_columns_and_rows(self, hours: list[dict[str, str]], out: Path) -> None:
        assert (out / "year.csv").read_text(encoding="utf-8").splitlines()[0] == COLUMNS
        assert len(hours) == 8760
        assert hours[0]["time"] == "2001-01-01T00:00"
        assert hours[-1]["time"] == "2001-12-31T23:00"

    def test_hours_add_up_to_the_year(self, hours: list[dict[str, str]], document: Any) -> None:
        annual = document["annual"]
        assert sum(column(hours, "net_power_kW")) / 1e3 == pytest.approx(annual["net_MWh"], rel=1e-8)
        assert sum(column(hours, "gross_power_kW")) / 1e3 == pytest.approx(annual["gross_MWh"], rel=1e-8)
        drawn = sum(column(hours, "mass_flow_kg_s")) * 3.6
        assert drawn == pytest.approx(document["geofluid"]["produced_t"], rel=1e-8)

    def test_every_hour_balances(self, hours: list[dict[str, str]], document: Any) -> None:
        for row in hours:
            left = float(row["gross_power_kW"]) - float(row["auxiliary_kW"]) - float(row["net_power_kW"])
            assert abs(left) < 1e-4
            assert float(row["heat_kW"]) == 0.0  # no consumers in a plant file
        running = [int(row["units_running"]) for row in hours]
        assert max(running) * 3000.0 == document["installed_kW"]
        assert min(running) >= 0


class TestFiles:
    def test_all_files_are_there(self, printed: Result, out: Path) -> None:
        assert printed.exit_code == 0
        assert {path.name for path in out.iterdir()} == {
            "year.json",
            "year.csv",
            "months.csv",
            "report.html",
            "report.zh.html",
            "yearrun.svg",
            "duration.svg",
            "ambient.svg",
            "weeks.svg",
        }

    def test_months_as_a_table(self, printed: Result, out: Path, document: Any) -> None:
        with (out / "months.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert printed.exit_code == 0
        assert [float(row["net_MWh"]) for row in rows] == pytest.approx(
            [row["net_MWh"] for row in document["months"]]
        )

    def test_pages_speak_one_language(self, printed: Result, out: Path) -> None:
        assert printed.exit_code == 0
        english = (out / "report.html").read_text(encoding="utf-8")
        assert not re.findall(r"[\u4e00-\u9fff]+", english.replace("中文", ""))
        chinese = (out / "report.zh.html").read_text(encoding="utf-8")
        drawn = re.findall(r"<text\b[^>]*>([^<]*)</text>", chinese)
        assert drawn
        assert not [word for word in drawn if re.search("[A-Za-z]{3}", word)]
        for words in ("全年上网电量", "功率持续曲线", "逐月统计", "使用前须知"):
            assert words in chinese

    def test_again_for_a_person_with_the_same_bytes(
        self, plant: Path, printed: Result, out: Path, tmp_path: Path
    ) -> None:
        assert printed.exit_code == 0
        again = invoke("year", plant, "--out", tmp_path / "again")
        assert (again.exit_code, again.stderr) == (0, "")
        for words in ("net energy", "capacity factor", "Jan", "Dec", "limit: rating", "report.zh.html"):
            assert words in again.stdout
        for path in out.iterdir():
            assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_sizing_tells_the_same_year(plant: Path, document: Any) -> None:
    annual = json.loads((plant / "design.json").read_text(encoding="utf-8"))["annual"]
    assert annual == {key: document["annual"][key] for key in ("net_MWh", "capacity_factor")}


def test_a_sizing_json_carries_its_plant(plant: Path, document: Any, tmp_path: Path) -> None:
    copy = tmp_path / "sizing.json"
    copy.write_bytes((plant / "design.json").read_bytes())
    alone = json.loads(invoke("year", copy, "--json").stdout)
    assert alone["annual"] == document["annual"]


def test_a_design_of_another_plant_is_refused(plant: Path, tmp_path: Path) -> None:
    changed = write_plant(tmp_path / "changed", edited(quick(), {"availability.unit": 0.9}))
    result = invoke("year", changed)
    assert_refused(result, 2, f"is missing; type: orcplant size {changed} --freeze")
    (changed / "design.json").write_bytes((plant / "design.json").read_bytes())
    assert_refused(invoke("year", changed, "--out", tmp_path / "out"), 2, "the plant has changed since")
    assert not (tmp_path / "out").exists()


class TestWeatherFiles:
    def weather(self, tmp_path: Path, text: str, name: str = "hours.csv") -> Result:
        folder = write_plant(tmp_path / "plant", edited(quick(), {"climate": {"file": name}}))
        (folder / name).write_text(text, encoding="utf-8")
        return invoke("check", folder)

    def test_hours_of_a_csv_are_used_as_they_are(self, tmp_path: Path) -> None:
        folder = write_plant(tmp_path / "plant", edited(quick(), {"climate": {"file": "hours.csv"}}))
        T = [f"{20.0 * math.sin(k / 1000.0):.3f}" for k in range(8760)]
        (folder / "hours.csv").write_text(
            "hour,T_ambient_C\n" + "".join(f"{k},{t}\n" for k, t in enumerate(T))
        )
        assert invoke("size", folder, "--freeze").exit_code == 0
        result = invoke("year", folder, "--out", tmp_path / "out", "--json")
        assert json.loads(result.stdout)["climate"]["source"] == "hours.csv"
        with (tmp_path / "out" / "year.csv").open(encoding="utf-8", newline="") as file:
            found = [float(row["T_ambient_C"]) for row in csv.DictReader(file)]
        assert found == pytest.approx([float(t) for t in T], abs=1e-6)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("T_ambient_C\n" + "5\n" * 100, "hours.csv: has 100 hours, needs 8760"),
            ("temperature\n5\n", "hours.csv: line 1: has no column T_ambient_C; columns are temperature"),
            ("T_ambient_C\n5\nwarm\n", "hours.csv: line 3: T_ambient_C = 'warm' is not a number"),
            ("T_ambient_C\n99\n", "hours.csv: line 2: T_ambient_C = 99 is not between -90 and 60"),
            ("T_ambient_C,p_ambient_bar\n5,9\n", "p_ambient_bar = 9 is not between 0.3 and 1.2"),
            ("T_ambient_C,x\n5\n", "hours.csv: line 2: has 1 cells, line 1 has 2"),
            ("", "no column T_ambient_C"),
        ],
    )
    def test_a_bad_csv_is_one_line(self, tmp_path: Path, text: str, said: str) -> None:
        assert_refused(self.weather(tmp_path, text), 2, said)

    def test_a_missing_file_is_one_line(self, tmp_path: Path) -> None:
        folder = write_plant(tmp_path / "plant", edited(quick(), {"climate": {"file": "none.epw"}}))
        assert_refused(invoke("check", folder), 2, "none.epw: cannot be read")

    def test_a_file_and_normals_are_too_much(self, tmp_path: Path) -> None:
        folder = write_plant(tmp_path / "plant", edited(quick(), {"climate.file": "hours.csv"}))
        assert_refused(invoke("check", folder), 2, "climate.diurnal_range_K = 13.2 is not allowed")
