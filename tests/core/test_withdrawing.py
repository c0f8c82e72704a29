"""What speaks against money moving, and what does not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core import withdrawing
from captui.core.bolt11 import Invoice, Network
from captui.core.funding import Beneficiary, PaymentMethod
from captui.core.types import Currency

RAND = Currency("zar", "Rand", 2, "fiat", withdraw_fee=Decimal(15), min_withdraw_amount=Decimal(100))
COIN = Currency("btc", "Bitcoin", 8, "coin")
PLACE = Beneficiary(4, "zar", "FNB\x1b", "", (("account_number", "62"),), "active")
METHOD = PaymentMethod("1", "p", "Shop", "voucher", "", Decimal(10), Decimal(3000))
INVOICE = Invoice("lnbc1", Network.BITCOIN, 1_500_500, 1000, 3600, "00", None, None)


@pytest.mark.parametrize(
    ("amount", "available", "fee", "why"),
    [
        ("500", "500", "15", ""),
        ("500.01", "500", "15", "Only 500 ZAR is available."),
        ("100", "500", "15", ""),
        ("99.99", "500", "15", "99.99 ZAR is below the smallest withdrawal, 100 ZAR."),
        ("100.001", "500", "15", "ZAR has 2 decimals."),
        ("100.10000", "500", "15", ""),
        ("0", "500", None, "An amount of money is a number above zero."),
        ("NaN", "500", None, "An amount of money is a number above zero."),
        ("1E+70", "500", None, "An amount of money is a number above zero."),
        ("120", "500", "120", "Nothing would be left of 120 ZAR after the fee of 120 ZAR."),
        ("120", "500", None, ""),
    ],
)
def test_the_amount_of_a_withdrawal(amount: str, available: str, fee: str | None, why: str) -> None:
    said = withdrawing.against_withdrawal(
        RAND, Decimal(amount), available=Decimal(available), fee=None if fee is None else Decimal(fee)
    )
    assert said == why


def test_a_currency_may_be_switched_off_and_only_rand_carries_a_note() -> None:
    def against(currency: Currency, note: str = "") -> str:
        return withdrawing.against_withdrawal(currency, Decimal(200), available=Decimal(500), fee=None, note=note)

    assert "switched off withdrawals of ZAR" in against(replace(RAND, withdrawal_enabled=False))
    assert against(RAND, withdrawing.SAME_DAY_NOTE) == ""
    assert against(COIN, withdrawing.SAME_DAY_NOTE) == "Only withdrawals of rand can carry a note."


def test_where_a_withdrawal_goes() -> None:
    assert withdrawing.against_beneficiary(PLACE, "zar") == ""
    assert withdrawing.against_beneficiary(None, "zar") == "There is no such beneficiary."
    assert withdrawing.against_beneficiary(PLACE, "btc") == "FNB  is a beneficiary of ZAR, not of BTC."
    pending = withdrawing.against_beneficiary(replace(PLACE, state="pending"), "zar")
    assert pending == "FNB  is pending: a withdrawal needs an active beneficiary."


@pytest.mark.parametrize(
    ("currency", "name", "data", "why"),
    [
        (RAND, "FNB", {"account_number": "62"}, ""),
        (COIN, "Cold", {"address": "bc1q"}, ""),
        (RAND, " ", {"account_number": "62"}, "name"),
        (RAND, "FNB", {}, "each with a value"),
        (RAND, "FNB", {"account_number": " "}, "each with a value"),
        (COIN, "Cold", {"account_number": "62"}, "of BTC needs an address"),
        (COIN, "Cold", {"address": "bc1 q"}, "holds a blank"),
        (COIN, "Cold", {"address": "bc1q\u200b"}, "do not have"),
        (COIN, "Cold", {"address": "bc1\u0430"}, "do not have"),
        (COIN, "Co\x1bld", {"address": "bc1q"}, "The name holds a character that cannot be seen"),
        (RAND, "FNB", {"address": "bc1q"}, "ZAR goes to a bank account"),
        (RAND, "FNB", {"account_number": "6\u200b2"}, "bank details hold a character that cannot be seen"),
    ],
)
def test_a_new_beneficiary(currency: Currency, name: str, data: dict[str, str], why: str) -> None:
    said = withdrawing.against_new_beneficiary(currency, name, data)
    assert why in said if why else said == ""


@pytest.mark.parametrize(
    ("invoice", "sats", "fee", "now_ms", "why"),
    [
        (INVOICE, "1500.5", None, 1000, ""),
        (INVOICE, "1500.5", "0.0000001", 1000, "0.000015105 BTC is needed and only 0.000015005 BTC is available."),
        (INVOICE, "1500", None, 1000, "The invoice is over 1 500.5 satoshi, not 1 500."),
        (INVOICE, "1500.5", None, INVOICE.expires_ms, "has expired"),
        (INVOICE, "1500.5", None, INVOICE.expires_ms - 1, ""),
        (replace(INVOICE, network=Network.TESTNET), "1500.5", None, 1000, "for testnet, not for real bitcoin"),
        (replace(INVOICE, amount_msat=None), "7.125", None, 1000, ""),
        (replace(INVOICE, amount_msat=None), "7.0001", None, 1000, "thousandth"),
        (replace(INVOICE, amount_msat=None), "0", None, 1000, "above zero"),
        (replace(INVOICE, amount_msat=None), "1501", None, 1000, "is available"),
    ],
)
def test_a_payment(invoice: Invoice, sats: str, fee: str | None, now_ms: int, why: str) -> None:
    said = withdrawing.against_payment(
        invoice,
        Decimal(sats),
        available=Decimal("0.000015005"),
        fee=None if fee is None else Decimal(fee),
        now_ms=now_ms,
    )
    assert why in said if why else said == ""


@pytest.mark.parametrize(
    ("sats", "part", "allowed"),
    [
        ("1", None, True),
        ("1500", "0", True),
        ("1500", "1", True),
        ("1500", "1.01", False),
        ("1500", "-0.1", False),
        ("1500", "NaN", False),
        ("1.5", None, False),
        ("0", None, False),
    ],
)
def test_an_invoice(sats: str, part: str | None, allowed: bool) -> None:
    said = withdrawing.against_invoice(Decimal(sats), None if part is None else Decimal(part))
    assert (said == "") is allowed


@pytest.mark.parametrize(
    ("method", "amount", "why"),
    [
        (METHOD, "100", ""),
        (replace(METHOD, min_amount=None, max_amount=None, kind=""), "99999", ""),
        (METHOD, "9.99", "no less than 10 ZAR"),
        (METHOD, "3000.01", "no more than 3 000 ZAR"),
        (METHOD, "10.001", "2 decimals"),
        (METHOD, "-5", "above zero"),
        (replace(METHOD, kind="instanteft"), "100", "Shop takes no vouchers."),
        (None, "100", "no such deposit method"),
    ],
)
def test_a_voucher(method: PaymentMethod | None, amount: str, why: str) -> None:
    said = withdrawing.against_voucher(method, Decimal(amount))
    assert why in said if why else said == ""


def test_satoshi_are_exact_parts_of_a_bitcoin() -> None:
    assert withdrawing.bitcoin(Decimal("1.125")) == Decimal("0.00000001125")
    assert withdrawing.bitcoin(Decimal(21_000_000) * 100_000_000) == 21_000_000


@pytest.mark.parametrize(
    ("text", "digits"), [("123456", True), ("", False), ("12a", False), ("١٢", False), (" 1", False)]
)
def test_pins_are_digits(text: str, digits: bool) -> None:
    assert withdrawing.is_digits(text) is digits
