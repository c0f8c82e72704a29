"""How long to wait before trying again: exponential, with full jitter, so that many clients do not come back at once."""

from __future__ import annotations

import random


class Backoff:
    """Seconds. The n-th delay is drawn evenly from `floor_s` to `min(cap_s, base_s * 2**n)`.

    The floor bounds how often a server that fails at once can be asked; a lucky draw of 0 would not.
    """

    def __init__(self, rng: random.Random, *, base_s: float, cap_s: float, floor_s: float = 0.1) -> None:
        self._rng = rng
        self._base_s = base_s
        self._cap_s = cap_s
        self._floor_s = floor_s
        self._failures = 0

    @property
    def failures(self) -> int:
        """In a row, since the start or the last `reset`."""
        return self._failures

    def next(self) -> float:
        """The delay after one more failure."""
        # The exponent is held: 2**1024 is no float, and a server can be away for days.
        ceiling = min(self._cap_s, self._base_s * 2 ** min(self._failures, 30))
        self._failures += 1
        return self._rng.uniform(min(self._floor_s, ceiling), ceiling)

    def reset(self) -> None:
        self._failures = 0
