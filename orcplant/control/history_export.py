"""The record as files: samples or minutes as CSV or Parquet, and the monitoring ledger, a day a row.

Reads the history file beside a core that writes it; a file appears whole or not at all.
"""

import csv
import fnmatch
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np

from orcplant.config.site import Site
from orcplant.control.historian.chunk import HOUR_S
from orcplant.control.historian.reader import minutes, opened, raw
from orcplant.control.historian.rollup import Rollup
from orcplant.control.historian.samples import NO_RECORD, quality_of
from orcplant.errors import ConfigError, OrcplantError
from orcplant.live import Quality
from orcplant.tags import Tag

ZONE: Final = "Asia/Shanghai"  # of times without a zone, and of the ledger's days: the plant's (assumed)
SAMPLE_COLUMNS: Final = ("time_utc", "tag", "value", "eng_unit", "quality", "reason")
MINUTE_COLUMNS: Final = ("time_utc", "tag", "eng_unit", "min", "max", "mean", "last", "quality")
LEDGER_COLUMNS: Final = (
    *("date", "device", "tag", "text_en", "text_zh", "eng_unit"),
    *("total", "mean", "min", "max", "last", "recorded_share"),
)
_ALL: Final = 10**9

# What the monitoring duty asks for: volumes, level, temperature, pressure, quality; heat and energy beside.
LEDGER: Final = {
    "wellfield": (
        *("PROD_MASS", "INJ_MASS", "PROD_T", "PROD_P", "PROD_LEVEL", "INJ_T", "INJ_P", "INJ_LEVEL"),
        *("STEAM_FRACTION", "BUBBLE_MARGIN"),
    ),
    "water_station": (
        *("PRODUCED_MASS", "REINJECTED_MASS", "FLOW_DISCHARGED", "RETURN_T", "PH", "EC", "ORP", "O2"),
        *("IRON", "SILICA", "TURBIDITY", "CORROSION_RATE"),
    ),
    "heating_station": ("HEAT_ENERGY", "ELECTRIC_ENERGY", "BRINE_T_IN", "BRINE_T_OUT"),
    "substation": ("EXPORT_ENERGY", "IMPORT_ENERGY"),
}
_COUNTERS: Final = ("_MASS", "_ENERGY")

Row: TypeAlias = Sequence[Any]


class ExportError(OrcplantError):
    """An export that cannot be made: names file or what is missing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: tags, and a stretch of UTC time [s]."""

    tags: tuple[Tag, ...]
    start: float
    end: float


def wanted(site: Site, patterns: str, start: str, end: str) -> Wanted:
    """Tags and times as typed.

    Parameters
    ----------
    patterns : str
        Names or patterns, by comma: ``U01.POWER_NET,U*.BRINE_T_OUT``.
    start, end : str
        ISO 8601; without a zone the plant's.

    Raises
    ------
    ConfigError
        If a pattern fits no recorded tag, or a time is none.
    """
    every = [tag for device in site.devices for tag in device.table if tag.history != "none"]
    found: dict[str, Tag] = {}
    for pattern in filter(None, (part.strip() for part in patterns.split(","))):
        fitting = {tag.name: tag for tag in every if fnmatch.fnmatchcase(tag.name, pattern)}
        if not fitting:
            raise ConfigError(f"--tags: {pattern[:80]!r} fits no recorded tag of {site.path}")
        found |= fitting
    if not found:
        raise ConfigError("--tags: names no tag")
    first, last = moment(start, "--from"), moment(end, "--to")
    if not first < last:
        raise ConfigError(f"--to = {end} is not after --from = {start}")
    return Wanted(tuple(found.values()), first, last)


