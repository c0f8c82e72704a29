from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core import book_side
from captui.core.book_side import BookSide
from captui.core.levels import Pair, from_pairs, level_of
from captui.core.types import Level

PRICES = st.sampled_from(
    ["1", "1.0", "01.00", "1.5", "1.50", "10", "100", "0.5", ".5", "5.", "5", "0.001", "123456789012.5"]
)
AMOUNTS = st.sampled_from(["1", "2.50", "", "0", "0.0", "3"])
changes = st.lists(st.lists(st.tuples(PRICES, AMOUNTS), min_size=1, max_size=6), max_size=12)


def write(side: BookSide, pairs: Sequence[Pair]) -> None:
    written = from_pairs([*pairs])
    assert written is not None
    side.write(written)


@given(changes, st.booleans(), st.sets(st.integers(0, 11)), st.booleans())
def test_every_look_stays_what_the_side_was(
    changes: list[list[Pair]], descending: bool, looks_at: set[int], read_at_once: bool
) -> None:
    side, plainly = BookSide(descending=descending), dict[Decimal, Decimal]()
    looks = []
    for number, pairs in enumerate(changes):
        write(side, pairs)
        plainly |= {Decimal(price): Decimal(amount or 0) for price, amount in pairs}
        if number in looks_at:
            look = side.levels()
            if read_at_once:
                list(look)
            alive = sorted(((price, amount) for price, amount in plainly.items() if amount), reverse=descending)
            looks.append((look, alive))
    for look, alive in looks:
        assert len(look) == len(alive)
        assert list(look) == alive


def test_a_look_makes_numbers_of_what_it_reads_and_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(price: str, amount: str) -> Level:
        made.append(price)
        return level_of(price, amount)

    monkeypatch.setattr(book_side, "level_of", counted)
    side = BookSide(descending=False)
    write(side, [(str(price), "1") for price in range(1, 5001)])
    first = side.levels()
    assert (len(first), made) == (5000, [])
    assert [level.price for level in first[:30]] == list(range(1, 31))
    assert len(made) == 30
    write(side, [("7", "2"), ("6000", "1")])
    made.clear()
    second = side.levels()
    assert second[6].amount == 2
    assert list(second[:30]) == [*first[:6], Level(Decimal(7), Decimal(2)), *first[7:30]]
    assert made == ["7"]
    assert first[6].amount == 1
    assert second[-1].price == 6000


def test_a_side_that_nobody_looks_at_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_side, "MOST_UNSETTLED", 10)
    side = BookSide(descending=False)
    for number in range(1, 100):
        write(side, [(str(number), "1"), (str(number - 3 if number > 3 else number), "")])
        assert len(side._unsettled) <= 10
    assert [int(level.price) for level in side.levels()] == [97, 98, 99]


def test_levels_that_were_added_unlooked_at_are_in_order_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_side, "MOST_UNSETTLED", 2)
    side = BookSide(descending=True)
    # The last write changes what is there already: nothing is added by it.
    for price in ("3", "1", "2", "3"):
        write(side, [(price, "1")])
    assert [level.price for level in side.levels()] == [3, 2, 1]


@pytest.mark.parametrize("kept", [range(90, 100), range(5, 100)])
def test_few_and_many_removals_leave_the_rest_in_order(kept: range) -> None:
    side = BookSide(descending=False)
    write(side, [(str(price), "1") for price in range(100)[1:]])
    before = side.levels()
    write(side, [(str(price), "0") for price in range(1, kept.start)])
    assert [level.price for level in side.levels()] == list(kept)
    assert len(before) == 99
