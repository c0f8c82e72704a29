from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from captui.simulator.orders import OrderRequest, OrderState, Side
from captui.simulator.recording import open_recording
from captui.simulator.replay import Replay
from captui.simulator.timeline import Timeline
from captui.simulator.venue import BookUpdate, Notice, Tape, Venue
from tests.paths import MARKET_DATA, needed
from tests.simulator.recordings import BOOK, increment, trade, write
from tests.simulator.venues import NOW_MS, limit, listen, market_order, venue

RECORDINGS = ("btczar-binance-spot-btcusdt-20240808", "ethzar-binance-coinm-ethusd-perp-20240808")


class Played:
    """A small recording being played into a quiet venue."""

    def __init__(self, folder: Path, frames: Sequence[dict[str, Any]], *, speed: float = 1.0) -> None:
        self.venue: Venue = venue()
        recording = open_recording(write(folder, BOOK, *frames))
        self.replay = Replay(self.venue, recording, speed=speed, start_ms=NOW_MS)
        self.timeline = Timeline(self.venue, [self.replay])
        self.heard: list[Notice] = listen(self.venue)

    def until(self, at_ms: int) -> None:
        self.timeline.run(NOW_MS + at_ms)
        assert self.venue.ledger.discrepancies() == {}
        book = self.venue.engine.books["btczar"]
        bid, ask = book.bids.best(), book.asks.best()
        assert bid is None or ask is None or bid.price < ask.price

    def place(self, request: OrderRequest) -> Any:
        order = self.venue.orders[self.venue.place(request).id]
        self.heard.clear()
        return order

    def updates(self) -> list[tuple[int, dict[str, str], dict[str, str]]]:
        return [
            (each.sequence, dict(each.asks), dict(each.bids)) for each in self.heard if isinstance(each, BookUpdate)
        ]

    def tape(self) -> list[tuple[str, str, str]]:
        return [(each.taker_side.value, each.price, each.amount) for each in self.heard if isinstance(each, Tape)]

    def level(self, side: Side, price: str) -> Decimal:
        level = self.venue.engine.books["btczar"].side(side).level(Decimal(price))
        return level.total if level else Decimal(0)


def test_the_book_is_there_from_the_start_with_the_recorded_sequence(tmp_path: Path) -> None:
    played = Played(tmp_path, [])
    assert played.venue.depth("btczar", Side.SELL, None) == [("850000.0", "1.5"), ("850100.0", "2.0")]
    assert played.venue.depth("btczar", Side.BUY, None) == [("849900.0", "1.0"), ("849800.5", "3.25")]
    assert played.venue.feeds["btczar"].sequence == 1
    assert played.venue.feeds["btczar"].snapshot_levels is None


def test_one_recorded_increment_is_one_increment_with_the_same_texts(tmp_path: Path) -> None:
    frame = increment(
        50, 2, asks=[("850000", "1.60000000"), ("849999", "")], bids=[("849900", ""), ("849901.10", "0.10")]
    )
    played = Played(tmp_path, [frame])
    played.until(49)
    assert played.updates() == []
    played.until(50)
    assert played.updates() == [(2, {"850000": "1.60000000", "849999": ""}, {"849900": "", "849901.10": "0.10"})]


def test_speed_brings_frames_forward_and_the_end_is_polite(tmp_path: Path) -> None:
    played = Played(tmp_path, [increment(1000, 2, bids=[("849900", "7")])], speed=10)
    played.until(99)
    assert (played.replay.finished, played.replay.frames_played) == (False, 1)
    played.until(100)
    assert played.level(Side.BUY, "849900") == 7
    assert (played.replay.finished, played.replay.frames_played) == (True, 2)
    assert played.replay.due_ms is None
    played.until(10**6)
    assert played.level(Side.BUY, "849900") == 7


def test_a_book_that_walks_over_itself_is_never_crossed_in_between(tmp_path: Path) -> None:
    frame = increment(
        10, 2, asks=[("850000", ""), ("850100", ""), ("850400", "1")], bids=[("850200", "4"), ("850300", "5")]
    )
    played = Played(tmp_path, [frame])
    played.until(10)
    assert played.tape() == []
    assert played.venue.depth("btczar", Side.BUY, 1) == [("850300.0", "5.0")]


def test_a_level_with_the_user_in_it_is_written_with_both(tmp_path: Path) -> None:
    played = Played(tmp_path, [increment(10, 2, bids=[("849900", "2.0000")])])
    played.place(limit(Side.BUY, "849900", "0.1"))
    played.until(10)
    assert [(asks, bids) for _, asks, bids in played.updates()] == [({}, {"849900.0": "2.1"})]


def test_what_the_user_took_comes_back_with_the_next_word_about_the_level(tmp_path: Path) -> None:
    played = Played(tmp_path, [increment(10, 2, asks=[("850000", "1.50000000")])])
    played.place(market_order(Side.BUY, "0.2"))
    assert played.level(Side.SELL, "850000") == Decimal("1.3")
    played.until(10)
    assert played.level(Side.SELL, "850000") == Decimal("1.5")


