from __future__ import annotations

import asyncio
import socket
import time
from decimal import Decimal
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from captui.simulator.markets import PERIODS
from tests.simulator.exchanges import DEADLINE_S, Listener, Trader, listening, running

BTC = "/public?stream=btczar.ob-inc"


async def in_thread(call: Any, *args: Any, **more: Any) -> Any:
    return await asyncio.to_thread(call, *args, **more)


async def test_a_snapshot_comes_first_then_increments_one_by_one(trader: Trader) -> None:
    trader.order("buy", "0.1", "800000")
    async with listening(trader, BTC) as heard:
        snapshot = await heard.until("btczar.ob-snap")
        assert snapshot == {"asks": [], "bids": [["800000.0", "0.1"]], "sequence": 1}
        await in_thread(trader.order, "sell", "0.2", "900000")
        order = await in_thread(trader.order, "buy", "0.1", "800000")
        await in_thread(trader.cancel, order["id"])
        increments = [await heard.until("btczar.ob-inc") for _ in range(3)]
    assert increments == [
        {"asks": [["900000.0", "0.2"]], "bids": [], "sequence": 2},
        {"asks": [], "bids": [["800000.0", "0.2"]], "sequence": 3},
        {"asks": [], "bids": [["800000.0", "0.1"]], "sequence": 4},
    ]


async def test_flat_increments_hold_one_pair_and_no_other_side() -> None:
    with running(increments="flat") as trader:
        async with listening(trader, BTC) as heard:
            order = await in_thread(trader.order, "buy", "0.1", "800000")
            await in_thread(trader.cancel, order["id"])
            assert await heard.until("btczar.ob-inc") == {"bids": ["800000.0", "0.1"], "sequence": 1}
            assert await heard.until("btczar.ob-inc") == {"bids": ["800000.0", "0.0"], "sequence": 2}


async def test_a_snapshot_has_at_most_300_levels_a_side(trader: Trader) -> None:
    for number in range(302):
        await in_thread(trader.order, "sell", "0.00001", str(850_000 + number))
    async with listening(trader, BTC) as heard:
        snapshot = await heard.until("btczar.ob-snap")
    assert [len(snapshot["asks"]), snapshot["asks"][0][0], snapshot["asks"][-1][0]] == [300, "850000.0", "850299.0"]


@pytest.mark.parametrize(
    ("query", "streams"),
    [
        ("?stream=btczar.ob-inc&stream=ethzar.ob-inc", ["btczar.ob-inc", "ethzar.ob-inc"]),
        ("?stream=btczar.ob-inc&ethzar.ob-inc", ["btczar.ob-inc"]),
        ("?stream=btczar.ob-inc&stream=dogezar.ob-inc&stream=btczar.kline-7m", ["btczar.ob-inc"]),
        (
            "?stream=btczar.kline-1w&stream=global.tickers&stream=xrpzar.trades",
            ["btczar.kline-1w", "global.tickers", "xrpzar.trades"],
        ),
        ("?stream=btczar.ob-inc&stream=order&stream=balance", ["btczar.ob-inc"]),
    ],
)
async def test_streams_of_the_url_are_subscribed_to_one_by_one(calm: Trader, query: str, streams: list[str]) -> None:
    async with listening(calm, "/public" + query, signed=False) as heard:
        assert await heard.until("success") == {"message": "subscribed", "streams": streams}


@pytest.mark.parametrize("query", ["", "?btczar.ob-inc", "??stream=order", "?streams=order"])
async def test_a_malformed_url_subscribes_to_nothing_silently(trader: Trader, query: str) -> None:
    async with listening(trader, "/private" + query) as heard:
        await in_thread(trader.order, "buy", "0.1", "800000")
        assert await heard.barrier() == []


async def test_streams_come_and_go_at_run_time(trader: Trader) -> None:
    async with listening(trader, "/private") as heard:
        await heard.say({"event": "subscribe", "streams": ["btczar.ob-inc", "order"]})
        assert list(await heard.next()) == ["btczar.ob-snap"]
        assert await heard.next() == {"success": {"message": "subscribed", "streams": ["btczar.ob-inc", "order"]}}
        await heard.say({"event": "unsubscribe", "streams": ["btczar.ob-inc", "never.heard"]})
        assert await heard.next() == {"success": {"message": "unsubscribed", "streams": ["order"]}}
        await in_thread(trader.order, "buy", "0.1", "800000")
        assert [list(message) for message in await heard.barrier()] == [["order"]]


async def test_subscribing_again_brings_a_new_snapshot(trader: Trader) -> None:
    async with listening(trader, BTC) as heard:
        await heard.until("success")
        await in_thread(trader.order, "buy", "0.1", "800000")
        await heard.say({"event": "subscribe", "streams": ["btczar.ob-inc"]})
        assert (await heard.until("btczar.ob-snap"))["sequence"] == 1


@pytest.mark.parametrize(
    "message", ["hello", "[]", '{"event":"subscribe"}', '{"event":"dance","streams":[]}', '{"streams":[1]}']
)
async def test_what_cannot_be_understood_is_answered_with_an_error(calm: Trader, message: str) -> None:
    async with listening(calm, "/public") as heard:
        await heard.say(message)
        assert list(await heard.next()) == ["error"]
        await heard.say("ping")
        assert await heard.next() == "pong"


