from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core.levels import WrittenLevels, from_pairs, from_plain_pairs, from_tree, plain_marks
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


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=4), st.sampled_from(["ob-inc", "ob-snap"]))
def test_a_message_that_looks_plain_has_nothing_but_plain_levels(side: list[tuple[str, str]], topic: str) -> None:
    raw = json.dumps({f"btczar.{topic}": {"asks": side, "sequence": 2}}, separators=(",", ":")).encode()
    marks = plain_marks(raw)
    if marks:
        assert from_plain_pairs([*side], marks) == from_tree([list(pair) for pair in side])


@pytest.mark.parametrize(
    "asks",
    [
        '[["1,2","3"]]',
        '[["1[","2"]]',
        '[["asks:","1"]]',
        '[["","1"]]',
        '[[".","1"]]',
        '[["1","."]]',
        '[["1.2.3","1"]]',
        f'[["{"9" * 81}","1"]]',
        f'[["1","1.{"9" * 5_000}"]]',
        '[["0","1"]]',
        '[["0.00","1"]]',
        '[["1","1e3"]]',
        '[["1"," 1"]]',
        '[["1","-1"]]',
        '[["1","\\u0031"]]',
        '[["1","1","1"]]',
        '[["1","1"],"11"]',
        '[["1",1]]',
        "null",
    ],
)
def test_what_is_odd_does_not_look_plain(asks: str) -> None:
    assert not plain_marks(f'{{"btczar.ob-inc":{{"asks":{asks},"bids":[["1","2"]],"sequence":2}}}}'.encode())


@pytest.mark.parametrize(
    "asks", ['[["10.5","2"],["20",""]]', '[["841000.50","0.1"]]', '[["1","0"]]', '[["1","0.0"]]', "[]"]
)
def test_what_servers_send_does(asks: str) -> None:
    assert plain_marks(f'{{"btczar.ob-inc":{{"asks":{asks},"bids":[["1","2"]],"sequence":2}}}}'.encode())


def test_written_levels_are_what_they_say() -> None:
    levels = WrittenLevels([("2", "1"), ("1.50", "")])
    assert list(levels) == [Level(Decimal(2), Decimal(1)), Level(Decimal("1.5"), Decimal(0))]
    assert (len(levels), levels[-1].price, levels[:1]) == (2, Decimal("1.5"), (Level(Decimal(2), Decimal(1)),))
    assert levels == WrittenLevels([("2.0", "1.0"), ("1.5", "0")])
    assert hash(levels) == hash(tuple(levels))
    assert levels != [1]
    assert repr(levels) == repr(tuple(levels))


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
        ["9" * 5_000, "1"],
        [["1", "1"], ["1", "9" * 5_000]],
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
        ["9" * 5_000, "1"],
        [("1", "1"), ("1", "9" * 5_000)],
    ],
)
def test_what_the_fast_way_cannot_judge_it_leaves(side: list[tuple[str, str] | str]) -> None:
    assert from_pairs(side) is None
