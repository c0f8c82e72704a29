"""From the stream's events to the parts of the session that they concern. What fails here costs one message, never the stream."""

from __future__ import annotations

import logging
from collections.abc import Callable

from captui.core.events import (
    BalanceUpdate,
    BookIncrement,
    BookSnapshot,
    CandleUpdate,
    Event,
    FillUpdate,
    OrderUpdate,
    Pong,
    PublicTrades,
    StreamError,
    Subscribed,
    Tickers,
    UnknownFrame,
    UnreadableFrame,
)
from captui.session.account import Account
from captui.session.balances import Balances
from captui.session.book_watch import BookWatch
from captui.session.context import SessionContext
from captui.session.feeds import MarketFeeds
from captui.session.market_data import MarketData
from captui.session.views import Severity, Topic

log = logging.getLogger(__name__)

FAILURE_NOTICE_GAP_S = 10.0
"""A handler that fails on every message is mentioned no more often than this."""


class Dispatch:
    """Called with every event and when it was received (our clock, unix ms). Never raises. `on_missed` is called when something of the
    user's own may have been said that could not be read."""

    def __init__(
        self,
        context: SessionContext,
        *,
        data: MarketData,
        account: Account,
        balances: Balances,
        feeds: MarketFeeds,
        book_watch: BookWatch,
        on_unknown: Callable[[tuple[str, ...]], None],
        on_missed: Callable[[], None],
    ) -> None:
        self._context = context
        self._data = data
        self._account = account
        self._balances = balances
        self._feeds = feeds
        self._book_watch = book_watch
        self._on_unknown = on_unknown
        self._on_missed = on_missed
        self._failure_told_at = float("-inf")

    def __call__(self, event: Event, received_ms: int) -> None:
        try:
            self._hand_on(event, received_ms)
        except Exception:
            # One message that cannot be handled must not end the stream that brings the next.
            log.exception("a %s could not be handled", type(event).__name__)
            now = self._context.monotonic()
            if now - self._failure_told_at >= FAILURE_NOTICE_GAP_S:
                self._failure_told_at = now
                self._context.notify(
                    Severity.ERROR, "A message of the exchange could not be handled; the log file has the details."
                )

    def _make_up_for(self, frame: UnreadableFrame) -> None:
        """What it would have told has to be learnt in another way: a change of the book, or of the user's own."""
        log.warning("a message of the stream (%s) cannot be read: %s", frame.key, frame.text)
        market, _, topic = frame.key.rpartition(".")
        if topic in ("ob-inc", "ob-snap"):
            if market == self._data.market_id and self._data.distrust_book("A change of the book could not be read."):
                self._book_watch.went_stale(self._data.book.stale_reason)
                self._context.mark(Topic.BOOK, Topic.CONNECTION)
        elif not topic or topic in ("order", "trade", "balance"):
            self._on_missed()

    def _hand_on(self, event: Event, received_ms: int) -> None:
        mark, data = self._context.mark, self._data
        match event:
            # The most frequent first: a thousand of these can come in a second.
            case BookIncrement() | BookSnapshot():
                mark(Topic.BOOK)
                gap = data.apply_book(event, received_ms)
                if gap:
                    self._book_watch.went_stale(gap)
                    mark(Topic.CONNECTION)
                elif isinstance(event, BookSnapshot):
                    mark(Topic.CONNECTION)
            case PublicTrades():
                if data.apply_trades(event):
                    mark(Topic.TAPE)
            case CandleUpdate():
                if data.apply_candle(event):
                    mark(Topic.CHART)
            case Tickers(tickers):
                data.apply_tickers(tickers)
                self._feeds.tickers_heard()
                mark(Topic.TICKERS, Topic.BALANCES)
            case OrderUpdate(record):
                self._account.observe(record)
            case FillUpdate(fill):
                self._account.add_fill(fill)
            case BalanceUpdate(balances):
                self._balances.apply_event(balances)
            case Subscribed(streams):
                data.tape_listed = f"{data.market_id}.trades" in streams
                mark(Topic.TAPE)
            case UnreadableFrame():
                self._make_up_for(event)
            case StreamError(text):
                log.warning("the stream says: %s", text)
            case UnknownFrame(keys):
                self._on_unknown(keys)
            case Pong():
                mark(Topic.CONNECTION)
