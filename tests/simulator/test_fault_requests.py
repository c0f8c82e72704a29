"""The fault plan over real sockets: what the other side of a request or stream meets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus

from tests.simulator.exchanges import Trader, listening, running


@pytest.fixture(scope="module")
def shared() -> Iterator[Trader]:
    with running() as trader:
        trader.http.timeout = httpx.Timeout(2)
        yield trader


@pytest.fixture
def trader(shared: Trader) -> Iterator[Trader]:
    yield shared
    shared.fault("clear")


def plan(trader: Trader, **entry: Any) -> None:
    trader.control("plan", faults=[entry])


def orders(trader: Trader) -> int:
    return len(trader.state()["orders"])


@pytest.mark.parametrize(
    ("do", "carried_out"),
    [("reset before", 0), ("reset after", 1), ("hang before", 0), ("hang after", 1), ("truncated body", 1)],
)
def test_an_answer_that_never_comes_whole(trader: Trader, do: str, carried_out: int) -> None:
    before = orders(trader)
    plan(trader, on="create", do=do, ms=200)
    with pytest.raises(httpx.TransportError):
        trader.order("buy", "0.001", "800000")
    assert orders(trader) - before == carried_out
    assert trader.order("buy", "0.001", "800000")["state"] == "pending"


@pytest.mark.parametrize(
    ("entry", "content", "carried_out"),
    [
        ({"status": 429, "retry_after": 7}, '{"errors":["server.too_many_requests"]}', 0),
        ({"status": 503}, '{"errors":["server.maintenance"]}', 0),
        ({"status": 500, "processed": True}, '{"errors":["server.internal_error"]}', 1),
        ({"status": 502, "html": True}, "<h1>502 Bad Gateway</h1>", 0),
    ],
)
def test_a_status_of_any_kind(trader: Trader, entry: dict[str, Any], content: str, carried_out: int) -> None:
    before = orders(trader)
    plan(trader, on="create", do="status", **entry)
    answer = trader.post("/market/orders", {"market": "btczar", "side": "buy", "volume": "0.001", "price": "800000"})
    assert answer.status_code == entry["status"]
    assert content in answer.text
    assert answer.headers.get("Retry-After") == (str(entry["retry_after"]) if "retry_after" in entry else None)
    assert orders(trader) - before == carried_out


def test_a_slow_body_is_whole_in_the_end(trader: Trader) -> None:
    plan(trader, on="read", do="slow body", ms=20, path="/account")
    started = time.monotonic()
    assert trader.read("/account/balances")
    assert time.monotonic() - started > 0.1


def test_content_is_altered_on_its_way(trader: Trader) -> None:
    plan(trader, on="read", do="rewrite", fields={"currency": "<b>"})
    assert {held["currency"] for held in trader.read("/account/balances")} == {"<b>"}


def test_the_clock_the_key_and_a_market(trader: Trader) -> None:
    plan(trader, on="read", do="clock", ms=60_000)
    plan(trader, on="read", do="disable market")
    answer = trader.get("/account/balances")
    assert answer.json() == {"errors": ["authz.nonce_expired"]}
    assert trader.state()["disabled_markets"] == ["btczar"]
    plan(trader, on="read", do="clock")
    plan(trader, on="read", do="enable market")
    plan(trader, on="read", do="revoke key")
    assert trader.get("/account/balances").json() == {"errors": ["authz.apikey_not_active"]}
    plan(trader, on="read", do="restore key")
    assert trader.get("/account/balances").status_code == 200
    assert trader.state()["disabled_markets"] == []


async def test_an_upgrade_is_refused_or_reset(trader: Trader) -> None:
    plan(trader, on="connect", do="status", status=503)
    with pytest.raises(InvalidStatus):
        async with listening(trader, "/private"):
            raise AssertionError("it was let in")
    plan(trader, on="connect", do="reset before")
    with pytest.raises((OSError, InvalidMessage)):
        async with listening(trader, "/private"):
            raise AssertionError("it was let in")
    async with listening(trader, "/private") as listener:
        assert await listener.barrier() == []


async def test_frames_are_lost_doubled_and_exchanged(trader: Trader) -> None:
    async with listening(trader, "/private?stream=order") as listener:
        await listener.until("success")
        plan(trader, on="order", do="lose")
        plan(trader, on="order", do="duplicate")
        plan(trader, on="order", do="reorder")
        for _ in range(4):
            trader.order("buy", "0.001", "800000")
        heard = [message["order"]["id"] for message in await listener.barrier()]
        _, second, third, fourth = (order["id"] for order in trader.state()["orders"][-4:])
        assert heard == [second, second, fourth, third]


async def test_a_drop_takes_the_connection_instead_of_the_frame(trader: Trader) -> None:
    async with listening(trader, "/private?stream=order") as listener:
        await listener.until("success")
        plan(trader, on="order", do="drop")
        trader.order("buy", "0.001", "800000")
        with pytest.raises(ConnectionClosed):
            await listener.next()
