from __future__ import annotations

from captui.simulator.rates import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_second_s_worth_passes_at_once_and_then_as_many_as_come_back() -> None:
    clock = Clock()
    limit = RateLimit(5, clock)
    assert [limit.take() for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    clock.now += 0.4
    assert [limit.take() for _ in range(3)] == [0, 0, 1]


def test_a_rest_does_not_save_up_more_than_a_second() -> None:
    clock = Clock()
    limit = RateLimit(2, clock)
    clock.now += 3600
    assert [limit.take() for _ in range(3)] == [0, 0, 1]


def test_a_slow_rate_tells_how_long_to_wait() -> None:
    clock = Clock()
    limit = RateLimit(0.1, clock)
    assert [limit.take(), limit.take()] == [0, 10]
    clock.now += 4
    assert limit.take() == 6
