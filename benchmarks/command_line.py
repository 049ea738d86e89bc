"""What a person waits for."""

import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import Gate, median_time

HELP_TIME: Final = 0.5  # [s]


def run() -> tuple[dict[str, Any], list[Gate]]:
    """Measure the wall time of `orcplant --help`."""
    command = _command()

    def call() -> None:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        if "Usage" not in done.stdout:
            raise RuntimeError(f"{command}: no help on stdout, but {done.stdout[:200]!r}")

    seconds = median_time(call, repeats=7)
    return {"help": {"orcplant_s": seconds}}, [Gate("orcplant --help", seconds, HELP_TIME, "s")]


def _command() -> list[str]:
    installed = Path(sysconfig.get_path("scripts")) / (
        "orcplant.exe" if sys.platform == "win32" else "orcplant"
    )
    if installed.exists():
        return [str(installed), "--help"]
    return [sys.executable, "-c", "from orcplant.cli import app; app()", "--help"]
