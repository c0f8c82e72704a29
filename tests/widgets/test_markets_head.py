"""The row above the markets."""

from __future__ import annotations

import pytest

from captui.render.lines import plain, width_of
from captui.widgets.markets_head import Head, MarketsHead, _places

TABS = (("All", 8), ("★ Favourites", 2), ("ZAR", 6), ("BTC", 2))


def text(head: Head, width: int = 80) -> str:
    made = MarketsHead(id="markets-head")
    made.show(head)
    (line,) = made.lines(width, 1)
    assert width_of(line) == width
    return plain(line)


def test_tabs_and_the_sort() -> None:
    line = text(Head(TABS, 1, sort="by name ↑"))
    assert line.rstrip() == " All 8 │ ★ Favourites 2 │ ZAR 6 │ BTC 2".ljust(69) + " by name ↑"


def test_what_was_typed_stays_beside_the_tabs() -> None:
    assert "BTC 2    / eth" in text(Head(TABS, 0, typed="eth"))


@pytest.mark.parametrize(("typed", "begins"), [("", " / ▏part of the name"), ("et", " / et▏ ")])
def test_while_typing_it_says_how_to_end(typed: str, begins: str) -> None:
    line = text(Head(TABS, 0, typed=typed, typing=True))
    assert line.startswith(begins)
    assert line.rstrip().endswith("Enter trade   Tab keep   Esc clear")


def test_old_prices_are_said_in_place_of_the_sort() -> None:
    line = text(Head(TABS, 0, sort="by name ↑", problem="not live"))
    assert line.rstrip().endswith("not live")
    assert "by name" not in line


def test_each_tab_is_where_it_is_clicked() -> None:
    line = text(Head(TABS, 0))
    assert [line[start:end] for start, end in _places(TABS)] == ["All 8", "★ Favourites 2", "ZAR 6", "BTC 2"]
