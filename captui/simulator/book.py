"""The order book of one market: levels by price, orders within a level by time."""

from __future__ import annotations

from bisect import bisect_left, insort
from decimal import Decimal

from captui.simulator.money import ZERO, minus, plus, times
from captui.simulator.orders import Order, Side


class Level:
    """All orders at one price, oldest first, and what they add up to."""

    __slots__ = ("orders", "price", "total")

    def __init__(self, price: Decimal) -> None:
        self.price = price
        self.total = ZERO
        self.orders: dict[int, Order] = {}

    def first(self) -> Order:
        return next(iter(self.orders.values()))


class BookSide:
    """One side of a book. The best level is the highest bid or the lowest ask."""

    __slots__ = ("_levels", "_prices", "side")

    def __init__(self, side: Side) -> None:
        self.side = side
        self._prices: list[Decimal] = []
        self._levels: dict[Decimal, Level] = {}

    def __len__(self) -> int:
        return len(self._prices)

    def best(self) -> Level | None:
        if not self._prices:
            return None
        return self._levels[self._prices[-1 if self.side is Side.BUY else 0]]

    def level(self, price: Decimal) -> Level | None:
        return self._levels.get(price)

    def levels(self, limit: int | None = None) -> list[Level]:
        """Best first, at most `limit` of them."""
        prices = self._prices[::-1] if self.side is Side.BUY else self._prices
        return [self._levels[price] for price in prices[:limit]]

    def add(self, price: Decimal, order: Order) -> None:
        level = self._levels.get(price)
        if level is None:
            level = self._levels[price] = Level(price)
            insort(self._prices, price)
        level.orders[order.id] = order
        level.total = plus(level.total, order.remaining)

    def reduce(self, price: Decimal, order: Order, amount: Decimal) -> None:
        """Take `amount` off the resting order; it leaves the book when nothing of it remains. Its place in time is kept."""
        level = self._levels[price]
        order.remaining = minus(order.remaining, amount)
        level.total = minus(level.total, amount)
        if not order.remaining:
            self._forget(level, order)

    def remove(self, price: Decimal, order: Order) -> None:
        """Take the order out of the book with what remains of it."""
        level = self._levels[price]
        level.total = minus(level.total, order.remaining)
        self._forget(level, order)

    def enlarge(self, price: Decimal, order: Order, amount: Decimal) -> None:
        """Add `amount` to the resting order without a change of its place in time."""
        order.remaining = plus(order.remaining, amount)
        level = self._levels[price]
        level.total = plus(level.total, amount)

    def _forget(self, level: Level, order: Order) -> None:
        del level.orders[order.id]
        if not level.orders:
            del self._levels[level.price]
            del self._prices[bisect_left(self._prices, level.price)]


class OrderBook:
    """Both sides of one market."""

    __slots__ = ("asks", "bids")

    def __init__(self) -> None:
        self.bids = BookSide(Side.BUY)
        self.asks = BookSide(Side.SELL)

    def side(self, side: Side) -> BookSide:
        return self.bids if side is Side.BUY else self.asks

    def crosses(self, side: Side, price: Decimal) -> bool:
        """Whether an order of `side` at `price` would match at once."""
        best = self.side(side.opposite).best()
        if best is None:
            return False
        return best.price <= price if side is Side.BUY else best.price >= price

    def cost(self, side: Side, amount: Decimal) -> Decimal | None:
        """What a market order of `side` for `amount` of the base would come to in the quote; None if the book is too thin."""
        total = ZERO
        for level in self.side(side.opposite).levels():
            taken = min(amount, level.total)
            total = plus(total, times(taken, level.price))
            amount = minus(amount, taken)
            if not amount:
                return total
        return None
