"""Moving money: checked, journalled, sent once, and told as accepted, refused or unknown. Nothing is ever sent a second time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from captui.core import bolt11, withdrawing
from captui.core.beneficiary_writes import Activating, Adding, Change, Found, Removing
from captui.core.funding import Beneficiary, LightningInvoice, LightningPayment, VoucherRedemption, Withdrawal
from captui.core.moves import Fate, Finding, SentKind, SentMove
from captui.core.outcome import Accepted, Outcome, Refused, Unknown
from captui.core.text import printable
from captui.core.types import Currency
from captui.errors import InvoiceError, JournalError
from captui.session import funding_sentences as sentences
from captui.session.balances import Balances
from captui.session.beneficiary_lookups import BeneficiaryLookups
from captui.session.commands import (
    ActivateBeneficiary,
    AddBeneficiary,
    FundingWrite,
    MakeInvoice,
    PayInvoice,
    RedeemVoucher,
    RemoveBeneficiary,
    Withdraw,
)
from captui.session.connection import Connection
from captui.session.context import SessionContext
from captui.session.funding_answers import FundingAnswers
from captui.session.funding_lists import FundingLists
from captui.session.funding_views import Move, MoveStatus
from captui.session.journalling import Journalling
from captui.session.move_lookups import MoveLookups
from captui.session.permission import money_refusal
from captui.session.views import Severity, Topic

log = logging.getLogger(__name__)

_Outcome = (
    Outcome[Beneficiary]
    | Outcome[Withdrawal | None]
    | Outcome[VoucherRedemption]
    | Outcome[LightningInvoice]
    | Outcome[LightningPayment]
    | Outcome[None]
)

_TWIN = "The very same was sent and its outcome is not known yet: it is being looked up."
_FATES = {MoveStatus.ACCEPTED: Fate.ACCEPTED, MoveStatus.REFUSED: Fate.REFUSED, MoveStatus.UNKNOWN: Fate.UNKNOWN}


class FundingWrites:
    def __init__(
        self,
        context: SessionContext,
        *,
        connection: Connection,
        balances: Balances,
        journalling: Journalling,
        lists: FundingLists,
        answers: FundingAnswers,
        lookups: MoveLookups,
        currency_of: Callable[[str], Currency | None],
    ) -> None:
        self._context = context
        self._connection = connection
        self._balances = balances
        self._journalling = journalling
        self._lists = lists
        self._answers = answers
        self._lookups = lookups
        self._currency_of = currency_of
        self._moves: dict[str, Move] = {}
        self._sending: dict[str, SentMove] = {}
        lookups.on_fate = self._resolved
        self._changes = BeneficiaryLookups(context, read_refusal=lists.read_refusal, on_fate=self._found_out)

    @property
    def moves(self) -> tuple[Move, ...]:
        """Newest first."""
        return tuple(reversed(self._moves.values()))

    def carry_out(self, command: FundingWrite) -> None:
        """Refuses, or starts; what becomes of it is told by its move and by notices. A key that was given before is ignored."""
        key, journal = command.key, self._context.journal
        if key in self._moves:
            log.info("the move %s was already given; it is never sent twice", key)
            return
        beneficiary = self._beneficiary(command)
        move = Move(
            key=key,
            kind=sentences.kind_of(command),
            title=sentences.title(command, beneficiary),
            status=MoveStatus.SENDING,
            at_ms=self._context.now_ms(),
        )
        refusal = self._refusal(command, beneficiary)
        if not key or (journal is not None and journal.knows_move(key)):
            refusal = "This very move was already given; it is never sent twice."
        if refusal:
            self._put(replace(move, status=MoveStatus.REFUSED, reason=refusal))
            self._context.notify(Severity.ERROR, sentences.not_sent(move.title, refusal))
            return
        self._put(move)
        sent = _sent(command, beneficiary, move.at_ms)
        if sent is not None:
            self._sending[key] = sent
        self._context.tasks.spawn(f"write: {move.kind.value} {key}", self._perform(command, move, sent))

    # Checks

    def _beneficiary(self, command: FundingWrite) -> Beneficiary | None:
        match command:
            case Withdraw() | ActivateBeneficiary() | RemoveBeneficiary():
                return self._lists.beneficiary(command.beneficiary_id)
            case _:
                return None

    def _refusal(self, command: FundingWrite, beneficiary: Beneficiary | None) -> str:
        """Why it is not sent; empty where it is."""
        connection = self._connection
        refusal = connection.write_refusal or money_refusal(connection.phase)
        if refusal:
            return refusal
        match command:
            case Withdraw():
                return self._against_leaving() or self._against_withdrawal(command, beneficiary)
            case PayInvoice():
                return self._against_leaving() or self._against_payment(command)
            case RedeemVoucher():
                method = next((each for each in self._lists.methods if each.id == command.method_id), None)
                wrong = self._unread() if method is None else ""
                wrong = wrong or withdrawing.against_voucher(method, command.amount)
                if not wrong and not command.pin.reveal().strip():
                    wrong = "A voucher is redeemed with its pin."
                return wrong or self._journalling.failure
            case MakeInvoice():
                return withdrawing.against_invoice(command.amount_sat, command.conversion_percent)
            case AddBeneficiary():
                currency = self._currency_of(command.currency)
                if currency is None:
                    return _no_such(command.currency)
                change = self._change(command)
                if change is not None and self._changes.seeks(change):
                    return _TWIN
                return withdrawing.against_new_beneficiary(currency, command.name, command.data)
            case ActivateBeneficiary():
                if beneficiary is None:
                    return self._unread() or withdrawing.NO_SUCH_BENEFICIARY
                if beneficiary.is_active:
                    return f"{printable(beneficiary.name)} is active already."
                return "" if withdrawing.is_digits(command.pin.reveal()) else "A pin is made of digits."
            case RemoveBeneficiary():
                return "" if beneficiary is not None else self._unread() or withdrawing.NO_SUCH_BENEFICIARY

    def _unread(self) -> str:
        """What is not in a list that was never read may be there all the same."""
        return "" if self._lists.is_read else "The lists of money in and out have not been read yet."

    def _against_leaving(self) -> str:
        if not self._context.settings.funding_enabled:
            return "Withdrawals and lightning payments are switched off: the config allows them with enabled = true under [funding]."
        return self._journalling.failure

    def _against_withdrawal(self, command: Withdraw, beneficiary: Beneficiary | None) -> str:
        currency = self._currency_of(command.currency)
        if currency is None:
            return _no_such(command.currency)
        wrong, fee = self._fee(command.quote_id, command.currency, currency.withdraw_fee)
        return (
            (self._unread() if beneficiary is None else "")
            or withdrawing.against_beneficiary(beneficiary, command.currency)
            or wrong
            or withdrawing.against_withdrawal(
                currency, command.amount, available=self._available(command.currency), fee=fee, note=command.note
            )
            or ("" if withdrawing.is_digits(command.otp.reveal()) else "A one-time password is made of digits.")
            or self._against_twin(_sent(command, beneficiary, 0))
        )

    def _against_payment(self, command: PayInvoice) -> str:
        try:
            invoice = bolt11.parse(command.bolt)
        except InvoiceError as error:
            return str(error)
        wrong, fee = self._fee(command.quote_id, withdrawing.LIGHTNING_CURRENCY, None)
        return (
            wrong
            or withdrawing.against_payment(
                invoice,
                command.amount_sat,
                available=self._available(withdrawing.LIGHTNING_CURRENCY),
                fee=fee,
                now_ms=self._context.exchange_ms(),
            )
            or self._against_twin(_sent(command, None, 0))
        )

    def _fee(self, quote_id: str, currency: str, usual: Decimal | None) -> tuple[str, Decimal | None]:
        """What speaks against the quote, and the fee, in units of the currency."""
        quote = self._answers.quote(quote_id) if quote_id else None
        if quote is None:
            return "", usual
        if quote.currency != currency:
            return f"The quote is for {quote.currency.upper()}, not for {currency.upper()}.", None
        if self._context.exchange_ms() >= quote.expires_ms:
            return "The fee was promised for a short time only, which is over: ask for a new quote.", None
        return "", quote.fee

    def _against_twin(self, wanted: SentMove | None) -> str:
        """The same again, while nobody knows what became of the first, is how money is sent twice."""
        for sent in (*self._sending.values(), *self._lookups.open):
            if wanted is not None and replace(sent, key=wanted.key, sent_ms=wanted.sent_ms) == wanted:
                return _TWIN
        return ""

    def _available(self, currency: str) -> Decimal:
        return self._balances.available().get(currency, Decimal(0))

    # Sending

    async def _perform(self, command: FundingWrite, move: Move, sent: SentMove | None) -> None:
        if sent is not None:
            try:
                await self._journalling.move_sent(sent)
            except JournalError as error:
                self._sending.pop(move.key, None)
                self._end(replace(move, status=MoveStatus.REFUSED, reason=f"It was not sent: {error}"))
                return
        change = self._change(command)
        outcome = await self._outcome(command)
        self._sending.pop(move.key, None)
        match outcome:
            case Accepted(result):
                if isinstance(result, LightningInvoice):
                    self._lists.made(result)
                elif isinstance(result, Withdrawal):
                    self._lists.asked_for(result)
                ended = replace(move, status=MoveStatus.ACCEPTED, result=result)
            case Refused(reason, codes, status):
                self._connection.heed_refusal(reason, codes, status)
                ended = replace(move, status=MoveStatus.REFUSED, reason=reason)
            case Unknown(reason):
                ended = replace(move, status=MoveStatus.UNKNOWN, reason=reason)
        if sent is not None:
            record_id = ended.result.id if isinstance(ended.result, Withdrawal) else None
            self._journalling.move_outcome(move.key, _FATES[ended.status], ended.reason, record_id=record_id)
        self._end(ended)
        if ended.status is not MoveStatus.REFUSED:
            self._lists.refresh()
            self._balances.own_activity()
        if ended.status is MoveStatus.UNKNOWN and sent is not None:
            self._lookups.search(sent)
        if ended.status is MoveStatus.UNKNOWN and change is not None:
            self._changes.search(ended, change)

    async def _outcome(self, command: FundingWrite) -> _Outcome:
        """Raises nothing but what the end of the session raises."""
        try:
            return await self._send(command)
        except ValueError as error:
            # Of the client's own checks: nothing has been sent.
            return Refused(f"It was not sent: {error}.")
        except Exception:
            # Whatever it was, it may have happened after the request left.
            log.exception("a move of money failed in an unforeseen way")
            return Unknown("Something unforeseen happened while it was being sent; the log has the details.")

    async def _send(self, command: FundingWrite) -> _Outcome:
        funding = self._context.rest.funding
        match command:
            case AddBeneficiary():
                return await funding.create_beneficiary(
                    currency=command.currency,
                    name=command.name.strip(),
                    data=_stripped(command.data),
                    description=command.description.strip() or None,
                )
            case ActivateBeneficiary():
                return await funding.activate_beneficiary(command.beneficiary_id, command.pin)
            case RemoveBeneficiary():
                return await funding.delete_beneficiary(command.beneficiary_id)
            case Withdraw():
                return await funding.withdraw(
                    currency=command.currency,
                    amount=command.amount,
                    beneficiary_id=command.beneficiary_id,
                    otp=command.otp,
                    note=command.note.strip() or None,
                    quote_id=command.quote_id or None,
                )
            case RedeemVoucher():
                return await funding.redeem_voucher(command.method_id, command.amount, command.pin)
            case MakeInvoice():
                return await funding.lightning_invoice(
                    command.amount_sat,
                    conversion_percent=command.conversion_percent or None,
                    description=command.description.strip() or None,
                    member_description=command.note.strip() or None,
                )
            case PayInvoice():
                return await funding.lightning_pay(
                    bolt11.parse(command.bolt).text,
                    command.amount_sat,
                    member_description=command.note.strip() or None,
                    quote_id=command.quote_id or None,
                )

    def _change(self, command: FundingWrite) -> Change | None:
        """What the list of beneficiaries will tell of it; None for what is no change of theirs."""
        match command:
            case AddBeneficiary():
                known = frozenset(each.id for each in self._lists.beneficiaries) if self._lists.is_read else None
                return Adding(command.currency, command.name.strip(), _stripped(command.data), known)
            case ActivateBeneficiary():
                return Activating(command.beneficiary_id)
            case RemoveBeneficiary():
                return Removing(command.beneficiary_id)
            case _:
                return None

    # Outcomes

    def _end(self, move: Move) -> None:
        notify = self._context.notify
        match move.status:
            case MoveStatus.ACCEPTED:
                notify(Severity.GOOD, sentences.accepted(move.title, move.result))
            case MoveStatus.UNKNOWN:
                notify(Severity.WARNING, sentences.unknown(move.title, move.reason))
            case _:
                notify(Severity.ERROR, sentences.refused(move.title, move.reason))
        self._put(move)

    def _resolved(self, sent: SentMove, finding: Finding) -> None:
        """The lists have told what became of one; those of earlier runs have no move here."""
        move = self._moves.get(sent.key)
        if move is None:
            return
        now_ms = self._context.now_ms()
        if finding.fate is Fate.ACCEPTED:
            result = finding.record if isinstance(finding.record, Withdrawal) else None
            self._put(replace(move, status=MoveStatus.ACCEPTED, reason="", result=result))
        elif finding.fate is Fate.ABSENT:
            self._put(replace(move, status=MoveStatus.REFUSED, reason=sentences.absent(sent, now_ms)))
        else:
            self._put(replace(move, reason=sentences.ambiguous(sent, now_ms)))
        self._lists.refresh()
        self._balances.own_activity()

    def _found_out(self, move: Move, found: Found) -> None:
        """The list of beneficiaries has told what became of one."""
        if found.fate is Fate.ACCEPTED:
            self._put(replace(move, status=MoveStatus.ACCEPTED, reason="", result=found.beneficiary))
        else:
            status = MoveStatus.REFUSED if found.fate is Fate.ABSENT else MoveStatus.UNKNOWN
            self._put(replace(move, status=status, reason=sentences.found_out(move.title, found.fate)))
        self._lists.refresh()

    def _put(self, move: Move) -> None:
        self._moves[move.key] = move
        self._context.mark(Topic.FUNDING)


def _sent(command: FundingWrite, beneficiary: Beneficiary | None, now_ms: int) -> SentMove | None:
    """What the journal keeps of it; None for what moves no money."""
    match command:
        case Withdraw():
            kind, currency, amount = SentKind.WITHDRAWAL, command.currency, command.amount
        case RedeemVoucher():
            kind, currency, amount = SentKind.VOUCHER, withdrawing.VOUCHER_CURRENCY, command.amount
        case PayInvoice():
            kind, currency = SentKind.PAYMENT, withdrawing.LIGHTNING_CURRENCY
            amount = withdrawing.bitcoin(command.amount_sat)
        case _:
            return None
    return SentMove(command.key, kind, currency, amount, sentences.destination(command, beneficiary), now_ms)


def _stripped(data: Mapping[str, str]) -> dict[str, str]:
    return {key.strip(): value.strip() for key, value in data.items()}


def _no_such(currency: str) -> str:
    return f"The exchange has no currency {printable(currency)!r}."
