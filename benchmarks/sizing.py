"""A plant sized: the screening of twenty fluids, and `orcplant size` as a whole process."""

import os
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import Gate, median_time, timed
from orcplant.config.plant_spec import load_plant
from orcplant.plant.screening import screen
from orcplant.resources import configs_dir
from orcplant.thermo.tables import tabulated_fluid

PLANT: Final = "tianzhen_20mw"
SCREEN_TIME: Final = 2.0  # [s]
SIZE_TIME: Final = 20.0  # [s]
SIZE_MEMORY: Final = 600.0  # [MB]
_FLUIDS: Final = 20


def run_screen() -> tuple[dict[str, Any], list[Gate]]:
    """Measure the screening with every fluid admitted, tables to be built and built already."""
    shipped = load_plant(configs_dir() / PLANT).spec
    limits = replace(shipped.limits, GWP_max=inf, ODP_max=inf)
    plant = replace(shipped, limits=limits, fluids=shipped.fluids[:_FLUIDS])
    screen(replace(plant, fluids=plant.fluids[:1]))  # water and air
    tabulated_fluid.cache_clear()
    cold = timed(lambda: screen(plant))
    warm = median_time(lambda: screen(plant), repeats=3)
    simple = replace(plant, layouts=plant.layouts[:1])
    tabulated_fluid.cache_clear()
    one_layout = timed(lambda: screen(simple))
    found = {
        "fluids": len(plant.fluids),
        "layouts": len(plant.layouts),
        "orcplant_s": cold,
        "warm_s": warm,
        "one_layout_s": one_layout,
    }
    return {"screen": found}, [
        Gate(f"screen of {len(plant.fluids)} fluids, one layout", one_layout, SCREEN_TIME, "s"),
        Gate(f"screen of {len(plant.fluids)} fluids, {len(plant.layouts)} layouts", cold, SCREEN_TIME, "s"),
    ]


def run_size() -> tuple[dict[str, Any], list[Gate]]:
    """Measure wall time and peak memory of `orcplant size`, with and without its report."""
    short_s, short_MB = _process([])
    with tempfile.TemporaryDirectory() as folder:
        full_s, full_MB = _process(["--out", str(Path(folder) / "out")])
    found = {
        "plant": PLANT,
        "orcplant_s": full_s,
        "peak_MB": full_MB,
        "without_report_s": short_s,
        "without_report_peak_MB": short_MB,
    }
    return {"size": found}, [
        Gate("orcplant size --out", full_s, SIZE_TIME, "s"),
        Gate("orcplant size --out, peak memory", full_MB, SIZE_MEMORY, "MB"),
    ]


def _process(options: list[str]) -> tuple[float, float]:
    """Wall time [s] and peak resident memory [MB] of one process; NaN where the system does not tell."""
    usage: list[Any] = []
    with tempfile.TemporaryFile() as said:

        def call() -> None:
            process = subprocess.Popen([*_command(), "size", PLANT, *options], stdout=said, stderr=said)
            code, peak = _waited(process)
            if code:
                said.seek(0)
                raise RuntimeError(f"orcplant size: exit {code}: {said.read(300)!r}")
            usage.append(peak)

        seconds = timed(call)
    return seconds, usage[0]


def _waited(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    if not hasattr(os, "wait4"):
        return process.wait(), float("nan")
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1.0 if sys.platform == "darwin" else 1024.0  # bytes there, kilobytes elsewhere
    return process.returncode, used.ru_maxrss * unit / 1e6


def _command() -> list[str]:
    installed = Path(sysconfig.get_path("scripts")) / (
        "orcplant.exe" if sys.platform == "win32" else "orcplant"
    )
    if installed.exists():
        return [str(installed)]
    return [sys.executable, "-c", "from orcplant.cli import app; app()"]
