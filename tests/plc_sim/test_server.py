"""The server on real sockets: pipelines, cuts, strangers, crowds, idlers, and clients that never read."""

import asyncio
import gc
import random
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import pytest

from plc_sim.bank import Bank
from plc_sim.frames import MbapFramer
from plc_sim.server import Conversation, Limits, Port, Station, Unknown
from tests.plc_sim.support import rig_bank, rig_device

READ_POWER = bytes.fromhex("04 0002 0002")
POWER = bytes.fromhex("04 04 41AC 0000")
SECONDS = 10.0  # how long a test may wait for what must come


def frame(pdu: bytes, *, transaction: int = 1, device_id: int = 1) -> bytes:
    return struct.pack(">HHHB", transaction, 0, len(pdu) + 1, device_id) + pdu


class Client:
    opened: ClassVar[list["Client"]] = []

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.opened.append(self)

    @classmethod
    async def of(cls, port: Port) -> "Client":
        return cls(*await asyncio.open_connection("127.0.0.1", port.number))

    def send(self, *chunks: bytes) -> None:
        for chunk in chunks:
            self.writer.write(chunk)

    @classmethod
    async def close_all(cls) -> None:
        for client in cls.opened:
            client.writer.transport.abort()
            with suppress(ConnectionError):
                await client.writer.wait_closed()
        cls.opened.clear()

    async def reply(self) -> tuple[int, int, bytes]:
        async with asyncio.timeout(SECONDS):
            transaction, protocol, length = struct.unpack(">HHH", await self.reader.readexactly(6))
            assert protocol == 0
            body = await self.reader.readexactly(length)
        return transaction, body[0], body[1:]

    async def is_ended(self) -> bool:
        async with asyncio.timeout(SECONDS):
            try:
                return await self.reader.read(1) == b""
            except ConnectionError:
                return True


def served(
    bank: Bank,
    test: Callable[[Port], Awaitable[None]],
    *,
    limits: Limits | None = None,
    unknown: Unknown = Unknown.SILENT,
) -> None:
    """Run `test` against a port with the devices 1, 2, 3 of `bank`."""

    async def run() -> None:
        port = Port(Station({k + 1: rig_device(bank, k) for k in range(bank.count)}, unknown), limits)
        await port.open()
        try:
            await test(port)
        finally:
            await Client.close_all()
            await port.close()

    asyncio.run(run())


def test_requests_in_one_segment_are_all_answered_in_order(bank: Bank) -> None:
    async def test(port: Port) -> None:
        client = await Client.of(port)
        client.send(b"".join(frame(READ_POWER, transaction=k) for k in range(1000)))
        for k in range(1000):
            assert await client.reply() == (k, 1, POWER)

    served(bank, test)


def test_a_request_may_come_byte_by_byte(bank: Bank) -> None:
    async def test(port: Port) -> None:
        client = await Client.of(port)
        for octet in frame(READ_POWER):
            client.send(bytes((octet,)))
            await client.writer.drain()
            await asyncio.sleep(0)
        assert await client.reply() == (1, 1, POWER)

    served(bank, test)


@pytest.mark.parametrize(
    "pdu",
    [
        struct.pack(">BHHB", 16, 0, 124, 248) + bytes(248),
        struct.pack(">BHHHHB", 23, 2, 1, 0, 122, 244) + bytes(244),
    ],
)
def test_one_register_too_many_is_refused_and_the_connection_stays(bank: Bank, pdu: bytes) -> None:
    async def test(port: Port) -> None:
        client = await Client.of(port)
        client.send(frame(pdu, transaction=5), frame(READ_POWER, transaction=6))
        assert await client.reply() == (5, 1, bytes((pdu[0] | 0x80, 3)))
        assert (await client.reply())[0] == 6

    served(bank, test)


def test_devices_behind_one_port_have_their_own_values(bank: Bank) -> None:
    bank["POWER"][:] = [1.0, 2.0, 3.0]
    bank.changed()

    async def test(port: Port) -> None:
        client = await Client.of(port)
        for device in (3, 1, 2):
            client.send(frame(READ_POWER, device_id=device))
            _, answered_by, pdu = await client.reply()
            assert (answered_by, struct.unpack(">f", pdu[2:])[0]) == (device, float(device))

    served(bank, test)


