"""Analog indicators: where a value sits on its range, its band and its limits, seen without reading."""

from typing import Final

from orcplant.hmi.canvas import Canvas
from orcplant.hmi.viewmodels.marks import Indicator

_POINTER: Final = (5.0, 8.0)  # half width and height of the triangle
CELL: Final = "cell"
PANEL: Final = "panel"


def draw_horizontal(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    shown: Indicator,
    *,
    height: float = 12.0,
    ground: str = PANEL,
) -> None:
    """Draw a horizontal indicator; (x, y) is the bar's top left, the pointer stands above it.

    `ground` says which pair of tokens is seen on what is behind: panel or cell.
    """
    track, band = ("trackb", "bandb") if ground == CELL else ("track", "band")

    def at(value: float) -> float:
        return x + width * shown.place(value)

    canvas.fill(x, y, width, height, track)
    if shown.band is not None:
        canvas.fill(at(shown.band[0]), y, at(shown.band[1]) - at(shown.band[0]), height, band)
    if shown.is_old:
        canvas.hatch(x, y, width, height)
    _violated_across(canvas, shown, at, y, height)
    for tick in shown.ticks:
        canvas.fill(round(at(tick)), y - 2.0, 1.0, height + 4.0, "t2")
    if shown.expected is not None:
        canvas.line(
            at(shown.expected), y - 4.0, at(shown.expected), y + height + 4.0, "design", thick=2.0, dash="4 3"
        )
    below = y + height
    if shown.setpoint is not None:
        place = at(shown.setpoint)
        canvas.polygon(
            ((place, below + 1), (place + 5, below + 9), (place - 5, below + 9)),
            fill="panel",
            line="ink",
            thick=1.25,
        )
    if shown.asked is not None:
        place = at(shown.asked)
        canvas.polygon(((place, below + 1), (place + 5, below + 9), (place - 5, below + 9)), fill="ink")
    if shown.value is not None:
        _pointer_down(canvas, at(shown.value), y, height, beyond=_side(shown, shown.value))


def _violated_across(canvas: Canvas, shown: Indicator, at: object, y: float, height: float) -> None:
    if shown.violation is None or shown.value is None or not callable(at):
        return
    ends = sorted((at(shown.violation.limit), at(shown.value)))
    wide = max(4.0, ends[1] - ends[0])
    canvas.allow_colour(ends[0] - 1.0, y - 1.0, wide + 2.0, height + 2.0)
    canvas.fill(ends[0], y, wide, height, f"p{shown.violation.priority}")
    canvas.frame(ends[0], y, wide, height, "out", thick=1.25)


def _side(shown: Indicator, value: float) -> int:
    return -1 if value < shown.lo else 1 if value > shown.hi else 0


def _pointer_down(canvas: Canvas, place: float, y: float, height: float, *, beyond: int) -> None:
    half, tall = _POINTER
    if height < 10.0:
        half, tall = 4.0, 6.0
    canvas.fill(place - 1.0, y - 1.0, 2.0, height + 2.0, "ink")
    canvas.polygon(((place - half, y - tall), (place + half, y - tall), (place, y + 1.0)), fill="ink")
    if beyond:
        # A chevron: the value is beyond the range.
        tip = place + beyond * 4.0
        middle = y + height / 2.0
        canvas.polyline(
            ((tip - beyond * 4, middle - 4), (tip, middle), (tip - beyond * 4, middle + 4)), "ink", thick=1.5
        )


def draw_vertical(
    canvas: Canvas, x: float, y: float, height: float, shown: Indicator, *, width: float = 14.0
) -> None:
    """Draw a vertical indicator from its top left; pointer at the right, set-point at the left."""

    def at(value: float) -> float:
        return y + height * (1.0 - shown.place(value))

    canvas.fill(x, y, width, height, "track")
    if shown.band is not None:
        canvas.fill(x, at(shown.band[1]), width, at(shown.band[0]) - at(shown.band[1]), "band")
    if shown.is_old:
        canvas.hatch(x, y, width, height)
    if shown.violation is not None and shown.value is not None:
        ends = sorted((at(shown.violation.limit), at(shown.value)))
        tall = max(4.0, ends[1] - ends[0])
        canvas.allow_colour(x - 1.0, ends[0] - 1.0, width + 2.0, tall + 2.0)
        canvas.fill(x, ends[0], width, tall, f"p{shown.violation.priority}")
        canvas.frame(x, ends[0], width, tall, "out", thick=1.25)
    for tick in shown.ticks:
        canvas.fill(x - 3.0, round(at(tick)), width + 6.0, 1.0, "t2")
    if shown.expected is not None:
        canvas.line(
            x - 3.0, at(shown.expected), x + width + 3.0, at(shown.expected), "design", thick=2.0, dash="4 3"
        )
    for value, fill in ((shown.setpoint, "panel"), (shown.asked, "ink")):
        if value is not None:
            place = at(value)
            canvas.polygon(
                ((x - 1, place), (x - 9, place - 5), (x - 9, place + 5)), fill=fill, line="ink", thick=1.25
            )
    if shown.value is not None:
        place = at(shown.value)
        canvas.fill(x, place - 1.0, width, 2.0, "ink")
        canvas.polygon(
            ((x + width, place), (x + width + 8, place - 5), (x + width + 8, place + 5)), fill="ink"
        )


def draw_steps(canvas: Canvas, x: float, y: float, width: float, *, done: int, count: int) -> None:
    """Draw the bar of a start: `count` parts, `done` of them filled."""
    gap = 2.0
    part = (width - gap * (count - 1)) / count
    for k in range(count):
        canvas.fill(x + k * (part + gap), y, part, 6.0, "run" if k < done else "fill2")
        if k >= done:
            canvas.frame(x + k * (part + gap), y, part, 6.0, "axis")
