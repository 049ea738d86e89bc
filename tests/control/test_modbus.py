"""A link against a server that lies on the wire: nothing wrong is ever taken for an answer."""

import asyncio
import random
import socket
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orcplant.control.link import (
    Backoff,
    BadAnswerError,
    DeviceExceptionError,
    Fault,
    LinkError,
    LinkLostError,
    NoAnswerError,
    NotConnectedError,
    UnreachableError,
)
from orcplant.control.modbus import Endpoint, ModbusLink
from orcplant.tags import Table
from tests.control.wire import Request, WireServer, exception, frame, honest, reset, saying, silent

TIMEOUT = 0.4  # [s], wall time: what a fault test has to wait for


@asynccontextmanager
async def linked(*, timeout: float = TIMEOUT) -> AsyncIterator[tuple[WireServer, ModbusLink]]:
    async with WireServer() as server:
        server.registers[100:110] = range(1000, 1010)
        link = ModbusLink(Endpoint("127.0.0.1", server.port, 7), timeout=timeout, connect_timeout=10.0)
        await link.connect()
        yield server, link
        await link.close()


def read_pdu(*registers: int, size: int | None = None) -> bytes:
    count = 2 * len(registers) if size is None else size
    return struct.pack(f">BB{len(registers)}H", 3, count, *registers)


async def test_reads_and_writes_every_table() -> None:
    async with linked(timeout=1.0) as (server, link):
        payload = await link.read(Table.HOLDING, 100, 10)
        assert struct.unpack(">10H", payload) == tuple(range(1000, 1010))
        assert await link.read(Table.INPUT, 105, 1) == (1005).to_bytes(2, "big")
        await link.write(Table.HOLDING, 200, bytes.fromhex("41AC0000"))
        assert server.get_float(200) == 21.5
        await link.write(Table.COIL, 3, b"\1")
        assert await link.read(Table.COIL, 0, 12) == b"\x08\x00"
        assert await link.read(Table.DISCRETE, 3, 1) == b"\x01"
        await link.write(Table.COIL, 3, b"\0")
        assert await link.read(Table.COIL, 0, 8) == b"\x00"
        assert {request.unit for request in server.requests} == {7}
        assert [request.function for request in server.writes] == [16, 5, 5]
        assert link.counters.answers == link.counters.requests == 8


def own(request: Request, pdu: bytes) -> bytes:
    """Frame that fits its request as far as the header goes."""
    return frame(request.transaction, request.unit, pdu)


LIES: dict[str, tuple[Callable[[Request, bytes], bytes], Fault]] = {
    "another unit": (lambda r, good: frame(r.transaction, r.unit + 1, good[7:]), Fault.UNIT),
    "unit 0": (lambda r, good: frame(r.transaction, 0, good[7:]), Fault.UNIT),
    "function 4 for 3": (lambda r, good: frame(r.transaction, r.unit, b"\x04" + good[8:]), Fault.FUNCTION),
    "echo of function 6": (lambda r, _: frame(r.transaction, r.unit, b"\x06\0\0\0\1"), Fault.FUNCTION),
    "unknown function": (lambda r, _: frame(r.transaction, r.unit, b"\x63\x01"), Fault.FUNCTION),
    "exception of another function": (lambda r, _: frame(r.transaction, r.unit, b"\x84\x02"), Fault.FUNCTION),
    "exception of two bytes": (lambda r, _: frame(r.transaction, r.unit, b"\x83\x02\x02"), Fault.LENGTH),
    "one register short": (lambda r, _: own(r, read_pdu(*range(9))), Fault.LENGTH),
    "one register more": (lambda r, _: own(r, read_pdu(*range(11))), Fault.LENGTH),
    "no register": (lambda r, _: own(r, read_pdu()), Fault.LENGTH),
    "odd byte count": (
        lambda r, _: own(r, read_pdu(*range(10), size=19)),
        Fault.LENGTH,
    ),
    "byte count above": (
        lambda r, _: own(r, read_pdu(*range(10), size=22)),
        Fault.LENGTH,
    ),
    "a byte more": (lambda r, good: frame(r.transaction, r.unit, good[7:] + b"\0"), Fault.LENGTH),
    "protocol 1": (lambda r, good: frame(r.transaction, r.unit, good[7:], protocol=1), Fault.FRAMING),
    "length 0": (lambda r, good: frame(r.transaction, r.unit, good[7:], length=0), Fault.FRAMING),
    "length 2": (lambda r, good: frame(r.transaction, r.unit, good[7:], length=2), Fault.FRAMING),
    "length 60000": (lambda r, good: frame(r.transaction, r.unit, good[7:], length=60000), Fault.FRAMING),
    "4 kB of garbage": (lambda r, good: bytes(range(1, 255)) * 16, Fault.FRAMING),
    "text": (lambda r, good: b"HTTP/1.1 400 Bad Request\r\n\r\n", Fault.FRAMING),
}


