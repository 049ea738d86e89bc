"""The record: nothing lost, nothing invented, small, quick, and never in the way of control."""

import asyncio
import random
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orcplant.control.clock import ManualClock
from orcplant.control.historian import NO_RECORD, Historian, HistoryReader, Samples, chunk, rollup
from orcplant.control.historian.reduction import GAP_S, reduced
from orcplant.control.historian.samples import HELD, code_of, quality_of
from orcplant.control.historian.stamps import Stamps
from orcplant.control.historian.tables import SCHEMA
from orcplant.control.store import Store
from orcplant.live import Quality, Reason, Value
from tests.control.plc import make_device

HOUR = 1_700_002_800  # a whole hour of UTC
GOOD = code_of(Quality.GOOD, Reason.NONE)
BAD = code_of(Quality.BAD, Reason.SENTINEL)
STALE = code_of(Quality.STALE, Reason.TOO_OLD)


@dataclass
class Rig:
    historian: Historian
    clock: ManualClock
    store: Store
    path: Path

    @property
    def reader(self) -> HistoryReader:
        return self.historian.reader

    async def record(self, seconds: int, *, flush_every: int = 60, **scalars: float) -> None:
        for second in range(seconds):
            self.put(Quality.GOOD, **scalars)
            self.clock.advance(1.0)
            if second % flush_every == 0:
                await self.historian.flush()
        await self.historian.flush()

    def put(self, quality: Quality = Quality.GOOD, **scalars: float) -> None:
        now = self.clock.utc()
        reason = Reason.NONE if quality is Quality.GOOD else Reason.SENTINEL
        self.historian.observe(
            "U01", {f"U01.{name}": Value(v, quality, reason, now, now) for name, v in scalars.items()}
        )

    async def raw(self, name: str, *, start: float = 0.0, end: float = 4e9, limit: int = 100_000) -> Samples:
        return await self.reader.raw(f"U01.{name}", start, end, limit=limit)


@asynccontextmanager
async def opened(folder: Path, *, clock: ManualClock | None = None, ring: int = 2**20) -> AsyncIterator[Rig]:
    clock, store = clock or ManualClock(utc=HOUR), Store(is_durable=False)
    path = folder / "history.sqlite"
    historian = await Historian.open(store, path, [make_device("U01")], clock, ring_bytes=ring)
    try:
        yield Rig(historian, clock, store, path)
    finally:
        await historian.close()
        await store.close()


NUMBERS = st.one_of(
    st.sampled_from((0.0, 21.3, 21.3 * 1.0, -40.0, 3 * 0.1, float(np.float32(21.3)), 1e9, 123456.789)),
    st.integers(-400, 1600).map(lambda number: number * 0.1),
    st.integers(-400, 1600).map(lambda number: number / 10.0),
    st.floats(allow_nan=True, allow_infinity=False),
    st.floats(width=32, allow_nan=True, allow_infinity=False),
)


@settings(max_examples=100, deadline=None)
@given(
    offsets=st.sets(st.integers(0, 3599), max_size=20).map(sorted),
    numbers=st.lists(NUMBERS, min_size=20, max_size=20),
    kind=st.sampled_from((0, 1, 2)),
)
def test_a_chunk_gives_back_every_value(offsets: list[int], numbers: list[float], kind: int) -> None:
    count = len(offsets)
    values = np.array(numbers[:count], np.float64)
    if kind == 1:
        values = np.array([round(v, 1) if abs(v) < 1e6 else 0.0 for v in numbers[:count]], np.float64)
    if kind == 2:
        with np.errstate(over="ignore"):
            values = values.astype(np.float32).astype(np.float64)
        values[np.isinf(values)] = np.nan
    codes = np.array([(GOOD, BAD, STALE, NO_RECORD)[k % 4] for k in offsets], np.uint8)
    samples = Samples(np.array(offsets, np.float64) + HOUR, values, codes)
    again = chunk.decoded(chunk.encoded(samples, HOUR), HOUR)
    np.testing.assert_array_equal(again.times, samples.times)
    np.testing.assert_array_equal(again.values, samples.values)
    np.testing.assert_array_equal(again.codes, samples.codes)


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x02\x00\x00\x00", b"\x01\x00\x05\x00rubbish"])
def test_a_damaged_chunk_says_so(blob: bytes) -> None:
    with pytest.raises(chunk.ChunkError):
        chunk.decoded(blob, HOUR)


