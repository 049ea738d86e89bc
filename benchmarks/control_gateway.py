"""The core with its face: 40 units and 4 stations at 1 Hz, two encrypted clients subscribed to everything.

Share of a core, lateness of polling, memory; what a client waits for a command's answer and for trends.
`python -m benchmarks.control_gateway core|client ...` are the processes it starts.
"""

import asyncio
import gc
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.control_poll import _write_site
from benchmarks.measure import Gate
from orcplant.config.site import Device, load_site
from orcplant.control.link import Link
from orcplant.control.modbus import Endpoint, ModbusLink
from orcplant.control.service import FIRST_LOGIN, opened, opened_face
from orcplant.control.state import StateFolder
from orcplant.tags import Table

SECONDS: Final = 20.0
CLIENTS: Final = 2
WARM_UP_S: Final = 5.0
_ME: Final = (sys.executable, "-m", "benchmarks.control_gateway")
_GATEWAY: Final = '[gateway]\nendpoint = "opc.tcp://127.0.0.1:0/orcplant"\n'


def run() -> tuple[dict[str, Any], list[Gate]]:
    """Measured numbers and their gates."""
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as state:
        folder = Path(made)
        _write_site(folder)
        site = folder / "site.toml"
        site.write_text(_GATEWAY + site.read_text(encoding="utf-8"), encoding="utf-8")
        server = subprocess.Popen(
            [*_ME, "server", str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert server.stdin is not None and server.stdout is not None
        try:
            found = _measured(folder, Path(state), json.loads(server.stdout.readline()))
        finally:
            server.communicate()
    return {"control_gateway": found}, [
        Gate("gateway: share of a core, two clients", 100.0 * found["cpu_share"], 35.0, "%"),
        Gate("gateway: lateness p99", found["lateness_p99_ms"], 20.0, "ms"),
        Gate("gateway: memory", found["rss_MB"], 220.0, "MB"),
        Gate("gateway: answer to a command", found["command_ms"], 50.0, "ms"),
        Gate("gateway: ReadTrend of one tag", found["trend_1_ms"], 50.0, "ms"),
        Gate("gateway: ReadTrend of 20 tags", found["trend_20_ms"], 500.0, "ms"),
    ]


def table(found: dict[str, Any]) -> list[str]:
    """Lines for the printed table."""
    one = found["control_gateway"]
    return [
        f"gateway: {CLIENTS} clients, {one['values_per_s']:.0f} values/s each,"
        f" {100 * one['cpu_share']:.1f} % of a core, lateness p99 {one['lateness_p99_ms']:.1f} ms, max"
        f" {one['lateness_max_ms']:.1f} ms, {one['rss_MB']:.0f} MB, command {one['command_ms']:.1f} ms"
    ]


def _measured(folder: Path, state: Path, ports: dict[str, int]) -> dict[str, Any]:
    core = subprocess.Popen(
        [*_ME, "core", str(folder), str(state), json.dumps(ports), str(SECONDS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert core.stdin is not None and core.stdout is not None
    endpoint = core.stdout.readline().strip()
    clients = [
        subprocess.Popen(
            [*_ME, "client", endpoint, str(state), str(SECONDS + WARM_UP_S)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(CLIENTS)
    ]
    for client in clients:
        assert client.stdout is not None
        client.stdout.readline()  # it is subscribed
    core.stdin.write("go\n")
    core.stdin.flush()
    told = [json.loads(client.communicate()[0]) for client in clients]
    found: dict[str, Any] = json.loads(core.communicate()[0])
    return found | {key: max(one[key] for one in told) for key in told[0]}


async def core_main(folder: Path, state: Path, ports: dict[str, int], seconds: float) -> None:
    """Run a core with its face, and tell what it took."""

    def make_link(device: Device) -> Link:
        return ModbusLink(Endpoint("127.0.0.1", ports[device.name], device.device_id))

    async with AsyncExitStack() as stack:
        locked = stack.enter_context(StateFolder(state))
        service = await opened(load_site(folder), locked, stack, make_link=make_link)
        service.watchdog.start()
        service.observers.start()
        endpoint = await opened_face(service, state, stack)
        sys.stdout.write(endpoint + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        gc.collect()
        gc.freeze()
        await asyncio.sleep(WARM_UP_S)
        devices = list(service.poller.devices.values())
        for device in devices:
            device.counters.lateness.clear()
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.sleep(seconds)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        late = sorted(late for device in devices for late in device.counters.lateness)
        found = {
            "devices": len(devices),
            "cpu_share": cpu / wall,
            "lateness_p99_ms": 1e3 * late[int(0.99 * len(late))],
            "lateness_max_ms": 1e3 * late[-1],
            "rss_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
            "overruns": sum(device.overruns for device in devices),
            "rows": service.observers.historian.counters.rows,
        }
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)  # the clients are still there


async def server_main(folder: Path) -> None:
    """Serve simulated PLCs of which two thirds of the numbers move every second; until stdin is closed."""
    from plc_sim.clock import Clock, Pace
    from plc_sim.logic.plain import PlainLogic
    from plc_sim.plants import traits
    from plc_sim.simulator import Simulator, groups

    site, clock = load_site(folder), Clock()
    by_type = groups(site)
    works = [PlainLogic(group.bank, traits(group), clock) for group in by_type.values()]
    simulator = Simulator(site, by_type, clock, works)
    await simulator.open(port_base=0)
    sys.stdout.write(json.dumps({name: port.number for name, port in simulator.ports.items()}) + "\n")
    sys.stdout.flush()
    tasks = [asyncio.create_task(simulator.run(Pace()))]
    tasks += [
        asyncio.create_task(_move(group.bank, site.of_type(kind)[0])) for kind, group in by_type.items()
    ]
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await simulator.close()


async def _move(bank: Any, device: Device) -> None:
    names = [
        tag.name.partition(".")[2]
        for tag in device.table
        if tag.table is Table.INPUT and tag.dtype.is_number and tag.range_lo < tag.range_hi
    ]
    names = [name for name in names if not name.startswith(("MAP_", "KNOWN_", "BOOT_", "HEARTBEAT", "CMD"))]
    spans = {n: device.table[f"{device.name}.{n}"] for n in names}
    for turn in itertools.count():
        await asyncio.sleep(1.0)
        for place, name in enumerate(names):
            if place % 3:
                tag = spans[name]
                bank[name][:] = tag.range_lo + (tag.range_hi - tag.range_lo) * (0.4 + 0.001 * (turn % 100))
        bank.changed()


class _Counter:
    """Counts what a subscription brings."""

    def __init__(self) -> None:
        self.values = 0

    def datachange_notification(self, *_: Any) -> None:
        """One more."""
        self.values += 1


async def client_main(endpoint: str, state: Path, seconds: float) -> None:
    """Subscribe to everything, and ask now and then; tell what came and how long that took."""
    from asyncua import Client, ua
    from asyncua.crypto.security_policies import SecurityPolicyAes256Sha256RsaPss

    from orcplant.control.gateway import Pki

    pki = Pki(state / "pki", "")
    user, password = (
        line.split()[1] for line in (state / FIRST_LOGIN).read_text(encoding="utf-8").splitlines()
    )
    client = Client(endpoint, timeout=20, watchdog_intervall=15)
    client.application_uri = f"{pki.application_uri}:window"
    local = pki.folder / "local"
    await client.set_security(
        SecurityPolicyAes256Sha256RsaPss,
        local / "certificate.der",
        local / "key.pem",
        server_certificate=pki.certificate,
    )
    client.set_user(user)
    client.set_password(password)
    counter = _Counter()
    async with client:
        index = await client.get_namespace_index("urn:orcplant")
        model = json.loads(await client.get_node(ua.NodeId("Plant/Model", index)).read_value())
        names = [
            f"{device['name']}.{tag['name']}"
            for device in model["devices"]
            for tag in model["types"][device["type"]]["tags"]
            if tag["access"] != "w"
        ]
        for device in model["devices"]:
            subscription = await client.create_subscription(1000, counter)
            mine = [name for name in names if name.startswith(f"{device['name']}.")]
            await subscription.subscribe_data_change(
                [client.get_node(ua.NodeId(name, index)) for name in mine]
            )
        sys.stdout.write("subscribed\n")
        sys.stdout.flush()
        await asyncio.sleep(WARM_UP_S)
        before, start = counter.values, time.perf_counter()
        times: dict[str, list[float]] = {"command_ms": [], "trend_1_ms": [], "trend_20_ms": []}
        objects = client.nodes.objects
        powers = [name for name in names if name.endswith(".POWER_NET")][:20]
        while time.perf_counter() - start < seconds - WARM_UP_S:
            await asyncio.sleep(1.0)
            now = datetime.now(UTC)
            command = json.dumps(
                {
                    "key": str(time.monotonic_ns()),
                    "tag": "U01.POWER_SP",
                    "value": 1.0,
                    "issued_time": time.time(),
                }
            )
            for key, call in (
                ("command_ms", (ua.NodeId("Command", index), command)),
                ("trend_1_ms", _trend(ua, index, powers[:1], now)),
                ("trend_20_ms", _trend(ua, index, powers, now)),
            ):
                begun = time.perf_counter()
                await objects.call_method(*call)
                times[key].append(1e3 * (time.perf_counter() - begun))
        found: dict[str, float] = {key: sorted(found)[len(found) // 2] for key, found in times.items()}
        found["values_per_s"] = (counter.values - before) / (time.perf_counter() - start)
    sys.stdout.write(json.dumps(found) + "\n")


def _trend(ua: Any, index: int, names: list[str], now: datetime) -> tuple[Any, ...]:
    count = ua.Variant(1600, ua.VariantType.UInt32)
    return ua.NodeId("ReadTrend", index), names, now - timedelta(days=1), now, count


if __name__ == "__main__":
    _, what, *arguments = sys.argv
    if what == "core":
        folder, state, ports, seconds = arguments
        asyncio.run(core_main(Path(folder), Path(state), json.loads(ports), float(seconds)))
    elif what == "server":
        asyncio.run(server_main(Path(*arguments)))
    else:
        endpoint, state, seconds = arguments
        asyncio.run(client_main(endpoint, Path(state), float(seconds)))
