"""Book messages in the shapes that servers send all day, read quickly: a thousand can come in a second.

What is said about the shapes is in `levels`. Whatever is not plain is left to the codec's tolerant way, which alone decides what is
refused.
"""

from __future__ import annotations

import re

import msgspec

from captui.core.events import BookIncrement, BookSnapshot
from captui.core.levels import WrittenLevels, from_pairs, from_plain_pairs, plain_marks
from captui.core.wire import UNREADABLE


class _Book(msgspec.Struct):
    """The usual shape, numbers as text."""

    sequence: int
    asks: list[tuple[str, str] | str] = msgspec.field(default_factory=list)
    bids: list[tuple[str, str] | str] = msgspec.field(default_factory=list)


_decoded = msgspec.json.Decoder(dict[str, _Book]).decode

_PRICE = r'(?=[0-9]++\.?+[0-9]*+")([1-9][0-9]*+(?:\.[0-9]*[1-9])?)[.0]*+'
"""Without the zeros after its point that say nothing."""
_LEVEL = rf'\[(\[)?"{_PRICE}","((?:[0-9]++\.?+[0-9]*+)?+)"\](?(@)\])'
_one_level = re.compile(
    r'\{"([A-Za-z0-9_-]+)\.ob-inc":\{'
    rf'(?:"asks":(?:\[\]|{_LEVEL.replace("@", "2")}),)?'
    rf'(?:"bids":(?:\[\]|{_LEVEL.replace("@", "5")}),)?'
    r'"sequence":([1-9][0-9]{0,17})\}\}'
).fullmatch
"""An increment of at most one level a side, most of what a quiet market sends. Anything that JSON or a number may be besides is not it."""

_ONE_LEVEL = 100
"""Characters of a message that may be such an increment: too few for a number that is no money."""
_MANY_LEVELS = 150
"""Characters of a message that has more than a few levels."""

_KINDS: dict[str, type[BookIncrement | BookSnapshot]] = {"ob-inc": BookIncrement, "ob-snap": BookSnapshot}


def read(raw: bytes) -> BookIncrement | BookSnapshot | None:
    """None where anything in the message is not of the usual shape."""
    if len(raw) <= _ONE_LEVEL:
        found = _one_level(raw.decode("latin-1"))
        if found is not None:
            market, _, ask, asked, _, bid, bidden, sequence = found.groups()
            return BookIncrement(
                market,
                WrittenLevels([(ask, asked)]) if ask else (),
                WrittenLevels([(bid, bidden)]) if bid else (),
                int(sequence),
            )
    if not raw.isascii():
        return None
    try:
        frames = _decoded(raw)
    except UNREADABLE:
        return None
    if len(frames) != 1:
        return None
    ((key, book),) = frames.items()
    market, _, topic = key.rpartition(".")
    kind = _KINDS.get(topic)
    if not market or kind is None:
        return None
    # Of a few levels each is looked at sooner than the whole message.
    marks = plain_marks(raw) if len(raw) > _MANY_LEVELS else ""
    asks: WrittenLevels | tuple[()] | None = ()
    bids: WrittenLevels | tuple[()] | None = ()
    if book.asks:
        asks = from_plain_pairs(book.asks, marks) if marks else from_pairs(book.asks)
    if book.bids:
        bids = from_plain_pairs(book.bids, marks) if marks else from_pairs(book.bids)
    return None if asks is None or bids is None else kind(market, asks, bids, book.sequence)
