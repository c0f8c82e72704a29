"""The stream against a real websocket server on loopback."""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from websockets.http11 import Request, Response
from websockets.utils import accept_key

from captui.core.events import BookIncrement, Event, Pong, Subscribed, UnknownFrame, UnreadableFrame
from captui.core.secret import Credentials
from captui.core.signing import NonceSource
from captui.errors import ConfigError
from captui.exchange.clock import ServerClock
from captui.exchange.stream import Stream, StreamState
from tests.exchange.conftest import KEY, wall_clock_ms
from tests.exchange.http_server import date_header, until
from tests.exchange.stream_server import StreamServer, close_at_once, refusal


class Watched:
    """A running stream with all that it told."""

    def __init__(self, url: str, credentials: Credentials | None, clock: ServerClock, **options: float) -> None:
        # Typed loosely: Stream takes more than these, and tests vary only delays.
        delays: dict[str, Any] = {"first_delay_s": 0.01, "max_delay_s": 0.05, **options}
        self.events: list[Event] = []
        self.received_ms: list[int] = []
        self.states: list[StreamState] = []
        self.stream = Stream(
            ws_url=url,
            credentials=credentials,
            clock=clock,
            nonces=NonceSource(),
            now_ms=wall_clock_ms,
            on_event=self._on_event,
            on_state=self.states.append,
            rng=random.Random(5),
            **delays,
        )
        self.task: asyncio.Task[None] | None = None

    def start(self, *streams: str) -> None:
        self.stream.set_streams(frozenset(streams))
        self.task = asyncio.create_task(self.stream.run(), name="stream")

    @property
    def kinds(self) -> list[str]:
        return [state.kind for state in self.states]

    async def until_open(self, times: int = 1) -> None:
        await until(lambda: self.kinds.count("open") >= times)

    def _on_event(self, event: Event, received_ms: int) -> None:
        self.events.append(event)
        self.received_ms.append(received_ms)

    async def stop(self) -> None:
        await self.stream.close()
        if self.task is not None:
            await asyncio.gather(self.task, return_exceptions=True)


Watch = Callable[..., Watched]


@pytest.fixture
async def server() -> AsyncIterator[StreamServer]:
    async with StreamServer() as server:
        yield server


@pytest.fixture
async def watch(server: StreamServer, credentials: Credentials, clock: ServerClock) -> AsyncIterator[Watch]:
    """`watch(**options)` makes a stream of the fixtures' server, key and clock; all are closed at the end."""
    made: list[Watched] = []

    def watch_(*, url: str | None = None, key: Credentials | None = credentials, **options: float) -> Watched:
        made.append(Watched(url or server.url, key, clock, **options))
        return made[-1]

    yield watch_
    for watched in made:
        await watched.stop()


async def test_a_key_takes_the_private_path_with_signed_headers(server: StreamServer, watch: Watch) -> None:
    watched = watch()
    watched.start("order", "btczar.ob-inc")
    await watched.until_open()

    (request,) = server.requests
    assert request.path.startswith("/api/v2/websocket/private?stream=btczar.ob-inc&stream=order")
    assert request.headers["X-Auth-Apikey"] == KEY
    assert abs(int(request.headers["X-Auth-Nonce"]) - wall_clock_ms()) < 5_000
    assert len(request.headers["X-Auth-Signature"]) == 64
    assert "Sec-WebSocket-Extensions" not in request.headers


async def test_no_key_takes_the_public_path_without_them(server: StreamServer, watch: Watch) -> None:
    watched = watch(key=None)
    watched.start("btczar.ob-inc")
    await watched.until_open()

    (request,) = server.requests
    assert request.path == "/api/v2/websocket/public?stream=btczar.ob-inc"
    assert "X-Auth-Apikey" not in request.headers


