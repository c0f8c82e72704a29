from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.exchange.clock import ServerClock
from tests.exchange.http_server import date_header

NOON_MS = 1_702_023_420_000


def test_nothing_is_known_before_the_first_answer() -> None:
    clock = ServerClock()

    assert clock.offset_ms is None
    assert clock.uncertainty_ms is None
    assert clock.now_ms(NOON_MS) == NOON_MS


def test_one_answer_bounds_the_offset_to_its_second_and_the_round_trip() -> None:
    clock = ServerClock()

    clock.observe(date_header(NOON_MS + 7_300), NOON_MS, NOON_MS + 100)

    # The header says +7000 to +8000 for some moment between 0 and 100.
    assert clock.offset_ms == (6_900 + 8_000) // 2
    assert clock.uncertainty_ms == 550
    assert clock.now_ms(NOON_MS) == NOON_MS + 7_450


def test_answers_at_different_parts_of_a_second_narrow_it() -> None:
    clock = ServerClock()
    for local_ms in range(NOON_MS, NOON_MS + 10_000, 137):
        clock.observe(date_header(local_ms + 5 - 20_250), local_ms, local_ms + 10)

    assert clock.offset_ms == pytest.approx(-20_250, abs=60)


@given(
    offset=st.integers(-100_000, 100_000),
    steps=st.lists(st.integers(1, 5_000), min_size=1, max_size=30),
    trip=st.integers(0, 3_000),
)
def test_the_true_offset_is_always_within_the_uncertainty(offset: int, steps: list[int], trip: int) -> None:
    clock = ServerClock()
    local_ms = NOON_MS
    for step in steps:
        local_ms += step
        clock.observe(date_header(local_ms + trip // 2 + offset), local_ms, local_ms + trip)

        assert clock.offset_ms is not None
        assert clock.uncertainty_ms is not None
        assert abs(clock.offset_ms - offset) <= clock.uncertainty_ms


def test_a_clock_that_was_set_is_believed_at_once() -> None:
    clock = ServerClock()
    clock.observe(date_header(NOON_MS), NOON_MS, NOON_MS + 10)
    clock.observe(date_header(NOON_MS + 61_000), NOON_MS + 1_000, NOON_MS + 1_010)

    assert clock.offset_ms == pytest.approx(60_500, abs=10)


def test_clocks_that_may_agree_are_taken_to_agree() -> None:
    clock = ServerClock()
    for local_ms in range(NOON_MS, NOON_MS + 10_000, 137):
        clock.observe(date_header(local_ms + 30), local_ms, local_ms + 60)

        assert clock.offset_ms == 0
    assert clock.uncertainty_ms is not None
    assert clock.uncertainty_ms <= 150


def test_slow_drift_is_followed() -> None:
    clock = ServerClock()
    offset = 0.0
    for minute in range(60 * 24):
        local_ms = NOON_MS + minute * 60_000
        offset = minute * 60_000 * 0.0001
        clock.observe(date_header(round(local_ms + offset)), local_ms, local_ms)

    assert clock.offset_ms == pytest.approx(offset, abs=1_000)


@pytest.mark.parametrize("header", ["", "yesterday", "Thu, 99 Foo 2023 99:99:99 GMT", "0", "\x1b[31m"])
def test_a_header_that_is_no_date_changes_nothing(header: str) -> None:
    clock = ServerClock()
    clock.observe(header, NOON_MS, NOON_MS + 10)

    assert clock.offset_ms is None


@given(st.text())
def test_no_header_raises(header: str) -> None:
    ServerClock().observe(header, NOON_MS, NOON_MS)


def test_our_own_clock_stepping_back_during_a_request_teaches_nothing() -> None:
    clock = ServerClock()
    clock.observe(date_header(NOON_MS), NOON_MS, NOON_MS - 60_000)

    assert clock.offset_ms is None
