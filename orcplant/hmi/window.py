"""The window: frame, pages, keys."""

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QStackedWidget, QWidget

from orcplant.hmi import texts
from orcplant.hmi.desk import Desk
from orcplant.hmi.frame import BannerPart, FooterPart, HeaderPart, RailPart, SimulatorStrip
from orcplant.hmi.pages.page import WIDE_FROM, Page
from orcplant.hmi.pages.registry import make_pages
from orcplant.hmi.sheets import CommandSheet, GoToSheet, HelpSheet, PasswordSheet
from orcplant.hmi.theme import BLINK_MS
from orcplant.hmi.viewmodels.command import Action
from orcplant.hmi.viewmodels.frame import PAGES, frame
from orcplant.hmi.viewmodels.requests import Acknowledge, LogOut
from orcplant.hmi.viewmodels.unit import neighbours
from orcplant.hmi.widgets.painted import Painted

LOOK_MS: Final = 500  # how often the store is looked at
_RAIL: Final = (152.0, 56.0)
_HEADER: Final = (44.0, 36.0)
_BANNER: Final = (40.0, 36.0)
_FOOTER: Final = (28.0, 24.0)
_STRIP: Final = 24.0
_HISTORY: Final = 20


class Window(QWidget):
    """The operator's window.

    Parameters
    ----------
    desk : Desk
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.header, self.banner = HeaderPart(desk, self), BannerPart(desk, self)
        self.rail, self.footer = RailPart(desk, self, PAGES), FooterPart(desk, self)
        self.strip = SimulatorStrip(desk, self)
        self.stack = QStackedWidget(self)
        self.pages: dict[str, Page] = {}
        self.areas: dict[str, QScrollArea] = {}
        for page in make_pages(desk):
            self._add(page)
        self.current = "plant"
        self._was_lost = False
        self._must_change = False
        self._been: list[tuple[str, str]] = []
        self._keys()
        desk.opened.connect(self.open)
        desk.acted.connect(self.act)
        desk.restyled.connect(self._restyled)
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self.look)
        self._blinking = QTimer(self, interval=BLINK_MS)
        self._blinking.timeout.connect(self.blink)
        self._restyled()

    def start(self) -> None:
        """Begin to look at the store and to blink."""
        self._looking.start()
        self._blinking.start()

    def stop(self) -> None:
        """End that."""
        self._looking.stop()
        self._blinking.stop()

    @property
    def page(self) -> Page:
        """Page that is shown."""
        return self.pages[self.current]

    def open(self, name: str, unit: str = "", *, is_back: bool = False) -> None:
        """Go to a page."""
        if name not in self.pages:
            return
        if not is_back and (self.current, self.page.unit) != (name, unit):
            self._been = [*self._been[-_HISTORY:], (self.current, self.page.unit)]
        self.current = name
        self.page.unit = unit
        self.stack.setCurrentWidget(self.areas[name])
        self.rail.show_page("units" if name == "unit" else name)
        self._lay()
        self.look()
        self.page.setFocus(Qt.FocusReason.OtherFocusReason)

    def back(self) -> None:
        """Go where one came from."""
        if self._been:
            name, unit = self._been.pop()
            self.open(name, unit, is_back=True)

    def look(self) -> None:
        """Look at the store and show what is there."""
        reader = self.desk.reader()
        if reader is None:
            self.strip.hide()
            self.banner.update()
            return
        view = frame(reader)
        for part in (self.header, self.banner, self.rail, self.footer, self.strip):
            part.show_view(view)
        was = self.strip.isVisibleTo(self)
        self.strip.setVisible(bool(view.simulator))
        if was != bool(view.simulator):
            self._lay()
        page = self.page
        page.look(reader)
        info = next((info for info in PAGES if info.name == page.name), None)
        say = self.desk.say
        if info is not None:
            self.header.show_page(say(info.title), info.level, "")
        else:
            before, after = neighbours(reader, page.unit)
            device = reader.model.device(page.unit)
            facts = "" if device is None else f"{device.fluid}, {device.rating_kW or 0:.0f} kW"
            crumb = f"{facts}   Ctrl+PgUp {before}   Ctrl+PgDn {after}"
            self.header.show_page(f"{say(texts.UNIT)} {page.unit}", "L3", crumb)
        self.footer.show_keys(page.keys())
        lost = view.is_lost
        if lost != self._was_lost:
            for painted in self.findChildren(Painted):
                painted.update()
        self._was_lost = lost
        must_change = self.desk.store.person.must_change
        if must_change and not self._must_change:
            PasswordSheet(self.desk, self).open()
        self._must_change = must_change

    def blink(self) -> None:
        """Next phase of what blinks; only parts that blink are drawn again."""
        self.desk.is_lit = not self.desk.is_lit
        for part in self.findChildren(Painted):
            if part.has_blink and part.isVisible():
                part.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Lay out again."""
        self._lay()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Stop the timers."""
        self.stop()
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Single letters: only outside text fields, and never twice for a key held down."""
        typing = isinstance(QApplication.focusWidget(), QLineEdit)
        if typing or event.isAutoRepeat() or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
            return
        letter = event.text().upper()
        if letter == "A":
            self.acknowledge(is_all=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif letter == "M":
            self.banner.silence_all()
        elif event.key() == Qt.Key.Key_Escape:
            self.up()
        elif not (letter and self.page.letter(letter)):
            super().keyPressEvent(event)

    def acknowledge(self, *, is_all: bool = False) -> None:
        """Acknowledge the selected alarm, or all that are visible on this page."""
        keys = self.page.acknowledges()
        if is_all and keys:
            self.desk.ask(Acknowledge(tuple(key for key in keys)))
        elif keys and self.page.name == "alarms":
            self.desk.ask(Acknowledge(keys[:1]))
        else:
            self.banner.acknowledge_first()

    def act(self, action: Action) -> None:
        """Open the dialog of an action."""
        CommandSheet(self.desk, self, action).open()

    def up(self) -> None:
        """One level up."""
        self.open("units" if self.current == "unit" else "plant")

    def _add(self, page: Page) -> None:
        area = QScrollArea(self)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(False)
        area.setWidget(page)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.stack.addWidget(area)
        self.pages[page.name], self.areas[page.name] = page, area

    def _keys(self) -> None:
        for info in PAGES:
            self._shortcut(info.key, partial(self.open, info.name))
        self._shortcut("Alt+Left", self.back)
        self._shortcut("F1", lambda: HelpSheet(self.desk, self, self.page.keys()).open())
        self._shortcut("Ctrl+K", lambda: GoToSheet(self.desk, self).open())
        self._shortcut("Ctrl+L", lambda: self.desk.restyle(language=self.desk.language.other))
        self._shortcut("Ctrl+D", lambda: self.desk.restyle(is_night=not self.desk.is_night))
        self._shortcut("Ctrl+Shift+L", lambda: self.desk.ask(LogOut()))
        self._shortcut("Ctrl+PgUp", lambda: self._neighbour(0))
        self._shortcut("Ctrl+PgDown", lambda: self._neighbour(1))

    def _shortcut(self, keys: str, act: object) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(act)

    def _neighbour(self, side: int) -> None:
        reader = self.desk.reader()
        if reader is not None and self.current == "unit":
            self.open("unit", neighbours(reader, self.page.unit)[side])

    def _restyled(self) -> None:
        self.setStyleSheet(
            f"QScrollArea, QStackedWidget, Window {{ background: {self.desk.tokens.page}; border: none; }}"
        )
        self._lay()
        self.look()

    def _lay(self) -> None:
        scale = self.desk.scale
        wide, high = self.width() / scale, self.height() / scale
        large = wide - _RAIL[0] - 32.0 >= WIDE_FROM
        which = 0 if large else 1
        rail, header, banner, footer = _RAIL[which], _HEADER[which], _BANNER[which], _FOOTER[which]
        self.header.rail = rail
        shown = self.strip.isVisibleTo(self)
        strip = _STRIP if shown else 0.0
        self._put(self.header, 0.0, 0.0, wide, header)
        self._put(self.banner, rail, header, wide - rail, banner)
        self._put(self.rail, 0.0, header, rail, high - header)
        self._put(self.strip, rail, header + banner, wide - rail, strip)
        self._put(self.footer, rail, high - footer, wide - rail, footer)
        edge = 16.0 if large else 12.0
        top = header + banner + strip + edge
        width, height = wide - rail - 2 * edge, high - top - footer - edge
        self._put(self.stack, rail + edge, top, width, height)
        for page in self.pages.values():
            least = page.least
            fit = (max(width, least[0]), max(height, least[1]))
            page.resize(round(fit[0] * scale), round(fit[1] * scale))

    def _put(self, part: QWidget, x: float, y: float, width: float, height: float) -> None:
        scale = self.desk.scale
        left, top = round(x * scale), round(y * scale)
        part.setGeometry(left, top, round((x + width) * scale) - left, round((y + height) * scale) - top)
