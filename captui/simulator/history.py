"""Seeded candle history of a market, exact across periods and made only where it is looked at.

Five years of minutes are too many to make at the start, and candles of different periods must still agree. So the history is a tree:
weeks are drawn backwards from the price at which trading starts, and every candle is split into finer ones only when asked for, in such
a way that the parts come to the whole: the first opens where it opens, the last closes where it closes, the highest high, the lowest low
and the sum of the volumes are its own. Weeks begin on Thursdays, as weeks counted from the epoch do.

The week, day and hour in which trading starts are incomplete; there the days, hours and minutes are drawn themselves.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt

WEEK, DAY, HOUR = 10_080, 1440, 60
WEEKS = 260

FINER = {10080: 1440, 4320: 1440, 1440: 720, 720: 240, 360: 120, 240: 120, 120: 60, 60: 30, 30: 15, 15: 5, 5: 1}
"""What a candle is made of. Three days and six hours do not divide a week and half a day's thirds: nothing is split from them."""

_COARSER = {finer: coarser for coarser, finer in FINER.items() if coarser not in (4320, 360)}
_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Bar:
    """Prices in ticks of 0.01, volume in units of 0.00000001 of the base currency."""

    open: int
    high: int
    low: int
    close: int
    volume: int


@dataclass(frozen=True, slots=True)
class Climate:
    """How a market's past looks. Prices in ticks, `volatility` per square root of a day, volume in units per minute."""

    lowest: int
    highest: int
    usual: int
    volatility: float
    volume: int


def merged(bars: Iterable[Bar]) -> Bar | None:
    """One candle out of several that follow each other; None out of none. One without a trade counts only where all are."""
    parts = list(bars)
    parts = [bar for bar in parts if bar.volume] or parts
    if not parts:
        return None
    return Bar(
        parts[0].open,
        max(bar.high for bar in parts),
        min(bar.low for bar in parts),
        parts[-1].close,
        sum(bar.volume for bar in parts),
    )


class History:
    """The candles of one market before minute `end` (minutes since the epoch), closing at `last` ticks."""

    def __init__(self, *, seed: str, climate: Climate, end: int, last: int) -> None:
        self.end = end
        self.last = last
        self.begin = (end // WEEK - WEEKS) * WEEK
        self._seed = seed
        self._climate = climate
        self._bars: dict[tuple[int, int], Bar] = {}
        self._roots = self._draw_roots()

    def bar(self, period: int, index: int) -> Bar | None:
        """One candle; the last one may be unfinished. None where there is nothing."""
        known = self._roots.get((period, index)) or self._bars.get((period, index))
        if known is not None:
            return known
        start, stop = index * period, (index + 1) * period
        if start >= self.end or stop <= self.begin:
            return None
        bar: Bar | None
        if period in (4320, 360) or period > self._root_period(start):
            finer = FINER[period]
            parts = (self.bar(finer, part) for part in range(start // finer, stop // finer))
            bar = merged(part for part in parts if part is not None)
        else:
            coarser = _COARSER[period]
            whole = self.bar(coarser, start // coarser)
            assert whole is not None, "a candle inside the history belongs to one"
            first = start // coarser * coarser // period
            split = self._split(whole, coarser, start // coarser)
            for number, part in enumerate(split):
                self._keep((period, first + number), part)
            bar = split[index - first]
        return bar

    def _keep(self, key: tuple[int, int], bar: Bar) -> None:
        if len(self._bars) >= _KEPT:
            self._bars.clear()
        self._bars[key] = bar

    def _root_period(self, minute: int) -> int:
        """The period of the drawn candle that holds `minute`."""
        for period, coarser in ((1, HOUR), (HOUR, DAY), (DAY, WEEK)):
            if minute >= self.end // coarser * coarser:
                return period
        return WEEK

    def _draw_roots(self) -> dict[tuple[int, int], Bar]:
        rng = random.Random(f"{self._seed}:roots")  # noqa: S311 - made-up prices
        roots: dict[tuple[int, int], Bar] = {}
        stop, close = self.end, self.last
        while stop > self.begin:
            period = self._root_period(stop - 1)
            bar = self._draw(rng, period, close)
            roots[period, stop // period - 1] = bar
            stop, close = stop - period, bar.open
        return roots

    def _draw(self, rng: random.Random, period: int, close: int) -> Bar:
        climate = self._climate
        spread = climate.volatility * sqrt(period / DAY)
        # Backwards in time prices are drawn towards the usual one, so that years of them stay inside the market's range.
        pull = min(0.5, 0.012 * period / DAY)
        there = close * exp(pull * log(climate.usual / close) + rng.gauss(0, spread))
        opened = self._bounded(there)
        high = self._bounded(max(opened, close) * (1 + abs(rng.gauss(0, spread / 2))))
        low = self._bounded(min(opened, close) * (1 - abs(rng.gauss(0, spread / 2))))
        volume = round(climate.volume * period * rng.lognormvariate(0, 0.35))
        return Bar(opened, max(high, opened, close), min(low, opened, close), close, volume)

    def _bounded(self, price: float) -> int:
        return round(min(max(price, self._climate.lowest), self._climate.highest))

    def _split(self, whole: Bar, period: int, index: int) -> list[Bar]:
        finer = FINER[period]
        count = period // finer
        rng = random.Random(f"{self._seed}:{period}:{index}")  # noqa: S311 - made-up prices
        reach = whole.high - whole.low
        step = reach * 0.7 / sqrt(count)
        path = [0.0]
        for _ in range(count):
            path.append(path[-1] + rng.gauss(0, step))
        drift = (whole.close - whole.open - path[-1]) / count
        closes = [
            min(max(round(whole.open + path[number] + drift * number), whole.low), whole.high)
            for number in range(1, count)
        ]
        points = [whole.open, *closes, whole.close]
        shares = [0.25 + rng.expovariate(1) for _ in range(count)]
        scale = whole.volume / sum(shares)
        volumes = [int(share * scale) for share in shares[1:]]
        volumes.insert(0, whole.volume - sum(volumes))
        tops, bottoms = [], []
        for opened, closed in pairwise(points):
            tops.append(min(whole.high, max(opened, closed) + int(abs(rng.gauss(0, step / 3)))))
            bottoms.append(max(whole.low, min(opened, closed) - int(abs(rng.gauss(0, step / 3)))))
        tops[tops.index(max(tops))] = whole.high
        bottoms[bottoms.index(min(bottoms))] = whole.low
        return [
            Bar(points[number], tops[number], bottoms[number], points[number + 1], volumes[number])
            for number in range(count)
        ]
