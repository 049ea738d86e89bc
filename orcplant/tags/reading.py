"""CSV -> TagTable, refusing what cannot be on a wire."""

import re
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from orcplant.errors import ConfigError
from orcplant.resources import configs_dir
from orcplant.tags.cells import Row, read_rows
from orcplant.tags.dtype import Kind, parse_dtype
from orcplant.tags.tag import Access, Order, PollGroup, Table, Tag, TagTable, fingerprint

COLUMNS: Final = (
    "tag", "text_en", "text_zh", "eng_unit", "table", "address", "dtype", "word_order", "byte_order",
    "scale", "offset", "sentinel", "access", "range_lo", "range_hi", "poll_group", "readback", "verify_by",
    "verify_tol", "verify_within_s", "history",
)  # fmt: skip
_ADDRESSES: Final = 2**16
_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_NOT_TABLES: Final = ("alarms",)

E = TypeVar("E", bound=StrEnum)


def tags_dir() -> Path:
    """Folder of the shipped tag tables."""
    return configs_dir() / "tags"


def table_types(folder: Path | None = None) -> list[str]:
    """Types of device that have a table in a folder (default: the shipped ones)."""
    return sorted(path.stem for path in (folder or tags_dir()).glob("*.csv") if path.stem not in _NOT_TABLES)


@lru_cache(maxsize=64)
def load_table(device_type: str, folder: Path | None = None) -> TagTable:
    """Tag table of a type of device.

    Parameters
    ----------
    device_type : str
        ``orc_unit`` reads ``orc_unit.csv``.
    folder : Path, optional
        Where it lies; where that folder has no such table, and by default, the shipped one counts.

    Raises
    ------
    ConfigError
        On the first row and column that cannot be used: unknown word, range outside the type, overlap, a name
        that stands twice or nowhere.
    """
    path = tags_dir() / f"{device_type}.csv"
    if folder is not None and (folder / f"{device_type}.csv").exists():
        path = folder / f"{device_type}.csv"
    if not path.exists():
        raise ConfigError(
            f"{path}: there is no tag table for type {device_type!r}; known are {', '.join(table_types())}"
        )
    rows = read_rows(path, COLUMNS)
    tags = tuple(_tag(row) for row in rows)
    _refuse_twins(rows, tags)
    _refuse_overlaps(rows, tags)
    _refuse_loose_ends(rows, tags)
    return TagTable(device_type, tags, fingerprint(tags))


def _tag(row: Row) -> Tag:
    name = row.text("tag")
    if not _NAME.fullmatch(name):
        raise row.error("tag", "is not 1 to 40 capitals, digits and underscores, a letter first")
    tag = Tag(
        name=name,
        text_en=row.text("text_en"),
        text_zh=row.text("text_zh"),
        eng_unit=row.cells["eng_unit"],
        table=_word(row, "table", Table),
        address=_address(row),
        dtype=row.parsed("dtype", parse_dtype),
        word_order=_word(row, "word_order", Order, default=Order.BIG),
        byte_order=_word(row, "byte_order", Order, default=Order.BIG),
        scale=row.number("scale", 1.0),
        offset=row.number("offset", 0.0),
        sentinel=row.number("sentinel") if row.cells["sentinel"] else None,
        access=_word(row, "access", Access),
        range_lo=row.number("range_lo", -float("inf")),
        range_hi=row.number("range_hi", float("inf")),
        poll_group=_word(row, "poll_group", PollGroup),
        readback=row.cells["readback"],
        verify_by=row.cells["verify_by"],
        verify_tol=row.number("verify_tol", 0.0),
        verify_within_s=row.number("verify_within_s", 0.0),
        history=_history(row),
    )
    _refuse_misplaced(row, tag)
    _refuse_wrong_numbers(row, tag)
    return tag


def _word(row: Row, column: str, words: type[E], *, default: E | None = None) -> E:
    text = row.cells[column]
    if not text and default is not None:
        return default
    if text not in {word.value for word in words}:
        raise row.error(column, f"is none of {', '.join(words)}")
    return words(text)


def _address(row: Row) -> int:
    text = row.cells["address"]
    if not (text.isascii() and text.isdecimal() and int(text) < _ADDRESSES):
        raise row.error("address", f"is not a whole number from 0 to {_ADDRESSES - 1}")
    return int(text)


