"""The websocket side: who listens to what, and what they are sent.

A connection that lets 256 messages pile up, or sends one over 512 bytes (the server's frame limit), is dropped. Text `ping` is answered
by text `pong`. Streams that do not exist, or that a public connection may not hear, are silently not subscribed to; so is whatever
comes in the URL under another name than `stream`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Callable
from typing import Protocol
from urllib.parse import parse_qsl

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from captui.simulator import wire
from captui.simulator.engine import OrderChanged
from captui.simulator.fault_content import altered
from captui.simulator.fault_plan import Fault, FaultPlan, PlannedFault
from captui.simulator.markets import MARKETS, PERIODS
from captui.simulator.orders import Fill, Side
from captui.simulator.venue import (
    BalanceNotice,
    BookUpdate,
    CandlesGrown,
    Notice,
    Tape,
    TickersChanged,
    Venue,
)

MOST_WAITING = 256
LONGEST_MESSAGE = 512
"""Bytes."""

_PRIVATE = frozenset({"order", "trade", "balance"})
_BOOKS = {f"{market}.ob-inc": market for market in MARKETS}
_KLINES = frozenset(f"{market}.kline-{name}" for market in MARKETS for name in PERIODS.values())
_UNDOCUMENTED = frozenset({"global.tickers", *(f"{market}.trades" for market in MARKETS)})
_TOO_BIG = 1009
"""The close code with which the server turns away a message over its limit."""


class Transport(Protocol):
    """What can be done to a connection below the websocket protocol."""

    def abort(self) -> None: ...

    def close(self) -> None: ...

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Client:
    """One websocket connection."""

    def __init__(self, websocket: WebSocket, revision: wire.Revision, *, private: bool) -> None:
        self.websocket = websocket
        self.revision = revision
        self.private = private
        self.streams: dict[str, None] = {}
        self.waiting: deque[str] = deque()
        self.something = asyncio.Event()
        self.dropped = False
        self.held_back: dict[str, list[str]] = {}
        """What a fault sends after the next message with the same key."""

    def offer(self, message: str) -> None:
        self.waiting.append(message)
        self.something.set()


class Hub:
    """All connections. `transport_of` finds the transport of a connection by the peer's address."""

    def __init__(
        self,
        venue: Venue,
        *,
        transport_of: Callable[[tuple[str, int]], Transport | None],
        documented_only: bool,
        newer_balances: bool | None,
        trade_fees: bool | None,
        plan: FaultPlan | None = None,
    ) -> None:
        self.beside: Callable[[PlannedFault], bool] = lambda _: False
        """Brings about what happens beside a frame; False where a fault is one of the frame itself."""
        self._plan = plan or FaultPlan()
        self._thaw: asyncio.TimerHandle | None = None
        self.clients: set[Client] = set()
        self.dropped: Counter[str] = Counter()
        """How many connections the server has ended, by reason."""
        self.last_update: dict[str, BookUpdate] = {}
        self._venue = venue
        self._transport_of = transport_of
        self._streams = {*_BOOKS, *_KLINES, *_PRIVATE} | (set() if documented_only else _UNDOCUMENTED)
        self._newer_balances = newer_balances
        self._trade_fees = trade_fees
        self._listeners: dict[str, set[Client]] = {}
        self._flowing = asyncio.Event()
        self._flowing.set()
        venue.publish = self.publish

    @property
    def frozen(self) -> bool:
        return not self._flowing.is_set()

    async def serve(self, websocket: WebSocket, revision: wire.Revision, *, private: bool) -> None:
        """Look after one connection from its acceptance to its end."""
        await websocket.accept()
        client = Client(websocket, revision, private=private)
        self.clients.add(client)
        if self.frozen:
            self._pause(client)
        query = websocket.scope["query_string"].decode("latin-1")
        asked = [value for name, value in parse_qsl(query, keep_blank_values=True) if name == "stream"]
        if asked:
            self._subscribe(client, asked)
        writer = asyncio.create_task(self._write(client), name="websocket writer")
        try:
            while True:
                self._hear(client, await websocket.receive_text())
        except WebSocketDisconnect as end:
            if end.code == _TOO_BIG:
                self.dropped["a message over 512 bytes"] += 1
        except KeyError:
            # A binary message, which the exchange does not speak.
            self.drop(client, "a binary message")
        finally:
            self._forget(client)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer

    def publish(self, notice: Notice) -> None:
        """Send a notice to everyone who listens to it."""
        match notice:
            case BookUpdate():
                self.last_update[notice.market] = notice
                if self._heard(f"{notice.market}.ob-inc"):
                    self._send(f"{notice.market}.ob-inc", wire.book_increment(notice))
            case Tape():
                if self._heard(f"{notice.market}.trades"):
                    self._send(f"{notice.market}.trades", wire.tape_event(notice))
            case CandlesGrown():
                self._send_candles(notice.market)
            case TickersChanged():
                if self._heard("global.tickers"):
                    self._send("global.tickers", {"global.tickers": self.tickers()})
            case OrderChanged():
                self._send("order", wire.order_event(notice.order))
            case Fill():
                older, newer = (wire.trade_event(notice, fees=fees) for fees in (False, True))
                self._send_by_revision("trade", self._trade_fees, older=older, newer=newer)
            case BalanceNotice():
                older, newer = (wire.balance_event(notice, newer=shape) for shape in (False, True))
                self._send_by_revision("balance", self._newer_balances, older=older, newer=newer)

    def tickers(self) -> wire.Record:
        """The tickers of all markets by market id; the entries alone, without the outer time."""
        at_ms = self._venue.now_ms
        return {
            market: wire.ticker(feed.candles.day(), at_ms=at_ms)["ticker"] for market, feed in self._venue.feeds.items()
        }

    def drop(self, client: Client, reason: str) -> None:
        """End a connection without a word."""
        if client.dropped:
            return
        client.dropped = True
        client.waiting.clear()
        self.dropped[reason] += 1
        self._forget(client)
        transport = self._transport(client)
        if transport is not None:
            transport.abort()

    def drop_all(self, reason: str) -> int:
        clients = list(self.clients)
        for client in clients:
            self.drop(client, reason)
        return len(clients)

    def freeze(self, *, for_ms: int = 0) -> None:
        """Neither send nor read, not even pongs, until `release` or for so long. Meanwhile nobody is dropped for what piles up."""
        self._flowing.clear()
        if self._thaw is not None:
            self._thaw.cancel()
        self._thaw = asyncio.get_running_loop().call_later(for_ms / 1000, self.release) if for_ms else None
        for client in self.clients:
            self._pause(client)

    def release(self) -> None:
        if self._thaw is not None:
            self._thaw.cancel()
            self._thaw = None
        self._flowing.set()
        for client in self.clients:
            transport = self._transport(client)
            if transport is not None:
                transport.resume_reading()

    def _pause(self, client: Client) -> None:
        transport = self._transport(client)
        if transport is not None:
            transport.pause_reading()

    def _transport(self, client: Client) -> Transport | None:
        peer = client.websocket.client
        return self._transport_of((peer.host, peer.port)) if peer is not None else None

    def _forget(self, client: Client) -> None:
        self.clients.discard(client)
        for listeners in self._listeners.values():
            listeners.discard(client)

    def _hear(self, client: Client, message: str) -> None:
        if message == "ping":
            self._offer(client, "pong")
            return
        try:
            request = msgspec.json.decode(message)
        except msgspec.DecodeError:
            request = None
        if not isinstance(request, dict):
            request = {}
        streams = request.get("streams")
        if not isinstance(streams, list) or not all(isinstance(stream, str) for stream in streams):
            self._answer(client, {"error": "Could not parse the message"})
        elif request.get("event") == "subscribe":
            self._subscribe(client, streams)
        elif request.get("event") == "unsubscribe":
            self._unsubscribe(client, streams)
        else:
            self._answer(client, {"error": "Unknown event"})

    def _subscribe(self, client: Client, streams: list[str]) -> None:
        for stream in streams:
            if stream not in self._streams or (stream in _PRIVATE and not client.private):
                continue
            client.streams[stream] = None
            self._listeners.setdefault(stream, set()).add(client)
            if stream in _BOOKS:
                self._answer(client, self._snapshot(_BOOKS[stream]))
        self._answer(client, {"success": {"message": "subscribed", "streams": list(client.streams)}})

    def _unsubscribe(self, client: Client, streams: list[str]) -> None:
        for stream in streams:
            client.streams.pop(stream, None)
            self._listeners.get(stream, set()).discard(client)
        self._answer(client, {"success": {"message": "unsubscribed", "streams": list(client.streams)}})

    def _snapshot(self, market: str) -> wire.Record:
        feed = self._venue.feeds[market]
        return wire.book_snapshot(
            market,
            asks=self._venue.depth(market, Side.SELL, feed.snapshot_levels),
            bids=self._venue.depth(market, Side.BUY, feed.snapshot_levels),
            sequence=feed.sequence,
        )

    def _heard(self, stream: str) -> bool:
        return bool(self._listeners.get(stream))

    def _send(self, stream: str, record: wire.Record) -> None:
        message = msgspec.json.encode(record).decode()
        for client in tuple(self._listeners.get(stream, ())):
            self._offer(client, message)

    def _send_candles(self, market: str) -> None:
        candles = self._venue.feeds[market].candles
        for minutes, name in PERIODS.items():
            stream = f"{market}.kline-{name}"
            if self._heard(stream):
                self._send(stream, {stream: candles.newest(minutes)})

    def _send_by_revision(self, stream: str, always: bool | None, *, older: wire.Record, newer: wire.Record) -> None:
        """Each listener gets the shape of its revision, or everyone the newer or older one where `always` says so."""
        for client in tuple(self._listeners.get(stream, ())):
            shape = client.revision is wire.Revision.ATLAS if always is None else always
            self._answer(client, newer if shape else older)

    def _answer(self, client: Client, record: wire.Record) -> None:
        self._offer(client, msgspec.json.encode(record).decode())

    def _offer(self, client: Client, message: str) -> None:
        if not (client.held_back or self._plan.concerns_frames):
            self._queue(client, message)
            return
        key = "pong" if message == "pong" else next(iter(msgspec.json.decode(message)), "")
        held = client.held_back.pop(key, ())
        for each in (*self._befallen(client, key, message), *held):
            self._queue(client, each)

    def _befallen(self, client: Client, key: str, message: str) -> list[str]:
        """What becomes of a message under the plan."""
        for fault in self._plan.of_frame(key):
            if self.beside(fault):
                continue
            match fault.do:
                case Fault.LOSE:
                    return []
                case Fault.DUPLICATE:
                    return [message, message]
                case Fault.REORDER:
                    client.held_back.setdefault(key, []).append(message)
                    return []
                case _:
                    return [altered(fault, message)]
        return [message]

    def _queue(self, client: Client, message: str) -> None:
        if client.dropped:
            return
        if len(client.waiting) >= MOST_WAITING and not self.frozen:
            self.drop(client, "256 messages piled up")
            return
        client.offer(message)

    async def _write(self, client: Client) -> None:
        # A connection that is closing under the writer shows as either error; the reader hears of the end too and cleans up.
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await client.something.wait()
                while client.waiting:
                    await self._flowing.wait()
                    await client.websocket.send_text(client.waiting.popleft())
                client.something.clear()
