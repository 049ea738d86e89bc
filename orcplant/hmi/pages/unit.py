"""One unit: mimic, faceplate, temperature over entropy, history, start sequence."""

from typing import Final

from PySide6.QtWidgets import QWidget

from orcplant.hmi import fonts, texts
from orcplant.hmi.canvas import MIDDLE, RIGHT, Canvas
from orcplant.hmi.desk import Desk
from orcplant.hmi.pages.mimic import MimicPanel
from orcplant.hmi.pages.page import Page
from orcplant.hmi.viewmodels.model import Diagram
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.hmi.viewmodels.unit import TsPlot, UnitPage, unit_page
from orcplant.hmi.widgets.controls import Button, Tabs
from orcplant.hmi.widgets.curves import Box, Plane, draw_plane, draw_spark
from orcplant.hmi.widgets.indicators import draw_vertical
from orcplant.hmi.widgets.painted import Panel
from orcplant.hmi.widgets.shapes import draw_cross, draw_letter, draw_tick, draw_triangle

_SPAN_S: Final = 4.0 * 3600.0


class UnitPart(Panel):
    """A panel of the page of a unit."""

    view: UnitPage | None = None

    def show_view(self, view: UnitPage) -> None:
        """Show it."""
        if view != self.view:
            self.view = view
            self.update()


