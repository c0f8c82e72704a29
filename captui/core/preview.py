"""What an order would do if it were sent now, shown before it is sent. Exact; a picture of the book given, not a promise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from captui.core.dataclass import dataclass
from captui.core.fees import Fees
from captui.core.money import EXACT
from captui.core.types import Level, Market, OrderDraft, OrderType, Side

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Preview:
    """`matched + rests + shortfall` is the draft's volume."""

    value: Decimal
    """In quote: price × volume of a limit order; what the matches of a market order cost or bring."""
    fee: Decimal
    """In `fee_currency`: taken from what is received, as taker for what matches and as maker for what rests."""
    fee_currency: str
    fee_value: Decimal
    """The fee in quote."""
    maker: bool
    """It rests entirely."""
    matches: tuple[Level, ...]
    """What it would take, level by level, best first."""
    matched: Decimal
    """In base."""
    average_price: Decimal | None
    """Of the matches, None where there are none."""
    rests: Decimal
    """In base: what would be left in the book."""
    ahead: Decimal
    """In base: what already rests on its own side at its price or a better one, and so trades before it. 0 where nothing rests."""
    distance_percent: Decimal | None
    """Its price (the average of a market order) against the middle of the book: above is positive. None without a book."""
    spends: Decimal
    """In `spend_currency`: what is locked when it is accepted. A buy that matches below its price gets the difference back."""
    spend_currency: str
    left: Decimal | None
    """Available of `spend_currency` afterwards, negative where there is not enough; None where the balance is not known."""
    receives: Decimal
    """In `receive_currency`, after the fee, once all of it has been executed."""
    receive_currency: str
    shortfall: Decimal
    """In base: what no level could match. Only market orders have one."""


def preview(
    draft: OrderDraft,
    *,
    market: Market,
    bids: Sequence[Level],
    asks: Sequence[Level],
    available: Mapping[str, Decimal],
    fees: Fees,
) -> Preview:
    """Match `draft` against the book given (both sides best first). `available` is by currency.

    A post-only order is previewed as if it were not, so that what it would match can be shown. Raises ValueError for a limit
    order without a price or a negative volume.
    """
    limit = draft.price if draft.type is OrderType.LIMIT else None
    if draft.type is OrderType.LIMIT and limit is None:
        raise ValueError("a limit order has a price")
    if draft.volume < 0:
        raise ValueError("a volume is not negative")
    buying = draft.side is Side.BUY
    opposite, own = (asks, bids) if buying else (bids, asks)

    matches = _matches(draft.volume, opposite, limit, buying=buying)
    matched = _sum(level.amount for level in matches)
    cost = _sum(EXACT.multiply(level.price, level.amount) for level in matches)
    unmatched = EXACT.subtract(draft.volume, matched)
    rests = unmatched if limit is not None else _ZERO
    resting_value = EXACT.multiply(limit, rests) if limit is not None else _ZERO

    fee_value = EXACT.add(EXACT.multiply(cost, fees.taker), EXACT.multiply(resting_value, fees.maker))
    if buying:
        gross = EXACT.add(matched, rests)
        fee = EXACT.add(EXACT.multiply(matched, fees.taker), EXACT.multiply(rests, fees.maker))
        spends = EXACT.multiply(limit, draft.volume) if limit is not None else cost
        spend_currency, receive_currency = market.quote, market.base
    else:
        gross = EXACT.add(cost, resting_value)
        fee = fee_value
        spends = draft.volume
        spend_currency, receive_currency = market.base, market.quote
    average = cost / matched if matched else None
    price = limit if limit is not None else average
    have = available.get(spend_currency)
    return Preview(
        value=EXACT.multiply(limit, draft.volume) if limit is not None else cost,
        fee=fee,
        fee_currency=receive_currency,
        fee_value=fee_value,
        maker=limit is not None and not matches,
        matches=matches,
        matched=matched,
        average_price=average,
        rests=rests,
        ahead=_ahead(own, limit, buying=buying) if limit is not None and rests else _ZERO,
        distance_percent=_distance_percent(price, bids, asks),
        spends=spends,
        spend_currency=spend_currency,
        left=None if have is None else EXACT.subtract(have, spends),
        receives=EXACT.subtract(gross, fee),
        receive_currency=receive_currency,
        shortfall=unmatched if limit is None else _ZERO,
    )


def _matches(volume: Decimal, opposite: Sequence[Level], limit: Decimal | None, *, buying: bool) -> tuple[Level, ...]:
    taken: list[Level] = []
    wanted = volume
    for level in opposite:
        if wanted <= 0 or (limit is not None and (level.price > limit if buying else level.price < limit)):
            break
        amount = min(wanted, level.amount)
        taken.append(Level(level.price, amount))
        wanted = EXACT.subtract(wanted, amount)
    return tuple(taken)


def _ahead(own: Sequence[Level], limit: Decimal, *, buying: bool) -> Decimal:
    return _sum(level.amount for level in own if (level.price >= limit if buying else level.price <= limit))


def _distance_percent(price: Decimal | None, bids: Sequence[Level], asks: Sequence[Level]) -> Decimal | None:
    best = [side[0].price for side in (bids, asks) if side]
    if price is None or not best:
        return None
    middle = sum(best, _ZERO) / len(best)
    return (price - middle) / middle * 100


def _sum(values: Iterable[Decimal]) -> Decimal:
    total = _ZERO
    for value in values:
        total = EXACT.add(total, value)
    return total
