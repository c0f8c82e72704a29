"""All that is known of one holding."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from captui.core.fifo import Position
from captui.core.holdings import Holding, holdings
from captui.core.types import Balance, Currency
from captui.render.lines import plain
from captui.session.views import TickersView
from captui.widgets.holding_details import holding_items, markets_of, title
from tests import samples, samples_markets, samples_portfolio

D = Decimal


def of(balance: Balance, position: Position | None = None) -> Holding:
    positions = {balance.currency: position} if position else {}
    found = holdings([balance], samples_markets.TICKERS, samples_markets.MARKETS, positions).of(balance.currency)
    assert found is not None
    return found


BITCOIN = of(Balance("btc", D("0.74"), D("0.01")), samples_portfolio.POSITIONS["btc"])


def text(holding: Holding, *, private: bool = False, traded: bool = True, problem: str = "") -> list[str]:
    items = holding_items(
        holding,
        samples_markets.MARKETS,
        TickersView(samples_markets.TICKERS),
        samples.TZ,
        private=private,
        traded=traded,
        problem=problem,
    )
    return [" ".join(plain(line).split()) for line in items]


def test_everything_about_a_holding_that_came_in_part_from_elsewhere() -> None:
    assert text(BITCOIN) == [
        "available 0.74 BTC",
        "locked 0.01 BTC",
        "total 0.75 BTC",
        "in rand R 630 779.80",
        "share 100.00 % of everything",
        "price R 841 039.73 +1.24 %",
        "",
        "cost known of 0.5 BTC",
        "cost R 350 000.00",
        "cost of one R 700 000.00",
        "unrealised +R 70 519.86 +20.15 %",
        "oldest bought 2026-05-04 14:03",
        "realised +R 12 345.68",
        "The cost of 0.25 BTC is not known: it came as a deposit, or before the oldest own trade.",
        "",
        "BTC/ZAR 841 039.73 +1.24 %",
        "BTC/USDC 46 201.50 +0.66 %",
        "ETH/BTC 0.057421 −1.17 %",
    ]


def test_what_was_sent_away_and_what_was_sold_without_a_cost_is_said() -> None:
    lines = text(of(Balance("btc", D("0.1"), D(0)), Position("btc", D("0.5"), D(350_000), uncosted=D("0.02"))))
    assert "Own trades bought 0.4 BTC more than is here now: it was sent away, or went in fees." in lines
    assert "0.02 BTC were sold whose cost is not known: that is in no profit." in lines
    assert not any("came as a deposit" in line for line in lines)


def test_in_private_no_amount_and_no_sum_is_told() -> None:
    lines = text(BITCOIN, private=True)
    assert lines[0] == "available •••••"
    assert "The cost of ••••• is not known: it came as a deposit, or before the oldest own trade." in lines
    for hidden in ("0.74", "0.75", "0.25", "630", "350", "70 519", "12 345"):
        assert not any(hidden in line for line in lines)


def test_old_numbers_are_told_first() -> None:
    assert text(BITCOIN, problem="not live")[0] == "not live"


def test_rand_has_no_price_and_no_cost() -> None:
    lines = text(of(Balance("zar", D(5), D(0))))
    assert not any(line.startswith(("price", "cost", "realised", "unrealised")) for line in lines)


def test_without_own_trades_there_is_no_cost() -> None:
    assert not any(line.startswith(("cost", "realised", "The cost")) for line in text(BITCOIN, traded=False))


def test_a_currency_without_a_market_against_rand() -> None:
    assert "in rand no market against rand" in text(of(Balance("doge", D(5), D(0))))


def test_halted_markets_and_those_without_a_price() -> None:
    assert "USDT/ZAR trading is halted" in text(of(Balance("usdt", D(5), D(0))))


def test_all_decimals_of_an_amount_are_shown() -> None:
    assert text(of(Balance("eth", D("1.123456789012345678"), D(0))))[0] == "available 1.123456789012345678 ETH"


def test_the_market_to_trade_is_the_one_against_rand() -> None:
    assert [market.id for market in markets_of("btc", samples_markets.MARKETS)] == ["btczar", "btcusdc", "ethbtc"]
    assert markets_of("doge", samples_markets.MARKETS) == ()


def test_titles() -> None:
    assert title(BITCOIN, Currency("btc", "Bitcoin", 8, "coin")) == "Bitcoin (BTC)"
    assert title(BITCOIN, Currency("btc", "BTC", 8, "coin")) == "BTC"
    assert title(BITCOIN, None) == "BTC"
    assert title(BITCOIN, replace(Currency("btc", "\x1b[2J", 8, "coin"))) == " [2J (BTC)"
