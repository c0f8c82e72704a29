"""Time in the embedded exchange: what acts by itself, when, and how far the clock may go."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from captui.simulator.venue import TickersChanged, Venue

_LONGEST_LAG_MS = 3_000
"""After a longer pause (a suspended machine) what acts by itself goes on from now instead of catching up."""

ACTS_AT_ONCE = 15
"""How much may happen before the server looks after its connections again. An act is told in a few messages, seldom in more than
ten, and a connection is dropped when 256 wait for it."""

_TICKER_MS = 1_000


class Actor(Protocol):
    """Something that does things to the venue at times of its own."""

    @property
    def due_ms(self) -> int | None:
        """When it wants to act next; None when it never will again."""

    def act(self, now_ms: int) -> None:
        """Do what is due at `now_ms`, which is `due_ms`."""

    def postpone(self, by_ms: int) -> None:
        """Do everything later by this much."""


class Timeline:
    """Lets actors act in order of time, each at its own time."""

    def __init__(self, venue: Venue, actors: Sequence[Actor]) -> None:
        self.venue = venue
        self.actors = list(actors)

    @property
    def due_ms(self) -> int | None:
        return min((actor.due_ms for actor in self.actors if actor.due_ms is not None), default=None)

    def run(self, until_ms: int, *, most: int | None = None) -> bool:
        """Let everything happen that is due by `until_ms`, but at most so many acts; True when nothing is left over."""
        acts = 0
        while True:
            actor = min(
                (actor for actor in self.actors if actor.due_ms is not None),
                key=lambda each: each.due_ms or 0,
                default=None,
            )
            due = actor.due_ms if actor is not None else None
            if actor is None or due is None or due > until_ms:
                self.venue.now_ms = max(self.venue.now_ms, until_ms)
                return True
            if most is not None and acts >= most:
                return False
            self.venue.now_ms = max(self.venue.now_ms, due)
            actor.act(due)
            acts += 1

    def catch_up(self, now_ms: int) -> bool:
        """Bring the venue to `now_ms` in real time; False when there is more to do. A long pause is skipped, not made up for."""
        lag = now_ms - self.venue.now_ms
        if lag > _LONGEST_LAG_MS:
            for actor in self.actors:
                actor.postpone(lag)
        return self.run(now_ms, most=ACTS_AT_ONCE)


class TickerClock:
    """Rolls the candles on and has the tickers told, once a second."""

    def __init__(self, venue: Venue, *, start_ms: int) -> None:
        self._venue = venue
        self._due = start_ms

    @property
    def due_ms(self) -> int | None:
        return self._due

    def act(self, now_ms: int) -> None:
        for feed in self._venue.feeds.values():
            feed.candles.roll(now_ms)
        self._venue.publish(TickersChanged())
        self._due = now_ms + _TICKER_MS

    def postpone(self, by_ms: int) -> None:
        self._due += by_ms


def wall_ms() -> int:
    """Unix milliseconds of this machine."""
    return time.time_ns() // 1_000_000
