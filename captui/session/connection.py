"""The way to the exchange as a whole: finding it, keeping a stream open, and what may be done over it right now."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlsplit

from captui.core.events import Event
from captui.core.secret import Credentials
from captui.core.signing import NonceSource
from captui.errors import CaptuiError, UnauthorisedError
from captui.exchange.backoff import Backoff
from captui.exchange.probe import Endpoints
from captui.exchange.rest import RestClient
from captui.exchange.stream import Stream, StreamState
from captui.session.context import SessionContext
from captui.session.endpoints import endpoints_for
from captui.session.meters import ByteMeter, SkewNotice
from captui.session.permission import allowed_access, order_refusal, write_refusal
from captui.session.views import Access, ConnectionView, Phase, Severity, Topic

log = logging.getLogger(__name__)

KEY_CODES = frozenset(
    {
        "authz.invalid_signature",
        "authz.unexistent_apikey",
        "authz.apikey_not_active",
        "authz.disabled_2fa",
        "authz.invalid_session",
    }
)
"""The words of a 401 that speak of the key as a whole, not of one request (exchange notes, Authentication). A 401 without words
does too."""

KEY_CHECKS = 2
"""How often a refused upgrade may turn out to be a matter of the clock before the key itself is held to be refused."""


class Connection:
    """`on_open(private)` is called each time that the stream opens, `on_lost(reason)` each time that it closes."""

    def __init__(
        self,
        context: SessionContext,
        credentials: Credentials | None,
        *,
        prepare: Callable[[Endpoints], Awaitable[None]],
        on_event: Callable[[Event, int], None],
        on_open: Callable[[bool], None],
        on_lost: Callable[[str], None],
    ) -> None:
        self._context = context
        self._credentials = credentials
        self._prepare = prepare
        self._on_event = on_event
        self._on_open = on_open
        self._on_lost = on_lost
        self._nonces = NonceSource()
        self._backoff = Backoff(context.settings.rng, base_s=0.5, cap_s=context.settings.max_delay_s)
        self._wake = asyncio.Event()
        self._endpoints: Endpoints | None = None
        self._stream: Stream | None = None
        self._opening = asyncio.Lock()
        self._streams: frozenset[str] = frozenset()
        self._private = False
        self._key_checks = 0
        self._meter = ByteMeter()
        self._skew = SkewNotice(context.settings.skew_notice_ms)
        self._been_live = False
        self._announcement = ""
        self.phase = Phase.CONNECTING
        self.access = self._allowed_access()
        self.reason = ""
        self.attempt = 0
        self.next_attempt_ms: int | None = None
        self._unread_frames = 0

    # What may be done

    @property
    def private(self) -> bool:
        """Whether the open or opening stream is the user's own."""
        return self._private

    @property
    def write_refusal(self) -> str:
        """Why nothing at all may be sent, cancels included; empty where it may."""
        return write_refusal(self.access, self.phase, self.reason, reachable=self._context.has_rest)

    @property
    def order_refusal(self) -> str:
        """Why no new order may be sent, the book aside; empty where it may."""
        return self.write_refusal or order_refusal(self.phase)

    def _whose(self, endpoints: Endpoints | None) -> str:
        """The exchange's host, and the profile where there is one: two accounts must not look alike."""
        named = (urlsplit(endpoints.rest_url).netloc if endpoints else "", self._context.settings.profile)
        return " · ".join(filter(None, named))

    def view(self, *, book_refusal: str) -> ConnectionView:
        stream = self._stream
        why_not = self.order_refusal or book_refusal
        endpoints = self._endpoints
        return ConnectionView(
            phase=self.phase,
            access=self.access,
            mode=self._context.settings.mode,
            exchange=self._whose(endpoints),
            revision=endpoints.revision if endpoints else "",
            reason=self.reason,
            attempt=self.attempt,
            next_attempt_ms=self.next_attempt_ms,
            round_trip_ms=stream.round_trip_ms if stream else None,
            clock_offset_ms=self._context.clock.offset_ms,
            last_heard_ms=self.last_heard_ms,
            bytes_in_per_second=self._meter.per_second,
            unread_frames=self._unread_frames,
            can_trade=not why_not,
            why_not=why_not,
        )

    @property
    def last_heard_ms(self) -> int | None:
        return self._stream.last_heard_ms if self._stream else None

    @property
    def silent_for_s(self) -> float:
        """How long nothing has been heard on the open stream, by a clock that nobody sets; 0 where there is none."""
        return self._stream.silent_for_s if self._stream else 0.0

    # Commands

    def say(self, sentence: str) -> None:
        """Why it is not live yet, for the status bar."""
        if self.phase is not Phase.LIVE and self.access is not Access.REFUSED:
            self.reason = sentence
            self._context.mark(Topic.CONNECTION)

    def heed_refusal(self, sentence: str, codes: tuple[str, ...], status: int) -> bool:
        """Whether a refusal of one request means that the key itself is refused; then it is."""
        if self.access is Access.NO_CREDENTIALS or status != 401 or not KEY_CODES.issuperset(codes):
            return False
        self.refuse_key(sentence)
        return True

    async def run(self) -> None:
        """Reaches the exchange, however long it takes, then opens the stream. Returns when the stream has been started."""
        while True:
            try:
                await self._reach()
                break
            except CaptuiError as error:
                sentence = str(error)
            except Exception:
                # An answer that nobody foresaw must not be the end of trying.
                log.exception("the exchange could not be reached")
                sentence = "Something unexpected came back; the log file has the details."
            delay_s = self._backoff.next()
            self.attempt += 1
            self.next_attempt_ms = self._context.now_ms() + round(1000 * delay_s)
            self._tell_unreached(sentence)
            await self._wait(delay_s)
        self._backoff.reset()
        self.attempt, self.next_attempt_ms, self.reason = 0, None, ""
        await self._open_stream(private=self._credentials is not None)

    def set_streams(self, streams: frozenset[str]) -> None:
        self._streams = streams
        if self._stream is not None:
            self._stream.set_streams(streams | self._own_streams())

    def resubscribe(self, stream: str) -> None:
        if self._stream is not None:
            self._stream.resubscribe(stream)

    def reconnect(self) -> None:
        """The user's wish: drops the stream and opens it again, without waiting; a refused key is tried again."""
        self._wake.set()
        if self._stream is None and not self._opening.locked():
            return
        if self._stream is not None and self.phase is Phase.RECONNECTING and self.access is not Access.REFUSED:
            self._stream.retry()
            return
        self._key_checks = 0
        self.access = self._allowed_access()
        self._context.tasks.spawn("reconnect", self._open_stream(private=self._credentials is not None))

    def start_over(self, reason: str) -> None:
        """A new connection of the same kind, because this one does not bring what it should."""
        if self._stream is not None:
            self._context.notify(Severity.WARNING, f"Connecting again: {reason}")
            self._context.tasks.spawn("reconnect", self._open_stream(private=self._private))

    def refuse_key(self, sentence: str) -> None:
        """The exchange does not accept the key: market data goes on over the public stream."""
        if self.access is Access.REFUSED:
            return
        log.warning("the key was refused: %s", sentence)
        self.access = Access.REFUSED
        self.reason = sentence
        self.phase = Phase.REFUSED
        self._context.notify(Severity.ERROR, f"{sentence} Market data goes on without it.")
        # At once: nothing of the user's own may look live beside a refused key, not even until the other stream is opened.
        self._on_lost("The connection is being made again.")
        self._context.mark(Topic.CONNECTION)
        self._context.tasks.spawn("public stream", self._open_stream(private=False))

    def reconciled(self) -> None:
        """Orders, balances and trades have been fetched since the stream opened: this is live."""
        if self.phase is not Phase.RECONCILING:
            return
        self.phase = Phase.LIVE
        self.reason = ""
        self._key_checks = 0
        self._announce_live()

    def count_unread(self, keys: tuple[str, ...]) -> None:
        """A frame with keys that nobody knows: counted and shown, never fatal."""
        if not self._unread_frames:
            log.info("a frame with unknown keys: %s", ", ".join(keys))
        self._unread_frames += 1
        self._context.mark(Topic.CONNECTION)

    def tick(self) -> None:
        """To be called about twice a second."""
        if self._stream is not None:
            self._meter.read(self._stream.bytes_in, self._context.monotonic())
        skew = self._skew.news(self._context.clock.offset_ms)
        if skew:
            self._context.notify(Severity.WARNING, skew)
        self._context.mark(Topic.CONNECTION)

    async def close(self, *, timeout_s: float, grace_s: float) -> bool:
        """Writes that are on their way get `grace_s`. False where the stream did not close within `timeout_s`."""
        self.phase = Phase.STOPPED
        self._context.mark(Topic.CONNECTION)
        stream, self._stream = self._stream, None
        closed = True
        if stream is not None:
            try:
                await asyncio.wait_for(stream.close(), timeout_s)
            except TimeoutError:
                closed = False
        if self._context.has_rest:
            await self._context.rest.close(grace_s=grace_s)
        return closed

    # Reaching

    async def _reach(self) -> None:
        settings = self._context.settings
        if self._endpoints is None:
            self._endpoints = await endpoints_for(settings)
        if not self._context.has_rest:
            client = RestClient(
                base_url=self._endpoints.rest_url,
                credentials=self._credentials,
                clock=self._context.clock,
                nonces=self._nonces,
                now_ms=settings.now_ms,
                rate=settings.rate,
                burst=settings.burst,
                timeout_s=settings.timeout_s,
                order_line=self._credentials is not None,
                on_left=self._context.on_left,
            )
            await client.open()
            self._context.rest = client
        await self._prepare(self._endpoints)

    def _tell_unreached(self, sentence: str) -> None:
        if sentence != self.reason:
            self._context.notify(Severity.WARNING, f"The exchange cannot be reached yet: {sentence}")
        self.reason = sentence
        self._context.mark(Topic.CONNECTION)

    async def _wait(self, delay_s: float) -> None:
        self._wake.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), delay_s)

    # The stream

    async def _open_stream(self, *, private: bool) -> None:
        """One at a time: of two wishes for another stream that come together, the later one stays."""
        async with self._opening:
            await self._replace_stream(private=private)

    async def _replace_stream(self, *, private: bool) -> None:
        old, self._stream = self._stream, None
        if old is not None:
            self._on_lost("The connection is being made again.")
            await old.close()
        if self._endpoints is None or self.phase is Phase.STOPPED:
            return
        settings = self._context.settings
        self._private = private
        if self.access is not Access.REFUSED:
            self.phase = Phase.RECONNECTING if self._been_live else Phase.CONNECTING
        self._context.mark(Topic.CONNECTION)
        stream = Stream(
            ws_url=self._endpoints.ws_url,
            credentials=self._credentials if private else None,
            clock=self._context.clock,
            nonces=self._nonces,
            now_ms=settings.now_ms,
            on_event=self._on_event,
            on_state=lambda state: self._context.guarded(
                "a change of the connection", lambda: self._on_state(stream, state)
            ),
            rng=settings.rng,
            ping_every_s=settings.ping_every_s,
            dead_after_s=settings.dead_after_s,
            good_after_s=settings.good_after_s,
            max_delay_s=settings.max_delay_s,
        )
        self._stream = stream
        self._meter.reset(self._context.monotonic())
        stream.set_streams(self._streams | self._own_streams())
        self._context.tasks.spawn("stream", self._run_stream(stream))

    async def _run_stream(self, stream: Stream) -> None:
        """The stream has a loop of its own; one that ends without being closed is a mistake in it, not the end of the session."""
        try:
            await stream.run()
        except Exception:
            # Whatever it was, the session needs a stream.
            log.exception("the stream ended unexpectedly")
        if stream is self._stream and self.phase is not Phase.STOPPED:
            self._on_lost("The connection ended unexpectedly.")
            await asyncio.sleep(self._backoff.next())
            if stream is self._stream:
                self._context.tasks.spawn("reconnect", self._open_stream(private=self._private))

    def _own_streams(self) -> frozenset[str]:
        return frozenset({"order", "trade", "balance"}) if self._private else frozenset()

    def _on_state(self, stream: Stream, state: StreamState) -> None:
        if stream is not self._stream:
            return
        match state.kind:
            case "open":
                self._opened()
            case "lost":
                self._lost(state)
            case "refused":
                self._context.tasks.spawn("key check", self._check_key(stream, state.reason))
            case "connecting":
                self.attempt = state.attempt
        self._context.mark(Topic.CONNECTION)

    def _opened(self) -> None:
        self.attempt, self.next_attempt_ms = 0, None
        if self.access is Access.REFUSED:
            self.phase = Phase.REFUSED
        elif self._private:
            self.phase = Phase.RECONCILING
            self.reason = ""
        else:
            self.phase = Phase.LIVE
            self.reason = ""
            self._announce_live()
        self._on_open(self._private)

    def _lost(self, state: StreamState) -> None:
        was_live = self.phase in (Phase.LIVE, Phase.RECONCILING)
        self._announcement = ""
        self.attempt, self.next_attempt_ms = state.attempt, state.retry_at_ms
        if self.access is not Access.REFUSED:
            self.phase = Phase.RECONNECTING if self._been_live else Phase.CONNECTING
            self.reason = state.reason
        if was_live:
            self._context.notify(Severity.WARNING, f"The connection was lost: {state.reason}")
        self._on_lost(state.reason or "The connection was lost.")

    def _announce_live(self) -> None:
        self._announcement = (
            "The connection is back and everything is up to date."
            if self._been_live
            else "Connected: everything is live."
        )
        self._been_live = True
        self._context.mark(Topic.CONNECTION)

    def announce(self, *, book_refusal: str) -> None:
        """Says that all is well, once, and not before the book on the screen is live too."""
        if self._announcement and not book_refusal and self.phase is Phase.LIVE:
            text, self._announcement = self._announcement, ""
            self._context.notify(Severity.GOOD, text)

    async def _check_key(self, stream: Stream, reason: str) -> None:
        """A refused upgrade can be the clock's fault: a signed read measures the clock and tells."""
        self._key_checks += 1
        if self._key_checks <= KEY_CHECKS:
            try:
                await self._context.rest.balances()
            except UnauthorisedError as error:
                reason = str(error)
            except CaptuiError as error:
                log.info("the key could not be checked: %s", error)
            else:
                if stream is self._stream:
                    stream.retry()
                return
        if stream is self._stream:
            self.refuse_key(reason or "The exchange does not accept the API key.")

    def _allowed_access(self) -> Access:
        return allowed_access(has_key=self._credentials is not None, read_only=self._context.settings.read_only)
