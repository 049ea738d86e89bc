"""How fast the simulated plant runs: 40 units at 10 Hz on one core, and a week at 1 s.

`python -m benchmarks.plc_plant WEEKS` runs for so long and looks for drift: NaN, energy, mass, memory.
"""

import json
import re
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.measure import Gate
from orcplant.config.site import load_site
from orcplant.resources import configs_dir
from plc_sim.plant import Plant
from plc_sim.plants import simulator
from plc_sim.simulator import Simulator

UNITS: Final = 40
PLANT: Final = "tianzhen_20mw"
_WEEK: Final = 7 * 86400.0


def run() -> tuple[dict[str, Any], list[Gate]]:
    """Measured numbers and their gates."""
    with tempfile.TemporaryDirectory() as made:
        simulated = _large(Path(made))
        simulated.tick(5.0)
        start = time.process_time()
        simulated.tick(60.0)
        spent = time.process_time() - start
    speed = 60.0 / spent
    found = {"plc_plant": {"units": UNITS, "step_s": 0.1, "times_real_time": speed}}
    return found, [Gate("plc-sim: real time over 40 units at 10 Hz, CPU", 1.0 / speed, 1.0 / 50.0, "")]


def table(found: dict[str, Any]) -> list[str]:
    """Lines for the printed table."""
    plant = found["plc_plant"]
    return [
        f"plc-sim, {plant['units']} units at 10 Hz on one core: {plant['times_real_time']:.0f} x real time"
    ]


def _large(folder: Path) -> Simulator:
    """The 20 MW plant with its units counted up to 40, wells in proportion, all at work."""
    shipped = configs_dir() / PLANT
    text = (shipped / "plant.toml").read_text(encoding="utf-8")
    (folder / "plant.toml").write_text(text, encoding="utf-8")
    design = json.loads((shipped / "design.json").read_text(encoding="utf-8"))
    block = design["units"]["blocks"][0]
    wells = design["wells"]["types"][0]
    wells["count"] = round(wells["count"] * UNITS / (block["count"] + block["spare"]))
    block["count"], block["spare"] = UNITS - 1, 1
    (folder / "design.json").write_text(json.dumps(design), encoding="utf-8")
    site = (shipped / "site.toml").read_text(encoding="utf-8")
    counts = iter((UNITS, wells["count"]))
    site = re.sub(r"count = \d+", lambda _: f"count = {next(counts)}", site, count=2)
    (folder / "site.toml").write_text(
        site.replace("15021", "14021").replace("15101", "16101"), encoding="utf-8"
    )
    read = load_site(folder)
    running = replace(read, simulation=replace(read.simulation, units_running=True))
    return simulator(running)


def weeks(count: float) -> int:
    """Run the shipped plant at 1 s; 0 if nothing drifted."""
    read = load_site(configs_dir() / PLANT)
    simulated = simulator(replace(read, simulation=replace(read.simulation, units_running=True)))
    simulated.step_s = 1.0
    (plant,) = simulated.works
    assert isinstance(plant, Plant)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, days = time.perf_counter(), round(7 * count)
    for day in range(days):
        simulated.tick(_WEEK / 7.0)
        rooms = plant.rooms
        energy = float(np.max(np.abs(rooms.units.energy_residual() / rooms.units.ledger.brine)))
        field = rooms.field
        mass = float(field.injected_mass.sum() / field.produced_mass.sum())
        bad = sum(int(np.sum(~np.isfinite(group.bank.values))) for group in simulated.groups.values())
        sys.stdout.write(
            f"day {day + 1}: energy {energy:.1e}, reinjected {mass:.4f}, not finite {bad},"
            f" net {simulated.groups['orc_unit'].bank['POWER_NET'].sum():.0f} kW,"
            f" {time.perf_counter() - start:.0f} s\n"
        )
        sys.stdout.flush()
        if bad or energy > 1e-3 or abs(mass - 1.0) > 0.01:
            return 1
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    sys.stdout.write(f"memory grew by {grown / 1024:.1f} MB\n")
    return int(grown > 20 * 1024)


if __name__ == "__main__":
    raise SystemExit(weeks(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
