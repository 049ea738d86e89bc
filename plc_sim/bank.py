"""Memory of all devices of one type: engineering values, and the registers clients see of them.

Registers are made when somebody reads: a plant that runs faster than it is watched costs no coding.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np

from orcplant.tags import Access, Kind, Table, Tag, TagTable
from plc_sim import registers
from plc_sim.registers import Values

ILLEGAL_ADDRESS: Final = 2
ILLEGAL_VALUE: Final = 3


@dataclass(frozen=True, slots=True)
class Write:
    """A client wrote these tags in one request; ``before`` is what they held, in the same order."""

    device: int
    values: tuple[tuple[str, float], ...]
    before: tuple[float, ...]


class RefusedError(Exception):
    """A request that is answered with an exception code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exception code {code}")
        self.code = code


class Bank:
    """Values and registers of `count` devices with one tag table.

    Attributes
    ----------
    values : array, shape (tags, devices)
        Engineering values in the tags' own units: states and bit fields as numbers, NaN where there is no
        value, 0 for strings. Whoever changes it calls `changed`.
    writes : list of Write
        What clients wrote since the list was last cleared.
    refuses_out_of_range : bool
        Answer a value outside its tag's range with code 3, as most devices do; else it is stored.
    """

    def __init__(self, table: TagTable, count: int, *, refuses_out_of_range: bool = True) -> None:
        self.table = table
        self.count = count
        self.refuses_out_of_range = refuses_out_of_range
        self.values: Values = np.zeros((len(table), count))
        self.writes: list[Write] = []
        self._rows = {tag.name: row for row, tag in enumerate(table)}
        self._spaces = {place: _Space(table, place, count) for place in Table}
        self._ranges: dict[tuple[str, int], tuple[float, float]] = {}
        self._stale = True

    def narrow(self, name: str, device: int, lowest: float, highest: float) -> None:
        """Allow one device a narrower range of a tag than the table's."""
        self._ranges[name, device] = (lowest, highest)

    def range_of(self, name: str, device: int) -> tuple[float, float]:
        """Range in which a tag of a device may be written."""
        tag = self.table[name]
        return self._ranges.get((name, device), (tag.range_lo, tag.range_hi))

    def ranges(self, name: str) -> tuple[Values, Values]:
        """Lowest and highest value that may be written to a tag, each of shape (devices,)."""
        pairs = np.array([self.range_of(name, device) for device in range(self.count)], dtype=np.float64)
        return pairs[:, 0], pairs[:, 1]

    def __getitem__(self, name: str) -> Values:
        """Values of a tag, shape (devices,): a view, to be written into."""
        row: Values = self.values[self._rows[name]]
        return row

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    def changed(self) -> None:
        """Let the next reader see the values as they are now."""
        self._stale = True

    def set_text(self, name: str, device: int, text: str) -> None:
        """Set a string."""
        tag = self.table[name]
        self._spaces[tag.table].put_text(device, tag, text)

    def text(self, name: str, device: int) -> str:
        """Read a string."""
        tag = self.table[name]
        raw = self._spaces[tag.table].read(device, tag.address, tag.dtype.registers)
        return registers.decode_text(tag, raw)

    def read(self, device: int, place: Table, address: int, count: int) -> bytes:
        """Registers as on the wire, or one byte a bit.

        Raises
        ------
        RefusedError
            Code 2 where a register belongs to no readable tag.
        """
        space = self._spaces[place]
        if not space.readable.all(address, count):
            raise RefusedError(ILLEGAL_ADDRESS)
        if self._stale:
            self._refresh()
        return space.read(device, address, count)

    def check_writable(self, place: Table, address: int, count: int) -> None:
        """Refuse, with code 2, registers that belong to no writable tag."""
        if not self._spaces[place].writable.all(address, count):
            raise RefusedError(ILLEGAL_ADDRESS)

    def write(self, device: int, place: Table, address: int, content: bytes) -> None:
        """Write registers as they stand on the wire, or one byte a bit; all or nothing.

        Raises
        ------
        RefusedError
            Code 2 as `check_writable`; code 3 for what is no finite number, or outside the range of its tag.
        """
        space = self._spaces[place]
        count = len(content) if place.is_bits else len(content) // 2
        self.check_writable(place, address, count)
        if self._stale:
            self._refresh()
        before = space.read(device, 0, space.size)
        space.put(device, address, content)
        try:
            written = tuple(self._decoded(device, tag) for tag in space.tags_in(address, count))
        except RefusedError:
            space.put(device, 0, before)
            raise
        held = tuple(float(self.values[self._rows[name], device]) for name, _ in written)
        for name, value in written:
            self.values[self._rows[name], device] = value
        self.writes.append(Write(device, written, held))

    def _decoded(self, device: int, tag: Tag) -> tuple[str, float]:
        space = self._spaces[tag.table]
        raw = space.read(device, tag.address, tag.size)
        if tag.table.is_bits:
            return tag.name, float(raw[0])
        if tag.dtype.kind is Kind.STRING:
            return tag.name, 0.0
        value = registers.decode(tag, raw)
        if not math.isfinite(value) or (self.refuses_out_of_range and not self._allows(device, tag, value)):
            raise RefusedError(ILLEGAL_VALUE)
        return tag.name, value

    def _allows(self, device: int, tag: Tag, value: float) -> bool:
        if tag.dtype.kind is Kind.ENUM:
            return any(code == value for _, code in tag.dtype.names)
        lowest, highest = self.range_of(tag.name, device)
        # A scaled integer meets its limit to within rounding.
        slack = 1e-9 * max(abs(lowest), abs(highest)) if math.isfinite(highest) else 0.0
        return lowest - slack <= value <= highest + slack

    def _refresh(self) -> None:
        for space in self._spaces.values():
            space.encode(self.values)
        self._stale = False


