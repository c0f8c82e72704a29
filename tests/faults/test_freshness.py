"""A feed that is known to be stale locks order entry within one second; a quiet market does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from captui.core.types import OrderStatus, Side
from captui.session.views import Freshness, Views
from tests.faults.agreement import agree
from tests.faults.conftest import IMPATIENT
from tests.session.client import Client

AT_ONCE_S = 1.0
SILENT_S = float(IMPATIENT["silent_after_s"])


def locked(views: Views) -> bool:
    return not views.connection.can_trade and bool(views.connection.why_not)


Trouble = tuple[Callable[[Client], object], float, str]
TROUBLES: dict[str, Trouble] = {
    "a gap": (lambda client: gap(client), 0.0, "missing"),
    "the connection is gone": (lambda client: client.control.fault(kind="drop_websockets"), 0.0, "lost"),
    "half-open": (lambda client: client.control.fault(kind="freeze_websockets", ms=4_000), SILENT_S + 0.1, "heard"),
    "a change that cannot be read": (lambda client: unreadable(client, "malformed"), 0.0, "could not be read"),
    "a repeat that disagrees": (lambda client: repeated(client), 0.0, "twice"),
}


def gap(client: Client) -> None:
    # The snapshot that mends it comes later, so that what is locked can be seen.
    client.control.plan({"on": "btczar.ob-snap", "do": "lose"})
    client.control.fault(kind="skip_sequence", market="btczar")
    client.control.trade("btczar", "buy", Decimal("0.001"))


def unreadable(client: Client, do: str) -> None:
    client.control.plan({"on": "btczar.ob-snap", "do": "lose"}, {"on": "btczar.ob-inc", "do": do})
    client.control.trade("btczar", "buy", client.resting(Side.SELL).volume)


def repeated(client: Client) -> None:
    client.control.plan({"on": "btczar.ob-snap", "do": "lose"})
    client.resting()
    client.control.fault(kind="repeat_increment", market="btczar", changed=True)


@pytest.mark.parametrize("name", TROUBLES)
def test_order_entry_is_locked_within_a_second_and_says_why(client: Client, name: str) -> None:
    trouble, known_after_s, words = TROUBLES[name]
    at: dict[str, Any] = {}

    def lock(views: Views) -> bool:
        at["now"] = time.monotonic()
        return locked(views)

    trouble(client)
    began = time.monotonic()
    views = client.wait(lock, "locked", known_after_s + AT_ONCE_S)
    assert at["now"] - began <= known_after_s + AT_ONCE_S
    assert words in views.connection.why_not or words in views.connection.reason
    assert views.book.freshness is Freshness.STALE
    best = views.book.best_bid
    assert best is not None
    key = client.place(Side.BUY, best.price, "0.001")
    client.told("Not sent: ")
    assert client.order(key) is None
    agree(client)


def test_a_quiet_market_locks_nothing(client: Client) -> None:
    """Nothing changes for several times as long as silence may last: pings alone say that the other side is there."""
    sequence = client.views.book.sequence
    until = time.monotonic() + 3 * SILENT_S
    while time.monotonic() < until:
        views = client.wait(lambda _: True, "the newest views")
        assert views.connection.can_trade, views.connection.why_not
        assert views.book.freshness is Freshness.LIVE
        time.sleep(0.01)
    assert client.views.book.sequence == sequence
    key = client.place(Side.BUY, client.views.book.bids[0].price - 1000, "0.001")
    client.wait_status(key, OrderStatus.WAIT)
    client.cancel(key)
    client.wait_status(key, OrderStatus.CANCELLED)


def test_a_clock_that_somebody_sets_is_not_silence(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's own clock jumps by an hour, both ways: what was heard is measured by another."""
    context = client.session._runtime._context if client.session._runtime else None
    assert context is not None
    real = context.settings.now_ms
    for jump_ms in (3_600_000, -3_600_000):
        object.__setattr__(context.settings, "now_ms", lambda jump_ms=jump_ms: real() + jump_ms)
        until = time.monotonic() + 1.5 * SILENT_S
        while time.monotonic() < until:
            views = client.wait(lambda _: True, "the newest views")
            assert views.book.freshness is Freshness.LIVE, views.book.reason
            time.sleep(0.01)
    object.__setattr__(context.settings, "now_ms", real)
