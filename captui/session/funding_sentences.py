"""Money in and out in words, for notices and reasons: one clear sentence each. Nothing secret is ever among them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from captui.core.funding import (
    Beneficiary,
    Deposit,
    DepositState,
    LightningPayment,
    VoucherRedemption,
    Withdrawal,
    WithdrawalState,
)
from captui.core.moves import Fate, SentKind, SentMove
from captui.core.text import grouped, printable
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
from captui.session.funding_views import MoveKind, MoveResult
from captui.session.views import Severity

News = tuple[Severity, str]

_LONGEST_NAME = 40
_LISTS = {SentKind.VOUCHER: "deposits"}
_UNDONE = frozenset({WithdrawalState.REJECTED, WithdrawalState.CANCELED, WithdrawalState.FAILED})
_ARRIVED = frozenset({DepositState.ACCEPTED, DepositState.COLLECTED})


def money(amount: Decimal, currency: str) -> str:
    """`1 500 ZAR`."""
    return f"{grouped(amount)} {printable(currency).upper()}"


def kind_of(command: FundingWrite) -> MoveKind:
    match command:
        case AddBeneficiary():
            return MoveKind.ADD_BENEFICIARY
        case ActivateBeneficiary():
            return MoveKind.ACTIVATE_BENEFICIARY
        case RemoveBeneficiary():
            return MoveKind.REMOVE_BENEFICIARY
        case Withdraw():
            return MoveKind.WITHDRAWAL
        case RedeemVoucher():
            return MoveKind.VOUCHER
        case MakeInvoice():
            return MoveKind.INVOICE
        case PayInvoice():
            return MoveKind.PAYMENT


def title(command: FundingWrite, beneficiary: Beneficiary | None) -> str:
    """What it does, in a few words. `beneficiary` is the one that it names, None where it is not known."""
    match command:
        case AddBeneficiary():
            return f"Add {printable(command.name)}, a beneficiary of {printable(command.currency).upper()}"
        case ActivateBeneficiary():
            return f"Activate {_name(beneficiary, command.beneficiary_id)}"
        case RemoveBeneficiary():
            return f"Remove {_name(beneficiary, command.beneficiary_id)}"
        case Withdraw():
            to = _name(beneficiary, command.beneficiary_id)
            return f"Withdraw {money(command.amount, command.currency)} to {to}"
        case RedeemVoucher():
            return f"Redeem a voucher of {money(command.amount, 'zar')}"
        case MakeInvoice():
            return f"Make an invoice over {grouped(command.amount_sat)} satoshi"
        case PayInvoice():
            return f"Pay {grouped(command.amount_sat)} satoshi over lightning"


def destination(command: Withdraw | RedeemVoucher | PayInvoice, beneficiary: Beneficiary | None) -> str:
    """For the journal: where the money goes, for people."""
    match command:
        case Withdraw():
            return _name(beneficiary, command.beneficiary_id)
        case RedeemVoucher():
            return "the account"
        case PayInvoice():
            return f"the invoice {_short(printable(command.bolt.strip()))}"


def not_sent(what: str, reason: str) -> str:
    return f"Not sent: {_clause(reason)} ({_lower(what)})."


def accepted(what: str, result: MoveResult | None) -> str:
    text = f"Accepted: {_lower(what)}"
    if isinstance(result, VoucherRedemption):
        if result.amount is not None:
            text += f"; {money(result.amount, 'zar')} was credited"
        if result.change is not None:
            text += "; what was left came back as a new voucher, whose pin only the funding screen shows"
    if isinstance(result, LightningPayment):
        text += "; the withdrawals tell whether it is paid"
    return f"{text}."


def refused(what: str, reason: str) -> str:
    return f"Refused: {_clause(reason)} ({_lower(what)})."


def unknown(what: str, reason: str) -> str:
    return f"It is not known whether this was done: {_lower(what)}. {_clause(reason)}. It is not sent again."


def sent_earlier(move: SentMove, now_ms: int) -> str:
    """Of an earlier run, or another session, that ended before the answer came."""
    return (
        f"{_sent(move, now_ms)} and its outcome is not known; "
        f"look at the {_list(move)} before you {'redeem' if move.kind is SentKind.VOUCHER else 'send'} it again."
    )


def found(move: SentMove, record: Withdrawal | Deposit, now_ms: int) -> str:
    return f"{_sent(move, now_ms)} and has reached the exchange: it is {_single(move)} {record.id}, {printable(record.state)}."


def absent(move: SentMove, now_ms: int) -> str:
    return f"{_sent(move, now_ms)} and never reached the exchange: looked up for long enough and not among the {_list(move)}."


def ambiguous(move: SentMove, now_ms: int) -> str:
    return (
        f"{_sent(move, now_ms)}, and it cannot be told which of the {_list(move)} it became, if any: "
        "look at them before you send it again."
    )


def found_out(what: str, fate: Fate) -> str:
    """Of a change whose answer was lost, once the list has told."""
    match fate:
        case Fate.ACCEPTED:
            return f"It was done: {_lower(what)}."
        case Fate.ABSENT:
            return f"It was not done: {_lower(what)}. It never reached the exchange, or was refused there."
        case _:
            return f"It cannot be told whether this was done: {_lower(what)}. Look at the beneficiaries before you try again."


def deposit_news(before: Deposit | None, after: Deposit) -> News | None:
    """What a change of a deposit is worth telling; None for a word that means nothing to its owner."""
    if before is not None and (before.state == after.state or {before.state, after.state} <= _ARRIVED):
        return None
    which = f"{'A' if before is None else 'The'} deposit of {money(after.amount, after.currency)}"
    match after.state:
        case DepositState.SUBMITTED:
            return Severity.INFO, f"{which} is on its way."
        case DepositState.ACCEPTED | DepositState.COLLECTED:
            return Severity.GOOD, f"{which} has arrived."
        case _:
            return Severity.WARNING, f"{which} has not been credited: it is {printable(after.state)}."


def withdrawal_news(before: Withdrawal | None, after: Withdrawal) -> News | None:
    """What a change of a withdrawal is worth telling."""
    if before is not None and before.state == after.state:
        return None
    which = f"Withdrawal {after.id} of {money(after.amount, after.currency)}"
    state = printable(after.state)
    if after.state == WithdrawalState.SUCCEED:
        return Severity.GOOD, f"{which} is done."
    if after.state in _UNDONE:
        return Severity.ERROR, f"{which} did not go through: it is {state}."
    if after.state == WithdrawalState.ERRORED:
        return Severity.WARNING, f"{which} has run into trouble at the exchange: it is {state}."
    return Severity.INFO, f"{which} is {state}."


def _sent(move: SentMove, now_ms: int) -> str:
    what = f"A {move.kind.value} of {money(move.amount, move.currency)}"
    where = "" if move.kind is SentKind.VOUCHER else f" to {_short(printable(move.to))}"
    return f"{what}{where} was sent {_when(move.sent_ms, now_ms)}"


def _when(ms: int, now_ms: int) -> str:
    """In the local time: `at 12:03`, with the day where it is not today."""
    then, now = datetime.fromtimestamp(ms / 1000), datetime.fromtimestamp(now_ms / 1000)
    return f"at {then:%H:%M}" if then.date() == now.date() else f"on {then:%Y-%m-%d} at {then:%H:%M}"


def _short(text: str) -> str:
    """A whole invoice has hundreds of letters; its beginning tells it from others."""
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"


def _list(move: SentMove) -> str:
    return _LISTS.get(move.kind, "withdrawals")


def _single(move: SentMove) -> str:
    return _list(move).removesuffix("s")


def _name(beneficiary: Beneficiary | None, number: int) -> str:
    return printable(beneficiary.name) if beneficiary is not None and beneficiary.name else f"beneficiary {number}"


def _clause(reason: str) -> str:
    """Without its full stop, so that it can stand inside a sentence."""
    return reason.strip().rstrip(".") or "no reason was given"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
