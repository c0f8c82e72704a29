"""Money in and out in words and lines: amounts, addresses in groups, what a state means and what happens next.

Texts of the exchange are made printable here; whoever copies or sends one takes it from where it came from, to the letter.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal
from urllib.parse import parse_qsl

from captui.core.dataclass import dataclass
from captui.core.funding import (
    Beneficiary,
    BeneficiaryState,
    Deposit,
    DepositState,
    LightningInvoice,
    Withdrawal,
    WithdrawalState,
)
from captui.core.money import floor_to
from captui.core.text import grouped, printable
from captui.core.withdrawing import bitcoin
from captui.render.lines import Line, left, wrapped
from captui.render.numbers import fixed

_GROUP = 4
"""Characters of an address that are read at a time."""
_LABEL = 13
_DETAIL = 17
"""Cells of the labels in a list of facts, and in one of bank details."""
_TAGS = {"dt": "destination tag", "memoid": "memo", "memo": "memo", "tag": "tag"}
_TAGGED = {"xrp": "destination tag"}
_CENTS, _COIN_PLACES = 2, 8
_BY_THE_SECOND_S = 600


@dataclass(frozen=True, slots=True)
class StateWords:
    """`word` is short enough for a column, `style` a meaning of lines, `then` says what happens next or what to do."""

    word: str
    style: str
    then: str


def code(currency: str) -> str:
    """`BTC`"""
    return printable(currency).upper()


def money(value: Decimal, currency: str) -> str:
    """Exactly: `R 1 500.00`, `0.0015 BTC`; nothing is rounded away."""
    if currency == "zar":
        exact = value == round(value, _CENTS)
        return f"R {fixed(value, _CENTS) if exact else grouped(value)}"
    return f"{grouped(value)} {code(currency)}"


def held(value: Decimal, currency: str) -> str:
    """What there is, in the digits that can be spent: rounded down, rand to the cent and coins to eight places."""
    return money(floor_to(value, Decimal(1).scaleb(-places_of(currency))), currency)


def places_of(currency: str) -> int:
    return _CENTS if currency == "zar" else _COIN_PLACES


def satoshi(sats: Decimal) -> str:
    """`250 000 sat`"""
    return f"{grouped(sats)} sat"


def sats_in_full(sats: Decimal, last_price: Decimal | None) -> str:
    """`250 000 sat, 0.0025 BTC, about R 2 102.60`; without the rand where no price is known."""
    coins = bitcoin(sats)
    rand = "" if last_price is None else f", about R {fixed(coins * last_price, _CENTS)}"
    return f"{satoshi(sats)}, {money(coins, 'btc')}{rand}"


# Addresses


def is_usable(address: str) -> bool:
    """Whether it can be an address at all: visible ASCII without blanks. Anything else looks like one and is another."""
    return bool(address) and address.isascii() and address.isprintable() and " " not in address


def in_groups(text: str, width: int) -> list[str]:
    """`text` four characters at a time, to be compared by eye, in lines of at most `width` cells."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    groups = [shown[at : at + _GROUP] for at in range(0, len(shown), _GROUP)]
    per_line = max(1, (width + 1) // (_GROUP + 1))
    return [" ".join(groups[at : at + per_line]) for at in range(0, len(groups), per_line)]


def group_lines(text: str, width: int, style: str = "strong") -> list[Line]:
    """As lines that a dialog does not wrap again."""
    return [((line, style), ("", "text")) for line in in_groups(text, width)]


def tag_of(address: str) -> tuple[str, str]:
    """What must be given beside the address, as some chains have it (`r…?dt=123`): its name and value; empty where there is none."""
    _, question, query = address.partition("?")
    if not question:
        return "", ""
    for name, value in parse_qsl(query):
        if name.lower() in _TAGS:
            return _TAGS[name.lower()], printable(value)
    return "", ""


def missing_tag(currency: str, address: str) -> str:
    """A sentence where an address of this currency often needs a tag and has none; empty where all is well."""
    what = _TAGGED.get(currency.lower(), "")
    if not what or tag_of(address)[0]:
        return ""
    return f"It has no {what}. If you were given one, put it behind the address ({address[:4]}…?dt=123): without it the money may be lost."


# Facts


def fact(label: str, value: str, style: str = "text", *, label_width: int = _LABEL) -> Line:
    return ((left(label, label_width), "label"), (value, style))


def long_fact(
    label: str, value: str, width: int, style: str = "text", *, most: int = 6, label_width: int = _LABEL
) -> list[Line]:
    """As `fact`, in as many lines as the value needs."""
    lines = wrapped(value, max(1, width - label_width), most) or [""]
    return [
        fact(label if number == 0 else "", line, style, label_width=label_width) for number, line in enumerate(lines)
    ]


def bank_detail(name: str, value: str, width: int) -> list[Line]:
    """`account number   62001234567` of `account_number`."""
    label = printable(name).replace("_", " ")[: _DETAIL - 1]
    return long_fact(label, printable(value), width, "strong", label_width=_DETAIL)


def gap() -> Line:
    """An empty line of a dialog."""
    return ((" ", "text"), (" ", "text"))


def destination_lines(beneficiary: Beneficiary, width: int) -> list[Line]:
    """Where the money goes, whole: the address in groups, or every detail of the bank account."""
    if beneficiary.address:
        return group_lines(beneficiary.address, width)
    lines: list[Line] = []
    for name, value in beneficiary.data:
        lines += bank_detail(name, value, width)
    return lines


def destination(beneficiary: Beneficiary) -> str:
    """In a row: the address, or the values of the bank details that tell accounts apart."""
    return printable(beneficiary.address or ", ".join(value for _, value in beneficiary.data))


# States


def deposit_state(deposit: Deposit, needed: int | None) -> StateWords:
    """`needed`: confirmations after which this currency is credited; None where the exchange does not say."""
    match deposit.state:
        case DepositState.SUBMITTED:
            done = deposit.confirmations or 0
            if not deposit.txid or not needed:
                return StateWords("arriving", "text", "Credited once the exchange has confirmed it.")
            more = max(0, needed - done)
            then = f"{_more_confirmations(more)}, then it is credited." if more else "Credited any moment now."
            return StateWords(f"arriving {done}/{needed}", "text", then)
        case DepositState.ACCEPTED | DepositState.COLLECTED:
            return StateWords("credited", "bid", "It can be spent.")
        case DepositState.SKIPPED:
            return StateWords("skipped", "warning", "Below the smallest deposit: if it is missing, ask the exchange.")
        case DepositState.REJECTED:
            return StateWords("refused", "error", "Not credited: ask the exchange what became of it.")
        case DepositState.CANCELED:
            return StateWords("cancelled", "dim", "Nothing was credited.")
        case other:
            return StateWords(printable(other) or "?", "warning", "captui does not know this state: ask the exchange.")


_WITHDRAWAL_WORDS = {
    WithdrawalState.PREPARED: StateWords("prepared", "text", "The exchange is about to check it."),
    WithdrawalState.SUBMITTED: StateWords("submitted", "text", "The exchange checks it; the money is locked."),
    WithdrawalState.ACCEPTED: StateWords("accepted", "text", "It waits for its turn to be sent."),
    WithdrawalState.PROCESSING: StateWords("being sent", "text", "It is on its way out."),
    WithdrawalState.SUCCEED: StateWords("done", "bid", "It has left; nothing more happens here."),
    WithdrawalState.REJECTED: StateWords("refused", "error", "The money is back: the exchange did not send it."),
    WithdrawalState.CANCELED: StateWords("cancelled", "dim", "The money is back: it was not sent."),
    WithdrawalState.FAILED: StateWords("failed", "error", "The money is back: it did not go through."),
    WithdrawalState.SKIPPED: StateWords("held", "warning", "People at the exchange look into it."),
    WithdrawalState.ERRORED: StateWords("in trouble", "error", "People at the exchange look into it; it stays locked."),
}


def withdrawal_state(withdrawal: Withdrawal, needed: int | None) -> StateWords:
    """`needed` as for deposits."""
    if withdrawal.state == WithdrawalState.CONFIRMING:
        done = withdrawal.confirmations or 0
        if not needed:
            return StateWords("confirming", "text", "It has left; the blockchain confirms it.")
        more = max(0, needed - done)
        then = f"{_more_confirmations(more)}, then it is done." if more else "It has left; done any moment now."
        return StateWords(f"sent {done}/{needed}", "text", then)
    for state, words in _WITHDRAWAL_WORDS.items():
        if withdrawal.state == state:
            return words
    word = printable(withdrawal.state) or "?"
    return StateWords(word, "warning", "captui does not know this state: ask the exchange.")


def beneficiary_state(beneficiary: Beneficiary) -> StateWords:
    match beneficiary.state:
        case BeneficiaryState.ACTIVE:
            return StateWords("active", "bid", "Withdrawals may go there.")
        case BeneficiaryState.PENDING:
            return StateWords("pending", "warning", "Waits for the pin that the exchange has sent by e-mail.")
        case BeneficiaryState.ARCHIVED:
            return StateWords("archived", "dim", "Removed: nothing can go there.")
        case other:
            return StateWords(printable(other) or "?", "warning", "captui does not know this state.")


def invoice_state(invoice: LightningInvoice, now_ms: int) -> StateWords:
    """`now_ms` is the exchange's clock."""
    if invoice.paid_ms or invoice.state == "paid":
        return StateWords("paid", "bid", "The bitcoin have arrived.")
    if invoice.expires_ms and now_ms >= invoice.expires_ms:
        return StateWords("expired", "dim", "Nobody can pay it any more: make a new one.")
    rest = countdown(invoice.expires_ms - now_ms) if invoice.expires_ms else ""
    word = f"open {rest}".rstrip()
    return StateWords(word, "text", "Waits to be paid; it says so here once it is.")


def _more_confirmations(number: int) -> str:
    return "1 more confirmation" if number == 1 else f"{number} more confirmations"


# Times


def countdown(ms: int) -> str:
    """What is left, rounded down: `1:29`, `59 min`, `3 h`, `2 d`; never below nothing."""
    seconds = max(0, ms) // 1000
    if seconds >= 2 * 86_400:
        return f"{seconds // 86_400} d"
    if seconds >= 2 * 3_600:
        return f"{seconds // 3_600} h"
    if seconds >= _BY_THE_SECOND_S:
        # A line that changes every second is sent every second.
        return f"{seconds // 60} min"
    return f"{seconds // 60}:{seconds % 60:02}"


def moment(ms: int, tz: tzinfo | None) -> str:
    """`20 Nov 2026, 14:03:22`; a dash for a time that is not known."""
    if not ms:
        return "–"
    at = datetime.fromtimestamp(ms / 1000, tz)
    return f"{at.day} {at:%b %Y, %H:%M:%S}"
