from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.book import OrderBook
from captui.core.events import BookIncrement, BookSnapshot
from captui.core.levels import WrittenLevels, from_pairs
from captui.core.types import Level
from tests.core.strategies import levels

Side = dict[Decimal, Decimal]

asks_seen = levels(st.integers(101, 112), removals=True)
bids_seen = levels(st.integers(89, 100), removals=True)
snapshots = st.builds(
    BookSnapshot,
    st.just("btczar"),
    levels(st.integers(101, 112), removals=False),
    levels(st.integers(89, 100), removals=False),
    st.integers(0, 50),
)


@st.composite
def runs(draw: st.DrawFn) -> tuple[BookSnapshot, list[BookIncrement]]:
    """A snapshot and the increments that follow it without a gap."""
    snapshot = draw(snapshots)
    changes = draw(st.lists(st.tuples(asks_seen, bids_seen), max_size=15))
    increments = [
        BookIncrement("btczar", *change, snapshot.sequence + 1 + index) for index, change in enumerate(changes)
    ]
    return snapshot, increments


class Model:
    """The book by the plainest rules: two dicts, no shortcuts."""

    def __init__(self, snapshot: BookSnapshot) -> None:
        self.sides: tuple[Side, Side] = ({}, {})
        self.apply(snapshot)

    def apply(self, event: BookSnapshot | BookIncrement) -> None:
        for side, changed in zip(self.sides, (event.asks, event.bids), strict=True):
            for level in changed:
                side[level.price] = level.amount
                if not level.amount:
                    del side[level.price]

    def picture(self) -> tuple[list[tuple[Decimal, Decimal]], list[tuple[Decimal, Decimal]]]:
        asks, bids = self.sides
        return sorted(asks.items()), sorted(bids.items(), reverse=True)


def picture(book: OrderBook) -> tuple[list[tuple[Decimal, Decimal]], list[tuple[Decimal, Decimal]]]:
    return [(level.price, level.amount) for level in book.asks()], [
        (level.price, level.amount) for level in book.bids()
    ]


def loaded(snapshot: BookSnapshot) -> OrderBook:
    book = OrderBook("btczar")
    book.apply(snapshot)
    return book


@given(runs(), st.booleans())
def test_a_run_without_a_gap_is_applied_exactly(
    run: tuple[BookSnapshot, list[BookIncrement]], look_often: bool
) -> None:
    snapshot, increments = run
    book, model = loaded(snapshot), Model(snapshot)
    for increment in increments:
        book.apply(increment)
        model.apply(increment)
        if look_often:
            assert picture(book) == model.picture()
    assert picture(book) == model.picture()
    assert book.stale_reason == ""
    assert book.sequence == snapshot.sequence + len(increments)


@given(runs(), st.booleans(), st.data())
def test_any_loss_repeat_or_swap_is_applied_exactly_or_makes_the_book_stale(
    run: tuple[BookSnapshot, list[BookIncrement]], mangle: bool, data: st.DataObject
) -> None:
    snapshot, sent = run
    positions = st.integers(0, max(0, len(sent) - 1))
    received: list[BookIncrement] = []
    if sent and mangle:
        received = [sent[index] for index in data.draw(st.lists(positions, max_size=2 * len(sent)))]
    elif sent:
        lost = data.draw(st.sets(positions))
        received = [increment for index, increment in enumerate(sent) if index not in lost]
    book = loaded(snapshot)
    for increment in received:
        book.apply(increment)
        if not book.stale_reason:
            # Not stale: then it is exactly the exchange's book as it was at this sequence.
            model = Model(snapshot)
            for applied in sent[: book.sequence - snapshot.sequence]:
                model.apply(applied)
            assert picture(book) == model.picture()
    reached = {increment.sequence for increment in received}
    if not book.stale_reason and reached:
        assert book.sequence == max(max(reached), snapshot.sequence)


@given(runs(), st.integers(2, 9))
def test_a_gap_is_stale_at_once_and_until_the_next_snapshot(
    run: tuple[BookSnapshot, list[BookIncrement]], jump: int
) -> None:
    snapshot, increments = run
    book = loaded(snapshot)
    before = picture(book)
    book.apply(BookIncrement("btczar", (Level(Decimal(101), Decimal(7)),), (), snapshot.sequence + jump))
    assert "missing" in book.stale_reason
    for increment in increments:
        book.apply(increment)
    assert picture(book) == before, "nothing is applied to a book that is wrong"
    book.apply(snapshot)
    assert book.stale_reason == ""
    assert picture(book) == Model(snapshot).picture()


def inc(sequence: int, ask: str = "", amount: str = "1") -> BookIncrement:
    return BookIncrement("btczar", (Level(Decimal(ask), Decimal(amount)),) if ask else (), (), sequence)


SNAPSHOT = BookSnapshot("btczar", (Level(Decimal(101), Decimal(1)),), (Level(Decimal(100), Decimal(2)),), 5)


def test_increments_before_the_snapshot_are_ignored() -> None:
    book = OrderBook("btczar")
    book.apply(inc(4, "101"))
    assert (book.has_snapshot, book.sequence, book.stale_reason, book.asks(), book.bids()) == (False, 0, "", (), ())
    book.apply(SNAPSHOT)
    assert (book.has_snapshot, book.sequence) == (True, 5)


