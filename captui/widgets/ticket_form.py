"""What the order ticket's text means: price and amount as typed -> a draft, or one sentence that says what is missing.

Amounts may be written in base units (`0.01`), in a currency (`500zar`, `0.2btc`), as a share of what is available (`25%`) or
as `max`. Shares and values are rounded down to the market's step, so that they never spend more than was meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from captui.core.dataclass import dataclass
from captui.core.money import floor_to
from captui.core.text import grouped
from captui.core.types import Level, Market, OrderDraft, OrderType, Side

_NUMBER = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")
_AMOUNT = re.compile(r"(?P<before>[a-z]*)(?P<number>[0-9]+\.?[0-9]*|\.[0-9]+)(?P<after>%|[a-z]*)")
_MAX_LENGTH = 40
"""Characters of a field that are read: longer than any price, short enough to refuse nonsense quickly."""

SHARES: tuple[tuple[str, str], ...] = (("25%", "25%"), ("50%", "50%"), ("75%", "75%"), ("max", "max"))
"""The row of shares: label, and what is written into the amount."""


class Kind(StrEnum):
    """The ticket's order types; post-only is a limit order that never takes."""

    LIMIT = "limit"
    POST_ONLY = "post-only"
    MARKET = "market"


@dataclass(frozen=True, slots=True)
class Form:
    """The ticket as filled in."""

    side: Side = Side.BUY
    kind: Kind = Kind.LIMIT
    price: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the form means now."""

    draft: OrderDraft | None = None
    sentence: str = ""
    """Why there is no draft, for the person; empty while a field is simply still empty."""
    field: str = ""
    """`price` or `amount`: the one that the sentence is about."""


def read(
    form: Form,
    *,
    market: Market,
    bids: Sequence[Level],
    asks: Sequence[Level],
    available: Mapping[str, Decimal] | None,
) -> Reading:
    """The draft that this form describes. `available` by currency, None where balances are not known."""
    price: Decimal | None = None
    if form.kind is not Kind.MARKET:
        try:
            price = read_price(form.price)
        except ValueError as error:
            return Reading(sentence=str(error), field="price")
        if price is None:
            return Reading(field="price")
    try:
        volume = read_amount(
            form.amount, side=form.side, price=price, market=market, bids=bids, asks=asks, available=available
        )
    except ValueError as error:
        return Reading(sentence=str(error), field="amount")
    if volume is None:
        return Reading(field="amount")
    kind = OrderType.MARKET if form.kind is Kind.MARKET else OrderType.LIMIT
    return Reading(OrderDraft(market.id, form.side, kind, price, volume, form.kind is Kind.POST_ONLY))


def read_price(text: str) -> Decimal | None:
    """None for an empty field. Raises ValueError with a sentence for what is not a price."""
    bare = _bare(text)
    if not bare:
        return None
    if "," in bare:
        raise ValueError("Write the price with a point and without commas, like 834100.50.")
    if len(bare) > _MAX_LENGTH or not _NUMBER.fullmatch(bare):
        raise ValueError(f"“{text.strip()[:_MAX_LENGTH]}” is not a price.")
    price = Decimal(bare)
    if price == 0:
        raise ValueError("A price is more than 0.")
    return price


def read_amount(
    text: str,
    *,
    side: Side,
    price: Decimal | None,
    market: Market,
    bids: Sequence[Level],
    asks: Sequence[Level],
    available: Mapping[str, Decimal] | None,
) -> Decimal | None:
    """The volume in base units; None for an empty field. Raises ValueError with a sentence for what is not an amount.

    `price` None means a market order: values are then turned into volume by walking the other side of the book.
    """
    bare = _bare(text).lower()
    if not bare:
        return None
    if "," in bare:
        raise ValueError("Write the amount with a point and without commas, like 0.0150.")
    spends = market.quote if side is Side.BUY else market.base
    if bare == "max":
        bare = "100%"
    found = _AMOUNT.fullmatch(bare) if len(bare) <= _MAX_LENGTH else None
    if found is None:
        raise ValueError(f"“{text.strip()[:_MAX_LENGTH]}” is not an amount: try 0.01, 500{market.quote}, 25% or max.")
    number, unit = Decimal(found["number"]), found["after"] or found["before"]
    if found["before"] and found["after"]:
        raise ValueError(f"“{text.strip()}” names two units.")
    if unit == "%":
        if number > 100:
            raise ValueError("A share is at most 100 %.")
        if available is None:
            raise ValueError(f"How much {spends.upper()} is available is not known, so a share of it cannot be taken.")
        number, unit = available.get(spends, Decimal(0)) * number / 100, spends
        if number == 0:
            raise ValueError(f"There is no {spends.upper()} available.")
    if unit in ("", market.base):
        volume = number if unit == "" else floor_to(number, market.lot)
    elif unit == market.quote or (unit == "r" and market.quote == "zar"):
        volume = floor_to(_bought(number, price, bids if side is Side.SELL else asks), market.lot)
        if price is not None and volume * price > number:
            volume -= market.lot
    else:
        raise ValueError(f"{unit.upper()} is not a currency of {market.name}: use {market.base} or {market.quote}.")
    if volume == 0:
        raise ValueError(f"That comes to less than the smallest step, {grouped(market.lot)} {market.base.upper()}.")
    return volume


def _bought(value: Decimal, price: Decimal | None, levels: Sequence[Level]) -> Decimal:
    """How much of the base `value` of the quote is worth, at this price or level by level."""
    if price is not None:
        return value / price
    if not levels:
        raise ValueError("The other side of the book is empty, so a value cannot be turned into an amount.")
    volume = Decimal(0)
    for level in levels:
        cost = level.price * level.amount
        if cost >= value:
            return volume + value / level.price
        volume += level.amount
        value -= cost
    return volume


def _bare(text: str) -> str:
    """Without the spaces that group thousands, whichever kind they are."""
    return "".join(text.split())
