"""Sheets over a page: command, shelving, login, go-to, help. None covers header or banner."""

from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from orcplant.hmi import texts
from orcplant.hmi.canvas import RIGHT, Canvas, broken
from orcplant.hmi.desk import Desk
from orcplant.hmi.viewmodels import command
from orcplant.hmi.viewmodels.alarms import SHELVE_HOURS, ShelveRequest, shelve_request
from orcplant.hmi.viewmodels.command import Action, DialogView, Draft, Stage, dialog_view
from orcplant.hmi.viewmodels.frame import Target, find
from orcplant.hmi.viewmodels.requests import ChangePassword, LogIn
from orcplant.hmi.widgets.controls import Button, Entry
from orcplant.hmi.widgets.indicators import draw_horizontal
from orcplant.hmi.widgets.painted import Painted
from orcplant.hmi.widgets.shapes import draw_cross, draw_outcome, draw_tick
from orcplant.live import Text

_TOP: Final = 124.0  # below header, banner and strip
_HEAD: Final = 46.0


class Sheet(Painted):
    """A sheet over the page, below header and banner.

    Parameters
    ----------
    desk : Desk
    window : QWidget
        It lies over.
    size : tuple of float
        Width and height at 100 %.
    """

    in_frame = True
    shows_focus = False

    def __init__(self, desk: Desk, window: QWidget, size: tuple[float, float]) -> None:
        super().__init__(desk, window)
        self.size_wanted = size
        self.pad = 20.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window = window
        self._before = window.focusWidget()
        window.installEventFilter(self)

    def open(self) -> None:
        """Show the sheet; returns at once."""
        for other in self._window.findChildren(Sheet):
            if other is not self and other.isVisible():
                other.shut()
        self.settle()
        self.show()
        self.raise_()
        self.begin()

    def begin(self) -> None:
        """Put the focus where it belongs."""
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def shut(self) -> None:
        """Close, and give the focus back."""
        self.hide()
        before: QWidget | None = self._before
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.close()

    def settle(self) -> None:
        """Take place in the middle of what is below header and banner."""
        scale = self.desk.scale
        window = self._window
        wide, high = window.width() / scale, window.height() / scale
        width, height = min(self.size_wanted[0], wide - 32.0), min(self.size_wanted[1], high - _TOP - 40.0)
        x, y = (wide - width) / 2.0, _TOP + max(0.0, (high - _TOP - 40.0 - height) * 0.3)
        self.setGeometry(round(x * scale), round(y * scale), round(width * scale), round(height * scale))

    def eventFilter(self, watched: object, event: QEvent) -> bool:  # noqa: N802
        """Stay in the middle when the window changes."""
        # A window may be given its size before it is shown: then neither it nor this is visible yet.
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show) and not self.isHidden():
            self.settle()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc closes; no key goes on to the page."""
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        event.accept()

    def head(self, canvas: Canvas, title: str, corner: str = "") -> None:
        """Draw ground, frame, title."""
        canvas.fill(0.0, 0.0, self.wide, self.high, "panel")
        canvas.fill(0.0, 0.0, self.wide, _HEAD, "bar")
        canvas.frame(0.0, 0.0, self.wide, self.high, "t1", thick=2.0)
        canvas.line(0.0, _HEAD, self.wide, _HEAD, "line")
        width = canvas.text(self.wide - self.pad, 30.0, corner, token="t2", align=RIGHT)
        canvas.text(
            self.pad,
            31.0,
            title,
            size=20,
            bold=True,
            room=self.wide - 2 * self.pad - width - 16.0,
            may_cut=True,
        )


class CommandSheet(Sheet):
    """Select, value, confirm, pending, outcome. Enter never confirms.

    Parameters
    ----------
    action : Action
        What was selected.
    """

    def __init__(self, desk: Desk, window: QWidget, action: Action) -> None:
        super().__init__(desk, window, (812.0, 640.0))
        self.draft: Draft = command.draft(action, desk.clock())
        self.view: DialogView | None = None
        self.entry = Entry(desk, self, size=28.0 if action.value is None else 16.0)
        self.entry.returnPressed.connect(self.review)
        self.cancel = Button(desk, self, self.shut)
        self.back = Button(desk, self, self._back)
        self.next = Button(desk, self, self.review)
        self.confirm = Button(desk, self, self.send, is_inverted=True, enter=False)
        desk.updated.connect(self.follow)
        self._timer = QTimer(self, interval=250)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    def begin(self) -> None:
        """Focus on the field; else on Cancel."""
        self.refresh()
        if self.draft.stage is Stage.VALUE:
            self.entry.setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            self.cancel.setFocus(Qt.FocusReason.TabFocusReason)

    def review(self) -> None:
        """Take the typed value on to Confirm; what is wrong with it is said in the field."""
        reader = self.desk.reader()
        if reader is None or self.draft.stage is not Stage.VALUE:
            return
        self.draft = command.review(reader, self.draft, self.entry.text())
        self.refresh()
        if self.draft.stage is Stage.CONFIRM:
            self.cancel.setFocus(Qt.FocusReason.TabFocusReason)

    def _back(self) -> None:
        self.draft = command.back(self.draft)
        self.refresh()
        self.entry.setFocus(Qt.FocusReason.TabFocusReason)

    def send(self) -> None:
        """Send what was reviewed, once."""
        reader = self.desk.reader()
        if reader is None or command.blocked(reader, self.draft.action.tag):
            return
        self.draft, request = command.confirm(self.draft, self.desk.clock())
        if request is not None:
            self.refresh()
            self.cancel.setFocus(Qt.FocusReason.TabFocusReason)
            self.desk.ask(request)

    def follow(self) -> None:
        """See what became of it."""
        key, before = self.draft.key, self.draft
        for outcome in self.desk.store.outcomes:
            if key and outcome.request.key == key and outcome != before.outcome:
                self.draft = command.follow(before, outcome, self.desk.clock())
        if self.draft != before:
            self.refresh()

    def tick(self) -> None:
        """Count down; close what was verified."""
        if self.draft.closes(self.desk.clock()):
            self.shut()
            return
        self.refresh()

    def refresh(self) -> None:
        """Show the stage."""
        reader = self.desk.reader()
        if reader is None:
            return
        view = dialog_view(reader, self.draft)
        changed = view != self.view
        self.view = view
        say, stage = self.desk.say, self.draft.stage
        ended = stage in (Stage.PENDING, Stage.OUTCOME)
        self.entry.setVisible(stage is Stage.VALUE)
        self.entry.setAccessibleName(view.title)
        self.cancel.show_as(say(texts.CLOSE if ended else texts.CANCEL), "Esc")
        self.next.show_as(say(texts.REVIEW), "Enter")
        self.next.setVisible(stage is Stage.VALUE)
        self.back.show_as(say(texts.BACK))
        may_go_back = self.draft.action.value is None or self.draft.action.asks_inspection
        self.back.setVisible(stage is Stage.CONFIRM and may_go_back)
        self.confirm.show_as(say(texts.CONFIRM), "Ctrl Enter", is_enabled=view.may_confirm)
        self.confirm.setVisible(stage is Stage.CONFIRM)
        if changed:
            self.lay()
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Ctrl+Enter confirms what was reviewed; Enter alone never does."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier and not event.isAutoRepeat():
            self.send()
            event.accept()
            return
        super().keyPressEvent(event)

    def lay(self) -> None:
        """Field in the middle, buttons at the foot."""
        if self.draft.action.asks_inspection:
            self.place(self.entry, self.pad, 148.0, self.wide - 2 * self.pad, 40.0)
        else:
            self.place(self.entry, 0.36 * self.wide, 140.0, 190.0, 48.0)
        x = self.wide - self.pad
        shown = [self.confirm, self.next, self.back, self.cancel]
        for button in shown:
            if button.isHidden():
                continue
            width = max(120.0, button.wanted() + 16.0)
            x -= width
            self.place(button, x, self.high - 60.0, width, 42.0)
            x -= 14.0

    def draw(self, canvas: Canvas) -> None:
        """Draw the five marks and the stage."""
        view = self.view
        if view is None:
            return
        self.head(canvas, view.title, view.corner)
        self._marks(canvas, view)
        stage = self.draft.stage
        y = 128.0
        if stage in (Stage.PENDING, Stage.OUTCOME):
            y = self._outcome(canvas, view, y)
        elif view.asks:
            y = self._asked(canvas, view, y)
        elif view.now is not None:
            y = self._values(canvas, view, y)
        self._checks(canvas, view, y)
        left = (self.cancel.x() if self.cancel.isVisible() else self.width()) / self.desk.scale
        canvas.text(
            self.pad, self.high - 33.0, view.foot, token="t2", room=left - self.pad - 12.0, may_cut=True
        )

    def _marks(self, canvas: Canvas, view: DialogView) -> None:
        gap = 8.0
        part = (self.wide - 2 * self.pad - gap * (len(view.marks) - 1)) / len(view.marks)
        for k, (text, reached, current) in enumerate(view.marks):
            x = self.pad + k * (part + gap)
            canvas.fill(x, 64.0, part, 4.0, "t1" if reached else "line")
            canvas.text(x, 88.0, text, bold=current, token="t1" if reached else "t3", room=part, may_cut=True)

    def _values(self, canvas: Canvas, view: DialogView, y: float) -> float:
        say, x = self.desk.say, 0.36 * self.wide
        assert view.now is not None
        canvas.text(self.pad, y, say(texts.NOW), token="t2")
        end = self.pad + canvas.text(self.pad, y + 44.0, view.now.text, size=28, bold=True) + 6.0
        canvas.text(end, y + 44.0, view.now.unit, token="t3")
        canvas.line(0.23 * self.wide, y + 34.0, x - 34.0, y + 34.0, "t1", thick=3.0)
        canvas.polygon(((x - 36.0, y + 26.0), (x - 18.0, y + 34.0), (x - 36.0, y + 42.0)), fill="t1")
        canvas.text(x, y, say(texts.NEW), token="t2")
        if self.draft.stage is Stage.CONFIRM:
            canvas.fill(x, y + 12.0, 190.0, 48.0, "field")
            canvas.frame(x, y + 12.0, 190.0, 48.0, "t3")
            canvas.text(x + 178.0, y + 46.0, view.new, size=28, bold=True, align=RIGHT)
        canvas.text(x + 200.0, y + 46.0, view.unit, size=16, token="t3")
        canvas.text(x, y + 82.0, view.range_text, token="t2")
        canvas.text(x, y + 104.0, view.error, bold=True, room=self.wide - x - self.pad, may_cut=True)
        if view.indicator is not None:
            draw_horizontal(canvas, self.pad, y + 132.0, self.wide - 2 * self.pad, view.indicator)
        return y + 170.0

    def _asked(self, canvas: Canvas, view: DialogView, y: float) -> float:
        canvas.text(self.pad, y + 6.0, view.asks, token="t2")
        if self.draft.stage is Stage.CONFIRM:
            canvas.text(
                self.pad, y + 44.0, self.draft.inspected, size=16, room=self.wide - 2 * self.pad, may_cut=True
            )
        canvas.text(self.pad, y + 84.0, view.error, bold=True)
        return y + 100.0

    def _outcome(self, canvas: Canvas, view: DialogView, y: float) -> float:
        assert view.state is not None
        left, room = 110.0, self.wide - 110.0 - self.pad - 16.0
        lines = [line for said in view.says for line in broken(said, 16, room)]
        height = max(84.0, 48.0 + 24.0 * len(lines))
        canvas.fill(self.pad, y - 16.0, self.wide - 2 * self.pad, height, "field")
        canvas.fill(self.pad, y - 16.0, 6.0, height, "t1")
        draw_outcome(canvas, self.pad + 48.0, y + 26.0, view.state, radius=22.0)
        canvas.text(left, y + 14.0, view.state_text, size=22, bold=True)
        for k, line in enumerate(lines):
            canvas.text(left, y + 40.0 + 24.0 * k, line, size=16, room=room)
        y += height + 14.0
        if view.clears:
            canvas.text(self.pad, y, self.desk.say(texts.WHAT_CLEARS), bold=True)
            for line in view.clears[:4]:
                y += 24.0
                canvas.text(self.pad, y, line, room=self.wide - 2 * self.pad, may_cut=True)
            y += 34.0
        return y

    def _checks(self, canvas: Canvas, view: DialogView, y: float) -> None:
        if not view.checks or self.draft.stage is Stage.PENDING:
            return
        right = self.wide - self.pad
        canvas.line(self.pad, y, right, y, "line")
        y += 26.0
        corner = canvas.text(right, y, view.checks_count, token="t2", align=RIGHT)
        canvas.text(
            self.pad, y, view.checks_title, bold=True, room=right - corner - self.pad - 12.0, may_cut=True
        )
        y += 10.0
        # What blocks comes first.
        for line in sorted(view.checks, key=lambda check: check.holds is True):
            if y + 26.0 > self.high - 66.0:
                return
            holds = line.holds is True
            if holds:
                draw_tick(canvas, self.pad + 4.0, y + 6.0)
            else:
                canvas.fill(self.pad, y + 1.0, right - self.pad, 24.0, "field")
                canvas.frame(self.pad, y + 1.0, right - self.pad, 24.0, "t1", thick=2.0)
                draw_cross(canvas, self.pad + 6.0, y + 7.0)
            value = canvas.text(right - 8.0, y + 18.0, line.value, bold=not holds, align=RIGHT)
            canvas.text(
                self.pad + 30.0,
                y + 18.0,
                line.text,
                bold=not holds,
                token="t2" if holds else "t1",
                room=right - value - 20.0 - self.pad - 30.0,
                may_cut=True,
            )
            y += 26.0


class FormSheet(Sheet):
    """A few labelled fields, a line for what is wrong, two buttons."""

    def __init__(
        self, desk: Desk, window: QWidget, title: Text, fields: tuple[tuple[Text, bool], ...], done: Text
    ) -> None:
        super().__init__(desk, window, (520.0, 150.0 + 84.0 * len(fields)))
        self.title, self.fields, self.done_text = title, fields, done
        self.note, self.error = "", ""
        self.entries = [Entry(desk, self, is_secret=is_secret) for _, is_secret in fields]
        for entry, (label, _) in zip(self.entries, fields, strict=True):
            entry.setAccessibleName(desk.say(label))
            entry.returnPressed.connect(self.next)
        self.cancel = Button(desk, self, self.shut)
        self.ok = Button(desk, self, self.done)

    def begin(self) -> None:
        """Focus on the first field."""
        self.cancel.show_as(self.desk.say(texts.CANCEL), "Esc")
        self.ok.show_as(self.desk.say(self.done_text), "Enter")
        self.lay()
        self.entries[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def next(self) -> None:
        """Enter goes to the next field, and from the last one is done."""
        places = [k for k, entry in enumerate(self.entries) if entry.hasFocus()]
        if places and places[0] + 1 < len(self.entries):
            self.entries[places[0] + 1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.done()

    def done(self) -> None:
        """Take what was typed."""

    def wrong(self, text: str) -> None:
        """Say what is wrong."""
        self.error = text
        self.update()

    def lay(self) -> None:
        """Fields below each other, buttons at the foot."""
        for k, entry in enumerate(self.entries):
            self.place(entry, self.pad, 92.0 + 80.0 * k, self.wide - 2 * self.pad, 38.0)
        x = self.wide - self.pad
        for button in (self.ok, self.cancel):
            width = max(110.0, button.wanted() + 16.0)
            x -= width
            self.place(button, x, self.high - 54.0, width, 38.0)
            x -= 12.0

    def draw(self, canvas: Canvas) -> None:
        """Draw title, labels, what is wrong."""
        self.head(canvas, self.desk.say(self.title))
        for k, (label, _) in enumerate(self.fields):
            canvas.text(self.pad, 82.0 + 80.0 * k, self.desk.say(label), token="t2")
        base = self.high - 68.0
        text, bold = (self.error, True) if self.error else (self.note, False)
        canvas.text(self.pad, base, text, bold=bold, room=self.wide - 2 * self.pad, may_cut=True)


class ShelveSheet(FormSheet):
    """For how long, and why."""

    def __init__(self, desk: Desk, window: QWidget, key: str, name: str) -> None:
        fields = ((texts.SHELVE_HOURS, False), (texts.SHELVE_REASON, False))
        super().__init__(desk, window, texts.SHELVE_TITLE, fields, texts.SHELVE)
        self.key = key
        self.note = name
        self.entries[0].setText(f"{min(1.0, SHELVE_HOURS[1]):g}")

    def done(self) -> None:
        """Shelve, or say what is wrong."""
        request = shelve_request(self.key, self.entries[0].text(), self.entries[1].text())
        if isinstance(request, ShelveRequest):
            self.desk.ask(request)
            self.shut()
        else:
            self.wrong(self.desk.say(request))


class LoginSheet(FormSheet):
    """User and password. The core decides; it tells a lockout in its own words."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        fields = ((texts.USER, False), (texts.PASSWORD, True))
        super().__init__(desk, window, texts.LOGIN_TITLE, fields, texts.LOG_IN)
        self._asked = False
        desk.updated.connect(self._answered)
        desk.refused.connect(self._refused)

    def done(self) -> None:
        """Ask the core."""
        name, password = self.entries[0].text().strip(), self.entries[1].text()
        if not name or not password:
            self.entries[0 if not name else 1].setFocus(Qt.FocusReason.TabFocusReason)
            return
        self.entries[1].clear()
        self._asked = True
        self.wrong("")
        self.note = self.desk.say(texts.LOGGING_IN)
        self.desk.ask(LogIn(name, password))

    def _answered(self) -> None:
        if self._asked and self.desk.store.person.name:
            self._asked = False
            self.shut()
        elif self._asked and self.desk.store.link.attempt:
            self.wrong(self.desk.store.link.text)

    def _refused(self, text: str) -> None:
        if self._asked:
            self._asked = False
            self.wrong(text)


