"""Cost and profit of what was bought and sold, first in, first out.

Worked out from own trades alone, so it knows neither deposits nor withdrawals: what was sold without a recorded purchase is
counted (`Position.uncosted`) and has no profit, and what was withdrawn is still among the lots.

The rules:

- A purchase with rand makes a lot: what was received after fees, at the rand that were paid, fees included.
- A sale for rand takes from the oldest lots. Its profit is what was received after fees less the cost of what was taken. Where the
  lots cover only a part of what was sold, only that part of the proceeds counts.
- A trade of one coin for another realises nothing, because no rand changed hands and a rand price of that moment would be an
  estimate. The cost moves along: what is paid leaves its lots, and what is received becomes a lot with their cost. Where the lots
  cover only a part of what was paid, the same part of what was received gets that cost, and the rest has none.
- A fee in a third currency leaves the lots of that currency and adds its cost to the trade; one in rand adds itself.
- Cost that bought nothing (all of it was fee) is a loss.

Sums are exact. A division is rounded down to COST_STEP, and what rounding leaves stays in the lot: cost is never lost nor made.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import field
from decimal import ROUND_DOWN, Context, Decimal
from typing import Any, Final

from captui.core.dataclass import dataclass
from captui.core.money import EXACT, plain
from captui.core.types import Fill, Side

COST_STEP: Final = Decimal(1).scaleb(-18)

_DIVIDING: Final = Context(prec=EXACT.prec, rounding=ROUND_DOWN)
_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Position:
    """What own trades say of one currency. Amounts in its units, cost and profit in rand."""

    currency: str
    amount: Decimal = Decimal(0)
    """Bought and not yet sold: the amount whose cost is known."""
    cost: Decimal = Decimal(0)
    """Of that amount, fees included."""
    realised: Decimal = Decimal(0)
    """Profit (negative: loss) of all sales whose cost is known, after fees."""
    uncosted: Decimal = Decimal(0)
    """Sold without a recorded purchase (it came as a deposit, or was bought before the records begin); not in `realised`."""
    first_ms: int | None = None
    """When the oldest of `amount` was bought (unix ms), None where nothing is left."""

    @property
    def average(self) -> Decimal | None:
        """What one unit cost, rounded only as division must be; None where nothing is left."""
        return EXACT.divide(self.cost, self.amount) if self.amount else None

    def unrealised(self, price: Decimal) -> Decimal:
        """What selling `amount` at this price would bring above its cost, before fees. `price` is in rand for one unit."""
        return EXACT.subtract(EXACT.multiply(self.amount, price), self.cost)


def trading_order(fill: Fill) -> tuple[int, int, str, str, int]:
    """Sort key: by time, then id. Of a trade with oneself the purchase comes first, so that the sale finds it where nothing is older."""
    return fill.time_ms, len(fill.id), fill.id, fill.side.value, fill.order_id or 0


@dataclass(slots=True)
class _Lot:
    amount: Decimal
    cost: Decimal
    at_ms: int


@dataclass(slots=True)
class _Holding:
    lots: deque[_Lot] = field(default_factory=deque)
    amount: Decimal = _ZERO
    cost: Decimal = _ZERO
    realised: Decimal = _ZERO
    uncosted: Decimal = _ZERO

    def receive(self, amount: Decimal, cost: Decimal, at_ms: int) -> None:
        if amount <= 0:
            self.realised = EXACT.subtract(self.realised, cost)
            return
        self.lots.append(_Lot(amount, cost, at_ms))
        self.amount = EXACT.add(self.amount, amount)
        self.cost = EXACT.add(self.cost, cost)

    def take(self, amount: Decimal) -> tuple[Decimal, Decimal]:
        """How much of `amount` the lots covered, and what that had cost."""
        left, cost = amount, _ZERO
        while left > 0 and self.lots:
            lot = self.lots[0]
            if lot.amount <= left:
                self.lots.popleft()
                left = EXACT.subtract(left, lot.amount)
                cost = EXACT.add(cost, lot.cost)
            else:
                part = _share(lot.cost, left, lot.amount)
                lot.amount = EXACT.subtract(lot.amount, left)
                lot.cost = EXACT.subtract(lot.cost, part)
                cost = EXACT.add(cost, part)
                left = _ZERO
        left = max(left, _ZERO)
        taken = EXACT.subtract(amount, left)
        self.amount = EXACT.subtract(self.amount, taken)
        self.cost = EXACT.subtract(self.cost, cost)
        self.uncosted = EXACT.add(self.uncosted, left)
        return taken, cost


class CostBasis:
    """The lots of every currency after the trades so far. `home` is the currency that costs and profits are in.

    Trades are to come in `trading_order`, each once. One more costs what the lots that it closes cost, however many were before.
    """

    def __init__(self, home: str = "zar") -> None:
        self._home = home
        self._holdings: dict[str, _Holding] = {}

    def apply(self, fill: Fill, *, base: str, quote: str) -> None:
        """`base` and `quote` are the currencies of the fill's market. A fee whose currency is not told is in what was received (exchange
        notes, REST), one that is not told at all is none."""
        if fill.side is Side.BUY:
            paying, paid, receiving, received = quote, fill.total, base, fill.amount
        else:
            paying, paid, receiving, received = base, fill.amount, quote, fill.total
        fee, fee_currency, extra = fill.fee or _ZERO, fill.fee_currency or receiving, _ZERO
        if fee_currency == receiving:
            received = EXACT.subtract(received, fee)
        elif fee_currency == paying:
            paid = EXACT.add(paid, fee)
        elif fee_currency == self._home:
            extra = fee
        elif fee:
            extra = self._holding(fee_currency).take(fee)[1]
        if paying == self._home:
            self._holding(receiving).receive(received, EXACT.add(paid, extra), fill.time_ms)
            return
        holding = self._holding(paying)
        taken, cost = holding.take(paid)
        if receiving == self._home:
            proceeds = _share(EXACT.subtract(received, extra), taken, paid)
            holding.realised = EXACT.add(holding.realised, EXACT.subtract(proceeds, cost))
        else:
            costed = _share(received, taken, paid)
            self._holding(receiving).receive(costed, EXACT.add(cost, extra), fill.time_ms)

    def positions(self) -> dict[str, Position]:
        """By currency, `home` left out."""
        return {
            currency: Position(
                currency=currency,
                amount=held.amount,
                cost=held.cost,
                realised=held.realised,
                uncosted=held.uncosted,
                first_ms=held.lots[0].at_ms if held.lots else None,
            )
            for currency, held in self._holdings.items()
        }

    @property
    def lot_count(self) -> int:
        return sum(len(held.lots) for held in self._holdings.values())

    def state(self) -> dict[str, Any]:
        """Everything, as JSON can hold it; `restored` makes it live again. Numbers are exact text."""
        return {
            "home": self._home,
            "holdings": {
                currency: {
                    "lots": [[plain(lot.amount), plain(lot.cost), lot.at_ms] for lot in held.lots],
                    "realised": plain(held.realised),
                    "uncosted": plain(held.uncosted),
                }
                for currency, held in self._holdings.items()
            },
        }

    @classmethod
    def restored(cls, state: Mapping[str, Any]) -> CostBasis:
        """Raises KeyError, AttributeError, ValueError, TypeError or ArithmeticError for what is not a `state`."""
        basis = cls(str(state["home"]))
        for currency, of in state["holdings"].items():
            held = basis._holding(str(currency))
            for amount, cost, at_ms in of["lots"]:
                held.receive(Decimal(amount), Decimal(cost), int(at_ms))
            held.realised, held.uncosted = Decimal(of["realised"]), Decimal(of["uncosted"])
        return basis

    def _holding(self, currency: str) -> _Holding:
        held = self._holdings.get(currency)
        if held is None:
            held = self._holdings[currency] = _Holding()
        return held


def _share(whole: Decimal, part: Decimal, of: Decimal) -> Decimal:
    """`whole` × `part` ÷ `of`, exact where part and of are equal, else rounded towards zero to COST_STEP."""
    if part == of:
        return whole
    return _DIVIDING.quantize(_DIVIDING.divide(EXACT.multiply(whole, part), of), COST_STEP)