def test_a_recorded_level_that_crosses_the_user_trades_with_it_at_the_user_s_price(tmp_path: Path) -> None:
    frame = increment(10, 2, asks=[("850000", ""), ("850100", "")], bids=[("850060", "0.5")])
    played = Played(tmp_path, [frame])
    order = played.place(limit(Side.SELL, "850050", "0.2"))
    played.until(10)
    assert (order.state, order.average_price) == (OrderState.DONE, Decimal(850_050))
    assert played.tape() == [("buy", "850050.0", "0.2")]
    assert played.level(Side.BUY, "850060") == Decimal("0.3")
    first, second = played.updates()
    assert first[1:] == ({"850050.0": ""}, {})
    assert second[1:] == ({"850000": "", "850100": ""}, {"850060.0": "0.3"})
    assert second[0] == first[0] + 1


def test_a_recorded_trade_through_the_user_s_price_fills_the_user_first(tmp_path: Path) -> None:
    played = Played(tmp_path, [trade(10, "sell", "849900", "0.5")])
    order = played.place(limit(Side.BUY, "849950", "0.2"))
    played.until(10)
    assert (order.state, order.average_price) == (OrderState.DONE, Decimal(849_950))
    assert played.tape() == [("sell", "849950.0", "0.2"), ("sell", "849900", "0.3")]
    assert played.level(Side.BUY, "849900") == 1, "the recording itself tells of its level"


def test_a_recorded_trade_at_the_user_s_price_waits_for_the_queue(tmp_path: Path) -> None:
    played = Played(
        tmp_path,
        [
            trade(10, "sell", "849900", "0.6"),
            trade(20, "sell", "849900", "0.5"),
            increment(30, 2, bids=[("849900", "0.2")]),
            trade(40, "sell", "849900", "9"),
        ],
    )
    played.venue.deposit("zar", Decimal(10**6))
    order = played.place(limit(Side.BUY, "849900", "0.3"))
    played.until(10)
    assert order.executed == 0, "1.0 stood before it"
    assert played.level(Side.BUY, "849900") == Decimal("1.3")
    played.until(20)
    assert order.executed == Decimal("0.1"), "0.6 and 0.4 of 0.5 went by"
    assert played.updates()[-1][2] == {"849900.0": "1.2"}
    played.until(30)
    assert order.executed == Decimal("0.1")
    played.until(40)
    assert order.state is OrderState.DONE
    assert [amount for _, _, amount in played.tape()] == ["0.6", "0.1", "0.4", "0.2", "8.8"]


def test_a_level_that_shrinks_takes_from_behind_the_user(tmp_path: Path) -> None:
    played = Played(
        tmp_path,
        [
            increment(10, 2, bids=[("849900", "3")]),
            increment(20, 3, bids=[("849900", "1")]),
            trade(30, "sell", "849900", "1"),
            trade(40, "sell", "849900", "0.1"),
        ],
    )
    played.venue.deposit("zar", Decimal(10**6))
    order = played.place(limit(Side.BUY, "849900", "0.3"))
    played.until(30)
    assert order.executed == 0, "the 1.0 from before the user is still there after 2.0 came and went"
    played.until(40)
    assert order.executed == Decimal("0.1")


def test_recorded_trades_move_tape_and_candles(tmp_path: Path) -> None:
    played = Played(tmp_path, [trade(10, "buy", "850000", "0.50000000", tid=77)])
    played.until(10)
    assert played.tape() == [("buy", "850000", "0.50000000")]
    assert played.venue.feeds["btczar"].candles.newest(1)[4:] == (850000.0, 0.5)
    assert [each.id for each in played.venue.feeds["btczar"].tape] == [77]


def test_a_pause_of_the_machine_moves_the_recording_on(tmp_path: Path) -> None:
    played = Played(tmp_path, [increment(1000, 2, bids=[("849900", "7")])])
    played.replay.postpone(5000)
    assert played.replay.due_ms == NOW_MS + 6000


def canonical(made: Venue, market: str) -> str:
    book = made.engine.books[market]

    def plain(number: Decimal) -> str:
        return format(number.normalize(), "f")

    sides = {
        name: [[plain(level.price), plain(level.total)] for level in side.levels()]
        for name, side in (("asks", book.asks), ("bids", book.bids))
    }
    return hashlib.sha256(json.dumps(sides, separators=(",", ":")).encode()).hexdigest()


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_real_recording_ends_in_exactly_its_book(name: str) -> None:
    path = needed(MARKET_DATA / f"{name}.jsonl.gz")
    expected = json.loads((MARKET_DATA / f"{name}.expected_final_book.json").read_text())
    made = venue()
    recording = open_recording(path)
    replay = Replay(made, recording, speed=1000, start_ms=NOW_MS)
    heard = 0

    def count(notice: Notice) -> None:
        nonlocal heard
        heard += isinstance(notice, BookUpdate)

    made.publish = count
    assert Timeline(made, [replay]).run(NOW_MS + 700)
    assert replay.finished
    assert made.feeds[recording.market].sequence == expected["final_sequence"]
    assert heard == expected["final_sequence"] - 1
    assert canonical(made, recording.market) == expected["canonical_sha256"]
    assert made.ledger.discrepancies() == {}
