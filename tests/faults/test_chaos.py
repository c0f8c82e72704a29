"""Random faults by seed, over many orders on two markets, withdrawals and vouchers: afterwards client and exchange agree to the last digit,
and nothing was sent twice.

`CAPTUI_CHAOS` is the number of commands (more find more), `CAPTUI_CHAOS_SEED` repeats one run's draws.
"""

from __future__ import annotations

import json
import os
import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest

from captui.core.funding import Beneficiary
from captui.core.secret import Secret
from captui.core.types import OrderStatus, Side
from captui.session.commands import CancelAll, Reconnect, RedeemVoucher, SelectMarket
from captui.session.views import Access, Views
from tests.faults.agreement import agree
from tests.faults.conftest import IMPATIENT
from tests.session.client import Client, exchange_process
from tests.session.money import beneficiary, watching, withdrawal

COMMANDS = int(os.environ.get("CAPTUI_CHAOS", "400"))
SEED = int(os.environ.get("CAPTUI_CHAOS_SEED", "20261122"))
MARKETS = ("btczar", "ethzar")
VOUCHERS = (
    ("1", "1000000000000100", 95),
    ("1", "1000000000000500", 470),
    ("1", "1000000000003000", 2900),
    ("2", "1000000000000250", 250),
)
"""Method, pin and amount in rand: no two alike, so that each is known by it."""
MOST_OPEN = 60
MOST_SENDING = 5
"""Creates leave one at a time: behind a few that hang, more of them would wait until they are given up unsent."""
BACK_OFF_FLOOR_S = 0.1
RESTORED_EVERY_S = 0.3
"""A key that was refused, and by another fault at once again."""
DROPS = 10
"""However the faults are drawn, the connection is lost so often."""

_WRITES = ("create", "cancel", "cancel all")
_MONEY = ("withdraw", "redeem")
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
    {"do": "revoke key"},
    *({"do": "clock", "ms": ms} for ms in (-60_000, -2_000, 0, 2_000, 60_000)),
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
_KEYS = ("*.ob-inc", "*.ob-snap", "order", "trade", "balance", "pong", "*.trades")
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
    if draw < 0.45:
        return {"on": rng.choice(_MONEY), **rng.choice(_ANSWERS)}
    if draw < 0.5:
        return {"on": rng.choice(("create", "cancel")), "after": ahead, "do": "status", "status": 429}
    if draw < 0.65:
        return {"on": "read", "after": ahead, **rng.choice(_ANSWERS)}
    if draw < 0.95:
        return {"on": rng.choice(_KEYS), "after": ahead, **rng.choice(_FRAMES)}
    return {"on": "connect", **rng.choice(_CONNECTING)}


class Chaos:
    """What it draws depends on its seed alone, what it hits on the market and on time."""

    def __init__(self, client: Client, rng: random.Random, to: Beneficiary) -> None:
        self.client = client
        self.rng = rng
        self.to = to
        self.given = 0
        self.wishes_ms: list[int] = []
        """When the user asked to connect again, on the clock that the exchange writes requests down by."""
        self.requests: list[dict[str, Any]] = []
        self.placed: list[str] = []
        self.moved: list[str] = []
        self._amounts = count(501)
        self._vouchers = rng.sample(VOUCHERS, len(VOUCHERS))
        self._advanced_at = time.monotonic()
        self._restored_at = 0.0
        self._dropped = 0

    def run(self) -> None:
        while self.given < COMMANDS:
            self.client.wait(self.ready, "room for another order", 60)
            for _ in range(self.rng.randint(1, 10)):
                self._command()
            self._world()

    def collect(self) -> None:
        """The exchange keeps only the newest requests."""
        after = self.requests[-1]["number"] if self.requests else 0
        self.requests += self.client.control.requests(after=after)

    def bodies(self, endpoint: str) -> list[dict[str, Any]]:
        """What was sent there to change something."""
        return [
            each["fields"] or dict(each["query"])
            for each in self.requests
            if each["method"] == "POST" and each["endpoint"] == endpoint
        ]

    def _restore_the_key(self) -> None:
        self._restored_at = time.monotonic()
        self.wishes_ms.append(round(self._restored_at * 1000))
        self.client.control.fault(kind="revoke_key", revoked=False)
        self.client.send(Reconnect())

    def ready(self, views: Views) -> bool:
        if views.connection.access is Access.REFUSED and time.monotonic() > self._restored_at + RESTORED_EVERY_S:
            self._restore_the_key()
            return False
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
        elif draw < 0.02:
            self.client.send(SelectMarket(self.rng.choice(MARKETS)))
        elif draw < 0.06:
            self._move_money()
        elif opened and (draw < 0.3 or len(opened) > MOST_OPEN):
            self.client.cancel(self.rng.choice(opened).key)
        else:
            self._place()

    def _move_money(self) -> None:
        """A withdrawal or a voucher, of an amount that no other has."""
        self.moved.append(key := str(uuid.uuid4()))
        if self._vouchers and self.rng.random() < 0.4:
            method, pin, rand = self._vouchers.pop()
            self.client.send(RedeemVoucher(key, method, Decimal(rand), Secret(pin)))
        else:
            self.client.send(withdrawal(self.to, str(next(self._amounts)), key))

    def _place(self) -> None:
        book = self.client.views.book
        if book.best_bid is None or book.best_ask is None:
            return
        side = self.rng.choice(list(Side))
        # About as much in rand on every market.
        volume = str((Decimal(self.rng.randint(1_500, 25_000)) / book.best_bid.price).quantize(Decimal("0.0001")))
        own, opposite = (book.best_bid, book.best_ask) if side is Side.BUY else (book.best_ask, book.best_bid)
        outwards = -1 if side is Side.BUY else 1
        reference = opposite if self.rng.random() < 0.2 else own
        away = reference.price * Decimal(self.rng.randint(0, 3_500)).scaleb(-6)
        price = (reference.price + outwards * away).quantize(Decimal("0.01"))
        self.placed.append(self.client.place(side, price, volume, market=book.market))

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
            control.trade(rng.choice(MARKETS), rng.choice(["buy", "sell"]), Decimal(rng.randint(50, 3_000)).scaleb(-5))
        if rng.random() < 0.9:
            control.plan(drawn(rng))


