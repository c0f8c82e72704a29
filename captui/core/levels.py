"""Book levels in every shape the exchange sends them (exchange notes, The websocket).

A side is missing, null, empty, one flat pair `["price", "amount"]` or an array of pairs; the numbers are text or JSON numbers;
an amount of `""`, `"0"`, `"0.0"`, 0 or null is a removal and becomes 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, overload

from captui.core.types import Level
from captui.core.wire import as_number
from captui.errors import ProtocolError

REMOVED = Decimal(0)

_EMPTY: tuple[Level, ...] = ()


def from_tree(side: object) -> tuple[Level, ...]:
    """Levels of one side, in the order sent. Raises ProtocolError for any other shape."""
    if not side:
        if side is None or side == []:
            return _EMPTY
        raise ProtocolError("The exchange sent a book side that is neither a pair nor a list of pairs.")
    if not isinstance(side, list):
        raise ProtocolError("The exchange sent a book side that is neither a pair nor a list of pairs.")
    pairs = side if isinstance(side[0], list) else [side]
    return tuple(_level(pair) for pair in pairs)


Pair = tuple[str, str]
"""Price and amount as they were written."""


class LazyLevels(Sequence[Level]):
    """Levels that are made when they are looked at. Equal to a tuple of the same levels."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, LazyLevels | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


class WrittenLevels(LazyLevels):
    """Levels in the exchange's own words, checked, and made into numbers only when somebody looks at them.

    A busy feed sends a level a hundred times between two looks at its book: of them only the last is worth making into exact numbers.
    """

    __slots__ = ("pairs",)

    def __init__(self, pairs: list[Pair]) -> None:
        self.pairs = pairs
        """In the order sent; digits with at most one point. A price is above zero and in its shortest spelling, so that two are equal
        exactly where their texts are. An amount that is empty or 0 is a removal."""

    @property
    def levels(self) -> tuple[Level, ...]:
        """Made anew at each look."""
        return tuple([level_of(price, amount) for price, amount in self.pairs])

    def __len__(self) -> int:
        return len(self.pairs)

    @overload
    def __getitem__(self, index: int) -> Level: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Level, ...]: ...
    def __getitem__(self, index: int | slice) -> Level | tuple[Level, ...]:
        return self.levels[index]

    def __iter__(self) -> Iterator[Level]:
        return iter(self.levels)


def from_pairs(side: list[Pair | str]) -> WrittenLevels | None:
    """The same for ASCII text that a typed decoder has already taken apart. `side` is not empty.

    None where something in it is not a positive price and an amount in plain digits: `from_tree` then decides whether that is
    another way of writing a level.
    """
    pairs = _nested(side)
    if pairs is None:
        return None
    shortest = True
    for price, amount in pairs:
        # Without its one point a number is digits alone.
        if (
            not price.replace(".", "", 1).isdecimal()
            or (amount and not amount.replace(".", "", 1).isdecimal())
            or len(price) + len(amount) > _LONGEST
        ):
            return None
        if price[-1] in "0." or price[0] in "0.":
            shortest = False
    if not shortest:
        pairs = [(_shortest(price), amount) for price, amount in pairs]
        if any(not price for price, _ in pairs):
            # One of them is zero.
            return None
    return WrittenLevels(pairs)


def from_plain_pairs(side: list[Any], marks: str) -> WrittenLevels:
    """The same for a side of a message with such `plain_marks`, without looking at each level again."""
    if "..," in marks:
        side = [pair if pair[0][-1] not in "0." else (_shortest(pair[0]), pair[1]) for pair in side]
    return WrittenLevels(side)


def plain_marks(raw: bytes) -> str:
    """The message with `1` for every digit, but a point for every zero and every quotation mark, if each of its levels is a pair of a
    price above zero and an amount, in digits with at most one point; else empty. `raw` is ASCII, and a typed decoder reads it as a book.

    Looks at the whole message a few times instead of several times at each level. Of a message with something unusual in it, be it a
    space or a number of very many digits, it knows nothing.
    """
    without_digits = raw.translate(None, b"0123456789")
    if without_digits.find(b"..") >= 0 or raw.translate(_AS_ZEROS).find(_TOO_LONG) >= 0:
        return ""
    marks = raw.translate(_MARKS).decode("ascii")
    # A price that is empty, zero or may be; an amount that is nothing but a point.
    if "[.." in marks or (",...]" in marks and raw.find(b',"."]') >= 0):
        return ""
    frame = without_digits.translate(None, b".").replace(b'["",""],', b"")
    usual = _FRAMES.get(frame)
    if usual is None:
        if len(_FRAMES) >= _MOST_FRAMES:
            _FRAMES.clear()
        usual = _FRAMES[frame] = _USUAL_FRAME.fullmatch(frame) is not None
    return marks if usual else ""


_USUAL_FRAME = re.compile(
    rb'\{"[A-Za-z_-]*ob-(?:inc|snap)":\{(?:"(?:asks|bids)":\[(?:\["",""\])?\],?|"sequence":,?)*\}\}'
)
"""What is left of a message without its digits, its points and all pairs of a side but the last."""

_FRAMES: dict[bytes, bool] = {}
_MOST_FRAMES = 256
"""Different ones of the answers that are remembered: a few for each market."""


def _nested(side: list[Pair | str]) -> list[Pair] | None:
    """None for what is neither pairs nor one pair."""
    pairs: list[Any] = side
    if type(pairs[0]) is str:
        return [(pairs[0], pairs[1])] if len(pairs) == 2 and type(pairs[1]) is str else None
    return None if len(pairs) > 1 and str in map(type, pairs) else pairs


def _shortest(price: str) -> str:
    """Without zeros that say nothing, and empty for zero: two prices are equal exactly where these are."""
    if "." in price:
        price = price.rstrip("0").rstrip(".")
    return price if price[:1] > "0" else price.lstrip("0")


def as_written(level: Level) -> Pair:
    """As a pair of `WrittenLevels`."""
    return _shortest(f"{level.price:f}"), f"{level.amount:f}"


def level_of(price: str, amount: str) -> Level:
    """Of a pair of `WrittenLevels`."""
    level: Level = _NEW(Level, (Decimal(price), Decimal(amount) if amount else REMOVED))
    return level


_LONGEST = 80
"""Characters of a price and its amount: longer ones are looked at closely, because thousands of digits are no money."""
_AS_ZEROS = bytes.maketrans(b"123456789.", b"0000000000")
_TOO_LONG = b"0" * (_LONGEST // 2 + 1)
_MARKS = bytes.maketrans(b'0123456789"', b".111111111.")
_NEW = tuple.__new__
"""Making a named tuple without the generated `__new__` takes half as long."""


def _level(pair: object) -> Level:
    if not isinstance(pair, list) or len(pair) != 2:
        raise ProtocolError("The exchange sent a book level that is not a pair of price and amount.")
    price = as_number(pair[0])
    amount = REMOVED if pair[1] is None or pair[1] == "" else as_number(pair[1])
    if price <= 0 or amount < 0:
        raise ProtocolError("The exchange sent a book level with a price or amount below zero.")
    return Level(price, amount)
