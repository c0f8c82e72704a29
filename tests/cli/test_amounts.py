"""Amounts in base and in quote, and how much of the book an amount in quote reaches."""

from __future__ import annotations

from decimal import Decimal

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.cli.amounts import Amount, parse_amount, parse_price, volume_of
from captui.core.money import on_step
from captui.core.types import Level, Market

MARKET = Market("btczar", "BTC/ZAR", "btc", "zar", Decimal(1), Decimal(0), Decimal("0.00001"), 8, 2, enabled=True)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0.01", Amount(Decimal("0.01"), "")),
        (".5", Amount(Decimal("0.5"), "")),
        ("500ZAR", Amount(Decimal(500), "zar")),
        (" 0.01 btc ", Amount(Decimal("0.01"), "btc")),
    ],
)
def test_what_is_an_amount(text: str, amount: Amount) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "1,5", "zar", "1 000", "١", "9" * 200, "\x1b[2J"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(click.UsageError) as error:
        parse_amount(text)
    assert "\x1b" not in error.value.message


def test_a_price_has_no_currency() -> None:
    assert parse_price("500000.25") == Decimal("500000.25")
    with pytest.raises(click.UsageError):
        parse_price("500000zar")


def test_base_is_taken_as_it_is() -> None:
    assert volume_of(parse_amount("0.123456789"), MARKET, price=None, opposite=()) == Decimal("0.123456789")
    assert volume_of(parse_amount("2btc"), MARKET, price=Decimal(5), opposite=()) == 2


def test_quote_at_a_price_is_rounded_down_to_a_step() -> None:
    assert volume_of(parse_amount("100zar"), MARKET, price=Decimal(3), opposite=()) == Decimal("33.33333333")


def test_quote_at_the_market_walks_the_book() -> None:
    book = (Level(Decimal(100), Decimal(1)), Level(Decimal(200), Decimal(1)))
    assert volume_of(parse_amount("150zar"), MARKET, price=None, opposite=book) == Decimal("1.25")
    with pytest.raises(click.UsageError, match="does not hold"):
        volume_of(parse_amount("301zar"), MARKET, price=None, opposite=book)


def test_less_than_a_step_and_another_currency_are_wrong_usage() -> None:
    with pytest.raises(click.UsageError, match="smallest step"):
        volume_of(parse_amount("0.001zar"), MARKET, price=Decimal(900_000), opposite=())
    with pytest.raises(click.UsageError, match="not E9"):
        volume_of(parse_amount("1e9"), MARKET, price=Decimal(5), opposite=())
    with pytest.raises(click.UsageError, match="not ETH"):
        volume_of(parse_amount("1eth"), MARKET, price=Decimal(5), opposite=())


@given(
    quote=st.decimals(min_value=1, max_value=10_000, places=2),
    levels=st.lists(
        st.tuples(
            st.decimals(min_value=1, max_value=1000, places=2), st.decimals(min_value="0.01", max_value=100, places=8)
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_what_is_bought_never_costs_more_than_was_given(quote: Decimal, levels: list[tuple[Decimal, Decimal]]) -> None:
    book = sorted((Level(price, amount) for price, amount in levels), key=lambda level: level.price)
    if sum(level.price * level.amount for level in book) < quote:
        return
    volume = volume_of(Amount(quote, "zar"), MARKET, price=None, opposite=book)
    assert on_step(volume, MARKET.lot)
    left, cost = volume, Decimal(0)
    for level in book:
        taken = min(left, level.amount)
        left, cost = left - taken, cost + taken * level.price
    assert cost <= quote
    assert quote - cost <= book[-1].price * MARKET.lot
