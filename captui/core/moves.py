"""Money that was sent and no answer told of: which record of the exchange's lists, if any, it became.

A withdrawal has no id of ours that the exchange would repeat, so it is known by what was asked for and when. Where more than one
record could be it, or a second request of ours could have become it, nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from enum import StrEnum

from captui.core.dataclass import dataclass
from captui.core.funding import Deposit, Withdrawal
from captui.core.money import EXACT

SLACK_MS = 5_000
"""A record may seem this much older than the request: clocks are measured to a second, and nonces let five seconds pass."""
WITHIN_MS = 120_000
"""A request that arrives at all has become a record this long after it was journalled: it waits 10 s at most to leave and 10 s for its
answer, and the rest is for the exchange."""
CLOCKS_MS = 12 * 3_600_000
"""A clock that was set between sending and looking moves the time at which a record is expected: one that is otherwise right is not
passed over within so long, since whoever is told that nothing was done will send again."""


class SentKind(StrEnum):
    """Of money that is journalled before it is sent."""

    WITHDRAWAL = "withdrawal"
    PAYMENT = "lightning payment"
    VOUCHER = "voucher"


class Fate(StrEnum):
    """What is known of a request. All but UNKNOWN are final."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    """Looked up after it could have arrived, and not found."""
    AMBIGUOUS = "ambiguous"
    """More than one record could be it, or one whose time does not fit: a person has to look."""


@dataclass(frozen=True, slots=True)
class SentMove:
    key: str
    kind: SentKind
    currency: str
    amount: Decimal
    """In units of the currency, as it was asked for."""
    to: str
    """Where it went, for people: a beneficiary's name, an invoice. Nothing secret."""
    sent_ms: int
    """When it was journalled (our clock)."""


@dataclass(frozen=True, slots=True)
class JournalledMove:
    sent: SentMove
    fate: Fate | None
    """None where captui ended before it knew."""
    record_id: int | None
    """Of the withdrawal that it became, where the exchange said it."""

    @property
    def is_open(self) -> bool:
        return self.fate in (None, Fate.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Finding:
    fate: Fate
    record: Withdrawal | Deposit | None = None
    """The one that it became, with ACCEPTED."""


def look_up(
    move: SentMove,
    *,
    moves: Iterable[JournalledMove],
    records: Iterable[Withdrawal | Deposit],
    offset_ms: int,
    exchange_ms: int,
    complete: bool,
) -> Finding:
    """The fate of `move`, as far as it can be told now.

    `moves` are all journalled ones, `records` the withdrawals (deposits for a voucher), `offset_ms` the exchange's clock minus ours,
    `exchange_ms` when the records were asked for (exchange's clock), `complete` whether they reach back beyond `earliest_ms`.
    """
    sent_ms = move.sent_ms + offset_ms
    others = [each for each in moves if each.sent.key != move.key]
    taken = {each.record_id for each in others if each.record_id is not None and _one_list(each.sent, move)}
    fitting = [each for each in records if each.id not in taken and _fits(move, each, sent_ms)]
    if len(fitting) > 1 or (fitting and _has_rival(move, others)):
        return Finding(Fate.AMBIGUOUS)
    if fitting:
        return Finding(Fate.ACCEPTED, fitting[0])
    if exchange_ms <= sent_ms + WITHIN_MS or not complete:
        return Finding(Fate.UNKNOWN)
    at_another_time = (each for each in records if each.id not in taken and _fits(move, each, sent_ms, CLOCKS_MS))
    return Finding(Fate.AMBIGUOUS if any(at_another_time) else Fate.ABSENT)


def earliest_ms(move: SentMove, offset_ms: int) -> int:
    """No record that was created before this (exchange's clock) can be it, even if a clock was set meanwhile."""
    return move.sent_ms + offset_ms - CLOCKS_MS


def reaches_back(records: Collection[Withdrawal | Deposit], since_ms: int) -> bool:
    """Whether a list, newest first, goes back beyond a time."""
    return any(record.created_ms and record.created_ms < since_ms for record in records)


def _fits(move: SentMove, record: Withdrawal | Deposit, sent_ms: int, clocks_ms: int = 0) -> bool:
    if record.currency != move.currency or not _paid(move, record):
        return False
    # A record without a time may be it.
    return not record.created_ms or (
        sent_ms - SLACK_MS - clocks_ms <= record.created_ms <= sent_ms + WITHIN_MS + clocks_ms
    )


def _paid(move: SentMove, record: Withdrawal | Deposit) -> bool:
    """The software behind the exchange keeps the fee out of what was asked for and records the rest; others may record the whole."""
    return move.amount in (record.amount, EXACT.add(record.amount, record.fee))


def _has_rival(move: SentMove, others: Iterable[JournalledMove]) -> bool:
    """Whether another request of ours, whose record is not known, could have become the same record."""
    return any(
        each.record_id is None
        and each.fate not in (Fate.REFUSED, Fate.ABSENT)
        and _one_list(each.sent, move)
        and each.sent.currency == move.currency
        and each.sent.amount == move.amount
        and abs(each.sent.sent_ms - move.sent_ms) <= WITHIN_MS + SLACK_MS
        for each in others
    )


def _one_list(one: SentMove, other: SentMove) -> bool:
    """Whether both show in the same list of the exchange."""
    return (one.kind is SentKind.VOUCHER) is (other.kind is SentKind.VOUCHER)
