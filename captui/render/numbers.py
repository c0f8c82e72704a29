"""Numbers as people read them: thousands in groups, decimals under each other, digits that do not matter set apart.

Exact throughout: a `Decimal` is rounded only to be shown, and only in the places asked for.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal

from captui.core.text import grouped
from captui.render.lines import Run

_FINE_FROM = 1000
"""From this price on, what stands behind the decimal point is below a tenth of a per cent of a per cent: not looked at."""


def fixed(value: Decimal, places: int) -> str:
    """`843 500.00`: exactly `places` decimals, thousands apart, a true minus sign."""
    return grouped(value, places).replace("-", "−")


def rough(value: Decimal, places: int) -> str:
    """As `fixed`, but what would round to nothing reads `<.0001`, as wide as `0.0001`: there is something."""
    text = fixed(value, places)
    if value > 0 and places > 0 and not text.strip("0."):
        return f"<.{'1'.rjust(places, '0')}"
    return text


def trimmed(value: Decimal, places: int) -> str:
    """As `fixed`, without zeros at the end of the decimals."""
    text = fixed(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: Decimal, places: int) -> str:
    """With its sign even when positive; zero has none."""
    text = fixed(value, places)
    return f"+{text}" if value > 0 and text.strip("0. ") else text


def price_runs(text: str, name: str, *, fine: str = "dim") -> tuple[Run, ...]:
    """A price in two runs: what moves the market in `name`, the cents of large prices in `fine`."""
    whole, point, decimals = text.partition(".")
    if not point:
        return ((text, name),)
    digits = "".join(ch for ch in whole if ch.isdigit())
    if digits and int(digits) >= _FINE_FROM:
        return ((whole, name), (point + decimals, fine))
    return amount_runs(text, name, fine=fine)


def amount_runs(text: str, name: str, *, fine: str = "faint") -> tuple[Run, ...]:
    """An amount in two runs: up to its last digit that is not zero in `name`, the zeros after it in `fine`."""
    if "." not in text:
        return ((text, name),)
    kept = text.rstrip("0").rstrip(".")
    return ((kept, name), (text[len(kept) :], fine)) if len(kept) < len(text) else ((text, name),)


def short(value: Decimal, digits: int = 4) -> str:
    """About `digits` significant digits with a unit of thousands: `12.41`, `1.204k`, `35.2M`."""
    size = abs(value)
    for limit, unit in ((Decimal(10) ** 9, "G"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 4, "k")):
        if size >= limit:
            scaled = value / (limit if unit != "k" else Decimal(1000))
            return fixed(scaled, max(0, digits - _whole_digits(scaled))) + unit
    return fixed(value, max(0, digits - _whole_digits(value)))


def _whole_digits(value: Decimal) -> int:
    return max(1, abs(value).adjusted() + 1)


def money(value: Decimal, currency: str, places: int = 2) -> str:
    """`R 8 341.00`; other currencies by name: `0.0100 BTC`."""
    if currency == "zar":
        return f"R {fixed(value, places)}"
    return f"{trimmed(value, 8)} {currency.upper()}"


def percent(value: Decimal, places: int = 2) -> str:
    """`+1.24 %`"""
    return f"{signed(value, places)} %"


def clock(time_ms: int, tz: tzinfo | None) -> str:
    """Local time `14:03:21`; `tz` None means the zone of this machine."""
    return datetime.fromtimestamp(time_ms / 1000, tz).strftime("%H:%M:%S")


def age(milliseconds: int) -> str:
    """How long ago, in the two or three digits that matter: `0.1 s`, `12 s`, `3 m`, `2 h`, `5 d`."""
    seconds = max(0, milliseconds) / 1000
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"


def rate(bytes_per_second: int) -> str:
    """`840 B/s`, `2.1 kB/s`, `1.4 MB/s`"""
    if bytes_per_second < 1000:
        return f"{bytes_per_second} B/s"
    if bytes_per_second < 1_000_000:
        return f"{bytes_per_second / 1000:.1f} kB/s"
    return f"{bytes_per_second / 1_000_000:.1f} MB/s"