class _Mask:
    """Which addresses may be used, asked in constant time."""

    def __init__(self, flags: Sequence[bool]) -> None:
        self._holes = [0, *accumulate(not flag for flag in flags)]

    def all(self, address: int, count: int) -> bool:
        end = address + count
        return end < len(self._holes) and self._holes[end] == self._holes[address]


class _Space:
    """One of the four tables of all devices."""

    def __init__(self, table: TagTable, place: Table, count: int) -> None:
        self.place = place
        self.tags = sorted((tag for tag in table if tag.table is place), key=lambda tag: tag.address)
        self.size = max((tag.end for tag in self.tags), default=0)
        self.readable = _Mask(self._flags(Access.R, Access.RW))
        self.writable = _Mask(self._flags(Access.W, Access.RW))
        self._columns = [] if place.is_bits else registers.columns(table, place)
        rows = [row for row, tag in enumerate(table) if tag.table is place]
        self._bit_rows = np.array(rows if place.is_bits else [], dtype=np.intp)
        self._bit_addresses = np.array([table.tags[row].address for row in self._bit_rows], dtype=np.intp)
        self._image: registers.Image = (
            np.zeros((count, self.size), dtype=np.uint8)
            if place.is_bits
            else np.zeros((count, self.size), dtype=">u2")
        )

    def _flags(self, *access: Access) -> list[bool]:
        flags = [False] * self.size
        for tag in self.tags:
            flags[tag.address : tag.end] = [tag.access in access] * tag.size
        return flags

    def tags_in(self, address: int, count: int) -> list[Tag]:
        return [tag for tag in self.tags if tag.address < address + count and address < tag.end]

    def read(self, device: int, address: int, count: int) -> bytes:
        return self._image[device, address : address + count].tobytes()

    def put(self, device: int, address: int, content: bytes) -> None:
        values = np.frombuffer(content, dtype=self._image.dtype)
        self._image[device, address : address + len(values)] = values

    def put_text(self, device: int, tag: Tag, text: str) -> None:
        self.put(device, tag.address, registers.encode_text(tag, text))

    def encode(self, values: Values) -> None:
        if self.place.is_bits:
            self._image[:, self._bit_addresses] = values[self._bit_rows].T != 0.0
        for column in self._columns:
            column.encode(values, self._image)
