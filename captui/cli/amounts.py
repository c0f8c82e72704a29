"""Amounts as people give them on the command line: `0.01`, `0.01btc` or `500zar`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import click

from captui.core.dataclass import dataclass
from captui.core.money import EXACT, MAX_DIGITS, floor_to, is_sane
from captui.core.text import grouped, printable
from captui.core.types import Level, Market

_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([A-Za-z][A-Za-z0-9-]*)?")


@dataclass(frozen=True, slots=True)
class Amount:
    value: Decimal
    currency: str
    """Empty: the base currency of whatever market it is for."""


def parse_amount(text: str) -> Amount:
    """Raises UsageError for anything but a plain number above zero with or without a currency."""
    found = _AMOUNT.fullmatch(text.strip())
    value = Decimal(found[1]) if found is not None and len(found[1]) <= 2 * MAX_DIGITS else Decimal(0)
    if found is None or not is_sane(value) or value <= 0:
        raise click.UsageError(
            f"{printable(text)!r} is not an amount; use a number such as 0.01, or one with its currency such as 500zar."
        )
    return Amount(value, (found[2] or "").lower())


def parse_price(text: str) -> Decimal:
    """Raises UsageError for anything but a plain number above zero."""
    amount = parse_amount(text)
    if amount.currency:
        raise click.UsageError(f"{printable(text)!r} is not a price; use a plain number.")
    return amount.value


def volume_of(amount: Amount, market: Market, *, price: Decimal | None, opposite: Sequence[Level]) -> Decimal:
    """In base, on the market's step and never worth more than was given.

    An amount in quote is divided by `price`, or, for a market order (None), taken from `opposite`, the book's other side, best
    first. Raises UsageError for another currency than the market's two, for an amount in quote that is less than one step, and
    for one that is more than the whole side.
    """
    if amount.currency in ("", market.base):
        return amount.value
    if amount.currency != market.quote:
        raise click.UsageError(
            f"{market.name or market.id} trades {market.base.upper()} for {market.quote.upper()}, not {amount.currency.upper()}."
        )
    volume = amount.value / price if price is not None else _reach(amount, market, opposite)
    stepped = floor_to(volume, market.lot)
    if stepped <= 0:
        raise click.UsageError(
            f"{grouped(amount.value)} {market.quote.upper()} is less than the smallest step of {market.name or market.id}."
        )
    return stepped


def _reach(amount: Amount, market: Market, opposite: Sequence[Level]) -> Decimal:
    """How much base the amount of quote buys or asks for, level by level."""
    left, volume = amount.value, Decimal(0)
    for level in opposite:
        worth = EXACT.multiply(level.price, level.amount)
        if worth >= left:
            return volume + left / level.price
        left, volume = EXACT.subtract(left, worth), EXACT.add(volume, level.amount)
    raise click.UsageError(
        f"The book of {market.name or market.id} does not hold {grouped(amount.value)} {market.quote.upper()}."
    )
