from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.candles import MAX_VIEW, CandleSeries
from captui.core.intervals import Interval
from captui.core.times import interval_start
from captui.core.types import Candle

MINUTE = 60_000
START = 1_702_021_620_000
ONE = Decimal(1)


def candle(minute: int, close: int = 100, volume: int = 1) -> Candle:
    price = Decimal(close)
    return Candle(START + minute * MINUTE, price, price + 5, price - 5, price, Decimal(volume))


def closes(series: CandleSeries, until_minute: int) -> list[int]:
    return [int(shown.close) for shown in series.view(START + until_minute * MINUTE)]


some_candles = st.lists(st.builds(candle, st.integers(0, 60), st.integers(50, 150), st.integers(0, 9)), max_size=30)


@given(
    st.lists(some_candles, max_size=4),
    st.integers(-5, 90),
    st.sampled_from([Interval.M1, Interval.M5, Interval.H1, Interval.W1]),
)
def test_views_are_evenly_spaced_and_carry_the_close(
    batches: list[list[Candle]], until: int, interval: Interval
) -> None:
    series = CandleSeries(interval)
    for index, batch in enumerate(batches):
        if index % 2:
            for one in batch:
                series.update(one)
        else:
            series.merge(batch)
    until_ms = START + until * MINUTE
    view = series.view(until_ms)
    assert bool(view) == bool(len(series))
    if not view:
        return
    step = interval.milliseconds
    assert [shown.time_ms for shown in view] == list(range(view[0].time_ms, view[-1].time_ms + step, step))
    assert (view[0].time_ms, series.oldest_ms) == (series.oldest_ms, view[0].time_ms)
    assert series.newest_ms is not None
    assert view[-1].time_ms == max(series.newest_ms, interval_start(until_ms, interval))
    stored = {interval_start(one.time_ms, interval) for batch in batches for one in batch}
    assert len(series) == len(stored)
    for before, shown in pairwise(view):
        if shown.time_ms not in stored:
            assert {shown.open, shown.high, shown.low, shown.close} == {before.close}
            assert shown.volume == 0


@given(some_candles, st.permutations(range(3)))
def test_the_order_of_batches_does_not_matter_for_growing_candles(grown: list[Candle], order: list[int]) -> None:
    # A candle's volume only grows: of one interval's candles the one with the most is the newest.
    unique = {(one.time_ms, one.volume): one for one in grown}.values()
    batches = [[one for index, one in enumerate(unique) if index % 3 == part] for part in range(3)]
    straight, shuffled = CandleSeries(Interval.M1), CandleSeries(Interval.M1)
    for part in range(3):
        straight.merge(batches[part])
    for part in order:
        for one in reversed(batches[part]):
            shuffled.update(one)
    assert straight.view(0) == shuffled.view(0)


def test_holes_are_filled_and_the_time_now_is_the_end() -> None:
    series = CandleSeries(Interval.M1)
    series.merge([candle(3, 103), candle(0, 100)])
    assert closes(series, 5) == [100, 100, 100, 103, 103, 103]
    assert closes(series, 1) == [100, 100, 100, 103], "a clock behind the exchange's hides nothing"


def test_an_answer_overtaken_by_the_stream_changes_nothing() -> None:
    series = CandleSeries(Interval.M1)
    series.update(candle(0, 101, volume=5))
    series.merge([candle(0, 100, volume=4)])
    assert closes(series, 0) == [101]
    series.merge([candle(0, 102, volume=5)])
    assert closes(series, 0) == [102], "at equal volume the one given later counts"


def test_times_inside_the_interval_belong_to_its_start() -> None:
    series = CandleSeries(Interval.M5)
    series.update(replace(candle(0), time_ms=START + 7 * MINUTE + 1))
    assert series.oldest_ms == interval_start(START + 7 * MINUTE, Interval.M5)
    assert series.view(0)[0].time_ms == series.oldest_ms


def test_trades_build_a_candle_where_nothing_else_does() -> None:
    series = CandleSeries(Interval.M1)
    for price, amount, second in ((100, 1, 10), (110, 2, 20), (90, 3, 30), (95, 1, 5)):
        series.trade(Decimal(price), Decimal(amount), START + second * 1000)
    assert series.view(START) == (Candle(START, *map(Decimal, (100, 110, 90, 90, 7))),), (
        "a late trade does not set the close"
    )
    series.merge([candle(0, 91, volume=6)])
    assert closes(series, 0) == [91], "a candle from the exchange replaces the one built here"


def test_an_empty_series_shows_nothing() -> None:
    series = CandleSeries(Interval.D1)
    assert (series.view(START), series.oldest_ms, series.newest_ms, len(series)) == ((), None, None, 0)


def test_a_hole_of_years_does_not_fill_the_memory() -> None:
    series = CandleSeries(Interval.M1)
    series.merge([candle(0, 100), candle(10 * MAX_VIEW, 120)])
    view = series.view(0)
    assert len(view) == MAX_VIEW
    assert (view[0].close, view[-1].close) == (Decimal(100), Decimal(120))


@pytest.mark.parametrize("interval", Interval)
def test_every_interval_is_even_across_its_joints(interval: Interval) -> None:
    series = CandleSeries(interval)
    series.merge([replace(candle(0), time_ms=START), replace(candle(0), time_ms=START + 40 * 86_400_000)])
    times = [shown.time_ms for shown in series.view(0)]
    assert {later - earlier for earlier, later in pairwise(times)} == {interval.milliseconds}


@pytest.mark.parametrize("weekday", range(7))
def test_weeks_begin_on_the_day_that_the_exchange_begins_them(weekday: int) -> None:
    day, week = 86_400_000, 7 * 86_400_000
    first = START - START % day + weekday * day
    series = CandleSeries(Interval.W1)
    series.merge(Candle(first + n * week, ONE, ONE, ONE, ONE, ONE) for n in range(5))
    newest = first + 4 * week
    for days_later in range(7):
        view = series.view(newest + days_later * day)
        assert [candle.time_ms for candle in view] == [first + n * week for n in range(5)]
    assert series.view(newest + week)[-1].time_ms == newest + week
