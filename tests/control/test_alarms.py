"""The alarm engine: limits, trips, lost devices, operators, metrics, restarts."""

import asyncio
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from orcplant.config.site import Site, load_site
from orcplant.control.alarms import Alarms, AlarmStatus, What, definitions
from orcplant.control.alarms.engine import MAX_SHELVE_S
from orcplant.control.alarms.metrics import Rates
from orcplant.control.alarms.records import Records
from orcplant.control.clock import ManualClock
from orcplant.control.journal import Journal
from orcplant.control.store import Store, StoreError
from orcplant.control.users import AccessError, Session, Users
from orcplant.live import AlarmState, Quality, Reason, Role, Scalar, Value
from tests.control.house import CHEAP, PASSWORD, make_users

SITE = """
[[device]]
name = "U{:02d}"
type = "orc_unit"
count = COUNT
host = "127.0.0.1"
port = 1502
device_id = 1
"""


def make_site(folder: Path, count: int = 1) -> Site:
    (folder / "site.toml").write_text(SITE.replace("COUNT", str(count)), encoding="utf-8")
    return load_site(folder)


@dataclass
class Rig:
    alarms: Alarms
    clock: ManualClock
    users: Users
    sessions: dict[Role, Session]
    told: list[tuple[str, What]]
    store: Store

    def put(self, quality: Quality = Quality.GOOD, device: str = "U01", **scalars: Scalar) -> None:
        self.see(scalars, quality, device)

    def see(self, scalars: dict[str, Scalar], quality: Quality = Quality.GOOD, device: str = "U01") -> None:
        now = self.clock.utc()
        reason = Reason.NONE if quality is Quality.GOOD else Reason.SENTINEL
        self.alarms.observe(
            {f"{device}.{name}": Value(scalar, quality, reason, now, now) for name, scalar in scalars.items()}
        )

    def go_on(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.alarms.tick()

    def state(self, key: str) -> AlarmState:
        return self.alarms.status(key).state


@asynccontextmanager
async def opened(folder: Path, count: int = 1, *, clock: ManualClock | None = None) -> AsyncIterator[Rig]:
    clock, store = clock or ManualClock(), Store(is_durable=False)
    journal = await Journal.open(store, folder / "journal.sqlite", clock)
    users = await Users.open(store, folder / "users.sqlite", journal, clock, CHEAP)
    if users.is_empty:
        await make_users(users)
    sessions = {role: await users.login(role.name.lower(), PASSWORD) for role in Role}
    records = await Records.open(store, folder / "alarms.sqlite")
    alarms = await Alarms.open(definitions(make_site(folder, count)), records, users, journal, clock)
    told: list[tuple[str, What]] = []
    alarms.on_change(lambda status, what: told.append((status.definition.key, what)))
    try:
        yield Rig(alarms, clock, users, sessions, told, store)
    finally:
        await store.close()


async def test_limit_with_delay_and_deadband(tmp_path: Path) -> None:
    async with opened(tmp_path) as rig:  # VIBRATION H 7.1 mm/s, deadband 0.5, on after 10 s, off after 30 s
        key = "U01.VIBRATION.H"
        rig.put(VIBRATION=7.2)
        rig.go_on(9.9)
        assert rig.state(key) is AlarmState.NORMAL
        rig.put(VIBRATION=6.8)  # inside the deadband: still there
        rig.go_on(0.1)
        assert rig.state(key) is AlarmState.UNACKNOWLEDGED
        assert rig.alarms.status(key).value == 6.8
        rig.put(VIBRATION=6.5)
        rig.go_on(29.9)
        assert rig.state(key) is AlarmState.UNACKNOWLEDGED
        rig.go_on(0.1)
        assert rig.state(key) is AlarmState.RETURNED_UNACKNOWLEDGED
        assert rig.told == [(key, What.RAISED), (key, What.RETURNED)]


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("U01.LUBE_P.L", {"LUBE_P": 2.0}, {"LUBE_P": 1.4}),
        ("U01.TRIPS.fire", {"TRIPS": 0}, {"TRIPS": 1 << 8}),
        ("U01.AUTHORITY.local_fallback", {"AUTHORITY": 1}, {"AUTHORITY": 2}),
        ("U01.POWER_NET.DEV", {"POWER_NET": 500.0, "POWER_SP_RAMPED": 550.0}, {"POWER_NET": 400.0}),
    ],
)
async def test_every_kind_comes_and_goes(
    tmp_path: Path, key: str, good: dict[str, Scalar], bad: dict[str, Scalar]
) -> None:
    async with opened(tmp_path) as rig:
        rig.see(good)
        rig.go_on(1000.0)
        assert rig.state(key) is AlarmState.NORMAL
        rig.see(bad)
        rig.go_on(1000.0)
        assert rig.state(key) is AlarmState.UNACKNOWLEDGED
        rig.see(good)
        rig.go_on(1000.0)
        assert rig.state(key) is AlarmState.RETURNED_UNACKNOWLEDGED


