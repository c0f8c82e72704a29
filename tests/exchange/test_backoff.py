from __future__ import annotations

import random

import pytest

from captui.exchange.backoff import Backoff


def test_delays_stay_between_the_floor_and_a_ceiling_that_doubles_up_to_the_cap() -> None:
    for seed in range(200):
        backoff = Backoff(random.Random(seed), base_s=0.5, cap_s=30, floor_s=0.1)
        for n in range(12):
            assert 0.1 <= backoff.next() <= min(30, 0.5 * 2**n)


def test_two_clients_do_not_come_back_together() -> None:
    delays = {Backoff(random.Random(seed), base_s=8, cap_s=30).next() for seed in range(50)}

    assert len(delays) == 50


def test_an_hour_of_failing_at_once_is_a_bounded_number_of_attempts() -> None:
    """A server that accepts and then closes: with the shortest possible draws an attempt still costs the floor."""

    class Lucky(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return a

    typical, lucky = (Backoff(rng, base_s=0.5, cap_s=30) for rng in (random.Random(1), Lucky()))
    for backoff, most in ((typical, 300), (lucky, 36_001)):
        elapsed, attempts = 0.0, 0
        while elapsed < 3_600:
            elapsed += backoff.next()
            attempts += 1
        assert attempts <= most


def test_reset_starts_over() -> None:
    backoff = Backoff(random.Random(3), base_s=0.5, cap_s=30)
    for _ in range(8):
        backoff.next()
    assert backoff.failures == 8

    backoff.reset()

    assert backoff.failures == 0
    assert backoff.next() <= 0.5


def test_days_of_failures_do_not_overflow() -> None:
    backoff = Backoff(random.Random(3), base_s=0.5, cap_s=30)

    assert max(backoff.next() for _ in range(5_000)) == pytest.approx(30, rel=0.01)
