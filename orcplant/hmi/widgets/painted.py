"""The one kind of widget there is: painted by a canvas, scaled as the user wants, audited by tests."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from orcplant.hmi import fonts
from orcplant.hmi.canvas import Audit, Canvas
from orcplant.hmi.desk import Desk
from orcplant.hmi.theme import Tokens
from orcplant.hmi.viewmodels.marks import Letter
from orcplant.hmi.widgets.shapes import draw_letter

PADDING = 16.0
TITLE_BASE = 26.0


class Painted(QWidget):
    """A widget drawn by `draw`, in lengths at 100 %.

    Parameters
    ----------
    desk : Desk
    parent : QWidget, optional
    """

    in_frame = False  # drawn with the frame's tokens, which a lost core does not dim
    shows_focus = True

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.audit: Audit | None = None
        self.has_blink = False
        self._places: list[tuple[QWidget, tuple[float, float, float, float]]] = []
        desk.restyled.connect(self._restyled)

    @property
    def wide(self) -> float:
        """Width at 100 %."""
        return self.width() / self.desk.scale

    @property
    def high(self) -> float:
        """Height at 100 %."""
        return self.height() / self.desk.scale

    @property
    def tokens(self) -> Tokens:
        """Colours."""
        return self.desk.tokens if self.in_frame else self.desk.page_tokens

    def draw(self, canvas: Canvas) -> None:
        """Draw everything."""

    def lay(self) -> None:
        """Put the children where they belong: called when size or scale change."""

    def place(self, child: QWidget, x: float, y: float, width: float, height: float) -> None:
        """Put a child at a rectangle at 100 %."""
        scale = self.desk.scale
        left, top = round(x * scale), round(y * scale)
        child.setGeometry(
            QRect(left, top, round((x + width) * scale) - left, round((y + height) * scale) - top)
        )

    def say_name(self, name: str) -> None:
        """Give the widget its name for a screen reader."""
        if name != self.accessibleName():
            self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw, scaled."""
        painter = QPainter(self)
        painter.scale(self.desk.scale, self.desk.scale)
        self.audit = Audit() if self.desk.is_audited else None
        canvas = Canvas(painter, self.tokens, self.audit, is_lit=self.desk.is_lit)
        self.draw(canvas)
        if self.hasFocus() and self.shows_focus:
            canvas.frame(0.0, 0.0, self.wide, self.high, "t1", thick=2.0)
        self.has_blink = canvas.has_blink
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Lay the children out again."""
        self.lay()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Nothing in particular."""
        return QSize(100, 40)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the focus."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show that it is gone."""
        self.update()
        super().focusOutEvent(event)

    def _restyled(self) -> None:
        self.lay()
        self.update()


class Panel(Painted):
    """A panel with a title; hatched and tagged while the core is lost."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.pad = PADDING

    def ground(
        self, canvas: Canvas, title: str, *, note: str = "", corner: str = "", is_live: bool = True
    ) -> float:
        """Draw ground and title line; where the note ends."""
        canvas.fill(0.0, 0.0, self.wide, self.high, "panel")
        lost = self.desk.is_lost and is_live
        if lost:
            canvas.hatch(0.0, 0.0, self.wide, self.high, "line")
        right = self.wide - self.pad
        if corner:
            right -= canvas.text(right, TITLE_BASE, corner, token="t2", align="right") + 12.0
        x = self.pad
        room = right - x - (24.0 if lost else 0.0)
        size = 16 if fonts.width(title, 16, bold=True) <= room else 14
        x += canvas.text(
            x, TITLE_BASE, title, size=size, bold=True, room=room, may_cut=True, token="t2" if lost else "t1"
        )
        if lost:
            x += 8.0 + draw_letter(canvas, x + 8.0, TITLE_BASE - 13.0, Letter.STALE)
        if note and right - x - 12.0 > 60.0:
            x += (
                canvas.text(x + 12.0, TITLE_BASE, note, token="t3", room=right - x - 12.0, may_cut=True)
                + 12.0
            )
        return x


class Pressable(Painted):
    """A painted widget that can be pressed by mouse, or by Enter and Space when it has the focus."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def press(self) -> None:
        """What pressing does."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Press, where the button is let go inside."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.press()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Press by key; a key held down counts once, and one with Ctrl means something else."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        is_plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in keys and is_plain and not event.isAutoRepeat():
            self.press()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Look different when disabled."""
        if event.type() == QEvent.Type.EnabledChange:
            self.update()
        super().changeEvent(event)
