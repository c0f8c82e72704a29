from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captui.simulator.history import WEEK, Bar, History, merged
from captui.simulator.markets import PERIODS
from tests.simulator.venues import CLIMATE

END = 29_916_666
"""Minutes since the epoch, in the middle of a week, a day and an hour."""


def history(*, end: int = END, seed: str = "h", last: int = 84_000_000) -> History:
    return History(seed=seed, climate=CLIMATE, end=end, last=last)


def bars(made: History, period: int, count: int) -> list[Bar]:
    newest = (made.end - 1) // period
    found = [made.bar(period, index) for index in range(newest - count + 1, newest + 1)]
    assert all(bar is not None for bar in found)
    return [bar for bar in found if bar is not None]


@pytest.mark.parametrize("period", PERIODS)
def test_two_hundred_candles_of_every_period_are_sound_and_end_at_the_last_price(period: int) -> None:
    found = bars(history(), period, 200)
    assert found[-1].close == 84_000_000
    for bar in found:
        assert (
            CLIMATE.lowest
            <= bar.low
            <= min(bar.open, bar.close)
            <= max(bar.open, bar.close)
            <= bar.high
            <= CLIMATE.highest
        )
        assert bar.volume > 0
    assert all(earlier.close == later.open for earlier, later in pairwise(found))
    assert len({bar.close for bar in found}) > 100, "a past that moves"


@settings(max_examples=25, deadline=None)
@given(
    period=st.sampled_from(sorted(PERIODS)),
    back=st.integers(0, 30),
    end=st.integers(END, END + 2 * WEEK),
)
def test_every_candle_is_what_its_minutes_come_to(period: int, back: int, end: int) -> None:
    made = history(end=end)
    index = (made.end - 1) // period - (back if period < 1440 else back % 2)
    whole = made.bar(period, index)
    minutes = [made.bar(1, minute) for minute in range(index * period, min((index + 1) * period, end))]
    assert whole is not None
    assert whole == merged(bar for bar in minutes if bar is not None)
    assert whole.volume == sum(bar.volume for bar in minutes if bar is not None)


def test_the_order_of_looking_does_not_matter() -> None:
    one, other = history(), history()
    index = END // 5 - 5000
    fine = one.bar(5, index)
    other.bar(10080, END // 10080 - 3)
    other.bar(1, END - 40_000)
    assert other.bar(5, index) == fine


def test_the_past_follows_from_the_seed() -> None:
    assert bars(history(), 60, 5) == bars(history(), 60, 5)
    assert bars(history(seed="other"), 60, 5) != bars(history(), 60, 5)


def test_there_is_nothing_before_the_beginning_or_after_the_end() -> None:
    made = history()
    assert made.bar(1, made.begin) is not None
    assert made.bar(1, made.begin - 1) is None
    assert made.bar(10080, made.begin // WEEK - 1) is None
    assert made.bar(1, made.end - 1) is not None
    assert made.bar(1, made.end) is None


def test_an_end_on_the_edge_of_a_week_works() -> None:
    made = history(end=END // WEEK * WEEK)
    assert [bar.close for bar in bars(made, 10080, 1)] == [84_000_000]
    assert [bar.close for bar in bars(made, 1, 1)] == [84_000_000]


def test_candles_are_found_again_after_the_memory_was_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("captui.simulator.history._KEPT", 10)
    made = history()
    assert bars(made, 1, 300) == bars(history(), 1, 300)


def test_merging_nothing_is_nothing_and_silence_counts_only_alone() -> None:
    silent, loud = Bar(100, 100, 100, 100, 0), Bar(110, 120, 105, 115, 7)
    assert merged([]) is None
    assert merged([silent, silent]) == silent
    assert merged([silent, loud, silent]) == loud
