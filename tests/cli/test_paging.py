"""One page or all of them, and the progress that only a terminal sees."""

from __future__ import annotations

import io

import pytest

from captui.cli.paging import Paging, read
from captui.core.listed import OddRecord
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


@pytest.mark.parametrize("everything", [True, False])
async def test_records_that_cannot_be_shown_are_said(capsys: pytest.CaptureFixture[str], everything: bool) -> None:
    async def ask(_page: int, _limit: int) -> Page[int]:
        return Page((1,), None, False, (OddRecord("9", "", "An order in a new state."),))

    assert await read(ask, lambda n: n, Paging(all=everything), "orders") == (1,)
    assert capsys.readouterr().err == "captui: left out of the orders: An order in a new state.\n"
