"""Faults: what becomes of reads and writes when the network and the exchange misbehave, on real sockets."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal

import httpx
import pytest

from captui.core.events import OrderRecord
from captui.core.outcome import Accepted, Outcome, Refused, Unknown
from captui.core.types import OrderDraft, OrderType, Side
from captui.errors import NoConnectionError, RateLimitedError, UnauthorisedError, UnavailableError
from captui.exchange import calls
from captui.exchange.clock import ServerClock
from captui.exchange.rest import RestClient
from tests.exchange import records
from tests.exchange.conftest import OpenClient, wall_clock_ms
from tests.exchange.http_server import Drop, Handler, HttpServer, Received, Reply, date_header, json_reply, until

DRAFT = OrderDraft("btczar", Side.SELL, OrderType.LIMIT, Decimal("800000.00"), Decimal("0.00001"))
CUSTOM_ID = "302b0494-1a06-4089-846c-0c6b13f1b661"

HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


def answering(*replies: Reply) -> Handler:
    """One reply after another, the last one for ever."""
    waiting = list(replies)

    async def handle(received: Received) -> Reply:
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return handle


async def dropping(received: Received) -> Reply:
    raise Drop


async def silent(received: Received) -> Reply:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.fixture
async def server() -> AsyncIterator[HttpServer]:
    async with HttpServer(dropping) as server:
        yield server


async def create(client: RestClient) -> Outcome[OrderRecord]:
    return await client.create_order(DRAFT, CUSTOM_ID)


async def cancel(client: RestClient) -> Outcome[OrderRecord]:
    return await client.cancel_order(173757)


Write = Callable[[RestClient], Awaitable[Outcome[OrderRecord]]]
WRITES = pytest.mark.parametrize("write", [create, cancel])


@WRITES
@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
async def test_a_write_answered_by_a_broken_server_is_unknown_and_sent_once(
    server: HttpServer, open_client: OpenClient, write: Write, status: int
) -> None:
    server.handler = answering(Reply(status, HTML))
    async with open_client(server.url) as client:
        outcome = await write(client)

    assert isinstance(outcome, Unknown)
    assert "<" not in outcome.reason
    assert len(server.received) == 1


@WRITES
async def test_a_write_whose_connection_is_reset_is_unknown_and_sent_once(
    server: HttpServer, open_client: OpenClient, write: Write
) -> None:
    async with open_client(server.url) as client:
        outcome = await write(client)

    assert isinstance(outcome, Unknown)
    assert "127.0.0.1 was lost" in outcome.reason
    assert len(server.received) == 1


@WRITES
async def test_a_write_that_is_not_answered_in_time_is_unknown_and_sent_once(
    server: HttpServer, open_client: OpenClient, write: Write
) -> None:
    server.handler = answering(Reply(200))
    async with open_client(server.url, timeout_s=0.4) as client:
        await client.alive()
        server.handler = silent
        outcome = await write(client)

    assert outcome == Unknown("127.0.0.1 did not answer within 0.4 s.")
    assert len(server.received) == 2


@WRITES
@pytest.mark.parametrize(
    "reply",
    [
        Reply(201, b"garbage"),
        Reply(201, b""),
        Reply(201, b"{}"),
        Reply(200, HTML),
        json_reply({**records.ORDER, "state": "levitating"}, 201),
        Reply(201, b'{"id": 1', content_length=8),
        Reply(302, b"", {"Location": "https://example.com/"}),
        Reply(408, HTML),
    ],
)
async def test_an_answer_that_tells_nothing_leaves_the_write_unknown(
    server: HttpServer, open_client: OpenClient, write: Write, reply: Reply
) -> None:
    server.handler = answering(reply)
    async with open_client(server.url) as client:
        assert isinstance(await write(client), Unknown)

    assert len(server.received) == 1


async def test_an_answer_cut_off_half_way_leaves_the_write_unknown(server: HttpServer, open_client: OpenClient) -> None:
    server.handler = answering(Reply(201, b'{"id": 173757', content_length=500))

    async with open_client(server.url, timeout_s=0.6) as client:
        assert isinstance(await create(client), Unknown)


async def test_an_answer_about_another_order_leaves_the_create_unknown(
    server: HttpServer, open_client: OpenClient
) -> None:
    server.handler = answering(json_reply({**records.ORDER, "custom_order_id": "another"}, 201))
    async with open_client(server.url) as client:
        assert await create(client) == Unknown("The exchange's answer is about another order.")


@WRITES
@pytest.mark.parametrize(
    ("status", "codes", "words"),
    [
        (422, ["market.account.insufficient_balance"], "not enough money"),
        (422, ["market.order.some_new_rule"], "market.order.some_new_rule"),
        (401, ["authz.invalid_signature"], "secret does not belong"),
        (404, ["record.not_found"], "no such record"),
        (400, [], "could not read the request"),
        (403, ["authz.invalid_permission"], "not allowed"),
    ],
)
async def test_a_refused_write_says_why(
    server: HttpServer, open_client: OpenClient, write: Write, status: int, codes: list[str], words: str
) -> None:
    server.handler = answering(json_reply({"errors": codes}, status))
    async with open_client(server.url) as client:
        outcome = await write(client)

    assert isinstance(outcome, Refused)
    assert words in outcome.reason
    assert (outcome.codes, outcome.status) == (tuple(codes), status)
    assert len(server.received) == 1


@WRITES
async def test_a_write_to_nobody_is_refused_because_nothing_left(open_client: OpenClient, write: Write) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    async with open_client(f"http://127.0.0.1:{port}") as client:
        assert await write(client) == Refused("No connection to 127.0.0.1: it refuses connections.")


@WRITES
async def test_a_write_that_never_gets_a_connection_is_refused_because_nothing_left(
    open_client: OpenClient, write: Write
) -> None:
    """The port accepts in the kernel but speaks no TLS: the handshake hangs, and no byte of the request leaves."""
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        async with open_client(f"https://127.0.0.1:{mute.getsockname()[1]}", timeout_s=0.6) as client:
            outcome = await write(client)

    assert outcome == Refused("No connection to 127.0.0.1: it did not answer in time.")


async def test_a_mistake_of_this_program_leaves_a_write_unknown(
    open_client: OpenClient, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError

    async with open_client("https://exchange.test", transport=httpx.MockTransport(broken)) as client:
        outcome = await create(client)

    assert isinstance(outcome, Unknown)
    assert "ZeroDivisionError" in caplog.text


async def test_closing_while_a_write_is_on_its_way_leaves_it_unknown(
    server: HttpServer, open_client: OpenClient
) -> None:
    server.handler = silent
    async with open_client(server.url) as client:
        writing = asyncio.create_task(create(client), name="writing")
        await until(lambda: len(server.received) == 1)
        await client.close(grace_s=0.01)

        assert isinstance(await writing, Unknown)


async def test_cancelling_the_caller_is_not_swallowed(server: HttpServer, open_client: OpenClient) -> None:
    server.handler = silent
    async with open_client(server.url) as client:
        for call in (create(client), client.markets()):
            before = len(server.received)
            caller = asyncio.create_task(call, name="caller")
            await until(lambda before=before: len(server.received) > before)  # type: ignore[misc]  # mypy on defaults
            caller.cancel()
            with pytest.raises(asyncio.CancelledError):
                await caller


async def test_a_cancel_does_not_wait_for_silent_reads_and_creates(server: HttpServer, open_client: OpenClient) -> None:
    async def handle(received: Received) -> Reply:
        if received.path.endswith("cancel"):
            return json_reply(records.ORDER, 201)
        return await silent(received)

    server.handler = handle
    async with open_client(server.url) as client:
        waiting = [asyncio.create_task(client.markets(), name=f"read {n}") for n in range(6)]
        creating = asyncio.create_task(create(client), name="create")
        await until(lambda: len(server.received) == 3)
        async with asyncio.timeout(2):
            assert isinstance(await cancel(client), Accepted)
        for task in (*waiting, creating):
            task.cancel()
        await asyncio.gather(*waiting, creating, return_exceptions=True)


@pytest.mark.parametrize("first", [Reply(502, HTML), Reply(503, HTML), Reply(408), None])
async def test_a_read_is_tried_again(server: HttpServer, open_client: OpenClient, first: Reply | None) -> None:
    async def handle(received: Received) -> Reply:
        if len(server.received) > 1:
            return json_reply([records.MARKET])
        if first is None:
            raise Drop
        return first

    server.handler = handle
    async with open_client(server.url) as client:
        assert len(await client.markets()) == 1

    assert len(server.received) == 2


async def test_a_read_is_given_up_after_a_bounded_number_of_attempts(
    server: HttpServer, open_client: OpenClient
) -> None:
    server.handler = answering(Reply(503, HTML))
    async with open_client(server.url) as client:
        with pytest.raises(UnavailableError, match="maintenance") as caught:
            await client.markets()

    assert caught.value.status == 503
    assert len(server.received) == calls.READ_ATTEMPTS


async def test_a_read_of_nobody_says_so(open_client: OpenClient) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    async with open_client(f"http://127.0.0.1:{port}") as client:
        with pytest.raises(NoConnectionError, match="it refuses connections") as caught:
            await client.markets()

    assert not caught.value.sent


@pytest.mark.parametrize("dated", [False, True])
async def test_retry_after_pauses_everything_that_follows(
    server: HttpServer, open_client: OpenClient, monkeypatch: pytest.MonkeyPatch, dated: bool
) -> None:
    """The pause is measured on the limiter, whose time stands still here, so that nothing has to be waited for."""
    now = 50.0
    in_a_minute = date_header(wall_clock_ms() + 60_000)
    server.handler = answering(
        Reply(429, b"", {"Retry-After": in_a_minute if dated else "60"}), json_reply(records.ORDER, 201)
    )
    async with open_client(server.url, monotonic=lambda: now) as client:
        refused = await create(client)
        cancelling = asyncio.create_task(cancel(client), name="cancelling")
        await asyncio.sleep(0.05)

        assert refused == Refused("The exchange asks for fewer requests (status 429).", (), 429)
        assert not cancelling.done()
        assert client._calls._limiter.paused_for == pytest.approx(60, abs=2)
        now += 61
        client._worker._dispatch()
        assert isinstance(await cancelling, Accepted)

    assert len(server.received) == 2


async def test_a_read_waits_for_the_pause_and_succeeds(server: HttpServer, open_client: OpenClient) -> None:
    server.handler = answering(Reply(429, b"", {"Retry-After": "1"}), json_reply([records.MARKET]))
    async with open_client(server.url) as client:
        started = time.monotonic()
        assert len(await client.markets()) == 1

    assert 1 <= time.monotonic() - started < 5


async def test_429_again_and_again_pauses_for_longer_each_time(server: HttpServer, open_client: OpenClient) -> None:
    server.handler = answering(Reply(429))
    now, pauses = 0.0, []
    async with open_client(server.url, monotonic=lambda: now) as client:
        for _ in range(7):
            await cancel(client)
            pauses.append(client._calls._limiter.paused_for)
            now += 1_000

    assert pauses == [1, 2, 4, 8, 16, 30, 30]


async def test_an_absurd_retry_after_does_not_lock_orders_in_for_a_day(
    server: HttpServer, open_client: OpenClient
) -> None:
    server.handler = answering(Reply(429, b"", {"Retry-After": "86400"}))
    async with open_client(server.url, monotonic=lambda: 0.0) as client:
        await cancel(client)

        assert client._calls._limiter.paused_for == calls.LONGEST_PAUSE_S


async def test_a_read_that_cannot_wait_for_the_pause_is_rate_limited(
    server: HttpServer, open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.handler = answering(Reply(429, b"", {"Retry-After": "60"}))
    monkeypatch.setattr(calls, "READ_ATTEMPTS", 1)
    async with open_client(server.url) as client:
        with pytest.raises(RateLimitedError) as caught:
            await client.markets()

    assert caught.value.retry_after == 60


class SkewedExchange:
    """Its clock is `ahead_ms` of ours; it says so in every Date, and refuses nonces as the exchange does."""

    def __init__(self, ahead_ms: int) -> None:
        self.ahead_ms = ahead_ms

    async def handle(self, received: Received) -> Reply:
        now_ms = wall_clock_ms() + self.ahead_ms
        headers = {"Date": date_header(now_ms)}
        nonce = received.headers.get("x-auth-nonce")
        if nonce is not None and abs(int(nonce) - now_ms) >= 5_000:
            return json_reply({"errors": ["authz.nonce_expired"]}, 401, headers)
        body = records.ORDER if received.method == "POST" else [{"currency": "zar", "balance": "1", "locked": "0"}]
        return json_reply(body, 201 if received.method == "POST" else 200, headers)


@pytest.mark.parametrize("ahead_ms", [-3_600_000, -20_000, 20_000, 3_600_000])
async def test_a_read_with_a_wrong_clock_corrects_it_and_asks_once_more(
    server: HttpServer, open_client: OpenClient, clock: ServerClock, ahead_ms: int
) -> None:
    server.handler = SkewedExchange(ahead_ms).handle
    async with open_client(server.url) as client:
        assert len(await client.balances()) == 1
        assert clock.offset_ms == pytest.approx(ahead_ms, abs=1_500)
        assert isinstance(await create(client), Accepted)

    assert len(server.received) == 3


async def test_a_write_with_a_wrong_clock_is_refused_and_the_next_one_is_right(
    server: HttpServer, open_client: OpenClient
) -> None:
    server.handler = SkewedExchange(60_000).handle
    async with open_client(server.url) as client:
        first = await create(client)
        second = await create(client)

    assert isinstance(first, Refused)
    assert first.codes == ("authz.nonce_expired",)
    assert isinstance(second, Accepted)
    assert len(server.received) == 2


async def test_a_clock_that_steps_while_running_is_measured_again(
    server: HttpServer, open_client: OpenClient, clock: ServerClock
) -> None:
    exchange = SkewedExchange(0)
    server.handler = exchange.handle
    async with open_client(server.url) as client:
        await client.balances()
        for ahead_ms in (9_000, -9_000, 120_000):
            exchange.ahead_ms = ahead_ms
            await client.balances()
            assert clock.offset_ms == pytest.approx(ahead_ms, abs=1_500)

    nonces = [received.headers["x-auth-nonce"] for received in server.received]
    assert len(set(nonces)) == len(nonces)


async def test_a_clock_that_cannot_be_put_right_does_not_go_round_for_ever(
    server: HttpServer, open_client: OpenClient
) -> None:
    server.handler = answering(json_reply({"errors": ["authz.nonce_expired"]}, 401))
    async with open_client(server.url) as client:
        with pytest.raises(UnauthorisedError, match="clock"):
            await client.balances()

    assert len(server.received) == 2


async def test_a_cached_answer_does_not_set_the_clock(
    server: HttpServer, open_client: OpenClient, clock: ServerClock
) -> None:
    headers = {"Date": "Fri, 08 Dec 2023 08:00:00 GMT", "Age": "100"}
    server.handler = answering(Reply(200, b"", headers))
    async with open_client(server.url) as client:
        await client.alive()

    assert clock.offset_ms is None


async def test_a_connection_that_the_server_closed_while_idle_costs_no_order(
    server: HttpServer, open_client: OpenClient
) -> None:
    async def handle(received: Received) -> Reply:
        return json_reply(records.ORDER, 201, {"Connection": "close"} if len(server.received) == 1 else None)

    server.handler = handle
    async with open_client(server.url) as client:
        assert isinstance(await create(client), Accepted)
        assert isinstance(await create(client), Accepted)
        server.drop_connections()
        await asyncio.sleep(0.02)
        assert isinstance(await create(client), Accepted)

    assert [received.connection for received in server.received] == [0, 1, 2]


async def test_a_connection_without_work_is_kept_warm(server: HttpServer, open_client: OpenClient) -> None:
    """Also when that fails: the server drops the first three."""

    async def handle(received: Received) -> Reply:
        if len(server.received) <= 3:
            raise Drop
        return Reply(200)

    server.handler = handle
    async with open_client(server.url, warm_every_s=0.02):
        await until(lambda: len(server.received) >= 6)

    assert set(server.paths) == {"GET public/health/alive"}
    assert server.received[4].connection == server.received[5].connection


async def test_a_connection_with_work_is_left_alone(server: HttpServer, open_client: OpenClient) -> None:
    server.handler = answering(json_reply(records.MARKET))
    async with open_client(server.url, warm_every_s=1.0) as client:
        for _ in range(25):
            await client.markets()
            await asyncio.sleep(0.06)

    assert set(server.paths) == {"GET public/markets"}


async def test_an_order_goes_by_an_open_connection_of_its_own_whatever_is_being_read(
    server: HttpServer, open_client: OpenClient
) -> None:
    async def handle(received: Received) -> Reply:
        if received.path == "public/markets":
            return await silent(received)
        return json_reply(records.ORDER, 201) if received.method == "POST" else Reply(200)

    server.handler = handle
    async with open_client(server.url, order_line=True) as client:
        await until(lambda: server.paths == ["GET public/health/alive"])
        await client.alive()
        reading = asyncio.create_task(client.markets(), name="read")
        await until(lambda: len(server.received) == 3)
        assert isinstance(await create(client), Accepted)
        assert isinstance(await create(client), Accepted)
        reading.cancel()

    assert [received.connection for received in server.received] == [0, 1, 1, 0, 0]


async def test_the_connection_of_the_orders_is_kept_warm_although_others_are_used(
    server: HttpServer, open_client: OpenClient
) -> None:
    server.handler = answering(json_reply(records.MARKET))
    async with open_client(server.url, order_line=True, warm_every_s=0.05) as client:

        async def go_on_reading() -> None:
            while True:
                await client.markets()

        reading = asyncio.create_task(go_on_reading(), name="read")
        await until(lambda: server.paths.count("GET public/health/alive") >= 3)
        reading.cancel()

    warmed = {received.connection for received in server.received if received.path == "public/health/alive"}
    read = {received.connection for received in server.received if received.path == "public/markets"}
    assert len(warmed) == 1
    assert not warmed & read


async def test_signed_when_sent_not_when_queued(server: HttpServer, open_client: OpenClient) -> None:
    """A second create waits behind a slow first; its nonce is of when it left."""
    gate = asyncio.Event()

    async def handle(received: Received) -> Reply:
        if len(server.received) == 1:
            await gate.wait()
        return json_reply(records.ORDER, 201)

    server.handler = handle
    async with open_client(server.url) as client:
        both = [asyncio.create_task(create(client), name=f"create {n}") for n in range(2)]
        await until(lambda: len(server.received) == 1)
        await asyncio.sleep(0.1)
        could_leave_ms = wall_clock_ms()
        gate.set()
        await asyncio.gather(*both)

    first, second = (int(received.headers["x-auth-nonce"]) for received in server.received)
    assert first < could_leave_ms <= second


async def test_a_hundred_writes_at_once_keep_to_the_rate_and_never_share_a_nonce(
    server: HttpServer, open_client: OpenClient
) -> None:

    async def handle(received: Received) -> Reply:
        return json_reply(records.ORDER, 201)

    server.handler = handle
    async with open_client(server.url, rate=200, burst=20) as client:
        started = time.monotonic()
        outcomes = await asyncio.gather(*(cancel(client) for _ in range(100)))
        elapsed = time.monotonic() - started

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert len({received.headers["x-auth-nonce"] for received in server.received}) == 100
    assert elapsed >= 80 / 200
