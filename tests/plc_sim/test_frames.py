"""Frames on a stream: however it is cut, the same requests come out."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plc_sim.frames import Frame, FramingError, MbapFramer

frames = st.builds(Frame, st.integers(0, 0xFFFF), st.integers(0, 255), st.binary(min_size=1, max_size=253))


def on_the_wire(frame: Frame) -> bytes:
    return struct.pack(">HHHB", frame.transaction, 0, len(frame.pdu) + 1, frame.device_id) + frame.pdu


@given(sent=st.lists(frames, max_size=8), cuts=st.lists(st.integers(0, 2200), max_size=12))
def test_cuts_do_not_matter(sent: list[Frame], cuts: list[int]) -> None:
    stream = b"".join(map(on_the_wire, sent))
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    framer = MbapFramer()
    got = [
        frame
        for start, end in zip(places, places[1:], strict=False)
        for frame in framer.requests(stream[start:end])
    ]
    assert got == sent


@given(frame=frames)
def test_answer_carries_transaction_and_device_id(frame: Frame) -> None:
    assert MbapFramer().reply(frame, frame.pdu) == on_the_wire(frame)


@pytest.mark.parametrize(
    "header",
    [
        "0001 0001 0006 01",  # another protocol
        "0001 0000 0000 01",  # no unit id
        "0001 0000 0001 01",  # no function code
        "0001 0000 010B 01",  # longer than a byte count can say
        "0001 0000 EA60 01",
    ],
)
def test_a_header_that_cannot_be_ends_the_stream(header: str) -> None:
    good = on_the_wire(Frame(7, 1, b"\x03\x00\x00\x00\x01"))
    framer = MbapFramer()
    stream = framer.requests(good + bytes.fromhex(header))
    assert next(stream).transaction == 7
    with pytest.raises(FramingError):
        next(stream)


def test_longest_frame_of_the_specification_is_260_bytes() -> None:
    longest = Frame(1, 1, bytes(253))
    assert len(on_the_wire(longest)) == 260
    assert list(MbapFramer().requests(on_the_wire(longest))) == [longest]
