"""Tags -> few block reads, and what to do when a device refuses a block.

A device answers a request of 100 registers about as fast as one of 2, so neighbours are read together,
over small gaps too. A value is never split: its halves could come from two scans of the PLC.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from orcplant.control.codec import Decoded, decoder
from orcplant.control.link import MAX_READ_BITS, MAX_READ_REGISTERS
from orcplant.tags import Table, Tag

GAP_REGISTERS: Final = 8
GAP_BITS: Final = 64
USUAL_REGISTERS: Final = 100  # below the 125 of the standard: some devices stop earlier


@dataclass(frozen=True, slots=True)
class Block:
    """Tags of one table read with one request: `count` registers or bits from `address` on."""

    table: Table
    address: int
    count: int
    tags: tuple[Tag, ...]

    def split(self) -> tuple["Block", "Block"] | None:
        """Two blocks of half the tags each, without the gap between them; None for a single tag."""
        if len(self.tags) == 1:
            return None
        middle = len(self.tags) // 2
        return _block(self.tags[:middle]), _block(self.tags[middle:])


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a tag's bytes lie in the answer to its block, and what makes a value of them."""

    name: str
    start: int
    end: int
    decode: Callable[[bytes], Decoded]


def plan(
    tags: Iterable[Tag],
    *,
    gap_registers: int = GAP_REGISTERS,
    gap_bits: int = GAP_BITS,
    max_registers: int = USUAL_REGISTERS,
) -> tuple[Block, ...]:
    """Blocks that hold every tag once, in order of table and address.

    Parameters
    ----------
    tags : iterable of Tag
        Readable ones; their order does not matter.
    gap_registers, gap_bits : int
        Largest stretch without tags that a block may cover. [registers, bits]
    max_registers : int
        Largest block, unless one value alone is larger. [registers]

    Raises
    ------
    ValueError
        If `max_registers` is outside what the standard allows, 1 to 125.
    """
    if not 1 <= max_registers <= MAX_READ_REGISTERS:
        raise ValueError(f"max_registers = {max_registers} is outside 1 to {MAX_READ_REGISTERS}")
    blocks: list[Block] = []
    run: list[Tag] = []
    for tag in sorted(tags, key=lambda tag: (tag.table, tag.address)):
        gap, limit = (gap_bits, MAX_READ_BITS) if tag.table.is_bits else (gap_registers, max_registers)
        fits = (
            run
            and run[0].table is tag.table
            and tag.address - run[-1].end <= gap
            and tag.end - run[0].address <= limit
        )
        if run and not fits:
            blocks.append(_block(run))
            run = []
        run.append(tag)
    if run:
        blocks.append(_block(run))
    return tuple(blocks)


def slots(block: Block) -> tuple[Slot, ...]:
    """How to take a block's answer apart; for a block of bits, once `unpacked` to a byte each."""
    width = 1 if block.table.is_bits else 2
    return tuple(
        Slot(
            tag.name,
            width * (tag.address - block.address),
            width * (tag.end - block.address),
            decoder(tag),
        )
        for tag in block.tags
    )


def unpacked(payload: bytes, count: int) -> bytes:
    """One byte, 0 or 1, for each of `count` bits packed eight a byte, the low bit first."""
    number = int.from_bytes(payload, "little")
    return bytes(number >> place & 1 for place in range(count))


def _block(tags: Sequence[Tag]) -> Block:
    return Block(tags[0].table, tags[0].address, tags[-1].end - tags[0].address, tuple(tags))
