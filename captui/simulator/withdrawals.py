"""Money that goes out: quotes, withdrawals to beneficiaries, payments over lightning, and how they move on.

Choices where the API document is silent:

* The amount asked for is what leaves the account: the fee comes out of it, and the record's `amount` is the rest, which arrives.
  A lightning payment must arrive whole: its fee comes on top.
* The whole is locked at once. It leaves when the withdrawal succeeds, and comes back when it is rejected, canceled or fails.
* Every withdrawal takes the one-time password `OTP`; a real exchange asks for one that changes.
* A coin: submitted, accepted, processing, confirming (one confirmation every `BLOCK_MS` up to the currency's number), succeed. Rand:
  succeed `BANK_MS` after processing began, or `SAME_DAY_MS` with the note `same_day_rtc`, which costs more and is for rand alone.
* The limits of a currency are for all its withdrawals of the last 24 and 72 hours together that did not come to nothing.
* A quote is good for 90 s, one withdrawal and one currency. Without one the fee is the currency's.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from captui.simulator.accounts import InsufficientFundsError
from captui.simulator.agenda import Agenda
from captui.simulator.deposits import BLOCK_MS, transaction_id
from captui.simulator.funding_records import (
    Beneficiary,
    BeneficiaryState,
    FundingRefusedError,
    Quote,
    Withdrawal,
    WithdrawState,
)
from captui.simulator.markets import CURRENCIES, Currency
from captui.simulator.money import ZERO, decimals, minus, plus, times
from captui.simulator.venue import Venue

OTP = 123456
"""The one-time password of play money."""

QUOTE_MS = 90_000
STEP_MS = 1_000
BANK_MS = 20_000
SAME_DAY_MS = 5_000
SAME_DAY_NOTE = "same_day_rtc"
SAME_DAY_FEE = Decimal(45)

FIRST_WITHDRAWAL_ID = 3_301
_FIRST_QUOTE_ID = 90_211
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Step:
    """`after_ms` later a withdrawal is in `state`."""

    after_ms: int
    state: WithdrawState
    confirmations: int = 0


class Withdrawals:
    """All withdrawals of the user, by id in order of creation, and the quotes given for them."""

    def __init__(self, venue: Venue, agenda: Agenda, rng: random.Random) -> None:
        self._venue = venue
        self._agenda = agenda
        self._rng = rng
        self.records: dict[int, Withdrawal] = {}
        self.quotes: dict[str, Quote] = {}
        self.closed: set[str] = set()
        """Currencies that cannot be withdrawn now. What is on its way goes on."""
        self._deliveries: dict[int, Callable[[], bool]] = {}

    def quote(self, currency: str) -> Quote:
        """What a withdrawal would cost now. Fees of coins sway a little around the currency's own."""
        facts = CURRENCIES[currency]
        now_ms = self._venue.now_ms
        sway = Decimal(self._rng.randrange(80, 121)).scaleb(-2) if facts.coin else Decimal(1)
        given = Quote(
            id=str(_FIRST_QUOTE_ID + len(self.quotes)),
            currency=currency,
            fee=times(facts.withdraw_fee, sway),
            blockchain=facts.blockchain,
            created_ms=now_ms,
            expires_ms=now_ms + QUOTE_MS,
        )
        self.quotes[given.id] = given
        return given

    def create(
        self, beneficiary: Beneficiary, currency: str, amount: Decimal, *, note: str, quote_id: str | None
    ) -> Withdrawal:
        """A new withdrawal, submitted, with `amount` locked.

        Raises:
            FundingRefusedError: a rule is broken or the money is not there; nothing has changed.
        """
        facts = CURRENCIES[currency]
        if beneficiary.state is not BeneficiaryState.ACTIVE:
            raise FundingRefusedError("account.beneficiary.invalid_state_for_withdrawal")
        if beneficiary.currency != currency:
            raise FundingRefusedError("account.withdraw.currency_doesnt_match_beneficiary")
        if note and facts.coin:
            raise FundingRefusedError("account.withdraw.note_is_for_zar_only")
        quote = self._quoted(quote_id, currency)
        fee = facts.withdraw_fee if quote is None else quote.fee
        same_day = note == SAME_DAY_NOTE
        if same_day:
            fee = plus(fee, SAME_DAY_FEE)
        if decimals(amount) > facts.precision or amount < facts.min_withdraw or amount <= fee:
            raise FundingRefusedError("account.withdraw.invalid_amount")
        rid = str(beneficiary.data["address"]) if facts.coin else str(beneficiary.id)
        plan = _on_chain(facts) if facts.coin else _by_bank(SAME_DAY_MS if same_day else BANK_MS)
        return self._submit(facts, minus(amount, fee), fee, rid=rid, note=note, plan=plan, quote=quote)

    def pay_lightning(
        self,
        amount: Decimal,
        fee: Decimal,
        *,
        bolt: str,
        payment_hash: str,
        note: str,
        quote_id: str | None,
        deliver: Callable[[], bool] | None,
    ) -> Withdrawal:
        """A payment over lightning, submitted, with `amount` and the fee (the quote's where there is one) locked, in bitcoin.

        `deliver` hands the money to a payee who is with this exchange too; where it says no, the payment fails.

        Raises:
            FundingRefusedError: the quote is not good, withdrawals are closed, a limit is reached or the money is not there; nothing
                has changed.
        """
        quote = self._quoted(quote_id, "btc")
        plan = (Step(STEP_MS, WithdrawState.PROCESSING), Step(STEP_MS, WithdrawState.SUCCEED))
        made = self._submit(
            CURRENCIES["btc"],
            amount,
            fee if quote is None else quote.fee,
            rid=bolt,
            note=note,
            plan=plan,
            quote=quote,
        )
        made.txid = payment_hash
        if deliver is not None:
            self._deliveries[made.id] = deliver
        return made

    def end(self, withdrawal: Withdrawal, state: WithdrawState) -> None:
        """Let one that is on its way come to nothing.

        Raises:
            FundingRefusedError: it has ended before, or the state is no such end.
        """
        if withdrawal.state.final or not state.unsuccessful:
            raise FundingRefusedError("account.withdraw.cannot_end_like_that")
        withdrawal.state = state
        withdrawal.updated_ms = self._venue.now_ms
        self._venue.unlock(withdrawal.currency, withdrawal.total)

    def _quoted(self, quote_id: str | None, currency: str) -> Quote | None:
        if quote_id is None:
            return None
        quote = self.quotes.get(quote_id)
        if quote is None or quote.used or quote.currency != currency:
            raise FundingRefusedError("account.withdraw.invalid_quote")
        if self._venue.now_ms >= quote.expires_ms:
            raise FundingRefusedError("account.withdraw.quote_expired")
        return quote

    def _submit(
        self,
        facts: Currency,
        amount: Decimal,
        fee: Decimal,
        *,
        rid: str,
        note: str,
        plan: Sequence[Step],
        quote: Quote | None,
    ) -> Withdrawal:
        if facts.id in self.closed:
            raise FundingRefusedError("account.currency.withdrawal_disabled")
        now_ms = self._venue.now_ms
        made = Withdrawal(
            id=FIRST_WITHDRAWAL_ID + len(self.records),
            currency=facts.id,
            kind=facts.kind,
            amount=amount,
            fee=fee,
            rid=rid,
            note=note,
            created_ms=now_ms,
            updated_ms=now_ms,
        )
        for limit, hours in ((facts.withdraw_limit_24h, 24), (facts.withdraw_limit_72h, 72)):
            if plus(self._withdrawn(facts.id, since_ms=now_ms - hours * _HOUR_MS), made.total) > limit:
                raise FundingRefusedError("account.withdraw.limit_exceeded")
        try:
            self._venue.lock(facts.id, made.total)
        except InsufficientFundsError as error:
            raise FundingRefusedError("account.withdraw.insufficient_balance") from error
        if quote is not None:
            quote.used = True
        self.records[made.id] = made
        self._plan(made, list(plan), now_ms)
        return made

    def _withdrawn(self, currency: str, *, since_ms: int) -> Decimal:
        total = ZERO
        for each in self.records.values():
            if each.currency == currency and each.created_ms > since_ms and not each.state.unsuccessful:
                total = plus(total, each.total)
        return total

    def _plan(self, withdrawal: Withdrawal, plan: list[Step], now_ms: int) -> None:
        if plan:
            step, *rest = plan
            self._agenda.at(now_ms + step.after_ms, lambda then_ms: self._step(withdrawal, step, rest, then_ms))

    def _step(self, withdrawal: Withdrawal, step: Step, rest: list[Step], now_ms: int) -> None:
        if withdrawal.state.final:
            return
        if step.state is WithdrawState.SUCCEED and not self._delivered(withdrawal):
            self.end(withdrawal, WithdrawState.FAILED)
            return
        withdrawal.state, withdrawal.confirmations, withdrawal.updated_ms = step.state, step.confirmations, now_ms
        if step.state is WithdrawState.CONFIRMING and withdrawal.txid is None:
            withdrawal.txid = transaction_id(withdrawal.currency, self._rng)
        if step.state is WithdrawState.SUCCEED:
            withdrawal.done_ms = now_ms
            self._venue.withdraw(withdrawal.currency, withdrawal.total, fee=withdrawal.fee)
        self._plan(withdrawal, rest, now_ms)

    def _delivered(self, withdrawal: Withdrawal) -> bool:
        deliver = self._deliveries.pop(withdrawal.id, None)
        return deliver is None or deliver()


def _on_chain(facts: Currency) -> tuple[Step, ...]:
    needed = facts.min_confirmations
    return (
        Step(STEP_MS, WithdrawState.ACCEPTED),
        Step(STEP_MS, WithdrawState.PROCESSING),
        Step(STEP_MS, WithdrawState.CONFIRMING),
        *(Step(BLOCK_MS, WithdrawState.CONFIRMING, seen) for seen in range(1, needed)),
        Step(BLOCK_MS, WithdrawState.SUCCEED, needed),
    )


def _by_bank(takes_ms: int) -> tuple[Step, ...]:
    return (
        Step(STEP_MS, WithdrawState.ACCEPTED),
        Step(STEP_MS, WithdrawState.PROCESSING),
        Step(takes_ms, WithdrawState.SUCCEED),
    )
