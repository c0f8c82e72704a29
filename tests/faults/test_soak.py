"""A short soak: that it measures, and that nothing grows within seconds."""

from __future__ import annotations

import pytest

from tests.faults.soak import Sample, Soak

SECONDS = 10


@pytest.mark.timeout(180)
def test_a_short_soak_is_flat() -> None:
    soak = Soak(SECONDS, seed=1)
    soak.run()
    assert soak.grown() == [], soak.report()
    assert soak.faults >= SECONDS / 2
    for samples in soak.samples.values():
        assert len(samples) == 3
        assert all(each.memory_kb > 10_000 and each.descriptors > 3 and each.threads >= 1 for each in samples)
    assert all(each.tasks > 3 for each in soak.samples["captui"])


def test_growth_is_said() -> None:
    soak = Soak(1, seed=1)
    small, large = Sample(100_000, 20, 5, 20, 0), Sample(200_000, 20, 9, 20, 0)
    soak.samples = {"captui": [small, small, large], "exchange": [small, small, small]}
    assert [line.partition(" grew")[0] for line in soak.grown()] == ["captui: memory_kb", "captui: threads"]