def moment(text: str, option: str) -> float:
    """UTC seconds of a time as typed; ConfigError if it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{option} = {text[:40]!r} is no date and time such as 2026-01-15T08:00") from None
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(ZONE))).timestamp()


def export(history: Path, asked: Wanted, out: Path, *, by_minute: bool) -> int:
    """Write samples, or minutes, to a CSV or Parquet file; how many rows.

    Raises
    ------
    ConfigError
        If the file's name ends otherwise.
    ExportError
        If there is no history, or it or the file cannot be read or written.
    """
    columns = MINUTE_COLUMNS if by_minute else SAMPLE_COLUMNS
    with _opened(history) as connection:
        rows = _minute_rows(connection, asked) if by_minute else _sample_rows(connection, asked)
        return _written(out, columns, rows)


def export_ledger(history: Path, site: Site, start: float, end: float, out: Path) -> int:
    """Write the monitoring ledger, a row a day, device and quantity; how many rows. Errors as `export`."""
    with _opened(history) as connection:
        return _written(out, LEDGER_COLUMNS, _ledger_rows(connection, site, start, end))


def _sample_rows(connection: sqlite3.Connection, asked: Wanted) -> Iterator[Row]:
    for tag in asked.tags:
        hour = asked.start - asked.start % HOUR_S
        while hour <= asked.end:
            low, high = max(hour, asked.start), min(hour + HOUR_S - 1e-6, asked.end)
            samples = raw(connection, tag.name, low, high, limit=_ALL)
            for time, value, code in zip(samples.times, samples.values, samples.codes, strict=True):
                quality, reason = quality_of(int(code))
                word = "no_record" if code == NO_RECORD else reason.value
                number = float(value) if np.isfinite(value) else None
                yield _utc(time), tag.name, number, tag.eng_unit, quality.name, word
            hour += HOUR_S


def _minute_rows(connection: sqlite3.Connection, asked: Wanted) -> Iterator[Row]:
    for tag in asked.tags:
        found = minutes(connection, tag.name, asked.start, asked.end, {})
        for k in range(len(found)):
            numbers = (found.least[k], found.largest[k], found.mean[k], found.last[k])
            yield (
                *(_utc(found.minutes[k]), tag.name, tag.eng_unit),
                *(float(number) if np.isfinite(number) else None for number in numbers),
                Quality(int(found.quality[k])).name,
            )


def _ledger_rows(connection: sqlite3.Connection, site: Site, start: float, end: float) -> Iterator[Row]:
    zone = ZoneInfo(ZONE)
    day = datetime.fromtimestamp(start, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    while day.timestamp() < end:
        tomorrow = (day + timedelta(days=1)).replace(hour=0)
        for device in site.devices:
            for name in LEDGER.get(device.type, ()):
                full = f"{device.name}.{name}"
                if full not in device.table:
                    continue
                tag = device.table[full]
                found = minutes(connection, full, day.timestamp(), tomorrow.timestamp(), {})
                before = minutes(connection, full, day.timestamp() - HOUR_S, day.timestamp(), {})
                yield _ledger_row(day, device.name, tag, found, before, (tomorrow - day).total_seconds())
        day = tomorrow


def _ledger_row(day: datetime, device: str, tag: Tag, found: Rollup, before: Rollup, seconds: float) -> Row:
    usable = np.isfinite(found.mean)
    head = (day.date().isoformat(), device, tag.name, tag.text_en, tag.text_zh, tag.eng_unit)
    share = round(60.0 * float(usable.sum()) / seconds, 4)
    if not usable.any():
        return (*head, None, None, None, None, None, share)
    last = found.last[usable]
    numbers = (found.mean[usable].mean(), found.least[usable].min(), found.largest[usable].max(), last[-1])
    is_counter = any(tag.name.endswith(ending) for ending in _COUNTERS)
    total = _counted(last, before) if is_counter else None
    return (*head, total, *(float(f"{number:.9g}") for number in numbers), share)


def _counted(last: np.ndarray[Any, np.dtype[np.float64]], before: Rollup) -> float:
    """Gain of a counter over a day; one that starts anew counts from there."""
    earlier = before.last[np.isfinite(before.last)][-1:]
    steps = np.diff(np.concatenate([earlier, last]))
    return float(f"{steps[steps > 0.0].sum():.9g}")


def _utc(time: float) -> str:
    return datetime.fromtimestamp(float(time), UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@contextmanager
def _opened(history: Path) -> Iterator[sqlite3.Connection]:
    if not history.exists():
        raise ExportError(f"{history}: there is no history")
    try:
        with closing(opened(history)) as connection:
            yield connection
    except sqlite3.Error as exc:
        raise ExportError(f"{history}: cannot be read: {exc}") from exc


def _written(out: Path, columns: Sequence[str], rows: Iterable[Row]) -> int:
    writers = {".csv": _write_csv, ".parquet": _write_parquet}
    writer = writers.get(out.suffix.lower())
    if writer is None:
        raise ConfigError(f"--out = {out}: ends neither in .csv nor in .parquet")
    half = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        count = writer(half, columns, rows)
        half.replace(out)
    except OSError as exc:
        raise ExportError(f"{out}: cannot be written: {exc.strerror or exc}") from exc
    finally:
        half.unlink(missing_ok=True)
    return count


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _write_parquet(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> int:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as exc:
        raise ExportError("Parquet needs the extra: pip install 'orcplant[parquet]'") from exc
    texts = ("time_utc", "tag", "eng_unit", "quality", "reason", "date", "device", "text_en", "text_zh")
    schema = pa.schema([(name, pa.string() if name in texts else pa.float64()) for name in columns])
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for part in _parts(rows):
            found = zip(*part, strict=True)
            arrays = [pa.array(column, kind) for column, kind in zip(found, schema.types, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(part)
    return count


def _parts(rows: Iterable[Row], size: int = 100_000) -> Iterator[list[Row]]:
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
