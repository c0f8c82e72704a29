from __future__ import annotations

from decimal import Decimal

import pytest

from captui.simulator.accounts import FEES
from captui.simulator.funding_records import DepositState, FundingRefusedError, Redemption
from captui.simulator.vouchers import EXPIRED_PIN
from tests.simulator.venues import Till


@pytest.fixture
def till() -> Till:
    return Till()


def redeem(till: Till, method: int, amount: str, pin: str) -> Redemption:
    return till.funding.vouchers.redeem(method, Decimal(amount), pin)


def test_a_whole_voucher_is_a_deposit_less_its_fee(till: Till) -> None:
    made = redeem(till, 1, "100", "1000000000000100")
    assert made == Redemption(Decimal(97), Decimal(100), None)
    assert till.held("zar") == (Decimal(250_097), Decimal(0))
    assert till.venue.ledger.available(FEES, "zar") == 3
    newest = list(till.funding.deposits.records.values())[-1]
    assert (newest.amount, newest.fee, newest.state, newest.txid) == (
        Decimal(97),
        Decimal(3),
        DepositState.ACCEPTED,
        None,
    )
    assert till.venue.ledger.discrepancies() == {}


def test_a_part_of_a_voucher_gives_change_that_can_be_redeemed(till: Till) -> None:
    made = redeem(till, 1, "120.50", "1000000000000500")
    assert made.origin_amount == 500
    assert made.amount == Decimal("116.88"), "the fee of 3.615 is rounded up to the cent"
    assert made.change is not None
    assert made.change.value == Decimal("379.50")
    rest = redeem(till, 1, "379.5", made.change.pin)
    assert (rest.origin_amount, rest.change) == (Decimal("379.5"), None)
    for pin in ("1000000000000500", made.change.pin):
        with pytest.raises(FundingRefusedError, match="already_redeemed"):
            redeem(till, 1, "10", pin)
    assert till.venue.ledger.discrepancies() == {}


def test_the_second_method_takes_no_fee(till: Till) -> None:
    assert redeem(till, 2, "250", "1000000000000250") == Redemption(Decimal(250), Decimal(250), None)


@pytest.mark.parametrize(
    ("method", "amount", "pin", "code"),
    [
        (9, "100", "1000000000000100", "payments.method.doesnt_exist"),
        (3, "100", "1000000000000100", "payments.method.doesnt_exist"),
        (1, "9.99", "1000000000000100", "payments.voucher.invalid_amount"),
        (1, "3000.01", "1000000000003000", "payments.voucher.invalid_amount"),
        (1, "50.001", "1000000000000100", "payments.voucher.invalid_amount"),
        (1, "100", "1000000000000101", "payments.voucher.invalid_pin"),
        (2, "100", "1000000000000100", "payments.voucher.invalid_pin"),
        (2, "50", EXPIRED_PIN, "payments.voucher.expired"),
        (1, "100.01", "1000000000000100", "payments.voucher.amount_doesnt_match"),
        (2, "200", "1000000000000250", "payments.voucher.amount_doesnt_match"),
    ],
)
def test_a_voucher_that_does_not_fit_stays_as_it_was(till: Till, method: int, amount: str, pin: str, code: str) -> None:
    with pytest.raises(FundingRefusedError) as refused:
        redeem(till, method, amount, pin)
    assert refused.value.code == code
    assert till.held("zar") == (Decimal(250_000), Decimal(0))
    assert not any(voucher.used for voucher in till.funding.vouchers.sold.values())
