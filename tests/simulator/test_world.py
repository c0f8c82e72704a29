from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from captui.simulator.markets import PERIODS
from captui.simulator.timeline import ACTS_AT_ONCE, wall_ms
from captui.simulator.venue import USER, USER_FUNDS, IncrementShape
from captui.simulator.world import World
from tests.simulator.recordings import BOOK, increment, write
from tests.simulator.venues import NOW_MS


def world(
    *, makers: bool = True, replay: Path | None = None, manual_clock: bool = True, start_ms: int | None = NOW_MS
) -> World:
    return World(
        seed=3,
        makers=makers,
        replay=replay,
        speed=1.0,
        shape=IncrementShape.NESTED,
        manual_clock=manual_clock,
        start_ms=start_ms,
    )


def test_the_doors_open_on_a_lived_in_market_and_a_user_without_orders() -> None:
    made = world()
    assert made.now_ms == NOW_MS
    assert {currency: made.venue.ledger.available(USER, currency) for currency in USER_FUNDS} == USER_FUNDS
    assert (made.venue.orders, made.venue.fills) == ({}, [])
    for feed in made.venue.feeds.values():
        assert feed.sequence > 20
        assert feed.tape
        assert round(feed.tape[-1].price * 100) == feed.candles.last
    assert made.venue.ledger.discrepancies() == {}


@pytest.mark.parametrize("period", PERIODS)
def test_candles_run_on_from_history_into_trading_without_a_break(period: int) -> None:
    made = world()
    rows = made.venue.feeds["btczar"].candles.rows(period, limit=200)
    assert len(rows) == 200
    for earlier, later in itertools.pairwise(rows):
        assert later[0] - earlier[0] == period * 60
        assert abs(later[1] / earlier[4] - 1) < 0.003, "a candle opens near where the one before it closed"


async def test_a_manual_clock_stands_still_until_it_is_moved() -> None:
    made = world()
    sequence = made.venue.feeds["btczar"].sequence
    made.sync()
    assert (made.now_ms, made.venue.feeds["btczar"].sequence) == (NOW_MS, sequence)
    await made.advance(5_000)
    assert made.now_ms == NOW_MS + 5_000
    assert made.venue.feeds["btczar"].sequence > sequence + 10


def test_a_real_clock_goes_by_itself_from_wherever_it_starts() -> None:
    made = world(manual_clock=False, makers=False)
    assert 0 <= made.now_ms - NOW_MS < 10_000
    made.sync()
    assert abs(made.venue.now_ms - made.now_ms) < 1_000
    now = world(manual_clock=False, makers=False, start_ms=None)
    assert abs(now.now_ms - wall_ms()) < 1_000


def test_without_makers_the_books_are_empty() -> None:
    made = world(makers=False)
    assert all(len(book.bids) == len(book.asks) == 0 for book in made.venue.engine.books.values())


def test_a_replayed_market_has_no_makers_and_a_past_that_ends_at_its_first_price(tmp_path: Path) -> None:
    made = world(replay=write(tmp_path, BOOK))
    assert len(made.venue.engine.books["btczar"].bids) == 2
    assert len(made.venue.engine.books["ethzar"].bids) > 50
    assert made.venue.feeds["btczar"].candles.last == 84_995_000
    assert "makers.btczar" not in made.venue.ledger.accounts()


def test_a_market_with_more_to_do_than_time_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [NOW_MS]
    monkeypatch.setattr("captui.simulator.world.wall_ms", lambda: clock[0])
    frames = [increment(number, number, asks=[("850000", str(number))]) for number in range(2, 2002)]
    made = world(replay=write(tmp_path, BOOK, *frames), makers=False, manual_clock=False, start_ms=None)
    assert made.replay is not None
    clock[0] += 2_000
    before = made.replay.frames_played
    made.sync()
    assert 0 < made.replay.frames_played - before <= ACTS_AT_ONCE
