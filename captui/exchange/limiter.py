"""How fast requests may leave: a bucket of tokens, and the pauses that the exchange asks for."""

from __future__ import annotations

from collections.abc import Callable


class RateLimiter:
    """A token bucket. Checking and taking are one step without an await, so that no two takers get the same token.

    `monotonic` returns seconds.
    """

    def __init__(self, rate_per_s: float, burst: int, monotonic: Callable[[], float]) -> None:
        if rate_per_s <= 0 or burst < 1:
            raise ValueError("a rate limit needs a rate above 0 and a burst of at least 1")
        self._rate = rate_per_s
        self._burst = float(burst)
        self._monotonic = monotonic
        self._tokens = float(burst)
        self._filled_at = monotonic()
        self._paused_until = float("-inf")

    def take(self, *, leaving: int = 0) -> float:
        """Take one token and return 0, or take nothing and return the seconds to wait before asking again.

        `leaving` tokens are left to others: reads leave some, so that they can never use up what a cancel needs.
        """
        now = self._monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if now < self._paused_until:
            return self._paused_until - now
        wanted = min(1.0 + leaving, self._burst)
        # A billionth of a token short is rounding of the clock, and waiting for it would spin.
        if self._tokens < wanted - 1e-9:
            return (wanted - self._tokens) / self._rate
        self._tokens -= 1.0
        return 0.0

    def pause(self, seconds: float) -> None:
        """Nothing leaves for so long. A shorter pause never shortens one that is on."""
        self._paused_until = max(self._paused_until, self._monotonic() + seconds)

    @property
    def paused_for(self) -> float:
        """Seconds left of the pause, 0 where there is none."""
        return max(0.0, self._paused_until - self._monotonic())
