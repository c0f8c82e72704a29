"""Round values for the axes of the chart."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.intervals import Interval
from captui.render.axes import PriceScale, price_labels, price_scale, round_step, time_labels
from tests import samples


@pytest.mark.parametrize(("size", "step"), [(1.0, 1), (1.2, 2), (2.0, 2), (3, 5), (6, 10), (0.013, 0.02), (700, 1000)])
def test_steps_are_one_two_five(size: float, step: float) -> None:
    assert round_step(size) == pytest.approx(step)


@given(st.floats(0.01, 2_000_000), st.floats(0, 0.5), st.integers(1, 60))
def test_all_that_is_asked_for_is_on_the_scale(low: float, share: float, rows: int) -> None:
    high = low * (1 + share)
    scale = price_scale(low, high, rows, tick=0.01)
    assert scale.low < low
    assert high < scale.high
    assert 0 <= scale.half_row(high, rows) <= scale.half_row(low, rows) <= 2 * rows - 1


def test_a_scale_that_still_fits_is_kept() -> None:
    scale = price_scale(830_000, 845_000, 20, tick=0.01)
    assert price_scale(831_000, 844_000, 20, tick=0.01, before=scale) is scale


def test_a_scale_is_left_when_prices_leave_it_or_fill_it_no_more() -> None:
    scale = price_scale(830_000, 845_000, 20, tick=0.01)
    assert price_scale(830_000, 850_000, 20, tick=0.01, before=scale) is not scale
    assert price_scale(840_000, 841_000, 20, tick=0.01, before=scale) is not scale


def test_a_market_that_stands_still_has_a_scale_too() -> None:
    scale = price_scale(11.5, 11.5, 10, tick=0.01)
    assert scale.low < 11.5 < scale.high


def test_labels_are_round_and_on_their_rows() -> None:
    scale = PriceScale(830_000, 846_000, 2_000)
    labels = price_labels(scale, 16)
    assert set(labels.values()) == set(range(830_000, 846_001, 2_000))
    assert labels[0] == 846_000
    assert labels[15] == 830_000


def test_labels_of_small_prices_have_their_decimals() -> None:
    assert PriceScale(11, 12, 0.05).decimals == 2
    assert PriceScale(11, 12, 0.2).decimals == 1
    assert PriceScale(0, 100, 10).decimals == 0


def times(interval: Interval, count: int) -> list[int]:
    newest = samples.NOW_MS // interval.milliseconds * interval.milliseconds
    return [newest - back * interval.milliseconds for back in range(count - 1, -1, -1)]


@pytest.mark.parametrize("interval", list(Interval))
@pytest.mark.parametrize("cells", [1, 2, 4])
def test_time_labels_never_touch(interval: Interval, cells: int) -> None:
    labels = time_labels(times(interval, 120), cells, interval.milliseconds, samples.TZ)
    assert labels
    for (at, text), (following, _) in pairwise(labels):
        assert at + len(text) + 1 < following


def test_time_labels_are_local_and_a_new_day_shows_its_date() -> None:
    labels = time_labels(times(Interval.M15, 80), 1, Interval.M15.milliseconds, samples.TZ)
    texts = [text for _, text in labels]
    assert "12:00" in texts
    assert "20 Nov" in texts
    assert "00:00" not in texts
    at = next(at for at, text in labels if text == "12:00")
    local = datetime.fromtimestamp(times(Interval.M15, 80)[at] / 1000, samples.TZ)
    assert (local.hour, local.minute) == (12, 0)


def test_weeks_are_labelled_by_month_and_year() -> None:
    labels = time_labels(times(Interval.W1, 200), 1, Interval.W1.milliseconds, UTC)
    assert all(text[-4:].isdigit() for _, text in labels)


def test_no_candles_no_labels() -> None:
    assert time_labels([], 1, 60_000, UTC) == []
