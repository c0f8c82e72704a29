from __future__ import annotations

import pytest

from captui.core.intervals import Interval

PERIODS = [1, 5, 15, 30, 60, 120, 240, 360, 720, 1440, 4320, 10080]
NAMES = ["1m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d", "3d", "1w"]


def test_minutes_and_names_are_the_documents() -> None:
    assert [interval.value for interval in Interval] == PERIODS
    assert [interval.label for interval in Interval] == NAMES
    assert [Interval.from_label(name) for name in NAMES] == list(Interval)


def test_an_unknown_name_is_refused_with_the_list() -> None:
    with pytest.raises(ValueError, match="1m, 5m"):
        Interval.from_label("7m")


def test_stepping_is_held_at_the_ends() -> None:
    assert Interval.M15.step(1) is Interval.M30
    assert Interval.M1.step(-1) is Interval.M1
    assert Interval.D3.step(9) is Interval.W1
    assert Interval.H1.milliseconds == 3_600_000
