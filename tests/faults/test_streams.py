"""One test for each fault and frame of the stream: what the user sees, and that both sides hold the same in the end."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from captui.core.types import OrderStatus, Side
from captui.session.commands import CancelAll, Reconnect, Refresh
from captui.session.views import Access, Freshness
from tests.faults.agreement import agree
from tests.faults.stream_table import CONNECT_ROWS, FROZEN, ROWS, SNAPSHOT_ROWS, Row
from tests.session.client import Client


def of(rows: Sequence[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", rows, ids=[f"{row.column}: {row.name}" for row in rows])


def live_through(client: Client, row: Row) -> None:
    """An order rests, is filled in part and then wholly, another is cancelled; the book moves all the while."""
    best = client.views.book.best_ask
    assert best is not None
    price = best.price - Decimal("0.01")
    rests = client.place(Side.SELL, price, "0.004")
    goes = client.place(Side.BUY, price - 3000, "0.003")
    client.control.state()
    for key in (rests, goes):
        client.wait_status(key, OrderStatus.WAIT)
    client.control.trade("btczar", "buy", Decimal("0.001"), price)
    client.control.trade("btczar", "sell", Decimal("0.001"))
    client.control.trade("btczar", "buy", Decimal("0.003"), price)
    client.cancel(goes)
    client.control.trade("btczar", "buy", Decimal("0.002"))
    client.control.advance(1_500)
    if row.told:
        client.told(row.told)
    if row.name == FROZEN:
        client.control.fault(kind="release_websockets")
    agree(client)
    assert client.wait_status(rests, OrderStatus.DONE).executed == Decimal("0.004")
    client.wait_status(goes, OrderStatus.CANCELLED)


def struck(client: Client) -> bool:
    return all(entry["struck"] for entry in client.control.planned())


@of(ROWS)
def test_a_frame(client: Client, row: Row) -> None:
    client.control.plan(*row.entries)
    if row.column == "success":
        client.send(Refresh())
    live_through(client, row)
    client.wait(lambda _: struck(client), "the fault has struck")
    assert "could not be handled" not in "".join(notice.text for notice in client.notices)


@of(SNAPSHOT_ROWS)
def test_a_snapshot(client: Client, row: Row) -> None:
    order = client.resting()
    client.control.plan(*row.entries)
    client.control.fault(kind="skip_sequence", market="btczar")
    client.control.trade("btczar", "buy", Decimal("0.001"))
    client.wait(lambda views: views.book.freshness is not Freshness.LIVE or struck(client), "a gap")
    if row.told:
        client.told(row.told)
    agree(client)
    assert struck(client)
    client.send(CancelAll())
    client.wait_status(order.key, OrderStatus.CANCELLED)


@of(CONNECT_ROWS)
def test_connecting(client: Client, row: Row) -> None:
    order = client.resting()
    client.control.plan(*row.entries)
    client.control.fault(kind="drop_websockets")
    client.told("is back and everything is up to date")
    agree(client)
    assert struck(client)
    client.send(CancelAll())
    client.wait_status(order.key, OrderStatus.CANCELLED)


def test_a_key_that_is_revoked_when_connecting(client: Client) -> None:
    order = client.resting()
    client.control.plan({"on": "connect", "do": "revoke key"})
    client.control.fault(kind="drop_websockets")
    client.wait(lambda views: views.connection.access is Access.REFUSED, "the key is refused")
    client.wait(lambda views: views.book.freshness is Freshness.LIVE, "market data goes on")
    assert not client.views.connection.can_trade
    client.control.fault(kind="revoke_key", revoked=False)
    client.send(Reconnect())
    agree(client)
    assert [each.id for each in client.views.orders.open] == [order.id]
