"""Alarms that come and are acknowledged without pause, until the process is killed; run as a program."""

import asyncio
import itertools
import sys
import time
from pathlib import Path

from orcplant.config.site import load_site
from orcplant.control.alarms import Alarms, definitions
from orcplant.control.alarms.records import Records
from orcplant.control.clock import SystemClock
from orcplant.control.journal import Journal
from orcplant.control.store import Store
from orcplant.control.users import Users
from orcplant.live import Quality, Reason, Value
from tests.control.house import CHEAP, PASSWORD


async def main(folder: Path) -> None:
    clock, store = SystemClock(), Store()
    journal = await Journal.open(store, folder / "journal.sqlite", clock)
    users = await Users.open(store, folder / "users.sqlite", journal, clock, CHEAP)
    records = await Records.open(store, folder / "alarms.sqlite")
    alarms = await Alarms.open(definitions(load_site(folder)), records, users, journal, clock)
    session = await users.login("operator", PASSWORD)
    print("open", flush=True)
    first = time.time_ns()
    for number in itertools.count(first):
        now = clock.utc()
        bits = 0 if number % 2 else 1 << 20
        alarms.observe({"U01.TRIPS": Value(bits, Quality.GOOD, Reason.NONE, now, now)})
        for status in alarms.shown():
            if not status.is_acknowledged:
                await alarms.acknowledge(session, status.definition.key, str(number))
                print(status.definition.key, number, flush=True)
        await alarms.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
