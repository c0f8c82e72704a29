"""What everything is worth in one currency, at last prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from captui.core.money import EXACT
from captui.core.types import Balance, Market, Ticker

Valued = list[tuple[Balance, Decimal | None]]


def value_in(
    balances: Iterable[Balance], tickers: Mapping[str, Ticker], markets: Iterable[Market], quote: str = "zar"
) -> tuple[Valued, Decimal | None]:
    """Every balance with its value in `quote`, and the total of those that have one.

    `tickers` is by market id. A value is None where no market of the currency against `quote` has a last price; an empty balance
    is worth 0 all the same. The total is None where nothing could be valued.
    """
    prices = {
        market.base: tickers[market.id].last for market in markets if market.quote == quote and market.id in tickers
    }
    prices = {currency: price for currency, price in prices.items() if price > 0}
    prices[quote] = Decimal(1)
    valued: Valued = []
    total: Decimal | None = None
    for balance in balances:
        price = prices.get(balance.currency)
        amount = balance.total
        value = EXACT.multiply(amount, price) if price is not None else (None if amount else Decimal(0))
        valued.append((balance, value))
        if value is not None:
            total = EXACT.add(total or Decimal(0), value)
    return valued, total
