"""How many bytes a second go to the terminal, over the last seconds."""

from __future__ import annotations

from collections import deque

OVER_S = 3.0
_SLOT_S = 0.25


class Meter:
    """Times are in seconds of any clock that never goes back."""

    def __init__(self) -> None:
        self.total = 0
        """Bytes ever."""
        self._slots: deque[tuple[float, int]] = deque()

    def add(self, size: int, now: float) -> None:
        self.total += size
        if self._slots and now - self._slots[-1][0] < _SLOT_S:
            at, before = self._slots[-1]
            self._slots[-1] = (at, before + size)
        else:
            self._slots.append((now, size))
        self._drop(now)

    def per_second(self, now: float) -> int:
        self._drop(now)
        return round(sum(size for _, size in self._slots) / OVER_S)

    def _drop(self, now: float) -> None:
        while self._slots and now - self._slots[0][0] > OVER_S:
            self._slots.popleft()
