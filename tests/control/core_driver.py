"""A core in a process of its own that commands without pause until it is killed; run as a program."""

import asyncio
import itertools
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

from orcplant.config.site import load_site
from orcplant.control.service import opened
from orcplant.control.state import StateFolder
from orcplant.live import CommandRequest
from tests.control.house import CHEAP, PASSWORD


async def main(plant: Path, state: Path) -> None:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(StateFolder(state))
        service = await opened(load_site(plant), folder, stack, hashing=CHEAP)
        session = await service.users.login("operator", PASSWORD)
        await service.control.take(session)
        print("open", service.journal.check.broken_at, flush=True)
        for number in itertools.count():
            await service.poller.poll_once()
            tag, value = ("POWER_SP", 100.0 + number % 500) if number % 3 else ("CMD", "stop")
            request = CommandRequest(f"{time.time_ns()}", f"U01.{tag}", value, time.time())
            first = await service.commands.submit(request, session)
            outcome = await service.commands.result(first.command_id)
            print(outcome.command_id, outcome.state, flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
