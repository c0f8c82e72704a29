"""Bytes a second, over the last three."""

from __future__ import annotations

from captui.terminal.meter import OVER_S, Meter


def test_it_counts_the_last_seconds_and_everything() -> None:
    meter = Meter()
    assert meter.per_second(0.0) == 0
    for tick in range(100):
        meter.add(50, tick / 10)
    assert 450 <= meter.per_second(9.9) <= 550
    assert meter.total == 5000
    assert meter.per_second(9.9 + 2 * OVER_S) == 0
    assert meter.total == 5000


def test_it_keeps_few_numbers() -> None:
    meter = Meter()
    for tick in range(100_000):
        meter.add(1, tick / 1000)
    assert len(meter._slots) <= 16
