"""The private REST endpoints of one revision: orders, own trades and balances."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from captui.simulator import wire
from captui.simulator.auth import Authenticator
from captui.simulator.faults import Faults, Write
from captui.simulator.markets import CURRENCIES, MARKETS
from captui.simulator.orders import Order, OrderRefusedError, OrderRequest, OrderState, OrderType, Side
from captui.simulator.params import (
    ParameterError,
    amount,
    form,
    integer,
    json_body,
    one_of,
    query_alone,
    time_range,
    word,
)
from captui.simulator.rest import Endpoint, NotFoundError, PublicApi, answer
from captui.simulator.wire import Revision
from captui.simulator.world import World

_LONGEST_CUSTOM_ID = 64


class TradingApi(PublicApi):
    """Endpoints that need a key, on top of the public ones."""

    def __init__(
        self,
        world: World,
        revision: Revision,
        *,
        time_unit_ms: int,
        authenticator: Authenticator,
        faults: Faults,
        clock_ms: Callable[[], int],
    ) -> None:
        super().__init__(world, revision, time_unit_ms=time_unit_ms)
        self._authenticator = authenticator
        self.faults = faults
        self._clock_ms = clock_ms

    def routes(self) -> list[Route]:
        paths: list[tuple[str, str, Endpoint]] = [
            ("POST", "/market/orders", self.create),
            ("GET", "/market/orders", self.orders),
            ("POST", "/market/orders/cancel", self.cancel_all),
            ("GET", "/market/orders/{id}", self.order),
            ("POST", "/market/orders/{id}/cancel", self.cancel),
            ("GET", "/market/trades", self.own_trades),
            ("GET", "/account/balances", self.balances),
            ("GET", "/account/balances/{currency}", self.balance),
        ]
        private = [Route(path, self.guarded(endpoint), methods=[method]) for method, path, endpoint in paths]
        return super().routes() + private

    async def create(self, request: Request) -> Response:
        order_request = self._order_request(await json_body(request))
        self.faults.refuse(Write.CREATE)
        pending = self.venue.place(order_request, rejected=self.faults.take_reject())
        if self.venue.orders[pending.id].trades_count:
            # As on the real exchange, the news of a match may overtake the answer.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        return answer(self._written(pending), status=201)

    async def orders(self, request: Request) -> Response:
        query, scope = request.query_params, "market.order"
        start, stop = time_range(query, scope=scope, unit_ms=self.time_unit_ms)
        ascending = one_of(query, "order_by", ("asc", "desc"), scope=scope) == "asc"
        one_of(query, "ord_type", tuple(OrderType), scope=scope)
        one_of(query, "type", tuple(Side), scope=scope)
        states = query.getlist("state")
        if any(state not in tuple(OrderState) for state in states):
            raise ParameterError("market.order.invalid_state")
        if query.get("market") is not None and query["market"] not in MARKETS:
            raise ParameterError("market.market.doesnt_exist")

        def wanted(order: Order) -> bool:
            rules = MARKETS[order.market]
            return (
                query.get("market") in (None, order.market)
                and query.get("base_unit") in (None, rules.base)
                and query.get("quote_unit") in (None, rules.quote)
                and query.get("ord_type") in (None, order.ord_type)
                and query.get("type") in (None, order.side)
                and (not states or order.state in states)
                and (start is None or order.created_ms >= start)
                and (stop is None or order.created_ms < stop)
            )

        found = [order for order in self.venue.orders.values() if wanted(order)]
        if not ascending:
            found.reverse()
        return self.listed(found, self._written, request, scope=scope)

    async def order(self, request: Request) -> Response:
        order = self._order(request.path_params["id"])
        fills = [wire.own_trade(fill) for fill in self.venue.fills if fill.order_id == order.id]
        return answer({**self._written(order), "trades": fills})

    async def cancel(self, request: Request) -> Response:
        order = self._order(request.path_params["id"])
        self.faults.refuse(Write.CANCEL)
        return answer(self._written(self.venue.cancel(order)), status=201)

    async def cancel_all(self, request: Request) -> Response:
        given = await form(request)
        market, side = word(given, "market"), word(given, "side")
        if market is not None and market not in MARKETS:
            raise ParameterError("market.market.doesnt_exist")
        if side is not None and side not in tuple(Side):
            raise ParameterError("market.order.invalid_side")
        self.faults.refuse(Write.CANCEL)
        asked = self.venue.open_orders(market=market, side=None if side is None else Side(side))
        before = [self.venue.cancel(order) for order in asked]
        return answer([self._written(order) for order in before], status=201)

    async def own_trades(self, request: Request) -> Response:
        query, scope = request.query_params, "market.trade"
        start, stop = time_range(query, scope=scope, unit_ms=self.time_unit_ms)
        ascending = one_of(query, "order_by", ("asc", "desc"), scope=scope) == "asc"
        # The filter by order came with the newer revision; the older one does not look at it.
        order_id = integer(query, "order_id", scope=scope) if self.revision is Revision.ATLAS else None
        found = [
            fill
            for fill in self.venue.fills
            if query.get("market") in (None, fill.trade.market)
            and order_id in (None, fill.order_id)
            and (start is None or fill.trade.at_ms >= start)
            and (stop is None or fill.trade.at_ms < stop)
        ]
        if not ascending:
            found.reverse()
        return self.listed(found, wire.own_trade, request, scope=scope)

    async def balances(self, request: Request) -> Response:
        nonzero = request.query_params.get("nonzero") in ("true", "1")
        held = [self.venue.balance(currency) for currency in CURRENCIES]
        found = [each for each in held if not nonzero or each.available or each.locked]
        return self.listed(found, wire.balance, request, scope="account.balance")

    async def balance(self, request: Request) -> Response:
        currency = request.path_params["currency"]
        if currency not in CURRENCIES:
            raise ParameterError("account.currency.doesnt_exist")
        return answer(wire.balance(self.venue.balance(currency)))

    def _written(self, order: Order) -> wire.Record:
        return wire.order(order, revision=self.revision)

    def guarded(self, endpoint: Endpoint) -> Endpoint:
        """An endpoint that needs a key, at a market brought up to the clock. Parameters of a reading request stand in the query."""

        async def guarded(request: Request) -> Response:
            self._authenticator.check(request.headers, now_ms=self._clock_ms())
            if request.method in ("GET", "DELETE"):
                await query_alone(request)
            self.world.sync()
            return await endpoint(request)

        return guarded

    def _order(self, text: str) -> Order:
        """The user's order with this number or uuid.

        Raises:
            ParameterError: it is neither.
            NotFoundError: there is none.
        """
        if text.isascii() and text.isdigit():
            order = self.venue.orders.get(int(text))
        else:
            try:
                wanted = str(uuid.UUID(text))
            except ValueError as error:
                raise ParameterError("market.order.invaild_id_or_uuid") from error
            order = next((each for each in self.venue.orders.values() if each.uuid == wanted), None)
        if order is None:
            raise NotFoundError
        return order

    def _order_request(self, given: dict[str, Any]) -> OrderRequest:
        """What a create request asks for. The newer revision wants strings and an `ord_type`.

        Raises:
            ParameterError: something is missing or of another kind.
        """
        newer = self.revision is Revision.ATLAS
        for name in ("market", "side", "volume", *(("ord_type",) if newer else ())):
            if given.get(name) in (None, ""):
                raise ParameterError(f"market.order.missing_{name}")
        market, side, ord_type = word(given, "market"), word(given, "side"), word(given, "ord_type") or "limit"
        if market not in MARKETS:
            raise ParameterError("market.market.doesnt_exist")
        if side not in tuple(Side):
            raise ParameterError("market.order.invalid_side")
        if ord_type not in tuple(OrderType):
            raise ParameterError("market.order.invalid_type")
        if newer and not all(isinstance(given.get(name) or "", str) for name in ("volume", "price")):
            raise OrderRefusedError("market.order.invalid_volume_or_price")
        volume, price = amount(given["volume"]), None
        if given.get("price") not in (None, ""):
            price = amount(given["price"])
            if price is None:
                raise OrderRefusedError("market.order.invalid_volume_or_price")
        if volume is None:
            raise OrderRefusedError("market.order.invalid_volume_or_price")
        custom_id = given.get("custom_order_id")
        if custom_id is not None and (not isinstance(custom_id, str) or len(custom_id) > _LONGEST_CUSTOM_ID):
            raise ParameterError("market.order.invalid_custom_order_id")
        return OrderRequest(
            market=market,
            side=Side(side),
            volume=volume,
            ord_type=OrderType(ord_type),
            price=price,
            post_only=given.get("post_only") in (True, "true", "1"),
            custom_order_id=custom_id,
        )
