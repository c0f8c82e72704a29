"""What trading costs (exchange notes, REST: maker 0.1 %, taker 0.2 %, taken from what is received)."""

from __future__ import annotations

from decimal import Decimal

from captui.core.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Fees:
    """As fractions of what is received: base currency for a buy, quote currency for a sell."""

    maker: Decimal = Decimal("0.001")
    taker: Decimal = Decimal("0.002")
