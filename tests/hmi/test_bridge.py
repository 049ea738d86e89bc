"""The bridge against a real core on a real socket: values, commands, alarms, control, loss and return."""

import asyncio
import gc
import shutil
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from orcplant.hmi.bridge import Bridge, own_certificate
from orcplant.hmi.desk import Desk
from orcplant.hmi.viewmodels.alarms import ShelveRequest
from orcplant.hmi.viewmodels.requests import (
    Acknowledge,
    AskControl,
    ControlAct,
    LogIn,
    LogOut,
    ReadJournal,
    Request,
    Unshelve,
)
from orcplant.hmi.viewmodels.store import CoreState
from orcplant.live import AlarmState, CommandRequest, CommandState, Quality, Reason, Role
from tests.control.face import Face, face, free_port
from tests.control.house import PASSWORD

pytestmark = pytest.mark.slow  # a real core, its users and its keys, for every test

T = TypeVar("T")
LIMIT_MS = 15_000


class Core:
    """A core in a thread of its own, as another process would be."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self.folder = folder
        self.endpoint = endpoint
        self.face: Face
        self._loop: asyncio.AbstractEventLoop
        self._over: asyncio.Event
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()))

    async def _live(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with face(self.folder, endpoint=self.endpoint) as self.face:
            self._is_up.set()
            await self._over.wait()

    def start(self) -> None:
        self._thread.start()
        assert self._is_up.wait(20.0)

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join(20.0)

    def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return asyncio.run_coroutine_threadsafe(work(), self._loop).result(15.0)


class Ends:
    """A core and a window's bridge to it."""

    def __init__(self, core: Core, folder: Path) -> None:
        self.core = core
        self.desk = Desk(clock=lambda: self.desk.store.link.heard)
        self.refusals: list[str] = []
        self.bridge = Bridge(core.endpoint, folder)
        self.bridge.attach(self.desk)
        self.desk.refused.connect(self.refusals.append)
        self.bridge.start()

    @property
    def store(self) -> Any:
        return self.desk.store

    def until(self, holds: Callable[[], object]) -> None:
        waker, limit = QTimer(interval=20), QElapsedTimer()
        waker.start()
        limit.start()
        while not holds():
            assert limit.elapsed() < LIMIT_MS, (
                f"not told in time; refused: {self.refusals}; {self.store.control}"
            )
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        waker.stop()

    def ask(self, request: Request) -> None:
        self.bridge.ask(request)

    def log_in(self, name: str = "operator") -> None:
        self.ask(LogIn(name, PASSWORD))
        self.until(lambda: self.store.person.name == name and self.store.link.state is CoreState.UP)

    def poll(self, **values: float) -> None:
        rig = self.core.face.house.rig
        for name, value in values.items():
            rig.plc.put(name, value)
        self.core.run(rig.poll)

    def command(self, value: float) -> CommandRequest:
        now = self.core.face.house.clock.utc()
        request = CommandRequest(f"hmi-{value}", "U01.POWER_SP", value, now)
        self.ask(request)
        return request


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of the window, made once: that takes most of the time."""
    folder = tmp_path_factory.mktemp("identity")
    certificate, key = asyncio.run(own_certificate(folder))
    assert certificate.exists() and key.stat().st_mode & 0o077 == 0
    return folder


@pytest.fixture
def ends(app: QApplication, tmp_path: Path, identity: Path) -> Iterator[Ends]:
    core = Core(tmp_path / "core", f"opc.tcp://127.0.0.1:{free_port()}/orcplant")
    core.folder.mkdir()
    core.start()
    shutil.copytree(identity, tmp_path / "hmi")
    shutil.copy(identity / "certificate.der", core.face.pki.folder / "trusted" / "hmi.der")
    made = Ends(core, tmp_path / "hmi")
    yield made
    core.stop()
    made.bridge.stop()
    # What this test leaves behind goes now, in this thread, not in the next test's core.
    made.desk.deleteLater()
    del made
    gc.collect()


def test_values_come_with_quality_and_the_model(ends: Ends) -> None:
    ends.log_in()
    ends.poll(POWER_NET=512.5)
    ends.until(lambda: ends.store.value("U01.POWER_NET").scalar == 512.5)
    assert ends.store.value("U01.POWER_NET").quality is Quality.GOOD
    assert ends.store.model is not None and ends.store.model.tag("U01.POWER_NET").unit == "kW"
    assert ends.store.person.role is Role.OPERATOR


def test_wrong_password_is_told_in_words(ends: Ends) -> None:
    ends.ask(LogIn("operator", "wrong"))
    ends.until(lambda: ends.refusals)
    assert "refused" in ends.refusals[0]
    assert ends.store.link.state is not CoreState.UP
    ends.log_in()  # and the right one still works


def test_command_is_accepted_and_its_end_follows(ends: Ends) -> None:
    ends.log_in()
    ends.poll()
    request = ends.command(321.0)
    ends.until(lambda: [o for o in ends.store.outcomes if o.request.key == request.key and o.state.is_end])
    (refused,) = [o for o in ends.store.outcomes if o.request.key == request.key]
    assert refused.state is CommandState.REFUSED  # another session has control
    assert refused.refusals and refused.refusals[0].clears.zh
    house = ends.core.face.house
    ends.ask(AskControl(ControlAct.TAKE))
    ends.until(lambda: ends.refusals)
    assert "has control" in ends.refusals[0]
    ends.core.run(lambda: house.control.release(house.operator))
    ends.until(lambda: not ends.store.control.holder)
    ends.ask(AskControl(ControlAct.TAKE))
    ends.until(lambda: ends.store.control.is_ours and ends.store.control.holder == "operator")
    second = ends.command(322.0)
    ends.until(lambda: ends.store.pending("U01.POWER_SP") is not None)
    rig = ends.core.face.house.rig
    done: list[Any] = []

    def over() -> bool:
        if ends.core.face.house.clock.sleepers:

            async def tick() -> None:
                rig.tick(0.5)

            ends.core.run(tick)
        done[:] = [o for o in ends.store.outcomes if o.request.key == second.key and o.state.is_end]
        return bool(done)

    ends.until(over)
    assert done[0].state is CommandState.VERIFIED
    ends.ask(ReadJournal(50))
    ends.until(lambda: any(entry.kind == "outcome" for entry in ends.store.journal))
    ends.ask(AskControl(ControlAct.RELEASE))
    ends.until(lambda: not ends.store.control.holder)


def test_alarm_comes_is_acknowledged_and_shelved(ends: Ends) -> None:
    ends.log_in()
    ends.poll()
    ends.poll(GAS_ALARM=1.0, BEARING_T=90.0)
    alarms = ends.core.face.alarms
    house = ends.core.face.house

    async def on_delay() -> None:
        house.rig.tick(40.0)

    ends.core.run(on_delay)
    ends.poll(BEARING_T=91.0)
    ends.until(lambda: "U01.BEARING_T.H" in ends.store.alarms)
    alarm = ends.store.alarms["U01.BEARING_T.H"]
    assert alarm.info.text.zh == "轴承温度高" and alarm.needs_acknowledge
    ends.ask(Acknowledge((alarm.key,)))
    ends.until(lambda: ends.store.alarms[alarm.key].state is AlarmState.ACKNOWLEDGED)
    assert alarms.status(alarm.key).user == "operator"
    ends.ask(ShelveRequest(alarm.key, 600.0, "probe out"))
    ends.until(lambda: ends.store.alarms[alarm.key].state is AlarmState.SHELVED)
    assert ends.store.alarms[alarm.key].shelved_reason == "probe out"
    ends.ask(Unshelve(alarm.key))
    ends.until(lambda: ends.store.alarms[alarm.key].state is not AlarmState.SHELVED)


def test_core_goes_and_comes_back_without_anything_being_queued(ends: Ends, tmp_path: Path) -> None:
    ends.log_in()
    ends.poll(POWER_NET=100.0)
    ends.until(lambda: ends.store.value("U01.POWER_NET").scalar == 100.0)
    ends.core.stop()
    ends.until(lambda: ends.store.link.state is CoreState.LOST)
    assert ends.store.link.attempt >= 1 and not ends.store.person.name
    key = "while-lost"
    ends.ask(CommandRequest(key, "U01.POWER_SP", 50.0, 0.0))
    ends.until(lambda: any(o.request.key == key for o in ends.store.outcomes))
    assert [o.state for o in ends.store.outcomes if o.request.key == key] == [CommandState.REFUSED]
    again = Core(tmp_path / "again", ends.core.endpoint)
    again.folder.mkdir()
    again.start()
    shutil.copy(tmp_path / "hmi" / "certificate.der", again.face.pki.folder / "trusted" / "hmi.der")
    ends.until(lambda: ends.store.link.state is CoreState.UP and ends.store.person.name == "operator")

    async def sent() -> int:
        return len(again.face.house.commands.recent)

    assert again.run(sent) == 0
    ends.ask(LogOut())
    ends.until(lambda: not ends.store.person.name)
    ends.bridge.stop()
    again.stop()


def test_untrusted_window_is_turned_away_and_told(app: QApplication, tmp_path: Path) -> None:
    core = Core(tmp_path / "core", f"opc.tcp://127.0.0.1:{free_port()}/orcplant")
    core.folder.mkdir()
    core.start()
    ends = Ends(core, tmp_path / "hmi")
    try:
        ends.ask(LogIn("operator", PASSWORD))
        ends.until(lambda: ends.store.link.attempt >= 1)
        assert ends.store.model is None
        assert ends.store.value("U01.POWER_NET").reason is Reason.NOT_READ
    finally:
        core.stop()
        ends.bridge.stop()
