"""When a frame is drawn: as soon as there is something new to show, and at each full second for what grows older by itself.

Nothing wakes up between: a program that is looked at all day should cost nothing while nothing happens.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from contextvars import Context, copy_context


class Frames:
    """`news` and `stop` may be called at any time, `news` from any thread; `start` on the event loop that is to draw.

    `draw` is called in the context of the last `start` and must not raise. `now_ms` is the clock whose seconds are shown.
    """

    def __init__(self, draw: Callable[[], None], *, now_ms: Callable[[], int]) -> None:
        self._draw = draw
        self._now_ms = now_ms
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context: Context | None = None
        self._due: asyncio.TimerHandle | None = None
        self._drawn_at = float("-inf")
        self._called = False
        self.gap_s = 0.1
        """Seconds between two frames at least."""

    def start(self, per_second: int) -> None:
        """From now on, at most so many frames a second; the first one at once."""
        self._loop = asyncio.get_running_loop()
        self._context = copy_context()
        self._called = False
        self.gap_s = 1 / per_second
        self._draw_at(self._loop.time())

    def stop(self) -> None:
        self._loop = None
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def news(self) -> None:
        """There is something to show."""
        loop = self._loop
        if loop is None or self._called:
            # Whoever has called before has not been heard yet: once is enough.
            return
        self._called = True
        # The loop is closed before the session ends: nobody looks any more.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self._heard, context=self._context)

    def _heard(self) -> None:
        self._called = False
        if self._loop is not None:
            self._draw_at(self._loop.time())

    def _draw_at(self, when: float) -> None:
        """Then, or as soon after it as the frame before allows."""
        if self._loop is None:
            return
        when = max(when, self._drawn_at + self.gap_s)
        if self._due is not None:
            if self._due.when() <= when:
                return
            self._due.cancel()
        self._due = self._loop.call_at(when, self._frame, context=self._context)

    def _frame(self) -> None:
        self._due = None
        if self._loop is not None:
            self._drawn_at = self._loop.time()
            self._draw()
            self._draw_at(self._loop.time() + 1 - self._now_ms() % 1000 / 1000)
