"""From the exchange's lists into the local history, page by page.

Reads stand in the lowest lane, one at a time, and rest as long as they take: half of the line stays free even where it is slow. What is
recorded stays recorded with each page, and how far without a hole; whatever ends this, the next run goes on from there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from captui.core.events import OrderRecord
from captui.core.types import Fill, Market, Order
from captui.errors import ProtocolError, RefusedError
from captui.exchange.pages import Page
from captui.session.context import SessionContext
from captui.session.history_walk import Step, walk
from captui.session.local_history import LocalHistory

T = TypeVar("T")

log = logging.getLogger(__name__)

PAUSE_S = 0.2
"""Between two requests, at least."""
PAGE = 100
"""Records of one page, as many as the API document has by default."""
_NOT_FOUND = 404


class HistoryReading:
    """`pair_of` tells a market's base and quote currency, `order_of` an order that the session knows."""

    def __init__(
        self,
        context: SessionContext,
        local: LocalHistory,
        *,
        pair_of: Callable[[str], tuple[str, str]],
        order_of: Callable[[int], Order | None],
    ) -> None:
        self._context = context
        self._local = local
        self._pair_of = pair_of
        self._order_of = order_of

    async def trades(self, on_page: Callable[[int, Step[Fill]], Awaitable[None]]) -> None:
        """Those after the mark. `on_page` is told how many of a page were not on the one before, once they are recorded.

        Raises ExchangeError, ProtocolError, HistoryError."""
        before: set[object] = set()

        async def ask(from_ms: int | None, page: int) -> Page[Fill]:
            return await self._context.rest.fills(from_ms=from_ms, page=page, limit=PAGE, ascending=True)

        async def take(step: Step[Fill]) -> None:
            nonlocal before
            await self._local.run(
                lambda history: history.trades.settle(step.items, self._pair_of, covered_ms=step.covered_ms)
            )
            found = {_identity(fill) for fill in step.items}
            new, before = len(found - before), found
            await on_page(new, step)

        covered_ms = await self._local.run(lambda history: history.covered_ms("trades"))
        await self._paced(ask, take, lambda fill: fill.time_ms, _identity, covered_ms)

    async def orders(self, on_page: Callable[[int], Awaitable[None]]) -> None:
        """Those made after the mark, then those that may have ended while captui did not run. As `trades`."""
        from captui.history.orders import of_record

        before: set[object] = set()

        async def ask(from_ms: int | None, page: int) -> Page[OrderRecord]:
            return await self._context.rest.orders(from_ms=from_ms, page=page, limit=PAGE, ascending=True)

        async def take(step: Step[OrderRecord]) -> None:
            nonlocal before
            records = tuple(map(of_record, step.items))
            await self._local.run(lambda history: history.orders.put(records, covered_ms=step.covered_ms))
            found: set[object] = {record.id for record in records}
            new, before = len(found - before), found
            await on_page(new)

        covered_ms = await self._local.run(lambda history: history.covered_ms("orders"))
        await self._paced(ask, take, lambda order: order.created_ms, lambda order: order.id, covered_ms)
        for order_id in await self._local.run(lambda history: history.orders.open_ids()):
            known = self._order_of(order_id)
            if known is None or not known.status.is_open:
                await self._look_after(order_id)

    async def write(self, fills: Iterable[Fill], ended: Iterable[Order]) -> int:
        """What the session has heard of by itself. Returns how many trades are recorded. Raises HistoryError."""
        from captui.history.orders import of_ended

        records = [record for record in map(of_ended, ended) if record is not None]

        await self._local.run(lambda history: history.trades.tell(fills, self._pair_of))
        await self._local.run(lambda history: history.orders.put(records))
        return await self._local.run(lambda history: history.trades.count())

    async def _look_after(self, order_id: int) -> None:
        from captui.history.orders import of_ended, of_record

        known = self._order_of(order_id)
        ended = None if known is None else of_ended(known)
        if ended is None:
            await asyncio.sleep(PAUSE_S)
            try:
                ended = of_record(await self._context.rest.order(order_id))
            except RefusedError as error:
                if error.status != _NOT_FOUND:
                    raise
                await self._local.run(lambda history: history.orders.forget(order_id))
                return
            except ProtocolError as error:
                # In words that captui does not know: it stays as it was seen last.
                log.warning("order %s could not be read: %s", order_id, error)
                return
        record = ended
        await self._local.run(lambda history: history.orders.put((record,)))

    async def _paced(
        self,
        ask: Callable[[int | None, int], Awaitable[Page[T]]],
        take: Callable[[Step[T]], Awaitable[None]],
        time_of: Callable[[T], int],
        identity: Callable[[T], object],
        covered_ms: int | None,
    ) -> None:
        took_s = 0.0

        async def timed(from_ms: int | None, page: int) -> Page[T]:
            nonlocal took_s
            asked_at = self._context.monotonic()
            answer = await ask(from_ms, page)
            took_s = self._context.monotonic() - asked_at
            return answer

        async def rested(step: Step[T]) -> None:
            await take(step)
            if not step.last:
                await asyncio.sleep(max(PAUSE_S, took_s))

        await walk(timed, rested, time_of=time_of, identity=identity, covered_ms=covered_ms)


def _identity(fill: Fill) -> object:
    """One trade between two of the user's own orders is two fills with one id."""
    return fill.id, fill.side, fill.order_id


def pair_in(markets: Iterable[Market], market_id: str) -> tuple[str, str]:
    """Base and quote currency of a market. One that the exchange no longer lists is read from its id, which ends with the quote currency;
    both are empty where it ends with none that is in use."""
    quotes: set[str] = set()
    for market in markets:
        if market.id == market_id:
            return market.base, market.quote
        quotes.add(market.quote)
    fitting = [quote for quote in quotes if market_id.endswith(quote) and market_id != quote]
    quote = max(fitting, key=len, default="")
    return (market_id.removesuffix(quote), quote) if quote else ("", "")
