"""Money that a command sends: journalled before it leaves, and what became of it told later where its answer was lost."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Coroutine
from decimal import Decimal
from typing import Any, TypeVar

from captui.cli.connect import Connection, now_ms
from captui.cli.ordering import journal_path, open_journal
from captui.cli.output import local, note
from captui.cli.paging import PAGE_SIZE
from captui.cli.sending import answered, consent
from captui.core.dataclass import dataclass
from captui.core.funding import Deposit, Withdrawal
from captui.core.moves import Fate, Finding, SentKind, SentMove, earliest_ms, look_up, reaches_back
from captui.core.outcome import Accepted, Outcome, Refused, Unknown
from captui.core.text import grouped, printable
from captui.errors import JournalError
from captui.exchange.pages import Page
from captui.journal import Journal

T = TypeVar("T")

_LONGEST_NAME = 40
_MOST_PAGES = 50
"""Of the list in which a record is looked for."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """What is about to be sent. `amount` is in units of `currency`; `to` is for people and holds nothing secret."""

    kind: SentKind
    currency: str
    amount: Decimal
    to: str


@dataclass(frozen=True, slots=True)
class Told:
    """Money whose fate was open, and what is known of it now."""

    sent: SentMove
    fate: Fate


async def move(
    connection: Connection, write: Callable[[], Coroutine[Any, Any, Outcome[T]]], what: Transfer
) -> Outcome[T]:
    """What `write` brings, journalled first. Raises JournalError, and sends nothing then."""
    journal, key = open_journal(connection), str(uuid.uuid4())
    try:
        journal.move_sent(key, what.kind, what.currency, what.amount, what.to, now_ms())
        outcome = await answered(write())
        fate, reason, record_id = _fate(outcome)
        _close(journal, key, fate, reason, record_id)
        return outcome
    finally:
        journal.close()


async def tell_open(connection: Connection, *kinds: SentKind) -> tuple[Told, ...]:
    """Looks up money whose fate earlier runs left open, says what became of it, and journals what is certain. Raises ExchangeError."""
    if not journal_path().exists():
        return ()
    try:
        journal = open_journal(connection)
    except JournalError as error:
        # Lists are shown all the same; what sends money needs the journal and says so itself.
        note(f"captui: {error}")
        return ()
    try:
        left_open = [each for each in journal.open_moves if each.kind in kinds]
        if left_open:
            # Any answer tells how far the clocks are apart, which the look-up goes by.
            await connection.rest.alive()
        return tuple([Told(each, await _find(connection, journal, each)) for each in left_open])
    finally:
        journal.close()


async def consent_to_move(connection: Connection, question: str, what: Transfer, *, yes: bool) -> bool:
    """Whether it may be sent, after telling of money whose fate was open until now. Blocks. Raises ExchangeError.

    `yes` answers for everything but an equal one that may have been made: a script that tries again after a lost answer must not pay
    twice.
    """
    kinds = (what.kind,) if what.kind is SentKind.VOUCHER else (SentKind.WITHDRAWAL, SentKind.PAYMENT)
    told = await tell_open(connection, *kinds)
    made = [each.sent for each in told if each.fate is not Fate.ABSENT]
    if yes and what in [Transfer(sent.kind, sent.currency, sent.amount, sent.to) for sent in made]:
        note(f"captui: not sent. --yes does not answer for a second {what.kind} like that one: send it without --yes.")
        return False
    risky = any(each.fate not in (Fate.ACCEPTED, Fate.ABSENT) for each in told)
    return consent(question, yes=yes, risky=risky)


async def _find(connection: Connection, journal: Journal, sent: SentMove) -> Fate:
    offset_ms = connection.clock.offset_ms or 0
    exchange_ms = connection.clock.now_ms(now_ms())
    records, complete = await _records(connection, sent, earliest_ms(sent, offset_ms))
    finding = look_up(
        sent,
        moves=journal.moves(),
        records=records,
        offset_ms=offset_ms,
        exchange_ms=exchange_ms,
        complete=complete,
    )
    note(_sentence(sent, finding))
    if finding.fate is not Fate.UNKNOWN:
        record_id = None if finding.record is None else finding.record.id
        _close(journal, sent.key, finding.fate, "looked up", record_id)
    return finding.fate


async def _records(
    connection: Connection, sent: SentMove, since_ms: int
) -> tuple[tuple[Withdrawal | Deposit, ...], bool]:
    """Newest first, back to `since_ms`, and whether they reach it."""
    funding = connection.rest.funding
    ask: Callable[[int], Awaitable[Page[Withdrawal] | Page[Deposit]]] = (
        (lambda page: funding.deposits(currency=sent.currency, page=page, limit=PAGE_SIZE))
        if sent.kind is SentKind.VOUCHER
        else (lambda page: funding.withdrawals(currency=sent.currency, page=page, limit=PAGE_SIZE))
    )
    found: dict[int, Withdrawal | Deposit] = {}
    odd = False
    for number in range(1, _MOST_PAGES + 1):
        page = await ask(number)
        found.update((record.id, record) for record in page.items)
        # A record that cannot be read may be the one.
        odd = odd or bool(page.odd)
        if not page.has_more or reaches_back(page.items, since_ms):
            return tuple(found.values()), not odd
    return tuple(found.values()), False


def _sentence(sent: SentMove, finding: Finding) -> str:
    # An invoice is hundreds of letters long; its beginning tells it from others.
    to = sent.to if len(sent.to) <= _LONGEST_NAME else f"{sent.to[:_LONGEST_NAME]}…"
    what = (
        f"the {sent.kind} of {grouped(sent.amount)} {sent.currency.upper()}"
        f"{f' to {printable(to)}' if to else ''}, sent at {local(sent.sent_ms)},"
    )
    noun = "deposit" if sent.kind is SentKind.VOUCHER else "withdrawal"
    match finding:
        case Finding(Fate.ACCEPTED, record) if record is not None:
            return f"captui: {what} was accepted: it is {noun} {record.id}, {record.state}."
        case Finding(Fate.ABSENT):
            return f"captui: {what} was not made: the exchange has no {noun} like it."
        case _:
            return (
                f"captui: it is not known whether {what} was accepted. Do not send it again before you know; look with:\n"
                f"  captui {noun}s --currency {sent.currency}"
            )


def _fate(outcome: Outcome[T]) -> tuple[Fate, str, int | None]:
    match outcome:
        case Accepted(value):
            return Fate.ACCEPTED, "", value.id if isinstance(value, Withdrawal) else None
        case Refused(reason):
            return Fate.REFUSED, reason, None
        case Unknown(reason):
            return Fate.UNKNOWN, reason, None


def _close(journal: Journal, key: str, fate: Fate, reason: str, record_id: int | None) -> None:
    try:
        journal.move_outcome(key, fate, reason, now_ms(), record_id=record_id)
    except JournalError as error:
        # Losing this line costs one look-up; the person still has to hear what became of the money.
        note(f"captui: {error}")
