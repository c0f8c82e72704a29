"""What one increment costs, from wire text to applied, against ccxt's own order book.

ccxt's book is fed as ccxt feeds it: `json.loads`, prices and amounts made floats, stored by its `OrderBook`. A second yardstick, without
a goal, has the fastest decoder that there is for this shape in front of the same book. Input: one-level increments around a book of
300 levels a side, and the recordings where they are at hand.
"""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from bench.row import Row
from captui.core.book import OrderBook
from captui.core.codec import decode_frame
from captui.core.events import BookIncrement, BookSnapshot

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "market-data"
INCREMENTS = 50_000
FRAME_EVERY = 100
"""Increments for each look at the book: 1,000 a second drawn at 10 frames a second."""
DRAWN = 30
"""Levels a side that a look reads, besides counting all."""
ROUNDS = 7
GOAL = 0.7
BOOK_EVENTS = (BookIncrement, BookSnapshot)


class FloatBook:
    """ccxt's."""

    def __init__(self, decode: Callable[[bytes], Any]) -> None:
        from ccxt.async_support.base.ws.order_book import OrderBook as CcxtOrderBook

        self.decode = decode
        self.book = CcxtOrderBook()

    def feed(self, raw: bytes) -> None:
        book = self.book
        for key, told in self.decode(raw).items():
            sequence = told["sequence"]
            if not key.endswith(".ob-inc"):
                book.reset({})
            elif sequence != book["nonce"] + 1:
                raise ValueError("gap")
            for name in ("asks", "bids"):
                side = book[name]
                for price, amount in told.get(name, ()):
                    side.storeArray([float(price), float(amount or 0)])
            book["nonce"] = sequence

    def sides(self) -> tuple[Sequence[Any], Sequence[Any]]:
        return self.book["asks"], self.book["bids"]


class ExactBook:
    def __init__(self) -> None:
        self.book = OrderBook("btczar")

    def feed(self, raw: bytes) -> None:
        for event in decode_frame(raw):
            assert isinstance(event, BOOK_EVENTS)
            self.book.apply(event)

    def sides(self) -> tuple[Sequence[Any], Sequence[Any]]:
        return self.book.asks(), self.book.bids()


def synthetic(seed: int, increments: int = INCREMENTS) -> list[bytes]:
    rng = random.Random(seed)
    asks = [[f"{841_000 + i}.50", f"{rng.uniform(0.001, 2):.8f}"] for i in range(300)]
    bids = [[f"{840_999 - i}.50", f"{rng.uniform(0.001, 2):.8f}"] for i in range(300)]
    frames = [json.dumps({"btczar.ob-snap": {"asks": asks, "bids": bids, "sequence": 1}}, separators=(",", ":"))]
    for sequence in range(2, increments + 2):
        away = min(int(rng.expovariate(1 / 20)), 299)
        name, price = ("asks", f"{841_000 + away}.50") if rng.random() < 0.5 else ("bids", f"{840_999 - away}.50")
        amount = "" if rng.random() < 0.2 else f"{rng.uniform(0.001, 2):.8f}"
        frames.append(
            json.dumps({"btczar.ob-inc": {name: [[price, amount]], "sequence": sequence}}, separators=(",", ":"))
        )
    return [frame.encode() for frame in frames]


def recorded(path: Path) -> list[bytes]:
    frames = []
    with gzip.open(path) as lines:
        for line in lines:
            frame = json.loads(line)["frame"]
            key, value = next(iter(frame.items()))
            if ".ob-" in key:
                frames.append(json.dumps({f"btczar.{key.partition('.')[2]}": value}, separators=(",", ":")).encode())
    return frames


def look(book: FloatBook | ExactBook) -> list[tuple[Any, Any]]:
    return [(price, amount) for side in book.sides() if len(side) for price, amount in side[:DRAWN]]


def one_round(book: FloatBook | ExactBook, frames: list[bytes]) -> list[float]:
    """Seconds of processor time for each FRAME_EVERY increments and the look that follows them."""
    book.feed(frames[0])
    look(book)
    taken = []
    for first in range(1, len(frames) - FRAME_EVERY + 1, FRAME_EVERY):
        part = frames[first : first + FRAME_EVERY]
        start = time.process_time()
        for frame in part:
            book.feed(frame)
        look(book)
        taken.append(time.process_time() - start)
    return taken


def microseconds(rounds: list[list[float]]) -> float:
    """For each increment."""
    best: list[float] = [min(part) for part in zip(*rounds, strict=True)]
    return sum(best) / len(best) / FRAME_EVERY * 1e6


def rows(*, small: bool) -> Iterator[Row]:
    inputs = {"one level each, 300 a side": synthetic(1, 500 if small else INCREMENTS)}
    for path in sorted(RECORDINGS.glob("*.jsonl.gz")):
        inputs[path.name.removesuffix(".jsonl.gz")] = recorded(path)[: 300 if small else None]
    contenders: dict[str, Callable[[], FloatBook | ExactBook]] = {
        "exact": ExactBook,
        "json": partial(FloatBook, json.loads),
        "msgspec": partial(FloatBook, msgspec.json.Decoder().decode),
    }
    for name, frames in inputs.items():
        rounds: dict[str, list[list[float]]] = {contender: [] for contender in contenders}
        # In turns, so that other work on the machine meets all alike; of each part the best round, because such work only ever adds.
        for _ in range(1 if small else ROUNDS):
            for contender, make in contenders.items():
                rounds[contender].append(one_round(make(), frames))
        best = {contender: microseconds(taken) for contender, taken in rounds.items()}
        what = f"book, an increment: {name}"
        yield Row(what, "µs", best["exact"], "ccxt's float book", best["json"], goal_ratio=GOAL)
        yield Row(what, "µs", best["exact"], "the same behind msgspec", best["msgspec"])
