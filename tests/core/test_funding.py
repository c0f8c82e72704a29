"""What the values themselves know: which states are ends, where a beneficiary's money goes, and that pins do not print."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.funding import (
    Beneficiary,
    BeneficiaryState,
    ChangeVoucher,
    DepositState,
    Withdrawal,
    WithdrawalState,
)
from captui.core.secret import Secret
from tests.core.documented import documented_states

STORE = Beneficiary(12, "btc", "Cold store", "", (("address", "bc1qexample"),), "active")
BANK = Beneficiary(13, "zar", "Savings", "", (("full_name", "T. Mokoena"), ("account_number", "0012345")), "pending")
SENT = Withdrawal(
    77, "btc", "coin", Decimal("0.25"), Decimal("0.0001"), "c0ffee", "bc1qexample", "processing", 1, "", 1, 1, 0
)


@pytest.mark.parametrize(
    ("title", "states"), [("Deposit states", set(DepositState)), ("Withdraw states", set(WithdrawalState))]
)
def test_the_states_are_the_documents(title: str, states: set[str]) -> None:
    assert states == documented_states(title)


def test_only_an_active_beneficiary_is_one() -> None:
    assert STORE.is_active
    assert not BANK.is_active
    assert not replace(STORE, state=BeneficiaryState.ARCHIVED).is_active
    assert not replace(STORE, state="aml_processing").is_active


def test_the_address_is_of_a_blockchain() -> None:
    assert STORE.address == "bc1qexample"
    assert BANK.address == ""


@pytest.mark.parametrize("state", [*WithdrawalState, "aml_processing"])
def test_a_withdrawal_is_at_its_end_where_nothing_more_happens_by_itself(state: str) -> None:
    ends = {"rejected", "succeed", "canceled", "failed"}
    assert replace(SENT, state=state).is_final is (state in ends)


def test_the_pin_of_a_change_voucher_does_not_print() -> None:
    change = ChangeVoucher(Decimal(40), "2026-12-08", Secret("1234567890123456"))
    assert "1234567890123456" not in f"{change!r} {change}"
    assert change.pin.reveal() == "1234567890123456"
