"""The recordings of real markets, frame by frame through codec and book, against the books expected at every checkpoint."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence

import msgspec
import pytest

from captui.core.book import OrderBook
from captui.core.codec import decode_frame
from captui.core.events import BookIncrement, BookSnapshot, PublicTrades
from captui.core.money import plain
from captui.core.types import Level
from tests.paths import MARKET_DATA, needed

RECORDINGS = {
    "btczar-binance-spot-btcusdt-20240808": ("btczar", 19_903),
    "ethzar-binance-coinm-ethusd-perp-20240808": ("ethzar", 3_595),
}


class Line(msgspec.Struct):
    t: int
    frame: msgspec.Raw


def top(side: Sequence[Level]) -> list[list[str]]:
    return [[plain(level.price), plain(level.amount)] for level in side[:20]]


def checkpoint(book: OrderBook) -> dict[str, object]:
    asks, bids = book.asks(), book.bids()
    return {
        "sequence": book.sequence,
        "best_ask": top(asks)[0],
        "best_bid": top(bids)[0],
        "ask_levels": len(asks),
        "bid_levels": len(bids),
    }


@pytest.mark.parametrize("name", RECORDINGS)
def test_the_book_at_the_end_and_at_every_checkpoint_is_exact(name: str) -> None:
    market, expected_trades = RECORDINGS[name]
    recording = needed(MARKET_DATA / f"{name}.jsonl.gz")
    expected = json.loads(needed(MARKET_DATA / f"{name}.expected_final_book.json").read_text())
    checkpoints = {point["sequence"]: point for point in expected["checkpoints_every_1000_increments"]}
    decoder = msgspec.json.Decoder(Line)
    book = OrderBook(market)
    trades = checked = 0
    with gzip.open(recording) as lines:
        for line in lines:
            for event in decode_frame(bytes(decoder.decode(line).frame)):
                if isinstance(event, BookSnapshot | BookIncrement):
                    book.apply(event)
                    if event.sequence in checkpoints:
                        assert checkpoint(book) == checkpoints[event.sequence]
                        checked += 1
                else:
                    assert isinstance(event, PublicTrades)
                    trades += len(event.trades)
    assert book.stale_reason == ""
    assert book.sequence == expected["final_sequence"]
    assert (len(book.asks()), len(book.bids())) == (expected["ask_levels"], expected["bid_levels"])
    assert {"asks": top(book.asks()), "bids": top(book.bids())} == expected["top20"]
    assert hashlib.sha256(book.canonical()).hexdigest() == expected["canonical_sha256"]
    assert trades == expected_trades
    assert checked == len(checkpoints) > 0
