"""The exchange as a whole, without I/O: engine, accounts, candles, tape and what is published about them.

Everything that changes goes through here: an operation runs on the engine, then `flush` turns what happened into notices for the
websocket, in this order: book changes, then trades, orders and fills as they happened, then balances, then candles.

The venue's clock is `now_ms` (unix milliseconds), set from outside.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from captui.simulator.accounts import FEES, Ledger
from captui.simulator.candles import Candles
from captui.simulator.engine import BalanceChanged, Engine, LevelChanged, OrderChanged
from captui.simulator.markets import MARKETS
from captui.simulator.money import ZERO, text
from captui.simulator.orders import Fill, Order, OrderRefusedError, OrderRequest, Side, Trade

USER = "user"
"""The account of the key pair. There is one."""

PARTICIPANT = "participant"
"""The account that trades when the control interface says so."""

SNAPSHOT_LEVELS = 300
_TAPE_LENGTH = 5000

USER_FUNDS = {
    "zar": Decimal(250_000),
    "btc": Decimal("0.75"),
    "eth": Decimal(5),
    "xrp": Decimal(10_000),
    "usdc": Decimal(1_000),
}
PARTICIPANT_FUNDS = {
    "zar": Decimal(10**12),
    "btc": Decimal(10**7),
    "eth": Decimal(10**8),
    "xrp": Decimal(10**11),
    "usdc": Decimal(10**11),
}

LevelText = tuple[str, str]
"""A price and the amount there, as written on the wire; an empty amount means that the level is gone."""


class IncrementShape(StrEnum):
    """How book changes are written.

    nested: arrays of pairs, removal "" (the document). flat: one change per message, one flat pair, the other side missing, removal
    "0.0" (the software that the exchange runs). mixed: turn and turn about, with removal "0" in the flat ones.
    """

    NESTED = "nested"
    FLAT = "flat"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class BookUpdate:
    """Changed levels of one market. A flat update has exactly one level in `asks` and `bids` together."""

    market: str
    sequence: int
    asks: tuple[LevelText, ...]
    bids: tuple[LevelText, ...]
    flat: bool


@dataclass(frozen=True, slots=True)
class Tape:
    """A trade that everyone sees. `tid` and `created_at` (unix seconds) are the recording's own where it comes from one."""

    market: str
    tid: int
    taker_side: Side
    price: str
    amount: str
    created_at: int


@dataclass(frozen=True, slots=True)
class BalanceNotice:
    """A user's balance: what can be spent and what is locked, apart."""

    currency: str
    available: Decimal
    locked: Decimal


@dataclass(frozen=True, slots=True)
class CandlesGrown:
    """The newest candles of a market changed."""

    market: str


@dataclass(frozen=True, slots=True)
class TickersChanged:
    """Time to tell everyone the tickers."""


Notice = BookUpdate | Tape | OrderChanged | Fill | BalanceNotice | CandlesGrown | TickersChanged


@dataclass(slots=True)
class Feed:
    """What is published about one market."""

    sequence: int
    tape: deque[Trade]
    candles: Candles
    snapshot_levels: int | None = SNAPSHOT_LEVELS
    flat_next: bool = False


