"""Seeded market makers and takers, one pair per market, with the habits of recorded real markets.

Measured from two recordings of 2024-08-08 (650 s each; a spot market whose book comes every 100 ms, and a futures market whose book comes
unthrottled). Distances in basis points (bp) of the mid price:

=====================================  ==================================  =========================
habit                                  spot BTC                            futures ETH
=====================================  ==================================  =========================
book messages per second               10.0 (gap 99 to 103 ms)             60 (median gap 16 ms)
levels per message, mean (median)      46 (22)                             11 (5)
removals / new levels / new amounts    48 % / 40 % / 12 %                  38 % / 24 % / 38 %
changes within .1, 1, 5, 20, 50 bp     6, 23, 53, 87, 94 %                 5, 19, 58, 84, 97 %
spread, median and maximum             0.0016 bp (one tick), 3.7 bp        0.037 bp (one tick), 1.9 bp
levels within .5, 1, 2, 5, 10, 20 bp   18, 36, 74, 224, 483, 1048          5, 10, 29, 105, 205, 388
levels within 50, 100 bp               2029, 2569                          874, 1211
order size, quantiles 10 to 90 %       .00053 .008 .050 .18 .51            38 242 703 2099 10000
order size, spread of its logarithm    2.4                                 2.2
trade size, quantiles 10 to 90 %       .00009 .0001 .0007 .014 .058        1 4 34 99 333
trade size, spread of its logarithm    2.6                                 2.1
prints per burst, mean; 75, 90, 99 %   2.6; 2, 6, 21                       2.1; 3, 4, 9
prices per burst                       1.5                                 1.3
same side as the print before          89 %                                89 %
pause between bursts, median (90 %)    18 ms (252)                         45 ms (1226)
drift of the mid in 10 s               4.1 bp                              ~ 4 bp
=====================================  ==================================  =========================

A rand exchange is thinner and slower. Kept from the figures: the profile of distances (`_PROFILE`, stretched by `Habits.stretch`), the
shares of removals, new levels and new amounts, the wide lognormal sizes, trades that are much smaller than orders, bursts, and their
leaning to one side. Given by hand: rates, spread, amounts and a calmer drift with slow trends.

Makers and takers trade through the engine with accounts of their own, large but finite, so that everything adds up.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from captui.simulator.history import Climate
from captui.simulator.markets import MARKETS
from captui.simulator.money import ZERO
from captui.simulator.orders import Order, OrderRequest, OrderState, Side
from captui.simulator.venue import PARTICIPANT_FUNDS, Venue

TICK = Decimal("0.01")

_PROFILE = ((0.0, 0.0), (0.1, 7), (0.5, 18), (1, 36), (2, 74), (5, 224), (10, 483), (20, 1048), (50, 2029), (100, 2569))
"""Distance from the mid in bp, and how many recorded levels lie within it."""

_REMOVALS, _NEW_LEVELS = 0.48, 0.40
_PRINTS_PER_BURST = 2.6
_SAME_SIDE = 0.89


@dataclass(frozen=True, slots=True)
class Habits:
    """How one market lives. Distances in bp, sizes in the base currency, rates per second."""

    start: Decimal
    half_spread: float
    stretch: float
    levels: int
    order_size: float
    order_sigma: float
    trade_size: float
    trade_sigma: float
    quotes_rate: float
    bursts_rate: float
    volatility: float
    """bp per square root of a second."""
    daily_volatility: float
    """Of the made-up past: relative, per square root of a day."""

    def climate(self, market: str, *, around: Decimal) -> Climate:
        """The same market's past, with prices around a given one. Its volume is what the bursts come to on average."""
        rules = MARKETS[market]
        mean_print = self.trade_size * math.exp(self.trade_sigma**2 / 2)
        per_minute = mean_print * _PRINTS_PER_BURST * self.bursts_rate * 60
        return Climate(
            lowest=int(rules.min_price * 102),
            highest=int(rules.max_price * 98),
            usual=int(around * 100),
            volatility=self.daily_volatility,
            volume=round(per_minute * 10**8),
        )