def outcomes(journal: Path) -> dict[str, str]:
    """By custom id; the last line counts."""
    found: dict[str, str] = {}
    for line in journal.read_text().splitlines():
        entry = json.loads(line)
        if entry["kind"] in ("create", "outcome"):
            found[entry["custom_id"]] = entry.get("outcome", "in flight")
    return found


@dataclass
class Moved:
    """Money that was sent, as the journal has it."""

    what: str
    amount: Decimal
    outcome: str = "in flight"


def moves(journal: Path) -> list[Moved]:
    found: dict[str, Moved] = {}
    for line in journal.read_text().splitlines():
        entry = json.loads(line)
        if entry["kind"] == "move":
            found[entry["key"]] = Moved(entry["what"], Decimal(entry["amount"]))
        elif entry["kind"] == "move_outcome":
            found[entry["key"]].outcome = entry["outcome"]
    return list(found.values())


def settled_money(chaos: Chaos, journal: Path) -> None:
    """Everything that was done is known as done, nothing that was not; a person is left to look only where something is to be seen."""
    client = chaos.client
    in_doubt = {"in flight", "unknown"}
    client.wait(lambda _: not in_doubt & {each.outcome for each in moves(journal)}, "the fate of all money", 40)
    funding, known = client.control.funding(), moves(journal)
    done = {
        what: {Decimal(each["amount"]) + Decimal(each["fee"]) for each in funding[listed]}
        for what, listed in (("withdrawal", "withdrawals"), ("voucher", "deposits"))
    }
    for each in known:
        is_there = each.amount in done[each.what]
        assert is_there is (each.outcome in ("accepted", "ambiguous")), f"{each} of {done}"
    assert done["withdrawal"] == {each.amount for each in known if each.what == "withdrawal"} & done["withdrawal"]
    for endpoint in ("/account/withdraws", "/payments/vouchers/new"):
        amounts = [Decimal(str(body["amount"])) for body in chaos.bodies(endpoint)]
        assert len(amounts) == len(set(amounts)), f"sent twice to {endpoint}: {amounts}"


@pytest.mark.timeout(120 + COMMANDS)
def test_under_any_faults_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    print(f"seed {SEED}, {COMMANDS} commands: CAPTUI_CHAOS={COMMANDS} CAPTUI_CHAOS_SEED={SEED}")
    journal = tmp_path / "journal.jsonl"
    with (
        exchange_process(manual_clock=True, seed=SEED) as endpoints,
        Client(endpoints, journal, revision="atlas", settings=dict(IMPATIENT)) as client,
    ):
        for currency, amount in (("zar", "5000000"), ("btc", "10"), ("eth", "200")):
            client.control.deposit(currency, Decimal(amount))
        watching(client)
        chaos = Chaos(client, random.Random(SEED), beneficiary(client))
        chaos.run()
        struck = sum(int(entry["struck"]) for entry in client.control.planned())
        client.control.fault(kind="clear")
        client.wait(chaos.ready, "able to trade again", 60)
        for market in MARKETS:
            client.send(SelectMarket(market))
            client.wait(lambda views, market=market: views.book.market == market, f"{market} on the screen")  # type: ignore[misc]
            agree(client, 40)
        settled_money(chaos, journal)
        agree(client, 40)
        chaos.collect()

        assert struck > COMMANDS / 60, "next to nothing went wrong"
        sent = Counter(each["custom_order_id"] for each in chaos.bodies("/market/orders"))
        assert [key for key, times in sent.items() if times > 1] == []
        assert [each["number"] for each in chaos.requests] == list(range(1, len(chaos.requests) + 1))

        theirs = {order["custom_order_id"] for order in client.control.state()["orders"]}
        client.wait(lambda _: "unknown" not in outcomes(journal).values(), "every fate is in the journal")
        known = outcomes(journal)
        assert {key for key, outcome in known.items() if outcome == "accepted"} == theirs
        assert set(known.values()) <= {"accepted", "refused", "absent"}
        assert set(sent) <= set(known), "something was sent that had not been journalled"

        upgrades = [each["at_ms"] for each in chaos.requests if each["method"] == "WEBSOCKET"]
        gaps = [
            later - earlier
            for earlier, later in pairwise(upgrades)
            if not any(earlier <= wish <= later for wish in chaos.wishes_ms)
        ]
        assert len(upgrades) > DROPS / 3
        assert gaps
        assert min(gaps) >= 1000 * BACK_OFF_FLOOR_S - 5, f"reconnected within {min(gaps)} ms"
        fates = Counter(f"{each.what} {each.outcome}" for each in moves(journal))
        print(f"{struck} faults, {len(chaos.wishes_ms)} revoked keys, {len(upgrades) - 1} reconnects")
        print(f"{len(sent)} orders; money: {dict(fates)}")
