"""Cells of a tag or alarm table: read them, or say which row and column cannot be used."""

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from orcplant.errors import ConfigError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, by column, and where it stands."""

    file: Path
    line: int
    cells: dict[str, str]

    def error(self, column: str, text: str) -> ConfigError:
        """One line: file, row, column, value, and what `text` says about it."""
        return ConfigError(f"{self.file}: row {self.line}: {column} = {self.cells[column]!r} {text}")

    def parsed(self, column: str, parse: Callable[[str], T]) -> T:
        """Cell as `parse` reads it; what it raises becomes the error of the cell."""
        try:
            return parse(self.cells[column])
        except ValueError as exc:
            raise self.error(column, str(exc)) from None

    def text(self, column: str) -> str:
        """Cell that must not be empty."""
        if not self.cells[column]:
            raise self.error(column, "is empty")
        return self.cells[column]

    def number(self, column: str, default: float | None = None) -> float:
        """Finite number; an empty cell is the default, if there is one."""
        text = self.cells[column]
        if not text and default is not None:
            return default
        try:
            value = float(text)
        except ValueError:
            raise self.error(column, "is not a number") from None
        if not math.isfinite(value):
            raise self.error(column, "is not a finite number")
        return value


def read_rows(path: Path, columns: Sequence[str]) -> list[Row]:
    """Rows of a CSV file whose header is exactly `columns`.

    Raises
    ------
    ConfigError
        If the file cannot be read, has another header, or a row of another length.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, strict=True)
            found = [(reader.line_num, cells) for cells in reader if any(cells)]
    except OSError as exc:
        raise ConfigError(f"{path}: cannot be read: {exc.strerror or exc}") from exc
    except (csv.Error, UnicodeDecodeError) as exc:
        raise ConfigError(f"{path}: not a CSV file in UTF-8: {exc}") from exc
    if not found or found[0][1] != list(columns):
        raise ConfigError(f"{path}: the first row must read: {','.join(columns)}")
    for line, cells in found[1:]:
        if len(cells) != len(columns):
            raise ConfigError(f"{path}: row {line}: {len(cells)} cells, {len(columns)} needed")
    return [
        Row(path, line, {column: cell.strip() for column, cell in zip(columns, cells, strict=True)})
        for line, cells in found[1:]
    ]
