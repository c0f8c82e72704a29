from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.intervals import Interval
from captui.core.times import interval_start, to_ms
from captui.errors import ProtocolError


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1702021619, 1702021619000),
        ("1702021619", 1702021619000),
        (1702021619123, 1702021619123),
        ("1702021619123", 1702021619123),
        (1702021619.123, 1702021619123),
        (Decimal("1702021619.1234"), 1702021619123),
        ("1702021619.5", 1702021619500),
        ("2023-12-08T08:46:59+01:00", 1702021619000),
        ("2023-12-08T07:46:59Z", 1702021619000),
        ("2023-12-08T07:46:59.123Z", 1702021619123),
        ("2023-12-08T07:46:59.999999+00:00", 1702021619999),
        (10**11, 10**14),
        (10**11 + 1, 10**11 + 1),
        (0, 0),
    ],
)
def test_every_way_of_writing_a_time(value: str | int | float | Decimal, expected: int) -> None:
    assert to_ms(value) == expected


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "yesterday",
        "2023-12-08T08:46:59",
        "2023-12-08",
        "1969-12-31T23:59:59Z",
        -5,
        "-5",
        "1e30",
        10**16,
        float("nan"),
        "１７０２０２１６１９",
        True,
    ],
)
def test_garbage_is_refused(garbage: str | int | float) -> None:
    with pytest.raises(ProtocolError):
        to_ms(garbage)


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (Interval.M1, "2023-12-08T07:46:00"),
        (Interval.M15, "2023-12-08T07:45:00"),
        (Interval.H1, "2023-12-08T07:00:00"),
        (Interval.H12, "2023-12-08T00:00:00"),
        (Interval.D1, "2023-12-08T00:00:00"),
        (Interval.W1, "2023-12-04T00:00:00"),
    ],
)
def test_intervals_start_where_people_expect(interval: Interval, expected: str) -> None:
    start = interval_start(1702021619000, interval)
    assert datetime.fromtimestamp(start / 1000, UTC).isoformat() == f"{expected}+00:00"


@given(st.integers(0, 4 * 10**12), st.sampled_from(Interval))
def test_an_interval_holds_its_time(time_ms: int, interval: Interval) -> None:
    start = interval_start(time_ms, interval)
    assert start <= time_ms < start + interval.milliseconds
    assert interval_start(start, interval) == start
    if interval is Interval.W1:
        assert datetime.fromtimestamp(start / 1000, UTC).weekday() == 0
    if interval is Interval.D3:
        assert start % interval.milliseconds == 0
