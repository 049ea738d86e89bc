import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.hmi.i18n import Language
from orcplant.hmi.viewmodels import numbers


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (19.174, 2, "19.17"),
        (-0.83, 2, "\u22120.83"),
        (-0.001, 1, "0.0"),  # no minus in front of nothing
        (9999.0, 0, "9999"),
        (10000.0, 0, "10\u2009000"),
        (1234567.25, 1, "1\u2009234\u2009567.2"),
        (None, 1, "\u2013"),
        (math.nan, 1, "\u2013"),
        (math.inf, 1, "\u2013"),
    ],
)
def test_numbers_as_operators_read_them(value: float | None, places: int, text: str) -> None:
    assert numbers.number(value, places) == text


def test_deviation_is_always_signed_but_zero_is_not() -> None:
    assert numbers.number(0.12, 1, is_signed=True) == "+0.1"
    assert numbers.number(0.0, 1, is_signed=True) == "0.0"


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_what_is_shown_can_be_typed_again(value: float, places: int) -> None:
    found = numbers.parsed(numbers.number(value, places))
    assert found == pytest.approx(value, abs=0.51 * 10.0**-places)


@pytest.mark.parametrize("typed", ["", "abc", "1e999", "nan", "inf", "--3", "1.2.3", "6 2 0 kW"])
def test_nonsense_is_no_number(typed: str) -> None:
    assert numbers.parsed(typed) is None


@pytest.mark.parametrize(
    ("typed", "value"), [("620", 620.0), (" 620,5 ", 620.5), ("\u22125", -5.0), ("10 000", 1e4)]
)
def test_numbers_are_taken_as_people_type_them(typed: str, value: float) -> None:
    assert numbers.parsed(typed) == value


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-3.0, "0 s"), (9.0, "9 s"), (59.0, "59 s"), (61.0, "1 min"), (7200.0, "2 h"), (72 * 86400.0, "72 d")],
)
def test_age_in_the_largest_unit_that_says_enough(seconds: float, text: str) -> None:
    assert numbers.age(seconds, Language.EN) == text


def test_times_are_those_of_the_plant() -> None:
    midnight = 1768320000.0  # 2026-01-13 16:00:00 UTC
    assert numbers.clock(midnight, 8 * 3600.0) == "00:00:00"
    assert numbers.date(midnight, 8 * 3600.0) == "2026-01-14"
    assert numbers.weekday(midnight, 8 * 3600.0, Language.ZH) == "周三"
    assert numbers.zone(8 * 3600.0) == "UTC+8"
    assert numbers.zone(-3.5 * 3600.0) == "UTC\u22123.5"


def test_spans() -> None:
    assert numbers.span(135.0) == "2:15"
    assert numbers.span(3661.0) == "1:01:01"
    assert numbers.span(-1.0) == "0:00"
