"""The schedule: fixed moments, nothing twice, nothing queued."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orcplant.control.schedule import Schedule


@given(
    st.floats(0.1, 20.0),
    st.floats(0.0, 1.0),
    st.lists(st.floats(0.001, 100.0), min_size=1, max_size=50),
)
def test_every_period_is_taken_or_skipped_once(period: float, phase: float, steps: list[float]) -> None:
    schedule = Schedule({"poll": period}, phase=phase)
    schedule.start(1000.0)
    taken = 0
    for now in itertools.accumulate(steps, initial=1000.0):
        due = schedule.next_due
        late = schedule.take(now)
        assert ("poll" in late) == (due <= now)
        if "poll" in late:
            taken += 1
            assert late["poll"] == pytest.approx(now - due)
        assert schedule.next_due > now - 1e-6
        passed = (schedule.next_due - (1000.0 + phase * period)) / period
        assert passed == pytest.approx(taken + schedule.overruns, abs=1e-6)


def test_turns_of_different_periods_are_independent() -> None:
    schedule = Schedule({"fast": 1.0, "slow": 10.0}, phase=0.5)
    schedule.start(0.0)
    assert schedule.next_due == 0.5 and schedule.shortest == 1.0
    assert schedule.take(0.5) == {"fast": 0.0}
    assert schedule.take(5.0) == {"fast": 3.5, "slow": 0.0}
    assert schedule.overruns == 3 and schedule.next_due == 5.5