class PasswordSheet(FormSheet):
    """A password of one's own in place of one that somebody else chose; the core says what is too weak."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        fields = ((texts.OLD_PASSWORD, True), (texts.NEW_PASSWORD, True), (texts.AGAIN, True))
        super().__init__(desk, window, texts.PASSWORD_TITLE, fields, texts.CHANGE)
        self._asked = False
        desk.updated.connect(self._answered)
        desk.refused.connect(self._refused)

    def done(self) -> None:
        """Ask the core."""
        old, new, again = (entry.text() for entry in self.entries)
        if new != again:
            self.wrong(self.desk.say(texts.NOT_THE_SAME))
        elif old and new:
            self._asked = True
            self.wrong("")
            self.desk.ask(ChangePassword(old, new))

    def _answered(self) -> None:
        person = self.desk.store.person
        if person.name and not person.must_change and self.isVisible():
            self.shut()

    def _refused(self, text: str) -> None:
        if self._asked:
            self._asked = False
            self.wrong(text)


class GoToSheet(Sheet):
    """Two keys to anywhere: a number, a name, Enter."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(desk, window, (480.0, 380.0))
        self.entry = Entry(desk, self)
        self.entry.setAccessibleName(desk.say(texts.GO_TO))
        self.entry.textChanged.connect(self._find)
        self.entry.returnPressed.connect(self.go)
        self.found: tuple[Target, ...] = ()
        self.chosen = 0

    def begin(self) -> None:
        """Focus on the field."""
        self.lay()
        self.entry.setFocus(Qt.FocusReason.PopupFocusReason)

    def lay(self) -> None:
        """The field at the top."""
        self.place(self.entry, self.pad, 62.0, self.wide - 2 * self.pad, 38.0)

    def _find(self, typed: str) -> None:
        reader = self.desk.reader()
        self.found = find(reader, typed) if reader is not None else ()
        self.chosen = 0
        self.update()

    def go(self) -> None:
        """Go to the chosen place."""
        if self.found:
            target = self.found[self.chosen]
            self.shut()
            self.desk.open(target.page, target.unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Up and down choose."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and self.found:
            self.chosen = (self.chosen + step) % len(self.found)
            self.update()
            return
        super().keyPressEvent(event)

    def draw(self, canvas: Canvas) -> None:
        """Draw what was found."""
        say = self.desk.say
        self.head(canvas, say(texts.GO_TO), "Ctrl K")
        if not self.found:
            text = texts.NO_MATCH if self.entry.text().strip() else texts.GO_TO_HINT
            canvas.text(self.pad, 130.0, say(text), token="t2", room=self.wide - 2 * self.pad, may_cut=True)
        for k, target in enumerate(self.found):
            y = 112.0 + 32.0 * k
            if y + 32.0 > self.high:
                return
            if k == self.chosen:
                canvas.fill(self.pad, y, self.wide - 2 * self.pad, 30.0, "field")
                canvas.fill(self.pad, y, 4.0, 30.0, "t1")
            canvas.text(self.pad + 14.0, y + 21.0, target.text, size=16, bold=k == self.chosen)


class HelpSheet(Sheet):
    """Keys of the page, and those of everywhere."""

    def __init__(self, desk: Desk, window: QWidget, keys: str) -> None:
        super().__init__(desk, window, (720.0, 420.0))
        self.keys = [part for part in keys.split("   ") if part]
        self.close_button = Button(desk, self, self.shut)

    def begin(self) -> None:
        """Focus on Close."""
        self.close_button.show_as(self.desk.say(texts.CLOSE), "Esc")
        self.lay()
        self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def lay(self) -> None:
        """Close at the foot."""
        self.place(self.close_button, self.wide - self.pad - 120.0, self.high - 58.0, 120.0, 40.0)

    def draw(self, canvas: Canvas) -> None:
        """Draw two columns."""
        say = self.desk.say
        self.head(canvas, say(texts.KEYS_TITLE), "F1")
        half = (self.wide - 3 * self.pad) / 2.0
        for k, key in enumerate(self.keys):
            canvas.text(self.pad, 86.0 + 28.0 * k, key, size=16, room=half, may_cut=True)
        for k, key in enumerate(say(texts.KEYS_EVERYWHERE).split("   ")):
            canvas.text(2 * self.pad + half, 86.0 + 28.0 * k, key, size=16, room=half, may_cut=True)
