"""The whole core as a process: starts, refuses to start, stops, is killed, and never acts by itself."""

import asyncio
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from orcplant.config.site import load_site
from orcplant.control.clock import ManualClock
from orcplant.control.journal import Journal, Kind
from orcplant.control.poller import DevicePoller, Poller
from orcplant.control.service import FIRST_LOGIN, opened, readiness
from orcplant.control.state import StateError, StateFolder, default_folder
from orcplant.control.store import Store
from orcplant.control.users import Users
from orcplant.control.watchdog import HANGS_AFTER_S, Watchdog
from orcplant.errors import ConfigError
from orcplant.live import LinkState
from tests.control.house import CHEAP, make_users
from tests.control.plc import Plc, make_device, make_rig
from tests.control.wire import Request, WireServer

ROOT = Path(__file__).resolve().parents[2]
HEARTBEAT = 2
READY = re.compile(r"ready: opc\.tcp://127\.0\.0\.1:\d+/orcplant, polling 1 devices")

SITE = """
[gateway]
endpoint = "opc.tcp://127.0.0.1:0/orcplant"
[poll]
fast_s = 0.2
slow_s = 1.0
[[device]]
name = "U{:02d}"
type = "orc_unit"
count = COUNT
host = "127.0.0.1"
port = PORT
port_step = 0
device_id = 1
device_id_step = 1
capabilities = ["signature", "heartbeat", "sequence", "accepted_setpoint"]
"""


def write_site(folder: Path, port: int, *, count: int = 1) -> Path:
    folder.mkdir(exist_ok=True)
    text = SITE.replace("PORT", str(port)).replace("COUNT", str(count))
    (folder / "site.toml").write_text(text, encoding="utf-8")
    return folder


def command_writes(server: WireServer) -> list[Request]:
    return [request for request in server.writes if request.address != HEARTBEAT]


