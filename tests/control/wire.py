"""A small Modbus/TCP server whose every answer may lie, and which keeps what it was asked."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from orcplant.control.link import DeviceExceptionError
from orcplant.tags import Table
from tests.control.plc import Plc


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stood on the wire."""

    transaction: int
    unit: int
    function: int
    address: int
    count: int  # or the value, for functions 5 and 6
    body: bytes  # all behind the function code

    @property
    def is_write(self) -> bool:
        return self.function in (5, 6, 15, 16, 22, 23)

    @property
    def written(self) -> tuple[int, ...]:
        """Registers a function 16 brings."""
        return struct.unpack(f">{self.count}H", self.body[5:])


Lie = Callable[[Request, bytes, asyncio.StreamWriter], Awaitable[None]]


def frame(transaction: int, unit: int, pdu: bytes, *, protocol: int = 0, length: int | None = None) -> bytes:
    size = len(pdu) + 1 if length is None else length
    return struct.pack(">HHHB", transaction, protocol, size, unit) + pdu


def exception(request: Request, code: int) -> bytes:
    return frame(request.transaction, request.unit, bytes([request.function | 0x80, code]))


async def honest(_request: Request, good: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(good)


async def silent(_request: Request, _good: bytes, _writer: asyncio.StreamWriter) -> None:
    pass


def saying(answer: Callable[[Request, bytes], bytes]) -> Lie:
    """Lie by other bytes."""

    async def lie(request: Request, good: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(request, good))

    return lie


class WireServer:
    """Serves a `Plc`, or 65536 registers and bits, to every unit id; `lie` decides what goes out."""

    def __init__(self, plc: Plc | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        self.plc = plc
        self.registers = [0] * 65536  # holding and input registers are the same here
        self.bits = [False] * 65536  # and coils the same as discrete inputs
        self.holes: set[int] = set()  # register addresses refused with exception 2
        self.lie: Lie = honest
        self.requests: list[Request] = []
        self.connections = 0
        self.port = 0
        self._tls = tls
        self._server: asyncio.Server | None = None
        self.writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; on the port of the last time, if there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and reset every connection, as a killed process does."""
        self.reset_all()
        if self._server is not None:
            self._server.close()
            self._server = None

    def reset_all(self) -> None:
        for writer in list(self.writers):
            reset(writer)

    @property
    def writes(self) -> list[Request]:
        return [request for request in self.requests if request.is_write]

    def put_float(self, address: int, value: float) -> None:
        self.registers[address : address + 2] = struct.unpack(">HH", struct.pack(">f", value))

    def get_float(self, address: int) -> float:
        value: float = struct.unpack(">f", struct.pack(">HH", *self.registers[address : address + 2]))[0]
        return value

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.add(writer)
        # Cancelled when its loop ends: the streams of Python 3.11 would log that as an error.
        with suppress(asyncio.IncompleteReadError, ConnectionError, ssl.SSLError, asyncio.CancelledError):
            while True:
                header = await reader.readexactly(7)
                transaction, _, length, unit = struct.unpack(">HHHB", header)
                pdu = await reader.readexactly(length - 1)
                address, count = struct.unpack(">HH", pdu[1:5])
                request = Request(transaction, unit, pdu[0], address, count, pdu[1:])
                self.requests.append(request)
                good = frame(transaction, unit, await self._true_answer(request))
                await self.lie(request, good, writer)
                await writer.drain()
        self.writers.discard(writer)
        writer.close()

    async def _true_answer(self, request: Request) -> bytes:
        return self._answer(request)

    def _answer(self, request: Request) -> bytes:
        if self.plc is not None:
            return self._answer_of(self.plc, request)
        first, count = request.address, request.count
        if request.function in (3, 4, 16) and any(a in self.holes for a in range(first, first + count)):
            return bytes([request.function | 0x80, 2])
        match request.function:
            case 1 | 2:
                bits = self.bits[first : first + count]
                number = sum(1 << place for place, bit in enumerate(bits) if bit)
                packed = number.to_bytes((count + 7) // 8, "little")
                return bytes([request.function, len(packed)]) + packed
            case 3 | 4:
                registers = self.registers[first : first + count]
                return struct.pack(f">BB{count}H", request.function, 2 * count, *registers)
            case 5:
                self.bits[first] = count == 0xFF00
                return struct.pack(">BHH", 5, first, count)
            case 16:
                self.registers[first : first + count] = request.written
                return struct.pack(">BHH", 16, first, count)
            case _:
                return bytes([request.function | 0x80, 1])

    def _answer_of(self, plc: Plc, request: Request) -> bytes:
        table = {1: Table.COIL, 2: Table.DISCRETE, 4: Table.INPUT, 5: Table.COIL}.get(
            request.function, Table.HOLDING
        )
        try:
            if request.function in (1, 2, 3, 4):
                payload = plc.read(table, request.address, request.count)
                return bytes([request.function, len(payload)]) + payload
            payload = request.body[5:] if request.function == 16 else bytes([request.count == 0xFF00])
            plc.write(table, request.address, payload)
        except DeviceExceptionError as exc:
            return bytes([request.function | 0x80, exc.code])
        return bytes([request.function]) + request.body[:4]


class Proxy(WireServer):
    """Stands before another server and asks it, one request at a time; `lie` spoils its answers."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._upstream_port = port
        self._turn = asyncio.Lock()
        self._upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def stop(self) -> None:
        await super().stop()
        if self._upstream is not None:
            self._upstream[1].close()
            self._upstream = None

    async def _true_answer(self, request: Request) -> bytes:
        async with self._turn:
            if self._upstream is None:
                self._upstream = await asyncio.open_connection("127.0.0.1", self._upstream_port)
            reader, writer = self._upstream
            writer.write(frame(request.transaction, request.unit, bytes([request.function]) + request.body))
            header = await reader.readexactly(7)
            return await reader.readexactly(struct.unpack(">HHHB", header)[2] - 1)


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
