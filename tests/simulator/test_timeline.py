from __future__ import annotations

from captui.simulator.timeline import TickerClock, Timeline
from captui.simulator.venue import TickersChanged
from tests.simulator.venues import NOW_MS, listen, venue


class Ticking:
    """Acts at fixed times and notes the venue's clock."""

    def __init__(self, *times: int) -> None:
        self.times = list(times)
        self.acted: list[int] = []

    @property
    def due_ms(self) -> int | None:
        return self.times[0] if self.times else None

    def act(self, now_ms: int) -> None:
        self.acted.append(now_ms)
        self.times.pop(0)

    def postpone(self, by_ms: int) -> None:
        self.times = [each + by_ms for each in self.times]


def test_everyone_acts_in_order_of_time_at_their_own_time() -> None:
    made = venue()
    order: list[tuple[str, int]] = []

    class Named(Ticking):
        def __init__(self, name: str, *times: int) -> None:
            super().__init__(*times)
            self.name = name

        def act(self, now_ms: int) -> None:
            order.append((self.name, made.now_ms))
            super().act(now_ms)

    timeline = Timeline(made, [Named("a", NOW_MS + 10, NOW_MS + 30), Named("b", NOW_MS + 20, NOW_MS + 99)])
    assert timeline.run(NOW_MS + 50)
    assert order == [("a", NOW_MS + 10), ("b", NOW_MS + 20), ("a", NOW_MS + 30)]
    assert made.now_ms == NOW_MS + 50
    assert timeline.due_ms == NOW_MS + 99


def test_a_run_can_be_cut_into_pieces() -> None:
    made, actor = venue(), Ticking(NOW_MS + 1, NOW_MS + 2, NOW_MS + 3)
    timeline = Timeline(made, [actor])
    assert not timeline.run(NOW_MS + 10, most=2)
    assert actor.acted == [NOW_MS + 1, NOW_MS + 2]
    assert timeline.run(NOW_MS + 10, most=2)
    assert actor.acted == [NOW_MS + 1, NOW_MS + 2, NOW_MS + 3]


def test_time_goes_on_without_anyone() -> None:
    made = venue()
    timeline = Timeline(made, [])
    assert timeline.due_ms is None
    assert timeline.run(NOW_MS + 5)
    assert made.now_ms == NOW_MS + 5


def test_a_short_lag_is_made_up_for_and_a_long_one_skipped() -> None:
    made, actor = venue(), Ticking(NOW_MS + 10, NOW_MS + 20)
    timeline = Timeline(made, [actor])
    timeline.catch_up(NOW_MS + 2_999)
    assert actor.acted == [NOW_MS + 10, NOW_MS + 20]
    actor.times = [made.now_ms + 10]
    timeline.catch_up(made.now_ms + 3_600_000)
    assert actor.acted[2:] == []
    assert actor.times == [made.now_ms + 10]


def test_the_ticker_clock_rolls_candles_and_tells_once_a_second() -> None:
    made = venue()
    heard = listen(made)
    Timeline(made, [TickerClock(made, start_ms=NOW_MS)]).run(NOW_MS + 180_000)
    assert heard == [TickersChanged()] * 181
    assert made.feeds["btczar"].candles.now == (NOW_MS + 180_000) // 60_000
