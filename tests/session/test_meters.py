from __future__ import annotations

from captui.session.meters import ByteMeter, SkewNotice


def test_bytes_are_counted_over_about_a_second() -> None:
    meter = ByteMeter()
    meter.reset(10.0)
    meter.read(5000, 10.5)
    assert meter.per_second == 0
    meter.read(8000, 11.0)
    assert meter.per_second == 8000
    meter.read(9000, 13.0)
    assert meter.per_second == 500


def test_a_new_stream_counts_from_nothing() -> None:
    meter = ByteMeter()
    meter.reset(0.0)
    meter.read(8000, 1.0)
    meter.reset(1.0)
    meter.read(100, 2.0)
    assert meter.per_second == 100


def test_a_clock_that_is_off_is_told_once_until_it_is_off_by_something_else() -> None:
    skew = SkewNotice(2000)
    assert skew.news(None) == ""
    assert skew.news(1999) == ""
    assert "2.5 s behind the exchange's" in skew.news(2500)
    assert skew.news(2600) == ""
    assert "7.0 s ahead of the exchange's" in skew.news(-7000)
    assert skew.news(-7000) == ""
