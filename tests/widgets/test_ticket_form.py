"""What people type into the ticket, and what it means."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.types import Level, Market, OrderDraft, OrderType, Side
from captui.widgets.ticket_form import Form, Kind, Reading, read, read_price

D = Decimal
MARKET = Market("btczar", "BTC/ZAR", "btc", "zar", D(1), D(0), D("0.0001"), 4, 2, True)
ASKS = (Level(D(100), D(1)), Level(D(200), D(1)))
BIDS = (Level(D(50), D(2)),)
AVAILABLE = {"zar": D(1000), "btc": D("0.75")}


def reading(
    amount: str,
    *,
    price: str = "100",
    side: Side = Side.BUY,
    kind: Kind = Kind.LIMIT,
    available: dict[str, Decimal] | None = AVAILABLE,
) -> Reading:
    return read(Form(side, kind, price, amount), market=MARKET, bids=BIDS, asks=ASKS, available=available)


def volume(amount: str, **how: object) -> Decimal:
    draft = reading(amount, **how).draft  # type: ignore[arg-type]  # the keywords of reading
    assert draft is not None
    return draft.volume


@pytest.mark.parametrize(
    ("text", "expected"),
    [("834 100.00", "834100.00"), ("  5 ", "5"), (".5", "0.5"), ("5.", "5"), ("1\u00a0000", "1000")],
)
def test_prices(text: str, expected: str) -> None:
    assert read_price(text) == D(expected)


@pytest.mark.parametrize("text", ["abc", "-5", "1e5", "1.2.3", "NaN", "0", "0.00", "9" * 41, "５", "834,100.00"])
def test_what_is_not_a_price(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        read_price(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.01", "0.01"),
        ("0.2btc", "0.2"),
        ("0.2 BTC", "0.2"),
        ("500zar", "5"),
        ("R500", "5"),
        ("500 ZAR", "5"),
        ("25%", "2.5"),
        ("max", "10"),
        ("100 %", "10"),
    ],
)
def test_amounts_of_a_buy(text: str, expected: str) -> None:
    assert volume(text) == D(expected)


def test_amounts_of_a_sell() -> None:
    assert volume("50%", side=Side.SELL) == D("0.375")
    assert volume("max", side=Side.SELL) == D("0.75")
    assert volume("50zar", side=Side.SELL) == D("0.5")


def test_a_typed_amount_is_not_rounded() -> None:
    # Off the market's step it is for the checks to refuse, not for the form to change.
    assert volume("0.00001") == D("0.00001")


def test_market_orders_walk_the_other_side() -> None:
    assert volume("200zar", kind=Kind.MARKET, price="") == D("1.5")
    assert volume("75zar", kind=Kind.MARKET, price="", side=Side.SELL) == D("1.5")
    # More than the book holds: what there is.
    assert volume("max", kind=Kind.MARKET, price="") == D(2)


def test_a_market_order_ignores_the_price_field() -> None:
    assert reading("1", kind=Kind.MARKET, price="rubbish").draft == OrderDraft(
        "btczar", Side.BUY, OrderType.MARKET, None, D(1)
    )


def test_post_only_is_a_limit_order() -> None:
    assert reading("1", kind=Kind.POST_ONLY).draft == OrderDraft(
        "btczar", Side.BUY, OrderType.LIMIT, D(100), D(1), post_only=True
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("abc", "is not an amount"),
        ("0,01", "without commas"),
        ("5eth", "ETH is not a currency of BTC/ZAR"),
        ("r5zar", "names two units"),
        ("101%", "at most 100 %"),
        ("0.001zar", "less than the smallest step, 0.0001 BTC"),
        ("0", "less than the smallest step"),
        ("9" * 50, "is not an amount"),
    ],
)
def test_what_is_not_an_amount(text: str, words: str) -> None:
    found = reading(text)
    assert found.draft is None
    assert found.field == "amount"
    assert words in found.sentence


def test_shares_need_balances() -> None:
    assert "is not known" in reading("25%", available=None).sentence
    assert reading("25%", available={}).sentence == "There is no ZAR available."


def test_a_value_needs_a_book_for_a_market_order() -> None:
    found = read(Form(Side.BUY, Kind.MARKET, "", "5zar"), market=MARKET, bids=(), asks=(), available=AVAILABLE)
    assert "is empty" in found.sentence


def test_empty_fields_are_no_mistake() -> None:
    assert reading("") == Reading(field="amount")
    assert reading("1", price="") == Reading(field="price")


@given(
    value=st.decimals(min_value="0.01", max_value="1000000", places=2),
    price=st.decimals(min_value="0.01", max_value="5000000", places=2),
)
def test_a_value_is_never_exceeded(value: Decimal, price: Decimal) -> None:
    found = reading(f"{value}zar", price=f"{price}")
    if found.draft is None:
        assert value / price < 2 * MARKET.lot
    else:
        assert found.draft.volume * price <= value
        assert found.draft.volume % MARKET.lot == 0


@given(text=st.text(max_size=60), price=st.text(max_size=20), kind=st.sampled_from(Kind), side=st.sampled_from(Side))
def test_nothing_typed_raises(text: str, price: str, kind: Kind, side: Side) -> None:
    found = reading(text, price=price, kind=kind, side=side)
    assert (found.draft is None) == bool(found.field)
