"""The poller: what a value is worth through every fault of a link or a device."""

import asyncio
import random
import struct
from collections.abc import Mapping

import pytest

from orcplant.control.link import (
    BadAnswerError,
    DeviceExceptionError,
    Fault,
    LinkError,
    LinkLostError,
    NoAnswerError,
)
from orcplant.control.poller import DevicePoller, Event, Poller
from orcplant.live import LinkState, Quality, Reason, Value
from orcplant.tags import Table, load_table
from tests.control.plc import ALL, Rig, make_device, make_rig

GOOD = (Quality.GOOD, Reason.NONE)


def state(rig: Rig, short: str) -> tuple[Quality, Reason]:
    value = rig.poller.value(f"{rig.device.name}.{short}")
    return value.quality, value.reason


def link_state(rig: Rig) -> LinkState:
    return rig.poller.state


def events(rig: Rig) -> list[Event]:
    found: list[Event] = []
    rig.poller.on_event(lambda _device, event, _text: found.append(event))
    return found


async def test_a_poll_reads_every_readable_tag() -> None:
    rig = make_rig()
    assert {value.reason for value in rig.poller.snapshot().values.values()} == {Reason.NOT_READ}
    rig.plc.put("POWER_NET", 612.5)
    rig.plc.put("BREAKER", True)
    rig.plc.put("ENERGY_NET", 1234567.25)
    await rig.poll()
    snapshot = rig.poller.snapshot()
    assert snapshot.link is LinkState.UP
    assert set(snapshot.values) == {tag.name for tag in rig.device.table if tag.is_readable}
    assert snapshot.values["U01.POWER_NET"].scalar == 612.5
    assert snapshot.values["U01.BREAKER"].scalar is True
    assert snapshot.values["U01.ENERGY_NET"].scalar == 1234567.25
    assert snapshot.values["U01.POWER_NET"].source_time == rig.clock.utc()
    bad = {name: value for name, value in snapshot.values.items() if not value.is_good}
    assert not bad


async def test_nan_and_sentinels_are_bad_and_leave_their_neighbours_alone() -> None:
    rig = make_rig()
    tag = rig.device.table["U01.POWER_NET"]
    rig.plc.memory.write(tag.table, tag.address, struct.pack(">f", float("nan")))
    tag = rig.device.table["U01.BRINE_T_IN"]
    rig.plc.memory.write(tag.table, tag.address, b"\x80\x00")
    await rig.poll()
    assert state(rig, "POWER_NET") == (Quality.BAD, Reason.NOT_FINITE)
    assert state(rig, "BRINE_T_IN") == (Quality.BAD, Reason.SENTINEL)
    assert state(rig, "POWER_GROSS") == GOOD


@pytest.mark.parametrize("error", [NoAnswerError("x"), LinkLostError("x")])
async def test_silence_is_stale_at_once_and_bad_within_two_polls(error: LinkError) -> None:
    rig = make_rig()
    rig.plc.put("POWER_NET", 600.0)
    await rig.poll()
    seen = events(rig)
    good_at = rig.clock.utc()
    rig.link.before = lambda *_: error
    await rig.poll()
    assert (link_state(rig), state(rig, "POWER_NET")) == (
        LinkState.SUSPECT,
        (Quality.STALE, Reason.COMMUNICATION),
    )
    await rig.poll()
    assert link_state(rig) is LinkState.DOWN and seen == [Event.DOWN]
    value = rig.poller.value("U01.POWER_NET")
    assert (value.quality, value.reason) == (Quality.BAD, Reason.COMMUNICATION)
    assert value.scalar == 600.0 and value.age(rig.clock.utc()) == rig.clock.utc() - good_at <= 3.0
    rig.link.before = lambda *_: None
    await rig.poll(every=5.0)
    assert link_state(rig) is LinkState.UP and state(rig, "POWER_NET") == GOOD
    assert seen == [Event.DOWN, Event.UP]


