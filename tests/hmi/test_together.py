"""Simulators and core as processes of their own: up together, down together, nothing left behind."""

import shutil
import subprocess
from pathlib import Path

import pytest

from orcplant.hmi.together import TogetherError, simulator_and_core, wait
from orcplant.resources import configs_dir
from tests.control.face import free_port

pytestmark = pytest.mark.slow


def test_a_part_that_does_not_come_up_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(TogetherError, match="plc-sim did not come up"),
        simulator_and_core(str(tmp_path / "nowhere"), tmp_path / "state", speed=1.0, told=lambda _: None),
    ):
        pass


def test_both_come_up_and_go_and_a_lost_one_is_told(tmp_path: Path) -> None:
    plant = tmp_path / "plant"
    shutil.copytree(configs_dir() / "tianzhen_pilot", plant)
    site = plant / "site.toml"
    text = site.read_text(encoding="utf-8")
    lines = [
        f"port = {free_port()}" if line.startswith("port =") else line.replace("4840", str(free_port()))
        for line in text.splitlines()
    ]
    site.write_text("\n".join(lines) + "\n", encoding="utf-8")
    said: list[str] = []
    processes: list[subprocess.Popen[str]] = []
    with simulator_and_core(str(plant), tmp_path / "state", speed=1.0, told=said.append) as running:
        processes += running
        assert [line.split(":")[0] for line in said if line.startswith("ready")] == ["ready", "ready"]
        assert any(line.startswith("first login") for line in said)
        wait(running, 0.5)
        running[0].terminate()
        with pytest.raises(TogetherError, match="plc-sim ended by itself"):
            wait(running, 20.0)
    assert all(process.poll() is not None for process in processes)
