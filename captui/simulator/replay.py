"""Plays a recording into one market as if the recorded crowd were trading there.

The recorded book is a participant with orders of its own. After every recorded book frame the public book equals the recorded one
wherever the user has no orders and took nothing. The user's orders stand among the recorded ones:

* A recorded level that grows does so at the end of its queue; one that shrinks loses its youngest amount first. So the user's place
  in time is kept as well as aggregated data allow.
* A recorded level that crosses the user's order trades with it, as the newcomer.
* A recorded trade takes the user's orders at better prices first. At its own price it takes its turn through the queue: what stood
  before the user's order is used up by recorded trades, without a change of the level, because the recording itself tells of that.
* Within one frame removals and reductions come first, so that the book is never crossed in between.

Recorded amounts and prices may lie outside the market's rules; those hold for users.
"""

from __future__ import annotations

from decimal import Decimal

from captui.simulator.markets import MARKETS
from captui.simulator.money import ZERO, minus, plus, text, times
from captui.simulator.orders import Order, OrderRequest, Side, Trade
from captui.simulator.recording import BookFrame, Frame, RecordedTrade, Recording, TradesFrame
from captui.simulator.venue import CandlesGrown, LevelText, Tape, Venue

CROWD = "recorded"
_FUNDS = Decimal(10**18)
"""More than any recorded book is worth, in every currency."""

Place = tuple[str, Side, Decimal]
"""A level: market, side and price."""


