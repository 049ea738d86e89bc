import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest

from orcplant.hmi.i18n import Language
from orcplant.hmi.scene import LOST_DEVICE, NAMES, SceneError, load_scene
from orcplant.hmi.viewmodels import scales
from orcplant.hmi.viewmodels.alarms import ShelveRequest, alarm_page, counters, reading, shelve_request
from orcplant.hmi.viewmodels.cells import expected_power, gap, total, unit_cell
from orcplant.hmi.viewmodels.frame import find, frame
from orcplant.hmi.viewmodels.marks import Curve, Indicator, Letter, Shape, letter
from orcplant.hmi.viewmodels.model import ModelError, read_model
from orcplant.hmi.viewmodels.plant import plant_page
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.hmi.viewmodels.records import control_view, diagnostics_page
from orcplant.hmi.viewmodels.store import (
    AlarmsRead,
    ControlRead,
    ControlState,
    CoreLink,
    CoreState,
    LinkRead,
    PlantStore,
    TrendRead,
    ValuesRead,
)
from orcplant.hmi.viewmodels.unit import DomeCurve, unit_page
from orcplant.hmi.viewmodels.units import units_page
from orcplant.live import AlarmState, Quality, Reason, Role, Value

Look = Callable[..., Reader]


def good(scalar: float, time: float = 100.0) -> Value:
    return Value(scalar, Quality.GOOD, Reason.NONE, time, time)


# The model ---------------------------------------------------------------------------------------------


def content() -> dict[str, Any]:
    raw = (files("orcplant.hmi") / "scenes" / "normal.json.gz").read_bytes()
    model: dict[str, Any] = json.loads(gzip.decompress(raw))["model"]
    return model


def test_model_of_the_core_is_read() -> None:
    model = read_model(json.dumps(content()))
    assert [device.name for device in model.of_type("orc_unit")] == [f"U{k:02d}" for k in range(1, 9)]
    assert model.range_of("U01.POWER_SP") == (0.0, 3000.0)  # the site's limit, not the table's 6000
    assert model.range_of("U01.CMD") is None
    tag = model.tag("U07.POWER_NET")
    assert tag is not None and tag.unit == "kW" and tag.text.zh
    assert model.tag("U99.POWER_NET") is None
    device = model.device("U01")
    assert device is not None and device.rating_kW == 3000.0
    assert device.diagram in model.diagrams


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda c: c.update(format=99), "format 99"),
        (lambda c: c.pop("devices"), "'devices' is missing"),
        (lambda c: c["devices"][0].update(number="x"), "invalid literal"),
        (lambda c: c["alarms"][0].pop("text"), "'text' is missing"),
    ],
)
def test_half_a_model_is_refused(change: Callable[[dict[str, Any]], Any], text: str) -> None:
    broken = content()
    change(broken)
    with pytest.raises(ModelError, match=text):
        read_model(json.dumps(broken))


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ModelError, match="not JSON"):
        read_model("{")
    with pytest.raises(ModelError):
        read_model("[]")


def test_unknown_scene_is_refused() -> None:
    with pytest.raises(SceneError, match="none of normal"):
        load_scene("summer")


# Marks ---------------------------------------------------------------------------------------------------


def test_indicator_sticks_to_its_ends() -> None:
    shown = Indicator(0.0, 10.0, value=12.0)
    assert shown.place(12.0) == 1.0 and shown.is_beyond(12.0)
    assert shown.place(-1.0) == 0.0
    assert shown.place(2.5) == 0.25


@pytest.mark.parametrize(
    ("quality", "reason", "scalar", "expected"),
    [
        (Quality.GOOD, Reason.NONE, 1.0, Letter.GOOD),
        (Quality.UNCERTAIN, Reason.OUT_OF_RANGE, 1.0, Letter.SPECIFICATION),
        (Quality.STALE, Reason.TOO_OLD, 1.0, Letter.STALE),
        (Quality.BAD, Reason.COMMUNICATION, 1.0, Letter.STALE),
        (Quality.BAD, Reason.SENTINEL, None, Letter.FAILURE),
        (Quality.BAD, Reason.NOT_FINITE, 1.0, Letter.FAILURE),
    ],
)
def test_letters(quality: Quality, reason: Reason, scalar: float | None, expected: Letter) -> None:
    assert letter(Value(scalar, quality, reason, 0.0, 0.0)) is expected


# The store -----------------------------------------------------------------------------------------------


