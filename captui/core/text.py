"""Text for sentences and from strangers: grouped numbers, and exchange text made safe to show."""

from __future__ import annotations

from decimal import Decimal

MAX_FOREIGN_TEXT = 300
"""Characters of one exchange text that are kept: enough for any sentence, too little to flood a log."""


def grouped(value: Decimal, places: int | None = None) -> str:
    """Plain digits with a space between thousands: `843 500.00`.

    `places` is the number of decimals to show (rounded half even); None shows all that there are, without trailing zeros.
    """
    if places is not None:
        digits = f"{value:.{places}f}"
    else:
        digits = f"{value:f}"
        if "." in digits:
            digits = digits.rstrip("0").rstrip(".")
    sign = ""
    if digits.startswith("-"):
        digits = digits[1:]
        sign = "-" if digits.strip("0.") else ""
    whole, dot, fraction = digits.partition(".")
    return f"{sign}{int(whole):,}".replace(",", " ") + dot + fraction


def percent(value: Decimal) -> str:
    """`value` is in percent already: `-1.25 %`."""
    return f"{grouped(value, 2)} %"


def pair_name(market_name: str, market_id: str) -> str:
    """`BTC/ZAR`, or the id in capitals where the exchange gave no name."""
    return market_name or market_id.upper()


def printable(text: str) -> str:
    """Exchange text with control characters (escape sequences among them) replaced and the length bounded."""
    kept = "".join(c if c.isprintable() else " " for c in text[: MAX_FOREIGN_TEXT + 1])
    return kept if len(kept) <= MAX_FOREIGN_TEXT else kept[: MAX_FOREIGN_TEXT - 1] + "…"


def unmistakable(text: str) -> str:
    """All of it, with what cannot be seen as its escape: `bc1q\\x1b[2J`.

    For where money goes: cleaning it would show another destination than the exchange has.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
