"""`plc-sim serve` as a process: ready line, free ports, clean end, one-line refusals."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyModbusTCP.client import ModbusClient
from typer.testing import CliRunner

from orcplant.config.site import load_site
from orcplant.errors import InputError
from orcplant.resources import configs_dir
from plc_sim.__main__ import app
from plc_sim.clock import Pace
from plc_sim.plants import simulator
from plc_sim.server import Limits

COMMAND = (sys.executable, "-m", "plc_sim")
SITE = """
[[device]]
name = "R{:d}"
type = "rig"
count = 2
host = "127.0.0.1"
port = 15021
port_step = 0
device_id = 1
device_id_step = 1
"""


def a_rig(folder: Path) -> Path:
    header = (configs_dir() / "tags" / "orc_unit.csv").read_text(encoding="utf-8").splitlines()[0]
    (folder / "tags").mkdir()
    rows = ["SPEED,Speed,转速,rpm,input,7,uint16,,,,,,r,0,4000,fast,,,,,none"]
    rows.append("SP,Setpoint,设定值,rpm,holding,0,uint16,,,,,,rw,0,4000,slow,SP,SP,1,5,none")
    (folder / "tags" / "rig.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    return folder


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serves_a_rigs_own_map_until_told_to_stop(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [*COMMAND, "serve", str(a_rig(tmp_path)), "--port-base", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline().split() for _ in range(3)]
        assert lines[2] == ["ready:", "2", "devices"]
        assert [line[0] for line in lines[:2]] == ["R1", "R2"]
        assert lines[0][1] == lines[1][1], "one port, two device ids"
        client = ModbusClient("127.0.0.1", int(lines[0][1]), unit_id=2, timeout=5.0)
        assert client.write_single_register(0, 1234)
        assert client.read_holding_registers(0, 1) == [1234]
        asked = time.monotonic()
        process.send_signal(number)
        assert process.wait(10) == 0
        assert time.monotonic() - asked < 5.0
        client.close()
    finally:
        process.kill()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["serve", "nowhere"], "nowhere: no such file, folder or shipped plant"),
        (["serve", "tianzhen_20mw", "--speed", "0"], "--speed: speed = 0 is not above 0 and at most 20"),
        (["serve", "tianzhen_20mw", "--speed", "21"], "--speed: speed = 21 is not above 0 and at most 20"),
        (["serve", "tianzhen_20mw", "--port-base", "65530"], "above 65535"),
        (["serve", "cases"], "site.toml: no such file; plc-sim needs a plant with a site.toml"),
    ],
)
def test_refusals_are_one_line_and_exit_2(arguments: list[str], text: str) -> None:
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert text in result.stderr
    assert result.stderr.count("\n") == 1


def test_ctrl_c_before_anything_listens_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("orcplant.config.site.load_site", interrupted)
    result = CliRunner().invoke(app, ["serve", "tianzhen_pilot"])
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "interrupted\n")


def test_the_command_line_itself_loads_no_physics() -> None:
    # Seconds of imports, in which Ctrl-C would end in a traceback.
    code = "import sys, plc_sim.__main__; sys.exit('CoolProp' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_taken_port_is_named_and_nothing_stays_open(tmp_path: Path) -> None:
    async def run() -> None:
        first, second = simulator(load_site(a_rig(tmp_path))), simulator(load_site(tmp_path))
        await first.open(port_base=0)
        taken = first.ports["R1"].number
        try:
            with pytest.raises(InputError, match=f"R1 at 127.0.0.1:{taken}: cannot listen"):
                await second.open(port_base=taken, limits=Limits(connections=1))
            assert not second.ports
        finally:
            await first.close()

    asyncio.run(run())


def test_pace_follows_a_clock_and_pauses_with_a_sleeping_machine() -> None:
    times = iter([100.0, 101.0, 161.0])
    pace = Pace(20.0, monotonic=lambda: next(times))
    assert pace.due() == (20.0, 1.0)
    assert pace.due(limit=5.0) == (100.0, 5.0)
