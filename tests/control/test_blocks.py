"""Blocks: every tag once, no value split, no block too large; what is read back is what is there."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.control.blocks import GAP_BITS, GAP_REGISTERS, Block, plan, slots, unpacked
from orcplant.control.codec import decoder
from orcplant.tags import Kind, Table, Tag, load_table, table_types
from tests.control.tags import layouts, make_tag


@given(layouts(), st.integers(1, 125))
def test_a_plan_holds_every_tag_once_and_splits_none(tags: list[Tag], largest: int) -> None:
    blocks = plan(tags, max_registers=largest)
    assert sorted(tag.name for block in blocks for tag in block.tags) == sorted(tag.name for tag in tags)
    for block in blocks:
        for tag in block.tags:
            assert tag.table is block.table
            assert block.address <= tag.address and tag.end <= block.address + block.count
        gaps = [after.address - before.end for before, after in itertools.pairwise(block.tags)]
        if block.table.is_bits:
            assert block.count <= 2000 and max(gaps, default=0) <= GAP_BITS
        else:
            assert block.count <= max(largest, block.tags[0].size if len(block.tags) == 1 else 0)
            assert max(gaps, default=0) <= GAP_REGISTERS


@given(layouts(), st.integers())
def test_a_block_read_gives_each_tag_the_bytes_at_its_address(tags: list[Tag], seed: int) -> None:
    rng = random.Random(seed)
    image = {table: rng.randbytes(2 * 20000) for table in Table}
    for block in plan(tags):
        first, last = block.address, block.address + block.count
        if block.table.is_bits:
            bits = [byte & 1 for byte in image[block.table]][first:last]
            packed = sum(bit << place for place, bit in enumerate(bits)).to_bytes(
                (len(bits) + 7) // 8, "little"
            )
            answer = unpacked(packed, block.count)
            own = bytes(byte & 1 for byte in image[block.table])
        else:
            answer = image[block.table][2 * first : 2 * last]
            own = image[block.table]
        width = 1 if block.table.is_bits else 2
        for tag, slot in zip(block.tags, slots(block), strict=True):
            expected = own[width * tag.address : width * tag.end]
            assert answer[slot.start : slot.end] == expected
            assert slot.decode(answer[slot.start : slot.end]) == decoder(tag)(expected)


@given(layouts())
def test_splitting_ends_at_single_tags_without_gaps(tags: list[Tag]) -> None:
    def leaves(block: Block) -> list[Block]:
        halves = block.split()
        return [block] if halves is None else leaves(halves[0]) + leaves(halves[1])

    for block in plan(tags):
        ends = leaves(block)
        assert [leaf.tags[0] for leaf in ends] == list(block.tags)
        assert all(leaf.count == leaf.tags[0].size for leaf in ends)


def test_the_shipped_tables_need_few_requests() -> None:
    for name in table_types():
        table = load_table(name)
        blocks = plan(tag for tag in table if tag.is_readable)
        assert len(blocks) <= 4, name


@pytest.mark.parametrize("largest", [0, 126])
def test_a_block_limit_outside_the_standard_is_refused(largest: int) -> None:
    with pytest.raises(ValueError, match=f"max_registers = {largest} is outside 1 to 125"):
        plan([make_tag(kind=Kind.INT16)], max_registers=largest)