def test_unknown_device_is_silent_and_the_next_one_is_answered(bank: Bank) -> None:
    async def test(port: Port) -> None:
        client = await Client.of(port)
        client.send(*(frame(READ_POWER, transaction=k, device_id=k) for k in (0, 9, 255, 2)))
        assert await client.reply() == (2, 2, POWER)

    served(bank, test)


@pytest.mark.parametrize(("unknown", "code"), [(Unknown.NO_PATH, 10), (Unknown.NO_ANSWER, 11)])
def test_gateway_answers_for_a_device_it_cannot_reach(bank: Bank, unknown: Unknown, code: int) -> None:
    async def test(port: Port) -> None:
        client = await Client.of(port)
        client.send(frame(READ_POWER, device_id=9))
        assert await client.reply() == (1, 9, bytes((0x84, code)))

    served(bank, test, unknown=unknown)


def test_stream_without_a_known_next_frame_is_closed_after_what_came_before(bank: Bank) -> None:
    async def test(port: Port) -> None:
        client = await Client.of(port)
        client.send(frame(READ_POWER) + b"GET / HTTP/1.1\r\n\r\n")
        assert await client.reply() == (1, 1, POWER)
        assert await client.is_ended()
        assert (await one_reading(port)) == POWER

    served(bank, test)


async def one_reading(port: Port) -> bytes:
    client = await Client.of(port)
    client.send(frame(READ_POWER))
    _, _, pdu = await client.reply()
    client.writer.close()
    await client.writer.wait_closed()
    return pdu


def test_client_beyond_the_limit_is_turned_away_until_one_leaves(bank: Bank) -> None:
    async def test(port: Port) -> None:
        first, second = await Client.of(port), await Client.of(port)
        for client in (first, second):
            client.send(frame(READ_POWER))
            assert (await client.reply())[2] == POWER
        assert await (await Client.of(port)).is_ended()
        first.writer.close()
        while port.connections > 1:
            await asyncio.sleep(0)
        assert await one_reading(port) == POWER

    served(bank, test, limits=Limits(connections=2))


def test_idle_client_is_closed_even_while_bytes_trickle_in(bank: Bank) -> None:
    async def test(port: Port) -> None:
        idle, drip = await Client.of(port), await Client.of(port)
        drip.send(frame(READ_POWER)[:5])
        assert await idle.is_ended()
        assert await drip.is_ended()
        assert port.connections == 0

    served(bank, test, limits=Limits(idle_s=0.05))


def test_client_that_never_reads_costs_bounded_memory_and_hurts_nobody(bank: Bank) -> None:
    request = frame(bytes.fromhex("04 0000 0011"))

    async def test(port: Port) -> None:
        deaf = await Client.of(port)
        sent = 0
        try:
            async with asyncio.timeout(0.3):
                while True:
                    deaf.send(request * 500)
                    sent += 500
                    await deaf.writer.drain()
        except TimeoutError:
            pass
        assert sent * 43 > 1_000_000, "the test must have filled the buffers"
        assert await one_reading(port) == POWER
        deaf.writer.transport.abort()

    served(bank, test)


def test_a_client_that_asks_without_end_leaves_turns_to_others(bank: Bank) -> None:
    async def test(port: Port) -> None:
        greedy = await Client.of(port)
        greedy.send(frame(READ_POWER) * 20_000)
        patient = await Client.of(port)
        patient.send(frame(READ_POWER))
        assert (await patient.reply())[2] == POWER
        # 20 000 answers are on their way to the greedy one; most of them were not written yet.
        assert greedy.reader._buffer is not None  # type: ignore[attr-defined] # noqa: SLF001
        for _ in range(20_000):
            await greedy.reply()

    served(bank, test)


def test_drop_clients_resets_and_goes_on_listening(bank: Bank) -> None:
    async def test(port: Port) -> None:
        client = await Client.of(port)
        client.send(frame(READ_POWER))
        await client.reply()
        port.drop_clients()
        assert await client.is_ended()
        assert await one_reading(port) == POWER

    served(bank, test)


def test_closed_port_refuses_and_may_be_opened_again(bank: Bank) -> None:
    async def run() -> None:
        port = Port(Station({1: rig_device(bank)}))
        assert port.number == 0
        await port.close()
        await port.open()
        number = port.number
        await port.close()
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", number)
        await port.open()
        assert await one_reading(port) == POWER
        await Client.close_all()
        await port.close()

    asyncio.run(run())


