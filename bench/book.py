"""What one increment costs, from wire text to applied, against a float book of ccxt's kind.

The yardstick is written here: the same two parallel arrays with bisection that ccxt's order book side uses, with floats. It is run
twice, decoding as ccxt does (`json.loads`) and with the fastest decoder there is for this shape. The goal (measurements) is 0.7 of
the yardstick or less, exact. Input: one-level increments around a book of 300 levels a side, and a recording where one is at hand.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import time
from bisect import bisect_left
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from captui.core.book import OrderBook
from captui.core.codec import decode_frame
from captui.core.events import BookIncrement, BookSnapshot

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "market-data"
INCREMENTS = 50_000
FRAME_EVERY = 100
"""Increments for each look at the whole book: 1,000 a second drawn at 10 frames a second."""
ROUNDS = 5
BOOK_EVENTS = (BookIncrement, BookSnapshot)


class FloatSide:
    """Prices and levels in two parallel sorted arrays; bids are kept by negated price."""

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.index: list[float] = []
        self.levels: list[list[float]] = []

    def store(self, price: float, size: float) -> None:
        key = price * self.sign
        at = bisect_left(self.index, key)
        here = at < len(self.index) and self.index[at] == key
        if size:
            if here:
                self.levels[at][1] = size
            else:
                self.index.insert(at, key)
                self.levels.insert(at, [price, size])
        elif here:
            del self.index[at]
            del self.levels[at]


class FloatBook:
    def __init__(self, decode: Callable[[bytes], Any]) -> None:
        self.decode = decode
        self.asks, self.bids = FloatSide(1), FloatSide(-1)
        self.sequence = 0

    def feed(self, raw: bytes) -> None:
        for key, book in self.decode(raw).items():
            sequence = book["sequence"]
            if key.endswith(".ob-inc") and sequence != self.sequence + 1:
                raise ValueError("gap")
            for side, name in ((self.asks, "asks"), (self.bids, "bids")):
                for price, amount in book.get(name, ()):
                    side.store(float(price), float(amount or 0))
            self.sequence = sequence

    def look(self) -> int:
        return len(self.asks.levels) + len(self.bids.levels)


class ExactBook:
    def __init__(self) -> None:
        self.book = OrderBook("btczar")

    def feed(self, raw: bytes) -> None:
        for event in decode_frame(raw):
            assert isinstance(event, BOOK_EVENTS)
            self.book.apply(event)

    def look(self) -> int:
        return len(self.book.asks()) + len(self.book.bids())


def synthetic(seed: int) -> list[bytes]:
    rng = random.Random(seed)
    asks = [[f"{841_000 + i}.50", f"{rng.uniform(0.001, 2):.8f}"] for i in range(300)]
    bids = [[f"{840_999 - i}.50", f"{rng.uniform(0.001, 2):.8f}"] for i in range(300)]
    frames = [json.dumps({"btczar.ob-snap": {"asks": asks, "bids": bids, "sequence": 1}}, separators=(",", ":"))]
    for sequence in range(2, INCREMENTS + 2):
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


def one_round(book: FloatBook | ExactBook, frames: list[bytes]) -> float:
    """Microseconds of processor time for each increment, a look at the whole book now and then included."""
    book.feed(frames[0])
    start = time.process_time()
    for count, frame in enumerate(frames[1:], 1):
        book.feed(frame)
        if count % FRAME_EVERY == 0:
            book.look()
    return (time.process_time() - start) / (len(frames) - 1) * 1e6


def main() -> int:
    inputs = {"one level each, 300 a side": synthetic(seed=1)}
    for path in sorted(RECORDINGS.glob("*.jsonl.gz")):
        inputs[path.name.removesuffix(".jsonl.gz")] = recorded(path)
    contenders: dict[str, Callable[[], FloatBook | ExactBook]] = {
        "exact": ExactBook,
        "float, json": partial(FloatBook, json.loads),
        "float, msgspec": partial(FloatBook, msgspec.json.Decoder().decode),
    }
    print(
        f"{'µs per increment, decoding included':46}"
        + "".join(f"{name:>16}" for name in contenders)
        + f"{'ratios':>16}"
    )
    for name, frames in inputs.items():
        best = dict.fromkeys(contenders, float("inf"))
        # In turns, so that other work on the machine meets all alike; the best round, because such work only ever adds.
        for _ in range(ROUNDS):
            for contender, make in contenders.items():
                best[contender] = min(best[contender], one_round(make(), frames))
        exact, *floats = best.values()
        ratios = " ".join(f"{exact / other:.2f}" for other in floats)
        print(f"{name:46}" + "".join(f"{cost:16.2f}" for cost in best.values()) + f"{ratios:>16}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
