"""Asking the exchange what became of something: orders whose answer was lost, orders that only an id is known of, cancels."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from itertools import chain, repeat

from captui.core import orders as lifecycle
from captui.core.orders import OrderEvent
from captui.core.types import Order, OrderStatus
from captui.errors import CaptuiError, RefusedError
from captui.journal import InFlight
from captui.session.account import Account
from captui.session.context import SessionContext, retry_waits

log = logging.getLogger(__name__)

CREATED_SLACK_MS = 60_000
"""An order's own time is by the exchange's clock: the search goes this far beyond ours before it says "not there"."""
MAX_SEARCH_PAGES = 200
MAX_FILL_PAGES = 50
FIRST_FILL_PAGES = 5
"""Of own trades, at the start of a session: as many as are shown."""
CANCEL_CHECKS_S = (0.3, 0.7, 1.5, 3.0, 5.0)
"""Waits for a cancel to take effect; after each the order is fetched."""
PENDING_CHECKS_S = (1.5, 3.0, 6.0, 15.0)
"""Waits before an order that is still pending is fetched; the last repeats."""
SEARCH_WAITS_S = (0.1, 0.3, 0.7, 1.5, 3.0, 6.0)
"""Waits before the look-ups of an order whose fate is unknown; the last repeats."""
FILL_READS_S = (0.5, 1.5, 5.0, 15.0)
"""Waits before own trades are read because one, or a fee, is missing."""


def _search_waits() -> Iterator[float]:
    yield from SEARCH_WAITS_S
    while True:
        yield SEARCH_WAITS_S[-1]


class Lookups:
    def __init__(self, context: SessionContext, account: Account) -> None:
        self._context = context
        self._account = account
        self._absent_since: dict[str, float] = {}
        """Key to when a search first did not find it (monotonic seconds)."""
        self._wake = asyncio.Event()
        self._searching = False
        self._reading_fills = False
        self._fetching: set[int] = set()
        account.on_unmatched = self.fetch
        account.on_incomplete = self.read_fills

    def adopt(self, order: InFlight) -> None:
        """An order that an earlier run left in flight: shown as unknown and looked up before anything else."""
        self._account.draft(lifecycle.drafted(order.draft, order.custom_id, order.created_ms))
        self._account.tell(order.custom_id, OrderEvent.LOST, "captui ended before the answer came.")
        self.search()

    def search(self) -> None:
        """Looks for the orders whose fate is unknown, now and until it is known."""
        self._wake.set()
        if not self._searching and self._account.unknown_orders():
            self._searching = True
            self._context.tasks.spawn("look-up: unknown orders", self._search())

    def fetch(self, order_id: int) -> None:
        """Fetches one order by the exchange's id."""
        if order_id not in self._fetching:
            self._fetching.add(order_id)
            self._context.tasks.spawn(f"look-up: order {order_id}", self._fetch(order_id))

    async def fetch_now(self, order_id: int) -> Order | None:
        """One try. Raises ExchangeError; None where the exchange has no such order."""
        try:
            return self._account.observe(await self._context.rest.order(order_id))
        except RefusedError as error:
            if error.status == 404:
                return None
            raise

    def read_fills(self) -> None:
        """Reads own trades shortly, unless the stream completes what is known before that."""
        if not self._reading_fills:
            self._reading_fills = True
            self._context.tasks.spawn("look-up: own trades", self._read_fills())

    async def read_new_fills(self) -> None:
        """Reads own trades, newest first, until a page tells nothing new. Raises ExchangeError."""
        max_pages = MAX_FILL_PAGES if self._account.primed else FIRST_FILL_PAGES
        for page_number in range(1, max_pages + 1):
            page = await self._context.rest.fills(page=page_number)
            new = [self._account.add_fill(fill, live=False) for fill in page.items]
            if not page.has_more or not any(new):
                return

    async def await_cancel(self, key: str, *, refused: bool) -> Order | None:
        """Waits until a cancel has taken effect, looking the order up meanwhile; returns the order as it then is known.

        Of one that was refused, a single look tells how the order stands. A look that fails counts for nothing.
        """
        waits = (0.0,) if refused else CANCEL_CHECKS_S
        looks = 0
        for wait_s in chain(waits, repeat(CANCEL_CHECKS_S[-1])):
            if await self._account.wait_closed(key, wait_s):
                break
            order = self._account.get(key)
            if order is None or order.id is None or looks >= len(waits):
                break
            try:
                await self.fetch_now(order.id)
                looks += 1
            except CaptuiError as error:
                log.info("order %s could not be fetched: %s", order.id, error)
        return self._account.get(key)

    def await_placed(self, key: str) -> None:
        """An accepted order that the stream says nothing more of is looked up until it is past pending."""
        self._context.tasks.spawn(f"look-up: pending {key}", self._await_placed(key))

    async def _await_placed(self, key: str) -> None:
        for wait_s in chain(PENDING_CHECKS_S, repeat(PENDING_CHECKS_S[-1])):
            await asyncio.sleep(wait_s)
            order = self._account.get(key)
            if order is None or order.id is None or order.status is not OrderStatus.PENDING:
                return
            try:
                await self.fetch_now(order.id)
            except CaptuiError as error:
                log.info("order %s could not be fetched: %s", order.id, error)

    async def _fetch(self, order_id: int) -> None:
        try:
            for wait_s in retry_waits():
                await asyncio.sleep(wait_s)
                try:
                    if await self.fetch_now(order_id) is None:
                        self._account.forget_unmatched(order_id)
                    return
                except RefusedError as error:
                    log.warning("order %s could not be fetched: %s", order_id, error)
                    return
                except CaptuiError as error:
                    log.info("order %s could not be fetched: %s", order_id, error)
        finally:
            self._fetching.discard(order_id)

    async def _search(self) -> None:
        try:
            waits = _search_waits()
            while self._account.unknown_orders():
                self._wake.clear()
                try:
                    await asyncio.wait_for(self._wake.wait(), next(waits))
                    waits = _search_waits()
                except TimeoutError:
                    pass
                for market in {order.market for order in self._account.unknown_orders()}:
                    try:
                        await self._search_market(market)
                    except CaptuiError as error:
                        log.info("orders of %s could not be searched: %s", market, error)
        finally:
            self._searching = False

    async def _search_market(self, market: str) -> None:
        """One search for all unknown orders of a market, newest first until older than all of them."""
        sought = {order.custom_id: order for order in self._account.unknown_orders() if order.market == market}
        if not sought:
            return
        started = self._context.monotonic()
        offset_ms = self._context.clock.offset_ms or 0
        oldest_ms = min(order.created_ms for order in sought.values()) + offset_ms - CREATED_SLACK_MS
        # No time filter: a server that takes it for another unit would hide the order, and hidden must not look like absent.
        for page_number in range(1, MAX_SEARCH_PAGES + 1):
            page = await self._context.rest.orders(market=market, page=page_number)
            for record in page.items:
                if record.custom_id in sought:
                    del sought[record.custom_id]
                    self._account.observe(record)
            for odd in page.odd:
                # It is there, in words that captui does not know: its fate stays unknown, and it is not absent.
                sought.pop(odd.custom_id, None)
            reached_older = any(record.created_ms < oldest_ms for record in page.items)
            if not sought or reached_older or not page.has_more:
                break
        else:
            log.warning("the search for unknown orders of %s ended after %d pages", market, MAX_SEARCH_PAGES)
            return
        for custom_id, order in sought.items():
            self._not_found(custom_id, order, started)

    def _not_found(self, key: str, order: Order, started: float) -> None:
        since = self._absent_since.setdefault(key, started)
        if started - since < self._context.settings.absent_after_s:
            return
        current = self._account.get(order.key)
        if current is not None and current.status is OrderStatus.UNKNOWN:
            self._account.tell(order.key, OrderEvent.ABSENT, "It was looked up for long enough and never found.")
        self._absent_since.pop(key, None)

    async def _read_fills(self) -> None:
        try:
            for wait_s in FILL_READS_S:
                await asyncio.sleep(wait_s)
                if not self._account.incomplete():
                    return
                try:
                    await self.read_new_fills()
                except CaptuiError as error:
                    log.info("own trades could not be read: %s", error)
        finally:
            self._reading_fills = False
