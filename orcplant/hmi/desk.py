"""What all parts of the window share: the store, the look, and the way to ask the core for something."""

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from orcplant.hmi.i18n import Language, say
from orcplant.hmi.theme import DAY, NIGHT, SCALES, Tokens, lost
from orcplant.hmi.viewmodels.command import Action
from orcplant.hmi.viewmodels.model import PlantModel
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.hmi.viewmodels.requests import Request
from orcplant.hmi.viewmodels.store import ModelRead, PlantStore, Update
from orcplant.live import Text


class Desk(QObject):
    """The operator's desk.

    Parameters
    ----------
    clock : callable
        UTC [s].

    Attributes
    ----------
    updated : Signal
        Something about the plant changed; parts look again at their next turn.
    restyled : Signal
        Language, theme or scale changed.
    asked : Signal
        A request for the core.
    refused : Signal
        The core refused a request, and says why.
    opened : Signal
        Page, unit: where the operator wants to go.
    acted : Signal
        An action whose dialog is to open.
    is_simulator : bool
        Whether a simulator is known to stand behind the core, whatever the core says.
    is_audited : bool
        Whether parts note what they draw, for tests.
    """

    updated = Signal()
    restyled = Signal()
    asked = Signal(object)
    refused = Signal(str)
    opened = Signal(str, str)
    acted = Signal(object)

    def __init__(
        self,
        *,
        language: Language = Language.EN,
        is_night: bool = False,
        scale: float = 1.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self.store = PlantStore()
        self.language = language
        self.is_night = is_night
        self.scale = scale
        self.clock = clock
        self.is_lit = True
        self.is_audited = False
        self.is_simulator = False
        self._day, self._night = DAY, NIGHT
        self._day_lost, self._night_lost = lost(DAY), lost(NIGHT)

    @property
    def tokens(self) -> Tokens:
        """Tokens of the frame."""
        return self._night if self.is_night else self._day

    @property
    def page_tokens(self) -> Tokens:
        """Tokens of the pages: those of a lost core while it is lost."""
        if not self.is_lost:
            return self.tokens
        return self._night_lost if self.is_night else self._day_lost

    @property
    def is_lost(self) -> bool:
        """Whether the core is lost."""
        return self.store.is_lost(self.clock())

    @property
    def model(self) -> PlantModel | None:
        """The plant, once it is known."""
        return self.store.model

    def reader(self) -> Reader | None:
        """A look at the store now; None before the plant is known."""
        if self.store.model is None:
            return None
        return Reader(self.store, self.store.model, self.clock(), self.language)

    def say(self, text: Text) -> str:
        """Text in the language of the window."""
        return say(text, self.language)

    def apply(self, *updates: Update) -> None:
        """Take in updates."""
        for update in updates:
            if isinstance(update, ModelRead) and self.is_simulator:
                self.store.apply(ModelRead(replace(update.model, is_simulator=True)))
            else:
                self.store.apply(update)
        self.updated.emit()

    def take(self, update: Update) -> None:
        """Take in one update."""
        self.apply(update)

    def refuse(self, text: str) -> None:
        """Tell that the core refused something."""
        self.refused.emit(text)

    def ask(self, request: Request) -> None:
        """Ask the core for something."""
        self.asked.emit(request)

    def act(self, action: Action) -> None:
        """Open the dialog of an action."""
        if not action.blocked:
            self.acted.emit(action)

    def open(self, page: str, unit: str = "") -> None:
        """Go to a page."""
        self.opened.emit(page, unit)

    def restyle(
        self, *, language: Language | None = None, is_night: bool | None = None, scale: float | None = None
    ) -> None:
        """Change language, theme or scale while running."""
        self.language = language or self.language
        self.is_night = self.is_night if is_night is None else is_night
        self.scale = self.scale if scale is None else min(SCALES[-1] / 100.0, max(1.0, scale))
        self.restyled.emit()
