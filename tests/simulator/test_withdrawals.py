from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from captui.simulator.accounts import FEES
from captui.simulator.beneficiaries import PIN
from captui.simulator.funding_records import Beneficiary, FundingRefusedError, Withdrawal, WithdrawState
from captui.simulator.venue import BalanceNotice
from tests.simulator.venues import NOW_MS, Till, listen

HOUR_MS = 3_600_000


@pytest.fixture
def till() -> Till:
    return Till()


def payee(till: Till, currency: str = "btc", *, active: bool = True) -> Beneficiary:
    number = len(till.funding.beneficiaries.records)
    data: dict[str, object] = {"address": f"to-{number}"} if currency != "zar" else {"account_number": "62"}
    made = till.funding.beneficiaries.create(currency, name="cold", description="", data=data)
    if active:
        till.funding.beneficiaries.activate(made, PIN)
    return made


def send(
    till: Till,
    amount: str,
    currency: str = "btc",
    *,
    to: Beneficiary | None = None,
    note: str = "",
    quote_id: str | None = None,
) -> Withdrawal:
    return till.funding.withdrawals.create(
        to or payee(till, currency), currency, Decimal(amount), note=note, quote_id=quote_id
    )


def states(till: Till, made: Withdrawal, *, seconds: int) -> list[tuple[str, int]]:
    """State and confirmations, a second apart."""
    seen = [(made.state.value, made.confirmations)]
    for _ in range(seconds):
        till.wait(1_000)
        seen.append((made.state.value, made.confirmations))
    return seen


def test_a_coin_goes_its_way(till: Till) -> None:
    heard = listen(till.venue)
    made = send(till, "0.25")
    assert (made.amount, made.fee, made.total) == (Decimal("0.2499"), Decimal("0.0001"), Decimal("0.25"))
    assert till.held("btc") == (Decimal("0.5"), Decimal("0.25"))
    assert states(till, made, seconds=6) == [
        ("submitted", 0),
        ("accepted", 0),
        ("processing", 0),
        ("confirming", 0),
        ("confirming", 1),
        ("succeed", 2),
        ("succeed", 2),
    ]
    assert (made.done_ms, made.updated_ms) == (NOW_MS + 5_000, NOW_MS + 5_000)
    assert made.txid is not None
    assert len(made.txid) == 64
    assert till.held("btc") == (Decimal("0.5"), Decimal(0))
    assert till.venue.ledger.available(FEES, "btc") == Decimal("0.0001")
    assert till.venue.ledger.discrepancies() == {}
    assert heard == [
        BalanceNotice("btc", Decimal("0.5"), Decimal("0.25")),
        BalanceNotice("btc", Decimal("0.5"), Decimal(0)),
    ]


@pytest.mark.parametrize(("note", "fee", "takes_ms"), [("", 15, 22_000), ("same_day_rtc", 60, 7_000)])
def test_rand_takes_its_time_unless_more_is_paid(till: Till, note: str, fee: int, takes_ms: int) -> None:
    made = send(till, "1000", "zar", note=note)
    assert (made.fee, made.amount, made.note) == (Decimal(fee), Decimal(1000 - fee), note)
    till.wait(60_000)
    assert (made.done_ms, made.txid, made.rid) == (NOW_MS + takes_ms, None, "801")
    assert till.held("zar") == (Decimal(249_000), Decimal(0))


@pytest.mark.parametrize(
    ("amount", "currency", "more", "code"),
    [
        ("0.000999", "btc", {}, "account.withdraw.invalid_amount"),
        ("0.001000001", "btc", {}, "account.withdraw.invalid_amount"),
        ("100.001", "zar", {}, "account.withdraw.invalid_amount"),
        ("0.76", "btc", {}, "account.withdraw.insufficient_balance"),
        ("2.1", "btc", {}, "account.withdraw.limit_exceeded"),
        ("0.1", "btc", {"note": "same_day_rtc"}, "account.withdraw.note_is_for_zar_only"),
        ("0.1", "btc", {"quote_id": "7"}, "account.withdraw.invalid_quote"),
    ],
)
def test_a_broken_rule_changes_nothing(till: Till, amount: str, currency: str, more: dict[str, Any], code: str) -> None:
    before = till.held(currency)
    with pytest.raises(FundingRefusedError) as refused:
        send(till, amount, currency, **more)
    assert refused.value.code == code
    assert till.held(currency) == before
    assert till.funding.withdrawals.records == {}
    assert till.funding.agenda.due_ms is None


