from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from captui.core.funding import (
    Beneficiary,
    ChangeVoucher,
    Deposit,
    DepositState,
    LightningPayment,
    VoucherRedemption,
    Withdrawal,
    WithdrawalState,
)
from captui.core.moves import SentKind, SentMove
from captui.core.secret import Secret
from captui.session import funding_sentences as sentences
from captui.session.commands import PayInvoice, Withdraw
from captui.session.views import Severity

NOON_MS = round(datetime(2026, 3, 1, 12, 3).timestamp() * 1000)  # people read their own clock
MOVE = SentMove("one", SentKind.WITHDRAWAL, "zar", Decimal("1500.50"), "FNB cheque", NOON_MS)
DEPOSIT = Deposit(1, "btc", Decimal("0.5000"), Decimal(0), "", None, "submitted", 0, 0, "")
WITHDRAWAL = Withdrawal(
    3301, "zar", "fiat", Decimal(485), Decimal(15), "", "4", "submitted", None, "", NOON_MS, NOON_MS, 0
)
PLACE = Beneficiary(4, "zar", "FNB\x1b cheque", "", (), "active")


def test_money_of_an_earlier_run_is_told_with_its_time_and_what_to_do() -> None:
    assert sentences.sent_earlier(MOVE, NOON_MS + 60_000) == (
        "A withdrawal of 1 500.5 ZAR to FNB cheque was sent at 12:03 and its outcome is not known; "
        "look at the withdrawals before you send it again."
    )
    assert "sent on 2026-03-01 at 12:03 and" in sentences.sent_earlier(MOVE, NOON_MS + 86_400_000)
    named = sentences.sent_earlier(replace(MOVE, to="x" * 300), NOON_MS)
    assert f" to {'x' * 39}… was sent" in named
    voucher = replace(MOVE, kind=SentKind.VOUCHER, to="the account")
    assert sentences.sent_earlier(voucher, NOON_MS) == (
        "A voucher of 1 500.5 ZAR was sent at 12:03 and its outcome is not known; "
        "look at the deposits before you redeem it again."
    )


def test_every_fate_has_its_sentence() -> None:
    assert sentences.found(MOVE, WITHDRAWAL, NOON_MS).endswith(
        "has reached the exchange: it is withdrawal 3301, submitted."
    )
    assert sentences.absent(MOVE, NOON_MS).endswith("looked up for long enough and not among the withdrawals.")
    assert "it cannot be told which of the withdrawals it became" in sentences.ambiguous(MOVE, NOON_MS)


def test_words_of_the_exchange_and_the_user_steer_nothing() -> None:
    command = Withdraw("k", "zar", Decimal(500), 4, Secret("1"))
    assert sentences.title(command, PLACE) == "Withdraw 500 ZAR to FNB  cheque"
    assert sentences.title(command, None) == "Withdraw 500 ZAR to beneficiary 4"
    assert sentences.refused("Withdraw", "No. ") == "Refused: No (withdraw)."
    assert "\x1b" not in str(sentences.deposit_news(DEPOSIT, replace(DEPOSIT, state="odd\x1b")))


def test_the_journal_names_an_invoice_by_its_beginning() -> None:
    command = PayInvoice("k", f" lnbc1{'q' * 300}\n", Decimal(1))
    assert sentences.destination(command, None) == f"the invoice lnbc1{'q' * 34}…"


def test_what_is_left_of_a_voucher_is_told_without_its_pin() -> None:
    change = ChangeVoucher(Decimal(400), "", Secret("2134"))
    text = sentences.accepted("Redeem a voucher", VoucherRedemption(Decimal(97), Decimal(500), change))
    assert text.startswith("Accepted: redeem a voucher; 97 ZAR was credited; what was left came back")
    assert "2134" not in text
    asked = LightningPayment("lnbc1", "", None, "", "", "", 0)
    assert sentences.accepted("Pay", asked) == "Accepted: pay; the withdrawals tell whether it is paid."
    assert sentences.accepted("Redeem", VoucherRedemption(None, None, None)) == "Accepted: redeem."


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        (None, DepositState.SUBMITTED, (Severity.INFO, "A deposit of 0.5 BTC is on its way.")),
        (None, DepositState.COLLECTED, (Severity.GOOD, "A deposit of 0.5 BTC has arrived.")),
        (DepositState.SUBMITTED, DepositState.SUBMITTED, None),
        (DepositState.SUBMITTED, DepositState.ACCEPTED, (Severity.GOOD, "The deposit of 0.5 BTC has arrived.")),
        (DepositState.ACCEPTED, DepositState.COLLECTED, None),
        (
            DepositState.SUBMITTED,
            DepositState.REJECTED,
            (Severity.WARNING, "The deposit of 0.5 BTC has not been credited: it is rejected."),
        ),
        (
            DepositState.SUBMITTED,
            "held",
            (Severity.WARNING, "The deposit of 0.5 BTC has not been credited: it is held."),
        ),
    ],
)
def test_deposits_are_told_when_they_come_and_when_they_count(
    before: str | None, after: str, news: sentences.News | None
) -> None:
    earlier = None if before is None else replace(DEPOSIT, state=before)
    assert sentences.deposit_news(earlier, replace(DEPOSIT, state=after, confirmations=2)) == news


@pytest.mark.parametrize(
    ("after", "severity", "ending"),
    [
        (WithdrawalState.PROCESSING, Severity.INFO, "is processing."),
        (WithdrawalState.SUCCEED, Severity.GOOD, "is done."),
        (WithdrawalState.REJECTED, Severity.ERROR, "did not go through: it is rejected."),
        (WithdrawalState.ERRORED, Severity.WARNING, "has run into trouble at the exchange: it is errored."),
        ("waiting", Severity.INFO, "is waiting."),
    ],
)
def test_withdrawals_are_told_at_every_state(after: str, severity: Severity, ending: str) -> None:
    changed = replace(WITHDRAWAL, state=after)
    assert sentences.withdrawal_news(WITHDRAWAL, changed) == (severity, f"Withdrawal 3301 of 485 ZAR {ending}")
    assert sentences.withdrawal_news(changed, replace(changed, confirmations=3)) is None
