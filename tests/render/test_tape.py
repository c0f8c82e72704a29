"""One line of the tape."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from captui.core.types import PublicTrade, Side
from captui.render.lines import plain, width_of
from captui.render.tape import cells_needed, draw_tape_header, draw_trade
from tests import samples

TRADE = PublicTrade("1", "btczar", Decimal("841039.73"), Decimal("0.0120"), Side.BUY, samples.NOW_MS - 1000)


def line(trade: PublicTrade = TRADE, *, width: int = 34, stale: bool = False) -> tuple[tuple[str, str], ...]:
    return draw_trade(trade, samples.BTCZAR, width, price_cells=10, amount_cells=6, stale=stale, tz=samples.TZ)


def test_time_amount_price_and_side() -> None:
    assert plain(line()).rstrip() == "14:03:21  0.0120  841 039.73 ▴"
    assert plain(line(replace(TRADE, taker=Side.SELL))).rstrip().endswith("▾")


def test_the_colour_is_the_takers() -> None:
    assert ("841 039", "bid") in line()
    assert ("841 039", "ask") in line(replace(TRADE, taker=Side.SELL))


def test_without_room_the_time_goes_first() -> None:
    assert plain(line(width=22)).rstrip() == "0.0120  841 039.73 ▴"
    assert all(width_of(line(width=width)) == width for width in range(10, 60))


def test_stale_trades_have_no_colour() -> None:
    assert {name for text, name in line(stale=True) if text.strip()} == {"stale"}


def test_columns_fit_the_widest() -> None:
    other = replace(TRADE, price=Decimal("1041039.73"), amount=Decimal("12.5"))
    assert cells_needed((TRADE, other), samples.BTCZAR) == (len("1 041 039.73"), len("12.5000"))
    assert cells_needed((), samples.BTCZAR) == (0, 0)


def test_the_header_carries_a_note() -> None:
    assert plain(draw_tape_header(20, note="▲ 3 newer", stale=False)) == "Tape       ▲ 3 newer"
