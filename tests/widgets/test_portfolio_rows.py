"""The cells of one holding."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.fifo import Position
from captui.core.holdings import Holding, holdings
from captui.core.types import Balance, Currency
from captui.render.lines import Line, Run, plain, width_of
from captui.widgets.portfolio_rows import (
    COLUMNS,
    HIDDEN,
    Places,
    amount_cell,
    decimals,
    gain,
    gain_percent,
    holding_row,
    price_places,
    rand,
)
from tests import samples_markets, samples_portfolio

D = Decimal
FOUR = Places(4, 4, 4)
TITLES = (
    "code",
    "available",
    "locked",
    "total",
    "price",
    "change",
    "value",
    "share",
    "cost",
    "unrealised",
    "percent",
    "realised",
    "known",
)
CURRENCIES = {name: Currency(name, name, 2 if name == "zar" else 8, "coin") for name in ("zar", "btc", "eth", "xrp")}
ALL = holdings(
    samples_portfolio.BALANCES, samples_markets.TICKERS, samples_markets.MARKETS, samples_portfolio.POSITIONS
)


def holding(currency: str) -> Holding:
    found = ALL.of(currency)
    assert found is not None
    return found


def cells(
    of: Holding, *, places: Places = FOUR, private: bool = False, live: bool = True, traded: bool = True
) -> dict[str, Line]:
    row = holding_row(of, places, CURRENCIES, private=private, live=live, traded=traded)
    return dict(zip(TITLES, row.cells, strict=True))


def texts(of: Holding, *, places: Places = FOUR, private: bool = False, traded: bool = True) -> dict[str, str]:
    return {title: plain(cell) for title, cell in cells(of, places=places, private=private, traded=traded).items()}


def test_a_holding_on_one_line() -> None:
    assert texts(holding("btc")) == {
        "code": "BTC",
        "available": "0.7400",
        "locked": "0.0100",
        "total": "0.7500",
        "price": "841 039.73",
        "change": "+1.24 %",
        "value": "630 779.80",
        "share": "51.0 %",
        "cost": "700 000.00",
        "unrealised": "+70 519.86",
        "percent": "+20.15 %",
        "realised": "+12 345.68",
        "known": "66 %",
    }


def test_rand_has_its_own_decimals_and_no_cost() -> None:
    shown = texts(holding("zar"))
    assert shown["total"] == "250 000.00  "
    assert (shown["price"], shown["change"]) == ("–", "")
    assert (shown["unrealised"], shown["percent"], shown["known"]) == ("", "", "")


def test_rand_are_cut_at_the_cent_on_both_sides() -> None:
    odd = replace(holding("zar"), row=replace(holding("zar").row, total=D("5.008"), value=D("5.008")))
    assert (texts(odd)["total"].strip(), texts(odd)["value"]) == ("5.00", "5.00")


@pytest.mark.parametrize(("currency", "words"), [("eth", "all"), ("xrp", "none"), ("btc", "66 %"), ("sol", "")])
def test_how_much_of_the_cost_is_known(currency: str, words: str) -> None:
    assert texts(holding(currency))["known"] == words


def test_a_little_of_the_cost_is_not_none_of_it() -> None:
    little = replace(holding("btc"), known=D("0.0001"))
    assert texts(little)["known"] == "under 1 %"


def test_what_is_sold_shows_its_profit_and_nothing_else() -> None:
    shown = texts(holding("sol"))
    assert shown["realised"] == "+2 040.25"
    assert {shown[title].strip() for title in ("available", "locked", "total", "price", "value", "share")} == {"–"}


def test_without_own_trades_nothing_is_said_of_profit() -> None:
    shown = texts(holding("btc"), traded=False)
    assert {shown[title] for title in ("unrealised", "percent", "realised", "known")} == {""}


def test_in_private_no_amount_and_no_sum_can_be_read() -> None:
    for each in ALL.all:
        shown = texts(each, private=True)
        for title in ("available", "locked", "total"):
            assert shown[title] == HIDDEN
        for title in ("value", "unrealised", "realised"):
            assert not any(c.isdigit() for c in shown[title])
    assert texts(holding("btc"), private=True)["share"] == "51.0 %"


def test_old_numbers_look_old() -> None:
    assert {style for cell in cells(holding("btc"), live=False).values() for _, style in cell} == {"stale"}


def test_there_is_a_column_for_every_cell() -> None:
    assert len(COLUMNS) == len(TITLES)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [(("1", "2"), 2), (("1.00000", "0.5"), 2), (("0.12345", "7"), 5), (("0.123456789012", "7"), 8), ((), 2)],
)
def test_decimals_are_those_that_are_needed(amounts: tuple[str, ...], expected: int) -> None:
    found = holdings([Balance(f"c{n}", D(value), D(0)) for n, value in enumerate(amounts)], {}, (), {})
    assert decimals(found.all) == Places(expected, 2, expected)


def test_each_column_has_its_own_decimals() -> None:
    found = holdings([Balance("btc", D("0.5"), D("0.0001")), Balance("eth", D(2), D("0.99995"))], {}, (), {})
    assert decimals(found.all) == Places(available=2, locked=5, total=5)


@pytest.mark.parametrize(
    ("value", "most", "places", "expected"),
    [
        ("1.239", 2, 2, "1.23"),
        ("1.5", 2, 4, "1.50  "),
        ("3", 0, 2, "3   "),
        ("0", 2, 2, "–   "),
        ("12345.678", 4, 4, "12 345.6780"),
    ],
)
def test_amounts_are_cut_off_never_rounded_up(value: str, most: int, places: int, expected: str) -> None:
    assert plain(amount_cell(D(value), most, places, "text")) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12.345", ("+R 12.34", "bid")),
        ("-0.01", ("−R 0.01", "ask")),
        ("0.001", ("R 0.00", "dim")),
        ("-0.001", ("R 0.00", "dim")),
        ("0", ("R 0.00", "dim")),
        ("-1234567.8", ("−R 1 234 567.80", "ask")),
        (None, ("–", "faint")),
    ],
)
def test_a_gain_has_its_sign_before_the_currency(value: str | None, expected: Run) -> None:
    assert gain(None if value is None else D(value)) == expected


def test_private_gains_and_sums_are_dots() -> None:
    assert gain(D("12.34"), private=True) == (f"R {HIDDEN}", "dim")
    assert gain(D("-12.34"), private=True, prefix="") == (HIDDEN, "dim")
    assert rand(D("12.34"), private=True) == f"R {HIDDEN}"
    assert rand(D("1234.5")) == "R 1 234.50"


def test_percentages() -> None:
    assert gain_percent(D("1.5")) == ("+1.50 %", "bid")
    assert gain_percent(D("-1.5")) == ("−1.50 %", "ask")
    assert gain_percent(D(0)) == ("0.00 %", "dim")
    assert gain_percent(None) == ("", "text")


def test_small_prices_have_more_decimals() -> None:
    assert (price_places(D("1")), price_places(D("0.99"))) == (2, 6)


def test_an_endless_code_is_cut() -> None:
    long = holdings([Balance("x" * 900, D(1), D(0))], {}, (), {"x" * 900: Position("x" * 900)}).all[0]
    assert width_of(cells(long)["code"]) == 8
