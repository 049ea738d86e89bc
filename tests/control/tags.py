"""Tags for tests: any dtype and order, without a file."""

from dataclasses import replace

from hypothesis import strategies as st

from orcplant.tags import Access, DType, Kind, Order, PollGroup, Table, Tag

NUMBERS = (Kind.INT16, Kind.UINT16, Kind.INT32, Kind.UINT32, Kind.FLOAT32, Kind.FLOAT64)
FLOATS = (Kind.FLOAT32, Kind.FLOAT64)


def make_tag(
    name: str = "X",
    kind: Kind = Kind.FLOAT32,
    *,
    table: Table | None = None,
    address: int = 0,
    word_order: Order = Order.BIG,
    byte_order: Order = Order.BIG,
    scale: float = 1.0,
    offset: float = 0.0,
    sentinel: float | None = None,
    access: Access = Access.R,
    range_lo: float = -1e6,
    range_hi: float = 1e6,
    length: int = 16,
    names: tuple[tuple[str, int], ...] = (("off", 0), ("on", 1), ("tripped", 7)),
    poll_group: PollGroup = PollGroup.FAST,
) -> Tag:
    named = kind in (Kind.ENUM, Kind.BITS)
    dtype = DType(kind, length=length if kind is Kind.STRING else 0, names=names if named else ())
    return Tag(
        name=name,
        text_en=name,
        text_zh=name,
        eng_unit="",
        table=table or (Table.DISCRETE if kind is Kind.BOOL else Table.HOLDING),
        address=address,
        dtype=dtype,
        word_order=word_order,
        byte_order=byte_order,
        scale=scale,
        offset=offset,
        sentinel=sentinel,
        access=access,
        range_lo=range_lo,
        range_hi=range_hi,
        poll_group=poll_group,
        readback="",
        verify_by="",
        verify_tol=0.0,
        verify_within_s=0.0,
        history="none",
    )


@st.composite
def tags(draw: st.DrawFn) -> Tag:
    """Any tag at address 0."""
    kind = draw(st.sampled_from(Kind))
    tag = make_tag(
        kind=kind,
        table=draw(st.sampled_from((Table.COIL, Table.DISCRETE)))
        if kind is Kind.BOOL
        else draw(st.sampled_from((Table.INPUT, Table.HOLDING))),
        word_order=draw(st.sampled_from(Order)),
        byte_order=draw(st.sampled_from(Order)),
        length=2 * draw(st.integers(1, 12)),
        names=draw(st.sampled_from(((("a", 0), ("b", 15)), (("a", 0), ("b", 16), ("c", 31))))),
    )
    if kind not in NUMBERS:
        return replace(tag, range_lo=-float("inf"), range_hi=float("inf"))
    scale = draw(st.sampled_from((1.0, 0.1, 0.01, 0.001, 2.0, -0.5)))
    offset = draw(st.sampled_from((0.0, -40.0, 273.15)))
    lowest, highest = (-1e9, 1e9) if kind in FLOATS else tag.dtype.raw_range
    ends = sorted((lowest * scale + offset, highest * scale + offset))
    return replace(tag, scale=scale, offset=offset, range_lo=ends[0], range_hi=ends[1])


@st.composite
def layouts(draw: st.DrawFn) -> list[Tag]:
    """Tags side by side without overlap, with gaps, in all four tables."""
    ends = dict.fromkeys(Table, draw(st.integers(0, 300)))
    found = []
    for number, tag in enumerate(draw(st.lists(tags(), min_size=1, max_size=40))):
        address = ends[tag.table] + draw(st.sampled_from((0, 0, 0, 1, 3, 8, 9, 30, 70, 150)))
        tag = replace(tag, name=f"T{number}", address=address)
        ends[tag.table] = tag.end
        found.append(tag)
    return found