async def test_a_half_open_link_is_closed_after_three_misses_and_comes_back() -> None:
    rig = make_rig()
    await rig.poll()
    rig.link.before = lambda *_: NoAnswerError("x")
    await rig.poll(3)
    assert not rig.link.is_connected
    rig.link.before = lambda *_: None
    await rig.poll(every=5.0)
    assert rig.link.counters.connects == 2 and state(rig, "POWER_NET") == GOOD


async def test_a_silent_device_is_asked_once_a_poll_and_less_and_less() -> None:
    rig = make_rig()
    await rig.poll()
    rig.link.before = lambda *_: NoAnswerError("x")
    before = rig.link.counters.requests
    await rig.poll()
    assert rig.link.counters.requests == before + 1
    await rig.poll(60)
    # Waits grow to 2.5 to 5 s: no more than one try in 2.5 s, none less than one in 6 s.
    assert 10 <= rig.link.counters.requests - before <= 32
    assert rig.poller.counters.missed == 61


async def test_an_unreachable_device_is_retried_with_capped_waits_for_ever() -> None:
    rig = make_rig()
    rig.link.is_reachable = False
    seen = events(rig)
    await rig.poll(300)
    assert seen == [Event.DOWN] and rig.poller.last_error == "fake: connection refused"
    rig.link.is_reachable = True
    await rig.poll(6)  # the longest wait is 5 s
    assert link_state(rig) is LinkState.UP


async def test_a_refused_address_is_found_and_costs_its_own_tag_only() -> None:
    rig = make_rig()
    tag = rig.device.table["U01.LUBE_P"]
    rig.plc.memory.holes.add((tag.table, tag.address))
    seen = events(rig)
    await rig.poll()
    assert state(rig, "LUBE_P") == (Quality.BAD, Reason.ADDRESS_REFUSED)
    others = [value for name, value in rig.poller.snapshot().values.items() if name != "U01.LUBE_P"]
    assert all(value.is_good for value in others)
    first = rig.plc.reads
    await rig.poll()
    second = rig.plc.reads - first
    assert second < first  # no hot retry: what is refused is not asked again
    await rig.poll(5)
    assert rig.plc.reads == first + 6 * second
    assert seen == [Event.UP, Event.REFUSED]  # told once
    rig.plc.memory.holes.clear()
    rig.link.lose()
    await rig.poll()
    assert state(rig, "LUBE_P") == GOOD  # a new link asks again


async def test_what_was_refused_or_did_not_fit_is_asked_again_after_ten_minutes() -> None:
    rig = make_rig()
    tag = rig.device.table["U01.LUBE_P"]
    rig.plc.memory.holes.add((tag.table, tag.address))
    await rig.poll()
    rig.plc.memory.holes.clear()
    rig.plc.put("MAP_VERSION", 7.0)
    await rig.poll(599)
    assert state(rig, "LUBE_P") == (Quality.BAD, Reason.ADDRESS_REFUSED)
    await rig.poll()
    assert rig.poller.is_read_only  # and now its map is another one
    rig.plc.put("MAP_VERSION", float(rig.device.table.fingerprint))
    await rig.poll(600)
    assert not rig.poller.is_read_only and state(rig, "LUBE_P") == GOOD
    assert rig.link.counters.connects == 1


async def test_a_table_without_function_is_refused_as_a_whole() -> None:
    rig = make_rig()
    rig.link.before = lambda act, table, _: (
        DeviceExceptionError(1, "x") if table is Table.DISCRETE and act == "read" else None
    )
    await rig.poll()
    assert state(rig, "BREAKER") == (Quality.BAD, Reason.ADDRESS_REFUSED)
    assert state(rig, "POWER_NET") == GOOD


@pytest.mark.parametrize("code", [4, 7, 8, 0x63])
async def test_a_device_failure_is_of_its_block_only(code: int) -> None:
    rig = make_rig()
    await rig.poll()
    rig.link.before = lambda _, table, __: DeviceExceptionError(code, "x") if table is Table.INPUT else None
    await rig.poll()
    assert state(rig, "POWER_NET") == (Quality.STALE, Reason.DEVICE_FAILURE)
    await rig.poll()
    assert state(rig, "POWER_NET") == (Quality.BAD, Reason.DEVICE_FAILURE)
    assert state(rig, "BREAKER") == GOOD and rig.link.is_connected


