"""Keeps the book true: a stale or missing one is asked for again, and after vain tries on a new connection."""

from __future__ import annotations

from collections.abc import Callable

from captui.session.context import SessionContext
from captui.session.market_data import MarketData
from captui.session.views import Freshness, Severity

SNAPSHOT_TIMEOUT_S = 5.0
"""How long a snapshot may take after it was asked for."""
SNAPSHOT_PATIENCE_S = 2.0
"""How long a new subscription may take to bring its snapshot before it is asked for by name."""
MAX_SNAPSHOT_TRIES = 3
BOOK_GOOD_AFTER_S = 10.0
"""A book that stayed good for so long has forgotten earlier failures."""


class BookWatch:
    """Gets a new snapshot when the book is stale or never came; after three vain tries, a new connection."""

    def __init__(
        self,
        context: SessionContext,
        data: MarketData,
        *,
        resubscribe: Callable[[str], None],
        reconnect: Callable[[str], None],
    ) -> None:
        self._context = context
        self._data = data
        self._resubscribe = resubscribe
        self._reconnect = reconnect
        self._tries = 0
        self._asked_at = float("-inf")
        self._good_since: float | None = None
        self._waiting_since: float | None = None

    def subscribed(self) -> None:
        """The book's stream has just been asked for: its snapshot is on its way."""
        self._tries = 0
        self._waiting_since = self._context.monotonic()

    def went_stale(self, reason: str) -> None:
        """A gap, or a repeat that disagrees. Asks at once, unless it was asked a moment ago."""
        market = self._data.market
        name = market.name if market else ""
        self._good_since = None
        self._context.notify(Severity.WARNING, f"The {name} book is being fetched again: {reason}")
        if self._context.monotonic() - self._asked_at >= 1.0:
            self._ask()

    def tick(self) -> None:
        """To be called about twice a second."""
        data, now = self._data, self._context.monotonic()
        if not data.stream_open or not data.market_id:
            self._good_since = None
            return
        if data.book_freshness[0] is Freshness.LIVE:
            self._waiting_since = None
            if self._good_since is None:
                self._good_since = now
            elif now - self._good_since >= BOOK_GOOD_AFTER_S:
                self._tries = 0
            return
        self._good_since = None
        if data.silent:
            return
        if self._waiting_since is not None and now - self._waiting_since < SNAPSHOT_PATIENCE_S:
            return
        if now - self._asked_at >= SNAPSHOT_TIMEOUT_S:
            self._ask()

    def _ask(self) -> None:
        self._asked_at = self._context.monotonic()
        self._waiting_since = None
        self._tries += 1
        if self._tries > MAX_SNAPSHOT_TRIES:
            self._tries = 0
            self._reconnect("The order book could not be fetched again on this connection.")
        else:
            self._resubscribe(f"{self._data.market_id}.ob-inc")
