"""Modbus over TCP or TLS: the only import of pymodbus, which does not check answers against requests.

pymodbus brings the transport, the transactions and the coding of requests. Its own decoding takes a
wrong function code, a short answer and transaction 0 for good, so frames are read here, strictly, and
handed on as raw bytes. Its retries and its reconnecting are off: a repeated write may act twice, and
when to come back is decided by `link.Backoff`.

Serial lines would need a `connector` of their own that makes a pymodbus serial client with a framer
as strict as the one here.
"""

import asyncio
import logging
import os
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from struct import Struct
from typing import Final, TypeAlias

from pymodbus import FramerType
from pymodbus.client import AsyncModbusTcpClient, AsyncModbusTlsClient
from pymodbus.client.base import ModbusBaseClient
from pymodbus.exceptions import ConnectionException, ModbusIOException
from pymodbus.framer import FramerSocket
from pymodbus.pdu import DecodePDU, ModbusPDU

from orcplant.control.link import (
    BadAnswerError,
    DeviceExceptionError,
    Fault,
    Guard,
    LinkCounters,
    LinkError,
    LinkLostError,
    NoAnswerError,
    NotConnectedError,
    NotSentError,
    UnreachableError,
    always,
)
from orcplant.tags import Table

# pymodbus logs every time-out as an error; here the poller logs transitions.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)

_HEADER: Final = Struct(">HHHB")  # transaction, protocol, length, unit
_LENGTHS: Final = range(3, 255)  # unit, function and 1 to 252 bytes: the PDU has at most 253
_SILENT_LIMIT: Final = 3  # time-outs in a row after which a connection counts as half open
# Above what asyncio reads at once (256 KiB): pymodbus drops without a word what is over this, and a
# stream that lost some bytes is out of step. The framer leaves less than one frame behind.
_BUFFER: Final = 1 << 20

