"""Reading a growing list of the exchange from where its record ends to its end, so that no hole can stay behind.

Asked for oldest first, what comes new meanwhile lands at the end and moves nothing. After each page the next is asked for by time, not by
number: a server that sorts by time alone may order equal times differently for each page, and what stands at the seam would be missed.
A server that sorts the other way, or does not heed the time, is read by page numbers to its end before anything counts as recorded.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from captui.core.dataclass import dataclass
from captui.errors import ProtocolError
from captui.exchange.pages import Page

T = TypeVar("T")

OVERLAP_MS: Final = 60_000
"""Read again before the mark: a record may appear a little later than others that bear a later time."""
SECOND_MS: Final = 1000
"""What servers cut times to."""
REPEATS: Final = 3
"""Of one page in a row: a server that does not turn pages. Once can be chance, where what is new comes first and pushes a page down."""


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    items: tuple[T, ...]
    """May hold what an earlier step held."""
    covered_ms: int | None
    """With this and all earlier steps everything before this time is known; None where that cannot be said yet."""
    last: bool


async def walk(
    ask: Callable[[int | None, int], Awaitable[Page[T]]],
    take: Callable[[Step[T]], Awaitable[None]],
    *,
    time_of: Callable[[T], int],
    identity: Callable[[T], object],
    covered_ms: int | None,
) -> None:
    """Everything since `covered_ms`, page by page. `ask(from_ms, page)` is to give a page of what is no older, oldest first; the next
    page is asked for when `take` has returned.

    Raises what `ask` and `take` raise, and ProtocolError where the server sends one page over and over.
    """
    from_ms = None if covered_ms is None else max(0, covered_ms - OVERLAP_MS)
    number, newest_ms, by_time = 1, covered_ms, True
    previous, repeats = frozenset[object](), 0
    while True:
        page = await ask(from_ms, number)
        times = [time_of(item) for item in page.items]
        newest_ms = max((*times, *(() if newest_ms is None else (newest_ms,))), default=None)
        if not page.has_more:
            await take(Step(page.items, newest_ms, last=True))
            return
        found = frozenset[object]((*map(identity, page.items), *page.odd))
        repeats = repeats + 1 if found == previous and number > 1 else 0
        if repeats == REPEATS:
            raise ProtocolError("The exchange sends the same page of a list over and over.")
        previous = found
        ascending = bool(times) and times == sorted(times) and times[0] < times[-1]
        if from_ms is not None and times and times[0] < from_ms - SECOND_MS:
            by_time = False
        await take(Step(page.items, newest_ms if ascending and by_time else None, last=False))
        beyond_ms = times[-1] - SECOND_MS if ascending else None
        if by_time and beyond_ms is not None and (from_ms is None or beyond_ms > from_ms):
            from_ms, number = beyond_ms, 1
        else:
            number += 1
