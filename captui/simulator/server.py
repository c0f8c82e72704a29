"""Starts and stops the embedded exchange. This module loads fast; what is slow is loaded when an exchange is started."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from captui.addresses import is_loopback
from captui.errors import CaptuiError, ConfigError, PortError
from captui.simulator.auth import Authenticator, key_pair
from captui.simulator.fault_plan import PlannedFault

if TYPE_CHECKING:
    from captui.simulator.app import WebServer

_START_DEADLINE_S = 30.0
_STOP_DEADLINE_S = 10.0
_SEND_BUFFER = 65_536
"""Bytes that the kernel keeps for a reader that lags. Left to itself it keeps megabytes, and nothing would ever pile up."""


@dataclass(frozen=True, slots=True)
class ExchangeOptions:
    """How an exchange is to be."""

    host: str = "127.0.0.1"
    """An address of this machine: what it sells is play money, but it is no server for the open."""
    port: int = 8080
    """0 takes any free port."""
    seed: int = 1
    """Makers, history, uuids and the key pair follow from it."""
    makers: bool = True
    replay: Path | None = None
    """A recording that drives the market it is of, instead of makers."""
    speed: float = 1.0
    """How many times faster than recorded."""
    revisions: tuple[str, ...] = ("trade", "atlas")
    """Which revisions of the API are there; the others answer 404."""
    control: bool = False
    """Whether there is a control interface under `/control/`."""
    manual_clock: bool = False
    """Whether the market's time only moves when the control interface says so. Nonces and Date keep to the real clock."""
    start_ms: int | None = None
    """Where the market's clock starts, in unix milliseconds; now where nothing is said."""
    past: bool = False
    """Whether the user has orders and trades of the last three months."""
    streams: Literal["all", "documented"] = "all"
    """`documented` leaves out `{market}.trades` and `global.tickers`."""
    increments: Literal["nested", "flat", "mixed"] = "nested"
    """How book changes are written; see `venue.IncrementShape`."""
    balance_events: Literal["locked", "available"] | None = None
    """Balance events with `balance` as what can be spent, or as the total beside `available`. By revision where nothing is said:
    the 2023 one has `locked`, the newer one `available`."""
    trade_fees: bool | None = None
    """Whether trade events tell the fee. By revision where nothing is said: only the newer one."""
    time_unit: Literal["ms", "s"] = "ms"
    """What `time_from` and `time_to` count: the document says milliseconds, the software that the exchange runs takes seconds."""
    rate_limit: float | None = None
    """Requests per second; more are answered with 429."""
    clock_skew_ms: int = 0
    """How far the server's clock is ahead."""
    fault_plan: tuple[PlannedFault, ...] = ()
    """What goes wrong, in order."""
    ping_interval_s: float = 54.0
    ping_timeout_s: float = 6.0
    """A peer that does not answer a protocol ping for this long is given up: 60 s after its last sign of life."""

    def __post_init__(self) -> None:
        if not is_loopback(self.host):
            raise ConfigError(
                f"The embedded exchange listens on this machine alone, and {self.host!r} is not an address of it.",
                advice="Use 127.0.0.1 or ::1; from another machine: ssh -L 8080:127.0.0.1:8080.",
            )
        if not self.speed > 0:
            raise ConfigError(
                f"A recording cannot be played at {self.speed} times its speed.", advice="Give a positive number."
            )
        if not self.revisions or not set(self.revisions) <= {"trade", "atlas"}:
            raise ConfigError("The embedded exchange knows the revisions trade and atlas.")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a running exchange is, and the key pair of its one user."""

    rest_url: str
    ws_url: str
    atlas_rest_url: str
    atlas_ws_url: str
    api_key: str
    api_secret: str = field(repr=False)
    control_url: str | None = None


async def serve(options: ExchangeOptions, announce: Callable[[Endpoints], None], until: asyncio.Event) -> None:
    """Run an exchange until `until` is set; `announce` is called when it listens.

    Raises:
        PortError: it cannot listen where it was told to.
        RecordingError: the recording to be replayed cannot be used, or turned out damaged while it was played.
    """
    listener = _bind(options)
    try:
        await _run(options, listener, announce, until)
    finally:
        listener.close()


class ExchangeServer:
    """An exchange on a thread of its own."""

    def __init__(self, options: ExchangeOptions) -> None:
        self._options = options
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._until: asyncio.Event | None = None
        self._endpoints: Endpoints | None = None
        self._failure: BaseException | None = None
        self._settled = threading.Event()

    def start(self) -> Endpoints:
        """Start it and wait until it listens.

        Raises:
            PortError: it cannot listen where it was told to.
            RecordingError: the recording to be replayed cannot be used.
        """
        if self._thread is not None:
            raise CaptuiError("The embedded exchange was started before.")
        self._thread = threading.Thread(target=self._live, name="embedded exchange", daemon=True)
        self._thread.start()
        if not self._settled.wait(_START_DEADLINE_S):
            raise CaptuiError(f"The embedded exchange did not start within {_START_DEADLINE_S:.0f} seconds.")
        if self._failure is not None:
            self._thread.join(_STOP_DEADLINE_S)
            raise self._failure
        assert self._endpoints is not None, "settled without a failure means that it listens"
        return self._endpoints

    def stop(self) -> None:
        """End it and wait until it has ended. Harmless when it never started or is over.

        Raises:
            CaptuiError: it did not end in time.
        """
        thread, loop, until = self._thread, self._loop, self._until
        if thread is None or loop is None or until is None:
            return
        if thread.is_alive() and not loop.is_closed():
            # The loop may be closed in between: then it ended by itself.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(until.set)
        thread.join(_STOP_DEADLINE_S)
        if thread.is_alive():
            raise CaptuiError("The embedded exchange did not end in time.")

    def _live(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits in start()
            self._failure = error
        finally:
            self._settled.set()

    async def _serve(self) -> None:
        self._loop, self._until = asyncio.get_running_loop(), asyncio.Event()
        await serve(self._options, self._announce, self._until)

    def _announce(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._settled.set()


def _bind(options: ExchangeOptions) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    # With the protocol named, asyncio switches off Nagle's algorithm, which would hold answers back for 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    try:
        listener.bind((options.host, options.port))
    except (OSError, OverflowError) as error:
        listener.close()
        where = f"port {options.port} of {options.host}"
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise PortError(f"The embedded exchange cannot listen on {where}: it is in use.") from error
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise PortError(f"The embedded exchange cannot listen on {where}: {reason}.") from error
    return listener


async def _run(
    options: ExchangeOptions, listener: socket.socket, announce: Callable[[Endpoints], None], until: asyncio.Event
) -> None:
    from captui.simulator.app import ExchangeApp, web_server
    from captui.simulator.venue import IncrementShape
    from captui.simulator.world import World

    world = World(
        seed=options.seed,
        makers=options.makers,
        replay=options.replay,
        speed=options.speed,
        shape=IncrementShape(options.increments),
        manual_clock=options.manual_clock,
        start_ms=options.start_ms,
        past=options.past,
    )
    key, secret = key_pair(options.seed)
    app = ExchangeApp(options, world, Authenticator(key, secret))
    endpoints = _endpoints(options, listener, key, secret)
    server: WebServer = web_server(app, options, lambda: announce(endpoints))
    app.connections = lambda: set(server.server_state.connections)

    serving = asyncio.create_task(server.serve(sockets=[listener]), name="exchange server")
    ending = asyncio.create_task(until.wait(), name="exchange end")
    tasks: set[asyncio.Task[object]] = {serving, ending}
    if not options.manual_clock:
        tasks.add(asyncio.create_task(world.pulse(), name="exchange pulse"))
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    server.end()
    await asyncio.wait({serving}, timeout=_STOP_DEADLINE_S)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


def _endpoints(options: ExchangeOptions, listener: socket.socket, key: str, secret: str) -> Endpoints:
    host, port = listener.getsockname()[:2]
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return Endpoints(
        rest_url=f"http://{place}/api/v2/trade",
        ws_url=f"ws://{place}/api/v2/stream",
        atlas_rest_url=f"http://{place}/api/v2/atlas",
        atlas_ws_url=f"ws://{place}/api/v2/websocket",
        api_key=key,
        api_secret=secret,
        control_url=f"http://{place}/control" if options.control else None,
    )