def test_every_scene_loads_and_shows_every_page() -> None:
    for name in NAMES:
        scene = load_scene(name)
        store = PlantStore()
        for update in scene.updates:
            store.apply(update)
        assert store.model is not None
        for language in Language:
            reader = Reader(store, store.model, scene.time, language)
            assert (
                plant_page(reader).units
                and units_page(reader).strips
                and alarm_page(reader, "current", "").tabs
            )
            assert unit_page(reader, "U01") is not None and unit_page(reader, "W01") is None
            assert frame(reader).rail and diagnostics_page(reader).rows


def test_core_is_lost_three_seconds_after_it_was_heard(look: Look) -> None:
    reader = look("normal")
    heard = reader.store.link.heard
    assert not reader.store.is_lost(heard + 2.9)
    assert reader.store.is_lost(heard + 3.1)
    reader.store.apply(ValuesRead({}, heard + 3.2))
    assert not reader.store.is_lost(heard + 3.3)
    reader.store.apply(LinkRead(CoreLink(CoreState.LOST, heard + 3.2)))
    assert reader.store.is_lost(heard + 3.3)


def test_older_news_does_not_make_the_data_younger(look: Look) -> None:
    reader = look("normal")
    heard = reader.store.link.heard
    reader.store.apply(ValuesRead({}, heard - 100.0))
    assert reader.store.link.heard == heard


def test_trend_gets_live_samples_gaps_and_forgets() -> None:
    store = PlantStore()
    store.apply(TrendRead("U01.POWER_NET", Curve((0.0, 60.0), (1.0, 2.0))))
    store.apply(ValuesRead({"U01.POWER_NET": good(3.0)}, 120.0))
    store.apply(ValuesRead({"U01.POWER_NET": Value(3.0, Quality.STALE, Reason.TOO_OLD, 120.0, 120.0)}, 180.0))
    assert store.trends["U01.POWER_NET"] == Curve((0.0, 60.0, 120.0, 180.0), (1.0, 2.0, 3.0, None))
    store.apply(ValuesRead({"U01.POWER_NET": good(4.0)}, 5 * 3600.0))
    assert store.trends["U01.POWER_NET"].times == (5 * 3600.0,)


def test_alarms_leave_the_list_when_normal_and_the_last_one_is_told(look: Look) -> None:
    reader = look("alarms")
    shown = reader.store.shown_alarms()
    assert [alarm.info.priority for alarm in shown] == [1, 2, 3]
    gone = replace(shown[0], state=AlarmState.NORMAL, is_active=False, returned_time=reader.now)
    reader.store.apply(AlarmsRead((gone,), is_partial=True))
    assert gone.key not in reader.store.alarms
    assert reader.store.last_returned is not None and reader.store.last_returned.key == gone.key
    reader.store.apply(AlarmsRead(()))
    banner = frame(reader).banner
    assert banner.mark is None and banner.text == "No active alarm" and banner.last


def test_first_alarm_is_the_highest_unacknowledged_else_the_highest(look: Look) -> None:
    reader = look("alarms")
    top, middle, low = reader.store.shown_alarms()
    assert reader.store.first() == top
    seen = replace(top, state=AlarmState.ACKNOWLEDGED, acknowledged_time=reader.now)
    reader.store.apply(AlarmsRead((seen,), is_partial=True))
    assert reader.store.first() == middle
    for alarm in (middle, low):
        reader.store.apply(AlarmsRead((replace(alarm, state=AlarmState.ACKNOWLEDGED),), is_partial=True))
    assert reader.store.first() == seen


# Pages ----------------------------------------------------------------------------------------------------


def test_plant_page_tells_the_recorded_plant(look: Look) -> None:
    reader = look("normal")
    page = plant_page(reader)
    assert page.net.shown.text == f"{reader.store.value('GS.P').scalar / 1000.0:.2f}"  # type: ignore[operator]
    assert len(page.wells) == 6 and len(page.units) == 8
    assert sum(cell.is_running for cell in page.units) == 7
    assert not page.alarms and page.watch
    assert [stair.temperature.number for stair in page.stairs] == sorted(
        (stair.temperature.number for stair in page.stairs), key=lambda t: -(t or 0.0)
    )
    assert page.silica == 57.0


def test_watch_list_names_each_quantity_once_nearest_first(look: Look) -> None:
    watch = plant_page(look("normal")).watch
    assert len({item.label for item in watch}) == len(watch) > 1


