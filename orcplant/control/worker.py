"""The one process beside the core: what holds the interpreter or takes memory runs there.

Property libraries, speciation and optimisation would make the poller late by as long as they take. The
process is started when it is first asked for something, and again when it died.
"""

import asyncio
import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar, TypeVarTuple

from orcplant.errors import OrcplantError

Ts = TypeVarTuple("Ts")
T = TypeVar("T")

_STOP_S = 1.0
_LOOK_S = 0.01


class WorkerError(OrcplantError):
    """A job that failed in the worker, took too long, or took the worker with it."""


class Worker:
    """Runs one job at a time in a process of its own."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._pipe: Connection[Any, Any] | None = None
        self._turn = asyncio.Lock()
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """Process id, while there is one."""
        return self._process.pid if self._process is not None and self._process.is_alive() else None

    async def run(self, function: Callable[[*Ts], T], *args: *Ts, timeout_s: float = 60.0) -> T:
        """Result of a function of a module, called in the worker.

        Raises
        ------
        WorkerError
            If it raised, took longer than `timeout_s`, or the process died. The next job gets a new one then.
        """
        async with self._turn:
            pipe = self._started()
            name = getattr(function, "__qualname__", "job")
            try:
                pipe.send((function, args))
                async with asyncio.timeout(timeout_s):
                    await _readable(pipe)
                is_good, answer = pipe.recv()
            except TimeoutError as exc:
                self._kill()
                raise WorkerError(f"{name} took longer than {timeout_s:g} s in the worker") from exc
            except (EOFError, OSError) as exc:
                self._kill()
                raise WorkerError(f"the worker died in {name}") from exc
            except BaseException:  # cancelled: its answer must not become that of the next job
                self._kill()
                raise
        if not is_good:
            raise WorkerError(f"{name} failed in the worker: {answer}")
        result: T = answer
        return result

    async def close(self) -> None:
        """End the process."""
        process, pipe = self._process, self._pipe
        if process is not None and pipe is not None:
            with suppress(OSError):
                pipe.send(None)
            await asyncio.to_thread(process.join, _STOP_S)
        self._kill()

    def _started(self) -> "Connection[Any, Any]":
        if self._process is not None and self._pipe is not None and self._process.is_alive():
            return self._pipe
        if self._process is not None:
            self.restarts += 1
            self._kill()
        # Spawned, not forked: the core's threads and sockets are none of its business.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,), name="orcplant-worker", daemon=True)
        self._process.start()
        theirs.close()
        return self._pipe

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
            self._process = None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None


async def _readable(pipe: "Connection[Any, Any]") -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(pipe.fileno(), ready.set)
    except NotImplementedError:  # Windows
        while not pipe.poll():
            await asyncio.sleep(_LOOK_S)
        return
    try:
        await ready.wait()
    finally:
        loop.remove_reader(pipe.fileno())


def _work(pipe: "Connection[Any, Any]") -> None:
    """In the worker: do jobs until told to stop, or the core is gone."""
    with suppress(EOFError, KeyboardInterrupt):
        while (job := pipe.recv()) is not None:
            function, args = job
            try:
                answer = (True, function(*args))
            except Exception as exc:
                answer = (False, f"{type(exc).__name__}: {exc}")
            pipe.send(answer)
