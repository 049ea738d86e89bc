"""Journal, diagnostics, settings: tables and switches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from orcplant.hmi import texts
from orcplant.hmi.canvas import RIGHT, Canvas
from orcplant.hmi.desk import Desk
from orcplant.hmi.i18n import Language
from orcplant.hmi.pages.page import Page
from orcplant.hmi.sheets import LoginSheet
from orcplant.hmi.theme import SCALES
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.hmi.viewmodels.records import (
    ControlView,
    DiagnosticsPage,
    control_view,
    diagnostics_page,
    journal_rows,
)
from orcplant.hmi.viewmodels.requests import AskControl, ControlAct, LogOut, ReadJournal
from orcplant.hmi.widgets.controls import Button
from orcplant.hmi.widgets.painted import Panel
from orcplant.live import Text

_ROW: Final = 28.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its share of the width, whether its cells stand right."""

    head: Text
    share: float
    is_right: bool = False


class Table(Panel):
    """Rows of text under a head; scrolled by keys and wheel."""

    def __init__(
        self, desk: Desk, parent: QWidget, title: Text, empty: Text, columns: Sequence[Column]
    ) -> None:
        super().__init__(desk, parent)
        self.title, self.empty, self.columns = title, empty, tuple(columns)
        self.rows: tuple[tuple[str, ...], ...] = ()
        self.hatched: frozenset[int] = frozenset()
        self.first = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_rows(self, rows: tuple[tuple[str, ...], ...], hatched: frozenset[int] = frozenset()) -> None:
        """Show rows; those that are not live are hatched."""
        if (rows, hatched) != (self.rows, self.hatched):
            self.rows, self.hatched = rows, hatched
            self.scroll_to(self.first)
            self.say_name(f"{self.desk.say(self.title)}, {len(rows)}")
            self.update()

    @property
    def room(self) -> int:
        """Rows that fit."""
        return max(1, int((self.high - 84.0) / _ROW))

    def scroll_to(self, first: int) -> None:
        """Scroll to a row."""
        first = min(max(0, first), max(0, len(self.rows) - self.room))
        if first != self.first:
            self.first = first
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Scroll by keys."""
        step = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -self.room,
            Qt.Key.Key_PageDown: self.room,
        }.get(Qt.Key(event.key()), 0)
        if step:
            self.scroll_to(self.first + step)
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Scroll by the wheel."""
        self.scroll_to(self.first - (1 if event.angleDelta().y() > 0 else -1) * 3)

    def draw(self, canvas: Canvas) -> None:
        """Draw head and rows."""
        self.ground(canvas, self.desk.say(self.title))
        say, pad = self.desk.say, self.pad
        inner = self.wide - 2 * pad
        total = sum(column.share for column in self.columns)
        edges, x = [], pad
        for column in self.columns:
            width = inner * column.share / total
            edges.append((x, width - 14.0, column))
            x += width
        for left, width, column in edges:
            place = left + width if column.is_right else left
            align = RIGHT if column.is_right else "left"
            canvas.text(place, 58.0, say(column.head), token="t2", align=align, room=width, may_cut=True)
        canvas.line(pad, 67.0, self.wide - pad, 67.0, "line")
        if not self.rows:
            canvas.text(pad, 96.0, say(self.empty), size=16, token="t2", room=inner, may_cut=True)
        for k, row in enumerate(self.rows[self.first : self.first + self.room]):
            y = 70.0 + k * _ROW
            if self.first + k in self.hatched:
                canvas.hatch(pad, y, inner, _ROW)
            for (left, width, column), text in zip(edges, row, strict=True):
                place = left + width if column.is_right else left
                align = RIGHT if column.is_right else "left"
                canvas.text(place, y + 19.0, text, align=align, room=width, may_cut=True)


