"""Which rows a ladder has."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.types import Level, Side
from captui.render.ladder_rows import above, amount_places, bucket, groupings, ladder_rows, sensible_grouping
from tests import samples

D = Decimal

BOOK = samples.book()
TICK = D("0.01")


def test_ungrouped_rows_are_the_levels_with_the_spread_between() -> None:
    rows = ladder_rows(BOOK.bids, BOOK.asks, TICK, around=D("838500"), reach=3)
    assert [row.price for row in rows] == [
        D("842100"),
        D("841600"),
        D("841039.73"),
        D("838498.265"),
        D("835956.80"),
        D("835400"),
        D("834900"),
    ]
    assert [row.is_spread for row in rows].index(True) == 3


def test_totals_add_up_from_the_spread_outwards() -> None:
    rows = ladder_rows(BOOK.bids, BOOK.asks, TICK, around=D("838500"), reach=3)
    assert [row.ask_total for row in rows[:3]] == [D("0.2374"), D("0.1714"), D("0.1564")]
    assert [row.bid_total for row in rows[4:]] == [D("0.0478"), D("0.0678"), D("0.1488")]


def test_grouping_never_makes_a_price_look_better() -> None:
    assert bucket(D("835956.80"), D(500), Side.BUY) == D("835500")
    assert bucket(D("841039.73"), D(500), Side.SELL) == D("841500")
    assert bucket(D("841000"), D(500), Side.SELL) == D("841000")


@given(
    st.lists(st.integers(1, 5_000), min_size=1, max_size=40, unique=True),
    st.lists(st.integers(5_001, 10_000), min_size=1, max_size=40, unique=True),
    st.sampled_from([D(1), D(2), D(5), D(10), D(50), D(1000)]),
)
def test_grouped_rows_hold_exactly_what_the_book_holds(bids: list[int], asks: list[int], grouping: D) -> None:
    bid_levels = [Level(D(price), D(price) / 8) for price in sorted(bids, reverse=True)]
    ask_levels = [Level(D(price), D(price) / 8) for price in sorted(asks)]
    rows = ladder_rows(bid_levels, ask_levels, grouping, around=D(5000), reach=1000)
    assert sum(row.bid for row in rows) == sum(level.amount for level in bid_levels)
    assert sum(row.ask for row in rows) == sum(level.amount for level in ask_levels)
    prices = [row.price for row in rows]
    assert prices == sorted(prices, reverse=True)
    assert len({row.price for row in rows if not row.is_spread}) == len(rows) - 1
    for row in rows:
        assert not (row.bid and row.ask)


def test_rows_are_made_for_prices_that_must_be_there() -> None:
    rows = ladder_rows(BOOK.bids, BOOK.asks, TICK, extra=[D("834899.99"), D("841600")], around=D("838500"), reach=5)
    made = next(row for row in rows if row.price == D("834899.99"))
    assert made.bid == made.ask == 0
    assert sum(row.price == D("841600") for row in rows) == 1


def test_only_as_many_rows_are_made_as_a_window_can_show() -> None:
    deep = samples.deep_book()
    rows = ladder_rows(deep.bids, deep.asks, D(50), around=D(841040), reach=20)
    assert len(rows) == 41


def test_rows_reach_to_a_window_far_from_the_market() -> None:
    deep = samples.deep_book()
    far = deep.bids[-200].price
    rows = ladder_rows(deep.bids, deep.asks, D(50), around=far, reach=20)
    assert sum(row.price <= bucket(far, D(50), Side.BUY) for row in rows) >= 20


def test_a_book_with_one_side_still_has_a_spread_row_at_its_edge() -> None:
    no_bids = ladder_rows((), BOOK.asks, TICK, around=D("841039.73"), reach=3)
    assert no_bids[-1].is_spread
    no_asks = ladder_rows(BOOK.bids, (), TICK, around=D("835956.8"), reach=3)
    assert no_asks[0].is_spread
    assert ladder_rows((), (), TICK, around=D(1), reach=3) == []


def test_a_crossed_book_is_shown_as_it_is() -> None:
    level = (Level(D(100), D(1)),)
    rows = ladder_rows(level, level, D(1), around=D(100), reach=3)
    both = [row for row in rows if not row.is_spread]
    assert [(row.bid, row.ask) for row in both] == [(D(1), D(1))]


def test_above_finds_where_a_price_stands_or_would() -> None:
    rows = ladder_rows(BOOK.bids, BOOK.asks, TICK, around=D("838500"), reach=3)
    assert above(rows, D("842100")) == 0
    assert above(rows, D("841700")) == 1
    assert above(rows, D(1)) == len(rows)


def test_groupings_go_by_one_two_five() -> None:
    steps = groupings(samples.BTCZAR, D(838498))
    assert steps[:5] == (D("0.01"), D("0.02"), D("0.05"), D("0.10"), D("0.20"))
    assert steps[-1] == D(10_000)
    assert all(step % samples.BTCZAR.tick == 0 for step in steps)


def test_a_thin_book_is_shown_as_it_is_and_a_deep_one_grouped() -> None:
    assert sensible_grouping(samples.BTCZAR, BOOK.bids, BOOK.asks) == TICK
    deep = samples.deep_book()
    assert sensible_grouping(samples.BTCZAR, deep.bids, deep.asks) == D(50)
    assert sensible_grouping(samples.BTCZAR, (), BOOK.asks) == TICK
    assert sensible_grouping(samples.BTCZAR, BOOK.bids[:1], BOOK.asks[:1]) == TICK


@pytest.mark.parametrize(
    ("price", "places"), [("1112796.36", 4), ("841039.73", 4), ("48000", 3), ("11.5", 2), ("0.0004", 2)]
)
def test_amounts_have_the_decimals_that_are_worth_a_column(price: str, places: int) -> None:
    assert amount_places(samples.BTCZAR, D(price)) == places


def test_amounts_never_have_more_decimals_than_the_market() -> None:
    assert amount_places(samples.USDTZAR, D(841039)) == 2
    assert amount_places(samples.BTCZAR, None) == 4
