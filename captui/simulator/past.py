"""Trading that the user did before the doors opened: orders and own trades of three months, so that there is a past to look at.

It runs on the engine's empty books, before the makers open theirs, against the participant's money: fees, locks, balances and ids are
those of any other trading, and the ledger adds up. Prices are those of the market's own history at that time. Everyone's tape and
candles say nothing of it: their past is made up already.
"""

from __future__ import annotations

import random
from decimal import Decimal

from captui.simulator.history import HOUR
from captui.simulator.markets import MARKETS, Market
from captui.simulator.orders import Fill, OrderRefusedError, OrderRequest, OrderType, Side
from captui.simulator.venue import PARTICIPANT, USER, USER_FUNDS, Venue

ORDERS = 90
DAYS = 90
_HOUR_MS = 3_600_000
_MINUTE_MS = 60_000
_LARGEST_RAND = 15_000
_SMALLEST_RAND = 400
_CANCELLED, _PARTLY, _MARKET = 0.15, 0.25, 0.3
"""How often an order is taken back unfilled, is filled in two parts, and takes instead of waiting."""


def trade_in_the_past(venue: Venue, *, seed: str, now_ms: int) -> None:
    """Spread over the last `DAYS` days before `now_ms`, the newest an hour ago or more. Deterministic for a seed.

    To be called while the books are empty and nobody listens.
    """
    rng = random.Random(f"{seed}:past")  # noqa: S311 - made-up trading
    # An hour each, which is longer than any order lives: ids and times rise together.
    for hours in sorted(rng.sample(range(2, DAYS * 24), ORDERS), reverse=True):
        at_ms = now_ms - hours * _HOUR_MS + rng.randrange(_MINUTE_MS)
        market = MARKETS[rng.choice(sorted(MARKETS))]
        bar = venue.feeds[market.id].candles.bar(HOUR, at_ms // _MINUTE_MS // HOUR)
        if bar is None:
            continue
        price = Decimal(rng.randint(bar.low, bar.high)) / 100
        _one_order(venue, market, price, rng, at_ms)


def _one_order(venue: Venue, market: Market, price: Decimal, rng: random.Random, at_ms: int) -> None:
    side = rng.choice((Side.BUY, Side.BUY, Side.SELL))
    step = Decimal(1).scaleb(-min(market.amount_precision, 5))
    rand = Decimal(rng.randint(_SMALLEST_RAND, _LARGEST_RAND))
    volume = max(market.min_amount, (rand / price).quantize(step))
    if not _affords(venue, market, side, volume, price):
        side = side.opposite
    try:
        if rng.random() < _MARKET:
            _take(venue, market, side, volume, price, at_ms)
        else:
            _rest(venue, market, side, volume, price, rng, at_ms)
    except OrderRefusedError:
        # More than the user had at the time: nobody sends that.
        pass
    _recall(venue)


def _affords(venue: Venue, market: Market, side: Side, volume: Decimal, price: Decimal) -> bool:
    """Whether half of what the user began with stays: a past that spent everything leaves nothing to trade with."""
    currency, amount = (market.quote, volume * price) if side is Side.BUY else (market.base, volume)
    return venue.ledger.available(USER, currency) - amount >= USER_FUNDS[currency] / 2


def _take(venue: Venue, market: Market, side: Side, volume: Decimal, price: Decimal, at_ms: int) -> None:
    engine = venue.engine
    offered = engine.submit(
        OrderRequest(market.id, side.opposite, volume, price=price), account=PARTICIPANT, now_ms=at_ms
    )
    engine.process(offered, now_ms=at_ms)
    try:
        order = engine.submit(OrderRequest(market.id, side, volume, OrderType.MARKET), account=USER, now_ms=at_ms)
    except OrderRefusedError:
        engine.cancel(offered, now_ms=at_ms)
        raise
    venue.orders[order.id] = order
    engine.process(order, now_ms=at_ms)


def _rest(
    venue: Venue, market: Market, side: Side, volume: Decimal, price: Decimal, rng: random.Random, at_ms: int
) -> None:
    engine = venue.engine
    request = OrderRequest(market.id, side, volume, price=price, post_only=rng.random() < 0.5)
    order = engine.submit(request, account=USER, now_ms=at_ms)
    venue.orders[order.id] = order
    engine.process(order, now_ms=at_ms)
    later_ms = at_ms + rng.randrange(5_000, _HOUR_MS // 2)
    fate = rng.random()
    if fate < _CANCELLED:
        engine.cancel(order, now_ms=later_ms)
        return
    parts = _parts(volume, market, rng) if fate < _CANCELLED + _PARTLY else [volume]
    for number, part in enumerate(parts):
        met_ms = later_ms + number * _MINUTE_MS
        taker = engine.submit(
            OrderRequest(market.id, side.opposite, part, price=price), account=PARTICIPANT, now_ms=met_ms
        )
        engine.process(taker, now_ms=met_ms, rests=False)


def _parts(volume: Decimal, market: Market, rng: random.Random) -> list[Decimal]:
    step = Decimal(1).scaleb(-min(market.amount_precision, 5))
    first = (volume * Decimal(rng.randint(20, 80)) / 100).quantize(step)
    return [first, volume - first] if step <= first < volume else [volume]


def _recall(venue: Venue) -> None:
    """Keep what concerns the user of what has just happened; nobody is told."""
    venue.fills.extend(event for event in venue.engine.take_events() if isinstance(event, Fill))
