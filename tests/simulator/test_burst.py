from __future__ import annotations

import random

from captui.simulator.burst import Burst
from captui.simulator.orders import Side
from captui.simulator.timeline import Timeline
from captui.simulator.venue import BookUpdate, Tape
from tests.simulator.venues import NOW_MS, limit, listen, venue


def test_a_burst_makes_exactly_its_changes_at_its_rate_without_a_trade() -> None:
    made = venue()
    made.place(limit(Side.BUY, "800000", "0.1"))
    made.place(limit(Side.SELL, "800001", "0.1"))
    heard = listen(made)
    burst = Burst(made, "btczar", per_second=400, seconds=2, start_ms=NOW_MS, rng=random.Random(1))
    timeline = Timeline(made, [burst])
    timeline.run(NOW_MS + 1000)
    assert 395 <= burst.made <= 405
    timeline.run(NOW_MS + 5000)
    assert burst.made == 800
    assert burst.due_ms is None
    assert sum(isinstance(each, BookUpdate) for each in heard) == 801, "and one that takes the rest away"
    assert not [each for each in heard if isinstance(each, Tape)]
    assert made.depth("btczar", Side.BUY, None) == [("800000.0", "0.1")]
    assert made.depth("btczar", Side.SELL, None) == [("800001.0", "0.1")]
    assert made.ledger.discrepancies() == {}


def test_a_burst_needs_no_book_to_begin_with() -> None:
    made = venue()
    burst = Burst(made, "usdczar", per_second=100, seconds=1, start_ms=NOW_MS, rng=random.Random(1))
    Timeline(made, [burst]).run(NOW_MS + 2000)
    assert burst.made == 100


def test_a_postponed_burst_keeps_its_rate() -> None:
    made = venue()
    burst = Burst(made, "btczar", per_second=1000, seconds=1, start_ms=NOW_MS, rng=random.Random(1))
    burst.postpone(60_000)
    timeline = Timeline(made, [burst])
    timeline.run(NOW_MS + 60_000)
    assert burst.made == 5
