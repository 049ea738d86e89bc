"""What every page is: a widget that looks at the store and shows what it finds."""

from typing import Final

from PySide6.QtWidgets import QWidget

from orcplant.hmi.canvas import Canvas
from orcplant.hmi.desk import Desk
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.hmi.widgets.painted import Painted

WIDE_FROM: Final = 1500.0  # content at least so wide: the large layout


class Page(Painted):
    """A page.

    Parameters
    ----------
    desk : Desk
    parent : QWidget, optional
    """

    name = ""
    shows_focus = False
    least = (1180.0, 600.0)  # smaller content than this is scrolled

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.unit = ""

    @property
    def is_wide(self) -> bool:
        """Whether there is room for the large layout."""
        return self.wide >= WIDE_FROM

    @property
    def gap(self) -> float:
        """Gap between panels."""
        return 16.0 if self.is_wide else 12.0

    def look(self, reader: Reader) -> None:
        """Look at the store and show what is there."""

    def keys(self) -> str:
        """Keys of this page, for the footer."""
        return ""

    def letter(self, key: str) -> bool:
        """Act on a single letter; whether it meant something."""
        return False

    def acknowledges(self) -> tuple[str, ...]:
        """Alarms that A acknowledges here; none: the one in the banner."""
        return ()

    def draw(self, canvas: Canvas) -> None:
        """Draw the ground."""
        canvas.fill(0.0, 0.0, self.wide, self.high, "page")
