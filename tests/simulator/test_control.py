from __future__ import annotations

import asyncio
import time
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.simulator.exchanges import DEADLINE_S, Record, Trader, listening, running, sign

WRITES = "control.request_is_one_of: create, cancel, beneficiary, withdraw, redeem, invoice, pay"
ORDER = {"market": "btczar", "side": "buy", "volume": "0.1", "ord_type": "limit", "price": "800000"}


async def in_thread(call: Any, *args: Any, **more: Any) -> Any:
    return await asyncio.to_thread(call, *args, **more)


def test_without_control_there_is_no_control() -> None:
    with running(control=False) as trader:
        assert trader.endpoints.control_url is None
        base = trader.rest_url.removesuffix("/api/v2/trade")
        assert trader.http.get(f"{base}/control/state").status_code == 404
        assert trader.http.post(f"{base}/control/deposit", json={}).status_code == 404


def test_the_state_adds_up_and_tells_everything(trader: Trader) -> None:
    made = trader.order("sell", "0.1", "850000", custom_order_id="mine")
    trader.control("trade", market="btczar", side="buy", amount="0.04")
    state = trader.state()
    assert state["now_ms"] == 1_795_000_000_000
    assert state["manual_clock"] is True
    assert state["discrepancies"] == {}
    assert state["accounts"]["user"]["btc"] == {"available": "0.65", "locked": "0.06"}
    assert state["accounts"]["fees"] == {
        "btc": {"available": "0.00008", "locked": "0.0"},
        "zar": {"available": "34.0", "locked": "0.0"},
    }
    (order,) = state["orders"]
    assert (order["id"], order["state"], order["custom_order_id"]) == (made["id"], "wait", "mine")
    assert [trade["order_id"] for trade in state["trades"]] == [made["id"]]
    assert state["books"]["btczar"] == {"sequence": 2, "asks": [["850000.0", "0.06"]], "bids": []}
    assert (state["websockets"], state["dropped_count"], state["dropped"], state["replay"]) == (0, 0, {}, None)


def test_the_state_shows_20_levels_or_the_whole_book(trader: Trader) -> None:
    for number in range(25):
        trader.order("sell", "0.001", str(850_000 + number))
    assert len(trader.state()["books"]["btczar"]["asks"]) == 20
    assert len(trader.state(full=True)["books"]["btczar"]["asks"]) == 25


def test_time_moves_only_when_told() -> None:
    with running(makers=True) as trader:
        first = trader.state(full=True)
        second = trader.state(full=True)
        assert first == second
        assert trader.control("advance", ms=3000) == {"now_ms": first["now_ms"] + 3000}
        later = trader.state(full=True)
        assert later["books"]["btczar"]["sequence"] > first["books"]["btczar"]["sequence"]
        assert later["discrepancies"] == {}


def test_the_same_seed_and_times_give_the_same_market() -> None:
    states = []
    for seed in (5, 5, 6):
        with running(makers=True, seed=seed) as trader:
            trader.control("advance", ms=4000)
            states.append(trader.state(full=True)["books"])
    assert states[0] == states[1]
    assert states[0] != states[2]


def refused(trader: Trader, path: str, body: Record) -> str:
    answer = trader.http.post(f"{trader.endpoints.control_url}/{path}", json=body)
    assert answer.status_code == 422
    (code,) = answer.json()["errors"]
    assert isinstance(code, str)
    return code


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("advance", {"ms": "many"}, "control.non_integer_ms"),
        ("fault", {"kind": "lose_reply", "request": "get"}, WRITES),
        ("fault", {"kind": "reply", "status": 200}, "control.status_is_400_to_599"),
        ("fault", {"kind": "market_state", "market": "btczar", "state": "odd"}, "control.state_is_enabled_or_disabled"),
        ("fault", {"kind": "skip_sequence", "market": "dogezar"}, "market.market.doesnt_exist"),
        ("fault", {"kind": "repeat_increment", "market": "btczar"}, "control.nothing_to_repeat"),
        ("burst", {"market": "btczar", "per_second": 0, "seconds": 1}, "control.non_positive_per_second"),
        ("trade", {"market": "btczar", "side": "both", "amount": "1"}, "control.side_is_buy_or_sell"),
        ("trade", {"market": "btczar", "side": "buy", "amount": "1"}, "market.order.insufficient_market_liquidity"),
        ("deposit", {"currency": "doge", "amount": "1"}, "account.currency.doesnt_exist"),
    ],
)
def test_an_order_that_means_nothing_is_refused(calm: Trader, path: str, body: Record, code: str) -> None:
    assert refused(calm, path, body) == code


