"""Which rows a ladder has: the levels of a book, grouped, with the spread between them and rows for prices that must be there.

A row exists where something rests, or where the caller needs one (own orders, the cursor, the staged order); empty ticks have none.
In a thin market that puts the whole book on the screen with its true prices, in a deep one grouping makes it a ladder of even steps.
Bids are grouped down and asks up, so that a grouped price never looks better than the true one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from captui.core.dataclass import dataclass
from captui.core.types import Level, Market, Side

ZERO = Decimal(0)
_STEPS = (1, 2, 5)
_WINDOW_SHARE = Decimal("0.0005")
"""A first look at a book should span about this share of its price on each side; closer is noise."""
_WINDOW_ROWS = 15


@dataclass(frozen=True, slots=True)
class Row:
    """One price. Amounts are base units; totals are added up from the spread outwards."""

    price: Decimal
    bid: Decimal = ZERO
    ask: Decimal = ZERO
    bid_total: Decimal = ZERO
    ask_total: Decimal = ZERO
    is_spread: bool = False
    """The row between the best bid and the best ask; its price is the middle, and nobody's."""


def bucket(price: Decimal, grouping: Decimal, side: Side) -> Decimal:
    """The price of the row that holds this price of this side."""
    steps = price / grouping
    return steps.to_integral_value(rounding=ROUND_FLOOR if side is Side.BUY else ROUND_CEILING) * grouping


def grouped(
    levels: Sequence[Level], grouping: Decimal, side: Side, *, around: Decimal, reach: int
) -> list[tuple[Decimal, Decimal, Decimal]]:
    """(price, amount, total) from the best outwards, ending `reach` rows beyond the price `around`.

    A recorded book has thousands of levels and a window some thirty rows: the rest is never looked at.
    """
    rows: list[tuple[Decimal, Decimal, Decimal]] = []
    total = amount = ZERO
    at: Decimal | None = None
    beyond = 0
    for level in levels:
        price = bucket(level.price, grouping, side)
        if price != at:
            if at is not None:
                rows.append((at, amount, total))
                beyond += (at <= around) if side is Side.BUY else (at >= around)
                if beyond >= reach:
                    return rows
            at, amount = price, ZERO
        amount += level.amount
        total += level.amount
    if at is not None:
        rows.append((at, amount, total))
    return rows


def ladder_rows(
    bids: Sequence[Level],
    asks: Sequence[Level],
    grouping: Decimal,
    *,
    extra: Iterable[Decimal] = (),
    around: Decimal,
    reach: int,
) -> list[Row]:
    """Highest price first; `bids` and `asks` best first. Enough rows to fill `reach` of them on either side of `around`.

    The spread row is there whenever the book has a side at all.
    """
    rows: dict[Decimal, Row] = {}
    for price, amount, total in grouped(asks, grouping, Side.SELL, around=around, reach=reach):
        rows[price] = Row(price, ask=amount, ask_total=total)
    for price, amount, total in grouped(bids, grouping, Side.BUY, around=around, reach=reach):
        found = rows.get(price)
        # A book grouped on its own tick never meets itself; a crossed one, shown while it is stale, may.
        rows[price] = Row(price, amount, found.ask if found else ZERO, total, found.ask_total if found else ZERO)
    for price in extra:
        rows.setdefault(price, Row(price))
    made = sorted(rows.values(), key=lambda row: row.price, reverse=True)
    middle = _middle(bids, asks, grouping)
    if middle is not None:
        made.insert(above(made, middle), Row(middle, is_spread=True))
    return made


def _middle(bids: Sequence[Level], asks: Sequence[Level], grouping: Decimal) -> Decimal | None:
    """Between the two innermost rows; just outside the one side that there is."""
    if bids and asks:
        return (bucket(bids[0].price, grouping, Side.BUY) + bucket(asks[0].price, grouping, Side.SELL)) / 2
    if asks:
        return bucket(asks[0].price, grouping, Side.SELL) - grouping / 2
    if bids:
        return bucket(bids[0].price, grouping, Side.BUY) + grouping / 2
    return None


def above(rows: Sequence[Row], price: Decimal) -> int:
    """How many rows have a higher price: the index at which this price stands, or would."""
    return bisect_left(rows, -price, key=lambda row: -row.price)


def groupings(market: Market, middle: Decimal | None) -> tuple[Decimal, ...]:
    """The steps that prices may be grouped by: 1, 2, 5 × 10ⁿ ticks, up to a fiftieth of the price."""
    limit = middle / 50 if middle else market.tick * 1000
    made: list[Decimal] = []
    scale = market.tick
    while not made or scale <= limit:
        made += [scale * step for step in _STEPS if not made or scale * step <= limit]
        scale *= 10
    return tuple(made)


def sensible_grouping(market: Market, bids: Sequence[Level], asks: Sequence[Level]) -> Decimal:
    """The tick where the book is thin enough to be shown as it is; else a step that lets one window span what matters."""
    if not bids or not asks:
        return market.tick
    middle = (bids[0].price + asks[0].price) / 2
    wanted = middle * _WINDOW_SHARE / _WINDOW_ROWS
    near = min(_WINDOW_ROWS, len(bids), len(asks)) - 1
    if near < 1 or (asks[near].price - asks[0].price + bids[0].price - bids[near].price) / (2 * near) >= wanted / 2:
        return market.tick
    return next((step for step in groupings(market, middle) if step >= wanted), market.tick)


def amount_places(market: Market, price: Decimal | None) -> int:
    """Decimals of an amount that are worth a column: finer than about a hundred rand is left to the details."""
    if not price:
        return min(market.amount_precision, 4)
    places = min(4, max(2, price.adjusted() - 1))
    return min(market.amount_precision, places)
