"""The plant without a screen: a live table in the terminal, and pictures of every page at the end.

The same bridge, store and view models as the window's; nothing is shown here that a page would not show.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from rich.table import Table

from orcplant.hmi import texts
from orcplant.hmi.app import LARGE, application
from orcplant.hmi.bridge import Bridge
from orcplant.hmi.desk import Desk
from orcplant.hmi.i18n import Language
from orcplant.hmi.viewmodels.cells import UNIT, unit_cell
from orcplant.hmi.viewmodels.frame import PAGES
from orcplant.hmi.viewmodels.reader import Reader
from orcplant.hmi.viewmodels.requests import LogIn
from orcplant.hmi.window import Window

DRAW_MS: Final = 1000
_LOGIN_LINES: Final = ("user ", "password ")


def first_login(file: Path) -> LogIn | None:
    """Login the core wrote down at its first start; None where it is gone."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    found = [line.removeprefix(key) for key in _LOGIN_LINES for line in lines if line.startswith(key)]
    return LogIn(found[0], found[1]) if len(found) == len(_LOGIN_LINES) else None


def watch(
    endpoint: str,
    login: LogIn,
    *,
    folder: Path,
    language: Language,
    seconds: float | None,
    pictures: Path,
    drawn: Callable[[Table], None],
    checked: Callable[[], None],
) -> list[Path]:
    """Follow the plant until the time is over or Ctrl-C; the pictures taken then.

    Parameters
    ----------
    endpoint : str
        Of the core.
    folder : Path
        Of this side's certificate.
    pictures : Path
        Folder for a picture of every page; made if missing. None are taken where the core told nothing.
    drawn : callable
        Called with the table once a second.
    checked : callable
        Called as often; raises to end.
    """
    app = application(is_offscreen=True)
    desk = Desk(language=language)
    desk.is_simulator = True
    bridge = Bridge(endpoint, folder)
    bridge.attach(desk)
    failures: list[Exception] = []

    def turn() -> None:
        try:
            checked()
        except Exception as exc:  # passed on below: Qt would only print it
            failures.append(exc)
            app.quit()
        reader = desk.reader()
        if reader is not None:
            drawn(plant_table(reader))

    timer = QTimer(interval=DRAW_MS)
    timer.timeout.connect(turn)
    timer.start()
    if seconds is not None:
        QTimer.singleShot(round(1000.0 * seconds), app.quit)
    bridge.start()
    desk.ask(login)
    try:
        with _quits_on_signals(app.quit):
            app.exec()
        files = [] if desk.reader() is None or failures else _pictures(desk, pictures)
    finally:
        timer.stop()
        bridge.stop()
    if failures:
        raise failures[0]
    return files


def plant_table(reader: Reader) -> Table:
    """Units of the plant as they stand: state, net power, alarms."""
    say, units = reader.say, reader.model.of_type(UNIT)
    cells = [unit_cell(reader, device) for device in units]
    running = sum(cell.is_running for cell in cells)
    powers = [cell.power.number for cell in cells if cell.power.number is not None]
    alarms = len(reader.store.shown_alarms())
    table = Table(
        title=f"{say(reader.model.name)}   {sum(powers) / 1e3:.2f} MW   {running}/{len(cells)}",
        caption=f"{say(texts.ALARMS)}: {alarms}",
    )
    for head in (say(texts.UNIT), say(texts.STATE), "kW", say(texts.BRINE_OUT), say(texts.ALARMS)):
        table.add_column(head)
    for cell in cells:
        brine = reader.shown(f"{cell.name}.BRINE_T_OUT")
        first = reader.store.worst([cell.name])
        table.add_row(
            cell.name,
            cell.word,
            cell.power.text,
            brine.spoken,
            say(first.info.text) if first is not None else "",
        )
    return table


def _pictures(desk: Desk, folder: Path) -> list[Path]:
    """Take a picture of every page, and of the first unit."""
    app = application(is_offscreen=True)
    folder.mkdir(parents=True, exist_ok=True)
    # Nobody sits here to choose a password: no sheet over the pages.
    desk.store.person = replace(desk.store.person, must_change=False)
    window = Window(desk)
    window.resize(*LARGE)
    window.show()
    units = [] if desk.model is None else desk.model.of_type(UNIT)
    shots = [(info.name, "") for info in PAGES] + [("unit", unit.name) for unit in units[:1]]
    files = []
    for page, unit in shots:
        window.open(page, unit)
        app.processEvents()
        file = folder / f"{page}.png"
        window.grab().save(str(file))
        files.append(file)
    window.close()
    return files


@contextmanager
def _quits_on_signals(leave: Callable[[], None]) -> Iterator[None]:
    before = {name: signal.signal(name, lambda *_: leave()) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
