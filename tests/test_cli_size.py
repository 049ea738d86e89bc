"""`orcplant size` and `screen`: what they print, the contract with scripts, and what they leave behind."""

import json
import math
import os
import signal
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from orcplant.cli import app
from tests.plant_files import FILE, edited, quick, write_plant


def invoke(*args: str | Path) -> Result:
    return CliRunner(env={"ORCPLANT_DEBUG": None}).invoke(app, [str(arg) for arg in args])


def assert_refused(result: Result, code: int, text: str) -> None:
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.endswith("\n")
    assert result.stderr.count("\n") == 1
    assert text in result.stderr


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_plant(tmp_path_factory.mktemp("plants") / "quick", quick())


@pytest.fixture(scope="module")
def printed(plant: Path) -> Result:
    return invoke("size", plant, "--json")


@pytest.fixture(scope="module")
def document(printed: Result) -> Any:
    return json.loads(printed.stdout)


def leaves(document: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(document, dict):
        for key, value in document.items():
            yield from leaves(value, f"{name}.{key}" if name else key)
    elif isinstance(document, list):
        for value in document:
            yield from leaves(value, f"{name}[]")
    else:
        yield name, document


CONTRACT = """
    target.power_kW target.basis installed_kW gross_power_kW net_power_kW
    units.count units.spare units.rating_kW units.fluid units.layout
    wells.production wells.reinjection wells.types[].name wells.types[].count wells.types[].mass_flow_kg_s
    design.T_ambient_C design.T_geofluid_C design.steam_quality
    auxiliary.feed_pumps_kW auxiliary.cooling_kW auxiliary.well_pumps_kW auxiliary.reinjection_pumps_kW
    geofluid.mass_flow_kg_s geofluid.T_reinjection_C
    annual.net_MWh annual.capacity_factor economics.capex_CNY economics.lcoe_CNY_kWh
    balance.energy_residual balance.exergy_residual
""".split()

TRADE = ("_kW", "_MWh", "_C", "_K", "_kg_s", "_bar", "_CNY", "_CNY_kWh", "_CNY_kW", "_kJ_kg", "_percent")
UNITS = (*TRADE, "_W", "_Pa", "_W_m2K", "_m2", "_kg_m3", "_J_kg", "_m3_s")  # hardware keeps SI
COUNTS = {"count", "spare", "production", "reinjection", "production_wells", "rank", "GWP", "quality"}
MACHINES = {
    "other_share",
    "other_exponent",
    "fluid_exponent",
    "efficiency",
    "critical_ratio",
    "speed_range[]",
}
MACHINES |= {"shutoff", "speed_max", "speed_min", "speed_range[]", "fixed_share", "load_min"}
SHARES = MACHINES | {"capacity_factor", "energy_residual", "exergy_residual", "steam_quality", "eta_thermal"}


class TestJson:
    def test_stdout_is_one_object_and_stderr_is_silent(self, printed: Result) -> None:
        assert printed.exit_code == 0
        assert printed.stderr == ""
        assert printed.stdout.startswith("{")
        assert printed.stdout.endswith("}\n")

    def test_every_key_of_the_contract(self, document: Any) -> None:
        assert set(CONTRACT) <= {name for name, _ in leaves(document)}
        for key in ("candidates", "assumptions"):
            assert isinstance(document[key], list)
        assert document["candidates"]
        assert set(document["versions"]) >= {"orcplant", "CoolProp"}

    def test_every_number_carries_its_unit(self, document: Any) -> None:
        for name, value in leaves(document):
            if isinstance(value, bool) or not isinstance(value, int | float):
                continue
            key = name.rsplit(".", 1)[-1]
            known = key.endswith(UNITS) or "_CNY_kW" in key or key in COUNTS | SHARES or key.endswith("kgK")
            assert known, name
            assert math.isfinite(value), name

    def test_what_has_no_meaning_yet_is_null_with_a_reason(self, document: Any) -> None:
        assert document["economics"]["lcoe_CNY_kWh"] is None
        assert "reason" not in document["annual"]
        assert document["economics"]["lcoe_reason"]
        assert document["design"]["steam_quality"] is None  # a liquid has none

    def test_powers_close_to_the_watt(self, document: Any) -> None:
        own = document["auxiliary"]
        left = document["gross_power_kW"] - sum(own.values())
        assert document["net_power_kW"] == pytest.approx(left, rel=1e-9)
        unit_net = document["gross_power_kW"] - own["feed_pumps_kW"] - own["cooling_kW"]
        assert document["unit_net_power_kW"] == pytest.approx(unit_net, rel=1e-9)
        assert document["installed_kW"] == document["units"]["count"] * document["units"]["rating_kW"]
        assert document["installed_kW"] >= document["target"]["power_kW"]
        for residual in document["balance"].values():
            assert 0.0 <= residual <= 1e-6

    def test_items_add_up(self, document: Any) -> None:
        money = document["economics"]
        assert sum(money["capex_items"].values()) == pytest.approx(money["capex_CNY"], rel=1e-9)
        assert money["specific_CNY_kW_installed"] == pytest.approx(
            money["capex_CNY"] / document["installed_kW"]
        )
        assert money["specific_CNY_kW_net"] == pytest.approx(money["capex_CNY"] / document["net_power_kW"])
        wells = document["wells"]
        assert sum(kind["count"] for kind in wells["types"]) == wells["production"]
        flow = sum(kind["count"] * kind["mass_flow_kg_s"] for kind in wells["types"])
        assert flow == pytest.approx(document["geofluid"]["mass_flow_kg_s"] + wells["surplus_kg_s"])

    def test_the_first_candidate_is_the_answer(self, document: Any) -> None:
        first = document["candidates"][0]
        assert first["net_power_kW"] == document["net_power_kW"]
        assert first["count"] == document["units"]["count"]
        costs = [row["cost_of_target_CNY_kW"] for row in document["candidates"]]
        assert costs == sorted(costs)

    def test_the_hash_is_that_of_the_file(self, plant: Path, document: Any) -> None:
        assert document["plant_sha256"] == sha256((plant / FILE).read_bytes()).hexdigest()

    def test_the_same_twice(self, plant: Path, printed: Result) -> None:
        assert invoke("size", plant, "--json").stdout == printed.stdout

    def test_units_of_different_ratings(self) -> None:
        document = json.loads(invoke("size", "tianzhen_pilot", "--json").stdout)
        assert document["installed_kW"] == 580.0
        assert document["units"]["count"] == 2
        assert document["units"]["rating_kW"] is None
        assert document["units"]["fluid"] == "R245fa"
        assert [block["rating_kW"] for block in document["units"]["blocks"]] == [300.0, 280.0]
        assert 0.0 < document["design"]["steam_quality"] < 0.1
        assert document["wells"]["production"] == 1

    def test_assumptions_are_listed_with_their_reasons(self) -> None:
        document = json.loads(invoke("size", "tianzhen_pilot", "--json").stdout)
        listed = {row["key"]: row for row in document["assumptions"]}
        assert listed["unit[1].fluid"]["value"] == '"R245fa"'
        assert "not confirmed" in listed["unit[1].fluid"]["why"]
        assert listed["limits.T_reinjection_min_C"]


class TestText:
    def test_a_person_reads_the_answer(self, plant: Path, document: Any) -> None:
        result = invoke("size", plant)
        assert (result.exit_code, result.stderr) == (0, "")
        for text in (
            "20000 kW (installed)",
            f"{document['wells']['production']} production",
            f"{document['net_power_kW']:.0f} kW at 10.0 C",
            "the plan: 20000",
        ):
            assert text in result.stdout
        assert "nan" not in result.stdout

    def test_screening(self, plant: Path) -> None:
        result = invoke("screen", plant)
        assert (result.exit_code, result.stderr) == (0, "")
        assert "the most" in result.stdout
        assert "IsoButane" in result.stdout


class TestScreenJson:
    def test_ranked_with_reasons(self, plant: Path) -> None:
        document = json.loads(invoke("screen", plant, "--json").stdout)
        ranking = document["ranking"]
        assert [row["rank"] for row in ranking] == [1, 2]
        assert all(row["why"] for row in ranking)
        assert ranking[0]["behind_best_percent"] == 0.0
        assert ranking[1]["unit_net_kJ_kg"] < ranking[0]["unit_net_kJ_kg"]

    def test_those_that_failed_stand_last_with_the_bound(self, tmp_path: Path) -> None:
        edits = {"design.fluids": ["R245fa", "Isobutane"]}
        document = json.loads(
            invoke("screen", write_plant(tmp_path, edited(quick(), edits)), "--json").stdout
        )
        last = document["ranking"][-1]
        assert (last["rank"], last["fluid"], last["unit_net_kJ_kg"]) == (None, "R245fa", None)
        assert last["why"] == "GWP of the fluid 962, at most 150 allowed"


class TestFreeze:
    def test_design_json_beside_the_plant(self, tmp_path: Path, document: Any) -> None:
        folder = write_plant(tmp_path / "plant", quick())
        result = invoke("size", folder, "--freeze", "--json")
        assert (result.exit_code, result.stderr) == (0, "")
        frozen = json.loads((folder / "design.json").read_text(encoding="utf-8"))
        assert frozen == json.loads(result.stdout)
        assert frozen["plant_sha256"] == sha256((folder / FILE).read_bytes()).hexdigest()
        assert sorted(path.name for path in folder.iterdir()) == ["design.json", FILE]

    def test_by_file_name_too(self, tmp_path: Path) -> None:
        folder = write_plant(tmp_path / "plant", quick())
        assert invoke("size", folder / FILE, "--freeze").exit_code == 0
        assert (folder / "design.json").is_file()

    def test_a_changed_plant_has_another_hash(self, tmp_path: Path) -> None:
        folder = write_plant(tmp_path / "plant", quick())
        invoke("size", folder, "--freeze")
        before = json.loads((folder / "design.json").read_text(encoding="utf-8"))["plant_sha256"]
        with (folder / FILE).open("a", encoding="utf-8") as file:
            file.write("\n# a comment\n")
        assert sha256((folder / FILE).read_bytes()).hexdigest() != before
        invoke("size", folder, "--freeze")
        after = json.loads((folder / "design.json").read_text(encoding="utf-8"))["plant_sha256"]
        assert after == sha256((folder / FILE).read_bytes()).hexdigest() != before

    def test_no_answer_leaves_the_old_design_alone(self, tmp_path: Path) -> None:
        folder = write_plant(tmp_path / "plant", quick())
        invoke("size", folder, "--freeze")
        kept = (folder / "design.json").read_bytes()
        write_plant(folder, edited(quick(), {"target.power_kW": 1e6}))
        assert_refused(invoke("size", folder, "--freeze"), 3, "needs")
        assert (folder / "design.json").read_bytes() == kept
        assert sorted(path.name for path in folder.iterdir()) == ["design.json", FILE]

    def test_a_full_disk_leaves_the_old_design_alone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = write_plant(tmp_path / "plant", quick())
        (folder / "design.json").write_text("old", encoding="utf-8")

        def full(source: object, target: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", full)
        assert_refused(invoke("size", folder, "--freeze"), 2, "No space left on device")
        assert (folder / "design.json").read_text(encoding="utf-8") == "old"
        assert sorted(path.name for path in folder.iterdir()) == ["design.json", FILE]

    def test_a_folder_that_takes_no_files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = write_plant(tmp_path / "plant", quick())

        def denied(*args: object, **keys: object) -> str:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("orcplant.report.folder.tempfile.mkdtemp", denied)
        assert_refused(invoke("size", folder, "--freeze", "--json"), 2, "Permission denied")
        # The person gave --freeze, not --out.
        assert "--out" not in invoke("size", folder, "--freeze").stderr

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
    def test_a_read_only_folder(self, tmp_path: Path) -> None:
        folder = write_plant(tmp_path / "plant", quick())
        folder.chmod(0o555)
        try:
            assert_refused(invoke("size", folder, "--freeze"), 2, "cannot be written")
        finally:
            folder.chmod(0o755)


class TestOut:
    def test_an_unwritable_folder_is_found_out_first(
        self, tmp_path: Path, plant: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_work(*args: object, **keys: object) -> None:
            raise AssertionError("sized before the folder was looked at")

        monkeypatch.setattr("orcplant.plant.study.study", no_work)
        in_the_way = tmp_path / "file"
        in_the_way.write_text("")
        assert_refused(
            invoke("size", plant, "--out", in_the_way), 2, f"--out {in_the_way}: cannot be written"
        )

    def test_no_answer_leaves_nothing(self, tmp_path: Path) -> None:
        folder = write_plant(tmp_path / "plant", edited(quick(), {"target.power_kW": 1e6}))
        assert_refused(invoke("size", folder, "--out", tmp_path / "out"), 3, "needs")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["plant"]

    @pytest.mark.usefixtures("heeds_ctrl_c")
    def test_interrupted_leaves_nothing(
        self, tmp_path: Path, plant: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(*args: object, **keys: object) -> None:
            signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr("orcplant.plant.study.study", interrupted)
        assert_refused(invoke("size", plant, "--out", tmp_path / "out"), 1, "interrupted")
        assert list(tmp_path.iterdir()) == []

    def test_a_bug_is_exit_1_and_one_line(self, plant: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def bug(*args: object, **keys: object) -> None:
            raise ZeroDivisionError("float\ndivision")

        monkeypatch.setattr("orcplant.plant.study.study", bug)
        assert_refused(invoke("size", plant), 1, "internal error: ZeroDivisionError: float division")


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["size"], "Missing argument 'PLANT'"),
        (["screen"], "Missing argument 'PLANT'"),
        (["size", "a", "b"], "unexpected extra argument"),
        (["size", "nowhere"], "nowhere: no such file, folder or shipped plant"),
        (["screen", "tianzhen_20kw"], "did you mean tianzhen_20mw?"),
        (["size", "tianzhen_20mw", "--frozen"], "No such option: --frozen"),
        (["screen", "tianzhen_20mw", "--freeze"], "No such option: --freeze"),
    ],
)
def test_wrong_usage_is_exit_2(args: list[str], text: str) -> None:
    assert_refused(invoke(*args), 2, text)