@pytest.mark.parametrize("code", [5, 6])
async def test_a_busy_device_is_asked_again_a_few_times(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def no_sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("orcplant.control.reader.asyncio.sleep", no_sleep)
    rig = make_rig()
    await rig.poll()
    busy = iter([DeviceExceptionError(code, "x")] * 2)
    rig.link.before = lambda _, table, __: next(busy, None) if table is Table.INPUT else None
    await rig.poll()
    assert state(rig, "POWER_NET") == GOOD
    assert len(waits) == 2 and all(0.1 <= wait <= 0.5 for wait in waits)
    rig.link.before = lambda _, table, __: DeviceExceptionError(code, "x") if table is Table.INPUT else None
    before = rig.link.counters.requests
    await rig.poller.read_now(["U01.POWER_NET"])
    assert rig.link.counters.requests - before == 3
    assert state(rig, "POWER_NET") == (Quality.STALE, Reason.DEVICE_FAILURE)


@pytest.mark.parametrize("code", [10, 11])
async def test_behind_a_gateway_the_unit_is_down_and_the_link_stays(code: int) -> None:
    rig = make_rig()
    await rig.poll()
    rig.link.before = lambda *_: DeviceExceptionError(code, "x")
    await rig.poll(20)
    assert link_state(rig) is LinkState.DOWN and rig.link.is_connected
    assert state(rig, "POWER_NET") == (Quality.BAD, Reason.COMMUNICATION)
    assert rig.link.counters.connects == 1
    rig.link.before = lambda *_: None
    await rig.poll(every=5.0)
    assert link_state(rig) is LinkState.UP


async def test_a_wrong_answer_is_never_applied_in_part() -> None:
    rig = make_rig()
    rig.plc.put("POWER_NET", 600.0)
    await rig.poll()
    rig.plc.put("POWER_NET", 111.0)
    rig.link.after = lambda _, table, __: BadAnswerError(Fault.LENGTH, "x") if table is Table.INPUT else None
    await rig.poll()
    value = rig.poller.value("U01.POWER_NET")
    assert (value.scalar, value.quality) == (600.0, Quality.STALE)
    await rig.poll()
    assert state(rig, "POWER_NET") == (Quality.BAD, Reason.COMMUNICATION)
    assert state(rig, "BREAKER") == GOOD


@pytest.mark.parametrize(
    ("short", "payload", "text"),
    [
        ("MAP_VERSION", b"\0\0\0\7", r"MAP_VERSION reads 7.0 instead of \d+"),
        (
            "KNOWN_CONST",
            bytes.fromhex("200047F1"),
            "KNOWN_CONST reads 1.08.*e-19 instead of 123456: word",
        ),
        ("KNOWN_CONST", bytes.fromhex("F1470020"), "KNOWN_CONST reads nonsense instead of 123456"),
    ],
)
async def test_another_register_map_is_read_only_and_all_values_bad(
    short: str, payload: bytes, text: str
) -> None:
    import re

    rig = make_rig()
    tag = rig.device.table[f"U01.{short}"]
    rig.plc.memory.write(tag.table, tag.address, payload)
    told: list[tuple[Event, str]] = []
    rig.poller.on_event(lambda _device, event, text: told.append((event, text)))
    await rig.poll(3)
    assert rig.poller.is_read_only and rig.plc.writes == []  # not even a heartbeat
    assert state(rig, "POWER_NET") == (Quality.BAD, Reason.MAP_MISMATCH)
    assert [event for event, _ in told] == [Event.MISMATCH, Event.UP]
    assert re.match(text, told[0][1])


async def test_a_map_changed_by_a_restart_is_noticed() -> None:
    rig = make_rig()
    await rig.poll()
    assert not rig.poller.is_read_only
    rig.plc.put("MAP_VERSION", 7.0)
    rig.plc.put("BOOT_ID", 99.0)
    await rig.poll(2)
    assert rig.poller.is_read_only
    assert state(rig, "POWER_NET") == (Quality.BAD, Reason.MAP_MISMATCH)


async def test_a_device_without_signature_is_taken_as_it_is() -> None:
    rig = make_rig(make_device(capabilities=ALL - {"signature"}))
    rig.plc.put("MAP_VERSION", 7.0)
    await rig.poll()
    assert not rig.poller.is_read_only and state(rig, "POWER_NET") == GOOD


async def test_a_restart_is_told_once_by_the_boot_number_and_not_by_a_new_link() -> None:
    rig = make_rig()
    await rig.poll()
    seen = events(rig)
    rig.link.lose()
    await rig.poll(2)
    assert seen == []
    rig.plc.start()
    await rig.poll()
    assert rig.poller.is_read_only  # until its signature is read again
    await rig.poll(3)
    assert seen == [Event.RESTARTED] and not rig.poller.is_read_only


async def test_without_boot_number_every_new_link_is_a_restart() -> None:
    rig = make_rig(make_device(capabilities=()))
    await rig.poll()
    seen = events(rig)
    rig.link.lose()
    await rig.poll(3)
    assert seen == [Event.RESTARTED]


async def test_a_plc_whose_heartbeat_stands_still_makes_its_values_stale() -> None:
    rig = make_rig()
    await rig.poll()
    seen = events(rig)
    for _ in range(5):
        rig.clock.advance(1.0)
        await rig.poller.poll_once()
    assert state(rig, "POWER_NET") == GOOD
    rig.clock.advance(1.0)
    await rig.poller.poll_once()
    assert state(rig, "POWER_NET") == (Quality.STALE, Reason.PLC_STOPPED)
    await rig.poll()
    assert state(rig, "POWER_NET") == GOOD and seen == [Event.STOPPED, Event.RUNNING]


async def test_the_heartbeat_counts_and_stops_in_a_read_only_core() -> None:
    rig = make_rig()
    await rig.poll(3)
    assert rig.plc.get("HEARTBEAT_CORE") == 3.0 and rig.plc.wrote() == []
    silent = make_rig(may_write=False)
    await silent.poll(3)
    assert silent.plc.writes == []


async def test_a_refused_heartbeat_does_not_stop_reading() -> None:
    rig = make_rig()
    rig.link.before = lambda act, *_: DeviceExceptionError(3, "x") if act == "write" else None
    await rig.poll(3)
    assert link_state(rig) is LinkState.UP and rig.poller.counters.heartbeats_refused == 3


async def test_an_old_value_does_not_look_good_even_if_polling_hangs() -> None:
    rig = make_rig()
    await rig.poll()
    rig.clock.advance(3.0)
    assert state(rig, "POWER_NET") == GOOD
    rig.clock.advance(0.1)
    assert state(rig, "POWER_NET") == (Quality.STALE, Reason.TOO_OLD)
    assert state(rig, "POWER_SP") == GOOD  # read every ten seconds
    assert state(rig, "NAMEPLATE") == GOOD  # read once
    rig.clock.advance(3.0)
    assert state(rig, "POWER_NET") == (Quality.BAD, Reason.TOO_OLD)


async def test_a_wall_clock_that_jumps_changes_no_quality() -> None:
    rig = make_rig()
    await rig.poll()
    for step in (86400.0, -2 * 86400.0):
        rig.clock.step_utc(step)
        assert state(rig, "POWER_NET") == GOOD
        await rig.poll()
        assert state(rig, "POWER_NET") == GOOD
        assert rig.poller.value("U01.POWER_NET").source_time == rig.clock.utc()


async def test_listeners_hear_what_came_and_what_got_worse_and_nothing_twice() -> None:
    rig = make_rig()
    heard: list[Mapping[str, Value]] = []
    rig.poller.on_values(lambda _device, values: heard.append(values))
    await rig.poll()
    assert set(heard[0]) == set(rig.poller.reader.values)
    rig.link.before = lambda *_: NoAnswerError("x")
    await rig.poll(10)
    assert len(heard) == 3  # stale, then bad, then silence
    assert {value.quality for value in heard[1].values()} == {Quality.STALE}
    assert {value.quality for value in heard[2].values()} == {Quality.BAD}


class Schedule:
    """A device that polls by itself on a clock that is told to go on."""

    def __init__(self, *, phase: float = 0.0) -> None:
        self.rig = make_rig()
        self.rig.poller = DevicePoller(
            self.rig.device, self.rig.link, self.rig.clock, phase=phase, rng=random.Random(1)
        )
        self.reads: list[tuple[float, Table]] = []
        start = self.rig.clock.monotonic()

        def note(act: str, table: Table, _address: int) -> LinkError | None:
            if act == "read":
                self.reads.append((round(self.rig.clock.monotonic() - start, 3), table))
            return None

        self.rig.link.before = note
        self.task = asyncio.create_task(self.rig.poller.run())

    async def go(self, *steps: float) -> None:
        await settled()
        for step in steps:
            self.rig.clock.advance(step)
            await settled()

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    def times(self, table: Table) -> list[float]:
        return [time for time, found in self.reads if found is table]


async def settled() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


async def test_turns_are_on_an_absolute_schedule_with_a_phase() -> None:
    schedule = Schedule(phase=0.25)
    await schedule.go(0.25, 1.1, 0.9, 1.0, 0.75)
    assert schedule.times(Table.DISCRETE) == [0.25, 1.35, 2.25, 3.25]  # late once, not late ever after
    await schedule.go(*[0.25] * 40)
    # Slow tags come at once, then every ten seconds at a quarter of that.
    assert schedule.times(Table.COIL) == [0.25, 3.25, 12.5]
    await schedule.stop()


async def test_overruns_are_skipped_and_counted() -> None:
    schedule = Schedule()
    await schedule.go(0.0, 1.0)
    await schedule.go(5.5)
    await schedule.go(0.5)
    assert schedule.times(Table.DISCRETE) == [0.0, 1.0, 6.5, 7.0]
    fast, beats = 4, 4
    assert schedule.rig.poller.overruns == fast + beats
    assert max(schedule.rig.poller.counters.lateness) == pytest.approx(4.5)
    await schedule.stop()


async def test_a_lost_link_comes_back_between_turns() -> None:
    schedule = Schedule()
    await schedule.go(0.0, 1.0)
    schedule.rig.link.lose()
    schedule.rig.link.is_reachable = False
    await schedule.go(1.0)
    schedule.rig.link.is_reachable = True
    await schedule.go(0.5)  # the first wait is at most half a second
    assert schedule.rig.link.is_connected and link_state(schedule.rig) is LinkState.UP
    await schedule.stop()


async def test_a_slow_device_makes_no_other_one_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    clock_rigs = [make_rig(make_device(f"U{n:02d}")) for n in range(1, 5)]
    hangs: asyncio.Event = asyncio.Event()
    slow = clock_rigs[0]

    async def hang(*_: object) -> bytes:
        await hangs.wait()
        raise NoAnswerError("x")

    monkeypatch.setattr(slow.link, "read", hang)
    poller = Poller(rig.poller for rig in clock_rigs)
    polling = asyncio.create_task(poller.poll_once())
    await settled()
    assert [rig.poller.state for rig in clock_rigs[1:]] == [LinkState.UP] * 3
    assert not polling.done()
    hangs.set()
    await polling
    assert poller.value("U02.POWER_NET").is_good
    assert not poller.value("U01.POWER_NET").is_good
    with pytest.raises(KeyError):
        poller.value("U09.POWER_NET")


@pytest.mark.parametrize("kind", ["orc_unit", "wellfield", "heating_station", "water_station", "substation"])
async def test_every_shipped_type_polls(kind: str) -> None:
    rig = make_rig(make_device("X1", kind))
    await rig.poll()
    assert not rig.poller.is_read_only
    reasons = {value.reason for value in rig.poller.snapshot().values.values()}
    assert reasons <= {Reason.NONE, Reason.OUT_OF_RANGE}  # zeros are no setpoint here and there
    assert len(rig.poller.reader.values) == sum(tag.is_readable for tag in load_table(kind))