async def test_a_protocol_ping_is_answered(calm: Trader) -> None:
    async with listening(calm, "/public") as heard:
        await asyncio.wait_for(await heard.connection.ping(), DEADLINE_S)


async def test_a_silent_peer_is_given_up() -> None:
    with running(ping_interval_s=0.05, ping_timeout_s=0.05) as trader:
        address = trader.ws_url.removeprefix("ws://").split("/")[0]
        host, port = address.split(":")
        with socket.create_connection((host, int(port)), timeout=DEADLINE_S) as raw:
            raw.sendall(
                f"GET /api/v2/stream/public HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
            )
            received = b""
            while chunk := await in_thread(raw.recv, 4096):
                received += chunk
        assert b"101 Switching Protocols" in received
        assert b"\x89\x04" in received, "a ping frame with four bytes"
        trader.until(lambda state: state["websockets"] == 0)


async def test_private_events_tell_of_an_order_s_life(trader: Trader) -> None:
    async with listening(trader, "/private?stream=order&stream=trade&stream=balance") as heard:
        await heard.until("success")
        made = await in_thread(trader.order, "sell", "0.1", "850000", custom_order_id="mine")
        await in_thread(trader.control, "trade", market="btczar", side="buy", amount="0.1")
        events = await heard.barrier()
    assert [next(iter(event)) for event in events] == ["order", "balance", "order", "trade", "balance", "balance"]
    waiting, _, done, trade, base, quote = events
    seconds = 1_795_000_000
    assert waiting["order"] == {
        "id": made["id"],
        "market": "btczar",
        "kind": "ask",
        "side": "sell",
        "ord_type": "limit",
        "price": "850000.0",
        "avg_price": "0.0",
        "state": "wait",
        "origin_volume": "0.1",
        "remaining_volume": "0.1",
        "executed_volume": "0.0",
        "at": seconds,
        "created_at": seconds,
        "updated_at": seconds,
        "trades_count": 0,
    }
    assert (done["order"]["state"], done["order"]["executed_volume"], done["order"]["avg_price"]) == (
        "done",
        "0.1",
        "850000.0",
    )
    assert set(trade["trade"]) == {
        "id", "price", "amount", "total", "market", "side", "taker_type", "created_at", "order_id",
    }  # fmt: skip
    assert (trade["trade"]["side"], trade["trade"]["taker_type"], trade["trade"]["order_id"]) == (
        "sell",
        "buy",
        made["id"],
    )
    assert base == {"balance": {"currency": "btc", "balance": "0.65", "locked": "0.0"}}
    assert quote == {"balance": {"currency": "zar", "balance": "334915.0", "locked": "0.0"}}


async def test_the_newer_revision_tells_totals_and_fees(atlas: Trader) -> None:
    async with listening(atlas, "/private?stream=trade&stream=balance") as heard:
        await heard.until("success")
        await in_thread(atlas.order, "sell", "0.1", "850000")
        assert await heard.until("balance") == {
            "currency": "btc",
            "balance": "0.75",
            "available": "0.65",
            "locked": "0.1",
        }
        await in_thread(atlas.control, "trade", market="btczar", side="buy", amount="0.05")
        trade = await heard.until("trade")
    assert (trade["fee_currency"], trade["fee"], trade["fee_amount"]) == ("zar", "0.001", "42.5")


async def test_the_shapes_can_be_chosen_against_the_revision() -> None:
    with running(balance_events="available", trade_fees=True) as trader:
        async with listening(trader, "/private?stream=trade&stream=balance") as heard:
            await in_thread(trader.order, "sell", "0.1", "850000")
            assert "available" in await heard.until("balance")
            await in_thread(trader.control, "trade", market="btczar", side="buy", amount="0.05")
            assert "fee" in await heard.until("trade")


async def test_a_market_order_s_news_overtakes_its_answer(trader: Trader) -> None:
    trader.order("sell", "0.1", "850000")
    async with listening(trader, "/private?stream=order") as heard:
        await heard.until("success")
        made = await in_thread(trader.order, "buy", "0.05", None, ord_type="market")
        states = [event["order"]["state"] for event in await heard.barrier() if event["order"]["id"] == made["id"]]
    assert made["state"] == "pending"
    assert states == ["wait", "done"]


async def test_candles_tape_and_tickers_follow_trades(trader: Trader) -> None:
    streams = "&".join(f"stream=btczar.kline-{name}" for name in PERIODS.values())
    async with listening(trader, f"/public?{streams}&stream=btczar.trades&stream=global.tickers") as heard:
        await heard.until("success")
        await in_thread(trader.order, "sell", "0.1", "850000")
        await in_thread(trader.control, "trade", market="btczar", side="buy", amount="0.04")
        (print_,) = (await heard.until("btczar.trades"))["trades"]
        assert set(print_) == {"tid", "taker_type", "price", "amount", "created_at"}
        assert (print_["taker_type"], print_["price"], print_["amount"]) == ("buy", "850000.0", "0.04")
        for minutes, name in PERIODS.items():
            row = await heard.until(f"btczar.kline-{name}")
            assert (row[0] % (minutes * 60), row[4]) == (0, 850000.0)
        await in_thread(trader.control, "advance", ms=1000)
        tickers = await heard.until("global.tickers")
        assert tickers["btczar"]["last"] == "850000.0"
        assert set(tickers) == {"btczar", "ethzar", "xrpzar", "usdczar"}


