"""One market's order book, rebuilt from a snapshot and increments, or known to be wrong.

Amounts are absolute, sequences go up by exactly 1 (exchange notes, The websocket). Whatever cannot be applied exactly makes the
book stale at once; it stays so, and keeps its last levels for showing, until the next snapshot.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from captui.core.book_side import BookSide
from captui.core.events import BookIncrement, BookSnapshot
from captui.core.levels import WrittenLevels
from captui.core.money import plain
from captui.core.types import Level


class OrderBook:
    """Changes are kept as they were written and made into sorted levels when asked for: a burst costs one sort, at the next frame."""

    def __init__(self, market: str) -> None:
        self.market = market
        self._asks = BookSide(descending=False)
        self._bids = BookSide(descending=True)
        self._sequence = 0
        self._has_snapshot = False
        self._stale_reason = ""

    @property
    def has_snapshot(self) -> bool:
        return self._has_snapshot

    @property
    def sequence(self) -> int:
        """Of the newest change applied; 0 before the first snapshot."""
        return self._sequence

    @property
    def stale_reason(self) -> str:
        """One sentence; empty while the book is exactly what the exchange said."""
        return self._stale_reason

    def apply(self, event: BookSnapshot | BookIncrement) -> None:
        """Raises ValueError for another market's event.

        Ignored: increments before the first snapshot or while stale, and a repeat that agrees with what is already here.
        """
        if event.market != self.market:
            raise ValueError(f"an event of {event.market} given to the book of {self.market}")
        if isinstance(event, BookSnapshot):
            self._replace(event)
            return
        if not self._has_snapshot or self._stale_reason:
            return
        sequence = event.sequence
        if sequence != self._sequence + 1:
            self._out_of_step(event)
            return
        self._sequence = sequence
        asks, bids = event.asks, event.bids
        # Without asking the usual kind how many they are: it is never empty, and a thousand such questions a second add up.
        if type(asks) is WrittenLevels or asks:
            self._asks.write(asks)
        if type(bids) is WrittenLevels or bids:
            self._bids.write(bids)

    def asks(self) -> Sequence[Level]:
        """Lowest price first."""
        return self._asks.levels()

    def bids(self) -> Sequence[Level]:
        """Highest price first."""
        return self._bids.levels()

    def mark_stale(self, reason: str) -> None:
        """For what the book cannot see itself, such as a lost connection. The first reason is kept: it is the cause."""
        if self._has_snapshot and not self._stale_reason:
            self._stale_reason = reason

    def clear(self) -> None:
        """As if new: nothing is known until the next snapshot."""
        self._asks.clear()
        self._bids.clear()
        self._sequence = 0
        self._has_snapshot = False
        self._stale_reason = ""

    def canonical(self) -> bytes:
        """The whole book in the canonical form of the recordings' README, for comparing two books byte by byte."""
        book = {
            "asks": [[plain(level.price), plain(level.amount)] for level in self.asks()],
            "bids": [[plain(level.price), plain(level.amount)] for level in self.bids()],
        }
        return json.dumps(book, separators=(",", ":")).encode()

    def _replace(self, snapshot: BookSnapshot) -> None:
        self.clear()
        self._asks.write(snapshot.asks)
        self._bids.write(snapshot.bids)
        self._sequence = snapshot.sequence
        self._has_snapshot = True
        asks, bids = self.asks(), self.bids()
        if asks and bids and asks[0].price <= bids[0].price:
            # The exchange would have matched these: whatever it was, it is no book to trade on.
            self._stale_reason = "The exchange sent a book whose bids reach into its asks."

    def _out_of_step(self, event: BookIncrement) -> None:
        expected = self._sequence + 1
        if event.sequence > expected:
            missing = event.sequence - expected
            noun = "change is" if missing == 1 else "changes are"
            self._stale_reason = f"{missing} {noun} missing from the book (after sequence {self._sequence})."
        elif event.sequence < self._sequence:
            self._stale_reason = f"The book's sequence stepped back from {self._sequence} to {event.sequence}."
        elif not (self._asks.holds(event.asks) and self._bids.holds(event.bids)):
            self._stale_reason = f"The exchange sent sequence {event.sequence} twice with different content."
