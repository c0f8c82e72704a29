"""Views of money in and out as a session would publish them, for the funding screen's tests and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from captui.core.funding import (
    Beneficiary,
    ChangeVoucher,
    Deposit,
    LightningInvoice,
    PaymentMethod,
    VoucherRedemption,
    Withdrawal,
    WithdrawalQuote,
)
from captui.core.secret import Secret
from captui.core.types import Currency
from captui.session.funding_views import AddressView, FundingView, Move, MoveKind, MoveStatus, Progress, QuoteView
from captui.session.views import MarketsView, Views
from captui.simulator.bolt11 import Invoice, encode
from tests import samples
from tests.samples import NOW_MS

D = Decimal
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000

BTC_ADDRESS = "bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh"
XRP_ADDRESS = "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh?dt=104857"

CURRENCIES: Mapping[str, Currency] = {
    each.id: each
    for each in (
        Currency(
            "zar",
            "South African Rand",
            2,
            "fiat",
            deposit_enabled=True,
            withdrawal_enabled=True,
            min_deposit_amount=D(50),
            withdraw_fee=D(15),
            min_withdraw_amount=D(100),
            withdraw_limit_24h=D(100_000),
            withdraw_limit_72h=D(250_000),
            position=1,
        ),
        Currency(
            "btc",
            "Bitcoin",
            8,
            "coin",
            deposit_enabled=True,
            withdrawal_enabled=True,
            deposit_fee=D(0),
            min_deposit_amount=D("0.0001"),
            withdraw_fee=D("0.0002"),
            min_withdraw_amount=D("0.001"),
            position=2,
            min_confirmations=3,
            explorer_transaction="https://mempool.example/tx/#{txid}",
        ),
        Currency(
            "eth",
            "Ether",
            8,
            "coin",
            deposit_enabled=True,
            withdrawal_enabled=False,
            min_deposit_amount=D("0.005"),
            withdraw_fee=D("0.003"),
            position=3,
            min_confirmations=12,
        ),
        Currency("xrp", "XRP", 6, "coin", deposit_enabled=True, withdrawal_enabled=True, position=4),
        Currency("usdt", "Tether", 2, "coin", deposit_enabled=False, withdrawal_enabled=True, position=5),
    )
}

CHEQUE = Beneficiary(
    801,
    "zar",
    "FNB cheque",
    "my own account",
    (("full_name", "T Trader"), ("bank_name", "FNB"), ("account_number", "62001234567"), ("branch_code", "250655")),
    "active",
)
COLD = Beneficiary(802, "btc", "Cold wallet", "", (("address", BTC_ADDRESS),), "active")
LEDGER = Beneficiary(803, "btc", "New ledger", "bought in May", (("address", "bc1q" + "7" * 38),), "pending")
BENEFICIARIES = (CHEQUE, COLD, LEDGER)

METHODS = (
    PaymentMethod("1", "play", "Play Voucher", "voucher", "From a shop; change comes back.", D(10), D(3000)),
    PaymentMethod("2", "whole", "Whole Voucher", "voucher", "Redeemed whole.", D(50), None),
    PaymentMethod("3", "eft", "Instant EFT", "instanteft", "A transfer from a bank.", None, None),
)

TXID = "4f" * 32


def deposit(number: int, currency: str, amount: str, state: str, **changes: Any) -> Deposit:
    made = Deposit(
        number, currency, D(amount), D(0), TXID, 3, state, NOW_MS - HOUR, NOW_MS - HOUR + 9 * MINUTE, f"TID{number}"
    )
    return replace(made, **changes)


def withdrawal(number: int, currency: str, amount: str, state: str, **changes: Any) -> Withdrawal:
    fee = D(15) if currency == "zar" else D("0.0002")
    kind, rid = ("fiat", "801") if currency == "zar" else ("coin", BTC_ADDRESS)
    made = Withdrawal(
        number,
        currency,
        kind,
        D(amount),
        fee,
        "",
        rid,
        state,
        None,
        "",
        NOW_MS - HOUR,
        NOW_MS - HOUR + 5 * MINUTE,
        0,
    )
    return replace(made, **changes)


DEPOSITS = (
    deposit(6125, "btc", "0.05", "submitted", confirmations=1, created_ms=NOW_MS - 12 * MINUTE, completed_ms=0),
    deposit(6120, "zar", "5000", "accepted", txid="", confirmations=None, created_ms=NOW_MS - 3 * HOUR),
    deposit(6111, "btc", "0.00000500", "skipped", created_ms=NOW_MS - 2 * DAY),
    deposit(6107, "eth", "1.25", "collected", created_ms=NOW_MS - 9 * DAY),
    deposit(6101, "zar", "100", "rejected", txid="", created_ms=NOW_MS - 30 * DAY),
)
WITHDRAWALS = (
    withdrawal(3304, "btc", "0.0098", "confirming", confirmations=1, txid=TXID, created_ms=NOW_MS - 20 * MINUTE),
    withdrawal(3303, "zar", "485", "processing", created_ms=NOW_MS - 40 * MINUTE, note="same_day_rtc"),
    withdrawal(3302, "zar", "19985", "succeed", created_ms=NOW_MS - 30 * HOUR, done_ms=NOW_MS - 29 * HOUR),
    withdrawal(3301, "zar", "985", "failed", created_ms=NOW_MS - 80 * HOUR),
)


def bolt(sats: int | None, *, network: str = "bc", age_s: int = 60, expiry_s: int = 3600, seed: int = 1) -> str:
    """A lightning invoice made so many seconds ago."""
    msat = None if sats is None else sats * 1000
    invoice = Invoice(network, msat, NOW_MS // 1000 - age_s, f"{seed:064x}", "Two coffees", expiry_s)
    return encode(invoice, secret=bytes(32))


def invoice(sats: int = 250_000, **changes: Any) -> LightningInvoice:
    made = LightningInvoice(
        bolt(sats),
        D(sats),
        D(sats) * 1000,
        None,
        "Two coffees",
        "",
        "pending",
        NOW_MS - MINUTE,
        NOW_MS + 59 * MINUTE,
        0,
    )
    return replace(made, **changes)


def quote(currency: str, fee: str, *, number: int = 1, left_ms: int = 90_000) -> QuoteView:
    """As the exchange promises it now; the samples' clock of the exchange is 12 ms ahead."""
    expires_ms = NOW_MS + 12 + left_ms
    made = WithdrawalQuote(f"q{number}", currency, D(fee), "", expires_ms - 90_000, expires_ms)
    return QuoteView(currency, Progress.READY, made)