def test_an_unknown_fault_names_the_known_ones(calm: Trader) -> None:
    assert "drop_websockets" in refused(calm, "fault", {"kind": "earthquake"})


def test_a_real_clock_cannot_be_advanced() -> None:
    with running(manual_clock=False) as trader:
        assert refused(trader, "advance", {"ms": 1}) == "control.clock_is_not_manual"


def test_a_deposit_can_be_spent(trader: Trader) -> None:
    said = trader.control("deposit", currency="btc", amount="2.5")
    assert said == {"currency": "btc", "balance": "3.25", "locked": "0.0"}
    trader.order("sell", "3.25", "850000")


def test_a_participant_trades_at_a_limit(trader: Trader) -> None:
    made = trader.order("buy", "0.2", "800000")
    said = trader.control("trade", market="btczar", side="sell", amount="0.5", price="800000")
    assert said == {"executed": "0.2"}
    assert trader.read(f"/market/orders/{made['id']}")["state"] == "done"


@pytest.mark.parametrize(("kind", "created"), [("lose_reply", 1), ("lose_request", 0)])
def test_a_reply_is_lost_after_or_before_the_order_was_accepted(trader: Trader, kind: str, created: int) -> None:
    trader.fault(kind, request="create")
    with pytest.raises(httpx.RemoteProtocolError):
        trader.post("/market/orders", ORDER)
    assert len(trader.state()["orders"]) == created
    assert trader.post("/market/orders", ORDER).status_code == 201


def test_a_cancel_s_reply_is_lost_for_as_many_as_ordered(trader: Trader) -> None:
    made = trader.order("buy", "0.1", "800000")
    trader.fault("lose_reply", request="cancel", count=2)
    for path in (f"/market/orders/{made['id']}/cancel", "/market/orders/cancel"):
        with pytest.raises(httpx.RemoteProtocolError):
            trader.post(path)
    assert trader.read(f"/market/orders/{made['id']}")["state"] == "cancel"
    assert trader.post("/market/orders/cancel").status_code == 201


def test_creates_and_cancels_can_be_refused(trader: Trader) -> None:
    trader.fault("refuse", request="create", code="market.account.insufficient_balance")
    assert trader.post("/market/orders", ORDER).json() == {"errors": ["market.account.insufficient_balance"]}
    made = trader.order("buy", "0.1", "800000")
    trader.fault("refuse", request="cancel")
    answer = trader.cancel(made["id"])
    assert (answer.status_code, answer.json()) == (422, {"errors": ["market.order.cancel_error"]})
    assert trader.read(f"/market/orders/{made['id']}")["state"] == "wait"


def test_an_accepted_order_can_turn_to_reject(trader: Trader) -> None:
    trader.fault("reject")
    made = trader.post("/market/orders", ORDER).json()
    assert made["state"] == "pending"
    assert trader.read(f"/market/orders/{made['id']}")["state"] == "reject"
    assert trader.read("/account/balances/zar") == {"currency": "zar", "balance": "250000.0", "locked": "0.0"}


