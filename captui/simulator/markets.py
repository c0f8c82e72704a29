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
    withdraw_limit_24h: Decimal
    withdraw_limit_72h: Decimal
    blockchain: str | None
    """What withdrawals travel on; None for what a bank carries."""

    @property
    def coin(self) -> bool:
        return self.kind == "coin"


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
        Currency(
            id="zar",
            name="South African Rand",
            symbol="R",
            kind="fiat",
            precision=2,
            position=1,
            min_deposit=Decimal(50),
            withdraw_fee=Decimal(15),
            min_withdraw=Decimal(100),
            withdraw_limit_24h=Decimal(1_000_000),
            withdraw_limit_72h=Decimal(2_500_000),
            base_factor=1,
            min_confirmations=0,
            blockchain=None,
        ),
        Currency(
            id="btc",
            name="Bitcoin",
            symbol="₿",
            kind="coin",
            precision=8,
            position=2,
            min_deposit=Decimal("0.00001"),
            withdraw_fee=Decimal("0.0001"),
            min_withdraw=Decimal("0.001"),
            withdraw_limit_24h=Decimal(2),
            withdraw_limit_72h=Decimal(5),
            base_factor=10**8,
            min_confirmations=2,
            blockchain="btc-mainnet",
        ),
        Currency(
            id="eth",
            name="Ethereum",
            symbol="Ξ",
            kind="coin",
            precision=8,
            position=3,
            min_deposit=Decimal("0.001"),
            withdraw_fee=Decimal("0.002"),
            min_withdraw=Decimal("0.01"),
            withdraw_limit_24h=Decimal(30),
            withdraw_limit_72h=Decimal(75),
            base_factor=10**18,
            min_confirmations=12,
            blockchain="eth-mainnet",
        ),
        Currency(
            id="xrp",
            name="XRP",
            symbol="✕",
            kind="coin",
            precision=6,
            position=4,
            min_deposit=Decimal(1),
            withdraw_fee=Decimal("0.25"),
            min_withdraw=Decimal(20),
            withdraw_limit_24h=Decimal(100_000),
            withdraw_limit_72h=Decimal(250_000),
            base_factor=10**6,
            min_confirmations=1,
            blockchain="xrp-mainnet",
        ),
        Currency(
            id="usdc",
            name="USD Coin",
            symbol="$",
            kind="coin",
            precision=6,
            position=5,
            min_deposit=Decimal(1),
            withdraw_fee=Decimal(2),
            min_withdraw=Decimal(10),
            withdraw_limit_24h=Decimal(50_000),
            withdraw_limit_72h=Decimal(125_000),
            base_factor=10**6,
            min_confirmations=12,
            blockchain="eth-mainnet",
        ),
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
