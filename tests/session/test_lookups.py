"""An answer that never comes: the order is unknown, looked up, and never sent again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from captui.core.secret import Credentials, Secret
from captui.core.types import OrderDraft, OrderStatus, OrderType, Side
from captui.journal import Journal
from captui.session.commands import CancelOrder, PlaceOrder
from captui.session.views import Severity
from captui.simulator.server import Endpoints
from tests.paths import ROOT
from tests.session.client import EVERY_RISK, Client, exchange_process


def far_bid(client: Client) -> Decimal:
    best = client.views.book.best_bid
    assert best is not None
    return best.price - 5000


def test_an_accepted_order_whose_answer_is_lost_is_unknown_and_then_found(client: Client) -> None:
    # The stream would tell of the order at once: without it, only the look-up can.
    client.control.fault(kind="freeze_websockets")
    client.control.fault(kind="lose_reply", request="create")

    key = client.place(Side.BUY, far_bid(client), "0.01")

    unknown = client.wait_status(key, OrderStatus.UNKNOWN)
    assert unknown.reason
    assert client.told("It is not known whether").severity is Severity.WARNING
    found = client.wait_status(key, OrderStatus.WAIT)
    assert client.told("was found again: it is resting").order_key == key
    theirs = client.exchange_orders()
    assert list(theirs) == [found.id]
    assert theirs[found.id or 0]["custom_order_id"] == key


def test_the_stream_alone_can_resolve_it(client: Client) -> None:
    """Its event carries only the exchange's id: the order is fetched by that, and the answer names ours."""
    client.control.fault(kind="lose_reply", request="create")

    key = client.place(Side.BUY, far_bid(client), "0.01")

    client.wait_status(key, OrderStatus.WAIT)
    assert len(client.exchange_orders()) == 1


@pytest.mark.parametrize("accepted", [True, False])
def test_a_proxy_s_error_page_says_nothing_of_the_order(
    exchange: Callable[..., Endpoints], tmp_path: Path, accepted: bool
) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", settings={"absent_after_s": 0.5}) as client:
        client.live()
        client.control.fault(kind="reply", status=502, path="/market/orders", method="POST", accepted=accepted)

        key = client.place(Side.BUY, far_bid(client), "0.01")

        client.told("It is not known whether")
        order = client.wait_status(key, OrderStatus.WAIT, OrderStatus.ABSENT)
        assert (order.status is OrderStatus.WAIT) is accepted
        assert len(client.exchange_orders()) == int(accepted)


def test_an_order_that_never_arrived_is_absent_only_after_long_enough(
    exchange: Callable[..., Endpoints], tmp_path: Path
) -> None:
    with Client(exchange(), tmp_path / "journal.jsonl", settings={"absent_after_s": 1.0}) as client:
        client.live()
        client.control.fault(kind="lose_request", request="create")
        started = time.monotonic()

        key = client.place(Side.BUY, far_bid(client), "0.01")

        order = client.wait_status(key, OrderStatus.ABSENT)
        assert time.monotonic() - started >= 1.0
        assert order.reason
        client.told("never reached the exchange")
        assert client.exchange_orders() == {}
        outcomes = [json.loads(line).get("outcome") for line in client.journal_path.read_text().splitlines()]
        assert outcomes[-1] == "absent"


