"""The control core of the benchmark, in a process of its own, so that its memory is its own.

`python -m benchmarks.control_core SITE STATE PORTS.json SECONDS [SILENT]` prints one JSON object. SILENT
is the name of a device whose port answers nothing.
"""

import asyncio
import gc
import json
import resource
import statistics
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

from orcplant.config.site import Device, load_site
from orcplant.control.link import Link
from orcplant.control.modbus import Endpoint, ModbusLink
from orcplant.control.service import PlantService, opened
from orcplant.control.state import StateFolder
from orcplant.live import LinkState

WARM_UP_S = 3.0


async def main(folder: Path, state: Path, ports: dict[str, int], seconds: float, silent: str) -> None:
    """Poll for some time and tell what it took."""

    def make_link(device: Device) -> Link:
        return ModbusLink(Endpoint("127.0.0.1", ports[device.name], device.device_id))

    async with AsyncExitStack() as stack:
        locked = stack.enter_context(StateFolder(state))
        service = await opened(load_site(folder), locked, stack, make_link=make_link)
        service.watchdog.start()
        for device in service.poller.devices.values():
            await device.tried.wait()
        gc.collect()
        gc.freeze()
        await asyncio.sleep(WARM_UP_S)
        for device in service.poller.devices.values():
            device.counters.lateness.clear()
        cpu, wall = time.process_time(), time.perf_counter()
        before = _requests(service)
        memory = await _watched(seconds)
        wall = time.perf_counter() - wall
        cpu = time.process_time() - cpu
        others = [device for name, device in service.poller.devices.items() if name != silent]
        late = sorted(late for device in others for late in device.counters.lateness)
        found = {
            "devices": len(service.poller.devices),
            "tags": sum(len(device.table) for device in service.poller.devices.values()),
            "seconds": wall,
            "cpu_share": cpu / wall,
            "requests_per_s": (_requests(service) - before) / wall,
            "lateness_p50_ms": 1e3 * late[len(late) // 2],
            "lateness_p99_ms": 1e3 * late[int(0.99 * len(late))],
            "lateness_max_ms": 1e3 * late[-1],
            "rss_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
            "rss_slope_MB_per_h": _slope(memory),
            "up": sum(device.state is LinkState.UP for device in service.poller.devices.values()),
            "overruns": sum(device.overruns for device in others),
        }
        sys.stdout.write(json.dumps(found) + "\n")


async def _watched(seconds: float) -> list[tuple[float, float]]:
    """Time [h] and memory [MB] every few seconds."""
    start = time.perf_counter()
    page = resource.getpagesize() / 2**20
    found = []
    while (passed := time.perf_counter() - start) < seconds:
        await asyncio.sleep(min(WARM_UP_S, seconds - passed))
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        found.append(((time.perf_counter() - start) / 3600.0, page * pages))
    return found


def _slope(points: list[tuple[float, float]]) -> float:
    """Slope of the second half, fitted: what grows at first is caches that fill."""
    points = points[len(points) // 2 :]
    if len(points) < 3:
        return 0.0
    times, sizes = zip(*points, strict=True)
    return statistics.linear_regression(times, sizes).slope


def _requests(service: PlantService) -> int:
    return sum(device.link.counters.requests for device in service.poller.devices.values())


if __name__ == "__main__":
    folder, state, ports, seconds, *silent = sys.argv[1:]
    asyncio.run(
        main(Path(folder), Path(state), json.loads(ports), float(seconds), silent[0] if silent else "")
    )
