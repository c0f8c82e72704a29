from __future__ import annotations

import asyncio

import httpx
import pytest

from captui.errors import ExchangeError, NoConnectionError, RefusedError, UnavailableError
from captui.exchange.probe import (
    CAPE_CRYPTO,
    Revision,
    endpoints_by_hand,
    endpoints_of,
    find_endpoints,
    find_revision,
)

Status = int | type[Exception]


def exchange(atlas: Status, trade: Status) -> tuple[httpx.MockTransport, list[str]]:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        status = atlas if "/atlas/" in request.url.path else trade
        if isinstance(status, int):
            return httpx.Response(status)
        raise status("down")

    return httpx.MockTransport(answer), asked


@pytest.mark.parametrize(
    ("atlas", "trade", "expected"),
    [
        (200, 200, Revision.ATLAS),
        (200, 404, Revision.ATLAS),
        (404, 200, Revision.TRADE),
        (503, 200, Revision.TRADE),
        (httpx.ConnectError, 200, Revision.TRADE),
    ],
)
async def test_the_newest_that_answers_is_taken(atlas: Status, trade: Status, expected: Revision) -> None:
    transport, asked = exchange(atlas, trade)

    assert await find_revision(transport=transport) is expected
    assert "https://trade.capecrypto.com/api/v2/atlas/public/health/alive" in asked


@pytest.mark.parametrize(
    ("atlas", "trade", "error", "words"),
    [
        (503, httpx.ConnectError, UnavailableError, "trade engine is not running"),
        (httpx.ConnectError, 404, RefusedError, "not as an exchange does"),
        (httpx.ConnectError, httpx.ReadTimeout, NoConnectionError, "No connection to trade.capecrypto.com: down"),
    ],
)
async def test_where_none_answers_the_most_telling_reason_is_given(
    atlas: Status, trade: Status, error: type[ExchangeError], words: str
) -> None:
    transport, _ = exchange(atlas, trade)

    with pytest.raises(error, match=words):
        await find_endpoints(transport=transport)


async def test_both_are_asked_at_once_and_a_silent_one_costs_the_time_limit_only_once() -> None:
    class Silent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

    started = asyncio.get_running_loop().time()
    with pytest.raises(NoConnectionError, match="did not answer in time"):
        await find_endpoints(timeout_s=0.5, transport=Silent())

    assert asyncio.get_running_loop().time() - started < 0.95


async def test_no_candidates_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no candidates"):
        await find_endpoints(())


@pytest.mark.parametrize("revision", ["trade", "atlas", Revision.TRADE])
def test_endpoints_of_a_revision(revision: str) -> None:
    assert endpoints_of(revision).revision == revision
    assert endpoints_of(revision) in CAPE_CRYPTO


def test_a_revision_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="peatio"):
        endpoints_of("peatio")


@pytest.mark.parametrize(
    ("rest_url", "revision"),
    [
        ("http://127.0.0.1:8080/api/v2/atlas", Revision.ATLAS),
        ("http://127.0.0.1:8080/api/v2/atlas/", Revision.ATLAS),
        ("https://other.example/api/v2/peatio", Revision.TRADE),
    ],
)
def test_bases_given_by_hand_are_kept(rest_url: str, revision: Revision) -> None:
    endpoints = endpoints_by_hand(rest_url, "ws://x")

    assert (endpoints.rest_url, endpoints.ws_url, endpoints.revision) == (rest_url, "ws://x", revision)


def test_the_real_exchange_is_where_the_notes_say() -> None:
    assert [(endpoints.rest_url, endpoints.ws_url) for endpoints in CAPE_CRYPTO] == [
        ("https://trade.capecrypto.com/api/v2/atlas", "wss://trade.capecrypto.com/api/v2/websocket"),
        ("https://trade.capecrypto.com/api/v2/trade", "wss://trade.capecrypto.com/api/v2/stream"),
    ]
