import json
import struct

import pytest

from orcplant.hmi import wire
from orcplant.hmi.scene import load_scene
from orcplant.hmi.viewmodels.model import PlantModel
from orcplant.hmi.viewmodels.store import ModelRead
from orcplant.live import AlarmState, Quality, Reason, Role


@pytest.fixture
def model() -> PlantModel:
    update = load_scene("normal").updates[0]
    assert isinstance(update, ModelRead)
    return update.model


@pytest.mark.parametrize(
    ("status", "quality", "reason"),
    [
        ("Good", Quality.GOOD, Reason.NONE),
        ("UncertainSubNormal", Quality.UNCERTAIN, Reason.OUT_OF_RANGE),
        ("UncertainLastUsableValue", Quality.STALE, Reason.TOO_OLD),
        ("BadNoCommunication", Quality.BAD, Reason.COMMUNICATION),
        ("BadSensorFailure", Quality.BAD, Reason.SENTINEL),
        ("BadWaitingForInitialData", Quality.BAD, Reason.NOT_READ),
        ("BadWhateverComesNext", Quality.BAD, Reason.COMMUNICATION),
    ],
)
def test_qualities(status: str, quality: Quality, reason: Reason) -> None:
    assert wire.quality_of(status) == (quality, reason)
    assert wire.value_of(1.5, status, 10.0, 11.0).quality is quality


def test_a_good_status_without_a_number_is_not_good() -> None:
    assert wire.value_of(None, "Good", 0.0, 0.0).quality is Quality.BAD
    assert wire.value_of(float("nan"), "Good", 0.0, 0.0).reason is Reason.NOT_FINITE
    assert wire.value_of(float("inf"), "Good", 0.0, 0.0).quality is Quality.BAD
    assert wire.value_of([1], "Good", 0.0, 0.0).scalar is None


ROW: dict[str, object] = {
    "priority": 2,
    "state": "unacknowledged",
    "is_active": True,
    "is_acknowledged": False,
    "is_first_out": False,
    "raised_time": 100.0,
    "changed_time": 110.0,
    "shelved_until": None,
    "value": 7.5,
    "user": "",
    "comment": "",
}


def row(key: str, **more: object) -> dict[str, object]:
    return {"key": key} | ROW | more


def test_alarms_take_texts_from_the_model_and_leave_unknown_ones_out(model: PlantModel) -> None:
    rows = [
        row("U01.VIBRATION.H"),
        row("U01.LUBE_T.H", state="acknowledged", is_acknowledged=True, user="op-02"),
        row("U01.SEAL_P.L", state="shelved", shelved_until=900.0, user="op-05", comment="probe out"),
        row("U01.BEARING_T.H", state="returned_unacknowledged", is_active=False),
        row("U99.NOTHING"),
    ]
    first, second, third, fourth = wire.alarm_items(model, json.dumps(rows))
    assert first.info.text.zh == "振动高" and first.value == 7.5 and first.needs_acknowledge
    assert (second.acknowledged_by, second.acknowledged_time) == ("op-02", 110.0)
    assert (
        third.state is AlarmState.SHELVED
        and third.shelved_reason == "probe out"
        and not third.acknowledged_by
    )
    assert fourth.returned_time == 110.0 and fourth.needs_acknowledge


@pytest.mark.parametrize("text", ["{}", "3", '{"a": 1}'])
def test_alarms_that_are_no_list_are_refused(model: PlantModel, text: str) -> None:
    with pytest.raises(wire.WireError):
        wire.alarm_items(model, text)


def test_history_is_means_with_gaps() -> None:
    nan = float("nan")
    buckets = [1.0, 3, 2, 3, 0] + [nan, nan, nan, nan, 4] + [5, 5, 5, 5, 2] + [7, 7, 7, 7, 1]
    content = struct.pack("<20d", *buckets)
    curve = wire.curves(content, ["U01.P"], 0.0, 40.0)["U01.P"]
    assert curve.times == (5.0, 15.0, 25.0, 35.0)
    assert curve.values == (2.0, None, None, 7.0)  # nothing recorded; stale
    with pytest.raises(wire.WireError, match="20 numbers for 3 tags"):
        wire.curves(content, ["a", "b", "c"], 0.0, 1.0)


def test_session_control_journal_health() -> None:
    answer = {"user": "op", "role": "engineer", "must_change": False, "in_control": True}
    assert wire.session_of(answer) == ("op", Role.ENGINEER, False, True)
    with pytest.raises(wire.WireError):
        wire.session_of({"role": "god"})
    assert wire.control_state('{"holder": "op", "asker": null}', is_ours=True).holder == "op"
    entries = wire.journal_entries(
        [{"number": 3, "time": 1.0, "kind": "login", "actor": "op", "subject": "", "detail": {}, "hash": "x"}]
    )
    assert entries[0].number == 3
    health = {"name": "U01", "link": "up", "latency_p99_s": 0.012, "overruns": 1, "timeouts": 2,
              "exceptions": {"2": 1}, "faults": {}}  # fmt: skip
    (found,) = wire.link_health({"devices": [health]})
    assert found.latency_ms == pytest.approx(12.0)
    assert found.errors == 3
    with pytest.raises(wire.WireError):
        wire.link_health([])


def test_history_is_asked_for_what_the_pages_show(model: PlantModel) -> None:
    tags = wire.trend_tags(model)
    assert {"GS.P", "U08.POWER_NET", "WS.RETURN_T", "W06.INJ_P"} <= set(tags)
    assert all(model.tag(tag) is not None for tag in tags)
