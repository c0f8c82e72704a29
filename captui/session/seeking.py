"""Looking for what became of something whose answer was lost: again and again, ever more seldom, until nothing is open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

from captui.errors import CaptuiError
from captui.session.context import SessionContext

log = logging.getLogger(__name__)

WAITS_S = (0.2, 1.0, 2.0, 5.0, 10.0, 20.0)
"""Waits before each look; the last repeats."""


def _waits() -> Iterator[float]:
    yield from WAITS_S
    while True:
        yield WAITS_S[-1]


class Seeking:
    """`look` looks once for all that is open, and may raise CaptuiError; `is_open()` says whether there is anything; nothing is looked
    for while `read_refusal()` says why nothing can be read."""

    def __init__(
        self,
        context: SessionContext,
        what: str,
        *,
        look: Callable[[], Awaitable[None]],
        is_open: Callable[[], bool],
        read_refusal: Callable[[], str],
    ) -> None:
        self._context = context
        self._what = what
        self._look = look
        self._is_open = is_open
        self._read_refusal = read_refusal
        self._running = False
        self._wake = asyncio.Event()

    def begin(self) -> None:
        """Something more is open: looks at once, and begins anew with short waits."""
        self._wake.set()
        if not self._running:
            self._running = True
            self._context.tasks.spawn(f"look-up: {self._what}", self._run())

    async def _run(self) -> None:
        try:
            waits = _waits()
            while self._is_open():
                self._wake.clear()
                try:
                    await asyncio.wait_for(self._wake.wait(), next(waits))
                    waits = _waits()
                except TimeoutError:
                    pass
                if self._read_refusal():
                    continue
                try:
                    await self._look()
                except CaptuiError as error:
                    log.info("%s could not be looked up: %s", self._what, error)
        finally:
            self._running = False
