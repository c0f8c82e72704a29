"""What is known of the selected market, and of all tickers: state and its views. No tasks and no network here."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from captui.core.book import OrderBook
from captui.core.candles import CandleSeries
from captui.core.events import BookIncrement, BookSnapshot, CandleUpdate, PublicTrades
from captui.core.intervals import Interval
from captui.core.types import Market, PublicTrade, Ticker
from captui.session.views import BookView, ChartView, Freshness, TapeView, TickersView

TAPE_KEPT = 500
"""Lines of the tape."""


class Tape:
    """The newest public trades of one market, each once, whatever the order and source they come in."""

    def __init__(self) -> None:
        self._by_id: dict[str, PublicTrade] = {}
        self._newest_first: tuple[PublicTrade, ...] | None = ()

    def add(self, trades: Iterable[PublicTrade]) -> int:
        """How many of them were new."""
        before = len(self._by_id)
        for trade in trades:
            self._by_id.setdefault(trade.id, trade)
        new = len(self._by_id) - before
        if new:
            self._newest_first = None
            if len(self._by_id) > 4 * TAPE_KEPT:
                self._by_id = {trade.id: trade for trade in reversed(self.newest_first())}
        return new

    def newest_first(self) -> tuple[PublicTrade, ...]:
        if self._newest_first is None:
            # Ids count up with time and are finer than the times, which some sources cut to whole seconds.
            keyed = [((int(t.id) if t.id.isdecimal() else 0, t.time_ms), t) for t in self._by_id.values()]
            keyed.sort(key=itemgetter(0), reverse=True)
            self._newest_first = tuple(trade for _, trade in keyed[:TAPE_KEPT])
        return self._newest_first


class MarketData:
    """One selected market. Selecting another starts from nothing: data of two markets never mix."""

    def __init__(self, interval: Interval) -> None:
        self.market: Market | None = None
        self.interval = interval
        self.book = OrderBook("")
        self.book_updated_ms = 0
        self.series = CandleSeries(interval)
        self.tape = Tape()
        self.tickers: dict[str, Ticker] = {}
        self.stream_open = False
        self.silent = False
        """The stream is open, but nothing has been heard for too long."""
        self.history_current = False
        """The candles before the streamed ones have been fetched since the stream was last opened."""
        self.tape_current = False
        self.tape_streamed = False
        """At least one trade of this market has come over the stream since it was last opened."""
        self.tape_listed = True
        """The server says that the trade stream is subscribed."""
        self.loading_older = False
        self.reached_start = False

    @property
    def market_id(self) -> str:
        return "" if self.market is None else self.market.id

    def select_market(self, market: Market) -> None:
        self.market = market
        self.book = OrderBook(market.id)
        self.book_updated_ms = 0
        self.tape = Tape()
        self.tape_current = self.tape_streamed = False
        self._new_series()

    def select_interval(self, interval: Interval) -> None:
        self.interval = interval
        self._new_series()

    def _new_series(self) -> None:
        self.series = CandleSeries(self.interval)
        self.history_current = self.loading_older = self.reached_start = False

    def opened(self) -> None:
        """The stream is open: what it sends from now on is new, what came before has to be fetched again."""
        self.stream_open = True
        self.silent = self.history_current = self.tape_current = self.tape_streamed = False

    def lost(self, reason: str) -> None:
        self.stream_open = self.history_current = self.tape_current = self.tape_streamed = False
        if self.book.has_snapshot:
            self.book.mark_stale(reason)

    def apply_book(self, event: BookSnapshot | BookIncrement, received_ms: int) -> str:
        """The reason, where this event has just made the book stale; empty otherwise."""
        if event.market != self.market_id:
            return ""
        book = self.book
        # A snapshot starts anew: what is wrong with it is news, whatever was wrong before.
        was_stale = "" if isinstance(event, BookSnapshot) else book.stale_reason
        book.apply(event)
        self.book_updated_ms = received_ms
        return "" if was_stale else book.stale_reason

    def distrust_book(self, reason: str) -> bool:
        """Whether this is what has just made it stale."""
        was_stale = self.book.stale_reason
        self.book.mark_stale(reason)
        return not was_stale and bool(self.book.stale_reason)

    def apply_candle(self, event: CandleUpdate) -> bool:
        if event.market != self.market_id or event.interval is not self.interval:
            return False
        self.series.update(event.candle)
        return True

    def apply_trades(self, event: PublicTrades) -> bool:
        if event.market != self.market_id:
            return False
        self.tape_streamed = True
        return self.tape.add(event.trades) > 0

    def apply_tickers(self, tickers: Iterable[Ticker]) -> None:
        for ticker in tickers:
            self.tickers[ticker.market] = ticker

    @property
    def book_freshness(self) -> tuple[Freshness, str]:
        """With the sentence for a book that is not live."""
        if not self.book.has_snapshot:
            return Freshness.WAITING, "The order book has not arrived yet."
        if self.book.stale_reason:
            return Freshness.STALE, self.book.stale_reason
        if not self.stream_open:
            return Freshness.STALE, "The connection was lost."
        if self.silent:
            return Freshness.STALE, "Nothing has been heard from the exchange for several seconds."
        return Freshness.LIVE, ""

    def book_view(self) -> BookView:
        freshness, reason = self.book_freshness
        return BookView(
            market=self.market_id,
            bids=self.book.bids(),
            asks=self.book.asks(),
            sequence=self.book.sequence,
            freshness=freshness,
            reason=reason,
            updated_ms=self.book_updated_ms,
        )

    def chart_view(self, exchange_ms: int) -> ChartView:
        return ChartView(
            market=self.market_id,
            interval=self.interval,
            candles=self.series.view(exchange_ms),
            freshness=self._freshness(current=self.history_current, known=len(self.series) > 0),
            loading_older=self.loading_older,
            reached_start=self.reached_start,
        )

    def tape_view(self) -> TapeView:
        trades = self.tape.newest_first()
        return TapeView(
            market=self.market_id,
            trades=trades,
            freshness=self._freshness(current=self.tape_current, known=bool(trades)),
            polled=self.tape_polled,
        )

    @property
    def tape_polled(self) -> bool:
        return self.tape_current and not self.tape_streamed and not self.tape_listed

    def tickers_view(self) -> TickersView:
        return TickersView(tickers=dict(self.tickers))

    def _freshness(self, *, current: bool, known: bool) -> Freshness:
        if current and self.stream_open and not self.silent:
            return Freshness.LIVE
        return Freshness.STALE if known else Freshness.WAITING
