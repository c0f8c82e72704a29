"""A list of which some records may be beyond captui's words: the others are not lost with them, and it is not hidden that they are."""

from __future__ import annotations

from typing import Generic, TypeVar

from captui.core.dataclass import dataclass

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OddRecord:
    """A record in words that captui does not know. It exists, but nothing is made of it."""

    id: str
    """The exchange's; empty where it has none."""
    custom_id: str
    reason: str
    """A sentence."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    items: tuple[T, ...]
    odd: tuple[OddRecord, ...] = ()
