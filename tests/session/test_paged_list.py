"""A list that grows at the top while its pages are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from captui.exchange.pages import Page
from captui.session.paged_list import PagedList

SIZE = 3


@dataclass(frozen=True)
class Row:
    id: int
    state: str = "new"


@dataclass
class Server:
    rows: dict[int, Row] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    totals: bool = False

    def add(self, *numbers: int) -> None:
        self.rows.update((number, Row(number)) for number in numbers)

    async def page(self, number: int) -> Page[Row]:
        self.asked.append(number)
        newest = sorted(self.rows.values(), key=lambda row: -row.id)
        items = tuple(newest[(number - 1) * SIZE : number * SIZE])
        if self.totals:
            return Page(items, len(newest), number * SIZE < len(newest))
        return Page(items, None, len(items) == SIZE)


def listed(server: Server) -> PagedList[Row]:
    return PagedList(server.page, size=SIZE)


def ids(records: PagedList[Row]) -> list[int]:
    return [row.id for row in records.records]


async def test_the_first_reading_is_no_news_and_what_follows_is_told_oldest_first() -> None:
    server = Server()
    server.add(1, 2)
    records = listed(server)
    seen = [records.is_read]
    assert await records.refresh() == []
    assert [*seen, records.is_read] == [False, True]
    assert (ids(records), records.has_more) == ([2, 1], False)

    server.rows[1] = Row(1, "done")
    server.add(3)
    assert await records.refresh() == [(Row(1), Row(1, "done")), (None, Row(3))]
    assert await records.refresh() == []


async def test_more_pages_come_without_a_hole_while_the_list_grows() -> None:
    server = Server()
    server.add(*range(1, 9))
    records = listed(server)
    await records.refresh()
    server.add(9, 10)
    await records.refresh()
    await records.read_more()
    server.add(11)
    while records.has_more:
        await records.read_more()
        await records.refresh()
    assert ids(records) == list(range(11, 0, -1))
    before = list(server.asked)
    await records.read_more()
    assert server.asked == before


async def test_older_pages_are_looked_at_in_turn() -> None:
    server = Server(totals=True)
    server.add(*range(1, 9))
    records = listed(server)
    await records.refresh()
    await records.read_more()
    await records.read_more()
    assert (ids(records), records.has_more) == (list(range(8, 0, -1)), False)
    server.rows[1] = Row(1, "done")
    server.rows[5] = Row(5, "done")
    server.asked.clear()
    changes = [change for _ in range(3) for change in await records.refresh()]
    assert sorted(change[1].id for change in changes) == [1, 5]
    assert server.asked.count(1) == 3
    assert len(server.asked) <= 6
    assert not records.has_more


async def test_a_flood_of_new_ones_leaves_no_hole() -> None:
    server = Server()
    server.add(1, 2, 3, 4)
    records = listed(server)
    await records.refresh()
    await records.read_more()
    server.add(*range(5, 15))
    assert await records.refresh() == []
    assert (ids(records), records.has_more) == ([14, 13, 12], True)
    while records.has_more:
        await records.read_more()
    assert ids(records) == list(range(14, 0, -1))


async def test_a_server_that_ignores_page_numbers_is_not_asked_for_ever() -> None:
    server = Server()
    server.add(1, 2, 3)

    async def same(_: int) -> Page[Row]:
        return await server.page(1)

    records: PagedList[Row] = PagedList(same, size=SIZE)
    await records.refresh()
    await records.read_more()
    assert ids(records) == [3, 2, 1]
    assert len(server.asked) < 10
