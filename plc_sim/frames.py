"""Modbus/TCP frames: a stream of bytes, however it is cut, into requests; answers into bytes.

Source: *MODBUS Messaging on TCP/IP Implementation Guide* V1.0b, Modbus-IDA, 2006, section 3.1.3 (header).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

_HEADER: Final = struct.Struct(">HHHB")
_LENGTH_MIN: Final = 2  # unit id and function code
# A PDU has at most 253 bytes. One that is longer by what its byte count can say still ends where it says, and
# is told so by code 3: clients do send 124 registers.
_LENGTH_MAX: Final = 1 + 10 + 255


class FramingError(Exception):
    """A stream in which the next frame cannot be found any more."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A request: transaction (0 on lines that have none), device id, and PDU."""

    transaction: int
    device_id: int
    pdu: bytes


class Framer(Protocol):
    """One stream's framing; another one stands for serial lines."""

    def requests(self, chunk: bytes) -> Iterator[Frame]:
        """Take a chunk in, give the requests complete by now."""

    def reply(self, request: Frame, pdu: bytes) -> bytes:
        """Bytes of an answer."""


class MbapFramer:
    """Frames with the MBAP header of Modbus/TCP. Holds at most one unfinished frame between chunks."""

    def __init__(self) -> None:
        self._rest = b""

    def requests(self, chunk: bytes) -> Iterator[Frame]:
        """Take a chunk in, give the requests complete by now; all of them must be taken.

        Raises
        ------
        FramingError
            If a header names another protocol or an impossible length: what follows has no known start.
        """
        stream = self._rest + chunk
        start = 0
        while len(stream) - start >= _HEADER.size:
            transaction, protocol, length, device_id = _HEADER.unpack_from(stream, start)
            if protocol != 0 or not _LENGTH_MIN <= length <= _LENGTH_MAX:
                raise FramingError(f"protocol {protocol}, length {length}")
            end = start + _HEADER.size - 1 + length
            if end > len(stream):
                break
            yield Frame(transaction, device_id, stream[start + _HEADER.size : end])
            start = end
        self._rest = stream[start:]

    def reply(self, request: Frame, pdu: bytes) -> bytes:
        """Bytes of an answer, with the request's transaction and device id."""
        return _HEADER.pack(request.transaction, 0, len(pdu) + 1, request.device_id) + pdu
