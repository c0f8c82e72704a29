"""Book levels in every shape the exchange sends them (exchange notes, The websocket).

A side is missing, null, empty, one flat pair `["price", "amount"]` or an array of pairs; the numbers are text or JSON numbers;
an amount of `""`, `"0"`, `"0.0"`, 0 or null is a removal and becomes 0.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import cast

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
    """The same for text that a typed decoder has already taken apart, several times faster.

    None where something in it is not a positive price and an amount in plain digits: `from_tree` then decides whether that is
    another way of writing a level.
    """
    if not side:
        return _EMPTY
    pairs: list[tuple[str, str]]
    if str not in map(type, side):
        pairs = cast("list[tuple[str, str]]", side)
    elif len(side) == 2 and isinstance(side[0], str) and isinstance(side[1], str):
        pairs = [(side[0], side[1])]
    else:
        return None
    # Digits and points only: then Decimal can meet neither `nan` nor an exponent that costs memory.
    digits = "".join(map("".join, pairs))
    if not (digits.isascii() and digits.replace(".", "").isdecimal()):
        return None
    try:
        levels = tuple([Level(Decimal(price), Decimal(amount) if amount else REMOVED) for price, amount in pairs])
    except InvalidOperation:
        return None
    for level in levels:
        if not level.price:
            return None
    return levels


def _level(pair: object) -> Level:
    if not isinstance(pair, list) or len(pair) != 2:
        raise ProtocolError("The exchange sent a book level that is not a pair of price and amount.")
    price = as_number(pair[0])
    amount = REMOVED if pair[1] is None or pair[1] == "" else as_number(pair[1])
    if price <= 0 or amount < 0:
        raise ProtocolError("The exchange sent a book level with a price or amount below zero.")
    return Level(price, amount)
