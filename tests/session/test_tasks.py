from __future__ import annotations

import asyncio
import logging

import pytest

from captui.session.tasks import OwnedTasks


async def test_a_task_that_fails_is_reported_by_name_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    failed: list[str] = []
    tasks = OwnedTasks(failed.append)
    go_on = asyncio.Event()

    async def breaks() -> None:
        raise ValueError("a mistake")

    async def waits() -> None:
        await go_on.wait()

    survivor = tasks.spawn("waits", waits())
    with caplog.at_level(logging.ERROR):
        await asyncio.wait({tasks.spawn("breaks", breaks())})
        await asyncio.sleep(0)

    assert failed == ["breaks"]
    assert "a mistake" in caplog.text
    assert not survivor.done()
    go_on.set()
    await survivor
    assert await tasks.close(1.0) == ()


async def test_settling_waits_for_those_of_a_kind_only() -> None:
    tasks = OwnedTasks(lambda _: None)
    written = asyncio.Event()

    async def writes() -> None:
        await written.wait()

    async def reads() -> None:
        await asyncio.Event().wait()

    tasks.spawn("write: one", writes())
    tasks.spawn("read: one", reads())
    assert await tasks.settle("write", 0.01) == ("write: one",)
    asyncio.get_running_loop().call_later(0.01, written.set)
    assert await tasks.settle("write", 5.0) == ()
    assert await tasks.settle("nothing", 5.0) == ()
    assert await tasks.close(5.0) == ()


async def test_one_that_does_not_end_is_named() -> None:
    tasks = OwnedTasks(lambda _: None)
    end = asyncio.Event()

    async def stubborn() -> None:
        while not end.is_set():
            try:
                await end.wait()
            except asyncio.CancelledError:
                continue

    task = tasks.spawn("stubborn", stubborn())
    await asyncio.sleep(0)
    assert await tasks.close(0.05) == ("stubborn",)
    end.set()
    await task
