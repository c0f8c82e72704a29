"""Exact money: text and JSON numbers to `Decimal`, steps, and back to plain text. Never a float, never an exponent on the wire."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation

from captui.core.text import printable
from captui.errors import ProtocolError

MAX_DIGITS = 60
"""Digits before or after the point beyond which text is garbage, not money (Ethereum's 18 decimals fit three times)."""

EXACT = Context(prec=4 * MAX_DIGITS)
"""Wide enough that no sum or product of two accepted numbers is ever rounded."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


def parse(value: str | int | Decimal) -> Decimal:
    """Exactly the number that was written, whether it came as text or as a JSON number.

    Raises ProtocolError for anything that is not a finite number of sane size (`nan`, `inf`, `1_0`, an empty text, a bool).
    """
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise ProtocolError(f"The exchange sent {printable(value)!r} where a number belongs.")
        number = Decimal(value)
    elif type(value) in (int, Decimal):
        number = Decimal(value)
    else:
        # Among them bool, which Python counts as a number, and float, which is never money.
        raise ProtocolError(f"The exchange sent a {type(value).__name__} where a number belongs.")
    if not is_sane(number):
        raise ProtocolError("The exchange sent a number too long to be money.")
    return number


def is_sane(value: Decimal) -> bool:
    """True for a finite number of at most MAX_DIGITS digits on either side of the point: what exact arithmetic is made for."""
    if not value.is_finite():
        return False
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and -MAX_DIGITS <= exponent <= MAX_DIGITS and value.adjusted() <= MAX_DIGITS


def plain(value: Decimal) -> str:
    """The number without exponent and without trailing zeros; `0` for every zero. Reading it back gives the same number."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def on_step(value: Decimal, step: Decimal) -> bool:
    """True when `value` is a whole number of steps. `step` is greater than zero."""
    return EXACT.remainder(value, step) == 0


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """The greatest multiple of `step` that is not above `value`, written with the step's decimals."""
    return _rounded(value, step, ROUND_FLOOR)


def ceil_to(value: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of `step` that is not below `value`, written with the step's decimals."""
    return _rounded(value, step, ROUND_CEILING)


def nearest(value: Decimal, step: Decimal) -> Decimal:
    """The multiple of `step` nearest to `value`; halfway goes away from zero, as people round prices."""
    return _rounded(value, step, ROUND_HALF_UP)


def _rounded(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    if step <= 0:
        raise ValueError("a step is greater than zero")
    lower = EXACT.divide_int(value, step)
    rest = EXACT.subtract(value, EXACT.multiply(lower, step))
    # divide_int cuts towards zero; what is left decides whether one more step, up or down, is due.
    if rest:
        away = Decimal(1) if rest > 0 else Decimal(-1)
        if (
            (rounding == ROUND_FLOOR and rest < 0)
            or (rounding == ROUND_CEILING and rest > 0)
            or (rounding == ROUND_HALF_UP and EXACT.multiply(abs(rest), Decimal(2)) >= step)
        ):
            lower = EXACT.add(lower, away)
    result = EXACT.multiply(lower, step)
    try:
        return EXACT.quantize(result, step)
    except InvalidOperation:
        return result
