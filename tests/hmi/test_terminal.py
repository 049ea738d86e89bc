"""The plant without a screen: first login, table, pictures; and the whole chain once."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from orcplant.hmi.desk import Desk
from orcplant.hmi.i18n import Language
from orcplant.hmi.scene import load_scene
from orcplant.hmi.terminal import first_login, plant_table, watch
from orcplant.hmi.together import FIRST_LOGIN, TogetherError, require_all, simulator_and_core
from orcplant.hmi.viewmodels.cells import UNIT
from orcplant.hmi.viewmodels.requests import LogIn
from orcplant.resources import configs_dir
from tests.control.face import free_port


def told(table: Table) -> str:
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


def desk_of(scene_name: str, language: Language) -> Desk:
    scene = load_scene(scene_name)
    desk = Desk(language=language, clock=lambda: scene.time)
    desk.apply(*scene.updates)
    return desk


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("language", [Language.EN, Language.ZH])
def test_the_table_has_a_row_for_every_unit(language: Language) -> None:
    desk = desk_of("alarms", language)
    reader = desk.reader()
    assert reader is not None
    text = told(plant_table(reader))
    units = reader.model.of_type(UNIT)
    assert units
    assert all(unit.name in text for unit in units)
    tripped = reader.store.worst(["U05"])
    assert tripped is not None and reader.say(tripped.info.text)[:12] in text


def test_the_first_login_is_read_as_the_core_wrote_it(tmp_path: Path) -> None:
    file = tmp_path / FIRST_LOGIN
    assert first_login(file) is None
    file.write_text("user admin\npassword a b:c\n", encoding="utf-8")
    assert first_login(file) == LogIn("admin", "a b:c")
    file.write_text("nothing of the kind\n", encoding="utf-8")
    assert first_login(file) is None


def test_a_part_that_ended_is_told() -> None:
    ended = subprocess.Popen(["true"], text=True)
    ended.wait()
    with pytest.raises(TogetherError, match="ended by itself with exit code 0"):
        require_all([ended])


@pytest.mark.slow
@pytest.mark.usefixtures("app")
def test_the_whole_chain_without_a_screen(tmp_path: Path) -> None:
    plant, state = tmp_path / "plant", tmp_path / "state"
    shutil.copytree(configs_dir() / "tianzhen_pilot", plant)
    site, port = plant / "site.toml", free_port()
    lines = [
        f"port = {free_port()}" if line.startswith("port =") else line.replace("4840", str(port))
        for line in site.read_text(encoding="utf-8").splitlines()
    ]
    site.write_text("\n".join(lines) + "\n", encoding="utf-8")
    tables: list[Table] = []
    with simulator_and_core(str(plant), state, speed=1.0, told=lambda _: None) as running:
        login = first_login(state / FIRST_LOGIN)
        assert login is not None
        files = watch(
            f"opc.tcp://127.0.0.1:{port}/orcplant",
            login,
            folder=state / "pki" / "local",
            language=Language.EN,
            seconds=12.0,
            pictures=tmp_path / "out",
            drawn=tables.append,
            checked=lambda: require_all(running),
        )
    assert tables and "U01" in told(tables[-1])
    assert {file.name for file in files} >= {"plant.png", "unit.png"}
    assert all(file.stat().st_size > 10_000 for file in files)
