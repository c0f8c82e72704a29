"""What the list of beneficiaries tells of a change whose answer was lost, and what it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from captui.core.beneficiary_writes import Activating, Adding, Change, Found, Removing, look_up, same
from captui.core.funding import Beneficiary
from captui.core.moves import WITHIN_MS, Fate

BANK = {"account_number": "62001234567", "bank_name": "FNB"}
MINE = Beneficiary(7, "zar", "FNB cheque", "", (*BANK.items(), ("country", "ZA")), "pending")
OLD = replace(MINE, id=3, state="active")
ADDING = Adding("zar", "FNB cheque", BANK, frozenset({3}))
EARLY, LATE = 500, WITHIN_MS + 1


def fate(change: Change, *there: Beneficiary, age_ms: int = EARLY) -> Fate:
    return look_up(change, there, age_ms=age_ms).fate


def test_one_that_is_new_and_has_the_words_is_the_one_that_was_added() -> None:
    assert look_up(ADDING, [MINE, OLD], age_ms=EARLY) == Found(Fate.ACCEPTED, MINE)
    assert fate(ADDING, OLD) is Fate.UNKNOWN
    assert fate(ADDING, OLD, replace(MINE, currency="btc"), replace(MINE, state="archived")) is Fate.UNKNOWN
    assert fate(ADDING, OLD, age_ms=LATE) is Fate.ABSENT


@pytest.mark.parametrize("age_ms", [EARLY, LATE])
def test_nothing_is_claimed_of_what_could_be_another(age_ms: int) -> None:
    assert fate(ADDING, MINE, replace(MINE, id=8), age_ms=age_ms) is Fate.AMBIGUOUS
    assert fate(ADDING, replace(MINE, name="Fnb Cheque"), age_ms=age_ms) is Fate.AMBIGUOUS, "perhaps in its own words"
    assert fate(ADDING, replace(MINE, data=(("account_number", "1"),)), age_ms=age_ms) is Fate.AMBIGUOUS
    unread = replace(ADDING, known=None)
    assert fate(unread, MINE, age_ms=age_ms) is Fate.AMBIGUOUS, "it may have been there before"


def test_without_knowing_what_there_was_others_are_no_reason_to_wonder() -> None:
    other = replace(MINE, name="Savings")
    assert fate(replace(ADDING, known=None), other) is Fate.UNKNOWN
    assert fate(replace(ADDING, known=None), other, age_ms=LATE) is Fate.ABSENT


def test_an_active_one_was_activated() -> None:
    active = replace(MINE, state="active")
    assert look_up(Activating(7), [active], age_ms=EARLY) == Found(Fate.ACCEPTED, active)
    assert fate(Activating(7), MINE) is Fate.UNKNOWN
    assert fate(Activating(7), MINE, age_ms=LATE) is Fate.ABSENT
    assert fate(Activating(7), OLD) is Fate.AMBIGUOUS, "somebody has removed it meanwhile"


def test_one_that_is_gone_was_removed() -> None:
    assert look_up(Removing(7), [OLD], age_ms=EARLY) == Found(Fate.ACCEPTED)
    assert fate(Removing(7), replace(MINE, state="archived")) is Fate.ACCEPTED
    assert fate(Removing(7), MINE) is Fate.UNKNOWN
    assert fate(Removing(7), MINE, age_ms=LATE) is Fate.ABSENT


def test_the_same_is_the_same_whatever_there_was_before() -> None:
    assert same(ADDING, replace(ADDING, known=None))
    assert not same(ADDING, replace(ADDING, name="Savings"))
    assert same(Removing(7), Removing(7))
    assert not same(Removing(7), Activating(7))
