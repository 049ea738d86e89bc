"""The wire: Modbus/TCP servers that behave like a PLC's, on asyncio."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from plc_sim.frames import Frame, Framer, FramingError, MbapFramer
from plc_sim.functions import GATEWAY_PATH_UNAVAILABLE, GATEWAY_TARGET_FAILED, Device, answer, refused

_log = logging.getLogger(__name__)

_TURN: Final = 32  # requests of one client answered before the others have their turn


class Unknown(Enum):
    """What a port does with device ids that nobody has: a PLC is silent, a gateway answers with a code."""

    SILENT = 0
    NO_PATH = GATEWAY_PATH_UNAVAILABLE
    NO_ANSWER = GATEWAY_TARGET_FAILED


@dataclass(frozen=True, slots=True)
class Station:
    """What stands behind a port: one device, or a line of them with an id each."""

    devices: Mapping[int, Device]
    unknown: Unknown = Unknown.SILENT

    def reply(self, request: Frame) -> bytes | None:
        """PDU of the answer; None for silence."""
        device = self.devices.get(request.device_id)
        if device is not None:
            return answer(device, request.pdu)
        if self.unknown is Unknown.SILENT:
            return None
        return refused(request.pdu[0], self.unknown.value)


class Link(Protocol):
    """Where answers go: a TCP connection here; a serial line or a TLS record layer has the same two."""

    def send(self, reply: bytes) -> None:
        """Send the bytes of an answer."""

    def close(self) -> None:
        """End it after what is sent."""


class Conversation:
    """One client's requests and their answers, whatever carries the bytes."""

    def __init__(self, station: Station, framer: Framer, link: Link) -> None:
        self._station = station
        self._framer = framer
        self._link = link
        self._requests: deque[Frame] = deque()

    @property
    def waiting(self) -> int:
        """Requests that are not answered yet."""
        return len(self._requests)

    def received(self, chunk: bytes) -> None:
        """Take bytes in; a stream that is no stream of frames any more ends after what came before."""
        try:
            self._requests.extend(self._framer.requests(chunk))
        except FramingError as exc:
            _log.info("connection closed: %s", exc)
            self.answer(self.waiting)
            self._link.close()

    def answer(self, most: int) -> None:
        """Answer the oldest requests, at most so many."""
        for _ in range(min(most, len(self._requests))):
            request = self._requests.popleft()
            pdu = self._station.reply(request)
            if pdu is not None:
                self._link.send(self._framer.reply(request, pdu))


@dataclass(frozen=True, slots=True)
class Limits:
    """What a port allows its clients.

    Attributes
    ----------
    connections : int
        A client beyond it is turned away.
    idle_s : float
        A connection without one complete request for this long is closed, however many bytes trickle in. [s]
    """

    connections: int = 64
    idle_s: float = 60.0


class Port:
    """One listening TCP port."""

    def __init__(self, station: Station, limits: Limits | None = None) -> None:
        self.station = station
        self.limits = limits or Limits()
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None

    @property
    def number(self) -> int:
        """Port it listens on; 0 while it does not."""
        if self._server is None or not self._server.sockets:
            return 0
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def connections(self) -> int:
        """Clients connected now."""
        return len(self._connections)

    async def open(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one.

        Raises
        ------
        OSError
            If the port is taken or not allowed.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), host, port, backlog=128)

    async def close(self) -> None:
        """Stop listening and end every connection."""
        if self._server is None:
            return
        self._server.close()
        for connection in tuple(self._connections):
            connection.abort()
        await self._server.wait_closed()
        self._server = None

    def drop_clients(self) -> None:
        """Reset every connection and go on listening, as a controller does that restarts its network card."""
        for connection in tuple(self._connections):
            connection.abort()

    def admit(self, connection: "_Connection") -> bool:
        """Take a connection in, unless there are too many."""
        if len(self._connections) >= self.limits.connections:
            return False
        self._connections.add(connection)
        return True

    def forget(self, connection: "_Connection") -> None:
        """Let go of a connection that has ended."""
        self._connections.discard(connection)


class _Connection(asyncio.Protocol):
    """One client: a `Link`, and the turn-taking that keeps it from starving the others."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._conversation = Conversation(port.station, MbapFramer(), self)
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._is_full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if not self._port.admit(self):
            transport.abort()
            return
        self._deadline = self._loop.time() + self._port.limits.idle_s
        self._watch_idle()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        self._port.forget(self)

    def data_received(self, data: bytes) -> None:
        self._conversation.received(data)
        if self._conversation.waiting:
            self._deadline = self._loop.time() + self._port.limits.idle_s
            self._take_turn()

    def eof_received(self) -> bool:
        return False

    def pause_writing(self) -> None:
        self._is_full = True
        self._read(False)

    def resume_writing(self) -> None:
        self._is_full = False
        self._take_turn()

    def send(self, reply: bytes) -> None:
        """Send the bytes of an answer."""
        if self._transport is not None:
            self._transport.write(reply)

    def close(self) -> None:
        """End the connection after what is sent."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def _take_turn(self) -> None:
        if self._is_full or self._transport is None:
            return
        self._conversation.answer(_TURN)
        if self._conversation.waiting:
            self._read(False)
            self._loop.call_soon(self._take_turn)
        else:
            self._read(not self._is_full)

    def _read(self, wanted: bool) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if wanted and not self._transport.is_reading():
            self._transport.resume_reading()
        elif not wanted and self._transport.is_reading():
            self._transport.pause_reading()

    def _watch_idle(self) -> None:
        if self._loop.time() >= self._deadline:
            self.abort()
        else:
            self._timer = self._loop.call_at(self._deadline, self._watch_idle)
