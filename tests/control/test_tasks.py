"""Ending tasks for certain."""

import asyncio

from orcplant.control.tasks import cancelled


async def test_a_task_that_loses_a_cancellation_is_cancelled_again() -> None:
    lost = 0

    async def stubborn() -> None:
        nonlocal lost
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                lost += 1
                if lost == 3:
                    raise

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await cancelled([task])
    assert task.cancelled() and lost == 3


async def test_tasks_that_have_ended_are_left_alone() -> None:
    task = asyncio.create_task(asyncio.sleep(0, "done"))
    await task
    await cancelled([task])
    assert task.result() == "done"