async def test_undocumented_streams_can_be_left_out() -> None:
    with running(streams="documented") as trader:
        async with listening(
            trader, "/public?stream=btczar.trades&stream=global.tickers&stream=btczar.kline-1m"
        ) as heard:
            assert (await heard.until("success"))["streams"] == ["btczar.kline-1m"]


@pytest.mark.parametrize("change", [None, {"X-Auth-Signature": "0" * 64}, {"X-Auth-Nonce": "1"}])
async def test_the_private_path_answers_401_without_good_headers(trader: Trader, change: dict[str, str] | None) -> None:
    headers = {} if change is None else trader.headers() | change
    trader.headers = lambda: headers  # type: ignore[method-assign]
    with pytest.raises(InvalidStatus) as refused:
        async with listening(trader, "/private?stream=order"):
            pass
    assert refused.value.response.status_code == 401
    assert "Date" in refused.value.response.headers
    assert trader.state()["websockets"] == 0


async def test_the_upgrade_answer_has_the_date(calm: Trader) -> None:
    async with listening(calm, "/public") as heard:
        assert heard.connection.response is not None
        assert len(heard.connection.response.headers.get_all("Date")) == 1


async def closed(heard: Listener) -> int:
    """The code that the connection ends with."""
    try:
        while True:
            await heard.next()
    except ConnectionClosed as end:
        return end.rcvd.code if end.rcvd else 1006


async def test_512_bytes_are_read_and_513_end_the_connection(trader: Trader) -> None:
    async with listening(trader, "/public") as heard:
        await heard.say('{"event":"subscribe","streams":[]}'.ljust(512))
        assert "success" in await heard.next()
        await heard.say("x" * 513)
        assert await closed(heard) == 1009
    assert trader.until(lambda state: state["dropped_count"] == 1)["dropped"] == {"a message over 512 bytes": 1}


async def test_binary_messages_end_the_connection(trader: Trader) -> None:
    async with listening(trader, "/public") as heard:
        await heard.connection.send(b"ping")
        assert await closed(heard) == 1006


async def test_a_client_that_lets_256_messages_pile_up_is_dropped_and_others_are_not(trader: Trader) -> None:
    """The lazy client reads nothing, behind a small receive buffer; the busy one hears everything."""
    address = trader.ws_url.removeprefix("ws://").split("/")[0]
    host, port = address.split(":")
    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        lazy.connect((host, int(port)))
        lazy.sendall(
            f"GET /api/v2/stream{BTC} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        trader.until(lambda state: state["websockets"] == 1)
        async with listening(trader, BTC) as busy:
            sequence = (await busy.until("btczar.ob-snap"))["sequence"]
            await in_thread(trader.control, "burst", market="btczar", per_second=20_000, seconds=5)
            end = time.monotonic() + DEADLINE_S
            while "256 messages piled up" not in (await in_thread(trader.state))["dropped"]:
                assert time.monotonic() < end, "the lazy client was never dropped"
                await in_thread(trader.control, "advance", ms=5)
                while (await busy.until("btczar.ob-inc"))["sequence"] < (await in_thread(trader.state))["books"][
                    "btczar"
                ]["sequence"]:
                    pass
            state = await in_thread(trader.state)
            assert state["websockets"] == 1
            assert state["books"]["btczar"]["sequence"] > sequence + 256


async def test_a_burst_of_real_changes_can_be_followed_exactly(trader: Trader) -> None:
    await in_thread(trader.order, "buy", "0.1", "800000")
    await in_thread(trader.order, "sell", "0.1", "801000")
    async with listening(trader, BTC) as heard:
        snapshot = await heard.until("btczar.ob-snap")
        book = {side: {price: Decimal(size) for price, size in snapshot[side]} for side in ("asks", "bids")}
        said = await in_thread(trader.control, "burst", market="btczar", per_second=1000, seconds=2)
        assert said == {"changes": 2000}
        sequence = snapshot["sequence"]
        for _ in range(20):
            await in_thread(trader.control, "advance", ms=101)
            for message in await heard.barrier():
                if "btczar.ob-inc" not in message:
                    continue
                increment = message["btczar.ob-inc"]
                sequence += 1
                assert increment["sequence"] == sequence
                for side in ("asks", "bids"):
                    for price, size in increment[side]:
                        book[side].pop(price, None)
                        if size:
                            book[side][price] = Decimal(size)
        state = await in_thread(trader.state, full=True)
    assert sequence >= snapshot["sequence"] + 2000
    for side in ("asks", "bids"):
        assert book[side] == {price: Decimal(size) for price, size in state["books"]["btczar"][side]}
    assert state["discrepancies"] == {}
    assert state["dropped_count"] == 0
