"""The REST client: one method per endpoint of the API document (Public, Account, Trading), those that move money under `funding`.

Reads return values and raise ExchangeError; they are tried again with back-off where that can help. Writes return one of the three
outcomes, never raise for what the exchange or the network does, and leave this machine at most once. Paths and records are the
same in both revisions of the API; numbers go out as text and `ord_type` always, which both accept (exchange notes, Two revisions).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final, Literal

import httpx

from captui.core import codec
from captui.core.events import BookSnapshot, OrderRecord
from captui.core.intervals import Interval
from captui.core.outcome import Accepted, Outcome, Unknown
from captui.core.secret import Credentials
from captui.core.signing import NonceSource
from captui.core.types import Balance, Candle, Currency, Fill, Market, OrderDraft, OrderType, PublicTrade, Side, Ticker
from captui.errors import RefusedError
from captui.exchange.calls import Calls
from captui.exchange.clock import ServerClock
from captui.exchange.funding import FundingClient
from captui.exchange.limiter import RateLimiter
from captui.exchange.lists import MAX_PAGES, Lists
from captui.exchange.pages import Page, collect
from captui.exchange.requests import PAGE_SIZE, given, order_segment, segment
from captui.exchange.wire import Request, Wire
from captui.exchange.worker import Lane, Worker

_ALIVE = Request("GET", "public/health/alive")
_WARMING = replace(_ALIVE, warms=True)


class RestClient:
    """One REST base with at most one key.

    `now_ms` is our own wall clock in unix milliseconds; nonces are corrected by `clock`, which every answer teaches. `rate` is in
    requests per second with bursts of `burst`, `timeout_s` limits one request from connecting to the last byte. After
    `warm_every_s` without a request the connection is kept warm by a small one. With `order_line` what changes something has a
    connection of its own, which is opened at once and is the one that is kept warm: no order finds it taken by a read, or has to open
    one first. `on_left` is called whenever such a request has been handed to the network. `transport` replaces the network in tests.
    To be used from one event loop.
    """

    def __init__(
        self,
        *,
        base_url: str,
        credentials: Credentials | None,
        clock: ServerClock,
        nonces: NonceSource,
        now_ms: Callable[[], int],
        rate: float = 10,
        burst: int = 20,
        timeout_s: float = 10,
        transport: httpx.AsyncBaseTransport | None = None,
        rng: random.Random | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        warm_every_s: float = 25.0,
        order_line: bool = False,
        on_left: Callable[[], None] = lambda: None,
    ) -> None:
        self._wire = Wire(
            base_url=base_url,
            credentials=credentials,
            clock=clock,
            nonces=nonces,
            now_ms=now_ms,
            timeout_s=timeout_s,
            transport=transport,
            order_line=order_line,
            on_left=on_left,
        )
        limiter = RateLimiter(rate, burst, monotonic)
        self._worker = Worker(limiter)
        self._calls = Calls(
            self._wire,
            limiter=limiter,
            worker=self._worker,
            now_ms=lambda: clock.now_ms(now_ms()),
            rng=rng or _entropy(),
        )
        self._lists = Lists(self._calls)
        self.funding: Final = FundingClient(self._calls, self._lists)
        """Money in and out, over the same queue and connection."""
        self._warm_every_s = warm_every_s
        self._warming: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Nothing is sent yet but what opens the order line.

        Raises ConfigError where the base URL or the proxy of the environment cannot be used.
        """
        self._wire.open()
        self._worker.start()
        self._warming = asyncio.create_task(
            self._calls.keep_warm(_WARMING, self._warm_every_s), name="captui-keep-connection-warm"
        )

    async def close(self, *, grace_s: float = 2.0) -> None:
        """What is queued is given up unsent; writes on their way get `grace_s` to be answered, else they end unknown."""
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.gather(self._warming, return_exceptions=True)
        await self._worker.stop(grace_s=grace_s)
        await self._wire.close()

    async def alive(self) -> float:
        """The round trip in milliseconds. Raises ExchangeError where the trade engine does not run."""
        return (await self._calls.answer(_ALIVE)).round_trip_ms

    @property
    def odd_count(self) -> int:
        """Different records of lists so far that were left out because of a word in them; the log has the reasons."""
        return self._lists.odd_count

    async def markets(
        self,
        *,
        base: str | None = None,
        quote: str | None = None,
        order_by: Literal["id", "position"] | None = None,
        descending: bool = False,
    ) -> tuple[Market, ...]:
        """All of them; `base` and `quote` are currencies."""
        parameters = given(base_unit=base, quote_unit=quote, order_by=order_by, ordering="desc" if descending else None)
        request = Request("GET", "public/markets", parameters)
        return await self._lists.whole(request, codec.markets, lambda market: market.id, "markets")

    async def currencies(self, *, kind: str | None = None) -> tuple[Currency, ...]:
        """All of them; `kind` is `coin` or `fiat`."""
        request = Request("GET", "public/currencies", given(type=kind))
        return await self._lists.whole(request, codec.currencies, lambda currency: currency.id, "currencies")

    async def currency(self, currency_id: str) -> Currency:
        request = Request("GET", f"public/currencies/{segment(currency_id)}")
        try:
            return await self._calls.read(request, codec.currency, "a currency")
        except RefusedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            # The exchange says only that there is no such record, which may be about anything else that was asked for.
            raise RefusedError(
                f"The exchange has no currency {currency_id.upper()!r}.", codes=error.codes, status=error.status
            ) from error

    async def tickers(self) -> tuple[Ticker, ...]:
        return await self._calls.read(Request("GET", "public/markets/tickers"), codec.tickers, "tickers")

    async def ticker(self, market: str) -> Ticker:
        request = Request("GET", f"public/markets/{segment(market)}/tickers")
        return await self._calls.read(request, lambda body: codec.ticker(body, market), "a ticker")

    async def candles(
        self,
        market: str,
        interval: Interval,
        *,
        from_ms: int | None = None,
        to_ms: int | None = None,
        limit: int | None = None,
    ) -> tuple[Candle, ...]:
        """Ascending. Without `limit` and range the server sends 30; it ignores `limit` where both ends are given."""
        path = f"public/markets/{segment(market)}/k-line"
        parameters = given(period=interval.value, limit=limit)

        async def ask(time_range: Mapping[str, str]) -> tuple[Candle, ...]:
            request = Request("GET", path, {**parameters, **time_range})
            return await self._calls.read(request, codec.candles, "candles")

        return await self._lists.unit.ask(
            ask,
            lambda candles: [candle.time_ms for candle in candles],
            from_ms=from_ms,
            to_ms=to_ms,
            slack_ms=interval.milliseconds,
        )

    async def depth(self, market: str, limit: int | None = None) -> BookSnapshot:
        request = Request("GET", f"public/markets/{segment(market)}/depth", given(limit=limit))
        return await self._calls.read(request, lambda body: codec.depth(body, market), "the order book")

    async def public_trades(
        self,
        market: str,
        *,
        limit: int | None = None,
        from_ms: int | None = None,
        to_ms: int | None = None,
        page: int | None = None,
        ascending: bool = False,
    ) -> tuple[PublicTrade, ...]:
        """Newest first, as the server sorts them, unless `ascending`."""
        path = f"public/markets/{segment(market)}/trades"
        parameters = given(limit=limit, page=page, order_by="asc" if ascending else None)

        async def ask(time_range: Mapping[str, str]) -> tuple[PublicTrade, ...]:
            request = Request("GET", path, {**parameters, **time_range})
            return await self._calls.read(request, lambda body: codec.public_trades(body, market), "market trades")

        return await self._lists.unit.ask(
            ask, lambda trades: [trade.time_ms for trade in trades], from_ms=from_ms, to_ms=to_ms
        )

    async def public_trades_page(
        self, market: str, *, page: int, limit: int, from_ms: int | None = None, to_ms: int | None = None
    ) -> Page[PublicTrade]:
        """As `public_trades`, newest first, with what the server says of further pages."""
        return await self._lists.ranged_page(
            Request("GET", f"public/markets/{segment(market)}/trades"),
            lambda body: codec.public_trades(body, market),
            lambda trade: trade.time_ms,
            "market trades",
            page=page,
            limit=limit,
            from_ms=from_ms,
            to_ms=to_ms,
        )

    async def orders(
        self,
        *,
        market: str | None = None,
        base: str | None = None,
        quote: str | None = None,
        state: str | None = None,
        page: int = 1,
        limit: int = PAGE_SIZE,
        from_ms: int | None = None,
        to_ms: int | None = None,
        type: OrderType | None = None,  # noqa: A002  # the field's name everywhere else
        side: Side | None = None,
        ascending: bool = False,
    ) -> Page[OrderRecord]:
        """The range is of the time at which orders were created; `base` and `quote` are currencies. Newest first unless `ascending`."""
        parameters = given(
            market=market,
            base_unit=base,
            quote_unit=quote,
            state=state,
            ord_type=type,
            type=side,
            order_by="asc" if ascending else None,
        )
        return await self._lists.ranged_page(
            Request("GET", "market/orders", parameters, private=True),
            codec.orders,
            lambda order: order.created_ms,
            "orders",
            page=page,
            limit=limit,
            from_ms=from_ms,
            to_ms=to_ms,
        )

    async def all_orders(
        self,
        *,
        market: str | None = None,
        base: str | None = None,
        quote: str | None = None,
        state: str | None = None,
        from_ms: int | None = None,
        to_ms: int | None = None,
        type: OrderType | None = None,  # noqa: A002  # as in `orders`
        side: Side | None = None,
        max_pages: int = MAX_PAGES,
    ) -> Page[OrderRecord]:
        """As `orders`, every page; `has_more` where `max_pages` were not enough."""
        return await collect(
            lambda page: self.orders(
                market=market,
                base=base,
                quote=quote,
                state=state,
                page=page,
                from_ms=from_ms,
                to_ms=to_ms,
                type=type,
                side=side,
            ),
            lambda order: order.id,
            max_pages=max_pages,
        )

    async def order(self, order_id: int | str) -> OrderRecord:
        """By numeric id or uuid. Raises RefusedError with status 404 where there is none."""
        request = Request("GET", f"market/orders/{order_segment(order_id)}", private=True)
        return await self._calls.read(request, codec.order, "an order")

    async def fills(
        self,
        *,
        market: str | None = None,
        order_id: int | None = None,
        page: int = 1,
        limit: int = PAGE_SIZE,
        from_ms: int | None = None,
        to_ms: int | None = None,
        ascending: bool = False,
    ) -> Page[Fill]:
        """The user's own trades, newest first unless `ascending`.

        Revision `trade` does not know the filter `order_id`, so it is applied here too: a page may come out shorter.
        """
        found = await self._fills_page(
            market=market, order_id=order_id, page=page, limit=limit, from_ms=from_ms, to_ms=to_ms, ascending=ascending
        )
        return _of_order(found, order_id)

    async def all_fills(
        self,
        *,
        market: str | None = None,
        order_id: int | None = None,
        from_ms: int | None = None,
        to_ms: int | None = None,
        max_pages: int = MAX_PAGES,
    ) -> Page[Fill]:
        """As `fills`, every page; `has_more` where `max_pages` were not enough."""
        found = await collect(
            lambda page: self._fills_page(market=market, order_id=order_id, page=page, from_ms=from_ms, to_ms=to_ms),
            # One trade between two of the user's own orders is two fills with one id.
            lambda fill: (fill.id, fill.order_id, fill.side),
            max_pages=max_pages,
        )
        return _of_order(found, order_id)

    async def _fills_page(
        self,
        *,
        market: str | None,
        order_id: int | None,
        page: int,
        from_ms: int | None,
        to_ms: int | None,
        limit: int = PAGE_SIZE,
        ascending: bool = False,
    ) -> Page[Fill]:
        parameters = given(market=market, order_id=order_id, order_by="asc" if ascending else None)
        return await self._lists.ranged_page(
            Request("GET", "market/trades", parameters, private=True),
            codec.fills,
            lambda fill: fill.time_ms,
            "own trades",
            page=page,
            limit=limit,
            from_ms=from_ms,
            to_ms=to_ms,
        )

    async def balances(self, *, nonzero: bool = False) -> tuple[Balance, ...]:
        """Of all currencies, or of those that hold something."""
        request = Request("GET", "account/balances", given(nonzero="true" if nonzero else None), private=True)
        return await self._lists.whole(request, codec.balances, lambda balance: balance.currency, "balances")

    async def balance(self, currency: str) -> Balance:
        request = Request("GET", f"account/balances/{segment(currency)}", private=True)
        return await self._calls.read(request, codec.balance, "a balance")

    async def create_order(self, draft: OrderDraft, custom_id: str) -> Outcome[OrderRecord]:
        """Sent once or not at all; one that cannot leave within 5 s is refused unsent. Raises ValueError for an empty `custom_id`."""
        if not custom_id:
            raise ValueError("an order without an id of its own could not be looked up if its answer were lost")
        request = Request("POST", "market/orders", body=codec.order_body(draft, custom_id), private=True)
        outcome = await self._calls.write(Lane.CREATE, request, codec.order)
        # None or empty: this server does not repeat the id, which says nothing of which order it speaks of.
        if isinstance(outcome, Accepted) and outcome.value.custom_id not in {None, "", custom_id}:
            return Unknown("The exchange's answer is about another order.")
        return outcome

    async def cancel_order(self, order_id: int | str) -> Outcome[OrderRecord]:
        """Accepted says that it was asked for; the order as it stood comes back (exchange notes, REST)."""
        request = Request("POST", f"market/orders/{order_segment(order_id)}/cancel", body={}, private=True)
        return await self._calls.write(Lane.CANCEL, request, codec.order)

    async def cancel_all(
        self, *, market: str | None = None, side: Side | None = None
    ) -> Outcome[tuple[OrderRecord, ...]]:
        """Of the whole account, one market or one side. The orders as they stood come back."""
        request = Request("POST", "market/orders/cancel", form=given(market=market, side=side), private=True)
        return await self._calls.write(Lane.CANCEL, request, lambda body: codec.orders(body).items)


def _of_order(page: Page[Fill], order_id: int | None) -> Page[Fill]:
    if order_id is None:
        return page
    return replace(page, items=tuple(fill for fill in page.items if fill.order_id == order_id))


def _entropy() -> random.Random:
    return random.Random()  # noqa: S311  # spreads retries, guards nothing