async def test_events_arrive_decoded_in_order_and_counted(server: StreamServer, watch: Watch) -> None:
    watched = watch(ping_every_s=60, dead_after_s=100)
    watched.start("btczar.ob-inc")
    await watched.until_open()
    for sequence in range(5):
        await server.tell({"btczar.ob-inc": {"asks": ["1", "2"], "sequence": sequence}})
    await server.tell({"news": "nothing"})
    await until(lambda: any(isinstance(event, UnknownFrame) for event in watched.events))

    books = [event.sequence for event in watched.events if isinstance(event, BookIncrement)]
    assert books == list(range(5))
    assert watched.stream.bytes_in >= 5 * 50
    assert watched.stream.last_heard_ms is not None
    assert 0 <= watched.stream.silent_for_s < 5
    assert abs(watched.stream.last_heard_ms - wall_clock_ms()) < 5_000
    assert watched.received_ms == sorted(watched.received_ms)


async def test_a_frame_that_cannot_be_read_is_told_and_does_not_end_the_connection(
    server: StreamServer, watch: Watch
) -> None:
    watched = watch()
    watched.start()
    await watched.until_open()
    for broken in ("{", "[]", '{"btczar.ob-inc": {"asks": "x", "sequence": "y"}}'):
        await server.tell(broken)
    await server.newest.send(b"\xff\xfe\x00")
    await server.tell({"btczar.ob-inc": {"asks": ["1", "2"], "sequence": 1}})
    await until(lambda: any(isinstance(event, BookIncrement) for event in watched.events))

    assert watched.stream.unreadable == 4
    unreadable = [event.key for event in watched.events if isinstance(event, UnreadableFrame)]
    assert unreadable == ["", "", "btczar.ob-inc", ""]
    assert watched.kinds == ["connecting", "open"]


async def test_the_wanted_set_is_changed_on_the_same_connection(server: StreamServer, watch: Watch) -> None:
    watched = watch()
    watched.start("order", "btczar.ob-inc")
    await watched.until_open()
    watched.stream.set_streams(frozenset({"order", "ethzar.ob-inc"}))
    await until(lambda: watched.stream.confirmed == {"order", "ethzar.ob-inc"})

    assert len(server.connections) == 1
    assert server.texts == [
        '{"event":"unsubscribe","streams":["btczar.ob-inc"]}',
        '{"event":"subscribe","streams":["ethzar.ob-inc"]}',
    ]
    assert any(isinstance(event, Subscribed) for event in watched.events)


async def test_long_lists_are_split_below_512_bytes(server: StreamServer, watch: Watch) -> None:
    watched = watch()
    watched.start()
    await watched.until_open()
    wanted = frozenset(f"market{number}zar.ob-inc" for number in range(100))
    watched.stream.set_streams(wanted)
    await until(lambda: watched.stream.confirmed == wanted)

    assert len(server.texts) > 1
    assert all(len(text.encode()) < 512 for text in server.texts)


async def test_resubscribing_brings_a_new_snapshot(server: StreamServer, watch: Watch) -> None:
    watched = watch()
    watched.start("btczar.ob-inc")
    await watched.until_open()
    watched.stream.resubscribe("btczar.ob-inc")
    await until(lambda: len(server.texts) == 2)

    assert ["unsubscribe" in text for text in server.texts] == [True, False]


async def test_everything_wanted_is_asked_for_again_after_a_loss(server: StreamServer, watch: Watch) -> None:
    watched = watch()
    watched.start("order")
    await watched.until_open()
    watched.stream.set_streams(frozenset({"order", "btczar.ob-inc"}))
    await until(lambda: watched.stream.confirmed == {"order", "btczar.ob-inc"})
    await server.newest.close(1001, "restarting \x1b[31m[bold]now")
    await watched.until_open(times=2)

    assert server.asked_in_url() == ["btczar.ob-inc", "order"]
    assert watched.stream.confirmed == frozenset()
    assert watched.kinds == ["connecting", "open", "lost", "connecting", "open"]
    lost = watched.states[2]
    assert "closed the connection (code 1001: restarting" in lost.reason
    assert "\x1b" not in lost.reason
    assert lost.retry_at_ms is not None


async def test_a_reset_connection_is_lost_and_made_again(server: StreamServer, watch: Watch) -> None:
    watched = watch()
    watched.start("order")
    await watched.until_open()
    server.newest.transport.abort()
    await watched.until_open(times=2)

    assert watched.states[2].reason == "The connection to 127.0.0.1 was lost."