@settings(max_examples=80, deadline=None)
@given(
    steps=st.lists(st.sampled_from((1, 1, 1, 1, 5, 6, 100)), min_size=1, max_size=40),
    numbers=st.lists(
        st.one_of(st.floats(-10.0, 10.0), st.just(np.nan), st.sampled_from((1.0, 1.05, 1.1))), min_size=40
    ),
    history=st.sampled_from(("all", "change", "deadband:0.1")),
)
def test_what_is_kept_tells_all_within_the_deadband(
    steps: list[int], numbers: list[float], history: str
) -> None:
    seconds = HOUR + np.cumsum(np.array(steps, np.float64))
    values = np.array(numbers[: len(steps)], np.float64)
    codes = np.where(np.isnan(values), BAD, GOOD).astype(np.uint8)
    kept = reduced(seconds, values, codes, history)
    assert np.all(np.diff(kept.times) > 0.0)
    place = np.searchsorted(kept.times, seconds, "right") - 1
    width = 0.1 if history.startswith("deadband") else 0.0
    difference = np.abs(kept.values[place] - values)
    assert np.all((difference <= width) | (np.isnan(kept.values[place]) & np.isnan(values)))
    np.testing.assert_array_equal(kept.codes[place], codes)
    # A gap is marked, and only a gap.
    marks = kept.times[kept.codes == NO_RECORD]
    np.testing.assert_array_equal(marks, seconds[:-1][np.diff(seconds) > GAP_S] + 1.0)


def test_held_samples_do_not_count_as_new_ones() -> None:
    seconds = HOUR + np.arange(20.0)
    codes = np.where(np.arange(20) % 10 == 0, GOOD, GOOD | HELD).astype(np.uint8)
    kept = reduced(seconds, np.full(20, 3.0), codes, "all")
    assert kept.times.tolist() == [HOUR, HOUR + 10.0, HOUR + 19.0]  # the last: where the record ends


def test_every_quality_has_a_byte_of_its_own() -> None:
    codes = {code_of(quality, reason): (quality, reason) for quality in Quality for reason in Reason}
    assert len(codes) == len(Quality) * len(Reason)
    assert all(quality_of(code) == both and code not in (NO_RECORD, HELD) for code, both in codes.items())


def test_rollups_are_those_of_a_plain_loop() -> None:
    rng = np.random.default_rng(7)
    seconds = HOUR + np.sort(rng.choice(600, 300, replace=False)).astype(np.float64)
    values = np.round(rng.normal(50.0, 20.0, (300, 3)), 2)
    codes = rng.choice([GOOD, GOOD, GOOD, STALE, BAD], (300, 3)).astype(np.uint8)
    codes[seconds < HOUR + 60.0, 1] = BAD
    for column, found in enumerate(rollup.rolled_up(seconds, values, codes)):
        for place, minute in enumerate(found.minutes):
            inside = (seconds >= minute) & (seconds < minute + 60.0)
            usable = values[inside & (codes[:, column] == GOOD), column]
            assert found.quality[place] == max(code & 3 for code in codes[inside, column])
            if not len(usable):
                assert np.isnan([found.least[place], found.mean[place], found.last[place]]).all()
                continue
            assert (found.least[place], found.largest[place]) == (usable.min(), usable.max())
            assert found.mean[place] == pytest.approx(usable.mean())
            assert found.last[place] == usable[-1]
        again = rollup.decoded(rollup.encoded(found, HOUR, is_single=False), HOUR)
        for name in ("minutes", "least", "largest", "mean", "last", "quality"):
            np.testing.assert_array_equal(getattr(again, name), getattr(found, name))


