"""Simulated controllers and control core started together on one machine, and stopped without orphans."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from orcplant.errors import OrcplantError

_STOP_S: Final = 10.0
_TURN_S: Final = 0.2
_SIMULATOR: Final = [sys.executable, "-m", "plc_sim", "serve"]
_CORE: Final = [sys.executable, "-c", "from orcplant.cli import app; app()", "serve"]
FIRST_LOGIN: Final = "first-login.txt"


class TogetherError(OrcplantError):
    """A part that did not come up: what it said last."""


@contextmanager
def simulator_and_core(
    plant: str, state: Path, *, speed: float, told: Callable[[str], None]
) -> Iterator[list[subprocess.Popen[str]]]:
    """Both processes, ready; ended with the context, however it ends.

    Parameters
    ----------
    plant : str
        Folder or name.
    state : Path
        State folder of the core.
    speed : float
        Plant time over wall time.
    told : callable
        Called with the line each says when it is ready, and with the first login.

    Raises
    ------
    TogetherError
        If one of them does not come up.
    """
    running: list[subprocess.Popen[str]] = []
    try:
        running.append(_started([*_SIMULATOR, plant, "--speed", f"{speed:g}"], told))
        running.append(_started([*_CORE, plant, "--state", str(state)], told))
        login = state / FIRST_LOGIN
        if login.exists():
            told(
                f"first login, from {login}: "
                + ", ".join(login.read_text(encoding="utf-8").split("\n")).strip(", ")
            )
        yield running
    finally:
        _stopped(running)


def require_all(running: list[subprocess.Popen[str]]) -> None:
    """Refuse to go on where one of the processes has ended by itself.

    Raises
    ------
    TogetherError
        With its name and exit code.
    """
    for process in running:
        if process.poll() is not None:
            raise TogetherError(f"{_name(process)} ended by itself with exit code {process.returncode}")


def wait(running: list[subprocess.Popen[str]], seconds: float | None) -> None:
    """Wait for Ctrl-C, SIGTERM or the end of a time [s].

    Raises
    ------
    TogetherError
        If one of the processes ends by itself.
    """
    end = None if seconds is None else time.monotonic() + seconds
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        while end is None or time.monotonic() < end:
            for process in running:
                try:
                    process.wait(_TURN_S)
                except subprocess.TimeoutExpired:
                    continue
                raise TogetherError(f"{_name(process)} ended by itself with exit code {process.returncode}")
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _started(command: list[str], told: Callable[[str], None]) -> subprocess.Popen[str]:
    # A session of its own: Ctrl-C is for this process, which then stops the others in order.
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    for line in process.stdout:
        told(line.strip())
        if line.startswith("ready:"):
            return process
    _stopped([process])
    raise TogetherError(f"{_name(process)} did not come up (exit code {process.returncode})")


def _stopped(running: list[subprocess.Popen[str]]) -> None:
    """End the core first, then the controllers it talks to."""
    for process in reversed(running):
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _name(process: subprocess.Popen[str]) -> str:
    arguments = process.args
    return "plc-sim" if isinstance(arguments, list) and "plc_sim" in arguments else "orcplant serve"
