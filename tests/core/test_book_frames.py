from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captui.core import book_frames
from captui.core.codec import decode_frame
from captui.core.events import BookIncrement, BookSnapshot
from captui.core.levels import WrittenLevels
from captui.core.types import Level
from captui.errors import ProtocolError

numbers = st.sampled_from(
    [
        "1",
        "1.50",
        "100",
        "100.0",
        "0",
        "0.0",
        "",
        "1e2",
        "-1",
        "1_0",
        " 1",
        ".",
        "1..2",
        "1.5.0",
        ".5",
        "5.",
        "05",
        "\\",
        "1,2",
        "]",
    ]
) | st.decimals(0, 10**12, places=4).map(str)
pairs = st.tuples(numbers, numbers)
sides = st.lists(pairs, max_size=8) | pairs | st.lists(numbers | pairs, max_size=3) | st.none()
books = st.fixed_dictionaries(
    {"sequence": st.integers(-1, 2**70) | st.just("7")}, optional={"asks": sides, "bids": sides, "as1ks": sides}
)
frames = st.dictionaries(
    st.sampled_from(["btczar.ob-inc", "btczar.ob-snap", "eth-zar.ob-inc", "btczar.ob-other", ".ob-inc"]),
    books,
    min_size=1,
    max_size=2,
)


def tolerantly(raw: bytes) -> tuple[object, ...] | None:
    """What the codec makes of the message without the quick way; None where it is refused."""
    try:
        return decode_frame(raw.decode())
    except ProtocolError:
        return None


@given(frames, st.sampled_from([(",", ":"), (", ", ": ")]))
def test_what_is_read_quickly_is_what_the_tolerant_way_makes_of_it(
    frame: dict[str, object], separators: tuple[str, str]
) -> None:
    raw = json.dumps(frame, separators=separators).encode()
    event = book_frames.read(raw)
    if event is not None:
        assert tolerantly(raw) == (event,)
        for levels in (event.asks, event.bids):
            # Equal prices have equal texts, which is what the book goes by.
            written = [price for price, _ in levels.pairs] if isinstance(levels, WrittenLevels) else []
            assert len(set(written)) == len({Decimal(price) for price in written})


def one(side: str) -> bytes:
    return f'{{"btczar.ob-inc":{{"asks":{side},"sequence":2}}}}'.encode()


def many(side: str) -> bytes:
    """So many levels that the message is looked at as a whole."""
    bids = ",".join(['["1","2"]'] * 20)
    return f'{{"btczar.ob-inc":{{"asks":{side},"bids":[{bids}],"sequence":2}}}}'.encode()


@pytest.mark.parametrize("message", [one, many])
@pytest.mark.parametrize(
    ("side", "price", "amount"),
    [
        ('["841000.50","0.1"]', "841000.5", "0.1"),
        ('[["841000.50","0.1"]]', "841000.5", "0.1"),
        ('[["100","3."]]', "100", "3"),
        ('[["100.0",""]]', "100", "0"),
        ('[["0.5","0"]]', "0.5", "0"),
        ('[["7.","0.0"]]', "7", "0"),
        ('[["0070.070",".5"]]', "70.07", "0.5"),
    ],
)
def test_the_usual_ways_of_writing_a_level_are_read_quickly(
    message: Callable[[str], bytes], side: str, price: str, amount: str
) -> None:
    event = book_frames.read(message(side))
    assert isinstance(event, BookIncrement)
    asks = event.asks
    assert isinstance(asks, WrittenLevels)
    assert list(asks) == [Level(Decimal(price), Decimal(amount))]
    assert asks.pairs[0][0] == price.removeprefix("0")


@pytest.mark.parametrize("message", [one, many])
@pytest.mark.parametrize(
    "side",
    [
        '[["0","1"]]',
        '["0.00","1"]',
        '[["","1"]]',
        '["","1"]',
        '[["1","."]]',
        '[["1.5.0","1"]]',
        '[["1","1"],"11"]',
        '[["1","1"]',
        '[["1","1"]]]',
        f'["{"9" * 5_000}","1"]',
        f'[["1","1.{"9" * 5_000}"]]',
    ],
)
def test_what_is_odd_is_left_to_the_tolerant_way(message: Callable[[str], bytes], side: str) -> None:
    assert book_frames.read(message(side)) is None


@pytest.mark.parametrize("sequence", ["07", "-1.5", "1e0", '"7"'])
def test_an_odd_sequence_is_too(sequence: str) -> None:
    assert book_frames.read(f'{{"btczar.ob-inc":{{"asks":["1","2"],"sequence":{sequence}}}}}'.encode()) is None


def test_a_snapshot_is_read_quickly_as_well() -> None:
    event = book_frames.read(b'{"btczar.ob-snap":{"asks":[],"bids":[["1","2"]],"sequence":0}}')
    assert event == BookSnapshot("btczar", (), (Level(Decimal(1), Decimal(2)),), 0)
