"""One unbroken book in the file, whatever happened to the stream."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from captui.cli.recorder import Recorder
from captui.core import codec
from captui.core.book import OrderBook
from captui.core.events import BookIncrement, BookSnapshot, PublicTrades
from captui.core.types import Level, PublicTrade, Side


def level(price: int, amount: str) -> Level:
    return Level(Decimal(price), Decimal(amount))


def snapshot(*, asks: tuple[Level, ...], bids: tuple[Level, ...], sequence: int) -> BookSnapshot:
    return BookSnapshot("btczar", asks, bids, sequence)


FIRST = snapshot(asks=(level(11, "1"), level(12, "2")), bids=(level(9, "3"),), sequence=70)


def recorded(file: io.StringIO) -> tuple[list[str], OrderBook]:
    """The topics in order, and the book that a reader ends up with."""
    book, topics, at = OrderBook("btczar"), [], 0
    for line in file.getvalue().splitlines():
        entry = json.loads(line)
        assert entry["t"] >= at
        at = entry["t"]
        ((key, content),) = entry["frame"].items()
        topics.append(key.removeprefix("btczar."))
        if "sequence" in content:
            for event in codec.decode_frame(json.dumps(entry["frame"])):
                assert isinstance(event, BookSnapshot | BookIncrement)
                book.apply(event)
                assert book.stale_reason == ""
    return topics, book


def test_sequences_begin_at_1_and_nothing_is_written_before_a_book() -> None:
    file = io.StringIO()
    recorder = Recorder("btczar", file)
    recorder.take(BookIncrement("btczar", (level(11, "5"),), (), 69), 900)
    recorder.take(PublicTrades("btczar", ()), 950)
    recorder.take(FIRST, 1000)
    recorder.take(BookIncrement("btczar", (level(11, "0"),), (), 71), 1250)
    recorder.take(BookIncrement("ethzar", (level(11, "9"),), (), 72), 1260)
    topics, book = recorded(file)
    assert topics == ["ob-snap", "ob-inc"]
    assert [json.loads(line)["t"] for line in file.getvalue().splitlines()] == [0, 250]
    assert book.sequence == 2
    assert book.asks() == (level(12, "2"),)
    assert '[["11",""]]' in file.getvalue()


def test_a_book_with_an_empty_side_waits_until_it_has_two() -> None:
    file = io.StringIO()
    recorder = Recorder("btczar", file)
    recorder.take(snapshot(asks=(), bids=(level(9, "3"),), sequence=5), 0)
    assert recorder.frames == 0
    recorder.take(BookIncrement("btczar", (level(11, "1"),), (), 6), 10)
    topics, book = recorded(file)
    assert topics == ["ob-snap"]
    assert (book.asks(), book.bids()) == ((level(11, "1"),), (level(9, "3"),))


def test_another_snapshot_becomes_the_increment_that_leads_to_it() -> None:
    file = io.StringIO()
    recorder = Recorder("btczar", file)
    recorder.take(FIRST, 0)
    recorder.take(BookIncrement("btczar", (level(13, "1"),), (), 71), 5)
    again = snapshot(asks=(level(12, "4"), level(13, "1")), bids=(level(8, "1"),), sequence=5)
    recorder.take(again, 10)
    recorder.take(again, 20)
    topics, book = recorded(file)
    assert topics == ["ob-snap", "ob-inc", "ob-inc"]
    assert book.asks() == again.asks
    assert book.bids() == again.bids
    recorder.take(BookIncrement("btczar", (), (level(8, "2"),), 6), 30)
    assert recorded(file)[1].bids() == (level(8, "2"),)


def test_a_gap_asks_for_a_snapshot_and_writes_nothing_wrong() -> None:
    file = io.StringIO()
    recorder = Recorder("btczar", file)
    recorder.take(FIRST, 0)
    recorder.take(BookIncrement("btczar", (level(11, "7"),), (), 73), 5)
    asked = [recorder.needs_snapshot]
    assert recorder.frames == 1
    recorder.take(FIRST, 10)
    asked.append(recorder.needs_snapshot)
    assert asked == [True, False]
    assert recorded(file)[1].asks() == FIRST.asks


def test_a_repeat_is_written_once() -> None:
    file = io.StringIO()
    recorder = Recorder("btczar", file)
    recorder.take(FIRST, 0)
    for _ in range(2):
        recorder.take(BookIncrement("btczar", (level(11, "7"),), (), 71), 5)
    assert recorded(file)[0] == ["ob-snap", "ob-inc"]


def test_trades_and_a_clock_that_is_set_back() -> None:
    file = io.StringIO()
    recorder = Recorder("btczar", file)
    recorder.take(FIRST, 1000)
    trade = PublicTrade("7", "btczar", Decimal("11.50"), Decimal("0.1"), Side.SELL, 1_700_000_000_999)
    recorder.take(PublicTrades("btczar", (trade,)), 1500)
    recorder.take(PublicTrades("btczar", (replace(trade, id="8"),)), 400)
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [line["t"] for line in lines] == [0, 500, 500]
    assert lines[1]["frame"] == {
        "btczar.trades": {
            "trades": [{"tid": 7, "taker_type": "sell", "price": "11.5", "amount": "0.1", "created_at": 1_700_000_000}]
        }
    }


def test_a_trade_is_written_once_and_never_one_from_before_the_recording() -> None:
    file = io.StringIO()
    recorder = Recorder("btczar", file)
    before, after = (
        PublicTrade(id_, "btczar", Decimal(11), Decimal("0.1"), Side.SELL, 1_700_000_000_000) for id_ in ("6", "7")
    )
    recorder.take(PublicTrades("btczar", (before,)), 900)
    recorder.take(FIRST, 1000)
    recorder.take(PublicTrades("btczar", (before, after)), 1100)
    recorder.take(PublicTrades("btczar", (before, after)), 1200)
    written = [json.loads(line)["frame"].get("btczar.trades") for line in file.getvalue().splitlines()]
    assert [[trade["tid"] for trade in each["trades"]] for each in written if each] == [[7]]


def test_only_the_newest_trades_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("captui.cli.recorder.KNOWN_TRADES", 2)
    file = io.StringIO()
    recorder = Recorder("btczar", file)
    recorder.take(FIRST, 1000)
    for id_ in ("1", "2", "3", "2", "1"):
        trade = PublicTrade(id_, "btczar", Decimal(11), Decimal("0.1"), Side.SELL, 1_700_000_000_000)
        recorder.take(PublicTrades("btczar", (trade,)), 1100)
    assert recorder.frames == 1 + 4