def test_expected_power_is_the_lesser_of_setpoint_and_brine(look: Look) -> None:
    reader = look("normal")
    now = reader.now
    reader.store.apply(
        ValuesRead({"U01.POWER_SP_RAMPED": good(2000.0, now), "U01.POWER_AVAILABLE": good(1800.0, now),
                    "U01.POWER_NET": good(1710.0, now)}, now)
    )  # fmt: skip
    assert expected_power(reader, "U01").scalar == 1800.0
    assert gap(reader, "U01") == pytest.approx(-5.0)
    reader.store.apply(
        ValuesRead({"U01.POWER_AVAILABLE": Value(None, Quality.BAD, Reason.SENTINEL, now, now)}, now)
    )
    assert gap(reader, "U01") is None


def test_sum_over_units_is_uncertain_while_one_is_missing(look: Look) -> None:
    reader = look("normal")
    whole = total(reader, "POWER_NET")
    assert whole.is_good
    lost = Value(1950.0, Quality.BAD, Reason.COMMUNICATION, 0.0, 0.0)
    reader.store.apply(ValuesRead({"U03.POWER_NET": lost}, reader.now))
    part = total(reader, "POWER_NET")
    assert part.quality is Quality.UNCERTAIN
    assert part.scalar == pytest.approx(whole.scalar - 1950.0, abs=5.0)  # type: ignore[operator]


def test_lost_device_is_shown_lost_with_its_age_and_counted(look: Look) -> None:
    reader = look("device-lost")
    device = reader.model.device(LOST_DEVICE)
    assert device is not None
    cell = unit_cell(reader, device)
    assert cell.is_lost and not cell.is_running and cell.power.is_old
    assert "min" in cell.lines[0] or "s" in cell.lines[0]
    assert frame(reader).header.devices == "16/17"
    rows = {row.device: row for row in diagnostics_page(reader).rows}
    assert rows[LOST_DEVICE].is_lost and not rows["U01"].is_lost
    shown = [alarm for alarm in reader.store.shown_alarms() if alarm.device == LOST_DEVICE]
    assert [alarm.key for alarm in shown] == [f"{LOST_DEVICE}.LINK"]  # one parent, no flood


def test_core_lost_locks_and_tells(look: Look) -> None:
    reader = look("core-lost")
    view = frame(reader)
    assert view.is_lost and view.banner.lost is not None
    assert "14:47:25" in view.banner.lost.head
    assert all(item.mark is None for item in view.rail)
    assert "locked" in view.footer
    page = unit_page(reader, "U01")
    assert page is not None and all(action.blocked for action in page.actions)


def test_tripped_unit_names_what_came_first_and_what_blocks_a_start(look: Look) -> None:
    page = unit_page(look("alarms"), "U05")
    assert page is not None
    assert page.cell.is_tripped and "vibration" in page.cell.lines[0]
    assert page.checks[0].text == "No trip stands" and page.checks[0].holds is False
    assert page.checks_text == "10 of 11 clear"


def test_starting_unit_tells_its_step(look: Look) -> None:
    page = unit_page(look("alarms"), "U08")
    assert page is not None and page.cell.steps == (2, 4)
    assert [step.is_now for step in page.steps] == [False, False, True, False]


def test_measured_cycle_lies_on_the_design_diagram(look: Look) -> None:
    reader = look("normal")
    device = reader.model.device("U01")
    assert device is not None
    diagram = reader.model.diagrams[device.diagram]
    curve = DomeCurve(diagram)
    # The design's own states come out where the diagram has them.
    T, p, s = diagram.points["expander_out"]
    boiling = curve.at_pressure(p)
    assert boiling is not None
    assert curve.vapour(boiling, T) == pytest.approx(s, abs=1e-6)
    T, _, s = diagram.points["pump_in"]
    assert curve.liquid(T) == pytest.approx(s, abs=2e-3)
    assert curve.at_pressure(-1.0) is None and curve.at_pressure(1e6) is None
    page = unit_page(reader, "U01")
    assert page is not None and page.ts.measured[0] == page.ts.measured[-1]
    assert page.ts.brine[-1][1] == pytest.approx(160.3, abs=0.5)
    stopped = unit_page(reader, "U08")
    assert stopped is not None and not stopped.ts.measured and stopped.ts.note


def test_dot_strips_hold_running_units_only(look: Look) -> None:
    strips = units_page(look("alarms")).strips
    assert all(
        {name for name, _ in strip.dots} <= {"U01", "U02", "U03", "U04", "U06", "U07"} for strip in strips
    )


def test_scales_hold_their_limits_inside(look: Look) -> None:
    model = look("normal").model
    for kind, tags in model.tags.items():
        for tag in tags:
            shown = scales.indicator(model, kind, tag, None)
            if shown is not None:
                assert shown.lo < shown.hi
                assert all(shown.lo <= tick <= shown.hi for tick in shown.ticks), (kind, tag)


