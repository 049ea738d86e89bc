"""The window on a real X screen: shown, clicked, and closed without a trace."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed (Debian: xvfb)"),
]
DRIVER = """
import sys
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from orcplant.hmi.app import application
from orcplant.hmi.desk import Desk
from orcplant.hmi.scene import load_scene
from orcplant.hmi.window import Window

app = application()
scene = load_scene("alarms")
desk = Desk(clock=lambda: scene.time)
desk.apply(*scene.updates)
window = Window(desk)
window.resize(1366, 768)
window.show()
assert QTest.qWaitForWindowExposed(window, 10000)
window.open("plant")
# No window manager gives the focus here, so the mouse it is.
QTest.mouseClick(window.rail.buttons[2], Qt.MouseButton.LeftButton)
app.processEvents()
assert window.current == "alarms"
screen = app.primaryScreen().grabWindow(window.winId()).toImage()
assert screen.size().width() == 1366, screen.size()
colours = {screen.pixel(x, y) for x in range(0, 1366, 7) for y in range(0, 768, 7)}
assert len(colours) > 20
window.close()
print(app.platformName(), len(colours))
"""


@pytest.fixture
def screen() -> Iterator[str]:
    """An X server on a display number of its own choosing."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        yield f":{number}"
        server.terminate()


def test_window_on_a_real_screen(screen: str, tmp_path: Path) -> None:
    environment = os.environ | {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", DRIVER], env=environment, capture_output=True, text=True, timeout=60
    )
    if "could not load the qt platform plugin" in done.stderr.lower():
        pytest.skip("Qt's xcb plugin lacks system libraries (Debian: libxcb-cursor0 and others)")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("xcb ")
