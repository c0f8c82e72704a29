from __future__ import annotations

import asyncio
import ssl
from typing import Any

import pytest

from captui.core.signing import NonceSource
from captui.exchange.clock import ServerClock
from captui.exchange.wire import Answer, Request, Wire, retry_after_s
from tests.exchange.http_server import HttpServer, Received, Reply, date_header, json_reply

NOON_MS = 1_702_023_420_000


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("60", 60.0),
        (" 7 ", 7.0),
        (date_header(NOON_MS + 90_000), 90.0),
        (date_header(NOON_MS - 90_000), 0.0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("١٢", None),
        ("Fri, 99 Dec 2023 08:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_on_the_exchanges_clock(text: str, seconds: float | None) -> None:
    assert retry_after_s({"Retry-After": text}, NOON_MS) == seconds


def test_without_the_header_there_is_no_retry_after() -> None:
    assert retry_after_s({}, NOON_MS) is None


def test_an_answer_that_is_printed_keeps_its_body_to_itself() -> None:
    answer = Answer(201, {}, b'{"change_voucher":{"change_pin":1234567890123456}}', 3.5)
    assert repr(answer) == "Answer(status=201, headers={}, round_trip_ms=3.5)"


@pytest.mark.parametrize("order_line", [False, True])
@pytest.mark.parametrize(("scheme", "trusted"), [("https", 1), ("http", 0)])
async def test_certificates_are_read_once_where_something_is_encrypted(
    scheme: str, trusted: int, order_line: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[ssl.SSLContext] = []
    made = ssl.create_default_context

    def noted(**options: Any) -> ssl.SSLContext:
        read.append(made(**options))
        return read[-1]

    monkeypatch.setattr(ssl, "create_default_context", noted)
    wire = Wire(
        base_url=f"{scheme}://127.0.0.1:9/api",
        credentials=None,
        clock=ServerClock(),
        nonces=NonceSource(),
        now_ms=lambda: NOON_MS,
        timeout_s=1.0,
        transport=None,
        order_line=order_line,
    )
    wire.open()
    await wire.close()
    assert len(read) == trusted
    assert all(context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname for context in read)


async def test_that_a_request_which_changes_something_has_left_is_told_before_its_answer_comes() -> None:
    left: list[int] = []

    async def answer(_: Received) -> Reply:
        await asyncio.wait_for(told.wait(), 10)
        return json_reply({})

    told = asyncio.Event()

    def on_left() -> None:
        left.append(1)
        told.set()

    async with HttpServer(answer) as server:
        wire = Wire(
            base_url=server.url,
            credentials=None,
            clock=ServerClock(),
            nonces=NonceSource(),
            now_ms=lambda: NOON_MS,
            timeout_s=15.0,
            on_left=on_left,
        )
        wire.open()
        try:
            await wire.exchange(Request("POST", "market/orders", body={}))
            assert left == [1]
            await wire.exchange(Request("GET", "market/orders"))
            assert left == [1]
        finally:
            await wire.close()