@pytest.mark.parametrize(
    ("status", "content"), [(429, "json"), (500, "json"), (502, "html"), (503, "json"), (504, "html"), (418, "json")]
)
def test_answers_can_be_canned_by_path(trader: Trader, status: int, content: str) -> None:
    trader.fault("reply", status=status, path="/market/orders", count=2, retry_after=7)
    assert trader.get("/public/markets").status_code == 200
    for answer in (trader.get("/market/orders"), trader.post("/market/orders", ORDER)):
        assert answer.status_code == status
        assert content in answer.headers["Content-Type"]
        assert answer.headers["Retry-After"] == "7"
        assert "Date" in answer.headers
    assert trader.get("/market/orders").status_code == 200
    assert trader.state()["orders"] == []


def test_a_proxy_can_fail_behind_an_order_that_was_accepted(trader: Trader) -> None:
    trader.fault("reply", status=502, path="/market/orders", method="post", accepted=True)
    assert trader.get("/market/orders").status_code == 200
    assert trader.post("/market/orders", ORDER).status_code == 502
    assert [order["state"] for order in trader.state()["orders"]] == ["wait"]


def test_answers_can_be_delayed(trader: Trader) -> None:
    trader.fault("delay", ms=150, path="/api/v2/trade/public/markets")
    times = []
    for _ in range(2):
        began = time.monotonic()
        trader.get("/public/markets")
        times.append(time.monotonic() - began)
    assert times[0] >= 0.15
    assert times[1] < times[0]


@pytest.mark.parametrize("skew_ms", [-60_000, 60_000])
def test_a_skewed_clock_shows_in_the_date_and_refuses_honest_nonces(trader: Trader, skew_ms: int) -> None:
    trader.fault("clock_skew", ms=skew_ms)
    answer = trader.get("/account/balances")
    assert (answer.status_code, answer.json()) == (401, {"errors": ["authz.nonce_expired"]})
    seen = parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()
    assert seen == pytest.approx(skew_ms / 1000, abs=2)
    trader._nonce = time.time_ns() // 1_000_000 + skew_ms
    trader.headers = lambda: _signed_at(trader, skew_ms)  # type: ignore[method-assign]
    assert trader.get("/account/balances").status_code == 200


