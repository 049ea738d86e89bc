"""The core with a simulated plant behind the controllers: a unit is started, loaded, left alone, stopped."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from orcplant.config.site import Device, load_site
from orcplant.control.clock import ManualClock
from orcplant.control.modbus import Endpoint, ModbusLink
from orcplant.control.poller import DevicePoller
from orcplant.live import CommandState
from orcplant.resources import configs_dir
from plc_sim.plants import simulator
from plc_sim.simulator import Simulator
from tests.control.house import House, housed


@dataclass
class PlantRig:
    """The pilot station, on sockets, with a clock that is told to go on."""

    simulator: Simulator
    devices: list[DevicePoller]
    clock: ManualClock

    @property
    def device(self) -> Device:
        return self.devices[0].device

    @property
    def poller(self) -> DevicePoller:
        return self.devices[0]

    def tick(self, seconds: float = 1.0) -> None:
        self.simulator.tick(seconds)
        self.clock.advance(seconds)

    async def poll(self, times: int = 1, *, every: float = 1.0) -> None:
        for _ in range(times):
            self.tick(every)
            await asyncio.gather(*(device.poll_once() for device in self.devices))

    def state(self, short: str = "STATE") -> str:
        tag = self.poller.table[f"U01.{short}"]
        scalar = self.poller.value(tag.name).scalar
        return tag.dtype.name_of(scalar) if isinstance(scalar, int) else "?"

    def number(self, short: str) -> float:
        scalar = self.poller.value(f"U01.{short}").scalar
        assert isinstance(scalar, float)
        return scalar


@asynccontextmanager
async def pilot() -> AsyncIterator[PlantRig]:
    site = load_site(configs_dir() / "tianzhen_pilot")
    simulated, clock = simulator(site), ManualClock()
    await simulated.open(port_base=0)
    devices = []
    for number, device in enumerate(site.devices):
        endpoint = Endpoint("127.0.0.1", simulated.ports[device.name].number, device.device_id)
        link = ModbusLink(endpoint, timeout=10.0, connect_timeout=10.0)
        devices.append(DevicePoller(device, link, clock, rng=random.Random(number)))
    yield PlantRig(simulated, devices, clock)
    for poller in devices:
        await poller.link.close()
    await simulated.close()


async def until(house: House[PlantRig], state: str, *, within_s: int) -> None:
    for _ in range(within_s):
        if house.rig.state() == state:
            return
        await house.rig.poll()
        house.users.touch(house.operator)
    raise AssertionError(f"{house.rig.state()} instead of {state} after {within_s} s")


@pytest.mark.slow
def test_a_unit_from_cold_to_load_and_back(tmp_path: Path) -> None:
    async def main() -> None:
        async with pilot() as rig, housed(tmp_path, rig) as house:
            assert all(not device.is_read_only for device in rig.devices)
            bad = [name for name, value in rig.poller.snapshot().values.items() if not value.is_good]
            assert bad == []
            assert (await house.command("U01.CMD", "take_remote")).state is CommandState.VERIFIED
            assert (await house.command("U01.POWER_SP", 150.0)).state is CommandState.VERIFIED
            assert (await house.command("U01.CMD", "start")).state is CommandState.VERIFIED
            await until(house, "running", within_s=1800)
            for _ in range(600):
                await rig.poll()
                house.users.touch(house.operator)
            assert rig.number("POWER_NET") == pytest.approx(150.0, rel=0.03)
            # A second start of a running unit is refused before it is sent.
            outcome = await house.command("U01.CMD", "start")
            assert {refusal.code for refusal in outcome.refusals} == {"U01.state_stopped_or_ready"}
            rig.tick(6.0)  # the core is away
            await rig.poll()
            assert rig.state("AUTHORITY") == "local_fallback" and rig.state() == "running"
            outcome = await house.command("U01.POWER_SP", 100.0)
            assert {refusal.code for refusal in outcome.refusals} == {"remote"}
            assert (await house.command("U01.CMD", "take_remote")).state is CommandState.VERIFIED
            assert (await house.command("U01.CMD", "stop")).state is CommandState.VERIFIED
            await until(house, "ready", within_s=3600)
            assert house.foreign.found == []

    asyncio.run(main())
