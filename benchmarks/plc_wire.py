"""The simulator's server against pymodbus's own, in the same run.

Requests of 100 registers in a closed loop over 1 and 40 connections, one client for both, servers by turns in
processes of their own; and how late answers come when 40 units are polled once a second.
"""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from benchmarks.measure import Gate
from benchmarks.plc_server import DEVICES, REGISTERS

ROUNDS: Final = 5
SECONDS: Final = 1.5
POLLS: Final = 10
_ANSWER: Final = 9 + 2 * REGISTERS


def run() -> tuple[dict[str, Any], list[Gate]]:
    """Measured numbers and their gates."""
    with _server("ours") as ours, _server("pymodbus") as theirs:
        found = asyncio.run(_measured(ours, theirs))
    return {"plc_wire": found}, [
        Gate("plc-sim: pymodbus's requests over ours, 1 connection", found["ratio_1"], 1.0, ""),
        Gate("plc-sim: pymodbus's requests over ours, 40 connections", found["ratio_40"], 1.0, ""),
        Gate("plc-sim: p99 of a 40-unit poll at 1 Hz", found["paced_p99_ms"], 10.0, "ms"),
    ]


def table(found: dict[str, Any]) -> list[str]:
    """Lines for the printed table."""
    wire = found["plc_wire"]
    return [
        f"requests/s, 1 connection: plc-sim {wire['ours_1']:.0f}, pymodbus {wire['pymodbus_1']:.0f}",
        f"requests/s, 40 connections: plc-sim {wire['ours_40']:.0f}, pymodbus {wire['pymodbus_40']:.0f}",
        f"40 units at 1 Hz: p50 {wire['paced_p50_ms']:.2f} ms, p99 {wire['paced_p99_ms']:.2f} ms",
    ]


async def _measured(ours: int, theirs: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for connections in (1, DEVICES):
        rates: dict[str, list[float]] = {"ours": [], "pymodbus": []}
        for _ in range(ROUNDS):
            for name, port in (("ours", ours), ("pymodbus", theirs)):
                rates[name].append(await _rate(port, connections))
        for name, values in rates.items():
            found[f"{name}_{connections}"] = statistics.median(values)
        ratios = [b / a for a, b in zip(rates["ours"], rates["pymodbus"], strict=True)]
        found[f"ratio_{connections}"] = statistics.median(ratios)
    waits = sorted(await _paced(ours))
    found["paced_p50_ms"] = 1e3 * statistics.median(waits)
    found["paced_p99_ms"] = 1e3 * waits[int(0.99 * len(waits))]
    return found


def _request(transaction: int, device: int) -> bytes:
    return (
        transaction.to_bytes(2, "big")
        + b"\0\0\0\x06"
        + bytes((device, 4))
        + b"\0\0"
        + REGISTERS.to_bytes(2, "big")
    )


class _Client(asyncio.Protocol):
    """Asks, waits for the whole answer, asks again."""

    def __init__(self, device: int) -> None:
        self.device = device
        self.answers = 0
        self._got = 0
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] | None = None
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self) -> None:
        assert self._transport is not None
        self._transport.write(_request(self.answers & 0xFFFF, self.device))

    def data_received(self, data: bytes) -> None:
        self._got += len(data)
        if self._got < _ANSWER:
            return
        self._got = 0
        self.answers += 1
        if self.is_open:
            self.ask()
        elif self.done is not None and not self.done.done():
            self.done.set_result(None)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def _connected(port: int, count: int) -> list[_Client]:
    loop = asyncio.get_running_loop()
    return [
        (await loop.create_connection(lambda k=k: _Client(k % DEVICES + 1), "127.0.0.1", port))[1]
        for k in range(count)
    ]


async def _rate(port: int, connections: int) -> float:
    """Requests answered a second."""
    clients = await _connected(port, connections)
    for client in clients:
        client.is_open = True
        client.ask()
    await asyncio.sleep(0.2)
    start, before = time.perf_counter(), sum(client.answers for client in clients)
    await asyncio.sleep(SECONDS)
    answered = sum(client.answers for client in clients) - before
    rate = answered / (time.perf_counter() - start)
    for client in clients:
        client.close()
    await asyncio.sleep(0.05)
    return rate


async def _paced(port: int) -> list[float]:
    """Waits for an answer [s], 40 connections, one request each a second, spread over it."""
    loop = asyncio.get_running_loop()
    clients = await _connected(port, DEVICES)

    async def poll(client: _Client, offset: float) -> list[float]:
        waits = []
        start = loop.time() + offset
        for k in range(POLLS):
            await asyncio.sleep(max(start + k - loop.time(), 0.0))
            client.done = loop.create_future()
            asked = time.perf_counter()
            client.ask()
            await client.done
            waits.append(time.perf_counter() - asked)
        return waits

    parts = await asyncio.gather(*(poll(client, k / DEVICES) for k, client in enumerate(clients)))
    for client in clients:
        client.close()
    return [wait for part in parts for wait in part]


@contextmanager
def _server(which: str) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.plc_server", which],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # pymodbus tells of every client that leaves
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        process.stdout.close()


if __name__ == "__main__":
    measured, gates = run()
    sys.stdout.write("\n".join([*table(measured), *(gate.text for gate in gates), ""]))
