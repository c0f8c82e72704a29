from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.levels import from_pairs, from_tree
from captui.core.types import Level
from captui.errors import ProtocolError

texts = st.sampled_from(
    ["1", "1.50", "0", "0.0", "", "1e2", "-1", "nan", "1_0", " 1", ".", "1..2", ".5", "5.", "Infinity"]
) | st.text(st.characters(codec="ascii"), max_size=3)
sides = (
    st.lists(st.tuples(texts, texts), max_size=4)
    | st.tuples(texts, texts).map(list)
    | st.lists(texts | st.tuples(texts, texts), max_size=3)
)


@given(sides)
def test_the_fast_way_agrees_with_the_tolerant_way_or_leaves_it_to_it(side: list[tuple[str, str] | str]) -> None:
    fast = from_pairs(side) if side else None
    if fast is not None:
        assert fast == from_tree([list(entry) if isinstance(entry, tuple) else entry for entry in side])


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        ([("1", "2")], (Level(Decimal(1), Decimal(2)),)),
        (["1", "2"], (Level(Decimal(1), Decimal(2)),)),
        ([("1", ""), ("2", "0.0")], (Level(Decimal(1), Decimal(0)), Level(Decimal(2), Decimal(0)))),
    ],
)
def test_the_usual_shapes_take_the_fast_way(side: list[tuple[str, str] | str], expected: tuple[Level, ...]) -> None:
    assert from_pairs(side) == expected


@pytest.mark.parametrize(
    "side",
    [
        0,
        "",
        {},
        "12",
        {"price": "1"},
        [["1"]],
        [[]],
        ["1"],
        [["1", "2"], ["3"]],
        [None, None],
        [["0", "1"]],
        [["1", {}]],
    ],
)
def test_other_shapes_are_refused(side: object) -> None:
    with pytest.raises(ProtocolError):
        from_tree(side)


@pytest.mark.parametrize(
    "side",
    [
        ["1", ("1", "1")],
        [("1", "1"), "11"],
        ["1"],
        [("0", "1"), ("1", "1")],
        [("0.0", "1")],
        ["0", "1"],
        [("1", "1_0")],
    ],
)
def test_what_the_fast_way_cannot_judge_it_leaves(side: list[tuple[str, str] | str]) -> None:
    assert from_pairs(side) is None
