"""Codec: golden bytes, round trips for every dtype and order, and the simulator's own coding as witness."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.control.codec import EncodeError, decoder, encode, resolution
from orcplant.live import Quality, Reason, Scalar
from orcplant.tags import Kind, Order, Tag
from plc_sim import registers as simulator
from tests.control.tags import FLOATS, NUMBERS, make_tag, tags

BIG, LITTLE = Order.BIG, Order.LITTLE

GOLDEN = [
    (Kind.FLOAT32, BIG, BIG, 21.5, "41AC 0000"),
    (Kind.FLOAT32, LITTLE, BIG, 21.5, "0000 41AC"),
    (Kind.FLOAT32, BIG, LITTLE, 21.5, "AC41 0000"),
    (Kind.FLOAT32, LITTLE, LITTLE, 21.5, "0000 AC41"),
    (Kind.FLOAT32, BIG, BIG, 123456.0, "47F1 2000"),
    (Kind.FLOAT64, BIG, BIG, -0.1, "BFB9 9999 9999 999A"),
    (Kind.FLOAT64, LITTLE, BIG, -0.1, "999A 9999 9999 BFB9"),
    (Kind.FLOAT64, BIG, LITTLE, -0.1, "B9BF 9999 9999 9A99"),
    (Kind.INT16, BIG, BIG, -2.0, "FFFE"),
    (Kind.INT16, BIG, LITTLE, -2.0, "FEFF"),
    (Kind.INT16, LITTLE, BIG, -2.0, "FFFE"),
    (Kind.UINT16, BIG, BIG, 40000.0, "9C40"),
    (Kind.INT32, BIG, BIG, -65538.0, "FFFE FFFE"),
    (Kind.INT32, LITTLE, BIG, 65538.0, "0002 0001"),
    (Kind.UINT32, BIG, BIG, 305419896.0, "1234 5678"),
    (Kind.UINT32, LITTLE, BIG, 305419896.0, "5678 1234"),
    (Kind.UINT32, BIG, LITTLE, 305419896.0, "3412 7856"),
    (Kind.UINT32, LITTLE, LITTLE, 305419896.0, "7856 3412"),
    (Kind.ENUM, BIG, BIG, 7, "0007"),
    (Kind.ENUM, BIG, LITTLE, 7, "0700"),
    (Kind.STRING, BIG, BIG, "PW1", "5057 3100 0000"),
    (Kind.STRING, BIG, LITTLE, "PW1", "5750 0031 0000"),
]


@pytest.mark.parametrize(("kind", "word_order", "byte_order", "value", "wire"), GOLDEN)
def test_golden_bytes(kind: Kind, word_order: Order, byte_order: Order, value: Scalar, wire: str) -> None:
    tag = make_tag(
        kind=kind, word_order=word_order, byte_order=byte_order, length=6, range_lo=-1e10, range_hi=1e10
    )
    raw = bytes.fromhex(wire)
    assert encode(tag, value) == raw
    assert decoder(tag)(raw) == (value, Quality.GOOD, Reason.NONE)


def values_of(tag: Tag) -> st.SearchStrategy[Scalar]:
    if tag.dtype.kind is Kind.BOOL:
        return st.booleans()
    if tag.dtype.kind is Kind.STRING:
        alphabet = st.characters(min_codepoint=33, max_codepoint=126)
        return st.text(alphabet, max_size=tag.dtype.length)
    if tag.dtype.kind is Kind.ENUM:
        return st.sampled_from([code for _, code in tag.dtype.names])
    if tag.dtype.kind is Kind.BITS:
        return st.integers(0, int(tag.dtype.raw_range[1]))
    return st.floats(max(tag.range_lo, -1e9), min(tag.range_hi, 1e9))


@given(st.data(), tags())
def test_every_value_comes_back_within_the_resolution(data: st.DataObject, tag: Tag) -> None:
    value = data.draw(values_of(tag))
    found, quality, reason = decoder(tag)(encode(tag, value))
    assert (quality, reason) == (Quality.GOOD, Reason.NONE)
    if tag.dtype.kind in NUMBERS:
        assert isinstance(value, float) and isinstance(found, float)
        step = resolution(tag) / 2 + (3e-7 if tag.dtype.kind is Kind.FLOAT32 else 1e-12) * (
            abs(value) + 300.0
        )
        assert abs(found - value) <= step
    else:
        assert found == value


@given(st.data(), tags())
def test_the_simulator_reads_what_the_core_writes(data: st.DataObject, tag: Tag) -> None:
    if tag.dtype.kind is Kind.BOOL:
        return
    value = data.draw(values_of(tag))
    raw = encode(tag, value)
    mine = decoder(tag)(raw)[0]
    theirs = simulator.decode_text(tag, raw) if tag.dtype.kind is Kind.STRING else simulator.decode(tag, raw)
    assert theirs == (pytest.approx(mine, rel=1e-12) if isinstance(mine, float) else mine)


@given(st.data(), tags())
def test_no_bytes_make_it_raise(data: st.DataObject, tag: Tag) -> None:
    size = 1 if tag.table.is_bits else 2 * tag.dtype.registers
    scalar, quality, reason = decoder(tag)(data.draw(st.binary(min_size=size, max_size=size)))
    assert (quality is Quality.GOOD) == (reason is Reason.NONE)
    assert (scalar is None) == (quality is Quality.BAD)
    assert not isinstance(scalar, float) or math.isfinite(scalar)


@pytest.mark.parametrize("kind", FLOATS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_bad(kind: Kind, value: float) -> None:
    raw = struct.pack(">f" if kind is Kind.FLOAT32 else ">d", value)
    assert decoder(make_tag(kind=kind))(raw) == (None, Quality.BAD, Reason.NOT_FINITE)


@pytest.mark.parametrize(
    ("kind", "sentinel", "wire"),
    [
        (Kind.INT16, -32768.0, "8000"),
        (Kind.UINT16, 65535.0, "FFFF"),
        (Kind.INT32, -2147483648.0, "80000000"),
        (Kind.UINT32, 4294967295.0, "FFFFFFFF"),
        (Kind.FLOAT32, -9999.0, "C61C3C00"),
    ],
)
def test_a_sentinel_is_bad(kind: Kind, sentinel: float, wire: str) -> None:
    tag = make_tag(kind=kind, sentinel=sentinel, scale=0.1)
    assert decoder(tag)(bytes.fromhex(wire)) == (None, Quality.BAD, Reason.SENTINEL)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (0, (0.0, Quality.GOOD, Reason.NONE)),
        (1000, (100.0, Quality.GOOD, Reason.NONE)),
        (1001, (100.1, Quality.UNCERTAIN, Reason.OUT_OF_RANGE)),
        (-1000, (-100.0, Quality.UNCERTAIN, Reason.OUT_OF_RANGE)),
        (2001, (None, Quality.BAD, Reason.OUT_OF_RANGE)),
        (-1001, (None, Quality.BAD, Reason.OUT_OF_RANGE)),
    ],
)
def test_out_of_range_is_uncertain_and_far_out_is_bad(raw: int, expected: object) -> None:
    tag = make_tag(kind=Kind.INT16, scale=0.1, range_lo=0.0, range_hi=100.0)
    scalar, *rest = decoder(tag)(raw.to_bytes(2, "big", signed=True))
    assert (pytest.approx(scalar) if scalar is not None else None, *rest) == expected


def test_a_limit_that_float32_cannot_hold_is_not_out_of_range() -> None:
    tag = make_tag(range_lo=0.0, range_hi=0.1)
    assert decoder(tag)(encode(tag, 0.1))[1] is Quality.GOOD


def test_an_unknown_state_and_undecodable_text_are_bad() -> None:
    bad = (None, Quality.BAD, Reason.NOT_DECODABLE)
    assert decoder(make_tag(kind=Kind.ENUM))(b"\0\x05") == bad
    text = make_tag(kind=Kind.STRING, length=4)
    assert decoder(text)(b"\xff\xfe\x80\x81") == bad
    assert decoder(text)(b"a\x07b\0") == bad
    assert decoder(text)("井1".encode())[0] == "井1"


@pytest.mark.parametrize(
    ("tag", "value", "text"),
    [
        (make_tag(), math.nan, "X = nan is not a finite number"),
        (make_tag(), math.inf, "not a finite number"),
        (make_tag(), "12", "not a finite number"),
        (make_tag(), True, "not a finite number"),
        (make_tag(), 1e39, "X = 1e\\+39 is raw 1e\\+39, outside -3.40282e\\+38 to 3.40282e\\+38"),
        (make_tag(kind=Kind.INT16, scale=0.1), 3276.8, "X = 3276.8 is raw 32768, outside -32768 to 32767"),
        (make_tag(kind=Kind.UINT16), -1.0, "outside 0 to 65535"),
        (make_tag(kind=Kind.UINT16, sentinel=65535.0), 65535.0, "the value that means there is none"),
        (make_tag(kind=Kind.ENUM), "running", "X = 'running' is none of: off, on, tripped"),
        (make_tag(kind=Kind.ENUM), 5, "none of: off, on, tripped"),
        (make_tag(kind=Kind.ENUM), 0.5, "none of"),
        (make_tag(kind=Kind.ENUM), math.nan, "none of"),
        (make_tag(kind=Kind.BITS), math.inf, "a whole number"),
        (make_tag(), 10**310, r"X = 1(0){59}\.\.\. is not a finite number"),
        (make_tag(kind=Kind.ENUM), 10**310, "none of"),
        (make_tag(kind=Kind.BITS), 65536, "outside 0 to 65535"),
        (make_tag(kind=Kind.BITS), "off", "a whole number"),
        (make_tag(kind=Kind.BOOL), 2, "neither true nor false"),
        (make_tag(kind=Kind.BOOL), "on", "neither true nor false"),
        (make_tag(kind=Kind.STRING, length=4), "abcde", "takes 5 bytes, more than 4"),
        (make_tag(kind=Kind.STRING, length=4), "a\nb", "not printable text"),
        (make_tag(kind=Kind.STRING, length=4), 1.0, "not printable text"),
    ],
)
def test_what_a_tag_cannot_carry_is_refused(tag: Tag, value: Scalar, text: str) -> None:
    with pytest.raises(EncodeError, match=text):
        encode(tag, value)


def test_an_enum_takes_names_and_codes() -> None:
    tag = make_tag(kind=Kind.ENUM)
    assert encode(tag, "tripped") == encode(tag, 7) == encode(tag, 7.0) == b"\0\7"