async def test_samples_come_back_before_and_after_the_hour_is_closed(tmp_path: Path) -> None:
    async with opened(tmp_path) as rig:
        rng = np.random.default_rng(3)
        powers = [float(p) for p in np.round(rng.normal(500.0, 5.0, 3600), 1)]
        for second, power in enumerate(powers):
            rig.put(POWER_NET=power)
            rig.clock.advance(1.0)
            if second % 100 == 0:
                await rig.historian.flush()
        await rig.historian.flush()
        before = await rig.raw("POWER_NET")
        trend_before = await rig.reader.trend(["U01.POWER_NET"], HOUR, HOUR + 3600.0, 60)
        rig.clock.advance(60.0)
        assert await rig.historian.close_hours() == 1
        after = await rig.raw("POWER_NET")
        np.testing.assert_array_equal(after.values, before.values)
        np.testing.assert_array_equal(after.times, before.times)
        assert set(powers) >= set(after.values.tolist())
        trend_after = await rig.reader.trend(["U01.POWER_NET"], HOUR, HOUR + 3600.0, 60)
        np.testing.assert_allclose(trend_after, trend_before, rtol=1e-6)
        minutes = np.array(powers).reshape(60, 60)
        np.testing.assert_allclose(trend_after[0, :, 0], minutes.min(axis=1), rtol=1e-6)
        np.testing.assert_allclose(trend_after[0, :, 1], minutes.max(axis=1), rtol=1e-6)
        np.testing.assert_allclose(trend_after[0, :, 2], minutes.mean(axis=1), rtol=1e-6)


async def test_a_fine_trend_is_made_of_samples_and_knows_what_held_before(tmp_path: Path) -> None:
    async with opened(tmp_path) as rig:
        await rig.record(100, PUMP_SPEED=80.0)
        await rig.record(50, PUMP_SPEED=40.0)
        trend = await rig.reader.trend(["U01.PUMP_SPEED"], HOUR + 90.0, HOUR + 110.0, 10)
        assert trend[0, :, 2].tolist() == [80.0] * 5 + [40.0] * 5
        beyond = await rig.reader.trend(["U01.PUMP_SPEED"], HOUR + 140.0, HOUR + 240.0, 10)
        assert np.isnan(beyond[0, 3:, 2]).all()
        assert beyond[0, 3:, 4].tolist() == [4.0] * 7


