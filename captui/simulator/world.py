"""Puts one exchange together: markets with a past, makers or a recording that drive them, and the clock."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from captui.simulator.candles import MINUTE_MS, Candles
from captui.simulator.funding import Funding
from captui.simulator.history import History
from captui.simulator.makers import HABITS, Maker
from captui.simulator.past import trade_in_the_past
from captui.simulator.recording import open_recording
from captui.simulator.replay import Replay
from captui.simulator.timeline import ACTS_AT_ONCE, Actor, TickerClock, Timeline, wall_ms
from captui.simulator.venue import IncrementShape, Venue

_WARM_UP_MS = 30_000
"""Makers trade this long before the doors open, so that the first visitor finds a tape and a lived-in book."""

_LONGEST_SLEEP_S = 0.2


class World:
    """The exchange and its time. With a manual clock nothing moves until `advance` is called.

    Raises:
        RecordingError: the recording to be replayed cannot be used.
    """

    def __init__(
        self,
        *,
        seed: int,
        makers: bool,
        replay: Path | None,
        speed: float,
        shape: IncrementShape,
        manual_clock: bool,
        start_ms: int | None,
        past: bool = False,
    ) -> None:
        """`past`: the user has traded here before, see `past`."""
        self.manual_clock = manual_clock
        now_ms = wall_ms() if start_ms is None else start_ms
        self._offset_ms = now_ms - wall_ms()
        begin_ms = now_ms - _WARM_UP_MS if makers else now_ms
        recording = open_recording(replay) if replay is not None else None
        rng = random.Random(seed)  # noqa: S311 - order uuids of a pretended exchange
        candles = {}
        for market, habits in HABITS.items():
            start_price = habits.start
            if recording is not None and recording.market == market:
                start_price = recording.first_price
            candles[market] = Candles(
                History(
                    seed=f"{seed}:{market}",
                    climate=habits.climate(market, around=start_price),
                    end=(now_ms if recording is not None and recording.market == market else begin_ms) // MINUTE_MS,
                    last=round(start_price * 100),
                )
            )
            candles[market].roll(begin_ms)
        self.venue = Venue(candles=candles, shape=shape, rng=rng, now_ms=begin_ms)
        if past:
            trade_in_the_past(self.venue, seed=str(seed), now_ms=begin_ms)
        self.replay: Replay | None = None
        crowd = [
            Maker(self.venue, market, seed=str(seed), start_ms=begin_ms)
            for market in HABITS
            if makers and (recording is None or recording.market != market)
        ]
        for maker in crowd:
            maker.open_book()
        Timeline(self.venue, crowd).run(now_ms)
        self.funding = Funding(self.venue, seed=str(seed))
        actors: list[Actor] = [*crowd, TickerClock(self.venue, start_ms=now_ms), self.funding.agenda]
        if recording is not None:
            self.replay = Replay(self.venue, recording, speed=speed, start_ms=now_ms)
            actors.append(self.replay)
        self.timeline = Timeline(self.venue, actors)

    @property
    def now_ms(self) -> int:
        """The market's clock, in unix milliseconds."""
        return self.venue.now_ms if self.manual_clock else wall_ms() + self._offset_ms

    def sync(self) -> None:
        """Bring the market up to the clock before something is asked of it, but for what would take long.

        A market that has more to do than there is time for must not keep whoever asks waiting for its end.
        """
        if not self.manual_clock:
            self.timeline.catch_up(self.now_ms)

    async def advance(self, by_ms: int) -> None:
        """Let this much time pass on a manual clock, without keeping connections waiting for long."""
        until = self.venue.now_ms + by_ms
        while True:
            if self.timeline.run(until, most=ACTS_AT_ONCE):
                return
            await asyncio.sleep(0)

    async def pulse(self) -> None:
        """Keep a market on the real clock going, for ever."""
        while True:
            if not self.timeline.catch_up(self.now_ms):
                await asyncio.sleep(0)
                continue
            due = self.timeline.due_ms
            pause = _LONGEST_SLEEP_S if due is None else (due - self.now_ms) / 1000
            await asyncio.sleep(min(max(pause, 0.001), _LONGEST_SLEEP_S))
