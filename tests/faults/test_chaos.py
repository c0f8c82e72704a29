"""Random faults by seed, over many orders: afterwards client and exchange agree to the last digit, and nothing was sent twice.

`CAPTUI_CHAOS` is the number of orders and cancels (more find more), `CAPTUI_CHAOS_SEED` repeats one run's draws.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from captui.core.types import OrderStatus, Side
from captui.session.commands import CancelAll
from captui.session.views import Views
from tests.faults.agreement import agree
from tests.faults.conftest import IMPATIENT
from tests.session.client import Client, exchange_process

COMMANDS = int(os.environ.get("CAPTUI_CHAOS", "900"))
SEED = int(os.environ.get("CAPTUI_CHAOS_SEED", "20261122"))
MARKET = "btczar"
MOST_OPEN = 60
MOST_SENDING = 5
"""Creates leave one at a time: behind a few that hang, more of them would wait until they are given up unsent."""
BACK_OFF_FLOOR_S = 0.1
DROPS = 10
"""However the faults are drawn, the connection is lost so often."""

_WRITES = ("create", "cancel", "cancel all")
_ANSWERS: tuple[dict[str, Any], ...] = (
    {"do": "reset before"},
    {"do": "reset after"},
    {"do": "hang before"},
    {"do": "hang after"},
    {"do": "hang after", "ms": 50},
    {"do": "delay", "ms": 150},
    {"do": "slow body", "ms": 30},
    {"do": "truncated body"},
    {"do": "status", "status": 500, "processed": True},
    {"do": "status", "status": 500},
    {"do": "status", "status": 502, "html": True, "processed": True},
    {"do": "status", "status": 503},
    {"do": "malformed"},
    {"do": "wrong types"},
    {"do": "nan"},
    {"do": "exponents"},
    {"do": "huge", "size": 300_000},
    {"do": "drop"},
    {"do": "freeze", "ms": 150},
)
_FRAMES: tuple[dict[str, Any], ...] = (
    {"do": "lose"},
    {"do": "lose", "times": 4},
    {"do": "duplicate", "times": 3},
    {"do": "reorder", "times": 3},
    {"do": "malformed"},
    {"do": "wrong types"},
    {"do": "nan"},
    {"do": "exponents", "times": 3},
    {"do": "drop"},
    {"do": "freeze", "ms": 150},
)
_KEYS = ("btczar.ob-inc", "btczar.ob-snap", "order", "trade", "balance", "pong", "btczar.trades")
_CONNECTING: tuple[dict[str, Any], ...] = (
    {"do": "reset before"},
    {"do": "status", "status": 503},
    {"do": "delay", "ms": 100},
)


def drawn(rng: random.Random) -> dict[str, Any]:
    """One fault, a little way ahead."""
    draw, ahead = rng.random(), rng.randint(0, 3)
    if draw < 0.4:
        return {"on": rng.choice(_WRITES), "after": ahead, **rng.choice(_ANSWERS)}
    if draw < 0.5:
        return {"on": rng.choice(("create", "cancel")), "after": ahead, "do": "status", "status": 429}
    if draw < 0.65:
        return {"on": "read", "after": ahead, **rng.choice(_ANSWERS)}
    if draw < 0.95:
        return {"on": rng.choice(_KEYS), "after": ahead, **rng.choice(_FRAMES)}
    return {"on": "connect", **rng.choice(_CONNECTING)}


class Chaos:
    """What it draws depends on its seed alone, what it hits on the market and on time."""

    def __init__(self, client: Client, rng: random.Random) -> None:
        self.client = client
        self.rng = rng
        self.given = 0
        self.requests: list[dict[str, Any]] = []
        self.placed: list[str] = []
        self._advanced_at = time.monotonic()
        self._dropped = 0

    def run(self) -> None:
        while self.given < COMMANDS:
            self.client.wait(self._ready, "room for another order", 60)
            for _ in range(self.rng.randint(1, 10)):
                self._command()
            self._world()

    def collect(self) -> None:
        """The exchange keeps only the newest requests."""
        after = self.requests[-1]["number"] if self.requests else 0
        self.requests += self.client.control.requests(after=after)

    def _ready(self, views: Views) -> bool:
        sending = sum(order.status is OrderStatus.SENDING for order in views.orders.open)
        return views.connection.can_trade and sending < MOST_SENDING and self._has_acted_on_the_last()

    def _has_acted_on_the_last(self) -> bool:
        """Commands wait in a queue until the session's thread takes them: what is still there is in no view."""
        if not self.placed or self.client.order(self.placed[-1]) is not None:
            return True
        return any(notice.order_key == self.placed[-1] for notice in reversed(self.client.notices))

    def _command(self) -> None:
        self.given += 1
        opened = self.client.views.orders.open
        draw = self.rng.random()
        if draw < 0.01:
            self.client.send(CancelAll(side=self.rng.choice([None, *Side])))
        elif opened and (draw < 0.3 or len(opened) > MOST_OPEN):
            self.client.cancel(self.rng.choice(opened).key)
        else:
            self._place()

    def _place(self) -> None:
        book = self.client.views.book
        if book.best_bid is None or book.best_ask is None:
            return
        side = self.rng.choice(list(Side))
        volume = str(Decimal(self.rng.randint(20, 300)).scaleb(-5))
        own, opposite = (book.best_bid, book.best_ask) if side is Side.BUY else (book.best_ask, book.best_bid)
        outwards = -1 if side is Side.BUY else 1
        reference = opposite if self.rng.random() < 0.2 else own
        price = reference.price + outwards * Decimal(self.rng.randint(0, 300_000)).scaleb(-2)
        self.placed.append(self.client.place(side, price, volume))

    def _world(self) -> None:
        control, rng, now = self.client.control, self.rng, time.monotonic()
        if now - self._advanced_at > 0.2:
            control.advance(round(1000 * (now - self._advanced_at)))
            self._advanced_at = now
            self.collect()
        if self.given > (self._dropped + 1) * COMMANDS / DROPS:
            self._dropped += 1
            control.fault(kind="drop_websockets")
        if rng.random() < 0.3:
            control.trade(MARKET, rng.choice(["buy", "sell"]), Decimal(rng.randint(50, 3_000)).scaleb(-5))
        if rng.random() < 0.5:
            control.plan(drawn(rng))


