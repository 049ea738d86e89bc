"""Registers <-> value of a tag. The core's own coding; the PLC simulator has another, written apart.

value = raw x scale + offset. Within a value the word order says which register comes first, the byte
order which half of a register. A number outside its range is UNCERTAIN; outside by more than the whole
width of the range it is BAD: no transmitter saturates there, it is another value read as this one.
"""

import math
from collections.abc import Callable
from struct import Struct
from typing import Final, TypeAlias

from orcplant.errors import OrcplantError
from orcplant.live import Quality, Reason, Scalar
from orcplant.tags import Kind, Order, Tag

Decoded: TypeAlias = tuple[Scalar | None, Quality, Reason]

_FORMATS: Final = {
    Kind.INT16: ">h",
    Kind.UINT16: ">H",
    Kind.INT32: ">i",
    Kind.UINT32: ">I",
    Kind.FLOAT32: ">f",
    Kind.FLOAT64: ">d",
    Kind.ENUM: ">H",
}
_FLOATS: Final = (Kind.FLOAT32, Kind.FLOAT64)
_SHOWN: Final = 60  # characters of a value in an error
_BAD_SENTINEL: Final = (None, Quality.BAD, Reason.SENTINEL)
_BAD_NUMBER: Final = (None, Quality.BAD, Reason.NOT_FINITE)
_BAD_CODE: Final = (None, Quality.BAD, Reason.NOT_DECODABLE)
_BAD_RANGE: Final = (None, Quality.BAD, Reason.OUT_OF_RANGE)


class EncodeError(OrcplantError):
    """A value that a tag cannot carry: names tag, value and limit."""


def decoder(tag: Tag) -> Callable[[bytes], Decoded]:
    """Make the function from the bytes of a tag, as they stand on the wire, to its value.

    A tag of a bit table takes one byte, 0 or 1. The function never raises for bytes of the tag's size.
    """
    if tag.table.is_bits:
        return _bool
    ordered, decode = _ordering(tag), _ordered_decoder(tag)
    return decode if ordered is None else lambda payload: decode(ordered(payload))


def encode(tag: Tag, value: Scalar) -> bytes:
    """Bytes of a tag for a value, as `decoder` takes them.

    Parameters
    ----------
    tag : Tag
    value : bool, int, float or str
        In the tag's unit; the state of an enum by name or code. Rounded to the tag's resolution.

    Raises
    ------
    EncodeError
        If the tag cannot carry the value. The tag's range is not looked at: it is a limit, not a coding.
    """
    kind = tag.dtype.kind
    if kind is Kind.BOOL:
        if value not in (0, 1) or isinstance(value, str):
            raise EncodeError(f"{tag.name} = {_shown(value)} is neither true nor false")
        return b"\1" if value else b"\0"
    if kind is Kind.STRING:
        raw = _text_bytes(tag, value)
    elif kind in _FLOATS:
        raw = _float_bytes(tag, value)
    else:
        raw = _integer_bytes(tag, value)
    ordered = _ordering(tag)
    return raw if ordered is None else ordered(raw)


def resolution(tag: Tag) -> float:
    """Step between neighbouring values of a number [eng_unit]; 0 for floats, and for what is no number."""
    if not tag.dtype.is_number or tag.dtype.kind in _FLOATS:
        return 0.0
    return abs(tag.scale)


def _ordered_decoder(tag: Tag) -> Callable[[bytes], Decoded]:
    match tag.dtype.kind:
        case Kind.STRING:
            return _text
        case Kind.ENUM:
            return _state_decoder(tag)
        case Kind.BITS:
            return _bits
        case _:
            return _number_decoder(tag)


def _ordering(tag: Tag) -> Callable[[bytes], bytes] | None:
    """Make the function from wire order to big order, which is its own inverse; None if they are the same."""
    swaps_words = tag.word_order is Order.LITTLE and tag.dtype.registers > 1
    swaps_bytes = tag.byte_order is Order.LITTLE
    if swaps_words and swaps_bytes:
        return lambda raw: raw[::-1]
    if swaps_bytes:
        return _bytes_swapped
    if swaps_words:
        return lambda raw: _bytes_swapped(raw[::-1])
    return None


def _bytes_swapped(raw: bytes) -> bytes:
    swapped = bytearray(raw)
    swapped[::2], swapped[1::2] = raw[1::2], raw[::2]
    return bytes(swapped)


def _bool(payload: bytes) -> Decoded:
    return payload != b"\0", Quality.GOOD, Reason.NONE


