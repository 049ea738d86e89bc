"""Ports of the rig on real sockets, each with its own loop in a thread where the client is synchronous."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plc_sim.bank import Bank
from plc_sim.server import Limits, Port, Station, Unknown
from tests.plc_sim.support import rig_bank, rig_device

StartPort = Callable[..., Port]


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return rig_bank(tmp_path, count=3)


@pytest.fixture
def start_port(bank: Bank) -> Iterator[StartPort]:
    """Open ports in a thread: for clients that block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    opened: list[Port] = []

    def start(*, unknown: Unknown = Unknown.SILENT, limits: Limits | None = None) -> Port:
        station = Station({k + 1: rig_device(bank, k) for k in range(bank.count)}, unknown)
        port = Port(station, limits)
        asyncio.run_coroutine_threadsafe(port.open(), loop).result(5)
        opened.append(port)
        return port

    yield start
    for port in opened:
        asyncio.run_coroutine_threadsafe(port.close(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()
