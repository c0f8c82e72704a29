"""Cost and profit of what was bought and sold, first in, first out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Position:
    """What own trades against rand say of one currency. Amounts in its units, cost and profit in rand."""

    currency: str
    amount: Decimal = Decimal(0)
    """Bought and not yet sold: the amount whose cost is known."""
    cost: Decimal = Decimal(0)
    """Of that amount, fees included."""
    realised: Decimal = Decimal(0)
    """Profit (negative: loss) of all sales whose cost is known, after fees."""
    uncosted: Decimal = Decimal(0)
    """Sold without a recorded purchase (it came as a deposit, or was bought before the records begin); not in `realised`."""