class ControllerPanel(UnitPart):
    """Faceplate: value, setpoint, ramp, output; permissives, the blocking ones first; buttons."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent)
        self.buttons: dict[str, Button] = {}
        for name in ("power", "run", "mode", "reset"):
            self.buttons[name] = Button(desk, self, lambda name=name: self._press(name))  # type: ignore[misc]

    def show_view(self, view: UnitPage) -> None:
        """Show values and what the buttons can do."""
        super().show_view(view)
        for button, action in zip(self.buttons.values(), view.actions, strict=True):
            button.show_as(action.text, action.key, reason=action.blocked, is_enabled=not action.blocked)

    def _press(self, name: str) -> None:
        if self.view is not None:
            self.desk.act(self.view.actions[list(self.buttons).index(name)])

    def lay(self) -> None:
        """Buttons at the foot, two by two."""
        inner, gap = self.wide - 2 * self.pad, 8.0
        part = (inner - gap) / 2.0
        for k, button in enumerate(self.buttons.values()):
            y = self.high - self.pad - 2 * 36.0 - gap + (k // 2) * (36.0 + gap)
            self.place(button, self.pad + (k % 2) * (part + gap), y, part, 36.0)

    def draw(self, canvas: Canvas) -> None:
        """Draw rows, indicator and permissives."""
        view = self.view
        if view is None:
            return
        self.ground(canvas, view.controller.title)
        mode = view.controller.authority
        width = fonts.width(mode, 14, bold=True) + 24.0
        canvas.fill(self.wide - self.pad - width, 10.0, width, 24.0, "t1")
        canvas.text(self.wide - self.pad - width / 2.0, 27.0, mode, bold=True, token="panel", align=MIDDLE)
        top, foot = 60.0, self.high - 2 * 36.0 - 8.0 - 2 * self.pad
        bar = max(120.0, foot - top - 20.0)
        left = self.pad + 46.0
        draw_vertical(canvas, left, top, bar, view.controller.indicator, width=26.0)
        hi = view.controller.indicator.ticks[0]
        place = top + bar * (1.0 - view.controller.indicator.place(hi))
        canvas.text(left - 14.0, place + 5.0, f"{hi:.0f}", token="t3", align=RIGHT)
        canvas.text(left - 14.0, top + bar, "0", token="t3", align=RIGHT)
        x = left + 62.0
        step = 46.0 if self.high > 440.0 else 34.0
        for k, (label, shown, note) in enumerate(view.controller.rows):
            base = top + 16.0 + k * step
            canvas.text(x, base, label, token="t2", room=58.0)
            number = x + 132.0
            canvas.text(
                number,
                base,
                shown.text,
                size=28 if k == 0 else 20,
                bold=True,
                align=RIGHT,
                token="t3" if shown.is_old else "t1",
            )
            end = number + 6.0 + canvas.text(number + 6.0, base, shown.unit, token="t3")
            end += draw_letter(canvas, end + 6.0, base - 14.0, shown.letter)
            end = max(end + 14.0, number + 60.0)
            canvas.text(end, base, note, token="t2", room=self.wide - self.pad - end, may_cut=True)
        self._checks(canvas, x, top + 16.0 + 4 * step - 4.0, foot)

    def _checks(self, canvas: Canvas, x: float, base: float, foot: float) -> None:
        view = self.view
        assert view is not None
        right = self.wide - self.pad
        title = self.desk.say(texts.PERMISSIVES)
        corner = canvas.text(right, base, view.checks_text, token="t2", align=RIGHT)
        canvas.text(x, base, title, bold=True, room=right - corner - x - 10.0, may_cut=True)
        canvas.line(x, base + 8.0, right, base + 8.0, "line")
        y = base + 14.0
        for check in view.checks:
            if y + 24.0 > foot:
                break
            blocks = check.holds is not True
            if blocks:
                canvas.fill(x, y, right - x, 24.0, "field")
                canvas.frame(x, y, right - x, 24.0, "t1", thick=2.0)
                draw_cross(canvas, x + 8.0, y + 6.0)
            else:
                draw_tick(canvas, x + 7.0, y + 5.0)
            value = canvas.text(right - 8.0, y + 17.0, check.value, bold=blocks, align=RIGHT)
            canvas.text(
                x + 30.0,
                y + 17.0,
                check.text,
                bold=blocks,
                token="t1" if blocks else "t2",
                room=right - value - 18.0 - x - 30.0,
                may_cut=True,
            )
            y += 25.0
        if view.more_clear and y + 18.0 < foot:
            canvas.text(x + 30.0, y + 16.0, view.more_clear, token="t3")


class TsPanel(UnitPart):
    """Temperature over entropy: measured over design."""

    def draw(self, canvas: Canvas) -> None:
        """Draw dome, design, measured, brine."""
        if self.view is None:
            return
        ts, say, pad = self.view.ts, self.desk.say, self.pad
        end = self.ground(canvas, f"{say(texts.TS)}, {ts.fluid}")
        if ts.diagram is None:
            canvas.text(pad, 70.0, ts.note, token="t2", room=self.wide - 2 * pad, may_cut=True)
            return
        self._legend(canvas, end)
        # What is read on the diagram is the cycle; the cold end of the dome runs out of it.
        points = [point for line in ts.diagram.lines for point in line] + [
            *ts.measured,
            *ts.diagram.brine,
            *ts.brine,
        ]
        span = [s for s, _ in points]
        margin = 0.06 * (max(span) - min(span))
        left, right = min(span) - margin, max(span) + 2.0 * margin
        bottom = min(0.0, *(t for _, t in points))
        top = 1.08 * max(t for _, t in points)
        plane = Plane(
            pad + 40.0, 46.0, self.wide - 2 * pad - 44.0, self.high - 46.0 - 60.0, left, right, bottom, top
        )
        ticks = [0.2 * k for k in range(1, 40) if left < 0.2 * k < right]
        draw_plane(
            canvas, plane, across=ticks, up=[50.0 * k for k in range(-1, 6) if bottom <= 50.0 * k < top]
        )
        self._curves(canvas, plane, ts, ts.diagram)
        axes = say(texts.TS_AXES) if not ts.note else ts.note
        canvas.text(
            pad + 40.0, self.high - 14.0, axes, token="t2", room=self.wide - 2 * pad - 44.0, may_cut=True
        )

    def _legend(self, canvas: Canvas, left: float) -> None:
        say = self.desk.say
        x = self.wide - self.pad
        for text, dash, token in ((texts.DESIGN, "6 4", "design"), (texts.MEASURED, "", "ink")):
            wide = fonts.width(say(text), 14)
            if x - wide - 40.0 < left:
                return
            x -= canvas.text(x, 26.0, say(text), token="t2", align=RIGHT) + 8.0
            canvas.line(x - 26.0, 21.0, x, 21.0, token, thick=2.0, dash=dash)
            x -= 42.0

    def _curves(self, canvas: Canvas, plane: Plane, ts: TsPlot, diagram: Diagram) -> None:
        dome = diagram.dome
        painter = canvas.painter
        painter.save()
        painter.setClipRect(int(plane.x), int(plane.y), int(plane.width) + 1, int(plane.height) + 1)
        outline = [(row[2], row[0]) for row in dome] + [(row[3], row[0]) for row in reversed(dome)]
        canvas.polyline([plane.at(*point) for point in outline], "axis", thick=1.25)
        canvas.polyline([plane.at(*point) for point in diagram.brine], "design", thick=1.25, dash="6 4")
        for line in diagram.lines:
            canvas.polyline([plane.at(*point) for point in line], "design", thick=1.75, dash="6 4")
        if ts.brine:
            canvas.polyline([plane.at(*point) for point in ts.brine], "ink", thick=1.25)
        if ts.measured:
            canvas.polyline([plane.at(*point) for point in ts.measured], "ink", thick=2.0)
        painter.restore()
        for s, t, text in ts.points:
            x, y = plane.at(s, t)
            canvas.disc(x, y, 4.0, fill="ink")
            wide = fonts.width(text, 14, bold=True)
            is_cold = x < plane.x + 0.5 * plane.width
            if is_cold:
                canvas.text(x - 0.5 * wide, y + 20.0, text, bold=True)
            else:
                canvas.text(min(x + 9.0, plane.x + plane.width - wide), y + 5.0, text, bold=True)


class HistoryPanel(UnitPart):
    """Three curves over the same time."""

    def draw(self, canvas: Canvas) -> None:
        """Draw the curves."""
        view = self.view
        if view is None:
            return
        self.ground(canvas, self.desk.say(texts.TREND_4_H))
        pad, axis = self.pad, 62.0
        width = self.wide - 2 * pad - axis
        now = self.desk.clock()
        room = self.high - 44.0 - 34.0
        part = room / len(view.trends)
        for k, row in enumerate(view.trends):
            top = 44.0 + k * part
            box = Box(pad, top, width, part - 10.0, *row.range, now - _SPAN_S, now)
            draw_spark(canvas, box, row.curve, band=row.band)
            canvas.text(pad + 8.0, top + 18.0, row.title, token="t2", room=width - 16.0, may_cut=True)
            canvas.text(pad + width + 10.0, top + 11.0, f"{row.range[1]:.0f}", token="t3")
            middle = row.curve.last
            place = box.up(middle) + 5.0 if middle is not None else top + part / 2.0
            place = min(max(place, top + 30.0), top + part - 26.0)
            canvas.text(pad + width + 10.0, place, row.last, size=16, bold=True)
            canvas.text(pad + width + 10.0, top + part - 10.0, f"{row.range[0]:.0f}", token="t3")
        reader = self.desk.reader()
        if reader is not None:
            canvas.text(pad, self.high - 14.0, reader.clock(now - _SPAN_S, seconds=False), token="t3")
            canvas.text(
                pad + width, self.high - 14.0, reader.clock(now, seconds=False), token="t3", align=RIGHT
            )


class SequencePanel(UnitPart):
    """Steps of a start."""

    def draw(self, canvas: Canvas) -> None:
        """Draw the steps."""
        view = self.view
        if view is None:
            return
        say, pad = self.desk.say, self.pad
        self.ground(canvas, say(texts.SEQUENCE), corner=view.sequence_note)
        base = 56.0
        canvas.text(pad + 36.0, base, say(texts.STEP_HEAD), token="t2")
        canvas.text(self.wide - pad, base, say(texts.NOW), token="t2", align=RIGHT)
        canvas.line(pad, base + 8.0, self.wide - pad, base + 8.0, "line")
        step = min(44.0, (self.high - base - 24.0) / len(view.steps))
        for k, item in enumerate(view.steps):
            y = base + 14.0 + k * step
            line = y + step / 2.0 + 5.0
            if item.is_now:
                canvas.fill(pad, y, self.wide - 2 * pad, step - 4.0, "field")
                canvas.fill(pad, y, 4.0, step - 4.0, "t1")
                draw_triangle(canvas, pad + 18.0, line - 6.0)
            elif item.is_done:
                draw_tick(canvas, pad + 11.0, line - 12.0)
            else:
                canvas.disc(pad + 18.0, line - 5.0, 5.5, line="t2", thick=1.25)
            value = canvas.text(
                self.wide - pad - 8.0, line, item.condition, bold=item.is_now, align=RIGHT, token="t2"
            )
            canvas.text(
                pad + 36.0,
                line,
                f"{item.number}  {item.text}",
                size=16,
                bold=item.is_now,
                token="t1" if item.is_now else "t2",
                room=self.wide - 2 * pad - 60.0 - value,
                may_cut=True,
            )


class UnitPageWidget(Page):
    """Level 3."""

    name = "unit"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.mimic = MimicPanel(desk, self)
        self.controller = ControllerPanel(desk, self)
        self.ts = TsPanel(desk, self)
        self.history = HistoryPanel(desk, self)
        self.sequence = SequencePanel(desk, self)
        self.tabs = Tabs(desk, self, self._choose)
        self._tab = "mimic"

    @property
    def _parts(self) -> tuple[UnitPart | MimicPanel, ...]:
        return self.mimic, self.controller, self.ts, self.history, self.sequence

    def look(self, reader: Reader) -> None:
        """Show the unit."""
        view = unit_page(reader, self.unit)
        if view is None:
            return
        for part in self._parts:
            part.show_view(view)
        self._show_tabs()

    def _show_tabs(self) -> None:
        say = self.desk.say
        tabs = (
            ("mimic", say(texts.PROCESS)),
            ("ts", say(texts.TS)),
            ("history", say(texts.TREND_4_H)),
            ("sequence", say(texts.SEQUENCE)),
        )
        self.tabs.show_tabs(tabs, self._tab)

    def _choose(self, tab: str) -> None:
        self._tab = tab
        self._show_tabs()
        self.lay()

    def letter(self, key: str) -> bool:
        """Open the dialog of a button by its letter."""
        view = self.controller.view
        for action in view.actions if view is not None else ():
            if action.key == key:
                self.desk.act(action)
                return True
        return False

    def keys(self) -> str:
        """Keys of this page."""
        return self.desk.say(texts.KEYS_UNIT)

    def lay(self) -> None:
        """Lay out for the width there is."""
        gap, width, height = self.gap, self.wide, self.high
        if self.is_wide:
            self.tabs.hide()
            left, low = 0.641 * width, 400.0
            high = height - low - gap
            self.place(self.mimic, 0.0, 0.0, left, high)
            self.place(self.controller, left + gap, 0.0, width - left - gap, high)
            part = (left - gap) / 2.0
            self.place(self.ts, 0.0, high + gap, part, low)
            self.place(self.history, part + gap, high + gap, part, low)
            self.place(self.sequence, left + gap, high + gap, width - left - gap, low)
            for panel in self._parts:
                panel.show()
            return
        row, side = 36.0, 430.0
        left = width - side - gap
        self.tabs.show()
        self.place(self.tabs, 0.0, 0.0, left, row)
        self.place(self.controller, left + gap, 0.0, side, height)
        for name, panel in (
            ("mimic", self.mimic),
            ("ts", self.ts),
            ("history", self.history),
            ("sequence", self.sequence),
        ):
            self.place(panel, 0.0, row, left, height - row)
            panel.setVisible(name == self._tab)