async def test_rate_of_change(tmp_path: Path) -> None:
    async with opened(tmp_path) as rig:  # BRINE_T_IN ROC 5 K/min after 30 s
        for second in range(60):
            rig.put(BRINE_T_IN=150.0 - 4.0 * second / 60.0)
            rig.go_on(1.0)
        assert rig.state("U01.BRINE_T_IN.ROC") is AlarmState.NORMAL
        for second in range(120):
            rig.put(BRINE_T_IN=146.0 - 8.0 * second / 60.0)
            rig.go_on(1.0)
        assert rig.state("U01.BRINE_T_IN.ROC") is AlarmState.UNACKNOWLEDGED


async def test_a_bad_value_leaves_limits_alone_and_is_an_alarm_of_its_own(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as rig:
        rig.put(WINDING_T=140.0)
        rig.go_on(30.0)
        rig.put(Quality.BAD, WINDING_T=20.0, BRINE_T_IN=0.0)
        rig.go_on(100.0)
        assert rig.state("U01.WINDING_T.H") is AlarmState.UNACKNOWLEDGED
        assert rig.state("U01.BRINE_T_IN.BAD") is AlarmState.UNACKNOWLEDGED


async def test_first_out_is_what_came_first_or_what_the_controller_says(tmp_path: Path) -> None:
    async with opened(tmp_path) as rig:
        rig.put(TRIPS=1 << 4)
        rig.put(TRIPS=1 << 4 | 1 << 8)
        first = {s.definition.state for s in rig.alarms.statuses() if s.is_first_out}
        assert len(first) == 1
        shown = [status.definition.key for status in rig.alarms.shown()]
        rig.put(TRIPS=0)
        rig.go_on(5.0)
        for key in shown:
            await rig.alarms.acknowledge(rig.sessions[Role.OPERATOR], key)
        assert not any(status.is_first_out for status in rig.alarms.statuses())
        names = dict(rig.alarms.status("U01.TRIPS.fire").definition.first_out.dtype.names)  # type: ignore[union-attr]
        rig.put(FIRST_OUT=names["fire"], TRIPS=1 << 8 | 1 << 2 | 1 << 0)
        assert [s.definition.state for s in rig.alarms.statuses() if s.is_first_out] == ["fire"]


async def test_a_lost_device_is_one_alarm_and_its_own_are_suppressed(tmp_path: Path) -> None:
    async with opened(tmp_path) as rig:
        rig.put(WINDING_T=140.0, TRIPS=1 << 4)
        rig.go_on(30.0)
        await rig.alarms.acknowledge(rig.sessions[Role.OPERATOR], "U01.WINDING_T.H")
        rig.alarms.lost("U01", True)
        rig.go_on(3.0)
        assert [status.definition.key for status in rig.alarms.shown()] == ["U01.LINK"]
        rig.alarms.lost("U01", False)
        shown = {status.definition.key: status.state for status in rig.alarms.shown()}
        assert shown["U01.WINDING_T.H"] is AlarmState.ACKNOWLEDGED
        assert shown["U01.LINK"] is AlarmState.RETURNED_UNACKNOWLEDGED


async def test_flood_of_forty_lost_devices_is_one_parent(tmp_path: Path) -> None:
    async with opened(tmp_path, 40) as rig:
        for number in range(1, 41):
            rig.put(device=f"U{number:02d}", VIBRATION=7.2, LUBE_P=1.0)
        rig.go_on(2.0)
        for number in range(1, 41):
            rig.alarms.lost(f"U{number:02d}", True)
            rig.go_on(0.05)
        for _ in range(120):
            rig.go_on(1.0)
        assert [status.definition.key for status in rig.alarms.shown()] == ["PLANT.LINK"]
        assert [what for _, what in rig.told] == [What.RAISED]


async def test_a_thousand_alarms_in_ten_seconds_stay_usable(tmp_path: Path) -> None:
    async with opened(tmp_path, 40) as rig:
        started = time.process_time()
        for second in range(10):
            for number in range(4 * second, 4 * second + 4):
                rig.put(device=f"U{number + 1:02d}", TRIPS=2**24 - 1, AUTHORITY=2)
            rig.go_on(1.0)
        await rig.alarms.flush()
        shown = rig.alarms.shown()
        assert len(shown) == 40 * 25
        assert [s.definition.priority for s in shown] == sorted(s.definition.priority for s in shown)
        for status in shown[:50]:
            await rig.alarms.acknowledge(rig.sessions[Role.OPERATOR], status.definition.key)
        assert time.process_time() - started < 5.0  # of ten seconds of plant time; usual: 0.4
        metrics = rig.alarms.metrics()
        assert (metrics.count, metrics.is_flood, metrics.floods) == (1000, True, 1)


async def test_operators_acts_need_roles_and_are_journalled(tmp_path: Path) -> None:
    async with opened(tmp_path) as rig:
        viewer, operator, engineer = (rig.sessions[r] for r in (Role.VIEWER, Role.OPERATOR, Role.ENGINEER))
        rig.put(TRIPS=1 << 4, WINDING_T=140.0)
        rig.go_on(30.0)
        key = "U01.WINDING_T.H"
        with pytest.raises(AccessError, match="needs at least the role operator"):
            await rig.alarms.acknowledge(viewer, key)
        with pytest.raises(AccessError, match="is no alarm of this plant"):
            await rig.alarms.acknowledge(operator, "U01.NOTHING.H")
        await rig.alarms.acknowledge(operator, key, "seen")
        with pytest.raises(AccessError, match="nothing to acknowledge"):
            await rig.alarms.acknowledge(operator, key)
        with pytest.raises(AccessError, match="not within 0 to 28800 s"):
            await rig.alarms.shelve(operator, key, MAX_SHELVE_S + 1.0)
        await rig.alarms.shelve(operator, key, 60.0, "sensor is being changed")
        assert rig.state(key) is AlarmState.SHELVED
        trip = next(s.definition.key for s in rig.alarms.shown())
        with pytest.raises(AccessError, match="needs at least the role engineer"):
            await rig.alarms.shelve(operator, trip, 60.0)
        with pytest.raises(AccessError, match="give the password again"):
            await rig.alarms.set_service(engineer, key, is_in=False)
        await rig.users.confirm(engineer, PASSWORD)
        await rig.alarms.set_service(engineer, key, is_in=False)
        assert rig.state(key) is AlarmState.OUT_OF_SERVICE
        events = await rig.alarms.events(0.0, rig.clock.utc())
        acts = [event.what for event in reversed(events) if event.user]
        assert acts == [What.ACKNOWLEDGED, What.SHELVED, What.OUT_OF_SERVICE]
        await rig.users.logout(operator)
        with pytest.raises(AccessError, match="session has ended"):
            await rig.alarms.acknowledge(operator, trip)


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    clock = ManualClock()
    async with opened(tmp_path, clock=clock) as rig:
        operator = rig.sessions[Role.OPERATOR]
        rig.put(WINDING_T=140.0, VIBRATION=9.0, LUBE_P=1.0, BRINE_WF_CONC=9.0)
        rig.go_on(30.0)
        await rig.alarms.acknowledge(operator, "U01.WINDING_T.H", "known")
        await rig.alarms.shelve(operator, "U01.LUBE_P.L", 600.0)
        rig.put(BRINE_WF_CONC=0.0)
        rig.go_on(60.0)
        await rig.alarms.acknowledge(operator, "U01.BRINE_WF_CONC.H")
        before = {status.definition.key: status for status in rig.alarms.statuses()}
        count = rig.alarms.metrics().count
        await rig.alarms.flush()
    clock.step_utc(100.0)  # the time the core was away
    async with opened(tmp_path, clock=clock) as rig:
        assert {status.definition.key: status for status in rig.alarms.statuses()} == before
        assert rig.state("U01.BRINE_WF_CONC.H") is AlarmState.LATCHED
        assert rig.alarms.metrics().count == count
        rig.go_on(439.0)
        assert rig.state("U01.LUBE_P.L") is AlarmState.SHELVED
        rig.go_on(1.0)
        assert rig.state("U01.LUBE_P.L") is AlarmState.UNACKNOWLEDGED


async def test_a_disk_that_fails_loses_no_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path) as rig:
        whole = Records.write

        async def broken(*_: object) -> None:
            raise StoreError("alarms.sqlite: cannot be written: database or disk is full")

        monkeypatch.setattr(Records, "write", broken)
        rig.put(WINDING_T=140.0)
        rig.go_on(30.0)
        with pytest.raises(StoreError, match="disk is full"):
            await rig.alarms.flush()
        assert rig.state("U01.WINDING_T.H") is AlarmState.UNACKNOWLEDGED  # shown all the same
        monkeypatch.setattr(Records, "write", whole)
        events = await rig.alarms.events(0.0, rig.clock.utc())
        assert [(event.key, event.what) for event in events] == [("U01.WINDING_T.H", What.RAISED)]


