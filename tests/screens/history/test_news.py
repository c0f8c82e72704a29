"""What the stream tells of a list since it was read: new records and changed ones, of this filter, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from captui.core.events import OrderRecord, OrderState
from captui.core.types import Fill, Order, OrderStatus, Side
from captui.screens.history.news import News, news
from captui.session.commands import HistoryFilter, RecordKind
from captui.session.history_views import HistoryView
from captui.session.views import FillsView, Freshness, OrdersView
from tests import samples, samples_history

TRADES = samples_history.view(RecordKind.TRADES)
ORDERS = samples_history.view(RecordKind.ORDERS)


def streamed(*fills: Fill, freshness: Freshness = Freshness.LIVE) -> FillsView:
    return FillsView(fills, freshness)


def of_trades(view: HistoryView, *fills: Fill) -> News:
    return news(view, OrdersView(), streamed(*fills))


def of_orders(view: HistoryView, *orders: Order) -> News:
    return news(view, OrdersView(orders, (), Freshness.LIVE), FillsView())


def later(**changes: Any) -> Fill:
    return samples_history.trade(0, **{"id": "50000", "time_ms": samples.NOW_MS, **changes})


def seen(record: OrderRecord, **changes: Any) -> Order:
    """The order as the stream tells it."""
    order = Order(
        key=f"#{record.id}",
        id=record.id,
        uuid=record.uuid,
        custom_id="",
        market=record.market,
        side=record.side,
        type=record.type,
        price=record.price,
        average_price=record.average_price,
        volume=record.volume,
        executed=record.executed,
        post_only=False,
        status=OrderStatus(record.state.value),
        reason="",
        created_ms=record.created_ms,
        updated_ms=record.updated_ms,
        ours=True,
    )
    return replace(order, **changes)


def test_a_trade_that_is_not_in_the_list_is_new() -> None:
    assert of_trades(TRADES, later(), later(id="50001"), samples_history.trade(0)).words == "2 new"


def test_one_trade_of_two_own_orders_is_two() -> None:
    assert len(of_trades(TRADES, later(order_id=1), later(order_id=2, side=Side.SELL)).new) == 2


def test_an_older_trade_is_further_down_and_not_new() -> None:
    assert not of_trades(TRADES, samples_history.trade(70))
    assert of_trades(replace(TRADES, rows=()), samples_history.trade(70))


@pytest.mark.parametrize(
    ("changes", "passes"),
    [
        ({"market": "btczar"}, True),
        ({"market": "ethzar"}, False),
        ({"side": Side.BUY}, True),
        ({"side": Side.SELL}, False),
        ({"from_ms": samples.NOW_MS}, True),
        ({"from_ms": samples.NOW_MS + 1}, False),
        ({"to_ms": samples.NOW_MS}, False),
    ],
)
def test_what_the_filter_leaves_out_is_no_news(changes: dict[str, Any], passes: bool) -> None:
    view = replace(TRADES, filter=HistoryFilter(RecordKind.TRADES, **changes))
    fill = later(market="btczar", side=Side.BUY)
    assert bool(of_trades(view, fill)) is passes
    order = seen(samples_history.order(0), id=99, created_ms=samples.NOW_MS, market="btczar", side=Side.BUY)
    view = replace(ORDERS, filter=HistoryFilter(RecordKind.ORDERS, **changes))
    assert bool(of_orders(view, order)) is passes


def test_an_order_is_told_once_for_each_change() -> None:
    row = samples_history.order(0)
    assert not of_orders(ORDERS, seen(row))
    filled = of_orders(ORDERS, seen(row, executed=row.volume, status=OrderStatus.DONE))
    assert filled.words == "1 changed"
    more = of_orders(ORDERS, seen(row, executed=row.executed + Decimal("0.0001")))
    assert more.changed != filled.changed
    assert not more.without(more)
    assert more.without(filled) == more


def test_what_the_stream_knew_before_the_list_is_no_news() -> None:
    row = samples_history.order(0)
    assert not of_orders(ORDERS, seen(row, status=OrderStatus.PENDING, updated_ms=row.updated_ms - 1))


def test_cancelling_is_still_waiting_to_the_exchange() -> None:
    row = samples_history.order(0)
    assert row.state is OrderState.WAIT
    assert not of_orders(ORDERS, seen(row, status=OrderStatus.CANCELLING, updated_ms=samples.NOW_MS))


@pytest.mark.parametrize("status", [OrderStatus.SENDING, OrderStatus.UNKNOWN, OrderStatus.ABSENT])
def test_an_order_that_the_exchange_does_not_have_is_no_news(status: OrderStatus) -> None:
    order = seen(samples_history.order(0), id=99, status=status, created_ms=samples.NOW_MS)
    assert not of_orders(ORDERS, order)
    assert not of_orders(ORDERS, replace(order, id=None))


def test_a_new_order_counts_where_its_state_is_wanted() -> None:
    order = seen(samples_history.order(0), id=99, created_ms=samples.NOW_MS)
    for state, passes in (("wait", True), ("done", False)):
        view = replace(ORDERS, filter=HistoryFilter(RecordKind.ORDERS, state=state))
        assert bool(of_orders(view, order)) is passes


def test_nothing_is_known_of_a_list_that_was_not_read_of_money_or_without_a_stream() -> None:
    assert not of_trades(HistoryView(), later())
    assert not of_trades(replace(TRADES, read_ms=0), later())
    assert not of_trades(samples_history.view(RecordKind.DEPOSITS), later())
    assert not news(TRADES, OrdersView(), streamed(later(), freshness=Freshness.STALE))


def test_both_in_words() -> None:
    assert News(frozenset("ab"), frozenset("c")).words == "2 new, 1 changed"
