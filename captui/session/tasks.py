"""Tasks with a name and an owner. One that fails is reported and ends alone; none is left behind unnamed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine

log = logging.getLogger(__name__)


class OwnedTasks:
    """`on_failure` is told of an unexpected exception, by the task's name, after the log got the traceback."""

    def __init__(self, on_failure: Callable[[str], None]) -> None:
        self._on_failure = on_failure
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, name: str, coroutine: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def has(self, prefix: str) -> bool:
        """Whether a task whose name starts with `prefix` has not ended yet."""
        return any(task.get_name().startswith(prefix) for task in self._tasks)

    async def settle(self, prefix: str, timeout_s: float) -> tuple[str, ...]:
        """Waits for the tasks whose names start with `prefix` to end by themselves; names those that did not."""
        waited = {task for task in self._tasks if task.get_name().startswith(prefix)}
        if not waited:
            return ()
        _, pending = await asyncio.wait(waited, timeout=max(0.0, timeout_s))
        return tuple(sorted(task.get_name() for task in pending))

    async def close(self, timeout_s: float) -> tuple[str, ...]:
        """Cancels all and waits; names the survivors."""
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        if not tasks:
            return ()
        _, pending = await asyncio.wait(tasks, timeout=max(0.0, timeout_s))
        return tuple(sorted(task.get_name() for task in pending))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            log.error("task %s failed", task.get_name(), exc_info=error)
            self._on_failure(task.get_name())
