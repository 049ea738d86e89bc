"""pytest fixtures for test rigs: a simulated plant on free ports, driven from a test without any sleep.

Loaded by pytest by itself where orcplant is installed. Only the fixtures import the simulator, so that other
tests of the same environment pay nothing for it.

Example
-------
::

    def test_my_client_reads_the_power(plc_sim_rig):
        rig = plc_sim_rig("tianzhen_pilot", running=True)
        client = MyClient(*rig.address("U01"))
        rig.tick(60.0)  # a minute at the plant
        assert client.read("POWER_NET") == pytest.approx(rig.value("U01.POWER_NET"), rel=1e-3)
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from plc_sim.simulator import Simulator

_T = TypeVar("_T")
_SECONDS = 30.0


class Rig:
    """A simulated site whose servers answer in a thread of their own; time passes only in `tick`.

    Attributes
    ----------
    simulator : Simulator
        What is behind it; to be touched from within `call` only.
    """

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="plc_sim", daemon=True)
        self._thread.start()
        self._wait(simulator.open(port_base=0))

    def address(self, device: str) -> tuple[str, int, int]:
        """Host, port and device id of a device.

        Raises
        ------
        KeyError
            If the site has no such device.
        """
        found = next((each for each in self.simulator.site.devices if each.name == device), None)
        if found is None:
            raise KeyError(device)
        return found.host, self.simulator.ports[device].number, found.device_id

    def tick(self, seconds: float, *, wall: float | None = None) -> None:
        """Let time pass at the plant, and for watchdogs `wall` seconds, or as many."""
        self.call(lambda: self.simulator.tick(seconds, wall))

    def value(self, tag: str) -> float:
        """Engineering value of a tag such as ``U01.POWER_NET``."""
        return self.call(lambda: float(self._place(tag)[0]))

    def put(self, tag: str, value: float) -> None:
        """Set a tag as the plant would: a contact, a switch at the panel."""

        def change() -> None:
            self._place(tag)[0] = value
            for group in self.simulator.groups.values():
                group.bank.changed()

        self.call(change)

    def call(self, work: Callable[[], _T]) -> _T:
        """Run a function where the servers run, so that no request meets a plant half moved."""

        async def run() -> _T:
            return work()

        return self._wait(run())

    def close(self) -> None:
        """End all connections and the thread."""
        self._wait(self.simulator.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_SECONDS)
        self._loop.close()

    def _place(self, tag: str) -> Any:
        device, _, name = tag.partition(".")
        for group in self.simulator.groups.values():
            for index, each in enumerate(group.devices):
                if each.name == device:
                    return group.bank[name][index : index + 1]
        raise KeyError(tag)

    def _wait(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(_SECONDS)


@pytest.fixture
def plc_sim_rig() -> Iterator[Callable[..., Rig]]:
    """Start simulated sites: ``plc_sim_rig(plant, running=False)`` gives a `Rig` that ends with the test.

    ``plant`` is the name of a shipped plant or a folder with a ``site.toml``; with ``running`` its units are
    at work when the test begins.
    """
    from dataclasses import replace

    from orcplant.config.check import find
    from orcplant.config.site import load_site
    from plc_sim.plants import simulator

    rigs: list[Rig] = []

    def start(plant: str | Path, *, running: bool = False) -> Rig:
        site = load_site(find(str(plant)))
        simulation = replace(site.simulation, units_running=running)
        rig = Rig(simulator(replace(site, simulation=simulation)))
        rigs.append(rig)
        return rig

    yield start
    for rig in rigs:
        rig.close()
