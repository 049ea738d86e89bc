"""The answer of a rule that holds in a range only: a number, or why there is none."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Value:
    """A number of a rule used inside its range."""

    number: float


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """Why a rule says nothing here.

    ``reason`` names the quantity and its unit as in reports (`T_C`, `pH`, `p_CO2_bar`), or what is
    missing; ``value`` is where it stands and ``low`` to ``high`` the range, NaN for a missing one.
    """

    reason: str
    value: float
    low: float
    high: float


Answer: TypeAlias = Value | NotApplicable


def outside(reason: str, value: float, limits: tuple[float, float]) -> NotApplicable | None:
    """Refusal when `value` is not inside `limits`; NaN never is."""
    low, high = limits
    return None if low <= value <= high else NotApplicable(reason, value, low, high)


def number(answer: Answer) -> float:
    """The number, NaN where the rule does not apply."""
    return answer.number if isinstance(answer, Value) else float("nan")
