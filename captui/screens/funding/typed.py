"""What is typed into the forms of the funding screen, read exactly; what is no number is a sentence."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")
_LONGEST = 40
"""Characters: longer than any amount, short enough to refuse nonsense quickly."""


def amount(text: str) -> Decimal:
    """A number above zero; thousands may be apart. Raises ValueError with a sentence."""
    bare = re.sub(r"[\s_]", "", text)
    if not bare:
        raise ValueError("An amount is needed.")
    if "," in bare:
        # In one country it is a point, in another it groups thousands: a guess would be wrong a thousandfold.
        raise ValueError("Write the amount with a point and without commas, like 1500.50.")
    if len(bare) > _LONGEST or not _NUMBER.fullmatch(bare):
        raise ValueError(f"“{text.strip()[:_LONGEST]}” is not an amount.")
    value = Decimal(bare)
    if not value:
        raise ValueError("An amount is more than 0.")
    return value


def amount_or_none(text: str) -> Decimal | None:
    try:
        return amount(text)
    except ValueError:
        return None


def percent(text: str) -> Decimal | None:
    """The part that the exchange wants, 1 for all of it; None for nothing typed. Raises ValueError with a sentence."""
    bare = text.strip().removesuffix("%").strip()
    if not bare:
        return None
    if len(bare) > _LONGEST or not _NUMBER.fullmatch(bare) or Decimal(bare) > 100:
        raise ValueError("A percentage is a number from 0 to 100.")
    return Decimal(bare) / 100 or None


def one_time_password(text: str) -> str:
    """What is wrong with it; nothing where it can be one."""
    digits = text.isascii() and text.isdigit()
    return "" if digits and len(text) == 6 else "A one-time password is six digits."


def pin(text: str) -> str:
    """What is wrong with the pin of a beneficiary; nothing where it can be one."""
    return "" if text.isascii() and text.isdigit() else "The pin is made of digits."