async def test_pings_measure_the_round_trip_and_keep_a_quiet_market_alive(server: StreamServer, watch: Watch) -> None:
    watched = watch(ping_every_s=0.02, dead_after_s=2.0)
    watched.start("order")
    await until(lambda: sum(isinstance(event, Pong) for event in watched.events) >= 30)

    assert watched.kinds == ["connecting", "open"]
    assert watched.stream.round_trip_ms is not None
    assert 0 < watched.stream.round_trip_ms < 500


async def test_a_server_that_answers_only_protocol_pings_is_alive(server: StreamServer, watch: Watch) -> None:
    server.answers_pings = False
    watched = watch(ping_every_s=0.02, dead_after_s=1.0)
    watched.start("order")
    await watched.until_open()
    await asyncio.sleep(1.3)

    assert watched.kinds == ["connecting", "open"]
    assert watched.stream.round_trip_ms is not None


async def test_a_connection_that_has_gone_silent_is_lost(
    watch: Watch, credentials: Credentials, clock: ServerClock
) -> None:
    """A half-open connection: the handshake is answered, then nothing is, and nothing is closed either."""
    async with HalfOpen() as half_open:
        watched = watch(url=half_open.url, ping_every_s=0.05, dead_after_s=0.2)
        started = time.monotonic()
        watched.start("order")
        await until(lambda: "lost" in watched.kinds)

        assert time.monotonic() - started < 5
        assert watched.states[2].reason == "Nothing was heard from 127.0.0.1 for 0.2 s."
        await watched.stop()


async def test_a_server_that_never_answers_the_handshake_is_given_up(watch: Watch) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        watched = watch(url=f"ws://127.0.0.1:{mute.getsockname()[1]}", open_timeout_s=0.1)
        watched.start()
        await until(lambda: "lost" in watched.kinds)

        assert watched.states[1].reason == "No connection to 127.0.0.1: it did not answer in time."
        await watched.stop()


async def test_nobody_there_is_said_in_words(watch: Watch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    watched = watch(url=f"ws://127.0.0.1:{port}")
    watched.start()
    await until(lambda: watched.kinds.count("lost") >= 3)

    assert watched.states[1].reason == "No connection to 127.0.0.1: it refuses connections."
    attempts = [state.attempt for state in watched.states if state.kind == "lost"]
    assert attempts[:3] == [1, 2, 3]


async def test_accepting_and_closing_at_once_makes_no_storm(server: StreamServer, watch: Watch) -> None:
    """Every delay that it announces is one of a back-off that keeps growing: the connections were not good."""
    server.on_open = close_at_once
    watched = watch(first_delay_s=0.02, max_delay_s=0.32)
    watched.start("order")
    await until(lambda: watched.kinds.count("lost") >= 7, within_s=10)
    states = [state for state in watched.states if state.kind == "lost"]
    elapsed_s = ((states[6].retry_at_ms or 0) - (states[0].retry_at_ms or 0)) / 1000

    assert [state.attempt for state in states[:7]] == list(range(1, 8))
    assert "code 1008: policy" in states[0].reason
    # Six waits drawn evenly below 0.04, 0.08, 0.16, 0.32, 0.32, 0.32, each at least 0.02 to 0.1.
    assert elapsed_s > 0.3
    assert len(server.requests) <= 8


async def test_the_backoff_is_forgotten_only_after_a_connection_stayed_good(server: StreamServer, watch: Watch) -> None:
    watched = watch(good_after_s=0.15, max_delay_s=0.02)
    server.on_open = close_at_once
    watched.start("order")
    await until(lambda: watched.kinds.count("lost") >= 3)
    server.on_open = None
    opened = watched.kinds.count("open")
    await watched.until_open(times=opened + 1)
    await asyncio.sleep(0.25)
    await server.newest.close()
    lost = watched.kinds.count("lost")
    await until(lambda: watched.kinds.count("lost") > lost)

    assert [state.attempt for state in watched.states if state.kind == "lost"][-1] == 1


@pytest.mark.parametrize(
    ("status", "codes", "words"),
    [
        (401, ["authz.invalid_signature"], "secret does not belong"),
        (401, [], "did not accept the API key"),
        (422, ["authz.invalid_api_key_headers"], "complete set"),
    ],
)
async def test_a_refused_key_stops_it_until_retry(
    server: StreamServer, watch: Watch, status: int, codes: list[str], words: str
) -> None:
    server.refuse = refusal(status, codes)
    watched = watch(max_delay_s=0.01)
    watched.start("order")
    await until(lambda: "refused" in watched.kinds)
    await asyncio.sleep(0.1)

    assert watched.kinds == ["connecting", "refused"]
    assert words in watched.states[-1].reason
    assert len(server.requests) == 1

    server.refuse = lambda _request: None
    watched.stream.retry()
    await watched.until_open()
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [403, 429, 500, 502, 503])
async def test_other_refusals_are_tried_again(server: StreamServer, watch: Watch, status: int) -> None:
    server.refuse = refusal(status, [])
    watched = watch()
    watched.start("order")
    await until(lambda: watched.kinds.count("lost") >= 2)
    server.refuse = lambda _request: None

    await watched.until_open()
    assert "refused" not in watched.kinds


