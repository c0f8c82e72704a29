"""An account with a past, for the portfolio screen: holdings that are costed wholly, in part and not at all, and a curve."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from captui.core.fifo import Position
from captui.core.types import Balance, Currency
from captui.session.history_views import EquityPoint, PortfolioView, SyncProgress
from captui.session.views import BalanceRow, BalancesView, Views
from tests import samples, samples_markets

D = Decimal
HOUR_MS = 3_600_000
FIRST_MS = samples.NOW_MS - 200 * 24 * HOUR_MS
"""Of the oldest own trade: 4 May 2026."""

BALANCES = (
    Balance("zar", D("241659.00"), D("8341.00")),
    Balance("btc", D("0.7400"), D("0.0100")),
    Balance("eth", D("5"), D(0)),
    Balance("xrp", D("10000"), D(0)),
    Balance("usdc", D("0.31"), D(0)),
    Balance("doge", D("12.5"), D(0)),
)
POSITIONS = {
    "btc": Position("btc", D("0.5"), D("350000"), D("12345.678"), first_ms=FIRST_MS),
    "eth": Position("eth", D("5"), D("265000.5"), D("-810.4"), first_ms=FIRST_MS + HOUR_MS),
    "usdc": Position("usdc", D("0.31"), D("5.5"), D("0"), first_ms=FIRST_MS),
    "sol": Position("sol", D(0), D(0), D("2040.25"), D("1.5")),
}
"""Half of the bitcoin came from elsewhere, the ripple all of it, and the solana has been sold."""


def curve(days: int = 200, *, every_h: int = 4) -> tuple[EquityPoint, ...]:
    """Rising in waves to about what the balances are worth."""
    count = days * 24 // every_h

    def wave(index: int) -> float:
        return math.sin(index / 40) * 60_000 + math.sin(index / 7) * 18_000 - (count - index) * 180

    return tuple(
        EquityPoint(
            samples.NOW_MS - (count - index) * every_h * HOUR_MS,
            (D("1237585.44") + D(round(wave(index) - wave(count)))).quantize(D("0.01")),
        )
        for index in range(count)
    )


def portfolio(
    *,
    positions: Mapping[str, Position] = POSITIONS,
    equity: tuple[EquityPoint, ...] | None = None,
    sync: SyncProgress = SyncProgress(trades=412, orders=530, done=True),  # noqa: B008 - frozen
) -> PortfolioView:
    return PortfolioView(curve() if equity is None else equity, positions, FIRST_MS, 412, sync)


def views(state: str = "live") -> Views:
    """As `samples.views`, with more holdings and a past; `empty`, `filling` and `one` are live, with less of a past."""
    known = {"empty": "live", "filling": "live", "one": "live"}.get(state, state)
    before = samples_markets.views(known)
    if known == "no-credentials":
        return before
    past = {
        "empty": PortfolioView(sync=SyncProgress(done=True)),
        "filling": replace(portfolio(sync=SyncProgress(300, 420)), equity=()),
        "one": portfolio(equity=curve()[-1:]),
    }.get(state, portfolio())
    rows = tuple(BalanceRow(balance, None) for balance in BALANCES)
    currencies = {**before.markets.currencies, "doge": Currency("doge", "Dogecoin", 8, "coin")}
    currencies["zar"] = Currency("zar", "Rand", 2, "fiat")
    return replace(
        before,
        balances=BalancesView(rows, D("1237285.45"), before.balances.freshness),
        markets=replace(before.markets, currencies=currencies),
        portfolio=past,
    )
