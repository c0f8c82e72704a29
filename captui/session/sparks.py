"""Short price histories of all markets, read while somebody looks at the markets."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from decimal import Decimal

from captui.core.intervals import Interval
from captui.core.times import interval_start
from captui.core.types import Candle, Market
from captui.errors import CaptuiError
from captui.session.context import SessionContext
from captui.session.history_views import SparksView
from captui.session.views import Topic

log = logging.getLogger(__name__)

HOURS = 24
ASKED = 2 * HOURS
"""Candles: in a thin market the one that tells the price at the beginning of the day may be older than the day."""
EVERY_S = 300.0
CONNECTION_S = 1.0
"""Between two looks whether there is a connection."""
PAUSE_S = 0.1
"""Between two markets: sparks are the last thing that anybody waits for."""
RETRY_S = 15.0
"""After a pass in which a market could not be read."""


class Sparks:
    """`markets` gives all markets; nothing is read before there are any, nor without a stream."""

    def __init__(
        self, context: SessionContext, *, markets: Callable[[], tuple[Market, ...]], connected: Callable[[], bool]
    ) -> None:
        self._context = context
        self._markets = markets
        self._connected = connected
        self._closes: dict[str, tuple[Decimal, ...]] = {}
        self._task: asyncio.Task[None] | None = None
        self._due_at = float("-inf")

    def watch(self, watched: bool) -> None:
        """Nothing is read again before it is due, however often somebody looks."""
        if not watched and self._task is not None:
            self._task.cancel()
            self._task = None
        elif watched and (self._task is None or self._task.done()):
            self._task = self._context.tasks.spawn("sparks", self._keep())

    def view(self) -> SparksView:
        return SparksView(closes=dict(self._closes))

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(max(0.0, self._due_at - self._context.monotonic()))
            if not self._connected() or not self._markets():
                self._due_at = self._context.monotonic() + CONNECTION_S
                continue
            whole = await self._pass()
            self._due_at = self._context.monotonic() + (EVERY_S if whole else RETRY_S)

    async def _pass(self) -> bool:
        whole = True
        for market in self._markets():
            try:
                candles = await self._context.rest.candles(market.id, Interval.H1, limit=ASKED)
            except CaptuiError as error:
                log.info("the price history of %s could not be read: %s", market.id, error)
                whole = False
                continue
            self._closes[market.id] = closes(candles, self._context.exchange_ms())
            self._context.mark(Topic.SPARKS)
            await asyncio.sleep(PAUSE_S)
        return whole


def closes(candles: Iterable[Candle], now_ms: int) -> tuple[Decimal, ...]:
    """The close of each hour of the last 24, the running one included; an hour without a trade carries the one before.

    Empty where nothing was traded in that time; hours before the first known price are left out.
    """
    newest_ms = interval_start(now_ms, Interval.H1)
    oldest_ms = newest_ms - (HOURS - 1) * Interval.H1.milliseconds
    known = {candle.time_ms: candle for candle in candles}
    if not any(candle.volume for time_ms, candle in known.items() if time_ms >= oldest_ms):
        return ()
    earlier = [time_ms for time_ms in known if time_ms < oldest_ms]
    last = known[max(earlier)].close if earlier else None
    found: list[Decimal] = []
    for time_ms in range(oldest_ms, newest_ms + 1, Interval.H1.milliseconds):
        candle = known.get(time_ms)
        last = last if candle is None else candle.close
        if last is not None:
            found.append(last)
    return tuple(found)
