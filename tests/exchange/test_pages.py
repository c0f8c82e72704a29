from __future__ import annotations

import pytest

from captui.core.listed import OddRecord
from captui.exchange.pages import Page, collect, page_of


@pytest.mark.parametrize(
    ("count", "headers", "expected"),
    [
        (100, {}, Page(tuple(range(100)), None, True)),
        (99, {}, Page(tuple(range(99)), None, False)),
        (100, {"Page": "1", "Per-Page": "100", "Total": "250"}, Page(tuple(range(100)), 250, True)),
        (50, {"Page": "3", "Per-Page": "100", "Total": "250"}, Page(tuple(range(50)), 250, False)),
        (100, {"Total": "100"}, Page(tuple(range(100)), 100, False)),
        # The server holds its pages shorter than asked for.
        (25, {"Page": "1", "Per-Page": "25", "Total": "60"}, Page(tuple(range(25)), 60, True)),
        # An empty page ends it, whatever the total claims.
        (0, {"Page": "2", "Per-Page": "100", "Total": "250"}, Page((), 250, False)),
        (3, {"Total": "many"}, Page((0, 1, 2), None, False)),
        (3, {"Total": "-1"}, Page((0, 1, 2), None, False)),
    ],
)
def test_page_of_reads_the_headers_and_counts_without_them(
    count: int, headers: dict[str, str], expected: Page[int]
) -> None:
    assert page_of(tuple(range(count)), headers, page=1, limit=100) == expected


@pytest.mark.parametrize(
    ("count", "headers", "has_more"),
    [(99, {}, True), (98, {}, False), (0, {"Total": "3", "Per-Page": "1"}, True), (0, {"Total": "1"}, False)],
)
def test_records_beyond_our_words_fill_a_page_too(count: int, headers: dict[str, str], has_more: bool) -> None:
    odd = (OddRecord("7", "", "It is odd."),)
    page = page_of(tuple(range(count)), headers, page=1, limit=100, odd=odd)
    assert (page.odd, page.has_more) == (odd, has_more)


class ListOnServer:
    """Pages of two. `changes` happen after the page of that number has been read, once."""

    def __init__(self, items: list[int], *, totals: bool = True) -> None:
        self.items = items
        self.totals = totals
        self.asked: list[int] = []
        self.removed_after: dict[int, int] = {}
        self.added_after: dict[int, int] = {}

    async def ask(self, page: int) -> Page[int]:
        self.asked.append(page)
        part = tuple(self.items[(page - 1) * 2 : page * 2])
        total = len(self.items) if self.totals else None
        has_more = page * 2 < len(self.items) if self.totals else len(part) == 2
        if page in self.removed_after:
            self.items.remove(self.removed_after.pop(page))
        if page in self.added_after:
            self.items.insert(0, self.added_after.pop(page))
        return Page(part, total, has_more)


def same(item: int) -> int:
    return item


@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize("count", range(6))
async def test_collect_reads_to_the_end(count: int, totals: bool) -> None:
    server = ListOnServer(list(range(count)), totals=totals)

    assert (await collect(server.ask, same, max_pages=10)).items == tuple(range(count))


async def test_something_new_on_top_is_not_counted_twice() -> None:
    server = ListOnServer([5, 4, 3, 2, 1])
    server.added_after = {1: 6}

    assert (await collect(server.ask, same, max_pages=10)).items == (5, 4, 3, 2, 1)


async def test_something_gone_does_not_hide_its_neighbour() -> None:
    """Without a new start, 3 would slip from the second page to the first after that was read."""
    server = ListOnServer([5, 4, 3, 2, 1])
    server.removed_after = {1: 5}

    assert (await collect(server.ask, same, max_pages=10)).items == (4, 3, 2, 1)


async def test_a_list_that_never_stands_still_is_given_up_as_incomplete() -> None:
    server = ListOnServer(list(range(40)))

    async def ask(page: int) -> Page[int]:
        found = await server.ask(page)
        server.items.pop(0)
        return found

    page = await collect(ask, same, max_pages=10)

    assert page.has_more
    assert len(server.asked) == 6


async def test_a_list_longer_than_allowed_says_that_there_is_more() -> None:
    page = await collect(ListOnServer(list(range(9))).ask, same, max_pages=3)

    assert page == Page((0, 1, 2, 3, 4, 5), 9, True)


async def test_a_server_that_ignores_page_numbers_is_asked_twice() -> None:
    asked = []

    async def ask(page: int) -> Page[int]:
        asked.append(page)
        return Page((1, 2), None, True)

    assert await collect(ask, same, max_pages=10) == Page((1, 2), None, False)
    assert asked == [1, 2]
