"""What is held and what it cost, to the last digit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.fifo import COST_STEP, Position
from captui.core.holdings import Holding, HoldingOrder, Holdings, holdings, in_order
from captui.core.types import Balance, Ticker
from tests.core.strategies import BTCZAR

D = Decimal
ETHZAR = replace(BTCZAR, id="ethzar", base="eth")
MARKETS = (BTCZAR, ETHZAR)


def ticker(market: str, last: str, opened: str, change: str) -> Ticker:
    zero = D(0)
    return Ticker(market, D(last), D(opened), zero, zero, zero, zero, D(change), 0)


TICKERS = {
    "btczar": ticker("btczar", "800000", "790000", "1.27"),
    "ethzar": ticker("ethzar", "50000", "52000", "-3.85"),
}


def of(*balances: Balance, **positions: Position) -> Holdings:
    return holdings(balances, TICKERS, MARKETS, positions)


def one(amount: str, position: Position | None) -> Holding:
    found = of(Balance("btc", D(amount), D(0)), **({"btc": position} if position else {})).of("btc")
    assert found is not None
    return found


def test_a_holding_that_was_bought_here() -> None:
    holding = one("0.5", Position("btc", D("0.5"), D("350000.70"), D("12.34")))
    assert (holding.known, holding.unknown, holding.gone) == (D("0.5"), D(0), D(0))
    assert holding.cost == D("350000.70")
    assert holding.average == D("700001.40")
    assert holding.unrealised == D("49999.30")
    assert holding.unrealised_percent == D("14.29")
    assert holding.change_percent == D("1.27")


def test_of_a_holding_that_came_in_part_from_elsewhere_only_the_bought_part_counts() -> None:
    holding = one("0.75", Position("btc", D("0.5"), D("350000")))
    assert (holding.known, holding.unknown) == (D("0.5"), D("0.25"))
    assert holding.unrealised == D("50000")


def test_of_a_purchase_that_was_sent_away_in_part_the_rest_counts_at_its_share() -> None:
    holding = one("0.3", Position("btc", D("0.9"), D("700000")))
    assert (holding.known, holding.unknown, holding.gone) == (D("0.3"), D(0), D("0.6"))
    # A third of the cost, rounded down.
    assert holding.cost == D("233333.333333333333333333")
    assert holding.unrealised == D("240000") - holding.cost


def test_a_holding_without_own_trades_has_no_cost_and_no_profit() -> None:
    holding = one("0.3", None)
    assert (holding.known, holding.unknown, holding.cost) == (D(0), D("0.3"), D(0))
    assert holding.average is None
    assert holding.unrealised is None
    assert holding.unrealised_percent is None


def test_what_cost_nothing_has_a_profit_and_no_percentage() -> None:
    holding = one("0.5", Position("btc", D("0.5"), D(0)))
    assert holding.unrealised == D(400_000)
    assert holding.unrealised_percent is None


def test_rand_has_neither_cost_nor_profit() -> None:
    holding = of(Balance("zar", D(100), D(5))).of("zar")
    assert holding is not None
    assert (holding.known, holding.unknown, holding.gone) == (D(0), D(0), D(0))
    assert holding.unrealised is None
    assert holding.change_percent is None


def test_the_sums_are_those_of_the_rows() -> None:
    found = of(
        Balance("zar", D("100.50"), D(0)),
        Balance("btc", D("0.75"), D(0)),
        Balance("eth", D(2), D(1)),
        Balance("doge", D(7), D(0)),
        btc=Position("btc", D("0.5"), D(350_000), D("10.25")),
        eth=Position("eth", D(3), D(160_000), D("-4.10")),
        sol=Position("sol", D(0), D(0), D(100)),
    )
    assert [holding.currency for holding in found.all] == ["btc", "eth", "zar", "doge", "sol"]
    assert found.total == D("750100.50")
    assert found.change == D("0.75") * 10_000 - 3 * 2_000
    assert found.cost == D(510_000)
    assert found.unrealised == D(50_000) - D(10_000)
    assert found.unrealised_percent == D("7.84")
    assert found.realised == D("106.15")
    assert found.uncosted_value == D("0.25") * 800_000


def test_without_any_known_cost_there_is_no_unrealised_profit() -> None:
    found = of(Balance("btc", D(1), D(0)))
    assert found.unrealised is None
    assert found.unrealised_percent is None
    assert found.realised == D(0)
    assert found.uncosted_value == D(800_000)


def test_what_was_sold_altogether_is_told_for_its_profit_only() -> None:
    found = of(Balance("btc", D(0), D(0)), btc=Position("btc", realised=D(5)), eth=Position("eth", uncosted=D(2)))
    assert [holding.currency for holding in found.all] == ["btc"]
    assert found.all[0].change_percent is None
    assert found.all[0].small


def test_a_bought_currency_without_a_price_has_a_cost_and_no_profit() -> None:
    found = of(Balance("doge", D(10), D(0)), doge=Position("doge", D(10), D(55)))
    (doge,) = found.all
    assert doge.average == D("5.5")
    assert doge.unrealised is None
    assert found.cost == D(0)


@pytest.mark.parametrize(("amount", "small"), [("0.0000124", True), ("0.0000125", False), ("1", False)])
def test_small_is_worth_less_than_ten_rand(amount: str, small: bool) -> None:
    assert one(amount, None).small is small


def test_what_cannot_be_valued_is_not_small() -> None:
    found = of(Balance("doge", D("0.0001"), D(0)))
    assert not found.all[0].small


@given(
    held=st.decimals("0.00000001", "100", places=8),
    bought=st.decimals("0", "100", places=8),
    cost=st.decimals("0", "1000000", places=2),
)
def test_no_part_counts_twice_and_no_cost_is_made(held: Decimal, bought: Decimal, cost: Decimal) -> None:
    holding = one(str(held), Position("btc", bought, cost if bought else D(0)))
    assert holding.known + holding.unknown == held
    assert holding.known + holding.gone == bought
    assert holding.known >= 0
    assert holding.unknown >= 0
    assert holding.gone >= 0
    assert 0 <= holding.cost <= cost
    if bought:
        exact = cost * holding.known / bought
        assert exact - holding.cost <= COST_STEP + D("1e-15")


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (HoldingOrder.VALUE, ["btc", "eth", "zar", "doge"]),
        (HoldingOrder.NAME, ["btc", "doge", "eth", "zar"]),
        (HoldingOrder.CHANGE, ["btc", "eth", "zar", "doge"]),
        (HoldingOrder.GAIN, ["eth", "btc", "zar", "doge"]),
    ],
)
def test_orders(by: HoldingOrder, expected: list[str]) -> None:
    found = of(
        Balance("zar", D(100), D(0)),
        Balance("btc", D(1), D(0)),
        Balance("eth", D(1), D(0)),
        Balance("doge", D(1), D(0)),
        btc=Position("btc", D(1), D(800_001)),
        eth=Position("eth", D(1), D(1)),
    )
    assert [holding.currency for holding in in_order(found.all, by)] == expected


def test_the_orders_go_round() -> None:
    by, seen = HoldingOrder.VALUE, set()
    for _ in HoldingOrder:
        seen.add(by)
        by = by.next()
    assert (by, seen) == (HoldingOrder.VALUE, set(HoldingOrder))
