"""Engineering values <-> registers, for all devices of a type at once.

The simulator's own coding: the control core has another, written apart, and the two meet on the wire only.
"""

import math
import struct
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from orcplant.tags import Kind, Order, Table, Tag, TagTable

Values = NDArray[np.float64]
Image = NDArray[np.uint16 | np.uint8]

_FORMATS: Final = {
    Kind.INT16: "h",
    Kind.UINT16: "H",
    Kind.INT32: "i",
    Kind.UINT32: "I",
    Kind.FLOAT32: "f",
    Kind.FLOAT64: "d",
    Kind.ENUM: "H",
}


def _format(tag: Tag) -> str:
    """Letter of `struct` and numpy for the raw value."""
    if tag.dtype.kind is Kind.BITS:
        return "H" if tag.dtype.registers == 1 else "I"
    return _FORMATS[tag.dtype.kind]


@dataclass(frozen=True, slots=True)
class Column:
    """Tags of one coding in one table, written together.

    Attributes
    ----------
    rows : array of int, shape (k,)
        Their places in the table of tags.
    positions : array of int, shape (k * registers,)
        Their registers.
    scale, offset, lowest, highest, missing : array, shape (k, 1)
        value = raw * scale + offset; raw is held between `lowest` and `highest`; NaN is sent as `missing`.
    """

    rows: NDArray[np.intp]
    positions: NDArray[np.intp]
    number: np.dtype[np.generic]
    is_float: bool
    swaps_words: bool
    swaps_bytes: bool
    scale: Values
    offset: Values
    lowest: Values
    highest: Values
    missing: Values

    def encode(self, values: Values, image: Image) -> None:
        """Write the registers of all devices; `values` (tags, devices), `image` (devices, registers)."""
        raw = (values[self.rows] - self.offset) / self.scale
        if not self.is_float:
            raw = np.rint(raw)
        raw = np.where(np.isnan(raw), self.missing, np.clip(raw, self.lowest, self.highest))
        words = raw.astype(self.number).view(">u2").reshape(*raw.shape, -1)
        if self.swaps_words:
            words = words[..., ::-1]
        if self.swaps_bytes:
            words = words.byteswap()
        image[:, self.positions] = words.transpose(1, 0, 2).reshape(image.shape[0], -1)


def columns(table: TagTable, place: Table) -> list[Column]:
    """Group the numbers of a table of registers by their coding; strings are not among them."""
    groups: dict[tuple[str, Order, Order], list[int]] = defaultdict(list)
    for row, tag in enumerate(table):
        if tag.table is place and tag.dtype.kind is not Kind.STRING:
            groups[_format(tag), tag.word_order, tag.byte_order].append(row)
    return [_column([table.tags[row] for row in rows], rows, key) for key, rows in groups.items()]


def _column(tags: list[Tag], rows: list[int], key: tuple[str, Order, Order]) -> Column:
    letter, word_order, byte_order = key

    def stacked(numbers: Iterable[float]) -> Values:
        return np.array(list(numbers), dtype=np.float64).reshape(-1, 1)

    return Column(
        rows=np.array(rows, dtype=np.intp),
        positions=np.array(
            [register for tag in tags for register in range(tag.address, tag.end)], dtype=np.intp
        ),
        number=np.dtype(f">{letter if letter in 'fd' else _integer(letter)}"),
        is_float=letter in "fd",
        swaps_words=word_order is Order.LITTLE,
        swaps_bytes=byte_order is Order.LITTLE,
        scale=stacked(tag.scale for tag in tags),
        offset=stacked(tag.offset for tag in tags),
        lowest=stacked(_held(tag)[0] for tag in tags),
        highest=stacked(_held(tag)[1] for tag in tags),
        missing=stacked(missing_raw(tag) for tag in tags),
    )


def _integer(letter: str) -> str:
    return {"h": "i2", "H": "u2", "i": "i4", "I": "u4"}[letter]


def _held(tag: Tag) -> tuple[float, float]:
    """Smallest and largest raw value a measurement is held to: it never turns into the sentinel."""
    lowest, highest = tag.dtype.raw_range
    return (
        lowest + 1 if tag.sentinel == lowest else lowest,
        highest - 1 if tag.sentinel == highest else highest,
    )


def missing_raw(tag: Tag) -> float:
    """Raw value for a measurement that does not exist: sentinel, NaN, or 0 where there is neither."""
    if tag.sentinel is not None:
        return tag.sentinel
    return math.nan if tag.dtype.kind in (Kind.FLOAT32, Kind.FLOAT64) else 0.0


def encode_text(tag: Tag, text: str) -> bytes:
    """Registers of a string: cut to its length, filled with zeros, `?` for what is not ASCII."""
    raw = text.encode("ascii", "replace")[: tag.dtype.length].ljust(tag.dtype.length, b"\0")
    return _ordered(tag, raw)


def decode_text(tag: Tag, registers: bytes) -> str:
    """Text of a string's registers, up to its first zero."""
    return _ordered(tag, registers).split(b"\0", 1)[0].decode("ascii", "replace")


def decode(tag: Tag, registers: bytes) -> float:
    """Engineering value of a number's registers, as they stand on the wire; a sentinel is NaN."""
    (raw,) = struct.unpack(f">{_format(tag)}", _ordered(tag, registers))
    if tag.sentinel is not None and raw == tag.sentinel:
        return math.nan
    return float(raw) * tag.scale + tag.offset


def _ordered(tag: Tag, registers: bytes) -> bytes:
    """Bytes in big order from those on the wire, and back: swapping twice is not swapping."""
    words = [registers[i : i + 2] for i in range(0, len(registers), 2)]
    if tag.word_order is Order.LITTLE:
        words.reverse()
    if tag.byte_order is Order.LITTLE:
        words = [word[::-1] for word in words]
    return b"".join(words)
