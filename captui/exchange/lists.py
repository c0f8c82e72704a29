"""Lists, page by page or whole, in a range of time or not; records beyond captui's words are reported once and passed on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from captui.core.listed import Listed, OddRecord
from captui.exchange import answers
from captui.exchange.calls import Calls
from captui.exchange.pages import Page, collect, page_of
from captui.exchange.requests import PAGE_SIZE
from captui.exchange.timerange import TimeUnit
from captui.exchange.wire import Request

T = TypeVar("T")

MAX_PAGES = 50
"""A list that goes on for longer is a server that does not know how to end it."""

log = logging.getLogger(__name__)


class Lists:
    """Reads lists over one `Calls`. Every method raises ExchangeError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._unit = TimeUnit()
        self._odd: set[OddRecord] = set()

    @property
    def odd_count(self) -> int:
        """Different records so far that could not be read for a word in them."""
        return len(self._odd)

    @property
    def unit(self) -> TimeUnit:
        """Of this server's time ranges."""
        return self._unit

    async def page(
        self,
        request: Request,
        decode: Callable[[bytes], tuple[T, ...] | Listed[T]],
        what: str,
        *,
        page: int,
        limit: int,
    ) -> Page[T]:
        """One page; `page` and `limit` are added to the request. Raises ValueError where one is below 1."""
        if page < 1 or limit < 1:
            raise ValueError("pages and their lengths are counted from 1")
        numbered = {**request.params, "page": str(page), "limit": str(limit)}
        answer = await self._calls.answer(Request(request.method, request.path, numbered, private=request.private))
        found = answers.value(answer, decode, what)
        listed = found if isinstance(found, Listed) else Listed(found)
        for odd in listed.odd:
            if odd not in self._odd:
                self._odd.add(odd)
                log.warning("In a list of %s, %s was left out. %s", what, odd.id or "one without an id", odd.reason)
        return page_of(listed.items, answer.headers, page=page, limit=limit, odd=listed.odd)

    async def ranged_page(
        self,
        request: Request,
        decode: Callable[[bytes], tuple[T, ...] | Listed[T]],
        time_of: Callable[[T], int],
        what: str,
        *,
        page: int,
        limit: int,
        from_ms: int | None,
        to_ms: int | None,
    ) -> Page[T]:
        """As `page`, within a range of time, in whichever unit this server speaks."""

        async def ask(time_range: Mapping[str, str]) -> Page[T]:
            ranged = Request(request.method, request.path, {**request.params, **time_range}, private=request.private)
            return await self.page(ranged, decode, what, page=page, limit=limit)

        return await self._unit.ask(
            ask, lambda found: [time_of(item) for item in found.items], from_ms=from_ms, to_ms=to_ms
        )

    async def whole(
        self,
        request: Request,
        decode: Callable[[bytes], tuple[T, ...] | Listed[T]],
        identity: Callable[[T], object],
        what: str,
    ) -> tuple[T, ...]:
        """Every page of a short list."""

        async def ask(page: int) -> Page[T]:
            return await self.page(request, decode, what, page=page, limit=PAGE_SIZE)

        return (await collect(ask, identity, max_pages=MAX_PAGES)).items
