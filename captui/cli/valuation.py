"""The portfolio as the command line prints it; what it says is worked out in `captui.core.portfolio`."""

from __future__ import annotations

from captui.core.portfolio import Portfolio, Row
from captui.export.values import Column, as_object

PORTFOLIO: tuple[Column[Row], ...] = (
    Column("currency", lambda row: row.currency, "currency"),
    Column("available", lambda row: row.available, "available"),
    Column("locked", lambda row: row.locked, "locked"),
    Column("total", lambda row: row.total, "total"),
    Column("price", lambda row: row.price, "price", places=2),
    Column("value", lambda row: row.value, "value", places=2),
    Column("share", lambda row: row.share, "share %", places=2),
)

_TOTALS: tuple[Column[Portfolio], ...] = (
    Column("total", lambda each: each.total),
    Column("change_24h", lambda each: each.change),
    Column("change_percent_24h", lambda each: each.change_percent),
)


def portfolio_object(portfolio: Portfolio) -> dict[str, object]:
    """For JSON: `currencies`, `total`, `change_24h`, `change_percent_24h`, numbers as text or null."""
    return {"currencies": [as_object(row, PORTFOLIO) for row in portfolio.rows], **as_object(portfolio, _TOTALS)}