async def test_a_gap_is_a_gap_in_samples_and_trends(tmp_path: Path) -> None:
    async with opened(tmp_path) as rig:
        await rig.record(300, POWER_NET=500.0)
        rig.clock.advance(600.0)
        await rig.record(300, POWER_NET=510.0)
        samples = await rig.raw("POWER_NET")
        assert samples.times[samples.codes == NO_RECORD].tolist() == [HOUR + 300.0]
        for count in (20, 600):  # from rollups, from samples
            trend = (await rig.reader.trend(["U01.POWER_NET"], HOUR, HOUR + 1200.0, count))[0]
            middle = trend[count * 6 // 20 : count * 14 // 20]
            assert np.isnan(middle[:, :4]).all()
            assert set(trend[: count // 4, 2]) == {500.0}
        bad = rig.raw
        rig.put(Quality.BAD, POWER_NET=1e9)
        rig.clock.advance(1.0)
        await rig.historian.flush()
        last = await bad("POWER_NET")
        assert quality_of(int(last.codes[-1])) == (Quality.BAD, Reason.SENTINEL)


async def test_pages_from_either_end(tmp_path: Path) -> None:
    async with opened(tmp_path) as rig:
        for second in range(50):
            rig.put(POWER_NET=float(second))
            rig.clock.advance(1.0)
        await rig.historian.flush()
        first = await rig.reader.raw("U01.POWER_NET", HOUR, HOUR + 49.0, limit=20)
        assert first.values.tolist() == [float(k) for k in range(20)]
        last = await rig.reader.raw("U01.POWER_NET", HOUR, HOUR + 49.0, limit=20, newest_first=True)
        assert last.values.tolist() == [float(k) for k in range(30, 50)]
        assert len(await rig.reader.raw("U01.NOTHING", 0.0, 4e9, limit=20)) == 0


async def test_a_clock_set_back_loses_and_reorders_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as rig:
        steps: list[float] = []
        rig.historian.on_step(steps.append)
        for second in range(100):
            rig.put(POWER_NET=float(second))
            rig.clock.advance(1.0)
            if second == 49:
                rig.clock.step_utc(-30.0)
        await rig.historian.flush(everything=True)
        samples = await rig.raw("POWER_NET")
        assert np.all(np.diff(samples.times) > 0.0)
        assert np.all(np.diff(samples.values) > 0.0)
        assert len(samples) >= 94  # while it slows down, two may fall into one second
        assert steps == [pytest.approx(-30.0)]


async def test_a_clock_set_back_by_hours_overwrites_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as rig:
        await rig.record(100, POWER_NET=1.0)
        rig.clock.advance(7200.0)
        await rig.historian.close_hours()
        rig.clock.step_utc(-7300.0)
        await rig.record(200, POWER_NET=2.0)
        rig.clock.advance(7200.0)
        await rig.historian.close_hours()
        samples = await rig.raw("POWER_NET")
        assert samples.values[samples.times == HOUR + 50.0].tolist() == [1.0]
        assert samples.values[samples.times == HOUR + 150.0].tolist() == [2.0]


def test_stamps_catch_up_slowly_and_never_go_back() -> None:
    clock = ManualClock(utc=HOUR)
    stamps = Stamps(clock)
    clock.step_utc(-20.0)
    last = stamps.now()
    for _ in range(400):
        clock.advance(1.0)
        now = stamps.now()
        assert 0.0 < now - last <= 1.0
        last = now
    assert last == clock.utc()
    clock.step_utc(50.0)
    assert stamps.now() == clock.utc()


async def test_a_full_disk_costs_memory_not_samples_and_heals_by_itself(tmp_path: Path) -> None:
    async with opened(tmp_path) as rig:
        trouble: list[bool] = []
        rig.historian.on_trouble(trouble.append)
        database = rig.historian._database  # noqa: SLF001
        pages = await database.run(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
        await database.run(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())
        await rig.record(200, POWER_NET=500.0, flush_every=10)
        assert trouble == [True]
        assert rig.historian.counters.failures > 0
        await database.run(lambda c: c.execute("PRAGMA max_page_count = 1000000").fetchone())
        assert await rig.historian.flush()
        assert trouble == [True, False]
        trend = await rig.reader.trend(["U01.POWER_NET"], HOUR, HOUR + 200.0, 100)
        assert np.all(trend[0, :, 2] == 500.0)
        assert rig.historian.counters.lost == 0


async def test_a_disk_full_for_too_long_loses_the_oldest_and_leaves_a_gap(tmp_path: Path) -> None:
    async with opened(tmp_path, ring=50_000) as rig:
        database = rig.historian._database  # noqa: SLF001
        await rig.record(10, POWER_NET=1.0)
        pages = await database.run(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
        await database.run(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())
        await rig.record(500, POWER_NET=2.0, flush_every=10)
        await database.run(lambda c: c.execute("PRAGMA max_page_count = 1000000").fetchone())
        assert await rig.historian.flush()
        assert rig.historian.counters.lost > 300
        samples = await rig.raw("POWER_NET")
        assert (samples.codes == NO_RECORD).sum() == 1
        assert samples.times[-1] == HOUR + 509.0


async def test_days_are_merged_and_old_ones_go(tmp_path: Path) -> None:
    clock = ManualClock(utc=HOUR - HOUR % 86400)
    day = clock.utc()
    async with opened(tmp_path, clock=clock) as rig:
        for _ in range(24):
            await rig.record(70, POWER_NET=float(rig.clock.utc() - day))
            rig.clock.advance(3530.0)
        rig.clock.advance(86400.0)

        async def settled() -> None:
            await rig.historian.close_hours()
            await rig.historian.tidy()

        before = (await rig.reader.minutes("U01.POWER_NET", day, day + 86400.0)).mean
        await going_on(rig.clock, settled())
        spans = await rig.reader.run(lambda c: c.execute("SELECT DISTINCT span FROM rollups").fetchall())
        assert spans == [(86400,)]
        after = await rig.reader.minutes("U01.POWER_NET", day, day + 86400.0)
        np.testing.assert_allclose(after.mean, before, rtol=1e-6)
        rig.clock.advance(401.0 * 86400.0)
        await going_on(rig.clock, settled())
        assert len(await rig.raw("POWER_NET")) == 0
        assert len(await rig.reader.minutes("U01.POWER_NET", day, day + 86400.0)) == len(after)
        rig.clock.advance(3700.0 * 86400.0)
        await going_on(rig.clock, settled())
        assert len(await rig.reader.minutes("U01.POWER_NET", day, day + 86400.0)) == 0


async def going_on(clock: ManualClock, work: Coroutine[None, None, None]) -> None:
    """Wait for work that pauses on the clock."""
    task = asyncio.create_task(work)
    while not task.done():
        if clock.sleepers:
            clock.advance(0.2)
        await asyncio.sleep(0)
    task.result()


async def test_readers_and_a_backup_while_it_is_written(tmp_path: Path) -> None:
    async with opened(tmp_path) as rig:
        await rig.record(100, POWER_NET=500.0)
        other = HistoryReader(rig.path)
        writing = asyncio.create_task(rig.record(300, POWER_NET=501.0, flush_every=1))
        counts = []
        while not writing.done():
            counts.append(len(await other.raw("U01.POWER_NET", 0.0, 4e9, limit=100_000)))
        await writing
        assert counts == sorted(counts)
        await other.backup(tmp_path / "copy.sqlite")
        await other.close()
        copy = HistoryReader(tmp_path / "copy.sqlite")
        assert len(await copy.raw("U01.POWER_NET", 0.0, 4e9, limit=100_000)) == 400
        await copy.close()


async def test_another_tag_table_leaves_old_rows_readable(tmp_path: Path) -> None:
    clock = ManualClock(utc=HOUR)
    async with opened(tmp_path, clock=clock) as rig:
        await rig.record(50, POWER_NET=500.0)
    with closing(sqlite3.connect(tmp_path / "history.sqlite")) as connection:
        connection.execute("UPDATE layouts SET device = device")  # the file is an ordinary one
        fields = connection.execute("SELECT fields FROM layouts").fetchone()[0]
        connection.execute("UPDATE layouts SET fields = ?", (fields.replace('"all"', '"change"'),))
        connection.commit()
    async with opened(tmp_path, clock=clock) as rig:
        await rig.record(50, POWER_NET=600.0)
        trend = await rig.reader.trend(["U01.POWER_NET"], HOUR, HOUR + 100.0, 100)
        assert trend[0, :, 2].tolist() == [500.0] * 50 + [600.0] * 50


async def write_until_killed(folder: Path, delay: float) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.control.history_driver", str(folder), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    last = int(await process.stdout.readline())
    try:
        async with asyncio.timeout(delay):
            while line := await process.stdout.readline():
                last = int(line)
    except TimeoutError:
        process.send_signal(signal.SIGKILL)
    for line in (await process.stdout.read()).splitlines(keepends=True):
        if line.endswith(b"\n"):
            last = int(line)
    await process.wait()
    return last


@pytest.mark.parametrize("times", [2, pytest.param(50, marks=pytest.mark.slow)])
def test_no_acknowledged_row_is_lost_by_kill_9(tmp_path: Path, times: int) -> None:
    rng = random.Random(times)
    for _ in range(times):
        asyncio.run(killed_and_looked_at(tmp_path, rng.uniform(0.02, 0.5)))


async def killed_and_looked_at(folder: Path, delay: float) -> None:
    last = await write_until_killed(folder, delay)
    with closing(sqlite3.connect(folder / "history.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    reader = HistoryReader(folder / "history.sqlite")
    found = await reader.raw("U01.POWER_NET", 0.0, 4e9, limit=10**7)
    await reader.close()
    recorded = found.take(found.codes == GOOD)
    np.testing.assert_array_equal(recorded.values, np.arange(len(recorded)))
    assert len(recorded) >= last


def test_the_schema_is_strict(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as connection:
        connection.executescript(SCHEMA.replace("\n\n", ";\n"))
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("INSERT INTO hot VALUES (1, 'noon', x'00')")
