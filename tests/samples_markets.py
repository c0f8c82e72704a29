"""Markets of several quotes with prices of their own, for the markets screen: all of it made up, none of it random."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from captui.core.types import Currency, Market, Side, Ticker
from captui.session.history_views import SparksView
from captui.session.views import Freshness, MarketsView, OrdersView, TickersView, Views
from tests import samples

D = Decimal

USDCZAR = Market("usdczar", "USDC/ZAR", "usdc", "zar", D(14), D(29), D("0.5"), 2, 2, True)
SOLZAR = Market("solzar", "SOL/ZAR", "sol", "zar", D(100), D(0), D("0.001"), 6, 2, True)
ETHBTC = Market("ethbtc", "ETH/BTC", "eth", "btc", D("0.001"), D(0), D("0.001"), 6, 6, True)
BTCUSDC = Market("btcusdc", "BTC/USDC", "btc", "usdc", D(1_000), D(0), D("0.00001"), 8, 2, True)
MARKETS = (*samples.MARKETS, USDCZAR, SOLZAR, ETHBTC, BTCUSDC)
NAMES = {
    "btc": "Bitcoin",
    "eth": "Ethereum",
    "xrp": "XRP",
    "usdt": "Tether",
    "usdc": "USD Coin",
    "sol": "Solana",
    "zar": "Rand",
}


def ticker(market: str, last: str, opened: str, low: str, high: str, volume: str, amount: str = "0") -> Ticker:
    change = ((D(last) - D(opened)) / D(opened) * 100).quantize(D("0.01"))
    return Ticker(market, D(last), D(opened), D(high), D(low), D(volume), D(amount), change, samples.NOW_MS)


TICKERS = {
    each.market: each
    for each in (
        samples.ticker(),
        ticker("ethzar", "48300", "49120", "47950", "49500.55", "214.0872", "10400000"),
        ticker("xrpzar", "11.53", "11.20", "11.02", "11.71", "185200", "2110000"),
        ticker("usdczar", "18.21", "18.21", "18.15", "18.34", "96500.5", "1757265"),
        ticker("solzar", "3120.4", "2890", "2870", "3190", "512.25", "1560000"),
        ticker("ethbtc", "0.057421", "0.0581", "0.0569", "0.0584", "31.5"),
        ticker("btcusdc", "46201.5", "45900", "45500", "46400", "3.2", "147000"),
    )
}
"""Of all markets but the one that is halted."""


def closes(market: str) -> tuple[Decimal, ...]:
    """Hourly, from the open to near the last price, with a swing of its own for each market."""
    day = TICKERS[market]
    swing = (day.high - day.low) / 3
    phase = sum(market.encode()) % 7
    wave = (0, 3, 5, 4, 1, -2, -4, -3)
    return tuple(
        day.open + (day.last - day.open) * hour / 24 + swing * wave[(hour + phase) % len(wave)] / 5
        for hour in range(24)
    )


def views(state: str = "live") -> Views:
    """As `samples.views`, with more markets; the price lines of one are not read yet, and one traded nothing."""
    before = samples.views(state)
    known = {name: Currency(name, words, 8, "coin") for name, words in NAMES.items()}
    sparks = {market: closes(market) for market in TICKERS if market != "btcusdc"} | {"usdtzar": ()}
    own = (*samples.open_orders(), samples.order("o-eth", Side.BUY, "47000", "0.5", market="ethzar"))
    return replace(
        before,
        markets=MarketsView(MARKETS, known, "btczar"),
        tickers=TickersView(TICKERS),
        sparks=SparksView(sparks),
        orders=OrdersView(own, (), Freshness.LIVE) if before.orders.open else before.orders,
    )
