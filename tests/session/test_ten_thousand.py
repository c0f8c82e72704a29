"""After ten thousand random commands, lost answers and disconnects among them, client and exchange agree to the last digit."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from captui.core.types import OrderStatus, Side
from captui.session.commands import CancelAll
from captui.session.views import Phase, Views
from tests.session.client import Client, exchange_process

COMMANDS = 10_000
SEED = 20260104
MARKET = "btczar"
MOST_OPEN = 120
MOST_SENDING = 40
"""Creates leave one at a time and wait 5 s at most: more of them would only be refused by the queue."""

_STATES = {
    OrderStatus.WAIT: "wait",
    OrderStatus.DONE: "done",
    OrderStatus.CANCELLED: "cancel",
    OrderStatus.REJECTED: "reject",
}


class Storm:
    """Gives the commands and the faults; what it draws depends on its seed alone, what it hits on the market."""

    def __init__(self, client: Client, rng: random.Random) -> None:
        self.client = client
        self.rng = rng
        self.placed: list[str] = []
        self.given = 0
        self.drops = 0
        self._last = ""
        self._advanced_at = time.monotonic()

    def run(self) -> None:
        while self.given < COMMANDS:
            self.client.wait(self._ready, "live with room for another order", 60)
            # A run of commands without looking, as from a key held down.
            for _ in range(self.rng.randint(1, 12)):
                self._command()
            self._world()

    def _ready(self, views: Views) -> bool:
        sending = sum(order.status is OrderStatus.SENDING for order in views.orders.open)
        return views.connection.can_trade and sending < MOST_SENDING and self._has_acted_on_the_last()

    def _has_acted_on_the_last(self) -> bool:
        """Commands wait in a queue until the session's thread takes them: what is still there is in no view."""
        if not self._last or self.client.order(self._last) is not None:
            return True
        return any(notice.order_key == self._last for notice in reversed(self.client.notices))

    def _command(self) -> None:
        self.given += 1
        opened = self.client.views.orders.open
        draw = self.rng.random()
        if draw < 0.004:
            self.client.send(CancelAll())
        elif draw < 0.012:
            self.client.send(CancelAll(market=MARKET, side=self.rng.choice(list(Side))))
        elif opened and (draw < 0.35 or len(opened) > MOST_OPEN):
            known = [order for order in opened if order.id is not None]
            self.client.cancel(self.rng.choice(known if known and self.rng.random() < 0.9 else opened).key)
        else:
            self._place()

    def _place(self) -> None:
        book = self.client.views.book
        assert book.best_bid is not None
        assert book.best_ask is not None
        side = self.rng.choice(list(Side))
        volume = str(Decimal(self.rng.randint(20, 400)).scaleb(-5))
        draw = self.rng.random()
        if draw < 0.08:
            self._last = self.client.place(side, None, volume)
            return
        own, opposite = (book.best_bid, book.best_ask) if side is Side.BUY else (book.best_ask, book.best_bid)
        outwards = -1 if side is Side.BUY else 1
        reference = opposite if draw < 0.2 else own
        price = reference.price + outwards * Decimal(self.rng.randint(0, 400_000)).scaleb(-2)
        self._last = self.client.place(side, price, volume, post_only=draw > 0.8)

    def _world(self) -> None:
        """Time passes on the exchange as it does here; now and then somebody trades, or something breaks."""
        control, rng = self.client.control, self.rng
        now = time.monotonic()
        if now - self._advanced_at > 0.25:
            control.advance(round(1000 * (now - self._advanced_at)))
            self._advanced_at = now
        draw = rng.random()
        if draw < 0.10:
            control.trade(MARKET, rng.choice(["buy", "sell"]), Decimal(rng.randint(100, 5_000)).scaleb(-5))
        elif draw < 0.115:
            control.fault(kind="lose_reply", request=rng.choice(["create", "cancel"]))
        elif draw < 0.12:
            control.fault(kind="lose_request", request=rng.choice(["create", "cancel"]))
        elif draw < 0.125:
            control.fault(kind="reply", status=502, path="/market/orders", method="POST", accepted=rng.random() < 0.5)
        elif draw < 0.13:
            control.fault(kind="skip_sequence", market=MARKET)
        elif draw < 0.134:
            control.fault(kind="freeze_websockets", ms=rng.randint(50, 400))
        elif draw < 0.138:
            control.fault(kind="reply", status=rng.choice([429, 500, 503]), path="/market", method="GET", count=2)
        elif draw < 0.15:
            self.drops += 1
            control.fault(kind="drop_websockets")


def settled(views: Views) -> bool:
    moving = {OrderStatus.SENDING, OrderStatus.UNKNOWN, OrderStatus.CANCELLING, OrderStatus.PENDING}
    return views.connection.phase is Phase.LIVE and not any(order.status in moving for order in views.orders.open)


def disagreements(client: Client) -> list[str]:
    """What client and exchange hold differently, in words; empty where they agree."""
    state = client.control.state()
    theirs: dict[int, dict[str, Any]] = {order["id"]: order for order in state["orders"]}
    views = client.views
    found = []
    open_theirs = {number for number, order in theirs.items() if order["state"] in ("wait", "pending")}
    open_ours = {order.id for order in views.orders.open}
    if open_ours != open_theirs:
        found.append(f"open only here: {open_ours - open_theirs}; only there: {open_theirs - open_ours}")
    for order in (*views.orders.open, *views.orders.closed):
        if order.id is None:
            continue
        their = theirs[order.id]
        if _STATES[order.status] != their["state"] or order.executed != Decimal(their["executed_volume"]):
            found.append(f"{order} is {their}")
    balances = {
        currency: (Decimal(held["available"]), Decimal(held["locked"]))
        for currency, held in state["accounts"]["user"].items()
    }
    if client.balances() != balances:
        found.append(f"balances {client.balances()} are {balances}")
    their_trades = {str(trade["id"]): Decimal(trade["amount"]) for trade in state["trades"][-400:]}
    our_trades = {fill.id: fill.amount for fill in views.fills.fills}
    missing = [trade for trade in their_trades if trade not in our_trades]
    if missing:
        found.append(f"own trades not known here: {missing}")
    return found


@pytest.mark.timeout(300)
def test_client_and_exchange_agree_after_ten_thousand_random_commands(tmp_path: Path) -> None:
    with exchange_process(manual_clock=True, seed=7) as endpoints:
        settings = {"publish_interval_s": 0.05, "absent_after_s": 2.0, "good_after_s": 0.05, "max_delay_s": 0.2}
        with Client(endpoints, tmp_path / "journal.jsonl", settings=settings) as client:
            client.live()
            for currency, amount in (("zar", "5000000"), ("btc", "10")):
                client.control.deposit(currency, Decimal(amount))
            storm = Storm(client, random.Random(SEED))
            storm.run()
            client.wait(settled, "every order's fate is known", 60)
            client.wait(lambda _: not disagreements(client), "agreement", 20)

            assert disagreements(client) == []
            state = client.control.state()
            theirs = state["orders"]
            assert state["discrepancies"] == {}
            assert storm.drops >= 5
            told = Counter(re.sub(r"\d[\d. ]*", "#", notice.text)[:120] for notice in client.notices).most_common(5)
            assert len(theirs) > COMMANDS / 3, f"most commands did nothing: {told}"
            # Nothing was ever sent twice: every order at the exchange has an id of ours, and no two share one.
            custom_ids = [order["custom_order_id"] for order in theirs]
            assert len(set(custom_ids)) == len(custom_ids)
