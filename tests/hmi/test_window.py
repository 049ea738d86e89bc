"""The window by keyboard alone: pages, commands to all their ends, alarms, login, loss, language, night."""

import gc
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from orcplant.hmi.desk import Desk
from orcplant.hmi.i18n import Language
from orcplant.hmi.sheets import (
    CommandSheet,
    GoToSheet,
    HelpSheet,
    LoginSheet,
    PasswordSheet,
    Sheet,
    ShelveSheet,
)
from orcplant.hmi.viewmodels.alarms import ShelveRequest
from orcplant.hmi.viewmodels.command import Stage
from orcplant.hmi.viewmodels.requests import (
    Acknowledge,
    AskControl,
    ChangePassword,
    ControlAct,
    LogIn,
    LogOut,
)
from orcplant.hmi.viewmodels.store import (
    ControlRead,
    ControlState,
    CoreLink,
    CoreState,
    LinkRead,
    OutcomeRead,
    Person,
    PersonRead,
    ValuesRead,
)
from orcplant.hmi.widgets.painted import Painted
from orcplant.hmi.window import Window
from orcplant.live import CommandOutcome, CommandRequest, CommandState, Refusal, Role, Text

Stages = Callable[..., Any]
SheetT = TypeVar("SheetT", bound=Sheet)
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def press(made: Any, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target = QApplication.focusWidget() or made.window
    QTest.keyClick(target, key, modifier)
    made.settle()


def typed(made: Any, text: str) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClicks(target, text)
    made.settle()


def sheet(made: Any, kind: type[SheetT]) -> SheetT:
    found: list[SheetT] = [each for each in made.window.findChildren(kind) if each.isVisible()]
    assert len(found) == 1
    return found[0]


def sheets(made: Any) -> list[Sheet]:
    return [each for each in made.window.findChildren(Sheet) if each.isVisible()]


@pytest.fixture
def at(stage: Stages) -> Stages:
    def make(scene: str = "normal", page: str = "plant", unit: str = "", **look: Any) -> Any:
        made = stage(scene, **look)
        made.show(page, unit)
        made.window.activateWindow()
        made.settle()
        return made

    return make


def test_function_keys_open_pages_and_back_returns(at: Stages) -> None:
    made = at()
    pages = {
        Key.Key_F3: "units",
        Key.Key_F9: "alarms",
        Key.Key_F10: "journal",
        Key.Key_F11: "diagnostics",
        Key.Key_F12: "settings",
        Key.Key_F2: "plant",
    }
    for key, name in pages.items():
        press(made, key)
        assert made.window.current == name
    press(made, Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert made.window.current == "settings"
    press(made, Key.Key_Escape)
    assert made.window.current == "plant"


def test_any_unit_is_two_keys_away(at: Stages) -> None:
    made = at()
    press(made, Key.Key_K, CTRL)
    sheet(made, GoToSheet)
    typed(made, "7")
    press(made, Key.Key_Return)
    assert (made.window.current, made.window.page.unit) == ("unit", "U07")
    press(made, Key.Key_PageDown, CTRL)
    assert made.window.page.unit == "U08"
    press(made, Key.Key_PageDown, CTRL)
    assert made.window.page.unit == "U01"
    press(made, Key.Key_Escape)
    assert made.window.current == "units"


def test_arrows_walk_the_matrix_and_enter_opens(at: Stages) -> None:
    made = at(page="units")
    for _ in range(3):
        press(made, Key.Key_Right)
    focused = QApplication.focusWidget()
    assert focused is not None and focused.accessibleName().startswith("U03 run")
    press(made, Key.Key_Return)
    assert made.window.page.unit == "U03"


def reviewed(made: Any, value: str = "1900") -> CommandSheet:
    press(made, Key.Key_P)
    typed(made, value)
    press(made, Key.Key_Return)
    return sheet(made, CommandSheet)


def requests(made: Any) -> list[CommandRequest]:
    return [each for each in made.asked if isinstance(each, CommandRequest)]


def test_enter_never_commands_and_ctrl_enter_does_once(at: Stages) -> None:
    made = at(page="unit", unit="U01")
    dialog = reviewed(made)
    assert dialog.draft.stage is Stage.CONFIRM
    assert QApplication.focusWidget() is dialog.cancel  # the focus is on Cancel
    dialog.confirm.setFocus()
    press(made, Key.Key_Return)
    assert not requests(made)
    press(made, Key.Key_Return, CTRL)
    press(made, Key.Key_Return, CTRL)
    assert [(r.tag, r.value) for r in requests(made)] == [("U01.POWER_SP", 1900.0)]
    assert dialog.draft.stage == Stage.PENDING  # type: ignore[comparison-overlap]


def test_escape_cancels_and_never_commands(at: Stages) -> None:
    made = at(page="unit", unit="U01")
    reviewed(made)
    press(made, Key.Key_Escape)
    assert not sheets(made) and not requests(made)


def test_wrong_value_stays_in_the_field(at: Stages) -> None:
    made = at(page="unit", unit="U01")
    dialog = reviewed(made, "9999")
    assert dialog.draft.stage is Stage.VALUE
    assert dialog.view is not None and "above 3000 kW" in dialog.view.error
    assert not dialog.confirm.isVisible()


@pytest.mark.parametrize("state", [state for state in CommandState if state.is_end])
def test_all_ends_of_a_command_by_keyboard(at: Stages, state: CommandState) -> None:
    made = at(page="unit", unit="U01")
    dialog = reviewed(made)
    press(made, Key.Key_Return, CTRL)
    (request,) = requests(made)
    refusals = (
        (Refusal("x", Text("too hot", "过热"), Text("wait", "等待")),)
        if state is CommandState.REFUSED
        else ()
    )
    text = Text("words", "话")
    made.desk.apply(OutcomeRead(CommandOutcome("c", request, "op", CommandState.ACCEPTED, made.now, text)))
    made.settle()
    assert made.window.pages["unit"].controller.view.actions[0].blocked == "a command is pending"
    made.desk.apply(OutcomeRead(CommandOutcome("c", request, "op", state, made.now, text, refusals)))
    made.settle()
    assert dialog.view is not None and dialog.view.state is state
    assert made.window.footer.view.footer.endswith(dialog.view.state_text)
    made.now += 4.1
    made.desk.apply(ValuesRead({}, made.now))
    dialog.tick()
    assert dialog.isVisible() is (state is not CommandState.VERIFIED)
    if state is not CommandState.VERIFIED:
        press(made, Key.Key_Escape)
        assert not sheets(made)


def test_start_is_reviewed_and_a_reset_asks_what_was_inspected(at: Stages) -> None:
    made = at("alarms", page="unit", unit="U05")
    press(made, Key.Key_R)
    dialog = sheet(made, CommandSheet)
    press(made, Key.Key_Return)
    assert dialog.draft.error
    typed(made, "bearing looked at")
    press(made, Key.Key_Return)
    press(made, Key.Key_Return, CTRL)
    assert [(r.tag, r.value) for r in requests(made)] == [("U05.CMD", "reset_trip")]


def test_dialog_never_covers_header_or_banner(at: Stages) -> None:
    made = at(page="unit", unit="U01")
    dialog = reviewed(made)
    assert dialog.y() >= made.window.banner.y() + made.window.banner.height()


def test_letters_do_nothing_inside_a_field(at: Stages) -> None:
    made = at("alarms", page="unit", unit="U01")
    press(made, Key.Key_K, CTRL)
    typed(made, "am")
    assert not made.asked


def test_acknowledge_selected_then_all(at: Stages) -> None:
    made = at("alarms", page="alarms")
    press(made, Key.Key_Down)
    press(made, Key.Key_A)
    assert made.asked[-1] == Acknowledge(("U06.SEAL_P.L",))
    press(made, Key.Key_A, SHIFT)
    assert isinstance(made.asked[-1], Acknowledge) and set(made.asked[-1].keys) == {
        "U05.TRIPS.vibration", "U06.SEAL_P.L", "U02.LUBE_T.H"
    }  # fmt: skip


def test_shelving_asks_time_and_reason_and_refuses_trips(at: Stages) -> None:
    made = at("alarms", page="alarms")
    press(made, Key.Key_S)
    assert not sheets(made)  # the trip is selected
    press(made, Key.Key_Down)
    press(made, Key.Key_S)
    form = sheet(made, ShelveSheet)
    press(made, Key.Key_Return)
    press(made, Key.Key_Return)
    assert form.error == "A reason is needed."
    typed(made, "seal is being mended")
    press(made, Key.Key_Return)
    assert made.asked[-1] == ShelveRequest("U06.SEAL_P.L", 3600.0, "seal is being mended")


def test_silence_is_apart_from_acknowledge_and_a_new_alarm_sounds_again(at: Stages) -> None:
    made = at("alarms")
    assert not made.window.banner.is_silent
    press(made, Key.Key_M)
    assert made.window.banner.is_silent and not made.asked


def test_login_lockout_and_locking_the_desk(at: Stages) -> None:
    made = at(page="settings")
    made.desk.apply(PersonRead(Person()))
    made.settle()
    made.window.page.log_in.press()
    form = sheet(made, LoginSheet)
    typed(made, "operator")
    press(made, Key.Key_Return)
    typed(made, "secret")
    press(made, Key.Key_Return)
    assert made.asked[-1] == LogIn("operator", "secret")
    assert "secret" not in repr(made.asked[-1])
    assert form.entries[1].text() == ""
    made.desk.refuse("user operator is locked for 300 s")
    assert form.error == "user operator is locked for 300 s"
    typed(made, "secret")
    press(made, Key.Key_Return)
    made.desk.apply(PersonRead(Person("operator", Role.OPERATOR)))
    assert not sheets(made)
    press(made, Key.Key_L, CTRL | SHIFT)
    assert isinstance(made.asked[-1], LogOut)


def test_a_password_chosen_by_another_is_changed_first(at: Stages) -> None:
    made = at()
    made.desk.apply(PersonRead(Person("admin", Role.ADMIN, must_change=True)))
    made.settle()
    form = sheet(made, PasswordSheet)
    for text in ("first", "my own 12345", "my own 1234"):
        typed(made, text)
        press(made, Key.Key_Return)
    assert form.error == "The two new passwords differ."
    typed(made, "5")
    press(made, Key.Key_Return)
    assert made.asked[-1] == ChangePassword("first", "my own 12345")
    assert "own" not in repr(made.asked[-1])
    made.desk.refuse("too short")
    assert form.error == "too short"
    press(made, Key.Key_Return)
    made.desk.apply(PersonRead(Person("admin", Role.ADMIN)))
    assert not sheets(made)


def test_control_is_handed_over(at: Stages) -> None:
    made = at(page="settings")
    made.desk.apply(ControlRead(ControlState("operator", "Desk 1", "op-02", is_ours=True)))
    made.settle()
    hand_over = made.window.page.acts[3]
    assert hand_over.isVisible() and "op-02" in hand_over.text
    hand_over.setFocus()
    press(made, Key.Key_Space)
    assert made.asked[-1] == AskControl(ControlAct.YES)
    made.desk.apply(ControlRead(ControlState("op-02", "Desk 2")))
    made.settle()
    assert not hand_over.isVisible()
    made.window.open("unit", "U01")
    press(made, Key.Key_P)
    assert not sheets(made)  # no control, no dialog


def test_loss_shows_within_three_seconds_and_goes_when_the_core_is_back(at: Stages) -> None:
    made = at(page="unit", unit="U01")
    made.now += 3.5
    made.settle()
    assert made.window.banner.view.banner.lost is not None
    assert made.window.page.tokens.is_lost and not made.window.header.tokens.is_lost
    press(made, Key.Key_P)
    assert not sheets(made)
    made.desk.apply(LinkRead(CoreLink(CoreState.UP, made.now)))
    made.settle()
    assert made.window.banner.view.banner.lost is None and not made.window.page.tokens.is_lost


def test_language_and_night_switch_while_running(at: Stages) -> None:
    made = at()
    day = made.window.grab().toImage()
    press(made, Key.Key_L, CTRL)
    assert made.desk.language is Language.ZH and made.window.header.title == "全厂总览"
    press(made, Key.Key_L, CTRL)
    press(made, Key.Key_D, CTRL)
    night = made.window.grab().toImage()
    assert made.desk.is_night and night != day
    press(made, Key.Key_D, CTRL)
    assert made.window.grab().toImage() == day


def test_help_names_the_keys(at: Stages) -> None:
    made = at("alarms", page="alarms")
    press(made, Key.Key_F1)
    assert any("shelve" in key for key in sheet(made, HelpSheet).keys)


def test_whatever_takes_the_focus_has_a_name(at: Stages) -> None:
    made = at("alarms")
    for page in made.window.pages:
        made.window.open(page, "U05" if page == "unit" else "")
        made.settle()
        for part in made.window.page.findChildren(QWidget):
            if part.isVisible() and part.focusPolicy() & Qt.FocusPolicy.TabFocus:
                assert part.accessibleName(), (page, part)


def test_window_that_is_not_connected_says_so(app: QApplication) -> None:
    desk = Desk()
    window = Window(desk)
    window.resize(1366, 768)
    window.show()
    window.look()
    blank = window.grab().toImage()
    desk.restyle(language=Language.ZH)
    assert window.banner.view is None and not window.strip.isVisible()
    assert window.grab().toImage() != blank  # the banner says so, in both languages
    window.close()
    window.deleteLater()


def test_looking_again_at_an_unchanged_plant_draws_nothing(at: Stages) -> None:
    made = at()
    panels = made.window.page.findChildren(Painted)
    for part in panels:
        part.audit = None
    made.desk.is_audited = True
    made.window.look()
    made.app.processEvents()
    drawn = [type(part).__name__ for part in panels if part.audit is not None]
    assert not drawn


def test_qt_keeps_the_references_to_none(app: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.11 loses one with nearly every void call, and dies of it."""
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    gc.collect()
    before = sys.getrefcount(None)
    for _ in range(1000):
        painter.drawLine(0, 0, 5, 5)
        painter.setPen(Qt.GlobalColor.black)
    after = sys.getrefcount(None)
    painter.end()
    assert abs(after - before) < 200


def test_stale_values_lock_nothing_else(at: Stages) -> None:
    made = at("device-lost", page="unit", unit="U03")
    assert all(action.blocked for action in made.window.page.controller.view.actions)
    made.window.open("unit", "U01")
    made.settle()
    assert not made.window.page.controller.view.actions[0].blocked