def _history(row: Row) -> str:
    text = row.text("history")
    word, _, width = text.partition(":")
    if text in ("none", "all", "change"):
        return text
    try:
        if word == "deadband" and 0.0 < float(width) < float("inf"):
            return text
    except ValueError:
        pass
    raise row.error("history", "is none of none, all, change, deadband:X with X above 0")


def _refuse_misplaced(row: Row, tag: Tag) -> None:
    if tag.table.is_bits != (tag.dtype.kind is Kind.BOOL):
        where = "a bool only" if tag.table.is_bits else "no bool; use an enum or a bit field"
        raise row.error("dtype", f"does not fit: table {tag.table} holds {where}")
    if tag.end > _ADDRESSES:
        raise row.error("address", f"is too high: its {tag.size} registers end beyond {_ADDRESSES - 1}")
    if tag.is_writable and not tag.table.is_writable:
        raise row.error("access", f"is not possible: table {tag.table} can only be read")
    if (tag.poll_group is PollGroup.NEVER) == tag.is_readable:
        raise row.error("poll_group", f"does not fit access {tag.access}: never is for w, and only for w")


def _refuse_wrong_numbers(row: Row, tag: Tag) -> None:
    if tag.scale == 0.0:
        raise row.error("scale", "is zero")
    if not tag.dtype.is_number:
        for column in ("scale", "offset", "sentinel", "range_lo", "range_hi"):
            if row.cells[column]:
                raise row.error(column, f"has no meaning for {tag.dtype.kind}")
        return
    if not tag.range_lo < tag.range_hi:
        raise row.error("range_lo", f"is not below range_hi = {row.cells['range_hi']!r}")
    lowest, highest = tag.dtype.raw_range
    for column in ("range_lo", "range_hi"):
        if not row.cells[column]:
            raise row.error(column, "is empty: every number has a range")
        raw = (row.number(column) - tag.offset) / tag.scale
        if not lowest - 0.5 < raw < highest + 0.5:
            raise row.error(column, f"is raw {raw:g}, outside {tag.dtype} from {lowest:g} to {highest:g}")
    _refuse_wrong_sentinel(row, tag)


def _refuse_wrong_sentinel(row: Row, tag: Tag) -> None:
    if tag.sentinel is None:
        return
    lowest, highest = tag.dtype.raw_range
    if not lowest <= tag.sentinel <= highest:
        raise row.error("sentinel", f"is outside {tag.dtype} from {lowest:g} to {highest:g}")
    if tag.range_lo <= tag.sentinel * tag.scale + tag.offset <= tag.range_hi:
        raise row.error("sentinel", "is a value inside the range")


def _refuse_twins(rows: list[Row], tags: tuple[Tag, ...]) -> None:
    seen: dict[str, Row] = {}
    for row, tag in zip(rows, tags, strict=True):
        if tag.name in seen:
            raise row.error("tag", f"stands already in row {seen[tag.name].line}")
        seen[tag.name] = row


def _refuse_overlaps(rows: list[Row], tags: tuple[Tag, ...]) -> None:
    last: dict[Table, Tag] = {}
    for row, tag in sorted(zip(rows, tags, strict=True), key=lambda pair: pair[1].address):
        before = last.get(tag.table)
        if before is not None and tag.address < before.end:
            raise row.error(
                "address", f"overlaps {before.name}, which takes {before.address} to {before.end - 1}"
            )
        last[tag.table] = tag


def _refuse_loose_ends(rows: list[Row], tags: tuple[Tag, ...]) -> None:
    by_name = {tag.name: tag for tag in tags}
    for row, tag in zip(rows, tags, strict=True):
        for column in ("readback", "verify_by"):
            other = row.cells[column]
            if other and not tag.is_writable:
                raise row.error(column, "has no meaning for a tag that is only read")
            if other and (other not in by_name or not by_name[other].is_readable):
                raise row.error(column, "is no readable tag of this table")
        if bool(tag.verify_by) != (tag.verify_within_s > 0.0):
            raise row.error("verify_within_s", "must be above 0 with verify_by, and empty without")
        if tag.verify_tol < 0.0:
            raise row.error("verify_tol", "is below 0")
