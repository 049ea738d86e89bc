"""Simulated PLCs for the control benchmark, in a process of their own.

`python -m benchmarks.control_server SITE` prints one JSON object, the port of every device, once all
listen. Registers only, no physics: what is measured is the core. Ends when its standard input does.
"""

import asyncio
import json
import sys
from pathlib import Path

from orcplant.config.site import load_site
from plc_sim.clock import Clock, Pace
from plc_sim.logic.plain import PlainLogic
from plc_sim.plants import traits
from plc_sim.simulator import Simulator, groups


async def main(folder: Path) -> None:
    """Serve until standard input is closed."""
    site, clock = load_site(folder), Clock()
    by_type = groups(site)
    works = [PlainLogic(group.bank, traits(group), clock) for group in by_type.values()]
    simulator = Simulator(site, by_type, clock, works)
    await simulator.open(port_base=0)
    sys.stdout.write(json.dumps({name: port.number for name, port in simulator.ports.items()}) + "\n")
    sys.stdout.flush()
    running = asyncio.create_task(simulator.run(Pace()))
    await asyncio.to_thread(sys.stdin.read)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await simulator.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
