"""Following the websocket from a command: until Ctrl+C, or until it fails in a way that the person must hear of."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Callable, Coroutine

from captui.cli.connect import now_ms
from captui.cli.output import note
from captui.core.events import Event, Pong, StreamError, Subscribed, UnreadableFrame
from captui.core.secret import Credentials
from captui.core.signing import NonceSource
from captui.errors import CaptuiError, NoConnectionError, UnauthorisedError
from captui.exchange.clock import ServerClock
from captui.exchange.stream import Stream, StreamState

PRIVATE_STREAMS = frozenset({"order", "trade", "balance"})
_NOT_LISTED_S = 5.0
"""How long the exchange may take to say what it subscribed to before what it left out is complained of."""


class Follow:
    """One run over `streams`. The callbacks run on the event loop; OSError and CaptuiError that they raise end the run.

    `on_frame` gets every message as it was received, `on_open` is called after each connection that was made. `optional` streams
    are not complained of where the exchange does not offer them.
    """

    def __init__(
        self,
        ws_url: str,
        credentials: Credentials | None,
        streams: frozenset[str],
        *,
        on_event: Callable[[Event, int], None],
        on_frame: Callable[[bytes], None] | None = None,
        on_open: Callable[[], None] | None = None,
        optional: frozenset[str] = frozenset(),
    ) -> None:
        self._wanted = streams - optional
        self._on_event = on_event
        self._on_frame = on_frame
        self._on_open = on_open
        self._opened = False
        self._heard = False
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.stream = Stream(
            ws_url=ws_url,
            credentials=credentials,
            clock=ServerClock(),
            nonces=NonceSource(),
            now_ms=now_ms,
            on_event=self._event,
            on_state=self._state,
            rng=random.Random(),  # noqa: S311 - spreads reconnects, guards nothing
            on_frame=self._frame,
        )
        self.stream.set_streams(streams)

    async def run(self, *alongside: Coroutine[None, None, None]) -> None:
        """Until SIGINT or SIGTERM, with `alongside` for as long.

        Raises UnauthorisedError for a refused key, NoConnectionError where the first connection cannot be made, and what callbacks
        and `alongside` raise.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, lambda: None if self._ended.done() else self._ended.set_result(None))
        tasks = [asyncio.create_task(work) for work in (self.stream.run(), *alongside)]
        complaint = loop.call_later(_NOT_LISTED_S, self._complain)
        for task in tasks:
            task.add_done_callback(self._pass_on)
        try:
            await self._ended
        finally:
            complaint.cancel()
            await self.stream.close()
            for task in tasks[1:]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _fail(self, error: BaseException) -> None:
        if not self._ended.done():
            self._ended.set_exception(error)

    def _event(self, event: Event, received_ms: int) -> None:
        self._heard = self._heard or not isinstance(event, Pong | Subscribed | StreamError | UnreadableFrame)
        try:
            if isinstance(event, StreamError | UnreadableFrame):
                note(f"captui: the exchange says: {event.text}")
            self._on_event(event, received_ms)
        except (OSError, CaptuiError) as error:
            # Among them a closed pipe and a full disk: the stream has nobody left to tell.
            self._fail(error)

    def _frame(self, message: bytes) -> None:
        if self._on_frame is not None:
            try:
                self._on_frame(message)
            except OSError as error:
                self._fail(error)

    def _state(self, state: StreamState) -> None:
        if state.kind == "refused":
            self._fail(UnauthorisedError(state.reason))
        elif state.kind == "lost" and not self._opened:
            self._fail(NoConnectionError(state.reason, sent=False))
        elif state.kind == "lost":
            note(f"captui: {state.reason} Connecting again.")
        elif state.kind == "open":
            self._opened = True
            if self._on_open is not None:
                self._on_open()

    def _pass_on(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fail(error)

    def _complain(self) -> None:
        missing = sorted(self._wanted - self.stream.confirmed)
        if self.stream.confirmed and missing:
            note(f"captui: the exchange does not offer {', '.join(missing)}.")
        # Of the user's own nothing comes for hours where nothing happens.
        elif not self._heard and (odd := [stream for stream in missing if stream not in PRIVATE_STREAMS]):
            note(
                f"captui: nothing has come of {', '.join(odd)} yet. Is that what the exchange calls it? See captui markets."
            )
