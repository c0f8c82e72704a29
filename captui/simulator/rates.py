"""A limit on how many requests a second are answered."""

from __future__ import annotations

import math
import time
from collections.abc import Callable


class RateLimit:
    """At most `per_second` requests in a second, with one second's worth of them at once.

    `clock` gives seconds and never goes back.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._most = max(1.0, per_second)
        self._clock = clock
        self._left = self._most
        self._filled = clock()

    def take(self) -> int:
        """0 when the request may pass, otherwise the whole seconds to wait."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._filled) * self._per_second)
        self._filled = now
        if self._left >= 1:
            self._left -= 1
            return 0
        return max(1, math.ceil((1 - self._left) / self._per_second))