def test_a_repeat_that_agrees_is_ignored() -> None:
    book = loaded(SNAPSHOT)
    book.apply(inc(6, "102", "3"))
    book.apply(inc(6, "102", "3.0"))
    assert (book.stale_reason, book.sequence) == ("", 6)


def test_a_repeat_that_disagrees_is_stale() -> None:
    book = loaded(SNAPSHOT)
    book.apply(inc(6, "102", "3"))
    book.apply(inc(6, "102", "4"))
    assert "twice" in book.stale_reason


def test_a_repeat_of_a_removal_agrees_when_the_level_is_gone() -> None:
    book = loaded(SNAPSHOT)
    book.apply(inc(6, "101", "0"))
    book.apply(inc(6, "101", "0"))
    assert (book.stale_reason, book.asks()) == ("", ())


def test_a_step_back_is_stale() -> None:
    book = loaded(SNAPSHOT)
    book.apply(inc(4, "101"))
    assert "stepped back from 5 to 4" in book.stale_reason


def test_the_first_reason_is_kept() -> None:
    book = loaded(SNAPSHOT)
    book.apply(inc(9))
    cause = book.stale_reason
    book.mark_stale("The connection was lost.")
    book.apply(inc(4))
    assert book.stale_reason == cause


def test_an_unknown_book_cannot_be_stale() -> None:
    book = OrderBook("btczar")
    book.mark_stale("The connection was lost.")
    assert book.stale_reason == ""


def test_clearing_forgets_everything() -> None:
    book = loaded(SNAPSHOT)
    book.mark_stale("The connection was lost.")
    assert book.stale_reason == "The connection was lost."
    book.clear()
    assert (book.has_snapshot, book.stale_reason, book.sequence, book.asks()) == (False, "", 0, ())


def test_another_markets_event_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="ethzar"):
        OrderBook("btczar").apply(BookSnapshot("ethzar", (), (), 1))


def test_sides_are_the_same_object_until_something_changes() -> None:
    book = loaded(SNAPSHOT)
    asks, bids = book.asks(), book.bids()
    assert book.asks() is asks
    book.apply(inc(6, "102"))
    assert book.asks() is not asks
    assert book.bids() is bids


def test_equal_prices_written_differently_are_one_level() -> None:
    book = loaded(SNAPSHOT)
    book.apply(inc(6, "101.00", "9"))
    assert [level.amount for level in book.asks()] == [Decimal(9)]


def test_the_canonical_form_is_that_of_the_recordings() -> None:
    snapshot = BookSnapshot(
        "btczar",
        (Level(Decimal("1115031.60"), Decimal("0.00100000")), Level(Decimal("1E+6"), Decimal(2))),
        (Level(Decimal("4.0"), Decimal("1E-8")), Level(Decimal("5"), Decimal(1))),
        1,
    )
    canonical = loaded(snapshot).canonical()
    assert canonical == b'{"asks":[["1000000","2"],["1115031.6","0.001"]],"bids":[["5","1"],["4","0.00000001"]]}'
    assert json.loads(canonical)


SPELLINGS = st.sampled_from(
    ["1", "1.0", "01", "1.00", "1.5", "1.50", "10", "10.0", "100", "0.5", ".5", "0.50", "5.", "5", "0.001"]
)
AMOUNTS = st.sampled_from(["1", "2.50", "", "0", "0.0", "3"])


def written(pairs: list[tuple[str, str]]) -> WrittenLevels:
    levels = from_pairs([*pairs])
    assert levels is not None
    return levels


@given(st.lists(st.lists(st.tuples(SPELLINGS, AMOUNTS), min_size=1, max_size=6), max_size=12), st.integers(1, 5))
def test_one_price_in_many_spellings_is_one_level(changes: list[list[tuple[str, str]]], every: int) -> None:
    book = OrderBook("btczar")
    book.apply(BookSnapshot("btczar", (), (), 0))
    plainly: Side = {}
    for sequence, pairs in enumerate(changes, 1):
        book.apply(BookIncrement("btczar", written(pairs), written(pairs), sequence))
        for price, amount in pairs:
            plainly[Decimal(price)] = Decimal(amount or "0")
        if sequence % every == 0:
            assert dict(book.asks()) == {price: amount for price, amount in plainly.items() if amount}
    alive = {price: amount for price, amount in plainly.items() if amount}
    assert list(book.asks()) == sorted(alive.items())
    assert list(book.bids()) == sorted(alive.items(), reverse=True)


@pytest.mark.parametrize("bid", ["101", "102"])
def test_a_snapshot_whose_sides_touch_or_cross_is_stale(bid: str) -> None:
    book = OrderBook("btczar")
    ask, best = Level(Decimal(101), Decimal(1)), Level(Decimal(bid), Decimal(1))
    book.apply(BookSnapshot("btczar", (ask,), (best,), 5))
    assert "reach into its asks" in book.stale_reason
    book.apply(BookSnapshot("btczar", (ask,), (Level(Decimal(100), Decimal(1)),), 6))
    assert book.stale_reason == ""
