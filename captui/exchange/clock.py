"""The exchange's clock, as far as its `Date` headers tell. No clock of its own: every time is an argument.

A nonce 5 s or more away from the exchange's clock is refused (exchange notes, Authentication), and remote boxes drift. One header
has a resolution of a second, so it only bounds the offset; each further answer narrows the bounds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil

HEADER_RESOLUTION_MS = 1000

DRIFT_PER_MS = 0.0005
"""How far two clocks are allowed to come apart per millisecond. Ten times what a bad quartz does, so that an old bound never
outlives its truth."""


class ServerClock:
    """Bounds on `exchange clock - our clock`, in milliseconds."""

    def __init__(self) -> None:
        self._low = 0.0
        self._high = 0.0
        self._at_ms: int | None = None

    @property
    def offset_ms(self) -> int | None:
        """Exchange clock minus ours. None before the first answer.

        0 for as long as the clocks may agree: two programs of one user whose corrections differ by chance would come to give the
        same nonces. Else the middle of what is possible.
        """
        if self._at_ms is None:
            return None
        return 0 if self._low <= 0 <= self._high else round((self._low + self._high) / 2)

    @property
    def uncertainty_ms(self) -> int | None:
        """The offset is off by no more than this. None before the first answer."""
        offset = self.offset_ms
        return None if offset is None else ceil(max(self._high - offset, offset - self._low))

    def now_ms(self, local_ms: int) -> int:
        """Our `local_ms` on the exchange's clock; unchanged before the first answer."""
        return local_ms + (self.offset_ms or 0)

    def observe(self, date_header: str, sent_ms: int, received_ms: int) -> None:
        """Narrow the bounds by one answer: `sent_ms` and `received_ms` are ours, around the request.

        A header that is no date is ignored: the offset is a correction, not a condition. Where the answer contradicts what was
        known, one of the two clocks was set, and only the answer counts.
        """
        date_ms = _parse(date_header)
        if date_ms is None or received_ms < sent_ms:
            return
        low: float = date_ms - received_ms
        high: float = date_ms + HEADER_RESOLUTION_MS - sent_ms
        if self._at_ms is not None:
            drift = abs(received_ms - self._at_ms) * DRIFT_PER_MS
            narrowed = max(low, self._low - drift), min(high, self._high + drift)
            if narrowed[0] <= narrowed[1]:
                low, high = narrowed
        self._low, self._high, self._at_ms = low, high, received_ms


def _parse(date_header: str) -> int | None:
    try:
        date = parsedate_to_datetime(date_header)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return round((date - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
