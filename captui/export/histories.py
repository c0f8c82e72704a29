"""The four histories that can be exported: their columns, and how their records are told apart, bounded in time and ordered."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from captui.core.dataclass import dataclass
from captui.core.events import OrderRecord
from captui.core.funding import Deposit, Withdrawal
from captui.core.types import Fill
from captui.export.columns import ORDERS
from captui.export.tax import DEPOSITS, TRADES, WITHDRAWALS
from captui.export.values import Column

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class History(Generic[T]):
    what: str
    """The records in the plural, for sentences."""
    columns: Sequence[Column[T]]
    identity: Callable[[T], Hashable]
    time_of: Callable[[T], int]
    """Of creation, unix milliseconds."""
    order: Callable[[T], Any]
    """Sort key, oldest first; equal only for the same record."""

    def holds(self, record: T, from_ms: int | None, to_ms: int | None) -> bool:
        """Whether it was created at or after `from_ms` and before `to_ms`; None is no bound."""
        at_ms = self.time_of(record)
        return (from_ms is None or at_ms >= from_ms) and (to_ms is None or at_ms < to_ms)

    def oldest_first(self, records: Iterable[T], *, from_ms: int | None, to_ms: int | None) -> list[T]:
        return sorted((record for record in records if self.holds(record, from_ms, to_ms)), key=self.order)


ORDER_HISTORY: History[OrderRecord] = History(
    what="orders",
    columns=ORDERS,
    identity=lambda order: order.id,
    time_of=lambda order: order.created_ms,
    order=lambda order: order.id,
)

TRADE_HISTORY: History[Fill] = History(
    what="trades",
    columns=TRADES,
    # One trade between two of the user's own orders is two fills with one id.
    identity=lambda fill: (fill.id, fill.order_id, fill.side),
    time_of=lambda fill: fill.time_ms,
    # As numbers where they are numbers: 10 comes after 9.
    order=lambda fill: (fill.time_ms, len(fill.id), fill.id, fill.order_id or 0, fill.side.value),
)

DEPOSIT_HISTORY: History[Deposit] = History(
    what="deposits",
    columns=DEPOSITS,
    identity=lambda deposit: deposit.id,
    time_of=lambda deposit: deposit.created_ms,
    order=lambda deposit: deposit.id,
)

WITHDRAWAL_HISTORY: History[Withdrawal] = History(
    what="withdrawals",
    columns=WITHDRAWALS,
    identity=lambda withdrawal: withdrawal.id,
    time_of=lambda withdrawal: withdrawal.created_ms,
    order=lambda withdrawal: withdrawal.id,
)
