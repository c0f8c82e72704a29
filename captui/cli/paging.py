"""One page of a list, or all of it with its progress on stderr."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TextIO, TypeVar

from captui.cli.output import note
from captui.cli.when import TimeRange
from captui.core.dataclass import dataclass
from captui.errors import ProtocolError
from captui.exchange.pages import Page, collect

T = TypeVar("T")

PAGE_SIZE = 100
"""The default and the most that the API document promises."""
MAX_PAGES = 10_000
"""A million items; a list that goes on for longer is a server that does not know how to end it."""
_BAR = 30


@dataclass(frozen=True, slots=True)
class Paging:
    limit: int = PAGE_SIZE
    page: int = 1
    all: bool = False


EVERYTHING = Paging(all=True)


def none_of(what: str, paging: Paging, *filters: object) -> str:
    """What an empty page is: no proof that there are none at all, where it is a later one or something was filtered."""
    match = " that match" if any(each is not None for each in filters) else ""
    page = f" on page {paging.page}" if paging.page > 1 and not paging.all else ""
    return f"There are no {what}{match}{page}."


class Progress:
    """One line that is drawn over itself, and only where someone can see it."""

    def __init__(self, what: str, stream: TextIO) -> None:
        self._what = what
        self._stream = stream
        self._shown = stream.isatty()

    def show(self, have: int, total: int | None) -> None:
        if not self._shown:
            return
        if total:
            full = min(_BAR, have * _BAR // total)
            text = f"{'█' * full}{'░' * (_BAR - full)} {have} of {total} {self._what}"
        else:
            text = f"{have} {self._what}"
        self._stream.write(f"\r\x1b[K{text}")
        self._stream.flush()

    def clear(self) -> None:
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


async def read(
    ask: Callable[[int, int], Awaitable[Page[T]]],
    identity: Callable[[T], object],
    paging: Paging,
    what: str,
    *,
    max_pages: int = MAX_PAGES,
    stream: TextIO | None = None,
    must_end: bool = False,
) -> tuple[T, ...]:
    """`ask(page, limit)` gives one page. Says on stderr where there is more than was asked for.

    Raises what `ask` raises, and with `must_end` ProtocolError for a list that was not read to its end.
    """
    if not paging.all:
        page = await ask(paging.page, paging.limit)
        _complain(page, what)
        if page.has_more:
            note(f"There may be more {what}: --page {paging.page + 1} shows the next, --all shows all.")
        return page.items
    progress = Progress(what, stream or sys.stderr)
    try:
        found = await collect(
            lambda number: ask(number, paging.limit), identity, max_pages=max_pages, progress=progress.show
        )
    finally:
        progress.clear()
    _complain(found, what)
    if found.has_more:
        sentence = f"The list of {what} kept changing or did not end: it may not be complete."
        if must_end:
            raise ProtocolError(sentence, advice="Nothing was written; try again in a moment.")
        note(sentence)
    return found.items


def cut(items: Sequence[T], paging: Paging, what: str) -> Sequence[T]:
    """The page that was asked for, of a list that was read whole; says on stderr where there is more."""
    if paging.all:
        return items
    end = paging.page * paging.limit
    if end < len(items):
        note(f"There are more {what}: --page {paging.page + 1} shows the next, --all shows all.")
    return items[end - paging.limit : end]


async def read_span(
    ask: Callable[[int, int], Awaitable[Page[T]]],
    identity: Callable[[T], object],
    paging: Paging,
    what: str,
    *,
    span: TimeRange,
    time_of: Callable[[T], int],
    max_pages: int = MAX_PAGES,
    stream: TextIO | None = None,
) -> tuple[T, ...]:
    """As `read`, of a list that comes newest first and that the exchange does not bound in time: pages are of what lies in `span`.

    `time_of` gives unix milliseconds. Reads on until the page is full, the list is over or older than `span`.
    """
    if span == TimeRange():
        return await read(ask, identity, paging, what, max_pages=max_pages, stream=stream)
    progress = Progress(what, stream or sys.stderr)
    found: dict[object, T] = {}
    wanted = None if paging.all else paging.page * paging.limit
    more = False
    try:
        for number in range(1, max_pages + 1):
            page = await ask(number, PAGE_SIZE)
            _complain(page, what)
            found.update((identity(item), item) for item in page.items if span.holds(time_of(item)))
            progress.show(len(found), None)
            # All of them: one record out of order, or without a time, must not end the search.
            older = span.from_ms is not None and all(time_of(item) < span.from_ms for item in page.items)
            more = page.has_more and not older
            if not more or (wanted is not None and len(found) > wanted):
                break
    finally:
        progress.clear()
    items = tuple(found.values())
    if wanted is None:
        if more:
            note(f"The list of {what} did not end: it may not be complete.")
        return items
    if len(items) > wanted:
        note(f"There are more {what}: --page {paging.page + 1} shows the next, --all shows all.")
    return items[wanted - paging.limit : wanted]


def _complain(page: Page[T], what: str) -> None:
    """Of records that are there but cannot be shown: a list must not look complete without them."""
    for odd in page.odd:
        note(f"captui: left out of the {what}: {odd.reason}")
