"""Tests of the control core: coroutines run on a loop of their own, with a limit."""

import asyncio
import inspect
from typing import Any

import pytest

LIMIT_S = 30.0


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    function = pyfuncitem.obj
    if not inspect.iscoroutinefunction(function):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}  # noqa: SLF001

    async def limited(**arguments: Any) -> None:
        async with asyncio.timeout(LIMIT_S):
            await function(**arguments)

    asyncio.run(limited(**arguments))
    return True