def test_violation_reaches_from_the_limit_with_the_worst_priority(look: Look) -> None:
    model = look("normal").model
    assert scales.indicator(model, "orc_unit", "VIBRATION", 5.0).violation is None  # type: ignore[union-attr]
    shown = scales.indicator(model, "water_station", "BUBBLE_MARGIN", 0.3)
    assert shown is not None and shown.violation is not None
    assert (shown.violation.limit, shown.violation.priority) == (2.0, 1)


# Alarms ---------------------------------------------------------------------------------------------------


def test_alarm_page_lists_and_explains(look: Look) -> None:
    reader = look("alarms")
    page = alarm_page(reader, "current", "")
    assert [row.source for row in page.rows] == ["U05", "U06", "U02"]
    assert page.detail is not None and not page.detail.may_shelve and page.detail.may_acknowledge
    assert page.detail.cause and page.detail.consequence and page.detail.action
    second = alarm_page(reader, "current", page.rows[1].key).detail
    assert second is not None and second.may_shelve
    assert dict((name, count) for name, _, count in page.tabs) == {
        "current": 3, "shelved": 0, "suppressed": 2, "out_of_service": 0
    }  # fmt: skip
    assert reading(reader, reader.store.alarms["U06.SEAL_P.L"]) == "0.69 < 0.80 bar"


def test_viewer_may_neither_acknowledge_nor_shelve(look: Look) -> None:
    reader = look("alarms")
    reader.store.person = replace(reader.store.person, role=Role.VIEWER)
    detail = alarm_page(reader, "current", "U06.SEAL_P.L").detail
    assert detail is not None and not detail.may_acknowledge and not detail.may_shelve
    assert not frame(reader).banner.may_acknowledge


def test_counters_show_shape_and_count(look: Look) -> None:
    assert [(c.count, c.mark.shape) for c in counters(look("alarms"))] == [(1, Shape.UNACKNOWLEDGED)] * 3
    assert [(c.count, c.mark.shape) for c in counters(look("normal"))] == [(0, Shape.NONE)] * 3


def test_marks_follow_the_state(look: Look) -> None:
    alarm = look("alarms").store.shown_alarms()[0]
    expected = {
        AlarmState.UNACKNOWLEDGED: (Shape.UNACKNOWLEDGED, True),
        AlarmState.ACKNOWLEDGED: (Shape.ACTIVE, False),
        AlarmState.RETURNED_UNACKNOWLEDGED: (Shape.RETURNED, True),
        AlarmState.SHELVED: (Shape.SHELVED, False),
    }
    for state, (shape, blinks) in expected.items():
        mark = replace(alarm, state=state).mark
        assert (mark.shape, mark.blinks) == (shape, blinks)


@pytest.mark.parametrize("hours", ["", "x", "0", "25", "-1", "nan"])
def test_shelving_needs_a_time(hours: str) -> None:
    assert not isinstance(shelve_request("k", hours, "reason"), ShelveRequest)


def test_shelving_needs_a_reason() -> None:
    assert not isinstance(shelve_request("k", "1", "  "), ShelveRequest)
    assert shelve_request("k", "0,5", " probe out ") == ShelveRequest("k", 1800.0, "probe out")


# Frame ----------------------------------------------------------------------------------------------------


def test_go_to_finds_units_by_number_pages_and_devices_by_name(look: Look) -> None:
    reader = look("normal")
    assert [target.unit for target in find(reader, "7")] == ["U07"]
    assert find(reader, "u07")[0].unit == "U07"
    assert find(reader, "u07.power_net")[0].unit == "U07"
    assert find(reader, "jour")[0].page == "journal"
    assert find(reader, "ws")[0].page == "diagnostics"
    assert find(reader, "") == () and find(reader, "zzz") == ()


def test_control_offers_only_what_can_be_done(look: Look) -> None:
    reader = look("normal")
    ours = control_view(reader)
    assert ours.release and not ours.take and not ours.ask and not ours.hand_over
    reader.store.apply(ControlRead(ControlState("operator", "Desk 1", "op-02", is_ours=True)))
    asked = control_view(reader)
    assert "op-02" in asked.asks and "op-02" in asked.hand_over and asked.keep
    reader.store.apply(ControlRead(ControlState("op-02", "Desk 2")))
    theirs = control_view(reader)
    assert theirs.ask and not theirs.release and not theirs.take
    reader.store.apply(ControlRead(ControlState()))
    assert control_view(reader).take
    reader.store.person = replace(reader.store.person, role=Role.VIEWER)
    assert not control_view(reader).take
