"""A disk that fails while trading: orders are not sent, cancels are."""

from __future__ import annotations

import asyncio
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from captui.core.types import OrderDraft, OrderStatus, OrderType, Side
from captui.errors import JournalError
from captui.journal import Journal
from captui.session import journalling
from captui.session.context import SessionContext
from captui.session.settings import SessionSettings
from tests.session.client import Client


def test_an_order_that_cannot_be_journalled_is_not_sent(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise JournalError("The order journal cannot be written: No space left on device.")

    best = client.views.book.best_bid
    assert best is not None
    with monkeypatch.context() as disk:
        disk.setattr(Journal, "create", full)
        key = client.place(Side.BUY, best.price - 1000, "0.01")
        order = client.wait_status(key, OrderStatus.REJECTED)
    assert "It was not sent" in order.reason
    assert "No space left" in client.told("Refused").text
    assert client.exchange_orders() == {}


def test_a_cancel_that_cannot_be_journalled_is_sent_all_the_same(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise JournalError("The order journal cannot be written: No space left on device.")

    order = client.resting()
    monkeypatch.setattr(Journal, "cancel", full)
    client.cancel(order.key)
    client.wait_status(order.key, OrderStatus.CANCELLED)


async def test_a_healthy_disk_is_waited_for_without_another_turn_of_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journalling, "PROMPT_S", 10.0)
    path = tmp_path / "journal.jsonl"
    context = SessionContext(SessionSettings(journal_path=path))
    context.journal = journal = Journal(path, scope="here")
    journal.open()
    writer = journalling.Journalling(context)
    turns: list[int] = []
    asyncio.get_running_loop().call_soon(turns.append, 1)

    await writer.create(OrderDraft("btczar", Side.BUY, OrderType.LIMIT, Decimal(800_000), Decimal("0.01")), "id-1")

    assert turns == []
    assert "id-1" in path.read_text()
    writer.close()
    journal.close()


def test_an_order_leaves_only_after_it_is_on_disk_and_a_slow_disk_holds_nothing_else_up(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = threading.Event()
    create = Journal.create

    def slow(journal: Journal, draft: OrderDraft, custom_id: str, *, now_ms: int) -> None:
        assert threading.current_thread().name.startswith("captui-journal")
        assert written.wait(10)
        create(journal, draft, custom_id, now_ms=now_ms)

    monkeypatch.setattr(Journal, "create", slow)
    best = client.views.book.best_bid
    assert best is not None
    key = client.place(Side.BUY, best.price - 1000, "0.01")
    client.wait_status(key, OrderStatus.SENDING)

    client.control.trade("btczar", "buy", Decimal("0.0017"))
    client.wait(
        lambda views: views.tape.trades and views.tape.trades[0].amount == Decimal("0.0017"), "the tape goes on"
    )
    assert client.exchange_orders() == {}
    written.set()
    client.wait_status(key, OrderStatus.WAIT)
