"""The markets, currencies and candle periods of the exchange, as the API document gives them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Market:
    """One market and the rules that a user's order must keep. Prices are in rand, amounts in the base currency."""

    id: str
    name: str
    base: str
    quote: str
    min_price: Decimal
    max_price: Decimal
    min_amount: Decimal
    amount_precision: int
    price_precision: int


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency as `public/currencies` tells of it. Fees and limits are in the currency itself."""

    id: str
    name: str
    symbol: str
    kind: str
    precision: int
    position: int
    min_deposit: Decimal
    withdraw_fee: Decimal
    min_withdraw: Decimal
    base_factor: int
    min_confirmations: int


def _market(name: str, low: str, high: str, least: str, amount_precision: int) -> Market:
    base, quote = name.lower().split("/")
    return Market(base + quote, name, base, quote, Decimal(low), Decimal(high), Decimal(least), amount_precision, 2)


MARKETS: dict[str, Market] = {
    market.id: market
    for market in (
        _market("BTC/ZAR", "200000.0", "1200000.0", "0.00001", 8),
        _market("ETH/ZAR", "10000.0", "100000.0", "0.0001", 8),
        _market("XRP/ZAR", "1.0", "100.0", "1.0", 6),
        _market("USDC/ZAR", "14.0", "29.0", "0.5", 2),
    )
}
"""By market id, in the document's order (section "Get available markets")."""

CURRENCIES: dict[str, Currency] = {
    currency.id: currency
    for currency in (
        Currency("zar", "South African Rand", "R", "fiat", 2, 1, Decimal(50), Decimal(15), Decimal(100), 1, 0),
        Currency(
            "btc", "Bitcoin", "₿", "coin", 8, 2, Decimal("0.00001"), Decimal("0.0001"), Decimal("0.001"), 10**8, 2
        ),
        Currency("eth", "Ethereum", "Ξ", "coin", 8, 3, Decimal("0.001"), Decimal("0.002"), Decimal("0.01"), 10**18, 12),
        Currency("xrp", "XRP", "✕", "coin", 6, 4, Decimal(1), Decimal("0.25"), Decimal(20), 10**6, 1),
        Currency("usdc", "USD Coin", "$", "coin", 6, 5, Decimal(1), Decimal(2), Decimal(10), 10**6, 12),
    )
}

PERIODS: dict[int, str] = {
    1: "1m",
    5: "5m",
    15: "15m",
    30: "30m",
    60: "1h",
    120: "2h",
    240: "4h",
    360: "6h",
    720: "12h",
    1440: "1d",
    4320: "3d",
    10080: "1w",
}
"""Candle periods: minutes, as REST takes them, to the names that websocket streams use."""

MAKER_FEE = Decimal("0.001")
TAKER_FEE = Decimal("0.002")
