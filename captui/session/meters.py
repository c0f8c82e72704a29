"""Small readings of the connection: how much comes in, and whether this machine's clock is worth a word."""

from __future__ import annotations


class ByteMeter:
    """Bytes per second over about the last second, from a counter that only goes up."""

    def __init__(self) -> None:
        self.per_second = 0
        self._seen = 0
        self._at = 0.0

    def reset(self, now: float) -> None:
        """The counter starts again at 0. `now` is in monotonic seconds."""
        self._seen, self._at = 0, now

    def read(self, counter: int, now: float) -> None:
        elapsed = now - self._at
        if elapsed >= 1.0:
            self.per_second = round(max(0, counter - self._seen) / elapsed)
            self._seen, self._at = counter, now


class SkewNotice:
    """A sentence when the clock is found to be off, and again only when it is off by something else."""

    def __init__(self, limit_ms: int) -> None:
        self._limit_ms = limit_ms
        self._told_ms: int | None = None

    def news(self, offset_ms: int | None) -> str:
        """Empty where there is nothing (new) to say. `offset_ms` is the exchange's clock minus ours."""
        if offset_ms is None or abs(offset_ms) < self._limit_ms:
            return ""
        if self._told_ms is not None and abs(offset_ms - self._told_ms) < self._limit_ms:
            return ""
        self._told_ms = offset_ms
        way = "behind" if offset_ms > 0 else "ahead of"
        return f"This machine's clock is {abs(offset_ms) / 1000:.1f} s {way} the exchange's; requests are corrected by that."