class Venue:
    """One exchange with one user. Not safe for threads: everything runs on the server's loop."""

    def __init__(
        self, *, candles: Mapping[str, Candles], shape: IncrementShape, rng: random.Random, now_ms: int
    ) -> None:
        self.now_ms = now_ms
        self.ledger = Ledger()
        self.engine = Engine(MARKETS.values(), self.ledger, users=(USER,), rng=rng)
        self.feeds = {market: Feed(0, deque(maxlen=_TAPE_LENGTH), candles[market]) for market in MARKETS}
        self.orders: dict[int, Order] = {}
        """Every order of the user, by id, in order of creation."""
        self.fills: list[Fill] = []
        """Every fill of the user, in order of time."""
        self.publish: Callable[[Notice], None] = lambda _notice: None
        self._open: dict[int, Order] = {}
        self._shape = shape
        for account, funds in ((USER, USER_FUNDS), (PARTICIPANT, PARTICIPANT_FUNDS)):
            for currency, amount in funds.items():
                self.ledger.deposit(account, currency, amount)

    def place(self, request: OrderRequest, *, rejected: bool = False) -> Order:
        """The user's order as it stood when it was accepted, in state pending. It has met the book by the time this returns.

        `rejected` turns it down after it was accepted.

        Raises:
            OrderRefusedError: nothing was created.
        """
        order = self.engine.submit(request, account=USER, now_ms=self.now_ms)
        self.orders[order.id] = self._open[order.id] = order
        pending = replace(order)
        if rejected:
            self.engine.reject(order, now_ms=self.now_ms)
        else:
            self.engine.process(order, now_ms=self.now_ms)
        self.flush()
        return pending

    def cancel(self, order: Order) -> Order:
        """The order as it stood when its cancellation was asked for. It is cancelled by the time this returns."""
        before = replace(order)
        self.engine.cancel(order, now_ms=self.now_ms)
        self.flush()
        return before

    def open_orders(self, *, market: str | None = None, side: Side | None = None) -> list[Order]:
        """The user's orders that are not final, oldest first."""
        self._open = {number: order for number, order in self._open.items() if not order.state.final}
        return [order for order in self._open.values() if market in (None, order.market) and side in (None, order.side)]

    def take(self, market: str, side: Side, amount: Decimal, *, price: Decimal | None = None) -> Decimal:
        """Let a participant trade against the book, at `price` or better where one is given; what finds no match is dropped.

        Returns the amount traded.

        Raises:
            OrderRefusedError: the market does not exist, or without a price the book holds less than `amount`.
        """
        if market not in self.engine.markets:
            raise OrderRefusedError("market.market.doesnt_exist")
        best = self.engine.books[market].side(side.opposite).best()
        if price is None:
            if self.engine.books[market].cost(side, amount) is None or best is None:
                raise OrderRefusedError("market.order.insufficient_market_liquidity")
            price = self.engine.books[market].side(side.opposite).levels()[-1].price
        executed = self.immediate(market, side, amount, price=price, account=PARTICIPANT)
        self.flush()
        return executed

    def immediate(self, market: str, side: Side, amount: Decimal, *, price: Decimal, account: str) -> Decimal:
        """Match what can be matched at `price` or better and drop the rest; returns the amount traded. Does not flush."""
        if not self.engine.books[market].crosses(side, price):
            return ZERO
        order = self.engine.submit(OrderRequest(market, side, amount, price=price), account=account, now_ms=self.now_ms)
        self.engine.process(order, now_ms=self.now_ms, rests=False)
        return order.executed

    def deposit(self, currency: str, amount: Decimal, *, fee: Decimal = ZERO) -> None:
        """Give the user money, and the exchange its fee beside it."""
        self.ledger.deposit(USER, currency, amount)
        if fee:
            self.ledger.deposit(FEES, currency, fee)
        self._balance_changed(currency)

    def lock(self, currency: str, amount: Decimal) -> None:
        """Set money of the user aside.

        Raises:
            InsufficientFundsError: less than `amount` is available.
        """
        self.ledger.lock(USER, currency, amount)
        self._balance_changed(currency)

    def unlock(self, currency: str, amount: Decimal) -> None:
        """Give the user back what was set aside."""
        self.ledger.unlock(USER, currency, amount)
        self._balance_changed(currency)

    def withdraw(self, currency: str, amount: Decimal, *, fee: Decimal) -> None:
        """Let money of the user leave that was set aside; `fee`, a part of `amount`, stays with the exchange."""
        self.ledger.withdraw(USER, currency, amount, fee=fee)
        self._balance_changed(currency)

    def flush(self, *, told: Collection[tuple[str, Side, Decimal]] = ()) -> None:
        """Publish what the engine did since the last time, but for the levels in `told`, which the caller publishes itself."""
        levels: dict[str, dict[tuple[Side, Decimal], None]] = {}
        balances: dict[str, None] = {}
        traded: dict[str, None] = {}
        later: list[Notice] = []
        for event in self.engine.take_events():
            match event:
                case LevelChanged():
                    if (event.market, event.side, event.price) in told:
                        continue
                    levels.setdefault(event.market, {})[event.side, event.price] = None
                case BalanceChanged():
                    balances[event.currency] = None
                case Trade():
                    feed = self.feeds[event.market]
                    feed.tape.append(event)
                    feed.candles.record(event)
                    traded[event.market] = None
                    later.append(tape_of(event))
                case Fill():
                    self.fills.append(event)
                    later.append(event)
                case OrderChanged():
                    later.append(event)
        for market, changed in levels.items():
            self.publish_levels(market, [(side, self.written(market, side, price)) for side, price in changed])
        for notice in later:
            self.publish(notice)
        for currency in balances:
            self.publish(self.balance(currency))
        for market in traded:
            self.publish(CandlesGrown(market))

    def publish_levels(self, market: str, changes: Sequence[tuple[Side, LevelText]]) -> None:
        """Publish level changes under the next sequence number, or one each where the shape is flat.

        Removals go first, so that a reader that applies one message at a time never sees a crossed book.
        """
        feed = self.feeds[market]
        ordered = sorted(changes, key=lambda change: change[1][1] != "")
        flat = self._shape is IncrementShape.FLAT or (self._shape is IncrementShape.MIXED and feed.flat_next)
        feed.flat_next = not feed.flat_next
        removal = "0" if self._shape is IncrementShape.MIXED else "0.0"
        for group in [[change] for change in ordered] if flat else [ordered]:
            feed.sequence += 1
            written = [
                (side, (price, amount or removal) if flat else (price, amount)) for side, (price, amount) in group
            ]
            asks = tuple(level for side, level in written if side is Side.SELL)
            bids = tuple(level for side, level in written if side is Side.BUY)
            self.publish(BookUpdate(market, feed.sequence, asks, bids, flat))

    def skip_sequence(self, market: str) -> None:
        """Leave a gap in the sequence of a market's book."""
        self.feeds[market].sequence += 1

    def balance(self, currency: str) -> BalanceNotice:
        return BalanceNotice(currency, self.ledger.available(USER, currency), self.ledger.locked(USER, currency))

    def depth(self, market: str, side: Side, limit: int | None) -> list[LevelText]:
        """Levels as written on the wire, best first."""
        return [(text(level.price), text(level.total)) for level in self.engine.books[market].side(side).levels(limit)]

    def written(self, market: str, side: Side, price: Decimal) -> LevelText:
        """One level as written on the wire."""
        level = self.engine.books[market].side(side).level(price)
        return text(price), text(level.total) if level else ""

    def _balance_changed(self, currency: str) -> None:
        self.engine.events.append(BalanceChanged(USER, currency))
        self.flush()


def tape_of(trade: Trade) -> Tape:
    return Tape(trade.market, trade.id, trade.taker_side, text(trade.price), text(trade.amount), trade.at_ms // 1000)
