"""One test for each fault and frame of the stream: what the user sees, and that both sides hold the same in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from captui.core.types import OrderStatus, Side
from captui.session.commands import CancelAll, Reconnect, Refresh
from captui.session.views import Access, Freshness
from tests.faults.agreement import agree
from tests.session.client import Client

BOOK, SNAPSHOT, PRIVATE = "btczar.ob-inc", "btczar.ob-snap", ("order", "trade", "balance")


@dataclass(frozen=True)
class Row:
    name: str
    entries: tuple[dict[str, Any], ...]
    told: str = ""
    """What the user is told, where it is something to be told."""
    settings: dict[str, Any] = field(default_factory=dict)


def _row(on: str, do: str, told: str = "", **entry: Any) -> Row:
    return Row(f"{on}: {do}", ({"on": on, "do": do, **entry},), told)


_UNREADABLE = "could not be read"
_LOST = "The connection was lost"

ROWS = (
    *(_row(on, "drop", _LOST) for on in (BOOK, *PRIVATE)),
    *(_row(on, "freeze", _LOST, ms=2_500) for on in (BOOK, *PRIVATE)),
    _row(BOOK, "lose", "missing from the book"),
    Row("three increments lost", ({"on": BOOK, "do": "lose", "times": 3},), "missing from the book"),
    _row(BOOK, "duplicate"),
    _row(BOOK, "reorder", "missing from the book"),
    *(_row(BOOK, do, _UNREADABLE) for do in ("malformed", "wrong types", "nan")),
    _row(BOOK, "exponents"),
    _row(BOOK, "huge", _LOST, size=17_000_000),
    *(_row(on, "lose") for on in PRIVATE),
    *(_row(on, "lose", times=20) for on in PRIVATE),
    Row("all that is the user's own is lost", tuple({"on": on, "do": "lose", "times": 20} for on in PRIVATE)),
    *(_row(on, "duplicate", times=9) for on in PRIVATE),
    *(_row(on, "reorder", times=3) for on in PRIVATE),
    *(_row(on, do, times=9) for on in PRIVATE for do in ("malformed", "wrong types", "nan", "exponents")),
    *(_row(on, "huge", _LOST, size=17_000_000) for on in PRIVATE),
    *(
        _row(on, do, times=5)
        for on in ("btczar.trades", "global.tickers")
        for do in ("malformed", "wrong types", "nan")
    ),
    _row("pong", "lose", times=5),
    _row("success", "malformed"),
)
SNAPSHOT_ROWS = (
    _row(SNAPSHOT, "crossed", "reach into its asks"),
    _row(SNAPSHOT, "crossed", "could not be fetched again on this connection", times=5),
    _row(SNAPSHOT, "lose"),
    *(_row(SNAPSHOT, do, times=2) for do in ("malformed", "wrong types", "nan")),
    _row(SNAPSHOT, "exponents"),
    _row(SNAPSHOT, "duplicate"),
    _row(SNAPSHOT, "reorder"),
    _row(SNAPSHOT, "huge", _LOST, size=17_000_000),
    _row(SNAPSHOT, "freeze", ms=2_500),
    _row(SNAPSHOT, "drop", _LOST),
)
CONNECT_ROWS = (
    _row("connect", "reset before", times=2),
    _row("connect", "hang before", ms=300, times=2),
    _row("connect", "delay", ms=200),
    *(_row("connect", "status", status=status, times=2) for status in (429, 500, 502, 503)),
    _row("connect", "status", status=503, retry_after=1),
    _row("connect", "clock", ms=60_000),
    _row("connect", "clock", ms=-60_000),
)


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
    agree(client)
    assert client.wait_status(rests, OrderStatus.DONE).executed == Decimal("0.004")
    client.wait_status(goes, OrderStatus.CANCELLED)


def struck(client: Client) -> bool:
    return all(entry["struck"] for entry in client.control.planned())


@pytest.mark.parametrize("row", ROWS, ids=[f"{number} {row.name}" for number, row in enumerate(ROWS)])
def test_a_frame(client: Client, row: Row) -> None:
    client.control.plan(*row.entries)
    if row.name.startswith("success"):
        client.send(Refresh())
    live_through(client, row)
    client.wait(lambda _: struck(client), "the fault has struck")
    assert "could not be handled" not in "".join(notice.text for notice in client.notices)


@pytest.mark.parametrize("row", SNAPSHOT_ROWS, ids=[f"{number} {row.name}" for number, row in enumerate(SNAPSHOT_ROWS)])
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


@pytest.mark.parametrize("row", CONNECT_ROWS, ids=[f"{number} {row.name}" for number, row in enumerate(CONNECT_ROWS)])
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
