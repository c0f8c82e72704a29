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

BALANCE: Final[dict[str, object]] = {"currency": "zar", "balance": "100.5", "locked": "10.0"}

BENEFICIARY: Final[dict[str, object]] = {
    "id": 12,
    "currency": "btc",
    "name": "Cold store",
    "description": "In the safe",
    "data": {"address": "bc1qexample"},
    "state": "pending",
}

WITHDRAWAL: Final[dict[str, object]] = {
    "id": 77,
    "currency": "btc",
    "type": "coin",
    "amount": "0.25",
    "fee": "0.0001",
    "blockchain_txid": "c0ffee",
    "rid": "bc1qexample",
    "state": "processing",
    "confirmations": 1,
    "note": None,
    "created_at": "2023-12-08T08:46:59+01:00",
    "updated_at": "2023-12-08T08:47:59+01:00",
    "done_at": None,
}

WITHDRAWAL_QUOTE: Final[dict[str, object]] = {
    "id": 5150,
    "currency": "btc",
    "fee": "0.00004",
    "blockchain": "btc-mainnet",
    "created_at": "2025-11-20T10:00:00+02:00",
    "expires_at": "2025-11-20T10:01:30+02:00",
}

DEPOSIT: Final[dict[str, object]] = {
    "id": 41,
    "currency": "btc",
    "amount": "0.5",
    "fee": "0.0",
    "txid": "f00d",
    "confirmations": 3,
    "state": "accepted",
    "created_at": "2023-12-08T08:46:59+01:00",
    "completed_at": "2023-12-08T09:46:59+01:00",
    "tid": "TID41",
}

DEPOSIT_ADDRESS: Final[dict[str, object]] = {"currency": "btc", "address": "bc1qexample", "state": "active"}

PAYMENT_METHOD: Final[dict[str, object]] = {
    "id": "3",
    "provider_id": "1",
    "name": "A voucher",
    "type": "voucher",
    "description": "Sold at tills",
    "min_amount": 10,
    "max_amount": "4000.0",
}

REDEMPTION: Final[dict[str, object]] = {
    "amount": "9.5",
    "origin_amount": 50,
    "change_voucher": {"change_amount": 40, "change_expiry": "2026-12-08", "change_pin": 1234567890123456},
}

LIGHTNING_INVOICE: Final[dict[str, object]] = {
    "bolt": "lnbc10u1example",
    "amount": "1000.0",
    "conversion_percent": "0.5",
    "amount_msat": 1000000,
    "description": "Rent",
    "member_description": "May",
    "state": "pending",
    "created_at": "2023-12-08T08:46:59+01:00",
    "expires_at": "2023-12-08T09:46:59+01:00",
    "paid_at": None,
}

LIGHTNING_PAYMENT: Final[dict[str, object]] = {
    "bolt": "lnbc10u1example",
    "address": None,
    "amount": 1000,
    "description": "Coffee",
    "member_description": "Tuesday",
    "state": "submitted",
    "created_at": "2023-12-08T08:46:59+01:00",
}
