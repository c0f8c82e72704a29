"""One page or all of them, and the progress that only a terminal sees."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable

import pytest

from captui.cli.paging import Paging, cut, read, read_span
from captui.cli.when import TimeRange
from captui.core.listed import OddRecord
from captui.errors import ProtocolError
from captui.exchange.pages import Page


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def of(count: int, *, total: bool) -> object:
    async def ask(page: int, limit: int) -> Page[int]:
        items = tuple(range(count))[(page - 1) * limit : page * limit]
        return Page(items, count if total else None, len(items) >= limit)

    return ask


@pytest.mark.parametrize("total", [True, False])
async def test_all_pages_in_order_with_progress(total: bool) -> None:
    stream = Terminal()
    found = await read(of(7, total=total), lambda n: n, Paging(limit=2, all=True), "orders", stream=stream)  # type: ignore[arg-type]
    assert found == tuple(range(7))
    drawn = stream.getvalue().split("\r\x1b[K")
    assert drawn[0] == drawn[-1] == ""
    assert ("4 of 7 orders" if total else "4 orders") in drawn[2]


async def test_no_progress_where_nobody_sees_it() -> None:
    stream = io.StringIO()
    await read(of(7, total=True), lambda n: n, Paging(limit=2, all=True), "orders", stream=stream)  # type: ignore[arg-type]
    assert stream.getvalue() == ""


async def test_one_page_says_that_there_are_more(capsys: pytest.CaptureFixture[str]) -> None:
    found = await read(of(7, total=False), lambda n: n, Paging(limit=3, page=2), "orders")  # type: ignore[arg-type]
    assert found == (3, 4, 5)
    assert "--page 3" in capsys.readouterr().err
    await read(of(7, total=False), lambda n: n, Paging(limit=3, page=3), "orders")  # type: ignore[arg-type]
    assert capsys.readouterr().err == ""


async def test_a_list_without_an_end_is_said_to_be_cut(capsys: pytest.CaptureFixture[str]) -> None:
    found = await read(of(100, total=False), lambda n: n, Paging(limit=2, all=True), "orders", max_pages=3)  # type: ignore[arg-type]
    assert len(found) == 6
    assert "may not be complete" in capsys.readouterr().err


async def test_a_list_that_must_end_and_does_not_is_an_error() -> None:
    with pytest.raises(ProtocolError, match="may not be complete"):
        await read(of(100, total=False), lambda n: n, Paging(limit=2, all=True), "orders", max_pages=3, must_end=True)  # type: ignore[arg-type]
    whole = await read(of(5, total=False), lambda n: n, Paging(limit=2, all=True), "orders", must_end=True)  # type: ignore[arg-type]
    assert whole == (0, 1, 2, 3, 4)


@pytest.mark.parametrize("everything", [True, False])
async def test_records_that_cannot_be_shown_are_said(capsys: pytest.CaptureFixture[str], everything: bool) -> None:
    async def ask(_page: int, _limit: int) -> Page[int]:
        return Page((1,), None, False, (OddRecord("9", "", "An order in a new state."),))

    assert await read(ask, lambda n: n, Paging(all=everything), "orders") == (1,)
    assert capsys.readouterr().err == "captui: left out of the orders: An order in a new state.\n"


DAY_MS = 86_400_000


def days(count: int) -> Callable[[int, int], Awaitable[Page[int]]]:
    """A list of day numbers, newest first, a hundred on a page."""

    async def ask(page: int, limit: int) -> Page[int]:
        items = tuple(range(count, 0, -1))[(page - 1) * limit : page * limit]
        return Page(items, None, len(items) >= limit)

    return ask


async def spanned(paging: Paging, span: TimeRange, count: int = 350) -> tuple[int, ...]:
    return await read_span(
        days(count),
        lambda day: day,
        paging,
        "deposits",
        span=span,
        time_of=lambda day: day * DAY_MS,
        stream=io.StringIO(),
    )


async def test_pages_are_of_what_lies_in_the_span(capsys: pytest.CaptureFixture[str]) -> None:
    span = TimeRange(from_ms=20 * DAY_MS, to_ms=41 * DAY_MS)
    assert await spanned(Paging(limit=5), span) == (40, 39, 38, 37, 36)
    assert "There are more deposits: --page 2" in capsys.readouterr().err
    assert await spanned(Paging(limit=5, page=5), span) == (20,)
    assert await spanned(Paging(limit=21), span) == tuple(range(40, 19, -1))
    assert await spanned(Paging(all=True), span) == tuple(range(40, 19, -1))
    assert await spanned(Paging(all=True), TimeRange(to_ms=3 * DAY_MS)) == (2, 1)
    assert capsys.readouterr().err == ""


async def test_it_reads_no_further_than_the_span_reaches_back() -> None:
    asked: list[int] = []

    async def ask(page: int, limit: int) -> Page[int]:
        asked.append(page)
        items = tuple(range(1000 - (page - 1) * limit, 1000 - page * limit, -1))
        return Page(items, None, True)

    found = await read_span(
        ask,
        lambda day: day,
        Paging(all=True),
        "deposits",
        span=TimeRange(from_ms=850 * DAY_MS),
        time_of=lambda day: day * DAY_MS,
        stream=io.StringIO(),
    )
    assert found == tuple(range(1000, 849, -1))
    assert asked == [1, 2, 3]


async def test_one_record_out_of_order_does_not_end_the_search() -> None:
    pages = {1: (9, 0, 8), 2: (7,)}

    async def ask(page: int, _limit: int) -> Page[int]:
        return Page(pages[page], None, page == 1)

    found = await read_span(
        ask, lambda day: day, Paging(), "deposits", span=TimeRange(from_ms=5), time_of=lambda day: day
    )
    assert found == (9, 8, 7)


async def test_without_a_span_one_page_is_one_page() -> None:
    assert await spanned(Paging(limit=3, page=2), TimeRange()) == (347, 346, 345)


async def test_a_spanned_list_without_an_end_is_said_to_be_cut(capsys: pytest.CaptureFixture[str]) -> None:
    await read_span(
        days(1000),
        lambda day: day,
        Paging(all=True),
        "deposits",
        span=TimeRange(to_ms=DAY_MS),
        time_of=lambda day: day * DAY_MS,
        max_pages=2,
        stream=io.StringIO(),
    )
    assert "may not be complete" in capsys.readouterr().err


def test_a_page_of_a_list_that_was_read_whole(capsys: pytest.CaptureFixture[str]) -> None:
    items = (1, 2, 3, 4, 5)
    assert cut(items, Paging(all=True), "markets") == items
    assert cut(items, Paging(limit=2, page=3), "markets") == (5,)
    assert cut(items, Paging(limit=5), "markets") == items
    assert cut(items, Paging(limit=2, page=9), "markets") == ()
    assert capsys.readouterr().err == ""
    assert cut(items, Paging(limit=2, page=2), "markets") == (3, 4)
    assert "There are more markets: --page 3" in capsys.readouterr().err
