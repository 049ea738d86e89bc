"""Panels of the plant page."""

from PySide6.QtWidgets import QWidget

from orcplant.hmi import fonts, texts
from orcplant.hmi.canvas import MIDDLE, RIGHT, Canvas
from orcplant.hmi.desk import Desk
from orcplant.hmi.theme import HERO, KEY
from orcplant.hmi.viewmodels.plant import Kpi, NetPower, PlantPage
from orcplant.hmi.viewmodels.reader import Shown
from orcplant.hmi.widgets.curves import Box, Stair, draw_spark, draw_stairs
from orcplant.hmi.widgets.indicators import draw_horizontal, draw_vertical
from orcplant.hmi.widgets.painted import Panel, Pressable
from orcplant.hmi.widgets.shapes import BANNER, DETAIL, SMALL_SHAPE, draw_alarm, draw_letter

_SPAN_S = 4.0 * 3600.0


def draw_shown(
    canvas: Canvas,
    x: float,
    base: float,
    shown: Shown,
    *,
    size: float,
    bold: bool = True,
    unit_size: float = 14.0,
) -> float:
    """Draw a number, its unit and its letter from a left edge; where they end."""
    token = "t3" if shown.is_old else "t1"
    if shown.is_old:
        canvas.hatch(x, base - size, fonts.width(shown.text, size, bold=bold), size + 4.0)
    x += canvas.text(x, base, shown.text, size=size, bold=bold, token=token) + 5.0
    if shown.unit:
        x += canvas.text(x, base, shown.unit, size=unit_size, token="t3") + 5.0
    return x + draw_letter(canvas, x, base - 14.0, shown.letter)


def draw_parts(canvas: Canvas, x: float, base: float, parts: tuple[str, ...], *, room: float) -> None:
    """Draw texts beside each other, as many as fit whole; the first is cut rather than left out."""
    end = x + room
    for number, part in enumerate(parts):
        if number and x + fonts.width(part, 14) > end:
            return
        x += canvas.text(x, base, part, token="t2", room=end - x, may_cut=True) + 14.0


class NetPanel(Panel):
    """Net power: the one hero number."""

    view: NetPower | None = None

    def show_view(self, view: NetPower) -> None:
        """Show net power."""
        if view != self.view:
            self.view = view
            self.say_name(f"{self.desk.say(texts.NET_POWER)} {view.shown.spoken}")
            self.update()

    def draw(self, canvas: Canvas) -> None:
        """Draw number, indicator, gaps, history."""
        view = self.view
        if view is None:
            return
        self.ground(canvas, self.desk.say(texts.NET_POWER), corner=view.span)
        pad, narrow = self.pad, self.wide < 500.0
        left = 204.0 if not narrow else 196.0
        size = HERO if not narrow else 46
        base = 88.0 if not narrow else 78.0
        wide = fonts.width(view.shown.text, size, bold=True)
        canvas.text(
            pad, base, view.shown.text, size=size, bold=True, token="t3" if view.shown.is_old else "t1"
        )
        canvas.text(pad + wide + 6.0, base, view.shown.unit, size=20 if not narrow else 16, token="t3")
        if view.shown.letter:
            draw_letter(canvas, pad + wide + 6.0, base - 42.0, view.shown.letter)
        bar = base + 20.0
        draw_horizontal(canvas, pad, bar, left, view.indicator)
        self._rows(canvas, bar + 44.0 if not narrow else bar + 36.0, left)
        self._history(canvas, pad + left + 36.0, narrow=narrow)

    def _rows(self, canvas: Canvas, base: float, left: float) -> None:
        assert self.view is not None
        pad = self.pad
        canvas.text(pad + left, base - 14.0, self.desk.say(texts.GAP), token="t2", align=RIGHT)
        for k, (label, value, gap) in enumerate(self.view.rows):
            y = base + 8.0 + 24.0 * k
            if y > self.high - 6.0:
                return
            canvas.text(pad, y, label, token="t2", room=left - 126.0, may_cut=True)
            canvas.text(pad + left - 62.0, y, value.text, size=16, bold=True, align=RIGHT)
            canvas.text(pad + left, y, gap.text, size=16, align=RIGHT)

    def _history(self, canvas: Canvas, x: float, *, narrow: bool) -> None:
        view = self.view
        assert view is not None
        axis = 42.0
        width = self.wide - x - self.pad - axis
        if width < 80.0:
            return
        now = self.desk.clock()
        top, bottom = 44.0, self.high - 34.0
        lo, hi = view.range
        box = Box(x, top, width, bottom - top, lo, hi, now - _SPAN_S, now)
        draw_spark(canvas, box, view.curve, band=view.band)
        for value in (lo, hi):
            place = box.up(value)
            canvas.text(
                x + width + 8.0,
                min(max(place + 5.0, top + 11.0), bottom),
                f"{value / 1000.0:.0f}",
                token="t3",
            )
        reader = self.desk.reader()
        if reader is None:
            return
        marks = [(now - _SPAN_S, x, "left"), (now, x + width, RIGHT)]
        if not narrow:
            marks.append((now - _SPAN_S / 2.0, x + width / 2.0, MIDDLE))
        for time, place, align in marks:
            canvas.text(place, bottom + 18.0, reader.clock(time, seconds=False), token="t3", align=align)


