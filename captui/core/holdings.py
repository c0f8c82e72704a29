"""What is held, what it is worth and what it cost: balances at last prices, beside what own trades say of them.

Own trades know neither deposits nor withdrawals (`core.fifo`). So of what is held only as much has a known cost as own trades
have bought and not sold; and where they have bought more than is held, because some was withdrawn, the cost of what is left is
its share at the average price. Sums are exact; shares of a cost are rounded down to COST_STEP, percentages to a hundredth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from captui.core.dataclass import dataclass
from captui.core.fifo import COST_STEP, Position
from captui.core.money import EXACT, floor_to
from captui.core.portfolio import QUOTE, Row, valued
from captui.core.types import Balance, Market, Ticker

SMALL = Decimal(10)
"""Rand below which a holding is small."""

_ZERO = Decimal(0)
_PERCENT_STEP = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Holding:
    """One currency. Amounts in its units, everything else in rand."""

    row: Row
    change_percent: Decimal | None
    """Of its price over 24 hours; None without a market against rand, and where nothing is held."""
    known: Decimal
    """The part of the total whose cost is known."""
    cost: Decimal
    """Of that part, fees included."""
    position: Position
    """As own trades tell it."""

    @property
    def currency(self) -> str:
        return self.row.currency

    @property
    def unknown(self) -> Decimal:
        """The part of the total that came otherwise, or before the records begin; none of rand, which is what costs are in."""
        return _ZERO if self.currency == QUOTE else EXACT.subtract(self.row.total, self.known)

    @property
    def gone(self) -> Decimal:
        """Bought, never sold, and not here any more: withdrawn, or spent on fees that the trades did not tell."""
        return EXACT.subtract(self.position.amount, self.known)

    @property
    def average(self) -> Decimal | None:
        """What one unit of the known part cost."""
        return EXACT.divide(self.cost, self.known) if self.known else None

    @property
    def unrealised(self) -> Decimal | None:
        """What selling the known part at the last price would bring above its cost, before fees; None without a price or a cost."""
        if self.row.price is None or not self.known:
            return None
        return EXACT.subtract(EXACT.multiply(self.known, self.row.price), self.cost)

    @property
    def unrealised_percent(self) -> Decimal | None:
        gain = self.unrealised
        return (gain / self.cost * 100).quantize(_PERCENT_STEP) if gain is not None and self.cost > 0 else None

    @property
    def small(self) -> bool:
        """Worth next to nothing; what cannot be valued is never small."""
        return self.row.value is not None and self.row.value < SMALL


@dataclass(frozen=True, slots=True)
class Holdings:
    all: tuple[Holding, ...]
    """The most valuable first; those that were sold altogether last, for the profit they brought."""
    total: Decimal | None
    """None where nothing could be valued."""
    change: Decimal | None
    """Of what is held now, over 24 hours of prices."""
    change_percent: Decimal | None
    cost: Decimal
    """Of all that has a known cost and a price."""
    unrealised: Decimal | None
    """None where nothing has a known cost and a price."""
    realised: Decimal
    uncosted_value: Decimal
    """What those parts are worth that have a price and no known cost."""

    @property
    def unrealised_percent(self) -> Decimal | None:
        gain = self.unrealised
        return (gain / self.cost * 100).quantize(_PERCENT_STEP) if gain is not None and self.cost > 0 else None

    def of(self, currency: str) -> Holding | None:
        return next((holding for holding in self.all if holding.currency == currency), None)


def holdings(
    balances: Iterable[Balance],
    tickers: Mapping[str, Ticker],
    markets: Sequence[Market],
    positions: Mapping[str, Position],
) -> Holdings:
    """`tickers` is by market id, `positions` by currency."""
    worth = valued(balances, tickers, markets)
    changes = {
        market.base: tickers[market.id].change_percent
        for market in markets
        if market.quote == QUOTE and market.id in tickers
    }
    held = {row.currency for row in worth.rows}
    gone = [
        Row(position.currency, _ZERO, _ZERO, _ZERO, None, _ZERO, None)
        for position in positions.values()
        if position.currency not in held and position.realised
    ]
    gone.sort(key=lambda row: row.currency)
    found = tuple(
        _holding(row, changes.get(row.currency), positions.get(row.currency) or Position(row.currency))
        for row in (*worth.rows, *gone)
    )
    gains = [holding.unrealised for holding in found if holding.unrealised is not None]
    return Holdings(
        all=found,
        total=worth.total,
        change=worth.change,
        change_percent=worth.change_percent,
        cost=_sum(holding.cost for holding in found if holding.unrealised is not None),
        unrealised=_sum(gains) if gains else None,
        realised=_sum(position.realised for position in positions.values()),
        uncosted_value=_sum(
            EXACT.multiply(holding.unknown, holding.row.price) for holding in found if holding.row.price is not None
        ),
    )


def _holding(row: Row, change_percent: Decimal | None, position: Position) -> Holding:
    known = min(row.total, position.amount) if row.currency != QUOTE else _ZERO
    cost = position.cost
    if known != position.amount:
        share = EXACT.divide(EXACT.multiply(position.cost, known), position.amount) if known else _ZERO
        cost = floor_to(share, COST_STEP)
    return Holding(row, change_percent if row.total else None, known, cost, position)


def _sum(values: Iterable[Decimal]) -> Decimal:
    total = _ZERO
    for value in values:
        total = EXACT.add(total, value)
    return total


class HoldingOrder(StrEnum):
    """What the holdings are sorted by. All but the name: the largest first."""

    VALUE = "value"
    NAME = "name"
    CHANGE = "change"
    GAIN = "profit"

    def next(self) -> HoldingOrder:
        return _ORDERS[(_ORDERS.index(self) + 1) % len(_ORDERS)]


_ORDERS = tuple(HoldingOrder)


def in_order(found: Iterable[Holding], by: HoldingOrder) -> tuple[Holding, ...]:
    """What is not known stands last; equals stay as they were."""
    if by is HoldingOrder.NAME:
        return tuple(sorted(found, key=lambda holding: holding.currency))

    def key(holding: Holding) -> tuple[bool, Decimal]:
        value = {
            HoldingOrder.VALUE: holding.row.value,
            HoldingOrder.CHANGE: holding.change_percent,
            HoldingOrder.GAIN: holding.unrealised,
        }[by]
        return value is None, -(value or _ZERO)

    return tuple(sorted(found, key=key))