_READ_CODES: Final = {Table.COIL: 1, Table.DISCRETE: 2, Table.HOLDING: 3, Table.INPUT: 4}
_WRITE_COIL: Final = 5
_WRITE_REGISTERS: Final = 16


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a device is; with `tls`, Modbus/TCP Security with whatever authentication that context asks."""

    host: str
    port: int
    device_id: int
    tls: ssl.SSLContext | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port} device {self.device_id}"


class _Answer(ModbusPDU):
    """A frame that fits its request as far as its header goes; the rest is checked by the link."""

    payload: bytes = b""


class _StrictFramer(FramerSocket):
    """Reads frames, drops those of other transactions, refuses what is no frame."""

    def __init__(
        self, decoder: DecodePDU, is_due: Callable[[], bool], refuse: Callable[[Fault, str], None]
    ) -> None:
        super().__init__(decoder)
        self._is_due = is_due
        self._refuse = refuse

    def handleFrame(  # noqa: N802 (pymodbus's name)
        self, data: bytes, exp_devid: int, exp_tid: int
    ) -> tuple[int, ModbusPDU | None]:
        """Bytes used, and the answer if one is complete."""
        used = 0
        while len(data) - used >= 8:
            transaction, protocol, length, unit = _HEADER.unpack_from(data, used)
            if protocol or length not in _LENGTHS:
                text = f"protocol {protocol}, length {length}"
                self._refuse(Fault.FRAMING, text)
                return len(data), None
            end = used + 6 + length
            if end > len(data):
                break
            frame, used = data[used + 7 : end], end
            if transaction != exp_tid or not self._is_due():
                self._refuse(Fault.LATE, f"transaction {transaction} instead of {exp_tid}")
            elif unit != exp_devid:
                self._refuse(Fault.UNIT, f"unit {unit} instead of {exp_devid}")
            else:
                answer = _Answer(dev_id=unit, transaction_id=transaction)
                answer.function_code, answer.payload = frame[0], frame[1:]
                return used, answer
        return used, None


# Makes a client that calls back with whether its connection came or went.
Connector: TypeAlias = Callable[[Callable[[bool], None]], ModbusBaseClient]


def connector(endpoint: Endpoint, timeout: float) -> Connector:
    """Maker of pymodbus clients for a TCP or TLS endpoint."""

    def make(told: Callable[[bool], None]) -> ModbusBaseClient:
        if endpoint.tls is None:
            return AsyncModbusTcpClient(
                endpoint.host,
                port=endpoint.port,
                framer=FramerType.SOCKET,
                timeout=timeout,
                retries=0,
                reconnect_delay=0,
                trace_connect=told,
            )
        return AsyncModbusTlsClient(
            endpoint.host,
            port=endpoint.port,
            sslctx=endpoint.tls,
            timeout=timeout,
            retries=0,
            reconnect_delay=0,
            trace_connect=told,
        )

    return make


class ModbusLink:
    """A link to one device. Timeouts are wall time: see `link.Link` for what it promises.

    Parameters
    ----------
    endpoint : Endpoint
    timeout, connect_timeout : float
        Longest wait for an answer, for a connection [s].
    """

    def __init__(self, endpoint: Endpoint, *, timeout: float = 1.0, connect_timeout: float = 1.0) -> None:
        self.endpoint = endpoint
        self.counters = LinkCounters()
        self._timeout = timeout
        self._connect_timeout = connect_timeout
        self._make = connector(endpoint, timeout)
        self._client: ModbusBaseClient | None = None
        self._turn = asyncio.Lock()
        self._waiting = False
        self._must_close = False
        self._silent = 0

    @property
    def is_connected(self) -> bool:
        """Whether a request would be sent."""
        return self._client is not None and self._client.connected

    async def connect(self) -> None:
        """Connect; see `link.Link.connect`."""
        async with self._turn:
            if self.is_connected:
                return
            client = self._make(self._connection_changed)
            client.ctx.framer = _StrictFramer(DecodePDU(False), lambda: self._waiting, self._refused)
            client.ctx.max_buffer_size = _BUFFER
            # Closing a half-open connection is this class's business.
            client.set_max_no_responses(1_000_000)
            try:
                # Not client.connect(): it swallows the reason.
                async with asyncio.timeout(self._connect_timeout):
                    await client.ctx.call_create()
            except TimeoutError as exc:
                text = f"{self.endpoint}: no connection within {self._connect_timeout:g} s"
                raise UnreachableError(text) from exc
            except OSError as exc:
                raise UnreachableError(f"{self.endpoint}: {_told(exc)}") from exc
            _keep_alive(client)
            self._client = client
            self._silent = 0
            self._must_close = False
            self.counters.connects += 1

    async def read(self, table: Table, address: int, count: int) -> bytes:
        """Read registers or bits; see `link.Link.read`."""
        code = _READ_CODES[table]
        async with self._turn:
            client = self._connected()
            match code:
                case 1:
                    asked = client.read_coils(address, count=count, device_id=self.endpoint.device_id)
                case 2:
                    asked = client.read_discrete_inputs(
                        address, count=count, device_id=self.endpoint.device_id
                    )
                case 3:
                    asked = client.read_holding_registers(
                        address, count=count, device_id=self.endpoint.device_id
                    )
                case _:
                    asked = client.read_input_registers(
                        address, count=count, device_id=self.endpoint.device_id
                    )
            payload = await self._exchanged(asked, code)
        size = (count + 7) // 8 if table.is_bits else 2 * count
        if len(payload) != size + 1 or payload[0] != size:
            raise self._bad(
                Fault.LENGTH, f"{len(payload) - 1} bytes that call themselves {payload[0]}, not {size}"
            )
        return payload[1:]

    async def write(self, table: Table, address: int, payload: bytes, *, guard: Guard = always) -> None:
        """Write registers with function 16 or a coil with function 5; see `link.Link.write`."""
        unit = self.endpoint.device_id
        async with self._turn:
            client = self._connected()
            if not guard():
                raise NotSentError(f"{self.endpoint}: no longer wanted")
            if table is Table.COIL:
                is_on = payload != b"\0"
                answer = await self._exchanged(client.write_coil(address, is_on, device_id=unit), _WRITE_COIL)
                echo = address.to_bytes(2, "big") + (b"\xff\x00" if is_on else b"\x00\x00")
            else:
                count = len(payload) // 2
                registers = list(Struct(f">{count}H").unpack(payload))
                answer = await self._exchanged(
                    client.write_registers(address, registers, device_id=unit), _WRITE_REGISTERS
                )
                echo = address.to_bytes(2, "big") + count.to_bytes(2, "big")
        if answer != echo:
            raise self._bad(Fault.ECHO, f"confirms {answer.hex()} instead of {echo.hex()}")

    async def close(self) -> None:
        """Close the connection; see `link.Link.close`."""
        self._drop(LinkLostError(f"{self.endpoint}: closed here"))

    def _connected(self) -> ModbusBaseClient:
        client = self._client
        if client is None or not client.connected:
            raise NotConnectedError(f"{self.endpoint}: not connected")
        return client

    async def _exchanged(self, asked: Awaitable[ModbusPDU], code: int) -> bytes:
        """Bytes behind the function code of a checked answer."""
        self.counters.requests += 1
        started = time.perf_counter()
        self._waiting = True
        try:
            answer = await asked
        except ModbusIOException as exc:
            raise self._unanswered() from exc
        except ConnectionException as exc:
            raise NotConnectedError(f"{self.endpoint}: not connected") from exc
        finally:
            self._waiting = False
            if self._must_close:
                self._drop(None)
        self._silent = 0
        self.counters.answers += 1
        self.counters.latencies.append(time.perf_counter() - started)
        return self._checked(answer, code)

    def _checked(self, answer: ModbusPDU, code: int) -> bytes:
        assert isinstance(answer, _Answer), "only the strict framer makes answers"
        payload = answer.payload
        if answer.function_code == code:
            return payload
        if answer.function_code != code | 0x80:
            raise self._bad(Fault.FUNCTION, f"function {answer.function_code} instead of {code}")
        if len(payload) != 1:
            raise self._bad(Fault.LENGTH, f"an exception of {len(payload)} bytes")
        self.counters.exceptions[payload[0]] += 1
        raise DeviceExceptionError(payload[0], f"{self.endpoint}: exception {payload[0]} to function {code}")

    def _unanswered(self) -> NoAnswerError:
        self.counters.timeouts += 1
        self._silent += 1
        client = self._client
        # Half a frame: its other half would be taken for the head of the next one.
        if self._silent >= _SILENT_LIMIT or (client is not None and client.ctx.recv_buffer):
            self._drop(None)
        return NoAnswerError(f"{self.endpoint}: no answer within {self._timeout:g} s")

    def _bad(self, kind: Fault, text: str) -> BadAnswerError:
        self.counters.faults[kind] += 1
        return BadAnswerError(kind, f"{self.endpoint}: {kind}: {text}")

    def _refused(self, kind: Fault, text: str) -> None:
        """Called by the framer, inside the transport."""
        error = self._bad(kind, text)
        if kind is Fault.LATE:  # dropped and counted, nothing more
            return
        self._must_close = kind is Fault.FRAMING
        self._fail(error)
        if self._must_close and not self._waiting:
            self._drop(None)

    def _connection_changed(self, is_up: bool) -> None:
        if not is_up:
            self.counters.losses += 1
            self._fail(LinkLostError(f"{self.endpoint}: connection lost"))

    def _fail(self, error: LinkError) -> None:
        """End the request under way at once, rather than at its time limit."""
        if self._waiting and self._client is not None and not self._client.ctx.response_future.done():
            self._client.ctx.response_future.set_exception(error)

    def _drop(self, error: LinkError | None) -> None:
        if self._client is None:
            return
        if error is not None:
            self._fail(error)
        self._client.close()
        self._client = None
        self._must_close = False


def _keep_alive(client: ModbusBaseClient) -> None:
    """Let the kernel find a peer that is gone without a word, within about eight seconds."""
    connection = client.ctx.transport.get_extra_info("socket")
    if connection is None:
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 5), ("TCP_KEEPINTVL", 1), ("TCP_KEEPCNT", 3)):
        with suppress(AttributeError, OSError):  # names of Linux; others have their own defaults
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _told(exc: OSError) -> str:
    if isinstance(exc, ssl.SSLError):
        return f"TLS: {exc.reason or exc}"
    # asyncio's own text holds the address once more.
    return os.strerror(exc.errno).lower() if exc.errno and exc.errno > 0 else str(exc)
