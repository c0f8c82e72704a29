"""Listing money in or out: the span of time that was asked for, and what became of what was sent without an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from captui.cli.connect import Connection
from captui.cli.moves import tell_open
from captui.cli.output import Format, emit_list
from captui.cli.paging import Paging, none_of, read_span
from captui.cli.when import TimeRange
from captui.core.moves import SentKind
from captui.exchange.pages import Page
from captui.export.histories import History
from captui.export.values import Column

T = TypeVar("T")


async def emit_money(
    connection: Connection,
    history: History[T],
    columns: Sequence[Column[T]],
    page_of: Callable[[int, int], Awaitable[Page[T]]],
    *kinds: SentKind,
    paging: Paging,
    span: TimeRange,
    format_: Format,
    filters: Sequence[object],
) -> None:
    """`page_of(page, limit)` asks with the `filters`; of lost answers of these `kinds` is told before the list. Raises ExchangeError."""
    found = await read_span(page_of, history.identity, paging, history.what, span=span, time_of=history.time_of)
    await tell_open(connection, *kinds)
    nothing = none_of(history.what, paging, *filters, span.from_ms, span.to_ms)
    emit_list(found, columns, format_, nothing=nothing)
