"""Book levels in every shape the exchange sends them (exchange notes, The websocket).

A side is missing, null, empty, one flat pair `["price", "amount"]` or an array of pairs; the numbers are text or JSON numbers;
an amount of `""`, `"0"`, `"0.0"`, 0 or null is a removal and becomes 0.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from operator import itemgetter
from typing import Any

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


def from_pairs(side: list[tuple[str, str] | str]) -> tuple[Level, ...] | None:
    """The same for ASCII text that a typed decoder has already taken apart, several times faster. `side` is not empty.

    None where something in it is not a positive price and an amount in plain digits: `from_tree` then decides whether that is
    another way of writing a level.
    """
    pairs: list[Any] = side
    if len(pairs) == 1 and type(pairs[0]) is tuple:
        return _one_level(*pairs[0])
    if type(pairs[0]) is str:
        return _one_level(*pairs) if len(pairs) == 2 and type(pairs[1]) is str else None
    if str in map(type, pairs):
        return None
    try:
        levels = [_NEW(Level, (Decimal(price), Decimal(amount) if amount else REMOVED)) for price, amount in pairs]
    except (InvalidOperation, ValueError):
        return None
    # Decimal also takes `nan`, underscores and exponents that cost memory: digits and points only are let through here.
    digits = "".join(map("".join, pairs)).replace(".", "")
    return tuple(levels) if digits.isdecimal() and all(map(_PRICE_OF, levels)) else None


def _one_level(price: str, amount: str) -> tuple[Level, ...] | None:
    """What nearly every increment of a real server is; the general way costs twice as much for it."""
    try:
        level: Level = _NEW(Level, (Decimal(price), Decimal(amount) if amount else REMOVED))
    except InvalidOperation:
        return None
    return (level,) if (price + amount).replace(".", "").isdecimal() and level[0] else None


_PRICE_OF = itemgetter(0)
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
