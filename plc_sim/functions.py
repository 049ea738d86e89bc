"""Function codes: a request's PDU in, the answer's PDU out.

Order of checks, quantities and exception codes: *MODBUS Application Protocol Specification* V1.1b3, Modbus
Organization, 2012, section 6; exception codes section 7.
"""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, Protocol

from orcplant.tags import Table
from plc_sim.bank import ILLEGAL_ADDRESS, ILLEGAL_VALUE, RefusedError

ILLEGAL_FUNCTION: Final = 1
GATEWAY_PATH_UNAVAILABLE: Final = 10
GATEWAY_TARGET_FAILED: Final = 11

BITS_READ_MAX: Final = 2000
BITS_WRITE_MAX: Final = 1968
REGISTERS_READ_MAX: Final = 125
REGISTERS_WRITE_MAX: Final = 123
REGISTERS_READ_WRITE_MAX: Final = 121
PDU_MAX: Final = 253
_ADDRESSES: Final = 2**16

_COIL_ON: Final = 0xFF00
_MEI_DEVICE_IDENTIFICATION: Final = 14
_CONFORMITY_REGULAR: Final = 0x82  # stream and single access, objects 0 to 6
_OBJECTS_ROOM: Final = PDU_MAX - 7


class Memory(Protocol):
    """What the function codes work on; see `plc_sim.bank.Bank`."""

    def read(self, device: int, place: Table, address: int, count: int) -> bytes:
        """Registers, or one byte a bit."""

    def check_writable(self, place: Table, address: int, count: int) -> None:
        """Refuse what cannot be written."""

    def write(self, device: int, place: Table, address: int, content: bytes) -> None:
        """Write registers, or one byte a bit."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device on the wire: a column of a memory, and how it names itself (objects 0 to 6 of code 43/14)."""

    memory: Memory
    index: int
    identification: tuple[str, ...]

    def __post_init__(self) -> None:
        longest = max(map(len, self.identification), default=0)
        if longest > _OBJECTS_ROOM - 2:
            raise ValueError(f"identification of {longest} characters, at most {_OBJECTS_ROOM - 2}")


def answer(device: Device, pdu: bytes) -> bytes:
    """Answer to a request; any content is answered, most with an exception."""
    function = pdu[0]
    handler = _HANDLERS.get(function)
    try:
        if handler is None:
            raise RefusedError(ILLEGAL_FUNCTION)
        return handler(device, pdu)
    except RefusedError as refusal:
        return refused(function, refusal.code)


def refused(function: int, code: int) -> bytes:
    """PDU of an exception."""
    return bytes((function | 0x80, code))


def _fields(pdu: bytes, layout: str) -> Sequence[int]:
    """Fields behind the function code; code 3 when the request has another length."""
    if len(pdu) != 1 + struct.calcsize(layout):
        raise RefusedError(ILLEGAL_VALUE)
    return struct.unpack_from(layout, pdu, 1)


def _within(address: int, count: int) -> None:
    if address + count > _ADDRESSES:
        raise RefusedError(ILLEGAL_ADDRESS)


def _quantity(count: int, limit: int) -> None:
    if not 1 <= count <= limit:
        raise RefusedError(ILLEGAL_VALUE)


def _read_bits(place: Table) -> Callable[[Device, bytes], bytes]:
    def handler(device: Device, pdu: bytes) -> bytes:
        address, count = _fields(pdu, ">HH")
        _quantity(count, BITS_READ_MAX)
        _within(address, count)
        packed = _packed(device.memory.read(device.index, place, address, count))
        return bytes((pdu[0], len(packed))) + packed

    return handler


def _read_registers(place: Table) -> Callable[[Device, bytes], bytes]:
    def handler(device: Device, pdu: bytes) -> bytes:
        address, count = _fields(pdu, ">HH")
        _quantity(count, REGISTERS_READ_MAX)
        _within(address, count)
        return bytes((pdu[0], 2 * count)) + device.memory.read(device.index, place, address, count)

    return handler


def _write_coil(device: Device, pdu: bytes) -> bytes:
    address, value = _fields(pdu, ">HH")
    if value not in (0, _COIL_ON):
        raise RefusedError(ILLEGAL_VALUE)
    device.memory.write(device.index, Table.COIL, address, bytes((value == _COIL_ON,)))
    return pdu


def _write_register(device: Device, pdu: bytes) -> bytes:
    address, _ = _fields(pdu, ">HH")
    device.memory.write(device.index, Table.HOLDING, address, pdu[3:5])
    return pdu


