"""A user who does anything at all among recorded orders: what is published stays exact, nothing crosses, nothing is lost, and the
recording has the last word."""

from __future__ import annotations

import contextlib
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from captui.simulator.orders import OrderRefusedError, OrderRequest, OrderType, Side
from captui.simulator.recording import open_recording
from captui.simulator.replay import Replay
from captui.simulator.timeline import Timeline
from captui.simulator.venue import BookUpdate, IncrementShape, Notice
from tests.simulator.recordings import increment, snapshot, trade, write
from tests.simulator.venues import NOW_MS, venue

Book = dict[Side, dict[int, str]]
"""Amounts by price in ticks from 849,000."""

amounts = st.sampled_from(["0.01", "0.5", "0.10000000", "2", "0.3"])
levels = st.dictionaries(st.integers(1, 6), amounts, min_size=1, max_size=5)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """An uncrossed book around a middle that may lie anywhere."""
    middle = draw(st.integers(20, 40))
    bids, asks = draw(levels), draw(levels)
    return {
        Side.BUY: {middle - away: amount for away, amount in bids.items()},
        Side.SELL: {middle + away: amount for away, amount in asks.items()},
    }


def price(ticks: int) -> str:
    return str(849_000 + ticks)


def difference(old: Book, new: Book, at_ms: int, sequence: int) -> dict[str, Any]:
    sides = {}
    for side in Side:
        gone = [(price(ticks), "") for ticks in old[side] if ticks not in new[side]]
        sides[side] = gone + [(price(ticks), amount) for ticks, amount in new[side].items()]
    return increment(at_ms, sequence, asks=sides[Side.SELL], bids=sides[Side.BUY])


class Reader:
    """Keeps a book from what is published, as any client would, and complains when it cannot."""

    def __init__(self, asks: list[tuple[str, str]], bids: list[tuple[str, str]], sequence: int) -> None:
        self.sides = {
            side: {Decimal(at): Decimal(size) for at, size in given}
            for side, given in ((Side.SELL, asks), (Side.BUY, bids))
        }
        self.sequence = sequence

    def hear(self, notice: Notice) -> None:
        if not isinstance(notice, BookUpdate) or notice.market != "btczar":
            return
        self.sequence += 1
        assert notice.sequence == self.sequence
        for side, changed in ((Side.SELL, notice.asks), (Side.BUY, notice.bids)):
            for at, size in changed:
                self.sides[side].pop(Decimal(at), None)
                if size and Decimal(size):
                    self.sides[side][Decimal(at)] = Decimal(size)


actions = st.one_of(
    st.tuples(st.just("limit"), st.sampled_from(Side), st.integers(10, 50), amounts),
    st.tuples(st.just("market"), st.sampled_from(Side), st.just(0), amounts),
    st.tuples(st.just("cancel"), st.just(Side.BUY), st.integers(0, 9), st.just("")),
)
prints = st.tuples(st.sampled_from(Side), st.integers(15, 45), amounts)


@settings(max_examples=120, deadline=None)
@given(
    walk=st.lists(
        st.tuples(books(), st.lists(prints, max_size=3), st.lists(actions, max_size=4)), min_size=1, max_size=8
    ),
    first=books(),
    last=books(),
    shape=st.sampled_from(IncrementShape),
)
def test_the_recording_and_the_user_share_one_exact_book(
    walk: list[tuple[Book, list[tuple[Side, int, str]], list[tuple[str, Side, int, str]]]],
    first: Book,
    last: Book,
    shape: IncrementShape,
) -> None:
    frames, old, now, sequence = [], first, 0, 1
    for book, printed, _ in walk:
        now, sequence = now + 10, sequence + 1
        frames += [trade(now, side, price(ticks), amount) for side, ticks, amount in printed]
        frames.append(difference(old, book, now, sequence))
        old = book
    frames.append(difference(old, last, now + 10, sequence + 1))
    asks, bids = ([(price(ticks), amount) for ticks, amount in first[side].items()] for side in (Side.SELL, Side.BUY))
    begin = snapshot(asks, bids)

    made = venue(shape=shape)
    made.deposit("zar", Decimal(10**8))
    made.deposit("btc", Decimal(100))
    with tempfile.TemporaryDirectory() as folder:
        recording = open_recording(write(Path(folder), begin, *frames))
        timeline = Timeline(made, [Replay(made, recording, speed=1, start_ms=NOW_MS)])
        reader = Reader(made.depth("btczar", Side.SELL, None), made.depth("btczar", Side.BUY, None), 1)
        made.publish = reader.hear

        def check() -> None:
            assert made.ledger.discrepancies() == {}
            bids, asks = reader.sides[Side.BUY], reader.sides[Side.SELL]
            assert not bids or not asks or max(bids) < min(asks)
            for side in Side:
                levels = made.engine.books["btczar"].side(side).levels()
                assert reader.sides[side] == {level.price: level.total for level in levels}

        for step, (_, _, wanted) in enumerate(walk):
            for kind, side, number, amount in wanted:
                if kind == "cancel":
                    for order in made.open_orders()[number : number + 1]:
                        made.cancel(order)
                    continue
                at = Decimal(price(number)) if kind == "limit" else None
                ord_type = OrderType.LIMIT if kind == "limit" else OrderType.MARKET
                # A market order may find the book too thin.
                with contextlib.suppress(OrderRefusedError):
                    made.place(OrderRequest("btczar", side, Decimal(amount), ord_type, at))
                check()
            timeline.run(NOW_MS + 10 * (step + 1))
            check()
        for order in made.open_orders():
            made.cancel(order)
        timeline.run(NOW_MS + now + 10)
        check()
        for side in Side:
            assert reader.sides[side] == {
                Decimal(price(ticks)): Decimal(amount) for ticks, amount in last[side].items()
            }