def _signed_at(trader: Trader, skew_ms: int) -> dict[str, str]:
    return sign(trader.endpoints, time.time_ns() // 1_000_000 + skew_ms)


def test_the_clock_can_be_skewed_from_the_start() -> None:
    with running(clock_skew_ms=90_000) as trader:
        seen = parsedate_to_datetime(trader.get("/public/health/alive").headers["Date"]).timestamp() - time.time()
        assert seen == pytest.approx(90, abs=2)


def test_a_market_can_be_disabled_and_enabled(trader: Trader) -> None:
    trader.fault("market_state", market="btczar", state="disabled")
    assert trader.read("/public/markets")[0]["state"] == "disabled"
    assert trader.post("/market/orders", ORDER).json() == {"errors": ["market.market.doesnt_exist"]}
    trader.fault("market_state", market="btczar", state="enabled")
    assert trader.post("/market/orders", ORDER).status_code == 201


def test_a_key_can_be_revoked_and_everything_cleared(trader: Trader) -> None:
    trader.fault("revoke_key")
    trader.fault("reply", status=500, path="/public")
    assert trader.get("/account/balances").json() == {"errors": ["authz.apikey_not_active"]}
    trader.fault("clear")
    assert trader.get("/account/balances").status_code == 200
    assert trader.get("/public/markets").status_code == 200


async def test_all_websockets_can_be_dropped(trader: Trader) -> None:
    async with listening(trader, "/public") as one, listening(trader, "/private") as other:
        assert await in_thread(trader.fault, "drop_websockets") == {"kind": "drop_websockets", "dropped": 2}
        for heard in (one, other):
            with pytest.raises(ConnectionClosed):
                await heard.next()
    state = trader.state()
    assert (state["websockets"], state["dropped"]) == (0, {"ordered": 2})


async def test_frozen_websockets_say_nothing_and_lose_nothing(trader: Trader) -> None:
    async with listening(trader, "/private?stream=btczar.ob-inc&stream=order") as heard:
        await heard.until("success")
        await in_thread(trader.fault, "freeze_websockets")
        pong = await heard.connection.ping()
        await heard.say("ping")
        await in_thread(trader.order, "buy", "0.1", "800000")
        for number in range(300):
            await in_thread(trader.order, "buy", "0.0001", str(700_000 + number))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(heard.connection.recv(), 0.3)
        assert not asyncio.ensure_future(pong).done()
        assert (await in_thread(trader.state))["frozen"] is True
        await in_thread(trader.fault, "release_websockets")
        sequences = [(await heard.until("btczar.ob-inc"))["sequence"] for _ in range(301)]
        assert sequences == list(range(1, 302))
        await asyncio.wait_for(pong, DEADLINE_S)
    assert trader.state()["dropped_count"] == 0


async def test_a_freeze_can_end_by_itself(trader: Trader) -> None:
    async with listening(trader, "/public") as heard:
        await in_thread(trader.fault, "freeze_websockets", ms=100)
        await heard.say("ping")
        assert await heard.next() == "pong"
    assert trader.state()["frozen"] is False


async def test_a_connection_made_during_a_freeze_is_frozen_too(trader: Trader) -> None:
    await in_thread(trader.fault, "freeze_websockets")
    async with listening(trader, "/public?stream=btczar.ob-inc") as heard:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(heard.connection.recv(), 0.2)
        await in_thread(trader.fault, "clear")
        await heard.until("btczar.ob-snap")


async def test_a_gap_a_repeat_and_a_lie_can_be_ordered(trader: Trader) -> None:
    async with listening(trader, "/public?stream=btczar.ob-inc") as heard:
        await heard.until("success")
        await in_thread(trader.order, "buy", "0.1", "800000")
        first = await heard.until("btczar.ob-inc")
        await in_thread(trader.fault, "repeat_increment", market="btczar")
        assert await heard.until("btczar.ob-inc") == first
        await in_thread(trader.fault, "repeat_increment", market="btczar", changed=True)
        lie = await heard.until("btczar.ob-inc")
        assert (lie["sequence"], lie["bids"]) == (first["sequence"], [["800000.0", "1.1"]])
        await in_thread(trader.fault, "skip_sequence", market="btczar")
        await in_thread(trader.order, "buy", "0.1", "800001")
        assert (await heard.until("btczar.ob-inc"))["sequence"] == first["sequence"] + 2


async def test_a_websocket_s_upgrade_can_fail_like_any_request(trader: Trader) -> None:
    await in_thread(trader.fault, "reply", status=503, path="/api/v2/stream")
    with pytest.raises(InvalidStatus) as failed:
        async with listening(trader, "/public"):
            pass
    assert failed.value.response.status_code == 503
    async with listening(trader, "/public") as heard:
        await heard.say("ping")
        assert await heard.next() == "pong"


async def test_a_burst_in_real_time_keeps_its_rate_and_drops_nobody() -> None:
    with running(manual_clock=False, makers=True, start_ms=None) as trader:
        async with listening(trader, "/public?stream=btczar.ob-inc") as heard:
            sequence = (await heard.until("btczar.ob-snap"))["sequence"]
            began = time.monotonic()
            await in_thread(trader.control, "burst", market="btczar", per_second=1000, seconds=1)
            for expected in range(sequence + 1, sequence + 1001):
                assert (await heard.until("btczar.ob-inc"))["sequence"] == expected
            assert 0.5 < time.monotonic() - began < DEADLINE_S
        state = trader.state()
    assert (state["dropped_count"], state["discrepancies"]) == (0, {})


def test_user_orders_near_the_touch_get_hit_by_makers() -> None:
    with running(makers=True) as trader:
        depth = trader.read("/public/markets/btczar/depth", limit=1)
        price = str(Decimal(depth["bids"][0][0]) + Decimal("0.01"))
        made = trader.order("buy", "0.02", price)
        trader.control("advance", ms=60_000)
        filled = trader.read(f"/market/orders/{made['id']}")
        assert Decimal(filled["executed_volume"]) > 0
        assert trader.state()["discrepancies"] == {}
