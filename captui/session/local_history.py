"""The local history's place in the session: a thread of its own, opened behind everything that trades, and never waited for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from captui.errors import DamagedHistoryError, HistoryError
from captui.session.context import SessionContext
from captui.session.views import Severity, Topic

if TYPE_CHECKING:
    from captui.history.history import History

T = TypeVar("T")

log = logging.getLogger(__name__)

OPEN_WAITS_S = (0.0, 1.0, 5.0, 30.0)
"""Waits before each try to open the file; the last repeats."""

WAIT_S = 2.0
"""How long another captui's write is waited for."""


class LocalHistory:
    """`problem` is why nothing can be recorded, empty while it can. `on_open` is called when the file is open, and again when a damaged
    one was replaced by a new one."""

    def __init__(self, context: SessionContext, *, has_key: bool) -> None:
        self._context = context
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="captui-history")
        self._history: History | None = None
        self._scope = ""
        self.on_open: Callable[[], None] = lambda: None
        self.problem = ""
        if not has_key:
            self.problem = "Without an API key there is nothing to record."
        elif context.settings.history_path is None:
            self.problem = "This session keeps no local history."
        self._can_begin = not self.problem
        self._opening = False
        self._tries = 0

    @property
    def is_open(self) -> bool:
        return self._history is not None

    @property
    def is_kept(self) -> bool:
        """Whether there is a file, or will be as far as is known."""
        return not self.problem

    def begin(self, scope: str) -> None:
        """`scope` names the exchange and the key, as in the order journal. The second time, nothing happens."""
        if self._can_begin and not self._opening:
            self._opening = True
            self._scope = scope
            self._context.tasks.spawn("history: open", self._open())

    async def run(self, action: Callable[[History], T]) -> T:
        """What `action` returns or raises on the history's thread. Raises HistoryError; after damage the file is a new one."""
        history = self._history
        if history is None:
            raise HistoryError(self.problem or "The local history is not open yet.")
        try:
            return await self._on_thread(lambda: action(history))
        except DamagedHistoryError:
            try:
                set_aside = await self._on_thread(history.start_over)
            except HistoryError as error:
                self.problem = error.sentence
                self._context.notify(Severity.WARNING, f"{error} captui goes on without it.")
                raise
            if set_aside:
                self._tell_set_aside(history)
            else:
                self._context.notify(Severity.INFO, "The local history is gone, and is begun anew.")
            self.on_open()
            raise

    def close(self) -> None:
        """What was handed over before is still written."""
        history, self._history = self._history, None
        if history is not None:
            self._executor.submit(history.close)
        self._executor.shutdown(wait=False)

    async def _open(self) -> None:
        while True:
            await asyncio.sleep(OPEN_WAITS_S[min(self._tries, len(OPEN_WAITS_S) - 1)])
            self._tries += 1
            try:
                history, sound = await self._on_thread(self._opened)
            except HistoryError as error:
                if not self.problem:
                    self._context.notify(Severity.WARNING, f"{error} captui goes on without it.")
                self.problem = error.sentence
                self._context.mark(Topic.PORTFOLIO)
                continue
            self._history, self.problem = history, ""
            if not sound:
                self._tell_set_aside(history)
            self.on_open()
            return

    def _opened(self) -> tuple[History, bool]:
        # SQLite is loaded here, on this thread: neither the first frame nor the first connection waits for it.
        from captui.history.history import History

        path = self._context.settings.history_path
        assert path is not None, "nothing is opened without a path"
        history = History(path, scope=self._scope, home=self._context.settings.quote, wait_s=WAIT_S)
        return history, history.open()

    def _tell_set_aside(self, history: History) -> None:
        self._context.notify(
            Severity.WARNING,
            f"The local history was damaged. It was set aside as {history.file.set_aside_path} and is begun anew.",
        )

    async def _on_thread(self, action: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, action)
