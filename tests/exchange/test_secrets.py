"""Neither key nor secret nor signature shows in a log at its lowest level, in an error, or in a traceback with local variables."""

from __future__ import annotations

import asyncio
import io
import logging
import random
import traceback
from decimal import Decimal

import httpx
import pytest
from rich.console import Console
from rich.traceback import Traceback

from captui.core.outcome import Unknown
from captui.core.secret import Credentials
from captui.core.signing import NonceSource
from captui.core.types import OrderDraft, OrderType, Side
from captui.errors import ExchangeError
from captui.exchange.clock import ServerClock
from captui.exchange.stream import Stream, StreamState
from tests.exchange.conftest import KEY, SECRET, OpenClient, wall_clock_ms
from tests.exchange.http_server import Drop, HttpServer, Received, Reply, json_reply, until
from tests.exchange.stream_server import StreamServer, refusal

DRAFT = OrderDraft("btczar", Side.SELL, OrderType.LIMIT, Decimal("800000.00"), Decimal("0.00001"))


def assert_clean(text: str, server: HttpServer | None = None) -> None:
    assert text
    signatures = [] if server is None else [r.headers.get("x-auth-signature", KEY) for r in server.received]
    for secret in (KEY, SECRET, *signatures):
        assert secret not in text


def printed_with_locals(error: BaseException) -> str:
    """As Textual prints a crash."""
    out = io.StringIO()
    kind = type(error)
    shown = Traceback.from_exception(kind, error, error.__traceback__, show_locals=True, locals_max_string=100_000)
    Console(file=out, width=300).print(shown)
    return out.getvalue()


async def refuse_or_drop(received: Received) -> Reply:
    if received.path.startswith("account"):
        return json_reply({"errors": ["authz.invalid_signature"]}, 401)
    raise Drop


async def test_rest_keeps_them_to_itself(open_client: OpenClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with HttpServer(refuse_or_drop) as server, open_client(server.url) as client:
        texts = [repr(client), repr(client._wire), repr(vars(client._wire)), str(vars(client._wire._auth))]
        for call in (client.balances(), client.orders()):
            with pytest.raises(ExchangeError) as caught:
                await call
            texts += [repr(caught.value), str(caught.value), "".join(traceback.format_exception(caught.value))]
            texts.append(printed_with_locals(caught.value))
        outcome = await client.create_order(DRAFT, "an id")
        assert isinstance(outcome, Unknown)
        texts.append(repr(outcome))

        assert len(server.received) >= 3
        for text in (*texts, caplog.text):
            assert_clean(text, server)


async def test_frames_of_the_http_library_that_hold_headers_are_not_carried_along(open_client: OpenClient) -> None:
    def lose(request: httpx.Request) -> httpx.Response:
        headers = dict(request.headers)
        raise httpx.ReadError(f"lost after {len(headers)} headers")

    async with open_client("https://exchange.test", transport=httpx.MockTransport(lose)) as client:
        with pytest.raises(ExchangeError) as caught:
            await client.balances()

    shown = printed_with_locals(caught.value)
    assert "lost after" in shown
    assert_clean(shown)


async def test_the_stream_keeps_them_to_itself(
    credentials: Credentials, clock: ServerClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    states: list[StreamState] = []
    async with StreamServer() as server:
        stream = Stream(
            ws_url=server.url,
            credentials=credentials,
            clock=clock,
            nonces=NonceSource(),
            now_ms=wall_clock_ms,
            on_event=lambda _event, _received_ms: None,
            on_state=states.append,
            rng=random.Random(1),
            first_delay_s=0.01,
            max_delay_s=0.01,
        )
        stream.set_streams(frozenset({"order"}))
        running = asyncio.create_task(stream.run(), name="stream")
        await until(lambda: any(state.kind == "open" for state in states))
        server.refuse = refusal(401, ["authz.invalid_signature"])
        await server.newest.close()
        await until(lambda: any(state.kind == "refused" for state in states))
        await stream.close()
        await running

        signatures = [request.headers["X-Auth-Signature"] for request in server.requests]
        # The server's own half of the library runs in this process too, and may write what it likes.
        client_log = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("websockets.server"))
    shown = f"{states!r} {stream!r} {vars(stream)!r} {client_log}"
    assert_clean(shown)
    assert len(signatures) == 2
    assert not any(signature in shown for signature in signatures)
