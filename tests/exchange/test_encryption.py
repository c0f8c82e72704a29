"""The exchange is who it says it is, and nobody reads along: certificates are verified everywhere, and plain text is for this machine."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from captui.core.secret import Credentials
from captui.core.signing import NonceSource
from captui.errors import ConfigError, NoConnectionError
from captui.exchange.clock import ServerClock
from captui.exchange.probe import CAPE_CRYPTO, endpoints_by_hand, find_endpoints
from captui.exchange.rest import RestClient
from captui.exchange.stream import Stream, StreamState
from tests.exchange.conftest import OpenClient, wall_clock_ms
from tests.exchange.http_server import until

CERTIFICATE = Path(__file__).with_name("self-signed.pem")
"""Of localhost and 127.0.0.1, signed by nobody; with its private key, which is good for nothing else."""


class Impostor:
    """Speaks TLS with a certificate that nobody vouches for, and keeps whatever it is sent."""

    def __init__(self) -> None:
        self.connections = 0
        self.read = bytearray()
        self.port = 0

    async def __aenter__(self) -> Impostor:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        # Counts before TLS: a client that never came would make every assertion below true.
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._context = context
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_why: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await writer.start_tls(self._context)
            self.read += await reader.read(65536)
        except (OSError, ssl.SSLError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def impostor() -> AsyncIterator[Impostor]:
    async with Impostor() as server:
        yield server


async def test_the_impostor_reads_a_client_that_does_not_verify(impostor: Impostor) -> None:
    careless = ssl.create_default_context()
    careless.check_hostname = False
    careless.verify_mode = ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", impostor.port, ssl=careless)
    writer.write(b"X-Auth-Apikey: c0ffee")
    await until(lambda: b"c0ffee" in impostor.read)
    writer.close()


async def test_rest_sends_it_nothing(impostor: Impostor, open_client: OpenClient) -> None:
    async with open_client(f"https://localhost:{impostor.port}/api") as client:
        with pytest.raises(NoConnectionError, match="its certificate is not trusted") as caught:
            await client.balances()
    assert caught.value.sent is False
    assert impostor.connections
    assert not impostor.read


async def test_the_probe_sends_it_nothing(impostor: Impostor) -> None:
    base = f"localhost:{impostor.port}/api"
    with pytest.raises(NoConnectionError, match="its certificate is not trusted"):
        await find_endpoints([endpoints_by_hand(f"https://{base}", f"wss://{base}")])
    assert impostor.connections
    assert not impostor.read


def a_stream(url: str, credentials: Credentials, states: list[StreamState]) -> Stream:
    return Stream(
        ws_url=url,
        credentials=credentials,
        clock=ServerClock(),
        nonces=NonceSource(),
        now_ms=wall_clock_ms,
        on_event=lambda _event, _received_ms: None,
        on_state=states.append,
        rng=random.Random(1),
    )


async def test_the_stream_sends_it_nothing(impostor: Impostor, credentials: Credentials) -> None:
    states: list[StreamState] = []
    stream = a_stream(f"wss://localhost:{impostor.port}/api", credentials, states)
    running = asyncio.create_task(stream.run(), name="stream")
    await until(lambda: any(state.kind == "lost" for state in states))
    await stream.close()
    await running
    assert "its certificate is not trusted" in next(state.reason for state in states if state.kind == "lost")
    assert impostor.connections
    assert not impostor.read


async def test_the_settings_of_the_libraries_that_switch_verifying_off_are_not_listened_to(
    impostor: Impostor, open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONHTTPSVERIFY", "HTTPX_SSL_VERIFY", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, "0")
    async with open_client(f"https://localhost:{impostor.port}/api") as client:
        with pytest.raises(NoConnectionError, match="its certificate is not trusted"):
            await client.balances()


@pytest.mark.parametrize("url", ["http://exchange.test/api", "http://10.0.0.1/api"])
async def test_plain_http_to_another_machine_is_refused_by_whatever_would_send_it(
    url: str, credentials: Credentials, clock: ServerClock
) -> None:
    asked: list[httpx.Request] = []

    def note(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200)

    transport = httpx.MockTransport(note)
    client = RestClient(
        base_url=url,
        credentials=credentials,
        clock=clock,
        nonces=NonceSource(),
        now_ms=wall_clock_ms,
        transport=transport,
    )
    with pytest.raises(ConfigError, match="not encrypted"):
        await client.open()
    candidates = [CAPE_CRYPTO[0], endpoints_by_hand(url, "wss://exchange.test/api")]
    with pytest.raises(ConfigError, match="not encrypted"):
        await find_endpoints(candidates, transport=transport)
    assert not asked


def test_a_plain_stream_to_another_machine_is_refused(credentials: Credentials) -> None:
    with pytest.raises(ConfigError, match="not encrypted"):
        a_stream("ws://exchange.test/api", credentials, [])


def test_the_exchange_itself_is_never_plain() -> None:
    for endpoints in CAPE_CRYPTO:
        assert endpoints.rest_url.startswith("https://")
        assert endpoints.ws_url.startswith("wss://")
