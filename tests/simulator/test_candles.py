from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from captui.simulator.candles import MINUTE_MS, MOST_ROWS, Candles
from captui.simulator.markets import PERIODS
from captui.simulator.orders import Side, Trade
from tests.simulator.venues import NOW_MS, candles

START = NOW_MS // MINUTE_MS * MINUTE_MS


def trade(price: str, amount: str, after_ms: int) -> Trade:
    paid, size = Decimal(price), Decimal(amount)
    return Trade(1, "btczar", paid, size, paid * size, Side.BUY, START + after_ms)


def live(*trades: Trade) -> Candles:
    made = candles()
    made.roll(START)
    for each in trades:
        made.record(each)
    return made


def test_trades_build_the_candle_of_their_minute() -> None:
    made = live(
        trade("840100", "0.5", 10),
        trade("840300.5", "0.25", 20_000),
        trade("839900", "0.1", 30_000),
        trade("840000", "1", 59_999),
    )
    assert made.newest(1) == (START // 1000, 840100.0, 840300.5, 839900.0, 840000.0, 1.85)


def test_a_minute_without_a_trade_is_flat_at_the_last_price() -> None:
    made = live(trade("840100", "0.5", 0))
    made.roll(START + 3 * MINUTE_MS)
    rows = made.rows(1, limit=3)
    assert [row[1:] for row in rows] == [(840100.0,) * 4 + (0.0,)] * 3
    assert [row[0] for row in rows] == [START // 1000 + 60 * minute for minute in (1, 2, 3)]


@pytest.mark.parametrize("period", PERIODS)
def test_a_trade_shows_in_the_newest_candle_of_every_period(period: int) -> None:
    made = live(trade("1150000", "0.5", 0))
    row = made.newest(period)
    assert row[0] == START // 1000 // (period * 60) * period * 60
    assert (row[2], row[4]) == (1150000.0, 1150000.0)
    assert made.rows(period, limit=1) == [row]


def test_a_finished_candle_stays_and_the_next_one_begins() -> None:
    made = live(trade("840100", "0.5", 0))
    first = made.now // 5
    made.record(trade("840200", "0.5", 6 * MINUTE_MS))
    finished = made.bar(5, first)
    made.record(trade("840300", "0.5", 7 * MINUTE_MS))
    assert made.bar(5, first) == finished
    assert made.newest(5)[4] == 840300.0


def test_the_limit_counts_from_the_newest() -> None:
    made = live()
    rows = made.rows(15, limit=200)
    assert len(rows) == 200
    assert rows[-1][0] == START // 1000 // 900 * 900
    assert all(later[0] - earlier[0] == 900 for earlier, later in pairwise(rows))


def test_a_range_holds_what_begins_in_it() -> None:
    made = live()
    rows = made.rows(1, from_ms=START - 5 * MINUTE_MS + 1, to_ms=START - MINUTE_MS, limit=1)
    assert [row[0] for row in rows] == [START // 1000 - 60 * minute for minute in (4, 3, 2, 1)]


def test_from_alone_counts_forwards_and_to_alone_backwards() -> None:
    made = live()
    begin = START - 100 * MINUTE_MS
    assert [row[0] for row in made.rows(1, from_ms=begin, limit=2)] == [begin // 1000, begin // 1000 + 60]
    assert [row[0] for row in made.rows(1, to_ms=begin, limit=2)] == [begin // 1000 - 60, begin // 1000]


def test_a_range_in_the_far_past_or_future_is_empty() -> None:
    made = live()
    assert made.rows(1, from_ms=START // 1000 - 600, to_ms=START // 1000) == []
    assert made.rows(60, from_ms=START * 1000, to_ms=START * 1000 + 1) == []


def test_a_range_over_years_is_cut_to_what_can_be_answered() -> None:
    assert len(live().rows(5, from_ms=0, to_ms=START)) == MOST_ROWS


def test_the_day_covers_24_hours_and_the_newest_trade() -> None:
    made = live(trade("1000000", "2", 0))
    day = made.day()
    minutes = made.rows(1, limit=1440)
    assert day.open == Decimal(str(minutes[0][1]))
    assert (day.high, day.last) == (Decimal(1_000_000), Decimal(1_000_000))
    assert float(day.low) == min(row[3] for row in minutes)
    assert float(day.amount) == pytest.approx(sum(row[5] for row in minutes))
    assert day.low < day.volume / day.amount < day.high
