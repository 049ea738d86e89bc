"""Buttons, tabs and fields: the few things one can press or type into."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from orcplant.hmi import fonts
from orcplant.hmi.canvas import Canvas
from orcplant.hmi.desk import Desk
from orcplant.hmi.widgets.painted import Painted, Pressable

_DOUBLE_MS = 400  # two presses within this time count once


class Button(Pressable):
    """A button with its key beside its text; a disabled one says why.

    Parameters
    ----------
    pressed : callable
        What it does.
    is_inverted : bool
        The one button that commands.
    enter : bool
        Whether Enter presses it. Never a button that commands.
    """

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None,
        pressed: Callable[[], None],
        *,
        is_inverted: bool = False,
        enter: bool = True,
    ) -> None:
        super().__init__(desk, parent)
        self._pressed = pressed
        self.is_inverted = is_inverted
        self._enter = enter
        self.text, self.key, self.reason = "", "", ""
        self._since = QElapsedTimer()

    def show_as(self, text: str, key: str = "", *, reason: str = "", is_enabled: bool = True) -> None:
        """Change text, key, or the reason why it cannot be pressed."""
        new = (text, key, reason)
        if new != (self.text, self.key, self.reason):
            self.text, self.key, self.reason = new
            self.update()
        if is_enabled != self.isEnabled():
            self.setEnabled(is_enabled)
        self.say_name(f"{text} {key} {reason}".strip())

    def wanted(self) -> float:
        """Width it needs, at 100 %."""
        told = f"  {self.reason}" if self.reason else f"  {self.key}" if self.key else ""
        return 20.0 + fonts.width(self.text, 14) + fonts.width(told, 14) + 8.0

    def press(self) -> None:
        """Do it; a double click counts once."""
        if not self.isEnabled():
            return
        if self._since.isValid() and self._since.elapsed() < _DOUBLE_MS:
            return
        self._since.restart()
        self._pressed()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter does not press a button that commands."""
        is_plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if is_plain and not self._enter and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    def draw(self, canvas: Canvas) -> None:
        """Draw ground, text, key."""
        ground, text, dim = ("t1", "panel", "panel") if self.is_inverted else ("button", "t1", "t3")
        if not self.isEnabled():
            ground, text, dim = "fill" if not canvas.tokens.is_lost else "panel", "t2", "t2"
        inset = 4.0 if self.hasFocus() else 0.0
        canvas.fill(0.0, 0.0, self.wide, self.high, "panel" if not self.in_frame else "sunk")
        canvas.fill(inset, inset, self.wide - 2 * inset, self.high - 2 * inset, ground)
        line = "axis" if not self.isEnabled() else "t3"
        canvas.frame(inset, inset, self.wide - 2 * inset, self.high - 2 * inset, line)
        base = self.high / 2.0 + 5.0
        right = self.wide - 10.0
        corner = self.reason or self.key
        if corner:
            right -= (
                canvas.text(
                    right, base, corner, token=dim, align="right", room=self.wide * 0.62, may_cut=True
                )
                + 6.0
            )
        canvas.text(10.0, base, self.text, token=text, room=right - 10.0, may_cut=bool(self.reason))


class FrameButton(Button):
    """A button of the frame."""

    in_frame = True


class Tabs(Painted):
    """A row of tabs, moved through with the arrow keys."""

    def __init__(self, desk: Desk, parent: QWidget | None, chosen: Callable[[str], None]) -> None:
        super().__init__(desk, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._chosen = chosen
        self.tabs: tuple[tuple[str, str], ...] = ()
        self.current = ""
        self._edges: list[tuple[float, float, str]] = []

    def show_tabs(self, tabs: tuple[tuple[str, str], ...], current: str) -> None:
        """Change the tabs: name and text of each."""
        if (tabs, current) != (self.tabs, self.current):
            self.tabs, self.current = tabs, current
            self.say_name(", ".join(text for _, text in tabs))
            self.update()

    def draw(self, canvas: Canvas) -> None:
        """Draw the tabs; the current one underlined."""
        canvas.fill(0.0, 0.0, self.wide, self.high, "panel")
        canvas.line(0.0, self.high - 1.0, self.wide, self.high - 1.0, "line")
        x = 12.0
        self._edges = []
        for name, text in self.tabs:
            bold = name == self.current
            width = fonts.width(text, 16, bold=bold)
            canvas.text(x, self.high / 2.0 + 5.0, text, size=16, bold=bold, token="t1" if bold else "t2")
            if bold:
                canvas.fill(x - 12.0, self.high - 3.0, width + 24.0, 3.0, "t1")
            self._edges.append((x - 12.0, x + width + 12.0, name))
            x += width + 28.0

    def mousePressEvent(self, event: object) -> None:  # noqa: N802
        """Choose the tab under the mouse."""
        x = event.position().x() / self.desk.scale  # type: ignore[attr-defined]
        for left, right, name in self._edges:
            if left <= x < right:
                self._chosen(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrow keys move from tab to tab."""
        names = [name for name, _ in self.tabs]
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and self.current in names:
            self._chosen(names[(names.index(self.current) + step) % len(names)])
            return
        super().keyPressEvent(event)


class Entry(QLineEdit):
    """A field to type into, in the colours and size of the theme."""

    def __init__(
        self, desk: Desk, parent: QWidget | None = None, *, size: float = 16.0, is_secret: bool = False
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._size = size
        if is_secret:
            self.setEchoMode(QLineEdit.EchoMode.Password)
        desk.restyled.connect(self.dress)
        self.dress()

    def dress(self) -> None:
        """Take on the colours and the scale of the window."""
        tokens, scale = self._desk.tokens, self._desk.scale
        self.setFont(fonts.font(self._size * scale, bold=self._size >= 22.0))
        frame, wide = max(1, round(scale)), round(2 * scale)
        self.setStyleSheet(
            f"QLineEdit {{ background: {tokens.field}; color: {tokens.t1}; padding: 0 {round(8 * scale)}px;"
            f" border: {frame}px solid {tokens.t3}; selection-background-color: {tokens.t3};"
            f" selection-color: {tokens.field}; }}"
            f" QLineEdit:focus {{ border: {wide}px solid {tokens.t1}; }}"
        )
