"""One page of a list, and whether another follows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

from captui.core.dataclass import dataclass
from captui.core.listed import OddRecord

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: tuple[T, ...]
    total: int | None
    """In the whole list; None where the server does not say (revision `trade`)."""
    has_more: bool
    """Whether a following page should be asked for. Without a total this is a guess from a full page."""
    odd: tuple[OddRecord, ...] = ()
    """Records of this page that are there but beyond captui's words."""


def page_of(
    items: tuple[T, ...],
    headers: Mapping[str, str],
    *,
    page: int,
    limit: int,
    odd: tuple[OddRecord, ...] = (),
) -> Page[T]:
    """Read the pagination headers `Page`, `Per-Page`, `Total` (exchange notes, Two revisions); without them, count."""
    total = _number(headers.get("Total"))
    count = len(items) + len(odd)
    if total is None:
        return Page(items, None, count >= limit, odd)
    # The server may hold pages shorter than asked for, and says so.
    per_page = _number(headers.get("Per-Page")) or limit
    number = _number(headers.get("Page")) or page
    return Page(items, total, bool(count) and number * per_page < total, odd)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _unseen(_have: int, _total: int | None) -> None:
    """Tells nobody."""


async def collect(
    ask: Callable[[int], Awaitable[Page[T]]],
    identity: Callable[[T], object],
    *,
    max_pages: int,
    progress: Callable[[int, int | None], None] = _unseen,
) -> Page[T]:
    """All pages as one, asked for by number from 1; `has_more` says that `max_pages` were not enough.

    `progress` is told after each page how many items have been read, and how many there are where the exchange says so.

    A list can change while it is read: something new on top pushes an item onto the next page (it is kept once), something gone
    pulls one back over the edge, where it would be missed. A total that fell between two pages tells of the latter, and the
    reading starts again, twice at most.
    """
    page: Page[T] = Page((), None, False)
    for _ in range(3):
        found: dict[object, T] = {}
        odd: dict[OddRecord, None] = {}
        total: int | None = None
        have = 0
        for number in range(1, max_pages + 1):
            page = await ask(number)
            have += len(page.items)
            progress(have, page.total)
            if total is not None and page.total is not None and page.total < total:
                break
            total = page.total
            known = len(found) + len(odd)
            for item in page.items:
                found.setdefault(identity(item), item)
            odd.update(dict.fromkeys(page.odd))
            # A server that ignores page numbers sends the same again for ever.
            if not page.has_more or len(found) + len(odd) == known:
                return Page(tuple(found.values()), total, False, tuple(odd))
        else:
            return Page(tuple(found.values()), total, True, tuple(odd))
    return Page(tuple(found.values()), page.total, True, tuple(odd))
