"""The worker process: answers, errors, time limits, death."""

import asyncio
import os
import time

import pytest

from orcplant.control.worker import Worker, WorkerError


async def test_jobs_run_in_one_other_process_until_it_is_closed() -> None:
    worker = Worker()
    assert worker.pid is None  # not before it is asked for something
    pids = [await worker.run(os.getpid) for _ in range(2)]
    assert pids[0] == pids[1] == worker.pid != os.getpid()
    with pytest.raises(WorkerError, match="divmod failed in the worker: ZeroDivisionError"):
        await worker.run(divmod, 1, 0)
    assert await worker.run(divmod, 7, 2) == (3, 1)
    assert await asyncio.gather(worker.run(abs, -1), worker.run(abs, -2)) == [1, 2]
    await worker.close()
    assert worker.pid is None and worker.restarts == 0


async def test_a_worker_that_hangs_or_dies_is_replaced_and_no_answer_is_mixed_up() -> None:
    worker = Worker()
    with pytest.raises(WorkerError, match="sleep took longer than 0.5 s"):
        await worker.run(time.sleep, 600.0, timeout_s=0.5)
    with pytest.raises(WorkerError, match="the worker died in _exit"):
        await worker.run(os._exit, 3)
    slow = asyncio.create_task(worker.run(time.sleep, 600.0))
    while worker.pid is None:
        await asyncio.sleep(0)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    assert await worker.run(abs, -5) == 5
    await worker.close()
