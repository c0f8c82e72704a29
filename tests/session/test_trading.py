"""Placing and cancelling on a real exchange: what is refused before it leaves, and what is told of what happened."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from captui.core.types import OrderDraft, OrderStatus, OrderType, Side
from captui.session.commands import CancelAll, PlaceOrder, SelectMarket
from captui.session.views import Freshness, Severity
from captui.simulator.server import Endpoints
from tests.session.client import Client

Start = Callable[..., Endpoints]
NOTHING: frozenset[str] = frozenset()


def touch(client: Client, side: Side) -> Decimal:
    book = client.views.book
    best = book.best_bid if side is Side.BUY else book.best_ask
    assert best is not None
    return best.price


def test_an_order_rests_and_locks_what_it_needs(client: Client) -> None:
    order = client.resting(volume="0.01")

    assert order.ours
    assert order.id is not None
    assert client.told(f"Order {order.id} accepted: buy 0.01 BTC at").severity is Severity.GOOD
    client.wait(lambda _: client.balances() == client.exchange_balances(), "the lock")
    zar = client.views.balances.of("zar")
    assert zar is not None
    assert order.price is not None
    assert zar.locked == order.price * order.volume


@pytest.mark.parametrize("revision", ["trade", "atlas"])
def test_fills_are_counted_once_and_told_with_their_fee(exchange: Start, tmp_path: Path, revision: str) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", revision=revision) as client:
        client.live()
        order = client.resting(Side.SELL, away="-0.01", volume="0.02")
        assert order.price is not None

        client.control.trade("btczar", "buy", Decimal("0.005"), order.price)
        client.told("part-filled: sold 0.005 BTC at")
        assert client.wait_status(order.key, OrderStatus.WAIT).executed == Decimal("0.005")
        client.control.trade("btczar", "buy", Decimal("0.015"), order.price)
        done = client.wait_status(order.key, OrderStatus.DONE)

        assert done.average_price == order.price
        client.told(f"Order {order.id} filled: sold 0.015 BTC at")
        fills = client.wait(
            lambda views: len(views.fills.fills) == 2 and all(fill.fee for fill in views.fills.fills), "two fills, fees"
        ).fills.fills
        assert sum(fill.amount for fill in fills) == Decimal("0.02")
        assert all(fill.fee_currency == "zar" for fill in fills)
        client.wait(lambda _: client.balances() == client.exchange_balances(), "the balances")


def test_a_market_order_takes_and_is_done(client: Client) -> None:
    key = client.place(Side.BUY, None, "0.001")
    done = client.wait_status(key, OrderStatus.DONE)
    assert done.executed == Decimal("0.001")
    assert done.average_price == touch(client, Side.SELL)
    client.wait(lambda _: client.balances() == client.exchange_balances(), "the balances")


@pytest.mark.parametrize(
    ("side", "price", "volume", "post_only", "why"),
    [
        (Side.BUY, "840000.005", "0.01", False, "off the tick"),
        (Side.BUY, "100", "0.01", False, "below the lowest price"),
        (Side.SELL, "99000000", "0.01", False, "above the highest price"),
        (Side.BUY, "700000", "0.000001", False, "below the smallest order"),
        (Side.BUY, "700000", "0.010000001", False, "too fine"),
        (Side.BUY, "700000", "5", False, "is available"),
        (Side.BUY, "1000000", "0.001", True, "post-only"),
        (Side.SELL, None, "100000", False, "at the market"),
    ],
)
def test_the_impossible_is_refused_before_it_leaves_confirmed_or_not(
    client: Client, side: Side, price: str | None, volume: str, post_only: bool, why: str
) -> None:
    key = client.place(side, None if price is None else Decimal(price), volume, post_only=post_only)
    notice = client.told("Not sent")
    assert why in notice.text
    assert notice.order_key == key
    assert client.order(key) is None
    assert client.exchange_orders() == {}
    assert "create" not in client.journal_path.read_text()


def test_the_risky_needs_its_name_confirmed(client: Client) -> None:
    far = touch(client, Side.BUY) * Decimal("0.9")
    price = far.quantize(Decimal("0.01"))
    client.place(Side.BUY, price, "0.01", confirmed=NOTHING)
    assert "your limit is 5 %" in client.told("Not sent").text
    client.place(Side.BUY, price, "0.01", confirmed=frozenset({"value"}))
    client.wait(lambda _: sum("Not sent" in notice.text for notice in client.notices) == 2, "a second refusal")

    key = client.place(Side.BUY, price, "0.01", confirmed=frozenset({"distance"}))
    client.wait_status(key, OrderStatus.WAIT)

    client.place(Side.BUY, price, "0.01", confirmed=frozenset({"distance"}))
    assert "The same order" in client.told("was sent").text


def test_a_trade_with_oneself_needs_its_name_confirmed(client: Client) -> None:
    mine = client.resting(Side.SELL, away="-0.01", volume="0.01")
    assert mine.price is not None
    assert mine.price == touch(client, Side.SELL)
    refused = client.place(Side.BUY, mine.price, "0.004", confirmed=NOTHING)
    notice = client.told("Not sent: This would trade with your own sell of 0.01 BTC at")
    assert notice.order_key == refused
    assert client.order(refused) is None
    client.place(Side.BUY, None, "0.004", confirmed=NOTHING)
    client.wait(lambda _: sum("your own sell" in notice.text for notice in client.notices) == 2, "a second refusal")

    key = client.place(Side.BUY, mine.price, "0.004", confirmed=frozenset({"own-order"}))
    client.wait_status(key, OrderStatus.DONE)


def test_an_order_for_a_market_that_is_not_watched_is_refused(client: Client) -> None:
    client.place(Side.BUY, Decimal("40000"), "0.01", market="ethzar")
    client.told("The book of ETH/ZAR is not being watched")
    client.place(Side.BUY, Decimal("40000"), "0.01", market="dogezar")
    client.told("no market 'dogezar'")
    client.send(SelectMarket("ethzar"))
    client.wait(lambda views: views.book.market == "ethzar" and views.connection.can_trade, "the other market")
    key = client.place(Side.BUY, touch(client, Side.BUY) - 100, "0.01", market="ethzar")
    client.wait_status(key, OrderStatus.WAIT)


def test_the_exchange_s_refusal_is_told_in_words_and_journalled(client: Client) -> None:
    client.control.fault(kind="refuse", request="create", code="market.account.insufficient_balance")
    key = client.place(Side.BUY, touch(client, Side.BUY) - 1000, "0.01")
    order = client.wait_status(key, OrderStatus.REJECTED)
    assert "not enough money" in order.reason
    assert client.told("Refused: There is not enough money").severity is Severity.ERROR
    # The outcome is written in the background.
    client.wait(lambda _: len(client.journal_path.read_text().splitlines()) == 2, "two lines in the journal")
    entries = [json.loads(line) for line in client.journal_path.read_text().splitlines()]
    assert [(entry["kind"], entry.get("outcome")) for entry in entries] == [("create", None), ("outcome", "refused")]


def test_an_order_rejected_after_it_was_accepted(client: Client) -> None:
    client.control.fault(kind="reject")
    key = client.place(Side.BUY, touch(client, Side.BUY) - 1000, "0.01")
    client.wait_status(key, OrderStatus.REJECTED)
    client.wait(lambda _: client.balances() == client.exchange_balances(), "the balances")


def test_a_market_switched_off_meanwhile(client: Client) -> None:
    client.control.fault(kind="market_state", market="btczar", state="disabled")
    key = client.place(Side.BUY, touch(client, Side.BUY) - 1000, "0.01")
    assert client.wait_status(key, OrderStatus.REJECTED).reason


def test_too_many_requests_are_waited_out_for_cancels(client: Client) -> None:
    order = client.resting()
    client.control.fault(kind="reply", status=429, path="/market/orders", method="POST", retry_after=1)
    client.cancel(order.key)
    client.told("was not cancelled")
    client.wait_status(order.key, OrderStatus.WAIT)
    client.cancel(order.key)
    client.wait_status(order.key, OrderStatus.CANCELLED)


def test_cancelling_what_is_over_or_never_was(client: Client) -> None:
    order = client.resting()
    client.cancel(order.key)
    client.wait_status(order.key, OrderStatus.CANCELLED)
    client.cancel(order.key)
    client.told("is already cancelled")
    client.cancel("never-was")
    client.told("no such order")


def test_a_cancel_refused_because_it_had_just_filled(client: Client) -> None:
    order = client.resting(Side.SELL, away="-0.01", volume="0.002")
    client.control.fault(kind="freeze_websockets", ms=700)
    client.control.trade("btczar", "buy", Decimal("0.002"), order.price)
    client.cancel(order.key)
    client.wait_status(order.key, OrderStatus.DONE)


@pytest.mark.parametrize(
    ("market", "side", "left"),
    [(None, None, 0), ("btczar", None, 1), ("btczar", Side.BUY, 2), (None, Side.SELL, 2)],
)
def test_cancel_all_takes_what_it_names(client: Client, market: str | None, side: Side | None, left: int) -> None:
    orders = [client.resting(Side.BUY), client.resting(Side.SELL)]
    client.send(SelectMarket("ethzar"))
    client.wait(lambda views: views.book.market == "ethzar" and views.connection.can_trade, "the other market")
    key = client.place(Side.BUY, touch(client, Side.BUY) - 100, "0.01", market="ethzar")
    orders.append(client.wait_status(key, OrderStatus.WAIT))

    client.send(CancelAll(market, side))

    views = client.wait(
        lambda views: len(views.orders.open) == left and all(o.status is OrderStatus.WAIT for o in views.orders.open),
        f"{left} left",
    )
    for order in orders:
        gone = (market is None or order.market == market) and (side is None or order.side is side)
        assert (order.key in {one.key for one in views.orders.open}) is not gone
    client.wait(lambda _: client.balances() == client.exchange_balances(), "the balances")


def test_an_order_made_elsewhere_appears_and_can_be_cancelled(exchange: Start, tmp_path: Path) -> None:
    endpoints = exchange()
    with (
        Client(endpoints, tmp_path / "one.jsonl") as here,
        Client(endpoints, tmp_path / "two.jsonl") as elsewhere,
    ):
        here.live()
        elsewhere.live()
        order = elsewhere.resting()
        here.told(f"Order {order.id} was made elsewhere")
        seen = here.wait(lambda views: views.orders.open, "the order").orders.open[0]
        assert seen.id == order.id
        assert not seen.ours
        here.cancel(seen.key)
        elsewhere.wait_status(order.key, OrderStatus.CANCELLED)


def test_orders_of_an_earlier_run_are_ours_and_shown_again(exchange: Start, tmp_path: Path) -> None:
    endpoints = exchange()
    with Client(endpoints, tmp_path / "journal.jsonl") as first:
        first.live()
        resting, cancelled = first.resting(), first.resting(volume="0.011")
        first.cancel(cancelled.key)
        first.wait_status(cancelled.key, OrderStatus.CANCELLED)
    with Client(endpoints, tmp_path / "journal.jsonl") as second:
        views = second.live()
        assert [order.key for order in views.orders.open] == [resting.key]
        assert views.orders.open[0].ours
        assert [order.key for order in views.orders.closed] == [cancelled.key]
        assert not second.was_told("cancelled")


def test_while_reconnecting_orders_wait_for_nobody(client: Client) -> None:
    price = touch(client, Side.BUY)
    client.control.fault(kind="freeze_websockets")
    client.control.fault(kind="drop_websockets")
    client.wait(lambda views: not views.connection.can_trade, "not live")
    draft = OrderDraft("btczar", Side.BUY, OrderType.LIMIT, price, Decimal("0.001"))
    client.send(PlaceOrder(str(uuid.uuid4()), draft))
    client.told("Not sent")
    assert client.exchange_orders() == {}


def test_nothing_secret_is_in_the_journal_or_the_views(client: Client) -> None:
    client.resting()
    text = client.journal_path.read_text() + repr(client.views) + repr(client.notices)
    assert client.endpoints.api_secret not in text
    assert client.endpoints.api_key not in text
    assert client.views.balances.freshness is Freshness.LIVE