class Replay:
    """Drives one market from a recording, `speed` times as fast as it was recorded.

    When the recording ends, the book stays as it is and `finished` is True.
    """

    def __init__(self, venue: Venue, recording: Recording, *, speed: float, start_ms: int) -> None:
        self.recording = recording
        self.finished = False
        self.frames_played = 0
        self._venue = venue
        self._market = recording.market
        self._speed = speed
        self._start_ms = float(start_ms)
        self._frames = recording.play()
        self._pending: Frame | None = None
        rules = MARKETS[recording.market]
        for currency in (rules.base, rules.quote):
            venue.ledger.deposit(CROWD, currency, _FUNDS)
        venue.feeds[recording.market].snapshot_levels = None
        self._take_next()
        self.act(start_ms)

    @property
    def due_ms(self) -> int | None:
        if self._pending is None:
            return None
        return int(self._start_ms + self._pending.at_ms / self._speed)

    def act(self, now_ms: int) -> None:
        """Play the next frame."""
        match self._pending:
            case BookFrame() as frame:
                self._play_book(frame, now_ms)
            case TradesFrame() as frame:
                for trade in frame.trades:
                    self._play_trade(trade, now_ms)
        self.frames_played += 1
        self._take_next()

    def postpone(self, by_ms: int) -> None:
        self._start_ms += by_ms

    def _take_next(self) -> None:
        self._pending = next(self._frames, None)
        self.finished = self._pending is None

    def _play_book(self, frame: BookFrame, now_ms: int) -> None:
        targets: dict[Place, LevelText] = {
            (self._market, side, Decimal(written[0])): written
            for side, levels in ((Side.SELL, frame.asks), (Side.BUY, frame.bids))
            for written in levels
        }
        growing = []
        for place, (_, amount) in targets.items():
            standing = self._standing(place)
            more = minus(Decimal(amount or 0), sum((order.remaining for order in standing), ZERO))
            if more > 0:
                growing.append((place, more))
            elif more < 0:
                self._shrink(standing, -more, now_ms)
        for place, more in growing:
            self._grow(place, more, now_ms)
        self._publish(frame, targets)

    def _publish(self, frame: BookFrame, targets: dict[Place, LevelText]) -> None:
        """First what the user's orders went through, as increments of their own, then the recorded one with its own strings."""
        self._venue.flush(told=targets)
        if frame.snapshot:
            self._venue.feeds[self._market].sequence = frame.sequence
            return
        changes = []
        for (market, side, price), recorded in targets.items():
            level = self._venue.engine.books[market].side(side).level(price)
            untouched = (level.total if level else ZERO) == Decimal(recorded[1] or 0)
            changes.append((side, recorded if untouched else self._venue.written(market, side, price)))
        self._venue.publish_levels(self._market, changes)

    def _play_trade(self, trade: RecordedTrade, now_ms: int) -> None:
        """Match the user's orders that the recorded trade would have met, and show what is left of it on the tape."""
        price, whole = Decimal(trade.price), Decimal(trade.amount)
        left, filled = whole, ZERO
        for order in self._met(trade.taker_side.opposite, price):
            if order.price == price:
                left = minus(left, self._use_up_queue(order, left, now_ms))
            if not left:
                break
            amount = min(left, order.remaining)
            self._venue.engine.hit(order, amount, account=CROWD, now_ms=now_ms)
            left, filled = minus(left, amount), plus(filled, amount)
        self._venue.flush()
        shown = minus(whole, filled)
        if shown:
            self._show(trade, price, shown, trade.amount if shown == whole else text(shown), now_ms)

    def _show(self, trade: RecordedTrade, price: Decimal, amount: Decimal, written: str, now_ms: int) -> None:
        venue, feed = self._venue, self._venue.feeds[self._market]
        total = times(price, amount)
        public = Trade(trade.tid, self._market, price, amount, total, trade.taker_side, now_ms)
        feed.tape.append(public)
        feed.candles.record(public)
        venue.publish(Tape(self._market, trade.tid, trade.taker_side, trade.price, written, now_ms // 1000))
        venue.publish(CandlesGrown(self._market))

    def _met(self, side: Side, limit: Decimal) -> list[Order]:
        """The user's orders that a trade at `limit` reaches, in the order in which it does."""
        reached = [
            order
            for order in self._venue.open_orders(market=self._market, side=side)
            if order.price is not None and (order.price >= limit if side is Side.BUY else order.price <= limit)
        ]
        sign = -1 if side is Side.BUY else 1
        return sorted(reached, key=lambda order: (sign * (order.price or ZERO), order.id))

    def _standing(self, place: Place) -> list[Order]:
        """The crowd's orders at one level, oldest first."""
        market, side, price = place
        level = self._venue.engine.books[market].side(side).level(price)
        return [order for order in level.orders.values() if order.account == CROWD] if level else []

    def _shrink(self, standing: list[Order], amount: Decimal, now_ms: int) -> None:
        for order in reversed(standing):
            part = min(amount, order.remaining)
            self._venue.engine.reduce(order, part, now_ms=now_ms)
            amount = minus(amount, part)
            if not amount:
                return

    def _grow(self, place: Place, amount: Decimal, now_ms: int) -> None:
        market, side, price = place
        level = self._venue.engine.books[market].side(side).level(price)
        youngest = next(reversed(level.orders.values())) if level else None
        if youngest is not None and youngest.account == CROWD:
            self._venue.engine.enlarge(youngest, amount, now_ms=now_ms)
            return
        order = self._venue.engine.submit(OrderRequest(market, side, amount, price=price), account=CROWD, now_ms=now_ms)
        self._venue.engine.process(order, now_ms=now_ms)

    def _use_up_queue(self, order: Order, amount: Decimal, now_ms: int) -> Decimal:
        """Let `amount` go by the crowd that stands before `order`: it goes to the end of the queue, the level stays as it is.

        Returns how much of it there was.
        """
        engine = self._venue.engine
        place = (order.market, order.side, order.price or ZERO)
        earlier = []
        level = engine.books[order.market].side(order.side).level(place[2])
        for other in level.orders.values() if level else ():
            if other is order:
                break
            if other.account == CROWD:
                earlier.append(other)
        moved = ZERO
        told = engine.take_events()
        for other in earlier:
            part = min(other.remaining, minus(amount, moved))
            if not part:
                break
            engine.reduce(other, part, now_ms=now_ms)
            moved = plus(moved, part)
        if moved:
            self._grow(place, moved, now_ms)
        # The level is what it was before, so there is nothing to tell of.
        engine.events = told
        return moved
