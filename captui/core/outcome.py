"""What became of a write to the exchange. There are three outcomes and no fourth: accepted, refused, unknown."""

from __future__ import annotations

from typing import Generic, TypeVar

from captui.core.dataclass import dataclass

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Accepted(Generic[T]):
    """The exchange answered and took it. For a cancel this says only that it was asked for."""

    value: T


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done and will not be: the exchange said no, or not one byte of the request left this machine."""

    reason: str
    """In words."""
    codes: tuple[str, ...] = ()
    """The exchange's own, empty where it was never asked."""
    status: int = 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have been done. Never guessed, never sent again: look it up."""

    reason: str


Outcome = Accepted[T] | Refused | Unknown