def test_while_look_ups_fail_nothing_is_called_absent(
    exchange: Callable[..., Endpoints], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("captui.session.lookups.SEARCH_WAITS_S", (0.05,))
    with Client(exchange(), tmp_path / "journal.jsonl", settings={"absent_after_s": 0.3}) as client:
        client.live()
        client.control.fault(kind="lose_request", request="create")
        client.control.fault(kind="reply", status=404, path="/market/orders", method="GET", count=20)
        started = time.monotonic()

        key = client.place(Side.BUY, far_bid(client), "0.01")
        client.wait_status(key, OrderStatus.ABSENT)

        # Twenty failures 0.05 s apart, and only then the time of successful look-ups.
        assert time.monotonic() - started >= 20 * 0.05 + 0.3


def test_the_same_command_twice_is_one_order(client: Client) -> None:
    draft = OrderDraft("btczar", Side.BUY, OrderType.LIMIT, far_bid(client), Decimal("0.01"))
    command = PlaceOrder("5f0c2b7e-0000-4000-8000-000000000001", draft, EVERY_RISK)
    client.send(command)
    client.send(command)

    assert "never sent twice" in client.told("Not sent").text
    client.wait_status(command.custom_id, OrderStatus.WAIT)
    assert len(client.exchange_orders()) == 1


def test_a_cancel_whose_answer_is_lost_is_looked_up(client: Client) -> None:
    order = client.resting()
    client.control.fault(kind="lose_reply", request="cancel")

    client.cancel(order.key)

    client.wait_status(order.key, OrderStatus.CANCELLED)


def test_a_cancel_that_never_arrived_leaves_the_order_open_and_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("captui.session.lookups.CANCEL_CHECKS_S", (0.05, 0.05))
    order = client.resting()
    client.control.fault(kind="lose_request", request="cancel")

    client.cancel(order.key)

    client.wait_status(order.key, OrderStatus.CANCELLING)
    client.wait_status(order.key, OrderStatus.WAIT)
    assert client.told("was not cancelled").severity is Severity.ERROR
    client.cancel(order.key)
    client.wait_status(order.key, OrderStatus.CANCELLED)


def test_cancelling_an_order_on_its_way_is_remembered(client: Client) -> None:
    client.control.fault(kind="delay", ms=300, path="/market/orders")

    key = client.place(Side.BUY, far_bid(client), "0.01")
    client.wait_status(key, OrderStatus.SENDING)
    client.send(CancelOrder(key))

    client.told("as soon as the exchange's id for it is known")
    client.wait_status(key, OrderStatus.CANCELLED)


_KILLED_CLIENT = """
import json, sys
from pathlib import Path
from urllib.parse import urlsplit
from decimal import Decimal
from captui.core.types import Side
from captui.simulator.server import Endpoints
from tests.paths import ROOT
from tests.session.client import Client
with Client(Endpoints(**json.loads(sys.argv[1])), Path(sys.argv[2])) as client:
    client.live()
    print("live", flush=True)
    sys.stdin.readline()
    print(client.place(Side.BUY, Decimal("800000"), "0.01"), flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("arrived", [True, False])
def test_after_a_crash_an_order_in_flight_is_looked_up(tmp_path: Path, arrived: bool) -> None:
    """kill -9 between sending and the answer: the next run shows the order as unknown, finds out, and sends nothing."""
    journal = tmp_path / "journal.jsonl"
    with exchange_process(manual_clock=True) as endpoints:
        key = _crash_in_flight(endpoints, journal, arrived=arrived)
        last = json.loads(journal.read_text().splitlines()[-1])
        assert last.get("outcome", "unknown") == "unknown"

        with Client(endpoints, journal, settings={"absent_after_s": 0.5}) as second:
            second.told("captui ended before the answer came")
            found = second.wait_status(key, OrderStatus.WAIT, OrderStatus.ABSENT)
            assert (found.status is OrderStatus.WAIT) is arrived
            assert found.ours
            assert len(second.exchange_orders()) == int(arrived)
            second.live()

        with Client(endpoints, journal) as third:
            third.live()
            assert not third.was_told("captui ended before the answer came")


def _crash_in_flight(endpoints: Endpoints, journal: Path, *, arrived: bool) -> str:
    """The key of the order that a process had sent when it was killed."""
    watcher = Client(endpoints, journal)
    described = json.dumps({name: getattr(endpoints, name) for name in Endpoints.__dataclass_fields__})
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED_CLIENT, described, str(journal)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"live\n"
        # Without a stream, nothing but the answer could tell the process what became of its order.
        watcher.control.fault(kind="freeze_websockets", ms=500)
        watcher.control.fault(kind="lose_reply" if arrived else "lose_request", request="create")
        watcher.control.fault(kind="reply", status=404, path="/market/orders", method="GET", count=1_000)
        process.stdin.write(b"\n")
        process.stdin.flush()
        key = process.stdout.readline().decode().strip()
        deadline = time.monotonic() + 10
        while '"outcome":"unknown"' not in (journal.read_text() if journal.exists() else ""):
            assert time.monotonic() < deadline, "the order did not become unknown"
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        process.stdin.close()
        process.stdout.close()
    watcher.control.fault(kind="clear")
    return key


def test_an_order_journalled_and_never_sent_is_absent(exchange: Callable[..., Endpoints], tmp_path: Path) -> None:
    """Killed between the journal and the socket: nothing arrived, and nothing is sent now."""
    endpoints = exchange()
    path = tmp_path / "journal.jsonl"
    credentials = Credentials(Secret(endpoints.api_key), Secret(endpoints.api_secret))
    journal = Journal(path, scope=f"{urlsplit(endpoints.rest_url).netloc}/{credentials.fingerprint}")
    journal.open()
    draft = OrderDraft("btczar", Side.BUY, OrderType.LIMIT, Decimal("800000"), Decimal("0.01"))
    journal.create(draft, "never-sent", now_ms=round(time.time() * 1000))
    journal.close()

    with Client(endpoints, path, settings={"absent_after_s": 0.2}) as client:
        client.wait_status("never-sent", OrderStatus.UNKNOWN, OrderStatus.ABSENT)
        client.wait_status("never-sent", OrderStatus.ABSENT)
        assert client.exchange_orders() == {}
        client.send(PlaceOrder("never-sent", draft, EVERY_RISK))
        client.told("never sent twice")
