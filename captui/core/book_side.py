"""One side of an order book: changes come in as they were written, levels are looked at as exact numbers, and a look costs what changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import overload

from captui.core.levels import LazyLevels, Pair, WrittenLevels, as_written, level_of
from captui.core.types import Level

MOST_UNSETTLED = 4096
"""Changes that wait for a look at the book: more are settled unlooked at, or a hidden book would grow without end."""
_SEARCH_COSTS = 16
"""Finding one level in the order takes as long as going past so many."""


class BookLevels(LazyLevels):
    """The levels of one side at one moment, best first. Each is made into numbers when it is first looked at, and kept."""

    __slots__ = ("_order", "_rows")

    def __init__(self, order: list[int], rows: dict[int, Pair | Level]) -> None:
        """Neither list nor dictionary changes any more, except that a pair becomes the level that it says."""
        self._order = order
        self._rows = rows

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, index: int) -> Level: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Level, ...]: ...
    def __getitem__(self, index: int | slice) -> Level | tuple[Level, ...]:
        if isinstance(index, slice):
            return tuple(self._made(self._order[index]))
        at = self._order[index]
        row = self._rows[at]
        if not isinstance(row, Level):
            row = self._rows[at] = level_of(*row)
        return row

    def __iter__(self) -> Iterator[Level]:
        return self._made(self._order)

    def _made(self, places: list[int]) -> Iterator[Level]:
        rows = self._rows
        for at in places:
            row = rows[at]
            if not isinstance(row, Level):
                # Of two threads that look at once both make the same level, and it does not matter which one is kept.
                row = rows[at] = level_of(*row)
            yield row


class BookSide:
    """A level's place is its price in whole units of the smallest decimal place seen, below zero for bids: such numbers are sorted ten
    times as fast as Decimals, best first."""

    def __init__(self, *, descending: bool) -> None:
        self._sign = -1 if descending else 1
        self._unsettled: dict[str, str] = {}
        """By price, the newest amount that came since the levels were last settled; both as written."""
        self._places: dict[str, int] = {}
        """Of each level, by its price as written."""
        self._rows: dict[int, Pair | Level] = {}
        """By place."""
        self._order: list[int] = []
        """The places, ascending."""
        self._levels: BookLevels | None = None
        """Of `_rows` and `_order` as they are, while nothing has been written since."""
        self._shown = False
        """Somebody may be looking at `_rows` and `_order`: what changes is a copy."""
        self._decimals = 0

    def write(self, levels: Sequence[Level]) -> None:
        self._levels = None
        self._unsettled.update(levels.pairs if type(levels) is WrittenLevels else map(as_written, levels))
        if len(self._unsettled) > MOST_UNSETTLED:
            self._settle()

    def clear(self) -> None:
        self._unsettled.clear()
        self._places.clear()
        self._rows, self._order = {}, []
        self._levels = None
        self._shown = False

    def levels(self) -> BookLevels:
        """From the spread outwards; the same object until something changes."""
        if self._levels is None:
            self._settle()
            self._levels = BookLevels(self._order, self._rows)
            self._shown = True
        return self._levels

    def holds(self, levels: Sequence[Level]) -> bool:
        """True when setting these levels would change nothing. Of a price named twice the last counts."""
        self._settle()
        for price, amount in dict(map(as_written, levels)).items():
            at = self._places.get(price)
            if (0 if at is None else Decimal(self._rows[at][1])) != Decimal(amount):
                return False
        return True

    def _settle(self) -> None:
        if self._shown:
            self._rows, self._order = self._rows.copy(), self._order.copy()
            self._shown = False
        rows, places = self._rows, self._places
        new: list[Pair] = []
        gone: list[int] = []
        for change in self._unsettled.items():
            price, amount = change
            at = places.get(price)
            if amount and amount.strip("0."):
                if at is None:
                    new.append(change)
                else:
                    rows[at] = change
            elif at is not None:
                # Removals of levels deeper than the snapshot reached are normal.
                del rows[at], places[price]
                gone.append(at)
        self._unsettled.clear()
        if gone:
            self._close_up(gone)
        if new:
            self._add(new)

    def _close_up(self, gone: list[int]) -> None:
        """`gone` are in the order, but no longer in the rows."""
        order = self._order
        if len(gone) * _SEARCH_COSTS > len(order):
            order[:] = filter(self._rows.__contains__, order)
        else:
            for at in gone:
                del order[bisect_left(order, at)]

    def _add(self, new: list[Pair]) -> None:
        for pair in new:
            price = pair[0]
            whole, _, part = price.partition(".")
            if len(part) != self._decimals:
                if len(part) > self._decimals:
                    self._refine(len(part) - self._decimals)
                part = part.ljust(self._decimals, "0")
            at = self._places[price] = self._sign * int(whole + part)
            self._rows[at] = pair
            self._order.append(at)
        # What comes last is out of order, the rest is not: such a list is sorted in about one pass.
        self._order.sort()

    def _refine(self, more: int) -> None:
        """Units become smaller by so many decimals."""
        self._decimals += more
        units = 10**more
        self._places = {price: at * units for price, at in self._places.items()}
        self._rows = {at * units: row for at, row in self._rows.items()}
        self._order = [at * units for at in self._order]
