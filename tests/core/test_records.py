"""Rules of single records that the golden frames show only by one example each."""

from __future__ import annotations

from decimal import Decimal

import pytest

from captui.core import records
from captui.core.types import OrderType, Side
from captui.errors import ProtocolError

ORDER = {
    "id": 1,
    "market": "btczar",
    "side": "buy",
    "ord_type": "limit",
    "state": "wait",
    "origin_volume": "3",
    "price": "5",
}


def test_executed_and_remaining_complete_each_other() -> None:
    assert records.order(ORDER | {"remaining_volume": "1"}).executed == 2
    assert records.order(ORDER | {"executed_volume": "1"}).remaining == 2
    assert records.order(ORDER).executed == 0


def test_a_market_order_has_no_price_whatever_is_sent() -> None:
    record = records.order(ORDER | {"ord_type": "market", "price": "0.0"})
    assert record.type is OrderType.MARKET
    assert record.price is None


def test_no_average_before_anything_is_executed() -> None:
    assert records.order(ORDER | {"avg_price": "0.0"}).average_price is None
    assert records.order(ORDER | {"avg_price": "4.5"}).average_price is None
    assert records.order(ORDER | {"avg_price": "4.5", "executed_volume": "1"}).average_price == Decimal("4.5")


def test_whether_a_source_carries_the_custom_id_is_kept() -> None:
    assert records.order(ORDER).custom_id is None
    assert records.order(ORDER | {"custom_order_id": None}).custom_id == ""
    assert records.order(ORDER | {"custom_order_id": "c"}).custom_id == "c"


@pytest.mark.parametrize(("taker", "maker"), [("buy", False), ("sell", True), ("ask", True), (None, None)])
def test_a_fill_is_a_makers_when_the_other_side_took(taker: str | None, maker: bool | None) -> None:
    fill = records.fill({"id": 1, "market": "m", "price": 2, "amount": 3, "side": "buy", "taker_type": taker})
    assert fill.maker is maker
    assert fill.total == 6
    assert fill.side is Side.BUY


def test_a_fill_without_its_side_or_market_cannot_be_placed() -> None:
    with pytest.raises(ProtocolError, match="side"):
        records.fill({"id": 1, "market": "m", "price": 2, "amount": 3})
    with pytest.raises(ProtocolError, match="market"):
        records.fill({"id": 1, "side": "buy", "price": 2, "amount": 3})


def test_what_can_be_spent_and_what_is_locked_add_up() -> None:
    with_available = records.balance({"currency": "ZAR", "balance": "10", "available": "4", "locked": "99"})
    assert (with_available.currency, with_available.available, with_available.locked) == ("zar", Decimal(4), Decimal(6))
    assert with_available.total == 10
    without = records.balance({"currency": "zar", "balance": "10", "locked": "6"})
    assert (without.available, without.locked, without.total) == (Decimal(10), Decimal(6), Decimal(16))


@pytest.mark.parametrize("state", ["disabled", "hidden", "", None])
def test_a_market_is_enabled_only_when_it_says_so(state: str | None) -> None:
    market = {
        "id": "m",
        "base_unit": "B",
        "quote_unit": "Q",
        "amount_precision": 8,
        "price_precision": 2,
        "state": state,
    }
    assert not records.market(market).enabled
    assert records.market(market).base == "b"
    assert records.market(market).max_price == 0


@pytest.mark.parametrize("digits", [-1, 31, "x", "1.5"])
def test_a_precision_is_a_small_whole_number(digits: object) -> None:
    with pytest.raises(ProtocolError):
        records.market(
            {"id": "m", "base_unit": "B", "quote_unit": "Q", "amount_precision": digits, "price_precision": 2}
        )
