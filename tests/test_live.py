"""Live records: quality algebra, ages, texts in both languages."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.live import (
    MAX_COMMAND_LIFE,
    NOT_READ,
    REASON_TEXTS,
    CommandOutcome,
    CommandRequest,
    CommandState,
    Origin,
    Quality,
    Reason,
    Refusal,
    Role,
    Text,
    Value,
    derive,
    device_of,
    outcome_json,
    read_outcome,
    read_request,
    request_json,
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


texts = st.builds(Text, st.text(max_size=5), st.text(max_size=5))
scalars = (
    st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
requests = st.builds(
    CommandRequest,
    st.text(),
    st.text(),
    scalars,
    st.floats(0.0, 1e10),
    st.floats(0.0, 100.0),
    st.sampled_from(Origin),
)
outcomes = st.builds(
    CommandOutcome,
    command_id=st.text(),
    request=requests,
    user=st.text(),
    state=st.sampled_from(CommandState),
    time=st.floats(0.0, 1e10),
    text=texts,
    refusals=st.lists(st.builds(Refusal, st.text(), texts, texts), max_size=3).map(tuple),
    seen=st.none() | values,
)


@given(requests)
def test_a_request_comes_back_from_its_json(request: CommandRequest) -> None:
    assert read_request(request_json(request)) == request


@given(outcomes)
def test_an_outcome_comes_back_from_its_json(outcome: CommandOutcome) -> None:
    assert read_outcome(outcome_json(outcome)) == outcome


def test_a_request_may_leave_out_life_and_origin() -> None:
    found = read_request('{"key": "k", "tag": "U01.CMD", "value": "start", "issued_time": 5}')
    assert found == CommandRequest("k", "U01.CMD", "start", 5.0, MAX_COMMAND_LIFE, Origin.OPERATOR)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expecting value"),
        ("[]", "not a JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ("{}", "key is missing"),
        ('{"key": 1}', "key is missing, or of another type"),
        ('{"key": "k", "tag": "t", "value": null, "issued_time": 1}', "value is missing"),
        ('{"key": "k", "tag": "t", "value": [1], "issued_time": 1}', "value is missing"),
        ('{"key": "k", "tag": "t", "value": NaN, "issued_time": 1}', "not JSON: NaN"),
        ('{"key": "k", "tag": "t", "value": 1e999, "issued_time": 1}', "value is no finite number"),
        ('{"key": "k", "tag": "t", "value": 1, "issued_time": 1e999}', "issued_time is no finite number"),
        ('{"key": "k", "tag": "t", "value": 1, "issued_time": true}', "issued_time is missing"),
        (
            '{"key": "k", "tag": "t", "value": 1, "issued_time": 1, "origin": "god"}',
            "'god' is not a valid Origin",
        ),
        ('{"key": "k", "tag": "t", "value": 1, "issued_time": 1' + "0" * 400 + "}", "too large"),
        ('{"key": "k", "tag": "t", "value": 1, "issued_time": 1, "rank": 9}', "'rank' is not a known key"),
    ],
)
def test_a_request_that_is_none_says_why_in_one_line(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        read_request(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["{}", '{"seen": 1}', "null", '{"seen": []}'])
def test_an_outcome_that_is_none_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="outcome: |not a JSON object"):
        read_outcome(text)


def test_what_json_cannot_carry_is_not_written() -> None:
    request = CommandRequest("k", "t", math.nan, 1.0)
    with pytest.raises(ValueError, match="JSON compliant"):
        request_json(request)
    text = Text("nothing was sent", "未发送任何内容")
    outcome = CommandOutcome("c", request, "li", CommandState.REFUSED, 1.0, text)
    assert read_outcome(outcome_json(outcome)).request.value == "nan"


def test_device_of_a_tag() -> None:
    assert device_of("U07.POWER_SP") == "U07"
