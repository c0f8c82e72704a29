"""Exchanges without sockets, for tests: empty of makers, with a clock that stands still."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal

from captui.simulator.accounts import Ledger
from captui.simulator.candles import MINUTE_MS, Candles
from captui.simulator.engine import Engine, OrderChanged
from captui.simulator.funding import Funding
from captui.simulator.history import Climate, History
from captui.simulator.markets import MARKETS
from captui.simulator.orders import Order, OrderRequest, OrderType, Side
from captui.simulator.timeline import Timeline
from captui.simulator.venue import IncrementShape, Notice, Venue

NOW_MS = 1_795_000_000_000
CLIMATE = Climate(lowest=20_400_000, highest=117_600_000, usual=84_000_000, volatility=0.02, volume=10**8)


def candles(*, end_ms: int = NOW_MS, last: int = 84_000_000, seed: str = "test") -> Candles:
    return Candles(History(seed=seed, climate=CLIMATE, end=end_ms // MINUTE_MS, last=last))


def venue(*, shape: IncrementShape = IncrementShape.NESTED) -> Venue:
    made = Venue(
        candles={market: candles(seed=market) for market in MARKETS}, shape=shape, rng=random.Random(7), now_ms=NOW_MS
    )
    for feed in made.feeds.values():
        feed.candles.roll(NOW_MS)
    return made


class Till:
    """A venue and the money that comes in and goes out of it, with a clock that is moved by hand."""

    def __init__(self) -> None:
        self.venue = venue()
        self.funding = Funding(self.venue, seed="7")

    def wait(self, ms: int) -> None:
        """Let everything happen that is due within this time."""
        Timeline(self.venue, [self.funding.agenda]).run(self.venue.now_ms + ms)

    def held(self, currency: str) -> tuple[Decimal, Decimal]:
        """What the user can spend, and what is locked."""
        balance = self.venue.balance(currency)
        return balance.available, balance.locked


def listen(made: Venue) -> list[Notice]:
    """Everything that the venue publishes from now on."""
    heard: list[Notice] = []
    made.publish = heard.append
    return heard


def engine(*, users: Sequence[str] = ("ann", "bob"), zar: int = 10_000_000, btc: int = 100) -> Engine:
    """Two users with money, in all markets."""
    ledger = Ledger()
    for user in users:
        ledger.deposit(user, "zar", Decimal(zar))
        ledger.deposit(user, "btc", Decimal(btc))
    return Engine(MARKETS.values(), ledger, users=users, rng=random.Random(7))


def limit(side: Side, price: str, volume: str, *, post_only: bool = False, market: str = "btczar") -> OrderRequest:
    return OrderRequest(market, side, Decimal(volume), price=Decimal(price), post_only=post_only)


def market_order(side: Side, volume: str) -> OrderRequest:
    return OrderRequest("btczar", side, Decimal(volume), OrderType.MARKET)


def send(made: Engine, account: str, request: OrderRequest, *, now_ms: int = NOW_MS) -> Order:
    """Submit and process at once."""
    order = made.submit(request, account=account, now_ms=now_ms)
    made.process(order, now_ms=now_ms)
    return order


def states(made: Engine, order: Order) -> list[str]:
    """The states that were told of an order."""
    return [
        event.order.state.value
        for event in made.events
        if isinstance(event, OrderChanged) and event.order.id == order.id
    ]
