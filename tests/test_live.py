"""Live records: quality algebra, ages, texts in both languages."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.live import (
    NOT_READ,
    REASON_TEXTS,
    CommandState,
    Quality,
    Reason,
    Role,
    Value,
    derive,
    device_of,
)

values = st.builds(
    Value,
    st.floats(-1e6, 1e6),
    st.sampled_from(Quality),
    st.sampled_from(Reason),
    st.floats(0.0, 1e9),
    st.floats(0.0, 1e9),
)


def good(scalar: float, time: float = 100.0) -> Value:
    return Value(scalar, Quality.GOOD, Reason.NONE, time, time)


def test_every_reason_has_a_text_in_both_languages() -> None:
    assert set(REASON_TEXTS) == set(Reason)
    for text in REASON_TEXTS.values():
        assert text.en.isascii() and text.en
        assert any("\u4e00" <= character <= "\u9fff" for character in text.zh)


@given(st.lists(values, min_size=1, max_size=5))
def test_a_derived_value_is_no_better_and_no_younger_than_its_inputs(inputs: list[Value]) -> None:
    made = derive(lambda *scalars: sum(scalars), *inputs)
    assert made.quality == max(value.quality for value in inputs)
    assert made.source_time == min(value.source_time for value in inputs)
    assert (made.scalar is None) == (made.quality is Quality.BAD)


def test_a_derived_value_of_good_ones_is_computed() -> None:
    made = derive(lambda power, heat: power / heat, good(620.0, 5.0), good(6200.0, 7.0))
    assert made == Value(0.1, Quality.GOOD, Reason.NONE, 5.0, 7.0)


@pytest.mark.parametrize("denominator", [0.0, 1e-320])
def test_what_cannot_be_computed_is_bad(denominator: float) -> None:
    made = derive(lambda a, b: a / b, good(1e300), good(denominator))
    assert (made.scalar, made.quality, made.reason) == (None, Quality.BAD, Reason.NOT_FINITE)


def test_a_bad_input_is_not_computed_with() -> None:
    def never(*_: object) -> float:
        raise AssertionError("called with a bad input")

    assert derive(never, good(1.0), NOT_READ).quality is Quality.BAD


def test_worse_keeps_scalar_and_times_and_never_mends() -> None:
    stale = good(21.5).worse(Quality.STALE, Reason.COMMUNICATION)
    assert (stale.scalar, stale.quality, stale.source_time) == (21.5, Quality.STALE, 100.0)
    assert stale.worse(Quality.UNCERTAIN, Reason.OUT_OF_RANGE) is stale
    assert not stale.is_good and good(1.0).is_good


def test_age_is_never_negative() -> None:
    assert good(1.0).age(103.5) == 3.5
    assert good(1.0).age(90.0) == 0.0
    assert math.isfinite(NOT_READ.age(1e9))


def test_roles_are_ordered_and_only_accepted_is_not_an_end() -> None:
    assert Role.VIEWER < Role.OPERATOR < Role.ENGINEER < Role.ADMIN
    assert [state for state in CommandState if not state.is_end] == [CommandState.ACCEPTED]


def test_device_of_a_tag() -> None:
    assert device_of("U07.POWER_SP") == "U07"
