"""One market's order book, rebuilt from a snapshot and increments, or known to be wrong.

Amounts are absolute, sequences go up by exactly 1 (exchange notes, The websocket). Whatever cannot be applied exactly makes the
book stale at once; it stays so, and keeps its last levels for showing, until the next snapshot.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from captui.core.events import BookIncrement, BookSnapshot
from captui.core.levels import WrittenLevels, level_of
from captui.core.money import plain
from captui.core.types import Level

MOST_UNSETTLED = 4096
"""Changes that wait for a look at the book: more are settled unlooked at, or a hidden book would grow without end."""


class OrderBook:
    """Changes are kept as they were written and made into sorted levels when asked for: a burst costs one sort, at the next frame."""

    def __init__(self, market: str) -> None:
        self.market = market
        self._asks = _Side(descending=False)
        self._bids = _Side(descending=True)
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
            self._asks.write(event.asks)
        if event.bids:
            self._bids.write(event.bids)

    def asks(self) -> tuple[Level, ...]:
        """Lowest price first."""
        return self._asks.levels()

    def bids(self) -> tuple[Level, ...]:
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


class _Side:
    """Levels by price in whole units of the smallest decimal place seen: such numbers are found and sorted ten times as fast as Decimals,
    and one price has one of them however it is spelt."""

    def __init__(self, *, descending: bool) -> None:
        self._descending = descending
        self._written: list[tuple[str, str]] = []
        """What came since the levels were last settled, in the order in which it came."""
        self._settled: dict[int, Level] = {}
        self._in_order = True
        """Nothing was added since `_settled` was last put in order."""
        self._levels: tuple[Level, ...] | None = ()
        self._decimals = 0

    def write(self, levels: Sequence[Level]) -> None:
        self._levels = None
        self._written += levels.pairs if type(levels) is WrittenLevels else map(_as_written, levels)
        if len(self._written) > MOST_UNSETTLED:
            self._settle()

    def clear(self) -> None:
        self._written.clear()
        self._settled.clear()
        self._in_order = True
        self._levels = ()

    def levels(self) -> tuple[Level, ...]:
        """From the spread outwards."""
        if self._levels is None:
            self._settle()
            if not self._in_order:
                settled = self._settled
                prices = sorted(settled, reverse=self._descending)
                self._levels = tuple(map(settled.__getitem__, prices))
                # Kept so, because sorting what is nearly in order costs a tenth.
                self._settled = dict(zip(prices, self._levels, strict=True))
                self._in_order = True
            else:
                self._levels = tuple(self._settled.values())
        return self._levels

    def holds(self, levels: Iterable[Level]) -> bool:
        """True when setting these levels would change nothing. Of a price named twice the last counts."""
        self.levels()
        written = list(map(_as_written, levels))
        for at, (_, amount) in self._placed(written).items():
            held = self._settled.get(at)
            if (held.amount if held else 0) != Decimal(amount):
                return False
        return True

    def _settle(self) -> None:
        """Of each price the last change counts."""
        written, self._written = self._written, []
        latest = dict(written)
        changes = self._placed(latest.items())
        if len(changes) < len(latest):
            # One price in two spellings: which came last, only the order of all tells.
            changes = self._placed(written)
        settled = self._settled
        before = len(settled)
        gone = 0
        for at, change in changes.items():
            amount = change[1]
            if not amount.strip("0."):
                # Removals of levels deeper than the snapshot reached are normal.
                gone += settled.pop(at, None) is not None
            elif (held := settled.get(at)) is not None:
                settled[at] = _NEW(Level, (held[0], Decimal(amount)))
            else:
                settled[at] = level_of(*change)
        if len(settled) + gone > before:
            self._in_order = False

    def _placed(self, written: Collection[tuple[str, str]]) -> dict[int, tuple[str, str]]:
        """By price in units, the last of each."""
        decimals = self._decimals
        placed = {}
        for pair in written:
            whole, _, part = pair[0].partition(".")
            if len(part) != decimals:
                part = part.rstrip("0")
                if len(part) > decimals:
                    self._refine(len(part) - decimals)
                    return self._placed(written)
                part = part.ljust(decimals, "0")
            placed[int(whole + part)] = pair
        return placed

    def _refine(self, more: int) -> None:
        """Units become smaller by so many decimals."""
        self._decimals += more
        self._settled = {at * 10**more: level for at, level in self._settled.items()}


_NEW = tuple.__new__
"""Making a named tuple without the generated `__new__` takes half as long."""


def _as_written(level: Level) -> tuple[str, str]:
    return f"{level.price:f}", f"{level.amount:f}"