def test_metrics_count_as_the_standard_does() -> None:
    rates = Rates()
    for minute in range(11):  # eleven in ten minutes: a flood
        rates.note(1000.0 + 50.0 * minute, f"A{minute % 2}", 1 + minute % 3)
    now = 1000.0 + 500.0
    metrics = rates.metrics(now, [("A0", now - 90_000.0), ("A1", now - 80_000.0)])
    assert (metrics.count, metrics.last_10_min, metrics.peak_10_min) == (11, 11, 11)
    assert (metrics.is_flood, metrics.floods, metrics.stale) == (True, 1, ("A0",))
    assert metrics.per_priority == (4, 4, 3)
    assert metrics.top == (("A0", 6), ("A1", 5))
    assert metrics.chattering == ()
    # Each counts for 600 s: that of 1300 stops to at 1900, and four are left.
    later = rates.metrics(5000.0, [])
    assert later.flood_share * 86400.0 == pytest.approx(1900.0 - 1500.0, abs=1e-6)
    assert not later.is_flood
    for second in range(3):
        rates.note(6000.0 + 20.0 * second, "B", 2)
    assert rates.metrics(6100.0, []).chattering == ("B",)
    assert rates.metrics(1000.0 + 86400.0 + 6000.0, []).count == 0


def test_all_shipped_alarms_have_keys_of_their_own(tmp_path: Path) -> None:
    found = definitions(make_site(tmp_path, 3))
    assert len({definition.key for definition in found}) == len(found)
    assert all(definition.text.en and definition.text.zh and definition.action.zh for definition in found)


