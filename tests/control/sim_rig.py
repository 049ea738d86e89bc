"""The core against `plc_sim` on real sockets, each device behind a proxy that can lie."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from orcplant.config.site import Device, load_site
from orcplant.control.clock import ManualClock
from orcplant.control.modbus import Endpoint, ModbusLink
from orcplant.control.poller import DevicePoller
from plc_sim.bank import Bank
from plc_sim.clock import Clock
from plc_sim.logic.plain import PlainLogic
from plc_sim.plants import traits
from plc_sim.simulator import Simulator, groups
from tests.control.wire import Proxy

SITE = """
[[device]]
name = "U{:02d}"
type = "orc_unit"
count = COUNT
host = "127.0.0.1"
port = 1502
device_id = 1
capabilities = ["signature", "heartbeat", "sequence", "accepted_setpoint"]
"""


@dataclass
class SimRig:
    """Simulated units without physics, and the core's pollers of them."""

    simulator: Simulator
    logic: PlainLogic
    bank: Bank
    proxies: list[Proxy]
    devices: list[DevicePoller]
    clock: ManualClock

    @property
    def device(self) -> Device:
        """The first device."""
        return self.devices[0].device

    @property
    def poller(self) -> DevicePoller:
        """The first device's poller."""
        return self.devices[0]

    def tick(self, seconds: float = 1.0) -> None:
        """Let time pass on both sides."""
        self.simulator.tick(seconds)
        self.clock.advance(seconds)

    async def poll(self, times: int = 1, *, every: float = 1.0) -> None:
        """Let time pass on both sides and poll every device, again and again."""
        for _ in range(times):
            self.tick(every)
            await asyncio.gather(*(device.poll_once() for device in self.devices))

    def put(self, short: str, value: float, device: int = 0) -> None:
        """Set a value inside a simulated controller."""
        self.bank[short][device] = value
        self.bank.changed()


@asynccontextmanager
async def simulated(folder: Path, *, count: int = 1, timeout: float = 5.0) -> AsyncIterator[SimRig]:
    (folder / "site.toml").write_text(SITE.replace("COUNT", str(count)), encoding="utf-8")
    site = load_site(folder)
    by_type, clock = groups(site), Clock()
    logic = PlainLogic(by_type["orc_unit"].bank, traits(by_type["orc_unit"]), clock)
    simulator = Simulator(site, by_type, clock, [logic])
    manual = ManualClock()
    async with AsyncExitStack() as stack:
        await simulator.open(port_base=0)
        stack.push_async_callback(simulator.close)
        proxies, devices = [], []
        for number, device in enumerate(site.devices):
            upstream = simulator.ports[device.name].number
            proxy = await stack.enter_async_context(Proxy(upstream))
            endpoint = Endpoint("127.0.0.1", proxy.port, device.device_id)
            link = ModbusLink(endpoint, timeout=timeout, connect_timeout=5.0)
            stack.push_async_callback(link.close)
            proxies.append(proxy)
            devices.append(DevicePoller(device, link, manual, rng=random.Random(number)))
        yield SimRig(simulator, logic, by_type["orc_unit"].bank, proxies, devices, manual)
