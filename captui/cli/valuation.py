"""What an account is worth and how that changed. Exact but for shares and percentages; no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from captui.core.money import EXACT
from captui.core.portfolio import value_in
from captui.core.types import Balance, Market, Ticker
from captui.export.values import Column, as_object

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


PORTFOLIO: tuple[Column[Row], ...] = (
    Column("currency", lambda row: row.currency, "currency"),
    Column("available", lambda row: row.available, "available"),
    Column("locked", lambda row: row.locked, "locked"),
    Column("total", lambda row: row.total, "total"),
    Column("price", lambda row: row.price, "price", places=2),
    Column("value", lambda row: row.value, "value", places=2),
    Column("share", lambda row: row.share, "share %", places=2),
)


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


_TOTALS: tuple[Column[Portfolio], ...] = (
    Column("total", lambda each: each.total),
    Column("change_24h", lambda each: each.change),
    Column("change_percent_24h", lambda each: each.change_percent),
)


def portfolio_object(portfolio: Portfolio) -> dict[str, object]:
    """For JSON: `currencies`, `total`, `change_24h`, `change_percent_24h`, numbers as text or null."""
    return {"currencies": [as_object(row, PORTFOLIO) for row in portfolio.rows], **as_object(portfolio, _TOTALS)}
