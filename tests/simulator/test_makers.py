"""The makers keep the habits that their module tells of, and add up whatever they do."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal
from statistics import median

import pytest

from captui.simulator.makers import HABITS, Maker
from captui.simulator.markets import MARKETS
from captui.simulator.orders import OrderState, Side
from captui.simulator.timeline import Timeline
from captui.simulator.venue import BookUpdate, Tape, Venue
from tests.simulator.venues import NOW_MS, limit, listen, venue


def market_with_makers(market: str, seed: str = "m") -> tuple[Venue, Maker, Timeline]:
    made = venue()
    maker = Maker(made, market, seed=seed, start_ms=NOW_MS)
    maker.open_book()
    return made, maker, Timeline(made, [maker])


def spread_bp(made: Venue, market: str) -> float:
    book = made.engine.books[market]
    bid, ask = book.bids.best(), book.asks.best()
    assert bid is not None
    assert ask is not None
    return float((ask.price - bid.price) / bid.price) * 10_000


@pytest.mark.parametrize("market", HABITS)
def test_a_market_lives_with_a_sound_book_of_its_usual_depth(market: str) -> None:
    made, maker, timeline = market_with_makers(market)
    heard = listen(made)
    spreads = []
    for step in range(300):
        timeline.run(NOW_MS + step * 1000)
        spreads.append(spread_bp(made, market))
        assert min(spreads) > 0
    habits, seconds = HABITS[market], 300
    tick_bp = 100 / float(habits.start)
    assert median(spreads) < 4 * habits.half_spread + 2 * tick_bp
    updates = sum(isinstance(each, BookUpdate) for each in heard)
    prints = sum(isinstance(each, Tape) for each in heard)
    assert 0.6 * habits.quotes_rate < updates / seconds < 2 * (habits.quotes_rate + habits.bursts_rate)
    assert 0.3 * habits.bursts_rate < prints / seconds < 6 * habits.bursts_rate
    assert 0.7 * habits.levels < len(maker._orders) / 2 < 1.5 * habits.levels
    assert made.ledger.discrepancies() == {}
    assert abs(maker.fair / float(habits.start) - 1) < 0.05


def test_changes_have_the_recorded_shares_and_bursts_lean_to_one_side() -> None:
    made, _, timeline = market_with_makers("btczar")
    heard = listen(made)
    timeline.run(NOW_MS + 900_000)
    amounts = [size for each in heard if isinstance(each, BookUpdate) for _, size in each.asks + each.bids]
    removals = sum(size == "" for size in amounts) / len(amounts)
    assert 0.40 < removals < 0.55
    prints = [each for each in heard if isinstance(each, Tape)]
    sizes = sorted(float(each.amount) for each in prints)
    assert sizes[len(sizes) * 9 // 10] > 5 * sizes[len(sizes) // 2], "many small trades and a few large ones"
    same = sum(one.taker_side is other.taker_side for one, other in itertools.pairwise(prints))
    assert 0.8 < same / len(prints) < 0.99
    first, last = float(prints[0].price), [float(each.price) for each in prints]
    assert 0.0005 < (max(last) - min(last)) / first < 0.05, "the price moves, and gently"


def test_the_same_seed_does_the_same_and_another_something_else() -> None:
    books = []
    for seed in ("a", "a", "b"):
        made, _, timeline = market_with_makers("ethzar", seed)
        timeline.run(NOW_MS + 20_000)
        books.append(made.depth("ethzar", Side.BUY, None))
    assert books[0] == books[1]
    assert books[0] != books[2]


def test_how_time_is_cut_does_not_matter() -> None:
    one, _, whole = market_with_makers("btczar")
    other, _, pieces = market_with_makers("btczar")
    whole.run(NOW_MS + 30_000)
    rng = random.Random(3)
    now = NOW_MS
    while now < NOW_MS + 30_000:
        now = min(now + rng.randrange(1, 700), NOW_MS + 30_000)
        pieces.run(now)
    assert one.depth("btczar", Side.SELL, None) == other.depth("btczar", Side.SELL, None)


def test_a_user_in_front_of_the_best_price_is_hit_before_long() -> None:
    made, _, timeline = market_with_makers("btczar")
    best = made.engine.books["btczar"].asks.best()
    assert best is not None
    order = made.orders[made.place(limit(Side.SELL, str(best.price - Decimal("0.01")), "0.05")).id]
    states = []
    for step in range(120):
        timeline.run(NOW_MS + step * 1000)
        states.append((order.state, order.executed))
    assert any(Decimal(0) < executed < order.origin for _, executed in states), "part by part"
    assert order.state is OrderState.DONE


def test_a_book_that_the_user_swept_away_comes_back() -> None:
    made, _, timeline = market_with_makers("xrpzar")
    made.deposit("zar", Decimal(10**9))
    made.place(limit(Side.BUY, "100", "1000000", market="xrpzar"))
    assert len(made.engine.books["xrpzar"].asks) == 0
    made.cancel(made.open_orders()[0])
    timeline.run(NOW_MS + 60_000)
    assert len(made.engine.books["xrpzar"].asks) > 5
    assert made.ledger.discrepancies() == {}


def test_prices_stay_inside_the_market_s_range_for_years() -> None:
    _, maker, _ = market_with_makers("usdczar")
    now = NOW_MS
    for _ in range(3000):
        now += 8 * 3_600_000
        maker._drift(now)
        assert float(MARKETS["usdczar"].min_price) < maker.fair < float(MARKETS["usdczar"].max_price)


def test_a_long_pause_is_not_made_up_for() -> None:
    _, maker, timeline = market_with_makers("btczar")
    timeline.run(NOW_MS + 1000)
    due = maker.due_ms
    assert due is not None
    maker.postpone(3_600_000)
    assert maker.due_ms == due + 3_600_000