def _bits(payload: bytes) -> Decoded:
    return int.from_bytes(payload, "big"), Quality.GOOD, Reason.NONE


def _text(payload: bytes) -> Decoded:
    try:
        text = payload.split(b"\0", 1)[0].decode("utf-8").rstrip()
    except UnicodeDecodeError:
        return _BAD_CODE
    return (text, Quality.GOOD, Reason.NONE) if text.isprintable() else _BAD_CODE


def _state_decoder(tag: Tag) -> Callable[[bytes], Decoded]:
    codes = {code for _, code in tag.dtype.names}

    def decode(payload: bytes) -> Decoded:
        code = int.from_bytes(payload, "big")
        # A state nobody knows must not be taken for any: the map is another one.
        return (code, Quality.GOOD, Reason.NONE) if code in codes else _BAD_CODE

    return decode


def _number_decoder(tag: Tag) -> Callable[[bytes], Decoded]:
    unpack = Struct(_FORMATS[tag.dtype.kind]).unpack
    scale, offset, sentinel = tag.scale, tag.offset, tag.sentinel
    lowest, highest = tag.range_lo, tag.range_hi
    width = highest - lowest
    # What rounding to the register's step may add at the ends of the range.
    slack = 0.5 * resolution(tag) + 1e-6 * (
        abs(lowest) if math.isinf(highest) else max(abs(lowest), abs(highest))
    )

    def decode(payload: bytes) -> Decoded:
        raw = unpack(payload)[0]
        if raw == sentinel:
            return _BAD_SENTINEL
        value = raw * scale + offset
        if lowest <= value <= highest:
            return float(value), Quality.GOOD, Reason.NONE
        if not math.isfinite(value):
            return _BAD_NUMBER
        if lowest - slack <= value <= highest + slack:
            return float(value), Quality.GOOD, Reason.NONE
        if lowest - width <= value <= highest + width:
            return float(value), Quality.UNCERTAIN, Reason.OUT_OF_RANGE
        return _BAD_RANGE

    return decode


def _text_bytes(tag: Tag, value: Scalar) -> bytes:
    raw = value.encode("utf-8") if isinstance(value, str) and value.isprintable() else None
    if raw is None:
        raise EncodeError(f"{tag.name} = {_shown(value)} is not printable text")
    if len(raw) > tag.dtype.length:
        raise EncodeError(
            f"{tag.name} = {_shown(value)} takes {len(raw)} bytes, more than {tag.dtype.length}"
        )
    return raw.ljust(tag.dtype.length, b"\0")


def finite(value: Scalar) -> float | None:
    """Value as a float; None if it is no finite number, or too large for one."""
    try:
        number = math.nan if isinstance(value, bool | str) else float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _finite(tag: Tag, value: Scalar) -> float:
    number = finite(value)
    if number is None:
        raise EncodeError(f"{tag.name} = {_shown(value)} is not a finite number")
    return (number - tag.offset) / tag.scale


def _shown(value: Scalar) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _float_bytes(tag: Tag, value: Scalar) -> bytes:
    raw = _finite(tag, value)
    _refuse_outside(tag, value, raw)
    return Struct(_FORMATS[tag.dtype.kind]).pack(raw)


def _integer_bytes(tag: Tag, value: Scalar) -> bytes:
    kind = tag.dtype.kind
    if kind in (Kind.ENUM, Kind.BITS):
        raw = _code(tag, value)
    else:
        raw = round(_finite(tag, value))
        if raw == tag.sentinel:
            raise EncodeError(f"{tag.name} = {_shown(value)} is the value that means there is none")
    _refuse_outside(tag, value, raw)
    return raw.to_bytes(2 * tag.dtype.registers, "big", signed=kind in (Kind.INT16, Kind.INT32))


def _code(tag: Tag, value: Scalar) -> int:
    is_enum = tag.dtype.kind is Kind.ENUM
    names = dict(tag.dtype.names)
    if isinstance(value, str) and is_enum and value in names:
        return names[value]
    number = finite(value)
    if number is None or number != int(number) or (is_enum and number not in names.values()):
        known = ", ".join(names) if is_enum else "a whole number"
        raise EncodeError(f"{tag.name} = {_shown(value)} is none of: {known}")
    return int(number)


def _refuse_outside(tag: Tag, value: Scalar, raw: float) -> None:
    lowest, highest = tag.dtype.raw_range
    if not lowest <= raw <= highest:
        raise EncodeError(f"{tag.name} = {_shown(value)} is raw {raw:g}, outside {lowest:g} to {highest:g}")
