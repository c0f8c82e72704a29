"""All that is known of one deposit or withdrawal, as lines of a dialog."""

from __future__ import annotations

from datetime import tzinfo

from captui.core.funding import Beneficiary, Deposit, Withdrawal
from captui.core.text import printable
from captui.core.types import Currency
from captui.render.funding_words import (
    StateWords,
    beneficiary_state,
    code,
    deposit_state,
    destination_lines,
    fact,
    gap,
    group_lines,
    long_fact,
    moment,
    money,
    withdrawal_state,
)
from captui.render.lines import Line
from captui.screens.funding.asking import INNER

_PLACEHOLDERS = ("#{txid}", "{txid}", "#{address}", "{address}")


def deposit_items(each: Deposit, currency: Currency, tz: tzinfo | None) -> list[Line]:
    items = [
        fact("amount", money(each.amount, each.currency), "strong"),
        fact("fee", money(each.fee, each.currency)),
        *_state(deposit_state(each, currency.min_confirmations)),
        gap(),
        fact("number", str(each.id)),
        fact("seen", moment(each.created_ms, tz)),
        fact("completed", moment(each.completed_ms, tz)),
    ]
    if each.tid:
        items += long_fact("reference", printable(each.tid), INNER)
    return items + _transaction(each.txid, currency)


def withdrawal_items(each: Withdrawal, to: str, currency: Currency, tz: tzinfo | None) -> list[Line]:
    """`to` is the name of the beneficiary where it is known."""
    items = [
        fact("amount", money(each.amount, each.currency), "strong"),
        fact("fee", money(each.fee, each.currency)),
        *_state(withdrawal_state(each, currency.min_confirmations)),
        gap(),
        *long_fact("to", to, INNER),
    ]
    if each.rid and printable(each.rid) != to:
        items += group_lines(each.rid, INNER, "text")
    if each.note:
        items += long_fact("note", printable(each.note), INNER)
    items += [
        fact("number", str(each.id)),
        fact("made", moment(each.created_ms, tz)),
        fact("changed", moment(each.updated_ms, tz)),
        fact("done", moment(each.done_ms, tz)),
    ]
    return items + _transaction(each.txid, currency)


def beneficiary_items(each: Beneficiary, width: int) -> list[Line]:
    words = beneficiary_state(each)
    items = [
        fact("name", printable(each.name), "strong"),
        fact("currency", code(each.currency)),
        fact("number", str(each.id)),
        *_state(words),
    ]
    if each.description:
        items += long_fact("description", printable(each.description), width)
    return [*items, gap(), *destination_lines(each, width)]


def beneficiary_summary(each: Beneficiary, width: int) -> list[Line]:
    """What the row above has no room for, in few lines."""
    words = beneficiary_state(each)
    return [
        (),
        ((printable(each.name), "strong"), (f"   {words.word}   ", words.style), (words.then, "dim")),
        (),
        *destination_lines(each, width),
    ]


def _state(words: StateWords) -> list[Line]:
    return [fact("state", words.word, words.style), ((words.then, "dim"),)]


def _transaction(txid: str, currency: Currency) -> list[Line]:
    """Its id, and where the blockchain can be looked at."""
    if not txid:
        return []
    items: list[Line] = [gap(), (("transaction", "label"), ("", "text")), *_pieces(printable(txid))]
    link = currency.explorer_transaction
    for placeholder in _PLACEHOLDERS:
        if placeholder in link and txid.isalnum():
            items += _pieces(printable(link.replace(placeholder, txid)), "dim")
            break
    return items


def _pieces(text: str, style: str = "text") -> list[Line]:
    return [((text[at : at + INNER], style), ("", "text")) for at in range(0, len(text), INNER)]
