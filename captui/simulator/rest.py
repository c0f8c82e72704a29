"""The public REST endpoints of one revision, and what all endpoints share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from captui.simulator import wire
from captui.simulator.candles import MOST_ROWS
from captui.simulator.markets import CURRENCIES, MARKETS, PERIODS, Currency, Market
from captui.simulator.orders import Side
from captui.simulator.params import MOST_PER_PAGE, Item, ParameterError, integer, one_of, page_of, time_range
from captui.simulator.wire import Revision
from captui.simulator.world import World

Endpoint = Callable[[Request], Awaitable[Response]]


class NotFoundError(Exception):
    """What was asked for does not exist; answered with 404."""


ERRORS = {429: "server.too_many_requests", 500: "server.internal_error", 503: "server.maintenance"}
"""What the exchange says with these statuses."""


def answer(content: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(
        msgspec.json.encode(content), status_code=status, headers=dict(headers or {}), media_type="application/json"
    )


class PublicApi:
    """Endpoints that need no key. Lists carry pagination headers in the newer revision."""

    def __init__(self, world: World, revision: Revision, *, time_unit_ms: int) -> None:
        self.world = world
        self.venue = world.venue
        self.funding = world.funding
        self.revision = revision
        self.time_unit_ms = time_unit_ms

    def routes(self) -> list[Route]:
        paths: dict[str, Endpoint] = {
            "/public/health/alive": self.alive,
            "/public/markets": self.markets,
            "/public/markets/tickers": self.tickers,
            "/public/markets/{market}/tickers": self.ticker,
            "/public/markets/{market}/k-line": self.k_line,
            "/public/markets/{market}/depth": self.depth,
            "/public/markets/{market}/trades": self.trades,
            "/public/currencies": self.currencies,
            "/public/currencies/{currency}": self.currency,
        }
        return [Route(path, endpoint, methods=["GET"]) for path, endpoint in paths.items()]

    def listed(
        self,
        found: list[Item],
        write: Callable[[Item], wire.Record],
        request: Request,
        *,
        scope: str,
        most: int = MOST_PER_PAGE,
    ) -> Response:
        """One page of a list, each item as `write` writes it."""
        part, headers = page_of(found, request.query_params, scope=scope, most=most)
        return answer([write(item) for item in part], headers=headers if self.revision is Revision.ATLAS else None)

    async def alive(self, _request: Request) -> Response:
        return answer(200)

    async def markets(self, request: Request) -> Response:
        query = request.query_params
        order_by = one_of(query, "order_by", ("id", "position"), scope="public.market") or "position"
        ordering = one_of(query, "ordering", ("asc", "desc"), scope="public.market") or "asc"
        found = [
            market
            for market in MARKETS.values()
            if query.get("base_unit") in (None, market.base) and query.get("quote_unit") in (None, market.quote)
        ]
        if order_by == "id":
            found.sort(key=lambda market: market.id)
        if ordering == "desc":
            found.reverse()
        disabled = self.venue.engine.disabled

        def write(market: Market) -> wire.Record:
            return wire.market(market, enabled=market.id not in disabled)

        return self.listed(found, write, request, scope="public.market")

    async def ticker(self, request: Request) -> Response:
        market = self._market(request)
        self.world.sync()
        return answer(wire.ticker(self.venue.feeds[market.id].candles.day(), at_ms=self.venue.now_ms))

    async def tickers(self, _request: Request) -> Response:
        self.world.sync()
        now_ms = self.venue.now_ms
        return answer(
            {market: wire.ticker(feed.candles.day(), at_ms=now_ms) for market, feed in self.venue.feeds.items()}
        )

    async def k_line(self, request: Request) -> Response:
        market, query = self._market(request), request.query_params
        self.world.sync()
        scope = "public.k_line"
        period = integer(query, "period", scope=scope)
        limit = integer(query, "limit", scope=scope)
        start, stop = time_range(query, scope=scope, unit_ms=self.time_unit_ms)
        period = 1 if period is None else period
        limit = 30 if limit is None else limit
        if period not in PERIODS:
            raise ParameterError("public.k_line.invalid_period")
        if not 1 <= limit <= MOST_ROWS:
            raise ParameterError("public.k_line.invalid_limit")
        candles = self.venue.feeds[market.id].candles
        candles.roll(self.venue.now_ms)
        return answer(candles.rows(period, from_ms=start, to_ms=stop, limit=limit))

    async def depth(self, request: Request) -> Response:
        market = self._market(request)
        self.world.sync()
        limit = integer(request.query_params, "limit", scope="public.depth")
        limit = 100 if limit is None else limit
        if not 1 <= limit <= 1000:
            raise ParameterError("public.depth.invalid_limit")
        return answer(
            {
                "timestamp": self.venue.now_ms // 1000,
                "asks": self.venue.depth(market.id, Side.SELL, limit),
                "bids": self.venue.depth(market.id, Side.BUY, limit),
            }
        )

    async def trades(self, request: Request) -> Response:
        market, query = self._market(request), request.query_params
        self.world.sync()
        scope = "public.trade"
        start, stop = time_range(query, scope=scope, unit_ms=self.time_unit_ms)
        ascending = one_of(query, "order_by", ("asc", "desc"), scope=scope) == "asc"
        found = [
            trade
            for trade in self.venue.feeds[market.id].tape
            if (start is None or trade.at_ms >= start) and (stop is None or trade.at_ms < stop)
        ]
        if not ascending:
            found.reverse()
        return self.listed(found, wire.public_trade, request, scope=scope)

    async def currencies(self, request: Request) -> Response:
        kind = one_of(request.query_params, "type", ("fiat", "coin"), scope="public.currency")
        found = [currency for currency in CURRENCIES.values() if kind in (None, currency.kind)]
        return self.listed(found, self._currency_written, request, scope="public.currency")

    async def currency(self, request: Request) -> Response:
        currency = CURRENCIES.get(request.path_params["currency"])
        if currency is None:
            raise NotFoundError
        return answer(self._currency_written(currency))

    def _currency_written(self, currency: Currency) -> wire.Record:
        return wire.currency(
            currency,
            deposits=currency.id not in self.funding.deposits.closed,
            withdrawals=currency.id not in self.funding.withdrawals.closed,
        )

    def _market(self, request: Request) -> Market:
        market = MARKETS.get(request.path_params["market"])
        if market is None:
            raise ParameterError("public.market.doesnt_exist")
        return market