def test_money_goes_to_active_beneficiaries_of_its_currency(till: Till) -> None:
    with pytest.raises(FundingRefusedError, match="invalid_state_for_withdrawal"):
        send(till, "0.1", to=payee(till, active=False))
    with pytest.raises(FundingRefusedError, match="currency_doesnt_match_beneficiary"):
        send(till, "0.1", to=payee(till, "eth"))
    deleted = payee(till)
    till.funding.beneficiaries.delete(deleted)
    with pytest.raises(FundingRefusedError, match="invalid_state_for_withdrawal"):
        send(till, "0.1", to=deleted)


def test_limits_are_for_the_last_24_and_72_hours_together(till: Till) -> None:
    till.funding.deposits.credit("btc", Decimal(20))
    for _ in range(2):
        send(till, "2")
        with pytest.raises(FundingRefusedError, match="limit_exceeded"):
            send(till, "0.001")
        till.wait(24 * HOUR_MS)
    send(till, "1")
    till.wait(23 * HOUR_MS)
    with pytest.raises(FundingRefusedError, match="limit_exceeded"):
        send(till, "0.5")
    till.wait(HOUR_MS)
    send(till, "2")


def test_what_came_to_nothing_does_not_count_towards_a_limit(till: Till) -> None:
    till.funding.deposits.credit("btc", Decimal(20))
    till.funding.withdrawals.end(send(till, "2"), WithdrawState.CANCELED)
    send(till, "2")


@pytest.mark.parametrize("state", ["rejected", "canceled", "failed"])
@pytest.mark.parametrize("after_ms", [0, 1_000, 4_500])
def test_one_that_comes_to_nothing_gives_its_money_back(till: Till, state: str, after_ms: int) -> None:
    made = send(till, "0.25")
    till.wait(after_ms)
    till.funding.withdrawals.end(made, WithdrawState(state))
    assert till.held("btc") == (Decimal("0.75"), Decimal(0))
    till.wait(60_000)
    assert (made.state.value, made.done_ms) == (state, None)
    assert till.held("btc") == (Decimal("0.75"), Decimal(0))


def test_only_what_is_on_its_way_can_come_to_nothing(till: Till) -> None:
    made = send(till, "0.25")
    with pytest.raises(FundingRefusedError, match="cannot_end_like_that"):
        till.funding.withdrawals.end(made, WithdrawState.SUCCEED)
    till.wait(60_000)
    with pytest.raises(FundingRefusedError, match="cannot_end_like_that"):
        till.funding.withdrawals.end(made, WithdrawState.FAILED)
    assert till.held("btc") == (Decimal("0.5"), Decimal(0))


def test_a_quote_s_fee_is_kept_for_90_seconds_and_one_withdrawal(till: Till) -> None:
    withdrawals = till.funding.withdrawals
    quotes = [withdrawals.quote("btc") for _ in range(20)]
    assert all(Decimal("0.00008") <= quote.fee <= Decimal("0.00012") for quote in quotes)
    quote = next(quote for quote in quotes if quote.fee != Decimal("0.0001"))
    late = quotes[-1] if quotes[-1] is not quote else quotes[-2]
    assert (quote.expires_ms - quote.created_ms, quote.blockchain) == (90_000, "btc-mainnet")
    till.wait(89_999)
    made = send(till, "0.1", quote_id=quote.id)
    assert (made.fee, made.total) == (quote.fee, Decimal("0.1"))
    with pytest.raises(FundingRefusedError, match="invalid_quote"):
        send(till, "0.1", quote_id=quote.id)
    with pytest.raises(FundingRefusedError, match="invalid_quote"):
        send(till, "0.1", "eth", quote_id=late.id)
    till.wait(1)
    with pytest.raises(FundingRefusedError, match="quote_expired"):
        send(till, "0.1", quote_id=late.id)


def test_a_refused_withdrawal_leaves_its_quote_good(till: Till) -> None:
    quote = till.funding.withdrawals.quote("btc")
    with pytest.raises(FundingRefusedError, match="insufficient_balance"):
        send(till, "1", quote_id=quote.id)
    assert send(till, "0.1", quote_id=quote.id).fee == quote.fee


def test_what_a_bank_carries_has_a_fixed_fee(till: Till) -> None:
    quote = till.funding.withdrawals.quote("zar")
    assert (quote.fee, quote.blockchain) == (Decimal(15), None)
