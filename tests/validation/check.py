"""A published number beside the computed one."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
KELVIN = 273.15


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `validation_cases.csv`; numbers by column name, absent where the cell is empty."""

    case_id: str
    title: str
    fluid: str
    source: str
    recalled: bool
    other: str
    numbers: Mapping[str, float]

    def __getitem__(self, column: str) -> float:
        return self.numbers[column]

    @property
    def tolerance(self) -> float:
        """Tolerance of the row's check [%]."""
        return self.numbers["tolerance_pct"]


@dataclass(frozen=True, slots=True)
class Check:
    """Published and computed value of one quantity, and the deviation allowed.

    ``allowed`` is in percent of the published value, or in the unit itself where `absolute` is set;
    ``below`` what is allowed downwards where that differs (NaN: it does not).
    """

    case_id: str
    quantity: str
    unit: str
    published: float
    computed: float
    allowed: float
    absolute: bool = False
    below: float = math.nan

    @property
    def deviation(self) -> float:
        """Computed minus published, in the measure of `allowed`."""
        difference = self.computed - self.published
        return difference if self.absolute else 100.0 * difference / self.published

    @property
    def holds(self) -> bool:
        below = self.allowed if math.isnan(self.below) else self.below
        return -below <= self.deviation <= self.allowed

    @property
    def name(self) -> str:
        return f"{self.case_id} {self.quantity}"


def read_rows() -> dict[str, Row]:
    """Published cases by their id."""
    return {record["case_id"]: _row(record) for record in read_csv("validation_cases.csv")}


def read_csv(name: str) -> list[dict[str, str]]:
    """Lines of a file of `tests/golden`."""
    with (GOLDEN / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def half_digit(text: str) -> float:
    """Half a unit of the last digit printed: what rounding alone may cost."""
    decimals = len(text.partition(".")[2])
    return 0.5 * 10.0**-decimals


def _row(record: dict[str, str]) -> Row:
    numbers = {column: _number(text) for column, text in record.items()}
    return Row(
        case_id=record["case_id"],
        title=record["title"],
        fluid=record["working_fluid"],
        source=record["source"],
        recalled="recalled" in record["provenance"],
        other=record["pub_other"],
        numbers={column: value for column, value in numbers.items() if not math.isnan(value)},
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
