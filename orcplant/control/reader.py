"""Reads the tags of one device block by block and keeps its values with quality and age.

What concerns a block (a refused address, a wrong answer, a busy device) is dealt with here and leaves the
other blocks alone; what concerns the whole device (silence, a lost link, a gateway that cannot reach it)
is raised.
"""

import asyncio
import logging
import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from orcplant.control.blocks import Block, Slot, plan, slots, unpacked
from orcplant.control.clock import Clock
from orcplant.control.link import (
    ACKNOWLEDGE,
    DEVICE_BUSY,
    GATEWAY_PATH,
    GATEWAY_TARGET,
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    BadAnswerError,
    DeviceExceptionError,
    Link,
)
from orcplant.live import NOT_READ, Quality, Reason, Value
from orcplant.tags import PollGroup, Tag

_log = logging.getLogger(__name__)

BUSY_TRIES: Final = 3
BUSY_WAIT_S: Final = (0.1, 0.5)  # between them, drawn anew each time; wall time, like every time on the wire


@dataclass(slots=True)
class _Run:
    """A block that is being read, and how that goes."""

    block: Block
    slots: tuple[Slot, ...] = field(init=False)
    misses: int = 0
    read_at: float = 0.0  # monotonic [s], of the last good answer

    def __post_init__(self) -> None:
        self.slots = slots(self.block)


class BlockReader:
    """Values of one device.

    Parameters
    ----------
    tags : iterable of Tag
        With the device's prefix; those that cannot be read are left out.
    link : Link
    clock : Clock
    rng : random.Random
        For waits.
    """

    def __init__(self, tags: Iterable[Tag], link: Link, clock: Clock, rng: random.Random) -> None:
        self.tags = {tag.name: tag for tag in tags if tag.is_readable}
        self.values: dict[str, Value] = dict.fromkeys(self.tags, NOT_READ)
        self.refused: dict[str, int] = {}  # tag -> exception code
        self._link = link
        self._clock = clock
        self._rng = rng
        self._runs: dict[PollGroup, list[_Run]] = {}
        self._run_of: dict[str, _Run] = {}
        self._read_alone_at: dict[str, float] = {}
        self.plan_again()

    def plan_again(self) -> None:
        """Forget which addresses were refused: the device may be another one now."""
        self.refused = {}
        for group in PollGroup:
            blocks = plan(tag for tag in self.tags.values() if tag.poll_group is group)
            self._runs[group] = [self._run(block) for block in blocks]

    def read_at(self, name: str) -> float:
        """Monotonic time of the last good answer that held the tag [s]; 0 for never."""
        run = self._run_of.get(name)
        return max(0.0 if run is None else run.read_at, self._read_alone_at.get(name, 0.0))

    async def read_group(self, group: PollGroup) -> dict[str, Value]:
        """Read a poll group; the values that came, or got worse.

        Raises
        ------
        LinkError
            If the device as a whole did not answer. What was read before that is kept in `values`, and the
            rest is left as it was.
        """
        touched: dict[str, Value] = {}
        for run in list(self._runs[group]):
            await self._read_into(touched, run, group)
        return touched

    async def read_tags(self, names: Collection[str]) -> dict[str, Value]:
        """Read single tags now, out of turn; raises as `read_group`.

        A refusal of the device counts for nothing here but the tags' quality.
        """
        touched: dict[str, Value] = {}
        for block in plan(self.tags[name] for name in names if name in self.tags):
            run = _Run(block)
            await self._read_into(touched, run, None)
            self._read_alone_at |= {tag.name: run.read_at for tag in block.tags if run.read_at}
        return touched

    def missed(self) -> dict[str, Value]:
        """Make all values STALE, BAD if that is not the first time; those that changed."""
        touched: dict[str, Value] = {}
        for runs in self._runs.values():
            for run in runs:
                touched |= self._miss(run, Reason.COMMUNICATION)
        return touched

    async def _read_into(self, touched: dict[str, Value], run: _Run, group: PollGroup | None) -> None:
        block = run.block
        try:
            payload = await self._answer(block)
        except BadAnswerError as exc:
            _log.debug("%s", exc)
            touched |= self._miss(run, Reason.COMMUNICATION)
        except DeviceExceptionError as exc:
            if exc.code in (GATEWAY_PATH, GATEWAY_TARGET):
                raise
            if exc.code in (ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE):
                await self._refused(touched, run, group, exc.code)
            else:
                touched |= self._miss(run, Reason.DEVICE_FAILURE)
        else:
            touched |= self._apply(run, payload)

    async def _answer(self, block: Block) -> bytes:
        """Bytes of a block; a busy device is asked again, a few times."""
        for _ in range(BUSY_TRIES - 1):
            try:
                return await self._link.read(block.table, block.address, block.count)
            except DeviceExceptionError as exc:
                if exc.code not in (ACKNOWLEDGE, DEVICE_BUSY):
                    raise
            await asyncio.sleep(self._rng.uniform(*BUSY_WAIT_S))
        return await self._link.read(block.table, block.address, block.count)

    async def _refused(
        self, touched: dict[str, Value], run: _Run, group: PollGroup | None, code: int
    ) -> None:
        """Find the bad address by halves, read the rest, ask no more for what is refused."""
        # No function at all: no half of the block will do better.
        halves = None if code == ILLEGAL_FUNCTION else run.block.split()
        runs = [] if halves is None else [self._run(half) for half in halves]
        if group is not None:
            place = self._runs[group].index(run)
            self._runs[group][place : place + 1] = runs
        for half in runs:
            await self._read_into(touched, half, group)
        if halves is None:
            for tag in run.block.tags:
                if group is not None:
                    self.refused[tag.name] = code
                refused = replace(self.values[tag.name], quality=Quality.BAD, reason=Reason.ADDRESS_REFUSED)
                touched |= self._set(tag.name, refused)

    def _apply(self, run: _Run, payload: bytes) -> dict[str, Value]:
        block = run.block
        if block.table.is_bits:
            payload = unpacked(payload, block.count)
        now = self._clock.utc()
        run.misses = 0
        run.read_at = self._clock.monotonic()
        found = {
            slot.name: Value(*slot.decode(payload[slot.start : slot.end]), now, now) for slot in run.slots
        }
        self.values |= found
        return found

    def _miss(self, run: _Run, reason: Reason) -> dict[str, Value]:
        run.misses += 1
        if run.misses > 2:  # BAD already
            return {}
        quality = Quality.STALE if run.misses == 1 else Quality.BAD
        touched: dict[str, Value] = {}
        for tag in run.block.tags:
            touched |= self._set(tag.name, self.values[tag.name].worse(quality, reason))
        return touched

    def _set(self, name: str, value: Value) -> Mapping[str, Value]:
        if self.values[name] is value:
            return {}
        self.values[name] = value
        return {name: value}

    def _run(self, block: Block) -> _Run:
        run = _Run(block)
        for tag in block.tags:
            self._run_of[tag.name] = run
        return run
