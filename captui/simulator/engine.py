"""The matching engine: price-time priority, exact, without I/O. Time is an argument, in unix milliseconds.

Choices where the API document is silent:

* `submit` checks, locks and answers a pending order; `process` lets it meet the book. Between the two it can be rejected.
* A post-only order that would match is refused at submission (`market.order.create_error`).
* A market order locks exactly what it will cost; one that outruns the book is refused
  (`market.order.insufficient_market_liquidity`) and leaves no order behind.
* Trading with oneself is allowed, as in the software that the exchange runs: both orders fill, both fees are paid, and the owner gets
  one fill per order with the same trade id.
* A custom order id is kept and given back, never compared: the exchange does not promise that it is unique, so that whoever sends an
  order twice has two orders.
* A limit order locks price times volume (buy) or the volume (sell); what a better price saves is given back with the fill.
* Market rules (range, precision, least amount, state) hold for users. Other participants are only bound by their funds.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from captui.simulator.accounts import InsufficientFundsError, Ledger
from captui.simulator.book import OrderBook
from captui.simulator.markets import MAKER_FEE, TAKER_FEE, Market
from captui.simulator.money import ZERO, decimals, minus, plus, times
from captui.simulator.orders import Fill, Order, OrderRefusedError, OrderRequest, OrderState, OrderType, Side, Trade

FIRST_ORDER_ID = 173_757
FIRST_TRADE_ID = 40_211


@dataclass(frozen=True, slots=True)
class LevelChanged:
    """The total at one price is another."""

    market: str
    side: Side
    price: Decimal


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """A user's order as it stood right after the change."""

    order: Order


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    """A user's balance in one currency is another."""

    account: str
    currency: str


Event = LevelChanged | OrderChanged | BalanceChanged | Trade | Fill