async def test_retry_after_of_a_refused_handshake_is_kept(server: StreamServer, watch: Watch) -> None:
    server.refuse = refusal(503, [], Retry_After="30")
    watched = watch()
    watched.start("order")
    await until(lambda: "lost" in watched.kinds)

    retry_at = watched.states[-1].retry_at_ms
    assert retry_at is not None
    assert retry_at - wall_clock_ms() == pytest.approx(30_000, abs=2_000)


async def test_retry_does_not_wait_for_the_back_off(server: StreamServer, watch: Watch) -> None:
    server.refuse = refusal(503, [], Retry_After="30")
    watched = watch()
    watched.start("order")
    await until(lambda: "lost" in watched.kinds)
    server.refuse = lambda _request: None
    watched.stream.retry()

    await watched.until_open()


@pytest.mark.parametrize("ahead_ms", [-60_000, 60_000])
async def test_a_wrong_clock_is_corrected_from_the_refused_handshake(
    server: StreamServer, watch: Watch, clock: ServerClock, ahead_ms: int
) -> None:
    def refuse(request: Request) -> Response | None:
        now_ms = wall_clock_ms() + ahead_ms
        if abs(int(request.headers["X-Auth-Nonce"]) - now_ms) < 5_000:
            return None
        return refusal(401, ["authz.nonce_expired"], Date=date_header(now_ms))(request)

    server.refuse = refuse
    server.ahead_ms = ahead_ms
    watched = watch()
    watched.start("order")
    await watched.until_open()

    assert watched.kinds == ["connecting", "lost", "connecting", "open"]
    assert clock.offset_ms == pytest.approx(ahead_ms, abs=1_500)


async def test_a_clock_that_cannot_be_put_right_ends_as_refused(server: StreamServer, watch: Watch) -> None:
    server.refuse = refusal(401, ["authz.nonce_expired"])
    watched = watch()
    watched.start("order")
    await until(lambda: "refused" in watched.kinds)

    assert watched.kinds.count("lost") == 2
    assert "clock" in watched.states[-1].reason


async def test_the_key_follows_no_redirect(server: StreamServer, watch: Watch) -> None:
    async with StreamServer() as elsewhere:
        server.refuse = refusal(302, [], Location=elsewhere.url)
        watched = watch()
        watched.start("order")
        await until(lambda: "lost" in watched.kinds)
        await watched.stop()

        assert elsewhere.requests == []


async def test_closing_is_polite_and_ends_run(server: StreamServer, watch: Watch) -> None:
    watched = watch()
    watched.start("order")
    await watched.until_open()
    await watched.stream.close()

    assert watched.task is not None
    await watched.task
    assert watched.kinds[-1] == "closed"
    assert server.newest.close_code == 1000
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("captui-")]


async def _while_waiting(watched: Watched, server: StreamServer) -> None:
    server.refuse = refusal(503, [], Retry_After="30")
    watched.start()
    await until(lambda: "lost" in watched.kinds)


async def _while_refused(watched: Watched, server: StreamServer) -> None:
    server.refuse = refusal(401, [])
    watched.start()
    await until(lambda: "refused" in watched.kinds)


async def _before_run(watched: Watched, server: StreamServer) -> None:
    watched.start()


