"""The application: window, bridge, screenshots."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from orcplant.hmi.desk import Desk
from orcplant.hmi.fonts import load_fonts
from orcplant.hmi.i18n import Language
from orcplant.hmi.scene import load_scene
from orcplant.hmi.viewmodels.frame import PAGES
from orcplant.hmi.window import Window

LARGE: Final = (1920, 1080)
SMALL: Final = (1366, 768)


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: a page of a scene, and how it is looked at."""

    name: str
    scene: str
    page: str
    unit: str = ""
    is_night: bool = False
    size: tuple[int, int] = LARGE


SHOTS: Final = (
    *(Shot(info.name, "normal", info.name) for info in PAGES),
    Shot("unit", "normal", "unit", "U01"),
    Shot("plant-alarms", "alarms", "plant"),
    Shot("units-alarms", "alarms", "units"),
    Shot("unit-tripped", "alarms", "unit", "U05"),
    Shot("alarms-three", "alarms", "alarms"),
    Shot("plant-night", "alarms", "plant", is_night=True),
    Shot("plant-device-lost", "device-lost", "plant"),
    Shot("plant-core-lost", "core-lost", "plant"),
    Shot("plant-winter", "winter", "plant"),
    Shot("plant-small", "alarms", "plant", size=SMALL),
    Shot("unit-small", "alarms", "unit", "U01", size=SMALL),
)


def application(*, is_offscreen: bool = False) -> QApplication:
    """Make the application, or take the one there is; fonts loaded."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    if is_offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    made = QApplication(sys.argv[:1])
    made.setApplicationName("orcplant")
    load_fonts()
    return made


def screenshots(folder: Path, language: Language, told: Callable[[str], None]) -> list[Path]:
    """Take a picture of every page in every state, without a screen.

    Parameters
    ----------
    folder : Path
        Made if missing; ``plant.png``, ``plant.zh.png``, ...
    told : callable
        Called with the name of each file.
    """
    app = application(is_offscreen=True)
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for shot in SHOTS:
        suffix = ".zh.png" if language is Language.ZH else ".png"
        file = folder / f"{shot.name}{suffix}"
        take(app, shot, language).save(str(file))
        told(str(file))
        files.append(file)
    return files


def take(app: QApplication, shot: Shot, language: Language) -> QPixmap:
    """Picture of a page."""
    scene = load_scene(shot.scene)
    desk = Desk(language=language, is_night=shot.is_night, clock=lambda: scene.time)
    desk.apply(*scene.updates)
    window = Window(desk)
    window.resize(*shot.size)
    window.show()
    window.open(shot.page, shot.unit)
    app.processEvents()
    picture = window.grab()
    window.close()
    window.deleteLater()
    return picture


def state_folder() -> Path:
    """Where this user's window keeps its certificate."""
    base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", base)
    return Path(base) / "orcplant" / "hmi"


def run(
    endpoint: str,
    language: Language,
    *,
    folder: Path | None = None,
    seconds: float | None = None,
    is_simulator: bool = False,
) -> int:
    """Show the window until it is closed; the exit code.

    Parameters
    ----------
    endpoint : str
        Of the core: ``opc.tcp://127.0.0.1:4840/orcplant``.
    folder : Path, optional
        Of the window's certificate; default: the user's own.
    seconds : float, optional
        Close the window after so long.
    is_simulator : bool
        Whether a simulator is known to stand behind the core: said on every page.
    """
    from orcplant.hmi.bridge import Bridge
    from orcplant.hmi.sheets import LoginSheet

    app = application()
    desk = Desk(language=language)
    desk.is_simulator = is_simulator
    window = Window(desk)
    bridge = Bridge(endpoint, folder or state_folder())
    bridge.attach(desk)
    screen = app.primaryScreen().availableGeometry()
    window.setWindowTitle("orcplant")
    window.resize(min(LARGE[0], screen.width()), min(LARGE[1], screen.height()))
    window.show()
    window.start()
    bridge.start()
    LoginSheet(desk, window).open()
    if seconds is not None:
        QTimer.singleShot(round(1000.0 * seconds), window.close)
    try:
        return app.exec()
    finally:
        window.stop()
        bridge.stop()
