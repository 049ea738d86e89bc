"""Weather files: a year of hours as EPW or CSV, or one line that says what is wrong."""

import csv
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Final

from orcplant.config.toml import one_line, read_text
from orcplant.errors import ConfigError
from orcplant.plant.climate import HOURS, Measured
from orcplant.units import kelvin, pascal

_T_RANGE: Final = (-90.0, 60.0)  # [C]
_P_RANGE: Final = (3e4, 1.2e5)  # [Pa]
_EPW_HEADER: Final = 8  # lines
_EPW_T, _EPW_P = 6, 9  # columns: dry bulb [C], station pressure [Pa]
_EPW_NO_PRESSURE: Final = 999999.0
_T_KEY, _P_KEY = "T_ambient_C", "p_ambient_bar"


def read_weather(path: Path, p_ambient: float) -> Measured:
    """Hours of a weather file, EPW by its ending, CSV otherwise.

    A CSV needs a column ``T_ambient_C`` and may have ``p_ambient_bar``; an hour of 29 February in an EPW is
    left out. Without pressures the site's holds, ``p_ambient`` [Pa]; with them the mean is shifted to it:
    the station may stand higher or lower. An hour without one has the mean. Only numbers matter, so that the
    encoding of names in the file does not.

    Raises
    ------
    ConfigError
        If the file cannot be read, has not 8760 hours, or a value is no number or out of range: file,
        line, value.
    """
    text = read_text(path, any_encoding=True)
    T, p = _epw(path, text) if path.suffix.lower() == ".epw" else _csv(path, text)
    if len(T) != HOURS:
        raise ConfigError(f"{path}: has {len(T)} hours, needs {HOURS}")
    known = [value for value in p if isfinite(value)]
    shift = p_ambient - sum(known) / len(known) if known else 0.0
    about_site = tuple(value + shift if isfinite(value) else p_ambient for value in p)
    return Measured(tuple(kelvin(value) for value in T), about_site, path.name)


def _epw(path: Path, text: str) -> tuple[list[float], list[float]]:
    T, p = [], []
    for number, row in enumerate(csv.reader(text.splitlines()), start=1):
        if number <= _EPW_HEADER or not row:
            continue
        if len(row) <= _EPW_P:
            raise ConfigError(
                f"{path}: line {number}: has {len(row)} columns, an EPW has at least {_EPW_P + 1}"
            )
        if (row[1].strip(), row[2].strip()) in (("2", "29"), ("02", "29")):
            continue
        T.append(_number(path, number, "dry bulb", row[_EPW_T], _T_RANGE))
        is_missing = _plain(row[_EPW_P]) == _EPW_NO_PRESSURE
        p.append(float("nan") if is_missing else _number(path, number, "pressure", row[_EPW_P], _P_RANGE))
    return T, p


def _csv(path: Path, text: str) -> tuple[list[float], list[float]]:
    lines = csv.reader(text.splitlines())
    columns = [name.strip() for name in next(lines, [])]
    if _T_KEY not in columns:
        raise ConfigError(
            one_line(f"{path}: line 1: has no column {_T_KEY}; columns are {', '.join(columns)}")
        )
    for key in (_T_KEY, _P_KEY):
        if columns.count(key) > 1:
            raise ConfigError(f"{path}: line 1: has {columns.count(key)} columns {key}")
    T, p = [], []
    for number, row in _rows(lines):
        if len(row) != len(columns):
            raise ConfigError(f"{path}: line {number}: has {len(row)} cells, line 1 has {len(columns)}")
        cells = dict(zip(columns, row, strict=True))
        T.append(_number(path, number, _T_KEY, cells[_T_KEY], _T_RANGE))
        if _P_KEY in cells:
            low, high = (bound / 1e5 for bound in _P_RANGE)
            p.append(pascal(_number(path, number, _P_KEY, cells[_P_KEY], (low, high))))
    return T, p or [float("nan")] * len(T)


def _rows(lines: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    return ((number, row) for number, row in enumerate(lines, start=2) if row)


def _number(path: Path, line: int, name: str, cell: str, bounds: tuple[float, float]) -> float:
    value = _plain(cell)
    if not isfinite(value):
        raise ConfigError(one_line(f"{path}: line {line}: {name} = {cell!r} is not a number"))
    low, high = bounds
    if not low <= value <= high:
        raise ConfigError(f"{path}: line {line}: {name} = {value:g} is not between {low:g} and {high:g}")
    return value


def _plain(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")
