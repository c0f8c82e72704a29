"""Text that would like to be more than text, in every field that has text, and what may not reach a terminal of it.

Which fields there are is not listed here: the exchange rewrites every text that is neither number nor time, and `texts_read` finds in the
client's own source what it reads as text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from captui import core

MARKUP = "[b]BOLD[/b][@click=app.quit]x[/]"
HOSTILE = f"owned{MARKUP}\x1b]0;owned\x07\x1b[7;31;47m\x9b35;46m\x9c\u202e\r\n\x1bP1$qowned\x1b\\"
FORBIDDEN = (
    b"\x1b]0;owned",
    b"\x1b[7;31;47m",
    b"\xc2\x9b",
    b"\xc2\x9c",
    b"\x9b35;46m",
    b"\xe2\x80\xae",
    b"\x1bP1$q",
)
_OPERATING_SYSTEM_COMMAND = re.compile(rb"\x1b\](.*?)(?:\x07|\x1b\\)", re.DOTALL)
_NUMBER_OR_TIME = re.compile(r"[+-]?\d+(\.\d+)?%?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*")
_FOREVER = 1_000_000

_SIDES = ("side", "kind", "taker_type")
_ORDER = ("market", "state", "ord_type", *_SIDES)
Layer = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By what an entry of a plan is on, and the beginning of the path: the fields that keep their words."""

_ORDERS = ("create", "cancel", "cancel all")
_MONEY = ("beneficiary", "withdraw", "redeem", "invoice", "pay")
_STREAM: Layer = {
    "order": {"": ("custom_order_id", *_ORDER)},
    "trade": {"": ("market", *_SIDES)},
    "*.trades": {"": _SIDES},
    "balance": {"": ()},
    "success": {"": ()},
}

TRADING: Layer = {
    "read": {
        "/public/currencies": ("id", "type"),
        "/public/markets": ("id", "base_unit", "quote_unit", "state", *_SIDES),
        "/market/orders": _ORDER,
        "/market/trades": ("market", *_SIDES),
        "/account/beneficiaries": ("currency", "state"),
        "/payments/methods": ("type",),
        "": ("currency",),
    },
    **{write: {"": ("custom_order_id", *_ORDER)} for write in _ORDERS},
    **{write: {"": ("currency", "state", "bolt")} for write in _MONEY},
    **_STREAM,
}
"""As much as leaves every record one that can be traded on."""

WORDS: Layer = {
    "read": {
        "/public/currencies": ("id",),
        "/public/markets": ("id", *_SIDES),
        "/market/orders": ("ord_type", "state", *_SIDES),
        "/market/trades": _SIDES,
        "": (),
    },
    **{write: {"": ("custom_order_id", *_ORDER)} for write in _ORDERS},
    **{write: {"": ()} for write in _MONEY},
    **_STREAM,
}
"""States, kinds, currencies and units too: records that can be read, and say strange things."""

EVERYTHING: Layer = {on: {"": ()} for on in ("read", *_ORDERS, *_MONEY, *_STREAM, "global.tickers", "*.kline-*")}
"""Nothing is as it should be."""

_NULL_OR_TIME = ("note", "change_expiry")
"""Texts that the exchange has none for, or times that captui reads as text."""

LAYERS = {"trading": TRADING, "words": WORDS, "everything": EVERYTHING}

OTHERWISE = {
    "ord_type": "an order of an unknown type is set aside, in `EVERYTHING`",
    "id": "of a market or a currency, or a number: the first two are hostile in `EVERYTHING`",
    "change_pin": "money: what cannot be shown is refused, and the voucher's outcome is unknown",
    "data": "has fields of its own: address, account_number",
    "icon_url": "the embedded exchange has none, and captui shows none",
    "price_change_percent": "read as a number: the record is refused where it is none",
}
"""Texts that are hostile in neither of the layers whose records can be read, and why."""


def plan(layer: Layer) -> Iterator[dict[str, Any]]:
    """The entries of a fault plan, the longest paths first."""
    for on, paths in layer.items():
        for path in sorted(paths, key=len, reverse=True):
            yield {
                "on": on,
                "do": "rewrite",
                "path": path,
                "times": _FOREVER,
                "fields": dict.fromkeys(("*", *_NULL_OR_TIME), HOSTILE),
                "kept": list(paths[path]),
            }


def kept(layer: Layer, path: str) -> tuple[str, ...]:
    """What keeps its words in the answer to a read."""
    found = max((each for each in layer["read"] if path.startswith(each)), key=len)
    return layer["read"][found]


def texts(tree: object, name: str = "") -> Iterator[tuple[str, str]]:
    """The name of its field, and each text in an answer that is neither number nor time."""
    if isinstance(tree, dict):
        yield from chain.from_iterable(texts(value, key) for key, value in tree.items())
    elif isinstance(tree, list):
        yield from chain.from_iterable(texts(value, name) for value in tree)
    elif isinstance(tree, str) and tree and not _NUMBER_OR_TIME.fullmatch(tree):
        yield name, tree


def texts_read() -> set[tuple[str, ...]]:
    """What captui reads as text in the records of the exchange: of each reading, the names that the field may have."""
    found: set[tuple[str, ...]] = set()
    for path in Path(core.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _reads_text(node):
                names = (each.value for each in node.args if isinstance(each, ast.Constant))
                found.add(tuple(name for name in names if isinstance(name, str)))
    return {names for names in found if names}


def _reads_text(call: ast.Call) -> bool:
    readers = ("wire.text", "wire.optional_text", "wire.verbatim", "wire.unmistakable_text")
    called = ast.unparse(call.func)
    return called in readers or (called == "wire.told" and ast.unparse(call.args[0]) in readers)


def wrong_with(raw: bytes) -> str:
    """Which bytes of the exchange's would have done something to a terminal; empty where none would."""
    for sequence in FORBIDDEN:
        if sequence in raw:
            at = raw.find(sequence)
            return f"{sequence!r} reached the terminal: …{raw[max(0, at - 80) : at + 80]!r}"
    for command in _OPERATING_SYSTEM_COMMAND.findall(raw):
        words = command.decode()
        if "owned" in words and not (words.startswith(("9;captui: ", "777;notify;captui;")) and words.isprintable()):
            return f"the exchange's words are in a command to the terminal: {words!r}"
    return ""
