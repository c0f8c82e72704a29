"""Times of the exchange, however it writes them, as unix milliseconds; and the starts of candles."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from captui.core.intervals import Interval
from captui.core.money import parse
from captui.core.text import printable
from captui.errors import ProtocolError

SECONDS_LIMIT = 10**11
"""A unix time above this is in milliseconds (exchange notes, REST): as seconds it would lie in the year 5138."""

_LATEST_MS = 253_402_300_799_999
"""The end of the year 9999: nothing after it can be shown as a date."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_MS = 86_400_000
_FIRST_MONDAY_MS = 4 * _DAY_MS
"""1 January 1970 was a Thursday; weeks of candles start on Monday, 00:00 UTC."""


def to_ms(value: str | int | Decimal | float) -> int:
    """Unix milliseconds of a time that the exchange sent as seconds, milliseconds or ISO 8601 text with an offset or `Z`.

    Numbers may also come as text, and may have a fraction. Raises ProtocolError for anything else, for a time without an
    offset (it would have to be guessed), and for a time before 1970 or after 9999.
    """
    if isinstance(value, str) and not value.replace(".", "", 1).isdecimal():
        return _iso_ms(value)
    number = parse(Decimal(repr(value)) if isinstance(value, float) else value)
    if number <= SECONDS_LIMIT:
        number *= 1000
    if not 0 <= number <= _LATEST_MS:
        raise ProtocolError(f"The exchange sent {printable(str(value))} as a time.")
    return int(number.to_integral_value(rounding=ROUND_HALF_EVEN))


def interval_start(time_ms: int, interval: Interval) -> int:
    """Start of the candle that holds `time_ms`. Weeks start on Monday, three-day candles count from 1 January 1970, UTC."""
    origin = _FIRST_MONDAY_MS if interval is Interval.W1 else 0
    return time_ms - (time_ms - origin) % interval.milliseconds


def _iso_ms(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ProtocolError(f"The exchange sent {printable(text)!r} as a time.") from error
    if moment.tzinfo is None:
        raise ProtocolError(f"The exchange sent the time {printable(text)!r} without saying which zone it is of.")
    since = moment - _EPOCH
    ms = since.days * _DAY_MS + since.seconds * 1000 + since.microseconds // 1000
    if ms < 0:
        raise ProtocolError(f"The exchange sent {printable(text)!r} as a time.")
    return ms
