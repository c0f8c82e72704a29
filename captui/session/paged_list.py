"""A list of the exchange as far as it has been read, newest first, kept true by reading its pages again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from captui.exchange.pages import Page


class Numbered(Protocol):
    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=Numbered)

Change = tuple[T | None, T]
"""A record as it was, None where it is new, and as it is."""

_MAX_TRIES = 5
"""Pages of which a further one may hold nothing new before the reading of more is given up until the next wish."""


class PagedList(Generic[T]):
    """`read(page)` gives one page of `size` records, counted from 1, and may raise ExchangeError; so does what calls it.

    Records are only ever added at the top of such a list, with higher ids; what was read stays and is changed by its id.
    """

    def __init__(self, read: Callable[[int], Awaitable[Page[T]]], *, size: int) -> None:
        self._read = read
        self._size = size
        self._known: dict[int, T] = {}
        self._pages = 0
        self._looked_at = 1
        self._lock = asyncio.Lock()
        self.has_more = False

    @property
    def is_read(self) -> bool:
        return self._pages > 0

    @property
    def records(self) -> tuple[T, ...]:
        return tuple(sorted(self._known.values(), key=lambda record: record.id, reverse=True))

    async def refresh(self) -> list[Change[T]]:
        """Reads the first page and, of the others that are known, one in turn. Returns what changed since it was first read."""
        async with self._lock:
            page = await self._read(1)
            known = any(record.id in self._known for record in page.items)
            if not known and page.has_more:
                # So much is new that there may be a hole below it: what is older is read again when it is wanted.
                self._known.clear()
                self._pages = 0
            first = not self._pages
            changes = self._merge(page.items)
            if self._pages <= 1:
                self._pages = 1
                self.has_more = page.has_more
            else:
                self._looked_at = self._looked_at % self._pages + 1
                if self._looked_at > 1:
                    changes += self._merge((await self._read(self._looked_at)).items)
            return [] if first else changes

    async def read_more(self) -> None:
        """Reads the page after those that are known; nothing where there is none."""
        async with self._lock:
            number = len(self._known) // self._size + 1
            for _ in range(_MAX_TRIES):
                if not self.has_more:
                    return
                page = await self._read(number)
                before = len(self._known)
                self._merge(page.items)
                self._pages = max(self._pages, number)
                self.has_more = page.has_more
                if len(self._known) > before:
                    return
                number += 1

    def _merge(self, records: tuple[T, ...]) -> list[Change[T]]:
        changes: list[Change[T]] = []
        # Oldest first: that is the order in which it happened.
        for record in reversed(records):
            before = self._known.get(record.id)
            if before != record:
                changes.append((before, record))
                self._known[record.id] = record
        return changes
