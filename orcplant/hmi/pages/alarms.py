"""Alarms: the list; the selected one explains itself; shelving; counts."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from orcplant.hmi import texts
from orcplant.hmi.canvas import RIGHT, Canvas
from orcplant.hmi.desk import Desk
from orcplant.hmi.pages.page import Page
from orcplant.hmi.sheets import ShelveSheet
from orcplant.hmi.viewmodels.alarms import AlarmPage, AlarmRow, alarm_page
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.hmi.viewmodels.requests import Acknowledge, Unshelve
from orcplant.hmi.widgets.controls import Button, Tabs
from orcplant.hmi.widgets.curves import Box, draw_spark
from orcplant.hmi.widgets.painted import Painted, Panel
from orcplant.hmi.widgets.shapes import BANNER, DETAIL, draw_alarm

ROW: Final = 38.0
_HEAD: Final = 36.0
_SPAN_S: Final = 4.0 * 3600.0


class AlarmList(Painted):
    """The list of a tab; one row is selected."""

    def __init__(self, desk: Desk, parent: "AlarmsPageWidget") -> None:
        super().__init__(desk, parent)
        self.page = parent
        self.rows: tuple[AlarmRow, ...] = ()
        self.selected = ""
        self.first = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_rows(self, rows: tuple[AlarmRow, ...], selected: str) -> None:
        """Show rows."""
        if (rows, selected) != (self.rows, self.selected):
            self.rows, self.selected = rows, selected
            self._keep_visible()
            row = next((row for row in rows if row.key == selected), None)
            self.say_name(row.spoken if row is not None else self.desk.say(texts.EMPTY_LIST))
            self.update()

    @property
    def room(self) -> int:
        """Rows that fit."""
        return max(1, int((self.high - _HEAD) / ROW))

    def visible_keys(self) -> tuple[str, ...]:
        """Alarms that can be seen now, the selected one first."""
        keys = [row.key for row in self.rows[self.first : self.first + self.room]]
        chosen = [key for key in keys if key == self.selected]
        return tuple(chosen + [key for key in keys if key != self.selected])

    def _keep_visible(self) -> None:
        keys = [row.key for row in self.rows]
        place = keys.index(self.selected) if self.selected in keys else 0
        self.first = min(self.first, place, max(0, len(keys) - self.room))
        self.first = max(self.first, place - self.room + 1, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Up and down select; Enter goes to the source."""
        keys = [row.key for row in self.rows]
        step = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -self.room,
            Qt.Key.Key_PageDown: self.room,
        }.get(Qt.Key(event.key()), 0)
        if step and keys:
            place = keys.index(self.selected) if self.selected in keys else 0
            self.page.select(keys[min(max(place + step, 0), len(keys) - 1)])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.page.go()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Select the row under the mouse."""
        place = self.first + int((event.position().y() / self.desk.scale - _HEAD) // ROW)
        if 0 <= place < len(self.rows):
            self.page.select(self.rows[place].key)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _columns(self) -> dict[str, float]:
        """Left or right edges of the columns."""
        wide = self.wide
        ack = wide - 16.0
        limit = ack - max(150.0, 0.16 * wide)
        return {
            "state": 58.0,
            "time": 142.0,
            "age": 282.0,
            "source": 300.0,
            "alarm": 370.0,
            "value": limit - 130.0,
            "limit": limit - 112.0,
            "ack": ack,
        }

    def draw(self, canvas: Canvas) -> None:
        """Draw head and rows."""
        canvas.fill(0.0, 0.0, self.wide, self.high, "panel")
        say, at = self.desk.say, self._columns()
        base = 23.0
        heads = (
            (texts.COL_STATE, at["state"], "left", 80.0),
            (texts.COL_TIME, at["time"], "left", 76.0),
            (texts.COL_AGE, at["age"], RIGHT, 58.0),
            (texts.COL_SOURCE, at["source"], "left", 66.0),
            (texts.COL_ALARM, at["alarm"], "left", at["value"] - at["alarm"] - 70.0),
            (texts.COL_VALUE, at["value"], RIGHT, 62.0),
            (texts.COL_LIMIT, at["limit"], "left", 100.0),
            (texts.COL_ACK, at["ack"], RIGHT, 150.0),
        )
        for text, x, align, room in heads:
            canvas.text(x, base, say(text), token="t2", align=align, room=room, may_cut=True)
        canvas.line(12.0, _HEAD - 2.0, self.wide - 12.0, _HEAD - 2.0, "line")
        if not self.rows:
            canvas.text(16.0, _HEAD + 30.0, say(texts.EMPTY_LIST), size=16, token="t2")
        for k, row in enumerate(self.rows[self.first : self.first + self.room]):
            self._row(canvas, _HEAD + k * ROW, row, at)

    def _row(self, canvas: Canvas, y: float, row: AlarmRow, at: dict[str, float]) -> None:
        if row.key == self.selected:
            canvas.fill(8.0, y, self.wide - 16.0, ROW - 1.0, "field")
            canvas.fill(8.0, y, 4.0, ROW - 1.0, "t1")
        canvas.line(12.0, y + ROW - 1.0, self.wide - 12.0, y + ROW - 1.0, "line")
        draw_alarm(canvas, 34.0, y + ROW / 2.0, 16.0, row.mark)
        base, bold = y + ROW / 2.0 + 6.0, row.is_bold
        canvas.text(at["state"], base, row.state, bold=bold, token="t1", room=80.0, may_cut=True)
        canvas.text(at["time"], base, row.clock, size=16)
        canvas.text(at["age"], base, row.age, token="t2", align=RIGHT)
        canvas.text(at["source"], base, row.source, size=16, bold=True)
        value = canvas.text(at["value"], base, row.value, size=16, bold=bold, align=RIGHT)
        room = at["value"] - value - 12.0 - at["alarm"]
        canvas.text(at["alarm"], base, row.text, size=16, bold=bold, room=room, may_cut=True)
        limit = canvas.text(at["limit"], base, row.limit, token="t2")
        room = at["ack"] - at["limit"] - limit - 12.0
        canvas.text(
            at["ack"],
            base,
            row.acknowledged,
            bold=bold,
            token="t1" if bold else "t2",
            align=RIGHT,
            room=room,
            may_cut=True,
        )


class DetailPanel(Panel):
    """Cause, consequence, action; buttons."""

    def __init__(self, desk: Desk, parent: "AlarmsPageWidget") -> None:
        super().__init__(desk, parent)
        self.view: AlarmPage | None = None
        self.acknowledge = Button(desk, self, parent.acknowledge)
        self.shelve = Button(desk, self, parent.shelve)
        self.go = Button(desk, self, parent.go)

    def show_view(self, view: AlarmPage) -> None:
        """Show the selected alarm."""
        if self.view is None or self.view.detail != view.detail:
            self.update()
        self.view = view
        detail, say = view.detail, self.desk.say
        may_acknowledge = detail is not None and detail.may_acknowledge
        self.acknowledge.show_as(say(texts.ACKNOWLEDGE), "A", is_enabled=may_acknowledge)
        if detail is not None and detail.is_shelved:
            self.shelve.show_as(say(texts.UNSHELVE), "U")
        else:
            self.shelve.show_as(say(texts.SHELVE), "S", is_enabled=detail is not None and detail.may_shelve)
        source = detail.source if detail is not None else ""
        self.go.show_as(say(texts.GO_TO_DEVICE).format(device=source), "G", is_enabled=detail is not None)
        self.lay()

    def lay(self) -> None:
        """Buttons in a row at the foot."""
        x = self.pad
        for button in (self.acknowledge, self.shelve, self.go):
            width = max(120.0, button.wanted() + 8.0)
            self.place(button, x, self.high - self.pad - 36.0, width, 36.0)
            x += width + 12.0

    def draw(self, canvas: Canvas) -> None:
        """Draw the alarm."""
        if self.view is None:
            return
        canvas.fill(0.0, 0.0, self.wide, self.high, "panel")
        detail, pad, say = self.view.detail, self.pad, self.desk.say
        if detail is None:
            canvas.text(pad, 34.0, say(texts.EMPTY_LIST), size=16, token="t2")
            return
        draw_alarm(canvas, pad + 20.0, 32.0, DETAIL, detail.mark)
        facts = canvas.text(self.wide - pad, 38.0, detail.facts, token="t2", align=RIGHT)
        x = pad + 50.0
        x += canvas.text(x, 39.0, detail.source, size=20, bold=True) + 14.0
        canvas.text(
            x, 39.0, detail.text, size=20, bold=True, room=self.wide - pad - facts - 16.0 - x, may_cut=True
        )
        canvas.line(pad, 58.0, self.wide - pad, 58.0, "line")
        columns = 4 if detail.curve_title and self.wide > 900.0 else 3
        part = (self.wide - 2 * pad - 24.0 * (columns - 1)) / columns
        parts = (
            (texts.CAUSE, detail.cause),
            (texts.CONSEQUENCE, detail.consequence),
            (texts.ACTION, detail.action),
        )
        lines = max(1, int((self.high - 160.0) / 24.0))
        for k, (title, text) in enumerate(parts):
            left = pad + k * (part + 24.0)
            canvas.text(left, 82.0, say(title), bold=True)
            canvas.paragraph(left, 107.0, text, room=part, lines=lines)
        if columns == 4:
            self._curve(canvas, pad + 3 * (part + 24.0), part)
        note = "  ".join(part for part in (detail.shelve_note, *detail.shelved) if part)
        x = (self.go.x() + self.go.width()) / self.desk.scale + 20.0
        canvas.text(x, self.high - pad - 13.0, note, token="t2", room=self.wide - pad - x, may_cut=True)

    def _curve(self, canvas: Canvas, x: float, width: float) -> None:
        assert self.view is not None and self.view.detail is not None
        detail = self.view.detail
        canvas.text(x, 82.0, detail.curve_title, bold=True, room=width, may_cut=True)
        now = self.desk.clock()
        scale = detail.scale
        reach = (scale.lo, scale.hi) if scale is not None else (0.0, 1.0)
        height = self.high - 94.0 - 84.0
        if height < 30.0:
            return
        box = Box(x, 94.0, width, height, *reach, now - _SPAN_S, now)
        draw_spark(canvas, box, detail.curve, band=scale.band if scale is not None else None)
        for tick in scale.ticks if scale is not None else ():
            canvas.line(x, round(box.up(tick)), x + width, round(box.up(tick)), "t2", dash="8 4")


class CountsPanel(Panel):
    """How many, by priority; what is shelved."""

    view: AlarmPage | None = None

    def show_view(self, view: AlarmPage) -> None:
        """Show counts."""
        if view != self.view:
            self.view = view
            self.update()

    def draw(self, canvas: Canvas) -> None:
        """Draw counts, then shelved alarms."""
        view = self.view
        if view is None:
            return
        say, pad, right = self.desk.say, self.pad, self.wide - self.pad
        self.ground(canvas, say(texts.METRICS))
        y = 62.0
        for metric in view.metrics:
            value = canvas.text(right, y, metric.value, size=16, bold=True, align=RIGHT)
            canvas.text(pad, y, metric.label, token="t2", room=right - pad - value - 12.0, may_cut=True)
            y += 28.0
        y += 16.0
        canvas.text(pad, y, say(texts.BY_PRIORITY), size=16, bold=True, room=right - pad, may_cut=True)
        y += 36.0
        top = max([counter.count for counter in view.priorities] + [1])
        for counter in view.priorities:
            draw_alarm(canvas, pad + 14.0, y - 6.0, BANNER, counter.mark)
            left, wide = pad + 50.0, right - pad - 100.0
            canvas.fill(left, y - 11.0, wide, 9.0, "track")
            canvas.fill(left, y - 11.0, wide * counter.count / top, 9.0, "t2")
            canvas.text(right, y, str(counter.count), size=16, bold=True, align=RIGHT)
            y += 40.0
        y += 8.0
        canvas.line(pad, y - 22.0, right, y - 22.0, "line")
        canvas.text(pad, y + 8.0, say(texts.SHELVED_TAB), size=16, bold=True, room=right - pad, may_cut=True)
        y += 40.0
        if not view.shelved:
            canvas.text(pad, y, say(texts.NONE), token="t2")
        for detail in view.shelved:
            if y + 70.0 > self.high:
                return
            draw_alarm(canvas, pad + 14.0, y - 5.0, BANNER, detail.mark)
            name = canvas.text(pad + 40.0, y, detail.source, size=16, bold=True)
            canvas.text(pad + 52.0 + name, y, detail.text, room=right - pad - 52.0 - name, may_cut=True)
            for line in detail.shelved:
                y += 23.0
                canvas.text(pad + 40.0, y, line, token="t2", room=right - pad - 40.0, may_cut=True)
            y += 36.0


class AlarmsPageWidget(Page):
    """Level 2: the list."""

    name = "alarms"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.tab, self.selected = "current", ""
        self.view: AlarmPage | None = None
        self.tabs = Tabs(desk, self, self._choose)
        self.list = AlarmList(desk, self)
        self.detail = DetailPanel(desk, self)
        self.counts = CountsPanel(desk, self)
        self.setFocusProxy(self.list)

    def look(self, reader: Reader) -> None:
        """Show the alarms."""
        view = alarm_page(reader, self.tab, self.selected)
        self.view = view
        self.selected = view.detail.key if view.detail is not None else ""
        self.tabs.show_tabs(tuple((name, f"{text} {count}") for name, text, count in view.tabs), self.tab)
        self.list.show_rows(view.rows, self.selected)
        self.detail.show_view(view)
        self.counts.show_view(view)

    def select(self, key: str) -> None:
        """Select an alarm."""
        self.selected = key
        self._again()

    def _choose(self, tab: str) -> None:
        self.tab, self.selected = tab, ""
        self._again()

    def _again(self) -> None:
        reader = self.desk.reader()
        if reader is not None:
            self.look(reader)

    def acknowledges(self) -> tuple[str, ...]:
        """Unacknowledged alarms that can be seen, the selected one first."""
        waiting = {row.key for row in self.list.rows if row.is_bold}
        return tuple(key for key in self.list.visible_keys() if key in waiting)

    def acknowledge(self) -> None:
        """Acknowledge the selected alarm."""
        if self.view is not None and self.view.detail is not None and self.view.detail.may_acknowledge:
            self.desk.ask(Acknowledge((self.view.detail.key,)))

    def shelve(self) -> None:
        """Ask for how long and why; or let a shelved alarm return."""
        detail = self.view.detail if self.view is not None else None
        if detail is None:
            return
        if detail.is_shelved:
            self.desk.ask(Unshelve(detail.key))
        elif detail.may_shelve:
            ShelveSheet(self.desk, self.window(), detail.key, f"{detail.source} {detail.text}").open()

    def go(self) -> None:
        """Go to the source of the selected alarm."""
        detail = self.view.detail if self.view is not None else None
        reader = self.desk.reader()
        if detail is None or reader is None:
            return
        device = reader.model.device(detail.source)
        is_unit = device is not None and device.type == "orc_unit"
        self.desk.open("unit" if is_unit else "plant", detail.source if is_unit else "")

    def letter(self, key: str) -> bool:
        """S shelves, U lets return, G goes."""
        detail = self.view.detail if self.view is not None else None
        if key == "G":
            self.go()
        elif key == "S" and detail is not None and not detail.is_shelved:
            self.shelve()
        elif key == "U" and detail is not None and detail.is_shelved:
            self.shelve()
        else:
            return False
        return True

    def keys(self) -> str:
        """Keys of this page."""
        return self.desk.say(texts.KEYS_ALARMS)

    def lay(self) -> None:
        """List above, detail below, counts at the right."""
        gap = self.gap
        right = 364.0 if self.is_wide else 300.0
        left, low = self.wide - right - gap, 300.0 if self.is_wide else 236.0
        high = self.high - low - gap
        self.place(self.tabs, 0.0, 0.0, left, 40.0)
        self.place(self.list, 0.0, 40.0, left, high - 40.0)
        self.place(self.detail, 0.0, high + gap, left, low)
        self.place(self.counts, left + gap, 0.0, right, self.high)
