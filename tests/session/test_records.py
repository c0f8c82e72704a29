"""The local history of a session on a real exchange: filled, gone on with, kept apart, and nothing that trades waits for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from captui.core.types import Fill, OrderStatus, Side
from captui.history.history import History
from captui.history.trades import BEFORE_ALL
from captui.session import history_reading, history_sync, local_history
from captui.session.commands import RebuildHistory
from captui.session.views import Views
from captui.simulator.server import Endpoints
from tests.session.client import Client

PAGE = 10


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_reading, "PAGE", PAGE)
    monkeypatch.setattr(history_reading, "PAUSE_S", 0.01)
    monkeypatch.setattr(history_sync, "SETTLE_S", 0.05)
    monkeypatch.setattr(history_sync, "RETRY_WAITS_S", (0.05,))
    monkeypatch.setattr(local_history, "OPEN_WAITS_S", (0.0, 0.05))


@pytest.fixture
def history_path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite"


@pytest.fixture
def session(exchange: Callable[..., Endpoints], tmp_path: Path, history_path: Path) -> Callable[..., Client]:
    """Makes clients, all of one exchange, which is made with the first."""
    made: list[Endpoints] = []

    def make(**options: object) -> Client:
        if not made:
            made.append(exchange(**options))
        return Client(made[0], tmp_path / "journal.jsonl", settings={"history_path": history_path})

    return make


def trade(client: Client, count: int, *, every_ms: int = 1500) -> int:
    """At least so many own trades, one after the other. Returns how many the exchange then lists; as time passes, its makers trade too."""
    while True:
        bid = client.views.book.best_bid
        assert bid is not None
        key = client.place(Side.BUY, bid.price + 1, "0.1")
        client.wait_status(key, OrderStatus.WAIT, OrderStatus.DONE)
        for _ in range(count):
            order = client.order(key)
            if order is None or order.status is OrderStatus.DONE:
                break
            client.control.trade("btczar", "sell", Decimal("0.001"), bid.price + 1)
            client.control.advance(every_ms)
        client.cancel(key)
        client.wait_status(key, OrderStatus.CANCELLED, OrderStatus.DONE)
        listed = len(client.control.state()["trades"])
        if listed >= count:
            return listed


def complete(client: Client, trades: int) -> Views:
    return client.wait(
        lambda views: views.portfolio.sync.done and views.portfolio.trades == trades and settled(client) == trades,
        f"{trades} trades recorded",
    )


def settled(client: Client) -> int:
    path = client.session._settings.history_path
    assert path is not None
    with sqlite3.connect(path) as connection:
        count = connection.execute("SELECT count(*) FROM trades WHERE settled = 1").fetchone()[0]
    connection.close()
    return int(count)


def recorded(path: Path, scope: str) -> tuple[Fill, ...]:
    history = History(path, scope=scope)
    history.open()
    try:
        return tuple(one.fill for one in history.trades.settled_after(BEFORE_ALL, before_ms=None, limit=10**6))
    finally:
        history.close()


@pytest.mark.parametrize("every_ms", [1500, 0])
def test_everything_is_recorded_page_by_page_and_once(session: Callable[..., Client], every_ms: int) -> None:
    with session() as client:
        client.live()
        trades = trade(client, 3 * PAGE + 5, every_ms=every_ms)
        client.send(RebuildHistory())
        client.told("is being read anew")
        views = complete(client, trades)
        assert views.portfolio.kept
        assert views.portfolio.since_ms is not None
        held = views.portfolio.positions["btc"]
        assert held.amount > 0