def _write_coils(device: Device, pdu: bytes) -> bytes:
    address, count, content = _block(pdu, limit=BITS_WRITE_MAX, per_byte=8)
    bits = bytes(content[i // 8] >> (i % 8) & 1 for i in range(count))
    device.memory.write(device.index, Table.COIL, address, bits)
    return pdu[:5]


def _write_registers(device: Device, pdu: bytes) -> bytes:
    address, _, content = _block(pdu, limit=REGISTERS_WRITE_MAX, per_byte=0.5)
    device.memory.write(device.index, Table.HOLDING, address, content)
    return pdu[:5]


def _block(pdu: bytes, *, limit: int, per_byte: float) -> tuple[int, int, bytes]:
    """Address, quantity and content of codes 15 and 16."""
    if len(pdu) < 6:
        raise RefusedError(ILLEGAL_VALUE)
    address, count, size = struct.unpack_from(">HHB", pdu, 1)
    _quantity(count, limit)
    if size != ceil(count / per_byte) or len(pdu) != 6 + size:
        raise RefusedError(ILLEGAL_VALUE)
    _within(address, count)
    return address, count, pdu[6:]


def _mask_write(device: Device, pdu: bytes) -> bytes:
    address, and_mask, or_mask = _fields(pdu, ">HHH")
    device.memory.check_writable(Table.HOLDING, address, 1)
    (before,) = struct.unpack(">H", device.memory.read(device.index, Table.HOLDING, address, 1))
    after = (before & and_mask) | (or_mask & ~and_mask & 0xFFFF)
    device.memory.write(device.index, Table.HOLDING, address, struct.pack(">H", after))
    return pdu


def _read_write(device: Device, pdu: bytes) -> bytes:
    if len(pdu) < 10:
        raise RefusedError(ILLEGAL_VALUE)
    read_at, read_count, write_at, write_count, size = struct.unpack_from(">HHHHB", pdu, 1)
    _quantity(read_count, REGISTERS_READ_MAX)
    _quantity(write_count, REGISTERS_READ_WRITE_MAX)
    if size != 2 * write_count or len(pdu) != 10 + size:
        raise RefusedError(ILLEGAL_VALUE)
    _within(read_at, read_count)
    _within(write_at, write_count)
    # Both addresses are looked at before anything is written; the write comes first.
    device.memory.read(device.index, Table.HOLDING, read_at, read_count)
    device.memory.write(device.index, Table.HOLDING, write_at, pdu[10:])
    return bytes((pdu[0], 2 * read_count)) + device.memory.read(
        device.index, Table.HOLDING, read_at, read_count
    )


def _encapsulated(device: Device, pdu: bytes) -> bytes:
    if len(pdu) < 2 or pdu[1] != _MEI_DEVICE_IDENTIFICATION:
        raise RefusedError(ILLEGAL_FUNCTION)
    _, access, first = _fields(pdu, ">BBB")
    objects = [text.encode("ascii", "replace") for text in device.identification]
    if access == 4:
        if first >= len(objects):
            raise RefusedError(ILLEGAL_ADDRESS)
        return _identification(pdu, access, objects, first, first + 1)
    if access not in (1, 2, 3):
        raise RefusedError(ILLEGAL_VALUE)
    end = min(3 if access == 1 else 7, len(objects))
    # Streaming starts over at an object that does not exist.
    return _identification(pdu, access, objects, first if first < end else 0, end)


def _identification(pdu: bytes, access: int, objects: list[bytes], first: int, end: int) -> bytes:
    body = b""
    following = first
    while following < end:
        entry = bytes((following, len(objects[following]))) + objects[following]
        if len(body) + len(entry) > _OBJECTS_ROOM:
            break
        body += entry
        following += 1
    more = following < end and access != 4
    return (
        pdu[:2]
        + bytes(
            (
                access,
                _CONFORMITY_REGULAR,
                0xFF if more else 0,
                following if more else 0,
                following - first,
            )
        )
        + body
    )


def _packed(bits: bytes) -> bytes:
    """One byte a bit -> eight bits a byte, the first in the lowest."""
    packed = bytearray(ceil(len(bits) / 8))
    for i, bit in enumerate(bits):
        packed[i >> 3] |= bit << (i & 7)
    return bytes(packed)


_HANDLERS: Final[dict[int, Callable[[Device, bytes], bytes]]] = {
    1: _read_bits(Table.COIL),
    2: _read_bits(Table.DISCRETE),
    3: _read_registers(Table.HOLDING),
    4: _read_registers(Table.INPUT),
    5: _write_coil,
    6: _write_register,
    15: _write_coils,
    16: _write_registers,
    22: _mask_write,
    23: _read_write,
    43: _encapsulated,
}
