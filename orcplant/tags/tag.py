"""A tag, a table of tags, and what their columns mean."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from orcplant.tags.dtype import DType

KNOWN_CONSTANT: Final = 123456.0
"""What the tag KNOWN_CONST of a signature block reads: words swapped, it is another number."""


class Table(StrEnum):
    """Where a tag lives in a Modbus device."""

    COIL = "coil"
    DISCRETE = "discrete"
    INPUT = "input"
    HOLDING = "holding"

    @property
    def is_bits(self) -> bool:
        """Whether an address holds one bit, not a register."""
        return self in (Table.COIL, Table.DISCRETE)

    @property
    def is_writable(self) -> bool:
        """Whether Modbus has a function to write it."""
        return self in (Table.COIL, Table.HOLDING)


class Order(StrEnum):
    """Which part comes first: of the words of a value, of the bytes of a word."""

    BIG = "big"
    LITTLE = "little"


class Access(StrEnum):
    """What a client may do."""

    R = "r"
    RW = "rw"
    W = "w"


class PollGroup(StrEnum):
    """How often a tag is read: fast about once a second, slow every ten, once at connect, or never."""

    FAST = "fast"
    SLOW = "slow"
    ONCE = "once"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Tag:
    """A named point of a device: value = raw * scale + offset, in `eng_unit`.

    Attributes
    ----------
    name : str
        Without device prefix in a table; ``U07.POWER_SP`` once prefixed.
    address : int
        Zero-based, in `table`.
    sentinel : float or None
        Raw value that means "no value"; NaN and infinity mean it in every float.
    range_lo, range_hi : float
        Physical range in `eng_unit`, and the limits of what may be written. Infinite where there is none.
    readback : str
        Tag that reads back what was written; may be the tag itself. Empty: none.
    verify_by : str
        Tag that shows the effect of a write; it must agree within `verify_tol` [eng_unit] inside
        `verify_within_s` [s]. Empty: none.
    history : str
        ``none``, ``all`` (every sample), ``change``, or ``deadband:X`` with X in `eng_unit`.
    """

    name: str
    text_en: str
    text_zh: str
    eng_unit: str
    table: Table
    address: int
    dtype: DType
    word_order: Order
    byte_order: Order
    scale: float
    offset: float
    sentinel: float | None
    access: Access
    range_lo: float
    range_hi: float
    poll_group: PollGroup
    readback: str
    verify_by: str
    verify_tol: float
    verify_within_s: float
    history: str

    @property
    def size(self) -> int:
        """Addresses it takes: registers, or one bit."""
        return 1 if self.table.is_bits else self.dtype.registers

    @property
    def end(self) -> int:
        """First address behind it."""
        return self.address + self.size

    @property
    def is_writable(self) -> bool:
        """Whether a client may write it."""
        return self.access is not Access.R

    @property
    def is_readable(self) -> bool:
        """Whether a client may read it."""
        return self.access is not Access.W

    def prefixed(self, device: str) -> "Tag":
        """Give the tag of a device: ``U07.POWER_SP`` for ``POWER_SP``; so for the tags it names."""
        return replace(
            self,
            name=f"{device}.{self.name}",
            readback=self.readback and f"{device}.{self.readback}",
            verify_by=self.verify_by and f"{device}.{self.verify_by}",
        )


@dataclass(frozen=True, slots=True)
class TagTable:
    """Tags of a type of device, or of one device once prefixed, in the order of the file.

    Attributes
    ----------
    type : str
        Type of device, the name of the file.
    tags : tuple of Tag
    fingerprint : int
        32 bits over all that fixes the bytes on the wire. The tag MAP_VERSION reads it, so that a client sees
        when a device was built from another table.
    """

    type: str
    tags: tuple[Tag, ...]
    fingerprint: int
    _by_name: dict[str, Tag] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {tag.name: tag for tag in self.tags})

    def __getitem__(self, name: str) -> Tag:
        """Tag of that name.

        Raises
        ------
        KeyError
            If there is none.
        """
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[Tag]:
        return iter(self.tags)

    def __len__(self) -> int:
        return len(self.tags)

    def prefixed(self, device: str) -> "TagTable":
        """Give the table of one device; the fingerprint stays that of its type."""
        return replace(self, tags=tuple(tag.prefixed(device) for tag in self.tags))


def fingerprint(tags: tuple[Tag, ...]) -> int:
    """CRC-32 over name, place, type and coding of unprefixed tags; texts and ranges do not count."""
    lines = (
        f"{t.name},{t.table},{t.address},{t.dtype},{t.word_order},{t.byte_order},{t.scale!r},{t.offset!r},"
        f"{t.sentinel!r},{t.access}"
        for t in tags
    )
    return zlib.crc32("\n".join(lines).encode())
