"""When a book is asked for again, how often, and when the connection is given up for it. The clock is the test's."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from captui.core.events import BookIncrement, BookSnapshot
from captui.core.intervals import Interval
from captui.core.types import Level, Market
from captui.session.book_watch import BookWatch
from captui.session.context import SessionContext
from captui.session.market_data import MarketData
from captui.session.settings import SessionSettings
from captui.session.views import Freshness

MARKET = Market("btczar", "BTC/ZAR", "btc", "zar", Decimal(1), Decimal(0), Decimal("0.00001"), 8, 2, enabled=True)
ONE = (Level(Decimal(100), Decimal(1)),)
TWO = (Level(Decimal(99), Decimal(1)),)


class Bench:
    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.asked: list[str] = []
        self.reconnects: list[str] = []
        context = SessionContext(SessionSettings(journal_path=path))
        monkeypatch.setattr(context, "monotonic", lambda: self.now)
        self.data = MarketData(Interval.M1)
        self.data.select_market(MARKET)
        self.data.opened()
        self.watch = BookWatch(context, self.data, resubscribe=self.asked.append, reconnect=self.reconnects.append)
        self.watch.subscribed()

    def snapshot(self, sequence: int = 1) -> None:
        self.data.apply_book(BookSnapshot("btczar", ONE, TWO, sequence), 0)

    def gap(self) -> None:
        reason = self.data.apply_book(BookIncrement("btczar", ONE, (), self.data.book.sequence + 2), 0)
        assert reason
        assert self.data.book_freshness == (Freshness.STALE, reason)
        self.watch.went_stale(reason)

    def passes(self, seconds: float) -> None:
        for _ in range(round(seconds * 2)):
            self.now += 0.5
            self.watch.tick()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path / "journal.jsonl", monkeypatch)


def test_a_snapshot_that_comes_is_not_asked_for(bench: Bench) -> None:
    bench.passes(1)
    bench.snapshot()
    bench.passes(60)
    assert bench.asked == []


def test_one_that_does_not_come_is_asked_for_by_name(bench: Bench) -> None:
    bench.passes(1.5)
    assert bench.asked == []
    bench.passes(1)
    assert bench.asked == ["btczar.ob-inc"]


def test_a_gap_asks_at_once_and_only_once(bench: Bench) -> None:
    bench.snapshot()
    bench.passes(1)
    bench.gap()
    assert bench.asked == ["btczar.ob-inc"]
    bench.passes(4)
    assert bench.asked == ["btczar.ob-inc"]


def test_after_three_vain_tries_the_connection_is_made_again(bench: Bench) -> None:
    bench.snapshot()
    bench.passes(1)
    bench.gap()
    bench.passes(14)
    assert len(bench.asked) == 3
    assert bench.reconnects == []
    bench.passes(1)
    assert len(bench.reconnects) == 1


def test_a_server_whose_every_book_breaks_is_not_flooded(bench: Bench) -> None:
    bench.snapshot()
    for _ in range(100):
        bench.passes(0.5)
        bench.gap()
        bench.snapshot(bench.data.book.sequence + 10)
    # 50 seconds of it: at most one question a second, and a new connection after each three.
    assert len(bench.asked) <= 50
    assert len(bench.reconnects) >= 10


def test_a_book_that_stayed_good_has_forgotten_earlier_gaps(bench: Bench) -> None:
    for _ in range(10):
        bench.snapshot(bench.data.book.sequence + 10)
        bench.passes(12)
        bench.gap()
    assert len(bench.asked) == 10
    assert bench.reconnects == []


def test_without_a_stream_or_on_a_silent_one_nothing_is_asked(bench: Bench) -> None:
    bench.snapshot()
    bench.data.lost("The connection was lost.")
    bench.passes(60)
    bench.data.opened()
    bench.data.silent = True
    bench.passes(60)
    assert bench.asked == []
