"""All units side by side: dot strips, then the matrix."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from orcplant.hmi import fonts, texts
from orcplant.hmi.canvas import MIDDLE, RIGHT, Canvas
from orcplant.hmi.desk import Desk
from orcplant.hmi.pages.page import Page
from orcplant.hmi.pages.plant import unit_columns
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.hmi.viewmodels.units import DotStrip, UnitsPage, units_page
from orcplant.hmi.widgets.cells import UnitCellWidget
from orcplant.hmi.widgets.curves import draw_dots
from orcplant.hmi.widgets.painted import Panel

_GLANCE: Final = 196.0


class GlancePanel(Panel):
    """One dot strip a quantity."""

    view: UnitsPage | None = None

    def show_view(self, view: UnitsPage) -> None:
        """Show the strips."""
        if self.view is None or (view.strips, view.sums, view.counts) != (
            self.view.strips,
            self.view.sums,
            self.view.counts,
        ):
            self.update()
        self.view = view

    def draw(self, canvas: Canvas) -> None:
        """Draw title line and strips."""
        view = self.view
        if view is None:
            return
        corner = f"{view.counts}      {view.sums}" if self.wide > 1400.0 else view.counts
        title = self.desk.say(texts.AT_A_GLANCE)
        self.ground(canvas, title, corner=corner)
        gap, pad = 24.0, self.pad
        part = (self.wide - 2 * pad - gap * (len(view.strips) - 1)) / max(1, len(view.strips))
        for k, strip in enumerate(view.strips):
            self._strip(canvas, pad + k * (part + gap), part, strip)

    def _strip(self, canvas: Canvas, x: float, width: float, strip: DotStrip) -> None:
        unit = canvas.text(x + width, 58.0, strip.unit, token="t3", align=RIGHT)
        canvas.text(x, 58.0, strip.title, token="t2", room=width - unit - 8.0, may_cut=True)
        draw_dots(
            canvas,
            x,
            70.0,
            width,
            84.0,
            strip.dots,
            lo=strip.lo,
            hi=strip.hi,
            band=strip.band,
            ticks=strip.ticks,
            worst=strip.worst,
        )
        lo = canvas.text(x, 176.0, strip.lo_text, token="t3")
        hi = canvas.text(x + width, 176.0, strip.hi_text, token="t3", align=RIGHT)
        if fonts.width(strip.median, 14) / 2.0 < width / 2.0 - max(lo, hi) - 6.0:
            canvas.text(x + width / 2.0, 176.0, strip.median, token="t2", align=MIDDLE)


class UnitsPageWidget(Page):
    """Level 2."""

    name = "units"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.glance = GlancePanel(desk, self)
        self.cells: list[UnitCellWidget] = []
        self._columns = 1

    def look(self, reader: Reader) -> None:
        """Show the units."""
        view = units_page(reader)
        self.glance.show_view(view)
        if len(view.units) != len(self.cells):
            self._build(len(view.units))
        for widget, cell in zip(self.cells, view.units, strict=True):
            widget.show_cell(cell)

    def _build(self, count: int) -> None:
        for old in self.cells:
            old.setParent(None)
            old.deleteLater()
        self.cells = [
            UnitCellWidget(self.desk, self, lambda name: self.desk.open("unit", name), is_detailed=True)
            for _ in range(count)
        ]
        for cell in self.cells:
            cell.show()
        self.lay()

    def lay(self) -> None:
        """Strips above, matrix below; positions never change with state."""
        gap = 8.0
        self.place(self.glance, 0.0, 0.0, self.wide, _GLANCE)
        top = _GLANCE + self.gap
        room = self.high - top
        self._columns = unit_columns(len(self.cells), self.wide, room, gap, shape=1.3)
        rows = -(-len(self.cells) // self._columns) if self.cells else 1
        width = (self.wide - gap * (self._columns - 1)) / self._columns
        height = (room - gap * (rows - 1)) / rows
        for k, cell in enumerate(self.cells):
            x = (k % self._columns) * (width + gap)
            self.place(cell, x, top + (k // self._columns) * (height + gap), width, height)

    def keys(self) -> str:
        """Keys of this page."""
        return self.desk.say(texts.KEYS_UNITS)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrow keys move through the matrix."""
        step = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }.get(Qt.Key(event.key()), 0)
        if not step or not self.cells:
            super().keyPressEvent(event)
            return
        focused = next((k for k, cell in enumerate(self.cells) if cell.hasFocus()), None)
        goal = 0 if focused is None else focused + step
        if 0 <= goal < len(self.cells):
            self.cells[goal].setFocus(Qt.FocusReason.TabFocusReason)
