"""Changes of beneficiaries that no answer told of: what the list of beneficiaries says became of them.

A new beneficiary has no id of ours that the exchange would repeat: it is known by its words and by not having been there before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from captui.core.dataclass import dataclass
from captui.core.funding import Beneficiary, BeneficiaryState
from captui.core.moves import WITHIN_MS, Fate


@dataclass(frozen=True, slots=True)
class Adding:
    currency: str
    name: str
    data: Mapping[str, str]
    known: frozenset[int] | None
    """Ids of all that there were before; None where that was not known."""


@dataclass(frozen=True, slots=True)
class Activating:
    beneficiary_id: int


@dataclass(frozen=True, slots=True)
class Removing:
    beneficiary_id: int


Change = Adding | Activating | Removing


@dataclass(frozen=True, slots=True)
class Found:
    fate: Fate
    beneficiary: Beneficiary | None = None
    """As it is now, with ACCEPTED; None where it was removed."""


def same(one: Change, other: Change) -> bool:
    """Whether both are to do the same, whatever was there before."""
    if isinstance(one, Adding) and isinstance(other, Adding):
        return replace(one, known=None) == replace(other, known=None)
    return one == other


def look_up(change: Change, beneficiaries: Collection[Beneficiary], *, age_ms: int) -> Found:
    """The fate of `change`, as far as the list, asked for `age_ms` after the change was sent, can tell it now."""
    there = [each for each in beneficiaries if each.state != BeneficiaryState.ARCHIVED]
    match change:
        case Adding():
            found = _added(change, there)
        case Activating(number):
            found = _activated(next((each for each in there if each.id == number), None))
        case Removing(number):
            found = Found(Fate.UNKNOWN if any(each.id == number for each in there) else Fate.ACCEPTED)
    return Found(Fate.ABSENT) if found.fate is Fate.UNKNOWN and age_ms > WITHIN_MS else found


def _added(change: Adding, there: Collection[Beneficiary]) -> Found:
    new = [each for each in there if each.currency == change.currency and each.id not in (change.known or ())]
    fitting = [each for each in new if each.name == change.name and change.data.items() <= dict(each.data).items()]
    if len(fitting) == 1 and change.known is not None:
        return Found(Fate.ACCEPTED, fitting[0])
    # The exchange may have written it down in other words than ours.
    return Found(Fate.AMBIGUOUS if fitting or (new and change.known is not None) else Fate.UNKNOWN)


def _activated(beneficiary: Beneficiary | None) -> Found:
    if beneficiary is None:
        return Found(Fate.AMBIGUOUS)
    return Found(Fate.ACCEPTED, beneficiary) if beneficiary.is_active else Found(Fate.UNKNOWN)