class KpiPanel(Panel):
    """One value: number, indicator, note, history."""

    view: Kpi | None = None

    def show_view(self, view: Kpi) -> None:
        """Show a value."""
        if view != self.view:
            self.view = view
            self.say_name(f"{view.title} {view.shown.spoken}")
            self.update()

    def draw(self, canvas: Canvas) -> None:
        """Draw it."""
        view = self.view
        if view is None:
            return
        self.ground(canvas, view.title)
        pad, width = self.pad, self.wide - 2 * self.pad
        base = 76.0 if self.high > 200.0 else 66.0
        draw_shown(canvas, pad, base, view.shown, size=KEY, unit_size=18)
        if view.mark is not None:
            draw_alarm(canvas, self.wide - pad - 12.0, base - 10.0, BANNER, view.mark)
        bar = base + 22.0
        if view.indicator is not None:
            draw_horizontal(canvas, pad, bar, width, view.indicator)
        draw_parts(canvas, pad, bar + 34.0, view.notes, room=width)
        top = bar + 46.0
        if self.high - top > 28.0:
            now = self.desk.clock()
            box = Box(pad, top, width, min(48.0, self.high - top - 14.0), *view.range, now - _SPAN_S, now)
            draw_spark(canvas, box, view.curve, band=view.band)


class AlarmLine(Pressable):
    """One of the worst alarms; pressing it opens the alarm page."""

    def __init__(self, desk: Desk, parent: "AlarmsPanel", number: int) -> None:
        super().__init__(desk, parent)
        self.number = number
        self.panel = parent

    def press(self) -> None:
        """Open the alarm page."""
        self.desk.open("alarms")

    def draw(self, canvas: Canvas) -> None:
        """Draw shape, source, text, reading, consequence, action."""
        view = self.panel.view
        if view is None or self.number >= len(view.alarms):
            return
        alarm = view.alarms[self.number]
        canvas.fill(0.0, 0.0, self.wide, self.high, "panel")
        if self.number:
            canvas.line(0.0, 0.0, self.wide, 0.0, "line")
        tight = self.high < 84.0
        base = 32.0 if not tight else 22.0
        draw_alarm(canvas, 18.0, base - 2.0, DETAIL if not tight else BANNER, alarm.mark)
        right = self.wide - 4.0
        right -= canvas.text(right, base, alarm.clock, token="t2", align=RIGHT) + 14.0
        reading = fonts.width(alarm.reading, 16 if not tight else 14)
        source = fonts.width(alarm.source, 16, bold=True)
        if alarm.reading and right - reading - 60.0 - source > 90.0:
            canvas.text(right, base, alarm.reading, size=16 if not tight else 14, align=RIGHT)
            right -= reading + 14.0
        x = 46.0 + canvas.text(46.0, base, alarm.source, size=16, bold=True) + 12.0
        canvas.text(x, base, alarm.text, size=16, bold=alarm.is_bold, room=right - x, may_cut=True)
        step = 24.0 if not tight else 20.0
        canvas.text(46.0, base + step, alarm.consequence, token="t2", room=self.wide - 50.0, may_cut=True)
        if base + 2 * step < self.high - 2.0:
            canvas.text(46.0, base + 2 * step, alarm.action, room=self.wide - 50.0, may_cut=True)


