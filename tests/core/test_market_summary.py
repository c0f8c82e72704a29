"""What is said of a market, and in which order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.market_summary import SortBy, found_by, ordered, rand_prices, summaries
from captui.core.types import Market, Order, OrderStatus, OrderType, Side, Ticker

D = Decimal


def market(name: str, *, places: int = 2) -> Market:
    base, quote = name.lower().split("/")
    return Market(base + quote, name, base, quote, D(0), D(0), D("0.001"), 8, places, True)


def ticker(of: str, last: str, volume: str = "0", amount: str = "0", change: str = "0") -> Ticker:
    zero = D(0)
    return Ticker(of, D(last), zero, zero, zero, D(volume), D(amount), D(change), 0)


def order(of: str, side: Side, price: str | None, volume: str, executed: str = "0") -> Order:
    return Order(
        key=f"{of}{side}{price}",
        id=1,
        uuid="",
        custom_id="",
        market=of,
        side=side,
        type=OrderType.MARKET if price is None else OrderType.LIMIT,
        price=None if price is None else D(price),
        average_price=None,
        volume=D(volume),
        executed=D(executed),
        post_only=False,
        status=OrderStatus.WAIT,
        reason="",
        created_ms=0,
        updated_ms=0,
        ours=True,
    )


BTCZAR, ETHZAR, ETHBTC, XRPUSDT = (market(name) for name in ("BTC/ZAR", "ETH/ZAR", "ETH/BTC", "XRP/USDT"))
MARKETS = (BTCZAR, ETHZAR, ETHBTC, XRPUSDT)
TICKERS = {
    "btczar": ticker("btczar", "800000", "2", "1600000.01", "1.5"),
    "ethzar": ticker("ethzar", "50000", "10", "500000", "-2"),
    "ethbtc": ticker("ethbtc", "0.0625", "4", change="3"),
    "xrpusdt": ticker("xrpusdt", "0.6", "100", "60"),
}


def test_turnovers_are_compared_in_rand() -> None:
    btc, eth, cross, other = summaries(MARKETS, TICKERS, ())
    assert (btc.turnover, btc.estimated) == (D("1600000.01"), False)
    assert (eth.turnover, eth.estimated) == (D(500_000), False)
    # 4 ETH at 0.0625 BTC at 800 000 rand.
    assert (cross.turnover, cross.estimated) == (D(200_000), True)
    assert other.turnover is None, "there is no price of USDT in rand"


def test_without_a_ticker_there_is_no_turnover() -> None:
    (summary,) = summaries((BTCZAR,), {}, ())
    assert (summary.ticker, summary.turnover, summary.estimated) == (None, None, False)


def test_nothing_traded_is_no_estimate() -> None:
    (summary,) = summaries((BTCZAR,), {"btczar": ticker("btczar", "800000")}, ())
    assert (summary.turnover, summary.estimated) == (D(0), False)


def test_what_own_orders_hold_is_what_is_left_of_them() -> None:
    own = [
        order("btczar", Side.SELL, "900000", "0.5", "0.1"),
        order("btczar", Side.SELL, None, "0.01"),
        order("btczar", Side.BUY, "700000.01", "0.3", "0.1"),
        order("btczar", Side.BUY, None, "5"),
        order("ethzar", Side.BUY, "40000", "1"),
    ]
    btc, eth, cross, _ = summaries(MARKETS, TICKERS, own)
    assert (btc.orders, btc.base_in_orders, btc.quote_in_orders) == (4, D("0.41"), D("140000.002"))
    assert (eth.orders, eth.base_in_orders, eth.quote_in_orders) == (1, D(0), D(40_000))
    assert (cross.orders, cross.base_in_orders, cross.quote_in_orders) == (0, D(0), D(0))


def test_a_price_of_zero_is_none() -> None:
    assert rand_prices((BTCZAR, ETHZAR), {"btczar": ticker("btczar", "0"), "ethzar": TICKERS["ethzar"]}) == {
        "eth": D(50_000),
        "zar": D(1),
    }


def names(by: SortBy, *, descending: bool, favourites: frozenset[str] = frozenset()) -> list[str]:
    found = ordered(summaries(MARKETS, TICKERS, ()), by, descending=descending, favourites=favourites)
    return [summary.market.id for summary in found]


@pytest.mark.parametrize(
    ("by", "descending", "expected"),
    [
        (SortBy.NAME, False, ["btczar", "ethbtc", "ethzar", "xrpusdt"]),
        (SortBy.NAME, True, ["xrpusdt", "ethzar", "ethbtc", "btczar"]),
        (SortBy.CHANGE, True, ["ethbtc", "btczar", "xrpusdt", "ethzar"]),
        (SortBy.CHANGE, False, ["ethzar", "xrpusdt", "btczar", "ethbtc"]),
        (SortBy.PRICE, True, ["btczar", "ethzar", "xrpusdt", "ethbtc"]),
        (SortBy.TURNOVER, True, ["btczar", "ethzar", "ethbtc", "xrpusdt"]),
        (SortBy.TURNOVER, False, ["ethbtc", "ethzar", "btczar", "xrpusdt"]),
    ],
)
def test_orders(by: SortBy, descending: bool, expected: list[str]) -> None:
    assert names(by, descending=descending) == expected


def test_favourites_come_first_in_the_same_order() -> None:
    favourites = frozenset({"ethzar", "xrpusdt", "unknown"})
    assert names(SortBy.CHANGE, descending=True, favourites=favourites) == ["xrpusdt", "ethzar", "ethbtc", "btczar"]


def test_equals_stand_by_name() -> None:
    same = {each.id: replace(TICKERS["btczar"], market=each.id) for each in MARKETS}
    found = ordered(summaries(MARKETS, same, ()), SortBy.CHANGE, descending=True, favourites=frozenset())
    assert [summary.name for summary in found] == ["BTC/ZAR", "ETH/BTC", "ETH/ZAR", "XRP/USDT"]


@given(
    st.sets(st.sampled_from([each.id for each in MARKETS])),
    st.sampled_from(list(SortBy)),
    st.booleans(),
    st.sets(st.sampled_from(["btczar", "ethzar", "ethbtc", "xrpusdt"])),
)
def test_nothing_is_lost_and_nothing_comes_twice(
    known: set[str], by: SortBy, descending: bool, favourites: set[str]
) -> None:
    tickers = {name: TICKERS[name] for name in known}
    found = ordered(summaries(MARKETS, tickers, ()), by, descending=descending, favourites=favourites)
    ids = [summary.market.id for summary in found]
    assert sorted(ids) == sorted(each.id for each in MARKETS)
    assert {market_id in favourites for market_id in ids[: len(favourites)]} <= {True}


def test_the_sorts_go_round() -> None:
    seen, by = [], SortBy.NAME
    for _ in SortBy:
        seen.append(by)
        by = by.next()
    assert by is SortBy.NAME
    assert set(seen) == set(SortBy)
    assert [each for each in SortBy if not each.descending_first] == [SortBy.NAME]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["btczar", "ethzar", "ethbtc", "xrpusdt"]),
        ("btc", ["btczar", "ethbtc"]),
        ("BTC/ZAR", ["btczar"]),
        ("zar eth", ["ethzar"]),
        ("ethbtc", ["ethbtc"]),
        ("doge", []),
    ],
)
def test_what_is_typed_finds_names(typed: str, expected: list[str]) -> None:
    found = [summary.market.id for summary in summaries(MARKETS, TICKERS, ()) if found_by(summary, typed)]
    assert found == expected
