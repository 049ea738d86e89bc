"""Values and registers: golden bytes, both ways, and what a value outside its type becomes."""

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.tags import Access, Kind, Order, PollGroup, Table, Tag, TagTable
from orcplant.tags.dtype import parse_dtype
from plc_sim.bank import Bank
from plc_sim.registers import decode, decode_text, encode_text

GOLDEN = Path(__file__).parents[1] / "golden" / "modbus_registers.csv"


def rows() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def a_tag(
    dtype: str,
    *,
    word_order: str = "big",
    byte_order: str = "big",
    scale: float = 1.0,
    offset: float = 0.0,
    sentinel: float | None = None,
) -> Tag:
    return Tag(
        name="X", text_en="x", text_zh="x", eng_unit="", table=Table.HOLDING, address=3,
        dtype=parse_dtype(dtype), word_order=Order(word_order), byte_order=Order(byte_order),
        scale=scale, offset=offset, sentinel=sentinel, access=Access.RW, range_lo=-1e300, range_hi=1e300,
        poll_group=PollGroup.FAST, readback="", verify_by="", verify_tol=0.0, verify_within_s=0.0,
        history="none",
    )  # fmt: skip


def encoded(tag: Tag, value: float) -> bytes:
    bank = Bank(TagTable("x", (tag,), 0), 2)
    bank["X"][1] = value
    bank.changed()
    return bank.read(1, Table.HOLDING, tag.address, tag.size)


@pytest.mark.parametrize("row", rows(), ids=lambda row: "-".join(str(row[key]) for key in row))
def test_golden_bytes_both_ways(row: dict[str, str]) -> None:
    tag = a_tag(
        row["dtype"],
        word_order=row["word_order"],
        byte_order=row["byte_order"],
        scale=float(row["scale"]),
        offset=float(row["offset"]),
    )
    wire = bytes.fromhex(row["registers"])
    if tag.dtype.kind is Kind.STRING:
        assert encode_text(tag, row["value"]) == wire
        assert decode_text(tag, wire) == row["value"]
        return
    value = float(row["value"])
    assert encoded(tag, value) == wire
    assert decode(tag, wire) == pytest.approx(value, rel=1e-12, nan_ok=True)


def test_golden_covers_every_type_in_a_register() -> None:
    kinds = {parse_dtype(row["dtype"]).kind for row in rows()}
    assert kinds == set(Kind) - {Kind.BOOL}


@pytest.mark.parametrize(
    ("dtype", "sentinel", "value", "registers"),
    [
        ("int16", -32768.0, math.nan, "8000"),
        ("int16", -32768.0, -40000.0, "8001"),  # held at its end, yet never taken for the sentinel
        ("int16", None, 40000.0, "7FFF"),
        ("uint16", 65535.0, math.nan, "FFFF"),
        ("uint16", 65535.0, 1e9, "FFFE"),
        ("uint16", None, -3.0, "0000"),
        ("uint16", None, math.nan, "0000"),
        ("uint32", None, math.inf, "FFFF FFFF"),
        ("float32", None, 1e60, "7F7F FFFF"),
    ],
)
def test_value_that_does_not_fit_is_held_or_missing(
    dtype: str, sentinel: float | None, value: float, registers: str
) -> None:
    assert encoded(a_tag(dtype, sentinel=sentinel), value) == bytes.fromhex(registers)


def test_sentinel_reads_as_no_value() -> None:
    assert math.isnan(decode(a_tag("int16", sentinel=-32768.0), b"\x80\x00"))


@given(
    dtype=st.sampled_from(["int16", "uint16", "int32", "uint32", "float32", "float64"]),
    words=st.sampled_from(["big", "little"]),
    octets=st.sampled_from(["big", "little"]),
    scale=st.sampled_from([1.0, 0.1, 0.01, 2.0, -0.5]),
    fraction=st.floats(0.0, 1.0),
)
def test_what_is_encoded_decodes(dtype: str, words: str, octets: str, scale: float, fraction: float) -> None:
    tag = a_tag(dtype, word_order=words, byte_order=octets, scale=scale)
    lowest, highest = (-1e6, 1e6) if "float" in dtype else tag.dtype.raw_range
    value = (lowest + fraction * (highest - lowest)) * scale
    resolution = abs(value) * 1e-6 + 1e-30 if "float" in dtype else abs(scale) * 0.5000001
    assert decode(tag, encoded(tag, value)) == pytest.approx(value, abs=resolution)


def test_text_is_cut_filled_and_ascii() -> None:
    tag = a_tag("string:4")
    assert encode_text(tag, "TOO LONG") == b"TOO "
    assert encode_text(tag, "井1") == b"?1\0\0"
    assert decode_text(tag, b"A\0BC") == "A"