class JournalPageWidget(Page):
    """Who did what, and what came of it."""

    name = "journal"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        columns = (
            Column(texts.COL_NUMBER, 0.6, is_right=True),
            Column(texts.COL_TIME, 1.5),
            Column(texts.COL_KIND, 1.0),
            Column(texts.COL_WHO, 1.0),
            Column(texts.COL_SUBJECT, 1.4),
            Column(texts.COL_DETAIL, 6.0),
        )
        self.table = Table(desk, self, texts.JOURNAL, texts.NO_JOURNAL, columns)
        self.setFocusProxy(self.table)
        self._asked = 0.0

    def look(self, reader: Reader) -> None:
        """Show the journal; ask for its latest entries every few seconds."""
        rows = journal_rows(reader)
        self.table.show_rows(
            tuple((r.number, f"{r.date} {r.clock}", r.kind, r.actor, r.subject, r.detail) for r in rows)
        )
        if reader.now - self._asked > 5.0:
            self._asked = reader.now
            self.desk.ask(ReadJournal())

    def keys(self) -> str:
        """Keys of this page."""
        return self.desk.say(texts.KEYS_OTHER)

    def lay(self) -> None:
        """The table fills the page."""
        self.place(self.table, 0.0, 0.0, self.wide, self.high)


class FactsPanel(Panel):
    """Labels and values."""

    def __init__(self, desk: Desk, parent: QWidget, title: Text) -> None:
        super().__init__(desk, parent)
        self.title = title
        self.facts: tuple[tuple[str, str], ...] = ()

    def show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """Show facts."""
        if facts != self.facts:
            self.facts = facts
            self.update()

    def draw(self, canvas: Canvas) -> None:
        """Draw them."""
        self.ground(canvas, self.desk.say(self.title))
        right = self.wide - self.pad
        for k, (label, value) in enumerate(self.facts):
            base = 62.0 + 30.0 * k
            width = canvas.text(
                right, base, value, size=16, bold=True, align=RIGHT, room=0.7 * self.wide, may_cut=True
            )
            canvas.text(self.pad, base, label, token="t2", room=right - width - 12.0 - self.pad, may_cut=True)


class DiagnosticsPageWidget(Page):
    """Links, ages, qualities, weaker guarantees."""

    name = "diagnostics"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        columns = (
            Column(texts.COL_DEVICE, 0.8),
            Column(texts.COL_TYPE, 1.3),
            Column(texts.COL_LINK, 0.9),
            Column(texts.COL_LATENCY, 0.9, is_right=True),
            Column(texts.COL_OVERRUNS, 0.9, is_right=True),
            Column(texts.COL_ERRORS, 0.8, is_right=True),
            Column(texts.COL_GOOD, 1.0, is_right=True),
            Column(texts.COL_BAD, 0.9, is_right=True),
            Column(texts.COL_OLDEST, 0.9, is_right=True),
            Column(texts.COL_CAPABILITIES, 2.2),
        )
        self.table = Table(desk, self, texts.LINKS, texts.NONE, columns)
        self.qualities = FactsPanel(desk, self, texts.QUALITY)
        self.facts = FactsPanel(desk, self, texts.THIS_WINDOW)
        self.setFocusProxy(self.table)

    def look(self, reader: Reader) -> None:
        """Show diagnostics."""
        view: DiagnosticsPage = diagnostics_page(reader)
        hatched = frozenset(k for k, row in enumerate(view.rows) if row.is_lost)
        rows = tuple(
            (r.device, r.type, r.link, r.latency, r.overruns, r.errors, r.good, r.bad, r.oldest, r.missing)
            for r in view.rows
        )
        self.table.show_rows(rows, hatched)
        self.qualities.show_facts(tuple((name, str(count)) for name, count in view.qualities))
        self.facts.show_facts(view.window)

    def keys(self) -> str:
        """Keys of this page."""
        return self.desk.say(texts.KEYS_OTHER)

    def lay(self) -> None:
        """Links at the left, counts at the right."""
        gap = self.gap
        right = 364.0 if self.is_wide else 290.0
        left = self.wide - right - gap
        self.place(self.table, 0.0, 0.0, left, self.high)
        self.place(self.qualities, left + gap, 0.0, right, 200.0)
        self.place(self.facts, left + gap, 200.0 + gap, right, 176.0)


