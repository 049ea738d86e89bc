"""Curves: sparkline, dot strip, staircase, temperature over entropy. Fixed scales; a gap stays a gap."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from orcplant.hmi import fonts
from orcplant.hmi.canvas import LEFT, MIDDLE, RIGHT, Canvas, Point
from orcplant.hmi.viewmodels.marks import Curve

_DOT: Final = 3.4
_APART: Final = 18.0  # of the numbers on an axis


@dataclass(frozen=True, slots=True)
class Box:
    """Where a curve is drawn: a rectangle, the values at its bottom and top, the times at its sides."""

    x: float
    y: float
    width: float
    height: float
    lo: float
    hi: float
    start: float
    end: float

    def across(self, time: float) -> float:
        """Place of a time."""
        return self.x + self.width * (time - self.start) / max(1e-9, self.end - self.start)

    def up(self, value: float) -> float:
        """Place of a value; beyond the scale, its edge."""
        share = (value - self.lo) / (self.hi - self.lo)
        return self.y + self.height * (1.0 - min(1.0, max(0.0, share)))


def strokes(curve: Curve, box: Box) -> list[list[Point]]:
    """Points of a curve inside a box, parted where values are missing."""
    found: list[list[Point]] = []
    stroke: list[Point] = []
    for time, value in zip(curve.times, curve.values, strict=True):
        if value is None or not box.start <= time <= box.end:
            if stroke:
                found.append(stroke)
            stroke = []
            continue
        stroke.append((box.across(time), box.up(value)))
    return [*found, stroke] if stroke else found


def draw_spark(
    canvas: Canvas,
    box: Box,
    curve: Curve,
    *,
    band: tuple[float, float] | None = None,
    ground: str = "sunk",
    band_token: str = "band",
    token: str = "ink",
    dash: str = "",
    has_dot: bool = True,
) -> None:
    """Draw a sparkline with its band behind it and a dot at its end."""
    if ground:
        canvas.fill(box.x, box.y, box.width, box.height, ground)
    if band is not None:
        top, bottom = box.up(band[1]), box.up(band[0])
        canvas.fill(box.x, top, box.width, bottom - top, band_token)
    parts = strokes(curve, box)
    for part in parts:
        canvas.polyline(part, token, thick=1.25, dash=dash)
    if parts and has_dot and curve.last is not None:
        canvas.disc(*parts[-1][-1], 2.5, fill=token)


def draw_dots(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    values: Sequence[tuple[str, float]],
    *,
    lo: float,
    hi: float,
    band: tuple[float, float] | None,
    ticks: Sequence[float] = (),
    worst: str = "",
) -> None:
    """Draw a dot a unit, stacked in bins of their width; the worst is named."""
    canvas.fill(x, y, width, height, "track")

    def at(value: float) -> float:
        return x + width * min(1.0, max(0.0, (value - lo) / (hi - lo)))

    if band is not None:
        canvas.fill(at(band[0]), y, at(band[1]) - at(band[0]), height, "band")
    for tick in ticks:
        if lo <= tick <= hi:
            canvas.fill(round(at(tick)), y, 1.0, height, "t2")
    step = 2.0 * _DOT + 1.6
    last = int(width / step) - 1
    columns = {name: max(1, min(round((at(value) - x) / step), last)) for name, value in values}
    stacks: Counter[int] = Counter()
    # A stack higher than the strip is drawn closer.
    tallest = max(Counter(columns.values()).values(), default=1)
    rise = min(step, (height - 30.0) / tallest)
    for name, _ in values:
        level = stacks[columns[name]]
        stacks[columns[name]] += 1
        canvas.disc(x + columns[name] * step, y + height - 6.0 - level * rise, _DOT, fill="ink")
    if worst in columns:
        place, level = x + columns[worst] * step, stacks[columns[worst]]
        half = fonts.width(worst, 14, bold=True) / 2.0
        middle = min(max(place, x + half + 2.0), x + width - half - 2.0)
        canvas.text(middle, y + height - 10.0 - level * rise, worst, bold=True, align=MIDDLE)


@dataclass(frozen=True, slots=True)
class Stair:
    """One tread: a place of the cascade and the temperature behind it; `text`, `value` stand below."""

    text: str
    value: str
    temperature: float | None
    label: str
    own_outlet: float | None = None


def draw_stairs(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    stairs: Sequence[Stair],
    *,
    low: tuple[float, float],
    high: float,
    limit: tuple[float, str] | None,
    marks: Sequence[float],
) -> None:
    """Draw the temperature along the water on a broken axis.

    Parameters
    ----------
    low : tuple of float
        Temperatures at the bottom and at the top of the fine lower part.
    high : float
        Temperature drawn above the break.
    limit : tuple
        Temperature and text of the line that must not be crossed.
    marks : sequence of float
        Temperatures on the axis, of the lower part.
    """
    top, bottom = y + 40.0, y + height

    def at(temperature: float) -> float:
        if temperature > low[1]:
            share = min(1.0, (temperature - low[1]) / max(1.0, high - low[1]))
            return top - 6.0 - share * 12.0
        share = (temperature - low[0]) / (low[1] - low[0])
        return bottom - max(0.0, share) * (bottom - top)

    canvas.fill(x, y, width, height, "sunk")
    part = width / len(stairs)
    line: list[Point] = []
    for k, stair in enumerate(stairs):
        if k:
            canvas.line(round(x + k * part), y, round(x + k * part), y + height, "line")
        if stair.temperature is None:
            continue
        left, right = x + k * part, x + (k + 1) * part
        if line:
            left += part / 2.0
        line += [
            (left, at(stair.temperature)),
            (right + (part / 2.0 if k < len(stairs) - 1 else 0.0), at(stair.temperature)),
        ]
    _stairs_area(canvas, line, bottom)
    last = bottom + _APART
    for mark in sorted(marks):
        if last - at(mark) < _APART:
            continue
        last = at(mark)
        canvas.line(x, round(at(mark)), x + width, round(at(mark)), "line")
        canvas.text(x - 8.0, at(mark) + 5.0, f"{mark:.0f}", token="t3", align=RIGHT)
    canvas.fill(x, top - 5.0, width, 3.0, "panel")
    if limit is not None:
        canvas.line(x, round(at(limit[0])), x + width, round(at(limit[0])), "t2", dash="8 4")
        canvas.text(
            x + 8.0, at(limit[0]) - 5.0, limit[1], token="t2", align=LEFT, room=width - 16.0, may_cut=True
        )
    for k, stair in enumerate(stairs):
        if stair.own_outlet is not None and stair.temperature is not None:
            drop, foot = x + (k + 0.5) * part, at(stair.own_outlet)
            canvas.line(drop, at(stair.temperature), drop, foot, "t2", dash="2 3")
            canvas.line(drop - 14.0, foot, drop + 14.0, foot, "ink", thick=1.5)
            canvas.text(drop + 20.0, foot + 5.0, f"{stair.own_outlet:.1f}", token="t2")
    canvas.polyline(line, "ink", thick=2.0)
    for k, stair in enumerate(stairs):
        if stair.temperature is None:
            continue
        centre = (
            x + k * part + (part * 0.25 if k == 0 else part * 0.75 if k < len(stairs) - 1 else part * 0.75)
        )
        canvas.text(centre, at(stair.temperature) - 6.0, stair.label, size=16, bold=True, align=MIDDLE)


def _stairs_area(canvas: Canvas, line: Sequence[Point], bottom: float) -> None:
    if len(line) > 1:
        canvas.polygon([*line, (line[-1][0], bottom), (line[0][0], bottom)], fill="fill")


@dataclass(frozen=True, slots=True)
class Plane:
    """Axes of a diagram: a rectangle, and the values at its edges."""

    x: float
    y: float
    width: float
    height: float
    left: float
    right: float
    bottom: float
    top: float

    def at(self, x: float, y: float) -> Point:
        """Place of a point."""
        return (
            self.x + self.width * (x - self.left) / (self.right - self.left),
            self.y + self.height * (1.0 - (y - self.bottom) / (self.top - self.bottom)),
        )


def draw_plane(
    canvas: Canvas, plane: Plane, *, across: Sequence[float], up: Sequence[float], decimals: int = 1
) -> None:
    """Draw the ground, grid and numbers of a diagram."""
    canvas.fill(plane.x, plane.y, plane.width, plane.height, "sunk")
    for value in across:
        place = round(plane.at(value, plane.bottom)[0])
        canvas.line(place, plane.y, place, plane.y + plane.height, "line")
        canvas.text(place, plane.y + plane.height + 18.0, f"{value:.{decimals}f}", token="t3", align=MIDDLE)
    for value in up:
        place = round(plane.at(plane.left, value)[1])
        canvas.line(plane.x, place, plane.x + plane.width, place, "line")
        canvas.text(plane.x - 8.0, place + 5.0, f"{value:.0f}", token="t3", align=RIGHT)
