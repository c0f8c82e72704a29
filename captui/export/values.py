"""What a record holds, column by column, and each value as programs read it: exact, plain, the same everywhere.

A list of columns says once what a record holds; tables, JSON and CSV read it. Field names are the exchange's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Generic, TypeVar

from captui.core.dataclass import dataclass
from captui.core.money import plain

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in unix milliseconds: ISO 8601 UTC for programs, the local time for people."""

    ms: int


Value = str | int | bool | Decimal | Moment | None


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    field: str
    read: Callable[[T], Value]
    title: str = ""
    """Heading in a table of many; empty: only in the details of one, and in JSON and CSV."""
    places: int | None = None
    """Decimals shown to people; None: as many as each number has."""


def as_object(record: T, columns: Sequence[Column[T]]) -> dict[str, object]:
    """Numbers as text exactly as they are, times in ISO 8601 UTC, ids and counts as whole numbers."""
    return {column.field: for_programs(column.read(record)) for column in columns}


def for_programs(value: Value) -> str | int | bool | None:
    if isinstance(value, Decimal):
        return plain(value)
    return iso(value.ms) if isinstance(value, Moment) else value


def iso(ms: int) -> str:
    """`2026-03-01T10:00:00Z`, with milliseconds where there are any."""
    moment = datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment}.{ms % 1000:03d}Z" if ms % 1000 else f"{moment}Z"
