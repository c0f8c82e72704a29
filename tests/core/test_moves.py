"""Which record of the exchange a payment became whose answer was lost, and when nothing may be claimed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from captui.core.funding import Deposit, Withdrawal
from captui.core.moves import (
    CLOCKS_MS,
    SLACK_MS,
    WITHIN_MS,
    Fate,
    Finding,
    JournalledMove,
    SentKind,
    SentMove,
    earliest_ms,
    look_up,
    reaches_back,
)

SENT_MS = 1_700_000_000_000
MOVE = SentMove("one", SentKind.WITHDRAWAL, "zar", Decimal(500), "FNB cheque", SENT_MS)
ENTRY = JournalledMove(MOVE, None, None)
RECORD = Withdrawal(
    id=7,
    currency="zar",
    kind="fiat",
    amount=Decimal(485),
    fee=Decimal(15),
    txid="",
    rid="4",
    state="submitted",
    confirmations=None,
    note="",
    created_ms=SENT_MS + 800,
    updated_ms=0,
    done_ms=0,
)
DEPOSIT = Deposit(
    id=7,
    currency="zar",
    amount=Decimal(485),
    fee=Decimal(15),
    txid="",
    confirmations=None,
    state="accepted",
    created_ms=SENT_MS + 800,
    completed_ms=0,
    tid="",
)


def found(
    *records: Withdrawal | Deposit,
    move: SentMove = MOVE,
    moves: tuple[JournalledMove, ...] = (ENTRY,),
    offset_ms: int = 0,
    after_ms: int = 1000,
    complete: bool = True,
) -> Finding:
    return look_up(
        move,
        moves=moves,
        records=records,
        offset_ms=offset_ms,
        exchange_ms=SENT_MS + offset_ms + after_ms,
        complete=complete,
    )


@pytest.mark.parametrize(
    "record",
    [
        RECORD,
        replace(RECORD, amount=Decimal(500)),
        replace(RECORD, created_ms=SENT_MS - SLACK_MS),
        replace(RECORD, created_ms=SENT_MS + WITHIN_MS),
        replace(RECORD, created_ms=0),
    ],
)
def test_the_only_one_that_fits_is_it(record: Withdrawal) -> None:
    assert found(record, replace(RECORD, id=8, currency="btc")) == Finding(Fate.ACCEPTED, record)


@pytest.mark.parametrize(
    "record",
    [
        replace(RECORD, currency="btc"),
        replace(RECORD, amount=Decimal("485.01")),
        replace(RECORD, created_ms=SENT_MS - SLACK_MS - 1),
        replace(RECORD, created_ms=SENT_MS + WITHIN_MS + 1),
    ],
)
def test_what_does_not_fit_is_not_it(record: Withdrawal) -> None:
    assert found(record) == Finding(Fate.UNKNOWN)


def test_it_is_absent_only_after_it_could_have_come_and_where_the_whole_time_was_seen() -> None:
    assert found(after_ms=WITHIN_MS).fate is Fate.UNKNOWN
    assert found(after_ms=WITHIN_MS + 1, complete=False).fate is Fate.UNKNOWN
    assert found(after_ms=WITHIN_MS + 1).fate is Fate.ABSENT


def test_two_that_fit_are_for_a_person_to_judge() -> None:
    assert found(RECORD, replace(RECORD, id=8)) == Finding(Fate.AMBIGUOUS)


def test_the_clocks_may_differ_by_hours() -> None:
    offset_ms = -7_200_000
    shifted = replace(RECORD, created_ms=RECORD.created_ms + offset_ms)
    assert found(shifted, offset_ms=offset_ms).record == shifted
    assert earliest_ms(MOVE, offset_ms) == SENT_MS + offset_ms - CLOCKS_MS


@pytest.mark.parametrize("offset_ms", [-CLOCKS_MS, -WITHIN_MS, -SLACK_MS - 1000, 2 * SLACK_MS, CLOCKS_MS])
def test_a_clock_that_was_set_meanwhile_does_not_make_it_absent(offset_ms: int) -> None:
    assert found(RECORD, offset_ms=offset_ms, after_ms=WITHIN_MS + 1).fate is not Fate.ABSENT
    far = replace(RECORD, created_ms=SENT_MS + offset_ms - CLOCKS_MS - SLACK_MS - 1)
    assert found(far, offset_ms=offset_ms, after_ms=WITHIN_MS + 1).fate is Fate.ABSENT


def test_a_record_that_another_request_is_known_to_have_become_is_not_it() -> None:
    other = JournalledMove(replace(MOVE, key="two", sent_ms=SENT_MS + 700), Fate.ACCEPTED, 7)
    assert found(RECORD, moves=(ENTRY, other), after_ms=WITHIN_MS + 1).fate is Fate.ABSENT
    assert found(RECORD, replace(RECORD, id=8), moves=(ENTRY, other)).record == replace(RECORD, id=8)


@pytest.mark.parametrize(
    ("rival", "fate"),
    [
        (JournalledMove(replace(MOVE, key="two", sent_ms=SENT_MS + 60_000), None, None), Fate.AMBIGUOUS),
        (JournalledMove(replace(MOVE, key="two", sent_ms=SENT_MS - 60_000), Fate.ACCEPTED, None), Fate.AMBIGUOUS),
        (JournalledMove(replace(MOVE, key="two"), Fate.REFUSED, None), Fate.ACCEPTED),
        (JournalledMove(replace(MOVE, key="two"), Fate.ABSENT, None), Fate.ACCEPTED),
        (JournalledMove(replace(MOVE, key="two", amount=Decimal(501)), None, None), Fate.ACCEPTED),
        (JournalledMove(replace(MOVE, key="two", currency="btc"), None, None), Fate.ACCEPTED),
        (JournalledMove(replace(MOVE, key="two", kind=SentKind.VOUCHER), None, None), Fate.ACCEPTED),
        (JournalledMove(replace(MOVE, key="two", sent_ms=SENT_MS + 3_600_000), None, None), Fate.ACCEPTED),
    ],
)
def test_a_second_request_that_could_have_become_it_makes_it_nobody_s(rival: JournalledMove, fate: Fate) -> None:
    assert found(RECORD, moves=(ENTRY, rival)).fate is fate


def test_a_voucher_is_found_among_the_deposits_whatever_withdrawals_have_its_number() -> None:
    voucher = replace(MOVE, kind=SentKind.VOUCHER)
    withdrawal = JournalledMove(replace(MOVE, key="two"), Fate.ACCEPTED, 7)
    entries = (JournalledMove(voucher, None, None), withdrawal)
    assert found(DEPOSIT, move=voucher, moves=entries).record == DEPOSIT


def test_a_list_reaches_back_where_something_in_it_is_older() -> None:
    assert not reaches_back((), SENT_MS)
    assert not reaches_back((RECORD, replace(RECORD, created_ms=0)), SENT_MS)
    assert reaches_back((RECORD, replace(RECORD, created_ms=SENT_MS - 1)), SENT_MS)


def test_only_a_known_fate_closes_a_move() -> None:
    assert [fate for fate in (None, *Fate) if JournalledMove(MOVE, fate, None).is_open] == [None, Fate.UNKNOWN]