def outcomes(journal: Path) -> dict[str, str]:
    """By custom id; the last line counts."""
    found: dict[str, str] = {}
    for line in journal.read_text().splitlines():
        entry = json.loads(line)
        if entry["kind"] in ("create", "outcome"):
            found[entry["custom_id"]] = entry.get("outcome", "in flight")
    return found


@pytest.mark.timeout(120 + COMMANDS)
def test_under_any_faults_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    print(f"seed {SEED}, {COMMANDS} commands: CAPTUI_CHAOS={COMMANDS} CAPTUI_CHAOS_SEED={SEED}")
    journal = tmp_path / "journal.jsonl"
    with (
        exchange_process(manual_clock=True, seed=SEED) as endpoints,
        Client(endpoints, journal, revision="atlas", settings=dict(IMPATIENT)) as client,
    ):
        client.live()
        for currency, amount in (("zar", "5000000"), ("btc", "10")):
            client.control.deposit(currency, Decimal(amount))
        chaos = Chaos(client, random.Random(SEED))
        chaos.run()
        struck = sum(int(entry["struck"]) for entry in client.control.planned())
        client.control.fault(kind="clear")
        agree(client, 40)
        chaos.collect()

        assert struck > COMMANDS / 60, "next to nothing went wrong"
        sent = Counter(
            each["fields"]["custom_order_id"]
            for each in chaos.requests
            if each["method"] == "POST" and each["endpoint"] == "/market/orders"
        )
        assert [key for key, times in sent.items() if times > 1] == []
        assert [each["number"] for each in chaos.requests] == list(range(1, len(chaos.requests) + 1))

        theirs = {order["custom_order_id"] for order in client.control.state()["orders"]}
        client.wait(lambda _: "unknown" not in outcomes(journal).values(), "every fate is in the journal")
        known = outcomes(journal)
        assert {key for key, outcome in known.items() if outcome == "accepted"} == theirs
        assert set(known.values()) <= {"accepted", "refused", "absent"}
        assert set(sent) <= set(known), "something was sent that had not been journalled"

        upgrades = [each["at_ms"] for each in chaos.requests if each["method"] == "WEBSOCKET"]
        gaps = [later - earlier for earlier, later in pairwise(upgrades)]
        assert len(gaps) >= DROPS / 2
        assert min(gaps) >= 1000 * BACK_OFF_FLOOR_S - 5, f"reconnected within {min(gaps)} ms"
