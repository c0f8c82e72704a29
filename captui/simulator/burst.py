"""A burst of real book changes at a wanted rate, without trades: orders come and go behind the best prices."""

from __future__ import annotations

import random
from decimal import Decimal

from captui.simulator.markets import MARKETS
from captui.simulator.orders import Order, OrderRequest, Side
from captui.simulator.venue import PARTICIPANT_FUNDS, Venue

_STEP_MS = 5
_MOST_AT_ONCE = 10
"""Changes in one act: more would pile up before a connection had a chance to send."""
_MOST_ORDERS = 200
_TICK = Decimal("0.01")


class Burst:
    """Makes `per_second` changes a second for `seconds`, each published on its own, then takes its orders away."""

    def __init__(
        self, venue: Venue, market: str, *, per_second: float, seconds: float, start_ms: int, rng: random.Random
    ) -> None:
        self.made = 0
        self._venue = venue
        self._rules = MARKETS[market]
        self._per_second = per_second
        self._wanted = round(per_second * seconds)
        self._start_ms = start_ms
        self._due: int | None = start_ms
        self._rng = rng
        self._orders: list[Order] = []
        self._account = f"burst.{market}"
        for currency in (self._rules.base, self._rules.quote):
            venue.ledger.deposit(self._account, currency, PARTICIPANT_FUNDS[currency])

    @property
    def due_ms(self) -> int | None:
        return self._due

    def act(self, now_ms: int) -> None:
        due = min(self._wanted, int((now_ms - self._start_ms + _STEP_MS) * self._per_second / 1000))
        for _ in range(min(due - self.made, _MOST_AT_ONCE)):
            self._change(now_ms)
            self._venue.flush()
            self.made += 1
        if self.made >= self._wanted:
            for order in self._orders:
                self._venue.engine.cancel(order, now_ms=now_ms)
            self._venue.flush()
            self._due = None
        elif self.made >= due:
            self._due = now_ms + _STEP_MS

    def postpone(self, by_ms: int) -> None:
        self._start_ms += by_ms
        if self._due is not None:
            self._due += by_ms

    def _change(self, now_ms: int) -> None:
        rng, engine = self._rng, self._venue.engine
        self._orders = [order for order in self._orders if not order.state.final]
        if self._orders and rng.random() < len(self._orders) / _MOST_ORDERS:
            engine.cancel(self._orders.pop(rng.randrange(len(self._orders))), now_ms=now_ms)
            return
        side = rng.choice((Side.BUY, Side.SELL))
        best = engine.books[self._rules.id].side(side).best()
        opposite = engine.books[self._rules.id].side(side.opposite).best()
        if best is not None:
            start = best.price
        elif opposite is not None:
            start = opposite.price + (_TICK if side is Side.SELL else -_TICK)
        else:
            start = self._rules.min_price if side is Side.BUY else self._rules.max_price
        away = _TICK * rng.randrange(500)
        price = max(start - away if side is Side.BUY else start + away, _TICK)
        amount = self._rules.min_amount * rng.randrange(1, 2000)
        order = engine.submit(
            OrderRequest(self._rules.id, side, amount, price=price), account=self._account, now_ms=now_ms
        )
        engine.process(order, now_ms=now_ms)
        self._orders.append(order)
