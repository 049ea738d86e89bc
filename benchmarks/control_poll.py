"""The control core polling a large plant, and its links against bare pymodbus.

40 units and 4 stations at 1 Hz against simulated PLCs in another process: share of a core, lateness,
memory; the same with one device that answers nothing. And requests per second of 90 registers over one
connection, the core's checked link and pymodbus's own client by turns against one server.

`python -m benchmarks.control_poll MINUTES` polls for so long and tells whether memory is flat.
"""

import asyncio
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pymodbus.client import AsyncModbusTcpClient

from benchmarks.measure import Gate
from orcplant.control.modbus import Endpoint, ModbusLink
from orcplant.tags import Table

UNITS: Final = 40
SECONDS: Final = 20.0
ROUNDS: Final = 7
REQUESTS: Final = 1500
REGISTERS: Final = 90  # of the 92 input registers of a unit

_DEVICE: Final = """
[[device]]
name = "{name}"
type = "{type}"
count = {count}
host = "127.0.0.1"
port = {port}
device_id = 1
capabilities = ["signature", "heartbeat", "sequence", "accepted_setpoint"]
"""
_STATIONS: Final = ("wellfield", "heating_station", "water_station", "substation")


def run() -> tuple[dict[str, Any], list[Gate]]:
    """Measured numbers and their gates."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _write_site(folder)
        with _served(folder) as ports:
            paced = _core(folder, ports)
            with _silent_port() as port:
                lost = _core(folder, ports | {"U01": port}, silent="U01")
            speed = asyncio.run(_throughput(ports["U01"]))
    found = {"control_poll": paced, "control_poll_one_silent": lost, "control_throughput": speed}
    return found, [
        Gate("control: share of a core at 1 Hz", 100.0 * paced["cpu_share"], 15.0, "%"),
        Gate("control: lateness p99", paced["lateness_p99_ms"], 20.0, "ms"),
        Gate("control: memory", paced["rss_MB"], 220.0, "MB"),
        Gate("control: lateness p99 with a silent device", lost["lateness_p99_ms"], 50.0, "ms"),
        Gate("control: pymodbus over checked link", speed["pymodbus_over_orcplant"], 1.0 / 0.85, ""),
    ]


def soak(minutes: float) -> int:
    """Poll for some time; 0 if memory grew by less than 1 MB an hour and no turn was skipped."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _write_site(folder)
        with _served(folder) as ports:
            found = _core(folder, ports, seconds=60.0 * minutes)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return int(found["rss_slope_MB_per_h"] > 1.0 or found["overruns"] > 0)


def table(found: dict[str, Any]) -> list[str]:
    """Lines for the printed table."""
    lines = []
    for name, key in (("all answer", "control_poll"), ("one silent", "control_poll_one_silent")):
        one = found[key]
        lines.append(
            f"control, {name}: {one['devices']} devices, {one['tags']} tags, {one['requests_per_s']:.0f}"
            f" requests/s, {100 * one['cpu_share']:.1f} % of a core, lateness p99"
            f" {one['lateness_p99_ms']:.1f} ms, max {one['lateness_max_ms']:.1f} ms, {one['rss_MB']:.0f} MB"
        )
    speed = found["control_throughput"]
    lines.append(
        f"control, one connection: {speed['orcplant_per_s']:.0f} requests/s checked,"
        f" {speed['pymodbus_per_s']:.0f} with bare pymodbus"
    )
    return lines


def _write_site(folder: Path) -> None:
    parts = [_DEVICE.format(name="U{:02d}", type="orc_unit", count=UNITS, port=20000)]
    for place, kind in enumerate(_STATIONS):
        parts.append(_DEVICE.format(name=f"S{place}", type=kind, count=1, port=21000 + place))
    (folder / "site.toml").write_text("".join(parts), encoding="utf-8")


@contextmanager
def _served(folder: Path) -> Iterator[dict[str, int]]:
    command = [sys.executable, "-m", "benchmarks.control_server", str(folder)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None and server.stdout is not None
    try:
        yield json.loads(server.stdout.readline())
    finally:
        server.stdin.close()
        server.wait()
        server.stdout.close()


@contextmanager
def _silent_port() -> Iterator[int]:
    """Port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def _core(
    folder: Path, ports: dict[str, int], *, silent: str = "", seconds: float = SECONDS
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as state:
        arguments = [str(folder), state, json.dumps(ports), str(seconds), silent]
        command = [sys.executable, "-m", "benchmarks.control_core", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


async def _throughput(port: int) -> dict[str, float]:
    """Requests per second by turns, so that what else the machine does meets both."""
    link = ModbusLink(Endpoint("127.0.0.1", port, 1))
    await link.connect()
    bare = AsyncModbusTcpClient("127.0.0.1", port=port, timeout=1, retries=0, reconnect_delay=0)
    await bare.connect()

    async def ours() -> None:
        await link.read(Table.INPUT, 0, REGISTERS)

    async def theirs() -> None:
        answer = await bare.read_input_registers(0, count=REGISTERS, device_id=1)
        assert len(answer.registers) == REGISTERS

    rates: dict[str, list[float]] = {"orcplant": [], "pymodbus": []}
    for _ in range(ROUNDS):
        for name, ask in (("orcplant", ours), ("pymodbus", theirs)):
            started = time.perf_counter()
            for _ in range(REQUESTS):
                await ask()
            rates[name].append(REQUESTS / (time.perf_counter() - started))
    await link.close()
    bare.close()
    mine, peer = (statistics.median(rates[name]) for name in ("orcplant", "pymodbus"))
    return {"orcplant_per_s": mine, "pymodbus_per_s": peer, "pymodbus_over_orcplant": peer / mine}


if __name__ == "__main__":
    sys.exit(soak(float(sys.argv[1])))
