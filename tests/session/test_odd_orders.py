"""An order in words that captui does not know is there: it is not called absent, and it does not keep the session from living."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from captui.core import orders as lifecycle
from captui.core.orders import OrderEvent
from captui.core.secret import Credentials, Secret
from captui.core.signing import NonceSource
from captui.core.types import OrderDraft, OrderStatus, OrderType, Side
from captui.exchange.rest import RestClient
from captui.session.account import Account
from captui.session.balances import Balances
from captui.session.connection import Connection
from captui.session.context import SessionContext
from captui.session.lookups import Lookups
from captui.session.reconcile import Reconciler
from captui.session.settings import SessionSettings
from captui.session.views import Severity

KEY = "5f0c2b7e-0000-4000-8000-000000000001"
DRAFT = OrderDraft("btczar", Side.BUY, OrderType.LIMIT, Decimal(800_000), Decimal("0.01"))
ORDER = {
    "id": 7,
    "uuid": "7e86a4fa-fcae-4953-b9bc-d6f328beea48",
    "side": "buy",
    "ord_type": "limit",
    "price": "800000.0",
    "state": "wait",
    "market": "btczar",
    "created_at": "2023-12-08T08:46:59+01:00",
    "updated_at": "2023-12-08T08:46:59+01:00",
    "origin_volume": "0.01",
    "remaining_volume": "0.01",
    "executed_volume": "0.0",
    "custom_order_id": KEY,
}
DEADLINE_S = 15.0


class Exchange:
    """Its list of orders is what a test says; every other list is empty, and no order can be fetched by its id."""

    def __init__(self) -> None:
        self.orders: list[dict[str, object]] = []
        self.asked: list[str] = []
        self.moved = asyncio.Event()

    def handle(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/")
        self.asked.append(path)
        self.moved.set()
        if path.startswith("market/orders/"):
            return httpx.Response(200, text=json.dumps(ORDER | {"state": "trigger_wait"}))
        wanted = request.url.params.get("state")
        found = self.orders if path == "market/orders" else []
        return httpx.Response(200, text=json.dumps([each for each in found if wanted in (None, each["state"])]))

    async def until_asked(self, path: str, times: int) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while self.asked.count(path) < times:
                self.moved.clear()
                await self.moved.wait()


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
async def context(exchange: Exchange, tmp_path: Path) -> AsyncIterator[SessionContext]:
    context = SessionContext(SessionSettings(journal_path=tmp_path / "journal.jsonl", absent_after_s=0.0))
    client = RestClient(
        base_url="https://exchange.test/api",
        credentials=Credentials(Secret("key"), Secret("secret")),
        clock=context.clock,
        nonces=NonceSource(),
        now_ms=context.now_ms,
        transport=httpx.MockTransport(exchange.handle),
    )
    await client.open()
    context.rest = client
    yield context
    assert await context.tasks.close(5.0) == ()
    await client.close()


@pytest.fixture
def account(context: SessionContext) -> Account:
    return Account(context, on_activity=lambda: None, market_of=lambda _: None)


async def test_it_is_not_absent_while_it_is_listed(
    exchange: Exchange, context: SessionContext, account: Account
) -> None:
    exchange.orders = [ORDER | {"state": "trigger_wait"}]
    lookups = Lookups(context, account)
    account.draft(lifecycle.drafted(DRAFT, KEY, 1_702_021_619_000))
    account.tell(KEY, OrderEvent.LOST, "The answer was lost.")

    lookups.search()
    await exchange.until_asked("market/orders", 3)

    order = account.get(KEY)
    assert order is not None
    assert order.status is OrderStatus.UNKNOWN
    assert context.rest.odd_count == 1

    exchange.orders = []
    async with asyncio.timeout(DEADLINE_S):
        while (order := account.get(KEY)) is not None and order.status is OrderStatus.UNKNOWN:
            await exchange.until_asked("market/orders", exchange.asked.count("market/orders") + 1)
            await asyncio.sleep(0)
    assert order is not None
    assert order.status is OrderStatus.ABSENT


async def test_an_open_order_that_turned_odd_is_told_and_does_not_stop_the_reconciliation(
    exchange: Exchange, context: SessionContext, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[Severity, str]] = []
    monkeypatch.setattr(context, "notify", lambda severity, text: told.append((severity, text)))
    reconciler = Reconciler(
        context,
        account=account,
        balances=Balances(context),
        lookups=Lookups(context, account),
        connection=Connection(
            context,
            None,
            prepare=lambda _endpoints: asyncio.sleep(0),
            on_event=lambda _event, _received_ms: None,
            on_open=lambda _again: None,
            on_lost=lambda _reason: None,
        ),
    )
    other = ORDER | {"id": 8, "custom_order_id": "another"}
    exchange.orders = [ORDER, other]
    await reconciler._fetch()
    assert {order.id for order in account.open_orders()} == {7, 8}

    exchange.orders = [ORDER | {"state": "trigger_wait"}, other]
    await reconciler._fetch()

    assert "market/orders/7" not in exchange.asked
    assert {order.id for order in account.open_orders()} == {7, 8}
    ((severity, text),) = told
    assert severity is Severity.WARNING
    assert text.startswith("Order 7 of the exchange is not followed.")
    assert "'trigger_wait'" in text
