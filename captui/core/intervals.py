"""The twelve candle intervals: minutes in REST, names on the websocket (API document, K Line)."""

from __future__ import annotations

from enum import Enum


class Interval(Enum):
    """Value: length in minutes."""

    M1 = 1
    M5 = 5
    M15 = 15
    M30 = 30
    H1 = 60
    H2 = 120
    H4 = 240
    H6 = 360
    H12 = 720
    D1 = 1440
    D3 = 4320
    W1 = 10080

    @property
    def label(self) -> str:
        """The websocket's name and the one people read: `15m`, `1h`, `3d`, `1w`."""
        minutes = self.value
        for size, unit in ((10080, "w"), (1440, "d"), (60, "h")):
            if minutes % size == 0:
                return f"{minutes // size}{unit}"
        return f"{minutes}m"

    @property
    def milliseconds(self) -> int:
        return self.value * 60_000

    @classmethod
    def from_label(cls, label: str) -> Interval:
        """Raises ValueError for a name that is not one of the twelve."""
        for interval in cls:
            if interval.label == label:
                return interval
        raise ValueError(f"{label!r} is not a candle interval; use one of {', '.join(i.label for i in cls)}")

    def step(self, by: int) -> Interval:
        """The interval `by` places longer (or shorter, negative), held at the ends."""
        order = list(Interval)
        return order[max(0, min(len(order) - 1, order.index(self) + by))]
