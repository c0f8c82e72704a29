"""One test for each fault and operation: what the user sees, what was sent, and what is true at the end (`table`)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from captui.core.types import Order, OrderStatus, Side
from captui.session.commands import CancelAll, Reconnect
from captui.session.views import Access, Phase, Views
from tests.faults.agreement import agree
from tests.faults.table import ROWS, End, Row
from tests.session.client import Client
from tests.session.money import arrived, writes

every_row = pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])

TOLD = {
    End.CARRIED_OUT: "accepted: ",
    End.SEEN: "accepted: ",
    End.FOUND: "was found again",
    End.NOTHING: "never reached the exchange",
    End.REFUSED: "Refused: ",
}


def over(client: Client, row: Row) -> None:
    """The trouble ends, and both sides must come to hold the same."""
    if row.needs_the_user and client.views.connection.access is not Access.TRADING:
        client.control.fault(kind="revoke_key", revoked=False)
        client.send(Reconnect())
    client.control.fault(kind="market_state", market="btczar", state="enabled")
    agree(client)


def after_it(client: Client) -> None:
    """Nothing is left that would stand in the way: an order can be sent, and everything cancelled."""
    client.resting(volume="0.002")
    client.send(CancelAll())
    client.wait(lambda views: not views.orders.open, "all cancelled")
    agree(client)


def sent(client: Client, after: int, ending: str) -> list[dict[str, Any]]:
    return [each for each in writes(client, after=after) if each["endpoint"].endswith(ending)]


def bid(client: Client) -> Decimal:
    best = client.views.book.best_bid
    assert best is not None
    return best.price - 1000


@every_row
def test_create(client: Client, row: Row) -> None:
    end, before = row.of("create"), arrived(client)
    client.control.plan({"on": "create", **row.entry})

    key = client.place(Side.BUY, bid(client), "0.003")

    wanted = {End.NOTHING: OrderStatus.ABSENT, End.REFUSED: OrderStatus.REJECTED}.get(end, OrderStatus.WAIT)
    order = client.wait_status(key, wanted)
    client.told(row.told)
    if end in (End.CARRIED_OUT, End.SEEN):
        assert not client.was_told("It is not known")
    elif end is not End.REFUSED:
        client.told("It is not known whether")
    client.told(TOLD[end])
    over(client, row)
    assert len(sent(client, before, "/market/orders")) == 1
    theirs = [each for each in client.exchange_orders().values() if each.get("custom_order_id") == key]
    assert [each["state"] for each in theirs] == (["wait"] if wanted is OrderStatus.WAIT else [])
    assert order.id == (theirs[0]["id"] if theirs else None)
    after_it(client)


def told_of(client: Client, order: Order, words: str) -> None:
    def told(_: Views) -> bool:
        return any(notice.order_key == order.key and words in notice.text for notice in client.notices)

    client.wait(told, f"that {order.id} {words}")


def cancelled(client: Client, row: Row, orders: list[Order], end: End) -> None:
    open_still = end in (End.NOTHING, End.REFUSED)
    if row.needs_the_user:
        client.wait(lambda views: views.connection.access is Access.REFUSED, "the key is refused")
        over(client, row)
    for order in orders:
        if open_still:
            told_of(client, order, "was not cancelled")
        client.wait_status(order.key, OrderStatus.WAIT if open_still else OrderStatus.CANCELLED)
    over(client, row)
    state = "wait" if open_still else "cancel"
    assert {client.exchange_orders()[order.id or 0]["state"] for order in orders} == {state}


@every_row
def test_cancel(client: Client, row: Row) -> None:
    order = client.resting()
    before = arrived(client)
    client.control.plan({"on": "cancel", **row.entry})

    client.cancel(order.key)

    cancelled(client, row, [order], row.of("cancel"))
    assert len(sent(client, before, "/cancel")) == 1
    after_it(client)


@every_row
def test_cancel_all(client: Client, row: Row) -> None:
    orders = [client.resting(), client.resting(Side.SELL)]
    before = arrived(client)
    client.control.plan({"on": "cancel all", **row.entry})

    client.send(CancelAll())

    cancelled(client, row, orders, row.of("cancel all"))
    assert len(sent(client, before, "/cancel")) == 1
    after_it(client)


@every_row
def test_read(client: Client, row: Row) -> None:
    """What happened while away is read wrongly twice, and nothing is called live before it was read rightly."""
    filled, kept = client.resting(away="-0.01"), client.resting()
    paths = ("/market/orders",) if row.needs_the_user else ("/market/orders", "/account/balances")
    client.control.plan(*({"on": "read", "path": path, **row.entry} for path in paths))
    client.control.fault(kind="drop_websockets")
    client.wait(lambda views: views.connection.phase is not Phase.LIVE, "away")
    client.control.trade("btczar", "sell", filled.volume, filled.price)

    def true_when_live(views: Views) -> bool:
        if views.connection.phase is not Phase.LIVE:
            assert not views.connection.can_trade
            return views.connection.access is Access.REFUSED
        assert {order.id for order in views.orders.open} == {kept.id}
        return True

    client.wait(true_when_live, "live, and true")
    over(client, row)
    assert client.wait_status(filled.key, OrderStatus.DONE).executed == filled.volume
    assert writes(client, after=arrived(client)) == []
    after_it(client)
