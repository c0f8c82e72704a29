"""Candles of one market for all twelve periods: made-up history up to the start of trading, real trades from then on.

Prices are whole ticks of 0.01, amounts whole units of 0.00000001, so that candles of different periods agree exactly. Time is counted
in minutes since the epoch, and a candle of `period` minutes with number `index` begins at minute `index * period`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from captui.simulator.history import FINER, Bar, History, merged
from captui.simulator.markets import PERIODS
from captui.simulator.orders import Trade

MINUTE_MS = 60_000
DAY_MINUTES = 1440
TICKS = 100
AMOUNT_UNITS = 10**8
MOST_ROWS = 10_000
"""However wide the range, no more are answered at once: the oldest of it."""
_KEPT = 20_000
_BY_SIZE = tuple(sorted(PERIODS, reverse=True))


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What the last 24 hours came to, for the ticker. `amount` is in the base, `volume` in the quote currency."""

    open: Decimal
    high: Decimal
    low: Decimal
    last: Decimal
    amount: Decimal
    volume: Decimal


class Candles:
    """The candle series of one market. A minute without a trade is a flat candle at the last price, with volume 0."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._live: list[Bar] = []
        self._finished: dict[tuple[int, int], Bar] = {}

    def record(self, trade: Trade) -> None:
        """Count a trade in. Trades must come in order of time."""
        self.roll(trade.at_ms)
        price = round(trade.price * TICKS)
        bar = self._live[-1]
        self._live[-1] = Bar(
            bar.open if bar.volume else price,
            max(bar.high, price) if bar.volume else price,
            min(bar.low, price) if bar.volume else price,
            price,
            bar.volume + round(trade.amount * AMOUNT_UNITS),
        )

    def roll(self, now_ms: int) -> None:
        """Make sure that there is a candle for the minute of `now_ms`."""
        missing = now_ms // MINUTE_MS - self._history.end + 1 - len(self._live)
        if missing > 0:
            close = self.last
            self._live.extend([Bar(close, close, close, close, 0)] * missing)

    @property
    def last(self) -> int:
        """The last price, in ticks."""
        return self._live[-1].close if self._live else self._history.last

    @property
    def now(self) -> int:
        """The newest minute that there is a candle for."""
        return self._history.end + len(self._live) - 1

    def bar(self, period: int, index: int) -> Bar | None:
        """One candle, unfinished where it is the newest; None outside of what there is."""
        start, end = index * period, (index + 1) * period
        if start > self.now or end <= self._history.begin:
            return None
        if end <= self._history.end:
            return self._history.bar(period, index)
        if period == 1:
            return self._live[start - self._history.end]
        finished = self._finished.get((period, index))
        if finished is not None:
            return finished
        finer = FINER[period]
        bar = merged(self._present(finer, range(start // finer, end // finer)))
        if bar is not None and end <= self.now:
            if len(self._finished) >= _KEPT:
                self._finished.clear()
            self._finished[period, index] = bar
        return bar

    def rows(
        self, period: int, *, from_ms: int | None = None, to_ms: int | None = None, limit: int = 30
    ) -> list[tuple[int, float, float, float, float, float]]:
        """Rows of time (unix seconds), open, high, low, close and volume, oldest first.

        `limit` counts from the newest, or from `from_ms` where only that is given; it is not looked at where both ends are given.
        """
        newest = self.now // period if to_ms is None else min(self.now, to_ms // MINUTE_MS) // period
        oldest = -(-self._history.begin // period)
        if from_ms is not None:
            oldest = max(oldest, -(-from_ms // (period * MINUTE_MS)))
            if to_ms is None:
                newest = min(newest, oldest + limit - 1)
        else:
            oldest = max(oldest, newest - limit + 1)
        rows = []
        for index in range(oldest, min(newest, oldest + MOST_ROWS - 1) + 1):
            bar = self.bar(period, index)
            if bar is not None:
                rows.append(row(period, index, bar))
        return rows

    def newest(self, period: int) -> tuple[int, float, float, float, float, float]:
        """The candle that is being built, as a row."""
        index = self.now // period
        bar = self.bar(period, index)
        assert bar is not None, "the newest minute belongs to a candle of every period"
        return row(period, index, bar)

    def day(self) -> DayFigures:
        """The last 24 hours, to the minute."""
        bars = list(self._cover(self.now - DAY_MINUTES + 1, self.now + 1))
        day = merged(bars)
        assert day is not None, "the history reaches back years"
        turnover = sum((bar.open + bar.high + bar.low + bar.close) * bar.volume for bar in bars)
        return DayFigures(
            open=Decimal(day.open) / TICKS,
            high=Decimal(day.high) / TICKS,
            low=Decimal(day.low) / TICKS,
            last=Decimal(day.close) / TICKS,
            amount=Decimal(day.volume) / AMOUNT_UNITS,
            volume=Decimal(turnover) / (4 * TICKS * AMOUNT_UNITS),
        )

    def _present(self, period: int, indices: Iterable[int]) -> Iterable[Bar]:
        for index in indices:
            bar = self.bar(period, index)
            if bar is not None:
                yield bar

    def _cover(self, start: int, end: int) -> Iterable[Bar]:
        """The fewest candles that fill the minutes from `start` to before `end`, oldest first."""
        while start < end:
            period = next(size for size in _BY_SIZE if start % size == 0 and start + size <= end)
            bar = self.bar(period, start // period)
            if bar is not None:
                yield bar
            start += period


def row(period: int, index: int, bar: Bar) -> tuple[int, float, float, float, float, float]:
    """A candle as the exchange writes it: unix seconds, then plain numbers."""
    return (
        index * period * 60,
        bar.open / TICKS,
        bar.high / TICKS,
        bar.low / TICKS,
        bar.close / TICKS,
        bar.volume / AMOUNT_UNITS,
    )
