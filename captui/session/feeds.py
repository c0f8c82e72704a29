"""The REST side of market data: history before the stream, and polling where a server does not stream."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine

from captui.core.intervals import Interval
from captui.errors import CaptuiError
from captui.session.context import SessionContext, retry_waits
from captui.session.market_data import MarketData
from captui.session.views import Severity, Topic

log = logging.getLogger(__name__)

CANDLES_PER_FETCH = 500
TAPE_PER_FETCH = 200
TICKERS_LAST = 4
"""Tickers older than this many of their intervals value nothing."""


class MarketFeeds:
    """Keeps `MarketData` filled. A task is for the series or tape that was shown when it started: an answer that comes after
    another market was selected goes nowhere."""

    def __init__(self, context: SessionContext, data: MarketData) -> None:
        self._context = context
        self._data = data
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._tickers_heard_at = float("-inf")
        self._tickers_read_at = float("-inf")

    def refetch(self) -> None:
        """After a new market and after every (re)connect."""
        self.refetch_candles()
        market = self._data.market_id
        if market:
            self._run("tape", self._tape(market))
        if "tickers" not in self._tasks or self._tasks["tickers"].done():
            self._run("tickers", self._poll_tickers())

    def refetch_candles(self) -> None:
        market = self._data.market_id
        if market:
            self._cancel("older candles")
            self._data.loading_older = False
            self._run("candles", self._history(market, self._data.interval))

    def load_older(self) -> None:
        data = self._data
        if data.loading_older or data.reached_start or not data.market_id or data.series.oldest_ms is None:
            return
        data.loading_older = True
        self._context.mark(Topic.CHART)
        self._run("older candles", self._older(data.market_id, data.interval, data.series.oldest_ms))

    def tickers_heard(self) -> None:
        self._tickers_heard_at = self._context.monotonic()

    @property
    def tickers_are_fresh(self) -> bool:
        """Heard or read lately enough to say what something is worth now."""
        known_at = max(self._tickers_heard_at, self._tickers_read_at)
        return self._context.monotonic() - known_at <= TICKERS_LAST * self._context.settings.tickers_every_s

    def _run(self, name: str, coroutine: Coroutine[object, object, None]) -> None:
        self._cancel(name)
        self._tasks[name] = self._context.tasks.spawn(f"feed: {name}", coroutine)

    def _cancel(self, name: str) -> None:
        if name in self._tasks:
            self._tasks.pop(name).cancel()

    async def _history(self, market: str, interval: Interval) -> None:
        data, series = self._data, self._data.series
        for wait_s in retry_waits():
            await asyncio.sleep(wait_s)
            try:
                candles = await self._context.rest.candles(market, interval, limit=CANDLES_PER_FETCH)
            except CaptuiError as error:
                log.warning("candles of %s could not be fetched: %s", market, error)
                continue
            if data.series is series:
                series.merge(candles)
                data.history_current = True
                self._context.mark(Topic.CHART)
            return

    async def _older(self, market: str, interval: Interval, oldest_ms: int) -> None:
        """A thin market may have nothing for a whole screenful: looks three times as far each time before it says so."""
        data, series = self._data, self._data.series
        found, span = False, CANDLES_PER_FETCH * interval.milliseconds
        try:
            for reach in (span, 3 * span, 9 * span):
                candles = await self._context.rest.candles(
                    market, interval, from_ms=max(0, oldest_ms - reach), to_ms=oldest_ms
                )
                older = [candle for candle in candles if candle.time_ms < oldest_ms]
                if older:
                    series.merge(older)
                    found = True
                    break
            if data.series is series:
                data.reached_start = not found
        except CaptuiError as error:
            self._context.notify(Severity.WARNING, f"Older candles could not be fetched: {error.sentence}")
        finally:
            if data.series is series:
                data.loading_older = False
                self._context.mark(Topic.CHART)

    async def _tape(self, market: str) -> None:
        """The first page, then more of them for as long as the stream has not shown that it brings the trades."""
        data, tape, settings = self._data, self._data.tape, self._context.settings
        for wait_s in retry_waits():
            await asyncio.sleep(wait_s)
            try:
                trades = await self._context.rest.public_trades(market, limit=TAPE_PER_FETCH)
            except CaptuiError as error:
                log.warning("trades of %s could not be fetched: %s", market, error)
                continue
            tape.add(trades)
            if data.tape is tape:
                data.tape_current = True
                self._context.mark(Topic.TAPE)
            break
        while data.tape is tape:
            # A listed stream may still never send: a quiet market and a deaf stream look the same, so look now and then.
            await asyncio.sleep(settings.tape_every_s * (4 if data.tape_listed else 1))
            if data.tape_streamed:
                return
            try:
                trades = await self._context.rest.public_trades(market, limit=TAPE_PER_FETCH)
            except CaptuiError as error:
                log.info("trades of %s could not be polled: %s", market, error)
                continue
            if tape.add(trades) and data.tape is tape:
                if not data.tape_streamed:
                    data.tape_listed = False
                self._context.mark(Topic.TAPE)

    async def _poll_tickers(self) -> None:
        every_s = self._context.settings.tickers_every_s
        while True:
            if self._context.monotonic() - self._tickers_heard_at >= 2 * every_s:
                try:
                    self._data.apply_tickers(await self._context.rest.tickers())
                    self._tickers_read_at = self._context.monotonic()
                    self._context.mark(Topic.TICKERS, Topic.BALANCES)
                except CaptuiError as error:
                    log.info("tickers could not be polled: %s", error)
            await asyncio.sleep(every_s)
