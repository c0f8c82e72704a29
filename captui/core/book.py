"""One market's order book, rebuilt from a snapshot and increments, or known to be wrong.

Amounts are absolute, sequences go up by exactly 1 (exchange notes, The websocket). Whatever cannot be applied exactly makes the
book stale at once; it stays so, and keeps its last levels for showing, until the next snapshot.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal

from captui.core.events import BookIncrement, BookSnapshot
from captui.core.money import plain
from captui.core.types import Level


class OrderBook:
    """Levels are kept by price and sorted when asked for: a burst of increments costs one sort, at the next frame."""

    def __init__(self, market: str) -> None:
        self.market = market
        self._asks: dict[Decimal, Level] = {}
        self._bids: dict[Decimal, Level] = {}
        self._sorted_asks: tuple[Level, ...] | None = ()
        self._sorted_bids: tuple[Level, ...] | None = ()
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
        if event.asks:
            self._sorted_asks = None
            _set_levels(self._asks, event.asks)
        if event.bids:
            self._sorted_bids = None
            _set_levels(self._bids, event.bids)

    def asks(self) -> tuple[Level, ...]:
        """Lowest price first."""
        if self._sorted_asks is None:
            self._asks = _in_order(self._asks, descending=False)
            self._sorted_asks = tuple(self._asks.values())
        return self._sorted_asks

    def bids(self) -> tuple[Level, ...]:
        """Highest price first."""
        if self._sorted_bids is None:
            self._bids = _in_order(self._bids, descending=True)
            self._sorted_bids = tuple(self._bids.values())
        return self._sorted_bids

    def mark_stale(self, reason: str) -> None:
        """For what the book cannot see itself, such as a lost connection. The first reason is kept: it is the cause."""
        if self._has_snapshot and not self._stale_reason:
            self._stale_reason = reason

    def clear(self) -> None:
        """As if new: nothing is known until the next snapshot."""
        self._asks.clear()
        self._bids.clear()
        self._sorted_asks = self._sorted_bids = ()
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
        _set_levels(self._asks, snapshot.asks)
        _set_levels(self._bids, snapshot.bids)
        self._sorted_asks = self._sorted_bids = None
        self._sequence = snapshot.sequence
        self._has_snapshot = True

    def _out_of_step(self, event: BookIncrement) -> None:
        expected = self._sequence + 1
        if event.sequence > expected:
            missing = event.sequence - expected
            noun = "change is" if missing == 1 else "changes are"
            self._stale_reason = f"{missing} {noun} missing from the book (after sequence {self._sequence})."
        elif event.sequence < self._sequence:
            self._stale_reason = f"The book's sequence stepped back from {self._sequence} to {event.sequence}."
        elif not (_holds(self._asks, event.asks) and _holds(self._bids, event.bids)):
            self._stale_reason = f"The exchange sent sequence {event.sequence} twice with different content."


def _set_levels(side: dict[Decimal, Level], levels: Iterable[Level]) -> None:
    for level in levels:
        price, amount = level
        if amount:
            side[price] = level
        else:
            # Removals of levels deeper than the snapshot reached are normal.
            side.pop(price, None)


def _in_order(side: dict[Decimal, Level], *, descending: bool) -> dict[Decimal, Level]:
    """The same levels, sorted. Kept so, because sorting what is nearly in order costs a tenth."""
    return {price: side[price] for price in sorted(side, reverse=descending)}


def _holds(side: dict[Decimal, Level], levels: Iterable[Level]) -> bool:
    """True when setting these levels would change nothing. Of a price named twice the last counts."""
    for price, level in {level.price: level for level in levels}.items():
        held = side.get(price)
        if (held.amount if held else 0) != level.amount:
            return False
    return True
