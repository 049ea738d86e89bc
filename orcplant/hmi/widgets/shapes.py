"""Shapes of alarms, letters of quality, outcomes of commands, icons, parts of the mimic."""

import math
from collections.abc import Sequence
from typing import Final

from orcplant.hmi.canvas import MIDDLE, Canvas, Point
from orcplant.hmi.viewmodels.marks import AlarmMark, Letter, Shape
from orcplant.live import CommandState

DETAIL: Final = 24.0
BANNER: Final = 20.0
SMALL_SHAPE: Final = 16.0
_RING: Final = 3.5  # from shape to outer outline
_DIGIT: Final = 0.72  # baseline below the centre and size of the digit, as shares of the shape


def draw_alarm(canvas: Canvas, x: float, y: float, size: float, mark: AlarmMark) -> None:
    """Draw the shape of an alarm about a centre; only its outer outline blinks."""
    half = size / 2.0
    reach = half * 1.5 + _RING + 2.0
    canvas.allow_colour(x - reach, y - reach, 2.0 * reach, 2.0 * reach)
    name = f"p{mark.priority}"
    if mark.shape is Shape.NONE:
        _outline(canvas, mark.priority, x, y, half, line="axis", thick=1.25)
        _digit(canvas, mark.priority, x, y, size, "t3")
        return
    is_hollow = mark.shape in (Shape.RETURNED, Shape.SHELVED)
    if is_hollow:
        _outline(canvas, mark.priority, x, y, half, fill="panel", line="out", thick=1.25)
        _outline(canvas, mark.priority, x, y, half - 1.75, line=name, thick=2.5)
        _outline(canvas, mark.priority, x, y, half - 3.5, line="out", thick=1.0)
    else:
        _outline(canvas, mark.priority, x, y, half, fill=name, line="out", thick=1.25)
    _digit(canvas, mark.priority, x, y, size, "t1" if is_hollow else f"{name}_digit")
    canvas.has_blink = canvas.has_blink or mark.blinks
    if mark.blinks and canvas.is_lit:
        _outline(canvas, mark.priority, x, y, half + _RING, line="t1", thick=2.0)


def _outline(
    canvas: Canvas,
    priority: int,
    x: float,
    y: float,
    half: float,
    *,
    fill: str = "",
    line: str = "",
    thick: float = 1.0,
) -> None:
    if priority == 3:
        canvas.disc(x, y, half, fill=fill, line=line, thick=thick)
    elif priority == 1:
        corners = ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))
        canvas.polygon(corners, fill=fill, line=line, thick=thick)
    else:
        # The same weight to the eye as the square: a fifth wider, its centre of mass on the centre.
        wide, up, down = 1.2 * half, 1.18 * half, 0.95 * half
        canvas.polygon(
            ((x, y - up), (x + wide, y + down), (x - wide, y + down)), fill=fill, line=line, thick=thick
        )


def _digit(canvas: Canvas, priority: int, x: float, y: float, size: float, token: str) -> None:
    low = 0.36 if priority != 2 else 0.40
    digit = round(size * (0.78 if priority != 2 else 0.70))
    # The digit belongs to the shape: it is a part of the mark, not a text to read.
    audit, canvas.audit = canvas.audit, None
    canvas.text(
        x,
        y + low * digit + (2.0 if priority == 2 else 0.0),
        str(priority),
        size=digit,
        bold=True,
        token=token,
        align=MIDDLE,
    )
    canvas.audit = audit


def draw_letter(canvas: Canvas, x: float, y: float, letter: Letter) -> float:
    """Draw the box of a quality letter, 16 px, its top left at a point; width used, 0 for GOOD."""
    if letter is Letter.GOOD:
        return 0.0
    if letter.is_inverted:
        canvas.fill(x, y, 16.0, 16.0, "t2")
    else:
        canvas.frame(x, y, 16.0, 16.0, "t1", thick=1.5)
    audit, canvas.audit = canvas.audit, None
    canvas.text(
        x + 8.0,
        y + 13.0,
        letter,
        size=13,
        bold=True,
        token="panel" if letter.is_inverted else "t1",
        align=MIDDLE,
    )
    canvas.audit = audit
    return 16.0


def draw_outcome(canvas: Canvas, x: float, y: float, state: CommandState, *, radius: float = 20.0) -> None:
    """Draw the glyph of a command's state about a centre; monochrome."""
    r = radius
    if state is CommandState.VERIFIED:
        canvas.disc(x, y, r, fill="t1")
        canvas.polyline(
            ((x - 0.45 * r, y), (x - 0.1 * r, y + 0.35 * r), (x + 0.5 * r, y - 0.35 * r)),
            "panel",
            thick=0.14 * r + 0.6,
        )
    elif state is CommandState.REJECTED:
        canvas.fill(x - r, y - r, 2.0 * r, 2.0 * r, "t1")
        for sign in (-1.0, 1.0):
            canvas.line(
                x - 0.45 * r,
                y - sign * 0.45 * r,
                x + 0.45 * r,
                y + sign * 0.45 * r,
                "panel",
                thick=0.14 * r + 0.6,
            )
    elif state is CommandState.UNCONFIRMED:
        canvas.disc(x, y, r - 1.0, line="t1", thick=2.0, dash="4 3")
        _glyph_text(canvas, x, y, r, "?")
    else:
        canvas.disc(x, y, r - 1.0, line="t1", thick=2.0)
        _in_circle(canvas, x, y, r, state)


