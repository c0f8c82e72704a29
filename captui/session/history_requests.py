"""From a filter to the requests that answer it: what the exchange can filter it is asked to, the rest is taken out of what came."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from captui.core.dataclass import dataclass
from captui.core.events import OrderRecord
from captui.core.funding import Deposit, Withdrawal
from captui.core.types import Fill
from captui.exchange.pages import Page
from captui.exchange.rest import RestClient
from captui.export.histories import DEPOSIT_HISTORY, ORDER_HISTORY, TRADE_HISTORY, WITHDRAWAL_HISTORY, History
from captui.session.commands import HistoryFilter, RecordKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source(Generic[T]):
    history: History[T]
    read: Callable[[RestClient, int, int], Awaitable[Page[T]]]
    """One page by its number, from 1, and its length, newest first. Raises ExchangeError."""
    keeps: Callable[[T], bool]
    """Whether a record of a page belongs to the filter."""
    from_ms: int | None
    shrinks: bool
    """Records may leave the list while it is read, because their state changes: what follows moves up."""

    async def page(self, rest: RestClient, number: int, limit: int) -> Page[T]:
        """Without `has_more` where all that follows is older than the filter wants. Raises ExchangeError."""
        page = await self.read(rest, number, limit)
        times = [self.history.time_of(record) for record in page.items]
        past = self.from_ms is not None and bool(times) and max(times) < self.from_ms
        return replace(page, has_more=False) if past else page


def source_of(wanted: HistoryFilter) -> Source[Any]:
    match wanted.kind:
        case RecordKind.ORDERS:
            return _orders(wanted)
        case RecordKind.TRADES:
            return _trades(wanted)
        case RecordKind.DEPOSITS:
            return _deposits(wanted)
        case RecordKind.WITHDRAWALS:
            return _withdrawals(wanted)


def _orders(wanted: HistoryFilter) -> Source[OrderRecord]:
    return Source(
        ORDER_HISTORY,
        lambda rest, page, limit: rest.orders(
            market=wanted.market or None,
            state=wanted.state or None,
            side=wanted.side,
            from_ms=wanted.from_ms,
            to_ms=wanted.to_ms,
            page=page,
            limit=limit,
        ),
        lambda order: (
            wanted.market in ("", order.market)
            and wanted.side in (None, order.side)
            and wanted.state in ("", order.state.value)
            and ORDER_HISTORY.holds(order, wanted.from_ms, wanted.to_ms)
        ),
        wanted.from_ms,
        bool(wanted.state),
    )


def _trades(wanted: HistoryFilter) -> Source[Fill]:
    return Source(
        TRADE_HISTORY,
        lambda rest, page, limit: rest.fills(
            market=wanted.market or None, from_ms=wanted.from_ms, to_ms=wanted.to_ms, page=page, limit=limit
        ),
        lambda fill: (
            wanted.market in ("", fill.market)
            and wanted.side in (None, fill.side)
            and TRADE_HISTORY.holds(fill, wanted.from_ms, wanted.to_ms)
        ),
        wanted.from_ms,
        False,
    )


def _deposits(wanted: HistoryFilter) -> Source[Deposit]:
    return Source(
        DEPOSIT_HISTORY,
        lambda rest, page, limit: rest.funding.deposits(
            currency=wanted.currency or None, state=wanted.state or None, page=page, limit=limit
        ),
        lambda deposit: (
            wanted.currency in ("", deposit.currency)
            and wanted.state in ("", deposit.state)
            and DEPOSIT_HISTORY.holds(deposit, wanted.from_ms, wanted.to_ms)
        ),
        wanted.from_ms,
        bool(wanted.state),
    )


def _withdrawals(wanted: HistoryFilter) -> Source[Withdrawal]:
    return Source(
        WITHDRAWAL_HISTORY,
        lambda rest, page, limit: rest.funding.withdrawals(
            currency=wanted.currency or None, state=wanted.state or None, page=page, limit=limit
        ),
        lambda withdrawal: (
            wanted.currency in ("", withdrawal.currency)
            and wanted.state in ("", withdrawal.state)
            and WITHDRAWAL_HISTORY.holds(withdrawal, wanted.from_ms, wanted.to_ms)
        ),
        wanted.from_ms,
        bool(wanted.state),
    )
