from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from captui.core.events import OrderRecord, OrderState
from captui.core.types import Order, OrderStatus, OrderType, Side
from captui.history.orders import RecordedOrder, of_ended, of_record
from tests.history.made import opened

LIMIT = RecordedOrder(
    id=1,
    uuid="u",
    custom_id="c",
    market="btczar",
    side=Side.BUY,
    type=OrderType.LIMIT,
    price=Decimal("0.1"),
    average_price=None,
    state=OrderState.WAIT,
    volume=Decimal(2),
    executed=Decimal("0.5"),
    post_only=True,
    created_ms=5,
    updated_ms=6,
)
MARKET = replace(
    LIMIT, id=2, price=None, average_price=Decimal(7), state=OrderState.DONE, post_only=None, type=OrderType.MARKET
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    with opened(tmp_path / "h") as history:
        history.orders.put([MARKET, LIMIT], covered_ms=9)
    with opened(tmp_path / "h") as history:
        assert history.orders.every() == (LIMIT, MARKET)
        assert history.orders.open_ids() == (1,)
        assert history.covered_ms("orders") == 9


def test_an_open_order_changes_until_it_has_ended(tmp_path: Path) -> None:
    ended = replace(LIMIT, state=OrderState.CANCEL, executed=Decimal(1))
    with opened(tmp_path / "h") as history:
        for state in (LIMIT, ended, replace(LIMIT, state=OrderState.WAIT), replace(LIMIT, state=OrderState.DONE)):
            history.orders.put([state])
        assert history.orders.every() == (ended,)
        assert history.orders.open_ids() == ()


def test_one_that_the_exchange_does_not_know_is_forgotten(tmp_path: Path) -> None:
    with opened(tmp_path / "h") as history, opened(tmp_path / "h", "other") as other:
        other.orders.put([LIMIT])
        history.orders.put([LIMIT])
        history.orders.forget(1)
        assert history.orders.every() == ()
        assert other.orders.every() == (LIMIT,)


def test_a_record_of_the_exchange_is_taken_over() -> None:
    record = OrderRecord(
        id=1,
        uuid="u",
        custom_id=None,
        market="btczar",
        side=Side.BUY,
        type=OrderType.LIMIT,
        price=Decimal("0.1"),
        average_price=None,
        state=OrderState.WAIT,
        volume=Decimal(2),
        remaining=Decimal("1.5"),
        executed=Decimal("0.5"),
        post_only=True,
        created_ms=5,
        updated_ms=6,
        trades_count=1,
    )
    assert of_record(record) == replace(LIMIT, custom_id="")


@pytest.mark.parametrize("status", OrderStatus)
def test_only_an_order_that_ended_at_the_exchange_is_recorded_as_ended(status: OrderStatus) -> None:
    order = Order(
        key="c",
        id=1,
        uuid="u",
        custom_id="c",
        market="btczar",
        side=Side.BUY,
        type=OrderType.LIMIT,
        price=Decimal("0.1"),
        average_price=None,
        volume=Decimal(2),
        executed=Decimal("0.5"),
        post_only=True,
        status=status,
        reason="",
        created_ms=5,
        updated_ms=6,
        ours=True,
    )
    expected = {
        OrderStatus.DONE: OrderState.DONE,
        OrderStatus.CANCELLED: OrderState.CANCEL,
        OrderStatus.REJECTED: OrderState.REJECT,
    }.get(status)
    assert of_ended(order) == (None if expected is None else replace(LIMIT, state=expected))
    assert of_ended(replace(order, id=None)) is None
