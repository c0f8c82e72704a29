"""One exchange for each module of rows; every row has a session of its own, with short waits."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from captui.session.commands import CancelAll
from captui.simulator.server import Endpoints
from tests.control import Control
from tests.faults.agreement import agree
from tests.session.client import Client, exchange_process

IMPATIENT = {
    "timeout_s": 0.6,
    "absent_after_s": 0.4,
    "ping_every_s": 0.1,
    # A busy machine is not a silent exchange.
    "silent_after_s": 1.2,
    "dead_after_s": 1.8,
    "good_after_s": 0.05,
    "max_delay_s": 0.15,
    "recheck_every_s": 0.5,
    "settle_after_s": 0.1,
    "funding_enabled": True,
    "funding_every_s": 0.1,
}


@pytest.fixture(scope="module", autouse=True)
def short_waits() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("captui.session.lookups.SEARCH_WAITS_S", (0.05,))
        patch.setattr("captui.session.lookups.CANCEL_CHECKS_S", (0.05, 0.1, 0.2))
        patch.setattr("captui.session.lookups.FILL_READS_S", (0.05, 0.1, 0.2, 0.4))
        patch.setattr("captui.session.lookups.PENDING_CHECKS_S", (0.1,))
        patch.setattr("captui.session.context.RETRY_WAITS_S", (0.0, 0.05, 0.1))
        patch.setattr("captui.session.account.HOLD_S", 0.3)
        patch.setattr("captui.exchange.wire.LARGEST_BODY", 1_000_000)
        patch.setattr("captui.session.seeking.WAITS_S", (0.1,))
        patch.setattr("captui.session.book_watch.SNAPSHOT_TIMEOUT_S", 0.5)
        patch.setattr("captui.session.book_watch.SNAPSHOT_PATIENCE_S", 0.3)
        patch.setattr("captui.core.moves.WITHIN_MS", 700)
        yield


@pytest.fixture(scope="module")
def endpoints() -> Iterator[Endpoints]:
    with exchange_process(manual_clock=True, seed=11) as endpoints:
        assert endpoints.control_url is not None
        control = Control(endpoints.control_url)
        for currency, amount in (("zar", "5000000"), ("btc", "10")):
            control.deposit(currency, Decimal(amount))
        yield endpoints


@pytest.fixture
def client(endpoints: Endpoints, tmp_path: Path) -> Iterator[Client]:
    """Live, on an exchange on which nothing goes wrong yet. Afterwards nothing is left open there."""
    with Client(endpoints, tmp_path / "journal.jsonl", revision="atlas", settings=dict(IMPATIENT)) as client:
        if client.live().orders.open:
            # Of a test that failed.
            client.send(CancelAll())
            client.wait(lambda views: not views.orders.open, "a clean start")
        agree(client)
        yield client
    client.control.fault(kind="clear")
    client.control.fault(kind="clock_skew", ms=0)
