"""The embedded exchange as a web application, and the server that runs it. Imported only when one is started: it is slow to load."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from captui.simulator.auth import Authenticator, AuthError
from captui.simulator.control import ControlApi
from captui.simulator.fault_effects import FaultEffects
from captui.simulator.fault_plan import FaultPlan, PlannedFault
from captui.simulator.fault_requests import strike
from captui.simulator.faults import Faults
from captui.simulator.funding_control import FundingControl
from captui.simulator.funding_records import FundingRefusedError
from captui.simulator.funding_rest import FundingApi
from captui.simulator.orders import OrderRefusedError
from captui.simulator.params import ParameterError
from captui.simulator.rates import RateLimit
from captui.simulator.request_log import RequestLog
from captui.simulator.rest import ERRORS, NotFoundError, answer
from captui.simulator.stream import LONGEST_MESSAGE, Hub, Transport
from captui.simulator.timeline import wall_ms
from captui.simulator.wire import Revision
from captui.simulator.world import World

if TYPE_CHECKING:
    from captui.simulator.server import ExchangeOptions

STREAM_PATHS = {Revision.TRADE: "stream", Revision.ATLAS: "websocket"}
_UNITS_MS = {"ms": 1, "s": 1000}


class ExchangeApp:
    """Routes, errors, trouble and the Date header around one world."""

    def __init__(self, options: ExchangeOptions, world: World, authenticator: Authenticator) -> None:
        self.world = world
        self.faults = Faults(clock_skew_ms=options.clock_skew_ms)
        self.plan = FaultPlan(options.fault_plan)
        self.connections: Callable[[], set[object]] = set
        self.hub = Hub(
            world.venue,
            transport_of=self._transport_of,
            documented_only=options.streams == "documented",
            newer_balances=None if options.balance_events is None else options.balance_events == "available",
            trade_fees=options.trade_fees,
            plan=self.plan,
        )
        self._effects = FaultEffects(world, self.hub, self.faults, authenticator)
        self.hub.beside = self._effects.bring_about
        self._authenticator = authenticator
        self._rate_limit = RateLimit(options.rate_limit) if options.rate_limit else None
        self._log = RequestLog() if options.control else None
        self.routes = self._all_routes(options)
        self._site = Starlette(
            routes=self.routes,
            exception_handlers={
                ParameterError: self._refused,
                OrderRefusedError: self._refused,
                FundingRefusedError: self._refused,
                AuthError: self._unauthorised,
                NotFoundError: self._not_found,
                HTTPException: self._http_error,
                Exception: self._failed,
            },
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        dated = self._dated(send)
        path = scope["path"]
        if path.startswith("/control/"):
            await self._site(scope, receive, dated)
            return
        if self._log is not None:
            entry, receive = await self._log.note(scope, receive)
            dated = _noted(dated, entry)
        if scope["type"] == "websocket":
            await self._answer(self.plan.of_upgrade(path), scope, receive, dated)
            return
        wait_s = self._rate_limit.take() if self._rate_limit else 0
        if wait_s:
            await _too_many(wait_s)(scope, receive, dated)
            return
        await self._answer(self.plan.of_request(scope["method"], path), scope, receive, dated)

    async def _answer(self, faults: Iterator[PlannedFault], scope: Scope, receive: Receive, send: Send) -> None:
        """As ever, unless a fault of the request itself is planned; what is planned beside it happens before."""
        planned = next((fault for fault in faults if not self._effects.bring_about(fault)), None)
        if planned is None:
            await self._site(scope, receive, send)
        else:
            await strike(planned, self._site, scope, receive, send, self._hang_up)

    def clock_ms(self) -> int:
        """The clock that nonces are checked against: this machine's, off by the ordered skew. Never the manual one."""
        return wall_ms() + self.faults.clock_skew_ms

    def _all_routes(self, options: ExchangeOptions) -> list[BaseRoute]:
        routes: list[BaseRoute] = []
        for revision in Revision:
            if revision not in options.revisions:
                continue
            api = FundingApi(
                self.world,
                revision,
                time_unit_ms=_UNITS_MS[options.time_unit],
                authenticator=self._authenticator,
                faults=self.faults,
                clock_ms=self.clock_ms,
            )
            stream = f"/api/v2/{STREAM_PATHS[revision]}"
            routes += [
                Mount(f"/api/v2/{revision}", routes=api.routes()),
                WebSocketRoute(f"{stream}/public", self._endpoint(revision, private=False)),
                WebSocketRoute(f"{stream}/private", self._endpoint(revision, private=True)),
            ]
        if self._log is not None:
            routes += ControlApi(self.world, self.hub, self.faults, self._authenticator, self.plan).routes()
            routes += FundingControl(self.world, self._log).routes()
        return routes

    def _endpoint(self, revision: Revision, *, private: bool) -> Callable[[WebSocket], object]:
        async def endpoint(websocket: WebSocket) -> None:
            if private:
                try:
                    self._authenticator.check(websocket.headers, now_ms=self.clock_ms())
                except AuthError as error:
                    await websocket.send_denial_response(answer({"errors": [error.code]}, status=error.status))
                    return
            self.world.sync()
            await self.hub.serve(websocket, revision, private=private)

        return endpoint

    def _dated(self, send: Send) -> Send:
        async def dated(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept", "websocket.http.response.start"):
                date = formatdate(self.clock_ms() / 1000, usegmt=True).encode()
                message = {**message, "headers": [*message.get("headers", ()), (b"date", date)]}
            await send(message)

        return dated

    def _transport_of(self, peer: tuple[str, int]) -> Transport | None:
        for connection in self.connections():
            if getattr(connection, "client", None) == peer:
                transport: Transport = getattr(connection, "transport")  # noqa: B009 - uvicorn's protocols share no type
                return transport
        return None

    async def _hang_up(self, scope: Scope, politely: bool = False) -> None:
        """Reset a connection; `politely`, only after what was written has left."""
        transport = self._transport_of(tuple(scope["client"]))
        if transport is not None:
            (transport.close if politely else transport.abort)()
        # The server must notice that the peer is gone before this returns, or it takes the silence for a failure.
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def _refused(self, _request: Request, error: Exception) -> Response:
        assert isinstance(error, ParameterError | OrderRefusedError | FundingRefusedError)
        return answer({"errors": [error.code]}, status=422)

    async def _unauthorised(self, _request: Request, error: Exception) -> Response:
        assert isinstance(error, AuthError)
        return answer({"errors": [error.code]}, status=error.status)

    async def _not_found(self, _request: Request, _error: Exception) -> Response:
        return answer({"errors": ["record.not_found"]}, status=404)

    async def _http_error(self, _request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = "record.not_found" if error.status_code == 404 else "server.method_not_allowed"
        return answer({"errors": [code]}, status=error.status_code, headers=error.headers)

    async def _failed(self, _request: Request, _error: Exception) -> Response:
        return answer({"errors": [ERRORS[500]]}, status=500)


def _noted(send: Send, entry: dict[str, Any]) -> Send:
    async def noted(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            entry["status"] = message["status"]
        elif message["type"] == "websocket.accept":
            entry["status"] = 101
        await send(message)

    return noted


def _too_many(wait_s: int) -> Response:
    return answer({"errors": [ERRORS[429]]}, status=429, headers={"Retry-After": str(wait_s)})


class WebServer(uvicorn.Server):
    """uvicorn that leaves signals alone, tells when it listens, and sleeps until it is told to end."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Close all connections and return from `serve`."""
        self.should_exit = True
        self._ending.set()

    async def main_loop(self) -> None:
        # uvicorn's own looks ten times a second whether it is to end, and keeps a Date header that is not used here.
        await self._ending.wait()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def web_server(app: ASGIApp, options: ExchangeOptions, listening: Callable[[], None]) -> WebServer:
    """A quiet server with the websocket limits of the exchange."""
    config = uvicorn.Config(
        app,
        http="h11",
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        date_header=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
        ws_max_size=LONGEST_MESSAGE,
        ws_ping_interval=options.ping_interval_s,
        ws_ping_timeout=options.ping_timeout_s,
        ws_per_message_deflate=False,
    )
    return WebServer(config, listening)