async def kill_once(folder: Path, delay: float) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.control.alarm_driver", str(folder), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    lines = [await process.stdout.readline()]
    try:
        async with asyncio.timeout(delay):
            while line := await process.stdout.readline():
                lines.append(line)
    except TimeoutError:
        process.send_signal(signal.SIGKILL)
    rest = await process.stdout.read()
    await process.wait()
    return [
        line.decode().strip() for line in [*lines, *rest.splitlines(keepends=True)] if line.endswith(b"\n")
    ]


@pytest.mark.parametrize("times", [2, pytest.param(50, marks=pytest.mark.slow)])
def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, times: int) -> None:
    async def made() -> None:
        async with opened(tmp_path):
            pass

    asyncio.run(made())
    rng = random.Random(times)
    for _ in range(times):
        asyncio.run(killed_and_looked_at(tmp_path, rng.uniform(0.02, 0.4)))


async def killed_and_looked_at(folder: Path, delay: float) -> None:
    lines = await kill_once(folder, delay)
    answered = [line.split() for line in lines[1:]]
    async with opened(folder) as rig:
        last: dict[str, AlarmStatus] = {s.definition.key: s for s in rig.alarms.statuses()}
        if answered:
            key, number = answered[-1]
            assert int(last[key].comment) >= int(number)
        events = await rig.alarms.events(0.0, 1e12, limit=100_000)
        noted = {event.comment for event in events if event.what is What.ACKNOWLEDGED}
        assert {number for _, number in answered} <= noted
