"""Money in and out as table rows: currencies, deposits, withdrawals, invoices, beneficiaries, and what this session has sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from decimal import Decimal

from captui.core.funding import Beneficiary, Deposit, LightningInvoice, VoucherRedemption, Withdrawal
from captui.core.money import floor_to
from captui.core.text import grouped, printable
from captui.core.types import Balance, Currency
from captui.render.funding_words import (
    StateWords,
    beneficiary_state,
    code,
    deposit_state,
    destination,
    invoice_state,
    places_of,
    withdrawal_state,
)
from captui.render.lines import Line, Run
from captui.render.numbers import amount_runs, fixed
from captui.session.funding_views import Move, MoveStatus
from captui.widgets.rows import clock_text
from captui.widgets.table import Column, Row

INTO_COLUMNS = (
    Column("", 4),
    Column("smallest", 9, right=True, keep=5),
    Column("fee", 6, right=True, keep=3),
    Column("deposits", 8),
)
OUT_OF_COLUMNS = (
    Column("", 4),
    Column("available", 12, right=True),
    Column("fee", 7, right=True, keep=5),
    Column("smallest", 8, right=True, keep=3),
    Column("", 6, keep=7),
)
DEPOSIT_COLUMNS = (
    Column("time", 8, keep=5),
    Column("", 4),
    Column("amount", 13, right=True),
    Column("fee", 7, right=True, keep=2),
    Column("state", 14),
    Column("what happens next", 20, keep=4),
)
WITHDRAWAL_COLUMNS = (
    Column("time", 8, keep=5),
    Column("", 4),
    Column("amount", 13, right=True),
    Column("fee", 7, right=True, keep=2),
    Column("to", 12, keep=3),
    Column("state", 12),
    Column("what happens next", 20, keep=4),
)
INVOICE_COLUMNS = (
    Column("time", 8, keep=3),
    Column("satoshi", 9, right=True),
    Column("state", 12),
    Column("for", 10, keep=2),
)
BENEFICIARY_COLUMNS = (
    Column("id", 4, right=True, keep=3),
    Column("", 4),
    Column("name", 16),
    Column("state", 10),
    Column("to", 20, keep=5),
    Column("description", 10, keep=1),
)
MOVE_COLUMNS = (
    Column("time", 8, keep=2),
    Column("status", 10),
    Column("what", 30, keep=8),
    Column("why", 10, keep=9),
)

MOVE_WORDS = {
    MoveStatus.SENDING: StateWords("sending", "text", "It is on its way to the exchange."),
    MoveStatus.ACCEPTED: StateWords("accepted", "bid", "The exchange has accepted it."),
    MoveStatus.REFUSED: StateWords("refused", "error", "It was not done."),
    MoveStatus.UNKNOWN: StateWords(
        "unknown",
        "warning",
        "It may have gone out: no answer says what became of it. It is not sent again; the list will show it.",
    ),
}

_NAME_WIDTH = 24
"""Cells of a name that a column widens to."""


def currencies_in_order(currencies: Sequence[Currency]) -> list[Currency]:
    """Rand first, then as the exchange orders them: a list to choose from must not move when balances do."""
    return sorted(
        currencies,
        key=lambda each: (each.id != "zar", each.position is None, each.position or 0, each.id),
    )


def into(currency: Currency) -> Row:
    """Of the currencies to pay in."""
    closed = currency.deposit_enabled is False
    return Row(
        currency.id,
        (
            ((code(currency.id), "dim" if closed else "strong"),),
            _rule(currency.min_deposit_amount),
            _rule(currency.deposit_fee),
            (("closed", "warning") if closed else ("open", "text"),),
        ),
    )


def out_of(currency: Currency, balance: Balance | None, *, fresh: bool) -> Row:
    """Of the currencies to withdraw. `fresh` False: the balance was true once."""
    closed = currency.withdrawal_enabled is False
    available: Line = (("–", "faint"),)
    if balance is not None:
        whole = floor_to(balance.available, Decimal(1).scaleb(-places_of(currency.id)))
        available = amount(whole, currency.id, "text" if fresh else "stale")
    return Row(
        currency.id,
        (
            ((code(currency.id), "dim" if closed else "strong"),),
            available,
            _rule(currency.withdraw_fee),
            _rule(currency.min_withdraw_amount),
            (("closed", "warning"),) if closed else (),
        ),
    )


def deposit(
    each: Deposit, needed: int | None, now_ms: int, tz: tzinfo | None, *, news: bool = False, fresh: bool = True
) -> Row:
    """`news`: it has changed a moment ago. `fresh` False: true once, and drawn so that nobody takes it for now."""
    words = deposit_state(each, needed)
    return _row(
        str(each.id),
        fresh,
        (
            ((clock_text(each.created_ms, now_ms, tz), "dim"),),
            ((code(each.currency), "text"),),
            amount(each.amount, each.currency),
            _rule(each.fee),
            _state(words, news),
            ((words.then, "dim"),),
        ),
    )


def withdrawal(
    each: Withdrawal,
    needed: int | None,
    to: str,
    now_ms: int,
    tz: tzinfo | None,
    *,
    news: bool = False,
    fresh: bool = True,
) -> Row:
    """`to` is the name of the beneficiary where it is known, else the address. Others as for deposits."""
    words = withdrawal_state(each, needed)
    return _row(
        str(each.id),
        fresh,
        (
            ((clock_text(each.created_ms, now_ms, tz), "dim"),),
            ((code(each.currency), "text"),),
            amount(each.amount, each.currency),
            _rule(each.fee),
            ((_short(to), "text"),),
            _state(words, news),
            ((words.then, "dim"),),
        ),
    )


def recipient(each: Withdrawal, beneficiaries: Sequence[Beneficiary]) -> str:
    """The name of the beneficiary that it goes to, by number or by address, else what the exchange calls it."""
    for beneficiary in beneficiaries:
        same_number = each.kind != "coin" and each.rid == str(beneficiary.id)
        same_address = bool(beneficiary.address) and each.rid == beneficiary.address
        if beneficiary.currency == each.currency and (same_number or same_address):
            return printable(beneficiary.name)
    return printable(each.rid) or "–"


def invoice(each: LightningInvoice, now_ms: int, exchange_ms: int, tz: tzinfo | None, *, news: bool = False) -> Row:
    """`exchange_ms` is the exchange's clock: it decides what has expired."""
    words = invoice_state(each, exchange_ms)
    return Row(
        each.bolt,
        (
            ((clock_text(each.created_ms, now_ms, tz), "dim"),),
            ((grouped(each.amount), "text"),),
            _state(words, news),
            ((printable(each.description or each.member_description), "dim"),),
        ),
    )


