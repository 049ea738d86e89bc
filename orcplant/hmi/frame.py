"""What every page has around it: header, banner, rail, footer, and the strip of a simulator."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from orcplant.hmi import fonts, texts
from orcplant.hmi.canvas import RIGHT, Canvas
from orcplant.hmi.desk import Desk
from orcplant.hmi.viewmodels.frame import Frame, PageInfo, RailItem
from orcplant.hmi.viewmodels.requests import Acknowledge
from orcplant.hmi.widgets.controls import FrameButton
from orcplant.hmi.widgets.painted import Painted, Pressable
from orcplant.hmi.widgets.shapes import BANNER, SMALL_SHAPE, draw_alarm, draw_icon

_NARROW = 100.0  # a rail narrower than this has icons only


class FramePart(Painted):
    """A part of the frame: always in full colours."""

    in_frame = True

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent)
        self.view: Frame | None = None

    def show_view(self, view: Frame) -> None:
        """Show the frame as it stands."""
        if view != self.view:
            self.view = view
            self.update()


class HeaderPart(FramePart):
    """Plant, page, core, age of data, authority, person, time."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent)
        self.title, self.level, self.crumb = "", "", ""
        self.rail = 152.0

    def show_page(self, title: str, level: str, crumb: str) -> None:
        """Change title, level and what stands beside it."""
        if (title, level, crumb) != (self.title, self.level, self.crumb):
            self.title, self.level, self.crumb = title, level, crumb
            self.update()

    def draw(self, canvas: Canvas) -> None:
        """Draw from the right, then title and crumb in what is left."""
        canvas.fill(0.0, 0.0, self.wide, self.high, "bar")
        canvas.line(0.0, self.high - 1.0, self.wide, self.high - 1.0, "line")
        if self.view is None:
            return
        base = self.high / 2.0 + 7.0
        header = self.view.header
        x = 16.0
        narrow = self.rail < _NARROW
        if not narrow:
            canvas.text(16.0, base, header.plant, size=16, bold=True, room=self.rail - 20.0, may_cut=True)
            x = self.rail + 16.0
        left = x + canvas.text(x, base, self.title, size=20, bold=True) + 16.0
        width = fonts.width(self.level, 14) + 12.0
        canvas.frame(left, base - 15.0, width, 19.0, "t3")
        canvas.text(left + 6.0, base, self.level, token="t2")
        left += width + 18.0
        right = self._right(canvas, base, left)
        if self.crumb and right - left > 80.0:
            canvas.text(left, base, self.crumb, token="t3", room=right - left - 16.0, may_cut=True)

    def _right(self, canvas: Canvas, base: float, left: float) -> float:
        """Groups from the right end; those that do not fit are left out, the least needed first."""
        assert self.view is not None
        header = self.view.header
        say = self.desk.say
        groups: list[list[tuple[str, int, bool]]] = [
            [(header.date, 14, False), (header.clock, 18, True), (header.zone, 14, False)],
            [(header.person, 14, True), (header.role, 14, False)],
            [(say(texts.AUTHORITY), 14, False), (header.authority, 14, True)],
            [(say(texts.DATA_AGE), 14, False), (header.age, 14, True)],
            [
                (say(texts.CORE), 14, False),
                (header.core, 14, True),
                ("PLC", 14, False),
                (header.devices, 14, True),
            ],
        ]
        # In a narrow window labels go before values do.
        right = self.wide - 16.0
        for drop in (0, 1, 2, 3):
            shown = [_without_labels(group) if drop else group for group in groups]
            if drop >= 2:
                shown[0] = shown[0][1:]
            if drop == 3:
                shown[1] = shown[1][:1]
            if right - sum(_width(group) + 24.0 for group in shown) - 24.0 > left:
                break
        for number, group in enumerate(shown):
            x = right - _width(group)
            for text, size, bold in group:
                if text:
                    x += canvas.text(x, base, text, size=size, bold=bold, token="t1" if bold else "t2") + 8.0
            right -= _width(group) + 12.0
            if number == len(shown) - 1:
                self._square(canvas, right - 2.0, base - 10.0)
                right -= 16.0
            else:
                canvas.line(round(right), base - 17.0, round(right), base + 3.0, "line")
            right -= 12.0
        return right

    def _square(self, canvas: Canvas, x: float, y: float) -> None:
        assert self.view is not None
        if self.view.header.is_linked:
            canvas.fill(x, y, 9.0, 9.0, "t1")
        else:
            canvas.frame(x, y, 9.0, 9.0, "t1", thick=1.5)


