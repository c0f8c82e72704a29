"""Reads recordings of a market: one JSON object per line, plain or gzip.

A line is `{"t": <ms since the start>, "frame": {<one key>: ...}}` with the key `<market>.ob-snap` (the first line, `t` 0),
`<market>.ob-inc` (sequence up by exactly 1) or `<market>.trades`. A recording is read through once when it is opened, so that damage
is found before anyone trades on it, and a second time, line by line, while it is played.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import msgspec

from captui.errors import RecordingError
from captui.simulator.markets import MARKETS
from captui.simulator.orders import Side
from captui.simulator.venue import LevelText

_GZIP_MAGIC = b"\x1f\x8b"


class _Book(msgspec.Struct, forbid_unknown_fields=True):
    asks: list[tuple[str, str]]
    bids: list[tuple[str, str]]
    sequence: int


class _Print(msgspec.Struct):
    tid: int
    taker_type: Side
    price: str
    amount: str
    created_at: int


class _Trades(msgspec.Struct, forbid_unknown_fields=True):
    trades: list[_Print]


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    t: int
    frame: dict[str, msgspec.Raw]


@dataclass(frozen=True, slots=True)
class BookFrame:
    """A recorded snapshot or increment, `at_ms` after the start. Levels as they were written."""

    at_ms: int
    snapshot: bool
    asks: tuple[LevelText, ...]
    bids: tuple[LevelText, ...]
    sequence: int


@dataclass(frozen=True, slots=True)
class RecordedTrade:
    """One recorded trade; `created_at` is unix seconds."""

    tid: int
    taker_side: Side
    price: str
    amount: str
    created_at: int


@dataclass(frozen=True, slots=True)
class TradesFrame:
    """Recorded trades, `at_ms` after the start."""

    at_ms: int
    trades: tuple[RecordedTrade, ...]


Frame = BookFrame | TradesFrame


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that was read through once. `first_price` is the middle of the first book, in whole ticks of 0.01."""

    path: Path
    market: str
    first_price: Decimal
    frames: int
    length_ms: int

    def play(self) -> Iterator[Frame]:
        """The frames in order, read while they are asked for.

        Raises:
            RecordingError: the file changed since it was opened.
        """
        return _read(self.path)


def open_recording(path: Path) -> Recording:
    """Read a recording through.

    Raises:
        RecordingError: the file is missing, damaged, of another format, or of a market that this exchange does not have.
    """
    market = _market_of(path)
    first_price = Decimal(0)
    count = length = 0
    for frame in _read(path):
        if count == 0 and isinstance(frame, BookFrame):
            first_price = _middle(path, frame)
        count, length = count + 1, frame.at_ms
    return Recording(path, market, first_price, count, length)


def _middle(path: Path, snapshot: BookFrame) -> Decimal:
    if not (snapshot.asks and snapshot.bids):
        raise RecordingError(f"Line 1 of {path.name} is a book with an empty side.")
    low, high = max(Decimal(price) for price, _ in snapshot.bids), min(Decimal(price) for price, _ in snapshot.asks)
    return ((low + high) / 2).quantize(Decimal("0.01"))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    number = 0
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP_MAGIC
            file.seek(0)
            for line in gzip.GzipFile(fileobj=file) if packed else file:
                number += 1
                yield number, line
    except FileNotFoundError as error:
        raise RecordingError(f"There is no recording {path}.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise RecordingError(
            f"The recording {path.name} is damaged after line {number}: it does not unpack."
        ) from error
    except OSError as error:
        raise RecordingError(f"The recording {path} cannot be read: {error.strerror or error}.") from error


def _market_of(path: Path) -> str:
    for _, line in _lines(path):
        key = _key(path, 1, _decode(path, 1, line))
        market = key.partition(".")[0]
        if market not in MARKETS:
            raise RecordingError(
                f"Line 1 of {path.name} is of market {market!r}, which the embedded exchange does not have."
            )
        return market
    raise RecordingError(f"The recording {path.name} is empty.")


def _decode(path: Path, number: int, line: bytes) -> _Line:
    try:
        return _LINE.decode(line)
    except msgspec.MsgspecError as error:
        raise RecordingError(f"Line {number} of {path.name} is not a recorded frame: {error}.") from error


def _key(path: Path, number: int, line: _Line) -> str:
    if len(line.frame) != 1:
        raise RecordingError(f"Line {number} of {path.name} has {len(line.frame)} keys in its frame, not one.")
    return next(iter(line.frame))


_LINE = msgspec.json.Decoder(_Line)
_BOOK = msgspec.json.Decoder(_Book)
_TRADES = msgspec.json.Decoder(_Trades)


def _read(path: Path) -> Iterator[Frame]:
    market, at_ms, sequence = "", 0, 0
    for number, raw in _lines(path):
        line = _decode(path, number, raw)
        key = _key(path, number, line)
        owner, _, kind = key.partition(".")
        first = number == 1
        market = owner if first else market
        if owner != market or kind not in ("ob-snap", "ob-inc", "trades") or (kind == "ob-snap") != first:
            raise RecordingError(f"Line {number} of {path.name} has the key {key!r}, which does not belong there.")
        if line.t < at_ms:
            raise RecordingError(f"Line {number} of {path.name} goes back in time.")
        at_ms = line.t
        frame = _frame(path, number, kind, line)
        if isinstance(frame, BookFrame):
            if not first and frame.sequence != sequence + 1:
                raise RecordingError(
                    f"Line {number} of {path.name} has sequence {frame.sequence} after {sequence}: frames are missing."
                )
            sequence = frame.sequence
        yield frame


def _frame(path: Path, number: int, kind: str, line: _Line) -> Frame:
    (content,) = line.frame.values()
    try:
        if kind == "trades":
            prints = _TRADES.decode(content).trades
            for each in prints:
                _number(each.price)
                _number(each.amount)
            return TradesFrame(
                line.t,
                tuple(
                    RecordedTrade(each.tid, each.taker_type, each.price, each.amount, each.created_at)
                    for each in prints
                ),
            )
        book: Any = _BOOK.decode(content)
        for price, amount in (*book.asks, *book.bids):
            _number(price)
            if amount:
                _number(amount)
        return BookFrame(line.t, kind == "ob-snap", tuple(book.asks), tuple(book.bids), book.sequence)
    except (msgspec.MsgspecError, InvalidOperation, ValueError) as error:
        raise RecordingError(f"Line {number} of {path.name} has a {kind} frame of another shape: {error}.") from error


def _number(written: str) -> None:
    if not Decimal(written) >= 0:
        raise ValueError(f"{written!r} is not an amount")
