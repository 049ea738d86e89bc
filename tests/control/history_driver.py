"""Records without pause until it is killed, and tells how many rows were acknowledged; run as a program."""

import asyncio
import sys
from pathlib import Path

from orcplant.control.clock import ManualClock
from orcplant.control.historian import Historian
from orcplant.control.store import Store
from orcplant.live import Quality, Reason, Value
from tests.control.plc import make_device


async def main(folder: Path) -> None:
    clock, store = ManualClock(utc=1_700_000_000.0), Store()
    historian = await Historian.open(store, folder / "history.sqlite", [make_device("U01")], clock)
    found = await historian.reader.raw("U01.POWER_NET", 0.0, 4e9, limit=10**7)
    count = int(sum(found.codes == 0))
    if count:
        clock.advance(found.times[-1] + 1.0 - clock.utc())
    print(count, flush=True)
    while True:
        for _ in range(100):
            value = Value(float(count), Quality.GOOD, Reason.NONE, 0.0, 0.0)
            historian.observe("U01", {"U01.POWER_NET": value})
            clock.advance(1.0)
            count += 1
        assert await historian.flush()
        print(count, flush=True)
        await historian.close_hours()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
