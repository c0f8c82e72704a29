"""What an account is worth, and what it was worth a day ago."""

from __future__ import annotations

from decimal import Decimal

from captui.cli.valuation import portfolio_object
from captui.core.portfolio import valued
from captui.core.types import Balance, Market, Ticker


def market(base: str) -> Market:
    return Market(f"{base}zar", "", base, "zar", Decimal(0), Decimal(0), Decimal(0), 8, 2, enabled=True)


def ticker(base: str, last: str, opened: str) -> Ticker:
    zero = Decimal(0)
    return Ticker(f"{base}zar", Decimal(last), Decimal(opened), zero, zero, zero, zero, zero, 0)


MARKETS = [market("btc"), market("eth")]
TICKERS = {"btczar": ticker("btc", "110", "100"), "ethzar": ticker("eth", "5", "10")}


def balance(currency: str, available: str, locked: str = "0") -> Balance:
    return Balance(currency, Decimal(available), Decimal(locked))


def test_values_shares_and_change_add_up() -> None:
    found = valued([balance("zar", "100"), balance("btc", "1", "1"), balance("eth", "0")], TICKERS, MARKETS)
    assert [(row.currency, row.value, row.share) for row in found.rows] == [
        ("btc", Decimal(220), Decimal("68.75")),
        ("zar", Decimal(100), Decimal("31.25")),
    ]
    assert (found.total, found.change, found.change_percent) == (Decimal(320), Decimal(20), Decimal("6.67"))
    assert portfolio_object(found)["change_24h"] == "20"


def test_what_has_no_market_is_named_and_left_out_of_the_total() -> None:
    found = valued([balance("zar", "1"), balance("doge", "5")], TICKERS, MARKETS)
    assert found.unvalued == ("doge",)
    assert found.total == 1
    assert found.rows[-1].value is None


def test_the_change_is_unknown_where_an_opening_price_is() -> None:
    tickers = {"btczar": ticker("btc", "110", "0")}
    found = valued([balance("btc", "1"), balance("zar", "5")], tickers, MARKETS)
    assert (found.total, found.change, found.change_percent) == (Decimal(115), None, None)


def test_an_empty_account() -> None:
    found = valued([balance("zar", "0")], TICKERS, MARKETS)
    assert (found.rows, found.total, found.change) == ((), None, None)