@pytest.mark.parametrize("name", LIES)
async def test_a_wrong_answer_is_refused_at_once_and_the_next_one_is_right(name: str) -> None:
    lie, kind = LIES[name]
    async with linked(timeout=5.0) as (server, link):
        server.lie = saying(lie)
        with pytest.raises(BadAnswerError) as caught:
            async with asyncio.timeout(1.0):  # far inside the link's own limit
                await link.read(Table.HOLDING, 100, 10)
        assert caught.value.kind is kind
        assert link.counters.faults == {kind: 1}
        assert link.is_connected == (kind is not Fault.FRAMING)  # out of step: only a new connection helps
        server.lie = honest
        await link.connect()
        assert await link.read(Table.HOLDING, 101, 1) == (1001).to_bytes(2, "big")


@pytest.mark.parametrize("wrong", [0, 1, 0x5555, 65535])
async def test_another_transaction_is_dropped_and_counted_and_never_applied(wrong: int) -> None:
    async with linked() as (server, link):
        server.lie = saying(lambda r, good: frame(r.transaction ^ 0x4000, 7, good[7:]))
        with pytest.raises(NoAnswerError):
            await link.read(Table.HOLDING, 100, 10)
        # The wrong one first, the right one behind it in the same segment.
        server.lie = saying(
            lambda r, good: frame(r.transaction + 1 if wrong == 1 else wrong, 7, read_pdu(*[9] * 10)) + good
        )
        payload = await link.read(Table.HOLDING, 100, 10)
        assert struct.unpack(">10H", payload) == tuple(range(1000, 1010))
        assert link.counters.faults[Fault.LATE] == 2


async def test_a_late_answer_does_not_become_the_next_answer() -> None:
    async with linked() as (server, link):
        kept: list[bytes] = []

        async def keep(request: Request, good: bytes, writer: asyncio.StreamWriter) -> None:
            kept.append(good)
            if len(kept) == 2:
                writer.write(kept[0])  # the answer of the first request, now
                writer.write(good)

        server.lie = keep
        with pytest.raises(NoAnswerError):
            await link.read(Table.HOLDING, 100, 2)
        payload = await link.read(Table.HOLDING, 104, 2)
        assert struct.unpack(">2H", payload) == (1004, 1005)
        assert link.counters.faults == {Fault.LATE: 1}


async def test_duplicates_and_single_bytes_are_fine() -> None:
    async with linked(timeout=2.0) as (server, link):
        server.lie = saying(lambda r, good: good * 3)
        for _ in range(3):
            assert struct.unpack(">H", await link.read(Table.HOLDING, 100, 1)) == (1000,)

        async def slowly(_request: Request, good: bytes, writer: asyncio.StreamWriter) -> None:
            for byte in good:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0)

        server.lie = slowly
        assert struct.unpack(">H", await link.read(Table.HOLDING, 101, 1)) == (1001,)


@pytest.mark.parametrize("cut", [1, 7, 9, 28])
async def test_half_an_answer_ends_in_time_and_its_other_half_is_never_read(cut: int) -> None:
    async with linked() as (server, link):
        rest: list[bytes] = []

        async def truncated(_request: Request, good: bytes, writer: asyncio.StreamWriter) -> None:
            writer.write(b"".join(rest) + good[:cut])
            rest.append(good[cut:])

        server.lie = truncated
        started = time.monotonic()
        with pytest.raises(NoAnswerError):
            await link.read(Table.HOLDING, 100, 10)
        assert time.monotonic() - started < 3 * TIMEOUT
        assert not link.is_connected
        with pytest.raises(NotConnectedError):
            await link.read(Table.HOLDING, 100, 10)
        server.lie = honest
        await link.connect()
        assert len(await link.read(Table.HOLDING, 100, 10)) == 20


async def test_three_silent_requests_end_a_half_open_connection() -> None:
    async with linked() as (server, link):
        server.lie = silent
        for expected in (True, True, False):
            with pytest.raises(NoAnswerError):
                await link.read(Table.HOLDING, 100, 1)
            assert link.is_connected is expected
        assert link.counters.timeouts == 3
        assert len(server.requests) == 3  # each was sent once


async def test_a_write_without_answer_is_sent_once() -> None:
    async with linked() as (server, link):
        server.lie = silent
        with pytest.raises(NoAnswerError):
            await link.write(Table.HOLDING, 100, b"\0\1")
        assert len(server.writes) == 1


@pytest.mark.parametrize(
    "answer",
    [
        lambda r, good: frame(r.transaction, 7, struct.pack(">BHH", 16, 101, 2)),
        lambda r, good: frame(r.transaction, 7, struct.pack(">BHH", 16, 100, 1)),
        lambda r, good: good[:-1],
        lambda r, good: frame(r.transaction, 7, good[7:] + b"\0\0"),
    ],
)
async def test_a_write_confirmed_wrongly_is_not_confirmed(answer: Callable[[Request, bytes], bytes]) -> None:
    async with linked() as (server, link):
        server.lie = saying(answer)
        with pytest.raises((BadAnswerError, NoAnswerError)):
            await link.write(Table.HOLDING, 100, b"\0\1\0\2")


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 0x63])
async def test_exceptions_carry_their_code(code: int) -> None:
    async with linked(timeout=1.0) as (server, link):
        server.lie = saying(lambda r, good: exception(r, code))
        with pytest.raises(DeviceExceptionError, match=f"exception {code} to function 3") as caught:
            await link.read(Table.HOLDING, 100, 1)
        assert caught.value.code == code
        assert link.is_connected
        assert link.counters.exceptions == {code: 1}


