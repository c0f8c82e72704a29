"""The thread: it starts late and light, survives what goes wrong, and ends when it is told to."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from captui.core.intervals import Interval
from captui.core.types import OrderDraft, OrderStatus, Side
from captui.journal import Journal
from captui.session.commands import SelectInterval, SelectMarket
from captui.session.market_data import MarketData
from captui.session.runtime import Runtime
from captui.session.session import Session, SessionSettings
from captui.session.trading import Trading
from captui.session.views import Phase, Views
from captui.simulator.server import Endpoints
from tests.session.client import Client

Start = Callable[..., Endpoints]


def sessions_running() -> int:
    return sum(thread.name == "captui-session" for thread in threading.enumerate())


def test_importing_it_does_not_load_the_network() -> None:
    script = (
        "import sys, json, captui.session.session, captui.session.views, captui.session.commands;"
        "print(json.dumps([name for name in ('httpx', 'websockets', 'textual', 'captui.exchange') if name in sys.modules]))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=60)
    assert json.loads(found.stdout) == []


def test_the_first_frame_waits_for_no_network_decoder_or_database() -> None:
    script = (
        "import sys, json, captui.app;"
        "print(json.dumps([name for name in ('httpx', 'websockets', 'msgspec', 'sqlite3', 'plotext') if name in sys.modules]))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=60)
    assert json.loads(found.stdout) == []


def test_before_the_start_there_are_views_and_nothing_to_stop(tmp_path: Path) -> None:
    session = Session(SessionSettings(journal_path=tmp_path / "journal.jsonl"), None)
    assert session.views == Views()
    assert session.take().dirty == frozenset()
    assert session.stop()


def test_commands_given_before_the_start_are_carried_out_in_order(exchange: Start, tmp_path: Path) -> None:
    client = Client(exchange(), tmp_path / "journal.jsonl")
    client.send(SelectMarket("xrpzar"))
    client.send(SelectMarket("ethzar"))
    client.send(SelectInterval(Interval.W1))
    with client:
        views = client.live()
        assert views.markets.selected == "ethzar"
        client.wait(lambda views: views.chart.interval is Interval.W1, "the interval")


def test_a_session_is_started_once(client: Client) -> None:
    with pytest.raises(RuntimeError, match="once"):
        client.session.start()


def test_stopping_leaves_nothing_behind_and_says_stopped(client: Client) -> None:
    assert sessions_running() == 1
    assert client.session.stop()
    client.wait(lambda _: sessions_running() == 0, "the end of the thread")
    assert client.views.connection.phase is Phase.STOPPED
    assert not client.views.connection.can_trade
    client.wait(lambda _: client.control.state()["websockets"] == 0, "the end of the connection")
    assert client.session.stop()
    client.send(SelectMarket("ethzar"))


def test_who_sends_an_order_stands_aside_until_it_has_left_and_waits_for_no_answer(
    exchange: Start, tmp_path: Path
) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", settings={"stand_aside_s": 10.0}) as client:
        best = client.live().book.best_bid
        assert best is not None
        client.control.fault(kind="delay", ms=3_000, path="/market/orders")
        started = time.monotonic()
        # What is refused here will not leave, so it is not waited for.
        client.place(Side.BUY, None, "0.00000001")
        client.cancel("none")

        key = client.place(Side.BUY, best.price - 1000, "0.01")

        assert time.monotonic() - started < 9.0
        assert json.loads(client.journal_path.read_text().splitlines()[-1])["custom_id"] == key
        client.wait_status(key, OrderStatus.SENDING)


def test_who_sends_an_order_does_not_wait_for_a_slow_disk(
    exchange: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = threading.Event()
    create = Journal.create

    def slow(journal: Journal, draft: OrderDraft, custom_id: str, *, now_ms: int) -> None:
        assert written.wait(10)
        create(journal, draft, custom_id, now_ms=now_ms)

    monkeypatch.setattr(Journal, "create", slow)
    with Client(exchange(), tmp_path / "journal.jsonl", settings={"stand_aside_s": 0.004}) as client:
        best = client.live().book.best_bid
        assert best is not None
        key = client.place(Side.BUY, best.price - 1000, "0.01")
        assert client.exchange_orders() == {}
        written.set()
        client.wait_status(key, OrderStatus.WAIT)


def test_stopping_waits_for_an_order_on_its_way(client: Client) -> None:
    best = client.views.book.best_bid
    assert best is not None
    client.control.fault(kind="delay", ms=400, path="/market/orders")
    key = client.place(Side.BUY, best.price - 1000, "0.01")
    client.wait_status(key, OrderStatus.SENDING)

    assert client.session.stop(5.0)

    last = json.loads(client.journal_path.read_text().splitlines()[-1])
    assert (last["custom_id"], last["outcome"]) == (key, "accepted")


def test_what_has_to_be_abandoned_is_named_in_the_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    best = client.views.book.best_bid
    assert best is not None
    client.control.fault(kind="delay", ms=5_000, path="/market/orders")
    key = client.place(Side.BUY, best.price - 1000, "0.01")
    client.wait_status(key, OrderStatus.SENDING)
    started = time.monotonic()

    with caplog.at_level(logging.ERROR):
        assert not client.session.stop(1.0)

    assert time.monotonic() - started < 2.0
    assert f"write: create {key}" in caplog.text


def test_a_message_that_cannot_be_handled_costs_that_message(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> bool:
        raise ValueError("a mistake in the program")

    with monkeypatch.context() as broken:
        broken.setattr(MarketData, "apply_trades", fails)
        client.control.trade("btczar", "buy", Decimal("0.001"))
        client.told("could not be handled")
    assert client.views.connection.can_trade
    client.control.trade("btczar", "buy", Decimal("0.0011"))
    client.wait(lambda views: views.tape.trades and views.tape.trades[0].amount == Decimal("0.0011"), "the next trade")


def test_a_command_that_fails_costs_that_command(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ValueError("a mistake in the program")

    order = client.resting()
    with monkeypatch.context() as broken:
        broken.setattr(Trading, "cancel", fails)
        client.cancel(order.key)
        client.told("Something unexpected went wrong (the command CancelOrder)")
    client.cancel(order.key)
    client.wait_status(order.key, OrderStatus.CANCELLED)


def test_a_session_that_cannot_even_begin_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_: object) -> None:
        raise ValueError("a mistake in the program")

    monkeypatch.setattr(Runtime, "run", fails)
    session = Session(SessionSettings(journal_path=tmp_path / "journal.jsonl"), None)
    session.start()
    deadline = time.monotonic() + 10
    while session.views.connection.phase is not Phase.STOPPED:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert "unexpected" in session.views.connection.why_not
    assert [notice.text for notice in session.take().notices] == [session.views.connection.reason]
    assert not session.stop()
