"""A small HTTP/1.1 server on loopback that does what a test tells it to, down to dropping connections half-way."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Received:
    connection: int
    """Connections are numbered from 0 in the order in which they were accepted."""
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes

    def json(self) -> object:
        return json.loads(self.body)

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True))


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_length: int | None = None
    """Claimed instead of the true one."""


def json_reply(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(value).encode(), headers or {})


def date_header(unix_ms: int) -> str:
    """As a server prints it: the second it is in."""
    return format_datetime(datetime.fromtimestamp(unix_ms // 1000, UTC), usegmt=True)


class Drop(Exception):  # noqa: N818  # an order to the server, not an error
    """Raised by a handler: the connection is reset without an answer."""


Handler = Callable[[Received], Awaitable[Reply]]


class HttpServer:
    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.received: list[Received] = []
        self.connections = 0
        self.url = ""
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> HttpServer:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/api/v2/atlas"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def paths(self) -> list[str]:
        return [f"{received.method} {received.path}" for received in self.received]

    def drop_connections(self) -> None:
        """Close all that are open, as a server does with idle ones."""
        for writer in self._writers:
            writer.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer, self.connections))
        self.connections += 1
        self._writers.append(writer)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        try:
            while (received := await _read(reader, number)) is not None:
                self.received.append(received)
                _write(writer, await self.handler(received))
                await writer.drain()
        except Drop:
            raw = writer.get_extra_info("socket")
            # Linger 0: the peer sees a reset, not an orderly end.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader, number: int) -> Received | None:
    line = await reader.readline()
    if not line:
        return None
    method, target, _ = line.decode().split()
    headers = {}
    while (line := await reader.readline()) not in {b"\r\n", b""}:
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    address = urlsplit(target)
    path = address.path.removeprefix("/api/v2/atlas/")
    return Received(number, method, path, dict(parse_qsl(address.query)), headers, body)


def _write(writer: asyncio.StreamWriter, reply: Reply) -> None:
    length = len(reply.body) if reply.content_length is None else reply.content_length
    lines = [f"HTTP/1.1 {reply.status} Whatever", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode() + reply.body)


async def until(condition: Callable[[], bool], *, within_s: float = 5.0) -> None:
    """Wait for something that another task brings about. Raises TimeoutError where it does not come."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110  # the thing waited for has no event of its own
            await asyncio.sleep(0.002)
