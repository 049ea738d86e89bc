import os
import sys
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from orcplant.hmi.desk import Desk
from orcplant.hmi.fonts import load_fonts
from orcplant.hmi.i18n import Language
from orcplant.hmi.scene import Scene, load_scene
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.hmi.viewmodels.store import PlantStore
from orcplant.hmi.window import Window

# What the offscreen platform cannot do, and says so once a window.
_HARMLESS = ("propagateSizeHints",)


@pytest.fixture(scope="session")
def app() -> Iterator[QApplication]:
    made = QApplication.instance() or QApplication([])
    assert isinstance(made, QApplication)
    load_fonts()
    yield made


@pytest.fixture(autouse=True)
def _no_silent_failure(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Qt swallows what a slot raises, and only prints what it warns of: both fail the test."""
    failures: list[str] = []

    def raised(kind: type[BaseException], value: BaseException, _: TracebackType | None) -> None:
        failures.append(f"{kind.__name__}: {value}")

    def told(kind: QtMsgType, _: Any, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not any(word in text for word in _HARMLESS):
            failures.append(text)

    monkeypatch.setattr(sys, "excepthook", raised)
    before = qInstallMessageHandler(told)
    yield
    qInstallMessageHandler(before)
    assert not failures


class Stage:
    """A window on a scene, and what it asked of the core."""

    def __init__(self, app: QApplication, scene: Scene, **look: Any) -> None:
        self.app = app
        self.scene = scene
        self.now = scene.time
        self.desk = Desk(clock=lambda: self.now, **look)
        self.asked: list[object] = []
        self.desk.asked.connect(self.asked.append)
        self.desk.apply(*scene.updates)
        self.window = Window(self.desk)

    def show(self, page: str = "plant", unit: str = "", size: tuple[int, int] = (1920, 1080)) -> None:
        self.window.resize(*size)
        self.window.show()
        self.window.open(page, unit)
        self.settle()

    def settle(self) -> None:
        self.app.processEvents()
        self.window.look()
        self.app.processEvents()


@pytest.fixture
def stage(app: QApplication) -> Iterator[Callable[..., Stage]]:
    made: list[Stage] = []

    def make(scene: str = "alarms", **look: Any) -> Stage:
        made.append(Stage(app, load_scene(scene), **look))
        return made[-1]

    yield make
    for each in made:
        each.window.close()
        each.window.deleteLater()
        each.desk.deleteLater()
    app.processEvents()


@pytest.fixture
def look() -> Callable[..., Reader]:
    """A reader on a scene, without Qt."""

    def make(scene: str = "alarms", language: Language = Language.EN) -> Reader:
        loaded = load_scene(scene)
        store = PlantStore()
        for update in loaded.updates:
            store.apply(update)
        assert store.model is not None
        return Reader(store, store.model, loaded.time, language)

    return make
