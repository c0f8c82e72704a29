"""What the shown records come to: exact to the last digit, per side and currency, and never half a number."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from captui.core.types import Side
from captui.render.lines import plain
from captui.session.commands import RecordKind
from captui.session.views import MarketsView
from captui.widgets.history_totals import moved_line, order_line, totals_line, trade_line, trade_totals
from tests import samples, samples_history

MARKETS = samples.views().markets
QUOTES = {market.id: market.quote for market in MARKETS.markets}
D = Decimal


def said(line: object) -> str:
    return plain(line).strip()  # type: ignore[arg-type]


BUY = samples_history.trade(0, total=D("4170.505"), fee=D("0.000005"))
SELL = samples_history.trade(1, side=Side.SELL, total=D("1000.005"), fee=D("1.0001"), fee_currency="zar")


def test_each_side_with_its_fees() -> None:
    totals = trade_totals([BUY, BUY, SELL], QUOTES)
    assert totals[Side.BUY].count == 2
    assert totals[Side.BUY].quote == {"zar": D("8341.010")}
    assert totals[Side.BUY].fees == {"btc": D("0.000010")}
    assert totals[Side.SELL].fees == {"zar": D("1.0001")}
    assert said(trade_line(totals, 120)) == (
        "bought 2 trades for R 8 341.01, fees 0.00001 BTC    sold 1 trade for R 1 000.00, fees R 1.00"
    )


def test_one_side_alone() -> None:
    assert said(trade_line(trade_totals([SELL], QUOTES), 120)) == "sold 1 trade for R 1 000.00, fees R 1.00"
    assert said(trade_line(trade_totals([], QUOTES), 120)) == ""


def test_currencies_are_kept_apart_rand_first() -> None:
    swap = replace(BUY, market="btcusdt", total=D("50"), fee=D("0.1"), fee_currency="btc")
    totals = trade_totals([swap, BUY], {**QUOTES, "btcusdt": "usdt"})
    assert totals[Side.BUY].quote == {"usdt": D(50), "zar": D("4170.505")}
    assert said(trade_line(totals, 120)).startswith("bought 2 trades for R 4 170.50 + 50 USDT, fees 0.100005 BTC")


def test_what_cannot_be_counted_is_said() -> None:
    strange = replace(BUY, market="???", fee=None, fee_currency="")
    totals = trade_totals([strange, BUY], QUOTES)
    assert (totals[Side.BUY].uncounted, totals[Side.BUY].without_fee) == (1, 1)
    assert said(trade_line(totals, 120)) == (
        "bought 2 trades for R 4 170.50 without 1 of unknown currency, fees 0.000005 BTC, 1 fee not said"
    )


def test_a_market_that_is_listed_no_more_is_known_by_its_name() -> None:
    old = replace(BUY, market="dogezar", fee_currency="doge")
    assert trade_totals([old], {})[Side.BUY].quote == {"zar": old.total}


@pytest.mark.parametrize("width", range(20, 140, 7))
def test_no_number_is_ever_cut(width: int) -> None:
    totals = trade_totals([*samples_history.trades(50), BUY, SELL], QUOTES)
    whole = trade_line(totals, 1_000)
    numbers = set(re.findall(r"[\d .]*\d", plain(whole)))
    shown = plain(trade_line(totals, width))
    assert cell_len(shown) == width
    for number in re.findall(r"[\d .]*\d", shown.split(" + ")[0]):
        assert number in numbers


def test_more_room_says_more() -> None:
    totals = trade_totals([*samples_history.trades(50), BUY, SELL], QUOTES)
    wide, narrow, least = (said(trade_line(totals, width)) for width in (200, 78, 40))
    assert wide.count("fees") == 2
    assert "for R" in narrow
    assert "fees" not in narrow
    assert re.fullmatch(r"bought \d+ trades    sold \d+ trades", least)


@given(st.lists(st.decimals(min_value=0, max_value=10**12, places=18), max_size=30))
def test_sums_are_exact(values: list[Decimal]) -> None:
    totals = trade_totals([replace(BUY, total=value, fee=value) for value in values], QUOTES)
    whole = sum(map(Fraction, values), Fraction(0))
    assert Fraction(totals[Side.BUY].quote.get("zar", D(0))) == whole
    assert Fraction(totals[Side.BUY].fees.get("btc", D(0))) == whole


def test_only_money_that_has_arrived_or_left_is_added_up() -> None:
    assert said(moved_line(samples_history.deposits(), 120)) == (
        "credited R 50 250.00 + 1.500000000000000001 ETH, fees R 12.50    3 others"
    )
    assert said(moved_line(samples_history.withdrawals(), 120)) == "withdrawn 0.05 BTC, fees 0.00012 BTC    3 others"
    assert said(moved_line(samples_history.withdrawals()[:1], 120)) == "withdrawn nothing    1 other"
    assert moved_line([], 120) == ()
    assert cell_len(plain(moved_line(samples_history.deposits(), 30))) == 30


def test_orders_are_counted_by_their_state() -> None:
    assert said(order_line(samples_history.orders(12), 80)) == "9 done    2 cancelled    1 wait"


@pytest.mark.parametrize("kind", list(RecordKind))
def test_every_list_has_a_line(kind: RecordKind) -> None:
    line = totals_line(kind, samples_history.rows(kind), MARKETS, 78)
    assert cell_len(plain(line)) == 78
    assert said(line)
    assert totals_line(kind, (), MARKETS, 78) == ()
    assert totals_line(kind, samples_history.rows(kind), MarketsView(), 1)
