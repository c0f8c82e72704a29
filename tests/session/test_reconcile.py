"""What is fetched after a connection was made: all pages, all ends, and nothing told as news that is history."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from captui.core.secret import Credentials, Secret
from captui.core.signing import auth_headers
from captui.core.types import OrderStatus, Side
from captui.session.commands import CancelAll
from captui.session.views import Freshness, Phase
from captui.simulator.server import Endpoints
from tests.session.client import Client

Start = Callable[..., Endpoints]
MANY = 120
"""More than a page holds."""


def place_many(client: Client, count: int) -> list[str]:
    best = client.views.book.best_bid
    assert best is not None
    keys = []
    for number in range(count):
        keys.append(client.place(Side.BUY, best.price - 1000 - number, "0.0001"))
        if number % 20 == 19:
            client.wait(lambda _: all(order_is_open(client, key) for key in keys[-20:]), "open orders")
    client.wait(lambda _: all(order_is_open(client, key) for key in keys), "open orders")
    return keys


def order_is_open(client: Client, key: str) -> bool:
    order = client.order(key)
    return order is not None and order.status is OrderStatus.WAIT


def test_open_orders_on_many_pages_are_all_found(exchange: Start, tmp_path: Path) -> None:
    endpoints = exchange()
    with Client(endpoints, tmp_path / "one.jsonl") as first:
        first.live()
        keys = place_many(first, MANY)
    for revision in ("trade", "atlas"):
        with Client(endpoints, tmp_path / "one.jsonl", revision=revision) as second:
            views = second.live()
            assert {order.key for order in views.orders.open} == set(keys)
            assert all(order.ours for order in views.orders.open)
            ids = [order.id for order in views.orders.open]
            assert ids == sorted(ids, key=lambda number: -(number or 0))


def test_an_order_that_ended_long_ago_while_away_is_fetched_by_its_id(exchange: Start, tmp_path: Path) -> None:
    """Its end is beyond the newest hundred orders, so no list tells of it."""
    endpoints = exchange()
    with (
        Client(endpoints, tmp_path / "one.jsonl") as here,
        Client(endpoints, tmp_path / "two.jsonl") as elsewhere,
    ):
        here.live()
        elsewhere.live()
        old = here.resting()
        elsewhere.wait(lambda views: views.orders.open, "the order")
        here.control.fault(kind="freeze_websockets")
        elsewhere.send(CancelAll())
        elsewhere.wait(lambda _: here.exchange_orders()[old.id or 0]["state"] == "cancel", "the cancel")
        for number in range(MANY):
            elsewhere.place(Side.BUY, Decimal(700_000 + number), "0.0001")
        # Two sessions with one key may choose the same nonce, and the exchange then refuses one of them.
        elsewhere.wait(lambda _: len(here.exchange_orders()) > 110, "more orders than a page holds", 30)
        elsewhere.wait(lambda views: all(o.status is not OrderStatus.SENDING for o in views.orders.open), "answers")
        assert order_is_open(here, old.key)

        here.control.fault(kind="release_websockets")
        here.control.fault(kind="drop_websockets")

        here.told("is back and everything is up to date")
        here.wait_status(old.key, OrderStatus.CANCELLED)
        theirs = {number for number, order in here.exchange_orders().items() if order["state"] == "wait"}
        assert {order.id for order in here.views.orders.open} == theirs


def test_fills_and_balances_of_an_absence_are_known_and_told(client: Client) -> None:
    order = client.resting(Side.SELL, away="-0.01", volume="0.003")
    client.control.fault(kind="freeze_websockets")
    client.control.trade("btczar", "buy", Decimal("0.003"), order.price)
    client.control.fault(kind="release_websockets")
    client.control.fault(kind="drop_websockets")

    client.wait_status(order.key, OrderStatus.DONE)
    client.told(f"Order {order.id} filled: sold 0.003 BTC")
    client.live()
    assert [fill.order_id for fill in client.views.fills.fills] == [order.id]
    assert client.balances() == client.exchange_balances()


def test_history_is_shown_and_not_told_as_news(exchange: Start, tmp_path: Path) -> None:
    endpoints = exchange()
    with Client(endpoints, tmp_path / "one.jsonl") as first:
        first.live()
        key = first.place(Side.BUY, None, "0.001")
        first.wait_status(key, OrderStatus.DONE)
    with Client(endpoints, tmp_path / "one.jsonl") as second:
        views = second.live()
        assert [order.key for order in views.orders.closed] == [key]
        assert sum(fill.amount for fill in views.fills.fills) == Decimal("0.001")
        second.told("everything is live")
        assert [notice.text for notice in second.notices] == ["Connected: everything is live."]


def test_while_it_fails_nothing_is_called_live_and_the_reason_is_shown(exchange: Start, tmp_path: Path) -> None:
    client = Client(exchange(), tmp_path / "journal.jsonl")
    client.control.fault(kind="reply", status=500, path="/account/balances", count=6)
    with client:
        views = client.wait(
            lambda views: views.connection.phase is Phase.RECONCILING and views.connection.reason, "the reason"
        )
        assert "could not be fetched yet" in views.connection.reason
        assert views.balances.freshness is Freshness.WAITING
        assert not views.connection.can_trade
        assert client.live().connection.reason == ""


def place_without_custom_id(endpoints: Endpoints) -> None:
    """As the website of the exchange does."""
    key = Credentials(Secret(endpoints.api_key), Secret(endpoints.api_secret))
    order = {"market": "btczar", "side": "buy", "volume": "0.01", "ord_type": "limit", "price": "700000"}
    headers = auth_headers(key, time.time_ns() // 1_000_000)
    httpx.post(f"{endpoints.rest_url}/market/orders", json=order, headers=headers).raise_for_status()


@pytest.mark.parametrize("revision", ["trade", "atlas"])
def test_an_order_that_was_made_without_a_custom_id_is_shown_and_cancelled(
    exchange: Start, tmp_path: Path, revision: str
) -> None:
    endpoints = exchange()
    place_without_custom_id(endpoints)
    with Client(endpoints, tmp_path / "journal.jsonl", revision=revision) as client:
        (order,) = client.live().orders.open
        assert (order.ours, order.price) == (False, Decimal(700_000))
        client.send(CancelAll())
        client.wait_status(order.key, OrderStatus.CANCELLED)


def test_past_orders_without_custom_ids_are_shown(exchange: Start, tmp_path: Path) -> None:
    with Client(exchange(past=True), tmp_path / "journal.jsonl") as client:
        views = client.live()
        theirs = sorted(client.exchange_orders(), reverse=True)
        assert theirs
        assert {order.id for order in views.orders.closed} == set(theirs[:100])


OWN = ("order", "trade", "balance")


def test_own_events_that_got_lost_are_made_up_for_now_and_then(exchange: Start, tmp_path: Path) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", settings={"recheck_every_s": 0.5}) as client:
        client.live()
        order = client.resting(Side.SELL, away="-0.01", volume="0.002")
        client.control.plan(*({"on": on, "do": "lose", "times": 100} for on in OWN))
        client.control.trade("btczar", "buy", order.volume, order.price)
        client.wait_status(order.key, OrderStatus.DONE)
        client.wait(lambda _: client.balances() == client.exchange_balances(), "the balances")
        client.wait(lambda views: any(fill.order_id == order.id for fill in views.fills.fills), "the trade")


def test_own_events_that_cannot_be_read_are_made_up_for_soon_and_not_more_often_than_that(
    exchange: Start, tmp_path: Path
) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl") as client:
        client.live()
        order = client.resting(Side.SELL, away="-0.01", volume="0.002")
        before = client.control.requests()[-1]["number"]
        client.control.plan(*({"on": on, "do": "malformed", "times": 100} for on in OWN))
        client.control.trade("btczar", "buy", order.volume, order.price)
        client.wait_status(order.key, OrderStatus.DONE)
        client.wait(lambda _: client.balances() == client.exchange_balances(), "the balances")
        reads = [each for each in client.control.requests(after=before) if each["endpoint"] == "/market/orders"]
        # Three lists of orders are one look; at least three unreadable frames had asked for one.
        assert len(reads) <= 2 * 3
