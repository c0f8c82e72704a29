"""A past to look at: orders and trades from before the doors opened, on books of which nobody knows."""

from __future__ import annotations

from itertools import pairwise

import pytest

from captui.simulator.markets import MARKETS
from captui.simulator.orders import OrderState
from captui.simulator.past import DAYS, ORDERS
from captui.simulator.venue import USER, USER_FUNDS, IncrementShape
from captui.simulator.world import World
from tests.simulator.venues import NOW_MS


def world(seed: int = 3, *, past: bool = True) -> World:
    return World(
        seed=seed,
        makers=True,
        replay=None,
        speed=1.0,
        shape=IncrementShape.NESTED,
        manual_clock=True,
        start_ms=NOW_MS,
        past=past,
    )


@pytest.mark.parametrize("seed", [1, 3, 7])
def test_there_is_something_of_everything(seed: int) -> None:
    venue = world(seed).venue
    orders, fills = list(venue.orders.values()), venue.fills
    assert ORDERS // 2 < len(orders) <= ORDERS
    assert {order.state for order in orders} == {OrderState.DONE, OrderState.CANCEL}
    assert {order.market for order in orders} == set(MARKETS)
    assert {order.side for order in orders} == {"buy", "sell"}
    assert len({fill.order_id for fill in fills}) < len(fills), "some orders were filled in parts"


def test_it_lies_in_the_past_and_in_order() -> None:
    venue = world().venue
    day_ms = 86_400_000
    assert all(NOW_MS - DAYS * day_ms <= order.created_ms < NOW_MS for order in venue.orders.values())
    assert all(order.created_ms <= order.updated_ms < NOW_MS for order in venue.orders.values())
    for earlier, later in pairwise(venue.fills):
        assert earlier.trade.at_ms <= later.trade.at_ms
        assert earlier.trade.id <= later.trade.id
    for before, after in pairwise(venue.orders.values()):
        assert before.id < after.id
        assert before.created_ms < after.created_ms


def test_money_adds_up_and_nothing_is_left_locked() -> None:
    venue = world().venue
    assert venue.ledger.discrepancies() == {}
    assert all(venue.ledger.locked(USER, currency) == 0 for currency in venue.ledger.currencies(USER))
    assert all(order.remaining == 0 for order in venue.orders.values() if order.state is OrderState.DONE)
    assert venue.open_orders() == []


@pytest.mark.parametrize("seed", range(8))
def test_there_is_enough_left_to_trade_with(seed: int) -> None:
    venue = world(seed).venue
    for currency, funds in USER_FUNDS.items():
        assert venue.ledger.available(USER, currency) >= funds * 2 / 5


def test_prices_are_those_of_the_time() -> None:
    venue = world().venue
    for fill in venue.fills:
        bar = venue.feeds[fill.trade.market].candles.bar(60, fill.trade.at_ms // 3_600_000)
        before = venue.feeds[fill.trade.market].candles.bar(60, fill.trade.at_ms // 3_600_000 - 1)
        assert bar is not None
        assert before is not None
        price = fill.trade.price * 100
        assert min(bar.low, before.low) <= price <= max(bar.high, before.high)


def test_the_market_of_everybody_is_the_same_with_it_and_without() -> None:
    with_past, without = world().venue, world(past=False).venue
    for market in MARKETS:
        assert [(trade.price, trade.amount, trade.at_ms) for trade in with_past.feeds[market].tape] == [
            (trade.price, trade.amount, trade.at_ms) for trade in without.feeds[market].tape
        ]
        assert with_past.feeds[market].candles.rows(60) == without.feeds[market].candles.rows(60)


def test_the_same_seed_has_the_same_past() -> None:
    first, second = world(5).venue, world(5).venue
    assert [fill.trade for fill in first.fills] == [fill.trade for fill in second.fills]
