"""Running exchanges and a plain client for tests: signed requests, control, and websockets that wait for what they want."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from captui.simulator.server import Endpoints, ExchangeOptions, ExchangeServer

DEADLINE_S = 10.0
QUIET = ExchangeOptions(port=0, makers=False, manual_clock=True, control=True, start_ms=1_795_000_000_000)
"""Nobody there but the user, and a clock that stands still."""

Record = dict[str, Any]


def sign(endpoints: Endpoints, nonce: int) -> dict[str, str]:
    text = f"{nonce}{endpoints.api_key}".encode()
    return {
        "X-Auth-Apikey": endpoints.api_key,
        "X-Auth-Nonce": str(nonce),
        "X-Auth-Signature": hmac.new(endpoints.api_secret.encode(), text, hashlib.sha256).hexdigest(),
    }


class Trader:
    """The one user of an exchange, over real sockets."""

    def __init__(self, endpoints: Endpoints, *, revision: str = "trade") -> None:
        self.endpoints = endpoints
        self.revision = revision
        self.rest_url = endpoints.rest_url if revision == "trade" else endpoints.atlas_rest_url
        self.ws_url = endpoints.ws_url if revision == "trade" else endpoints.atlas_ws_url
        self.http = httpx.Client(timeout=DEADLINE_S)
        self._nonce = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def headers(self) -> dict[str, str]:
        """Fresh signed headers; no nonce comes twice."""
        self._nonce = max(time.time_ns() // 1_000_000, self._nonce + 1)
        return sign(self.endpoints, self._nonce)

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.http.get(self.rest_url + path, headers=self.headers(), params=params or None)

    def read(self, path: str, **params: Any) -> Any:
        """What is answered with 200."""
        answer = self.get(path, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None) -> httpx.Response:
        return self.http.post(self.rest_url + path, headers=self.headers(), json=body)

    def form(self, path: str, /, *, method: str = "POST", **fields: Any) -> httpx.Response:
        """A write that takes form data."""
        return self.http.request(method, self.rest_url + path, headers=self.headers(), data=fields)

    def ask(self, path: str, /, **params: Any) -> httpx.Response:
        """A write that takes its parameters in the query."""
        return self.http.post(self.rest_url + path, headers=self.headers(), params=params)

    def order(self, side: str, volume: str, price: str | None = None, **more: Any) -> Record:
        """A new order, accepted."""
        body = {"market": "btczar", "side": side, "volume": volume, "ord_type": "limit", **more}
        if price is not None:
            body["price"] = price
        answer = self.post("/market/orders", body)
        assert answer.status_code == 201, answer.text
        made: Record = answer.json()
        return made

    def cancel(self, number: int | str) -> httpx.Response:
        return self.post(f"/market/orders/{number}/cancel")

    def control(self, path: str, /, **body: Any) -> Record:
        assert self.endpoints.control_url is not None
        answer = self.http.post(f"{self.endpoints.control_url}/{path}", json=body)
        assert answer.status_code in (200, 201), answer.text
        said: Record = answer.json()
        return said

    def fault(self, kind: str, /, **order: Any) -> Record:
        return self.control("fault", kind=kind, **order)

    def state(self, *, full: bool = False) -> Record:
        assert self.endpoints.control_url is not None
        said: Record = self.http.get(f"{self.endpoints.control_url}/state", params={"full": 1} if full else None).json()
        return said

    def until(self, condition: Callable[[Record], bool]) -> Record:
        """The exchange's state once it is as wanted."""
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            state = self.state()
            if condition(state):
                return state
            time.sleep(0.01)
        pytest.fail(f"the exchange never came to the wanted state; it is {state}")


class Listener:
    """A websocket that keeps what it has not been asked about yet."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def next(self) -> Any:
        """The next message: JSON read, other text as it is."""
        message = await asyncio.wait_for(self.connection.recv(), DEADLINE_S)
        return json.loads(message) if str(message).startswith(("{", "[")) else message

    async def until(self, key: str) -> Any:
        """What the next message with this key holds under it; others go by."""
        while True:
            message = await self.next()
            if isinstance(message, dict) and key in message:
                return message[key]

    async def say(self, message: Any) -> None:
        await self.connection.send(message if isinstance(message, str) else json.dumps(message))

    async def barrier(self) -> list[Any]:
        """Everything that was sent to this connection up to now."""
        await self.say("ping")
        heard = []
        while (message := await self.next()) != "pong":
            heard.append(message)
        return heard


@asynccontextmanager
async def listening(trader: Trader, path: str, *, signed: bool = True) -> AsyncIterator[Listener]:
    """A websocket at `path` behind the base of the trader's revision."""
    headers = trader.headers() if signed else {}
    async with connect(
        trader.ws_url + path, additional_headers=headers, compression=None, ping_interval=None
    ) as connection:
        yield Listener(connection)


@contextmanager
def running(options: ExchangeOptions = QUIET, *, revision: str = "trade", **changes: Any) -> Iterator[Trader]:
    """An exchange of its own and its user."""
    server = ExchangeServer(replace(options, **changes))
    endpoints = server.start()
    try:
        with Trader(endpoints, revision=revision) as trader:
            yield trader
    finally:
        server.stop()