class Process:
    """`orcplant serve` as a person starts it."""

    def __init__(self, *arguments: str | Path) -> None:
        self.arguments = [
            sys.executable,
            "-c",
            "from orcplant.cli import app; app()",
            "serve",
            *map(str, arguments),
        ]

    async def __aenter__(self) -> "Process":
        self.process = await asyncio.create_subprocess_exec(
            *self.arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.communicate()

    async def line(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().rstrip("\n")

    async def ended(self) -> tuple[int, str, str]:
        out, err = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_serve_says_when_it_is_ready_and_stops_within_five_seconds(
    tmp_path: Path, number: signal.Signals
) -> None:
    async with WireServer(Plc(make_device())) as server:
        plant = write_site(tmp_path / "plant", server.port)
        async with Process(plant, "--state", tmp_path / "state") as core:
            assert READY.fullmatch(await core.line())
            started = time.monotonic()
            core.process.send_signal(number)
            code, out, err = await core.ended()
            assert (code, out) == (0, "") and time.monotonic() - started < 5.0
            assert "U01 up" in err and "Traceback" not in err
        assert command_writes(server) == []
        assert server.writes and server.plc is not None and server.plc.get("HEARTBEAT_CORE") > 0.0
    secret = tmp_path / "state" / FIRST_LOGIN
    assert secret.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert secret.read_text(encoding="utf-8").splitlines()[1].split()[1] not in err


async def test_read_only_writes_not_even_a_heartbeat(tmp_path: Path) -> None:
    async with WireServer(Plc(make_device())) as server:
        plant = write_site(tmp_path / "plant", server.port)
        async with Process(plant, "--state", tmp_path / "state", "--read-only") as core:
            assert READY.fullmatch(await core.line())
            while sum(request.function == 4 for request in server.requests) < 5:
                await asyncio.sleep(0.01)
            core.process.terminate()
            assert (await core.ended())[0] == 0
        assert server.writes == []


async def test_unreachable_devices_are_named_in_one_line_each_and_the_rest_is_polled(tmp_path: Path) -> None:
    async with WireServer(Plc(make_device())) as server:
        plant = write_site(tmp_path / "plant", server.port)
        text = (plant / "site.toml").read_text(encoding="utf-8")
        missing = SITE[SITE.index("[[device]]") :].replace("U{:02d}", "V{:02d}").replace("COUNT", "6")
        (plant / "site.toml").write_text(text + missing.replace("PORT", "1"), encoding="utf-8")
        async with Process(plant, "--state", tmp_path / "state") as core:
            line = await core.line()
            assert line.endswith("polling 7 devices, 6 do not answer: V01, V02, V03, V04, V05, ...")
            assert core.process.stderr is not None
            err = ""
            while err.count(" down: ") < 6:
                err += (await core.process.stderr.readline()).decode()
            core.process.terminate()
            code, _, rest = await core.ended()
        assert code == 0
        for name in ("V01", "V02", "V03", "V04", "V05", "V06"):
            assert err.count(f"{name} down: 127.0.0.1:1 device") == 1
        assert err.count("connection refused") == 6 and "down" not in rest


async def test_a_second_core_on_the_same_state_is_refused_in_one_line(tmp_path: Path) -> None:
    async with WireServer(Plc(make_device())) as server:
        plant = write_site(tmp_path / "plant", server.port)
        state = tmp_path / "state"
        async with Process(plant, "--state", state) as core:
            await core.line()
            connections = server.connections
            async with Process(plant, "--state", state) as second:
                code, out, err = await second.ended()
            assert (code, out) == (1, "")
            assert err == f"{state}: another core has this state (process {core.process.pid})\n"
            assert server.connections == connections
            core.process.terminate()
            assert (await core.ended())[0] == 0


BAD_SITES = {
    "port = PORT": ("port = 0", "port"),
    'type = "orc_unit"': ('type = "orc"', "type"),
    "device_id_step = 1": ("device_id_step = 0", "U02"),
    "fast_s = 0.2": ("fast = 0.2", "fast"),
}


@pytest.mark.parametrize("old", BAD_SITES)
def test_a_bad_site_file_is_one_line_and_nothing_is_started(tmp_path: Path, old: str) -> None:
    new, named = BAD_SITES[old]
    plant = write_site(tmp_path / "plant", 1, count=2)
    text = SITE.replace("COUNT", "2").replace(old, new).replace("PORT", "1502")
    (plant / "site.toml").write_text(text, encoding="utf-8")
    done = subprocess.run(
        Process(plant, "--state", tmp_path / "state").arguments, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and named in done.stderr
    assert not (tmp_path / "state").exists()


def test_overlapping_tags_are_one_line_and_nothing_is_started(tmp_path: Path) -> None:
    plant = write_site(tmp_path / "plant", 1502)
    (plant / "tags").mkdir()
    table = (ROOT / "configs" / "tags" / "orc_unit.csv").read_text(encoding="utf-8")
    (plant / "tags" / "orc_unit.csv").write_text(
        table.replace(
            "KNOWN_CONST,Known constant 123456,已知常数 123456,,input,2", "KNOWN_CONST,a,b,,input,1"
        ),
        encoding="utf-8",
    )
    done = subprocess.run(
        Process(plant, "--state", tmp_path / "state").arguments, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "overlaps" in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "state").exists()


def test_a_command_and_its_number_apart_are_refused(tmp_path: Path) -> None:
    plant = write_site(tmp_path / "plant", 1502)
    (plant / "tags").mkdir()
    table = (ROOT / "configs" / "tags" / "orc_unit.csv").read_text(encoding="utf-8")
    moved = table.replace("CMD,Command,命令,,holding,1,", "CMD,Command,命令,,holding,900,")
    (plant / "tags" / "orc_unit.csv").write_text(moved, encoding="utf-8")

    async def main() -> None:
        async with AsyncExitStack() as stack:
            folder = stack.enter_context(StateFolder(tmp_path / "state"))
            with pytest.raises(ConfigError, match="U01.CMD: address 900 is not right behind U01.CMD_SEQ"):
                await opened(load_site(plant), folder, stack, hashing=CHEAP)

    asyncio.run(main())


def test_a_state_folder_that_cannot_be_made_or_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StateError, match="file/state: no folder for state: Not a directory"):
        StateFolder(tmp_path / "file" / "state").__enter__()
    plant = write_site(tmp_path / "plant", 1502)
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "users.sqlite").write_bytes(b"this was a database once" * 100)
    done = subprocess.run(
        Process(plant, "--state", tmp_path / "state").arguments, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("users.sqlite: cannot be written: file is not a database")


def test_the_lock_ends_with_its_holder(tmp_path: Path) -> None:
    with StateFolder(tmp_path):
        with pytest.raises(StateError, match=f"another core has this state .process {os.getpid()}."):
            StateFolder(tmp_path).__enter__()
    with StateFolder(tmp_path):
        pass


def test_the_default_state_folder_is_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_folder(ROOT / "configs" / "tianzhen_20mw") == tmp_path / "orcplant" / "tianzhen_20mw"


def test_the_core_carries_no_thermodynamics() -> None:
    code = (
        "import sys, orcplant.control.service;"
        "print(*sorted({'CoolProp', 'scipy', 'pandas', 'matplotlib', 'phreeqc'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@asynccontextmanager
async def watched() -> AsyncIterator[tuple[DevicePoller, Watchdog, ManualClock]]:
    rig = make_rig()
    watchdog = Watchdog(Poller([rig.poller]), rig.clock)
    watchdog.start()
    yield rig.poller, watchdog, rig.clock
    await watchdog.stop()


async def turned(clock: ManualClock, seconds: float = 0.0) -> None:
    clock.advance(seconds)
    for _ in range(30):
        await asyncio.sleep(0)


async def test_the_watchdog_starts_polling_anew_when_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    async with watched() as (device, watchdog, clock):
        await turned(clock)
        assert device.counters.polls == 1

        async def broken(_group: object) -> dict[str, object]:
            raise RuntimeError("a mistake in the program")

        with monkeypatch.context() as patched:
            patched.setattr(device.reader, "read_group", broken)
            await turned(clock, 1.0)
        await turned(clock, 1.0)
        await turned(clock, 1.0)
        assert watchdog.restarts == {"U01": 1} and device.counters.polls >= 2


async def test_the_watchdog_starts_polling_anew_when_it_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    async with watched() as (device, watchdog, clock):
        await turned(clock)

        async def hangs(_group: object) -> dict[str, object]:
            await asyncio.Event().wait()
            return {}

        with monkeypatch.context() as patched:
            patched.setattr(device.reader, "read_group", hangs)
            await turned(clock, 1.0)
        await turned(clock, HANGS_AFTER_S)
        assert watchdog.restarts == {"U01": 0}
        await turned(clock, 3.0)
        await turned(clock, 1.0)
        assert watchdog.restarts == {"U01": 1} and device.counters.polls >= 2


async def test_a_wall_clock_that_is_set_is_noticed_once() -> None:
    async with watched() as (_, watchdog, clock):
        steps: list[float] = []
        watchdog.on_step(steps.append)
        await turned(clock, 1.0)
        clock.step_utc(-3600.0)
        for _ in range(3):
            await turned(clock, 1.0)
        clock.step_utc(1.5)  # NTP at work
        await turned(clock, 1.0)
        assert steps == [pytest.approx(-3600.0)]


async def test_a_clock_step_is_in_the_journal(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(StateFolder(tmp_path / "state"))
        clock = ManualClock()
        site = load_site(write_site(tmp_path / "plant", 1))
        service = await opened(site, folder, stack, clock=clock, hashing=CHEAP)
        clock.step_utc(86400.0)
        service.watchdog.start()
        await turned(clock)
        await turned(clock, 1.0)
        await service.watchdog.stop()
        entry = (await service.journal.recent(1))[0]
        assert (entry.kind, entry.detail) == (Kind.CLOCK, {"step_s": 86400.0})


async def test_a_failure_beside_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with watched() as (_, watchdog, clock):

        async def fails() -> None:
            raise OSError("no room")

        watchdog.spawn(fails())
        await turned(clock)
        assert "no room" in caplog.text


async def test_restarts_and_other_maps_are_in_the_journal(tmp_path: Path) -> None:
    async with WireServer(Plc(make_device())) as server:
        plant = write_site(tmp_path / "plant", server.port)
        async with Process(plant, "--state", tmp_path / "state") as core:
            await core.line()
            assert server.plc is not None
            server.plc.start()
            server.plc.put("MAP_VERSION", 7.0)
            state = tmp_path / "state" / "journal.sqlite"
            query = "SELECT detail FROM journal WHERE kind = 'device' ORDER BY number"
            found: list[str] = []
            while len(found) < 2:
                with sqlite3.connect(f"file:{state}?mode=ro", uri=True) as connection:
                    found = [row[0] for row in connection.execute(query)]
                connection.close()
                await asyncio.sleep(0.02)
            core.process.terminate()
            assert (await core.ended())[0] == 0
    assert '"restarted"' in found[0] and '"mismatch"' in found[1] and "MAP_VERSION reads 7.0" in found[1]


async def prepared(state: Path) -> None:
    with StateFolder(state) as folder:
        store, clock = Store(is_durable=False), ManualClock()
        journal = await Journal.open(store, folder.path / "journal.sqlite", clock)
        await make_users(await Users.open(store, folder.path / "users.sqlite", journal, clock, CHEAP))
        await store.close()


async def kill_once(plant: Path, state: Path, server: WireServer, rng: random.Random) -> None:
    """Kill a core that commands without pause after a random number of requests; look what it left."""
    arguments = [sys.executable, "-m", "tests.control.core_driver", str(plant), str(state)]
    driver = await asyncio.create_subprocess_exec(*arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert driver.stdout is not None
    assert (await driver.stdout.readline()).split() == [b"open", b"None"]
    last = len(server.requests) + rng.randrange(5, 120)
    while len(server.requests) < last:
        await asyncio.sleep(0)
    driver.kill()
    out, _ = await driver.communicate()
    done = [line.split() for line in out.decode().splitlines() if line.count(" ") == 1]
    await look(plant, state, server, {command_id: outcome for command_id, outcome in done[:-1]})


async def look(plant: Path, state: Path, server: WireServer, done: dict[str, str]) -> None:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(StateFolder(state))  # the lock went with its process
        service = await opened(load_site(plant), folder, stack, hashing=CHEAP)
        assert service.journal.check.broken_at is None
        entries = await service.journal.recent(1000)
        outcomes = {e.reference: e.detail["state"] for e in entries if e.kind is Kind.OUTCOME}
        intents = {e.reference for e in entries if e.kind is Kind.COMMAND}
        assert done.items() <= outcomes.items()  # nothing acknowledged is lost
        assert intents <= outcomes.keys()  # and nothing is left open
        before = len(command_writes(server))
        for _ in range(3):
            await service.poller.poll_once()
        assert service.poller.devices["U01"].state is LinkState.UP
        assert readiness(service.poller, "opc.tcp://x") == "ready: opc.tcp://x, polling 1 devices"
        assert len(command_writes(server)) == before and service.control.armed == frozenset()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_kill_9_leaves_a_journal_that_holds_and_no_command_follows(tmp_path: Path, seed: int) -> None:
    state = tmp_path / "state"
    await prepared(state)
    async with WireServer(Plc(make_device())) as server:
        await kill_once(write_site(tmp_path / "plant", server.port), state, server, random.Random(seed))


@pytest.mark.slow
def test_fifty_kills_on_one_state_folder(tmp_path: Path) -> None:
    async def main() -> None:
        state, rng = tmp_path / "state", random.Random(50)
        await prepared(state)
        async with WireServer(Plc(make_device())) as server:
            plant = write_site(tmp_path / "plant", server.port)
            for _ in range(50):
                await kill_once(plant, state, server, rng)

    asyncio.run(main())


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path) -> None:
    plant = write_site(tmp_path / "plant", 1502)
    code = "import sys; sys.modules['pymodbus'] = None; from orcplant.cli import app; app()"
    done = subprocess.run(
        [sys.executable, "-c", code, "serve", str(plant), "--state", str(tmp_path / "state")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "pymodbus is not installed; orcplant serve needs the extra control" in done.stderr
    assert done.stderr.count("\n") == 1 and not (tmp_path / "state").exists()