class AlarmsPanel(Panel):
    """The worst alarms; with none, the values nearest to a limit."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent)
        self.view: PlantPage | None = None
        self.lines = [AlarmLine(desk, self, k) for k in range(3)]

    def show_view(self, view: PlantPage) -> None:
        """Show alarms, or what to watch."""
        changed = self.view is None or (view.alarms, view.watch, view.alarm_counts) != (
            self.view.alarms,
            self.view.watch,
            self.view.alarm_counts,
        )
        self.view = view
        for line in self.lines:
            line.setVisible(line.number < len(view.alarms))
            if line.number < len(view.alarms):
                alarm = view.alarms[line.number]
                line.say_name(f"{alarm.source} {alarm.text} {alarm.reading} {alarm.clock}")
            if changed:
                line.update()
        if changed:
            self.update()

    def lay(self) -> None:
        """Stack the lines."""
        part = min(118.0, (self.high - 44.0) / 3.0)
        for k, line in enumerate(self.lines):
            self.place(line, self.pad, 40.0 + k * part, self.wide - 2 * self.pad, part)

    def draw(self, canvas: Canvas) -> None:
        """Draw the title, and the watch list where there is no alarm."""
        view = self.view
        if view is None:
            return
        say = self.desk.say
        if view.alarms:
            self.ground(canvas, say(texts.WORST_ALARMS), corner=view.alarm_counts)
            return
        self.ground(canvas, say(texts.WORST_ALARMS), corner=say(texts.NONE))
        canvas.text(self.pad, 56.0, say(texts.WATCH), token="t2")
        canvas.line(self.pad, 66.0, self.wide - self.pad, 66.0, "line")
        room = self.high - 80.0
        step = min(48.0, room / max(1, len(view.watch)))
        left, right = self.pad, self.wide - self.pad
        wide = right - left
        for k, item in enumerate(view.watch):
            base = 72.0 + (k + 0.6) * step
            name = canvas.text(left, base, item.source, size=16, bold=True)
            x = left + max(48.0, name + 10.0)
            canvas.text(x, base, item.label, token="t2", room=left + 0.44 * wide - x, may_cut=True)
            draw_horizontal(canvas, left + 0.46 * wide, base - 10.0, 0.20 * wide, item.indicator, height=10.0)
            end = right - canvas.text(right, base, item.limit, token="t2", align=RIGHT) - 14.0
            unit = canvas.text(end, base, item.shown.unit, token="t3", align=RIGHT)
            canvas.text(end - unit - 5.0, base, item.shown.text, size=16, bold=True, align=RIGHT)


class PlantPart(Panel):
    """A panel that shows a part of the plant page."""

    view: PlantPage | None = None

    def show_view(self, view: PlantPage) -> None:
        """Show it."""
        if self.view is None or self.part(view) != self.part(self.view):
            self.update()
        self.view = view

    def part(self, view: PlantPage) -> object:
        """What of the page is shown here."""
        return view


class CascadePanel(PlantPart):
    """Temperature along the water."""

    def part(self, view: PlantPage) -> object:
        """Steps and outdoor temperature."""
        return view.stairs, view.outdoor

    def draw(self, canvas: Canvas) -> None:
        """Draw the stairs, and who takes what below."""
        view = self.view
        if view is None or not view.stairs:
            return
        say, pad = self.desk.say, self.pad
        self.ground(canvas, say(texts.CASCADE), corner=view.outdoor)
        x, width = pad + 40.0, self.wide - 2 * pad - 40.0
        top, height = 44.0, self.high - 44.0 - 66.0
        stairs = [
            Stair(
                stair.text, stair.taken, _number(stair.temperature), stair.temperature.text, stair.own_outlet
            )
            for stair in view.stairs
        ]
        silica = view.silica
        low = (50.0, 90.0) if silica is None else (silica - 5.0, silica + 35.0)
        limit = None if silica is None else (silica, f"{say(texts.SILICA_LIMIT)} {silica:.1f}")
        marks = [mark for mark in (60.0, 70.0, 80.0) if low[0] < mark < low[1]]
        high = max([stair.temperature or 0.0 for stair in stairs] + [low[1] + 1.0])
        draw_stairs(canvas, x, top, width, height, stairs, low=low, high=high, limit=limit, marks=marks)
        part = width / len(stairs)
        for k, stair in enumerate(stairs):
            centre = x + (k + 0.5) * part
            canvas.text(
                centre, self.high - 40.0, stair.text, token="t2", align=MIDDLE, room=part - 8.0, may_cut=True
            )
            canvas.text(centre, self.high - 18.0, stair.value, bold=True, align=MIDDLE, room=part - 4.0)


def _number(shown: Shown) -> float | None:
    return shown.number


class InjectionPanel(PlantPart):
    """Injection wells, one vertical indicator each."""

    def part(self, view: PlantPage) -> object:
        """The columns."""
        return view.injection, view.injection_sum

    def draw(self, canvas: Canvas) -> None:
        """Draw the columns."""
        view = self.view
        if view is None:
            return
        unit = next(
            (column.shown.unit for column in view.injection if column.shown.number is not None), "bar"
        )
        self.ground(canvas, self.desk.say(texts.INJECTION), corner=unit)
        pad = self.pad
        count = max(1, len(view.injection))
        part = (self.wide - 2 * pad) / count
        top, bottom = 62.0, self.high - 92.0
        for k, column in enumerate(view.injection):
            centre = pad + (k + 0.5) * part
            if column.indicator is not None:
                draw_vertical(canvas, centre - 7.0, top, bottom - top, column.indicator)
            if column.mark is not None:
                draw_alarm(canvas, centre, top - 16.0, SMALL_SHAPE, column.mark)
            bold = column.mark is not None
            canvas.text(centre, bottom + 24.0, column.shown.text, bold=bold, align=MIDDLE, token="t1")
            canvas.text(centre, bottom + 46.0, column.name, token="t2", align=MIDDLE)
        canvas.text(pad, self.high - 18.0, view.injection_limit, token="t2")
        canvas.text(self.wide - pad, self.high - 18.0, view.injection_sum, token="t2", align=RIGHT)


class WaterPanel(PlantPart):
    """Water and corrosion, a line a value."""

    def part(self, view: PlantPage) -> object:
        """The lines."""
        return view.water

    def draw(self, canvas: Canvas) -> None:
        """Draw the lines."""
        view = self.view
        if view is None:
            return
        self.ground(canvas, self.desk.say(texts.WATER))
        pad, count = self.pad, max(1, len(view.water))
        columns = 1 if self.wide < 700.0 else 2
        lines = -(-count // columns)
        wide = (self.wide - 2 * pad - 32.0 * (columns - 1)) / columns
        step = (self.high - 52.0) / lines
        label = min(160.0, 0.36 * wide)
        for k, row in enumerate(view.water):
            left = pad + (k // lines) * (wide + 32.0)
            base = 46.0 + (k % lines + 0.55) * step
            canvas.text(left, base, row.label, token="t2", room=label - 8.0, may_cut=True)
            value = left + wide - 74.0
            if row.indicator is not None:
                draw_horizontal(
                    canvas, left + label, base - 10.0, value - 62.0 - left - label, row.indicator, height=10.0
                )
            canvas.text(value, base, row.shown.text, size=16, bold=True, align=RIGHT)
            end = value + 5.0 + canvas.text(value + 5.0, base, row.shown.unit, token="t3")
            if row.mark is not None:
                draw_alarm(canvas, left + wide - 8.0, base - 5.0, SMALL_SHAPE, row.mark)
            elif row.shown.letter:
                draw_letter(canvas, end + 5.0, base - 13.0, row.shown.letter)


class CountersPanel(PlantPart):
    """Counters and station values."""

    def part(self, view: PlantPage) -> object:
        """The lines."""
        return view.counters

    def draw(self, canvas: Canvas) -> None:
        """Draw the lines."""
        view = self.view
        if view is None:
            return
        self.ground(canvas, self.desk.say(texts.COUNTERS))
        pad, count = self.pad, max(1, len(view.counters))
        columns = 1 if self.wide < 700.0 else 2
        lines = -(-count // columns)
        wide = (self.wide - 2 * pad - 48.0 * (columns - 1)) / columns
        step = (self.high - 52.0) / lines
        for k, (label, shown) in enumerate(view.counters):
            left = pad + (k // lines) * (wide + 48.0)
            base = 46.0 + (k % lines + 0.55) * step
            value = left + wide - 40.0
            number = canvas.text(value, base, shown.text, size=16, bold=True, align=RIGHT)
            canvas.text(value + 5.0, base, shown.unit, token="t3")
            canvas.text(left, base, label, token="t2", room=value - number - 10.0 - left, may_cut=True)