# Random and mutated frames

_GOOD = [
    "04 0002 0002", "03 0000 0002", "01 0000 0003", "02 0000 0001", "05 0000 FF00", "06 0002 0001",
    "0F 0000 0002 01 01", "10 0000 0002 04 41AC 0000", "16 0002 00F2 0025", "2B 0E 01 00",
    "17 0000 0002 0000 0002 04 41AC 0000",
]  # fmt: skip


def hostile(noise: random.Random) -> bytes:
    """Bytes that begin as a frame and are cut, changed, lengthened, or nothing of the kind."""
    pdu = bytearray.fromhex(noise.choice(_GOOD))
    kind = noise.randrange(6)
    if kind == 0:
        return noise.randbytes(noise.randrange(1, 300))
    if kind == 1:
        pdu[noise.randrange(len(pdu))] = noise.randrange(256)
    elif kind == 2:
        pdu = pdu[: noise.randrange(1, len(pdu) + 1)]
    elif kind == 3:
        pdu += noise.randbytes(noise.randrange(1, 240 - len(pdu)))
    elif kind == 4:
        return struct.pack(">HHHB", noise.randrange(65536), 0, noise.randrange(260), 1) + bytes(pdu)
    return frame(bytes(pdu), transaction=noise.randrange(65536), device_id=noise.randrange(5))


def live_objects(bank: Bank) -> int:
    bank.writes.clear()
    gc.collect()
    return len(gc.get_objects())


@pytest.mark.parametrize(
    "count", [3_000, pytest.param(100_000, marks=pytest.mark.slow)], ids=["short", "full"]
)
def test_hostile_bytes_never_crash_hang_or_disturb_a_neighbour(tmp_path: Path, count: int) -> None:
    bank = rig_bank(tmp_path, count=3)
    noise = random.Random(20260122)

    async def attack(port: Port, attempts: int) -> None:
        client = await Client.of(port)
        for _ in range(attempts):
            if client.reader.at_eof() or client.writer.is_closing():
                client = await Client.of(port)
            try:
                client.send(hostile(noise))
                await client.writer.drain()
                await asyncio.sleep(0)
            except ConnectionError:
                client = await Client.of(port)
            while client.reader._buffer:  # type: ignore[attr-defined] # noqa: SLF001
                await client.reader.read(65536)
        client.writer.transport.abort()

    async def watch(port: Port, done: asyncio.Event) -> int:
        neighbour = await Client.of(port)
        answered = 0
        while not done.is_set():
            neighbour.send(frame(READ_POWER, transaction=answered & 0xFFFF, device_id=3))
            assert await neighbour.reply() == (answered & 0xFFFF, 3, POWER)
            answered += 1
            await asyncio.sleep(0)
        return answered

    async def test(port: Port) -> None:
        done = asyncio.Event()
        neighbour = asyncio.create_task(watch(port, done))
        await asyncio.gather(*(attack(port, count // 40) for _ in range(4)))
        before = live_objects(bank)
        await asyncio.gather(*(attack(port, count // 4 - count // 40) for _ in range(4)))
        done.set()
        assert await neighbour > 100
        while port.connections > 1:
            await asyncio.sleep(0)
        await Client.close_all()
        assert live_objects(bank) < before + 1000

    served(bank, test)
    assert bank["SP"][2] == 0.0 or 0.0 <= bank["SP"][2] <= 600.0


class Wire:
    """A link without a socket: what a serial line or a TLS layer would hand over."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.is_closed = False

    def send(self, reply: bytes) -> None:
        self.sent.append(reply)

    def close(self) -> None:
        self.is_closed = True


def test_a_conversation_needs_no_socket(bank: Bank) -> None:
    wire = Wire()
    talk = Conversation(Station({1: rig_device(bank)}), MbapFramer(), wire)
    stream = b"".join(frame(READ_POWER, transaction=k) for k in range(3))
    talk.received(stream[:20])
    talk.received(stream[20:])
    assert talk.waiting == 3
    talk.answer(2)
    assert wire.sent == [frame(POWER, transaction=k) for k in range(2)]
    talk.received(b"\xff" * 20)
    assert wire.sent[2] == frame(POWER, transaction=2), "what came before is answered"
    assert wire.is_closed