def _glyph_text(canvas: Canvas, x: float, y: float, r: float, text: str) -> None:
    audit, canvas.audit = canvas.audit, None
    canvas.text(x, y + 0.42 * r, text, size=round(1.15 * r), bold=True, align=MIDDLE)
    canvas.audit = audit


def _in_circle(canvas: Canvas, x: float, y: float, r: float, state: CommandState) -> None:
    if state is CommandState.REFUSED:
        canvas.line(x - 0.6 * r, y + 0.6 * r, x + 0.6 * r, y - 0.6 * r, "t1", thick=2.0)
    elif state is CommandState.CLAMPED:
        canvas.line(x - 0.6 * r, y, x + 0.3 * r, y, "t1", thick=2.0)
        canvas.polyline(((x, y - 0.35 * r), (x + 0.32 * r, y), (x, y + 0.35 * r)), "t1", thick=2.0)
        canvas.line(x + 0.5 * r, y - 0.5 * r, x + 0.5 * r, y + 0.5 * r, "t1", thick=2.0)
    else:
        for step in (-0.42, 0.0, 0.42):
            canvas.disc(x + step * r, y, max(1.2, 0.1 * r), fill="t1")


def draw_tick(canvas: Canvas, x: float, y: float, *, token: str = "t2") -> None:
    """Draw the tick of a check that holds, its box 14 px, top left at a point."""
    canvas.polyline(((x + 1.0, y + 7.0), (x + 5.5, y + 11.5), (x + 13.0, y + 2.0)), token, thick=2.0)


def draw_cross(canvas: Canvas, x: float, y: float) -> None:
    """Draw the cross of a check that blocks, its box 12 px."""
    for y1, y2 in ((y + 1.0, y + 11.0), (y + 11.0, y + 1.0)):
        canvas.line(x + 1.0, y1, x + 11.0, y2, "t1", thick=2.75)


def draw_triangle(canvas: Canvas, x: float, y: float, *, token: str = "t1", size: float = 6.0) -> None:
    """Draw a small filled triangle that points right, about a centre."""
    canvas.polygon(((x - size / 2, y - size), (x + size / 2 + 2, y), (x - size / 2, y + size)), fill=token)


_ICONS: Final[dict[str, Sequence[Sequence[Point]]]] = {
    "plant": (((0, 15), (0, 6), (6, 9), (6, 6), (12, 9), (12, 0), (16, 0), (16, 15), (0, 15)),),
    "alarms": (((2, 12), (4, 9), (4, 5), (8, 1), (12, 5), (12, 9), (14, 12), (2, 12)), ((6, 15), (10, 15))),
    "journal": (
        ((2, 0), (14, 0), (14, 16), (2, 16), (2, 0)),
        ((5, 4), (11, 4)),
        ((5, 8), (11, 8)),
        ((5, 12), (11, 12)),
    ),
    "diagnostics": (((0, 8), (4, 8), (6, 3), (9, 13), (11, 8), (16, 8)),),
    "settings": (
        ((0, 3), (16, 3)),
        ((0, 8), (16, 8)),
        ((0, 13), (16, 13)),
        ((5, 1), (5, 5)),
        ((11, 6), (11, 10)),
        ((4, 11), (4, 15)),
    ),
    "login": (((2, 7), (14, 7), (14, 16), (2, 16), (2, 7)), ((5, 7), (5, 3), (8, 0), (11, 3), (11, 7))),
}


def draw_icon(canvas: Canvas, name: str, x: float, y: float, token: str) -> None:
    """Draw the icon of a page, 16 px, its top left at a point."""
    if name == "units":
        for k in range(9):
            canvas.fill(x + 6.0 * (k % 3), y + 6.0 * (k // 3), 4.0, 4.0, token)
        return
    for stroke in _ICONS.get(name, ()):
        canvas.polyline([(x + px, y + py) for px, py in stroke], token, thick=1.5)


def draw_fan(canvas: Canvas, x: float, y: float, *, is_running: bool) -> None:
    """Draw a fan about a centre: two blades."""
    fill = "ink" if is_running else "track"
    for sign in (-1.0, 1.0):
        canvas.polygon(
            ((x, y), (x + sign * 12.0, y - 5.0), (x + sign * 12.0, y + 5.0)), fill=fill, line="ink"
        )


def draw_pump(canvas: Canvas, x: float, y: float, *, is_running: bool, radius: float = 18.0) -> None:
    """Draw a pump about a centre, delivering to the left."""
    canvas.disc(x, y, radius, fill="field" if is_running else "stop", line="ink", thick=1.5)
    r = radius
    points = [(x + r * math.cos(a), y + r * math.sin(a)) for a in (math.pi, math.pi * 0.3, -math.pi * 0.3)]
    canvas.polygon(points, line="ink", thick=1.25, fill="ink" if is_running else "track")


def draw_valve(canvas: Canvas, x: float, y: float, opening: float | None) -> None:
    """Draw a valve about a centre: open `field`, shut `stop`, travelling half and half."""
    share = 0.0 if opening is None else opening
    left = "stop" if share < 2.0 else "field"
    right = "field" if share > 98.0 or 20.0 < share else left
    canvas.polygon(((x - 12, y - 8), (x, y), (x - 12, y + 8)), fill=left, line="ink", thick=1.25)
    canvas.polygon(((x + 12, y - 8), (x, y), (x + 12, y + 8)), fill=right, line="ink", thick=1.25)
