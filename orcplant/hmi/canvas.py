"""A painter that knows the theme: flat fills, lines, polygons and text, each by the name of its token.

Lengths are those of the theme at 100 %; the user's scale is a transform. An audit, where one listens, is told
every text with its box and every mark that may be coloured, so that tests can look for what is cut, too
small, overlapping or coloured without a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from orcplant.hmi import fonts
from orcplant.hmi.theme import BODY, SMALL, Tokens

Point: TypeAlias = tuple[float, float]
LEFT: Final = "left"
RIGHT: Final = "right"
MIDDLE: Final = "middle"
ELLIPSIS: Final = "…"
_HATCH_STEP: Final = 8.0


@dataclass(frozen=True, slots=True)
class TextBox:
    """A text as drawn: its box in the widget at 100 %, and whether something of it was cut off."""

    text: str
    x: float
    y: float
    width: float
    height: float
    size: float
    is_cut: bool
    may_cut: bool


@dataclass(slots=True)
class Audit:
    """What was drawn: texts, and boxes inside which colour is allowed."""

    texts: list[TextBox] = field(default_factory=list)
    coloured: list[tuple[float, float, float, float]] = field(default_factory=list)


class Canvas:
    """Wraps a painter for one paint event.

    Parameters
    ----------
    painter : QPainter
    tokens : Tokens
    audit : Audit, optional
        Told what is drawn.
    is_lit : bool
        Phase of what blinks.

    Attributes
    ----------
    has_blink : bool
        Whether something was drawn that blinks, so that the widget must be drawn again at the next phase.
    """

    def __init__(
        self, painter: QPainter, tokens: Tokens, audit: Audit | None = None, *, is_lit: bool = True
    ) -> None:
        self.painter = painter
        self.tokens = tokens
        self.audit = audit
        self.is_lit = is_lit
        self.has_blink = False
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)

    def colour(self, name: str) -> QColor:
        """Colour of a token, or of ``#RRGGBB``."""
        return QColor(name if name.startswith("#") else self.tokens.of(name))

    def fill(self, x: float, y: float, width: float, height: float, token: str) -> None:
        """Fill a rectangle, its edges sharp."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self.painter.fillRect(QRectF(x, y, max(0.0, width), max(0.0, height)), self.colour(token))
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def frame(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        token: str,
        *,
        thick: float = 1.0,
        dash: str = "",
    ) -> None:
        """Outline a rectangle, the line inside it."""
        self.painter.setPen(self._pen(token, thick, dash))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        half = thick / 2.0
        self.painter.drawRect(QRectF(x + half, y + half, width - thick, height - thick))

    def line(
        self, x1: float, y1: float, x2: float, y2: float, token: str, *, thick: float = 1.0, dash: str = ""
    ) -> None:
        """Draw a straight line; `dash` as in the theme: ``8 4``."""
        if thick == 1.0 and (x1 == x2 or y1 == y2):
            x1, x2, y1, y2 = (x1, x2, y1 + 0.5, y2 + 0.5) if y1 == y2 else (x1 + 0.5, x2 + 0.5, y1, y2)
        self.painter.setPen(self._pen(token, thick, dash))
        self.painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))

    def polyline(self, points: Sequence[Point], token: str, *, thick: float = 1.0, dash: str = "") -> None:
        """Draw an open line through points."""
        self.painter.setPen(self._pen(token, thick, dash))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))

    def polygon(self, points: Sequence[Point], *, fill: str = "", line: str = "", thick: float = 1.0) -> None:
        """Draw a closed shape."""
        self.painter.setPen(self._pen(line, thick) if line else Qt.PenStyle.NoPen)
        self.painter.setBrush(QBrush(self.colour(fill)) if fill else Qt.BrushStyle.NoBrush)
        self.painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))

    def disc(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str = "",
        line: str = "",
        thick: float = 1.0,
        dash: str = "",
    ) -> None:
        """Draw a circle about a centre."""
        self.painter.setPen(self._pen(line, thick, dash) if line else Qt.PenStyle.NoPen)
        self.painter.setBrush(QBrush(self.colour(fill)) if fill else Qt.BrushStyle.NoBrush)
        self.painter.drawEllipse(QPointF(x, y), radius, radius)

    def path(self, path: QPainterPath, token: str, *, thick: float = 1.0) -> None:
        """Draw a path kept from before."""
        self.painter.setPen(self._pen(token, thick))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPath(path)

    def hatch(self, x: float, y: float, width: float, height: float, token: str = "hatch") -> None:
        """Hatch a rectangle: not live, old, or not of this plant."""
        self.painter.save()
        self.painter.setClipRect(QRectF(x, y, width, height), Qt.ClipOperation.IntersectClip)
        self.painter.setPen(self._pen(token, 1.0))
        start = -height
        path = QPainterPath()
        while start < width:
            path.moveTo(x + start, y + height)
            path.lineTo(x + start + height, y)
            start += _HATCH_STEP * 1.5
        self.painter.drawPath(path)
        self.painter.restore()

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        *,
        size: float = SMALL,
        bold: bool = False,
        token: str = "t1",
        align: str = LEFT,
        room: float | None = None,
        may_cut: bool = False,
    ) -> float:
        """Draw one line of text; its width.

        Parameters
        ----------
        x, baseline : float
            Where it begins, ends or has its middle, as `align` says.
        room : float, optional
            Width there is. What does not fit is cut and ends in an ellipsis; only a description `may_cut`,
            never a tag, a value or a unit.
        """
        if not text:
            return 0.0
        shown, is_cut = text, False
        wide = fonts.width(text, size, bold=bold)
        if room is not None and wide > room + 0.5:
            shown, is_cut = self._cut(text, size, room, bold=bold), True
            wide = fonts.width(shown, size, bold=bold)
        left = x - (wide if align == RIGHT else wide / 2.0 if align == MIDDLE else 0.0)
        self.painter.setFont(fonts.font(size, bold=bold))
        self.painter.setPen(self.colour(token))
        self.painter.drawText(QPointF(left, baseline), shown)
        if self.audit is not None:
            self._note(text, left, baseline, wide, size, is_cut=is_cut, may_cut=may_cut)
        return wide

    def paragraph(
        self,
        x: float,
        baseline: float,
        text: str,
        *,
        room: float,
        lines: int,
        step: float = 24.0,
        size: float = SMALL,
        token: str = "t1",
        bold: bool = False,
    ) -> float:
        """Draw a text over several lines, broken between words (Chinese: anywhere); the next baseline."""
        rest = broken(text, size, room, bold=bold)
        for number, line in enumerate(rest[:lines]):
            more = number == lines - 1 and len(rest) > lines
            shown = line + ELLIPSIS if more else line
            self.text(x, baseline, shown, size=size, bold=bold, token=token, room=room, may_cut=True)
            baseline += step
        return baseline

    def allow_colour(self, x: float, y: float, width: float, height: float) -> None:
        """Note that colour is allowed inside a box: alarm shape, violated stretch, frame of a trip."""
        if self.audit is not None:
            at = self.painter.transform() if self.painter.isActive() else QTransform()
            box = at.mapRect(QRectF(x, y, width, height))
            self.audit.coloured.append((box.x(), box.y(), box.width(), box.height()))

    def _note(
        self,
        text: str,
        left: float,
        baseline: float,
        wide: float,
        size: float,
        *,
        is_cut: bool,
        may_cut: bool,
    ) -> None:
        # The box of digits and capitals: what a reader would see touch.
        box = self.painter.transform().mapRect(QRectF(left, baseline - 0.72 * size, wide, 0.74 * size))
        device = self.painter.device()
        is_outside = (
            box.left() < -0.5
            or box.top() < -0.5
            or box.right() > device.width() + 0.5
            or box.bottom() > device.height() + 0.5
        )
        assert self.audit is not None
        self.audit.texts.append(
            TextBox(
                text,
                box.x(),
                box.y(),
                box.width(),
                box.height(),
                size,
                is_cut=is_cut or is_outside,
                may_cut=may_cut and not is_outside,
            )
        )

    def _cut(self, text: str, size: float, room: float, *, bold: bool) -> str:
        short = text
        while short and fonts.width(short + ELLIPSIS, size, bold=bold) > room:
            short = short[:-1]
        return short.rstrip() + ELLIPSIS

    def _pen(self, token: str, thick: float, dash: str = "") -> QPen:
        pen = QPen(self.colour(token), thick)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        if dash:
            pen.setDashPattern([float(part) / thick for part in dash.split()])
        return pen


def broken(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """Lines of a text that fit into a width [px at 100 %]."""
    lines: list[str] = []
    line = ""
    for word in _words(text):
        if line and fonts.width(line + word.rstrip(), size, bold=bold) > room:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, line.rstrip()] if line.strip() else lines


def _words(text: str) -> list[str]:
    """Pieces between which a line may end: after a space, and beside every Chinese character."""
    pieces: list[str] = []
    piece = ""
    for letter in text:
        is_wide = "\u2e80" <= letter <= "\uffef"
        closes = letter in "，。；：、）」%"
        if is_wide and not closes and piece:
            pieces.append(piece)
            piece = ""
        piece += letter
        if letter == " " or (is_wide and not closes):
            if is_wide:
                continue
            pieces.append(piece)
            piece = ""
    return [*pieces, piece] if piece else pieces


__all__ = ["BODY", "LEFT", "MIDDLE", "RIGHT", "SMALL", "Audit", "Canvas", "TextBox", "broken"]
