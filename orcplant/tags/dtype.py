"""Types of tags as a tag table writes them: ``int16``, ``string:16``, ``enum:stopped=0;running=1``."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_STRING_LENGTH_MAX: Final = 246  # 123 registers: what one write of multiple registers carries


class Kind(StrEnum):
    """What the bits of a tag mean."""

    BOOL = "bool"
    INT16 = "int16"
    UINT16 = "uint16"
    INT32 = "int32"
    UINT32 = "uint32"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    STRING = "string"
    ENUM = "enum"
    BITS = "bits"


_REGISTERS: Final = {
    Kind.BOOL: 1,
    Kind.INT16: 1,
    Kind.UINT16: 1,
    Kind.INT32: 2,
    Kind.UINT32: 2,
    Kind.FLOAT32: 2,
    Kind.FLOAT64: 4,
    Kind.ENUM: 1,
}
_FLOAT32_MAX: Final = 3.4028234663852886e38
_RAW_RANGE: Final = {
    Kind.BOOL: (0.0, 1.0),
    Kind.INT16: (-(2.0**15), 2.0**15 - 1),
    Kind.UINT16: (0.0, 2.0**16 - 1),
    Kind.INT32: (-(2.0**31), 2.0**31 - 1),
    Kind.UINT32: (0.0, 2.0**32 - 1),
    Kind.FLOAT32: (-_FLOAT32_MAX, _FLOAT32_MAX),
    Kind.FLOAT64: (-1.7976931348623157e308, 1.7976931348623157e308),
    Kind.ENUM: (0.0, 2.0**16 - 1),
}


@dataclass(frozen=True, slots=True)
class DType:
    """Type of a tag.

    Attributes
    ----------
    kind : Kind
        What the bits mean.
    length : int
        Characters of a string, two a register; else 0.
    names : tuple of (str, int)
        States of an enum with their codes, or bits of a bit field with their positions (0 is the least
        significant); else empty.
    """

    kind: Kind
    length: int = 0
    names: tuple[tuple[str, int], ...] = ()

    @property
    def registers(self) -> int:
        """Registers it takes; in a table of bits a `bool` takes one bit."""
        if self.kind is Kind.STRING:
            return self.length // 2
        if self.kind is Kind.BITS:
            return 1 if max(position for _, position in self.names) < 16 else 2
        return _REGISTERS[self.kind]

    @property
    def is_number(self) -> bool:
        """Whether values are numbers to which scale, offset and range apply."""
        return self.kind not in (Kind.BOOL, Kind.STRING, Kind.ENUM, Kind.BITS)

    @property
    def raw_range(self) -> tuple[float, float]:
        """Smallest and largest raw value; of a string: nothing to compare with."""
        if self.kind is Kind.STRING:
            return (0.0, 0.0)
        if self.kind is Kind.BITS:
            return (0.0, 2.0 ** (16 * self.registers) - 1)
        return _RAW_RANGE[self.kind]

    def code(self, name: str) -> int:
        """Code of an enum's state, or position of a bit.

        Raises
        ------
        KeyError
            If it has no such name.
        """
        return dict(self.names)[name]

    def name_of(self, code: int) -> str:
        """Name of a state or bit; an unknown code is its number."""
        return next((name for name, known in self.names if known == code), str(code))

    def __str__(self) -> str:
        if self.kind is Kind.STRING:
            return f"{self.kind}:{self.length}"
        if self.names:
            return f"{self.kind}:{';'.join(f'{name}={code}' for name, code in self.names)}"
        return str(self.kind)


def parse_dtype(text: str) -> DType:
    """Type from its text in a table.

    Raises
    ------
    ValueError
        If it is none, in words that say what would be.
    """
    word, _, detail = text.partition(":")
    try:
        kind = Kind(word)
    except ValueError:
        raise ValueError(f"is none of {', '.join(Kind)}") from None
    if kind is Kind.STRING:
        return DType(kind, length=_string_length(detail))
    if kind in (Kind.ENUM, Kind.BITS):
        return DType(kind, names=_names(detail, limit=2**16 - 1 if kind is Kind.ENUM else 31))
    if detail:
        raise ValueError(f"has {detail!r} after {word}, which takes nothing")
    return DType(kind)


def _string_length(detail: str) -> int:
    length = int(detail) if detail.isascii() and detail.isdecimal() else 0
    if not 0 < length <= _STRING_LENGTH_MAX or length % 2:
        raise ValueError(f"needs an even number of characters from 2 to {_STRING_LENGTH_MAX}")
    return length


def _names(detail: str, *, limit: int) -> tuple[tuple[str, int], ...]:
    pairs = []
    for part in detail.split(";"):
        name, equals, code = part.partition("=")
        if not equals or not name.isidentifier() or not (code.isascii() and code.isdecimal()):
            raise ValueError(f"has {part!r} where name=number is needed")
        if int(code) > limit:
            raise ValueError(f"has {part}, above {limit}")
        pairs.append((name, int(code)))
    if len(dict(pairs)) < len(pairs) or len({code for _, code in pairs}) < len(pairs):
        raise ValueError("has a name or a number twice")
    return tuple(pairs)
