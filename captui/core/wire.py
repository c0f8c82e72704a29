"""JSON read exactly: numbers become `int` or `Decimal` and never pass through `float`; fields are read by name and kind.

Every function raises ProtocolError, with the field's name, for what does not have the kind that it must have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from typing import Any, TypeVar

import msgspec

from captui.core.money import parse
from captui.core.text import printable, unmistakable
from captui.core.times import to_ms
from captui.core.types import Side
from captui.errors import ProtocolError

T = TypeVar("T")

Record = Mapping[str, object]

_TREE = msgspec.json.Decoder(Any, float_hook=Decimal)

MAX_VERBATIM = 4096
"""Characters of a text that is kept to the letter: the longest invoices have about two thousand."""

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, DecimalException, RecursionError)
"""What msgspec and Decimal raise for text that is not JSON, not UTF-8, not a number or nested without end."""


def tree(raw: str | bytes) -> object:
    """The whole text as dicts, lists, str, int, Decimal, bool and None."""
    try:
        return _TREE.decode(raw)
    except UNREADABLE as error:
        raise ProtocolError("The exchange sent something that is not JSON.") from error


def record(value: object, what: str) -> Record:
    if not isinstance(value, dict):
        raise ProtocolError(f"The exchange sent {_kind(value)} where {what} belongs.")
    return value


def rows(value: object, what: str) -> list[object]:
    """A list; a lone record counts as a list of one, null as an empty one."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        raise ProtocolError(f"The exchange sent {_kind(value)} where a list of {what} belongs.")
    return value


def text(fields: Record, *names: str) -> str:
    """The first of these fields that is there, as text without control characters. Numbers count as their digits."""
    found = optional_text(fields, *names)
    if not found:
        raise ProtocolError(f"The exchange left out {names[0]!r}.")
    return found


def optional_text(fields: Record, *names: str) -> str:
    """As `text`, but empty where the field is missing or null."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str):
            return printable(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is not None:
            raise ProtocolError(f"The exchange sent {_kind(value)} as {name!r}.")
    return ""


def verbatim(fields: Record, *names: str) -> str:
    """The first of these fields that is there, to the letter: money goes to what it says, so it is refused rather than cleaned.

    Empty where all are missing or null.
    """
    for name in names:
        value = fields.get(name)
        if isinstance(value, str):
            if len(value) > MAX_VERBATIM or not value.isprintable():
                raise ProtocolError(f"The exchange sent something that cannot be shown as {name!r}.")
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is not None:
            raise ProtocolError(f"The exchange sent {_kind(value)} as {name!r}.")
    return ""


def unmistakable_text(fields: Record, *names: str) -> str:
    """As `verbatim`, but for records of a list, which one odd text must not hide: shows what cannot be seen as its escape."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str):
            shown = unmistakable(value[: MAX_VERBATIM + 1])
            return shown if len(value) <= MAX_VERBATIM else f"{shown[:MAX_VERBATIM]}…"
        if value is not None:
            return verbatim(fields, name)
    return ""


def flag(fields: Record, *names: str) -> bool | None:
    """The first of these fields that is there, as true or false or as the word; None where none is."""
    for name in names:
        value = fields.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in _FLAGS:
            return _FLAGS[value.lower()]
        raise ProtocolError(f"The exchange sent neither true nor false as {name!r}.")
    return None


def told(read: Callable[[Record, str], T], fields: Record, name: str) -> T | None:
    """What `read` makes of a field that nothing depends on: None also where it cannot be read."""
    try:
        return read(fields, name)
    except ProtocolError:
        return None


def number(fields: Record, *names: str) -> Decimal:
    found = optional_number(fields, *names)
    if found is None:
        raise ProtocolError(f"The exchange left out {names[0]!r}.")
    return found


def optional_number(fields: Record, *names: str) -> Decimal | None:
    """The first of these fields that holds a number; None where all are missing, null or an empty text."""
    for name in names:
        value = fields.get(name)
        if value is None or value == "":
            continue
        try:
            return as_number(value)
        except ProtocolError as error:
            raise ProtocolError(f"{error.sentence[:-1]}: {name!r}.") from error
    return None


def as_number(value: object) -> Decimal:
    if isinstance(value, str | int | Decimal):
        return parse(value)
    raise ProtocolError(f"The exchange sent {_kind(value)} where a number belongs.")


def whole(fields: Record, *names: str) -> int:
    value = number(fields, *names)
    if value != value.to_integral_value():
        raise ProtocolError(f"The exchange sent a fraction as {names[0]!r}.")
    return int(value)


def optional_whole(fields: Record, *names: str) -> int | None:
    return None if optional_number(fields, *names) is None else whole(fields, *names)


def time_ms(fields: Record, *names: str) -> int:
    """The first of these fields that is there, in any of the exchange's three ways of writing a time; 0 where none is."""
    for name in names:
        value = fields.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
            return to_ms(value)
        raise ProtocolError(f"The exchange sent {_kind(value)} as {name!r}.")
    return 0


def side(fields: Record, *names: str) -> Side:
    """`buy` or `sell`, which this software also calls `bid` and `ask`."""
    found = optional_side(fields, *names)
    if found is None:
        raise ProtocolError(f"The exchange left out {names[0]!r}.")
    return found


def optional_side(fields: Record, *names: str) -> Side | None:
    for name in names:
        word = optional_text(fields, name)
        if word:
            if word not in _SIDES:
                raise ProtocolError(f"The exchange sent {word!r} as {name!r}.")
            return _SIDES[word]
    return None


_FLAGS = {"true": True, "false": False}
_SIDES = {"buy": Side.BUY, "sell": Side.SELL, "bid": Side.BUY, "ask": Side.SELL}


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")