@pytest.mark.parametrize("bring_there", [_while_waiting, _while_refused, _before_run])
async def test_closing_works_in_every_state(
    server: StreamServer, watch: Watch, bring_there: Callable[[Watched, StreamServer], Awaitable[None]]
) -> None:
    watched = watch()
    await bring_there(watched, server)
    async with asyncio.timeout(2):
        await watched.stream.close()
        assert watched.task is not None
        await watched.task

    assert watched.kinds[-1] == "closed"


async def test_closing_a_half_open_connection_does_not_wait_for_its_answer(watch: Watch) -> None:
    async with HalfOpen() as half_open:
        watched = watch(url=half_open.url)
        watched.start("order")
        await watched.until_open()
        async with asyncio.timeout(3):
            await watched.stop()

    assert watched.kinds == ["connecting", "open", "closed"]


async def test_closing_during_the_handshake_does_not_wait_for_it(watch: Watch) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        watched = watch(url=f"ws://127.0.0.1:{mute.getsockname()[1]}")
        watched.start()
        await until(lambda: "connecting" in watched.kinds)
        await asyncio.sleep(0.02)
        async with asyncio.timeout(2):
            await watched.stop()

    assert watched.kinds == ["connecting", "closed"]


async def test_cancelling_run_is_not_swallowed_and_leaves_nothing_behind(server: StreamServer, watch: Watch) -> None:
    watched = watch()
    watched.start("order")
    await watched.until_open()
    assert watched.task is not None
    watched.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watched.task

    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("captui-")]
    await until(lambda: server.newest.close_code is not None)


async def test_tasks_have_names(watch: Watch) -> None:
    watched = watch()
    watched.start("order")
    await watched.until_open()

    names = {task.get_name() for task in asyncio.all_tasks()}
    assert {"captui-stream-pings", "captui-stream-subscriptions"} <= names


async def test_a_mistake_of_the_listener_ends_run_with_it(server: StreamServer, watch: Watch) -> None:
    watched = watch()

    def broken(event: Event, received_ms: int) -> None:
        raise ZeroDivisionError

    watched.stream._on_event = broken
    watched.start("order")
    assert watched.task is not None
    with pytest.raises(ZeroDivisionError):
        await watched.task
    assert watched.kinds[-1] == "closed"


async def test_it_runs_once(watch: Watch) -> None:
    watched = watch()
    watched.start()
    await watched.until_open()

    with pytest.raises(RuntimeError, match="once"):
        await watched.stream.run()


async def test_a_flood_is_read_as_fast_as_it_comes(server: StreamServer, watch: Watch) -> None:
    """10,000 messages in one go: all arrive, in order, and pings are still answered meanwhile."""
    watched = watch(ping_every_s=0.05, dead_after_s=2)
    watched.start("btczar.ob-inc")
    await watched.until_open()
    for sequence in range(10_000):
        await server.tell(f'{{"btczar.ob-inc":{{"asks":["843500.5","0.25"],"sequence":{sequence}}}}}')
    await until(lambda: sum(isinstance(event, BookIncrement) for event in watched.events) == 10_000, within_s=20)

    sequences = [event.sequence for event in watched.events if isinstance(event, BookIncrement)]
    assert sequences == list(range(10_000))
    assert watched.kinds == ["connecting", "open"]


@pytest.mark.parametrize("url", ["https://trade.example", "trade.example", "", "ws://"])
def test_a_url_that_is_no_websocket_base_is_a_setting_to_correct(url: str, clock: ServerClock) -> None:
    with pytest.raises(ConfigError, match="not a ws:// or wss:// address"):
        Watched(url, None, clock)


def test_silence_cannot_be_death_before_a_ping_was_due(clock: ServerClock) -> None:
    with pytest.raises(ValueError, match="longer than"):
        Watched("ws://127.0.0.1:1", None, clock, ping_every_s=5, dead_after_s=5)


class HalfOpen:
    """Answers the handshake by hand and then reads for ever without a word."""

    def __init__(self) -> None:
        self.url = ""
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> HalfOpen:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._writers:
            writer.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        (key,) = (line.partition(": ")[2] for line in head.splitlines() if line.lower().startswith("sec-websocket-key"))
        writer.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept_key(key)}\r\n\r\n".encode()
        )
        await reader.read()
