"""One HTTP request and its answer: signed as it is sent, timed, and told apart by whether it can have reached the exchange.

Knows nothing of endpoints, priorities or retries. The `httpx.AsyncClient`s are made once for the whole run: a new one per order costs 23
to 34 ms, a warm one 0.7 (measurements, Libraries).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Generator, Mapping
from dataclasses import field
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from captui import __version__
from captui.addresses import is_loopback, require_encryption
from captui.core.dataclass import dataclass
from captui.core.secret import Credentials
from captui.core.signing import NonceSource, auth_headers
from captui.errors import ConfigError, NoConnectionError, UnauthorisedError
from captui.exchange.clock import ServerClock
from captui.exchange.reasons import reason, without_frames

KEEP_ALIVE_S = 55.0
"""An unused connection is kept for so long. Proxies close theirs after 60 to 75 s; to be the first to close leaves no moment in
which a request meets a connection that is just being closed, which would make an order's fate unknown."""

LARGEST_BODY = 16 * 2**20
"""Bytes, unpacked. A page of a hundred orders has 60 kB; a limit is still needed, because a broken server has none."""

CONNECT_SHARE = 0.5
"""Of the time for a request, what connecting and what agreeing on TLS may each take."""

_NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    """Under the base URL, parts already quoted, without a leading slash."""
    # None of these three is printed: pins and one-time passwords travel in them.
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, object] | None = field(default=None, repr=False)
    """Sent as JSON."""
    form: Mapping[str, str] | None = field(default=None, repr=False)
    """Sent as form data, where the API document says so."""
    private: bool = False
    warms: bool = False
    """A read that goes the way of the orders, so that there is an open connection for the next one."""

    @property
    def changes(self) -> bool:
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names are looked up without regard to case."""
    body: bytes = field(repr=False)
    """Not printed: the pin of a new voucher may be in it."""
    round_trip_ms: float

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class Wire:
    """The connection to one REST base.

    `now_ms` is our wall clock in unix milliseconds; the offset of `clock` is added before signing. `transport` replaces the
    network in tests. `on_left` is called whenever a request that changes something has been handed to the network. With `order_line`
    these requests have connections of their own: one that has to be opened first costs an order several round trips, for TCP and TLS.
    """

    def __init__(
        self,
        *,
        base_url: str,
        credentials: Credentials | None,
        clock: ServerClock,
        nonces: NonceSource,
        now_ms: Callable[[], int],
        timeout_s: float,
        transport: httpx.AsyncBaseTransport | None = None,
        on_left: Callable[[], None] = lambda: None,
        order_line: bool = False,
    ) -> None:
        self._on_left = on_left
        self.has_order_line = order_line
        self._base_url = base_url.rstrip("/")
        self._host = urlsplit(base_url).hostname or base_url
        self._clock = clock
        self._now_ms = now_ms
        self._timeout_s = timeout_s
        self._transport = transport
        self._auth = None if credentials is None else _Signature(credentials, nonces, lambda: clock.now_ms(now_ms()))
        self._client: httpx.AsyncClient | None = None
        self._order_client: httpx.AsyncClient | None = None
        """The same one without an order line."""

    @property
    def host(self) -> str:
        return self._host

    @property
    def is_open(self) -> bool:
        return self._client is not None

    def is_order_line(self, request: Request) -> bool:
        """Whether it goes the way of the orders; every request does where these have no line of their own."""
        return request.changes or request.warms or not self.has_order_line

    def open(self) -> None:
        """Raises ConfigError where the proxy settings of the environment or the base URL cannot be used, plain http to afar among them."""
        if urlsplit(self._base_url).scheme not in {"http", "https"}:
            raise ConfigError(f"The REST base {self._base_url!r} is not an http:// or https:// address.")
        require_encryption(self._base_url, "The REST base")
        # A proxy of the environment is for the outside; the embedded exchange on this machine is never behind it.
        trust_env = not is_loopback(self._host)
        try:
            # Reading the certificates takes longer than a request to this machine; a context without any trusts nobody.
            secured = urlsplit(self._base_url).scheme == "https"
            context = (
                httpx.create_ssl_context(trust_env=trust_env) if secured else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            )
            self._client = self._order_client = self._made(context, trust_env=trust_env)
            if self.has_order_line:
                self._order_client = self._made(context, trust_env=trust_env)
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            raise ConfigError(
                f"The proxy named in the environment cannot be used: {reason(error)}.",
                advice="Correct or unset HTTP_PROXY, HTTPS_PROXY and ALL_PROXY.",
            ) from error

    def _made(self, context: ssl.SSLContext, *, trust_env: bool) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=context,
            headers={"User-Agent": f"captui/{__version__}", "Accept": "application/json"},
            # The limit on the whole request is `exchange`'s: a server that dribbles escapes limits per read. Connecting has one
            # of its own, because httpx cleans up a half-made TLS connection only when the limit is its own.
            timeout=httpx.Timeout(None, connect=self._timeout_s * CONNECT_SHARE),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=KEEP_ALIVE_S),
            trust_env=trust_env,
            follow_redirects=False,
            transport=self._transport,
        )

    async def close(self) -> None:
        clients = {client for client in (self._client, self._order_client) if client is not None}
        self._client = self._order_client = None
        for client in clients:
            await client.aclose()

    async def exchange(self, request: Request) -> Answer:
        """Send and wait for the whole answer, whatever its status.

        Raises NoConnectionError, its `sent` False only where not one byte of the request can have left, and UnauthorisedError
        where the request needs a key and there is none.
        """
        if request.private and self._auth is None:
            raise UnauthorisedError("This needs an API key, and none is set.")
        client = self._order_client if self.is_order_line(request) else self._client
        if client is None:
            raise NoConnectionError(f"The connection to {self._host} is closed.", sent=False)
        # Another transport tells nothing of its progress, so the worst is assumed of it.
        progress = _Progress(
            sent=self._transport is not None, on_left=None if request.method == "GET" else self._on_left
        )
        time = asyncio.get_running_loop().time
        started, sent_ms = time(), self._now_ms()
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await client.send(
                    self._built(client, request, progress), auth=self._auth if request.private else None, stream=True
                )
                try:
                    body = await self._whole(response)
                finally:
                    await response.aclose()
        except _NOTHING_SENT as error:
            raise NoConnectionError(f"No connection to {self._host}: {reason(error)}.", sent=False) from without_frames(
                error
            )
        except TimeoutError as error:
            sentence = f"{self._host} did not answer within {self._timeout_s:g} s."
            raise NoConnectionError(sentence, sent=progress.sent) from without_frames(error)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            sentence = f"The connection to {self._host} was lost: {reason(error)}."
            raise NoConnectionError(sentence, sent=progress.sent) from without_frames(error)
        self._observe(response, sent_ms)
        return Answer(response.status_code, response.headers, body, (time() - started) * 1000)

    def _built(self, client: httpx.AsyncClient, request: Request, progress: _Progress) -> httpx.Request:
        """What `client.build_request` would make, without merging the defaults of a client with nothing: that costs 0.2 ms."""
        return httpx.Request(
            request.method,
            f"{self._base_url}/{request.path}",
            headers=client.headers,
            cookies=client.cookies,
            params=request.params or None,
            json=request.body,
            data=request.form,
            extensions={"trace": progress.trace, "timeout": client.timeout.as_dict()},
        )

    async def _whole(self, response: httpx.Response) -> bytes:
        """Raises NoConnectionError for a body without end: the rest is not waited for."""
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > LARGEST_BODY:
                sentence = f"{self._host} sent an answer of more than {LARGEST_BODY // 2**20} MB, which was not read."
                raise NoConnectionError(sentence, sent=True)
        return bytes(body)

    def _observe(self, response: httpx.Response, sent_ms: int) -> None:
        # An answer from a cache carries the time at which it was cached.
        if "Date" in response.headers and "Age" not in response.headers:
            self._clock.observe(response.headers["Date"], sent_ms, self._now_ms())


class _Progress:
    """Whether the first byte of the request may have been written, as httpcore's trace tells."""

    def __init__(self, *, sent: bool, on_left: Callable[[], None] | None) -> None:
        self.sent = sent
        self._on_left = on_left

    async def trace(self, event: str, _info: Mapping[str, object]) -> None:
        if event == "http11.send_request_headers.started":
            self.sent = True
        elif event == "http11.send_request_body.complete" and self._on_left is not None:
            self._on_left()


class _Signature(httpx.Auth):
    """Signs when httpx is about to send, so that no nonce grows old in a queue."""

    def __init__(self, credentials: Credentials, nonces: NonceSource, now_ms: Callable[[], int]) -> None:
        self._credentials = credentials
        self._nonces = nonces
        self._now_ms = now_ms

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        # Set in place: a local variable with the headers would be printed in a traceback.
        request.headers.update(auth_headers(self._credentials, self._nonces.next(self._now_ms())))
        yield request


def retry_after_s(headers: Mapping[str, str], now_ms: int) -> float | None:
    """The `Retry-After` header in seconds from `now_ms` (the exchange's clock), given as seconds or as a date (RFC 9110, 10.2.3).

    None where there is none or it makes no sense.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, date.timestamp() - now_ms / 1000)
