"""The record as files, made while a core writes it or after."""

import asyncio
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from orcplant.cli import app
from orcplant.config.site import load_site
from orcplant.control.clock import ManualClock
from orcplant.control.historian import Historian
from orcplant.control.history_export import ExportError, export, export_ledger, wanted
from orcplant.control.store import Store
from orcplant.errors import ConfigError
from orcplant.live import Quality, Reason, Value

DAY = 1_700_006_400.0 - 8 * 3600.0  # midnight at the plant
SITE = """
[[device]]
name = "W01"
type = "wellfield"
host = "127.0.0.1"
port = 1502
device_id = 1
"""


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "plant"
    folder.mkdir()
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    yield folder


async def recorded(plant: Path, hours: int = 3) -> None:
    """Mass that grows by 10 t a minute from 5,000 t and starts anew at 6,000 t; a temperature that stays."""
    clock, store = ManualClock(utc=DAY), Store(is_durable=False)
    state = plant.parent / "state"
    state.mkdir(exist_ok=True)
    historian = await Historian.open(store, state / "history.sqlite", load_site(plant).devices, clock)
    for minute in range(60 * hours):
        now = clock.utc()
        mass = 5000.0 + (10.0 * minute) % 1000.0
        values = {"W01.PROD_MASS": mass, "W01.PROD_T": 140.5}
        touched = {k: Value(v, Quality.GOOD, Reason.NONE, now, now) for k, v in values.items()}
        for _ in range(12):
            historian.observe("W01", touched)
            clock.advance(5.0)
        await historian.flush()
    await historian.close()
    await store.close()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def test_samples_and_minutes(plant: Path, tmp_path: Path) -> None:
    await recorded(plant, 1)
    history = tmp_path / "state" / "history.sqlite"
    asked = wanted(load_site(plant), "W01.PROD_*", "2023-11-15T00:00", "2023-11-15T01:00")
    count = export(history, asked, tmp_path / "raw.csv", by_minute=False)
    found = rows(tmp_path / "raw.csv")
    assert len(found) == count
    masses = [row for row in found if row["tag"] == "W01.PROD_MASS"]
    assert (masses[0]["time_utc"], float(masses[0]["value"])) == ("2023-11-14T16:00:00Z", 5000.0)
    assert {row["eng_unit"] for row in masses} == {"t"}
    temperatures = [row for row in found if row["tag"] == "W01.PROD_T"]
    assert {row["quality"] for row in temperatures} == {"GOOD"}
    export(history, asked, tmp_path / "minutes.csv", by_minute=True)
    minute = [row for row in rows(tmp_path / "minutes.csv") if row["tag"] == "W01.PROD_MASS"]
    assert len(minute) == 60
    assert float(minute[7]["mean"]) == 5070.0


async def test_the_ledger_counts_what_a_counter_gained(plant: Path, tmp_path: Path) -> None:
    await recorded(plant)
    history = tmp_path / "state" / "history.sqlite"
    export_ledger(history, load_site(plant), DAY, DAY + 86400.0, tmp_path / "ledger.csv")
    found = {row["tag"]: row for row in rows(tmp_path / "ledger.csv")}
    # 180 minutes: 99 steps of 10 t to each of the first starts anew, 79 after: 99 + 79 and the step between.
    assert float(found["W01.PROD_MASS"]["total"]) == pytest.approx((99 + 79) * 10.0)
    assert float(found["W01.PROD_T"]["mean"]) == 140.5
    assert found["W01.PROD_T"]["date"] == "2023-11-15"
    assert float(found["W01.PROD_T"]["recorded_share"]) == pytest.approx(180.0 / 1440.0, abs=1e-3)
    assert found["W01.INJ_MASS"]["total"] == ""


async def test_parquet(plant: Path, tmp_path: Path) -> None:
    pq: Any = pytest.importorskip("pyarrow.parquet")
    await recorded(plant, 1)
    history = tmp_path / "state" / "history.sqlite"
    asked = wanted(load_site(plant), "W01.PROD_MASS", "2023-11-15T00:00", "2023-11-15T01:00")
    count = export(history, asked, tmp_path / "x.parquet", by_minute=False)
    table = pq.read_table(tmp_path / "x.parquet")
    assert table.num_rows == count
    assert table.column("value").to_pylist()[0] == 5000.0


@pytest.mark.parametrize(
    ("tags", "start", "end", "match"),
    [
        ("W01.NOTHING", "2023-11-15", "2023-11-16", r"--tags: 'W01.NOTHING' fits no recorded tag"),
        (" , ", "2023-11-15", "2023-11-16", "--tags: names no tag"),
        ("W01.PROD_T", "noon", "2023-11-16", "--from = 'noon' is no date"),
        ("W01.PROD_T", "2023-11-16", "2023-11-15", "--to = 2023-11-15 is not after"),
    ],
)
def test_what_is_typed_wrong(plant: Path, tags: str, start: str, end: str, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        wanted(load_site(plant), tags, start, end)


async def test_nothing_half_written(plant: Path, tmp_path: Path) -> None:
    await recorded(plant, 1)
    history = tmp_path / "state" / "history.sqlite"
    asked = wanted(load_site(plant), "W01.PROD_T", "2023-11-15", "2023-11-16")
    with pytest.raises(ConfigError, match=r"ends neither in \.csv nor in \.parquet"):
        export(history, asked, tmp_path / "x.xls", by_minute=False)
    with pytest.raises(ExportError, match="there is no history"):
        export(tmp_path / "no.sqlite", asked, tmp_path / "x.csv", by_minute=False)
    with pytest.raises(ExportError, match="cannot be written"):
        export(history, asked, tmp_path / "no" / "x.csv", by_minute=False)
    assert not list(tmp_path.glob("*.csv")) and not list(tmp_path.glob(".x*"))


def test_by_the_command_line(plant: Path, tmp_path: Path) -> None:
    asyncio.run(recorded(plant, 1))
    out = tmp_path / "x.csv"
    times = ["--from", "2023-11-15", "--to", "2023-11-16", "--state", str(tmp_path / "state")]
    run = CliRunner().invoke(
        app, ["history", "export", str(plant), "--tags", "W01.PROD_T", *times, "--out", str(out)]
    )
    assert (run.exit_code, run.output) == (0, f"{len(rows(out))} rows written to {out}\n")
    ledger = CliRunner().invoke(app, ["history", "export", str(plant), "--ledger", *times, "--out", str(out)])
    assert ledger.exit_code == 0
    copy = tmp_path / "copy.sqlite"
    state = ["--state", str(tmp_path / "state")]
    backup = CliRunner().invoke(app, ["history", "backup", str(plant), *state, "--out", str(copy)])
    assert backup.exit_code == 0
    wrong = CliRunner().invoke(app, ["history", "export", str(plant), *times, "--out", str(out)])
    assert wrong.exit_code == 2
    trust = CliRunner().invoke(app, ["trust", str(plant), *state])
    assert trust.exit_code == 1