def beneficiary(each: Beneficiary, *, news: bool = False, fresh: bool = True) -> Row:
    words = beneficiary_state(each)
    return _row(
        str(each.id),
        fresh,
        (
            ((str(each.id), "dim"),),
            ((code(each.currency), "text"),),
            ((_short(printable(each.name)), "strong"),),
            _state(words, news),
            ((_short(destination(each), 44), "text"),),
            ((printable(each.description), "dim"),),
        ),
    )


def move(each: Move, now_ms: int, tz: tzinfo | None) -> Row:
    words = MOVE_WORDS[each.status]
    why = printable(each.reason)
    if isinstance(each.result, VoucherRedemption) and each.result.change is not None:
        why = "A new voucher came back: Enter."
    return Row(
        each.key,
        (
            ((clock_text(each.at_ms, now_ms, tz), "dim"),),
            ((words.word, words.style),),
            ((_short(printable(each.title), 36), "text"),),
            ((why, "dim"),),
        ),
    )


def amount(value: Decimal, currency: str, style: str = "text") -> tuple[Run, ...]:
    """All digits, and so many zeros that decimals stand under each other: two of rand, eight of coins."""
    places = places_of(currency)
    exact = grouped(value)
    shown = exact if len(exact.partition(".")[2]) > places else fixed(value, places)
    return amount_runs(shown, style)


def _rule(value: Decimal | None) -> Line:
    """A fee or a limit; nothing where it is nothing, a dash where the exchange does not say."""
    if value is None:
        return (("–", "faint"),)
    return ((grouped(value), "dim"),) if value else (("none", "faint"),)


def _state(words: StateWords, news: bool) -> Line:
    # The mark and not a colour alone says that this has changed a moment ago.
    return (("▸ " if news else "  ", "accent"), (words.word, f"{words.style}@lit" if news else words.style))


def _short(text: str, width: int = _NAME_WIDTH) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _row(key: str, fresh: bool, cells: tuple[Line, ...]) -> Row:
    return Row(key, cells if fresh else tuple(tuple((text, "stale") for text, _ in cell) for cell in cells))
