"""Real market data through a real socket: recording, embedded exchange, websocket, codec, order book; and the book is exact."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import time
from pathlib import Path

import pytest

from captui.core.book import OrderBook
from captui.core.events import BookIncrement, BookSnapshot, Event
from captui.core.signing import NonceSource
from captui.exchange.clock import ServerClock
from captui.exchange.stream import Stream
from tests.paths import MARKET_DATA, needed
from tests.processes import RunningExchange, exchange

RECORDINGS = ("btczar-binance-spot-btcusdt-20240808", "ethzar-binance-coinm-ethusd-perp-20240808")
_STEP_MS = 2_000
"""Recorded time let past at once: fewer messages than a client may leave unread."""


@pytest.mark.parametrize("name", RECORDINGS)
async def test_the_book_at_the_end_is_exactly_the_recorded_one(tmp_path: Path, name: str) -> None:
    recording = needed(MARKET_DATA / f"{name}.jsonl.gz")
    expected = json.loads(needed(MARKET_DATA / f"{name}.expected_final_book.json").read_text())
    market = name.partition("-")[0]
    with exchange(tmp_path, "--replay", str(recording), "--manual-clock", "--no-makers") as server:
        book = await read_to_the_end(server, market)
    assert book.stale_reason == ""
    assert hashlib.sha256(book.canonical()).hexdigest() == expected["canonical_sha256"]
    assert (len(book.asks()), len(book.bids())) == (expected["ask_levels"], expected["bid_levels"])


async def read_to_the_end(server: RunningExchange, market: str) -> OrderBook:
    """Lets the recording play as fast as this client reads, and returns the client's book."""
    book = OrderBook(market)
    moved = asyncio.Event()

    def take(event: Event, _received_ms: int) -> None:
        if isinstance(event, BookSnapshot | BookIncrement) and event.market == market:
            book.apply(event)
            moved.set()

    stream = Stream(
        ws_url=server.ws_url,
        credentials=None,
        clock=ServerClock(),
        nonces=NonceSource(),
        now_ms=lambda: time.time_ns() // 1_000_000,
        on_event=take,
        on_state=lambda _state: None,
        rng=random.Random(1),
    )
    stream.set_streams(frozenset({f"{market}.ob-inc"}))
    running = asyncio.create_task(stream.run(), name="stream")
    try:
        await asyncio.wait_for(moved.wait(), 20)
        while True:
            await asyncio.to_thread(server.control.advance, _STEP_MS)
            state = await asyncio.to_thread(server.control.state)
            async with asyncio.timeout(20):
                while book.sequence < state["books"][market]["sequence"]:
                    moved.clear()
                    await moved.wait()
            if state["replay"]["finished"]:
                assert state["dropped_count"] == 0
                return book
    finally:
        await stream.close()
        await running
