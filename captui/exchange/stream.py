"""The websocket stream: one connection that carries every subscription, kept alive and made again by a loop of its own.

The reader does nothing but read, decode and hand on: a client that lets 256 messages pile up is disconnected (exchange notes, The
websocket). Whether the other end lives is measured by pings and their answers, because a quiet market is not a dead one. The
library's own reconnecting is not used: it does not wait after a server that accepts and then closes (measurements, Libraries).
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.http11 import Response

from captui.addresses import is_loopback, require_encryption
from captui.core import codec, refusals
from captui.core.dataclass import dataclass
from captui.core.events import Event, Pong, Subscribed, UnreadableFrame
from captui.core.secret import Credentials
from captui.core.signing import NonceSource, auth_headers
from captui.core.text import printable
from captui.errors import ConfigError, ProtocolError
from captui.exchange.answers import NONCE_EXPIRED
from captui.exchange.backoff import Backoff
from captui.exchange.calls import LONGEST_PAUSE_S
from captui.exchange.clock import ServerClock
from captui.exchange.handshake import headers_of, shake_hands
from captui.exchange.reasons import reason
from captui.exchange.subscriptions import Subscriptions
from captui.exchange.wire import retry_after_s

CLOCK_CORRECTIONS = 2
"""Handshakes in a row refused for their nonce before the clock is taken not to be the reason."""

_NO_CLOSE_FRAME = 1006
"""The code that the library gives to a connection that ended without a close frame (RFC 6455, 7.1.5)."""

_UNAUTHORISED = 401


@dataclass(frozen=True, slots=True)
class StreamState:
    kind: Literal["connecting", "open", "lost", "refused", "closed"]
    reason: str = ""
    """One sentence for `lost` and `refused`, else empty."""
    attempt: int = 0
    """Failures in a row so far; back at 0 only after a connection has stayed good."""
    retry_at_ms: int | None = None
    """When `lost`: our clock, unix milliseconds."""


@dataclass(frozen=True, slots=True)
class _Loss:
    """Why there is no connection any more, or none came about."""

    reason: str
    good: bool = False
    """It had stayed open for long enough to forget earlier failures."""
    refused: bool = False
    """The exchange does not accept the key: trying again without a change is of no use."""
    nonce_expired: bool = False
    retry_after_s: float = 0.0


class Stream:
    """One websocket base with at most one key. To be used from one event loop.

    `on_event(event, received_ms)` and `on_state(state)` are called on that loop, must be cheap and must not raise: what they raise ends
    `run`. `received_ms` is our own clock as `now_ms` gives it, unix milliseconds. `rng` spreads the reconnects. `on_frame`, under the
    same rules, gets every message as it was received, before its events.
    """

    def __init__(
        self,
        *,
        ws_url: str,
        credentials: Credentials | None,
        clock: ServerClock,
        nonces: NonceSource,
        now_ms: Callable[[], int],
        on_event: Callable[[Event, int], None],
        on_state: Callable[[StreamState], None],
        rng: random.Random,
        ping_every_s: float = 5.0,
        dead_after_s: float = 12.0,
        good_after_s: float = 10.0,
        max_delay_s: float = 30.0,
        first_delay_s: float = 0.5,
        open_timeout_s: float = 10.0,
        on_frame: Callable[[bytes], None] | None = None,
    ) -> None:
        """Raises ConfigError for a URL that is no websocket base, ValueError where silence could be death before a ping was due."""
        address = urlsplit(ws_url)
        if address.scheme not in {"ws", "wss"} or not address.hostname:
            raise ConfigError(f"The websocket base {ws_url!r} is not a ws:// or wss:// address.")
        require_encryption(ws_url, "The websocket base")
        if dead_after_s <= ping_every_s:
            raise ValueError("dead_after_s must be longer than ping_every_s")
        self._url = f"{ws_url.rstrip('/')}/{'public' if credentials is None else 'private'}"
        self._host = address.hostname
        self._credentials = credentials
        self._clock = clock
        self._nonces = nonces
        self._now_ms = now_ms
        self._on_event = on_event
        self._on_state = on_state
        self._on_frame = on_frame
        self._ping_every_s = ping_every_s
        self._dead_after_s = dead_after_s
        self._good_after_s = good_after_s
        self._open_timeout_s = open_timeout_s
        self._backoff = Backoff(rng, base_s=first_delay_s, cap_s=max_delay_s)
        self._subscriptions = Subscriptions()
        self._changed = asyncio.Event()
        self._woken = asyncio.Event()
        self._finished: asyncio.Event | None = None
        self._closing = False
        self._nonces_expired = 0
        self._handshake: asyncio.Timeout | None = None
        self._connection: ClientConnection | None = None
        self._heard_at = 0.0
        self._pinged_at: deque[float] = deque(maxlen=16)
        self._died = ""
        self._bytes_in = 0
        self._unreadable = 0
        self._last_heard_ms: int | None = None
        self._round_trip_ms: float | None = None
        self._confirmed: frozenset[str] = frozenset()

    @property
    def bytes_in(self) -> int:
        """Of all messages since the start."""
        return self._bytes_in

    @property
    def unreadable(self) -> int:
        """Messages that the codec did not accept. Each was also told as `UnreadableFrame`."""
        return self._unreadable

    @property
    def last_heard_ms(self) -> int | None:
        """When anything, data or pong, last arrived: our clock. None before the first."""
        return self._last_heard_ms

    @property
    def silent_for_s(self) -> float:
        """How long nothing, data or pong, has arrived on the open connection; 0 while there is none."""
        return 0.0 if self._connection is None else asyncio.get_running_loop().time() - self._heard_at

    @property
    def round_trip_ms(self) -> float | None:
        """Of the newest answered ping of any connection, None before the first."""
        return self._round_trip_ms

    @property
    def confirmed(self) -> frozenset[str]:
        """What the server listed as subscribed on this connection; empty until it does and while there is none."""
        return self._confirmed

    def set_streams(self, streams: frozenset[str]) -> None:
        """All that the stream shall carry from now on, on this connection and every later one. Raises ValueError for an over-long name."""
        self._subscriptions.want(streams)
        self._changed.set()

    def resubscribe(self, stream: str) -> None:
        """Unsubscribe and subscribe: the server sends a new snapshot. Without a connection the next one brings it anyway."""
        self._subscriptions.ask_again(stream)
        self._changed.set()

    def retry(self) -> None:
        """Try now, whether waiting for the back-off or stopped by a refusal. Nothing happens while connecting or open."""
        self._woken.set()

    async def close(self) -> None:
        """Close politely, within a second or so, and wait for `run` to return."""
        self._closing = True
        self._woken.set()
        if self._handshake is not None:
            self._handshake.reschedule(asyncio.get_running_loop().time())
        if self._connection is not None:
            await self._connection.close()
        if self._finished is not None:
            await self._finished.wait()

    async def run(self) -> None:
        """Keep a connection until `close`. A refused key stops it until `retry`. To be called once."""
        if self._finished is not None:
            raise RuntimeError("a stream runs once")
        self._finished = asyncio.Event()
        try:
            while not self._closing:
                self._on_state(StreamState("connecting", attempt=self._backoff.failures))
                await self._recover(await self._connect_and_read())
        finally:
            self._finished.set()
            self._on_state(StreamState("closed"))

    async def _recover(self, loss: _Loss) -> None:
        """Wait for what has to come before the next attempt."""
        if self._closing:
            return
        if loss.good:
            self._backoff.reset()
        self._nonces_expired = self._nonces_expired + 1 if loss.nonce_expired else 0
        if loss.refused or self._nonces_expired > CLOCK_CORRECTIONS:
            self._nonces_expired = 0
            self._on_state(StreamState("refused", loss.reason, attempt=self._backoff.failures))
            await self._wait(None)
        else:
            delay = max(self._backoff.next(), loss.retry_after_s)
            retry_at = self._now_ms() + round(delay * 1000)
            self._on_state(StreamState("lost", loss.reason, self._backoff.failures, retry_at))
            await self._wait(delay)

    async def _wait(self, delay_s: float | None) -> None:
        self._woken.clear()
        try:
            async with asyncio.timeout(delay_s):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _connect_and_read(self) -> _Loss:
        time = asyncio.get_running_loop().time
        sent_ms = self._now_ms()
        try:
            async with asyncio.timeout(self._open_timeout_s) as self._handshake:
                connection = await shake_hands(
                    self._subscriptions.url(self._url),
                    auth=self._auth,
                    # A proxy of the environment is for the outside; the embedded exchange on this machine is never behind it.
                    through_proxy=not is_loopback(self._host),
                )
        except InvalidStatus as error:
            return self._rejected(error.response, sent_ms)
        except (OSError, WebSocketException, ImportError) as error:
            # OSError includes the time limit's; ImportError is a SOCKS proxy without the package for it.
            return _Loss(f"No connection to {self._host}: {reason(error)}.")
        finally:
            self._handshake = None
        self._observe(connection.response, sent_ms)
        opened_at = time()
        await self._use(connection)
        return _Loss(self._why_ended(connection), good=time() - opened_at >= self._good_after_s)

    def _auth(self) -> dict[str, str] | None:
        if self._credentials is None:
            return None
        return auth_headers(self._credentials, self._nonces.next(self._clock.now_ms(self._now_ms())))

    async def _use(self, connection: ClientConnection) -> None:
        """Read until the connection ends, with the two tasks beside the reader that send."""
        loop = asyncio.get_running_loop()
        self._connection = connection
        self._died = ""
        self._pinged_at.clear()
        self._heard_at = loop.time()
        tasks = [
            loop.create_task(self._keep_alive(connection), name="captui-stream-pings"),
            loop.create_task(self._keep_subscribed(connection), name="captui-stream-subscriptions"),
        ]
        for task in tasks:
            # A sender that fails must not leave a reader that looks alive.
            task.add_done_callback(lambda _: connection.transport.abort())
        try:
            self._on_state(StreamState("open", attempt=self._backoff.failures))
            await self._read(connection)
        except ConnectionClosed:
            pass
        finally:
            self._connection = None
            self._confirmed = frozenset()
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception) and not isinstance(end, ConnectionClosed):
                raise end

    async def _read(self, connection: ClientConnection) -> None:
        while True:
            raw = await connection.recv(decode=False)
            self._bytes_in += len(raw)
            received_ms = self._heard()
            if self._on_frame is not None:
                self._on_frame(raw)
            for event in self._decoded(raw):
                if isinstance(event, Pong):
                    self._answered()
                elif isinstance(event, Subscribed):
                    self._confirmed = event.streams
                self._on_event(event, received_ms)

    def _decoded(self, raw: bytes) -> tuple[Event, ...]:
        try:
            return codec.decode_frame(raw)
        except ProtocolError as error:
            # Told, counted, and no reason to reconnect: the same server would send the same again.
            self._unreadable += 1
            return (UnreadableFrame(error.sentence, codec.seeming_key(raw)),)

    async def _keep_subscribed(self, connection: ClientConnection) -> None:
        while True:
            self._changed.clear()
            for message in self._subscriptions.messages():
                await connection.send(message)
            await self._changed.wait()

    async def _keep_alive(self, connection: ClientConnection) -> None:
        """Ping, as text and as protocol: servers of this kind answer both, others at least the latter. End on silence."""
        time = asyncio.get_running_loop().time
        ping_at = time()
        while True:
            if time() >= self._heard_at + self._dead_after_s:
                self._died = f"Nothing was heard from {self._host} for {self._dead_after_s:g} s."
                return
            if time() >= ping_at:
                ping_at = time() + self._ping_every_s
                await self._ping(connection)
            await asyncio.sleep(max(0.0, min(ping_at, self._heard_at + self._dead_after_s) - time()))

    async def _ping(self, connection: ClientConnection) -> None:
        self._pinged_at.append(asyncio.get_running_loop().time())
        try:
            # A full send buffer would hold the ping up and, with it, the watch for silence.
            async with asyncio.timeout(self._ping_every_s):
                await connection.send("ping")
                pong = await connection.ping()
        except TimeoutError:
            return
        pong.add_done_callback(self._protocol_pong)  # type: ignore[attr-defined]  # a future, typed as Awaitable

    def _protocol_pong(self, pong: asyncio.Future[float]) -> None:
        if pong.cancelled() or pong.exception() is not None:
            return
        self._heard()
        # More than one text ping open: this server answers only the protocol's.
        if len(self._pinged_at) > 1:
            self._round_trip_ms = pong.result() * 1000

    def _heard(self) -> int:
        self._heard_at = asyncio.get_running_loop().time()
        self._last_heard_ms = self._now_ms()
        return self._last_heard_ms

    def _answered(self) -> None:
        if self._pinged_at:
            self._round_trip_ms = (self._heard_at - self._pinged_at.popleft()) * 1000

    def _why_ended(self, connection: ClientConnection) -> str:
        if self._died:
            return self._died
        if connection.close_code in {None, _NO_CLOSE_FRAME}:
            return f"The connection to {self._host} was lost."
        words = printable(connection.close_reason or "")
        return f"{self._host} closed the connection (code {connection.close_code}{': ' + words if words else ''})."

    def _rejected(self, response: Response, sent_ms: int) -> _Loss:
        codes = codec.error_codes(bytes(response.body))
        headers = headers_of(response)
        nonce_expired = NONCE_EXPIRED in codes
        self._observe(response, sent_ms)
        refused = response.status_code == _UNAUTHORISED or any(code.startswith("authz.") for code in codes)
        return _Loss(
            refusals.sentence(codes, response.status_code),
            refused=refused and not nonce_expired,
            nonce_expired=nonce_expired,
            retry_after_s=min(retry_after_s(headers, self._clock.now_ms(self._now_ms())) or 0.0, LONGEST_PAUSE_S),
        )

    def _observe(self, response: Response | None, sent_ms: int) -> None:
        date = headers_of(response).get("Date")
        if date is not None:
            self._clock.observe(date, sent_ms, self._now_ms())
