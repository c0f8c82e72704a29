"""A session with a real exchange behind it, as tests use it: commands, waiting for conditions, and the exchange's own truth."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any

from captui.core.checks import Code
from captui.core.secret import Credentials, Secret
from captui.core.types import Balance, Order, OrderDraft, OrderStatus, OrderType, Side
from captui.session.commands import CancelOrder, Command, PlaceOrder
from captui.session.session import Session, SessionSettings
from captui.session.views import Notice, Severity, Views
from captui.simulator.server import Endpoints, ExchangeOptions
from tests.control import Control

DEADLINE_S = 15.0
EVERY_RISK = frozenset(code.value for code in Code)

_EXCHANGE = """
import json, sys
from captui.simulator.command import run
from captui.simulator.server import ExchangeOptions
sys.exit(run(ExchangeOptions(**json.loads(sys.argv[1])), json_ready=True, exit_with_stdin=True))
"""


@contextmanager
def exchange_process(**options: object) -> Iterator[Endpoints]:
    """The embedded exchange in a process of its own, which does not compete with the client for one interpreter."""
    given = json.dumps({"port": 0, "control": True, **options})
    process = subprocess.Popen([sys.executable, "-c", _EXCHANGE, given], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Endpoints(**json.loads(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.stdout.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def quick_options(**options: Any) -> ExchangeOptions:
    """A quiet exchange: its market moves only when it is told to."""
    return ExchangeOptions(**{"port": 0, "control": True, "manual_clock": True, **options})


@dataclass
class Client:
    """Use as a context manager."""

    endpoints: Endpoints
    journal_path: Path
    revision: str = "trade"
    credentials: bool = True
    secret: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    def __post_init__(self) -> None:
        newer = self.revision == "atlas"
        key = Credentials(Secret(self.endpoints.api_key), Secret(self.secret or self.endpoints.api_secret))
        settings: dict[str, Any] = {
            "rest_url": self.endpoints.atlas_rest_url if newer else self.endpoints.rest_url,
            "ws_url": self.endpoints.atlas_ws_url if newer else self.endpoints.ws_url,
            "journal_path": self.journal_path,
            "rate": 10_000.0,
            "burst": 1000,
            "publish_interval_s": 0.01,
            # A test draws nothing; it may send thousands.
            "stand_aside_s": 0.0,
            **self.settings,
        }
        self.session = Session(SessionSettings(**settings), key if self.credentials else None)
        assert self.endpoints.control_url is not None
        self.control = Control(self.endpoints.control_url)

    def __enter__(self) -> Client:
        self.session.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.stop(3.0)

    @property
    def views(self) -> Views:
        return self.session.views

    def send(self, command: Command) -> None:
        self.session.send(command)

    def wait(self, condition: Callable[[Views], object], what: str, timeout_s: float = DEADLINE_S) -> Views:
        """The first views for which the condition holds. Fails with what was waited for, and what was told meanwhile."""
        deadline = time.monotonic() + timeout_s
        while True:
            self.notices.extend(self.session.take().notices)
            views = self.session.views
            if condition(views):
                return views
            if time.monotonic() > deadline:
                troubles = [notice for notice in self.notices[:-10] if notice.severity is not Severity.GOOD]
                told = "\n".join(notice.text for notice in (*troubles[-20:], *self.notices[-10:]))
                raise AssertionError(f"not within {timeout_s} s: {what}\n{views.connection}\n{told}")
            time.sleep(0.005)

    def live(self) -> Views:
        return self.wait(lambda views: views.connection.can_trade, "live and able to trade")

    def told(self, fragment: str, timeout_s: float = DEADLINE_S) -> Notice:
        """The notice that holds `fragment`, which may have come already."""
        self.wait(lambda _: any(fragment in notice.text for notice in self.notices), f"a notice: {fragment}", timeout_s)
        return next(notice for notice in self.notices if fragment in notice.text)

    def was_told(self, fragment: str) -> bool:
        self.notices.extend(self.session.take().notices)
        return any(fragment in notice.text for notice in self.notices)

    def place(
        self,
        side: Side,
        price: Decimal | None,
        volume: str,
        *,
        market: str = "btczar",
        post_only: bool = False,
        confirmed: frozenset[str] = EVERY_RISK,
    ) -> str:
        """The key of the order."""
        kind = OrderType.MARKET if price is None else OrderType.LIMIT
        key = str(uuid.uuid4())
        draft = OrderDraft(market, side, kind, price, Decimal(volume), post_only)
        self.send(PlaceOrder(key, draft, confirmed))
        return key

    def order(self, key: str) -> Order | None:
        orders = self.views.orders
        return next((order for order in (*orders.open, *orders.closed) if order.key == key), None)

    def wait_status(self, key: str, *statuses: OrderStatus, timeout_s: float = DEADLINE_S) -> Order:
        def reached(_: Views) -> bool:
            order = self.order(key)
            return order is not None and order.status in statuses

        self.wait(reached, f"{key} in {[str(status) for status in statuses]}, is {self.order(key)}", timeout_s)
        order = self.order(key)
        assert order is not None
        return order

    def resting(self, side: Side = Side.BUY, *, away: str = "1000", volume: str = "0.01") -> Order:
        """A new order that rests `away` from the best of its side."""
        book = self.views.book
        best = book.best_bid if side is Side.BUY else book.best_ask
        assert best is not None
        price = best.price - Decimal(away) if side is Side.BUY else best.price + Decimal(away)
        return self.wait_status(self.place(side, price, volume), OrderStatus.WAIT)

    def cancel(self, key: str) -> None:
        self.send(CancelOrder(key))

    # The exchange's own truth

    def exchange_orders(self) -> dict[int, dict[str, Any]]:
        return {order["id"]: order for order in self.control.state()["orders"]}

    def exchange_balances(self) -> dict[str, tuple[Decimal, Decimal]]:
        held = self.control.state()["accounts"]["user"]
        return {currency: (Decimal(of["available"]), Decimal(of["locked"])) for currency, of in held.items()}

    def balances(self) -> dict[str, tuple[Decimal, Decimal]]:
        return {row.balance.currency: _parts(row.balance) for row in self.views.balances.rows}


def _parts(balance: Balance) -> tuple[Decimal, Decimal]:
    return balance.available, balance.locked


def by_id(orders: Sequence[Order]) -> dict[int, Order]:
    return {order.id: order for order in orders if order.id is not None}
