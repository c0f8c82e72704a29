"""Exact decimal arithmetic for the embedded exchange, and how the exchange writes numbers.

Nothing is ever rounded when money moves: an amount has at most 8 decimals, a price 2 and a fee rate 3, so that every product fits 13
decimals. The context traps `Inexact`: arithmetic that would need rounding raises instead. Only an average price, which is for
showing, is rounded (half even, 8 decimals).
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

ZERO = Decimal(0)
EXACT = Context(prec=60, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""Sixty digits hold the largest account (16 digits of rand) with room for any product of this exchange."""

_SHOWN = Context(prec=60, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
_EIGHT_PLACES = Decimal("0.00000001")

times = EXACT.multiply
plus = EXACT.add
minus = EXACT.subtract


def average(total: Decimal, amount: Decimal) -> Decimal:
    """`total / amount` to 8 decimals, half even; zero where nothing was executed."""
    if not amount:
        return ZERO
    return _SHOWN.quantize(_SHOWN.divide(total, amount), _EIGHT_PLACES)


def text(value: Decimal) -> str:
    """As the exchange writes it: plain, no trailing zeros, at least one decimal ("800000.0", "0.00001")."""
    plain = f"{value:f}"
    if "." not in plain:
        return plain + ".0"
    whole, decimals = plain.split(".")
    return f"{whole}.{decimals.rstrip('0') or '0'}"


def decimals(value: Decimal) -> int:
    """How many decimals are needed to write `value` without loss."""
    exponent = value.normalize(EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
