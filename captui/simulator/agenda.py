"""What is to happen later, in order of time: confirmations, payments, addresses that come into being."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


class Agenda:
    """An actor of the timeline. Things due at the same time happen in the order in which they were put on it."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, Callable[[int], None]]] = []
        self._order = itertools.count()

    @property
    def due_ms(self) -> int | None:
        return self._waiting[0][0] if self._waiting else None

    def at(self, due_ms: int, deed: Callable[[int], None]) -> None:
        """Have `deed` done at `due_ms`; it is told the time."""
        heapq.heappush(self._waiting, (due_ms, next(self._order), deed))

    def act(self, now_ms: int) -> None:
        """Do the next thing. It must be due."""
        _, _, deed = heapq.heappop(self._waiting)
        deed(now_ms)

    def postpone(self, by_ms: int) -> None:
        # The same number added to all keeps a heap a heap.
        self._waiting = [(due_ms + by_ms, order, deed) for due_ms, order, deed in self._waiting]