HABITS: dict[str, Habits] = {
    "btczar": Habits(Decimal(840_000), 1.6, 3.5, 140, 0.012, 1.5, 0.0016, 1.5, 7.0, 0.55, 0.45, 0.024),
    "ethzar": Habits(Decimal(45_000), 2.2, 4.0, 120, 0.16, 1.5, 0.022, 1.5, 5.0, 0.40, 0.55, 0.032),
    "xrpzar": Habits(Decimal("11.20"), 4.6, 9.0, 90, 260.0, 1.4, 45.0, 1.4, 3.0, 0.25, 0.8, 0.038),
    "usdczar": Habits(Decimal("18.48"), 2.8, 4.0, 70, 420.0, 1.4, 60.0, 1.3, 2.0, 0.18, 0.2, 0.006),
}


class Maker:
    """Quotes and trades in one market. Deterministic for a seed and a series of times."""

    def __init__(self, venue: Venue, market: str, *, seed: str, start_ms: int) -> None:
        self.habits = HABITS[market]
        self._venue = venue
        self._rules = MARKETS[market]
        self._account = f"makers.{market}"
        self._takers = f"takers.{market}"
        self._rng = random.Random(f"{seed}:{market}")  # noqa: S311 - made-up trading
        self._orders: dict[int, Order] = {}
        self._ids: list[int] = []
        self._heights: dict[int, float] = {}
        """The logarithm of each order's price: all of them are looked at before every change."""
        self._fair = math.log(self.habits.start)
        self._trend = 0.0
        self._side = Side.BUY
        self._acted_ms = start_ms
        self._quote_ms = float(start_ms)
        self._burst_ms = float(start_ms)
        self._amount_step = Decimal(1).scaleb(-self._rules.amount_precision)
        for account in (self._account, self._takers):
            for currency in (self._rules.base, self._rules.quote):
                venue.ledger.deposit(account, currency, PARTICIPANT_FUNDS[currency])
        self._schedule_burst()

    @property
    def fair(self) -> float:
        """The price that quotes lie around, in rand."""
        return math.exp(self._fair)

    @property
    def due_ms(self) -> int | None:
        return int(min(self._quote_ms, self._burst_ms))

    def postpone(self, by_ms: int) -> None:
        self._quote_ms += by_ms
        self._burst_ms += by_ms
        self._acted_ms += by_ms

    def act(self, now_ms: int) -> None:
        self._drift(now_ms)
        if self._burst_ms <= self._quote_ms:
            self._burst()
            self._schedule_burst()
        else:
            self._quote()
            self._quote_ms += 1000 * self._rng.expovariate(self.habits.quotes_rate)
        self._venue.flush()

    def open_book(self) -> None:
        """Fill the book to its usual depth."""
        for _ in range(2 * self.habits.levels):
            self._add(self._rng.choice((Side.BUY, Side.SELL)))
        self._venue.flush()

    def _drift(self, now_ms: int) -> None:
        seconds = max(0, now_ms - self._acted_ms) / 1000
        self._acted_ms = now_ms
        rng, habits = self._rng, self.habits
        # The trend wanders over minutes; the pull home takes hours, and keeps the price inside the market's range for ever.
        self._trend = self._trend * math.exp(-seconds / 180) + rng.gauss(
            0, 0.006 * habits.volatility * math.sqrt(min(seconds, 180))
        )
        home = math.log(habits.start) - self._fair
        step = self._trend * min(seconds, 180) + rng.gauss(0, habits.volatility * math.sqrt(seconds))
        self._fair += step / 10_000 + home * (1 - math.exp(-seconds / 14_400))
        lowest, highest = float(self._rules.min_price) * 1.05, float(self._rules.max_price) * 0.95
        self._fair = min(max(self._fair, math.log(lowest)), math.log(highest))

    def _quote(self) -> None:
        self._forget_finished()
        self._pull_stale()
        for _ in range(1 + int(self._rng.expovariate(0.9))):
            self._change()
        book = self._venue.engine.books[self._rules.id]
        widest = 2.5 * self.habits.half_spread + float(TICK) / self.fair * 10_000
        for side in Side:
            best = book.side(side).best()
            if best is None or abs(math.log(best.price) - self._fair) * 10_000 > widest:
                self._add(side, distance=self.habits.half_spread * self._rng.uniform(1.0, 1.3))

    def _change(self) -> None:
        """One recorded-like change: a removal, a new level or a new amount. Below the usual depth nothing is removed."""
        draw = self._rng.random()
        wanted = 2 * self.habits.levels
        # The shares hold at the usual depth; away from it they lean back towards it.
        lean = 0.5 * (len(self._orders) - wanted) / wanted
        if draw < _REMOVALS + lean - 0.04 and self._orders:
            self._venue.engine.cancel(self._any_order(), now_ms=self._venue.now_ms)
            self._forget_finished()
        elif draw < _REMOVALS + lean - 0.04 + _NEW_LEVELS + 0.08 or not self._orders:
            self._add(self._rng.choice((Side.BUY, Side.SELL)))
        else:
            order = self._any_order()
            less = self._amount(float(order.remaining) * self._rng.uniform(0.1, 0.7))
            if ZERO < less < order.remaining:
                self._venue.engine.reduce(order, less, now_ms=self._venue.now_ms)

    def _any_order(self) -> Order:
        """Changes are drawn to the middle: the nearer of two random orders."""
        first, second = self._rng.choice(self._ids), self._rng.choice(self._ids)
        return self._orders[min(first, second, key=lambda number: abs(self._heights[number] - self._fair))]

    def _pull_stale(self) -> None:
        """Take away quotes that the price has caught up with, before they are run over."""
        nearest = 0.6 * self.habits.half_spread / 10_000
        tick = math.log1p(float(TICK) / self.fair)
        fair, too_near, buy = self._fair, nearest - tick / 2, Side.BUY
        stale = [
            order
            for number, order in self._orders.items()
            if (fair - self._heights[number] if order.side is buy else self._heights[number] - fair) < too_near
        ]
        for order in stale:
            self._venue.engine.cancel(order, now_ms=self._venue.now_ms)
        self._forget_finished()

    def _add(self, side: Side, *, distance: float | None = None) -> None:
        if distance is None:
            distance = self.habits.half_spread + self._distance() * self.habits.stretch
        offset = -distance if side is Side.BUY else distance
        rounding = ROUND_FLOOR if side is Side.BUY else ROUND_CEILING
        price = Decimal(math.exp(self._fair + offset / 10_000)).quantize(TICK, rounding)
        amount = self._amount(self._lognormal(self.habits.order_size, self.habits.order_sigma))
        if amount <= 0 or price <= 0:
            return
        engine = self._venue.engine
        order = engine.submit(
            OrderRequest(self._rules.id, side, amount, price=price), account=self._account, now_ms=self._venue.now_ms
        )
        engine.process(order, now_ms=self._venue.now_ms)
        if order.state is OrderState.WAIT:
            self._orders[order.id] = order
            self._ids.append(order.id)
            self._heights[order.id] = math.log(price)

    def _distance(self) -> float:
        """A distance from the inside in bp, drawn from the recorded profile."""
        rank = self._rng.uniform(0, _PROFILE[-1][1])
        upper = max(1, bisect_left([count for _, count in _PROFILE], rank))
        (near, few), (far, many) = _PROFILE[upper - 1], _PROFILE[upper]
        return near + (far - near) * (rank - few) / (many - few)

    def _burst(self) -> None:
        """A run of takers: mostly the way of the one before, mostly few, all in the same millisecond."""
        rng = self._rng
        if rng.random() > _SAME_SIDE:
            self._side = self._side.opposite
        reach = (6 + 3 * self.habits.half_spread) / 10_000
        limit = math.exp(self._fair + (reach if self._side is Side.BUY else -reach))
        price = Decimal(limit).quantize(TICK, ROUND_FLOOR)
        while True:
            amount = self._amount(self._lognormal(self.habits.trade_size, self.habits.trade_sigma))
            if amount > 0:
                self._venue.immediate(self._rules.id, self._side, amount, price=price, account=self._takers)
            if rng.random() < 1 / _PRINTS_PER_BURST:
                break
        self._forget_finished()

    def _schedule_burst(self) -> None:
        # A recorded pause is short or long, seldom between: two exponentials around the wanted mean.
        mean = 1000 / self.habits.bursts_rate
        self._burst_ms += self._rng.expovariate(1 / (0.25 * mean if self._rng.random() < 0.5 else 1.75 * mean))

    def _lognormal(self, median: float, sigma: float) -> float:
        return min(self._rng.lognormvariate(math.log(median), sigma), median * 60)

    def _amount(self, amount: float) -> Decimal:
        return Decimal(amount).quantize(self._amount_step, ROUND_FLOOR)

    def _forget_finished(self) -> None:
        # What was kept was waiting, and what waits no more has ended.
        waits = OrderState.WAIT
        finished = [number for number, order in self._orders.items() if order.state is not waits]
        for number in finished:
            del self._orders[number], self._heights[number]
        if finished:
            self._ids = list(self._orders)