def address(currency: str = "btc", text: str = BTC_ADDRESS) -> dict[str, AddressView]:
    return {currency: AddressView(currency, Progress.READY, text)}


def redemption(*, change: bool = True) -> VoucherRedemption:
    left = ChangeVoucher(D(400), "2029-11-21", Secret("2593564009582386")) if change else None
    return VoucherRedemption(D(97), D(500), left)


def move(kind: MoveKind, status: MoveStatus, title: str = "Withdraw 500 ZAR to FNB cheque", **changes: Any) -> Move:
    return replace(Move(f"m-{kind.value}-{status.value}", kind, title, status, NOW_MS - 5 * MINUTE), **changes)


def view(**changes: Any) -> FundingView:
    made = FundingView(
        enabled=True,
        methods=METHODS,
        beneficiaries=BENEFICIARIES,
        deposits=DEPOSITS,
        withdrawals=WITHDRAWALS,
        read=True,
        read_ms=NOW_MS - 4_000,
    )
    return replace(made, **changes)


def views(state: str = "live", **changes: Any) -> Views:
    """As `samples.views`, with currencies that have rules and a funding view; `changes` are of the latter."""
    base = samples.views(state)
    return replace(
        base,
        markets=MarketsView(base.markets.markets, CURRENCIES, base.markets.selected),
        funding=view(**changes),
    )
