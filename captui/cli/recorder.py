"""Writes one market's stream in the format that the embedded exchange replays.

A line is `{"t": <ms since the first line>, "frame": {<one key>: …}}`: first the whole book as `<market>.ob-snap`, then
`<market>.ob-inc`, its sequence up by exactly 1 from the snapshot's 1, and `<market>.trades`. A snapshot that the exchange sends
again, after a lost connection or a lost update, is written as the increment that leads to it: every reader sees one unbroken book.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TextIO

from captui.cli.frames import pairs
from captui.core.book import OrderBook
from captui.core.events import BookIncrement, BookSnapshot, PublicTrades
from captui.core.levels import REMOVED
from captui.core.money import plain
from captui.core.types import Level

KNOWN_TRADES = 10_000
"""So many of the newest are remembered: more than one look at them over REST can bring again."""


class Recorder:
    """`needs_snapshot` asks for a new snapshot where an update was missed. Writes raise OSError."""

    def __init__(self, market: str, to: TextIO) -> None:
        self.market = market
        self.frames = 0
        self._to = to
        self._book = OrderBook(market)
        """What the exchange says."""
        self._written = OrderBook(market)
        """What a reader of the file has; its sequence is the file's."""
        self._started_ms = 0
        self._last_ms = 0
        self._known_trades: dict[str, None] = {}
        """Ids of the newest trades: what the stream brought may come again from REST."""

    @property
    def needs_snapshot(self) -> bool:
        return bool(self._book.stale_reason)

    def take(self, event: object, received_ms: int) -> None:
        """Of any event of the stream, what belongs to this market. `received_ms` is our clock."""
        if isinstance(event, BookSnapshot | BookIncrement) and event.market == self.market:
            self._take_book(event, received_ms)
        elif isinstance(event, PublicTrades) and event.market == self.market:
            self._take_trades(event, received_ms)

    def _take_book(self, event: BookSnapshot | BookIncrement, received_ms: int) -> None:
        before = self._book.sequence
        self._book.apply(event)
        if not self._book.has_snapshot or self._book.stale_reason:
            return
        asks, bids = self._book.asks(), self._book.bids()
        if not self.frames:
            # Without a price on either side there is nothing to begin a replay with.
            if asks and bids:
                self._started_ms = self._last_ms = received_ms
                self._write_book(BookSnapshot(self.market, asks, bids, 1), "ob-snap", received_ms)
            return
        sequence = self._written.sequence + 1
        if isinstance(event, BookIncrement):
            if self._book.sequence != before:
                self._write_book(BookIncrement(self.market, event.asks, event.bids, sequence), "ob-inc", received_ms)
            return
        changed_asks = _difference(self._written.asks(), asks)
        changed_bids = _difference(self._written.bids(), bids)
        if changed_asks or changed_bids:
            self._write_book(BookIncrement(self.market, changed_asks, changed_bids, sequence), "ob-inc", received_ms)

    def _take_trades(self, event: PublicTrades, received_ms: int) -> None:
        trades = [
            {
                "tid": int(trade.id),
                "taker_type": trade.taker.value,
                "price": plain(trade.price),
                "amount": plain(trade.amount),
                "created_at": trade.time_ms // 1000,
            }
            for trade in event.trades
            # The format's ids are whole numbers; so are those of this software.
            if trade.id.isascii() and trade.id.isdigit() and self._is_new(trade.id)
        ]
        # What comes before the first book was before the recording.
        if trades and self.frames:
            self._write("trades", {"trades": trades}, received_ms)

    def _is_new(self, trade_id: str) -> bool:
        if trade_id in self._known_trades:
            return False
        self._known_trades[trade_id] = None
        if len(self._known_trades) > KNOWN_TRADES:
            del self._known_trades[next(iter(self._known_trades))]
        return True

    def _write_book(self, book: BookSnapshot | BookIncrement, topic: str, received_ms: int) -> None:
        self._written.apply(book)
        content = {"asks": pairs(book.asks), "bids": pairs(book.bids), "sequence": book.sequence}
        self._write(topic, content, received_ms)

    def _write(self, topic: str, content: Mapping[str, object], received_ms: int) -> None:
        # A clock that is set back must not make the recording go back in time.
        self._last_ms = max(self._last_ms, received_ms)
        line = {"t": self._last_ms - self._started_ms, "frame": {f"{self.market}.{topic}": content}}
        self._to.write(json.dumps(line, separators=(",", ":")) + "\n")
        self.frames += 1


def _difference(old: Iterable[Level], new: Iterable[Level]) -> tuple[Level, ...]:
    """The levels that turn one side into the other; an amount of 0 removes."""
    before = {level.price: level.amount for level in old}
    after = {level.price: level.amount for level in new}
    gone = (Level(price, REMOVED) for price in before if price not in after)
    return (*gone, *(Level(price, amount) for price, amount in after.items() if before.get(price) != amount))
