"""Cells of units and wells, drawn and pressed."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from orcplant.hmi import fonts
from orcplant.hmi.canvas import RIGHT, Canvas
from orcplant.hmi.desk import Desk
from orcplant.hmi.viewmodels.cells import Row, UnitCell, WellCell
from orcplant.hmi.widgets.curves import Box, draw_spark
from orcplant.hmi.widgets.indicators import CELL, draw_horizontal, draw_steps
from orcplant.hmi.widgets.painted import Pressable
from orcplant.hmi.widgets.shapes import BANNER, SMALL_SHAPE, draw_alarm, draw_letter

_TALL = 150.0  # from this height a cell has its rows
_PAD = 8.0
_LEAST_STEP = 22.0
_LINE = 19.0
_NARROW = 120.0  # a narrower cell has a smaller shape
_LEAST_WORD = 26.0  # less room than this: brightness and shape tell the state
_OFF = 2.0  # [%] from expected, from which the gap is bold
_SPAN_S = 4.0 * 3600.0


class UnitCellWidget(Pressable):
    """A unit; pressing it opens its page."""

    def __init__(
        self, desk: Desk, parent: QWidget, opened: Callable[[str], None], *, is_detailed: bool
    ) -> None:
        super().__init__(desk, parent)
        self._opened = opened
        self._is_detailed = is_detailed
        self.cell: UnitCell | None = None

    def show_cell(self, cell: UnitCell) -> None:
        """Show a unit."""
        if cell != self.cell:
            self.cell = cell
            self.say_name(cell.spoken)
            self.update()

    def press(self) -> None:
        """Open the unit."""
        if self.cell is not None:
            self._opened(self.cell.name)

    def draw(self, canvas: Canvas) -> None:
        """Draw the cell."""
        if self.cell is not None:
            tall = self._is_detailed and self.high >= _TALL
            draw_unit(canvas, self.wide, self.high, self.cell, now=self.desk.clock(), is_tall=tall)


def draw_unit(
    canvas: Canvas, width: float, height: float, cell: UnitCell, *, now: float, is_tall: bool
) -> None:
    """Draw a unit into a cell of a size; a tall one has history and rows of values."""
    ground, t1, t2 = ("run", "run_t1", "run_t2") if cell.is_running else ("stop", "stop_t1", "stop_t2")
    if cell.is_lost:
        ground, t1, t2 = "panel", "t3", "t3"
    _ground(canvas, width, height, cell, ground)
    size = 16.0 if is_tall else 14.0
    canvas.text(_PAD, 20.0, cell.name, size=size, bold=is_tall, token=t1 if is_tall else t2)
    used = 2 * _PAD + fonts.width(cell.name, size, bold=is_tall)
    if cell.mark is not None and cell.is_running:
        draw_alarm(canvas, used + 12.0, 16.0, 14.0, cell.mark)
        used += 30.0
    room = width - used - _PAD
    if room > _LEAST_WORD:
        canvas.text(
            width - _PAD,
            20.0,
            cell.word,
            bold=not cell.is_running,
            token=t2,
            align=RIGHT,
            room=room,
            may_cut=True,
        )
    if is_tall:
        _tall(canvas, width, height, cell, t1, t2, now)
    elif cell.is_running:
        _low(canvas, width, height, cell, t1, t2)
    else:
        _stopped(canvas, width, height, cell, t1, t2, y=40.0, has_power=True)


def _ground(canvas: Canvas, width: float, height: float, cell: UnitCell, ground: str) -> None:
    if canvas.tokens.is_lost and cell.is_running:
        canvas.hatch(0.0, 0.0, width, height, "line")
    else:
        canvas.fill(0.0, 0.0, width, height, ground)
    if cell.is_lost:
        canvas.hatch(0.0, 0.0, width, height)
        canvas.frame(0.5, 0.5, width - 1.0, height - 1.0, "axis", dash="4 3")
    if cell.is_tripped and cell.mark is not None:
        canvas.frame(0.0, 0.0, width, height, f"p{cell.mark.priority}", thick=3.0)
        for box in (
            (0, 0, width, 3),
            (0, height - 3, width, 3),
            (0, 0, 3, height),
            (width - 3, 0, 3, height),
        ):
            canvas.allow_colour(*(float(part) for part in box))


def _power(
    canvas: Canvas, x: float, base: float, cell: UnitCell, t1: str, t2: str, *, size: float, is_right: bool
) -> float:
    """Draw the net power, struck out where it is not live; where it ends."""
    number, unit = cell.power.text, cell.power.unit
    unit_width = fonts.width(unit, 14) + 5.0 if unit else 0.0
    width = fonts.width(number, size, bold=True)
    letter = 21.0 if cell.power.letter and not cell.is_lost else 0.0
    left = x - width - unit_width - letter if is_right else x
    canvas.text(left, base, number, size=size, bold=True, token=t1)
    if cell.is_lost:
        canvas.line(left - 2.0, base - 0.35 * size, left + width + 2.0, base - 0.35 * size, t1, thick=1.5)
    else:
        canvas.text(left + width + 5.0, base, unit, token=t2)
    if letter:
        draw_letter(canvas, left + width + unit_width + 5.0, base - 13.0, cell.power.letter)
    return left + width + unit_width + letter


def _low(canvas: Canvas, width: float, height: float, cell: UnitCell, t1: str, t2: str) -> None:
    """Name, power and deviation only."""
    bar = height - 16.0
    base = min(48.0, bar - 10.0)
    size = 22.0 if height >= 76.0 else 18.0
    _power(canvas, width - _PAD, base, cell, t1, t2, size=size, is_right=True)
    if cell.deviation is not None:
        draw_horizontal(canvas, _PAD, bar, width - 2 * _PAD, cell.deviation, height=8.0, ground=CELL)
    if cell.gap_text and bar - base > 34.0:
        off = cell.gap is not None and abs(cell.gap) > _OFF
        canvas.text(width - _PAD, bar - 14.0, cell.gap_text, bold=off, token=t2, align=RIGHT)


def _stopped(
    canvas: Canvas,
    width: float,
    height: float,
    cell: UnitCell,
    t1: str,
    t2: str,
    *,
    y: float,
    has_power: bool,
) -> None:
    """What a unit that does not run says."""
    x = _PAD
    lines = max(1, int((height - y - (16.0 if cell.steps else 0.0)) / _LINE + 0.6))
    if cell.mark is not None:
        middle = y - 12.0 + min(height - y + 4.0, 52.0) / 2.0
        is_narrow = width < _NARROW
        draw_alarm(
            canvas, _PAD + (11.0 if is_narrow else 17.0), middle, 14.0 if is_narrow else BANNER, cell.mark
        )
        x += 27.0 if is_narrow else 42.0
    if cell.is_lost and has_power and lines > 1:
        _power(canvas, x, y, cell, t1, t2, size=16.0, is_right=False)
        y, lines = y + _LINE + 1.0, lines - 1
    for line in cell.lines:
        if lines < 1:
            break
        before = y
        y = canvas.paragraph(x, y, line, room=width - x - _PAD, lines=lines, step=_LINE, token=t1)
        lines -= round((y - before) / _LINE)
    if has_power and not cell.lines:
        _power(canvas, x, y, cell, t2, t2, size=16.0, is_right=False)
    if cell.steps is not None:
        done, count = cell.steps
        draw_steps(canvas, _PAD, height - 12.0, width - 2 * _PAD, done=done, count=count)


def _tall(canvas: Canvas, width: float, height: float, cell: UnitCell, t1: str, t2: str, now: float) -> None:
    """Power, history, rows of values."""
    spark = 40.0 if height < 250.0 else 56.0
    end = _power(canvas, _PAD, 48.0, cell, t1, t2, size=24.0, is_right=False)
    if cell.gap_text and width - _PAD - fonts.width(cell.gap_text, 16) > end + 8.0:
        off = cell.gap is not None and abs(cell.gap) > _OFF
        canvas.text(width - _PAD, 48.0, cell.gap_text, size=16, bold=off, token=t1, align=RIGHT)
    if not cell.is_lost:
        box = Box(_PAD, 58.0, width - 2 * _PAD, spark, 0.0, max(1.0, cell.rating), now - _SPAN_S, now)
        draw_spark(canvas, box, cell.curve)
    if not cell.is_running:
        _stopped(canvas, width, height, cell, t1, t2, y=86.0 + spark, has_power=False)
        return
    top = 62.0 + spark
    rows = cell.rows[: max(1, int((height - top - 6.0) / _LEAST_STEP))]
    step = (height - top - 6.0) / max(1, len(rows))
    for k, row in enumerate(rows):
        _row(canvas, width, top + (k + 0.5) * step + 5.0, row, t1, t2)


def _row(canvas: Canvas, width: float, base: float, row: Row, t1: str, t2: str) -> None:
    canvas.text(_PAD, base, row.label, token=t2, room=52.0)
    units = fonts.width(row.shown.unit, 14)
    right = width - _PAD
    canvas.text(right, base, row.shown.unit, token=t2, align=RIGHT)
    number = canvas.text(right - units - 5.0, base, row.shown.text, bold=row.is_off, token=t1, align=RIGHT)
    left, end = _PAD + 56.0, right - max(units + number + 16.0, 92.0)
    if row.indicator is not None and end - left > 24.0:
        draw_horizontal(canvas, left, base - 9.0, end - left, row.indicator, height=8.0, ground=CELL)


class WellCellWidget(Pressable):
    """A production well."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent)
        self.cell: WellCell | None = None

    def show_cell(self, cell: WellCell) -> None:
        """Show a well."""
        if cell != self.cell:
            self.cell = cell
            self.say_name(cell.spoken)
            self.update()

    def draw(self, canvas: Canvas) -> None:
        """Draw the cell."""
        cell = self.cell
        if cell is None:
            return
        width, height = self.wide, self.high
        canvas.fill(0.0, 0.0, width, height, "panel" if cell.is_lost else "sunk")
        if cell.is_lost:
            canvas.hatch(0.0, 0.0, width, height)
            canvas.frame(0.5, 0.5, width - 1.0, height - 1.0, "axis", dash="4 3")
        name = canvas.text(_PAD, 19.0, cell.name, token="t2")
        corner = cell.temperature.spoken if cell.is_open else cell.word
        canvas.text(
            width - _PAD, 19.0, corner, token="t2", align=RIGHT, room=width - name - 3 * _PAD, may_cut=True
        )
        number = canvas.text(_PAD, 41.0, cell.flow.text, size=16, bold=True)
        canvas.text(_PAD + number + 5.0, 41.0, cell.flow.unit, token="t2")
        if cell.flow.letter:
            draw_letter(
                canvas, _PAD + number + 10.0 + fonts.width(cell.flow.unit, 14), 28.0, cell.flow.letter
            )
        if cell.mark is not None:
            draw_alarm(canvas, width - _PAD - 10.0, 35.0, SMALL_SHAPE, cell.mark)
        if cell.indicator is not None and height > 55.0:
            draw_horizontal(canvas, _PAD, height - 12.0, width - 2 * _PAD, cell.indicator, height=8.0)