class ChoicePanel(Panel):
    """A title, a line of text and buttons under it."""

    def __init__(self, desk: Desk, parent: QWidget, title: Text) -> None:
        super().__init__(desk, parent)
        self.title = title
        self.lines: tuple[str, ...] = ()
        self.buttons: list[Button] = []

    def add(self, act: Callable[[], None]) -> Button:
        """Add a button."""
        button = Button(self.desk, self, act)
        self.buttons.append(button)
        return button

    def show_lines(self, *lines: str) -> None:
        """Change the text."""
        if lines != self.lines:
            self.lines = lines
            self.update()
        self.lay()

    def lay(self) -> None:
        """Buttons that have a text, in rows."""
        x, y = self.pad, 50.0 + 26.0 * len(self.lines)
        for button in self.buttons:
            button.setVisible(bool(button.text))
            if not button.text:
                continue
            width = max(96.0, button.wanted() + 12.0)
            if x + width > self.wide - self.pad and x > self.pad:
                x, y = self.pad, y + 44.0
            self.place(button, x, y, min(width, self.wide - 2 * self.pad), 36.0)
            x += width + 10.0

    def draw(self, canvas: Canvas) -> None:
        """Draw title and text."""
        self.ground(canvas, self.desk.say(self.title), is_live=False)
        for k, line in enumerate(self.lines):
            canvas.text(
                self.pad, 58.0 + 26.0 * k, line, token="t2", room=self.wide - 2 * self.pad, may_cut=True
            )


class SettingsPageWidget(Page):
    """Look, language, size; who is logged in, who has control."""

    name = "settings"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.look_panel = ChoicePanel(desk, self, texts.LOOK)
        self.user_panel = ChoicePanel(desk, self, texts.USER)
        self.control_panel = ChoicePanel(desk, self, texts.CONTROL)
        self.day = self.look_panel.add(lambda: desk.restyle(is_night=False))
        self.night = self.look_panel.add(lambda: desk.restyle(is_night=True))
        self.english = self.look_panel.add(lambda: desk.restyle(language=Language.EN))
        self.chinese = self.look_panel.add(lambda: desk.restyle(language=Language.ZH))
        self.sizes = [
            self.look_panel.add(lambda share=share: desk.restyle(scale=share / 100.0))  # type: ignore[misc]
            for share in SCALES
        ]
        self.log_in = self.user_panel.add(lambda: LoginSheet(desk, self.window()).open())
        self.log_out = self.user_panel.add(lambda: desk.ask(LogOut()))
        acts = (ControlAct.TAKE, ControlAct.RELEASE, ControlAct.ASK, ControlAct.YES, ControlAct.NO)
        self.acts = [self.control_panel.add(lambda act=act: desk.ask(AskControl(act))) for act in acts]  # type: ignore[misc]

    def look(self, reader: Reader) -> None:
        """Show choices; those made already are not offered again."""
        say = self.desk.say
        night, zh = self.desk.is_night, self.desk.language is Language.ZH
        self.day.show_as(say(texts.DAY), is_enabled=night)
        self.night.show_as(say(texts.NIGHT), is_enabled=not night)
        self.english.show_as("English", is_enabled=zh)
        self.chinese.show_as("中文", is_enabled=not zh)
        for share, button in zip(SCALES, self.sizes, strict=True):
            button.show_as(f"{share} %", is_enabled=abs(self.desk.scale - share / 100.0) > 0.01)
        self.look_panel.show_lines()
        person = reader.store.person
        role = f"{person.name}, {say(texts.ROLES[person.role])}" if person.name else say(texts.NOT_LOGGED_IN)
        self.log_in.show_as(say(texts.LOG_IN))
        self.log_out.show_as(say(texts.LOG_OUT) if person.name else "")
        self.user_panel.show_lines(role, say(texts.LOGIN_NOTE))
        view: ControlView = control_view(reader)
        offered = (view.take, view.release, view.ask, view.hand_over, view.keep)
        for button, text in zip(self.acts, offered, strict=True):
            button.show_as(text)
        self.control_panel.show_lines(*(line for line in (view.holder, view.asks) if line))

    def keys(self) -> str:
        """Keys of this page."""
        return self.desk.say(texts.KEYS_OTHER)

    def lay(self) -> None:
        """Three panels beside each other, or below in a narrow window."""
        gap = self.gap
        part = (self.wide - 2 * gap) / 3.0
        for k, panel in enumerate((self.look_panel, self.user_panel, self.control_panel)):
            self.place(panel, k * (part + gap), 0.0, part, 280.0)
