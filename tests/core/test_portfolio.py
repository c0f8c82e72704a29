from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from captui.core.portfolio import value_in
from captui.core.types import Balance, Ticker
from tests.core.strategies import BTCZAR

D = Decimal
ETHZAR = replace(BTCZAR, id="ethzar", base="eth")
BTCUSDC = replace(BTCZAR, id="btcusdc", quote="usdc")


def ticker(market: str, last: str) -> Ticker:
    zero = D(0)
    return Ticker(market, D(last), zero, zero, zero, zero, zero, zero, 0)


TICKERS = {"btczar": ticker("btczar", "800000"), "ethzar": ticker("ethzar", "0"), "btcusdc": ticker("btcusdc", "45000")}
MARKETS = (BTCUSDC, BTCZAR, ETHZAR)


def test_each_is_valued_at_its_last_price() -> None:
    held = [
        Balance("zar", D(100), D(50)),
        Balance("btc", D("0.5"), D("0.25")),
        Balance("eth", D(1), D(0)),
        Balance("xrp", D(0), D(0)),
    ]
    valued, total = value_in(held, TICKERS, MARKETS)
    assert [value for _, value in valued] == [D(150), D(600_000), None, D(0)]
    assert [balance for balance, _ in valued] == held
    assert total == D(600_150)


def test_without_anything_to_value_there_is_no_total() -> None:
    assert value_in([Balance("eth", D(1), D(0))], TICKERS, MARKETS)[1] is None
    assert value_in([], TICKERS, MARKETS) == ([], None)


def test_in_another_currency() -> None:
    assert value_in([Balance("btc", D(2), D(0))], TICKERS, MARKETS, quote="usdc")[1] == D(90_000)
