"""The journal's place in the session: its disk writes happen on a thread of their own, in order, and never on the loop.

What has to be on disk before something is sent is waited for where it stands as long as a healthy disk takes, because another turn of
the loop can cost as much as the disk does. For a disk that takes longer the loop goes on, and with it the stream and its pings.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from captui.core.moves import Fate, JournalledMove, SentMove
from captui.core.types import Order, OrderDraft, OrderStatus, Side
from captui.errors import JournalError
from captui.journal import Journal
from captui.session.context import SessionContext

T = TypeVar("T")

log = logging.getLogger(__name__)

PROMPT_S = 0.003
"""How long the loop may stand still for the disk."""

_OUTCOMES = {OrderStatus.REJECTED: "refused", OrderStatus.ABSENT: "absent", OrderStatus.UNKNOWN: "unknown"}


class Journalling:
    """`failure` is why the journal cannot be used at all; empty while it can."""

    def __init__(self, context: SessionContext) -> None:
        self._context = context
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="captui-journal")
        self.failure = ""

    async def create(self, draft: OrderDraft, custom_id: str) -> None:
        """Returns once it is on disk. Raises JournalError."""
        now_ms = self._context.now_ms()
        await self._write(lambda journal: journal.create(draft, custom_id, now_ms=now_ms), urgent=True)

    async def cancel(self, order: Order) -> None:
        """Never stands in the way of the cancel itself: a cancel that cannot be journalled still makes nothing worse."""
        now_ms, order_id = self._context.now_ms(), order.id or 0
        await self._try(
            lambda journal: journal.cancel(custom_id=order.custom_id, order_id=order_id, now_ms=now_ms), urgent=True
        )

    async def cancel_all(self, market: str | None, side: Side | None) -> None:
        now_ms = self._context.now_ms()
        await self._try(lambda journal: journal.cancel_all(market=market, side=side, now_ms=now_ms), urgent=True)

    def outcome(self, order: Order) -> None:
        """Written in the background; losing it costs a look-up at the next start."""
        if self._context.journal is None or not self._context.journal.knows(order.custom_id):
            return
        now_ms, name = self._context.now_ms(), _OUTCOMES.get(order.status, "accepted")

        def write(journal: Journal) -> None:
            journal.outcome(order.custom_id, name, order_id=order.id, reason=order.reason, now_ms=now_ms)

        self._context.tasks.spawn("journal: outcome", self._try(write))

    async def move_sent(self, sent: SentMove) -> None:
        """Returns once it is on disk. Raises JournalError."""
        await self._write(
            lambda journal: journal.move_sent(sent.key, sent.kind, sent.currency, sent.amount, sent.to, sent.sent_ms)
        )

    def move_outcome(self, key: str, fate: Fate, reason: str, *, record_id: int | None = None) -> None:
        """Written in the background; losing it costs a look-up at the next start."""
        now_ms = self._context.now_ms()

        def write(journal: Journal) -> None:
            journal.move_outcome(key, fate, reason, now_ms, record_id=record_id)

        self._context.tasks.spawn("journal: outcome of a move", self._try(write))

    async def moves(self) -> tuple[JournalledMove, ...]:
        """All of them, other sessions' included. Raises JournalError."""
        return await self._write(Journal.moves)

    def close(self) -> None:
        self._executor.shutdown(wait=False)

    async def _try(self, write: Callable[[Journal], None], *, urgent: bool = False) -> None:
        try:
            await self._write(write, urgent=urgent)
        except JournalError as error:
            log.error("%s", error)

    async def _write(self, write: Callable[[Journal], T], *, urgent: bool = False) -> T:
        """`urgent`: something is to be sent as soon as this is on disk."""
        journal = self._context.journal
        if journal is None:
            raise JournalError(self.failure or "The order journal is not open.")
        writing = self._executor.submit(write, journal)
        if urgent:
            with contextlib.suppress(TimeoutError):
                writing.exception(PROMPT_S)
        return writing.result() if writing.done() else await asyncio.wrap_future(writing)
