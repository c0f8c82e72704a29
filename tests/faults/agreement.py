"""What is true at the end: what the session shows, against what the exchange holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from captui.core.types import Order, OrderStatus
from captui.session.views import Freshness, Views
from tests.session.client import Client

STATES = {
    OrderStatus.WAIT: "wait",
    OrderStatus.DONE: "done",
    OrderStatus.CANCELLED: "cancel",
    OrderStatus.REJECTED: "reject",
}
MOVING = frozenset({OrderStatus.SENDING, OrderStatus.UNKNOWN, OrderStatus.CANCELLING, OrderStatus.PENDING})


def settled(views: Views) -> bool:
    """Everything is live, and no order's fate is open."""
    return views.connection.can_trade and not any(order.status in MOVING for order in views.orders.open)


def disagreements(client: Client) -> list[str]:
    """What is not the same on both sides, in words; empty where they agree."""
    state = client.control.state(full=True)
    views = client.views
    theirs: dict[int, dict[str, Any]] = {order["id"]: order for order in state["orders"]}
    found = []
    open_ours = {order.id for order in views.orders.open}
    open_theirs = {number for number, order in theirs.items() if order["state"] in ("wait", "pending")}
    if open_ours != open_theirs:
        found.append(f"open only here: {open_ours - open_theirs}; only there: {open_theirs - open_ours}")
    found += [
        f"{order} is {theirs[order.id]}"
        for order in (*views.orders.open, *views.orders.closed)
        if order.id is not None and not _same(order, theirs[order.id])
    ]
    held = client.exchange_balances()
    if client.balances() != held:
        found.append(f"balances {client.balances()} are {held}")
    known = {fill.id: fill.amount for fill in views.fills.fills}
    found += [
        f"trade {trade['id']} is {known.get(str(trade['id']))} here, {trade['amount']} there"
        for trade in state["trades"][-300:]
        if known.get(str(trade["id"])) != Decimal(trade["amount"])
    ]
    book = state["books"][views.book.market]
    for side, levels in (("bids", views.book.bids), ("asks", views.book.asks)):
        wanted = [(Decimal(price), Decimal(amount)) for price, amount in book[side]]
        shown = [(level.price, level.amount) for level in levels]
        if shown != wanted[: len(shown)] or not shown:
            found.append(f"{side} {shown[:3]} are {wanted[:3]}")
    if state["discrepancies"]:
        found.append(f"the exchange's own books do not balance: {state['discrepancies']}")
    return found


def agree(client: Client, timeout_s: float = 15.0) -> None:
    """Waits until both sides hold the same, and everything is live. Fails with what they do not agree on."""
    last: list[str] = ["not settled"]

    def equal(views: Views) -> bool:
        nonlocal last
        if settled(views) and views.book.freshness is Freshness.LIVE:
            last = disagreements(client)
        return not last

    try:
        client.wait(equal, "agreement", timeout_s)
    except AssertionError as error:
        raise AssertionError(f"{error}\n" + "\n".join(last)) from None


def _same(order: Order, theirs: dict[str, Any]) -> bool:
    return STATES.get(order.status) == theirs["state"] and order.executed == Decimal(theirs["executed_volume"])