@pytest.mark.parametrize("how", ["rst", "fin"])
async def test_a_broken_connection_fails_the_request_at_once(how: str) -> None:
    async with linked(timeout=5.0) as (server, link):

        async def breaks(_request: Request, _good: bytes, writer: asyncio.StreamWriter) -> None:
            reset(writer) if how == "rst" else writer.close()

        server.lie = breaks
        with pytest.raises(LinkLostError):
            async with asyncio.timeout(1.0):
                await link.read(Table.HOLDING, 100, 1)
        assert not link.is_connected
        assert link.counters.losses == 1
        server.lie = honest
        await link.connect()
        assert await link.read(Table.HOLDING, 100, 1) == (1000).to_bytes(2, "big")


async def test_an_unreachable_device_is_one_clear_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refused
        port = taken.getsockname()[1]
        link = ModbusLink(Endpoint("127.0.0.1", port, 1))
        with pytest.raises(UnreachableError, match=rf"^127\.0\.0\.1:{port} device 1: .+$"):
            await link.connect()
        with pytest.raises(NotConnectedError):
            await link.read(Table.HOLDING, 0, 1)


async def test_closing_fails_the_request_under_way() -> None:
    async with linked(timeout=5.0) as (server, link):
        asked = asyncio.Event()

        async def note(_request: Request, _good: bytes, _writer: asyncio.StreamWriter) -> None:
            asked.set()

        server.lie = note
        reading = asyncio.create_task(link.read(Table.HOLDING, 100, 1))
        await asked.wait()
        await link.close()
        with pytest.raises(LinkLostError):
            await reading


async def test_garbage_that_nobody_asked_for_ends_the_connection() -> None:
    async with linked(timeout=5.0) as (server, link):
        for writer in server.writers:
            writer.write(b"\xff" * 300)
        while link.is_connected:
            await asyncio.sleep(0)
        assert link.counters.faults == {Fault.FRAMING: 1}
        await link.connect()
        assert await link.read(Table.HOLDING, 100, 1) == (1000).to_bytes(2, "big")


async def test_a_flood_of_answers_nobody_asked_for_is_dropped() -> None:
    async with linked(timeout=5.0) as (server, link):
        server.lie = saying(
            lambda r, good: own(r, read_pdu(7)).replace(good[:2], b"\x7f\x00", 1) * 5000 + good
        )
        assert await link.read(Table.HOLDING, 100, 1) == (1000).to_bytes(2, "big")
        assert link.counters.faults == {Fault.LATE: 5000}


async def test_a_cancelled_request_leaves_no_answer_to_the_next() -> None:
    async with linked(timeout=5.0) as (server, link):
        kept: list[bytes] = []
        asked = asyncio.Event()

        async def keep(_request: Request, good: bytes, writer: asyncio.StreamWriter) -> None:
            kept.append(good)
            asked.set()

        server.lie = keep
        reading = asyncio.create_task(link.read(Table.HOLDING, 100, 1))
        await asked.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        server.lie = saying(lambda r, good: kept[0] + good)
        assert await link.read(Table.HOLDING, 105, 1) == (1005).to_bytes(2, "big")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_random_bytes_are_never_an_answer(noise: bytes, in_front: bool) -> None:
    async def main() -> None:
        async with linked(timeout=10.0) as (server, link):

            async def shouts_and_goes(_request: Request, good: bytes, writer: asyncio.StreamWriter) -> None:
                writer.write(noise + good if in_front else noise)
                writer.close()

            server.lie = shouts_and_goes
            try:
                payload = await link.read(Table.HOLDING, 100, 10)
            except LinkError:
                pass
            else:  # nothing stood before the good answer but whole frames of other transactions
                assert in_front and struct.unpack(">10H", payload) == tuple(range(1000, 1010))
            server.lie = honest
            await link.close()
            await link.connect()
            assert len(await link.read(Table.HOLDING, 100, 10)) == 20

    asyncio.run(main())


def test_waits_grow_are_jittered_and_capped() -> None:
    def waits(seed: int) -> list[float]:
        backoff = Backoff(random.Random(seed))
        found = []
        for _ in range(12):
            backoff.failed(100.0)
            found.append(backoff.retry_at - 100.0)
        return found

    some, others = waits(1), waits(2)
    assert some != others and some == waits(1)
    assert max(some + others) <= 5.0
    assert 0.25 <= some[0] <= 0.5 and min(some[4:]) >= 2.5
    backoff = Backoff(random.Random(1))
    backoff.failed(100.0)
    assert not backoff.is_ready(100.1) and backoff.is_ready(100.6)
    backoff.succeeded()
    assert backoff.is_ready(0.0) and backoff.failures == 0
