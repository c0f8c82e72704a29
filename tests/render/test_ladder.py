"""How one row of the ladder looks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from captui.core.types import Side
from captui.render.ladder import (
    Mine,
    RowLook,
    bar_length,
    columns,
    draw_header,
    draw_note,
    draw_row,
    draw_spread,
    round_scale,
    waiting,
)
from captui.render.ladder_rows import Row
from captui.render.lines import Line, plain, width_of

D = Decimal

AT = columns(46, price=10, amount=6, mine=7)
BID = RowLook(Row(D("834100"), bid=D("0.0170")), "834 100.00", bid="0.0170")
ASK = RowLook(Row(D("843500"), ask=D("0.0420")), "843 500.00", ask="0.0420")


def styles(line: Line, text: str) -> set[str]:
    """Styles of the cells in which `text` stands."""
    at = plain(line).index(text)
    cells = [name for run, name in line for _ in run]
    return set(cells[at : at + len(text)])


def test_every_row_is_as_wide_as_the_pane() -> None:
    for width in range(24, 90):
        at = columns(width, price=10, amount=6, mine=7)
        for look in (BID, ASK):
            assert width_of(draw_row(look, at)) == width
        assert width_of(draw_header(at, cumulative=True)) == width


def test_prices_stand_under_each_other_whatever_the_side() -> None:
    bid, ask, header = plain(draw_row(BID, AT)), plain(draw_row(ASK, AT)), plain(draw_header(AT, cumulative=False))
    assert bid.index("834 100.00") == ask.index("843 500.00")
    assert header.index("price") + 5 == bid.index("834 100.00") + 10


def test_bids_stand_left_of_the_price_and_asks_right() -> None:
    bid, ask = plain(draw_row(BID, AT)), plain(draw_row(ASK, AT))
    assert bid.index("0.0170") < bid.index("834 100.00")
    assert ask.index("0.0420") > ask.index("843 500.00")


def test_a_bar_grows_from_the_price_outwards() -> None:
    bid = draw_row(RowLook(BID.row, BID.price, bid="0.0170", bid_bar=8), AT)
    cells = [name for text, name in bid for _ in text]
    end = plain(bid).index("834 100.00") - 2
    assert all(name.endswith("@bid-bar") for name in cells[end - 4 : end])
    assert not cells[end - 5].endswith("@bid-bar")
    ask = draw_row(RowLook(ASK.row, ASK.price, ask="0.0420", ask_bar=8), AT)
    cells = [name for text, name in ask for _ in text]
    start = plain(ask).index("0.0420")
    assert all(name.endswith("@ask-bar") for name in cells[start : start + 4])
    assert not cells[start + 4].endswith("@ask-bar")


@pytest.mark.parametrize("half_cells", range(1, 29))
def test_bars_of_every_length_keep_the_row_whole(half_cells: int) -> None:
    for look in (
        RowLook(BID.row, BID.price, bid="0.0170", bid_bar=half_cells, mine_bid=Mine("0.0050")),
        RowLook(ASK.row, ASK.price, ask="0.0420", ask_bar=half_cells),
    ):
        line = draw_row(look, AT)
        assert width_of(line) == AT.width
        text = plain(line)
        assert (look.bid or look.ask) in text
        assert look.price in text


def test_half_a_cell_is_drawn_where_no_digit_is_in_its_way() -> None:
    line = draw_row(RowLook(BID.row, BID.price, bid="0.0170", bid_bar=2 * 6 + 1), AT)
    assert "▐0.0170" in plain(line)
    line = draw_row(RowLook(ASK.row, ASK.price, ask="0.0420", ask_bar=2 * 6 + 1), AT)
    assert "0.0420▌" in plain(line)


def test_the_zeros_on_a_bar_can_still_be_read() -> None:
    line = draw_row(RowLook(ASK.row, ASK.price, ask="0.0420", ask_bar=28), AT)
    assert styles(line, "0.0420") == {"text@ask-bar", "dim@ask-bar"}


def test_own_orders_stand_on_their_side_and_are_loud() -> None:
    line = draw_row(RowLook(BID.row, BID.price, bid="0.0170", mine_bid=Mine("0.0050")), AT)
    assert plain(line).index("0.0050") < plain(line).index("0.0170")
    assert styles(line, "0.0050") == {"own"}
    line = draw_row(RowLook(ASK.row, ASK.price, ask="0.0420", mine_ask=Mine("0.0100", "×")), AT)
    assert plain(line).index("0.0100×") > plain(line).index("0.0420")


def test_a_little_too_narrow_costs_a_gap_and_nothing_else() -> None:
    at = columns(42, price=10, amount=6, mine=7)
    assert (at.gap, at.mine) == (1, 7)
    assert width_of(draw_row(BID, at)) == width_of(draw_header(at, cumulative=False)) == 42
    spread = plain(draw_spread(at, spread=D("5082.93"), middle=D("838498.26"), places=2, missing="", stale=False))
    assert spread.index("5 082.93") + 8 == plain(draw_row(BID, at)).index("834 100.00") + 10


def test_without_room_own_orders_become_a_dot() -> None:
    at = columns(34, price=10, amount=6, mine=7)
    assert at.mine == 2
    assert "•" in plain(draw_row(RowLook(BID.row, BID.price, bid="0.0170", mine_bid=Mine("0.0050")), at))
    assert "0.0170" in plain(draw_row(BID, at))


def test_a_staged_order_is_told_apart_from_a_resting_one() -> None:
    look = RowLook(
        Row(D("834899.99")), "834 899.99", mine_bid=Mine("0.0020", "▸", staged=True), cursor=True, focused=True
    )
    line = draw_row(look, AT)
    assert styles(line, "0.0020▸") == {"staged@cursor"}
    assert styles(line, "834 899") == {"staged@cursor"}


def test_what_is_stale_has_no_colour_and_no_bar() -> None:
    line = draw_row(RowLook(BID.row, BID.price, bid="0.0170", bid_bar=0, stale=True), AT)
    assert {name for text, name in line if text.strip()} == {"stale"}


def test_own_orders_stay_loud_while_only_the_book_is_stale() -> None:
    line = draw_row(RowLook(BID.row, BID.price, bid="0.0170", mine_bid=Mine("0.0050"), stale=True), AT)
    assert styles(line, "0.0050") == {"own"}
    line = draw_row(RowLook(BID.row, BID.price, bid="0.0170", mine_bid=Mine("0.0050", live=False), stale=True), AT)
    assert styles(line, "0.0050") == {"stale"}


def test_the_cursor_is_seen_without_colour_too() -> None:
    focused = draw_row(RowLook(BID.row, BID.price, bid="0.0170", cursor=True, focused=True), AT)
    blurred = draw_row(RowLook(BID.row, BID.price, bid="0.0170", cursor=True), AT)
    assert plain(focused)[0] == plain(blurred)[0] == "▌"
    assert any("@cursor" in name for _, name in focused)
    assert not any("@cursor" in name for _, name in blurred)


def test_the_last_price_is_lit_and_marked_with_the_takers_side() -> None:
    line = draw_row(RowLook(ASK.row, ASK.price, ask="0.0420", last=Side.BUY), AT)
    assert styles(line, "843 500") == {"ask@lit"}
    assert "843 500.00▴" in plain(line)
    assert "834 100.00▾" in plain(draw_row(RowLook(BID.row, BID.price, bid="0.0170", last=Side.SELL), AT))


def test_the_spread_row_puts_its_digits_under_the_prices() -> None:
    line = draw_spread(AT, spread=D("5082.93"), middle=D("838498.26"), places=2, missing="", stale=False)
    text = plain(line)
    assert text.index("5 082.93") + 8 == plain(draw_row(BID, AT)).index("834 100.00") + 10
    assert "0.61 %" in text
    assert width_of(line) == AT.width


def test_the_spread_row_says_which_side_is_missing() -> None:
    line = draw_spread(AT, spread=None, middle=D(1), places=2, missing="no bids", stale=True)
    assert " no bids " in plain(line)


def test_bars_keep_their_measure_while_amounts_change_a_little() -> None:
    assert round_scale(D("0.21")) == round_scale(D("0.28")) == D("0.3")
    assert round_scale(D("9")) == D(10)
    assert round_scale(D(0)) == 1


def test_a_bar_is_never_nothing_for_something_nor_longer_than_its_room() -> None:
    assert bar_length(D("0.0001"), D(1), 28) == 1
    assert bar_length(D(2), D(1), 28) == 28
    assert bar_length(D("0.5"), D(1), 28) == 14
    assert bar_length(D(0), D(1), 28) == 0


def test_a_waiting_pane_says_what_it_waits_for_in_its_size() -> None:
    lines = waiting("Waiting for the order book of BTC/ZAR.", 20, 6)
    assert len(lines) == 6
    assert {width_of(line) for line in lines} == {20}
    assert "Waiting for the" in " ".join(plain(line) for line in lines)
    assert plain(draw_note("too long for this", 8, "warning")) == " too lo…"
