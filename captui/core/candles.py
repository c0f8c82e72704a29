"""A series of candles from several sources, drawn evenly in time (exchange notes, REST: thin markets have holes)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from captui.core.intervals import Interval
from captui.core.times import interval_start
from captui.core.types import Candle

MAX_VIEW = 20_000
"""Candles in one view: two weeks of minutes. A hole longer than that is not worth filling with copies."""

_ZERO = Decimal(0)

_BY_CONVENTION = frozenset({Interval.D3, Interval.W1})
"""Weeks begin on Monday for people and on Thursday for software that counts from 1970; three days begin anywhere."""


class CandleSeries:
    """Candles of one market and interval by start of interval, whatever order they arrive in."""

    def __init__(self, interval: Interval) -> None:
        self.interval = interval
        self._candles: dict[int, Candle] = {}
        self._times: list[int] = []
        self._traded_ms: dict[int, int] = {}
        """When the last trade counted by `trade` happened, by start of interval: a late one does not set the close."""
        self._origin_ms: int | None = None
        """Where the exchange's own grid begins, for intervals whose start is a convention; None: the usual one."""

    def start_of(self, time_ms: int) -> int:
        """Start of the candle that holds `time_ms`, on the exchange's grid where its candles have shown one."""
        if self._origin_ms is None:
            return interval_start(time_ms, self.interval)
        return time_ms - (time_ms - self._origin_ms) % self.interval.milliseconds

    def __len__(self) -> int:
        return len(self._candles)

    @property
    def oldest_ms(self) -> int | None:
        """Start of the oldest candle, None while there is none."""
        return self._times[0] if self._times else None

    @property
    def newest_ms(self) -> int | None:
        return self._times[-1] if self._times else None

    def merge(self, candles: Iterable[Candle]) -> None:
        """Older, newer or overlapping ones. Of two for the same interval the newer fact counts: a candle's volume only grows, so
        it is the one with more volume, and at equal volume the one given later. An answer overtaken by the stream changes nothing.
        """
        for candle in candles:
            self._put(candle)
        self._times = sorted(self._candles)

    def update(self, candle: Candle) -> None:
        """The candle of its interval as it now stands, usually the newest; merged as in `merge`."""
        if self._put(candle):
            time_ms = self.start_of(candle.time_ms)
            if not self._times or time_ms > self._times[-1]:
                self._times.append(time_ms)
            else:
                self._times.insert(bisect_left(self._times, time_ms), time_ms)

    def trade(self, price: Decimal, amount: Decimal, time_ms: int) -> None:
        """Grow the candle by a trade, for servers that send no candles. A candle from the exchange then replaces the one grown here."""
        start = self.start_of(time_ms)
        known = self._candles.get(start)
        if known is None:
            self.update(Candle(start, price, price, price, price, amount))
        else:
            is_last = time_ms >= self._traded_ms.get(start, 0)
            self._candles[start] = replace(
                known,
                high=max(known.high, price),
                low=min(known.low, price),
                close=price if is_last else known.close,
                volume=known.volume + amount,
            )
        self._traded_ms[start] = max(time_ms, self._traded_ms.get(start, 0))

    def view(self, until_ms: int) -> tuple[Candle, ...]:
        """Ascending and evenly spaced, from the oldest to the interval that holds `until_ms` (or the newest, if that is later).

        Intervals without a candle carry the close before them, with no volume. At most the newest MAX_VIEW.
        """
        if not self._times:
            return ()
        step = self.interval.milliseconds
        last = max(self._times[-1], self.start_of(until_ms))
        first = max(self._times[0], last - (MAX_VIEW - 1) * step)
        index = bisect_left(self._times, first)
        before = self._candles[self._times[index - 1]] if index else None
        close = before.close if before else _ZERO
        candles = []
        for time_ms in range(first, last + step, step):
            known = self._candles.get(time_ms)
            if known is None:
                known = Candle(time_ms, close, close, close, close, _ZERO)
            else:
                close = known.close
            candles.append(known)
        return tuple(candles)

    def _put(self, candle: Candle) -> bool:
        """True when its interval was empty."""
        if self._origin_ms is None and self.interval in _BY_CONVENTION and not self._candles:
            self._origin_ms = interval_start(candle.time_ms, Interval.D1)
        start = self.start_of(candle.time_ms)
        known = self._candles.get(start)
        if known is not None and known.volume > candle.volume and start not in self._traded_ms:
            return False
        is_new = known is None
        self._traded_ms.pop(start, None)
        self._candles[start] = candle if candle.time_ms == start else replace(candle, time_ms=start)
        return is_new
