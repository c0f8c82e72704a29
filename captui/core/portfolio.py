"""What everything is worth in one currency, at last prices, and how that changed in a day. Exact but for shares and percentages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from captui.core.dataclass import dataclass
from captui.core.money import EXACT
from captui.core.types import Balance, Market, Ticker

Valued = list[tuple[Balance, Decimal | None]]

QUOTE = "zar"

_PERCENT_STEP = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Row:
    currency: str
    available: Decimal
    locked: Decimal
    total: Decimal
    price: Decimal | None
    """Of one unit in rand; None where there is no market against rand."""
    value: Decimal | None
    share: Decimal | None
    """In percent of the total."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    rows: tuple[Row, ...]
    """The most valuable first; empty currencies are left out."""
    total: Decimal | None
    """None where nothing could be valued."""
    change: Decimal | None
    """In rand over 24 hours; None where an open price is missing."""
    change_percent: Decimal | None
    unvalued: tuple[str, ...]


def value_in(
    balances: Iterable[Balance], tickers: Mapping[str, Ticker], markets: Iterable[Market], quote: str = QUOTE
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


def valued(balances: Iterable[Balance], tickers: Mapping[str, Ticker], markets: Sequence[Market]) -> Portfolio:
    """At last prices, and at the prices of 24 hours ago. `tickers` is by market id."""
    held = [balance for balance in balances if balance.total]
    now, total = value_in(held, tickers, markets, QUOTE)
    # The same sum at yesterday's prices: a ticker whose last price is its opening price.
    opening = {name: replace(ticker, last=ticker.open) for name, ticker in tickers.items()}
    before_rows, before = value_in(held, opening, markets, QUOTE)
    known_then = {balance.currency for balance, value in before_rows if value is not None}
    comparable = all(balance.currency in known_then for balance, value in now if value is not None)
    change = EXACT.subtract(total, before) if total is not None and before is not None and comparable else None
    prices = {
        market.base: tickers[market.id].last for market in markets if market.quote == QUOTE and market.id in tickers
    }
    prices[QUOTE] = Decimal(1)
    rows = [
        Row(
            currency=balance.currency,
            available=balance.available,
            locked=balance.locked,
            total=balance.total,
            price=None if value is None else prices[balance.currency],
            value=value,
            share=None if value is None or not total else (value / total * 100).quantize(_PERCENT_STEP),
        )
        for balance, value in now
    ]
    rows.sort(key=lambda row: (row.value is None, -(row.value or Decimal(0)), row.currency))
    return Portfolio(
        rows=tuple(rows),
        total=total,
        change=change,
        change_percent=(change / before * 100).quantize(_PERCENT_STEP) if change is not None and before else None,
        unvalued=tuple(balance.currency for balance, value in now if value is None),
    )
