"""alarms.csv: what deserves an operator's attention, and what he or she is to do about it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from orcplant.tags.cells import Row, read_rows
from orcplant.tags.dtype import DType, Kind
from orcplant.tags.reading import load_table, tags_dir
from orcplant.tags.tag import Tag, TagTable

_COLUMNS: Final = (
    "type", "tag", "kind", "limit", "deadband", "on_delay_s", "off_delay_s", "priority", "text_en", "text_zh",
    "cause_en", "cause_zh", "consequence_en", "consequence_zh", "action_en", "action_zh",
)  # fmt: skip
_PRIORITIES: Final = ("1", "2", "3")


class AlarmKind(StrEnum):
    """What makes an alarm."""

    LL = "LL"
    L = "L"
    H = "H"
    HH = "HH"
    STATE = "STATE"
    ROC = "ROC"
    DEV = "DEV"
    BAD = "BAD"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm of a type of device.

    Attributes
    ----------
    device_type, tag : str
        Table and tag, without device prefix.
    kind : AlarmKind
    limit : float
        LL, L, H, HH [eng_unit]; ROC [eng_unit/min]; DEV [eng_unit] away from `reference`; NaN for STATE, BAD.
    state : str
        STATE only: state of an enum, bit of a bit field, or ``1`` / ``0`` of a bool, that is the alarm.
    reference : str
        DEV only: tag to compare with; in the file ``TAG:limit``.
    deadband : float
        How far a value must come back. [eng_unit]
    on_delay_s, off_delay_s : float
        How long before it counts as come, as gone. [s]
    priority : int
        1 highest to 3.
    """

    device_type: str
    tag: str
    kind: AlarmKind
    limit: float
    state: str
    reference: str
    deadband: float
    on_delay_s: float
    off_delay_s: float
    priority: int
    text_en: str
    text_zh: str
    cause_en: str
    cause_zh: str
    consequence_en: str
    consequence_zh: str
    action_en: str
    action_zh: str


@lru_cache(maxsize=16)
def load_alarms(folder: Path | None = None) -> tuple[Alarm, ...]:
    """Alarms of all types of device, in the order of the file.

    Parameters
    ----------
    folder : Path, optional
        Folder of ``alarms.csv``; where it has none, and by default, the shipped one counts.

    Raises
    ------
    ConfigError
        On the first row and column that cannot be used.
    """
    path = tags_dir() / "alarms.csv"
    if folder is not None and (folder / "alarms.csv").exists():
        path = folder / "alarms.csv"
    seen: dict[tuple[str, str, str, str], int] = {}
    alarms = []
    for row in read_rows(path, _COLUMNS):
        key = (row.cells["type"], row.cells["tag"], row.cells["kind"], row.cells["limit"])
        if key in seen:
            raise row.error("tag", f"has this alarm already in row {seen[key]}")
        seen[key] = row.line
        alarms.append(_alarm(row, folder))
    return tuple(alarms)


def _alarm(row: Row, folder: Path | None) -> Alarm:
    table = load_table(row.text("type"), folder)
    tag = _tag(row, "tag", row.text("tag"), table)
    kind = row.cells["kind"]
    if kind not in {known.value for known in AlarmKind}:
        raise row.error("kind", f"is none of {', '.join(AlarmKind)}")
    if row.cells["priority"] not in _PRIORITIES:
        raise row.error("priority", "is none of 1, 2, 3")
    limit, state, reference = _limit(row, AlarmKind(kind), tag, table)
    return Alarm(
        device_type=table.type,
        tag=tag.name,
        kind=AlarmKind(kind),
        limit=limit,
        state=state,
        reference=reference,
        deadband=_not_negative(row, "deadband"),
        on_delay_s=_not_negative(row, "on_delay_s"),
        off_delay_s=_not_negative(row, "off_delay_s"),
        priority=int(row.cells["priority"]),
        text_en=row.text("text_en"),
        text_zh=row.text("text_zh"),
        cause_en=row.text("cause_en"),
        cause_zh=row.text("cause_zh"),
        consequence_en=row.text("consequence_en"),
        consequence_zh=row.text("consequence_zh"),
        action_en=row.text("action_en"),
        action_zh=row.text("action_zh"),
    )


def _tag(row: Row, column: str, name: str, table: TagTable) -> Tag:
    if name not in table:
        raise row.error(column, f"is no tag of {table.type}.csv")
    return table[name]


def _not_negative(row: Row, column: str) -> float:
    value = row.number(column, 0.0)
    if value < 0.0:
        raise row.error(column, "is below 0")
    return value


def _limit(row: Row, kind: AlarmKind, tag: Tag, table: TagTable) -> tuple[float, str, str]:
    """Limit, state and reference tag."""
    none = float("nan")
    text = row.cells["limit"]
    if kind is AlarmKind.BAD:
        if text:
            raise row.error("limit", "has no meaning for BAD")
        return none, "", ""
    if kind is AlarmKind.STATE:
        if text not in _states(tag.dtype):
            raise row.error("limit", f"is none of {', '.join(_states(tag.dtype))}")
        return none, text, ""
    if not tag.dtype.is_number:
        raise row.error("kind", f"needs a number; {tag.name} is {tag.dtype.kind}")
    if kind is AlarmKind.DEV:
        name, _, width = text.partition(":")
        _tag(row, "limit", name, table)
        return _above_zero(row, width), "", name
    if kind is AlarmKind.ROC:
        return _above_zero(row, text), "", ""
    limit = row.number("limit")
    if not tag.range_lo <= limit <= tag.range_hi:
        raise row.error("limit", f"is outside the tag's range {tag.range_lo:g} to {tag.range_hi:g}")
    return limit, "", ""


def _states(dtype: DType) -> tuple[str, ...]:
    if dtype.kind is Kind.BOOL:
        return ("0", "1")
    return tuple(name for name, _ in dtype.names)


def _above_zero(row: Row, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < float("inf"):
        raise row.error("limit", "needs a number above 0")
    return value
