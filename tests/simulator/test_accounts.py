from __future__ import annotations

from decimal import Decimal

import pytest

from captui.simulator.accounts import FEES, InsufficientFundsError, Ledger


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.deposit("ann", "zar", Decimal(1000))
    return made


def test_an_account_that_nobody_named_has_nothing(ledger: Ledger) -> None:
    assert ledger.available("zoe", "zar") == 0
    assert ledger.locked("zoe", "zar") == 0
    assert ledger.accounts() == ["ann"]


def test_locking_sets_money_aside_and_unlocking_brings_it_back(ledger: Ledger) -> None:
    ledger.lock("ann", "zar", Decimal(400))
    assert (ledger.available("ann", "zar"), ledger.locked("ann", "zar")) == (Decimal(600), Decimal(400))
    ledger.unlock("ann", "zar", Decimal(150))
    assert (ledger.available("ann", "zar"), ledger.locked("ann", "zar")) == (Decimal(750), Decimal(250))
    assert ledger.discrepancies() == {}


def test_no_more_is_locked_than_is_there(ledger: Ledger) -> None:
    with pytest.raises(InsufficientFundsError, match=r"has 1000 zar and needs 1000\.01"):
        ledger.lock("ann", "zar", Decimal("1000.01"))
    assert ledger.available("ann", "zar") == 1000
    assert ledger.locked("ann", "zar") == 0


def test_no_more_is_unlocked_or_paid_than_is_locked(ledger: Ledger) -> None:
    ledger.lock("ann", "zar", Decimal(10))
    with pytest.raises(InsufficientFundsError):
        ledger.unlock("ann", "zar", Decimal(11))
    with pytest.raises(InsufficientFundsError):
        ledger.pay("ann", "bob", "zar", Decimal(11), fee=Decimal(0))
    assert ledger.locked("ann", "zar") == 10
    assert ledger.available("bob", "zar") == 0


def test_a_payment_moves_locked_money_less_the_fee(ledger: Ledger) -> None:
    ledger.lock("ann", "zar", Decimal(100))
    ledger.pay("ann", "bob", "zar", Decimal(100), fee=Decimal("0.2"))
    assert ledger.available("bob", "zar") == Decimal("99.8")
    assert ledger.available(FEES, "zar") == Decimal("0.2")
    assert ledger.locked("ann", "zar") == 0
    assert ledger.discrepancies() == {}


@pytest.mark.parametrize("fee", ["-1", "101"])
def test_a_fee_lies_between_nothing_and_everything(ledger: Ledger, fee: str) -> None:
    ledger.lock("ann", "zar", Decimal(100))
    with pytest.raises(InsufficientFundsError, match="out of range"):
        ledger.pay("ann", "bob", "zar", Decimal(100), fee=Decimal(fee))
    assert ledger.locked("ann", "zar") == 100


def test_a_negative_deposit_is_refused(ledger: Ledger) -> None:
    with pytest.raises(InsufficientFundsError, match="negative"):
        ledger.deposit("ann", "zar", Decimal(-1))


def test_money_from_nowhere_shows_as_a_discrepancy(ledger: Ledger) -> None:
    ledger._available["ann", "zar"] += 5
    assert ledger.discrepancies() == {"zar": Decimal(5)}


def test_a_withdrawal_leaves_but_for_its_fee(ledger: Ledger) -> None:
    ledger.lock("ann", "zar", Decimal(100))
    ledger.withdraw("ann", "zar", Decimal(100), fee=Decimal(15))
    assert (ledger.available("ann", "zar"), ledger.locked("ann", "zar")) == (Decimal(900), Decimal(0))
    assert ledger.available(FEES, "zar") == 15
    assert ledger.discrepancies() == {}


@pytest.mark.parametrize(("amount", "fee"), [("101", "1"), ("100", "-1"), ("100", "100.1")])
def test_only_what_is_locked_is_withdrawn_with_a_fee_within_it(ledger: Ledger, amount: str, fee: str) -> None:
    ledger.lock("ann", "zar", Decimal(100))
    with pytest.raises(InsufficientFundsError):
        ledger.withdraw("ann", "zar", Decimal(amount), fee=Decimal(fee))
    assert ledger.locked("ann", "zar") == 100
    assert ledger.discrepancies() == {}
