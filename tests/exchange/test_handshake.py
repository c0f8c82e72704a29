from __future__ import annotations

import asyncio
import logging

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.http11 import Response

from captui.exchange.handshake import headers_of, shake_hands
from tests.exchange.stream_server import StreamServer, refusal


def test_headers_are_found_by_capitalised_name_and_the_first_of_two_counts() -> None:
    headers = Headers()
    headers["retry-after"] = "3"
    headers["DATE"] = "first"
    headers["Date"] = "second"

    assert headers_of(Response(503, "", headers)) == {"Retry-After": "3", "Date": "first"}
    assert headers_of(None) == {}


async def test_the_headers_are_made_when_they_are_sent() -> None:
    made: list[int] = []

    def auth() -> dict[str, str]:
        made.append(1)
        return {"X-Auth-Nonce": "7"}

    async with StreamServer() as server:
        waiting = shake_hands(server.url, auth=auth, through_proxy=False)
        assert made == []
        connection = await waiting
        assert server.requests[0].headers["X-Auth-Nonce"] == "7"
        await connection.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(status: int) -> None:
    async with StreamServer() as server, StreamServer() as elsewhere:
        server.refuse = refusal(status, [], Location=elsewhere.url)
        with pytest.raises(InvalidStatus):
            await shake_hands(server.url, auth=lambda: {"X-Auth-Apikey": "key"}, through_proxy=False)

        assert elsewhere.requests == []


async def test_the_largest_snapshot_gets_through() -> None:
    async with StreamServer() as server:
        connection = await shake_hands(server.url, auth=lambda: None, through_proxy=False)
        telling = asyncio.create_task(server.tell("x" * 2_000_000), name="telling")
        assert len(await connection.recv()) == 2_000_000
        await telling
        await connection.close()


async def test_the_librarys_log_stays_above_debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with StreamServer() as server:
        connection = await shake_hands(server.url, auth=lambda: {"X-Auth-Apikey": "key"}, through_proxy=False)
        await connection.close()

    assert not [record for record in caplog.records if record.name.startswith("captui.exchange.websockets")]
