"""A websocket server on loopback that notes what it is told and does what a test wants, down to going silent."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from tests.exchange.http_server import date_header

Refuse = Callable[[Request], Response | None]
OnOpen = Callable[[ServerConnection], Awaitable[None]]


class StreamServer:
    """Answers `ping` and subscriptions as the exchange does, unless told otherwise."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Request] = []
        """Handshakes, refused ones too."""
        self.connections: list[ServerConnection] = []
        """Open ones and those that were."""
        self.texts: list[str] = []
        """Messages of clients, pings excepted."""
        self.streams: dict[ServerConnection, list[str]] = {}
        self.refuse: Refuse = lambda _request: None
        self.on_open: OnOpen | None = None
        self.answers_pings = True
        self.ahead_ms = 0
        """How far the clock that its `Date` shows is ahead of ours."""
        self._server: Server | None = None

    async def __aenter__(self) -> StreamServer:
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            0,
            process_request=self._process,
            process_response=self._date,
            compression=None,
            ping_interval=None,
            close_timeout=1,
        )
        self.url = f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/api/v2/websocket"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    @property
    def newest(self) -> ServerConnection:
        return self.connections[-1]

    def asked_in_url(self, number: int = -1) -> list[str]:
        query = urlsplit(self.requests[number].path).query
        return [value for name, value in parse_qsl(query) if name == "stream"]

    async def tell(self, value: object) -> None:
        """Send to the newest connection, as JSON unless it is text already."""
        await self.newest.send(value if isinstance(value, str) else json.dumps(value))

    def _process(self, _connection: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request)
        return self.refuse(request)

    def _date(self, _connection: ServerConnection, _request: Request, response: Response) -> None:
        if response.status_code == 101:
            del response.headers["Date"]
            response.headers["Date"] = date_header(time.time_ns() // 1_000_000 + self.ahead_ms)

    async def _serve(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        self.streams[connection] = self.asked_in_url()
        if self.on_open is not None:
            await self.on_open(connection)
        async for text in connection:
            assert isinstance(text, str)
            await self._answer(connection, text)

    async def _answer(self, connection: ServerConnection, text: str) -> None:
        if text == "ping":
            if self.answers_pings:
                await connection.send("pong")
            return
        self.texts.append(text)
        message = json.loads(text)
        streams = self.streams[connection]
        for stream in message["streams"]:
            if message["event"] == "subscribe":
                streams.append(stream)
            else:
                streams.remove(stream)
        await connection.send(json.dumps({"success": {"message": f"{message['event']}d", "streams": streams}}))


def refusal(status: int, codes: list[str], **headers: str) -> Refuse:
    """Refuses every handshake so. Header names with `_` for `-`."""
    body = json.dumps({"errors": codes}).encode()

    def refuse(_request: Request) -> Response:
        named = Headers({name.replace("_", "-"): value for name, value in headers.items()})
        named["Content-Length"] = str(len(body))
        return Response(status, "Refused", named, body)

    return refuse


async def close_at_once(connection: ServerConnection) -> None:
    await connection.close(1008, "policy")
