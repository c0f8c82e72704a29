"""Parts of requests: parameters by their names in the API document, and texts that may become a part of a path."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import quote

from captui.core.money import is_sane, plain

PAGE_SIZE = 100
"""The default and the most that the API document promises."""

_ORDER_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


def given(**parameters: str | int | None) -> dict[str, str]:
    """Without those that are None."""
    return {name: str(value) for name, value in parameters.items() if value is not None}


def segment(text: str) -> str:
    """One part of a path. Raises ValueError for an empty one: it would make the path of another endpoint."""
    if not text or text in {".", ".."}:
        raise ValueError(f"{text!r} cannot be part of a path")
    return quote(text, safe="")


def order_segment(order_id: int | str) -> str:
    """Raises ValueError for what is no id: an empty one would turn "cancel this order" into "cancel all orders"."""
    text = str(order_id)
    if not _ORDER_ID.fullmatch(text):
        raise ValueError(f"{text!r} is neither a numeric order id nor a uuid")
    return text


def number_segment(number: int) -> str:
    """Raises ValueError for what is no id of the exchange."""
    if isinstance(number, bool) or number < 1:
        raise ValueError(f"{number!r} is no id")
    return str(number)


def amount_text(value: Decimal) -> str:
    """Plain digits. Raises ValueError for an amount that is not above zero."""
    if not is_sane(value) or value <= 0:
        raise ValueError("an amount of money is a number above zero")
    return plain(value)
