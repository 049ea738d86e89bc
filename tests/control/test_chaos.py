"""A wire on which anything may happen, seeded: what looks good is true, and all is well when it ends."""

import asyncio
import random
from pathlib import Path

import pytest

from orcplant.live import LinkState, Quality
from tests.control.sim_rig import SimRig, simulated
from tests.control.test_modbus import LIES
from tests.control.wire import Request, exception, frame, honest, reset

CODES = (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 0x63)
CHANGING = ("POWER_NET", "BRINE_T_IN", "PUMP_SPEED", "WF_P_EVAP")  # one block, four codings


ACTS = ("honest",) * 45 + ("lie", "exception", "late", "twice", "cut", "reset", "close", "silence", "bytes")


class Chaos:
    """Answers of which one in six is wrong."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.last = b""
        self.done: set[str] = set()

    async def __call__(self, request: Request, good: bytes, writer: asyncio.StreamWriter) -> None:
        act = self.rng.choice(ACTS)
        self.done.add(act)
        match act:
            case "lie":
                writer.write(LIES[self.rng.choice(list(LIES))][0](request, good))
            case "exception":
                writer.write(exception(request, self.rng.choice(CODES)))
            case "late":
                writer.write(self.last + frame(request.transaction ^ 0x100, request.unit, good[7:]) + good)
            case "twice":
                writer.write(good + good)
            case "cut":
                writer.write(good[: self.rng.randrange(len(good))])
            case "reset":
                reset(writer)
            case "close":
                writer.close()
            case "bytes":
                for byte in good:
                    writer.write(bytes([byte]))
                    await writer.drain()
            case "honest":
                writer.write(good)
        self.last = good


async def poll_and_look(rig: SimRig, number: int) -> int:
    """Poll once with new values in the PLC; how many of them look good, which must then be true."""
    truth = {short: 10.0 + number % 50 + place for place, short in enumerate(CHANGING)}
    for short, value in truth.items():
        rig.put(short, value)
    await rig.poll()
    good = 0
    for short, value in truth.items():
        found = rig.poller.value(f"U01.{short}")
        if found.quality is Quality.GOOD:
            assert found.scalar == pytest.approx(value, abs=0.06), (number, short)
            good += 1
    return good


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_what_looks_good_is_true_and_all_is_well_afterwards(tmp_path: Path, seed: int) -> None:
    async with simulated(tmp_path, timeout=0.25) as rig:
        assert await poll_and_look(rig, 0) == len(CHANGING)
        chaos = Chaos(seed)
        rig.proxies[0].lie = chaos
        good = [await poll_and_look(rig, number) for number in range(1, 100)]
        assert 0 in good and len(CHANGING) in good  # it hurt, and not all the time
        assert len(chaos.done) >= 9
        rig.proxies[0].lie = honest
        for number in range(100, 107):
            last = await poll_and_look(rig, number)
        assert last == len(CHANGING) and rig.poller.state is LinkState.UP
        await rig.poller.link.close()  # what was refused meanwhile is asked again over a new link
        await rig.poll(2)
        assert all(value.is_good for value in rig.poller.snapshot().values.values() if value.scalar != 0.0)