def _without_labels(group: list[tuple[str, int, bool]]) -> list[tuple[str, int, bool]]:
    kept = [part for part in group if part[2] or part[0] == "PLC"]
    return kept or group


def _width(group: list[tuple[str, int, bool]]) -> float:
    return sum(fonts.width(text, size, bold=bold) + 8.0 for text, size, bold in group if text) - 8.0


class BannerPart(FramePart):
    """Counters, the alarm to look at first, acknowledge and silence; or the strip of a lost core."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent)
        self.acknowledge = FrameButton(desk, self, self.acknowledge_first)
        self.silence = FrameButton(desk, self, self.silence_all)
        self.is_silent = True
        self._sounding: frozenset[str] = frozenset()

    def acknowledge_first(self) -> None:
        """Acknowledge the alarm shown here."""
        if self.view is not None and self.view.banner.may_acknowledge:
            self.desk.ask(Acknowledge((self.view.banner.first_key,)))

    def silence_all(self) -> None:
        """Stop the sound; apart from acknowledging."""
        self.is_silent = True
        self._label()

    def show_view(self, view: Frame) -> None:
        """Show counters and the first alarm; a new unacknowledged alarm sounds."""
        waiting = frozenset(
            key
            for key, alarm in self.desk.store.alarms.items()
            if alarm.needs_acknowledge and alarm.is_active
        )
        if waiting - self._sounding and not view.is_lost:
            self.is_silent = False
        if not waiting:
            self.is_silent = True
        self._sounding = waiting
        super().show_view(view)
        banner = view.banner
        self.say_name(f"{banner.source} {banner.text}" if banner.lost is None else banner.lost.head)
        self._label()

    def _label(self) -> None:
        if self.view is None:
            return
        say, banner = self.desk.say, self.view.banner
        self.acknowledge.show_as(say(texts.ACKNOWLEDGE), "A", is_enabled=banner.may_acknowledge)
        self.silence.show_as(say(texts.SILENCE), "M", is_enabled=not self.is_silent)
        hidden = banner.lost is not None
        self.acknowledge.setVisible(not hidden)
        self.silence.setVisible(not hidden)
        self.lay()

    def lay(self) -> None:
        """Buttons at the right end."""
        x = self.wide - 16.0
        for button in (self.silence, self.acknowledge):
            width = button.wanted()
            x -= width
            self.place(button, x, (self.high - 28.0) / 2.0, width, 28.0)
            x -= 8.0

    def draw(self, canvas: Canvas) -> None:
        """Draw banner or strip."""
        if self.view is None:
            canvas.fill(0.0, 0.0, self.wide, self.high, "t1")
            text = f"{self.desk.say(texts.NOT_CONNECTED)}  {self.desk.store.link.text}"
            canvas.text(
                20.0, self.high / 2.0 + 5.0, text, size=16, token="panel", room=self.wide - 40.0, may_cut=True
            )
            return
        banner, base = self.view.banner, self.high / 2.0 + 5.0
        if banner.lost is not None:
            canvas.fill(0.0, 0.0, self.wide, self.high, "t1")
            canvas.frame(20.0, base - 13.0, 16.0, 16.0, "panel", thick=2.0)
            x = 52.0
            corner = canvas.text(self.wide - 16.0, base, banner.lost.corner, token="panel", align=RIGHT)
            x += canvas.text(x, base, banner.lost.head, size=18, bold=True, token="panel") + 14.0
            room = self.wide - corner - 40.0 - x
            canvas.text(x, base, banner.lost.text, size=16, token="panel", room=room, may_cut=True)
            return
        canvas.fill(0.0, 0.0, self.wide, self.high, "sunk")
        canvas.line(0.0, self.high - 1.0, self.wide, self.high - 1.0, "line")
        x = self._counters(canvas, base)
        self._first(canvas, base, x)

    def _counters(self, canvas: Canvas, base: float) -> float:
        assert self.view is not None
        x = 18.0
        for counter in self.view.banner.counters:
            draw_alarm(canvas, x + 16.0, self.high / 2.0, BANNER, counter.mark)
            token = "t1" if counter.count else "t3"
            size = 18 if counter.count else 16
            x += 38.0
            x += (
                canvas.text(x, base, str(counter.count), size=size, bold=bool(counter.count), token=token)
                + 14.0
            )
        x += canvas.text(x + 6.0, base, self.view.banner.shelved, token="t2") + 22.0
        canvas.line(round(x), 6.0, round(x), self.high - 6.0, "line")
        return x + 14.0

    def _first(self, canvas: Canvas, base: float, x: float) -> None:
        assert self.view is not None
        banner = self.view.banner
        right = self.acknowledge.x() / self.desk.scale - 16.0
        if banner.mark is None:
            x += canvas.text(x, base, banner.text, size=16) + 24.0
            canvas.text(
                right, base, banner.last, token="t2", align=RIGHT, room=max(0.0, right - x), may_cut=True
            )
            return
        draw_alarm(canvas, x + 16.0, self.high / 2.0, BANNER, banner.mark)
        x += 38.0
        x += canvas.text(x, base, banner.clock, token="t2") + 14.0
        x += canvas.text(x, base, banner.source, size=16, bold=True) + 14.0
        canvas.text(x, base, banner.text, size=16, room=right - x, may_cut=True)


class RailButton(Pressable):
    """A page in the rail."""

    in_frame = True

    def __init__(self, desk: Desk, parent: "RailPart", page: PageInfo) -> None:
        super().__init__(desk, parent)
        self.page = page
        self.item: RailItem | None = None
        self.is_current = False
        # The rail is reached by its keys; Tab stays with the page.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def show_item(self, item: RailItem, *, is_current: bool) -> None:
        """Show name, key or shape."""
        if (item, is_current) != (self.item, self.is_current):
            self.item, self.is_current = item, is_current
            self.say_name(f"{item.text} {item.page.key}")
            self.setToolTip(f"{item.text} {item.page.key}")
            self.update()

    def press(self) -> None:
        """Open the page."""
        self.desk.open(self.page.name)

    def draw(self, canvas: Canvas) -> None:
        """Draw icon, name, key or shape."""
        canvas.fill(0.0, 0.0, self.wide, self.high, "panel" if self.is_current else "bar")
        if self.is_current:
            canvas.fill(0.0, 0.0, 4.0, self.high, "t1")
        if self.item is None:
            return
        token, base = "t1" if self.is_current else "t2", self.high / 2.0 + 5.0
        draw_icon(canvas, self.page.name, 17.0, self.high / 2.0 - 8.0, token)
        narrow = self.wide < _NARROW
        corner = 0.0
        if self.item.mark is not None:
            place = self.wide - (14.0 if narrow else 26.0)
            draw_alarm(
                canvas,
                place,
                self.high / 2.0 - (10.0 if narrow else 0.0),
                12.0 if narrow else SMALL_SHAPE,
                self.item.mark,
            )
            corner = 40.0
        elif not narrow and 60.0 + fonts.width(self.item.text, 15, bold=True) < self.wide - 32.0:
            corner = canvas.text(self.wide - 8.0, base, self.page.key, token="t3", align=RIGHT) + 10.0
        if not narrow:
            canvas.text(
                46.0,
                base,
                self.item.text,
                size=15,
                bold=self.is_current,
                token=token,
                room=self.wide - 46.0 - corner - 2.0,
                may_cut=True,
            )


class RailPart(FramePart):
    """Pages in groups; below them what can be done from everywhere."""

    def __init__(self, desk: Desk, parent: QWidget, pages: tuple[PageInfo, ...]) -> None:
        super().__init__(desk, parent)
        self.buttons = [RailButton(desk, self, page) for page in pages]
        self.current = ""

    @property
    def top(self) -> float:
        """Where the pages begin: below the banner beside it."""
        return 52.0 if self.wide >= _NARROW else 44.0

    def show_page(self, name: str) -> None:
        """Mark the current page."""
        self.current = name
        if self.view is not None:
            self.show_view(self.view)

    def show_view(self, view: Frame) -> None:
        """Show shapes of alarms."""
        super().show_view(view)
        for button, item in zip(self.buttons, view.rail, strict=True):
            button.show_item(item, is_current=item.page.name == self.current)

    def lay(self) -> None:
        """Stack the pages, a gap between groups."""
        y, group = self.top, 0
        for button in self.buttons:
            if button.page.group != group:
                y += 16.0
                group = button.page.group
            self.place(button, 0.0, y, self.wide - 1.0, 44.0)
            y += 44.0

    def draw(self, canvas: Canvas) -> None:
        """Draw ground, hairlines, hints."""
        canvas.fill(0.0, 0.0, self.wide, self.high, "bar")
        canvas.line(self.wide - 1.0, 0.0, self.wide - 1.0, self.high, "line")
        if self.wide < _NARROW:
            return
        canvas.text(16.0, 25.0, self.desk.say(texts.ALARMS), token="t2")
        canvas.line(0.0, 39.0, self.wide, 39.0, "line")
        y, group = self.top, 0
        for button in self.buttons:
            if button.page.group != group:
                canvas.line(16.0, y + 8.0, self.wide - 16.0, y + 8.0, "line")
                y += 16.0
                group = button.page.group
            y += 44.0
        hints = (
            (texts.GO_TO, "Ctrl K"),
            (texts.LANGUAGE, "Ctrl L"),
            (texts.DAY_NIGHT, "Ctrl D"),
            (texts.HELP, "F1"),
        )
        base = self.high - 30.0 * len(hints) + 2.0
        canvas.line(16.0, base - 30.0, self.wide - 16.0, base - 30.0, "line")
        for text, key in hints:
            key_width = canvas.text(self.wide - 8.0, base, key, token="t3", align=RIGHT)
            canvas.text(
                16.0, base, self.desk.say(text), token="t2", room=self.wide - 28.0 - key_width, may_cut=True
            )
            base += 30.0


class FooterPart(FramePart):
    """Last command at the left, keys of the page at the right."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent)
        self.keys = ""

    def show_keys(self, keys: str) -> None:
        """Change the keys."""
        if keys != self.keys:
            self.keys = keys
            self.update()

    def draw(self, canvas: Canvas) -> None:
        """Draw both ends; the keys give way."""
        canvas.fill(0.0, 0.0, self.wide, self.high, "bar")
        canvas.line(0.0, 0.0, self.wide, 0.0, "line")
        if self.view is None:
            return
        base = self.high / 2.0 + 5.0
        left = canvas.text(16.0, base, self.view.footer, token="t1", room=0.62 * self.wide, may_cut=True)
        room = self.wide - left - 64.0
        canvas.text(self.wide - 16.0, base, self.keys, token="t2", align=RIGHT, room=room, may_cut=True)


class SimulatorStrip(FramePart):
    """Says that no real plant stands behind the values; cannot be removed."""

    def draw(self, canvas: Canvas) -> None:
        """Draw the inverted strip."""
        canvas.fill(0.0, 0.0, self.wide, self.high, "t2")
        if self.view is not None:
            room = self.wide - 40.0
            canvas.text(
                20.0,
                self.high / 2.0 + 5.0,
                self.view.simulator,
                bold=True,
                token="panel",
                room=room,
                may_cut=True,
            )
