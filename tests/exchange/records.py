"""Records as the API document shows them."""

from __future__ import annotations

from typing import Final

ORDER: Final[dict[str, object]] = {
    "id": 173757,
    "uuid": "7e86a4fa-fcae-4953-b9bc-d6f328beea48",
    "side": "sell",
    "ord_type": "limit",
    "price": "800000.0",
    "avg_price": "0.0",
    "state": "pending",
    "market": "btczar",
    "created_at": "2023-12-08T08:46:59+01:00",
    "updated_at": "2023-12-08T08:46:59+01:00",
    "origin_volume": "0.00001",
    "remaining_volume": "0.00001",
    "executed_volume": "0.0",
    "trades_count": 0,
    "custom_order_id": "302b0494-1a06-4089-846c-0c6b13f1b661",
}

MARKET: Final[dict[str, object]] = {
    "id": "btczar",
    "name": "BTC/ZAR",
    "base_unit": "btc",
    "quote_unit": "zar",
    "min_price": "200000.0",
    "max_price": "1200000.0",
    "min_amount": "0.00001",
    "amount_precision": 8,
    "price_precision": 2,
    "state": "enabled",
}

CURRENCY: Final[dict[str, object]] = {"id": "btc", "name": "Bitcoin", "symbol": "₿", "type": "coin", "precision": 8}

TICKER: Final[dict[str, object]] = {
    "at": "1702023419",
    "ticker": {
        "low": "830000.0",
        "high": "850000.0",
        "open": "840000.0",
        "last": "843500.5",
        "volume": "12.5",
        "amount": "10543756.25",
        "vol": "12.5",
        "avg_price": "841000.1",
        "price_change_percent": "+0.42%",
        "at": "1702023419",
    },
}

PUBLIC_TRADE: Final[dict[str, object]] = {
    "id": 91,
    "price": "843000.0",
    "amount": "0.01",
    "total": "8430.0",
    "market": "btczar",
    "created_at": "2023-12-08T08:46:59+01:00",
    "taker_type": "buy",
}

FILL: Final[dict[str, object]] = {
    "id": 92,
    "price": "800000.0",
    "amount": "0.001",
    "total": "800.0",
    "fee_currency": "zar",
    "fee": "0.002",
    "fee_amount": "1.6",
    "market": "btczar",
    "created_at": "2023-12-08T08:46:59+01:00",
    "taker_type": "sell",
    "side": "sell",
    "order_id": 173757,
    "custom_order_id": "302b0494-1a06-4089-846c-0c6b13f1b661",
}