class Engine:
    """All books and the rules of trading on them.

    `events` grows by what happened, in order; whoever drives the engine takes it with `take_events`. Orders, fills and balances are
    reported for the accounts in `users` only, book levels and trades for everyone.
    """

    def __init__(self, markets: Iterable[Market], ledger: Ledger, *, users: Iterable[str], rng: random.Random) -> None:
        self.ledger = ledger
        self.markets = {market.id: market for market in markets}
        self.books = {market: OrderBook() for market in self.markets}
        self.disabled: set[str] = set()
        self.users = frozenset(users)
        self.events: list[Event] = []
        self._rng = rng
        self._next_order = FIRST_ORDER_ID
        self._next_trade = FIRST_TRADE_ID

    def take_events(self) -> list[Event]:
        events, self.events = self.events, []
        return events

    def submit(self, request: OrderRequest, *, account: str, now_ms: int) -> Order:
        """A new order in state pending, with its funds locked.

        Raises:
            OrderRefusedError: a rule is broken, the funds or the liquidity are not there; nothing has changed.
        """
        if request.market not in self.markets:
            raise OrderRefusedError("market.market.doesnt_exist")
        market = self.markets[request.market]
        user = account in self.users
        if user:
            self._check(market, request)
        currency, amount = self._funds(market, request)
        try:
            self.ledger.lock(account, currency, amount)
        except InsufficientFundsError as error:
            raise OrderRefusedError("market.account.insufficient_balance") from error
        order = Order(
            id=self._next_order,
            uuid=str(uuid.UUID(int=self._rng.getrandbits(128), version=4)) if user else "",
            account=account,
            market=market.id,
            side=request.side,
            ord_type=request.ord_type,
            price=request.price,
            origin=request.volume,
            remaining=request.volume,
            locked=amount,
            lock_currency=currency,
            post_only=request.post_only,
            custom_order_id=request.custom_order_id,
            created_ms=now_ms,
            updated_ms=now_ms,
        )
        self._next_order += 1
        self._tell_balance(account, currency)
        return order

    def process(self, order: Order, *, now_ms: int, rests: bool = True) -> None:
        """Let a pending order meet the book: it ends in wait, done, or cancel.

        What remains of a market order, or of one that may not rest, is cancelled.
        """
        order.state = OrderState.WAIT
        self._tell_order(order, now_ms)
        self._match(order, now_ms)
        if order.state.final:
            return
        if order.price is None or not rests:
            self._finish(order, OrderState.CANCEL, now_ms)
            return
        self.books[order.market].side(order.side).add(order.price, order)
        self._tell_level(order.market, order.side, order.price)

    def reject(self, order: Order, *, now_ms: int) -> None:
        """Turn a pending order down after it was accepted; its funds come back."""
        self._finish(order, OrderState.REJECT, now_ms)

    def cancel(self, order: Order, *, now_ms: int) -> None:
        """Take an order out of the book and give its funds back. Nothing happens to one that is already final."""
        if order.state.final:
            return
        if order.price is not None and order.state is OrderState.WAIT:
            self.books[order.market].side(order.side).remove(order.price, order)
            self._tell_level(order.market, order.side, order.price)
        self._finish(order, OrderState.CANCEL, now_ms)

    def reduce(self, order: Order, amount: Decimal, *, now_ms: int) -> None:
        """Make a resting order smaller by less than what remains, keeping its place in time. Not offered to users."""
        if order.price is None or amount >= order.remaining:
            self.cancel(order, now_ms=now_ms)
            return
        self.books[order.market].side(order.side).reduce(order.price, order, amount)
        order.origin = minus(order.origin, amount)
        freed = amount if order.side is Side.SELL else times(order.price, amount)
        order.locked = minus(order.locked, freed)
        self.ledger.unlock(order.account, order.lock_currency, freed)
        self._tell_level(order.market, order.side, order.price)

    def enlarge(self, order: Order, amount: Decimal, *, now_ms: int) -> None:
        """Make a resting limit order larger, keeping its place in time. Not offered to users.

        Raises:
            InsufficientFundsError: the owner cannot pay for it.
        """
        assert order.price is not None, "only limit orders rest"
        more = amount if order.side is Side.SELL else times(order.price, amount)
        self.ledger.lock(order.account, order.lock_currency, more)
        order.locked = plus(order.locked, more)
        order.origin = plus(order.origin, amount)
        order.updated_ms = now_ms
        self.books[order.market].side(order.side).enlarge(order.price, order, amount)
        self._tell_level(order.market, order.side, order.price)

    def hit(self, resting: Order, amount: Decimal, *, account: str, now_ms: int) -> None:
        """Trade with one resting order at its price, whatever its place in the book. Not offered to users.

        Raises:
            OrderRefusedError: `account` cannot pay for it.
        """
        request = OrderRequest(resting.market, resting.side.opposite, amount, price=resting.price)
        taker = self.submit(request, account=account, now_ms=now_ms)
        assert resting.price is not None, "only limit orders rest"
        self._trade(taker, resting, resting.price, amount, now_ms)

    def _check(self, market: Market, request: OrderRequest) -> None:
        if market.id in self.disabled:
            raise OrderRefusedError("market.market.doesnt_exist")
        if request.volume < market.min_amount or decimals(request.volume) > market.amount_precision:
            raise OrderRefusedError("market.order.invalid_volume_or_price")
        if request.ord_type is OrderType.MARKET:
            if request.price is not None:
                raise OrderRefusedError("market.order.market_order_price")
            return
        price = request.price
        if (
            price is None
            or not market.min_price <= price <= market.max_price
            or decimals(price) > market.price_precision
        ):
            raise OrderRefusedError("market.order.invalid_volume_or_price")

    def _funds(self, market: Market, request: OrderRequest) -> tuple[str, Decimal]:
        """The currency and amount that the order must lock."""
        book = self.books[market.id]
        if request.ord_type is OrderType.MARKET or request.price is None:
            cost = book.cost(request.side, request.volume)
            if cost is None:
                raise OrderRefusedError("market.order.insufficient_market_liquidity")
            return (market.quote, cost) if request.side is Side.BUY else (market.base, request.volume)
        if request.post_only and book.crosses(request.side, request.price):
            raise OrderRefusedError("market.order.create_error")
        if request.side is Side.BUY:
            return market.quote, times(request.price, request.volume)
        return market.base, request.volume

    def _match(self, taker: Order, now_ms: int) -> None:
        opposite = self.books[taker.market].side(taker.side.opposite)
        while taker.remaining:
            level = opposite.best()
            if level is None:
                return
            if taker.price is not None and (
                level.price > taker.price if taker.side is Side.BUY else level.price < taker.price
            ):
                return
            maker = level.first()
            amount = min(taker.remaining, maker.remaining)
            if taker.lock_currency != self.markets[taker.market].base and times(level.price, amount) > taker.locked:
                # A market order's lock was measured on the book it was submitted to; should the book have moved since,
                # it stops where its money ends.
                return
            self._trade(taker, maker, level.price, amount, now_ms)

    def _trade(self, taker: Order, maker: Order, price: Decimal, amount: Decimal, now_ms: int) -> None:
        market = self.markets[taker.market]
        total = times(price, amount)
        buyer, seller = (taker, maker) if taker.side is Side.BUY else (maker, taker)
        buyer_rate, seller_rate = (TAKER_FEE, MAKER_FEE) if buyer is taker else (MAKER_FEE, TAKER_FEE)
        buyer_fee, seller_fee = times(amount, buyer_rate), times(total, seller_rate)
        self.ledger.pay(buyer.account, seller.account, market.quote, total, fee=seller_fee)
        self.ledger.pay(seller.account, buyer.account, market.base, amount, fee=buyer_fee)
        buyer.locked = minus(buyer.locked, total)
        seller.locked = minus(seller.locked, amount)
        if buyer is taker and buyer.price is not None and buyer.price > price:
            saved = times(minus(buyer.price, price), amount)
            buyer.locked = minus(buyer.locked, saved)
            self.ledger.unlock(buyer.account, market.quote, saved)

        trade = Trade(self._next_trade, market.id, price, amount, total, taker.side, now_ms)
        self._next_trade += 1
        self.books[market.id].side(maker.side).reduce(price, maker, amount)
        taker.remaining = minus(taker.remaining, amount)
        self._tell_level(market.id, maker.side, price)
        self.events.append(trade)
        for order in (maker, taker):
            order.executed_total = plus(order.executed_total, total)
            order.trades_count += 1
            if order.remaining:
                self._tell_order(order, now_ms)
            else:
                self._finish(order, OrderState.DONE, now_ms)
            if order.account in self.users:
                bought = order is buyer
                self.events.append(
                    Fill(
                        trade=trade,
                        order_id=order.id,
                        custom_order_id=order.custom_order_id,
                        account=order.account,
                        side=order.side,
                        fee_currency=market.base if bought else market.quote,
                        fee_rate=buyer_rate if bought else seller_rate,
                        fee_amount=buyer_fee if bought else seller_fee,
                    )
                )
                self._tell_balance(order.account, market.base)
                self._tell_balance(order.account, market.quote)

    def _finish(self, order: Order, state: OrderState, now_ms: int) -> None:
        order.state = state
        if order.locked:
            self.ledger.unlock(order.account, order.lock_currency, order.locked)
            order.locked = ZERO
            self._tell_balance(order.account, order.lock_currency)
        self._tell_order(order, now_ms)

    def _tell_level(self, market: str, side: Side, price: Decimal) -> None:
        self.events.append(LevelChanged(market, side, price))

    def _tell_order(self, order: Order, now_ms: int) -> None:
        order.updated_ms = now_ms
        if order.account in self.users:
            self.events.append(OrderChanged(replace(order)))

    def _tell_balance(self, account: str, currency: str) -> None:
        if account in self.users:
            self.events.append(BalanceChanged(account, currency))
